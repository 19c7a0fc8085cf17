package domain

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"kommunebilde/domain/typed"
)

// A meeting may end more than once: a closing that was a mistake is taken back,
// and the minutes of it stay as an edition of their own.

// ReopenMeeting takes the closing of a meeting back: of that on the board that
// was closed last, as long as nothing rests on its being closed.
type ReopenMeeting struct {
	Meeting MeetingID  `json:"meeting"`
	Reason  typed.Text `json:"reason" limit:"maxLength=2000 minLength=1"`
}

// Turns says that other meetings go on after it.
func (ReopenMeeting) Turns() (closed BoardID) { return "" }

func (cmd ReopenMeeting) Decide(d Decision) ([]Event, error) {
	m := d.s.meetings[cmd.Meeting]
	if m == nil || !d.knowsOf(m) {
		return nil, Unknown("meeting", "meeting.unknown")
	}
	if _, _, err := d.board(m.Board, RightReopen); err != nil {
		return nil, err
	}
	if cmd.Reason == "" {
		return nil, Wrong("reason", "reason.missing")
	}
	if err := CheckText("reason", cmd.Reason, MaxReason); err != nil {
		return nil, err
	}
	if err := d.s.reopens(m); err != nil {
		return nil, err
	}
	return []Event{&meetingReopened{Meeting: m.ID, Reason: NewText(cmd.Reason)}}, nil
}

// meetingNames says what those who acted in a meeting were called when it was
// closed. It stands in the record that closes it.
type meetingNames struct {
	Meeting MeetingID     `json:"meeting"`
	Names   []accountName `json:"names"`
}

func (*meetingNames) Kind() string { return "meeting_names" }

func (e *meetingNames) Texts() (t []*Text) {
	for _, n := range e.Names {
		t = append(t, Present(n.Name)...)
	}
	return t
}

func (e *meetingNames) Apply(b *Applying) error {
	m, _, err := b.meeting(e.Meeting)
	if err != nil {
		return err
	}
	if m.Closed != b.r.Revision {
		return fmt.Errorf("names in meeting %q, which this record does not close: %w", e.Meeting, ErrCorrupt)
	}
	m.names = append([]accountName{}, e.Names...)
	return nil
}

// meetingReopened takes the closing of a meeting back.
type meetingReopened struct {
	Meeting MeetingID `json:"meeting"`
	Reason  *Text     `json:"reason"`
}

func (*meetingReopened) Kind() string     { return "meeting_reopened" }
func (e *meetingReopened) Texts() []*Text { return Present(e.Reason) }

func (e *meetingReopened) Apply(b *Applying) error {
	m, board, err := b.meeting(e.Meeting)
	if err != nil {
		return err
	}
	if m.Open() {
		return fmt.Errorf("meeting %q is open already: %w", e.Meeting, ErrCorrupt)
	}
	board.openMeetings++
	c := m.Closing
	c.Reopened, c.ReopenedAt, c.ReopenedBy, c.reason = b.r.Revision, b.r.At, b.r.By, e.Reason
	m.Earlier, m.Closing = append(slices.Clip(m.Earlier), c), Closing{}
	b.note(board, Line{Event: e, Meeting: e.Meeting, Head: true})
	return nil
}

// accountName is what an account was called.
type accountName struct {
	Account AccountID `json:"account"`
	Name    *Text     `json:"name"`
}

// Closing is an end of a meeting.
type Closing struct {
	Closed   Revision  // 0 while the meeting is open
	ClosedAt time.Time // zero while open
	ClosedBy AccountID
	// ClosedHash is that of the record that closed the meeting: nothing up to
	// its end can be altered without anyone who has written it down noticing.
	ClosedHash Hash

	Reopened       Revision // 0 unless the closing was taken back
	ReopenedAt     time.Time
	ReopenedBy     AccountID
	ReopenedReason string // "" where not to be seen

	names  []accountName // of those who had acted, nil if the record does not tell
	reason *Text
}

// Named reports whether the closing says what those who acted were called then.
func (c Closing) Named() bool { return c.names != nil }

// closings returns all of a meeting's closings, oldest first.
func (m *Meeting) closings() []Closing {
	if m.Open() {
		return m.Earlier
	}
	return append(slices.Clip(m.Earlier), m.Closing)
}

// as returns the meeting as it was when of its closings and what took them back
// only some had been.
func (m Meeting) as(been func(Revision, time.Time) bool) Meeting {
	all := m.closings()
	m.Earlier, m.Closing = nil, Closing{}
	for i, c := range all {
		switch {
		case !been(c.Closed, c.ClosedAt):
			return m
		case c.Reopened == 0 || !been(c.Reopened, c.ReopenedAt):
			c.Reopened, c.ReopenedAt, c.ReopenedBy, c.ReopenedReason, c.reason = 0, time.Time{}, "", "", nil
			m.Closing = c
			return m
		}
		m.Earlier = all[: i+1 : i+1]
	}
	return m
}

