package assessment

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/suggestion"
)

// Options are what the pages are made of, beside the request: all of it is for staff.
type Options struct {
	Picture domain.Picture // the edition's working copy
	Work    signoff.Work
	Plan    plan.Plan
	Waiting []suggestion.Suggestion // from meetings
	Area    domain.ColumnID         // that names the units
	Open    domain.MunicipalityID   // the row that is open, "" none
	New     evidence.ID             // a source that was recorded for it a moment ago, "" none
	Filter  Filter
	Since   domain.Revision // only rows that changed after it, 0 all
	May     func(domain.ColumnID, domain.Right) bool
}

// Filter is what the workplace shows.
type Filter struct {
	States  []signoff.State
	Region  domain.RegionID
	Waiting bool // rows with a suggestion from a meeting
}

// view is one area for all municipalities.
type view struct {
	kit.Page
	Band             kit.EditionHead
	Area, AreaLang   string
	Areas            []kit.Tab
	Themes, Resting  bool
	Responsible, Due string
	Strip            template.HTML // every municipality as a sign
	Done             string        // "26 av 46 sendt inn"
	Filters          []filter
	Regions          []region
	Region           string
	Action, Reset    string
	Sheet            template.HTML // head and rows of the table
	Shown            int
	Nothing          string
	Carry, Moderate  string // addresses, "" not for the reader
	CSV, JSON        string
	Upload           string // where a table is given back, "" not for the reader
	Address          string
	Column           string
}

type filter struct {
	Name  string
	Value string
	N     int
	On    bool
	Sign  template.HTML
}

type region struct {
	ID, Name string
	On       bool
}

// row is a municipality's unit with what is said of it.
type row struct {
	m       domain.Municipality
	u       signoff.Unit
	waiting int
	own     bool // was sent back to the reader
	whole   bool // on the page of its municipality, where areas are the rows
}

// key names a row on its page.
func (r row) key() string {
	if r.whole {
		return "r-" + string(r.lead())
	}
	return "r-" + string(r.m.ID)
}

// Workplace is the page of one area.
func Workplace(s *kit.Site, r kit.Request, o Options) ([]byte, error) {
	pg := s.NewPage(r, "workplace", "")
	pg.OnBoard(o.Picture)
	pg.Edits, pg.Nav, pg.Own, pg.Data = false, "editions", "workplace", pg.Words.Script
	w := sheet{pg: &pg, o: o, col: o.column(o.Area)}
	v := view{Area: w.name(w.col), Column: string(o.Area), Themes: w.col.Themes, Resting: o.Work.Rests(o.Area)}
	pg.Title = v.Area + " – " + pg.TitleOf(o.Picture.Board())
	v.Band = pg.NewEditionHead(o.Picture.Board(), "vurdering", next(&pg, o.Plan))
	v.Address = pg.Link(w.address(o.Area))
	v.takes(&w)
	v.Areas = w.areas()
	v.people(&w)
	all := w.rows()
	v.counts(&w, all)
	shown := slices.DeleteFunc(slices.Clone(all), func(r row) bool { return !o.Filter.shows(r) })
	v.Shown = len(shown)
	if len(shown) == 0 && !v.Resting {
		v.Nothing = pg.T("work.nothing")
	}
	var b kit.Builder
	if o.Since > 0 {
		shown = slices.DeleteFunc(shown, func(r row) bool { return !w.changedSince(r) })
	}
	w.table(&b, shown, o.Since == 0)
	v.Sheet = b.HTML()
	v.Strip = w.strip(all)
	if o.May(o.Area, domain.RightApprove) {
		v.Moderate = pg.Link("/utgave/" + string(o.Picture.Board().ID) + "/samkjoring/" + string(o.Area))
	}
	v.Page = pg
	return s.Render(v.Lang, "workplace", &v)
}

func (o Options) column(c domain.ColumnID) domain.Column {
	return o.Picture.Catalogue().Columns[o.Picture.Col(c)]
}

// shows reports whether a row passes.
func (f Filter) shows(r row) bool {
	return (len(f.States) == 0 || slices.Contains(f.States, r.u.State)) &&
		(f.Region == "" || r.m.Region == f.Region) && (!f.Waiting || r.waiting > 0)
}

// next says what comes next in the edition's plan.
func next(pg *kit.Page, p plan.Plan) string {
	today := pg.Local(pg.Now).Format("2006-01-02")
	for _, day := range []struct{ word, day string }{{"work.drafted", p.Days.Drafted}, {"work.approved", p.Days.Approved}, {"work.published_day", p.Days.Published}} {
		if day.day >= today {
			return pg.T(day.word, pg.Date(day.day))
		}
	}
	return ""
}

