package domain_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/typed"
)

func ref(m MunicipalityID, c ColumnID) []CellRef { return []CellRef{{m, c}} }

// whole marks all there is of a cell.
func whole(b BoardID, m MunicipalityID, c ColumnID) MarkCells {
	return MarkCells{Board: b, Cells: ref(m, c), Fields: []Field{FieldLevel, FieldText}, Basis: "offl-24-3", Reason: "Sårbarhet"}
}

func TestWhoMayMark(t *testing.T) {
	l := started(t)
	idle := started(t)
	idle.do(leader, CloseMeeting{Meeting: "m1"})
	for _, c := range []struct {
		name string
		l    *line
		by   Actor
		cmd  Command
		code Code
		msg  string
	}{
		{"approver, own area", l, approver, whole("2022", "0001", "helse"), "", ""},
		{"approver, own area's indicator", l, approver, whole("2022", "0001", "leger"), "", ""},
		{"approver, another area", l, approver, whole("2022", "0001", "plan"), Forbidden, "forbidden.area"},
		{"approver, live", l, approver, whole(Live, "0001", "helse"), "", ""},
		{"editor, published", l, editor, whole("2022", "0001", "plan"), "", ""},
		{"editor, live", l, editor, whole(Live, "0001", "plan"), "", ""},
		{"admin", l, admin, whole("2022", "0001", "plan"), "", ""},
		{"lead in a meeting", l, leader, whole(Live, "0001", "plan"), "", ""},
		{"lead without one", idle, leader, whole(Live, "0001", "plan"), Forbidden, "forbidden.mark"},
		{"lead, edition", l, leader, whole("2022", "0001", "plan"), Forbidden, "forbidden.mark"},
		{"reader", l, reader, whole("2022", "0001", "plan"), Forbidden, "forbidden.mark"},
		{"assessor, own area", l, assessor, whole("2022", "0001", "helse"), Forbidden, "forbidden.mark"},
		{"municipality, its own", l, boContact, whole(Live, "0002", "plan"), Forbidden, "forbidden.mark"},
		{"municipality, not invited", l, asContact, whole(Live, "0003", "plan"), NotFound, "board.unknown"},
		{"screen", l, screen, whole(Live, "0001", "plan"), Forbidden, "forbidden.mark"},
		{"nobody", l, nobody, whole(Live, "0001", "plan"), NotFound, "board.unknown"},
		{"unknown board", l, editor, whole("2099", "0001", "plan"), NotFound, "board.unknown"},
		{"unknown row", l, editor, whole(Live, "0009", "plan"), Invalid, "municipality.unknown"},
		{"not judged", l, editor, whole(Live, "0001", "leger"), Invalid, "column.unknown"},
		{"level alone", l, editor, MarkCells{Board: Live, Cells: ref("0001", "plan"), Fields: []Field{FieldLevel}, Basis: "offl-13", Reason: "x"}, Invalid, "marking.level_alone"},
		{"figures, live", l, editor, MarkCells{Board: Live, Cells: ref("0001", "plan"), Fields: []Field{FieldFigures}, Basis: "offl-13", Reason: "x"}, Invalid, "marking.field"},
		{"no field", l, editor, MarkCells{Board: Live, Cells: ref("0001", "plan"), Basis: "offl-13", Reason: "x"}, Invalid, "marking.fields"},
		{"no cell", l, editor, MarkCells{Board: Live, Fields: []Field{FieldText}, Basis: "offl-13", Reason: "x"}, Invalid, "cells.count"},
		{"no such rule", l, editor, MarkCells{Board: Live, Cells: ref("0001", "plan"), Fields: []Field{FieldText}, Basis: "offl-99", Reason: "x"}, Invalid, "marking.basis"},
		{"no reason", l, editor, MarkCells{Board: Live, Cells: ref("0001", "plan"), Fields: []Field{FieldText}, Basis: "offl-13"}, Invalid, "reason.missing"},
		{"lift what is not marked", l, editor, LiftMarking{Board: Live, Cells: ref("0001", "plan"), Reason: "x"}, Conflict, "marking.none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decide(c.l.s, c.by, c.cmd, c.l.now)
			var e *Error
			if c.msg == "" && err != nil || c.msg != "" && (!errors.As(err, &e) || e.Code != c.code || e.Msg != c.msg) {
				t.Errorf("%v, want %s %s", err, c.code, c.msg)
			}
		})
	}
}

