package dashboard

import (
	"slices"

	"kommunebilde"
)

// What has changed since the meeting before this one, on the console: everybody
// is still called, those with news are marked.

// isNews tells whether a cell changed since the meeting before this one.
func (c *console) isNews(row, col int) bool { return changedSince(c.p, row, col, c.before) }

// hasNews tells whether anything of a municipality did.
func (c *console) hasNews(m kommunebilde.MunicipalityID) bool {
	row := c.p.Row(m)
	return row >= 0 && slices.ContainsFunc(c.cols, func(col int) bool { return c.isNews(row, col) })
}

// news appends the toggle, and how many municipalities have news.
func (c *console) news(w *builder) {
	other := *c
	other.since = !c.since
	w.raw(`<div id="since" class="news" data-part="live">`)
	c.sinceToggle(w, c.since, other.at(c.selected, c.col), `<kbd>E</kbd>`)
	if c.since {
		n := 0
		for _, e := range c.order {
			if c.hasNews(e.Municipality) {
				n++
			}
		}
		w.raw(` <span class="meta">`).text(c.N("console.news", n)).raw(`</span>`)
	}
	w.raw(`</div>`)
}

// newsMark appends the word for a change since the meeting before.
func (c *console) newsMark(w *builder, on bool) {
	if on {
		w.raw(`<span class="tag">`).text(c.T("console.new")).raw(`</span>`)
	}
}
