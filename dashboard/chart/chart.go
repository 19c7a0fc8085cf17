package chart

import (
	"encoding/json"
	"maps"
	"net/url"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// Charts are options, never pages: Go builds a go-echarts chart, its JSON
// travels as data and our own script hands it to ECharts. The library's Render
// functions let text run as script and are not used; nor are its function
// strings, so that a text which looks like one stays a text.

// Chart returns the option of one chart as JSON: "fordeling" (distribution of
// levels per area, q region), "matrise" (municipalities × indicators, q region)
// or "mote" (a meeting's changes over time, q id, until q at). Another name, region or
// meeting is NotFound. Colours are those of q palett ("light", "dark": what the
// reader's screen shows now), else of r.Theme. With q smal it is for a narrow
// place: areas have their short names.
func Chart(s *kit.Site, r kit.Request, p domain.Picture, name string, q url.Values) ([]byte, error) {
	theme := q.Get("palett")
	if theme == "" {
		theme = r.Theme
	}
	w, paint := s.WordsIn(r.Lang), paintOf(theme)
	region := domain.RegionID(q.Get("region"))
	if region != "" && p.Catalogue().RegionIndex(region) < 0 {
		return nil, kit.UnknownField("region")
	}
	switch name {
	case "fordeling":
		return chartJSON(distributionChart(DistributionOf(p.ForViews(), region, r.Rests...), w, paint, q.Has("smal")))
	case "matrise":
		m := MatrixOf(p, region)
		if len(m.Columns) == 0 {
			return nil, kit.UnknownField("diagram")
		}
		return chartJSON(matrixChart(m, w, paint))
	case "mote":
		var at time.Time
		if v := q.Get("at"); v != "" {
			var err error
			if at, err = kit.ParseTime(v); err != nil {
				return nil, kit.WrongField("at")
			}
		}
		c, ok := MeetingChangesOf(p, domain.MeetingID(q.Get("id")), at)
		if !ok {
			return nil, kit.UnknownField("id")
		}
		return chartJSON(meetingChart(c, w, paint, s.Zone))
	}
	return nil, kit.UnknownField("diagram")
}

// option is what a go-echarts chart is, as far as we use it.
type option interface {
	JSON() map[string]interface{}
}

func chartJSON(c option) ([]byte, error) { return json.Marshal(c.JSON()) }

// paint is the colours of one theme: those of the styles, since ECharts cannot
// read them there.
type paint struct {
	background, text, subtle, line string
	levels                         map[domain.Level]ink
}

// ink is how one level is drawn.
type ink struct {
	fill, border, mark string
	glyph              string // its shape, as a character
}

func paintOf(theme string) paint {
	if theme == "dark" {
		return paint{
			background: "#0F172A", text: "#EBEDF2", subtle: "#B4BDCC", line: "#3C4A63",
			levels: inks("#0F172A", "#7C8AA3", "#EBEDF2",
				ink{fill: "#3A9588", border: "#3A9588", mark: "#000000"},
				ink{fill: "#FDD835", border: "#FDD835", mark: "#000000"},
				ink{fill: "#D0202B", border: "#D0202B", mark: "#FFFFFF"}),
		}
	}
	return paint{
		background: "#FFFFFF", text: "#1E2B3C", subtle: "#545E6B", line: "#B8BCC1",
		levels: inks("#FFFFFF", "#717A84", "#1E2B3C",
			ink{fill: "#B5E3CE", border: "#4A967B", mark: "#1E2B3C"},
			ink{fill: "#F2B600", border: "#9C7600", mark: "#1E2B3C"},
			ink{fill: "#8C1523", border: "#8C1523", mark: "#FFFFFF"}),
	}
}

// darkGround is the page's colour in the dark theme.
const darkGround = "#0F172A"

func inks(background, line, text string, green, yellow, red ink) map[domain.Level]ink {
	green.glyph, yellow.glyph, red.glyph = "●", "▲", "■"
	out := map[domain.Level]ink{domain.Green: green, domain.Yellow: yellow, domain.Red: red}
	situation := map[domain.Level]ink{
		domain.Normal:   {fill: "#E8E3FF", border: "#6D5BB8", mark: "#1E2B3C", glyph: "◇"},
		domain.Strained: {fill: "#A381F2", border: "#6A45C4", mark: "#14082E", glyph: "⬙"},
		domain.Critical: {fill: "#1F1289", border: "#1F1289", mark: "#FFFFFF", glyph: "◆"},
	}
	if background == darkGround {
		situation = map[domain.Level]ink{
			domain.Normal:   {fill: "#221C66", border: "#7B6FD6", mark: "#EBEDF2", glyph: "◇"},
			domain.Strained: {fill: "#9166F5", border: "#9166F5", mark: "#000000", glyph: "⬙"},
			domain.Critical: {fill: "#EFE9FF", border: "#EFE9FF", mark: "#1F1289", glyph: "◆"},
		}
	}
	maps.Copy(out, situation)
	for level, glyph := range map[domain.Level]string{
		domain.NotAssessed: "–", domain.NotApplicable: "∅", domain.NoData: "?", domain.Withheld: "⚿",
	} {
		out[level] = ink{fill: background, border: line, mark: text, glyph: glyph}
	}
	return out
}

// extras adds what go-echarts has no field for: tooltips drawn as text (its HTML
// ones break our content policy), patterns that are a level's own, a legend of
// words for the heat map.
type extras struct {
	charts.BaseConfigurationVisitor
	decals []decal
	pieces []piece
	paint  paint
}

// tooltip draws as text. What it says is put together by the script, from names
// that are data.
type tooltip struct {
	opts.Tooltip
	RenderMode string `json:"renderMode"`
	Confine    bool   `json:"confine"`
	TextStyle  style  `json:"textStyle"`
}

type style struct {
	Color string `json:"color"`
}

func (e extras) VisitTooltipOpt(t opts.Tooltip) interface{} {
	t.BackgroundColor, t.BorderColor = e.paint.background, e.paint.text
	return tooltip{Tooltip: t, RenderMode: "richText", Confine: true, TextStyle: style{e.paint.text}}
}

// aria is the description in the page's own language, and a pattern per level.
type aria struct {
	Enabled bool      `json:"enabled"`
	Label   ariaLabel `json:"label"`
	Decal   decals    `json:"decal"`
}

type ariaLabel struct {
	Description string `json:"description"`
}

type decals struct {
	Show   bool    `json:"show"`
	Decals []decal `json:"decals,omitempty"`
}

// decal is a pattern over a fill. Symbol "none" is no pattern.
type decal struct {
	Symbol     string    `json:"symbol"`
	SymbolSize float64   `json:"symbolSize"`
	Rotation   float64   `json:"rotation"`
	Color      string    `json:"color"`
	DashArrayX []float64 `json:"dashArrayX"`
	DashArrayY []float64 `json:"dashArrayY"`
}

func (e extras) VisitAria(a *opts.Aria) interface{} {
	return aria{Enabled: true, Label: ariaLabel{a.Label.Description}, Decal: decals{Show: len(e.decals) > 0, Decals: e.decals}}
}

// decalOf is a level's pattern: its shape, repeated.
func decalOf(l domain.Level, p paint) decal {
	d := decal{Symbol: "none", SymbolSize: 1, Color: p.levels[l].mark + "66", DashArrayX: []float64{5, 9}, DashArrayY: []float64{5, 5}}
	switch l {
	case domain.Green:
		d.Symbol, d.SymbolSize = "circle", 0.7
	case domain.Yellow:
		d.Symbol = "triangle"
	case domain.Red:
		d.Symbol, d.SymbolSize = "rect", 0.8
	case domain.Strained, domain.Critical:
		d.Symbol = "diamond"
	case domain.NotAssessed:
		d.Symbol, d.Rotation, d.Color = "rect", -0.785398, p.levels[l].border
		d.DashArrayX, d.DashArrayY = []float64{1, 0}, []float64{1, 5}
	case domain.NotApplicable: // its stroke, the other way
		d.Symbol, d.Rotation, d.Color = "rect", 0.785398, p.levels[l].border
		d.DashArrayX, d.DashArrayY = []float64{1, 0}, []float64{1, 8}
	case domain.NoData: // dots, as what is left out
		d.Symbol, d.SymbolSize, d.Color = "circle", 0.6, p.levels[l].border
		d.DashArrayX, d.DashArrayY = []float64{4, 4}, []float64{4, 4}
	case domain.Withheld: // bars
		d.Symbol, d.Color = "rect", p.levels[l].border
		d.DashArrayX, d.DashArrayY = []float64{2, 6}, []float64{1, 0}
	}
	return d
}

// dueDecal is the pattern of a level that must be confirmed: bands of the ground,
// as the table hatches it.
func dueDecal(l domain.Level, p paint) decal {
	d := decalOf(l, p)
	d.Symbol, d.SymbolSize, d.Rotation, d.Color = "rect", 1, 0.785398, p.background
	d.DashArrayX, d.DashArrayY = []float64{1, 0}, []float64{4, 4}
	return d
}

// piece is one word of the heat map's legend.
type piece struct {
	Value int    `json:"value"`
	Label string `json:"label"`
	Color string `json:"color"`
}

type visualMap struct {
	Type      string  `json:"type"`
	Dimension int     `json:"dimension"`
	Pieces    []piece `json:"pieces"`
	Orient    string  `json:"orient"`
	Left      string  `json:"left"`
	Top       string  `json:"top"`
	TextStyle style   `json:"textStyle"`
}

func (e extras) VisitVisualMaps([]opts.VisualMap) interface{} {
	return visualMap{
		Type: "piecewise", Dimension: 2, Pieces: e.pieces, Orient: "horizontal", Left: "left", Top: "0",
		TextStyle: style{e.paint.text},
	}
}

// Visit leaves out parts that we do not use and ECharts would miss.
func (e extras) Visit(chart map[string]interface{}) {
	for _, unused := range []string{"toolbox", "title", "color"} {
		delete(chart, unused)
	}
}

// dress sets what all charts share. text describes the chart to anyone who listens.
func dress(b *charts.BaseConfiguration, e extras, text string) {
	b.Animation = opts.Bool(false)
	b.Aria = &opts.Aria{Label: &opts.AriaLabel{Description: text}}
	b.Tooltip = opts.Tooltip{Show: opts.Bool(true)}
	b.Legend = opts.Legend{Show: opts.Bool(false)}
	b.Accept(e)
}

// legend names the series above the chart.
func legend(p paint) opts.Legend {
	return opts.Legend{Show: opts.Bool(true), Left: "left", Top: "0", Icon: "rect", TextStyle: &opts.TextStyle{Color: p.text, FontSize: 12}}
}

// names are the words on an axis. Each is written, and none is cut.
func names(p paint) *opts.AxisLabel {
	return &opts.AxisLabel{Show: opts.Bool(true), Color: p.text, FontSize: 12, Interval: "0"}
}

// bars makes one stacked series per level; values[i] is that of category i. A
// zero is drawn as nothing.
func bars(bar *charts.Bar, name string, level domain.Level, values []int, p paint, numbers bool) {
	data := make([]opts.BarData, len(values))
	for i, v := range values {
		if v == 0 {
			data[i] = opts.BarData{Value: "-"}
			continue
		}
		data[i] = opts.BarData{Value: v}
	}
	ink := p.levels[level]
	bar.AddSeries(name, data,
		charts.WithBarChartOpts(opts.BarChart{Stack: "levels"}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: ink.fill, BorderColor: ink.border, BorderWidth: 1}),
		// The number stands on a ground of its own: the pattern of the bar is not under it.
		charts.WithLabelOpts(opts.Label{Show: opts.Bool(numbers), Color: ink.mark, BackgroundColor: ink.fill, FontSize: 12}),
	)
}
