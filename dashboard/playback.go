package dashboard

import (
	"strconv"
	"time"

	"kommunebilde"
)

// playbackMost is how many changes stand in the table; the slider knows them
// all.
const playbackMost = 500

// Playback is a board between two times: its map and table as they were at the
// first, a slider, and all changes in a table. Without script a change's time
// leads to the board as it was then.
func (s *Site) Playback(r Request, p kommunebilde.Picture, from, to time.Time) ([]byte, error) {
	if !to.After(from) {
		return nil, wrong("til")
	}
	pg := s.newPage(r, "playback", "")
	start, end := p.At(from), p.At(to)
	pg.onBoard(start)
	pg.Body.Live, pg.Body.At, pg.Edits, pg.Console = "", pg.Stamp(from), false, true
	c := start.Catalogue()
	cols := judged(c, start.Board().Kind)
	b := s.newBoard(pg, start, Filter{At: from}, all(len(c.Municipalities)), cols)
	pg.Title, pg.Nav = pg.T("playback.title", pg.titleOf(start.Board())), "meetings"
	pg.Data = pg.w.script + b.pageData()
	pb := playback{b, pg, p, from, to, changesBetween(end, from)}
	return s.around(pg.Lang, "overview", &overviewView{pg, here}, pb.main)
}

type playback struct {
	*board
	pg       page
	now      kommunebilde.Picture
	from, to time.Time
	changes  []kommunebilde.LogEntry
}

// changesBetween returns a picture's changes after a time, oldest first.
func changesBetween(p kommunebilde.Picture, from time.Time) []kommunebilde.LogEntry {
	var out []kommunebilde.LogEntry
	for _, e := range p.Log(p.At(from).Board().Revision, 0) {
		if e.Change != nil && e.At.After(from) {
			out = append(out, e)
		}
	}
	return out
}

func (b playback) main(w *builder) {
	t := b.w.t
	w.raw(`<main id="main" class="overview playback"`).num("data-from", b.from.UnixMilli()).num("data-to", b.to.UnixMilli()).raw(`><h1 class="vh">`).text(b.pg.Title).raw(`</h1><div class="lcol"><h2>`).text(b.pg.Title).raw(`</h2>`)
	w.raw(`<form id="span" class="span" method="get"`).attr("action", b.pg.Link(pathOf(b.pg.req))).raw(`><label class="fld"><span>`).text(t("playback.from")).raw(`</span><input type="datetime-local" name="fra"`).attr("value", b.local(b.from)).raw(`></label><label class="fld"><span>`).text(t("playback.to")).raw(`</span><input type="datetime-local" name="til"`).attr("value", b.local(b.to)).raw(`></label><button class="btn" type="submit">`).text(t("playback.show")).raw(`</button></form>`)
	w.raw(`<div id="play" class="play"><p><output id="time-out" for="time">`).time(b.from, b.clock.zone, b.pg.Day(b.from)+" "+b.clock.Second(b.from)).raw(`</output> <span class="meta noscript">`).text(b.w.n("n.changes", len(b.changes))).raw(`</span></p>`)
	w.raw(`<label class="vh" for="time">`).text(t("playback.slider")).raw(`</label><input id="time" type="range"`).num("min", b.from.UnixMilli()).num("max", b.to.UnixMilli()).num("value", b.from.UnixMilli()).raw(` step="1000"><p class="rowacts scripted"><button type="button" class="btn sm" id="prev">`).text(t("playback.prev")).raw(`</button><button type="button" class="btn sm" id="run" aria-pressed="false">`).text(t("playback.run")).raw(`</button><button type="button" class="btn sm" id="next">`).text(t("playback.next")).raw(`</button> <label>`).text(t("playback.speed")).raw(` <select id="speed">`)
	for _, speed := range []string{"1", "10", "60", "300", "1800"} {
		choose(w, speed, t("playback.speed_is", speed), speed == "60")
	}
	w.raw(`</select></label></p></div>`)
	b.geographic(w, mapOptions{id: "map", glyph: 40, only: -1})
	b.credit(w)
	w.raw(`<div class="changes-box" tabindex="0" role="region"`).attr("aria-label", t("playback.changes")).raw(`>`)
	b.table(w)
	w.raw(`</div></div><div class="right">`)
	b.grid(w, gridOptions{class: "areas", corner: func(w *builder) { b.corner(w, b.pg) }})
	w.raw(`</div></main>`)
}

// local writes a time as a field of a form has it.
func (b playback) local(t time.Time) string { return t.In(b.clock.zone).Format("2006-01-02T15:04") }

func (b playback) table(w *builder) {
	t := b.w.t
	list := b.changes
	w.raw(`<table id="changes" class="t"><caption class="vh">`).text(t("playback.changes")).raw(`</caption><thead><tr><th scope="col">`).text(t("log.time")).raw(`</th><th scope="col">`).text(t("log.place")).raw(`</th><th scope="col">`).text(t("log.area")).raw(`</th><th scope="col">`).text(t("log.change")).raw(`</th></tr></thead><tbody>`)
	if len(list) > playbackMost {
		list = list[:playbackMost]
	}
	for _, e := range list {
		m, col := &b.c.Municipalities[e.Row], &b.c.Columns[e.Col]
		w.raw(`<tr data-rev="`).text(strconv.FormatUint(uint64(e.Revision), 10)).raw(`"`).num("data-at", e.At.UnixMilli()).attr("data-m", string(m.ID)).attr("data-c", string(col.ID)).attr("data-level", string(e.Change.Level)).raw(`><td><a`)
		w.attr("href", b.pg.Link("/tavle/"+string(b.p.Board().ID)+"?at="+e.At.UTC().Format(time.RFC3339Nano))).raw(`>`).time(e.At, b.clock.zone, b.pg.Short(e.At)+" "+b.clock.Second(e.At)).raw(`</a></td><th scope="row">`).text(m.Name).raw(`</th><td>`).text(shortOf(b.c, e.Col, b.w.lang)).raw(`</td><td><span class="minis">`)
		w.raw(string(mini(e.Change.From, b.word(e.Change.From)))).raw(`<span aria-hidden="true">→</span>`).raw(string(mini(e.Change.Level, b.word(e.Change.Level)))).raw(`</span></td></tr>`)
	}
	if more := len(b.changes) - len(list); more > 0 {
		w.raw(`<tr><td colspan="4">`).text(b.w.n("n.more", more)).raw(`</td></tr>`)
	}
	if len(list) == 0 {
		w.raw(`<tr><td colspan="4">`).text(t("lists.none")).raw(`</td></tr>`)
	}
	w.raw(`</tbody></table>`)
}
