package domain_test

import (
	"slices"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/typed"
)

// TestScheduledMeetings: who leads says when a meeting is to come, the next first for
// staff and nobody else, until it is opened, taken back, or its time has gone by an hour.
func TestScheduledMeetings(t *testing.T) {
	l := newLine(t)
	l.do(editor, OpenLive{Catalogue: testCatalogue(), Map: testMap()})
	l.do(leader, OpenMeeting{ID: "s1", Board: Live, Kind: MeetingPreparedness, Title: "Første", Series: "Høst"})
	l.do(leader, CloseMeeting{Meeting: "s1", Unexplained: true})
	at := func(d time.Duration) Moment { return Moment{Time: l.now.Add(d).Truncate(time.Minute)} }
	soon := at(24 * time.Hour)
	for _, c := range []struct {
		name, msg string
		cmd       calendar.Schedule
	}{
		{"no title", "name.missing", calendar.Schedule{ID: "x", At: soon}},
		{"no time", "time.wrong", calendar.Schedule{ID: "x", Title: "Møte"}},
		{"now", "scheduled.past", calendar.Schedule{ID: "x", Title: "Møte", At: Moment{Time: l.now}}},
		{"too far", "scheduled.far", calendar.Schedule{ID: "x", Title: "Møte", At: at(2*366*24*time.Hour + time.Hour)}},
		{"no such series", "series.unknown", calendar.Schedule{ID: "x", Title: "Møte", At: soon, InSeries: "m9"}},
	} {
		c.cmd.Board = Live
		if _, err := Decide(l.s, leader, c.cmd, l.now); err == nil || err.(*Error).Msg != c.msg {
			t.Errorf("%s: %v, want %s", c.name, err, c.msg)
		}
	}
	if _, err := Decide(l.s, reader, calendar.Schedule{Board: Live, ID: "x", Title: "Møte", At: soon}, l.now); CodeOf(err) != Forbidden {
		t.Errorf("a reader: %v", err)
	}

	l.do(leader, calendar.Schedule{Board: Live, ID: "k1", Title: "Uke 40", At: at(7 * 24 * time.Hour), InSeries: "s1"})
	l.do(leader, calendar.Schedule{Board: Live, ID: "k2", Title: "Eget møte", At: soon})
	l.do(leader, calendar.Schedule{Board: Live, ID: "k3", Title: "Blir ikke noe av", At: soon})
	if _, err := Decide(l.s, leader, calendar.Schedule{Board: Live, ID: "k3", Title: "Igjen", At: soon}, l.now); CodeOf(err) != Conflict {
		t.Errorf("the same id twice: %v", err)
	}
	coming := func(by Actor) (out []string) {
		for _, m := range calendar.Of(l.picture(by, Live)) {
			out = append(out, m.Title)
		}
		return out
	}
	shown := func(when string, want ...string) {
		t.Helper()
		if got := coming(reader); !slices.Equal(got, want) {
			t.Errorf("%s: %q is to come, want %q", when, got, want)
		}
	}
	shown("at first", "Eget møte", "Blir ikke noe av", "Uke 40")
	l.do(leader, calendar.Unschedule{Board: Live, ID: "k3"})
	shown("one taken back", "Eget møte", "Uke 40")
	if _, err := Decide(l.s, leader, calendar.Unschedule{Board: Live, ID: "k3"}, l.now); CodeOf(err) != NotFound {
		t.Errorf("taken back twice: %v", err)
	}
	l.now = soon.Add(time.Hour)
	shown("an hour late", "Eget møte", "Uke 40")
	l.now = l.now.Add(time.Second)
	shown("later", "Uke 40")
	l.do(leader, OpenMeeting{ID: "annet", Board: Live, Kind: MeetingPreparedness, Title: "Et annet", Invited: []MunicipalityID{"0002"}})
	if got := coming(boContact); got != nil {
		t.Errorf("a municipality is told of %q", got)
	}
	shown("another meeting is open", "Uke 40")
	l.do(leader, CloseMeeting{Meeting: "annet", Unexplained: true})
	due := l.now.AddDate(0, 0, 1)
	l.do(leader, calendar.Schedule{Board: Live, ID: "k4", Title: "I serien", At: Moment{Time: due}, InSeries: "s1"})
	l.now = due.Add(-12*time.Hour - time.Minute)
	l.do(leader, OpenMeeting{ID: "s2", Board: Live, Kind: MeetingPreparedness, Title: "For tidlig", InSeries: "s1"})
	shown("one of the series was opened long before", "I serien", "Uke 40")
	l.do(leader, CloseMeeting{Meeting: "s2", Unexplained: true})
	l.now = due.Add(-11 * time.Hour)
	l.do(leader, OpenMeeting{ID: "s3", Board: Live, Kind: MeetingPreparedness, Title: "Møtet selv", InSeries: "s1"})
	shown("it was opened", "Uke 40")

	// A date that is set while a meeting of the series goes on is another meeting's.
	for i, id := range []calendar.ID{"k5", "k6"} {
		l.do(leader, calendar.Schedule{Board: Live, ID: id, Title: typed.Of("Kveld " + string(id)), At: at(time.Duration(2+2*i) * time.Hour), InSeries: "s1"})
	}
	shown("two more the same evening", "Kveld k5", "Kveld k6", "Uke 40")
	l.do(leader, CloseMeeting{Meeting: "s3", Unexplained: true})
	l.now = l.now.Add(time.Hour)
	l.do(leader, OpenMeeting{ID: "s4", Board: Live, Kind: MeetingPreparedness, Title: "Kveldsmøte", InSeries: "s1"})
	shown("the first of them is open", "Kveld k6", "Uke 40")
	l.do(leader, CloseMeeting{Meeting: "s4", Unexplained: true})
	l.do(leader, calendar.Schedule{Board: Live, ID: "k7", Title: "Avklaring", At: at(30 * time.Minute)})
	l.do(leader, OpenMeeting{ID: "e1", Board: Live, Kind: MeetingPreparedness, Title: "Noe annet"})
	shown("another of no series", "Avklaring", "Kveld k6", "Uke 40")
	l.do(leader, OpenMeeting{ID: "e2", Board: Live, Kind: MeetingPreparedness, Title: "Avklaring"})
	shown("the one of that name", "Kveld k6", "Uke 40")
}
