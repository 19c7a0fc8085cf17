package domain

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
	texts    []*Text // sorted by id

	slots map[*slotKey]any // what subjects know, see [Slot]

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
	confirmed    [][]confirmation // of each row, oldest first
	log          []logEntry
	stories      map[string][]logEntry // the lines of the log by what they tell of, see [Line]
	hearing      *Hearing
	publications History[release]
	correcting   *Text      // the reason, while a correction is open
	planned      bool       // an edition with a plan
	judged       string     // the day that its judgements are of, 2006-01-02
	rounds       []Revision // of a planned edition, by row: since when it is judged, 0 for not yet
	meetings     []*Meeting // as opened
	openMeetings int        // how many of them are open
	exercise     bool
	closedAt     time.Time
	internal     bool              // something in its log is for staff
	marks        map[CellRef]*mark // never changed in place
	catalogueAt  Revision          // since when it has this catalogue
	catalogueMs  int64
	earlier      *board // as it was before that
}

// release is a version of an edition.
type release struct {
	version int
	note    *Text // what was corrected
}

// cell holds what one cell has been; the last change is what it is.
type cell struct{ changes []change }

// change is one value of a cell. It is small, since there are many: times are
// milliseconds since 1970.
type change struct {
	revision   Revision
	at         int64
	eventAt    int64 // 0: as at
	held       int64 // when a copied level was last said to hold; 0: at
	voice      voice
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

	confirms    bool // the level that stood was said again
	confirmedBy *Text
}

// logEntry is a line of a board's log: a change of a cell, or another event.
type logEntry struct {
	revision Revision
	at       int64
	row, col int16 // of the change; -1 for another event
	nth      int32 // of the cell's changes
	line     *Line // nil for a change
	by       AccountID
}

// change returns what a line of the log made of its cell, and what the cell was
// before, nil for nothing. It is for lines of changes only.
func (b *board) change(l *logEntry) (c, before *change) {
	changes := b.rows[l.row][l.col].changes
	if l.nth > 0 {
		before = &changes[l.nth-1]
	}
	return &changes[l.nth], before
}

// event returns the event that is no change of a cell, nil for a change.
func (l *logEntry) event() Event {
	if l.line == nil {
		return nil
	}
	return l.line.Event
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

// Demo reports whether everything is made up.
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
	var first *Meeting
	for meeting := range s.boards[b].openNow() {
		if slices.Contains(meeting.Invited, m) {
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
	case len(b.publications) == 0 && b.rounds != nil:
		return PhaseDrafting
	case len(b.publications) == 0 && b.planned:
		return PhasePlanned
	case len(b.publications) == 0:
		return PhaseDraft
	case b.correcting != nil:
		return PhaseCorrection
	}
	return PhasePublished
}

// at returns a cell by its name, nil for one that is not there or was never set.
func (b *board) at(m MunicipalityID, c ColumnID) *cell {
	row, col := place(b.rowOf, m), place(b.columnOf, c)
	if row < 0 || col < 0 {
		return nil
	}
	return b.rows[row][col]
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

// index returns the place of the change that a record made, -1 for none.
func (c *cell) index(r Revision) int {
	i := len(c.upTo(r)) - 1
	if i < 0 || c.changes[i].revision != r {
		return -1
	}
	return i
}

// stands returns the place of the change that a cell stands at after change i:
// that one, or what an undo brought back; -1 for none.
func (c *cell) stands(i int) int {
	for i >= 0 && c.changes[i].undoes != 0 {
		i = c.index(c.changes[i].undoes) - 1
	}
	return i
}

// stood returns the change at which a change left the cell: an undo's is the one
// that it brought back, itself where there was none before.
func (c *cell) stood(at *change) *change {
	if at.undoes == 0 {
		return at
	}
	if i := c.stands(c.index(at.revision)); i >= 0 {
		return &c.changes[i]
	}
	return at
}

// steps returns the changes that a cell stood on one after the other, of those up
// to one revision and after another, oldest first, and the change before them, nil
// for none. What was taken back is none of them.
func (c *cell) steps(after, to Revision) (before *change, out []*change) {
	i := c.stands(len(c.upTo(to)) - 1)
	for ; i >= 0 && c.changes[i].revision > after; i = c.stands(i - 1) {
		out = append(out, &c.changes[i])
	}
	slices.Reverse(out)
	if i >= 0 {
		before = &c.changes[i]
	}
	return before, out
}

// reason returns the change that said why, of those that a cell stood on up to a
// revision: the last one with a text, nil for none. What was taken back is none.
func (c *cell) reason(r Revision) *change {
	for i := c.stands(len(c.upTo(r)) - 1); i >= 0; i = c.stands(i - 1) {
		if c.changes[i].text != nil && !c.changes[i].confirms {
			return &c.changes[i]
		}
	}
	return nil
}

// began returns the change that tells since when a level is so, of those up to the
// one at which the cell stands. What was said of the same level later, a reason or
// the level again, is no other beginning, unless it tells another time.
func (c *cell) began(stood *change) *change {
	for i := c.stands(c.index(stood.revision) - 1); i >= 0; i = c.stands(i - 1) {
		before := &c.changes[i]
		if before.level != stood.level || stood.eventAt != 0 && stood.eventAt != before.since() {
			break
		}
		stood = before
	}
	return stood
}

// since returns when a value came to be so, in milliseconds.
func (c *change) since() int64 {
	if c.eventAt != 0 {
		return c.eventAt
	}
	return c.at
}

// heldAt returns when a value was said, in milliseconds: a copy is as old as what it is
// a copy of.
func (c *change) heldAt() int64 {
	if c.held != 0 {
		return c.held
	}
	return c.at
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
