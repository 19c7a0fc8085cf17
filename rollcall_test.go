package kommunebilde

import (
	"slices"
	"testing"
	"time"
)

func withContacts(t testing.TB) *line {
	l := started(t)
	l.do(leader, CloseMeeting{Meeting: "m1"})
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingPreparedness, Title: "Flom 2", Invited: []MunicipalityID{"0002", "0003"}, Reports: true})
	l.later(time.Minute)
	return l
}

func (l *line) roll(by Actor, m MeetingID) map[MunicipalityID]RollState {
	out := map[MunicipalityID]RollState{}
	for _, e := range l.picture(by, Live).RollCall(m) {
		out[e.Municipality] = e.State
	}
	return out
}

func TestRollCall(t *testing.T) {
	l := started(t)
	l.set(leader, "0003", "plan", Red) // of an earlier meeting: no report in the next
	l.do(leader, CloseMeeting{Meeting: "m1", Unexplained: true})
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingPreparedness, Title: "Flom 2"})
	check := func(want map[MunicipalityID]RollState) {
		t.Helper()
		got := l.roll(reader, "m2")
		if len(got) != 3 {
			t.Fatalf("%d municipalities", len(got))
		}
		for m, s := range got {
			if w, ok := want[m]; !ok && s != NotReported || ok && s != w {
				t.Errorf("%s is %s", m, s)
			}
		}
	}
	check(nil)
	l.do(leader, ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0001", "0002"}, ReportedBy: "v/ordfører"})
	check(map[MunicipalityID]RollState{"0001": NoChange, "0002": NoChange})
	set := l.do(leader, SetLevels{Board: Live, Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Red}}})
	check(map[MunicipalityID]RollState{"0001": NoChange, "0002": Changed})
	l.do(leader, ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}})
	check(map[MunicipalityID]RollState{"0001": NoChange, "0002": Changed})
	if e := l.picture(reader, Live).RollCall("m2")[0]; e.Municipality != "0002" || e.Revision != set || e.Entry.Change == nil {
		t.Errorf("0002 changed in revision %d, and stands with %+v", set, e)
	}
	slip := l.do(leader, SetLevels{Board: Live, Meeting: "m2", Cells: []CellEdit{{Municipality: "0003", Column: "plan", Level: Red}}})
	undo := l.do(leader, Undo{Board: Live, Revision: slip})
	check(map[MunicipalityID]RollState{"0001": NoChange, "0002": Changed})
	l.do(leader, Undo{Board: Live, Revision: undo})
	check(map[MunicipalityID]RollState{"0001": NoChange, "0002": Changed, "0003": Changed})
	l.do(leader, Undo{Board: Live, Revision: l.s.Head().Revision})
	check(map[MunicipalityID]RollState{"0001": NoChange, "0002": Changed})
	p := l.picture(reader, Live)
	if e := p.RollCall("m2")[2]; e.Municipality != "0001" || e.ReportedBy != "v/ordfører" || e.Entry.At.IsZero() {
		t.Errorf("0001: %+v", e)
	}
	if old := p.AtRevision(set - 2).RollCall("m2"); old[0].State != NotReported {
		t.Errorf("the roll-call at its start: %+v", old[0])
	}
	l.do(leader, CloseMeeting{Meeting: "m2", Unexplained: true})
	l.do(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingRegion, Title: "Sør", Region: "sor"})
	if got := l.roll(reader, "m3"); len(got) != 2 || got["0002"] != NotReported {
		t.Errorf("a regional meeting calls %v", got)
	}
	check(map[MunicipalityID]RollState{"0001": NoChange, "0002": Changed}) // m2 stays what it was
}

// TestContactsFillNoJournal: a contact's reports are bounded in time; others'
// are not held up by them.
func TestContactsFillNoJournal(t *testing.T) {
	l := withContacts(t)
	for i := range maxReports {
		if i%2 == 0 {
			l.do(boContact, ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}})
		} else {
			l.do(boContact, ProposeLevels{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Red}}})
		}
	}
	for _, cmd := range []Command{
		ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}},
		ProposeLevels{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Red}}},
	} {
		if _, err := Decide(l.s, boContact, cmd, l.now); CodeOf(err) != Conflict {
			t.Errorf("%T once more: %v", cmd, err)
		}
	}
	l.do(asContact, ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0003"}})
	l.do(leader, ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}})
	l.later(reportsWithin+time.Second).do(boContact, ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}})
}

