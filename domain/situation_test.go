package domain_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/typed"
)

func situationCatalogue() Catalogue {
	c := testCatalogue()
	function := func(id ColumnID, name string, hours int) Column {
		return Column{ID: id, Kind: ColumnFunction, Version: 1, Name: Words{NB: name}, Short: Words{NB: name}, StaleAfter: hours}
	}
	c.Columns = append(c.Columns, function("strom", "Strøm", 4), function("personell", "Personell", 12))
	return c
}

func inStorm(t testing.TB) *line {
	l := started(t)
	l.do(leader, OpenSituation{Board: "storm", Title: "Storm", Catalogue: situationCatalogue(), Map: testMap()})
	l.do(leader, OpenMeeting{ID: "s1", Board: "storm", Kind: MeetingPreparedness, Title: "Storm, møte 1", Invited: []MunicipalityID{"0002"}})
	return l
}

func TestSituationHasItsOwnScale(t *testing.T) {
	l := inStorm(t)
	set := func(c ColumnID, level Level) error {
		return l.try(leader, SetLevels{Board: "storm", Meeting: "s1", Cells: []CellEdit{{Municipality: "0001", Column: c, Level: level}}})
	}
	for _, c := range []struct {
		column ColumnID
		level  Level
		want   Code
	}{{"strom", Critical, ""}, {"strom", Red, Invalid}, {"helse", Critical, Invalid}, {"strom", NotAssessed, ""}, {"strom", Withheld, Invalid}} {
		if err := set(c.column, c.level); CodeOf(err) != c.want {
			t.Errorf("%s %s: %v", c.column, c.level, err)
		}
	}
	if got := l.level(reader, Live, "0001", "helse"); got != NotAssessed {
		t.Errorf("the situation changed the live picture: %s", got)
	}
	if _, ok := PictureOf(l.s, AudienceOf(l.s, nobody, "storm", l.now), "storm", l.now); ok {
		t.Error("the public sees a situation")
	}
	if _, ok := PictureOf(l.s, AudienceOf(l.s, asContact, "storm", l.now), "storm", l.now); ok {
		t.Error("a municipality that is not invited sees a situation")
	}
}

func TestSituationIsClosed(t *testing.T) {
	l := inStorm(t)
	if err := l.try(leader, CloseBoard{"storm"}); CodeOf(err) != Conflict {
		t.Errorf("with a meeting open: %v", err)
	}
	l.do(leader, CloseMeeting{Meeting: "s1"})
	l.do(leader, CloseBoard{"storm"})
	if b := l.picture(reader, "storm").Board(); b.Phase != PhaseClosed || b.ClosedAt.IsZero() {
		t.Errorf("board %+v", b)
	}
	if err := l.try(leader, OpenMeeting{ID: "s2", Board: "storm", Kind: MeetingPreparedness, Title: "x"}); CodeOf(err) != Forbidden {
		t.Errorf("a meeting on what is over: %v", err)
	}
	if _, ok := PictureOf(l.s, AudienceOf(l.s, Actor{ID: "v", Grants: []Grant{{Role: RoleScreen}}}, "storm", l.now), "storm", l.now); ok {
		t.Error("a wall still shows it")
	}
	if err := l.try(leader, CloseBoard{Live}); CodeOf(err) != Invalid {
		t.Errorf("the live picture was closed: %v", err)
	}
	if err := l.try(editor, CloseBoard{"2022"}); err == nil {
		t.Error("an edition was closed")
	}
}

