package domain

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync/atomic"
)

// Apply returns the state after a record. The receiver stays as it is; what the
// record does not touch is shared. The error wraps ErrConflict if r is not the
// next record and ErrCorrupt if it names what is not there.
func (s *State) Apply(r Record) (*State, error) {
	b := Applying{s: s.copy(), own: map[any]bool{}}
	if !s.succeeded.CompareAndSwap(false, true) {
		b.s.fork = true
	}
	return b.s, b.apply(r)
}

// Replay applies stored records one after the other. It builds in place, so
// that a start with many records is quick: s must be used by nobody else, and
// not at all afterwards.
func (s *State) Replay(records iter.Seq2[Record, error]) (*State, error) {
	b := Applying{s: s.copy(), own: map[any]bool{}, replay: true}
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		if err := b.apply(r); err != nil {
			return nil, err
		}
	}
	return b.s, nil
}

func (s *State) copy() *State {
	out := *s
	out.succeeded = new(atomic.Bool)
	return &out
}

// Applying changes a state that nobody else sees yet. own holds what it has
// copied already: during a replay each thing is copied once.
type Applying struct {
	s      *State
	own    map[any]bool
	replay bool
	r      Record
	ms     int64
}

func (b *Applying) apply(r Record) error {
	if r.Revision != b.s.head.Revision+1 || r.Prev != b.s.head.Hash {
		return fmt.Errorf("apply record %d after %d: %w", r.Revision, b.s.head.Revision, ErrConflict)
	}
	b.r, b.ms = r, r.At.UnixMilli()
	for _, e := range r.Events {
		if t := e.Texts(); len(t) > 0 {
			b.s.texts = appendTo(b.s, b.s.texts, t...)
		}
		if err := e.Apply(b); err != nil {
			return fmt.Errorf("record %d: %s: %w", r.Revision, e.Kind(), err)
		}
	}
	b.s.head.Revision, b.s.head.Hash, b.s.at = r.Revision, r.Hash, r.At
	return nil
}

// appendTo appends to a slice that states share. In a fork another line may
// have grown the same slice, so that it is copied first.
func appendTo[T any](s *State, to []T, v ...T) []T {
	if s.fork {
		to = slices.Clip(to)
	}
	return append(to, v...)
}

// Owns reports whether what a key names is already this state's alone, and notes that it
// is now: what it names may then be changed in place until the state is shown. A subject
// copies what it keeps when it does not own it, and so once in a whole replay. The key's
// type is the subject's own.
func (b *Applying) Owns(key any) bool {
	was := b.own[key]
	b.own[key] = true
	return was
}

// ownMap returns a map that only the new state has.
func ownMap[K comparable, V any](b *Applying, name string, m map[K]V) map[K]V {
	if b.own[name] {
		return m
	}
	b.own[name] = true
	return maps.Clone(m)
}

// board returns a board for writing.
func (b *Applying) board(id BoardID) (*board, error) {
	old := b.s.boards[id]
	if old == nil {
		return nil, fmt.Errorf("no board %q: %w", id, ErrCorrupt)
	}
	if b.own[old] {
		return old, nil
	}
	out := *old
	b.putBoard(&out)
	return &out, nil
}

func (b *Applying) putBoard(board *board) {
	b.s.boards = ownMap(b, "boards", b.s.boards)
	b.s.boards[board.id] = board
	b.own[board] = true
	board.rows = slices.Clone(board.rows)
}

// note adds a line to a board's log, and to the story that it is of.
func (b *Applying) note(board *board, line Line) {
	board.internal = board.internal || line.Staff
	board.revision = b.r.Revision
	entry := logEntry{revision: b.r.Revision, at: b.ms, row: -1, col: -1, line: &line, by: b.r.By}
	board.log = appendTo(b.s, board.log, entry)
	if line.Story == "" {
		return
	}
	if !b.own[&board.stories] {
		board.stories = maps.Clone(board.stories)
		if board.stories == nil {
			board.stories = map[string][]logEntry{}
		}
		b.own[&board.stories] = true
	}
	board.stories[line.Story] = appendTo(b.s, board.stories[line.Story], entry)
}
