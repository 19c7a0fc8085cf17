package domain

import (
	"fmt"
	"slices"
)

// TextRedacted tells that texts were taken out, and why.
type TextRedacted struct {
	Removed []TextID `json:"texts"`
	Reason  *Text    `json:"reason"`
}

func (*TextRedacted) Kind() string     { return "text_redacted" }
func (e *TextRedacted) Texts() []*Text { return Present(e.Reason) }

// Removes returns the texts that are taken out.
func (e *TextRedacted) Removes() []TextID { return e.Removed }
func (*TextRedacted) veils()              {}

// Apply empties texts for every state that shares them, and touches the boards
// that show them, so that screens follow.
func (e *TextRedacted) Apply(b *Applying) error {
	for _, id := range e.Removed {
		t := b.s.text(id)
		if t == nil {
			return fmt.Errorf("no text %s: %w", id, ErrCorrupt)
		}
		t.redact()
	}
	for _, id := range slices.Clone(b.s.order) {
		board, err := b.board(id)
		if err != nil {
			return err
		}
		board.redacted = b.r.Revision
		b.note(board, Line{Event: e})
	}
	return nil
}
