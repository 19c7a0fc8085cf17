package domain

import (
	"fmt"
	"slices"
	"strconv"
)

// How a meeting ends: what it leaves without a reason is listed, and whoever
// closes anyway says so.

// CloseMeeting ends a meeting. It is refused while changes lack a reason, with
// the cells in the refusal, unless Unexplained says that they may. Reasons are
// written with it: all of it happens, or nothing. Names is what accounts are
// called, as the server knows it: nobody else tells, and it is none of what
// makes two commands the same.
type CloseMeeting struct {
	Meeting     MeetingID            `json:"meeting"`
	Unexplained bool                 `json:"unexplained,omitempty" doc:"Close though changes lack a reason."`
	Reasons     []ReasonGiven        `json:"-"`
	Names       map[AccountID]string `json:"-"`
}

// Complete takes what accounts are called.
// Turns says that other meetings go on after it.
func (CloseMeeting) Turns() (closed BoardID) { return "" }

func (cmd CloseMeeting) Complete(f Facts) (Command, error) {
	cmd.Names = f.Names()
	return cmd, nil
}

func (cmd CloseMeeting) Decide(d Decision) ([]Event, error) {
	m := d.s.meetings[cmd.Meeting]
	if m == nil || !RightsOf(d.s, d.by, m.Board, d.now)[RightSeeMeetings] {
		return nil, Unknown("meeting", "meeting.unknown")
	}
	if _, _, err := d.board(m.Board, RightLead); err != nil {
		return nil, err
	}
	if !m.Open() {
		return nil, Clash("meeting.closed")
	}
	var events []Event
	if len(cmd.Reasons) > 0 {
		var err error
		if events, err = (GiveReasons{Meeting: m.ID, Reasons: cmd.Reasons}).Decide(d); err != nil {
			return nil, err
		}
	}
	events = append(events, &meetingClosed{Meeting: m.ID})
	if cmd.Names != nil {
		events = append(events, d.namesIn(m, cmd.Names))
	}
	if cmd.Unexplained {
		return events, nil
	}
	p, _ := PictureOf(d.s, Audience{Kind: AudienceStaff}, m.Board, d.now)
	lacking := slices.DeleteFunc(p.Unexplained(m.ID), func(c Cell) bool {
		return slices.ContainsFunc(cmd.Reasons, func(r ReasonGiven) bool { return r.Municipality == c.Municipality && r.Column == c.Column })
	})
	if len(lacking) > 0 {
		e := &Error{Code: Conflict, Field: "unexplained", Msg: "close.unexplained", Args: []string{strconv.Itoa(len(lacking))}}
		for _, c := range lacking {
			e.Cells = append(e.Cells, CellRef{c.Municipality, c.Column})
		}
		return nil, e
	}
	return events, nil
}

// meetingClosed ends a meeting.
type meetingClosed struct {
	Meeting MeetingID `json:"meeting"`
}

func (*meetingClosed) Kind() string   { return "meeting_closed" }
func (*meetingClosed) Texts() []*Text { return nil }

func (e *meetingClosed) Apply(b *Applying) error {
	m, board, err := b.meeting(e.Meeting)
	if err != nil {
		return err
	}
	if !m.Open() {
		return fmt.Errorf("meeting %q is closed already: %w", e.Meeting, ErrCorrupt)
	}
	board.openMeetings--
	m.Closing = Closing{Closed: b.r.Revision, ClosedAt: b.r.At, ClosedBy: b.r.By, ClosedHash: b.r.Hash}
	b.note(board, Line{Event: e, Meeting: e.Meeting, Head: true})
	return nil
}

// worse reports whether a level is worse than normal.
func (l Level) worse() bool {
	return l == Yellow || l == Red || l == Strained || l == Critical
}

// Unexplained returns the cells that a meeting leaves without a reason, in the
// catalogue's order: what it made worse than normal, or changed from that.
// Nobody owes a reason for what is normal and was so, or was not assessed, nor for
// a level that was confirmed. What another meeting has set since is as this one
// left it.
func (p Picture) Unexplained(id MeetingID) []Cell {
	m, ok := p.Meeting(id)
	if !ok {
		return nil
	}
	if !m.Open() {
		p = p.AtRevision(m.Closed)
	}
	var out []Cell
	for _, at := range p.Touched(m.Opened) {
		cell := p.board.rows[at[0]][at[1]]
		before, left := cell.leftBy(id, m.Opened, p.cut)
		switch {
		case left == nil, p.hides(at[0], at[1], FieldLevel):
		case left.text == nil && (left.level.worse() || before.worse()):
			if now := last(cell.upTo(p.cut)); cell.stood(now) == left {
				left = now
			}
			out = append(out, p.show(at[0], at[1], left))
		}
	}
	slices.SortFunc(out, func(a, b Cell) int {
		if d := p.Row(a.Municipality) - p.Row(b.Municipality); d != 0 {
			return d
		}
		return p.Col(a.Column) - p.Col(b.Column)
	})
	return out
}

// leftBy returns the last of a meeting's changes that a cell stood on, of those up
// to one revision and after another, and the level before the first of them; nil
// where none of them made it another, and it was only confirmed or given back.
func (c *cell) leftBy(id MeetingID, after, to Revision) (before Level, left *change) {
	was, steps := c.steps(after, to)
	moved := false
	for _, s := range steps {
		if s.meeting == id {
			if left == nil {
				before = was.is()
			}
			left, moved = s, moved || s.level != before
		}
		was = s
	}
	if !moved {
		return before, nil
	}
	return before, left
}
