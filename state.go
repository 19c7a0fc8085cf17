package kommunebilde

import (
	"slices"
	"sort"
	"sync/atomic"
	"time"
)

// State is everything that the records up to a revision say. It is immutable:
// Apply makes a new one. Only policy.go and picture.go let anything out of it.
//
// What grows (changes of a cell, log of a board, texts) is kept in append-only
// slices that all states of one line share; each state knows its own length.
type State struct {
	head     Head
	at       time.Time
	demo     bool
	boards   map[BoardID]*board
	order    []BoardID // as opened
	maps     map[Hash]*Map
	meetings map[MeetingID]*Meeting
	texts    []*Text       // sorted by id
	actors   []listedActor // the office's list, as first listed

	templates []templateSet // of the minutes, as they were set

	// succeeded is set by the first Apply. A second Apply on the same state
	// begins a fork, which copies slices instead of growing shared ones.
	succeeded *atomic.Bool
	fork      bool
}

type board struct {
	id           BoardID
	kind         BoardKind
	title        Words
	name         *Text // instead, of a situation or an exercise
	base         BoardID
	catalogue    *Catalogue
	rowOf        map[MunicipalityID]int
	columnOf     map[ColumnID]int
	revision     Revision
	redacted     Revision // the last redaction or marking: what is shown of before changed then
	openedAt     time.Time
	rows         [][]*cell
	confirmed    []int64 // when each row was last said to be unchanged
	log          []logEntry
	hearing      *Hearing
	publications []Publication
	notes        []*Text // of publications, beside them
	correcting   *Text   // the reason, while a correction is open
	openMeetings int
	exercise     bool
	closedAt     time.Time
	marks        map[CellRef]*mark // never changed in place
	catalogueAt  Revision          // since when it has this catalogue
	catalogueMs  int64
	earlier      *board // as it was before that
	views        []savedView
}

// cell holds what one cell has been; the last change is what it is.
type cell struct{ changes []change }

// change is one value of a cell. It is small, since there are many: times are
// milliseconds since 1970.
type change struct {
	revision   Revision
	at         int64
	eventAt    int64 // 0: as at
	undoes     Revision
	level      Level
	by         AccountID
	meeting    MeetingID
	source     string
	date       string
	text       *Text
	author     *Text
	reportedBy *Text
	over       *Overwritten
}

// logEntry is a line of a board's log: a change of a cell, or another event.
type logEntry struct {
	revision Revision
	at       int64
	row, col int16 // of the change; -1 for another event
	event    Event // nil for a change
	by       AccountID
}

// NewState returns the state before the first record of an epoch.
func NewState(epoch Epoch) *State {
	return &State{
		head:      Head{Epoch: epoch},
		boards:    map[BoardID]*board{},
		maps:      map[Hash]*Map{},
		meetings:  map[MeetingID]*Meeting{},
		succeeded: new(atomic.Bool),
	}
}

// Head returns the record the state stands at.
func (s *State) Head() Head { return s.head }

// At returns the time of that record.
func (s *State) At() time.Time { return s.at }

// Demo tells whether everything is made up.
func (s *State) Demo() bool { return s.demo }

// BoardIDs returns all boards, as opened. What one may know of them, [PictureOf]
// and [RightsOf] decide.
func (s *State) BoardIDs() []BoardID { return slices.Clone(s.order) }

func (s *State) text(id TextID) *Text {
	i := sort.Search(len(s.texts), func(i int) bool { return s.texts[i].id.Compare(id) >= 0 })
	if i < len(s.texts) && s.texts[i].id == id {
		return s.texts[i]
	}
	return nil
}

// invited returns when the first of the open meetings on a board that invite a
// municipality was opened, nil if none does.
func (s *State) invited(b BoardID, m MunicipalityID) *Meeting {
	if s.boards[b].openMeetings == 0 {
		return nil
	}
	var first *Meeting
	for _, meeting := range s.meetings {
		if meeting.Board == b && meeting.Open() && slices.Contains(meeting.Invited, m) && (first == nil || meeting.Opened < first.Opened) {
			first = meeting
		}
	}
	return first
}

func (b *board) phase() Phase {
	switch {
	case !b.closedAt.IsZero():
		return PhaseClosed
	case b.kind != KindEdition && b.openMeetings > 0:
		return PhaseMeeting
	case b.kind != KindEdition:
		return PhaseIdle
	case len(b.publications) == 0:
		return PhaseDraft
	case b.correcting != nil:
		return PhaseCorrection
	}
	return PhasePublished
}

// current returns what a cell is, nil if it was never set.
func (c *cell) current() *change {
	if c == nil || len(c.changes) == 0 {
		return nil
	}
	return &c.changes[len(c.changes)-1]
}

// upTo returns the changes of a cell up to a revision.
func (c *cell) upTo(r Revision) []change {
	if c == nil {
		return nil
	}
	n := len(c.changes)
	if n > 0 && c.changes[n-1].revision > r {
		n = sort.Search(n, func(i int) bool { return c.changes[i].revision > r })
	}
	return c.changes[:n]
}

func (c *change) is() Level {
	if c == nil {
		return NotAssessed
	}
	return c.level
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