// AsOf returns the meeting as it was at a time, zero for now: one that was closed
// later was open.
func (m Meeting) AsOf(t time.Time) Meeting {
	if t.IsZero() {
		return m
	}
	return m.as(func(_ Revision, at time.Time) bool { return !at.After(t) })
}

// closingAt returns the closing at which the meeting stood at a revision, nil
// where it was open then.
func (m *Meeting) closingAt(r Revision) *Closing {
	if !m.Open() && m.Closed <= r {
		return &m.Closing
	}
	for i := range slices.Backward(m.Earlier) {
		if c := &m.Earlier[i]; c.Closed <= r {
			if c.Reopened > r {
				return c
			}
			return nil
		}
	}
	return nil
}

// atRevision returns the meeting as it was at a revision.
func (m Meeting) atRevision(r Revision) Meeting {
	return m.as(func(rev Revision, _ time.Time) bool { return rev <= r })
}

// Editions is how many minutes the meeting has: one for each closing.
func (m Meeting) Editions() int { return len(m.closings()) }

// Edition returns the meeting as its n-th closing left it, and whether there was
// one.
func (m Meeting) Edition(n int) (Meeting, bool) {
	all := m.closings()
	if n < 1 || n > len(all) {
		return Meeting{}, false
	}
	return m.atRevision(all[n-1].Closed), true
}

// NamesOf returns what those who acted in a meeting were called when it was
// closed, "" for an account that was erased since; nil where that was not told, and for
// an audience that may not see persons.
func (p Picture) NamesOf(m Meeting) map[AccountID]string {
	if !m.Named() || !p.rights[RightSeePersons] {
		return nil
	}
	out := map[AccountID]string{}
	for _, n := range m.names {
		out[n.Account] = n.Name.String()
	}
	return out
}

// NamesKept returns the texts in which the journal keeps what an account was
// called: an account that is erased is erased there too.
func (s *State) NamesKept(id AccountID) []TextID {
	var out []TextID
	for _, m := range s.meetings {
		for _, c := range m.closings() {
			for _, n := range c.names {
				if n.Account == id && n.Name.String() != "" {
					out = append(out, n.Name.ID())
				}
			}
		}
	}
	slices.SortFunc(out, TextID.Compare)
	return out
}

// namesIn returns what those who have acted in a meeting are called, as names
// tells; who closes it is one of them.
func (d Decision) namesIn(m *Meeting, names map[AccountID]string) *meetingNames {
	b := d.s.boards[m.Board]
	acted := map[AccountID]bool{d.by.ID: true}
	for _, l := range between(b.log, m.Opened-1, d.s.head.Revision) {
		if b.meetingOf(&l) == m.ID {
			acted[l.by] = true
		}
	}
	out := &meetingNames{Meeting: m.ID, Names: []accountName{}}
	for _, id := range slices.Sorted(maps.Keys(acted)) {
		if name := NewText(typed.Of(names[id])); name != nil {
			out.Names = append(out.Names, accountName{id, name})
		}
	}
	return out
}

// knowsOf reports whether the actor may know of a meeting: a municipality knows of
// those that go on and invite it.
func (d Decision) knowsOf(m *Meeting) bool {
	p, ok := PictureOf(d.s, AudienceOf(d.s, d.by, m.Board, d.now), m.Board, d.now)
	return ok && p.meeting(m.ID) != nil
}

// reopens refuses to take a closing back on which something rests: a meeting that
// was opened or closed after it, or other rows or columns.
func (s *State) reopens(m *Meeting) error {
	if m.Open() {
		return Clash("meeting.open")
	}
	if s.boards[m.Board].catalogueAt > m.Closed {
		return Clash("reopen.catalogue")
	}
	for _, other := range s.boards[m.Board].meetings {
		if other.Opened > m.Closed || other.Closed > m.Closed {
			return Clash("reopen.followed")
		}
	}
	return nil
}

// Reopens returns why a meeting cannot be opened again, nil if it can, by anyone who has
// the right to.
func (p Picture) Reopens(id MeetingID) error {
	m := p.state.meetings[id]
	if m == nil || m.Board != p.board.id || !p.rights[RightSeeMeetings] {
		return Unknown("meeting", "meeting.unknown")
	}
	return p.state.reopens(m)
}

// meeting returns a meeting for writing, and its board.
func (b *Applying) meeting(id MeetingID) (*Meeting, *board, error) {
	old := b.s.meetings[id]
	if old == nil {
		return nil, nil, fmt.Errorf("no meeting %q: %w", id, ErrCorrupt)
	}
	board, err := b.board(old.Board)
	if err != nil {
		return nil, nil, err
	}
	m := *old
	b.s.meetings = ownMap(b, "meetings", b.s.meetings)
	b.s.meetings[id] = &m
	board.meetings = slices.Clone(board.meetings)
	board.meetings[slices.Index(board.meetings, old)] = &m
	return &m, board, nil
}
