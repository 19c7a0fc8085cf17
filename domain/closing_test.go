package domain_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/typed"
)

// Closing with changes that lack a reason lists them and asks. What is normal
// and was so, or was not assessed, owes no reason; what was taken back neither.
func TestClosingAsksForReasons(t *testing.T) {
	l := started(t)
	set := func(m MunicipalityID, c ColumnID, level Level, text string) Revision {
		t.Helper()
		return l.later(time.Minute).do(leader, SetLevels{Board: Live, Meeting: "m1", ReportedBy: "Bø v/vakt", Cells: []CellEdit{{Municipality: m, Column: c, Level: level, Text: typed.Of(text)}}})
	}
	set("0001", "plan", Green, "")
	set("0001", "helse", Red, "Legevakt stengt")
	slip := set("0003", "helse", Red, "")
	l.do(leader, Undo{Board: Live, Revision: slip})
	lacking := set("0002", "plan", Yellow, "")
	at := l.now
	since := l.now.Add(-2 * time.Hour).Truncate(time.Millisecond)
	second := l.do(leader, SetLevels{Board: Live, Meeting: "m1", EventAt: Moment{Time: since}, Cells: []CellEdit{{Municipality: "0003", Column: "plan", Level: Red}}})
	err := l.try(leader, CloseMeeting{Meeting: "m1"})
	var e *Error
	if !errors.As(err, &e) || e.Code != Conflict || e.Msg != "close.unexplained" || len(e.Cells) != 2 || e.Cells[0] != (CellRef{"0002", "plan"}) || e.Cells[1] != (CellRef{"0003", "plan"}) {
		t.Fatalf("closing: %v %+v", err, e)
	}
	if err := l.try(reader, GiveReasons{Meeting: "m1", Reasons: []ReasonGiven{{"0002", "plan", lacking, "x"}}}); CodeOf(err) != Forbidden {
		t.Errorf("a reader's reason: %v", err)
	}
	for name, c := range map[string]struct {
		reasons []ReasonGiven
		msg     string
	}{
		"none":           {nil, "cells.count"},
		"of what is new": {[]ReasonGiven{{"0002", "plan", lacking - 1, "x"}}, "cell.stale"},
		"of an empty":    {[]ReasonGiven{{"0001", "oppvekst", 0, "x"}}, "column.unknown"},
		"without text":   {[]ReasonGiven{{"0002", "plan", lacking, ""}}, "text.missing"},
		"twice":          {[]ReasonGiven{{"0002", "plan", lacking, "x"}, {"0002", "plan", lacking, "y"}}, "cells.twice"},
		"of nowhere":     {[]ReasonGiven{{"9999", "plan", 0, "x"}}, "municipality.unknown"},
	} {
		if err := l.try(leader, GiveReasons{Meeting: "m1", Reasons: c.reasons}); !errors.As(err, &e) || e.Msg != c.msg {
			t.Errorf("%s: %v, want %s", name, err, c.msg)
		}
	}
	l.later(time.Hour).do(leader, GiveReasons{Meeting: "m1", Reasons: []ReasonGiven{{"0002", "plan", lacking, "Vei stengt"}, {"0003", "plan", second, "Bru borte"}}})
	p := l.picture(reader, Live)
	c := p.Cell(p.Row("0002"), p.Col("plan"))
	if c.Level != Yellow || c.Text != "Vei stengt" || c.ReportedBy != "Bø v/vakt" || !c.EventAt.Equal(at) {
		t.Errorf("the cell is %+v", c)
	}
	if c := p.Cell(p.Row("0003"), p.Col("plan")); c.Text != "Bru borte" || !c.EventAt.Equal(since) {
		t.Errorf("what was so before it was told is %+v", c)
	}
	l.do(leader, CloseMeeting{Meeting: "m1"})
	m, _ := l.picture(reader, Live).Meeting("m1")
	if head := l.s.Head(); m.Closed != head.Revision || m.ClosedHash != head.Hash {
		t.Errorf("closed at %d %s, head %v", m.Closed, m.ClosedHash, head)
	}
}