// TestWhoLiftsAMarking: whoever may mark, with a reason; a marking that is not there
// is told, and nothing else of it.
func TestWhoLiftsAMarking(t *testing.T) {
	l := started(t)
	l.do(editor, whole(Live, "0001", "plan"))
	lift := func(m MunicipalityID, reason typed.Text) LiftMarking {
		return LiftMarking{Board: Live, Cells: ref(m, "plan"), Reason: reason}
	}
	for name, c := range map[string]struct {
		by   Actor
		cmd  LiftMarking
		want string
	}{
		"editor": {editor, lift("0001", "x"), ""}, "lead": {leader, lift("0001", "x"), ""},
		"reader": {reader, lift("0001", "x"), "forbidden.mark"}, "assessor": {assessor, lift("0001", "x"), "forbidden.mark"},
		"municipality": {boContact, lift("0001", "x"), "forbidden.mark"}, "screen": {screen, lift("0001", "x"), "forbidden.mark"},
		"approver of another area": {approver, lift("0001", "x"), "forbidden.area"}, "nobody": {nobody, lift("0001", "x"), "board.unknown"},
		"no reason": {editor, lift("0001", ""), "reason.missing"}, "a reason too long": {editor, lift("0001", typed.Of(strings.Repeat("x", 2001))), "text.long"},
		"a row that is not there": {editor, lift("0009", "x"), "municipality.unknown"}, "no cell": {editor, LiftMarking{Board: Live, Reason: "x"}, "cells.count"},
		"another cell": {editor, lift("0002", "x"), "marking.none"},
	} {
		_, err := Decide(l.s, c.by, c.cmd, l.now)
		var e *Error
		if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &e) || e.Msg != c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestMarkingReachesWhatIsPublished: at once, every version, history and time.
func TestMarkingReachesWhatIsPublished(t *testing.T) {
	l := started(t)
	before := l.picture(nobody, "2022").Board().Revision
	rev := l.later(time.Hour).do(approver, whole("2022", "0001", "helse"))
	at := noon.Add(90 * time.Minute)
	for _, c := range []struct {
		by    Actor
		level Level
		text  bool
	}{{nobody, Withheld, false}, {boContact, Withheld, false}, {reader, Red, true}, {Actor{ID: "al", Grants: []Grant{{Role: RoleMunicipality, Municipality: "0001"}}}, Red, true}} {
		now := l.picture(c.by, "2022")
		old, _ := now.Version(1)
		for name, p := range map[string]Picture{"now": now, "version 1": old, "then": now.At(at), "as of": now.AtRevision(old.Cut())} {
			row, col := p.Row("0001"), p.Col("helse")
			cell := p.Cell(row, col)
			if p.Level(row, col) != c.level || cell.Level != c.level || (cell.Text != "") != c.text || len(p.History(row, col)) > 0 != c.text {
				t.Errorf("%q, %s: %+v, history %v", c.by.ID, name, cell, p.History(row, col))
			}
			if m := cell.Marking; m == nil || m.Basis != "offl-24-3" || (m.Reason != "") != (c.by.ID == reader.ID) || (m.By != "") != (c.by.ID == reader.ID) {
				t.Errorf("%q, %s: marking %+v", c.by.ID, name, m)
			}
			if n := p.Count([]int{row}, []int{col}); n[c.level] != 1 {
				t.Errorf("%q, %s: counted as %v", c.by.ID, name, n)
			}
		}
		if now.Board().Revision < rev {
			t.Errorf("%q: revision %d after a marking at %d: a kept page would stay (before %d)", c.by.ID, now.Board().Revision, rev, before)
		}
	}
	// The live picture shows the edition beneath: its screens must follow.
	p := l.picture(screen, Live)
	base, _ := p.Base()
	if p.Board().Revision != rev || p.Veil() != rev || base.Level(base.Row("0001"), base.Col("helse")) != Withheld {
		t.Errorf("beneath the live picture: %+v, veil %d", p.Board().Revision, p.Veil())
	}
	l.do(editor, LiftMarking{Board: "2022", Cells: ref("0001", "helse"), Reason: "Ikke lenger sensitivt"})
	if got := l.level(nobody, "2022", "0001", "helse"); got != Red {
		t.Errorf("lifted: %s", got)
	}
}

// TestMarkingAnAreaCoversWhatLiesUnderIt: its indicators, in that municipality,
// unless somebody says not; and lifting it lifts those, and no other.
func TestMarkingAnAreaCoversWhatLiesUnderIt(t *testing.T) {
	withheld := func(l *line) (out []CellRef) {
		for _, m := range l.picture(nobody, "2022").Markings() {
			out = append(out, m.CellRef)
		}
		return out
	}
	is := func(l *line, what string, want ...CellRef) {
		t.Helper()
		if got := withheld(l); !slices.Equal(got, want) {
			t.Errorf("%s: %v withheld, want %v", what, got, want)
		}
	}
	area, under := CellRef{"0001", "helse"}, CellRef{"0001", "leger"}
	l := started(t)
	l.do(approver, whole("2022", "0001", "helse"))
	is(l, "an area", area, under)
	l.do(editor, LiftMarking{Board: "2022", Cells: []CellRef{area}, Reason: "x", Alone: true})
	is(l, "the area alone lifted", under)
	l.do(editor, whole("2022", "0001", "helse"))
	l.do(editor, LiftMarking{Board: "2022", Cells: []CellRef{area}, Reason: "x"})
	is(l, "an indicator with a marking of its own stays", under)
	l.do(editor, LiftMarking{Board: "2022", Cells: []CellRef{under}, Reason: "x"})

	alone := whole("2022", "0001", "helse")
	alone.Alone = true
	l.do(editor, alone)
	is(l, "the area alone", area)
	l.do(editor, whole("2022", "0001", "helse"))
	l.do(editor, MarkCells{Board: "2022", Cells: []CellRef{area}, Fields: []Field{FieldText}, Basis: "offl-13", Reason: "x"})
	p := l.picture(nobody, "2022")
	if got := p.Level(p.Row("0001"), p.Col("leger")); got == Withheld {
		t.Error("an indicator goes on with the marking that its area had")
	}
	l.do(editor, LiftMarking{Board: "2022", Cells: []CellRef{area}, Reason: "x"})
	is(l, "lifted")

	l.do(editor, MarkCells{Board: "2022", Cells: []CellRef{under}, Fields: []Field{FieldText}, Basis: "offl-13", Reason: "x"})
	l.do(editor, whole("2022", "0001", "helse"))
	if l.level(nobody, "2022", "0001", "leger") != Withheld {
		t.Error("an indicator whose text alone was marked is seen")
	}
	l.do(leader, whole(Live, "0001", "helse"))
	if n := len(l.picture(screen, Live).Markings()); n != 1 {
		t.Errorf("%d cells of the live picture, which judges areas", n)
	}
}

// TestUnderAMarkingNothingHappens: whose sight a marking blocks cannot tell a
// board on which its cell changes from one on which it does not.
func TestUnderAMarkingNothingHappens(t *testing.T) {
	quiet, busy := started(t), started(t)
	for _, l := range []*line{quiet, busy} {
		l.set(leader, "0001", "helse", Yellow)
		l.do(leader, whole(Live, "0001", "plan"))
	}
	mark := busy.s.Head().Revision
	first := busy.later(time.Minute).do(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0001", Column: "plan", Level: Red, Text: "x"}}})
	busy.later(time.Minute).set(leader, "0001", "plan", Green)
	quiet.now = busy.now
	for _, by := range []Actor{screen, boContact} {
		a, b := quiet.picture(by, Live), busy.picture(by, Live)
		if seen, want := facts(b), facts(a); seen != want {
			t.Errorf("%s sees\n%s\nof nothing\n%s", by.ID, seen, want)
		}
		if got := b.Touched(mark); len(got) > 0 || b.Board().Revision != mark || b.AtRevision(first).Board().Revision != mark {
			t.Errorf("%s: touched %v, at %d", by.ID, got, b.Board().Revision)
		}
	}
	if got := busy.picture(reader, Live); got.Board().Revision == mark || len(got.Touched(mark)) != 1 {
		t.Error("staff does not see it either")
	}
	// What a screen is told of the roll-call: that they have answered, not when.
	call := rollcall.Of(busy.picture(screen, Live), "m1")
	if e := call[2]; e.Municipality != "0001" || e.State != rollcall.Changed || e.Entry.Change.Column != "helse" {
		t.Errorf("roll-call %+v", e)
	}
	if e := rollcall.Of(busy.picture(boContact, Live), "m1"); len(e) != 1 || e[0].Municipality != "0002" {
		t.Errorf("a municipality is told the roll-call %+v", e)
	}
}

// TestWhatIsSaidUnderAMarkingIsSilent: a report, an action and what becomes of
// them are no news to whose sight the marking blocks, nor is what is for staff.
func TestWhatIsSaidUnderAMarkingIsSilent(t *testing.T) {
	l := started(t)
	own := Actor{ID: "al", Grants: []Grant{{Role: RoleMunicipality, Municipality: "0001"}}}
	cell := func(c ColumnID) []CellEdit {
		return []CellEdit{{Municipality: "0001", Column: c, Level: Red, Text: "x"}}
	}
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingPreparedness, Title: "Flom 2", Invited: []MunicipalityID{"0001", "0002"}, Reports: true})
	l.do(leader, whole(Live, "0001", "plan"))
	mark := l.s.Head().Revision
	hidden := l.later(time.Minute).do(own, rollcall.Propose{Meeting: "m2", Cells: cell("plan")})
	l.do(leader, rollcall.Settle{Meeting: "m2", Proposal: hidden})
	l.do(leader, actions.Add{Meeting: "m2", ID: "a1", Municipality: "0001", Column: "plan", Text: "x"})
	l.do(leader, actions.End{Board: Live, ID: "a1", Note: "x"})
	l.do(leader, suggestion.Suggest{Meeting: "m2", Municipality: "0001", Column: "helse", Text: "x"})
	for _, by := range []Actor{screen, boContact} {
		if p := l.picture(by, Live); p.Board().Revision != mark || len(p.Log(mark, 0)) > 0 {
			t.Errorf("%s hears %+v, up to %d of %d", by.ID, p.Log(mark, 0), p.Board().Revision, mark)
		}
	}
	if n := len(l.picture(reader, Live).Log(mark, 0)); n != 5 {
		t.Errorf("staff hears of %d", n)
	}
	if n := len(l.picture(own, Live).Log(mark, 0)); n != 4 {
		t.Errorf("their own contact hears of %d", n)
	}
	l.do(own, rollcall.Propose{Meeting: "m2", Cells: append(cell("plan"), cell("helse")...)})
	if n := len(l.picture(screen, Live).Log(mark, 0)); n != 1 {
		t.Errorf("of a report that is about another cell too, a screen hears %d", n)
	}
}

