package domain_test

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/typed"
)

// heard is a meeting whose roll-call nobody has answered: the power company is on
// the office's list and takes part, the police are on the list, the Red Cross is a
// guest. 0002 was yellow before.
func heard(t testing.TB) *line {
	l := started(t)
	l.set(leader, "0002", "plan", Yellow)
	l.do(leader, CloseMeeting{Meeting: "m1", Unexplained: true})
	for id, name := range map[RegionalActorID]typed.Text{"nett": "Nettselskap", "politi": "Politiet"} {
		l.do(editor, actors.List{ID: id, Name: name})
	}
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingPreparedness, Title: "Flom 2", Invited: []MunicipalityID{"0002"}, Listed: []RegionalActorID{"nett"}, Actors: []typed.Text{"Røde Kors"}, Reports: true})
	return l.later(time.Minute)
}

func (l *line) entry(by Actor, m MunicipalityID) rollcall.Entry {
	roll := rollcall.Of(l.picture(by, Live), "m2")
	return roll[slices.IndexFunc(roll, func(e rollcall.Entry) bool { return e.Municipality == m })]
}

// TestWhoIsReportedAboutHasNotAnswered is the rule of the roll-call, line by line.
func TestWhoIsReportedAboutHasNotAnswered(t *testing.T) {
	set := func(by typed.Text, cells ...CellEdit) Command {
		return SetLevels{Board: Live, Meeting: "m2", ReportedBy: by, Cells: cells}
	}
	to := func(m MunicipalityID, c ColumnID, level Level) CellEdit {
		return CellEdit{Municipality: m, Column: c, Level: level}
	}
	red, same := to("0002", "plan", Red), to("0002", "plan", Yellow)
	spoken := func(s Spoke, by typed.Text, cells ...CellEdit) Command {
		return SetLevels{Board: Live, Meeting: "m2", ReportedBy: by, Spoke: s, Cells: cells}
	}
	type said struct {
		by  Actor
		cmd Command
	}
	for name, c := range map[string]struct {
		said  []said
		want  rollcall.State
		about []rollcall.Mention
	}{
		"the lead":                          {[]said{{leader, set("", red)}}, rollcall.Changed, nil},
		"the lead, on its word":             {[]said{{leader, set("Bø v/ordfører", red)}}, rollcall.Changed, nil},
		"several areas of it":               {[]said{{leader, set("", red, to("0002", "helse", Red))}}, rollcall.Changed, nil},
		"one area of it as it was":          {[]said{{leader, set("", to("0002", "helse", Red), same)}}, rollcall.Changed, nil},
		"several municipalities":            {[]said{{leader, set("Bø v/ordfører", red, to("0003", "plan", Red))}}, rollcall.NotReported, []rollcall.Mention{{By: "Bø", Times: 1}}},
		"several, nobody told":              {[]said{{leader, set("", red, to("0003", "plan", Red))}}, rollcall.NotReported, []rollcall.Mention{{By: "", Times: 1}}},
		"an actor of the meeting":           {[]said{{leader, set("Nettselskap", red)}}, rollcall.NotReported, []rollcall.Mention{{By: "Nettselskap", Times: 1}}},
		"somebody there":                    {[]said{{leader, set("nettselskap v/vakt", red, to("0002", "helse", Red))}}, rollcall.NotReported, []rollcall.Mention{{By: "nettselskap", Times: 1}}},
		"an actor of the list":              {[]said{{leader, set("Politiet", red)}}, rollcall.NotReported, []rollcall.Mention{{By: "Politiet", Times: 1}}},
		"a guest":                           {[]said{{leader, set("Røde Kors v/vakt", red)}}, rollcall.NotReported, []rollcall.Mention{{By: "Røde Kors", Times: 1}}},
		"an actor, as it was":               {[]said{{leader, set("Nettselskap", same)}}, rollcall.NotReported, []rollcall.Mention{{By: "Nettselskap", Times: 1}}},
		"an actor by id":                    {[]said{{leader, spoken("politi", "", red)}}, rollcall.NotReported, []rollcall.Mention{{By: "Politiet", Times: 1}}},
		"an actor, whoever it was":          {[]said{{leader, set("politiet, vakta", red)}}, rollcall.NotReported, []rollcall.Mention{{By: "politiet, vakta", Times: 1}}},
		"a guest by name":                   {[]said{{leader, set("Røde Kors Ola Nordmann", red)}}, rollcall.NotReported, []rollcall.Mention{{By: "Røde Kors Ola Nordmann", Times: 1}}},
		"another word":                      {[]said{{leader, set("Nettselskapet", red)}}, rollcall.Changed, nil},
		"another word, a mention":           {[]said{{leader, spoken(SpokeGuest, "Nettselskapet", red)}}, rollcall.NotReported, []rollcall.Mention{{By: "Nettselskapet", Times: 1}}},
		"another word, its answer":          {[]said{{leader, spoken(SpokeMunicipality, "Nettselskapet", red)}}, rollcall.Changed, nil},
		"a mention by nobody":               {[]said{{leader, spoken(SpokeNobody, "", red)}}, rollcall.NotReported, nil},
		"actors, and again":                 {[]said{{leader, set("Nettselskap", red)}, {leader, set("Politiet", same)}, {leader, set("Nettselskap", red)}}, rollcall.NotReported, []rollcall.Mention{{By: "Nettselskap", Times: 2}, {By: "Politiet", Times: 1}}},
		"an actor, then itself":             {[]said{{leader, set("Nettselskap", red)}, {leader, spoken(SpokeMunicipality, "Bø v/ordfører", same)}}, rollcall.Changed, []rollcall.Mention{{By: "Nettselskap", Times: 1}}},
		"yellow to yellow":                  {[]said{{leader, set("", same)}}, rollcall.NoChange, nil},
		"no change by the lead":             {[]said{{leader, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0003", "0002"}}}}, rollcall.NoChange, nil},
		"no change, then an actor":          {[]said{{leader, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}}}, {leader, set("Nettselskap", red)}}, rollcall.NoChange, []rollcall.Mention{{By: "Nettselskap", Times: 1}}},
		"its contact":                       {[]said{{boContact, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}}}}, rollcall.NoChange, nil},
		"its contact, waiting":              {[]said{{boContact, rollcall.Propose{Meeting: "m2", Cells: []CellEdit{red}}}}, rollcall.Reported, nil},
		"its contact, waiting after yellow": {[]said{{leader, set("", same)}, {boContact, rollcall.Propose{Meeting: "m2", Cells: []CellEdit{red}}}}, rollcall.Reported, nil},
		"its contact, then an actor":        {[]said{{boContact, rollcall.Propose{Meeting: "m2", Cells: []CellEdit{red}}}, {leader, set("Nettselskap", red)}}, rollcall.Reported, []rollcall.Mention{{By: "Nettselskap", Times: 1}}},
		"a reason alone":                    {[]said{{leader, set("", CellEdit{Municipality: "0002", Column: "plan", Text: "Vei stengt"})}}, rollcall.NotReported, nil},
		"a reason, told by the mayor":       {[]said{{leader, set("Bø v/ordfører", CellEdit{Municipality: "0002", Column: "plan", Text: "Vei stengt"})}}, rollcall.NoChange, nil},
		"a reason, told by an actor":        {[]said{{leader, set("Nettselskap", CellEdit{Municipality: "0002", Column: "plan", Text: "Vei stengt"})}}, rollcall.NotReported, []rollcall.Mention{{By: "Nettselskap", Times: 1}}},
	} {
		l := heard(t)
		for _, s := range c.said {
			l.do(s.by, s.cmd)
		}
		if got := l.entry(leader, "0002"); got.State != c.want || !slices.Equal(got.Mentioned, c.about) || got.Confirmed != nil {
			t.Errorf("%s: %s and %v, confirmed %v, want %s and %v", name, got.State, got.Mentioned, got.Confirmed, c.want, c.about)
		}
		wall := l.entry(screen, "0002")
		if n, want := len(wall.Mentioned), min(1, len(c.about)); wall.State != c.want || n != want || n > 0 && wall.Mentioned[0].By != "" {
			t.Errorf("%s: a wall sees %s and %v", name, wall.State, wall.Mentioned)
		}
	}
}

