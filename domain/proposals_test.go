package domain_test

import (
	"testing"

	. "kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/rollcall"
)

// TestReportIsDecidedInItsMeeting: a contact's report is taken in the meeting that it
// was made in, and once.
func TestReportIsDecidedInItsMeeting(t *testing.T) {
	l := withContacts(t)
	l.do(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingRegion, Title: "Tre"})
	report := l.do(boContact, rollcall.Propose{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Red, Text: "Legevakt stengt"}}})
	l.refused(leader, rollcall.Settle{Meeting: "m3", Proposal: report, Take: true}, "proposal.unknown")
	l.refused(leader, rollcall.Settle{Meeting: "m3", Proposal: report}, "proposal.unknown")
	l.do(leader, rollcall.Settle{Meeting: "m2", Proposal: report, Take: true})
	l.refused(leader, rollcall.Settle{Meeting: "m2", Proposal: report, Take: true}, "proposal.decided")
	l.refused(leader, rollcall.Settle{Meeting: "m2", Proposal: report}, "proposal.decided")
}

// TestLevelsAreOfAnOpenMeeting: another open meeting on the board does not keep one
// that was closed.
func TestLevelsAreOfAnOpenMeeting(t *testing.T) {
	l := started(t)
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "To"})
	l.do(leader, CloseMeeting{Meeting: "m1"})
	one := []CellEdit{{Municipality: "0001", Column: "helse", Level: Red}}
	l.refused(leader, SetLevels{Board: Live, Meeting: "m1", Cells: one}, "meeting.closed")
	l.refused(leader, SetLevels{Board: Live, Meeting: "m9", Cells: one}, "meeting.unknown")
	l.do(leader, SetLevels{Board: Live, Meeting: "m2", Cells: one})
}

// TestUndoTakesTheRightsOfNow: an assessor who lost an area undoes nothing in it,
// nor does anybody on a board that is not there.
func TestUndoTakesTheRightsOfNow(t *testing.T) {
	l := started(t)
	l.do(editor, editions.Open{Board: "2023", Title: Words{NB: "2023"}, Catalogue: testCatalogue()})
	set := l.do(assessor, SetLevels{Board: "2023", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Red, Text: "Få leger"}}})
	moved := assessor
	moved.Grants = []Grant{{Role: RoleAssessor, Areas: []ColumnID{"plan"}}}
	l.refused(moved, Undo{Board: "2023", Revision: set}, "forbidden.area")
	l.refused(assessor, Undo{Board: "2099", Revision: set}, "board.unknown")
	l.do(assessor, Undo{Board: "2023", Revision: set})
}