// sheet draws the table of one area.
type sheet struct {
	pg  *kit.Page
	o   Options
	col domain.Column
}

func (w *sheet) name(c domain.Column) string {
	if c.Kind == domain.ColumnSummary {
		return w.pg.T("work.summary")
	}
	name, _ := c.Name.In(w.pg.Lang)
	return name
}

func (w *sheet) address(area domain.ColumnID) string {
	return "/utgave/" + string(w.o.Picture.Board().ID) + "/vurdering/" + string(area)
}

// areas are the units that one may go to.
func (w *sheet) areas() (out []kit.Tab) {
	cat := w.o.Picture.Catalogue()
	for _, i := range append(cat.Areas(), cat.Summaries()[:min(1, len(cat.Summaries()))]...) {
		c := cat.Columns[i]
		out = append(out, kit.Tab{Name: w.name(c), Href: string(c.ID), Current: c.ID == w.o.Area})
	}
	return out
}

// people says who answers for the area, and until when.
func (v *view) people(w *sheet) {
	area := w.o.Plan.Areas[w.o.Area]
	var names []string
	for _, id := range area.Assessors {
		names = append(names, w.pg.Who(id))
	}
	v.Responsible = strings.Join(names, ", ")
	if area.Due != "" {
		v.Due = w.pg.T("work.due", w.pg.Date(area.Due))
	}
}

// rows are all municipalities, in the order of the meetings' agenda.
func (w *sheet) rows() (out []row) {
	waiting := map[domain.MunicipalityID]int{}
	covers := w.o.Work.Covers(w.o.Area)
	for _, s := range w.o.Waiting {
		if slices.Contains(covers, s.Column) {
			waiting[s.Municipality]++
		}
	}
	for _, m := range w.o.Picture.Catalogue().Municipalities {
		u := w.o.Work.Unit(m.ID, w.o.Area)
		r := row{m: m, u: u, waiting: waiting[m.ID]}
		if u.Returned != nil && w.pg.Request.User != nil {
			r.own = slices.Contains(u.Authors, w.pg.Request.User.ID)
		}
		out = append(out, r)
	}
	return out
}

// changedSince reports whether a row is another than at the revision that is told.
func (w *sheet) changedSince(r row) bool {
	return r.u.Touched > w.o.Since || r.waiting > 0
}

// counts fills in the filters, which are legend and counter at once.
func (v *view) counts(w *sheet, all []row) {
	n := map[signoff.State]int{}
	waiting := 0
	for _, r := range all {
		n[r.u.State]++
		if r.waiting > 0 {
			waiting++
		}
	}
	v.Done = w.pg.T("work.done", strconv.Itoa(submitted(all)), strconv.Itoa(len(all)))
	for _, s := range signoff.States() {
		var sign kit.Builder
		sign.WorkSign(string(s))
		v.Filters = append(v.Filters, filter{w.pg.T("work.state." + string(s)), string(s), n[s], slices.Contains(w.o.Filter.States, s), sign.HTML()})
	}
	if waiting > 0 || w.o.Filter.Waiting {
		v.Filters = append(v.Filters, filter{w.pg.T("work.waiting"), "waiting", waiting, w.o.Filter.Waiting, ""})
	}
	for _, r := range w.o.Picture.Catalogue().Regions {
		v.Regions = append(v.Regions, region{string(r.ID), r.Name, r.ID == w.o.Filter.Region})
	}
	v.Region = string(w.o.Filter.Region)
	if len(w.o.Filter.States) > 0 || v.Region != "" || w.o.Filter.Waiting {
		v.Reset = v.Address
	}
}

// strip is every municipality as a sign, under its region.
func (w *sheet) strip(all []row) template.HTML {
	var b kit.Builder
	for _, region := range w.o.Picture.Catalogue().Regions {
		b.Raw(`<li><span>`)
		for _, r := range all {
			if r.m.Region != region.ID {
				continue
			}
			b.Raw(`<a`).Attr("href", w.pg.Link(w.address(w.o.Area)+"/"+string(r.m.ID))).Attr("data-go", r.key()).
				Attr("aria-label", r.m.Name+": "+w.pg.T("work.state."+string(r.u.State))).Raw(`>`).WorkSign(string(r.u.State)).Raw(`</a>`)
		}
		b.Raw(`</span><small>`).Text(region.Short).Raw(`</small></li>`)
	}
	return b.HTML()
}

