package domain_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/differences"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/typed"
)

var named = map[AccountID]string{leader.ID: "Kari Moen", coLeader.ID: "Per Lie", reader.ID: "Lise Dahl", admin.ID: "Siri Hagen", editor.ID: "Anne Lie", boContact.ID: "Bø, vakt"}

// meetingNow is a meeting as staff see it.
func (l *line) meetingNow(id MeetingID) Meeting {
	l.t.Helper()
	m, ok := l.picture(reader, Live).Meeting(id)
	if !ok {
		l.t.Fatalf("no meeting %s", id)
	}
	return m
}

// TestReopening: by a lead or an administrator, with a reason, the meeting that
// was closed last, while nothing rests on that.
func TestReopening(t *testing.T) {
	l := started(t)
	l.refused(leader, ReopenMeeting{Meeting: "m1", Reason: "x"}, "meeting.open")
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "To"})
	l.do(leader, CloseMeeting{Meeting: "m1"})
	for by, msg := range map[*Actor]string{&reader: "forbidden.reopen", &editor: "forbidden.reopen", &boContact: "meeting.unknown", &nobody: "meeting.unknown"} {
		l.refused(*by, ReopenMeeting{Meeting: "m1", Reason: "x"}, msg)
	}
	l.refused(leader, ReopenMeeting{Meeting: "m1"}, "reason.missing")
	l.refused(leader, ReopenMeeting{Meeting: "m1", Reason: "a\x00"}, "text.control")
	l.refused(leader, ReopenMeeting{Meeting: "nei", Reason: "x"}, "meeting.unknown")
	l.do(admin, ReopenMeeting{Meeting: "m1", Reason: "Ved en feil"})
	l.set(leader, "0003", "plan", Red) // it goes on
	if p := l.picture(reader, Live); p.Board().Phase != PhaseMeeting || CodeOf(p.Reopens("m1")) != Conflict {
		t.Errorf("the board is %s, the meeting reopens again: %v", p.Board().Phase, p.Reopens("m1"))
	}

	l.do(leader, CloseMeeting{Meeting: "m1", Unexplained: true})
	l.do(leader, CloseMeeting{Meeting: "m2"})
	l.refused(leader, ReopenMeeting{Meeting: "m1", Reason: "x"}, "reopen.followed") // m2 was closed after it
	l.do(leader, ReopenMeeting{Meeting: "m2", Reason: "x"})
	l.do(leader, CloseMeeting{Meeting: "m2"})
	if p := l.picture(reader, Live).Board().Phase; p != PhaseIdle {
		t.Errorf("after all closings the board is %s", p)
	}
	if err := l.picture(reader, Live).Reopens("m2"); err != nil {
		t.Errorf("it cannot be opened again: %v", err)
	}
	l.do(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingRegion, Title: "Tre"})
	l.refused(leader, ReopenMeeting{Meeting: "m2", Reason: "x"}, "reopen.followed")
	l.do(leader, CloseMeeting{Meeting: "m3"})
	next := testCatalogue()
	next.Municipalities[0].Name = "Nye Bø"
	l.do(admin, ApplyPack{Catalogue: next})
	l.refused(leader, ReopenMeeting{Meeting: "m3", Reason: "x"}, "reopen.catalogue")

	l.do(leader, OpenSituation{Board: "storm", Title: "Storm", Catalogue: situationCatalogue(), Map: testMap()})
	l.do(leader, OpenMeeting{ID: "s1", Board: "storm", Kind: MeetingPreparedness, Title: "Storm"})
	l.do(leader, CloseMeeting{Meeting: "s1"})
	if l.s.OpenNow() != Live {
		t.Error("screens stay on a situation without a meeting")
	}
	l.do(leader, ReopenMeeting{Meeting: "s1", Reason: "x"})
	if l.s.OpenNow() != "storm" {
		t.Error("screens do not go to a situation whose meeting goes on again")
	}
	l.do(leader, CloseMeeting{Meeting: "s1"})
	l.do(leader, OpenMeeting{ID: "m4", Board: Live, Kind: MeetingRegion, Title: "Fire"})
	l.do(leader, ReopenMeeting{Meeting: "s1", Reason: "x"}) // what goes on elsewhere is nothing to it
	l.do(leader, CloseMeeting{Meeting: "s1"})
	for id, on := range map[MeetingID]BoardID{"m3": "storm", "s1": Live, "nei": Live} {
		if err := l.picture(reader, on).Reopens(id); CodeOf(err) != NotFound {
			t.Errorf("%s on %s: %v", id, on, err)
		}
	}
	l.do(leader, CloseBoard{"storm"})
	l.refused(leader, ReopenMeeting{Meeting: "s1", Reason: "x"}, "forbidden.reopen")
}

