package overview

import (
	"html/template"
	"net/url"

	"kommunebilde/dashboard/chart"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// areaView is one area, or one region: a map, a table of cells, and what the
// colours mean.
type areaView struct {
	kit.Page
	Name, NameLang, AsOf, AsOfLang, Legal, Supervises string
	Area, AreaLang, AreaHref                          string // that an indicator is of
	Evidence                                          string // what an indicator is judged by
	Proposed                                          bool
	Method                                            string // the page of how it is judged
	Old                                               kit.Old
	Rests                                             string // which areas are in no count
	MapOf                                             string // which area the map shows, where the page is not of one
	Themes, Edition                                   bool
	Count                                             string
	Means                                             []meanRow
	Run, Map, Grid                                    template.HTML
	Tally                                             []tallyRow
	Embed                                             string      // what other sites may frame, "" nothing
	Matrix                                            *chart.View // the table once more, folded: its width is its own
	Figures                                           []*chart.View
}

type meanRow struct {
	Chip  template.HTML
	Means string
}

// Area is one area: its map, and every municipality's level in it and in its
// indicators.
func Area(s *kit.Site, r kit.Request, p domain.Picture, id domain.ColumnID, f kit.Filter) ([]byte, error) {
	return columnPage(s, r, p, id, f, domain.ColumnArea, "omrade")
}

// Indicator is one indicator: its map, and every municipality's level in it and in the
// area that it is of.
func Indicator(s *kit.Site, r kit.Request, p domain.Picture, id domain.ColumnID, f kit.Filter) ([]byte, error) {
	return columnPage(s, r, p, id, f, domain.ColumnIndicator, "indikator")
}

func columnPage(s *kit.Site, r kit.Request, p domain.Picture, id domain.ColumnID, f kit.Filter, kind domain.ColumnKind, path string) ([]byte, error) {
	pg := s.NewPage(r, "area", "")
	p = pg.PictureAt(p, f)
	c := p.Catalogue()
	col := p.Col(id)
	if col < 0 || c.Columns[col].Kind != kind {
		return nil, kit.UnknownField(path)
	}
	pg.OnBoard(p)
	layersElsewhere(&pg, p)
	f.Map = id
	pg.Taken = url.Values{"area": {string(id)}, "indicators": {"1"}}
	cols := []int{col}
	switch {
	case kind == domain.ColumnIndicator:
		cols = append(cols, p.Col(c.Columns[col].Area))
	case p.Board().Kind == domain.KindEdition:
		cols = append(cols, c.Indicators(id)...)
	}
	b := s.NewBoard(pg, p, f, kit.UpTo(len(c.Municipalities)), cols)
	pg.Title, _ = c.Columns[col].Name.In(pg.Lang)
	v := newAreaView(b, pg, "")
	v.column(b, col)
	tallied := *b
	tallied.Cols = []int{col}
	v.Tally = tally(&tallied, true)
	if kind == domain.ColumnArea {
		v.Embed = embedLink(&pg, p, "/omrade/"+string(id))
		if len(cols) > 1 {
			v.Count = pg.N("n.indicators", len(cols)-1)
		}
	}
	return s.Render(v.Lang, "area", &v)
}

// column fills in what the page says of its column.
func (v *areaView) column(b *kit.Board, col int) {
	c := &b.Catalogue.Columns[col]
	name, lang := c.Name.In(v.Page.Lang)
	v.Name, v.NameLang, v.Themes, v.Supervises = name, kit.OtherLang(lang, v.Page.Lang), c.Themes, c.Supervises
	v.Legal, _ = c.Basis.In(v.Page.Lang)
	for _, l := range []domain.Level{domain.Green, domain.Yellow, domain.Red} {
		v.Means = append(v.Means, meanRow{chipHTML(l, b.Word(l)), b.Meaning(c, l)})
	}
	if b.Kind == domain.KindEdition {
		v.Method = v.Place("/metode", b.Picture.Board().ID)
	}
	if c.Kind != domain.ColumnIndicator {
		return
	}
	v.Evidence, v.Proposed = evidenceWord(b, c), c.Proposed
	if at := b.Catalogue.ColumnIndex(c.Area); at >= 0 {
		v.Area, lang = b.Catalogue.Columns[at].Name.In(v.Page.Lang)
		v.AreaLang, v.AreaHref = kit.OtherLang(lang, v.Page.Lang), v.Place("/omrade/"+string(c.Area), b.Picture.Board().ID)
	}
}

// newAreaView draws what area and region have in common.
func newAreaView(b *kit.Board, pg kit.Page, region domain.RegionID) areaView {
	pg.Data = pg.Words.Script + b.PageData()
	v := areaView{Page: pg, Old: b.Old(pg), Edition: b.Kind == domain.KindEdition}
	v.Run = running(b, pg)
	v.AsOf, v.AsOfLang = asOfWords(b, pg)
	v.Rests = b.RestsNote()
	var w kit.Builder
	if b.Geometry != nil {
		b.Geographic(&w, kit.MapOptions{ID: "map", Glyph: 40, Links: true, Only: -1, Region: region})
		b.Credit(&w)
	}
	v.Map = w.HTML()
	var g kit.Builder
	b.Grid(&g, kit.GridOptions{Class: gridClass(len(b.Cols)), Corner: func(w *kit.Builder) { b.Corner(w, pg) }})
	panel(b, &g, pg)
	v.Grid = g.HTML()
	return v
}

// Region is one region: its rows in all areas, and how levels are distributed.
func Region(s *kit.Site, r kit.Request, p domain.Picture, id domain.RegionID, f kit.Filter) ([]byte, error) {
	pg := s.NewPage(r, "region", "")
	p = pg.PictureAt(p, f)
	c := p.Catalogue()
	at := c.RegionIndex(id)
	if at < 0 {
		return nil, kit.UnknownField("region")
	}
	pg.OnBoard(p)
	layersElsewhere(&pg, p)
	pg.Charts = true
	pg.Taken = url.Values{"region": {string(id)}}
	f.Region = ""
	b := s.NewBoard(pg, p, f, c.Members(id), c.Areas())
	pg.Title = c.Regions[at].Name
	v := newAreaView(b, pg, id)
	v.Name, v.Count = c.Regions[at].Name, pg.N("n.municipalities", len(b.Rows))
	if v.Map != "" {
		name, _ := c.Columns[b.MapAt].Name.In(pg.Lang)
		v.MapOf = pg.T("map.name", name)
	}
	v.Tally = tally(b, true)
	v.Figures = []*chart.View{chart.Distribution(s, pg, p, id)}
	return s.Render(v.Lang, "area", &v)
}

// indicators is everything an edition holds under its areas: distribution and
// matrix as charts, and every cell in a table.
func indicators(s *kit.Site, pg kit.Page, p domain.Picture, f kit.Filter) ([]byte, error) {
	pg.OnBoard(p)
	pg.Kind = "indicators"
	pg.Nav, pg.Charts, pg.Body.Live = "overview", true, ""
	pg.Taken = url.Values{"vis": {string(kit.ViewDepth)}}
	pg.LayersOf(p, "")
	c := p.Catalogue()
	var cols []int
	for _, area := range c.Areas() {
		if f.Area == "" || f.Area == c.Columns[area].ID {
			cols = append(cols, c.Indicators(c.Columns[area].ID)...)
		}
	}
	rows := kit.UpTo(len(c.Municipalities))
	if f.Region != "" {
		rows = c.Members(f.Region)
	}
	pg.Title = pg.T("chart.matrix_title")
	b := s.NewBoard(pg, p, f, rows, cols)
	v := areaView{Page: pg, Name: pg.Title, Old: b.Old(pg), Edition: true, Count: pg.N("n.indicators", len(cols))}
	v.Run = running(b, pg)
	v.AsOf, v.AsOfLang = asOfWords(b, pg)
	v.Rests = b.RestsNote()
	v.Tally = tally(b, true)
	v.Data = pg.Words.Script + b.PageData()
	where := "&region=" + string(f.Region)
	v.Figures = []*chart.View{chart.Distribution(s, pg, p, f.Region)}
	if m := chart.MatrixOf(p, f.Region); len(m.Columns) > 0 {
		v.Matrix = &chart.View{Title: pg.T("chart.matrix_fold"), Address: pg.Link("/diagram/matrise?board=" + pg.Body.Board + where)}
	}
	var g kit.Builder
	b.Grid(&g, kit.GridOptions{Class: "areas-grid deep", Corner: func(w *kit.Builder) { b.Corner(w, pg) }})
	v.Grid = g.HTML()
	return s.Render(v.Lang, "area", &v)
}

// mostLying is how many columns are wide enough for heads that lie.
const mostLying = 8

// gridClass lets few columns have their heads lying.
func gridClass(cols int) string {
	if cols <= mostLying {
		return "areas-grid lying"
	}
	return "areas-grid"
}