// TestProposalAnswersTakenOrNot: the contact's report is its answer while it
// waits, when it was left, and as the change that it became.
func TestProposalAnswersTakenOrNot(t *testing.T) {
	for _, take := range []bool{false, true} {
		l := heard(t)
		waiting := l.do(boContact, rollcall.Propose{Meeting: "m2", ReportedBy: "Bø v/vakt", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Red}}})
		if e := l.entry(leader, "0002"); e.State != rollcall.Reported || e.Revision != waiting || e.ReportedBy != "Bø v/vakt" || e.Entry.By != boContact.ID {
			t.Errorf("while it waits: %+v", e)
		}
		l.later(time.Minute).do(leader, rollcall.Settle{Meeting: "m2", Proposal: waiting, Take: take})
		events := l.recs[len(l.recs)-1].Events
		if set, ok := events[len(events)-1].(*LevelsSet); ok != take || take && set.Spoke != SpokeMunicipality {
			t.Errorf("taken %t: %+v", take, set)
		}
		want := map[bool]rollcall.State{false: rollcall.Reported, true: rollcall.Changed}[take]
		if e := l.entry(leader, "0002"); e.State != want || len(e.Mentioned) > 0 {
			t.Errorf("taken %t: %+v", take, e)
		}
	}
}

// TestMentionIsTakenBackWithItsChange: and a reason that is written at the end of
// the meeting makes nobody's answer.
func TestMentionIsTakenBackWithItsChange(t *testing.T) {
	l := heard(t)
	slip := l.do(leader, SetLevels{Board: Live, Meeting: "m2", ReportedBy: "Nettselskap", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Red}}})
	l.do(leader, Undo{Board: Live, Revision: slip})
	if e := l.entry(leader, "0002"); e.State != rollcall.NotReported || e.Mentioned != nil {
		t.Errorf("after it was taken back: %+v", e)
	}
	rev := l.do(leader, SetLevels{Board: Live, Meeting: "m2", ReportedBy: "Nettselskap", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Red}}})
	l.do(leader, GiveReasons{Meeting: "m2", Reasons: []ReasonGiven{{Municipality: "0002", Column: "plan", Seen: rev, Text: "Strøm borte"}}})
	if e := l.entry(leader, "0002"); e.State != rollcall.NotReported || !slices.Equal(e.Mentioned, []rollcall.Mention{{By: "Nettselskap", Times: 1}}) {
		t.Errorf("after its reason: %+v", e)
	}
}