// TestMeetingClosedTwice: what was at a time, and what a municipality sees,
// follow each closing; the roll-call goes on.
func TestMeetingClosedTwice(t *testing.T) {
	l := started(t)
	opened := l.now
	l.do(leader, rollcall.ReportNoChange{Meeting: "m1", Municipalities: []MunicipalityID{"0001"}})
	first := l.later(time.Minute).do(leader, CloseMeeting{Meeting: "m1"})
	closedAt := l.now
	if _, ok := PictureOf(l.s, AudienceOf(l.s, boContact, Live, l.now), Live, l.now); ok {
		t.Error("a contact sees the board after the meeting")
	}
	l.later(time.Minute).do(leader, ReopenMeeting{Meeting: "m1", Reason: "Ved en feil"})
	reopenedAt := l.now
	if m, ok := l.picture(boContact, Live).Meeting("m1"); !ok || !m.Open() || m.Earlier[0].ReopenedReason != "" || m.Earlier[0].ClosedBy != "" {
		t.Errorf("the contact sees of the open meeting %+v", m)
	}
	l.do(leader, rollcall.ReportNoChange{Meeting: "m1", Municipalities: []MunicipalityID{"0003"}})
	second := l.later(time.Minute).do(leader, CloseMeeting{Meeting: "m1"})
	m := l.meetingNow("m1")
	if m.Editions() != 2 || m.Closed != second || len(m.Earlier) != 1 || m.Earlier[0].Closed != first || m.Earlier[0].ReopenedReason != "Ved en feil" || m.Earlier[0].ReopenedBy != leader.ID {
		t.Fatalf("the meeting is %+v", m)
	}
	for at, closed := range map[time.Time]Revision{opened: 0, closedAt: first, reopenedAt.Add(-time.Second): first, reopenedAt: 0, l.now.Add(-time.Second): 0, l.now: second, {}: second} {
		if got := m.AsOf(at); got.Closed != closed || got.Open() != (closed == 0) {
			t.Errorf("as of %s closed at %d, want %d", at, got.Closed, closed)
		}
	}
	if one, ok := m.Edition(1); !ok || one.Closed != first || one.Editions() != 1 || one.Reopened != 0 {
		t.Errorf("edition 1 is %+v", one)
	}
	for _, n := range []int{-1, 0, 3} {
		if _, ok := m.Edition(n); ok {
			t.Errorf("there is an edition %d", n)
		}
	}
	if roll := l.roll(reader, "m1"); roll["0001"] != rollcall.NoChange || roll["0003"] != rollcall.NoChange || roll["0002"] != rollcall.NotReported {
		t.Errorf("the roll-call: %v", roll)
	}
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "To"})
	if got := l.picture(reader, Live).MeetingBefore("m2"); !got.Equal(m.ClosedAt) {
		t.Errorf("the meeting before ended %s", got)
	}
}

// TestMeetingBeforeOfThen: a picture of a time tells which meeting was the one
// before as it was then.
func TestMeetingBeforeOfThen(t *testing.T) {
	l := started(t)
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "To"})
	l.later(time.Minute).do(leader, CloseMeeting{Meeting: "m1"})
	closed := l.now
	l.later(time.Minute).do(leader, ReopenMeeting{Meeting: "m1", Reason: "x"})
	p := l.picture(reader, Live)
	if got := p.MeetingBefore("m2"); !got.IsZero() {
		t.Errorf("a meeting that goes on ended %s", got)
	}
	if got := p.At(closed).MeetingBefore("m2"); !got.Equal(closed) {
		t.Errorf("then the one before had ended %s", got)
	}
}

