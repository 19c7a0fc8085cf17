package playback

import (
	"strconv"
	"time"

	"kommunebilde/dashboard/chart"
	"kommunebilde/dashboard/kit"
)

// changesAPage is how many changes stand in the table at once; the script draws
// other pages of the same length in their place.
const changesAPage = 50

// list is the changes in a table, a page at a time.
func (b playback) list(w *kit.Builder) {
	t := b.Words.T
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
	w.Raw(`<div class="changes-box"><div class="rolls" tabindex="0" role="region"`).Attr("aria-label", t("playback.changes")).Raw(`><table id="changes" class="t"`).Num("data-from", int64(from)).Raw(`><caption class="vh">`).Text(t("playback.changes")).Raw(`</caption><thead><tr><th scope="col">`).Text(t("log.time")).Raw(`</th><th scope="col">`).Text(t("log.place")).Raw(`</th><th scope="col">`).Text(t("log.area")).Raw(`</th><th scope="col">`).Text(t("log.change")).Raw(`</th></tr></thead><tbody>`)
	for _, e := range b.changes[from:to] {
		m, col := &b.Catalogue.Municipalities[e.Row], &b.Catalogue.Columns[e.Col]
		w.Raw(`<tr data-rev="`).Text(strconv.FormatUint(uint64(e.Revision), 10)).Raw(`"`).Num("data-at", e.At.UnixMilli()).Attr("data-m", string(m.ID)).Attr("data-c", string(col.ID)).Attr("data-level", string(e.Change.Level)).Raw(`><td><a`)
		w.Attr("href", b.pg.Link("/tavle/"+string(b.Picture.Board().ID)+"?at="+e.At.UTC().Format(time.RFC3339Nano))).Raw(`>`).Time(e.At, b.Clock.Zone, b.moment(e.At)).Raw(`</a></td><th scope="row">`).Text(m.Name).Raw(`</th><td>`).Text(kit.ShortOf(b.Catalogue, e.Col, b.Words.Lang)).Raw(`</td><td><span class="minis">`)
		b.MiniStep(w, *e.Change)
		w.Raw(`</span></td></tr>`)
	}
	if len(b.changes) == 0 {
		w.Raw(`<tr><td colspan="4">`).Text(t("lists.none")).Raw(`</td></tr>`)
	}
	w.Raw(`</tbody></table></div>`)
	if pages > 1 {
		b.pages(w, page, pages, from, to)
	}
	w.Raw(`</div>`)
}

// pages leads to the changes before and after those in the table.
func (b playback) pages(w *kit.Builder, page, pages, from, to int) {
	t := b.Words.T
	link := func(rel, word string, page int, ok bool) {
		w.Raw(`<a class="btn sm" rel="`, rel, `"`)
		if ok {
			w.Attr("href", b.address(b.chosen()+"&at="+queryMillis(b.o.At())+"&side="+strconv.Itoa(page)))
		} else {
			w.Raw(` role="link" aria-disabled="true"`)
		}
		w.Raw(`>`).Text(word).Raw(`</a>`)
	}
	w.Raw(`<nav id="pages" class="pages"`).Attr("aria-label", t("playback.pages")).Num("data-size", changesAPage).Attr("data-text", t("playback.page_is")).Raw(`>`)
	link("prev", t("playback.page_prev"), page-1, page > 1)
	w.Raw(` <span class="meta">`).Text(t("playback.page_is", strconv.Itoa(from+1), strconv.Itoa(to), strconv.Itoa(len(b.changes)))).Raw(`</span> `)
	link("next", t("playback.page_next"), page+1, page < pages)
	w.Raw(`</nav>`)
}

// perSpan is the chart's table: the spans that had changes.
func (b playback) perSpan(w *kit.Builder) {
	c := chart.PlayedChanges(b.changes, b.Kind, b.o.From, b.o.To)
	if c.Total == 0 {
		return
	}
	w.Raw(`<section class="per"><h2>`).Text(b.Words.T("playback.per", b.Words.N("chart.meeting.per", c.Minutes))).Raw(`</h2><div class="wide" tabindex="0" role="region"`).Attr("aria-label", b.Words.T("playback.per", b.Words.N("chart.meeting.per", c.Minutes))).Raw(`><table class="t"><thead><tr><th scope="col">`).Text(b.Words.T("chart.time")).Raw(`</th>`)
	for _, l := range c.Levels {
		w.Raw(`<th scope="col" class="n">`).Text(chart.LevelSet(b.Words, l)).Raw(`</th>`)
	}
	w.Raw(`</tr></thead><tbody>`)
	for _, s := range c.Spans {
		if s.Sum() == 0 {
			continue
		}
		w.Raw(`<tr><th scope="row"><a`).Attr("href", b.address(b.chosen()+"&at="+queryMillis(earliest(b.o.To, s.From.Add(time.Duration(c.Minutes)*time.Minute))))).Raw(`>`).Time(s.From, b.Clock.Zone, b.moment(s.From)).Raw(`</a></th>`)
		for _, n := range s.Counts {
			w.Raw(`<td class="n">`).Int(n).Raw(`</td>`)
		}
		w.Raw(`</tr>`)
	}
	w.Raw(`</tbody></table></div></section>`)
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
