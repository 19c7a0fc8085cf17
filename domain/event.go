package domain

import (
	"iter"
	"reflect"
	"slices"
)

// Event is something that happened. Its JSON carries a kind; a kind that was
// once written is read for ever, with the meaning it had.
type Event interface {
	// Kind is the event's name in the journal.
	Kind() string
	// Texts are the free texts, in a fixed order, nil ones left out.
	Texts() []*Text
	// Apply changes the state. The error wraps ErrCorrupt if the event names
	// what is not there.
	Apply(*Applying) error
}

// What some events say of themselves to those who carry records and know no event.
type (
	// remover is an event that takes texts out.
	remover interface{ Removes() []TextID }
	// veiler is an event that changes what is shown of what was there before.
	veiler interface{ veils() }
	// boardless is an event that touches no board: no screen is told of it.
	boardless interface{ Boardless() }
	// undoer is an event that is taken back with the record it is of. Undo returns what
	// takes it back, or an [Error] where something rests on it.
	undoer interface {
		Undo(Decision, Revision) ([]Event, error)
	}
	// overwriter is an event that set cells which others had set just before.
	overwriter interface {
		Over() iter.Seq2[CellRef, Overwritten]
	}
)

// Removes returns the texts that a record says are taken out.
func (r Record) Removes() (out []TextID) {
	for _, e := range r.Events {
		if e, ok := e.(remover); ok {
			out = append(out, e.Removes()...)
		}
	}
	return out
}

// Veils reports whether a record changes what is shown of what was there before: texts
// are taken out, or cells marked. No frame takes that off a screen.
func (r Record) Veils() bool {
	return slices.ContainsFunc(r.Events, func(e Event) bool { _, ok := e.(veiler); return ok })
}

// TouchesBoard reports whether any of a record's events is of a board.
func (r Record) TouchesBoard() bool {
	return slices.ContainsFunc(r.Events, func(e Event) bool { _, ok := e.(boardless); return !ok })
}

// Over yields the cells of a record that others had set just before, and what they had.
func (r Record) Over() iter.Seq2[CellRef, Overwritten] {
	return func(yield func(CellRef, Overwritten) bool) {
		for _, e := range r.Events {
			e, ok := e.(overwriter)
			if !ok {
				continue
			}
			for at, was := range e.Over() {
				if !yield(at, was) {
					return
				}
			}
		}
	}
}

// kernelEvents are the kinds that the kernel has, each of them empty.
func kernelEvents() []Event {
	return []Event{
		&demoDeclared{}, &mapAdded{}, &boardOpened{}, &catalogueReplaced{},
		&LevelsSet{}, &meetingOpened{}, &meetingClosed{}, &meetingNames{},
		&meetingReopened{},
		&boardClosed{}, &cellsMarked{},
		&markingLifted{}, &TextRedacted{},
	}
}

// Kinds are the events that a program reads, by their names in the journal.
type Kinds map[string]reflect.Type

// KindsOf makes a list of the kernel's events and those of subjects. It panics at
// a kind that is given twice: that is a fault of the program, found at its start.
func KindsOf(subjects ...[]Event) Kinds {
	out := Kinds{}
	for _, list := range append([][]Event{kernelEvents()}, subjects...) {
		for _, e := range list {
			if out[e.Kind()] != nil {
				panic("two events of the kind " + e.Kind())
			}
			out[e.Kind()] = reflect.TypeOf(e).Elem()
		}
	}
	return out
}

// New returns an empty event of a kind, nil for an unknown one.
func (k Kinds) New(kind string) Event {
	if t := k[kind]; t != nil {
		return reflect.New(t).Interface().(Event)
	}
	return nil
}

// Present returns the texts that there are: what [Event] Texts are made of.
func Present(texts ...*Text) []*Text {
	var out []*Text
	for _, t := range texts {
		if t != nil {
			out = append(out, t)
		}
	}
	return out
}
