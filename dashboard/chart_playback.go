package dashboard

import (
	"strconv"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"kommunebilde"
)

// playedChanges counts a board's changes between two times.
func playedChanges(changes []kommunebilde.LogEntry, kind kommunebilde.BoardKind, from, to time.Time) meetingChanges {
	var out meetingChanges
	list := make([]kommunebilde.Change, len(changes))
	for i := range changes {
		list[i] = *changes[i].Change
	}
	out.count(list, kind, from, to)
	return out
}

// PlaybackChart returns the option of the chart over the slider of a playback:
// changes per span of time by the level they set. Its axis is the slider's.
func (s *Site) PlaybackChart(r Request, p kommunebilde.Picture, from, to time.Time, theme string) ([]byte, error) {
	if theme == "" {
		theme = r.Theme
	}
	changes := playedChanges(changesBetween(p.At(to), from), p.Board().Kind, from, to)
	return chartJSON(playbackChart(changes, from, to, s.in(r.Lang), paintOf(theme), s.zone))
}

func playbackChart(c meetingChanges, from, to time.Time, w *words, p paint, zone *time.Location) *charts.Bar {
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
		bar.AddSeries(levelSet(w, l), data,
			charts.WithBarChartOpts(opts.BarChart{Stack: "levels", BarCategoryGap: "0%"}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: ink.fill, BorderColor: ink.border, BorderWidth: 0.5}))
		e.decals = append(e.decals, decalOf(l, p))
	}
	per := w.n("chart.meeting.per", c.Minutes)
	dress(&bar.BaseConfiguration, e, w.t("playback.per", per)+". "+w.t("chart.playback.aria", per, from.In(zone).Format(layout), to.In(zone).Format(layout)))
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

// perSpan is the chart's table: the spans that had changes.
func (b playback) perSpan(w *builder) {
	c := playedChanges(b.changes, b.kind, b.o.From, b.o.To)
	if c.Total == 0 {
		return
	}
	w.raw(`<section class="per"><h2>`).text(b.w.t("playback.per", b.w.n("chart.meeting.per", c.Minutes))).raw(`</h2><div class="wide" tabindex="0" role="region"`).attr("aria-label", b.w.t("playback.per", b.w.n("chart.meeting.per", c.Minutes))).raw(`><table class="t"><thead><tr><th scope="col">`).text(b.w.t("chart.time")).raw(`</th>`)
	for _, l := range c.Levels {
		w.raw(`<th scope="col" class="n">`).text(levelSet(b.w, l)).raw(`</th>`)
	}
	w.raw(`</tr></thead><tbody>`)
	for _, s := range c.Spans {
		if s.Sum() == 0 {
			continue
		}
		w.raw(`<tr><th scope="row"><a`).attr("href", b.address(b.chosen()+"&at="+queryMillis(earliest(b.o.To, s.From.Add(time.Duration(c.Minutes)*time.Minute))))).raw(`>`).time(s.From, b.clock.zone, b.moment(s.From)).raw(`</a></th>`)
		for _, n := range s.Counts {
			w.raw(`<td class="n">`).int(n).raw(`</td>`)
		}
		w.raw(`</tr>`)
	}
	w.raw(`</tbody></table></div></section>`)
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
