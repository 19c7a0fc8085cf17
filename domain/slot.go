package domain

import (
	"sort"
	"time"
)

// Slot is where a state keeps what one subject knows beside the boards' logs. Only
// the package that has the slot can reach it, so that a subject's part of the state
// is its own. What is put there is never changed in place: states share it.
//
// A package keeps its slot in a variable, made by [NewSlot].
//
// The kernel asks two things of what subjects keep: which regional actors there are
// (roster, below) and what a saved view shows (filters). It asks whatever slot has a
// value with those methods.
type Slot[S any] struct{ key *slotKey }

type slotKey struct{ _ byte } // not empty: two pointers to empty structs may be equal

// NewSlot returns a slot that is no other's.
func NewSlot[S any]() Slot[S] { return Slot[S]{new(slotKey)} }

// In returns what a rule judges by, the zero S where nothing was put.
func (x Slot[S]) In(d Decision) S { return x.of(d.s) }

// Of returns what is known, whoever looks and whatever time the picture is of: the
// subject leaves out what is not for its audience, see [Picture.Audience] and
// [History.In].
func (x Slot[S]) Of(p Picture) S { return x.of(p.state) }

// Put replaces what is known.
func (x Slot[S]) Put(a *Applying, s S) {
	a.s.slots = ownMap(a, "slots", a.s.slots)
	if a.s.slots == nil {
		a.s.slots = map[*slotKey]any{}
	}
	a.s.slots[x.key] = s
}

// Now returns what is known while an event is applied, for [Slot.Put].
func (x Slot[S]) Now(a *Applying) S { return x.of(a.s) }

// roster is what meetings ask of the office's list of regional actors.
type roster interface {
	// Listed reports whether an actor is on the list now.
	Listed(RegionalActorID) bool
	// ActorName returns what an actor is called, on the list or off it; nil if it
	// never was on it.
	ActorName(RegionalActorID) *Text
	// Speaker returns the actor that somebody reports for: one on the list, or one of
	// those named; "" for none.
	Speaker(by string, or []RegionalActorID) RegionalActorID
}

// filters are what meetings ask of a board's saved views.
type filters interface {
	// Filter returns what a view shows, whether there is or was such a view, and
	// whether it may still be chosen.
	Filter(BoardID, ViewID) (f ViewFilter, known, choosable bool)
}

// ask returns the value with some methods that a subject keeps, and whether there is
// one: none, before the subject has put anything.
func ask[T any](s *State) (T, bool) {
	for _, kept := range s.slots {
		if t, ok := kept.(T); ok {
			return t, true
		}
	}
	var none T
	return none, false
}

func (s *State) listed(id RegionalActorID) bool {
	r, ok := ask[roster](s)
	return ok && r.Listed(id)
}

func (s *State) actorName(id RegionalActorID) *Text {
	if r, ok := ask[roster](s); ok {
		return r.ActorName(id)
	}
	return nil
}

func (s *State) filter(b BoardID, id ViewID) (f ViewFilter, known, choosable bool) {
	if v, ok := ask[filters](s); ok {
		return v.Filter(b, id)
	}
	return ViewFilter{}, false, false
}

func (x Slot[S]) of(s *State) S {
	out, _ := s.slots[x.key].(S)
	return out
}

// History is what something has been, oldest first. It only grows, and states
// share it.
type History[T any] []Dated[T]

// Dated is a value, and the record that it came with.
type Dated[T any] struct {
	Revision Revision
	At       int64 // milliseconds since 1970
	By       AccountID
	Value    T
}

// Time returns when the value came.
func (d Dated[T]) Time() time.Time { return fromMillis(d.At) }

// Add returns the history with one value more, of the record that is applied.
func (h History[T]) Add(a *Applying, v T) History[T] {
	return appendTo(a.s, h, Dated[T]{a.r.Revision, a.ms, a.r.By, v})
}

// In returns what of it had been at the picture's revision.
func (h History[T]) In(p Picture) History[T] {
	return h[:sort.Search(len(h), func(i int) bool { return h[i].Revision > p.cut })]
}

// Last returns the newest value, and whether there is one.
func (h History[T]) Last() (Dated[T], bool) {
	if len(h) == 0 {
		return Dated[T]{}, false
	}
	return h[len(h)-1], true
}
