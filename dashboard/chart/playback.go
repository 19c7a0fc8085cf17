package chart

import (
	"strconv"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// PlayedChanges counts a board's changes between two times.
func PlayedChanges(changes []domain.LogEntry, kind domain.BoardKind, from, to time.Time) meetingChanges {
	var out meetingChanges
	list := make([]domain.Change, len(changes))
	for i := range changes {
		list[i] = *changes[i].Change
	}
	out.count(list, kind, from, to)
	return out
}

// PlaybackChart returns the option of the chart over the slider of a playback:
// changes per span of time by the level they set. Its axis is the slider's.
func PlaybackChart(s *kit.Site, r kit.Request, p domain.Picture, from, to time.Time, theme string) ([]byte, error) {
	if theme == "" {
		theme = r.Theme
	}
	changes := PlayedChanges(ChangesBetween(p.At(to), from), p.Board().Kind, from, to)
	return chartJSON(playbackChart(changes, from, to, s.WordsIn(r.Lang), paintOf(theme), s.Zone))
}

func playbackChart(c meetingChanges, from, to time.Time, w *kit.Words, p paint, zone *time.Location) *charts.Bar {
	bar := charts.NewBar()
	e := extras{paint: p}
	layout := "15:04"
	if c.Minutes >= 1440 || to.Sub(from) > 24*time.Hour {
		layout = "02.01. 15:04"
	}
	span := time.Duration(c.Minutes) * time.Minute
	for i, l := range c.Levels {
		data := make([]opts.BarData, len(c.Spans))
		for j, s := range c.Spans {
			// A bar stands in the middle of its span.
			value := []any{s.From.Add(span / 2).UnixMilli(), any("-")}
			if s.Counts[i] > 0 {
				value[1] = s.Counts[i]
			}
			data[j] = opts.BarData{Name: s.From.In(zone).Format(layout) + "–" + s.From.Add(span).In(zone).Format("15:04"), Value: value}
		}
		ink := p.levels[l]
		bar.AddSeries(LevelSet(w, l), data,
			charts.WithBarChartOpts(opts.BarChart{Stack: "levels", BarCategoryGap: "0%"}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: ink.fill, BorderColor: ink.border, BorderWidth: 0.5}))
		e.decals = append(e.decals, decalOf(l, p))
	}
	per := w.N("chart.meeting.per", c.Minutes)
	dress(&bar.BaseConfiguration, e, w.T("playback.per", per)+". "+w.T("chart.playback.aria", per, from.In(zone).Format(layout), to.In(zone).Format(layout)))
	bar.Tooltip.Trigger = "axis"
	bar.Legend = legend(p)
	bar.Legend.ItemWidth, bar.Legend.ItemHeight = 10, 10
	// The slider's thumb is 16 px wide: its middle goes from 8 to 8 px from the ends.
	bar.GridList = []opts.Grid{{Left: "8", Right: "8", Top: "30", Bottom: "18"}}
	bar.XAxisList = []opts.XAxis{{
		Type: "time", Min: strconv.FormatInt(from.UnixMilli(), 10), Max: strconv.FormatInt(to.UnixMilli(), 10), SplitNumber: 4,
		AxisLabel: &opts.AxisLabel{Show: opts.Bool(true), Color: p.subtle, FontSize: 11, HideOverlap: opts.Bool(true)},
		AxisLine:  &opts.AxisLine{LineStyle: &opts.LineStyle{Color: p.line}}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)},
	}}
	bar.YAxisList = []opts.YAxis{{
		Type: "value", Min: 0, SplitNumber: 2, MinInterval: 1,
		AxisLabel: &opts.AxisLabel{Show: opts.Bool(true), Inside: opts.Bool(true), Color: p.subtle, FontSize: 11, VerticalAlign: "bottom", ShowMinLabel: opts.Bool(false)},
		SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: p.line}},
	}}
	return bar
}

// ChangesBetween returns a picture's changes after a time, oldest first.
func ChangesBetween(p domain.Picture, from time.Time) []domain.LogEntry {
	log := p.Log(p.RevisionAt(from), 0)
	out := log[:0]
	for _, e := range log {
		if e.Change != nil {
			out = append(out, e)
		}
	}
	return out
}
