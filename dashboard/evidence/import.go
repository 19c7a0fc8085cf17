package evidence

import (
	"slices"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/batch"
	"kommunebilde/domain/evidence"
)

// Given is a file of evidence that somebody gave: what it would do, or what is wrong in it.
type Given struct {
	Kind    string // ImportSupervision or ImportSurvey
	Year    string // of the survey, as it was typed
	Read    bool   // there was a file
	Whole   bool   // the faults are of the whole file: nothing of it was read
	Faults  []kit.Fault
	Count   int // all of them
	Plan    batch.Sources
	Places  []string // of each that the file has, for those that are refused
	Unread  []string // columns
	Hidden  []string // rows
	Skipped []string // sheets
	File    string   // itself, for the form that records it
	Sum     string   // of what it would record
}

// What a file may be of, as the form has it.
const (
	ImportSupervision = "tilsyn"
	ImportSurvey      = "dsb"
)

// importView is the page that takes a file of evidence, and shows what it would do.
type importView struct {
	kit.Page
	G        Given
	Path     string
	Survey   bool
	Counts   []fact
	Refused  []string
	More     string
	Changed  []importRow
	New      []importRow
	Same     []importRow
	Notes    []fact
	Sum      int
	Deletes  int
	DeletesN string
}

// importRow is one piece of evidence that a file has.
type importRow struct {
	Municipality, Day, Title, State string
	Says                            []string // what is new in it
}

// Import is the page of evidence by file.
func Import(s *kit.Site, r kit.Request, p domain.Picture, g Given) ([]byte, error) {
	const path = "/kunnskap/fil"
	r.Path = path
	pg := s.NewPage(r, "evidence", "")
	pg.OnBoard(p)
	pg.Edits, pg.Body.Live = false, ""
	pg.Own = "evidence"
	pg.Title = pg.T("evidence.import.title")
	v := importView{Page: pg, G: g, Path: pg.Link(path), Survey: g.Kind == ImportSurvey}
	v.refusals()
	v.lists(p.Catalogue())
	return s.Render(v.Lang, "sources", &v)
}

// refusals are what is wrong in the file, and which rows may not be recorded.
func (v *importView) refusals() {
	const most = 200
	for _, f := range v.G.Faults {
		v.Refused = append(v.Refused, v.Words.Fault(f))
	}
	for _, r := range v.G.Plan.Refused {
		v.Refused = append(v.Refused, v.G.Places[r.Row]+": "+v.Words.Refusal(r.Err))
	}
	count := v.G.Count + len(v.G.Plan.Refused)
	v.Refused = v.Refused[:min(len(v.Refused), most)]
	if more := count - len(v.Refused); more > 0 {
		v.More = v.N("n.more", more)
	}
	if !v.G.Read || v.G.Whole {
		return
	}
	for _, one := range []struct {
		key string
		n   int
	}{{"new", len(v.G.Plan.New)}, {"changed", len(v.G.Plan.Changed)}, {"same", len(v.G.Plan.Same)}, {"refused", count}} {
		v.Counts = append(v.Counts, fact{Name: v.T("evidence.import." + one.key), Value: strconv.Itoa(one.n)})
	}
	for _, one := range []struct {
		key  string
		list []string
	}{{"unread", v.G.Unread}, {"hidden", v.G.Hidden}, {"skipped", v.G.Skipped}} {
		if len(one.list) > 0 {
			v.Notes = append(v.Notes, fact{Name: v.T("evidence.import." + one.key), Value: strings.Join(one.list, ", ")})
		}
	}
}

func (v *importView) lists(c *domain.Catalogue) {
	d := differences{words: v.Page, cat: c}
	for _, r := range v.G.Plan.New {
		row := d.row(r)
		for _, i := range v.G.Plan.Alike[r.ID] {
			row.Says = append(row.Says, v.T("evidence.import.alike", i.Title.String()))
		}
		v.New = append(v.New, row)
	}
	for _, one := range v.G.Plan.Changed {
		row := d.row(one.Is)
		row.Says = d.of(one.Was.Again(), one.Is)
		v.Changed = append(v.Changed, row)
	}
	for _, i := range v.G.Plan.Same {
		v.Same = append(v.Same, d.row(i.Again()))
	}
	v.Sum, v.Deletes = len(v.New)+len(v.Changed), v.G.Plan.Deletes
	v.DeletesN = v.N("evidence.import.deletes", v.Deletes)
}

// differences says what is new in a version.
type differences struct {
	words kit.Page
	cat   *domain.Catalogue
}