// facts is all that a picture says of its cells, log, revision.
func facts(p Picture) string {
	var b strings.Builder
	fmt.Fprintln(&b, p.Board().Revision)
	for row := range p.Catalogue().Municipalities {
		for col := range p.Catalogue().Columns {
			c := p.Cell(row, col)
			mark := c.Marking
			c.Marking = nil
			fmt.Fprintf(&b, "%+v %+v %v %v\n", c, mark, len(p.History(row, col)), p.Stale(row, col))
		}
	}
	for _, e := range p.Log(0, 0) {
		fmt.Fprintln(&b, e.Revision, e.At, e.Kind, e.Row, e.Col)
	}
	return b.String()
}

func TestExerciseKeepsMarkings(t *testing.T) {
	l := started(t)
	l.do(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0001", Column: "plan", Level: Red, Text: "Hemmelig"}}})
	l.do(leader, MarkCells{Board: Live, Cells: append(ref("0001", "plan"), CellRef{"0003", "helse"}), Fields: []Field{FieldLevel, FieldText}, Basis: "offl-21", Reason: "x"})
	l.do(leader, OpenExercise{Board: "ovelse", Title: "Øvelse", From: Live})
	p, _ := PictureOf(l.s, Audience{Kind: AudienceScreen}, "ovelse", l.now)
	if c := p.Cell(p.Row("0001"), p.Col("plan")); c.Level != Withheld || c.Text != "" || len(p.Markings()) != 2 {
		t.Errorf("the copy shows %+v", c)
	}
}

// TestMarkingReachesExercises: what is exempt from now on is so in the exercises
// that began with it, and nothing else of them is.
func TestMarkingReachesExercises(t *testing.T) {
	l := started(t)
	l.do(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{
		{Municipality: "0001", Column: "plan", Level: Red, Text: "hemmelig"}, {Municipality: "0002", Column: "plan", Level: Red, Text: "åpent"},
	}})
	l.do(leader, OpenExercise{Board: "ovelse", Title: "Øvelse", From: Live})
	l.do(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0001", Column: "plan", Level: Green, Text: "nytt"}}})
	screen := Actor{ID: "vegg", Grants: []Grant{{Role: RoleScreen}}}
	shown := func(m MunicipalityID) string {
		p := l.picture(screen, "ovelse")
		return p.Cell(p.Row(m), p.Col("plan")).Text
	}
	if shown("0001") != "hemmelig" {
		t.Fatalf("the exercise began with %q", shown("0001"))
	}
	mark := func(m MunicipalityID, c ColumnID) {
		l.do(editor, MarkCells{Board: Live, Cells: []CellRef{{m, c}}, Fields: []Field{FieldText}, Basis: "offl-21", Reason: "sikkerhet"})
	}
	mark("0001", "plan")
	mark("0003", "helse") // never copied
	if shown("0001") != "" || shown("0002") != "åpent" {
		t.Errorf("the exercise shows %q and %q", shown("0001"), shown("0002"))
	}
	if got := l.picture(screen, "ovelse").Markings(); len(got) != 1 {
		t.Errorf("%d cells of the exercise are marked", len(got))
	}
}

func TestFiguresUnderAMarking(t *testing.T) {
	l := started(t)
	l.do(leader, OpenSituation{Board: "storm", Title: "Storm", Catalogue: situationCatalogue(), Map: testMap()})
	l.do(leader, OpenMeeting{ID: "s1", Board: "storm", Kind: MeetingPreparedness, Title: "Storm", Invited: []MunicipalityID{"0002"}})
	figure := func(m MunicipalityID, n int64) Revision {
		return l.do(leader, figures.Tell{Meeting: "s1", Figures: []figures.Edit{{Municipality: m, Column: "strom", Figure: figures.WithoutPower, Value: n, Source: "Nettselskapet", Certainty: figures.Confirmed}}})
	}
	figure("0001", 1200)
	figure("0002", 30)
	l.do(leader, MarkCells{Board: "storm", Cells: ref("0001", "strom"), Fields: []Field{FieldFigures}, Basis: "offl-24-3", Reason: "x"})
	after := l.s.Head().Revision
	figure("0001", 1300)
	all := []MunicipalityID{"0001", "0002", "0003"}
	for _, c := range []struct {
		by       Actor
		total    int64
		withheld int
	}{{reader, 1330, 0}, {Actor{ID: "v", Grants: []Grant{{Role: RoleScreen}}}, 30, 1}, {boContact, 30, 1}} {
		p := l.picture(c.by, "storm")
		if sums := figures.Sums(p, all); sums[0].Low != c.total || sums[0].High != c.total || figures.Withheld(p, all) != c.withheld {
			t.Errorf("%s: %+v, %d withheld", c.by.ID, sums, figures.Withheld(p, all))
		}
		if told := len(p.Log(after, 0)) > 0; told != (c.by.ID == reader.ID) {
			t.Errorf("%s is told that a figure was set: %t", c.by.ID, told)
		}
	}
}

// TestNotesAndActionsUnderAMarking: what was said of a marked cell elsewhere
// does not say it again.
func TestNotesAndActionsUnderAMarking(t *testing.T) {
	l := started(t)
	rev := l.do(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0001", Column: "plan", Level: Red, Text: "Hemmelig"}}})
	l.do(leader, notes.Write{Meeting: "m1", ID: "n1", Text: "Hemmelig", About: rev})
	l.do(leader, notes.Write{Meeting: "m1", ID: "n2", Text: "Åpent"})
	l.do(leader, actions.Add{Meeting: "m1", ID: "a1", Municipality: "0001", Column: "plan", Text: "Hemmelig"})
	l.do(leader, actions.End{Board: Live, ID: "a1", Note: "Hemmelig"})
	l.do(leader, whole(Live, "0001", "plan"))
	l.do(leader, notes.Withdraw{Meeting: "m1", ID: "n1", Reason: "Hemmelig"})
	for _, by := range []Actor{screen, boContact} {
		p := l.picture(by, Live)
		said := fmt.Sprintf("%+v %+v", notes.Of(p, "m1"), actions.Of(p))
		if strings.Contains(said, "Hemmelig") || !strings.Contains(said, "Åpent") || !notes.Of(p, "m1")[1].Withheld {
			t.Errorf("%s: %s", by.ID, said)
		}
	}
	if p := l.picture(reader, Live); notes.Of(p, "m1")[1].Text != "Hemmelig" || actions.Of(p)[0].Text != "Hemmelig" || actions.Of(p)[0].Note != "Hemmelig" {
		t.Error("staff does not see it either")
	}
}

// TestMunicipalityLooksBackToItsInvitation: a contact sees the board as it is,
// and what happened since the first open meeting that invites it was opened.
func TestMunicipalityLooksBackToItsInvitation(t *testing.T) {
	l := started(t)
	l.do(leader, CloseMeeting{Meeting: "m1"})
	l.do(leader, OpenMeeting{ID: "m0", Board: Live, Kind: MeetingRegion, Title: "Uten dem"})
	l.later(time.Minute).do(leader, SetLevels{Board: Live, Meeting: "m0", Cells: []CellEdit{{Municipality: "0001", Column: "plan", Level: Yellow, Text: "før"}}})
	l.later(time.Minute).do(leader, SetLevels{Board: Live, Meeting: "m0", Cells: []CellEdit{{Municipality: "0001", Column: "plan", Level: Red, Text: "nå"}}})
	before := l.now
	first := l.later(time.Minute).do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingRegion, Title: "Med", Invited: []MunicipalityID{"0002"}})
	opened := l.now
	l.later(time.Minute).do(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingRegion, Title: "Med igjen", Invited: []MunicipalityID{"0002"}})
	l.later(time.Minute).do(leader, SetLevels{Board: Live, Meeting: "m3", Cells: []CellEdit{{Municipality: "0001", Column: "plan", Level: Green}}})

	p := l.picture(boContact, Live)
	row, col := p.Row("0001"), p.Col("plan")
	if at, rev := p.Begins(); !at.Equal(opened) || rev != first {
		t.Errorf("begins %s %d", at, rev)
	}
	if log := p.Log(0, 0); len(log) != 3 || log[0].Revision != first || len(p.Latest(100)) != 3 {
		t.Errorf("log %+v", log)
	}
	if h := p.History(row, col); len(h) != 1 || h[0].Level != Green || h[0].From != Red {
		t.Errorf("history %+v", h)
	}
	if c := p.At(opened).Cell(row, col); c.Level != Red || c.Text != "nå" {
		t.Errorf("when it was opened: %+v", c)
	}
	if got := p.At(before).Level(row, col); got != NotAssessed {
		t.Errorf("before that: %s", got)
	}
	if got := p.Touched(0); len(got) != 1 {
		t.Errorf("frames bring %v: a screen must get all it lacks", got)
	}
	if len(l.picture(reader, Live).History(row, col)) != 3 || l.picture(reader, Live).At(before).Level(row, col) != Red {
		t.Error("staff sees less")
	}
	l.do(leader, CloseMeeting{Meeting: "m2"})
	if _, rev := l.picture(boContact, Live).Begins(); rev != first+1 {
		t.Errorf("the other meeting was opened at %d, looks back to %d", first+1, rev)
	}
}