// From what was worse than normal a change needs a reason too; who says so
// closes anyway, and what lacked one stays to be seen.
func TestClosingAllTheSame(t *testing.T) {
	l := started(t)
	l.set(leader, "0002", "helse", Red)
	l.do(leader, CloseMeeting{Meeting: "m1", Unexplained: true})
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "x"})
	l.do(leader, SetLevels{Board: Live, Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Green}}})
	if err := l.try(leader, CloseMeeting{Meeting: "m2"}); CodeOf(err) != Conflict {
		t.Errorf("closing with red gone without a word: %v", err)
	}
	l.do(leader, CloseMeeting{Meeting: "m2", Unexplained: true})
	l.do(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingRegion, Title: "x"})
	l.do(leader, SetLevels{Board: Live, Meeting: "m3", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Red, Text: "Igjen"}}})
	p := l.picture(reader, Live)
	if one, two, three := p.Unexplained("m1"), p.Unexplained("m2"), p.Unexplained("m3"); len(one) != 1 || one[0].Level != Red || len(two) != 1 || two[0].Level != Green || len(three) != 0 {
		t.Errorf("unexplained: %v, %v, %v", one, two, three)
	}
}

// What was taken back to what the meeting itself had set, and not to what was
// before it, owes the reason that that lacked.
func TestTakenBackHalfWay(t *testing.T) {
	l := started(t)
	l.set(leader, "0002", "helse", Yellow)
	l.do(leader, Undo{Board: Live, Revision: l.later(time.Minute).set(leader, "0002", "helse", Red)})
	if err := l.try(leader, CloseMeeting{Meeting: "m1"}); CodeOf(err) != Conflict {
		t.Errorf("closing with yellow without a word: %v", err)
	}
}

// TestConfirmedByAnother: the level that stands, said again without words of one's
// own, keeps its reason, who gave it and since when it is so; who said it again has
// confirmed it, and has spoken in the roll-call. Words of one's own are one's own.
func TestConfirmedByAnother(t *testing.T) {
	for what, c := range map[string]struct {
		by              typed.Text
		edit            CellEdit
		text, from, con string
	}{
		"another":       {"Bø v/vakt", CellEdit{Level: Yellow}, "Legevakt stengt", "Bø v/lege", "Bø v/vakt"},
		"nobody":        {"", CellEdit{Level: Yellow}, "Legevakt stengt", "Bø v/lege", ""},
		"own words":     {"Bø v/vakt", CellEdit{Level: Yellow, Text: "To leger syke"}, "To leger syke", "Bø v/vakt", ""},
		"the same word": {"Bø v/vakt", CellEdit{Level: Yellow, Same: true}, "Legevakt stengt", "Bø v/vakt", ""},
		"another level": {"Bø v/vakt", CellEdit{Level: Red}, "", "Bø v/vakt", ""},
	} {
		l := started(t)
		l.say("0002", "helse", Yellow, "Legevakt stengt", "Bø v/lege")
		since := l.now
		c.edit.Municipality, c.edit.Column = "0002", "helse"
		rev := l.later(time.Hour).do(leader, SetLevels{Board: Live, Meeting: "m1", ReportedBy: c.by, Cells: []CellEdit{c.edit}})
		got := l.at("0002", "helse")
		confirms := c.edit.Level == Yellow && c.edit.Text == "" && !c.edit.Same
		if got.Text != c.text || got.ReportedBy != c.from || got.ConfirmedBy != c.con || got.Confirms != confirms || got.EventAt.Equal(since) != (c.edit.Level == Yellow) {
			t.Errorf("%s: %+v", what, got)
		}
		if screen := l.picture(screen, Live).Cell(1, l.picture(screen, Live).Col("helse")); screen.ConfirmedBy != "" {
			t.Errorf("%s: a screen is told %q", what, screen.ConfirmedBy)
		}
		roll := rollcall.Of(l.picture(leader, Live), "m1")
		if e := roll[slices.IndexFunc(roll, func(e rollcall.Entry) bool { return e.Municipality == "0002" })]; c.edit.Level == Red && e.ReportedBy != string(c.by) {
			t.Errorf("%s: the roll-call says %+v", what, e)
		} else if confirms && (e.Confirmed == nil || e.Confirmed.ReportedBy != string(c.by) || e.ReportedBy != "Bø v/lege") {
			t.Errorf("%s: the roll-call says %+v, %+v", what, e, e.Confirmed)
		}
		l.do(leader, Undo{Board: Live, Revision: rev})
		if got := l.at("0002", "helse"); got.Level != Yellow || got.Text != "Legevakt stengt" || got.ReportedBy != "Bø v/lege" {
			t.Errorf("%s, undone: %+v", what, got)
		}
	}
}

