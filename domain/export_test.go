package domain

import "slices"

// What the tests see of this package that nobody else does.

const (
	MaxActors   = maxActors
	ScreenKeeps = screenKeeps
)

// Cut returns the revision that the picture shows the cells as of.
func (p Picture) Cut() Revision { return p.cut }

// OldRoll makes a meeting one that was opened before the second rule of the
// roll-call.
func (s *State) OldRoll(id MeetingID) {
	m := *s.meetings[id]
	m.Roll = 0
	list := s.boards[m.Board].meetings
	list[slices.Index(list, s.meetings[id])] = &m
	s.meetings[id] = &m
}

// ConfirmedOn returns when the rows of a board were confirmed, to be compared.
func (s *State) ConfirmedOn(b BoardID) any { return s.boards[b].confirmed }

// What the tests look at of records.
type (
	MeetingOpened = meetingOpened
	MeetingNames  = meetingNames
	AccountName   = accountName
)
