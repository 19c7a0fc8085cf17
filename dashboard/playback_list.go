package dashboard

import (
	"strconv"
	"time"
)

// changesAPage is how many changes stand in the table at once; the script draws
// other pages of the same length in their place.
const changesAPage = 50

// list is the changes in a table, a page at a time.
func (b playback) list(w *builder) {
	t := b.w.t
	pages := max(1, (len(b.changes)+changesAPage-1)/changesAPage)
	page := b.o.Page
	if page == 0 {
		n := 0
		for n < len(b.changes) && !b.changes[n].At.After(b.o.At()) {
			n++
		}
		page = max(0, n-1)/changesAPage + 1
	}
	page = min(page, pages)
	from, to := (page-1)*changesAPage, min(page*changesAPage, len(b.changes))
	w.raw(`<div class="changes-box"><div class="rolls" tabindex="0" role="region"`).attr("aria-label", t("playback.changes")).raw(`><table id="changes" class="t"`).num("data-from", int64(from)).raw(`><caption class="vh">`).text(t("playback.changes")).raw(`</caption><thead><tr><th scope="col">`).text(t("log.time")).raw(`</th><th scope="col">`).text(t("log.place")).raw(`</th><th scope="col">`).text(t("log.area")).raw(`</th><th scope="col">`).text(t("log.change")).raw(`</th></tr></thead><tbody>`)
	for _, e := range b.changes[from:to] {
		m, col := &b.c.Municipalities[e.Row], &b.c.Columns[e.Col]
		w.raw(`<tr data-rev="`).text(strconv.FormatUint(uint64(e.Revision), 10)).raw(`"`).num("data-at", e.At.UnixMilli()).attr("data-m", string(m.ID)).attr("data-c", string(col.ID)).attr("data-level", string(e.Change.Level)).raw(`><td><a`)
		w.attr("href", b.pg.Link("/tavle/"+string(b.p.Board().ID)+"?at="+e.At.UTC().Format(time.RFC3339Nano))).raw(`>`).time(e.At, b.clock.zone, b.moment(e.At)).raw(`</a></td><th scope="row">`).text(m.Name).raw(`</th><td>`).text(shortOf(b.c, e.Col, b.w.lang)).raw(`</td><td><span class="minis">`)
		w.raw(string(mini(e.Change.From, b.word(e.Change.From)))).raw(`<span aria-hidden="true">→</span>`).raw(string(mini(e.Change.Level, b.word(e.Change.Level)))).raw(`</span></td></tr>`)
	}
	if len(b.changes) == 0 {
		w.raw(`<tr><td colspan="4">`).text(t("lists.none")).raw(`</td></tr>`)
	}
	w.raw(`</tbody></table></div>`)
	if pages > 1 {
		b.pages(w, page, pages, from, to)
	}
	w.raw(`</div>`)
}

// pages leads to the changes before and after those in the table.
func (b playback) pages(w *builder, page, pages, from, to int) {
	t := b.w.t
	link := func(rel, word string, page int, ok bool) {
		w.raw(`<a class="btn sm" rel="`, rel, `"`)
		if ok {
			w.attr("href", b.address(b.chosen()+"&at="+queryMillis(b.o.At())+"&side="+strconv.Itoa(page)))
		} else {
			w.raw(` role="link" aria-disabled="true"`)
		}
		w.raw(`>`).text(word).raw(`</a>`)
	}
	w.raw(`<nav id="pages" class="pages"`).attr("aria-label", t("playback.pages")).num("data-size", changesAPage).attr("data-text", t("playback.page_is")).raw(`>`)
	link("prev", t("playback.page_prev"), page-1, page > 1)
	w.raw(` <span class="meta">`).text(t("playback.page_is", strconv.Itoa(from+1), strconv.Itoa(to), strconv.Itoa(len(b.changes)))).raw(`</span> `)
	link("next", t("playback.page_next"), page+1, page < pages)
	w.raw(`</nav>`)
}
