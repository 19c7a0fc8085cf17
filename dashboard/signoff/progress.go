package signoff

import (
	"html/template"
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
)

// Options are what the pages are made of, beside the request: all of it is for staff.
type Options struct {
	Picture domain.Picture // the edition's working copy
	Work    signoff.Work
	Plan    plan.Plan
	May     func(domain.ColumnID, domain.Right) bool
	Chosen  domain.CellRef // the unit that is looked over, zero none
	Area    domain.ColumnID
	Names   bool // of the municipalities that are compared are shown
	Two     []domain.MunicipalityID
}

// progress is how far the work on an edition has come.
type progress struct {
	kit.Page
	Band      kit.EditionHead
	Board     string
	Size      string
	Counts    []count
	Table     template.HTML
	Obstacles []obstacle
	Left      string
	Later     string
	Chosen    *chosen
	Waits     string
	Begin     string // where the first one is that waits for the reader
	Whole     whole
}

// count is how many units are in a state.
type count struct {
	N    int
	Word string
	Sign template.HTML
}

// sheet draws the pages.
type sheet struct {
	pg   *kit.Page
	o    Options
	rows []domain.MunicipalityID
	mine []domain.CellRef // what waits for the reader, as the matrix has it
}

func newSheet(pg *kit.Page, o Options) *sheet {
	w := &sheet{pg: pg, o: o}
	for _, m := range o.Picture.Catalogue().Municipalities {
		w.rows = append(w.rows, m.ID)
	}
	for _, c := range o.Work.Leads() {
		for _, m := range w.rows {
			if o.Work.WaitsForMe(m, c) {
				w.mine = append(w.mine, domain.CellRef{Municipality: m, Column: c})
			}
		}
	}
	return w
}

// page begins a page of an edition.
func page(s *kit.Site, r kit.Request, o Options, kind, title, tab string) (kit.Page, kit.EditionHead) {
	pg := s.NewPage(r, kind, "")
	pg.OnBoard(o.Picture)
	pg.Edits, pg.Nav, pg.Own, pg.Data = false, "editions", "signoff", pg.Words.Script
	pg.Title = pg.T(title) + " – " + pg.TitleOf(o.Picture.Board())
	return pg, pg.NewEditionHead(o.Picture.Board(), tab, pg.NextDay(o.Plan.Days))
}

// Progress is the page of how far the work has come.
func Progress(s *kit.Site, r kit.Request, o Options) ([]byte, error) {
	pg, band := page(s, r, o, "progress", "progress.title", "fremdrift")
	w := newSheet(&pg, o)
	v := progress{Band: band, Board: string(o.Picture.Board().ID), Size: w.size(), Counts: w.counts(), Table: w.matrix()}
	found, of := o.Work.Obstacles()
	for _, f := range found {
		v.Obstacles = append(v.Obstacles, w.obstacle(f))
	}
	v.Left = pg.T("progress.left", strconv.Itoa(len(found)), strconv.Itoa(of))
	v.Later = pg.T("progress.later")
	if o.Plan.Hearing == plan.Heard {
		v.Later = pg.T("progress.later_heard")
	}
	v.Whole = w.whole()
	if o.Chosen != (domain.CellRef{}) {
		v.Chosen = w.chosen()
	} else if v.Waits = pg.T("signoff.no_waiting"); len(w.mine) > 0 {
		v.Waits, v.Begin = pg.N("signoff.waiting", len(w.mine)), w.choose(w.mine[0])
	}
	v.Page = pg
	return s.Render(v.Lang, "progress", &v)
}

// areas are the areas that are judged this time, and how many rest.
func (w *sheet) areas() (judged []domain.ColumnID, rest int) {
	cat := w.o.Picture.Catalogue()
	for _, i := range cat.Areas() {
		if c := cat.Columns[i].ID; w.o.Work.Rests(c) {
			rest++
		} else {
			judged = append(judged, c)
		}
	}
	return judged, rest
}

// size says how many judgements there are: areas alone, neither indicators nor summaries.
func (w *sheet) size() string {
	judged, rest := w.areas()
	out := w.pg.T("progress.size", strconv.Itoa(len(w.rows)), strconv.Itoa(len(judged)), strconv.Itoa(len(w.rows)*len(judged)))
	if rest > 0 {
		out += " " + w.pg.N("progress.rests", rest)
	}
	return out
}

func (w *sheet) counts() (out []count) {
	judged, _ := w.areas()
	n := w.o.Work.Count(w.rows, judged)
	for _, s := range signoff.States() {
		var sign kit.Builder
		sign.WorkSign(string(s))
		out = append(out, count{n[s], w.pg.T("work.state." + string(s)), sign.HTML()})
	}
	return out
}

// choose is the address of the page with a unit chosen.
func (w *sheet) choose(at domain.CellRef) string {
	return w.link("/fremdrift?valgt=" + string(at.Municipality) + "." + string(at.Column) + "#godkjenning")
}

// link is an address below the edition's.
func (w *sheet) link(path string) string {
	return w.pg.Link("/utgave/" + string(w.o.Picture.Board().ID) + path)
}

// unitLink is the address of a unit's own page.
func (w *sheet) unitLink(at domain.CellRef) string {
	return w.link("/vurdering/" + string(at.Column) + "/" + string(at.Municipality))
}

func (w *sheet) column(c domain.ColumnID) domain.Column {
	return w.o.Picture.Catalogue().Columns[w.o.Picture.Col(c)]
}

func (w *sheet) name(c domain.ColumnID) string {
	if !w.o.Work.Area(c) {
		return w.pg.T("work.summary")
	}
	name, _ := w.column(c).Name.In(w.pg.Lang)
	return name
}

func (w *sheet) short(c domain.ColumnID) string {
	if !w.o.Work.Area(c) {
		return w.pg.T("work.summary")
	}
	short, _ := w.column(c).Short.In(w.pg.Lang)
	return short
}

func (w *sheet) municipality(m domain.MunicipalityID) string {
	return w.o.Picture.Catalogue().Municipalities[w.o.Picture.Row(m)].Name
}

// people names accounts.
func (w *sheet) people(ids []domain.AccountID) string {
	var names []string
	for _, id := range ids {
		names = append(names, w.pg.Who(id))
	}
	return strings.Join(names, ", ")
}
