package kit

import (
	"html/template"

	"kommunebilde/domain"
)

// What must be confirmed, as every view marks it and every counter counts it.
// Whether a level must be is the Picture's word; the script goes on from when.

// StaleMark appends to an open tag when its level must be confirmed, and that it
// must be.
func (w *Builder) StaleMark(cell domain.Cell) *Builder {
	if !cell.Due.IsZero() {
		w.Num("data-due", cell.Due.UnixMilli())
	}
	return w.Flag("data-stale", cell.Stale)
}

// StaleWord appends, after a level's word, that it must be confirmed.
func (b *Board) StaleWord(w *Builder, stale bool) {
	if stale {
		w.Raw(`, `).Text(b.Words.T("stale.word"))
	}
}

// Standing appends, after a level's time, what a meeting knows of it, for "" those
// that go on: what somebody said there stands apart from what was known before.
func (b *Board) Standing(w *Builder, row, col int, in domain.MeetingID) {
	s := b.Picture.Standing(row, col, in)
	if s == "" {
		return
	}
	key := "standing."
	if in == "" {
		key = "standing.some."
	}
	w.Raw(` · <span data-standing="`).Text(string(s)).Raw(`">`).Text(b.Words.T(key + string(s))).Raw(`</span>`)
}

// Late appends how many of a level ("any": of all) must be confirmed: a sign and
// a number where there is little room, and the words for anyone who listens. Where none
// must, it is there for the script.
func (b *Board) Late(w *Builder, l domain.Level, n int, region string) {
	if b.Kind == domain.KindEdition || l == None {
		return
	}
	w.Raw(`<span class="due"`).Attr("data-due-level", string(l))
	if region != "" {
		w.Attr("data-due-region", region)
	}
	w.Flag("hidden", n == 0).Raw(`>`)
	w.LateSign().Raw(`<b>`).Int(n).Raw(`</b><span class="vh"> `).Text(b.Words.T("stale.word")).Raw(`</span></span>`)
}

// LateSign appends the sign of a level that must be confirmed.
func (w *Builder) LateSign() *Builder {
	return w.Raw(`<svg class="m" aria-hidden="true"><use href="#late"/></svg>`)
}

// MiniOf is a cell as a small one, with its word and whether it must be
// confirmed.
func (w *Words) MiniOf(k domain.BoardKind, cell domain.Cell) template.HTML {
	var b Builder
	word := w.LevelOn(k, cell.Level)
	if cell.Stale {
		word += ", " + w.T("stale.word")
	}
	b.Raw(`<span class="mini"`).Attr("data-level", string(cell.Level)).StaleMark(cell).Raw(` role="img"`).Attr("aria-label", word).Attr("title", word).Raw(`>`).Small(cell.Level).Raw(`</span>`)
	return b.HTML()
}
