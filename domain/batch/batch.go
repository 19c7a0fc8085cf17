package batch

import (
	"cmp"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/typed"
)

// Row is what a file says of one cell. What is nil it does not mention, and that stays.
type Row struct {
	Municipality domain.MunicipalityID
	Column       domain.ColumnID
	Version      int              // of the column, as the file's author saw it; 0 not told
	Seen         *domain.Revision // of the cell, likewise
	Level        *domain.Level    // "" takes it away
	Text         *string          // "" takes it away
	Evidence     *[]evidence.Ref  // all that the cell rests on
}

// Plan is what a file would do.
type Plan struct {
	Changes   []Change
	Conflicts []Change // cells that somebody changed since the author saw them: they are not written
	Refused   []Refusal
	Deletes   int // see [Deletes]
}

// Change is what a row does to its cell.
type Change struct {
	Said Row
	Now  assessment.Cell // as it stands
	Edit assessment.Edit
}

// Refusal is a row that may not be written, and why.
type Refusal struct {
	Row int // place in the rows, from 0
	Err error
}

// Save is what writes the changes, and nothing else.
func (p Plan) Save(board domain.BoardID) assessment.Save {
	out := assessment.Save{Board: board}
	for _, c := range p.Changes {
		out.Cells = append(out.Cells, c.Edit)
	}
	return out
}

// PlanOf tells what rows would do; municipalities and columns are the edition's. A row is
// an edit where it says something else than its author saw, so that a file that was not
// edited changes nothing, whoever wrote since.
func PlanOf(d domain.Decision, board domain.BoardID, rows []Row) (Plan, error) {
	g, err := d.Board(board, domain.RightSetLevels)
	if err != nil {
		return Plan{}, err
	}
	book, err := assessment.Of(d, board)
	if err != nil {
		return Plan{}, err
	}
	var out Plan
	for i, r := range rows {
		now := book.Cell(r.Municipality, r.Column)
		edit, edited := editOf(book, now, r)
		if !edited {
			continue
		}
		change := Change{r, now, edit}
		if r.Seen != nil && *r.Seen != now.Revision {
			out.Conflicts = append(out.Conflicts, change)
			continue
		}
		if err := allowed(d, g, r, edit); err != nil {
			out.Refused = append(out.Refused, Refusal{i, err})
			continue
		}
		out.Changes = append(out.Changes, change)
		out.Deletes += deletes(change)
	}
	if len(out.Changes) > 0 && len(out.Refused) == 0 {
		_, err = out.Save(board).Decide(d)
	}
	return out, err
}

// editOf returns what a row makes another than its author saw and than it is now.
func editOf(book assessment.Book, now assessment.Cell, r Row) (e assessment.Edit, edited bool) {
	saw := now
	if r.Seen != nil && *r.Seen < now.Revision {
		saw = book.Seen(r.Municipality, r.Column, *r.Seen)
	}
	e = assessment.Edit{Municipality: r.Municipality, Column: r.Column, Seen: now.Revision}
	if r.Level != nil {
		if level := cmp.Or(*r.Level, domain.NotAssessed); level != saw.Level && level != now.Level {
			e.Level, edited = level, true
		}
	}
	if r.Text != nil {
		if text := typed.Of(*r.Text); string(text) != saw.Text.String() && string(text) != now.Text.String() {
			e.Text, edited = &text, true
		}
	}
	if r.Evidence != nil && !sameRefs(*r.Evidence, saw.Evidence) && !sameRefs(*r.Evidence, now.Evidence) {
		e.Evidence, edited = r.Evidence, true
	}
	return e, edited
}

func sameRefs(a, b []evidence.Ref) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(r evidence.Ref) bool { return !slices.Contains(b, r) })
}

// allowed refuses an edit that could not be saved by itself, or that its author made by
// another definition of the column.
func allowed(d domain.Decision, g domain.Ground, r Row, edit assessment.Edit) error {
	if cat := g.Catalogue(); r.Version != 0 && cat.Columns[cat.ColumnIndex(r.Column)].Version != r.Version {
		return domain.Clash("column.redefined")
	}
	_, err := assessment.Save{Board: g.ID(), Cells: []assessment.Edit{edit}}.Decide(d)
	return err
}

// Deletes counts what a command takes away as things stand: levels that become not
// assessed, texts that are emptied, evidence that is no longer linked.
func Deletes(d domain.Decision, cmd assessment.Save) (int, error) {
	book, err := assessment.Of(d, cmd.Board)
	if err != nil {
		return 0, err
	}
	n, cat := 0, book.Ground.Catalogue()
	for _, e := range cmd.Cells {
		if book.Ground.Has(e.Municipality) && cat.ColumnIndex(e.Column) >= 0 {
			n += deletes(Change{Now: book.Cell(e.Municipality, e.Column), Edit: e})
		}
	}
	return n, nil
}

func deletes(c Change) int {
	n := 0
	if c.Edit.Level == domain.NotAssessed && c.Now.Level != domain.NotAssessed {
		n++
	}
	if c.Edit.Text != nil && *c.Edit.Text == "" && c.Now.Text.String() != "" {
		n++
	}
	if c.Edit.Evidence != nil {
		for _, was := range c.Now.Evidence {
			if !slices.ContainsFunc(*c.Edit.Evidence, func(r evidence.Ref) bool { return r.ID == was.ID }) {
				n++
			}
		}
	}
	return n
}
