package domain_test

import (
	"slices"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/typed"
)

// A picture of the past tells what had to be confirmed then: neither the clock of
// today nor what was confirmed later counts.
func TestStaleIsOfThePicturesTime(t *testing.T) {
	l := inStorm(t)
	set := l.now
	l.do(leader, SetLevels{Board: "storm", Meeting: "s1", Cells: []CellEdit{{Municipality: "0001", Column: "strom", Level: Critical}}})
	l.later(5*time.Hour).do(leader, rollcall.ReportNoChange{Meeting: "s1", Municipalities: []MunicipalityID{"0001"}})
	confirmed := l.now
	p := l.later(20*time.Hour).picture(reader, "storm")
	for after, want := range map[time.Duration]bool{time.Hour: false, 4 * time.Hour: true, 5 * time.Hour: false, 8 * time.Hour: false, 9 * time.Hour: true} {
		then := p.At(set.Add(after))
		if got := then.Stale(then.Row("0001"), then.Col("strom")); got != want {
			t.Errorf("after %s it had to be confirmed: %v", after, got)
		}
	}
	if got := p.Held(p.Row("0001"), p.Col("strom")); !got.Equal(confirmed) {
		t.Errorf("it holds since %s, confirmed %s", got, confirmed)
	}
}

// What was confirmed goes out to everyone who follows, as what it is now: the level as it
// was, and another time to confirm it by.
func TestConfirmedLevels(t *testing.T) {
	l := inStorm(t)
	l.do(leader, SetLevels{Board: "storm", Meeting: "s1", Cells: []CellEdit{
		{Municipality: "0001", Column: "strom", Level: Critical}, {Municipality: "0001", Column: "personell", Level: NotAssessed}, {Municipality: "0002", Column: "strom", Level: Normal},
	}})
	at := l.s.Head().Revision
	l.later(time.Hour).do(leader, rollcall.ReportNoChange{Meeting: "s1", Municipalities: []MunicipalityID{"0001"}})
	p := l.picture(reader, "storm")
	want := [][2]int{{p.Row("0001"), p.Col("strom")}}
	if got := p.Confirmed(at); !slices.Equal(got, want) {
		t.Errorf("confirmed %v, want %v", got, want)
	}
	if cell := p.Cell(want[0][0], want[0][1]); cell.Revision != at || !cell.Due.Equal(l.now.Add(4*time.Hour)) {
		t.Errorf("the cell is %+v", cell)
	}
	if got := p.Confirmed(l.s.Head().Revision); len(got) != 0 {
		t.Errorf("then confirmed %v", got)
	}
}

// What somebody said in the meeting that goes on stands apart from what was known
// before it.
func TestStandingOfALevel(t *testing.T) {
	l := inStorm(t)
	standing := func(m MunicipalityID) Standing {
		p := l.picture(reader, "storm")
		return p.Standing(p.Row(m), p.Col("strom"), "")
	}
	want := func(when string, of map[MunicipalityID]Standing) {
		t.Helper()
		for m, s := range of {
			if got := standing(m); got != s {
				t.Errorf("%s: %s is %q, want %q", when, m, got, s)
			}
		}
	}
	set := func(meeting MeetingID, m MunicipalityID) {
		l.later(time.Minute).do(leader, SetLevels{Board: "storm", Meeting: meeting, Cells: []CellEdit{{Municipality: m, Column: "strom", Level: Critical}}})
	}
	set("s1", "0001")
	set("s1", "0002")
	l.later(time.Minute).do(leader, rollcall.ReportNoChange{Meeting: "s1", Municipalities: []MunicipalityID{"0001"}})
	want("in the first meeting", map[MunicipalityID]Standing{"0001": SetInMeeting, "0002": SetInMeeting, "0003": ""})
	first := l.now
	l.later(time.Minute).do(leader, CloseMeeting{Meeting: "s1", Unexplained: true})
	want("after it", map[MunicipalityID]Standing{"0001": "", "0002": ""})
	l.later(time.Hour).do(leader, OpenMeeting{ID: "s2", Board: "storm", Kind: MeetingPreparedness, Title: "Storm, møte 2", Invited: []MunicipalityID{"0002"}})
	want("in the next", map[MunicipalityID]Standing{"0001": FromBefore, "0002": FromBefore})
	l.later(time.Minute).do(leader, rollcall.ReportNoChange{Meeting: "s2", Municipalities: []MunicipalityID{"0001"}})
	set("s2", "0002")
	silent := l.later(-2*time.Minute).picture(reader, "storm").At(l.now)
	l.later(2 * time.Minute)
	if got := silent.Standing(silent.Row("0001"), silent.Col("strom"), ""); got != FromBefore {
		t.Errorf("as it was before it had spoken: %q", got)
	}
	want("when they have spoken", map[MunicipalityID]Standing{"0001": ConfirmedInMeeting, "0002": SetInMeeting})
	p := l.picture(reader, "storm").At(first)
	if got := p.Standing(p.Row("0001"), p.Col("strom"), ""); got != SetInMeeting {
		t.Errorf("as it was in the first: %q", got)
	}
}

