package signoff

import (
	"maps"
	"math"

	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
)

const story = "signoff"

// State is how far the work on a unit has come. It is made of events and content, and
// stored nowhere.
type State string

const (
	Missing   State = "missing"   // nobody has written anything
	Draft     State = "draft"     // written and not submitted, or sent back
	Submitted State = "submitted" // waits for somebody else
	Approved  State = "approved"  // as somebody else approved it
	Changed   State = "changed"   // another than was approved, and not submitted again
)

// States returns all, in the order they are shown.
func States() []State { return []State{Missing, Draft, Submitted, Approved, Changed} }

// step is one thing that was done to a unit.
type step struct {
	kind   State // Submitted, Approved, or Draft for sent back
	rev    domain.Revision
	sum    domain.Hash
	reason *domain.Text
}

// slot holds what was done to the units of each edition.
var slot = domain.NewSlot[map[domain.BoardID]*ledger]()

type ledger struct {
	steps     domain.Table[domain.CellRef, domain.History[step]]
	moderated map[domain.ColumnID]domain.History[*areaModerated]
	approved  domain.History[*editionApproved]
}

type owned struct {
	board domain.BoardID
	what  string
}

// write returns the ledger of an edition for writing.
func write(a *domain.Applying, board domain.BoardID) *ledger {
	all := slot.Now(a)
	if !a.Owns(owned{what: "ledgers"}) {
		if all = maps.Clone(all); all == nil {
			all = map[domain.BoardID]*ledger{}
		}
		slot.Put(a, all)
	}
	if kept := all[board]; !a.Owns(owned{board, "ledger"}) {
		next := &ledger{moderated: map[domain.ColumnID]domain.History[*areaModerated]{}}
		if kept != nil {
			next = &ledger{kept.steps, maps.Clone(kept.moderated), kept.approved}
		}
		all[board] = next
	}
	return all[board]
}

// Work is the work on the units of a planned edition, for staff. It is of one moment, and
// one goroutine uses it: what a unit is, is found out once.
type Work struct {
	assessment.Book
	d      domain.Decision
	ledger *ledger
	found  map[domain.CellRef]Unit
}

// Of returns the work on a planned edition: NotFound for those who may not see it, and for
// an edition without a plan.
func Of(d domain.Decision, id domain.BoardID) (Work, error) {
	book, err := assessment.Of(d, id)
	if err != nil {
		return Work{}, err
	}
	kept := slot.In(d)[id]
	if kept == nil {
		kept = &ledger{}
	}
	return Work{book, d, kept, map[domain.CellRef]Unit{}}, nil
}

// Unit is a unit with the state of the work on it.
type Unit struct {
	assessment.Unit
	State    State
	By       domain.AccountID   // who wrote or did the last thing that counts, notes aside
	At       int64              // when, in milliseconds since 1970
	Touched  domain.Revision    // the last record that changed anything of it: content, work or notes
	Returned *Returned          // sent back, and nothing done since
	Approval *Approval          // the last one of this round, whether it stands or not
	Authors  []domain.AccountID // of what was approved, else since the last approval in this round; the last one first
}

// Returned is why a unit was sent back.
type Returned struct {
	By     domain.AccountID
	At     int64 // milliseconds since 1970
	Reason string
}

// Approval is who approved a unit, when, and what.
type Approval struct {
	By       domain.AccountID
	At       int64           // milliseconds since 1970
	Revision domain.Revision // of the content that was approved
	Sum      domain.Hash
}

// Unit returns a unit that a column names, with its state. It must not be changed.
func (w Work) Unit(m domain.MunicipalityID, lead domain.ColumnID) Unit {
	at := domain.CellRef{Municipality: m, Column: lead}
	out, known := w.found[at]
	if !known {
		out = w.find(m, lead)
		w.found[at] = out
	}
	return out
}