// table draws rows under their regions; whole also draws head and regions.
func (w *sheet) table(b *kit.Builder, rows []row, whole bool) {
	if whole {
		w.head(b)
	}
	b.Raw(`<tbody>`)
	var region domain.RegionID
	for _, r := range rows {
		if whole && r.m.Region != region {
			region = r.m.Region
			b.Raw(`<tr class="region"><th scope="rowgroup" colspan="`).Int(w.width()).Raw(`">`).Text(w.regionName(region)).Raw(`</th></tr>`)
		}
		w.row(b, r)
	}
	b.Raw(`</tbody>`)
}

func (w *sheet) regionName(id domain.RegionID) string {
	cat := w.o.Picture.Catalogue()
	return cat.Regions[cat.RegionIndex(id)].Name
}

// indicators are the columns under the area, or the texts of the summary.
func (w *sheet) indicators() []domain.Column {
	var out []domain.Column
	for i, c := range w.o.Work.Covers(w.o.Area) {
		if i > 0 || w.col.Kind == domain.ColumnSummary {
			out = append(out, w.o.column(c))
		}
	}
	return out
}

func (w *sheet) summary() bool { return w.col.Kind == domain.ColumnSummary }

// width is how many columns the table has.
func (w *sheet) width() int {
	if w.summary() {
		return 1 + len(w.indicators()) + 3
	}
	return 1 + 1 + len(w.indicators()) + 6
}

func (w *sheet) head(b *kit.Builder) {
	th := func(class, word string) { b.Raw(`<th scope="col" class="`, class, `">`).Text(word).Raw(`</th>`) }
	b.Raw(`<thead><tr>`)
	th("name", w.pg.T("work.municipality"))
	if !w.summary() {
		th("prev", w.before())
	}
	for _, c := range w.indicators() {
		short, _ := c.Short.In(w.pg.Lang)
		if w.summary() {
			th("text", short)
		} else {
			th("ind", short)
		}
	}
	if !w.summary() {
		th("lvl", w.pg.T("work.level"))
		th("text", w.pg.T("work.first"))
		th("num", w.pg.T("work.evidence"))
	}
	th("std", w.since())
	th("state", w.pg.T("work.status"))
	th("miss", w.pg.T("work.missing"))
	b.Raw(`</tr></thead>`)
}

// before is what the edition before is called, short: its year.
func (w *sheet) before() string {
	if !w.o.Work.Before.Known {
		return w.pg.T("work.none_before")
	}
	return string(w.o.Work.Before.Ground.ID())
}

func (w *sheet) since() string {
	if !w.o.Work.Before.Known {
		return w.pg.T("work.standing")
	}
	return w.pg.T("work.from", w.before())
}

// row draws a municipality.
func (w *sheet) row(b *kit.Builder, r row) {
	first := r.u.Cells[0]
	name := r.m.Name
	if r.whole {
		name = w.name(w.col)
	}
	b.Raw(`<tr`).Attr("id", r.key()).Attr("data-m", string(r.m.ID)).Attr("data-c", string(w.o.Area)).Attr("data-state", string(r.u.State)).Num("data-seen", int64(first.Revision)).Num("data-unit", int64(r.u.Revision))
	b.Flag("data-missing", len(r.u.Missing) > 0).Flag("data-returned", r.u.Returned != nil).Raw(`><th scope="row"><a`).Attr("href", w.pg.Link(w.address(w.o.Area)+"/"+string(r.m.ID))).Raw(`>`).Text(name).Raw(`</a></th>`)
	if r.whole {
		w.inWhole(b, r)
		return
	}
	if !w.summary() {
		w.was(b, first)
	}
	for i, c := range r.u.Cells {
		switch {
		case w.summary():
			b.Raw(`<td class="text"><span>`).Text(firstLine(c.Text.String())).Raw(`</span></td>`)
		case i > 0:
			b.Raw(`<td class="ind">`)
			if c.Level == domain.NotAssessed {
				b.Raw(`<span aria-hidden="true">–</span><span class="vh">`).Text(w.pg.T("level.not_assessed")).Raw(`</span>`)
			} else {
				b.Marked(c.Level).Raw(` <span>`).Text(w.pg.T("level." + string(c.Level))).Raw(`</span>`)
			}
			b.Raw(`</td>`)
		}
	}
	if !w.summary() {
		w.level(b, r)
	}
	w.work(b, r)
}