// The level that stands, said again, is confirmed: its reason stays, and a level
// from before the meeting owes none.
func TestConfirmedAgain(t *testing.T) {
	l := started(t)
	said := l.say("0002", "helse", Yellow, "Legevakt stengt", "Bø v/lege")
	l.set(leader, "0003", "helse", Red)
	l.later(time.Hour).do(leader, CloseMeeting{Meeting: "m1", Unexplained: true})
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "x"})
	set := func(m MunicipalityID, level Level) {
		l.later(time.Minute).do(leader, SetLevels{Board: Live, Meeting: "m2", Cells: []CellEdit{{Municipality: m, Column: "helse", Level: level}}})
	}
	set("0002", Yellow)
	set("0003", Red)
	if c := l.at("0002", "helse"); c.Text != "Legevakt stengt" || c.TextID.Revision != said || !c.Said.Equal(l.now.Add(-time.Minute)) {
		t.Errorf("confirmed: %+v", c)
	}
	if lacking := l.picture(reader, Live).Unexplained("m2"); len(lacking) != 0 {
		t.Errorf("they owe reasons: %+v", lacking)
	}
	set("0002", Red)
	if c := l.at("0002", "helse"); c.Text != "" {
		t.Errorf("another level keeps the reason %q", c.Text)
	}
	set("0002", Red)
	if lacking := l.picture(reader, Live).Unexplained("m2"); len(lacking) != 1 {
		t.Errorf("set and confirmed without a reason: %+v", lacking)
	}
}

// What was changed without a reason lacks it in the minutes of its own meeting, also
// where another meeting has set the cell since, and in no other's: who only confirmed
// owes none.
func TestSetAgainInAnotherMeeting(t *testing.T) {
	l := started(t)
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "x"})
	set := func(meeting MeetingID, m MunicipalityID, level Level, text typed.Text) Revision {
		return l.later(time.Minute).do(leader, SetLevels{Board: Live, Meeting: meeting, Cells: []CellEdit{{Municipality: m, Column: "helse", Level: level, Text: text}}})
	}
	lacks := func(meeting MeetingID, want ...MunicipalityID) []Cell {
		t.Helper()
		list := l.picture(reader, Live).Unexplained(meeting)
		var got []MunicipalityID
		for _, c := range list {
			got = append(got, c.Municipality)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s lacks reasons of %v, want %v", meeting, got, want)
		}
		return list
	}
	first := set("m1", "0002", Red, "")
	set("m2", "0002", Yellow, "Legevakt åpnet")
	set("m1", "0003", Red, "")
	set("m2", "0003", Red, "")
	lacks("m2")
	if list := lacks("m1", "0002", "0003"); len(list) == 2 && (list[0].Level != Red || list[0].Revision != first) {
		t.Errorf("it is not as its meeting left it: %+v", list[0])
	}
	set("m2", "0003", Yellow, "")
	l.do(leader, Undo{Board: Live, Meeting: "m1"})
	lacks("m2")
	set("m1", "0003", Red, "Sykehuset er fullt")
	lacks("m1", "0002")
	set("m2", "0003", Green, "")
	lacks("m2", "0003")
}