// TestOpenNow: what a screen shows that follows what goes on.
func TestOpenNow(t *testing.T) {
	l := started(t)
	want := func(board BoardID, when string) {
		t.Helper()
		if got := l.s.OpenNow(); got != board {
			t.Errorf("%s: %s, want %s", when, got, board)
		}
	}
	open := func(board BoardID, meeting MeetingID) {
		t.Helper()
		l.do(leader, OpenMeeting{ID: meeting, Board: board, Kind: MeetingPreparedness, Title: "Møte"})
	}
	want(Live, "nothing goes on")
	l.do(leader, OpenSituation{Board: "storm", Title: "Storm", Catalogue: situationCatalogue(), Map: testMap()})
	l.do(leader, OpenSituation{Board: "flom", Title: "Flom", Catalogue: situationCatalogue(), Map: testMap()})
	l.do(leader, OpenSituation{Board: "ovelse", Title: "Øvelse", Exercise: true, Catalogue: situationCatalogue(), Map: testMap()})
	want(Live, "situations without a meeting")
	open("storm", "s1")
	want("storm", "one meeting")
	open("flom", "f1")
	want("flom", "the newest of two")
	open("ovelse", "o1")
	open(Live, "m9")
	want("flom", "an exercise and a meeting on the live picture besides")
	l.do(leader, CloseMeeting{Meeting: "f1"})
	want("storm", "the newer one is over")
	l.do(leader, CloseMeeting{Meeting: "s1"})
	want(Live, "all are over but the exercise's")
}

func TestStaleByTheClockAlone(t *testing.T) {
	l := inStorm(t)
	at := l.now
	l.do(leader, SetLevels{Board: "storm", Meeting: "s1", Cells: []CellEdit{
		{Municipality: "0001", Column: "strom", Level: Critical}, {Municipality: "0001", Column: "personell", Level: Strained},
	}})
	stale := func(now time.Time, c ColumnID) bool {
		p, ok := PictureOf(l.s, Audience{Kind: AudienceStaff}, "storm", now)
		if !ok {
			t.Fatal("no picture")
		}
		return p.Stale(p.Row("0001"), p.Col(c))
	}
	four := at.Add(4 * time.Hour)
	if stale(four.Add(-time.Second), "strom") || !stale(four, "strom") || stale(four, "personell") {
		t.Error("the limit of four hours")
	}
	if next := l.s.NextChange("storm", at); !next.Equal(four) {
		t.Errorf("next change %s, want %s", next, four)
	}
	if next := l.s.NextChange("storm", four); !next.Equal(at.Add(12 * time.Hour)) {
		t.Errorf("then %s", next)
	}
	l.later(3*time.Hour).do(leader, rollcall.ReportNoChange{Meeting: "s1", Municipalities: []MunicipalityID{"0001"}})
	if stale(four, "strom") || !stale(at.Add(7*time.Hour), "strom") {
		t.Error("«ingen endring» does not confirm")
	}
	if got := l.level(reader, "storm", "0001", "strom"); got != Critical {
		t.Errorf("the level changed with its age: %s", got)
	}
}