// With two meetings open each knows what was said in it, and nothing else.
func TestStandingInEachOfTwoMeetings(t *testing.T) {
	l := inStorm(t)
	l.do(leader, OpenMeeting{ID: "s2", Board: "storm", Kind: MeetingPreparedness, Title: "Nattmøte"})
	l.later(time.Minute).do(leader, SetLevels{Board: "storm", Meeting: "s1", Cells: []CellEdit{
		{Municipality: "0001", Column: "strom", Level: Critical}, {Municipality: "0002", Column: "strom", Level: Critical},
	}})
	l.later(time.Minute).do(leader, rollcall.ReportNoChange{Meeting: "s2", Municipalities: []MunicipalityID{"0002"}})
	l.do(leader, OpenMeeting{ID: "s3", Board: "storm", Kind: MeetingPreparedness, Title: "Morgenmøte"})
	p := l.later(time.Minute).picture(reader, "storm")
	for in, want := range map[MeetingID][2]Standing{
		"s1": {SetInMeeting, SetInMeeting}, "s2": {SetOutside, ConfirmedInMeeting}, "s3": {FromBefore, FromBefore},
		"": {SetInMeeting, SetInMeeting}, "s9": {"", ""},
	} {
		for i, m := range []MunicipalityID{"0001", "0002"} {
			if got := p.Standing(p.Row(m), p.Col("strom"), in); got != want[i] {
				t.Errorf("in meeting %q %s is %q, want %q", in, m, got, want[i])
			}
		}
	}
	l.do(leader, CloseMeeting{Meeting: "s1", Unexplained: true})
	p = l.picture(reader, "storm")
	if got := p.Standing(p.Row("0001"), p.Col("strom"), ""); got != SetOutside {
		t.Errorf("set in a meeting that is over: %q", got)
	}
}

// A reason, or the level said again, is no other time since when it is so.
func TestSinceWhenALevelIsSo(t *testing.T) {
	l := started(t)
	say := func(at time.Time, level Level, text string) {
		l.later(time.Minute).do(leader, SetLevels{Board: Live, Meeting: "m1", EventAt: Moment{Time: at}, Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: level, Text: typed.Of(text)}}})
	}
	want := func(when string, event, entered time.Time) {
		t.Helper()
		if c := l.at("0002", "helse"); !c.EventAt.Equal(event) || !c.Entered.Equal(entered) {
			t.Errorf("%s: so since %s, entered %s, want %s and %s", when, c.EventAt, c.Entered, event, entered)
		}
	}
	say(time.Time{}, Yellow, "")
	first := l.now
	say(time.Time{}, "", "Legevakt stengt")
	want("a reason", first, first)
	say(time.Time{}, Yellow, "")
	want("said again", first, first)
	event := l.now.Add(-40 * time.Minute)
	say(event, Red, "")
	entered := l.now
	want("an event", event, entered)
	say(time.Time{}, "", "Ingen lege")
	want("its reason", event, entered)
	reason := l.s.Head().Revision
	say(time.Time{}, Green, "")
	undone := l.s.Head().Revision
	l.later(time.Second).do(leader, Undo{Board: Live, Revision: undone})
	want("brought back", event, entered)
	l.do(leader, Undo{Board: Live, Revision: reason})
	want("without its reason", event, entered)
	p := l.picture(leader, Live)
	row, col := p.Row("0002"), p.Col("helse")
	l.later(time.Minute).do(leader, CloseMeeting{Meeting: "m1", Reasons: []ReasonGiven{{Municipality: "0002", Column: "helse", Seen: p.Cell(row, col).Revision, Text: typed.Of("Ingen lege")}}})
	want("a reason at the closing", event, entered)
}

