package evidence

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
)

// Options are what the page is made of, beside the request.
type Options struct {
	Municipality domain.Municipality
	Catalogue    *domain.Catalogue // of the areas that evidence is about
	Decision     domain.Decision
	Office       *domain.Picture // the live picture, nil for a contact
	Filter       Filter
	Form         *Form           // that was sent and refused, nil: none was
	Sent         []evidence.File // that were sent without script, for the form that is open
	Endings      []string        // of files that are taken in
	Megabytes    int             // that one of them may have
}

// Filter is what of the evidence is shown, and how: the address has it.
type Filter struct {
	Type      evidence.Type
	Area      domain.ColumnID
	Old       bool // holds from longer than two years ago
	Unused    bool // nothing rests on it
	Withdrawn bool // and not what stands
	Chosen    evidence.ID
	Version   int    // of the chosen, 0 the newest
	Act       string // "ny", "endre" or "trekk": the form that is open
	For       Cell   // of the workplace, where something new is used
}

// Cell is a cell of an edition's workplace, where a new source is wanted.
type Cell struct {
	Board  domain.BoardID
	Column domain.ColumnID
}

// String is the cell as an address has it, "" for none.
func (c Cell) String() string {
	if c.Board == "" {
		return ""
	}
	return string(c.Board) + "." + string(c.Column)
}

// CellOf reads what String wrote.
func CellOf(s string) Cell {
	board, column, _ := strings.Cut(s, ".")
	if !domain.IsID(board) || !domain.IsID(column) {
		return Cell{}
	}
	return Cell{domain.BoardID(board), domain.ColumnID(column)}
}

// Path leads to the cell of a municipality in the workplace.
func (c Cell) Path(m domain.MunicipalityID) string {
	return "/utgave/" + url.PathEscape(string(c.Board)) + "/vurdering/" + url.PathEscape(string(c.Column)) + "/" + url.PathEscape(string(m))
}

// old is when evidence is said to be old.
func old(now time.Time) string { return now.AddDate(-2, 0, 0).Format(time.DateOnly) }

// Of returns what a filter lets through; uses is how much rests on each.
func (f Filter) Of(all []evidence.Item, uses map[evidence.ID]int, now time.Time) []evidence.Item {
	return slices.DeleteFunc(slices.Clone(all), func(i evidence.Item) bool {
		return f.Unused && uses[i.ID] > 0 || f.Type != "" && i.Type != f.Type || f.Area != "" && !slices.Contains(i.Columns, f.Area) ||
			f.Old && i.Effective >= old(now) || f.Withdrawn != (i.Withdrawn != nil)
	})
}

