package console

import (
	"slices"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// What has changed since the meeting before this one, on the console: everybody
// is still called, those with news are marked.

// isNews reports whether a cell changed since the meeting before this one.
func (c *console) isNews(row, col int) bool { return kit.ChangedSince(c.Picture, row, col, c.before) }

// hasNews reports whether anything of a municipality did.
func (c *console) hasNews(m domain.MunicipalityID) bool {
	row := c.Picture.Row(m)
	return row >= 0 && slices.ContainsFunc(c.Cols, func(col int) bool { return c.isNews(row, col) })
}

// news appends the toggle, and how many municipalities have news.
func (c *console) news(w *kit.Builder) {
	other := *c
	other.since = !c.since
	w.Raw(`<div id="since" class="news" data-part="cells reports">`)
	c.SinceToggle(w, c.since, other.at(c.selected, c.col), `<kbd>E</kbd>`)
	if c.since {
		n := 0
		for _, e := range c.order {
			if c.hasNews(e.Municipality) {
				n++
			}
		}
		w.Raw(` <span class="meta">`).Text(c.N("console.news", n)).Raw(`</span>`)
	}
	w.Raw(`</div>`)
}

// newsMark appends the word for a change since the meeting before.
func (c *console) newsMark(w *kit.Builder, on bool) {
	if on {
		w.Raw(`<span class="tag">`).Text(c.T("console.new")).Raw(`</span>`)
	}
}
