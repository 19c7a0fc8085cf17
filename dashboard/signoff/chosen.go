package signoff

import (
	"html/template"
	"slices"
	"strconv"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/prose"
	"kommunebilde/dashboard/worddiff"
	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/signoff"
)

// chosen is the unit that is looked over.
type chosen struct {
	Board, M, C   string
	Name, Area    string
	Unit, Touched domain.Revision
	Sum           string
	State         template.HTML
	Written       string
	Approved      string // by whom, and what
	Since         string // what happened after it
	Cells         []read
	Returned      string
	Href          string // the unit's own page
	Approve       string // the button, "" where the reader cannot
	Why           string // not
	Return        bool
	Next, Back    string
}

// read is a cell as it is read by an approver: as it stands, and what it was when it was
// approved where that is another.
type read struct {
	Name, Lang string
	Level      template.HTML
	LevelWas   string
	Text       template.HTML
	Diff       bool // the text is told as what changed since it was approved
	Sources    string
}

func (w *sheet) chosen() *chosen {
	at := w.o.Chosen
	u := w.o.Work.Unit(at.Municipality, at.Column)
	out := &chosen{Board: string(w.o.Picture.Board().ID), M: string(at.Municipality), C: string(at.Column), Name: w.municipality(at.Municipality), Area: w.name(at.Column),
		Unit: u.Revision, Touched: u.Touched, Sum: u.Sum.String(), Href: w.unitLink(at)}
	var sign kit.Builder
	sign.WorkMark(string(u.State), w.pg.T("work.state."+string(u.State)))
	out.State = sign.HTML()
	if len(u.Authors) > 0 {
		out.Written = w.pg.T("signoff.written", w.people(u.Authors))
	}
	if a := u.Approval; a != nil {
		out.Approved = w.pg.T("signoff.was", w.when(a.At), w.pg.Who(a.By), a.Sum.String()[:8])
		if u.State != signoff.Approved && u.At > a.At {
			out.Since = w.pg.T("signoff.since", w.when(u.At), w.pg.Who(u.By))
		}
	}
	if u.Returned != nil {
		out.Returned = w.pg.T("work.returned_by", w.pg.Who(u.Returned.By), w.when(u.Returned.At), u.Returned.Reason)
	}
	for i, c := range u.Cells {
		if i == 0 || c.Revision > 0 {
			out.Cells = append(out.Cells, w.read(c, u))
		}
	}
	w.decide(out, u)
	return out
}

func (w *sheet) when(ms int64) string { return w.pg.When(time.UnixMilli(ms)) }

// read is a cell, beside what was approved of it.
func (w *sheet) read(c assessment.Cell, u signoff.Unit) read {
	name, lang := w.column(c.Column).Name.In(w.pg.Lang)
	out := read{Name: name, Lang: kit.OtherLang(lang, w.pg.Lang)}
	if w.o.Work.Area(u.Cells[0].Column) {
		var chip kit.Builder
		chip.Chip(c.Level, w.pg.T("level."+string(c.Level)))
		out.Level = chip.HTML()
	}
	text := c.Text.String()
	if c.Text != nil && c.Text.Redacted() {
		text = w.pg.T("work.redacted")
	}
	out.Text = prose.HTML(text)
	if len(c.Evidence) > 0 || c.Column == u.Cells[0].Column {
		out.Sources = w.pg.N("signoff.sources", len(c.Evidence))
	}
	if u.Approval == nil || u.State == signoff.Approved {
		return out
	}
	was := w.o.Work.Seen(c.Municipality, c.Column, u.Approval.Revision)
	if was.Level != c.Level {
		out.LevelWas = w.pg.T("signoff.level_was", w.pg.T("level."+string(was.Level)))
	}
	if before := was.Text.String(); before != c.Text.String() && (was.Text == nil || !was.Text.Redacted()) {
		var diff kit.Builder
		worddiff.Together(&diff, w.pg.Words, worddiff.Words(before, text))
		out.Text, out.Diff = diff.HTML(), true
	}
	if !sameSources(was.Evidence, c.Evidence) {
		out.Sources = w.pg.T("signoff.sources_was", strconv.Itoa(len(c.Evidence)), strconv.Itoa(len(was.Evidence)))
	}
	return out
}

func sameSources(a, b []evidence.Ref) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(r evidence.Ref) bool { return !slices.Contains(b, r) })
}

// decide fills in what the reader can do with the unit, and why not.
func (w *sheet) decide(out *chosen, u signoff.Unit) {
	may := w.o.May(w.o.Chosen.Column, domain.RightApprove)
	out.Next = w.next()
	out.Back = out.Next
	if out.Back == "" {
		out.Back = w.link("/fremdrift")
	}
	switch {
	case w.o.Work.WaitsForMe(w.o.Chosen.Municipality, w.o.Chosen.Column):
		out.Approve = w.pg.T("work.approve")
		if u.Approval != nil {
			out.Approve = w.pg.T("signoff.again")
		}
	case !may:
		out.Why = w.pg.T("signoff.not_yours")
	case u.Ready():
		out.Why = w.pg.T("work.own")
	default:
		out.Why = w.pg.T("signoff.why." + string(u.State))
	}
	out.Return = may && (u.State == signoff.Submitted || u.State == signoff.Approved || u.State == signoff.Changed)
}

// next is the next unit that waits for the reader, after the chosen one and around; "" where
// no other does.
func (w *sheet) next() string {
	leads := w.o.Work.Leads()
	place := func(at domain.CellRef) int {
		return slices.Index(leads, at.Column)*len(w.rows) + slices.Index(w.rows, at.Municipality)
	}
	here := place(w.o.Chosen)
	for _, at := range w.mine {
		if place(at) > here {
			return w.choose(at)
		}
	}
	if len(w.mine) > 0 && w.mine[0] != w.o.Chosen {
		return w.choose(w.mine[0])
	}
	return ""
}

// whole is the approval of the edition as a whole.
type whole struct {
	Said       string
	Ask        bool // the reader may give it
	Sum        string
	Short      string
	Unassessed string // that some are not assessed must be said yes to
	Open       string // why it cannot be given yet
}

func (w *sheet) whole() whole {
	var out whole
	a, stands := w.o.Work.ApprovedEdition()
	switch {
	case stands:
		out.Said = w.pg.T("signoff.edition_stands", w.when(a.At), w.pg.Who(a.By), a.Sum.String()[:8])
	case a.At > 0:
		out.Said = w.pg.T("signoff.edition_over", w.when(a.At), w.pg.Who(a.By), a.Sum.String()[:8])
	default:
		out.Said = w.pg.T("signoff.edition_none")
	}
	if out.Ask = !stands && w.pg.Request.Rights[domain.RightEdit] && w.o.Work.Ground.Phase().Working(); !out.Ask {
		return out
	}
	sum := w.o.Work.Sum(nil).String()
	out.Sum, out.Short = sum, sum[:8]
	n := w.o.Work.Count(w.rows, w.o.Work.Leads())
	if n[signoff.Missing] > 0 {
		out.Unassessed = w.pg.N("signoff.unassessed", n[signoff.Missing])
	}
	if open := n[signoff.Draft] + n[signoff.Submitted] + n[signoff.Changed]; open > 0 {
		out.Open = w.pg.N("signoff.edition_wait", open)
	}
	return out
}