// level draws the area's level, how its text begins, and what it rests on.
func (w *sheet) level(b *kit.Builder, r row) {
	first := r.u.Cells[0]
	b.Raw(`<td class="lvl">`)
	if first.Level == domain.NotAssessed {
		b.Raw(`<span class="unset">`).Text(w.pg.T("work.unset")).Raw(`</span>`)
	} else {
		b.Chip(first.Level, w.pg.T("level."+string(first.Level)))
	}
	b.Raw(`</td><td class="text"><span>`).Text(orElse(firstLine(first.Text.String()), w.pg.T("work.no_text"))).Raw(`</span></td><td class="num">`).Int(evidenceOf(r.u)).Raw(`</td>`)
}

// inWhole draws a row of a municipality's page: its indicators' levels stand together.
func (w *sheet) inWhole(b *kit.Builder, r row) {
	if w.summary() {
		b.Raw(`<td class="prev"></td><td class="ind"></td><td></td><td class="text"><span>`).Text(orElse(firstLine(r.u.Cells[0].Text.String()), w.pg.T("work.no_text"))).Raw(`</span></td><td class="num"></td>`)
		w.work(b, r)
		return
	}
	w.was(b, r.u.Cells[0])
	b.Raw(`<td class="ind">`)
	for _, c := range r.u.Cells[1:] {
		name, _ := w.o.column(c.Column).Name.In(w.pg.Lang)
		b.Raw(`<span`).Attr("title", name+": "+w.pg.T("level."+string(c.Level))).Raw(`>`).Marked(c.Level).Raw(`<span class="vh">`).Text(name + ": " + w.pg.T("level."+string(c.Level)) + ". ").Raw(`</span></span> `)
	}
	b.Raw(`</td>`)
	w.level(b, r)
	w.work(b, r)
}

// work draws how far the work on a unit has come.
func (w *sheet) work(b *kit.Builder, r row) {
	b.Raw(`<td class="std">`).Text(w.standing(r.u)).Raw(`</td><td class="state">`).WorkMark(string(r.u.State), w.stateWord(r)).Raw(`</td><td class="miss">`).Text(w.missing(r)).Raw(`</td></tr>`)
}

// was draws the level of the edition before, as shape and word, where it may be compared.
func (w *sheet) was(b *kit.Builder, c assessment.Cell) {
	b.Raw(`<td class="prev">`)
	switch {
	case c.Was != nil:
		b.Marked(c.Was.Level).Raw(`<span class="vh">`).Text(w.pg.T("level." + string(c.Was.Level))).Raw(`</span>`)
	case w.o.Work.Before.Redefined(c.Column):
		b.Raw(`<span`).Attr("title", w.pg.T("work.redefined")).Raw(`>–</span><span class="vh">`).Text(w.pg.T("work.redefined")).Raw(`</span>`)
	default:
		b.Raw(`–`)
	}
	b.Raw(`</td>`)
}

func evidenceOf(u signoff.Unit) int {
	n := 0
	for _, c := range u.Cells {
		n += len(c.Evidence)
	}
	return n
}

func (w *sheet) standing(u signoff.Unit) string {
	if !w.o.Work.Before.Known || u.State == signoff.Missing && u.Cells[0].Standing == assessment.New {
		return "–"
	}
	return w.pg.T("work.standing." + string(u.Cells[0].Standing))
}

func (w *sheet) stateWord(r row) string {
	if r.u.Returned != nil {
		return w.pg.T("work.returned")
	}
	return w.pg.T("work.state." + string(r.u.State))
}

// missing says in words what a unit lacks before it can be submitted, or what comes next.
func (w *sheet) missing(r row) string {
	if r.u.State == signoff.Changed && len(r.u.Missing) == 0 {
		return w.pg.T("work.missing.approval")
	}
	var words []string
	seen := slices.ContainsFunc(r.u.Missing, func(m assessment.Missing) bool { return m.What == "confirmed" })
	for _, m := range r.u.Missing {
		if seen && m.What == "level" {
			continue // a yes brings the level, too
		}
		word := w.pg.T("work.missing." + m.What)
		if m.Column != r.u.Cells[0].Column && m.What == "confirmed" {
			word = w.pg.T("work.missing.confirmed")
		}
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	if r.waiting > 0 {
		words = append(words, w.pg.N("work.missing.suggestion", r.waiting))
	}
	return strings.Join(words, ", ")
}

// firstLine returns how a text begins, in one line.
func firstLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	const most = 200
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
