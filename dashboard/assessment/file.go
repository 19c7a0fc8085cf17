package assessment

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/batch"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/signoff"
)

// Shown returns the units that the workplace shows by its filter, in its order.
func Shown(o Options) (out []signoff.Unit) {
	w := sheet{pg: &kit.Page{}, o: o, col: o.column(o.Area)}
	for _, r := range w.rows() {
		if o.Filter.shows(r) {
			out = append(out, r.u)
		}
	}
	return out
}

// takes fills in how the table is taken away, with the filter in force, and given back.
func (v *view) takes(w *sheet) {
	q := w.o.Filter.Query()
	if v.CSV, v.JSON = v.Address+".csv", v.Address+".json"; q != "" {
		v.CSV, v.JSON = v.CSV+"?"+q, v.JSON+"?"+q
	}
	if w.o.May(w.o.Area, domain.RightSetLevels) {
		v.Upload = v.Address + "/fil"
	}
}

// Query is the filter as an address has it.
func (f Filter) Query() string {
	q := url.Values{}
	for _, s := range f.States {
		q.Add("status", string(s))
	}
	if f.Region != "" {
		q.Set("region", string(f.Region))
	}
	if f.Waiting {
		q.Set("forslag", "waiting")
	}
	return q.Encode()
}

// File is what somebody gave back: what it would do, or what is wrong in it.
type File struct {
	Plan   batch.Plan
	Save   string // the command as JSON, "" where it is too large for a form
	Faults []kit.Fault
	Count  int      // all of them
	Places []string // of each row, for those that are refused
}

// fileView is the page that shows what a file would do before it does it.
type fileView struct {
	kit.Page
	Area, Back, Action string
	Faults             []string
	Count, More        string
	Facts              []string
	Changes, Conflicts []told
	Nothing            bool
	Save               string
	Deletes            int
	DeletesWord        string
}

// told is one cell that a file says something else of.
type told struct {
	Municipality, Column string
	Deletes              bool
	Level, Text          *fromTo
	Evidence             []string // "+ k7, versjon 2"
	By                   string   // who wrote what is stored
}

type fromTo struct{ From, To template.HTML }

// Given is the page that shows what a file would change in the edition.
func Given(s *kit.Site, r kit.Request, o Options, f File) ([]byte, error) {
	back := "/utgave/" + string(o.Picture.Board().ID) + "/vurdering/" + string(o.Area)
	r.Path = back // this page is made of a file, and has no address
	pg := s.NewPage(r, "workplace", "")
	pg.OnBoard(o.Picture)
	pg.Edits, pg.Nav = false, "editions"
	w := sheet{pg: &pg, o: o, col: o.column(o.Area)}
	v := fileView{Area: w.name(w.col), Back: pg.Link(back), Save: f.Save, Deletes: f.Plan.Deletes}
	v.Action = v.Back + "/fil/lagre"
	pg.Title = pg.T("sheet.title") + " – " + v.Area
	for _, fault := range f.Faults {
		v.Faults = append(v.Faults, pg.Words.Fault(fault))
	}
	for _, refused := range f.Plan.Refused {
		v.Faults = append(v.Faults, f.Places[refused.Row]+": "+pg.Words.Refusal(refused.Err))
	}
	count := max(f.Count, len(v.Faults))
	const most = 200
	v.Faults = v.Faults[:min(len(v.Faults), most)]
	if v.Count = pg.N("sheet.faults", count); count > len(v.Faults) {
		v.More = pg.T("sheet.more", strconv.Itoa(count-len(v.Faults)))
	}
	if len(v.Faults) == 0 {
		v.tell(&w, f.Plan)
	}
	v.Page = pg
	return s.Render(v.Lang, "file", &v)
}

// tell fills in what would change, what is taken away first, and what would not be written.
func (v *fileView) tell(w *sheet, p batch.Plan) {
	for _, c := range p.Changes {
		v.Changes = append(v.Changes, w.told(c))
	}
	slices.SortStableFunc(v.Changes, func(a, b told) int { return b2i(b.Deletes) - b2i(a.Deletes) })
	for _, c := range p.Conflicts {
		v.Conflicts = append(v.Conflicts, w.both(c))
	}
	v.Nothing = len(v.Changes)+len(v.Conflicts) == 0
	v.Facts = append(v.Facts, w.pg.N("sheet.changes", len(v.Changes)))
	if len(v.Conflicts) > 0 {
		v.Facts = append(v.Facts, w.pg.N("sheet.conflicts", len(v.Conflicts)))
	}
	if p.Deletes > 0 {
		v.DeletesWord = w.pg.N("sheet.deletes", p.Deletes)
		v.Facts = append(v.Facts, v.DeletesWord)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// told says what a change does to its cell, value by value.
func (w *sheet) told(c batch.Change) told {
	m := w.o.Picture.Catalogue().Municipalities[w.o.Picture.Row(c.Edit.Municipality)]
	col := w.o.column(c.Edit.Column)
	name, _ := col.Name.In(w.pg.Lang)
	t := told{Municipality: m.Name, Column: name, Deletes: takesAway(c)}
	if c.Now.By != "" {
		t.By = w.pg.Who(c.Now.By)
	}
	if c.Edit.Level != "" {
		t.Level = &fromTo{w.chip(c.Now.Level), w.chip(c.Edit.Level)}
	}
	if c.Edit.Text != nil {
		t.Text = &fromTo{w.paragraph(c.Now.Text.String()), w.paragraph(string(*c.Edit.Text))}
	}
	if c.Edit.Evidence != nil {
		t.Evidence = w.links(c.Now.Evidence, *c.Edit.Evidence)
	}
	return t
}

// both says all that the file and the cell say, for one who chooses between them.
func (w *sheet) both(c batch.Change) told {
	t := w.told(c)
	if c.Said.Level != nil {
		t.Level = &fromTo{w.chip(c.Now.Level), w.chip(cmp.Or(*c.Said.Level, domain.NotAssessed))}
	}
	if c.Said.Text != nil {
		t.Text = &fromTo{w.paragraph(c.Now.Text.String()), w.paragraph(*c.Said.Text)}
	}
	return t
}

func takesAway(c batch.Change) bool {
	return c.Edit.Level == domain.NotAssessed || c.Edit.Text != nil && *c.Edit.Text == "" || c.Edit.Evidence != nil && len(*c.Edit.Evidence) < len(c.Now.Evidence)
}

// paragraph is a text as it was written, or a word for none.
func (w *sheet) paragraph(text string) template.HTML {
	var b kit.Builder
	if text == "" {
		b.Raw(`<span class="unset">`).Text(w.pg.T("work.no_text")).Raw(`</span>`)
	} else {
		b.Raw(`<span class="typed">`).Text(text).Raw(`</span>`)
	}
	return b.HTML()
}

// links says what is linked and what is no longer.
func (w *sheet) links(was, is []evidence.Ref) (out []string) {
	word := func(sign string, r evidence.Ref) string {
		return strings.Join([]string{sign, string(r.ID) + "@" + strconv.Itoa(r.Version)}, "\u00a0")
	}
	for _, r := range is {
		if !slices.Contains(was, r) {
			out = append(out, word("+", r))
		}
	}
	for _, r := range was {
		if !slices.Contains(is, r) {
			out = append(out, word("−", r))
		}
	}
	return out
}