// TestMentionUnderMarking: who does not see a cell is told of no report about it.
func TestMentionUnderMarking(t *testing.T) {
	l := heard(t)
	l.do(admin, MarkCells{Board: Live, Cells: []CellRef{{"0002", "plan"}}, Fields: []Field{FieldLevel, FieldText}, Basis: "offl-24-3", Reason: "x"})
	l.do(leader, SetLevels{Board: Live, Meeting: "m2", ReportedBy: "Nettselskap", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Red}}})
	if e := l.entry(screen, "0002"); e.State != rollcall.NotReported || e.Mentioned != nil {
		t.Errorf("a wall is told %+v", e)
	}
	if e := l.entry(leader, "0002"); len(e.Mentioned) != 1 {
		t.Errorf("the lead is told %+v", e)
	}
}

// TestOldMeetingKeepsItsRollCall: a meeting that was opened before the rule counts
// each change as the municipality's answer, as its minutes said.
func TestOldMeetingKeepsItsRollCall(t *testing.T) {
	l := heard(t)
	l.s.OldRoll("m2")
	l.do(leader, SetLevels{Board: Live, Meeting: "m2", ReportedBy: "Nettselskap", Cells: []CellEdit{
		{Municipality: "0001", Column: "plan", Level: Red}, {Municipality: "0002", Column: "plan", Level: Yellow},
	}})
	for _, m := range []MunicipalityID{"0001", "0002"} {
		if e := l.entry(leader, m); e.State != rollcall.Changed || e.Mentioned != nil {
			t.Errorf("%s: %+v", m, e)
		}
	}
	l.do(boContact, rollcall.Propose{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Red}}})
	if e := l.entry(leader, "0002"); e.State != rollcall.Changed || e.Confirmed != nil {
		t.Errorf("with a report that waits: %+v", e)
	}
	unheard := heard(t)
	unheard.s.OldRoll("m2")
	unheard.do(boContact, rollcall.Propose{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Red}}})
	if e := unheard.entry(leader, "0002"); e.State != rollcall.NotReported {
		t.Errorf("a report that waits was no answer then: %+v", e)
	}
	m, _ := goldenLineage(t).picture(reader, Live).Meeting("m1")
	if m.Roll != 0 {
		t.Errorf("a meeting of an old journal has rule %d", m.Roll)
	}
}

