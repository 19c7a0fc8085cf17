package playback

import (
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// MostMoments is how many small maps a playback may show.
const MostMoments = 6

// moments are small maps of the area on show at chosen times, each with its
// counts and the way to that time. They are figures of our own: the shapes are
// those of the map above, which would be sent a second time for a chart library,
// and they are there without script.
func (b playback) moments(w *kit.Builder) {
	if b.Geometry == nil || b.MapAt < 0 {
		return
	}
	t := b.Words.T
	name, _ := b.Catalogue.Columns[b.MapAt].Name.In(b.Words.Lang)
	w.Raw(`<section class="moments" aria-labelledby="moments-h"><h2 id="moments-h">`).Text(t("playback.moments", name)).Raw(`</h2><ol>`)
	for _, at := range b.times() {
		b.momentAt(w, name, at)
	}
	w.Raw(`</ol></section>`)
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

func (b playback) momentAt(w *kit.Builder, name string, at time.Time) {
	p := b.now.At(at)
	var counts [4]int
	paths := map[domain.Level]*strings.Builder{}
	for r := range b.Catalogue.Municipalities {
		level := p.Level(r, b.MapAt)
		counts[kit.ToggleIndex(level)]++
		if paths[level] == nil {
			paths[level] = new(strings.Builder)
		}
		paths[level].WriteString(b.Geometry.Shapes[b.Catalogue.Municipalities[r].ID].Path)
	}
	w.Raw(`<li><a`).Attr("href", b.address(b.chosen()+"&at="+queryMillis(at))).Num("data-at", at.UnixMilli()).Raw(`><b>`).Time(at, b.Clock.Zone, b.moment(at)).Raw(`</b><svg class="moment" aria-hidden="true" viewBox="0 0 `).Int(b.Geometry.Width).Raw(` `).Int(kit.MapHeight).Raw(`">`)
	for _, level := range kit.ScaleOf(b.Kind) {
		if d := paths[level]; d != nil {
			w.Raw(`<path data-level="`).Text(string(level)).Raw(`" d="`).Raw(d.String()).Raw(`"/>`)
		}
	}
	w.Raw(`<use href="#rb"/><g>`)
	for r := range b.Catalogue.Municipalities {
		s, ok := b.Geometry.Shapes[b.Catalogue.Municipalities[r].ID]
		if level := p.Level(r, b.MapAt); ok && level != domain.NotAssessed {
			w.Raw(`<use data-level="`).Text(string(level)).Raw(`" href="#g-`).Text(string(level)).Raw(`" x="`).Int(s.X - momentSign/2).Raw(`" y="`).Int(s.Y - momentSign/2).Raw(`" width="`).Int(momentSign).Raw(`" height="`).Int(momentSign).Raw(`"/>`)
		}
	}
	w.Raw(`</g></svg><span class="tally">`)
	for i, l := range kit.TogglesOn(b.Kind) {
		w.Raw(`<span class="cnt" data-level="`).Text(string(l)).Raw(`"><i class="sw">`).Small(kit.SignOf(l)).Raw(`</i><b>`).Int(counts[i]).Raw(`</b><span class="vh"> `).Text(b.Words.T("count." + string(l))).Raw(` </span></span>`)
	}
	w.Raw(`</span></a></li>`)
}

// momentSign is how big a sign is on a small map, in map units.
const momentSign = 56
