package assessment

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/worddiff"
	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/signoff"
)

// judgement is one unit, open for writing, or for reading to anyone who may not write it.
type judgement struct {
	Board, M, C          string
	Name, Area, AreaLang string
	State                template.HTML
	Unit                 domain.Revision
	Sum                  string
	Write, Approve       bool
	Why                  string // it cannot be written
	Summary              bool
	Cells                []written // the area first, or the texts of the summary
	Indicators           []written
	Unchanged            bool // may be said to be as before
	Standing             string
	Sources, Others      []source // that it rests on; that are about the area, or about none
	Elsewhere            []source // that are about other areas
	Suggestions          []suggested
	Notes                []note
	Missing              string
	Returned, Approved   string
	Mine                 bool // the reader wrote it, and so cannot approve it
	KnowledgeHref        string
	WholeHref            string // the municipality with all its areas
	NewHref              string // where a source is recorded for it, "" not for the reader
	New                  bool   // the first of the others was recorded a moment ago
}

// written is a cell that is written.
type written struct {
	C, Name, Lang string
	Seen          domain.Revision
	Level         domain.Level
	Keys          []levelKey
	Text          string
	Left          int // runes that there is room for
	Was           *was
	Rows          int
}

type levelKey struct {
	Key, Level, Word, Means, Short string
	On                             bool
	Sign                           template.HTML
}

// was is a cell in the edition before.
type was struct {
	Edition string
	Level   template.HTML
	Text    template.HTML
}

type source struct {
	Ref, Title, Note string
	On               bool
}

type suggested struct {
	Rev        domain.Revision
	Text, From string
}

type note struct{ Text, From string }

// page is the view of a unit on a page of its own.
type page struct {
	kit.Page
	judgement
	Band      kit.EditionHead
	Back      string
	Previous  kit.Tab
	Following kit.Tab
}

// MaxText is how long a text of an edition may be, in runes.
const maxText = 5000

// Judgement is the page of one unit: of the municipality o.Open in the area o.Area.
func Judgement(s *kit.Site, r kit.Request, o Options, known []evidence.Item) ([]byte, error) {
	pg := s.NewPage(r, "workplace", "")
	pg.OnBoard(o.Picture)
	pg.Edits, pg.Nav, pg.Own, pg.Data = false, "editions", "workplace", pg.Words.Script
	w := sheet{pg: &pg, o: o, col: o.column(o.Area)}
	v := page{judgement: w.judgement(known), Band: pg.NewEditionHead(o.Picture.Board(), "vurdering", next(&pg, o.Plan)), Back: pg.Link(w.address(o.Area))}
	rows := o.Picture.Catalogue().Municipalities
	i := o.Picture.Row(o.Open)
	if i > 0 {
		v.Previous = kit.Tab{Name: rows[i-1].Name, Href: v.Back + "/" + string(rows[i-1].ID)}
	}
	if i < len(rows)-1 {
		v.Following = kit.Tab{Name: rows[i+1].Name, Href: v.Back + "/" + string(rows[i+1].ID)}
	}
	pg.Title = v.Name + ": " + v.Area + " – " + pg.TitleOf(o.Picture.Board())
	v.Page = pg
	return s.Render(v.Lang, "judgement", &v)
}

func (w *sheet) judgement(known []evidence.Item) judgement {
	m := w.o.Picture.Catalogue().Municipalities[w.o.Picture.Row(w.o.Open)]
	u := w.o.Work.Unit(m.ID, w.o.Area)
	j := judgement{Board: string(w.o.Picture.Board().ID), M: string(m.ID), C: string(w.o.Area), Name: m.Name, Area: w.name(w.col),
		Unit: u.Revision, Sum: u.Sum.String(), Summary: w.summary(), KnowledgeHref: w.pg.Link("/kommune/" + string(m.ID) + "/kunnskap"), WholeHref: w.pg.Link("/utgave/" + string(w.o.Picture.Board().ID) + "/kommune/" + string(m.ID))}
	var sign kit.Builder
	sign.WorkMark(string(u.State), w.stateWord(row{m: m, u: u}))
	j.State = sign.HTML()
	j.Write = w.o.May(w.o.Area, domain.RightSetLevels) && w.o.Work.Ground.Round(m.ID) > 0 && !w.o.Work.Rests(w.o.Area)
	if j.Write {
		j.NewHref = j.KnowledgeHref + "?skjema=ny&for=" + string(w.o.Picture.Board().ID) + "." + string(w.o.Area) + "#kilde"
	}
	j.Why = w.why(m)
	if w.pg.Request.User != nil {
		j.Mine = w.o.Work.Own(u, w.pg.Request.User.ID)
	}
	j.Approve = w.o.May(w.o.Area, domain.RightApprove) && (u.State == signoff.Submitted || u.State == signoff.Changed || u.State == signoff.Approved)
	for i, c := range u.Cells {
		cell := w.written(c)
		if i == 0 || j.Summary {
			j.Cells = append(j.Cells, cell)
		} else {
			j.Indicators = append(j.Indicators, cell)
		}
		j.Unchanged = j.Unchanged || c.Standing == assessment.Carried
	}
	j.Standing = w.standing(u)
	j.Unchanged = j.Unchanged && j.Write && u.Cells[0].Was != nil
	w.sources(&j, u.Cells[0], known)
	w.beside(&j, m, u)
	return j
}

// why says that somebody else writes the unit, "" where the reader may.
func (w *sheet) why(m domain.Municipality) string {
	switch {
	case w.o.Work.Rests(w.o.Area):
		return w.pg.T("work.rests")
	case w.o.Work.Ground.Round(m.ID) == 0:
		return w.pg.T("work.not_open")
	case !w.o.May(w.o.Area, domain.RightSetLevels):
		if area := w.o.Plan.Areas[w.o.Area]; len(area.Assessors) > 0 {
			return w.pg.T("work.theirs", w.pg.Who(area.Assessors[0]))
		}
		return w.pg.T("work.not_yours")
	}
	return ""
}