// TestNamesAreThoseOfTheClosing: of those who acted in the meeting, and nobody else;
// erasing takes them out, of every closing.
func TestNamesAreThoseOfTheClosing(t *testing.T) {
	l := withContacts(t)
	elsewhere := Actor{ID: "ida", Grants: []Grant{{Role: RoleLead}}}
	l.do(elsewhere, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingRegion, Title: "Et annet"})
	l.set2(elsewhere, "m3", "0001", "plan", Red)
	l.do(elsewhere, CloseMeeting{Meeting: "m3", Unexplained: true})
	l.set2(coLeader, "m2", "0003", "plan", Red)
	l.do(boContact, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}})
	called := maps.Clone(named)
	called[elsewhere.ID] = "Ida Berg"
	l.do(leader, CloseMeeting{Meeting: "m2", Unexplained: true, Names: called})
	names := func(n int) map[AccountID]string {
		t.Helper()
		m, _ := l.meetingNow("m2").Edition(n)
		return l.picture(reader, Live).NamesOf(m)
	}
	want := map[AccountID]string{leader.ID: "Kari Moen", coLeader.ID: "Per Lie", boContact.ID: "Bø, vakt"}
	if got := names(1); !maps.Equal(got, want) {
		t.Errorf("names %v, want %v", got, want)
	}
	if got := l.picture(screen, Live).NamesOf(l.meetingNow("m2")); got != nil {
		t.Errorf("a screen is told %v", got)
	}
	late, err := Seal(l.s.Head(), l.now, leader.ID, "r-late", []Event{&MeetingNames{Meeting: "m2", Names: []AccountName{}}}, func() Salt { return Salt{} })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.s.Apply(late); !errors.Is(err, ErrCorrupt) {
		t.Errorf("names in a record that closes nothing: %v", err)
	}
	m1 := l.meetingNow("m1") // closed without
	if m1.Named() || l.picture(reader, Live).NamesOf(m1) != nil {
		t.Error("names of a meeting that told none")
	}
	later := maps.Clone(named)
	later[coLeader.ID], later[admin.ID] = "Per Lie Berg", "Siri Hagen"
	l.do(admin, ReopenMeeting{Meeting: "m2", Reason: "x"})
	l.do(leader, CloseMeeting{Meeting: "m2", Unexplained: true, Names: later})
	if got := names(2); got[coLeader.ID] != "Per Lie Berg" || got[admin.ID] != "Siri Hagen" || len(got) != 4 {
		t.Errorf("of the second closing: %v", got)
	}
	if got := names(1); !maps.Equal(got, want) {
		t.Errorf("the first closing's names became %v", got)
	}
	ids := l.s.NamesKept(coLeader.ID)
	if len(ids) != 2 {
		t.Fatalf("kept in %v", ids)
	}
	l.do(admin, texts.Redact{Texts: ids, Reason: "Kontoen er slettet"})
	for n := range 2 {
		if got, there := names(n + 1)[coLeader.ID]; got != "" || !there {
			t.Errorf("edition %d still has %q", n+1, got)
		}
	}
	if got := l.s.NamesKept(coLeader.ID); got != nil || len(l.s.NamesKept(leader.ID)) != 2 {
		t.Errorf("kept after that: %v", got)
	}
}

func (l *line) set2(by Actor, meeting MeetingID, m MunicipalityID, c ColumnID, level Level) Revision {
	l.t.Helper()
	return l.do(by, SetLevels{Board: Live, Meeting: meeting, Cells: []CellEdit{{Municipality: m, Column: c, Level: level}}})
}

// TestLeads: who opened it, who took over, who closed it, since when; no contact,
// and nobody who came after the closing.
func TestLeads(t *testing.T) {
	l := withContacts(t)
	third := Actor{ID: "ida", Grants: []Grant{{Role: RoleLead}}}
	l.do(boContact, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}})
	l.later(time.Minute).do(coLeader, notes.Write{Meeting: "m2", ID: "n1", Text: "E6 stengt"})
	took := l.now
	l.set2(leader, "m2", "0003", "plan", Red)
	l.later(time.Minute).do(third, CloseMeeting{Meeting: "m2", Unexplained: true})
	closed := l.now
	check := func(n int, want ...Lead) {
		t.Helper()
		p := l.picture(reader, Live)
		m, ok := l.meetingNow("m2").Edition(n)
		if got := p.Leads(m); !ok || !slices.Equal(got, want) {
			t.Errorf("edition %d was led by %+v, want %+v", n, got, want)
		}
	}
	m := l.meetingNow("m2")
	first := []Lead{{leader.ID, m.OpenedAt, true, false}, {coLeader.ID, took, false, false}, {third.ID, closed, false, true}}
	check(1, first...)
	l.do(admin, ReopenMeeting{Meeting: "m2", Reason: "x"})
	fourth := Actor{ID: "ali", Grants: third.Grants}
	l.later(time.Minute).do(fourth, notes.Write{Meeting: "m2", ID: "n2", Text: "E6 åpnet"})
	went := l.now
	l.later(time.Minute).do(coLeader, CloseMeeting{Meeting: "m2", Unexplained: true})
	check(1, first...)
	check(2, Lead{leader.ID, m.OpenedAt, true, false}, Lead{coLeader.ID, took, false, true}, Lead{fourth.ID, went, false, false})
	if got := l.picture(Actor{ID: "v", Grants: []Grant{{Role: RoleScreen}}}, Live).Leads(m); got != nil {
		t.Errorf("a screen is told of %v", got)
	}
}

// TestDifferencesOfText: a text that was written again and says the same is none.
func TestDifferencesOfText(t *testing.T) {
	l := started(t)
	say := func(text string) Picture {
		l.later(time.Minute).do(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0001", Column: "plan", Level: Yellow, Text: typed.Of(text)}}})
		return l.picture(reader, Live).At(l.now)
	}
	one := say("Vei stengt")
	if d := differences.Compare(one, say("Vei stengt")).Differences; len(d) != 0 {
		t.Errorf("the same text: %+v", d)
	}
	if d := differences.Compare(one, say("Vei åpen")).Differences; len(d) != 1 {
		t.Errorf("another text: %+v", d)
	}
}
