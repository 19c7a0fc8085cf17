package domain

import (
	"slices"
	"time"
)

// How far back an audience sees. A municipality is let in to a meeting, not to
// those before; a screen shows what is now. Both see the whole board as it is.

// screenKeeps is how long a screen sees a meeting that was closed: those who come
// to the room in the morning find what was decided in the night.
const screenKeeps = 12 * time.Hour

// horizon is where an audience's view of what happened on a board begins; zero:
// at the beginning.
type horizon struct {
	at       time.Time
	revision Revision
}

// horizon returns how far back an audience sees of a board, and whether it sees
// the board at all.
func (s *State) horizon(a Audience, b BoardID, now time.Time) (horizon, bool) {
	switch a.Kind {
	case AudienceMunicipality:
		m := s.invited(b, a.Municipality)
		if m == nil {
			return horizon{}, false
		}
		return horizon{m.OpenedAt, m.Opened}, true
	case AudienceScreen:
		return s.screenHorizon(b, now), true
	}
	return horizon{}, true
}

// screenHorizon is the end of the last meeting that screens see no more, or the
// beginning of one that they still see and that began before. What opens moves it
// not, so that a screen goes on with what it has.
func (s *State) screenHorizon(b BoardID, now time.Time) horizon {
	var out horizon
	var first *Meeting
	for _, m := range s.boards[b].meetings {
		switch {
		case m.onScreens(now):
			if first == nil || m.Opened < first.Opened {
				first = m
			}
		case m.Closed >= out.revision:
			out = horizon{m.ClosedAt, m.Closed + 1}
		}
	}
	if first != nil && first.Opened < out.revision {
		out = horizon{first.OpenedAt, first.Opened}
	}
	return out
}

// nextForgotten returns when screens next see a meeting of a board no more, zero
// if there is none.
func (s *State) nextForgotten(b BoardID, now time.Time) time.Time {
	var next time.Time
	for _, m := range s.boards[b].meetings {
		if !m.Open() && m.onScreens(now) {
			next = earlier(next, m.ClosedAt.Add(screenKeeps))
		}
	}
	return next
}

// earlier returns the earlier of two times, of which zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// onScreens reports whether screens see a meeting.
func (m *Meeting) onScreens(now time.Time) bool {
	return m.Open() || now.Before(m.ClosedAt.Add(screenKeeps))
}

// shownTo reports whether a meeting is for an audience that sees meetings.
func (m *Meeting) shownTo(a Audience, now time.Time) bool {
	switch a.Kind {
	case AudienceMunicipality:
		return m.Open() && slices.Contains(m.Invited, a.Municipality)
	case AudienceScreen:
		return m.onScreens(now)
	}
	return true
}

// Begins returns from when on the audience may look back, and the revision of
// that time; zero: from the beginning. A municipality sees what happened on the
// board only since the first of the open meetings that invite it was opened; a
// screen, since the last meeting that ended half a day ago or longer. A picture
// of an earlier time is empty.
func (p Picture) Begins() (time.Time, Revision) { return p.since.at, p.since.revision }

func (p Picture) begins() Revision { return p.since.revision }

// LooksBack reports whether the audience may see the board as it was.
func (p Picture) LooksBack() bool { return p.rights[RightRecord] }

// past reports whether something ended before the time from which the audience sees the
// board, and so is not for it. An audience that looks back sees everything.
func (p Picture) past(ended *LogEntry) bool {
	return !p.LooksBack() && ended != nil && ended.Revision < p.begins()
}
