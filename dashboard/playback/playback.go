package playback

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/chart"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// Played is what of a board a playback shows.
type Played struct {
	From, To time.Time
	Filter   kit.Filter  // its At is the time that map and grid begin with, zero: From
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
func Playback(s *kit.Site, r kit.Request, p domain.Picture, o Played) ([]byte, error) {
	if !o.To.After(o.From) {
		return nil, kit.WrongField("til")
	}
	if at := o.At(); at.Before(o.From) || at.After(o.To) {
		return nil, kit.WrongField("at")
	}
	pg := s.NewPage(r, "playback", "")
	then := p.At(o.At())
	pg.OnBoard(then)
	pg.Body.Live, pg.Body.At, pg.Edits, pg.Console = "", pg.Stamp(o.At()), false, true
	c := then.Catalogue()
	o.Filter.At = o.At()
	b := s.NewBoard(pg, then, o.Filter, kit.UpTo(len(c.Municipalities)), kit.Judged(c, then.Board().Kind))
	b.Own = kit.Escape(o.span()+"&") + b.Own
	b.Keep = o.span() + "&" + b.Keep
	pg.Title, pg.Nav = pg.T("playback.title", pg.TitleOf(then.Board())), "meetings"
	pg.Data = pg.Words.Script + b.PageData()
	pg.Preload = pg.Link("/api/v1/boards/" + string(then.Board().ID) + "/playback?from=" + queryMillis(o.From) + "&to=" + queryMillis(o.To) + "&dense=1")
	pb := playback{Board: b, pg: pg, o: o, now: p, changes: chart.ChangesBetween(p.At(o.To), o.From)}
	return s.Frame(pg, pb.main)
}

type playback struct {
	*kit.Board
	pg      kit.Page
	o       Played
	now     domain.Picture
	changes []domain.LogEntry
}

// address is that of the same span with something more.
func (b playback) address(more string) string {
	return b.pg.Link(kit.PathOf(b.pg.Request)) + "?" + b.o.span() + more
}

// chosen is what of the address the forms and links of this page keep.
func (b playback) chosen() string {
	var q strings.Builder
	if b.Filter.Map != "" {
		q.WriteString("&kart=" + url.QueryEscape(string(b.Filter.Map)))
	}
	for i, t := range b.o.Times {
		q.WriteString([]string{"&tider=", ","}[min(i, 1)] + queryMillis(t))
	}
	return q.String()
}

func (b playback) main(w *kit.Builder) {
	w.Raw(`<main id="main" class="overview playback"`).Attr("data-changes", b.pg.Preload).Attr("data-charts", b.pg.Asset("charts.js")).Raw(`><h1 class="vh">`).Text(b.pg.Title).Raw(`</h1><div class="lcol"><h2>`).Text(b.pg.Title).Raw(`</h2>`)
	b.controls(w)
	b.Geographic(w, kit.MapOptions{ID: "map", Glyph: 40, Only: -1})
	b.Credit(w)
	b.list(w)
	b.span(w)
	w.Raw(`</div><div class="right">`)
	b.Grid(w, kit.GridOptions{Class: "areas", Corner: func(w *kit.Builder) { b.Corner(w, b.pg) }})
	w.Raw(`</div>`)
	b.moments(w)
	b.perSpan(w)
	w.Raw(`</main>`)
}

// controls are the time on show, the chart whose axis is the slider's, the
// slider and its buttons.
func (b playback) controls(w *kit.Builder) {
	t := b.Words.T
	id, at := string(b.Picture.Board().ID), b.o.At()
	w.Raw(`<div id="play" class="play"><p><output id="time-out" for="time">`).Time(at, b.Clock.Zone, b.pg.Day(at)+" "+b.Clock.Second(at)).Raw(`</output> <span class="meta noscript">`).Text(b.Words.N("n.changes", len(b.changes))).Raw(`</span></p>`)
	if len(b.changes) > 0 {
		w.Raw(`<div class="chart scripted"`).Attr("data-chart", b.pg.Link("/diagram/avspilling?board="+id+"&"+b.o.span())).Raw(`></div>`)
	}
	w.Raw(`<label class="vh" for="time">`).Text(t("playback.slider")).Raw(`</label><input id="time" type="range"`).Num("min", b.o.From.UnixMilli()).Num("max", b.o.To.UnixMilli()).Num("value", at.UnixMilli()).Raw(` step="1"><p class="rowacts scripted"><button type="button" class="btn sm" id="prev">`).Text(t("playback.prev")).Raw(`</button><button type="button" class="btn sm" id="run" aria-pressed="false">`).Text(t("playback.run")).Raw(`</button><button type="button" class="btn sm" id="next">`).Text(t("playback.next")).Raw(`</button> <label>`).Text(t("playback.speed")).Raw(` <select id="speed">`)
	for _, speed := range []string{"1", "10", "60", "300", "1800"} {
		kit.Choose(w, speed, t("playback.speed_is", speed), speed == "60")
	}
	w.Raw(`</select></label></p>`)
	b.meetings(w)
	w.Raw(`</div>`)
}

// mostLinked is how many meetings a playback leads to.
const mostLinked = 5

// meetings leads to the meetings of the span as they were at the time on show;
// those that did not go on then are hidden, and the script follows.
func (b playback) meetings(w *kit.Builder) {
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
		w.Raw(`<p class="then meta"`).Num("data-from", m.OpenedAt.UnixMilli()).Num("data-to", to.UnixMilli()).Flag("hidden", at.Before(m.OpenedAt) || at.After(to))
		w.Raw(`><a`).Attr("href", b.pg.Link("/mote/"+string(m.ID))+"?at="+queryMillis(at)).Raw(`>`).Text(b.Words.T("playback.meeting", m.Title)).Raw(`</a></p>`)
	}
}

// span is the form that chooses other times: to play between, or to compare.
func (b playback) span(w *kit.Builder) {
	t := b.Words.T
	w.Raw(`<form id="span" class="span" method="get"`).Attr("action", b.pg.Link(kit.PathOf(b.pg.Request))).Raw(`><h3>`).Text(t("playback.span")).Raw(`</h3><label class="fld"><span>`).Text(t("playback.from")).Raw(`</span><input type="datetime-local" step="1" name="fra"`).Attr("value", b.local(b.o.From)).Raw(`></label><label class="fld"><span>`).Text(t("playback.to")).Raw(`</span><input type="datetime-local" step="1" name="til"`).Attr("value", b.local(whole(b.o.To))).Raw(`></label><p class="rowacts"><button class="btn sm" type="submit">`).Text(t("playback.show")).Raw(`</button> <button class="btn sm" type="submit"`)
	w.Attr("formaction", b.pg.Link("/forskjeller/"+string(b.Picture.Board().ID))).Raw(`>`).Text(t("differences.show")).Raw(`</button></p></form>`)
}

// whole is the first full second that is not before a time: a span that is sent
// again must not lose its last change.
func whole(t time.Time) time.Time { return t.Add(time.Second - time.Nanosecond).Truncate(time.Second) }

// field writes a time as a field of a form has it.
func field(c kit.Clock, t time.Time) string { return c.Local(t).Format("2006-01-02T15:04:05") }

func (b playback) local(t time.Time) string { return field(b.Clock, t) }

// moment writes a time of the span: with its day only where the span has several.
func (b playback) moment(t time.Time) string {
	if from, to := b.Clock.Local(b.o.From), b.Clock.Local(b.o.To); from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		return b.Clock.Second(t)
	}
	return b.pg.Short(t) + " " + b.Clock.Second(t)
}
