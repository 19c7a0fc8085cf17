package dashboard

import (
	"net/url"
	"strconv"
)

// listSize is how much of a meeting's list stands on a page at once: texts may be
// long, and each is there for who listens too.
const listSize = 25

// labelled is how much of a text names a button.
const labelled = 80

// paged is a part of a list of a meeting: [from, to) of n.
type paged struct {
	key      string // of the address, and the id of the list's place
	from, to int
	n        int
	query    url.Values // of the page
}

// paged returns the part of a list of n that the page's address asks for, the
// first one if it asks for none.
func (r *room) paged(key string, n int) paged {
	q := url.Values{}
	if u, err := url.Parse(r.req.Path); err == nil {
		q = u.Query()
	}
	page, err := strconv.Atoi(q.Get(key))
	last := max(1, (n+listSize-1)/listSize)
	if err != nil || page < 1 {
		page = 1
	}
	page = min(page, last)
	return paged{key, (page - 1) * listSize, min(page*listSize, n), n, q}
}

// pager leads to the parts of the list before and after, on the meeting's page;
// nothing where the list is all there.
func (r *room) pager(w *builder, p paged, place, label string) {
	if p.n <= listSize {
		return
	}
	link := func(rel, word string, from int) {
		q := url.Values{}
		for _, key := range []string{"at", "til", "tiltak", "forslag", "innspill"} {
			if v := p.query.Get(key); v != "" {
				q.Set(key, v)
			}
		}
		q.Set(p.key, strconv.Itoa(from/listSize+1))
		w.raw(` <a class="btn sm" rel="`, rel, `"`).attr("href", r.path("?"+q.Encode()+"#"+place)).raw(`>`).text(r.T(word)).raw(`</a>`)
	}
	w.raw(`<nav class="rowacts"`).attr("aria-label", label).raw(`><span class="meta">`).text(r.T("meeting.log_part", strconv.Itoa(p.from+1), strconv.Itoa(p.to), strconv.Itoa(p.n))).raw(`</span>`)
	if p.from > 0 {
		link("prev", "playback.page_prev", p.from-listSize)
	}
	if p.to < p.n {
		link("next", "playback.page_next", p.to)
	}
	w.raw(`</nav>`)
}
