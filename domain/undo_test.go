package domain_test

import (
	"errors"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/typed"
)

// at returns a cell of the live picture as staff sees it.
func (l *line) at(m MunicipalityID, c ColumnID) Cell {
	l.t.Helper()
	p := l.picture(reader, Live)
	return p.Cell(p.Row(m), p.Col(c))
}

// say sets a cell with a reason and a reporter.
func (l *line) say(m MunicipalityID, c ColumnID, level Level, text, by string) Revision {
	l.t.Helper()
	return l.do(leader, SetLevels{Board: Live, Meeting: "m1", ReportedBy: typed.Of(by), Cells: []CellEdit{{Municipality: m, Column: c, Level: level, Text: typed.Of(text)}}})
}

func TestUndoGivesTheValueBackWhole(t *testing.T) {
	l := started(t)
	since := l.now.Add(-3 * time.Hour)
	l.do(leader, SetLevels{Board: Live, Meeting: "m1", ReportedBy: "Bø v/ordfører", EventAt: Moment{Time: since}, Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Red, Text: "Legevakt stengt"}}})
	said := l.later(time.Hour).say("0003", "helse", Yellow, "Få vikarer", "Ås v/lege")
	l.later(time.Hour).do(coLeader, SetLevels{Board: Live, Meeting: "m1", ReportedBy: "Nettselskap", Cells: []CellEdit{
		{Municipality: "0002", Column: "helse", Level: Green}, {Municipality: "0003", Column: "helse", Level: Green, Text: "Feil kommune"},
	}})
	l.later(time.Second).do(coLeader, Undo{Board: Live})
	if c := l.at("0002", "helse"); c.Level != Red || c.Text != "Legevakt stengt" || c.ReportedBy != "Bø v/ordfører" || !c.EventAt.Equal(since) {
		t.Errorf("with a time of its own: %+v", c)
	}
	c := l.at("0003", "helse")
	if c.Level != Yellow || c.ReportedBy != "Ås v/lege" || c.TextID.Revision != said || !c.EventAt.Equal(l.now.Add(-time.Hour-time.Second)) || c.By != "per" {
		t.Errorf("without one it is so since it was set: %+v", c)
	}
	p := l.picture(reader, Live)
	if was, ok := p.Reason(p.Row("0003"), p.Col("helse")); !ok || was.Text != "Få vikarer" || was.Revision != said {
		t.Errorf("the reason that was taken back is offered: %+v", was)
	}
}

// TestZ: one's own last change that was not undone, whoever came between, again
// and again; not the undo itself, nothing older than half a minute, and nothing
// that another has changed since.
func TestZ(t *testing.T) {
	l := started(t)
	l.set(leader, "0001", "helse", Yellow)
	l.later(time.Second).set(coLeader, "0003", "helse", Green)
	l.later(time.Second).set(leader, "0001", "helse", Red)
	l.later(time.Second).set(leader, "0002", "plan", Red)
	for i, want := range [][2]Level{{Red, NotAssessed}, {Yellow, NotAssessed}, {NotAssessed, NotAssessed}} {
		l.later(time.Second).do(leader, Undo{Board: Live})
		if got := [2]Level{l.at("0001", "helse").Level, l.at("0002", "plan").Level}; got != want {
			t.Fatalf("after Z number %d: %v, want %v", i+1, got, want)
		}
	}
	l.refused(leader, Undo{Board: Live}, "undo.none")
	if got := l.at("0003", "helse").Level; got != Green {
		t.Errorf("another's change is %s", got)
	}

	l.set(leader, "0001", "plan", Red)
	l.later(30*time.Second).do(leader, Undo{Board: Live})
	l.set(leader, "0001", "plan", Red)
	l.later(30*time.Second+time.Millisecond).refused(leader, Undo{Board: Live}, "undo.none")

	l.set(leader, "0002", "plan", Yellow)
	mine := l.later(time.Second).set(leader, "0002", "plan", Red)
	l.later(time.Second).set(coLeader, "0002", "plan", Green)
	l.refused(leader, Undo{Board: Live}, "undo.changed")
	l.refused(leader, Undo{Board: Live, Revision: mine}, "undo.changed")
}

