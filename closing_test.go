package kommunebilde

import (
	"errors"
	"testing"
	"time"
)

// Closing with changes that lack a reason lists them and asks. What is normal
// and was so, or was not assessed, owes no reason; what was taken back neither.
func TestClosingAsksForReasons(t *testing.T) {
	l := started(t)
	set := func(m MunicipalityID, c ColumnID, level Level, text string) Revision {
		t.Helper()
		return l.later(time.Minute).do(leader, SetLevels{Board: Live, Meeting: "m1", ReportedBy: "Bø v/vakt", Cells: []CellEdit{{Municipality: m, Column: c, Level: level, Text: text}}})
	}
	set("0001", "plan", Green, "")
	set("0001", "helse", Red, "Legevakt stengt")
	slip := set("0003", "helse", Red, "")
	l.do(leader, Undo{Board: Live, Revision: slip})
	lacking := set("0002", "plan", Yellow, "")
	at := l.now
	second := set("0003", "plan", Red, "")
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
	l.do(leader, CloseMeeting{Meeting: "m1"})
	m, _ := l.picture(reader, Live).Meeting("m1")
	if head := l.s.Head(); m.Closed != head.Revision || m.ClosedHash != head.Hash {
		t.Errorf("closed at %d %s, head %v", m.Closed, m.ClosedHash, head)
	}
}

// From what was worse than normal a change needs a reason too; who says so
// closes all the same, and what lacked one stays to be seen.
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
