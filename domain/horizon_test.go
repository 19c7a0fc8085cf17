package domain_test

import (
	"slices"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/rollcall"
)

// what a screen sees of a board's past, as ids and counts.
type screened struct {
	meetings []MeetingID
	log      int
	history  int
	actions  []actions.ID
}

func screenSees(l *line) screened {
	p := l.picture(screen, Live)
	var out screened
	for _, m := range p.Meetings() {
		out.meetings = append(out.meetings, m.ID)
	}
	for _, e := range p.Log(0, 0) {
		if e.Change != nil {
			out.log++
		}
	}
	out.history = len(p.History(p.Row("0001"), p.Col("helse")))
	for _, a := range actions.Of(p) {
		out.actions = append(out.actions, a.ID)
	}
	return out
}

// TestScreensSeeWhatIsNow: a meeting until half a day after it was closed, and
// then nothing of it but what still stands; what opens later moves nothing that a
// screen has.
func TestScreensSeeWhatIsNow(t *testing.T) {
	l := started(t)
	is := func(when string, want screened) {
		t.Helper()
		got := screenSees(l)
		if !slices.Equal(got.meetings, want.meetings) || got.log != want.log || got.history != want.history || !slices.Equal(got.actions, want.actions) {
			t.Errorf("%s: a screen sees %+v, want %+v", when, got, want)
		}
	}
	l.set(leader, "0001", "helse", Red)
	l.do(leader, actions.Add{Meeting: "m1", ID: "act-done", Municipality: "0001", Text: "x"})
	l.do(leader, actions.Add{Meeting: "m1", ID: "act-open", Municipality: "0001", Text: "x"})
	l.do(leader, actions.End{Board: Live, ID: "act-done", Done: true})
	l.do(leader, CloseMeeting{Meeting: "m1", Unexplained: true})
	closed := l.now
	_, whileOpen := l.picture(screen, Live).Begins()
	is("closed just now", screened{[]MeetingID{"m1"}, 1, 1, []actions.ID{"act-done", "act-open"}})
	if got := l.s.NextChange(Live, l.now); !got.Equal(closed.Add(ScreenKeeps)) {
		t.Errorf("the board looks different from %v on, want %v", got, closed.Add(ScreenKeeps))
	}
	l.later(ScreenKeeps - time.Second)
	is("before half a day", screened{[]MeetingID{"m1"}, 1, 1, []actions.ID{"act-done", "act-open"}})
	l.later(time.Second)
	is("after half a day", screened{nil, 0, 0, []actions.ID{"act-open"}})
	if l.level(screen, Live, "0001", "helse") != Red {
		t.Error("a screen does not see what still stands")
	}
	p := l.picture(screen, Live)
	_, begins := p.Begins()
	if begins == whileOpen {
		t.Error("a screen that has the meeting is not sent for the board anew")
	}
	if _, ok := p.Meeting("m1"); ok || rollcall.Of(p, "m1") != nil || notes.Of(p, "m1") != nil || p.PreviousMeeting().After(closed) {
		t.Error("a screen is told of a meeting that is past")
	}
	l.do(editor, whole("2022", "0001", "plan")) // revisions go on elsewhere
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingPreparedness, Title: "To"})
	l.do(leader, SetLevels{Board: Live, Meeting: "m2", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Yellow}}})
	is("in the next meeting", screened{[]MeetingID{"m2"}, 1, 1, []actions.ID{"act-open"}})
	if _, now := l.picture(screen, Live).Begins(); now != begins {
		t.Errorf("a meeting that opens moves the beginning from %d to %d", begins, now)
	}
	l.do(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingPreparedness, Title: "Tre"})
	l.do(leader, SetLevels{Board: Live, Meeting: "m3", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Green}}})
	l.do(leader, CloseMeeting{Meeting: "m2", Unexplained: true})
	l.later(24 * time.Hour)
	is("while one that began before the end of the last goes on", screened{[]MeetingID{"m3"}, 1, 1, []actions.ID{"act-open"}})
}

// TestScreensDoNotLookBack: a time gives them nothing; everybody else who sees
// the board may look back as before.
func TestScreensDoNotLookBack(t *testing.T) {
	l := started(t)
	l.set(leader, "0001", "helse", Red)
	for _, c := range []struct {
		by    Actor
		looks bool
	}{{reader, true}, {boContact, true}, {screen, false}} {
		p := l.picture(c.by, Live)
		then := p.At(l.now)
		level := then.Level(then.Row("0001"), then.Col("helse"))
		if p.LooksBack() != c.looks || RightsOf(l.s, c.by, Live, l.now)[RightRecord] != c.looks || (level == Red) != c.looks {
			t.Errorf("%s looks back: %t, and sees %s", c.by.ID, p.LooksBack(), level)
		}
		if p := l.picture(c.by, "2022"); !p.LooksBack() {
			t.Errorf("%s does not see the record of what is public", c.by.ID)
		}
	}
}

// TestScreensForgetAssistance: what was asked for and given goes with the meeting;
// what is still to come stays.
func TestScreensForgetAssistance(t *testing.T) {
	l := started(t)
	for _, id := range []assistance.ID{"gitt", "nektet", "venter"} {
		l.do(leader, assistance.Ask{Meeting: "m1", ID: id, Municipality: "0001", Of: "Sivilforsvaret", What: "Pumper"})
	}
	l.do(leader, assistance.Move{Board: Live, ID: "gitt", State: assistance.Done})
	l.do(leader, assistance.Move{Board: Live, ID: "nektet", State: assistance.Declined})
	l.do(leader, CloseMeeting{Meeting: "m1"})
	if got := assistance.Of(l.picture(screen, Live)); len(got) != 3 {
		t.Errorf("closed just now: %+v", got)
	}
	l.later(ScreenKeeps)
	if got := assistance.Of(l.picture(screen, Live)); len(got) != 1 || got[0].ID != "venter" {
		t.Errorf("after half a day: %+v", got)
	}
	if got := assistance.Of(l.picture(reader, Live)); len(got) != 3 {
		t.Errorf("staff: %+v", got)
	}
}

// TestAssistanceIsTheMunicipalitysOwn: a contact sees what their own municipality asked
// for, whatever becomes of the others' requests; the public sees none.
func TestAssistanceIsTheMunicipalitysOwn(t *testing.T) {
	l := started(t)
	for id, m := range map[assistance.ID]MunicipalityID{"andres": "0001", "egen": "0002"} {
		l.do(leader, assistance.Ask{Meeting: "m1", ID: id, Municipality: m, Of: "Sivilforsvaret", What: "Pumper"})
		l.do(leader, assistance.Move{Board: Live, ID: id, State: assistance.Granted})
	}
	if got := assistance.Of(l.picture(boContact, Live)); len(got) != 1 || got[0].Municipality != "0002" || got[0].State != assistance.Granted || got[0].What != "Pumper" {
		t.Errorf("a contact sees %+v", got)
	}
	if got := assistance.Of(l.picture(nobody, "2022")); got != nil {
		t.Errorf("the public sees %+v", got)
	}
}
