package domain_test

import (
	"fmt"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/editions"
)

// A made-up county of three municipalities in two regions, two areas and two
// indicators, and a line of records to try rules on.

var noon = time.Date(2022, 9, 2, 10, 0, 0, 0, time.UTC)

func testMap() *Map {
	square := func(i int) Shape { return Shape{Polygons: [][][]int{{{i}}}, Label: [2]int32{5, 5}} }
	return &Map{
		Attribution: "© Ingen",
		Arcs:        [][][2]int32{{{0, 0}, {0, 9}, {9, 9}, {0, 0}}, {{9, 0}, {9, 9}, {18, 9}, {9, 0}}, {{18, 0}, {18, 9}, {27, 9}, {18, 0}}},
		Shapes:      map[MunicipalityID]Shape{"0001": square(0), "0002": square(1), "0003": square(2)},
	}
}

func testCatalogue() Catalogue {
	area := func(id ColumnID, name string) Column {
		return Column{ID: id, Kind: ColumnArea, Version: 1, Name: Words{NB: name}, Short: Words{NB: name}}
	}
	indicator := func(id, area ColumnID, name string) Column {
		return Column{ID: id, Kind: ColumnIndicator, Area: area, Version: 1, Name: Words{NB: name}, Short: Words{NB: name}}
	}
	return Catalogue{
		County:  "Prøve",
		Office:  Words{NB: "Statsforvalteren i Prøve"},
		Regions: []Region{{"sor", "Sør", "Sør"}, {"nord", "Nord", "Nord"}},
		Municipalities: []Municipality{
			{ID: "0002", Name: "Bø", Region: "sor"},
			{ID: "0003", Name: "Ås", Region: "sor"},
			{ID: "0001", Name: "Alvdal", Region: "nord"},
		},
		Columns: []Column{
			area("helse", "Helse"), indicator("leger", "helse", "Leger"),
			area("plan", "Plan"), indicator("planalder", "plan", "Alder på plan"),
		},
		Map: testMap().Hash(),
	}
}

var (
	leader    = Actor{ID: "kari", Grants: []Grant{{Role: RoleLead}}}
	coLeader  = Actor{ID: "per", Grants: []Grant{{Role: RoleLead}}}
	reader    = Actor{ID: "lise", Grants: []Grant{{Role: RoleReader}}}
	editor    = Actor{ID: "ivar", Grants: []Grant{{Role: RoleEditor}}}
	assessor  = Actor{ID: "anne", Grants: []Grant{{Role: RoleAssessor, Areas: []ColumnID{"helse"}}}}
	approver  = Actor{ID: "odd", Grants: []Grant{{Role: RoleApprover, Areas: []ColumnID{"helse"}}}}
	boContact = Actor{ID: "bo", Grants: []Grant{{Role: RoleMunicipality, Municipality: "0002"}}}
	asContact = Actor{ID: "as", Grants: []Grant{{Role: RoleMunicipality, Municipality: "0003"}}}
	screen    = Actor{ID: "vegg", Grants: []Grant{{Role: RoleScreen, Scope: Live}}}
	admin     = Actor{ID: "drift", Grants: []Grant{{Role: RoleAdmin}}}
	nobody    = Actor{}
)

// line is a journal in the making: each do decides, seals and applies.
type line struct {
	t    testing.TB
	s    *State
	now  time.Time
	recs []Record
	salt byte
}

func newLine(t testing.TB) *line {
	return &line{t: t, s: NewState("epoke"), now: noon}
}

// try decides and applies, and returns what Decide said.
func (l *line) try(by Actor, cmd Command) error {
	l.t.Helper()
	events, err := Decide(l.s, by, cmd, l.now)
	if err != nil {
		return err
	}
	r, err := Seal(l.s.Head(), l.now, by.ID, RequestID(fmt.Sprint("r", len(l.recs))), events, func() Salt { l.salt++; return Salt{l.salt} })
	if err != nil {
		l.t.Fatalf("seal: %v", err)
	}
	next, err := l.s.Apply(r)
	if err != nil {
		l.t.Fatalf("apply: %v", err)
	}
	l.s, l.recs = next, append(l.recs, r)
	if err := next.Check(); err != nil {
		l.t.Fatalf("after %T: %v", cmd, err)
	}
	return nil
}

func (l *line) do(by Actor, cmd Command) Revision {
	l.t.Helper()
	if err := l.try(by, cmd); err != nil {
		l.t.Fatalf("%T: %v", cmd, err)
	}
	return l.s.Head().Revision
}

func (l *line) later(d time.Duration) *line {
	l.now = l.now.Add(d)
	return l
}

// started is a county with the live picture, a published edition 2022 under it,
// and an open meeting "m1" that invites 0002.
func started(t testing.TB) *line {
	l := newLine(t)
	l.do(editor, OpenLive{Catalogue: testCatalogue(), Map: testMap()})
	l.do(editor, editions.Open{Board: "2022", Title: Words{NB: "Kommunebilde 2022"}, Catalogue: testCatalogue()})
	l.do(editor, SetLevels{Board: "2022", Cells: []CellEdit{
		{Municipality: "0001", Column: "helse", Level: Red, Text: "Én av to lister uten lege.", Author: "I. Berg", Date: "2022-09-01"},
		{Municipality: "0002", Column: "plan", Level: Green},
	}})
	l.later(time.Hour).do(editor, editions.Publish{Board: "2022"})
	l.later(time.Hour).do(editor, ChangeBase{Edition: "2022"})
	l.later(time.Hour).do(leader, OpenMeeting{ID: "m1", Board: Live, Kind: MeetingPreparedness, Title: "Flom", Invited: []MunicipalityID{"0002"}})
	l.later(time.Minute)
	return l
}

func (l *line) set(by Actor, m MunicipalityID, c ColumnID, level Level) Revision {
	l.t.Helper()
	return l.do(by, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{Municipality: m, Column: c, Level: level}}})
}

func (l *line) picture(by Actor, b BoardID) Picture {
	l.t.Helper()
	p, ok := PictureOf(l.s, AudienceOf(l.s, by, b, l.now), b, l.now)
	if !ok {
		l.t.Fatalf("%s may not see %s", by.ID, b)
	}
	return p
}

func (l *line) level(by Actor, b BoardID, m MunicipalityID, c ColumnID) Level {
	l.t.Helper()
	p := l.picture(by, b)
	return p.Level(p.Row(m), p.Col(c))
}