func TestContactReportsForItsOwn(t *testing.T) {
	l := withContacts(t)
	own := []CellEdit{{Municipality: "0002", Column: "helse", Level: Red, Text: "Legevakt stengt"}}
	for name, c := range map[string]struct {
		by   Actor
		cmd  Command
		want Code
	}{
		"levels":             {boContact, SetLevels{Board: Live, Meeting: "m2", Cells: own}, Forbidden},
		"another's":          {asContact, ProposeLevels{Meeting: "m2", Cells: own}, Forbidden},
		"another's report":   {asContact, ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}}, Forbidden},
		"a reader's":         {reader, ProposeLevels{Meeting: "m2", Cells: own}, Forbidden},
		"the public's":       {nobody, ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}}, NotFound},
		"a closed meeting":   {leader, ReportNoChange{Meeting: "m1", Municipalities: []MunicipalityID{"0002"}}, Conflict},
		"nobody":             {leader, ReportNoChange{Meeting: "m2"}, Invalid},
		"a stranger":         {leader, ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0009"}}, Invalid},
		"deciding its own":   {boContact, DecideProposal{Meeting: "m2", Proposal: 1, Take: true}, Forbidden},
		"what is not there":  {leader, DecideProposal{Meeting: "m2", Proposal: 1, Take: true}, NotFound},
		"levels of nothing":  {boContact, ProposeLevels{Meeting: "m2"}, Invalid},
		"own no change":      {boContact, ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}}, ""},
		"own levels":         {boContact, ProposeLevels{Meeting: "m2", Cells: own}, ""},
		"own and another's":  {Actor{ID: "to", Grants: append(boContact.Grants[:1:1], asContact.Grants...)}, ProposeLevels{Meeting: "m2", Cells: append(own[:1:1], CellEdit{Municipality: "0003", Column: "plan", Level: Red})}, Forbidden},
		"an unknown level":   {boContact, ProposeLevels{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: "lilla"}}}, Invalid},
		"an unknown meeting": {boContact, ProposeLevels{Meeting: "m9", Cells: own}, NotFound},
	} {
		if err := l.try(c.by, c.cmd); CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	shut := started(t) // m1 does not take reports
	if err := shut.try(boContact, ProposeLevels{Meeting: "m1", Cells: own}); CodeOf(err) != Forbidden {
		t.Errorf("a meeting that takes no reports: %v", err)
	}
}

func TestProposalIsTakenOrNot(t *testing.T) {
	l := withContacts(t)
	propose := func(level Level) Revision {
		return l.do(boContact, ProposeLevels{Meeting: "m2", ReportedBy: "Bø v/vakt", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: level, Text: "Legevakt stengt"}}})
	}
	first, second := propose(Red), propose(Yellow)
	if got := l.level(reader, Live, "0002", "helse"); got != NotAssessed {
		t.Fatalf("a proposal is in the picture: %s", got)
	}
	l.do(leader, DecideProposal{Meeting: "m2", Proposal: first, Take: true})
	l.do(leader, DecideProposal{Meeting: "m2", Proposal: second})
	p := l.picture(reader, Live)
	c := p.Cell(p.Row("0002"), p.Col("helse"))
	if c.Level != Red || c.Text != "Legevakt stengt" || c.ReportedBy != "Bø v/vakt" || c.By != "kari" || c.TextID.Revision != first {
		t.Errorf("taken: %+v", c)
	}
	if err := l.try(leader, DecideProposal{Meeting: "m2", Proposal: first}); CodeOf(err) != Conflict {
		t.Errorf("deciding twice: %v", err)
	}
	all := p.Proposals("m2")
	if len(all) != 2 || !all[0].Taken || all[1].Taken || all[1].Decided == nil {
		t.Errorf("proposals %+v", all)
	}
	if own := l.picture(boContact, Live).Proposals("m2"); len(own) != 2 {
		t.Errorf("the contact sees %d of its own", len(own))
	}
	if others := l.picture(asContact, Live).Proposals("m2"); len(others) != 0 {
		t.Errorf("another contact sees %d", len(others))
	}
	l.do(admin, Redact{Texts: []TextID{c.TextID}, Reason: "navn"})
	p = l.picture(reader, Live)
	if c := p.Cell(p.Row("0002"), p.Col("helse")); c.Text != "" || !c.Redacted {
		t.Error("the text of the proposal stands on in the cell")
	}
}