// TestUndoneAndDoneAgain: an undo that was undone leaves the change as it was, to
// be undone once more.
func TestUndoneAndDoneAgain(t *testing.T) {
	l := started(t)
	set := l.set(leader, "0001", "helse", Yellow)
	undo := l.do(leader, Undo{Board: Live, Revision: set})
	l.refused(leader, Undo{Board: Live, Revision: set}, "undo.changed")
	again := l.do(leader, Undo{Board: Live, Revision: undo})
	l.refused(leader, Undo{Board: Live, Revision: undo}, "undo.changed")
	if got := l.at("0001", "helse").Level; got != Yellow {
		t.Fatalf("done again: %s", got)
	}
	l.do(leader, Undo{Board: Live})
	if c := l.at("0001", "helse"); c.Level != NotAssessed || c.Undoes != set {
		t.Errorf("and undone: %+v", c)
	}
	l.refused(leader, Undo{Board: Live, Revision: again}, "undo.changed")
}

// TestSameReason: the reason that was last said is said again by naming it, by anyone who
// reports now; a level that nobody gave a reason has none.
func TestSameReason(t *testing.T) {
	l := started(t)
	first := l.say("0002", "helse", Yellow, "Legevakt stengt", "Nettselskap")
	l.say("0002", "helse", Red, "", "")
	if c := l.at("0002", "helse"); c.Text != "" || c.ReportedBy != "" {
		t.Fatalf("a new level has %q, said by %q", c.Text, c.ReportedBy)
	}
	p := l.picture(leader, Live)
	if was, ok := p.Reason(p.Row("0002"), p.Col("helse")); !ok || was.Revision != first || was.ReportedBy != "Nettselskap" || was.Level != Yellow {
		t.Errorf("the reason before: %+v", was)
	}
	if _, ok := l.picture(boContact, Live).Reason(p.Row("0002"), p.Col("helse")); ok {
		t.Error("a municipality is offered it")
	}
	same := func(level Level, seen Revision) error {
		return l.try(leader, SetLevels{Board: Live, Meeting: "m1", ReportedBy: "Bø v/lege", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: level, Same: true, Seen: seen}}})
	}
	if err := same("", 0); err != nil { // ticked after the level, it is of the level that stands
		t.Fatal(err)
	}
	if c := l.at("0002", "helse"); c.Level != Red || c.Text != "Legevakt stengt" || c.TextID.Revision != first || c.ReportedBy != "Bø v/lege" || c.By != "kari" {
		t.Errorf("said again: %+v", c)
	}
	seen := l.s.Head().Revision
	wrote := l.do(coLeader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Yellow, Text: "Åpnet delvis"}}})
	if err := same(Green, seen); CodeOf(err) != Conflict || l.at("0002", "helse").Text != "Åpnet delvis" {
		t.Errorf("another wrote meanwhile, and was quoted or overwritten: %v, %+v", err, l.at("0002", "helse"))
	}
	seen = l.s.Head().Revision
	l.do(coLeader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Yellow}}})
	if was, _ := l.picture(leader, Live).Reason(p.Row("0002"), p.Col("helse")); was.Revision != seen {
		t.Errorf("who confirmed is told as who said why: %+v", was)
	}
	if err := same(Green, seen); err != nil || l.at("0002", "helse").Text != "Åpnet delvis" {
		t.Errorf("the reason is what it was: %v, %+v", err, l.at("0002", "helse"))
	}
	if err := l.try(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0003", Column: "helse", Level: Red, Same: true}}}); err != nil || l.at("0003", "helse").TextID != (TextID{}) {
		t.Errorf("where there is none: %v", err)
	}
	l.do(admin, texts.Redact{Texts: []TextID{{wrote, 0}}, Reason: "navn"})
	if err := same(Red, 0); err != nil || l.at("0002", "helse").Redacted || l.at("0002", "helse").TextID != (TextID{}) {
		t.Errorf("one that was taken out: %v, %+v", err, l.at("0002", "helse"))
	}
}

// TestReasonAlone: a reason without a level is for the level that stands, and is
// refused where that is another than its author saw.
func TestReasonAlone(t *testing.T) {
	l := started(t)
	saw := l.set(coLeader, "0002", "helse", Red)
	write := func(seen Revision) error {
		return l.try(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Text: "Legevakt stengt", Seen: seen}}})
	}
	if err := write(saw); err != nil || l.at("0002", "helse").Level != Red || l.at("0002", "helse").Text == "" {
		t.Errorf("%v, %+v", err, l.at("0002", "helse"))
	}
	if err := write(saw); err != nil {
		t.Errorf("one's own change came between: %v", err)
	}
	l.set(coLeader, "0002", "helse", Green)
	if e := new(Error); !errors.As(write(saw), &e) || e.Msg != "cell.stale" {
		t.Errorf("about another's level: %v", e)
	}
	if err := write(0); err != nil || l.at("0002", "helse").Level != Green {
		t.Errorf("a program that says not what it saw: %v", err)
	}
	if err := l.try(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0003", Column: "plan", Text: "Uten plan", Seen: saw}}}); CodeOf(err) != Conflict {
		t.Errorf("of a cell that nobody judged: %v", err)
	}
	l.refused(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0002", Column: "helse"}}}, "level.unknown")
}