func TestFigures(t *testing.T) {
	l := inStorm(t)
	set := func(m MunicipalityID, kind figures.Kind, v int64, source string) {
		t.Helper()
		l.later(time.Minute).do(leader, figures.Tell{Meeting: "s1", Figures: []figures.Edit{{
			Municipality: m, Column: "strom", Figure: kind, Value: v, Source: typed.Of(source), Certainty: figures.Estimated,
		}}})
	}
	all := []MunicipalityID{"0002", "0003", "0001"}
	set("0001", figures.WithoutPower, 1000, "Nettselskapet")
	set("0001", figures.WithoutPower, 1200, "Nettselskapet") // newer, same source
	set("0002", figures.WithoutPower, 50, "Nettselskapet")
	set("0003", figures.WithoutPower, 10, "Nettselskapet")
	set("0003", figures.WithoutPower, 12, "Kommunen") // differs: a sum from 1260 to 1262
	set("0001", figures.FuelHours, 8, "Kommunen")
	p := l.picture(reader, "storm")
	if n := len(figures.Of(p)); n != 5 {
		t.Errorf("%d figures, want 5", n)
	}
	sums := figures.Sums(p, all)
	if len(sums) != 2 {
		t.Fatalf("sums %+v", sums)
	}
	if s := sums[0]; s.Kind != figures.WithoutPower || s.Low != 1260 || s.High != 1262 || s.Reported != 3 || s.Most != 2 || !slices.Equal(s.Differ, []MunicipalityID{"0003"}) || s.Oldest.IsZero() {
		t.Errorf("without power: %+v", s)
	}
	if s := sums[1]; s.Kind != figures.FuelHours || s.Sums || s.High != 0 || s.Reported != 1 {
		t.Errorf("hours of fuel were added: %+v", s)
	}
	if s := figures.Sums(p, []MunicipalityID{"0002"}); len(s) != 1 || s[0].Low != 50 || s[0].High != 50 {
		t.Errorf("of one municipality: %+v", s)
	}
	set("0002", figures.WithoutPower, 50, "Kommunen") // agrees
	set("0003", figures.WithoutPower, 900, "Politiet")
	set("0003", figures.WithoutPower, 0, "Naboen")
	if s := figures.Sums(l.picture(reader, "storm"), all)[0]; s.Low != 1250 || s.High != 2150 || s.Reported != 3 || s.Most != 4 || len(s.Differ) != 1 {
		t.Errorf("with more sources: %+v", s)
	}
	two := figures.Tell{Meeting: "s1"}
	for _, c := range []ColumnID{"personell", "strom"} {
		two.Figures = append(two.Figures, figures.Edit{Municipality: "0001", Column: c, Figure: figures.PopulationShare, Value: 100, Source: "Kommunen", Certainty: figures.Confirmed})
	}
	two.Figures[1].Figure, two.Figures[1].Value = figures.Evacuated, 10_000_000
	l.do(leader, two)
	var order []string
	for _, f := range figures.Of(l.picture(reader, "storm")) {
		order = append(order, fmt.Sprintf("%s %s %d %s", f.Municipality, f.Column, f.Value, f.Source))
	}
	if want := []string{
		"0002 strom 50 Nettselskapet", "0002 strom 50 Kommunen", "0003 strom 10 Nettselskapet", "0003 strom 12 Kommunen", "0003 strom 900 Politiet", "0003 strom 0 Naboen",
		"0001 strom 1200 Nettselskapet", "0001 strom 8 Kommunen", "0001 strom 10000000 Kommunen", "0001 personell 100 Kommunen",
	}; !slices.Equal(order, want) {
		t.Errorf("the figures are\n%s", strings.Join(order, "\n"))
	}
	for name, n := range map[string]int{"none": 0, "too many": MaxCells + 1} {
		if err := l.try(leader, figures.Tell{Meeting: "s1", Figures: slices.Repeat(two.Figures[:1], n)}); CodeOf(err) != Invalid {
			t.Errorf("%s at once: %v", name, err)
		}
	}
	if _, err := Decide(l.s, leader, figures.Tell{Meeting: "s1", Figures: slices.Repeat(two.Figures[:1], MaxCells)}, l.now); err != nil {
		t.Errorf("as many as may be: %v", err)
	}
	for name, f := range map[string]figures.Edit{
		"too much":        {Municipality: "0001", Column: "strom", Figure: figures.Evacuated, Value: 10_000_001, Source: "x", Certainty: figures.Confirmed},
		"a long source":   {Municipality: "0001", Column: "strom", Figure: figures.Evacuated, Value: 1, Source: typed.Of(strings.Repeat("x", 201)), Certainty: figures.Confirmed},
		"negative":        {Municipality: "0001", Column: "strom", Figure: figures.Evacuated, Value: -1, Source: "x", Certainty: figures.Confirmed},
		"over 100 %":      {Municipality: "0001", Column: "strom", Figure: figures.PopulationShare, Value: 101, Source: "x", Certainty: figures.Confirmed},
		"no source":       {Municipality: "0001", Column: "strom", Figure: figures.Evacuated, Value: 1, Certainty: figures.Confirmed},
		"no certainty":    {Municipality: "0001", Column: "strom", Figure: figures.Evacuated, Value: 1, Source: "x"},
		"unknown kind":    {Municipality: "0001", Column: "strom", Figure: "kyr", Value: 1, Source: "x", Certainty: figures.Confirmed},
		"not a function":  {Municipality: "0001", Column: "helse", Figure: figures.Evacuated, Value: 1, Source: "x", Certainty: figures.Confirmed},
		"as of tomorrow":  {Municipality: "0001", Column: "strom", Figure: figures.Evacuated, Value: 1, Source: "x", Certainty: figures.Confirmed, AsOf: Moment{Time: l.now.Add(time.Hour)}},
		"as of last year": {Municipality: "0001", Column: "strom", Figure: figures.Evacuated, Value: 1, Source: "x", Certainty: figures.Confirmed, AsOf: Moment{Time: l.now.Add(-365 * 24 * time.Hour)}},
	} {
		if err := l.try(leader, figures.Tell{Meeting: "s1", Figures: []figures.Edit{f}}); CodeOf(err) != Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := l.try(leader, figures.Tell{Meeting: "m1", Figures: []figures.Edit{{Municipality: "0001", Column: "helse", Figure: figures.Evacuated, Source: "x", Certainty: figures.Confirmed}}}); CodeOf(err) != Invalid {
		t.Errorf("figures on the live picture: %v", err)
	}
}

func TestAssistance(t *testing.T) {
	l := inStorm(t)
	l.do(leader, assistance.Ask{Meeting: "s1", ID: "b1", Municipality: "0001", Of: "Sivilforsvaret", What: "To aggregat"})
	l.do(leader, assistance.Move{Board: "storm", ID: "b1", State: assistance.Granted, Note: "Fremme kl. 15"})
	got := assistance.Of(l.picture(reader, "storm"))
	if len(got) != 1 || got[0].State != assistance.Granted || got[0].Note != "Fremme kl. 15" || got[0].Of != "Sivilforsvaret" || got[0].Moved == nil {
		t.Errorf("got %+v", got)
	}
	for name, c := range map[string]struct {
		cmd  Command
		want Code
	}{
		"same state":   {assistance.Move{Board: "storm", ID: "b1", State: assistance.Granted}, Conflict},
		"no state":     {assistance.Move{Board: "storm", ID: "b1", State: "kanskje"}, Invalid},
		"unknown":      {assistance.Move{Board: "storm", ID: "b9", State: assistance.Done}, NotFound},
		"asked twice":  {assistance.Ask{Meeting: "s1", ID: "b1", Municipality: "0001", Of: "x", What: "y"}, Conflict},
		"of nobody":    {assistance.Ask{Meeting: "s1", ID: "b2", Municipality: "0001", What: "y"}, Invalid},
		"for nothing":  {assistance.Ask{Meeting: "s1", ID: "b2", Municipality: "0001", Of: "x"}, Invalid},
		"for a ghost":  {assistance.Ask{Meeting: "s1", ID: "b2", Municipality: "0009", Of: "x", What: "y"}, Invalid},
		"by a contact": {assistance.Ask{Meeting: "s1", ID: "b2", Municipality: "0002", Of: "x", What: "y"}, NotFound},
	} {
		by := leader
		if name == "by a contact" {
			by = asContact
		}
		if err := l.try(by, c.cmd); CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestExerciseTouchesNothingReal(t *testing.T) {
	l := started(t)
	l.do(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Yellow, Text: "Vikar"}}})
	real := l.picture(reader, Live)
	rev, lines := real.Board().Revision, len(real.Log(0, 0))
	l.do(leader, OpenExercise{Board: "ovelse-1", Title: "Øvelse høst", From: Live})
	l.do(leader, OpenMeeting{ID: "o1", Board: "ovelse-1", Kind: MeetingPreparedness, Title: "Øvelse"})
	l.do(leader, SetLevels{Board: "ovelse-1", Meeting: "o1", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Red}, {Municipality: "0002", Column: "plan", Level: Red}}})
	p := l.picture(reader, "ovelse-1")
	if b := p.Board(); !b.Exercise || b.Kind != KindLive || p.Level(p.Row("0001"), p.Col("helse")) != Red {
		t.Errorf("exercise %+v", b)
	}
	if h := p.History(p.Row("0001"), p.Col("helse")); len(h) != 2 || h[0].Level != Yellow || h[0].Text != "Vikar" {
		t.Errorf("the copy's history %+v", h)
	}
	if base, ok := p.Base(); !ok || base.Level(base.Row("0001"), base.Col("helse")) != Red {
		t.Error("the exercise has no edition under it")
	}
	real = l.picture(reader, Live)
	if real.Board().Revision != rev || len(real.Log(0, 0)) != lines || real.Level(real.Row("0001"), real.Col("helse")) != Yellow {
		t.Error("the exercise touched the live picture")
	}
	if err := l.try(leader, SetLevels{Board: Live, Meeting: "o1", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Red}}}); CodeOf(err) != Invalid {
		t.Errorf("the exercise's meeting set a real level: %v", err)
	}
	if err := l.try(leader, suggestion.Suggest{Meeting: "o1", Municipality: "0001", Column: "helse", Text: "x"}); CodeOf(err) != Invalid {
		t.Errorf("an exercise suggested to an edition: %v", err)
	}
	l.do(leader, CloseMeeting{Meeting: "o1", Unexplained: true})
	l.do(leader, CloseBoard{"ovelse-1"})
	if b := l.picture(reader, Live).Board(); b.Phase != PhaseMeeting || b.Exercise {
		t.Errorf("after the exercise the live picture is %+v", b)
	}
}