func TestNotesAndActions(t *testing.T) {
	l := withContacts(t)
	set := l.do(leader, SetLevels{Board: Live, Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Red}}})
	l.do(leader, WriteNote{Meeting: "m2", ID: "n1", Text: "Fv. 1 stengt", About: set})
	l.do(leader, WriteNote{Meeting: "m2", ID: "n2", Text: "Strømbrudd"})
	l.do(leader, WithdrawNote{Meeting: "m2", ID: "n1", Reason: "åpnet igjen"})
	notes := l.picture(screen, Live).Notes("m2")
	if len(notes) != 2 || notes[0].ID != "n2" || notes[1].Withdrawn == nil || notes[1].Reason != "åpnet igjen" || notes[1].About == nil || notes[1].About.Level != Red || notes[0].Entry.By != "" {
		t.Errorf("a screen sees %+v", notes)
	}
	l.do(leader, AddAction{Meeting: "m2", ID: "a1", Municipality: "0002", Text: "Aggregat", Owner: "Sivilforsvaret", Due: "2022-09-03"})
	l.do(leader, AddAction{Meeting: "m2", ID: "a2", Municipality: "0003", Column: "plan", Text: "Kjøreplan"})
	l.do(leader, CloseMeeting{Meeting: "m2", Unexplained: true})
	l.do(leader, EndAction{Board: Live, ID: "a2", Note: "ikke nødvendig"})
	actions := l.picture(reader, Live).Actions()
	if len(actions) != 2 || actions[0].Ended != nil || actions[0].Owner != "Sivilforsvaret" || actions[1].Ended == nil || actions[1].Done {
		t.Errorf("actions %+v", actions)
	}
	l.do(leader, OpenMeeting{ID: "m2b", Board: Live, Kind: MeetingRegion, Title: "Bare Bø", Invited: []MunicipalityID{"0002"}})
	bo := l.picture(boContact, Live)
	if own := bo.Actions(); len(own) != 1 || own[0].Municipality != "0002" || own[0].Owner != "" {
		t.Errorf("a municipality sees %+v", own)
	}
	if m := bo.Meetings(); len(m) != 1 || m[0].ID != "m2b" || bo.RollCall("m2") != nil || bo.Notes("m2") != nil {
		t.Errorf("a municipality sees meetings %+v", m)
	}
	if _, ok := PictureOf(l.s, AudienceOf(l.s, asContact, Live, l.now), Live, l.now); ok {
		t.Error("a municipality that is not invited sees the board")
	}
	l.do(leader, CloseMeeting{Meeting: "m2b"})
	open := slices.DeleteFunc(actions, func(a Action) bool { return a.Ended != nil })
	if len(open) != 1 || open[0].ID != "a1" {
		t.Errorf("open after the meeting: %+v", open)
	}
	for name, cmd := range map[string]Command{
		"a note after the meeting": WriteNote{Meeting: "m2", ID: "n3", Text: "x"},
		"ending twice":             EndAction{Board: Live, ID: "a2", Done: true},
		"ending what is not there": EndAction{Board: Live, ID: "a9", Done: true},
		"dropping without a word":  EndAction{Board: Live, ID: "a1"},
	} {
		if err := l.try(leader, cmd); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	l.do(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingPreparedness, Title: "Flom 3"})
	for name, cmd := range map[string]Command{
		"withdrawn before":        WithdrawNote{Meeting: "m3", ID: "n1"},
		"unknown note":            WithdrawNote{Meeting: "m3", ID: "n9"},
		"note id twice":           WriteNote{Meeting: "m3", ID: "n2", Text: "x"},
		"note about nothing":      WriteNote{Meeting: "m3", ID: "n4", Text: "x", About: 1},
		"empty note":              WriteNote{Meeting: "m3", ID: "n4"},
		"action id twice":         AddAction{Meeting: "m3", ID: "a1", Municipality: "0002", Text: "x"},
		"action on a wrong day":   AddAction{Meeting: "m3", ID: "a3", Municipality: "0002", Text: "x", Due: "i morgen"},
		"action for an indicator": AddAction{Meeting: "m3", ID: "a3", Municipality: "0002", Column: "leger", Text: "x"},
	} {
		if err := l.try(leader, cmd); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// A roll-call asks the meeting's region, whoever is invited, and the whole county
// where the meeting is for it: on the live picture as in a situation.
func TestRollCallAsksThoseInScope(t *testing.T) {
	nord, sor := testCatalogue().Municipalities[:0:0], testCatalogue().Municipalities[:0:0]
	for _, m := range testCatalogue().Municipalities {
		if m.Region == "nord" {
			nord = append(nord, m)
		} else {
			sor = append(sor, m)
		}
	}
	if len(nord) == 0 || len(sor) == 0 {
		t.Fatal("the test's county has one region")
	}
	other, whole := nord[0].ID, len(nord)+len(sor)
	for name, c := range map[string]struct {
		kind    MeetingKind
		region  RegionID
		invited []MunicipalityID
		want    int
	}{
		"the county":                          {MeetingPreparedness, "", nil, whole},
		"the county, where one sees it":       {MeetingPreparedness, "", []MunicipalityID{other}, whole},
		"the council":                         {MeetingCouncil, "", []MunicipalityID{other}, whole},
		"a region":                            {MeetingPreparedness, "sor", nil, len(sor)},
		"a region, where one of it sees it":   {MeetingRegion, "sor", []MunicipalityID{sor[0].ID}, len(sor)},
		"a region and one from beyond":        {MeetingRegion, "sor", []MunicipalityID{other}, len(sor) + 1},
		"those it invites":                    {MeetingGuidance, "", []MunicipalityID{other}, 1},
		"a region's meeting without a region": {MeetingRegion, "", []MunicipalityID{other, sor[0].ID}, 2},
		"nobody told":                         {MeetingMunicipal, "", nil, whole},
	} {
		for _, b := range []BoardID{Live, "storm"} {
			l := inStorm(t)
			l.do(leader, OpenMeeting{ID: "scope", Board: b, Kind: c.kind, Title: name, Region: c.region, Invited: c.invited, Reports: true})
			roll := l.picture(reader, b).RollCall("scope")
			if len(roll) != c.want {
				t.Errorf("%s on %s: %d are asked, want %d", name, b, len(roll), c.want)
			}
			for _, id := range c.invited {
				if !slices.ContainsFunc(roll, func(e RollEntry) bool { return e.Municipality == id }) {
					t.Errorf("%s on %s: %s is invited and not asked", name, b, id)
				}
			}
		}
	}
}
