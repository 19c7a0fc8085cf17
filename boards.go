package kommunebilde

import (
	"slices"
	"time"
)

// What there is to see besides one board: the list of them, which edition is the
// newest, and when a board looks different by the clock alone.

// OutdatedAfter is how long an edition is new: an older one says so.
const OutdatedAfter = 365 * 24 * time.Hour

// Outdated tells whether the edition on show is older than a year.
func (p Picture) Outdated() bool {
	n := len(p.board.publications)
	return p.board.kind == KindEdition && n > 0 && !p.now.Before(p.board.publications[n-1].At.Add(OutdatedAfter))
}

// SupersededBy returns the edition that came after this one, "" if it is the
// newest that is published.
func (p Picture) SupersededBy() BoardID {
	if p.board.kind != KindEdition || len(p.board.publications) == 0 {
		return ""
	}
	newest := p.board
	for _, b := range p.state.boards {
		if b.kind == KindEdition && len(b.publications) > 0 && b.publications[0].Revision > newest.publications[0].Revision {
			newest = b
		}
	}
	if newest == p.board {
		return ""
	}
	return newest.id
}

// BoardsOf returns the boards an actor may see: the live picture first, then
// the others, newest first.
func BoardsOf(s *State, by Actor, now time.Time) []Board {
	var out []Board
	for i := len(s.order) - 1; i >= 0; i-- {
		id := s.order[i]
		p, ok := PictureOf(s, AudienceOf(s, by, id, now), id, now)
		if !ok {
			continue
		}
		if id == Live {
			out = slices.Insert(out, 0, p.Board())
		} else {
			out = append(out, p.Board())
		}
	}
	return out
}

// NewestEdition returns the edition that was published first time last, "" if
// none is published. It is public.
func NewestEdition(s *State) BoardID {
	var newest *board
	for _, b := range s.boards {
		if b.kind == KindEdition && len(b.publications) > 0 &&
			(newest == nil || b.publications[0].Revision > newest.publications[0].Revision) {
			newest = b
		}
	}
	if newest == nil {
		return ""
	}
	return newest.id
}

// OpenNow returns the board that a screen shows which follows what goes on: the
// situation that has the newest open meeting, else the live picture. An exercise
// is never shown unasked.
func OpenNow(s *State) BoardID {
	board, newest := Live, Revision(0)
	for _, m := range s.meetings {
		b := s.boards[m.Board]
		if m.Open() && m.Opened > newest && b.kind == KindSituation && !b.exercise && b.closedAt.IsZero() {
			board, newest = m.Board, m.Opened
		}
	}
	return board
}

// NextChange returns when a board next looks different by the clock alone: an
// edition grows old, a situation's level goes stale. Zero: never. (The end of a grant is the session's affair.)
func NextChange(s *State, b BoardID, now time.Time) time.Time {
	board := s.boards[b]
	if board != nil && board.kind == KindSituation {
		return board.nextStale(now)
	}
	if board == nil || board.kind != KindEdition || len(board.publications) == 0 {
		return time.Time{}
	}
	if t := board.publications[len(board.publications)-1].At.Add(OutdatedAfter); t.After(now) {
		return t
	}
	return time.Time{}
}
