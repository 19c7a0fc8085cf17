package domain

import (
	"fmt"
	"maps"
	"slices"
)

// ChangeBase gives the live picture the columns of another edition. It is
// refused while a meeting on the live picture is open.
type ChangeBase struct {
	Edition    BoardID          `json:"edition"`
	StaleAfter map[ColumnID]int `json:"-"` // hours, of the county pack; an area that is not there: StaleAfterUntold
}

// Complete takes the limits of the county's pack.
func (cmd ChangeBase) Complete(f Facts) (Command, error) {
	if pack, _, ok := f.Pack(); ok {
		cmd.StaleAfter = pack.Limits()
	}
	return cmd, nil
}

func (cmd ChangeBase) Decide(d Decision) ([]Event, error) {
	live, _, err := d.board(Live, RightBase)
	if err != nil {
		return nil, err
	}
	edition, _, err := d.board(cmd.Edition, RightSee)
	if CodeOf(err) == NotFound {
		return nil, Unknown("edition", "board.unknown", string(cmd.Edition))
	} else if err != nil {
		return nil, err
	}
	if edition.kind != KindEdition || len(edition.publications) == 0 {
		return nil, Clash("base.unpublished")
	}
	if live.base == edition.id {
		return nil, Clash("base.same")
	}
	next := edition.catalogue.Limited(cmd.StaleAfter)
	return []Event{&catalogueReplaced{Board: Live, Base: edition.id, Catalogue: next, Closed: live.closedBy(&next)}}, nil
}

// ApplyPack takes a newer county pack over into the live picture.
type ApplyPack struct {
	Catalogue Catalogue
	Map       *Map
}

func (cmd ApplyPack) Decide(d Decision) ([]Event, error) {
	live, _, err := d.board(Live, RightBase)
	if err != nil {
		return nil, err
	}
	events, err := d.catalogue(&cmd.Catalogue, cmd.Map)
	if err != nil {
		return nil, err
	}
	changes, err := live.catalogue.Diff(&cmd.Catalogue)
	if err != nil {
		return nil, err
	}
	if live.catalogue.Hash() == cmd.Catalogue.Hash() {
		return nil, Clash("pack.same")
	}
	return append(events, &catalogueReplaced{
		Board: Live, Base: live.base, Catalogue: cmd.Catalogue, Changes: changes, Closed: live.closedBy(&cmd.Catalogue),
	}), nil
}

// catalogueReplaced gives the live picture another catalogue: that of
// another edition (Base changed) or of a newer county pack (Changes).
// Closed lists the live levels whose row or column is gone.
type catalogueReplaced struct {
	Board     BoardID           `json:"board"`
	Base      BoardID           `json:"base,omitempty"`
	Catalogue Catalogue         `json:"catalogue"`
	Changes   []CatalogueChange `json:"changes,omitempty"`
	Closed    []closedLevel     `json:"closed,omitempty"`
}

func (*catalogueReplaced) Kind() string   { return "catalogue_replaced" }
func (*catalogueReplaced) Texts() []*Text { return nil }

// Apply keeps the board as it was for pictures of earlier times, and
// moves cells and log to the places the new catalogue gives them.
func (e *catalogueReplaced) Apply(b *Applying) error {
	old := b.s.boards[e.Board]
	if old == nil {
		return fmt.Errorf("no board %q: %w", e.Board, ErrCorrupt)
	}
	out := b.reshape(old, &e.Catalogue)
	out.base = e.Base
	b.note(out, Line{Event: e})
	return nil
}

// reshape gives a board another catalogue. The board as it was stays for pictures of
// earlier times; cells and log move to the places that the new catalogue gives them.
func (b *Applying) reshape(old *board, c *Catalogue) *board {
	out := *old
	out.earlier = old
	out.catalogueAt, out.catalogueMs = b.r.Revision, b.ms
	if !out.extend(c) {
		out.move(old, c)
	}
	delete(b.own, any(old)) // it is history now: nothing may write to it
	b.putBoard(&out)
	return &out
}

// extend takes a catalogue in which all rows and columns have the places they have, and
// reports whether it is one: the log and the cells stay as they are, and are shared with
// the board of before.
func (b *board) extend(c *Catalogue) bool {
	was := b.catalogue
	if len(c.Columns) < len(was.Columns) || !slices.EqualFunc(was.Municipalities, c.Municipalities, func(a, b Municipality) bool { return a.ID == b.ID }) ||
		!slices.EqualFunc(was.Columns, c.Columns[:len(was.Columns)], func(a, b Column) bool { return a.ID == b.ID }) {
		return false
	}
	b.catalogue = c
	if len(c.Columns) == len(was.Columns) {
		return true
	}
	b.columnOf = maps.Clone(b.columnOf)
	for i := len(was.Columns); i < len(c.Columns); i++ {
		b.columnOf[c.Columns[i].ID] = i
	}
	b.rows = slices.Clone(b.rows)
	for i := range b.rows {
		b.rows[i] = append(slices.Clip(b.rows[i]), make([]*cell, len(c.Columns)-len(was.Columns))...)
	}
	return true
}

// move takes a catalogue with rows and columns in other places.
func (out *board) move(old *board, c *Catalogue) {
	out.take(c)
	rowTo, colTo := make([]int, len(old.catalogue.Municipalities)), make([]int, len(old.catalogue.Columns))
	for i, m := range old.catalogue.Municipalities {
		rowTo[i] = place(out.rowOf, m.ID)
	}
	for i, c := range old.catalogue.Columns {
		colTo[i] = place(out.columnOf, c.ID)
	}
	for i, row := range old.rows {
		if rowTo[i] >= 0 {
			out.confirmed[rowTo[i]] = old.confirmed[i]
		}
		for j, cell := range row {
			if cell != nil && rowTo[i] >= 0 && colTo[j] >= 0 {
				out.rows[rowTo[i]][colTo[j]] = cell
			}
		}
	}
	out.log = nil
	for _, l := range old.log {
		if l.line == nil {
			if rowTo[l.row] < 0 || colTo[l.col] < 0 {
				continue
			}
			l.row, l.col = int16(rowTo[l.row]), int16(colTo[l.col])
		}
		out.log = append(out.log, l)
	}
}
