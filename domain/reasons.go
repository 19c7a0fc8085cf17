package domain

import (
	"fmt"
	"strconv"

	"kommunebilde/domain/typed"
)

// GiveReasons writes the reasons of levels that were set without one. The
// levels stay; each is named by the revision the author saw.
type GiveReasons struct {
	Meeting MeetingID     `json:"meeting"`
	Reasons []ReasonGiven `json:"reasons"`
}

// Decide writes the texts beside levels that stay as they are: with the
// same reporter, from the time they came to be so.
func (cmd GiveReasons) Decide(d Decision) ([]Event, error) {
	m, b, err := d.meetingFor(cmd.Meeting, RightSetLevels)
	if err != nil {
		return nil, err
	}
	if len(cmd.Reasons) == 0 || len(cmd.Reasons) > MaxCells {
		return nil, Wrong("reasons", "cells.count", strconv.Itoa(MaxCells))
	}
	var events []Event
	seen := map[CellRef]bool{}
	for i, r := range cmd.Reasons {
		field := fmt.Sprintf("reasons[%d]", i)
		row, col := place(b.rowOf, r.Municipality), place(b.columnOf, r.Column)
		name := CellRef{r.Municipality, r.Column}
		switch {
		case row < 0:
			return nil, Wrong(field+".m", "municipality.unknown", string(r.Municipality))
		case col < 0:
			return nil, Wrong(field+".c", "column.unknown", string(r.Column))
		case seen[name]:
			return nil, Wrong(field, "cells.twice")
		case r.Text == "":
			return nil, Wrong(field+".text", "text.missing")
		}
		if err := CheckText(field+".text", r.Text, MaxReason); err != nil {
			return nil, err
		}
		seen[name] = true
		c := b.rows[row][col].current()
		if c == nil || c.revision != r.Seen {
			return nil, &Error{Code: Conflict, Field: field, Msg: "cell.stale"}
		}
		at := fromMillis(c.since())
		events = append(events, &LevelsSet{
			Board: b.id, Meeting: m.ID, ReportedBy: NewText(typed.Of(c.reportedBy.String())), EventAt: &at, Spoke: SpokeNobody,
			Cells: []CellSet{{Municipality: r.Municipality, Column: r.Column, Level: c.level, Text: NewText(r.Text)}},
		})
	}
	return events, nil
}

// ReasonGiven is the reason for a level that stands.
type ReasonGiven struct {
	Municipality MunicipalityID `json:"m"`
	Column       ColumnID       `json:"c"`
	Seen         Revision       `json:"rev" doc:"The cell's revision that the author saw; another is refused (409, cell.stale)."`
	Text         typed.Text     `json:"text" limit:"maxLength=2000"`
}
