package dashboard

import (
	"strings"
	"time"

	"kommunebilde"
)

// MostMoments is how many small maps a playback may show.
const MostMoments = 6

// moments are small maps of the area on show at chosen times, each with its
// counts and the way to that time. They are figures of our own: the shapes are
// those of the map above, which would be sent a second time for a chart library,
// and they are there without script.
func (b playback) moments(w *builder) {
	if b.geo == nil || b.mapAt < 0 {
		return
	}
	t := b.w.t
	name, _ := b.c.Columns[b.mapAt].Name.In(b.w.lang)
	w.raw(`<section class="moments" aria-labelledby="moments-h"><h2 id="moments-h">`).text(t("playback.moments", name)).raw(`</h2><ol>`)
	for _, at := range b.times() {
		b.momentAt(w, name, at)
	}
	w.raw(`</ol></section>`)
}

// times are those that were asked for, else spread evenly, the first and the last
// among them.
func (b playback) times() []time.Time {
	if len(b.o.Times) > 0 {
		return b.o.Times
	}
	out := make([]time.Time, MostMoments)
	for i := range out {
		out[i] = b.o.From.Add(b.o.To.Sub(b.o.From) * time.Duration(i) / (MostMoments - 1))
	}
	return out
}

func (b playback) momentAt(w *builder, name string, at time.Time) {
	p := b.now.At(at)
	var counts [4]int
	paths := map[kommunebilde.Level]*strings.Builder{}
	for r := range b.c.Municipalities {
		level := p.Level(r, b.mapAt)
		counts[toggleIndex(level)]++
		if paths[level] == nil {
			paths[level] = new(strings.Builder)
		}
		paths[level].WriteString(b.geo.shapes[b.c.Municipalities[r].ID].path)
	}
	w.raw(`<li><a`).attr("href", b.address(b.chosen()+"&at="+queryMillis(at))).num("data-at", at.UnixMilli()).raw(`><b>`).time(at, b.clock.zone, b.moment(at)).raw(`</b><svg class="moment" aria-hidden="true" viewBox="0 0 `).int(b.geo.width).raw(` `).int(mapHeight).raw(`">`)
	for _, level := range scaleOf(b.kind) {
		if d := paths[level]; d != nil {
			w.raw(`<path data-level="`).text(string(level)).raw(`" d="`).raw(d.String()).raw(`"/>`)
		}
	}
	w.raw(`<use href="#rb"/><g>`)
	for r := range b.c.Municipalities {
		s, ok := b.geo.shapes[b.c.Municipalities[r].ID]
		if level := p.Level(r, b.mapAt); ok && level != kommunebilde.NotAssessed {
			w.raw(`<use data-level="`).text(string(level)).raw(`" href="#g-`).text(string(level)).raw(`" x="`).int(s.x - momentSign/2).raw(`" y="`).int(s.y - momentSign/2).raw(`" width="`).int(momentSign).raw(`" height="`).int(momentSign).raw(`"/>`)
		}
	}
	w.raw(`</g></svg><span class="tally">`)
	for i, l := range togglesOn(b.kind) {
		w.raw(`<span class="cnt" data-level="`).text(string(l)).raw(`"><i class="sw">`).small(signOf(l)).raw(`</i><b>`).int(counts[i]).raw(`</b><span class="vh"> `).text(b.w.t("count." + string(l))).raw(` </span></span>`)
	}
	w.raw(`</span></a></li>`)
}

// momentSign is how big a sign is on a small map, in map units.
const momentSign = 56