// TestSpokeIsChecked: a command that says whose word it is must not contradict who
// reported, nor name one who is not there.
func TestSpokeIsChecked(t *testing.T) {
	l := heard(t)
	l.do(editor, actors.List{ID: "vei", Name: "Statens vegvesen"})
	l.do(editor, actors.Unlist{ID: "vei"})
	cells := []CellEdit{{Municipality: "0002", Column: "plan", Level: Red}}
	for _, c := range []struct {
		spoke Spoke
		by    typed.Text
		msg   string
	}{
		{SpokeMunicipality, "Nettselskap", "spoke.reporter"},
		{SpokeNobody, "Røde Kors", "spoke.reporter"},
		{"nett", "Politiet", "spoke.reporter"},
		{SpokeGuest, "", "actor.unknown"},
		{SpokeGuest, "Nettselskap, vakta", "spoke.reporter"},
		{"vei", "", "actor.unknown"},
		{"ukjent", "", "actor.unknown"},
		{"nett", "Nettselskap v/vakt", ""},
		{"nett", "Ola Nordmann", ""},
		{SpokeGuest, "røde kors", ""},
		{SpokeGuest, "Nettselskapet", ""},
		{SpokeMunicipality, "Bø v/ordfører", ""},
	} {
		err := l.try(leader, SetLevels{Board: Live, Meeting: "m2", ReportedBy: c.by, Spoke: c.spoke, Cells: cells})
		var e *Error
		if c.msg == "" && err != nil || c.msg != "" && (!errors.As(err, &e) || e.Msg != c.msg || e.Field != "spoke") {
			t.Errorf("%q by %q: %v, want %q", c.spoke, c.by, err, c.msg)
		}
	}
	l.do(editor, actors.Unlist{ID: "nett"}) // it still takes part in the meeting
	l.do(leader, SetLevels{Board: Live, Meeting: "m2", ReportedBy: "Nettselskap", Cells: cells})
	if set, ok := l.recs[len(l.recs)-1].Events[0].(*LevelsSet); !ok || set.Spoke != "nett" {
		t.Errorf("one who was taken off the list: %+v", set)
	}
	l.do(leader, SetLevels{Board: Live, Meeting: "m2", ReportedBy: "Statens vegvesen", Cells: cells})
	if set, ok := l.recs[len(l.recs)-1].Events[0].(*LevelsSet); !ok || set.Spoke != "" {
		t.Errorf("one who is not on the list any more, nor in the meeting: %+v", set)
	}
	l.do(editor, editions.Open{Board: "2031", Title: Words{NB: "2031"}, Catalogue: testCatalogue()})
	if err := l.try(editor, SetLevels{Board: "2031", Spoke: SpokeMunicipality, Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Red}}}); CodeOf(err) != Invalid {
		t.Errorf("in an edition: %v", err)
	}
	for _, id := range []Spoke{SpokeMunicipality, SpokeGuest, SpokeNobody} {
		if err := l.try(editor, actors.List{ID: RegionalActorID(id), Name: "En aktør"}); CodeOf(err) != Invalid {
			t.Errorf("an actor with the id %s: %v", id, err)
		}
	}
}

// TestContactAnswersForItsOwn: one person may be the contact of several
// municipalities; for one that is not invited, or no longer theirs, they do not
// answer.
func TestContactAnswersForItsOwn(t *testing.T) {
	l := heard(t)
	grants := []Grant{{Role: RoleMunicipality, Municipality: "0002"}, {Role: RoleMunicipality, Municipality: "0003"}}
	both := Actor{ID: "begge", Grants: grants}
	if err := l.try(both, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0003"}}); CodeOf(err) != Forbidden {
		t.Errorf("for one that is not invited: %v", err)
	}
	l.do(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingPreparedness, Title: "Begge", Invited: []MunicipalityID{"0002", "0003"}, Reports: true})
	ended := Actor{ID: "vikar", Grants: []Grant{grants[0], {Role: RoleMunicipality, Municipality: "0003", Until: l.now}}}
	if err := l.try(ended, rollcall.ReportNoChange{Meeting: "m3", Municipalities: []MunicipalityID{"0003"}}); CodeOf(err) != Forbidden {
		t.Errorf("for one that is no longer theirs: %v", err)
	}
	l.do(both, rollcall.ReportNoChange{Meeting: "m3", Municipalities: []MunicipalityID{"0003", "0002"}})
}

// TestSpeaksForVectors: who speaks for a body, as the script has it, which is held to the
// same vectors (vectors.test.ts).
func TestSpeaksForVectors(t *testing.T) {
	b, err := os.ReadFile("testdata/speaks-for.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		By, Name string
		Is       bool
	}
	if err := json.Unmarshal(b, &vectors); err != nil || len(vectors) == 0 {
		t.Fatalf("%d vectors, %v", len(vectors), err)
	}
	for _, v := range vectors {
		if got := SpeaksFor(v.By, v.Name); got != v.Is {
			t.Errorf("%q for %q: %v", v.By, v.Name, got)
		}
	}
}