// Where nobody keeps the live picture, views show what was left yellow or red, to
// be confirmed, and nothing else. The record keeps all.
func TestLivePictureAtRest(t *testing.T) {
	l := started(t)
	l.set(leader, "0001", "helse", Green)
	l.set(leader, "0002", "helse", Yellow)
	l.set(leader, "0003", "helse", Red)
	want := func(when string, levels ...Level) {
		t.Helper()
		p := l.later(time.Second).picture(reader, Live).ForViews()
		for i, id := range []MunicipalityID{"0001", "0002", "0003"} {
			row, col := p.Row(id), p.Col("helse")
			rests := len(levels) > 0
			if rests != p.Resting() || rests && (p.Level(row, col) != levels[i] || p.Cell(row, col).Level != levels[i] || p.Stale(row, col) != (levels[i] != NotAssessed)) {
				t.Errorf("%s: %s is %s, at rest: %v, to be confirmed: %v", when, id, p.Level(row, col), p.Resting(), p.Stale(row, col))
			}
		}
		if l.level(reader, Live, "0001", "helse") != Green {
			t.Errorf("%s: the record has lost a level", when)
		}
	}
	want("in a meeting")
	meeting := l.now
	l.later(time.Minute).do(leader, CloseMeeting{Meeting: "m1", Unexplained: true})
	want("after it", NotAssessed, Yellow, Red)
	if m, ok := l.picture(reader, Live).LastMeeting(); !ok || m.ID != "m1" || m.ClosedBy != leader.ID {
		t.Errorf("closed last: %+v", m)
	}
	wall := Actor{ID: "skjerm-1", Grants: []Grant{{Role: RoleScreen}}}
	for _, later := range []time.Duration{time.Hour, 48 * time.Hour} { // half a day after its end a screen sees no meeting
		l.now = l.now.Add(later)
		if m, ok := l.picture(wall, Live).LastMeeting(); !ok || m.ClosedBy != leader.ID || m.ClosedAt.IsZero() || m.Case != "" || m.OpenedBy != "" || (later > 12*time.Hour) != (m.Title == "") {
			t.Errorf("%v later a screen is told %+v", later, m)
		}
	}
	if next := l.s.NextChange(Live, l.now.Add(ScreenKeeps)); !next.IsZero() {
		t.Errorf("a picture at rest, of whose meeting no screen tells, changes at %s", next)
	}
	if p := l.picture(reader, Live).At(meeting).ForViews(); p.Resting() {
		t.Error("the picture of the meeting is at rest")
	}
	before := l.now
	l.later(time.Minute).do(leader, OpenSituation{Board: "storm", Title: "Storm", Catalogue: situationCatalogue(), Map: testMap()})
	want("in a situation")
	within := l.now
	if p := l.picture(reader, Live).At(before).ForViews(); !p.Resting() {
		t.Error("the picture of before the situation is kept")
	}
	l.later(time.Minute).do(leader, CloseBoard{"storm"})
	want("after it", NotAssessed, Yellow, Red)
	if p := l.picture(reader, Live).At(within).ForViews(); p.Resting() {
		t.Error("the picture of the situation is at rest")
	}
	l.later(time.Minute).do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "To"})
	want("in another meeting")
	if p := l.picture(reader, Live).At(before).ForViews(); !p.Resting() {
		t.Error("the picture of before the meeting is kept")
	}
	l.do(leader, CloseMeeting{Meeting: "m2", Unexplained: true})
	l.do(leader, OpenSituation{Board: "ovelse", Title: "Øvelse", Exercise: true, Catalogue: situationCatalogue(), Map: testMap()})
	want("in an exercise", NotAssessed, Yellow, Red)
}