func (w Work) find(m domain.MunicipalityID, lead domain.ColumnID) Unit {
	out := Unit{Unit: w.Book.Unit(m, lead)}
	for _, c := range out.Cells {
		if c.Revision == out.Revision {
			out.By, out.At = c.By, c.At
			break
		}
	}
	out.Touched = max(out.Revision, w.Noted(m, lead))
	round := w.Ground.Round(m)
	since := round
	var last *domain.Dated[step] // return or approval, whichever is newer
	var submitted, submittedOf, returned domain.Revision
	steps := w.ledger.steps.At(domain.CellRef{Municipality: m, Column: lead})
	for i := range steps {
		s := &steps[i]
		out.Touched = max(out.Touched, s.Revision)
		if s.Revision < round {
			continue
		}
		if s.Revision > out.Revision {
			out.By, out.At = s.By, s.At
		}
		switch s.Value.kind {
		case Submitted:
			submitted, submittedOf = s.Revision, s.Value.rev
		case Draft:
			returned, last = s.Revision, s
		case Approved:
			last, since = s, s.Revision
			out.Approval = &Approval{s.By, s.At, s.Value.rev, s.Value.sum}
		}
	}
	stands := last != nil && last.Value.kind == Approved && last.Value.sum == out.Sum
	waits := submittedOf == out.Revision && submitted > returned && submitted > 0
	switch {
	case out.Empty():
		out.State = Missing
	case stands:
		out.State = Approved
	case waits && (out.Approval == nil || submitted > since):
		out.State = Submitted
	case out.Approval != nil && !(last.Value.kind == Draft):
		out.State = Changed
	default:
		out.State = Draft
	}
	if last != nil && last.Value.kind == Draft && out.State == Draft {
		out.Returned = &Returned{last.By, last.At, last.Value.reason.String()}
	}
	until := domain.Revision(math.MaxUint64)
	if stands {
		until = last.Revision // what was taken back since is nobody's
	}
	out.Authors = w.Book.Authors(out.Unit, w.reviewed(out, until), until)
	return out
}

// reviewed returns the record up to which others have read what a unit says, of what was
// done before another: the last approval that was not sent back, of the columns as they are
// meant now; else the record that opened the round.
func (w Work) reviewed(u Unit, before domain.Revision) domain.Revision {
	at := domain.CellRef{Municipality: u.Cells[0].Municipality, Column: u.Cells[0].Column}
	round := w.Ground.Round(at.Municipality)
	out := round
	for _, s := range w.ledger.steps.At(at) {
		switch {
		case s.Revision < round || s.Revision >= before:
		case s.Value.kind == Draft:
			out = round
		case s.Value.kind == Approved && w.meant(u, s.Revision):
			out = s.Revision
		}
	}
	return out
}

// meant reports whether the columns of a unit had the meaning at a revision that they have
// now.
func (w Work) meant(u Unit, at domain.Revision) bool {
	was, is := w.Ground.CatalogueAt(at), w.Ground.Catalogue()
	if was == is {
		return true
	}
	for _, c := range u.Cells {
		i, j := was.ColumnIndex(c.Column), is.ColumnIndex(c.Column)
		if i < 0 || was.Columns[i].Version != is.Columns[j].Version {
			return false
		}
	}
	return true
}

// Own reports whether an account wrote any of what would be approved, and nobody else has
// read: see reviewed.
func (w Work) Own(u Unit, who domain.AccountID) bool {
	return w.Author(u.Unit, who, w.reviewed(u, math.MaxUint64))
}

// Counts is how many units are in each state.
type Counts map[State]int

// Count counts the units of rows under some columns that name units: the one way in which
// work is counted. Rows that are not opened count as missing.
func (w Work) Count(rows []domain.MunicipalityID, leads []domain.ColumnID) Counts {
	out := Counts{}
	for _, m := range rows {
		for _, c := range leads {
			out[w.Unit(m, c).State]++
		}
	}
	return out
}
