package kommunebilde

import (
	"fmt"
	"slices"
	"strconv"
)

// How a meeting ends: what it leaves without a reason is listed, and whoever
// closes all the same says so.

// worse tells whether a level is worse than normal.
func (l Level) worse() bool {
	return l == Yellow || l == Red || l == Strained || l == Critical
}

func (d decision) closeMeeting(cmd CloseMeeting) ([]Event, error) {
	m := d.s.meetings[cmd.Meeting]
	if m == nil || !RightsOf(d.s, d.by, m.Board, d.now)[RightSeeMeetings] {
		return nil, notFound("meeting", "meeting.unknown")
	}
	if _, _, err := d.board(m.Board, RightLead); err != nil {
		return nil, err
	}
	if !m.Open() {
		return nil, conflict("meeting.closed")
	}
	if cmd.Unexplained {
		return []Event{&MeetingClosed{Meeting: m.ID}}, nil
	}
	p, _ := PictureOf(d.s, Audience{Kind: AudienceStaff}, m.Board, d.now)
	if lacking := p.Unexplained(m.ID); len(lacking) > 0 {
		e := &Error{Code: Conflict, Field: "unexplained", Msg: "close.unexplained", Args: []string{strconv.Itoa(len(lacking))}}
		for _, c := range lacking {
			e.Cells = append(e.Cells, CellRef{c.Municipality, c.Column})
		}
		return nil, e
	}
	return []Event{&MeetingClosed{Meeting: m.ID}}, nil
}

// Unexplained returns the cells that a meeting leaves without a reason, in the
// catalogue's order: what it made worse than normal, or changed from that.
// Nobody owes a reason for what is normal and was so, or was not assessed.
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
		c := last(cell.upTo(p.cut))
		before := last(cell.upTo(m.Opened)).is()
		switch same := c.level == before; {
		case c.meeting != id, c.text != nil, same && c.undoes != 0, p.hides(at[0], at[1], FieldLevel):
		case c.level.worse(), before.worse() && !same:
			out = append(out, p.show(at[0], at[1], c))
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

// giveReasons writes the texts beside levels that stay as they are: with the
// same reporter, from the time they came to be so.
func (d decision) giveReasons(cmd GiveReasons) ([]Event, error) {
	m, b, err := d.meetingFor(cmd.Meeting, RightSetLevels)
	if err != nil {
		return nil, err
	}
	if len(cmd.Reasons) == 0 || len(cmd.Reasons) > MaxCells {
		return nil, invalid("reasons", "cells.count", strconv.Itoa(MaxCells))
	}
	var events []Event
	seen := map[CellRef]bool{}
	for i, r := range cmd.Reasons {
		field := fmt.Sprintf("reasons[%d]", i)
		row, col := place(b.rowOf, r.Municipality), place(b.columnOf, r.Column)
		name := CellRef{r.Municipality, r.Column}
		switch {
		case row < 0:
			return nil, invalid(field+".m", "municipality.unknown", string(r.Municipality))
		case col < 0:
			return nil, invalid(field+".c", "column.unknown", string(r.Column))
		case seen[name]:
			return nil, invalid(field, "cells.twice")
		case r.Text == "":
			return nil, invalid(field+".text", "text.missing")
		}
		if err := checkText(field+".text", r.Text, MaxReason); err != nil {
			return nil, err
		}
		seen[name] = true
		c := b.rows[row][col].current()
		if c == nil || c.revision != r.Seen {
			return nil, &Error{Code: Conflict, Field: field, Msg: "cell.stale"}
		}
		at := fromMillis(c.at)
		if c.eventAt != 0 {
			at = fromMillis(c.eventAt)
		}
		events = append(events, &LevelsSet{
			Board: b.id, Meeting: m.ID, ReportedBy: NewText(c.reportedBy.String()), EventAt: &at,
			Cells: []CellSet{{Municipality: r.Municipality, Column: r.Column, Level: c.level, Text: NewText(r.Text)}},
		})
	}
	return events, nil
}