// Query is what of a filter leaves something out, as the address has it.
func (f Filter) Query() url.Values {
	q := url.Values{}
	for name, is := range map[string]string{"type": string(f.Type), "omrade": string(f.Area), "gammel": flag(f.Old), "ubrukt": flag(f.Unused), "trukket": flag(f.Withdrawn)} {
		if is != "" {
			q.Set(name, is)
		}
	}
	return q
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// view is the page as its template has it.
type view struct {
	kit.Page
	o        Options
	uses     map[evidence.ID]int
	path     string
	Name     string
	About    []string
	Known    string // "Viser 13 av 41"
	Facts    []fact
	Types    []toggle
	Toggles  []toggle
	Areas    []kit.Choice
	Area     domain.ColumnID
	Keep     []kit.Choice // what else of the filter a form for the area sends
	Rows     []row
	Chosen   *chosen
	Form     *Form
	Kinds    []toggle // of what may be recorded
	New      string   // where something new is recorded, "" not for the reader
	CSV      string
	JSON     string
	Cited    bool
	Open     []asked // what the municipality said, and waits for an answer
	Answered []asked
	Empty    string
	Clear    string
	Overview string
}

// toggle is a part of the filter that is a link: pressed, it is on.
type toggle struct {
	Name, Href string
	N          int
	On         bool
}

// row is one piece of evidence in the table.
type row struct {
	Href, Day, Stamp, Age, Type, Title, Sub, Areas, State, Access string
	Old, Asks, Closed, On, Says                                   bool
	Uses                                                          int
	ID                                                            evidence.ID // of a citation, which may be marked
	Version                                                       int
}

// Page is everything known about one municipality: to the office all of it, to a contact
// of the municipality the citations.
func Page(s *kit.Site, r kit.Request, o Options) ([]byte, error) {
	pg := s.NewPage(r, "evidence", "")
	v := view{o: o, Name: o.Municipality.Name, Cited: o.Office == nil, path: "/kommune/" + url.PathEscape(string(o.Municipality.ID)) + "/kunnskap"}
	pg.Own = "evidence"
	pg.Title = pg.T("evidence.title", o.Municipality.Name)
	if v.Cited {
		pg.Title = pg.T("evidence.own", o.Municipality.Name)
		pg.County = o.Catalogue.County
		pg.Office, pg.OfficeLang = o.Catalogue.Office.In(pg.Lang)
		pg.OfficeLang = kit.OtherLang(pg.OfficeLang, pg.Lang)
	} else {
		pg.OnBoard(*o.Office)
		pg.Edits, pg.Body.Live = false, ""
		v.Overview = pg.Link("/kommune/" + url.PathEscape(string(o.Municipality.ID)))
	}
	v.Page = pg
	v.About = v.about()
	all := evidence.Of(o.Decision, o.Municipality.ID)
	v.uses = assessment.Counts(o.Decision)
	v.Facts = v.facts(all)
	v.filters(all)
	shown := o.Filter.Of(all, v.uses, v.Local(r.Now))
	for _, i := range shown {
		v.Rows = append(v.Rows, v.row(i))
	}
	v.Known = v.N("evidence.shown", len(shown), strconv.Itoa(len(all)))
	if len(shown) == 0 {
		v.Empty = v.T("evidence.none_match")
		if len(all) == 0 {
			v.Empty = v.T("evidence.none")
		}
	}
	q := o.Filter.Query()
	q.Set("format", "csv")
	v.CSV = v.Path("/eksport?" + q.Encode())
	q.Set("format", "json")
	v.JSON = v.Path("/eksport?" + q.Encode())
	v.Open, v.Answered = v.questions()
	v.panel()
	return s.Render(v.Lang, "evidence", &v)
}

// Path is an address below the page's own.
func (v *view) Path(below string) string { return v.Link(v.path + below) }

// Count numbers things from one.
func (v *view) Count(i int) int { return i + 1 }

// about says which municipality it is.
func (v *view) about() (out []string) {
	m := v.o.Municipality
	out = append(out, string(m.ID))
	if i := v.o.Catalogue.RegionIndex(m.Region); i >= 0 {
		out = append(out, v.o.Catalogue.Regions[i].Name)
	}
	return out
}

// to is the page with another filter.
func (v *view) to(change func(*Filter)) string {
	f := v.o.Filter
	f.Chosen, f.Version, f.Act = "", 0, ""
	change(&f)
	q := f.Query()
	for name, is := range map[string]string{"valgt": string(f.Chosen), "skjema": f.Act, "for": f.For.String()} {
		if is != "" {
			q.Set(name, is)
		}
	}
	if f.Version > 0 {
		q.Set("v", strconv.Itoa(f.Version))
	}
	if len(q) == 0 {
		return v.Path("")
	}
	return v.Path("?" + q.Encode())
}

// filters makes what of the page can be left out, with how much there is of each.
func (v *view) filters(all []evidence.Item) {
	f := v.o.Filter
	stands := Filter{}.Of(all, v.uses, v.Now)
	v.Types = []toggle{{v.T("evidence.all"), v.to(func(f *Filter) { f.Type = "" }), len(stands), f.Type == ""}}
	for _, t := range evidence.Type("").OneOf() {
		if n := len(Filter{Type: evidence.Type(t)}.Of(all, v.uses, v.Now)); n > 0 || f.Type == evidence.Type(t) {
			v.Types = append(v.Types, toggle{v.T("evidence.type." + t), v.to(func(f *Filter) { f.Type = evidence.Type(t) }), n, f.Type == evidence.Type(t)})
		}
	}
	if n := len(Filter{Old: true}.Of(all, v.uses, v.Local(v.Now))); n > 0 || f.Old {
		v.Toggles = append(v.Toggles, toggle{v.T("evidence.old"), v.to(func(f *Filter) { f.Old = !f.Old }), n, f.Old})
	}
	if n := len(Filter{Unused: true}.Of(all, v.uses, v.Now)); !v.Cited && (n > 0 || f.Unused) {
		v.Toggles = append(v.Toggles, toggle{v.T("evidence.unused"), v.to(func(f *Filter) { f.Unused = !f.Unused }), n, f.Unused})
	}
	if n := len(Filter{Withdrawn: true}.Of(all, v.uses, v.Now)); n > 0 || f.Withdrawn {
		v.Toggles = append(v.Toggles, toggle{v.T("evidence.withdrawn"), v.to(func(f *Filter) { f.Withdrawn = !f.Withdrawn }), n, f.Withdrawn})
	}
	v.Area = f.Area
	for _, c := range v.areas() {
		if f.Area == c || slices.ContainsFunc(all, func(i evidence.Item) bool { return slices.Contains(i.Columns, c) }) {
			v.Areas = append(v.Areas, kit.Choice{Value: string(c), Name: v.column(c)})
		}
	}
	for name, is := range f.Query() {
		if name != "omrade" {
			v.Keep = append(v.Keep, kit.Choice{Value: is[0], Name: name})
		}
	}
	slices.SortFunc(v.Keep, func(a, b kit.Choice) int { return cmp.Compare(a.Name, b.Name) })
	if len(f.Query()) > 0 {
		v.Clear = v.Path("")
	}
}

// areas are what evidence can be about.
func (v *view) areas() (out []domain.ColumnID) {
	for _, c := range v.o.Catalogue.Columns {
		if c.Kind == domain.ColumnArea {
			out = append(out, c.ID)
		}
	}
	return out
}

func (v *view) column(id domain.ColumnID) string {
	for col, c := range v.o.Catalogue.Columns {
		if c.ID == id {
			return kit.ShortOf(v.o.Catalogue, col, v.Lang)
		}
	}
	return string(id)
}

func (v *view) row(i evidence.Item) row {
	out := row{
		Day: v.Date(i.Effective), Stamp: i.Effective, Age: v.age(i.Effective), Old: i.Effective < old(v.Local(v.Now)),
		Type: v.T("evidence.type." + string(i.Type)), Title: v.said(i.Title), Sub: v.sub(i), On: i.ID == v.o.Filter.Chosen,
	}
	if v.Cited {
		out.ID, out.Version = i.ID, i.Version
		return out
	}
	out.Href = v.to(func(f *Filter) { f.Chosen = i.ID }) + "#kilde"
	out.Uses = v.uses[i.ID]
	out.State, out.Asks = v.state(i)
	out.Says = out.State != "–"
	out.Access, out.Closed = v.access(i)
	var names []string
	for _, c := range i.Columns {
		names = append(names, v.column(c))
	}
	out.Areas = strings.Join(names, ", ")
	return out
}

// said is a text, or that it was taken out.
func (v *view) said(t *domain.Text) string {
	if t.Redacted() {
		return v.T("evidence.gone")
	}
	return t.String()
}

// sub is what stands under the title: the law, whom it is from, and of numbers, which are
// mended, when they were taken.
func (v *view) sub(i evidence.Item) string {
	var out []string
	if s := i.Supervision; s != nil {
		out = append(out, v.said(s.Basis), v.said(s.Body))
	}
	if i.Source != nil && (i.Supervision == nil || i.Source.String() != i.Supervision.Body.String()) {
		out = append(out, v.said(i.Source))
	}
	if i.Retrieved != i.Effective && (v.Cited || i.Type == evidence.Kostra || i.Type == evidence.Statistics) {
		out = append(out, v.T("evidence.got", v.Date(i.Retrieved)))
	}
	return strings.Join(slices.DeleteFunc(out, func(s string) bool { return s == "" }), " · ")
}

// state says how it stands with it, and whether that asks for something.
func (v *view) state(i evidence.Item) (words string, asks bool) {
	today := v.Local(v.Now).Format(time.DateOnly)
	n := i.OpenDeviations()
	switch s := i.Supervision; {
	case i.Withdrawn != nil:
		return v.T("evidence.state.withdrawn"), false
	case s != nil && s.State == "planned":
		return v.T("evidence.state.planned"), false
	case n > 0:
		return v.N("evidence.state.open", n), true
	case s != nil && len(s.Deviations) > 0:
		return v.N("evidence.state.closed", len(s.Deviations)), false
	case s != nil:
		return v.T("evidence.state.no_deviation"), false
	case i.ROBEK != nil && i.ROBEK.Out == "":
		return v.T("evidence.state.robek_in"), true
	case i.ROBEK != nil:
		return v.T("evidence.state.robek_out", v.Date(i.ROBEK.Out)), false
	case i.Funds != nil && i.Funds.Granted == nil:
		return v.T("evidence.state.applied", v.kroner(i.Funds.Applied)), true
	case i.Funds != nil:
		return v.T("evidence.state.granted", v.kroner(*i.Funds.Granted)), false
	case i.Period != nil && i.Period.To != "" && i.Type == evidence.ROS:
		if i.Period.To < today {
			return v.T("evidence.state.expired", v.Date(i.Period.To)), true
		}
		return v.T("evidence.state.valid", v.Date(i.Period.To)), false
	}
	return "–", false
}

// access says who may see it, and whether somebody may not.
func (v *view) access(i evidence.Item) (words string, closed bool) {
	if i.Exempt != nil {
		return v.T("evidence.exempt", v.T("evidence.basis."+string(i.Exempt.Basis))), true
	}
	return v.T("evidence.access." + string(i.Access)), i.Access == evidence.Office
}

// kroner writes an amount.
func (v *view) kroner(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "\u00a0" + digits[i:]
	}
	return digits
}

// age says how long ago a day was, in the largest unit that tells it well.
func (v *view) age(day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, v.Zone)
	if err != nil {
		return ""
	}
	now := v.Local(v.Now)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, v.Zone)
	days := int(today.Sub(t).Round(24*time.Hour).Hours() / 24)
	months := (today.Year()-t.Year())*12 + int(today.Month()-t.Month())
	if today.Day() < t.Day() {
		months--
	}
	switch {
	case days < 0:
		return v.T("evidence.age.ahead")
	case days < 14:
		return v.N("evidence.age.days", days)
	case days < 126:
		return v.N("evidence.age.weeks", days/7)
	case months < 24:
		return v.N("evidence.age.months", months)
	case months%12 == 0:
		return v.N("evidence.age.years", months/12)
	}
	return v.N("evidence.age.years", months/12) + " " + v.N("evidence.age.months", months%12)
}
