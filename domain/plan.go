package domain

import (
	"fmt"
	"iter"
	"slices"
)

// What the kernel keeps of a planned edition: that it has a plan, and since when each row
// is judged. Phase and what may be written rest on these. Package editions has the rules.

// Plan notes that an edition has a plan, and of which day its judgements are.
func (b *Applying) Plan(id BoardID, judged string, e Event) error {
	board, err := b.board(id)
	if err != nil {
		return err
	}
	board.planned, board.judged = true, judged
	b.note(board, Line{Event: e, Story: "plan", Staff: true, Turns: true})
	return nil
}

// OpenRound opens rows of a planned edition for judgement; none named: all.
func (b *Applying) OpenRound(id BoardID, rows []MunicipalityID, e Event) error {
	board, err := b.board(id)
	if err != nil {
		return err
	}
	if board.rounds = slices.Clone(board.rounds); board.rounds == nil {
		board.rounds = make([]Revision, len(board.catalogue.Municipalities))
	}
	for i, m := range board.catalogue.Municipalities {
		if len(rows) == 0 || slices.Contains(rows, m.ID) {
			board.rounds[i] = b.r.Revision
		}
	}
	b.note(board, Line{Event: e, Story: "plan", Staff: true, Turns: true})
	return nil
}

// SetColumns changes the catalogue of an edition: see [Catalogue.With].
func (b *Applying) SetColumns(id BoardID, set []Column, order []ColumnID, ended []Ended, e Event) error {
	old := b.s.boards[id]
	if old == nil {
		return fmt.Errorf("no board %q: %w", id, ErrCorrupt)
	}
	next := old.catalogue.With(set, order, ended)
	if err := next.Check(); err != nil {
		return fmt.Errorf("columns of board %q: %w: %w", id, err, ErrCorrupt)
	}
	b.note(b.reshape(old, &next), Line{Event: e, Story: "plan", Staff: true})
	return nil
}

// Planned reports whether an edition has a plan.
func (g Ground) Planned() bool { return g.b.planned }

// Title returns what the board is called.
func (g Ground) Title() Words { return g.b.title }

// Round returns the record that opened a row for judgement, 0 where none has.
func (g Ground) Round(m MunicipalityID) Revision {
	row := place(g.b.rowOf, m)
	if row < 0 || g.b.rounds == nil {
		return 0
	}
	return g.b.rounds[row]
}

// Rounds yields the editions in which a municipality's row is being judged.
func (d Decision) Rounds(m MunicipalityID) iter.Seq[Ground] {
	return func(yield func(Ground) bool) {
		for g := range d.Editions() {
			if g.Phase() == PhaseDrafting && g.Round(m) > 0 && !yield(g) {
				return
			}
		}
	}
}

// Editions yields all editions, as opened, whoever asks.
func (d Decision) Editions() iter.Seq[Ground] {
	return func(yield func(Ground) bool) {
		for _, id := range d.s.order {
			if b := d.s.boards[id]; b.kind == KindEdition && !yield(Ground{b: b}) {
				return
			}
		}
	}
}

// Version returns the board as it was published as a version, and whether there is one.
func (g Ground) Version(n int) (Ground, bool) {
	if n < 1 || n > len(g.b.publications) {
		return Ground{}, false
	}
	at := g.b.publications[n-1].Revision
	b := g.b
	for b.earlier != nil && b.catalogueAt > at {
		b = b.earlier
	}
	return Ground{b: b, at: at}, true
}

// Revision returns the last record that touched the board.
func (g Ground) Revision() Revision { return g.b.revision }

// Writes yields what a cell was made, newest first.
func (g Ground) Writes(m MunicipalityID, c ColumnID) iter.Seq[Cell] {
	return func(yield func(Cell) bool) {
		for _, at := range slices.Backward(g.changes(m, c)) {
			out := Cell{Municipality: m, Column: c, Level: at.level, Text: at.text.String(), TextID: at.text.ID(), Redacted: at.text.Redacted(),
				At: fromMillis(at.at), By: at.by, Revision: at.revision, Undoes: at.undoes, Source: at.source}
			if !yield(out) {
				return
			}
		}
	}
}

// writable refuses what may not be written in a planned edition: in a row that is not
// opened for judgement, and a level where there is only a text.
func (b *board) writable(field string, row, col int, level Level) error {
	switch {
	case b.planned && (b.rounds == nil || b.rounds[row] == 0):
		return &Error{Code: Conflict, Field: field + ".m", Msg: "edition.round"}
	case b.catalogue.Columns[col].Kind == ColumnSummary && level != NotAssessed:
		return Wrong(field+".level", "summary.level")
	}
	return nil
}

// maxText is the longest text of a cell, in runes.
func (b *board) maxText() int {
	if b.kind == KindEdition {
		return maxJudged
	}
	return MaxReason
}
