package chart

import (
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// meetingChanges is how many changes a meeting made, span by span, by the level
// they set. Every change counts, also one that was undone: the undo is another.
type meetingChanges struct {
	Meeting domain.Meeting
	Minutes int            // length of a span
	Levels  []domain.Level // that were set, in the order of the legend
	Spans   []meetingSpan  // all of the meeting, also those without changes
	Total   int
}

// meetingSpan is one span. Counts follow meetingChanges.Levels.
type meetingSpan struct {
	From   time.Time
	Counts []int
}

// Sum returns how many changes the span has.
func (s meetingSpan) Sum() int {
	n := 0
	for _, c := range s.Counts {
		n += c
	}
	return n
}

// MostSpans is how many bars a chart may have; a longer meeting gets longer
// spans.
const MostSpans = 120

// MeetingChangesOf counts a meeting's changes until a time, zero for now, and
// reports whether there was one then.
func MeetingChangesOf(p domain.Picture, id domain.MeetingID, at time.Time) (meetingChanges, bool) {
	end := p.Now()
	if !at.IsZero() {
		p, end = p.At(at), at
	}
	m, ok := p.Meeting(id)
	if !ok || m.OpenedAt.After(end) {
		return meetingChanges{}, false
	}
	m = m.AsOf(at)
	out := meetingChanges{Meeting: m}
	if !m.Open() {
		end = m.ClosedAt
	}
	var changes []domain.Change
	for _, l := range p.ChangesIn(m) {
		changes = append(changes, *l.Change)
		if l.Change.At.After(end) {
			end = l.Change.At
		}
	}
	out.count(changes, p.Board().Kind, m.OpenedAt.Truncate(time.Minute), end)
	return out, true
}

// count sorts changes into spans.
func (out *meetingChanges) count(changes []domain.Change, kind domain.BoardKind, start, end time.Time) {
	set := map[domain.Level]bool{}
	for _, c := range changes {
		set[c.Level] = true
	}
	out.Minutes = spanMinutes(end.Sub(start))
	span := time.Duration(out.Minutes) * time.Minute
	place := map[domain.Level]int{}
	for _, l := range kit.ScaleOf(kind) {
		if set[l] {
			place[l] = len(out.Levels)
			out.Levels = append(out.Levels, l)
		}
	}
	for t := start; !t.After(end); t = t.Add(span) {
		out.Spans = append(out.Spans, meetingSpan{From: t, Counts: make([]int, len(out.Levels))})
	}
	for _, c := range changes {
		out.Spans[int(c.At.Sub(start)/span)].Counts[place[c.Level]]++
		out.Total++
	}
}

// spanMinutes is the shortest round span that keeps the chart readable.
func spanMinutes(d time.Duration) int {
	for _, minutes := range []int{1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440} {
		if d <= time.Duration(minutes*MostSpans)*time.Minute {
			return minutes
		}
	}
	return 7 * 1440
}

// LevelSet is what setting a level is called: taking one away has its own word.
func LevelSet(w *kit.Words, l domain.Level) string {
	if l == domain.NotAssessed {
		return w.T("chart.withdrawn")
	}
	return w.Level(l)
}

// meetingChart draws a bar per span.
func meetingChart(c meetingChanges, w *kit.Words, p paint, zone *time.Location) *charts.Bar {
	bar := charts.NewBar()
	e := extras{paint: p}
	layout := "15:04"
	if c.Minutes >= 1440 {
		layout = "02.01."
	}
	var spans []string
	for _, s := range c.Spans {
		spans = append(spans, s.From.In(zone).Format(layout))
	}
	for i, l := range c.Levels {
		values := make([]int, len(c.Spans))
		for j, s := range c.Spans {
			values[j] = s.Counts[i]
		}
		bars(bar, LevelSet(w, l), l, values, p, false)
		e.decals = append(e.decals, decalOf(l, p))
	}
	dress(&bar.BaseConfiguration, e, w.T("chart.meeting")+". "+w.T("chart.meeting.aria", w.N("chart.meeting.per", c.Minutes)))
	bar.Tooltip.Trigger = "axis"
	bar.Legend = legend(p)
	bar.GridList = []opts.Grid{{Left: "8", Right: "24", Top: "40", Bottom: "8", ContainLabel: opts.Bool(true)}}
	bar.XAxisList = []opts.XAxis{{
		Type: "category", Data: spans, AxisLabel: &opts.AxisLabel{Show: opts.Bool(true), Color: p.subtle, FontSize: 12},
		AxisLine: &opts.AxisLine{LineStyle: &opts.LineStyle{Color: p.line}}, AxisTick: &opts.AxisTick{Show: opts.Bool(false)},
	}}
	bar.YAxisList = []opts.YAxis{{
		Type: "value", Min: 0,
		AxisLabel: &opts.AxisLabel{Show: opts.Bool(true), Color: p.subtle, FontSize: 12},
		SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: p.line}},
	}}
	return bar
}