// The live picture's limits are those of the pack when a base is taken, and when
// the pack is applied; what was recorded without any stays so, and a past has
// those of its time.
func TestLimitsOfTheLivePicture(t *testing.T) {
	l := started(t)
	l.set(leader, "0001", "helse", Green)
	l.set(leader, "0001", "plan", Green)
	l.later(time.Minute).do(leader, CloseMeeting{Meeting: "m1", Unexplained: true})
	before := l.now
	limits := func(p Picture) map[ColumnID]int { return p.Catalogue().Limits() }
	if got := limits(l.picture(reader, Live)); got["helse"] != StaleAfterUntold || l.picture(reader, Live).Limitless() {
		t.Errorf("a base without a word from the pack: %v", got)
	}
	pack := testCatalogue()
	if err := l.later(time.Hour).try(editor, ApplyPack{Catalogue: pack}); err != nil {
		t.Fatal(err)
	}
	if !l.picture(reader, Live).Limitless() || limits(l.picture(reader, Live).At(before))["helse"] != StaleAfterUntold {
		t.Error("the pack's limits are not the picture's, or those of the past neither")
	}
	pack.Columns = slices.Clone(pack.Columns)
	pack.Columns[pack.ColumnIndex("helse")].StaleAfter = 2
	l.do(editor, ApplyPack{Catalogue: pack})
	if err := l.try(editor, ApplyPack{Catalogue: pack}); CodeOf(err) != Conflict {
		t.Errorf("again: %v", err)
	}
	l.later(3*time.Hour).do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingPreparedness, Title: "To"})
	p := l.picture(reader, Live)
	if row := p.Row("0001"); !p.Stale(row, p.Col("helse")) || p.Stale(row, p.Col("plan")) {
		t.Error("two hours for one area, no limit for the other")
	}
	l.do(editor, editions.Open{Board: "2023", Title: Words{NB: "2023"}, Catalogue: testCatalogue()})
	l.do(editor, SetLevels{Board: "2023", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Red}}})
	l.do(leader, CloseMeeting{Meeting: "m2", Unexplained: true})
	l.refused(editor, ChangeBase{Edition: "2023"}, "base.unpublished")
	l.do(editor, editions.Publish{Board: "2023"})
	l.do(editor, ChangeBase{Edition: "2023", StaleAfter: map[ColumnID]int{"helse": 0, "plan": 6}})
	if got := limits(l.picture(reader, Live)); got["helse"] != 0 || got["plan"] != 6 {
		t.Errorf("limits of the pack: %v", got)
	}
	if l.picture(reader, "2022").Stale(0, 0) {
		t.Error("an edition grows stale")
	}
}

// An undo says nothing of how things are: what it brings back is as old as it was,
// and from before the meeting.
func TestUndoMakesNothingFresh(t *testing.T) {
	l := inStorm(t)
	set := func(meeting MeetingID, level Level) {
		l.do(leader, SetLevels{Board: "storm", Meeting: meeting, Cells: []CellEdit{{Municipality: "0001", Column: "strom", Level: level}}})
	}
	set("s1", Normal)
	said := l.now
	l.do(leader, CloseMeeting{Meeting: "s1"})
	l.later(20*time.Hour).do(leader, OpenMeeting{ID: "s2", Board: "storm", Kind: MeetingPreparedness, Title: "Storm, møte 2"})
	check := func(when string, stale bool, standing Standing) {
		t.Helper()
		p := l.picture(reader, "storm")
		row, col := p.Row("0001"), p.Col("strom")
		cell := p.Cell(row, col)
		if cell.Stale != stale || len(p.Overdue()) == 1 != stale || p.Standing(row, col, "") != standing {
			t.Errorf("%s: must be confirmed: %v, %d in all, stands as %q", when, cell.Stale, len(p.Overdue()), p.Standing(row, col, ""))
		}
		if stale && !(cell.Said.Equal(said) && cell.EventAt.Equal(said) && cell.Due.Equal(said.Add(4*time.Hour)) && p.Held(row, col).Equal(said)) {
			t.Errorf("%s: said %s, so since %s, to be confirmed %s", when, cell.Said, cell.EventAt, cell.Due)
		}
	}
	check("before", true, FromBefore)
	set("s2", Critical)
	check("by mistake", false, SetInMeeting)
	undo := l.later(time.Second).do(leader, Undo{Board: "storm"})
	check("undone", true, FromBefore)
	l.later(time.Second).do(leader, Undo{Board: "storm", Revision: undo})
	check("the undo undone", false, SetInMeeting)
	l.later(time.Second).do(leader, Undo{Board: "storm", Revision: l.s.Head().Revision})
	check("undone again", true, FromBefore)
	l.later(time.Second).do(leader, rollcall.ReportNoChange{Meeting: "s2", Municipalities: []MunicipalityID{"0001"}})
	check("confirmed", false, ConfirmedInMeeting)
}
