package kit

import (
	"strings"

	"kommunebilde/domain"
)

// Chip appends a level as fill, shape and word.
func (w *Builder) Chip(l domain.Level, word string) *Builder {
	return w.ChipOf(domain.Cell{Level: l}, word)
}

// ChipOf is a chip that is marked where the cell's level must be confirmed.
func (w *Builder) ChipOf(cell domain.Cell, word string) *Builder {
	return w.Raw(`<span class="chip"`).Attr("data-level", string(cell.Level)).StaleMark(cell).Raw(`>`).Marked(cell.Level).Raw(`<span>`).Text(word).Raw(`</span></span>`)
}

// Confirmed says that a level was said again, and by whom.
func (w *Words) Confirmed(c domain.Cell) string {
	if c.ConfirmedBy == "" {
		return w.T("log.confirmed")
	}
	return w.T("log.confirmed_by", c.ConfirmedBy)
}

// Step says a change in words. A level that is said again, or given a reason, is no
// other level.
func (b *Board) Step(c domain.Change) string {
	switch {
	case c.Level != c.From:
		return b.Word(c.From) + " → " + b.Word(c.Level)
	case c.Confirms:
		return b.Word(c.Level) + ", " + b.Words.Confirmed(c.Cell)
	}
	return b.Word(c.Level)
}

// Became says in words what a change made of a level. One that was said again, or given a
// reason, became no other.
func (w *Words) Became(k domain.BoardKind, c domain.Change) string {
	is := w.LevelOn(k, c.Level)
	if c.From == c.Level {
		return w.T("level.still", strings.ToLower(is))
	}
	return w.LevelOn(k, c.From) + " → " + is
}

// MiniStep appends the same as small cells.
func (b *Board) MiniStep(w *Builder, c domain.Change) {
	if c.From != c.Level {
		w.Raw(string(Mini(c.From, b.Word(c.From)))).Raw(`<span aria-hidden="true">→</span>`)
	}
	w.Raw(string(Mini(c.Level, b.Word(c.Level))))
}

// Meaning returns what a colour means: in an edition as the office words it for
// the area on the map, else the layer's own meaning.
func (b *Board) Meaning(col *domain.Column, l domain.Level) string {
	if b.Kind == domain.KindEdition && col != nil {
		words := map[domain.Level]domain.Words{
			domain.Green: col.Means.Green, domain.Yellow: col.Means.Yellow, domain.Red: col.Means.Red,
		}[l]
		if s, _ := words.In(b.Words.Lang); s != "" {
			return s
		}
	}
	return b.Words.Means(b.Kind, l)
}
