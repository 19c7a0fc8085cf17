package dashboard

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"kommunebilde"
)

// distribution is how many municipalities have each level in each area: the
// numbers of the chart and of the table beside it. Counts, never a score.
type distribution struct {
	Region kommunebilde.Region  // zero: the county
	Levels []kommunebilde.Level // that occur, in the order of the legend
	Areas  []distributionRow
}

// distributionRow is one area. Counts follow distribution.Levels.
type distributionRow struct {
	Column kommunebilde.Column
	Counts []int
}

// distributionOf counts a region, "" the county.
func distributionOf(p kommunebilde.Picture, region kommunebilde.RegionID) distribution {
	c := p.Catalogue()
	rows := all(len(c.Municipalities))
	var d distribution
	if region != "" {
		rows = c.Members(region)
		if i := c.RegionIndex(region); i >= 0 {
			d.Region = c.Regions[i]
		}
	}
	areas := c.Areas()
	total := p.Count(rows, areas)
	for _, l := range allLevels() {
		if total[l] > 0 || l == kommunebilde.Green || l == kommunebilde.Yellow || l == kommunebilde.Red {
			d.Levels = append(d.Levels, l)
		}
	}
	for _, col := range areas {
		counts := p.Count(rows, []int{col})
		row := distributionRow{Column: c.Columns[col]}
		for _, l := range d.Levels {
			row.Counts = append(row.Counts, counts[l])
		}
		d.Areas = append(d.Areas, row)
	}
	return d
}

// where names the region, or the county.
func (d distribution) where(w *words) string {
	if d.Region.Name != "" {
		return d.Region.Name
	}
	return w.t("chart.county")
}

// distributionChart draws an area per line, a level per part.
func distributionChart(d distribution, w *words, p paint) *charts.Bar {
	bar := charts.NewBar()
	e := extras{paint: p}
	var areas []string
	for _, a := range d.Areas {
		name, _ := a.Column.Name.In(w.lang)
		areas = append(areas, name)
	}
	for i, l := range d.Levels {
		values := make([]int, len(d.Areas))
		for j, a := range d.Areas {
			values[j] = a.Counts[i]
		}
		bars(bar, w.level(l), l, values, p, true)
		e.decals = append(e.decals, decalOf(l, p))
	}
	dress(&bar.BaseConfiguration, e, w.t("chart.distribution", d.where(w))+". "+w.t("chart.distribution.aria"))
	bar.Tooltip.Trigger = "axis"
	bar.Legend = legend(p)
	bar.GridList = []opts.Grid{{Left: "8", Right: "24", Top: "40", Bottom: "8", ContainLabel: opts.Bool(true)}}
	bar.YAxisList = []opts.YAxis{{
		Type: "category", Data: areas, Inverse: opts.Bool(true), AxisLabel: names(p),
		AxisLine: &opts.AxisLine{LineStyle: &opts.LineStyle{Color: p.line}},
	}}
	bar.XAxisList = []opts.XAxis{{
		Type: "value", MinInterval: 1,
		AxisLabel: &opts.AxisLabel{Show: opts.Bool(true), Color: p.subtle, FontSize: 12},
		SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: p.line}},
	}}
	return bar
}
