package dashboard

import (
	"html/template"

	"kommunebilde"
)

// areaView is one area, or one region: a map, a table of cells, and what the
// colours mean.
type areaView struct {
	page
	Name, NameLang, AsOf, AsOfLang, Old, Legal, Supervises string
	Themes, Edition                                        bool
	Count                                                  string
	Means                                                  []meanRow
	Map, Grid                                              template.HTML
	Tally                                                  []tallyRow
	Figures                                                []*chartView
}

type meanRow struct {
	Chip  template.HTML
	Means string
}

// chartView is a chart and its table.
type chartView struct {
	Title, Address, Note string
	Fold                 string // the word behind which the table of many rows stands; "": it is open
	Head                 []string
	Rows                 []chartRow
}

type chartRow struct {
	Name, Lang string
	Cells      []string
}

// Area is one area: its map, and every municipality's level in it and in its
// indicators.
func (s *Site) Area(r Request, p kommunebilde.Picture, id kommunebilde.ColumnID, f Filter) ([]byte, error) {
	pg := s.newPage(r, "area", "")
	p = pg.past(p, f)
	c := p.Catalogue()
	col := p.Col(id)
	if col < 0 || c.Columns[col].Kind != kommunebilde.ColumnArea {
		return nil, unknown("omrade")
	}
	pg.onBoard(p)
	pg.layersElsewhere(p)
	f.Map = id
	cols := []int{col}
	if p.Board().Kind == kommunebilde.KindEdition {
		cols = append(cols, c.Indicators(id)...)
	}
	b := s.newBoard(pg, p, f, all(len(c.Municipalities)), cols)
	name, lang := c.Columns[col].Name.In(pg.Lang)
	pg.Title = name
	v := b.areaView(pg, "")
	v.Name, v.NameLang, v.Themes, v.Supervises = name, other(lang, pg.Lang), c.Columns[col].Themes, c.Columns[col].Supervises
	v.Legal, _ = c.Columns[col].Basis.In(pg.Lang)
	for _, l := range []kommunebilde.Level{kommunebilde.Green, kommunebilde.Yellow, kommunebilde.Red} {
		v.Means = append(v.Means, meanRow{chipHTML(l, b.word(l)), b.meaning(&c.Columns[col], l)})
	}
	tallied := *b
	tallied.cols = []int{col}
	v.Tally = tallied.tally()
	if len(cols) > 1 {
		v.Count = pg.N("n.indicators", len(cols)-1)
	}
	return s.render(v.Lang, "area", &v)
}

// areaView draws what area and region have in common.
func (b *board) areaView(pg page, region kommunebilde.RegionID) areaView {
	pg.Data = pg.w.script + b.pageData()
	v := areaView{page: pg, Old: b.age(), Edition: b.kind == kommunebilde.KindEdition}
	v.AsOf, v.AsOfLang = b.asOfWords(pg)
	var w builder
	if b.geo != nil {
		b.geographic(&w, mapOptions{id: "map", glyph: 40, links: true, only: -1, region: region})
		b.credit(&w)
	}
	v.Map = template.HTML(w.b)
	var g builder
	b.grid(&g, gridOptions{class: gridClass(len(b.cols)), corner: func(w *builder) { b.corner(w, pg) }})
	b.panel(&g, pg)
	v.Grid = template.HTML(g.b)
	return v
}

// Region is one region: its rows in all areas, and how levels are distributed.
func (s *Site) Region(r Request, p kommunebilde.Picture, id kommunebilde.RegionID, f Filter) ([]byte, error) {
	pg := s.newPage(r, "region", "")
	p = pg.past(p, f)
	c := p.Catalogue()
	at := c.RegionIndex(id)
	if at < 0 {
		return nil, unknown("region")
	}
	pg.onBoard(p)
	pg.layersElsewhere(p)
	pg.Charts = true
	f.Region = ""
	b := s.newBoard(pg, p, f, c.Members(id), c.Areas())
	pg.Title = c.Regions[at].Name
	v := b.areaView(pg, id)
	v.Name, v.Count = c.Regions[at].Name, pg.N("n.municipalities", len(b.rows))
	v.Tally = b.tally()
	v.Figures = []*chartView{s.distribution(pg, p, id)}
	return s.render(v.Lang, "area", &v)
}

// indicators is everything an edition holds under its areas: distribution and
// matrix as charts, and every cell in a table.
func (s *Site) indicators(pg page, p kommunebilde.Picture, f Filter) ([]byte, error) {
	pg.onBoard(p)
	pg.Kind = "indicators"
	pg.Nav, pg.Charts, pg.Body.Live = "overview", true, ""
	pg.layersOf(p, "")
	c := p.Catalogue()
	var cols []int
	for _, area := range c.Areas() {
		if f.Area == "" || f.Area == c.Columns[area].ID {
			cols = append(cols, c.Indicators(c.Columns[area].ID)...)
		}
	}
	rows := all(len(c.Municipalities))
	if f.Region != "" {
		rows = c.Members(f.Region)
	}
	pg.Title = pg.T("chart.matrix_title")
	b := s.newBoard(pg, p, f, rows, cols)
	v := areaView{page: pg, Name: pg.Title, Old: b.age(), Edition: true, Count: pg.N("n.indicators", len(cols))}
	v.AsOf, v.AsOfLang = b.asOfWords(pg)
	v.Tally = b.tally()
	v.Data = pg.w.script + b.pageData()
	where := "&region=" + string(f.Region)
	v.Figures = []*chartView{s.distribution(pg, p, f.Region)}
	if m := matrixOf(p, f.Region); len(m.Columns) > 0 {
		v.Figures = append(v.Figures, &chartView{Title: pg.T("chart.matrix", m.where(pg.w)), Address: pg.Link("/diagram/matrise?board=" + pg.Body.Board + where)})
	}
	var g builder
	b.grid(&g, gridOptions{class: "areas-grid deep", corner: func(w *builder) { b.corner(w, pg) }})
	v.Grid = template.HTML(g.b)
	return s.render(v.Lang, "area", &v)
}

// distribution is the chart of levels per area, with its table.
func (s *Site) distribution(pg page, p kommunebilde.Picture, region kommunebilde.RegionID) *chartView {
	v := distributionView(pg, distributionOf(p, region))
	v.Address = pg.Link("/diagram/fordeling?board=" + pg.Body.Board + "&region=" + string(region))
	v.Note = pg.T("chart.areas_note")
	return v
}

func distributionView(pg page, d distribution) *chartView {
	v := &chartView{Title: pg.T("chart.distribution", d.where(pg.w)), Head: []string{pg.T("log.area")}}
	for _, l := range d.Levels {
		v.Head = append(v.Head, pg.w.level(l))
	}
	for _, a := range d.Areas {
		name, lang := a.Column.Name.In(pg.Lang)
		v.Rows = append(v.Rows, chartRow{Name: name, Lang: other(lang, pg.Lang), Cells: numbers(a.Counts)})
	}
	return v
}

// gridClass lets few columns have their heads lying.
func gridClass(cols int) string {
	if cols <= 8 {
		return "areas-grid lying"
	}
	return "areas-grid"
}
