package chart

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// matrix is every municipality's level in every indicator.
type matrix struct {
	Region         domain.Region // zero: the county
	Municipalities []domain.Municipality
	Columns        []domain.Column  // indicators, area by area
	Levels         [][]domain.Level // by municipality, then column
}

// MatrixOf reads a region's indicators, "" the county's.
func MatrixOf(p domain.Picture, region domain.RegionID) matrix {
	c := p.Catalogue()
	rows := kit.UpTo(len(c.Municipalities))
	var m matrix
	if region != "" {
		rows = c.Members(region)
		if i := c.RegionIndex(region); i >= 0 {
			m.Region = c.Regions[i]
		}
	}
	var cols []int
	for _, area := range c.Areas() {
		cols = append(cols, c.Indicators(c.Columns[area].ID)...)
	}
	for _, col := range cols {
		m.Columns = append(m.Columns, c.Columns[col])
	}
	for _, row := range rows {
		levels := make([]domain.Level, len(cols))
		for i, col := range cols {
			levels[i] = p.Level(row, col)
		}
		m.Municipalities = append(m.Municipalities, c.Municipalities[row])
		m.Levels = append(m.Levels, levels)
	}
	return m
}

func (m matrix) Where(w *kit.Words) string {
	if m.Region.Name != "" {
		return m.Region.Name
	}
	return w.T("chart.county")
}

// matrixChart draws a heat map: a series per level, so that each cell carries
// its level's shape, and a legend of words.
func matrixChart(m matrix, w *kit.Words, p paint) *charts.HeatMap {
	heat := charts.NewHeatMap()
	e := extras{paint: p}
	for value, level := range kit.AllLevels() {
		var data []opts.HeatMapData
		for y, levels := range m.Levels {
			for x, l := range levels {
				if l == level {
					data = append(data, opts.HeatMapData{Value: [3]int{x, y, value}})
				}
			}
		}
		if len(data) == 0 {
			continue
		}
		ink := p.levels[level]
		heat.AddSeries(w.Level(level), data,
			charts.WithItemStyleOpts(opts.ItemStyle{BorderColor: ink.border, BorderWidth: 1}),
			charts.WithLabelOpts(opts.Label{Show: opts.Bool(true), Color: ink.mark, FontSize: 9, Formatter: ink.glyph}),
		)
		e.pieces = append(e.pieces, piece{Value: value, Label: ink.glyph + " " + w.Level(level), Color: ink.fill})
	}
	dress(&heat.BaseConfiguration, e, w.T("chart.matrix", m.Where(w))+". "+w.T("chart.matrix.aria"))
	heat.VisualMapList = []opts.VisualMap{{}}
	heat.GridList = []opts.Grid{{Left: "8", Right: "8", Top: "40", Bottom: "8", ContainLabel: opts.Bool(true)}}
	var columns, rows []string
	for _, c := range m.Columns {
		name, _ := c.Name.In(w.Lang)
		columns = append(columns, name)
	}
	for _, municipality := range m.Municipalities {
		rows = append(rows, municipality.Name)
	}
	across := names(p)
	across.Rotate, across.Width, across.Overflow, across.FontSize = 90, 200, "truncate", 12
	heat.XAxisList = []opts.XAxis{{
		Type: "category", Position: "top", Data: columns, AxisLabel: across,
		AxisTick: &opts.AxisTick{Show: opts.Bool(false)}, AxisLine: &opts.AxisLine{Show: opts.Bool(false)},
	}}
	heat.YAxisList = []opts.YAxis{{
		Type: "category", Data: rows, Inverse: opts.Bool(true), AxisLabel: names(p),
		AxisLine: &opts.AxisLine{Show: opts.Bool(false)},
	}}
	return heat
}