func (d differences) row(r evidence.Record) importRow {
	out := importRow{Day: d.words.Date(r.Effective), Title: string(r.Title), State: d.state(r)}
	var names []string
	for _, m := range r.Municipalities {
		if i := d.cat.MunicipalityIndex(m); i >= 0 {
			names = append(names, d.cat.Municipalities[i].Name)
		}
	}
	out.Municipality = strings.Join(names, ", ")
	return out
}

// state says how it stands with a supervision.
func (d differences) state(r evidence.Record) string {
	if r.Type != evidence.Supervision {
		return d.words.T("evidence.type." + string(r.Type))
	}
	out := d.words.T("evidence.supervision." + string(r.Supervision.State))
	open := 0
	for _, dev := range r.Supervision.Deviations {
		if dev.State == "open" {
			open++
		}
	}
	if open > 0 {
		return out + ", " + d.words.N("evidence.state.open", open)
	}
	if n := len(r.Supervision.Deviations); n > 0 {
		return out + ", " + d.words.N("evidence.state.closed", n)
	}
	return out
}

// of lists what is another in a version than in the one before.
func (d differences) of(was, is evidence.Record) (out []string) {
	w := d.words
	for _, one := range []struct{ key, was, is string }{
		{"evidence.type", w.T("evidence.type." + string(was.Type)), w.T("evidence.type." + string(is.Type))},
		{"evidence.what", string(was.Title), string(is.Title)},
		{"evidence.source", string(was.Source), string(is.Source)},
		{"evidence.effective", w.Date(was.Effective), w.Date(is.Effective)},
		{"evidence.body", string(was.Supervision.Body), string(is.Supervision.Body)},
		{"evidence.basis", string(was.Supervision.Basis), string(is.Supervision.Basis)},
		{"evidence.state", d.supervised(was), d.supervised(is)},
		{"evidence.areas", d.areas(was), d.areas(is)},
		{"evidence.access", w.T("evidence.access." + string(was.Access)), w.T("evidence.access." + string(is.Access))},
	} {
		if one.was != one.is {
			out = append(out, w.T("evidence.diff", w.T(one.key), or(one.was), or(one.is)))
		}
	}
	for _, one := range []struct {
		key  string
		same bool
	}{{"evidence.period", was.Period == is.Period || was.Effective != is.Effective}, {"evidence.summary", was.Summary == is.Summary}, {"evidence.link", was.Link == is.Link}} {
		if !one.same {
			out = append(out, w.T("evidence.diff.changed", w.T(one.key)))
		}
	}
	return append(out, d.deviations(was.Supervision.Deviations, is.Supervision.Deviations)...)
}

func or(value string) string {
	if value == "" {
		return "–"
	}
	return value
}

func (d differences) supervised(r evidence.Record) string {
	if r.Supervision.State == "" {
		return ""
	}
	return d.words.T("evidence.supervision." + string(r.Supervision.State))
}

func (d differences) areas(r evidence.Record) string {
	var names []string
	for _, c := range r.Columns {
		if i := d.cat.ColumnIndex(c); i >= 0 {
			names = append(names, kit.ShortOf(d.cat, i, d.words.Lang))
		}
	}
	return strings.Join(names, ", ")
}

// deviations says which are taken away, before all else, which are new, and what happened
// to the others.
func (d differences) deviations(was, is []evidence.Deviation) (out []string) {
	at := func(list []evidence.Deviation, id string) int {
		return slices.IndexFunc(list, func(o evidence.Deviation) bool { return o.ID == id })
	}
	for _, dev := range was {
		if at(is, dev.ID) < 0 {
			out = append(out, d.words.T("evidence.diff.dropped", or(string(dev.Text))))
		}
	}
	for _, dev := range is {
		text := or(string(dev.Text))
		i := at(was, dev.ID)
		if i < 0 {
			out = append(out, d.words.T("evidence.diff.added", text, d.stands(dev)))
			continue
		}
		if was[i].Text != dev.Text {
			out = append(out, d.words.T("evidence.diff", d.words.T("evidence.deviation"), or(string(was[i].Text)), text))
		}
		if before, now := d.stands(was[i]), d.stands(dev); before != now {
			out = append(out, d.words.T("evidence.diff", text, before, now))
		}
	}
	return out
}

// stands says how it stands with a deviation.
func (d differences) stands(dev evidence.Deviation) string {
	switch {
	case dev.State == "closed":
		return d.words.T("evidence.deviation.closed", d.words.Date(dev.Closed))
	case dev.Due != "":
		return d.words.T("evidence.deviation.due", d.words.Date(dev.Due))
	}
	return d.words.T("evidence.deviation.open")
}

// listed is a list of evidence as its template has it.
type listed struct {
	V    *importView
	Rows []importRow
}

// List gives a list to its template.
func (v *importView) List(rows []importRow) listed { return listed{v, rows} }
