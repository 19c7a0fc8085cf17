package assessment

import (
	"cmp"
	"maps"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
)

const (
	story         = "assessment"
	sourceCarried = "carried"
)

// slot holds what is known of each edition beside levels and texts.
var slot = domain.NewSlot[map[domain.BoardID]*shelf]()

// shelf is what is known of one edition.
type shelf struct {
	links     domain.Table[domain.CellRef, domain.History[[]evidence.Ref]]  // what a cell rests on
	confirmed domain.Table[domain.CellRef, domain.History[domain.Revision]] // which earlier cell was said to hold
	notes     domain.Table[domain.CellRef, domain.History[noted]]
}

type noted struct {
	about domain.Revision
	text  *domain.Text
}

// owned names the shelf that an applying has copied, "" what holds them all.
type owned domain.BoardID

// write returns the shelf of an edition for writing.
func write(a *domain.Applying, board domain.BoardID) *shelf {
	all := slot.Now(a)
	if !a.Owns(owned("")) {
		if all = maps.Clone(all); all == nil {
			all = map[domain.BoardID]*shelf{}
		}
		slot.Put(a, all)
	}
	if kept := all[board]; !a.Owns(owned(board)) {
		next := shelf{}
		if kept != nil {
			next = *kept
		}
		all[board] = &next
	}
	return all[board]
}

// Use is a cell that rests on evidence.
type Use struct {
	Board domain.BoardID
	domain.CellRef
	Version int
}

// UsesOf returns the cells that rest on some evidence now, as pinned, whatever the
// edition; for staff.
func UsesOf(d domain.Decision, id evidence.ID) []Use {
	if !d.Staff() {
		return nil
	}
	var out []Use
	for board, kept := range slot.In(d) {
		for at, links := range kept.links.All() {
			last, _ := links.Last()
			for _, ref := range last.Value {
				if ref.ID == id {
					out = append(out, Use{board, at, ref.Version})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Use) int {
		return cmp.Or(cmp.Compare(a.Board, b.Board), cmp.Compare(a.Municipality, b.Municipality), cmp.Compare(a.Column, b.Column))
	})
	return out
}

// Counts returns how many cells rest on each evidence now; for staff.
func Counts(d domain.Decision) map[evidence.ID]int {
	if !d.Staff() {
		return nil
	}
	out := map[evidence.ID]int{}
	for _, kept := range slot.In(d) {
		for _, links := range kept.links.All() {
			last, _ := links.Last()
			for _, ref := range last.Value {
				out[ref.ID]++
			}
		}
	}
	return out
}

// Note is what somebody of the office wrote beside a cell. It never leaves the office.
type Note struct {
	Text     string
	Redacted bool
	About    domain.Revision // the change it is about, 0 for none
	Dated    domain.Dated[struct{}]
}

// Noted returns the last record that put a note beside the cell that names a unit.
func (b Book) Noted(m domain.MunicipalityID, lead domain.ColumnID) domain.Revision {
	last, _ := b.shelf.notes.At(domain.CellRef{Municipality: m, Column: lead}).Last()
	return last.Revision
}

// Notes returns the notes of a cell, newest first.
func (b Book) Notes(m domain.MunicipalityID, c domain.ColumnID) []Note {
	var out []Note
	for _, n := range slices.Backward(b.shelf.notes.At(domain.CellRef{Municipality: m, Column: c})) {
		out = append(out, Note{n.Value.text.String(), n.Value.text.Redacted(), n.Value.about,
			domain.Dated[struct{}]{Revision: n.Revision, At: n.At, By: n.By}})
	}
	return out
}
