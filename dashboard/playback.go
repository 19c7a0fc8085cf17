package dashboard

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"kommunebilde"
)

// Played is what of a board a playback shows.
type Played struct {
	From, To time.Time
	Filter   Filter      // its At is the time that map and grid begin with, zero: From
	Times    []time.Time // of the small maps; none: from the first to the last, evenly
	Page     int         // of the changes, from 1; 0: the one that At is on
}

// At returns the time that map and grid begin with.
func (p Played) At() time.Time {
	if p.Filter.At.IsZero() {
		return p.From
	}
	return p.Filter.At
}

// span is the part of a query that tells what is played.
func (p Played) span() string {
	return "fra=" + queryMillis(p.From) + "&til=" + queryMillis(p.To)
}

// queryMillis writes a time as an address carries it where milliseconds count.
func queryMillis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// Playback is a board between two times: its map and table as they were at one
// of them, a slider with the changes per minute over it, the changes in a table,
// and small maps of chosen times. Without script each time of the page leads to
// the playback as it was then.
func (s *Site) Playback(r Request, p kommunebilde.Picture, o Played) ([]byte, error) {
	if !o.To.After(o.From) {
		return nil, wrong("til")
	}
	if at := o.At(); at.Before(o.From) || at.After(o.To) {
		return nil, wrong("at")
	}
	pg := s.newPage(r, "playback", "")
	then := p.At(o.At())
	pg.onBoard(then)
	pg.Body.Live, pg.Body.At, pg.Edits, pg.Console = "", pg.Stamp(o.At()), false, true
	c := then.Catalogue()
	o.Filter.At = o.At()
	b := s.newBoard(pg, then, o.Filter, all(len(c.Municipalities)), judged(c, then.Board().Kind))
	b.own = escape(o.span()+"&") + b.own
	b.keep = o.span() + "&" + b.keep
	pg.Title, pg.Nav = pg.T("playback.title", pg.titleOf(then.Board())), "meetings"
	pg.Data = pg.w.script + b.pageData()
	pg.Preload = pg.Link("/api/v1/boards/" + string(then.Board().ID) + "/playback?from=" + queryMillis(o.From) + "&to=" + queryMillis(o.To) + "&dense=1")
	pb := playback{board: b, pg: pg, o: o, now: p, changes: changesBetween(p.At(o.To), o.From)}
	return s.around(pg.Lang, "overview", &overviewView{pg, here}, pb.main)
}

type playback struct {
	*board
	pg      page
	o       Played
	now     kommunebilde.Picture
	changes []kommunebilde.LogEntry
}

// changesBetween returns a picture's changes after a time, oldest first.
func changesBetween(p kommunebilde.Picture, from time.Time) []kommunebilde.LogEntry {
	log := p.Log(p.RevisionAt(from), 0)
	out := log[:0]
	for _, e := range log {
		if e.Change != nil {
			out = append(out, e)
		}
	}
	return out
}

// address is that of the same span with something more.
func (b playback) address(more string) string {
	return b.pg.Link(pathOf(b.pg.req)) + "?" + b.o.span() + more
}

// chosen is what of the address the forms and links of this page keep.
func (b playback) chosen() string {
	var q strings.Builder
	if b.f.Map != "" {
		q.WriteString("&kart=" + url.QueryEscape(string(b.f.Map)))
	}
	for i, t := range b.o.Times {
		q.WriteString([]string{"&tider=", ","}[min(i, 1)] + queryMillis(t))
	}
	return q.String()
}

func (b playback) main(w *builder) {
	w.raw(`<main id="main" class="overview playback"`).attr("data-changes", b.pg.Preload).attr("data-charts", b.pg.Asset("charts.js")).raw(`><h1 class="vh">`).text(b.pg.Title).raw(`</h1><div class="lcol"><h2>`).text(b.pg.Title).raw(`</h2>`)
	b.controls(w)
	b.geographic(w, mapOptions{id: "map", glyph: 40, only: -1})
	b.credit(w)
	b.list(w)
	b.span(w)
	w.raw(`</div><div class="right">`)
	b.grid(w, gridOptions{class: "areas", corner: func(w *builder) { b.corner(w, b.pg) }})
	w.raw(`</div>`)
	b.moments(w)
	b.perSpan(w)
	w.raw(`</main>`)
}