// TestNoPictureShowsWhatIsMarked: whatever is written and marked, in whatever
// order, no audience finds a marked text or level in anything a picture says.
func TestNoPictureShowsWhatIsMarked(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := started(t)
		l.do(editor, editions.OpenCorrection{Board: "2022", Reason: "x"})
		municipality := rapid.SampledFrom([]MunicipalityID{"0001", "0002", "0003"})
		column := rapid.SampledFrom([]ColumnID{"helse", "plan"})
		board := rapid.SampledFrom([]BoardID{Live, "2022"})
		type cell struct {
			b BoardID
			CellRef
		}
		texts, marks := map[cell][]string{}, map[cell][]Field{}
		for i := range rapid.IntRange(1, 30).Draw(rt, "steps") {
			at := cell{board.Draw(rt, "b"), CellRef{municipality.Draw(rt, "m"), column.Draw(rt, "c")}}
			switch rapid.IntRange(0, 5).Draw(rt, "what") {
			case 0, 1, 2:
				word := fmt.Sprintf("kanari%s%s%s%d", at.b, at.Municipality, at.Column, i)
				edit := CellEdit{Municipality: at.Municipality, Column: at.Column, Level: Red, Text: typed.Of(word)}
				cmd := SetLevels{Board: at.b, Cells: []CellEdit{edit}}
				by := editor
				if at.b == Live {
					cmd.Meeting, by = "m1", leader
				} else {
					p := l.picture(reader, "2022")
					cmd.Cells[0].Seen = p.Cell(p.Row(at.Municipality), p.Col(at.Column)).Revision
				}
				rev := l.do(by, cmd)
				texts[at] = append(texts[at], word)
				if at.b == Live && i%2 == 0 {
					l.do(leader, notes.Write{Meeting: "m1", ID: notes.ID(fmt.Sprint("n", i)), Text: typed.Of(word), About: rev})
					l.do(leader, actions.Add{Meeting: "m1", ID: actions.ID(fmt.Sprint("a", i)), Municipality: at.Municipality, Column: at.Column, Text: typed.Of(word)})
				}
			case 3:
				if err := l.try(editor, editions.Publish{Board: "2022", Note: "x"}); err == nil {
					l.do(editor, editions.OpenCorrection{Board: "2022", Reason: "x"})
				}
			case 4:
				cmd := whole(at.b, at.Municipality, at.Column)
				cmd.Fields = cmd.Fields[rapid.IntRange(0, 1).Draw(rt, "from"):]
				l.do(editor, cmd)
				marks[at] = cmd.Fields
			case 5:
				if marks[at] != nil {
					l.do(editor, LiftMarking{Board: at.b, Cells: []CellRef{at.CellRef}, Reason: "x"})
					delete(marks, at)
				}
			}
			l.later(time.Minute)
		}
		for _, by := range []Actor{nobody, boContact, asContact, screen, reader} {
			for _, id := range []BoardID{Live, "2022"} {
				p, ok := PictureOf(l.s, AudienceOf(l.s, by, id, l.now), id, l.now)
				if !ok {
					continue
				}
				head := l.s.Head().Revision
				for _, r := range []Revision{head, head * 2 / 3, head / 2, 4} {
					q := p.AtRevision(r)
					said := everything(q)
					for at, fields := range marks {
						if at.b != id || by.ID == reader.ID || p.Audience().Kind == AudienceMunicipality && p.Audience().Municipality == at.Municipality {
							continue
						}
						for _, word := range texts[at] {
							if strings.Contains(said, word) {
								rt.Fatalf("%q on %s at %d says %s", by.ID, id, r, word)
							}
						}
						if slices.Contains(fields, FieldLevel) && q.Level(q.Row(at.Municipality), q.Col(at.Column)) != Withheld {
							rt.Fatalf("%q on %s at %d sees a marked level", by.ID, id, r)
						}
					}
				}
			}
		}
	})
}