// TestUndoOfAnothers: who judges an area of an edition undoes their own work, not
// what another did there; who edits the edition, and the lead of a meeting, does.
func TestUndoOfAnothers(t *testing.T) {
	l := started(t)
	l.do(editor, editions.Open{Board: "2031", Title: Words{NB: "2031"}, Catalogue: testCatalogue()})
	set := func(by Actor, level Level) Revision {
		p := l.picture(by, "2031")
		seen := p.Cell(p.Row("0001"), p.Col("helse")).Revision
		return l.do(by, SetLevels{Board: "2031", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: level, Seen: seen}}})
	}
	edited := set(editor, Red)
	l.refused(assessor, Undo{Board: "2031", Revision: edited}, "forbidden.undo_others")
	l.do(assessor, Undo{Board: "2031", Revision: set(assessor, Green)})
	judged := set(assessor, Green)
	l.do(editor, Undo{Board: "2031", Revision: judged})
	if got := l.level(editor, "2031", "0001", "helse"); got != Red {
		t.Errorf("after the editor's undo it is %s", got)
	}
	l.do(coLeader, Undo{Board: Live, Revision: l.set(leader, "0001", "plan", Red)})
}

// TestGivenBackIsAsOldAsItWas: on every kind of board a value that an undo brought back
// changed when it was set; what was left empty never changed.
func TestGivenBackIsAsOldAsItWas(t *testing.T) {
	l := started(t)
	l.do(editor, editions.Open{Board: "2023", Title: Words{NB: "2023"}, Catalogue: testCatalogue(), Map: testMap()})
	for _, board := range []BoardID{Live, "2023"} {
		by, meeting := editor, MeetingID("")
		if board == Live {
			by, meeting = leader, "m1"
		}
		cell := func() Cell {
			t.Helper()
			p := l.picture(editor, board)
			return p.Cell(p.Row("0001"), p.Col("helse"))
		}
		set := func(level Level) {
			l.later(time.Minute).do(by, SetLevels{Board: board, Meeting: meeting, Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: level, Seen: cell().Revision}}})
		}
		set(Yellow)
		first := l.now
		set(Red)
		l.later(time.Second).do(by, Undo{Board: board, Meeting: meeting})
		if c := cell(); c.Level != Yellow || !c.ChangedAt().Equal(first) {
			t.Errorf("%s: %s changed at %s, want %s", board, c.Level, c.ChangedAt(), first)
		}
		l.later(time.Second).do(by, SetLevels{Board: board, Meeting: meeting, Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Red}}})
		l.later(time.Second).do(by, Undo{Board: board, Meeting: meeting})
		if c := l.picture(editor, board).Cell(l.picture(editor, board).Row("0002"), l.picture(editor, board).Col("helse")); !c.ChangedAt().IsZero() {
			t.Errorf("%s: what is empty again changed at %s", board, c.ChangedAt())
		}
	}
}

// TestZAfterNoChange: "no change" is not taken back, and Z never takes the change before
// it in its stead. A later change is taken back as ever, and the earlier one by its name.
func TestZAfterNoChange(t *testing.T) {
	l := started(t)
	before := l.set(leader, "0001", "helse", Red)
	l.later(time.Second).do(leader, rollcall.ReportNoChange{Meeting: "m1", Municipalities: []MunicipalityID{"0002"}})
	l.refused(leader, Undo{Board: Live}, "undo.confirmed")
	l.set(leader, "0003", "plan", Yellow)
	l.do(leader, Undo{Board: Live})
	l.refused(leader, Undo{Board: Live}, "undo.confirmed")
	if got := l.at("0001", "helse").Level; got != Red {
		t.Errorf("the change before it is %s", got)
	}
	l.set(coLeader, "0003", "plan", Red)
	l.do(coLeader, Undo{Board: Live}) // another's word binds nobody
	l.do(leader, Undo{Board: Live, Revision: before})
	l.later(31*time.Second).refused(leader, Undo{Board: Live}, "undo.none")
}