// controls are the time on show, the chart whose axis is the slider's, the
// slider and its buttons.
func (b playback) controls(w *builder) {
	t := b.w.t
	id, at := string(b.p.Board().ID), b.o.At()
	w.raw(`<div id="play" class="play"><p><output id="time-out" for="time">`).time(at, b.clock.zone, b.pg.Day(at)+" "+b.clock.Second(at)).raw(`</output> <span class="meta noscript">`).text(b.w.n("n.changes", len(b.changes))).raw(`</span></p>`)
	if len(b.changes) > 0 {
		w.raw(`<div class="chart scripted"`).attr("data-chart", b.pg.Link("/diagram/avspilling?board="+id+"&"+b.o.span())).raw(`></div>`)
	}
	w.raw(`<label class="vh" for="time">`).text(t("playback.slider")).raw(`</label><input id="time" type="range"`).num("min", b.o.From.UnixMilli()).num("max", b.o.To.UnixMilli()).num("value", at.UnixMilli()).raw(` step="1"><p class="rowacts scripted"><button type="button" class="btn sm" id="prev">`).text(t("playback.prev")).raw(`</button><button type="button" class="btn sm" id="run" aria-pressed="false">`).text(t("playback.run")).raw(`</button><button type="button" class="btn sm" id="next">`).text(t("playback.next")).raw(`</button> <label>`).text(t("playback.speed")).raw(` <select id="speed">`)
	for _, speed := range []string{"1", "10", "60", "300", "1800"} {
		choose(w, speed, t("playback.speed_is", speed), speed == "60")
	}
	w.raw(`</select></label></p>`)
	b.meetings(w)
	w.raw(`</div>`)
}

// mostLinked is how many meetings a playback leads to.
const mostLinked = 5

// meetings leads to the meetings of the span as they were at the time on show;
// those that did not go on then are hidden, and the script follows.
func (b playback) meetings(w *builder) {
	at, n := b.o.At(), 0
	for _, m := range b.now.Meetings() {
		to := b.o.To
		if !m.Open() && m.ClosedAt.Before(to) {
			to = m.ClosedAt
		}
		if m.OpenedAt.After(b.o.To) || to.Before(b.o.From) {
			continue
		}
		if n++; n > mostLinked {
			break
		}
		w.raw(`<p class="then meta"`).num("data-from", m.OpenedAt.UnixMilli()).num("data-to", to.UnixMilli()).flag("hidden", at.Before(m.OpenedAt) || at.After(to))
		w.raw(`><a`).attr("href", b.pg.Link("/mote/"+string(m.ID))+"?at="+queryMillis(at)).raw(`>`).text(b.w.t("playback.meeting", m.Title)).raw(`</a></p>`)
	}
}

// span is the form that chooses other times: to play between, or to compare.
func (b playback) span(w *builder) {
	t := b.w.t
	w.raw(`<form id="span" class="span" method="get"`).attr("action", b.pg.Link(pathOf(b.pg.req))).raw(`><h3>`).text(t("playback.span")).raw(`</h3><label class="fld"><span>`).text(t("playback.from")).raw(`</span><input type="datetime-local" step="1" name="fra"`).attr("value", b.local(b.o.From)).raw(`></label><label class="fld"><span>`).text(t("playback.to")).raw(`</span><input type="datetime-local" step="1" name="til"`).attr("value", b.local(whole(b.o.To))).raw(`></label><p class="rowacts"><button class="btn sm" type="submit">`).text(t("playback.show")).raw(`</button> <button class="btn sm" type="submit"`)
	w.attr("formaction", b.pg.Link("/forskjeller/"+string(b.p.Board().ID))).raw(`>`).text(t("differences.show")).raw(`</button></p></form>`)
}

// whole is the first full second that is not before a time: a span that is sent
// anew must not lose its last change.
func whole(t time.Time) time.Time { return t.Add(time.Second - time.Nanosecond).Truncate(time.Second) }

// field writes a time as a field of a form has it.
func (c clock) field(t time.Time) string { return c.local(t).Format("2006-01-02T15:04:05") }

func (b playback) local(t time.Time) string { return b.clock.field(t) }

// moment writes a time of the span: with its day only where the span has several.
func (b playback) moment(t time.Time) string {
	if from, to := b.clock.local(b.o.From), b.clock.local(b.o.To); from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		return b.clock.Second(t)
	}
	return b.pg.Short(t) + " " + b.clock.Second(t)
}