// everything is what all of a picture's methods say that take no or obvious
// arguments: one that is added is asked too.
func everything(p Picture) string {
	var b strings.Builder
	v := reflect.ValueOf(p)
	for i := range v.NumMethod() {
		m := v.Type().Method(i)
		var in []reflect.Value
		for j := 1; j < m.Type.NumIn(); j++ {
			switch t := m.Type.In(j); t {
			case reflect.TypeFor[MeetingID]():
				in = append(in, reflect.ValueOf(MeetingID("m1")))
			case reflect.TypeFor[[]MunicipalityID]():
				in = append(in, reflect.ValueOf([]MunicipalityID{"0001", "0002", "0003"}))
			default:
				in = append(in, reflect.Zero(t))
			}
		}
		switch m.Name {
		case "At", "AtRevision", "Version", "Published", "Base": // pictures, asked themselves
			continue
		case "Cell", "Level", "History", "Stale": // of every place
			for row := range p.Catalogue().Municipalities {
				for col := range p.Catalogue().Columns {
					in[0], in[1] = reflect.ValueOf(row), reflect.ValueOf(col)
					for _, out := range v.Method(i).Call(in) {
						fmt.Fprintf(&b, "%+v\n", out.Interface())
					}
				}
			}
			continue
		case "Latest":
			in[0] = reflect.ValueOf(1000)
		}
		for _, out := range v.Method(i).Call(in) {
			spell(&b, out.Interface())
		}
	}
	return b.String()
}

// spell writes a value with what its pointers lead to.
func spell(b *strings.Builder, v any) {
	fmt.Fprintf(b, "%+v\n", v)
	switch list := v.(type) {
	case []LogEntry:
		for _, e := range list {
			if e.Change != nil {
				fmt.Fprintf(b, "%+v\n", *e.Change)
			}
		}
	case []notes.Note:
		for _, n := range list {
			if n.About != nil {
				fmt.Fprintf(b, "%+v\n", *n.About)
			}
		}
	case []rollcall.Entry:
		for _, e := range list {
			if e.Entry.Change != nil {
				fmt.Fprintf(b, "%+v\n", *e.Entry.Change)
			}
		}
	}
}
