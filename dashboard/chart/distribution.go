package chart

import (
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// distribution is how many municipalities have each level in each area: the
// numbers of the chart and of the table beside it. Counts, never a score.
type distribution struct {
	Kind   domain.BoardKind
	Region domain.Region // zero: the county
	Rows   int           // municipalities
	Parts  []Standing    // that occur, in the order of the legend
	Areas  []distributionRow
}

// Standing is a level that holds, or one that must be confirmed.
type Standing struct {
	Level domain.Level
	Due   bool
}

// name is what a standing is called on a board of a kind.
func (s Standing) name(w *kit.Words, kind domain.BoardKind) string {
	if s.Due {
		return w.LevelOn(kind, s.Level) + ", " + w.T("stale.word")
	}
	return w.LevelOn(kind, s.Level)
}

// distributionRow is one area. Counts follow distribution.Parts.
type distributionRow struct {
	Column domain.Column
	Counts []int
}

// DistributionOf counts a region, "" the county. Areas that rest are left out.
func DistributionOf(p domain.Picture, region domain.RegionID, rests ...domain.ColumnID) distribution {
	c := p.Catalogue()
	rows := kit.UpTo(len(c.Municipalities))
	d := distribution{Kind: p.Board().Kind}
	if region != "" {
		rows = c.Members(region)
		if i := c.RegionIndex(region); i >= 0 {
			d.Region = c.Regions[i]
		}
	}
	d.Rows = len(rows)
	areas, resting := c.Areas(), kit.Resting(c, rests)
	areas = slices.DeleteFunc(areas, func(col int) bool { return resting[col] })
	total := standings(p, rows, areas)
	for _, l := range kit.AllLevels() {
		if resting := p.Resting(); resting && l == domain.Green || resting && l == domain.NotAssessed {
			continue // nobody knows: they have no colour and no count
		}
		for _, part := range []Standing{{l, false}, {l, true}} {
			always := !part.Due && (l == domain.Green || l == domain.Yellow || l == domain.Red)
			if total[part] > 0 || always {
				d.Parts = append(d.Parts, part)
			}
		}
	}
	for _, col := range areas {
		counts := standings(p, rows, []int{col})
		row := distributionRow{Column: c.Columns[col]}
		for _, part := range d.Parts {
			row.Counts = append(row.Counts, counts[part])
		}
		d.Areas = append(d.Areas, row)
	}
	return d
}

// standings counts cells by how their levels stand.
func standings(p domain.Picture, rows, cols []int) map[Standing]int {
	out := map[Standing]int{}
	for _, row := range rows {
		for _, col := range cols {
			out[Standing{p.Level(row, col), p.Stale(row, col)}]++
		}
	}
	return out
}

// where names the region, or the county.
func (d distribution) where(w *kit.Words) string {
	if d.Region.Name != "" {
		return d.Region.Name
	}
	return w.T("chart.county")
}

// distributionChart draws an area per line, a level per part. Areas have their
// short names where the chart is narrow.
func distributionChart(d distribution, w *kit.Words, p paint, narrow bool) *charts.Bar {
	bar := charts.NewBar()
	e := extras{paint: p}
	var areas []string
	for _, a := range d.Areas {
		name, _ := a.Column.Name.In(w.Lang)
		if narrow {
			name, _ = a.Column.Short.In(w.Lang)
		}
		areas = append(areas, name)
	}
	for i, part := range d.Parts {
		values := make([]int, len(d.Areas))
		for j, a := range d.Areas {
			values[j] = a.Counts[i]
		}
		bars(bar, part.name(w, d.Kind), part.Level, values, p, true)
		if part.Due {
			e.decals = append(e.decals, dueDecal(part.Level, p))
		} else {
			e.decals = append(e.decals, decalOf(part.Level, p))
		}
	}
	dress(&bar.BaseConfiguration, e, w.T("chart.distribution", d.where(w))+". "+w.T("chart.distribution.aria"))
	bar.Tooltip.Trigger = "axis"
	bar.Legend = legend(p)
	bar.GridList = []opts.Grid{{Left: "8", Right: "24", Top: "40", Bottom: "8", ContainLabel: opts.Bool(true)}}
	bar.YAxisList = []opts.YAxis{{
		Type: "category", Data: areas, Inverse: opts.Bool(true), AxisLabel: names(p),
		AxisLine: &opts.AxisLine{LineStyle: &opts.LineStyle{Color: p.line}},
	}}
	bar.XAxisList = []opts.XAxis{{
		Type: "value", MinInterval: 1, Max: d.Rows,
		AxisLabel: &opts.AxisLabel{Show: opts.Bool(true), Color: p.subtle, FontSize: 12},
		SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: p.line}},
	}}
	return bar
}
