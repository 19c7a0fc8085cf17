package domain_test

import (
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/texts"
)

// TestContactIsToldOfAClosedMeeting: who was in it as a municipality's contact is
// told when it was closed and what they reported themselves, and nobody else
// anything; while it is open, its board tells.
func TestContactIsToldOfAClosedMeeting(t *testing.T) {
	l := withContacts(t)
	second := Actor{ID: "bo2", Grants: boContact.Grants} // another contact of the same municipality
	over := Actor{ID: "bo", Grants: []Grant{{Role: RoleMunicipality, Municipality: "0002", Until: l.now.Add(time.Minute)}}}
	moved := Actor{ID: "bo", Grants: []Grant{{Role: RoleMunicipality, Municipality: "0003"}}}
	uninvited := Actor{ID: "x", Grants: []Grant{{Role: RoleMunicipality, Municipality: "0001"}}}

	l.do(leader, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}})
	l.do(boContact, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}})
	for _, take := range []bool{true, false} {
		l.do(leader, rollcall.Settle{Meeting: "m2", Take: take, Proposal: l.do(second, rollcall.Propose{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Yellow}}})})
	}
	slip := l.do(second, rollcall.Propose{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Yellow}}})
	l.do(leader, Undo{Board: Live, Revision: l.do(leader, rollcall.Settle{Meeting: "m2", Take: true, Proposal: slip})})
	own := l.do(boContact, rollcall.Propose{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Red, Text: "Legevakt stengt"}}})
	l.do(second, rollcall.Propose{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Red, Text: "Fra den andre"}}})
	l.do(asContact, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0003"}})
	told := func(by Actor, meeting MeetingID, want int) []rollcall.OwnReport {
		t.Helper()
		got, ok := rollcall.Closed(l.s, by, meeting, l.now)
		if ok != (want >= 0) || len(got.Reports) != max(want, 0) {
			t.Errorf("%v is told %t, %+v", by, ok, got.Reports)
		}
		return got.Reports
	}
	told(boContact, "m2", -1) // it is open
	l.do(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingPreparedness, Title: "Flom 3", Invited: []MunicipalityID{"0002"}, Reports: true})
	l.do(boContact, rollcall.ReportNoChange{Meeting: "m3", Municipalities: []MunicipalityID{"0002"}}) // in m2 too: it is open
	l.later(time.Hour).do(leader, CloseMeeting{Meeting: "m2", Unexplained: true})
	closed := l.now
	l.later(time.Hour)

	reports := told(boContact, "m2", 3)
	if r := reports[1]; reports[0].Cells != nil || r.Municipality != "0002" || len(r.Cells) != 1 || r.Cells[0].Level != Red || r.Cells[0].Text.String() != "Legevakt stengt" {
		t.Errorf("its own reports are %+v", reports)
	}
	if got, _ := rollcall.Closed(l.s, boContact, "m2", l.now); !got.ClosedAt.Equal(closed) || got.Kind != KindLive || got.Catalogue == nil {
		t.Errorf("it is told %+v", got)
	}
	r := told(second, "m2", 4)
	if r[3].Cells[0].Text.String() != "Fra den andre" {
		t.Errorf("the other contact is told %+v", r)
	}
	for i, want := range [][2]bool{{true, true}, {true, false}, {}, {}} {
		if r[i].Decided != want[0] || r[i].Taken != want[1] {
			t.Errorf("of report %d it is told %+v, want decided and taken %v", i, r[i], want)
		}
	}
	told(asContact, "m2", 1)
	told(moved, "m2", 0) // what it said for another municipality is not its own any more
	for _, by := range []Actor{over, uninvited, nobody, reader, leader, screen, {}} {
		told(by, "m2", -1)
	}
	told(boContact, "m1", 0)
	told(asContact, "m1", -1) // which did not invite it
	told(boContact, "m3", -1)
	told(boContact, "finnesikke", -1)

	l.do(admin, texts.Redact{Texts: []TextID{{Revision: own, N: 0}}, Reason: "navn"})
	if c := told(boContact, "m2", 3)[1].Cells[0]; c.Text.String() != "" || !c.Text.Redacted() {
		t.Error("a text that was taken out is told on")
	}
	l.do(leader, ReopenMeeting{Meeting: "m2", Reason: "Ved en feil"})
	told(boContact, "m2", -1)
}