func (w *sheet) written(c assessment.Cell) written {
	col := w.o.column(c.Column)
	name, lang := col.Name.In(w.pg.Lang)
	out := written{C: string(c.Column), Name: name, Lang: kit.OtherLang(lang, w.pg.Lang), Seen: c.Revision, Level: c.Level, Text: c.Text.String()}
	out.Left = maxText - len([]rune(out.Text))
	out.Rows = min(max(4, len([]rune(out.Text))/60+2), 14)
	keys := []struct {
		key   string
		level domain.Level
		means domain.Words
	}{{"1", domain.Green, col.Means.Green}, {"2", domain.Yellow, col.Means.Yellow}, {"3", domain.Red, col.Means.Red}, {"0", domain.NotAssessed, domain.Words{}}}
	for _, k := range keys {
		means, _ := k.means.In(w.pg.Lang)
		short := ""
		if k.level != domain.NotAssessed {
			short = w.pg.T("work.means." + string(k.level))
			means = orElse(means, w.pg.Words.Means(domain.KindEdition, k.level))
		}
		var sign kit.Builder
		sign.Marked(k.level)
		out.Keys = append(out.Keys, levelKey{k.key, string(k.level), w.pg.T("level." + string(k.level)), means, short, c.Level == k.level, sign.HTML()})
	}
	if c.Was != nil {
		var chip, text kit.Builder
		if col.Kind != domain.ColumnSummary {
			chip.Marked(c.Was.Level).Raw(` `).Text(w.pg.T("level." + string(c.Was.Level)))
		}
		if c.Was.Text.Redacted() {
			text.Text(w.pg.T("work.redacted"))
		} else if c.Standing == assessment.Changed && c.Text != nil {
			worddiff.Together(&text, w.pg.Words, worddiff.Words(c.Was.Text.String(), c.Text.String()))
		} else {
			text.Text(c.Was.Text.String())
		}
		title, _ := w.o.Work.Before.Ground.Title().In(w.pg.Lang)
		out.Was = &was{Edition: title, Level: chip.HTML(), Text: text.HTML()}
	}
	return out
}

// sources lists the evidence of the municipality: what the unit rests on, and the rest.
func (w *sheet) sources(j *judgement, c assessment.Cell, known []evidence.Item) {
	newest := map[evidence.ID]evidence.Item{}
	for _, item := range known {
		newest[item.Ref.ID] = item
	}
	for _, ref := range c.Evidence {
		item, ok := newest[ref.ID]
		if !ok {
			j.Sources = append(j.Sources, source{Ref: refOf(ref), Title: w.pg.T("work.source_gone"), On: true})
			continue
		}
		notes := []string{w.pg.T("evidence.type." + string(item.Type)), w.pg.Date(item.Effective)}
		if item.Ref.Version > ref.Version {
			notes = append(notes, w.pg.T("work.newer"))
		}
		if item.Withdrawn != nil {
			notes = append(notes, w.pg.T("work.withdrawn"))
		}
		j.Sources = append(j.Sources, source{refOf(ref), item.Title.String(), strings.Join(notes, " · "), true})
	}
	for _, item := range known {
		if item.Withdrawn != nil || slices.ContainsFunc(c.Evidence, func(r evidence.Ref) bool { return r.ID == item.Ref.ID }) {
			continue
		}
		other := source{refOf(item.Ref), item.Title.String(), w.pg.T("evidence.type."+string(item.Type)) + " · " + w.pg.Date(item.Effective), false}
		if item.Ref.ID == w.o.New {
			j.Others, j.New = slices.Insert(j.Others, 0, other), true
			continue
		}
		if covers := w.o.Work.Covers(w.o.Area); len(item.Columns) > 0 && !slices.ContainsFunc(item.Columns, func(c domain.ColumnID) bool { return slices.Contains(covers, c) }) {
			j.Elsewhere = append(j.Elsewhere, other)
			continue
		}
		j.Others = append(j.Others, other)
	}
}

func refOf(r evidence.Ref) string { return string(r.ID) + "@" + strconv.Itoa(r.Version) }

// beside fills in what is said beside the judgement.
func (w *sheet) beside(j *judgement, m domain.Municipality, u signoff.Unit) {
	for _, s := range w.o.Waiting {
		if s.Municipality == m.ID && slices.Contains(w.o.Work.Covers(w.o.Area), s.Column) {
			j.Suggestions = append(j.Suggestions, suggested{s.Entry.Revision, s.Text, w.pg.T("work.from_meeting", w.pg.When(s.Entry.At), w.pg.Who(s.Entry.By))})
		}
	}
	for _, n := range w.o.Work.Notes(m.ID, w.o.Area) {
		text := n.Text
		if n.Redacted {
			text = w.pg.T("work.redacted")
		}
		j.Notes = append(j.Notes, note{text, w.pg.Who(n.Dated.By) + " " + w.pg.When(n.Dated.Time())})
	}
	if words := w.missing(row{m: m, u: u}); words != "" {
		j.Missing = w.pg.T("work.misses", words)
	}
	if u.Returned != nil {
		j.Returned = w.pg.T("work.returned_by", w.pg.Who(u.Returned.By), w.pg.When(time.UnixMilli(u.Returned.At)), u.Returned.Reason)
	}
	if u.Approval != nil {
		j.Approved = w.pg.T("work.approved_by", w.pg.Who(u.Approval.By), w.pg.When(time.UnixMilli(u.Approval.At)), u.Approval.Sum.String()[:8])
	}
}