// TestExerciseKeepsTheAgeOfLevels: a copy is no confirmation. What was old is old in the
// exercise too, and each level tells since when it is so.
func TestExerciseKeepsTheAgeOfLevels(t *testing.T) {
	l := started(t)
	since := l.now
	for _, m := range []MunicipalityID{"0001", "0002"} {
		l.set(leader, m, "helse", Yellow)
	}
	l.later(time.Hour).do(leader, rollcall.ReportNoChange{Meeting: "m1", Municipalities: []MunicipalityID{"0002"}})
	held := l.now
	l.later(StaleAfterUntold*time.Hour-time.Minute).do(leader, OpenExercise{Board: "ovelse-1", Title: "Øvelse", From: Live})
	p := l.picture(reader, "ovelse-1")
	col := p.Col("helse")
	for m, at := range map[MunicipalityID]time.Time{"0001": since, "0002": held} {
		row := p.Row(m)
		if c := p.Cell(row, col); !c.EventAt.Equal(since) || !p.Held(row, col).Equal(at) || c.Stale != (m == "0001") {
			t.Errorf("%s is so since %s, held %s, must be confirmed: %v", m, c.EventAt, p.Held(row, col), c.Stale)
		}
	}
	l.do(leader, OpenMeeting{ID: "o1", Board: "ovelse-1", Kind: MeetingPreparedness, Title: "Øvelse"})
	l.do(leader, SetLevels{Board: "ovelse-1", Meeting: "o1", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Red}}})
	l.do(leader, Undo{Board: "ovelse-1", Meeting: "o1"})
	if p := l.picture(reader, "ovelse-1"); !p.Stale(p.Row("0001"), col) {
		t.Error("an undo made the copied level new")
	}
}

func TestSuggestionChangesNoEdition(t *testing.T) {
	l := started(t)
	before := l.picture(reader, "2022").Board().Revision
	l.do(leader, suggestion.Suggest{Meeting: "m1", Municipality: "0001", Column: "helse", Text: "Sårbar i ferier"})
	if l.picture(reader, "2022").Board().Revision != before {
		t.Error("a suggestion touched the edition")
	}
	if got := suggestion.Of(l.picture(reader, Live)); len(got) != 1 || got[0].Text != "Sårbar i ferier" {
		t.Errorf("suggestions %+v", got)
	}
	if got := suggestion.Of(l.picture(boContact, Live)); got != nil {
		t.Errorf("a municipality sees %+v", got)
	}
}
