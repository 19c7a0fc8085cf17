package domain_test

import (
	"slices"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/typed"
)

func withContacts(t testing.TB) *line {
	l := started(t)
	l.do(leader, CloseMeeting{Meeting: "m1"})
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingPreparedness, Title: "Flom 2", Invited: []MunicipalityID{"0002", "0003"}, Reports: true})
	l.later(time.Minute)
	return l
}

func (l *line) roll(by Actor, m MeetingID) map[MunicipalityID]rollcall.State {
	out := map[MunicipalityID]rollcall.State{}
	for _, e := range rollcall.Of(l.picture(by, Live), m) {
		out[e.Municipality] = e.State
	}
	return out
}

func TestRollCall(t *testing.T) {
	l := started(t)
	l.set(leader, "0003", "plan", Red) // of an earlier meeting: no report in the next
	l.do(leader, CloseMeeting{Meeting: "m1", Unexplained: true})
	l.do(leader, OpenMeeting{ID: "m2", Board: Live, Kind: MeetingPreparedness, Title: "Flom 2"})
	check := func(want map[MunicipalityID]rollcall.State) {
		t.Helper()
		got := l.roll(reader, "m2")
		if len(got) != 3 {
			t.Fatalf("%d municipalities", len(got))
		}
		for m, s := range got {
			if w, ok := want[m]; !ok && s != rollcall.NotReported || ok && s != w {
				t.Errorf("%s is %s", m, s)
			}
		}
	}
	check(nil)
	l.do(leader, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0001", "0002"}, ReportedBy: "v/ordfører"})
	check(map[MunicipalityID]rollcall.State{"0001": rollcall.NoChange, "0002": rollcall.NoChange})
	set := l.do(leader, SetLevels{Board: Live, Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Red}}})
	check(map[MunicipalityID]rollcall.State{"0001": rollcall.NoChange, "0002": rollcall.Changed})
	l.do(leader, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}})
	check(map[MunicipalityID]rollcall.State{"0001": rollcall.NoChange, "0002": rollcall.Changed})
	if e := rollcall.Of(l.picture(reader, Live), "m2")[0]; e.Municipality != "0002" || e.Revision != set || e.Entry.Change == nil {
		t.Errorf("0002 changed in revision %d, and stands with %+v", set, e)
	}
	slip := l.do(leader, SetLevels{Board: Live, Meeting: "m2", Cells: []CellEdit{{Municipality: "0003", Column: "plan", Level: Yellow}}})
	undo := l.do(leader, Undo{Board: Live, Revision: slip})
	check(map[MunicipalityID]rollcall.State{"0001": rollcall.NoChange, "0002": rollcall.Changed})
	l.do(leader, Undo{Board: Live, Revision: undo})
	check(map[MunicipalityID]rollcall.State{"0001": rollcall.NoChange, "0002": rollcall.Changed, "0003": rollcall.Changed})
	l.do(leader, Undo{Board: Live, Revision: l.s.Head().Revision})
	check(map[MunicipalityID]rollcall.State{"0001": rollcall.NoChange, "0002": rollcall.Changed})
	p := l.picture(reader, Live)
	if e := rollcall.Of(p, "m2")[2]; e.Municipality != "0001" || e.ReportedBy != "v/ordfører" || e.Entry.At.IsZero() {
		t.Errorf("0001: %+v", e)
	}
	if old := rollcall.Of(p.AtRevision(set-2), "m2"); old[0].State != rollcall.NotReported {
		t.Errorf("the roll-call at its start: %+v", old[0])
	}
	l.do(leader, CloseMeeting{Meeting: "m2", Unexplained: true})
	l.do(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingRegion, Title: "Sør", Region: "sor"})
	if got := l.roll(reader, "m3"); len(got) != 2 || got["0002"] != rollcall.NotReported {
		t.Errorf("a regional meeting calls %v", got)
	}
	check(map[MunicipalityID]rollcall.State{"0001": rollcall.NoChange, "0002": rollcall.Changed}) // m2 stays what it was
}

// TestConfirmationStandsBesideTheChange: "no change" after a change is kept with
// its time and who said it; the next change is not confirmed by it.
func TestConfirmationStandsBesideTheChange(t *testing.T) {
	l := withContacts(t)
	entry := func(by Actor) rollcall.Entry {
		roll := rollcall.Of(l.picture(by, Live), "m2")
		return roll[slices.IndexFunc(roll, func(e rollcall.Entry) bool { return e.Municipality == "0002" })]
	}
	set := func(to Level) Revision {
		return l.do(leader, SetLevels{Board: Live, Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: to}}})
	}
	red := set(Red)
	if e := entry(leader); e.Confirmed != nil {
		t.Errorf("confirmed by nobody: %+v", e.Confirmed)
	}
	l.later(time.Minute).do(boContact, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}, ReportedBy: "Bø v/vakt"})
	e := entry(leader)
	if e.State != rollcall.Changed || e.Revision != red || e.Confirmed == nil {
		t.Fatalf("after the contact's word: %+v", e)
	}
	if c := e.Confirmed; c.ReportedBy != "Bø v/vakt" || c.Entry.By != boContact.ID || !c.Entry.At.After(e.Entry.At) {
		t.Errorf("confirmed %+v", c)
	}
	if own := entry(boContact); own.Confirmed == nil {
		t.Error("the contact does not see its own confirmation")
	}
	if seen := entry(screen); seen.Confirmed == nil || seen.Confirmed.ReportedBy != "" || seen.Confirmed.Entry.By != "" {
		t.Errorf("a screen sees %+v", seen.Confirmed)
	}
	yellow := set(Yellow)
	if e := entry(leader); e.Confirmed != nil || e.Revision != yellow {
		t.Errorf("a change after it: %+v", e)
	}
	again := set(Yellow)
	if e := entry(leader); e.State != rollcall.Changed || e.Revision != yellow || e.Confirmed == nil || e.Confirmed.Entry.Revision != again {
		t.Errorf("set as it was: %+v", e)
	}
}

// TestContactsFillNoJournal: a contact's reports are bounded in time; others'
// are not held up by them.
func TestContactsFillNoJournal(t *testing.T) {
	l := withContacts(t)
	for i := range 30 {
		if i%2 == 0 {
			l.do(boContact, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}})
		} else {
			l.do(boContact, rollcall.Propose{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Red}}})
		}
	}
	for _, cmd := range []Command{
		rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}},
		rollcall.Propose{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Red}}},
	} {
		if _, err := Decide(l.s, boContact, cmd, l.now); CodeOf(err) != Conflict {
			t.Errorf("%T once more: %v", cmd, err)
		}
	}
	l.do(asContact, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0003"}})
	l.do(leader, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}})
	l.later(10*time.Minute+time.Second).do(boContact, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}})
}

// TestNoChangeAnswersEveryMeeting: what a contact says once counts in each open meeting on
// the board that takes its reports, and a lead's word in their own meeting alone.
func TestNoChangeAnswersEveryMeeting(t *testing.T) {
	l := withContacts(t)
	open := func(id MeetingID, reports bool, invited ...MunicipalityID) {
		l.do(leader, OpenMeeting{ID: id, Board: Live, Kind: MeetingPreparedness, Title: typed.Of("Strøm " + string(id)), Invited: invited, Reports: reports})
	}
	open("m3", true, "0002")
	open("m4", true, "0003")
	open("m5", false, "0002")
	l.do(boContact, rollcall.ReportNoChange{Meeting: "m3", Municipalities: []MunicipalityID{"0002"}, ReportedBy: "Bø v/vakt"})
	for m, want := range map[MeetingID]rollcall.State{"m2": rollcall.NoChange, "m3": rollcall.NoChange, "m4": rollcall.NotReported, "m5": rollcall.NotReported} {
		if got := l.roll(reader, m)["0002"]; got != want && !(m == "m4" && got == "") {
			t.Errorf("in %s 0002 is %q, want %s", m, got, want)
		}
	}
	l.do(leader, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0003"}})
	if got := l.roll(reader, "m4")["0003"]; got != rollcall.NotReported {
		t.Errorf("the lead's word in another meeting counts: %s", got)
	}
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
		"another's":          {asContact, rollcall.Propose{Meeting: "m2", Cells: own}, Forbidden},
		"another's report":   {asContact, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}}, Forbidden},
		"a reader's":         {reader, rollcall.Propose{Meeting: "m2", Cells: own}, Forbidden},
		"the public's":       {nobody, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}}, NotFound},
		"a closed meeting":   {leader, rollcall.ReportNoChange{Meeting: "m1", Municipalities: []MunicipalityID{"0002"}}, Conflict},
		"nobody":             {leader, rollcall.ReportNoChange{Meeting: "m2"}, Invalid},
		"a stranger":         {leader, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0009"}}, Invalid},
		"deciding its own":   {boContact, rollcall.Settle{Meeting: "m2", Proposal: 1, Take: true}, Forbidden},
		"what is not there":  {leader, rollcall.Settle{Meeting: "m2", Proposal: 1, Take: true}, NotFound},
		"levels of nothing":  {boContact, rollcall.Propose{Meeting: "m2"}, Invalid},
		"own no change":      {boContact, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []MunicipalityID{"0002"}}, ""},
		"own levels":         {boContact, rollcall.Propose{Meeting: "m2", Cells: own}, ""},
		"own and another's":  {Actor{ID: "to", Grants: append(boContact.Grants[:1:1], asContact.Grants...)}, rollcall.Propose{Meeting: "m2", Cells: append(own[:1:1], CellEdit{Municipality: "0003", Column: "plan", Level: Red})}, Forbidden},
		"an unknown level":   {boContact, rollcall.Propose{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: "lilla"}}}, Invalid},
		"an unknown meeting": {boContact, rollcall.Propose{Meeting: "m9", Cells: own}, NotFound},
	} {
		if err := l.try(c.by, c.cmd); CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	shut := started(t) // m1 does not take reports
	if err := shut.try(boContact, rollcall.Propose{Meeting: "m1", Cells: own}); CodeOf(err) != Forbidden {
		t.Errorf("a meeting that takes no reports: %v", err)
	}
}

func TestProposalIsTakenOrNot(t *testing.T) {
	l := withContacts(t)
	propose := func(level Level) Revision {
		return l.do(boContact, rollcall.Propose{Meeting: "m2", ReportedBy: "Bø v/vakt", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: level, Text: "Legevakt stengt"}}})
	}
	first, second := propose(Red), propose(Yellow)
	if got := l.level(reader, Live, "0002", "helse"); got != NotAssessed {
		t.Fatalf("a proposal is in the picture: %s", got)
	}
	l.do(leader, rollcall.Settle{Meeting: "m2", Proposal: first, Take: true})
	l.do(leader, rollcall.Settle{Meeting: "m2", Proposal: second})
	p := l.picture(reader, Live)
	c := p.Cell(p.Row("0002"), p.Col("helse"))
	if c.Level != Red || c.Text != "Legevakt stengt" || c.ReportedBy != "Bø v/vakt" || c.By != "kari" || c.TextID.Revision != first {
		t.Errorf("taken: %+v", c)
	}
	if err := l.try(leader, rollcall.Settle{Meeting: "m2", Proposal: first}); CodeOf(err) != Conflict {
		t.Errorf("deciding twice: %v", err)
	}
	taken := c.Revision
	undo := func(r Revision, waits bool) {
		t.Helper()
		l.do(leader, Undo{Board: Live, Revision: r})
		for _, by := range []Actor{leader, boContact} {
			if q := rollcall.Proposals(l.picture(by, Live), "m2")[0]; (q.Decided == nil) != waits || q.Taken == waits {
				t.Errorf("%s sees %+v, waits: %t", by.ID, q, waits)
			}
		}
	}
	undo(taken, true)
	undo(l.s.Head().Revision, false) // and the undo is undone
	undo(taken, true)
	if again := l.do(leader, rollcall.Settle{Meeting: "m2", Proposal: first, Take: true}); rollcall.Proposals(l.picture(boContact, Live), "m2")[0].Decided.Revision != again {
		t.Error("taken again, it waits")
	}
	p = l.picture(reader, Live)
	all := rollcall.Proposals(p, "m2")
	if len(all) != 2 || !all[0].Taken || all[1].Taken || all[1].Decided == nil {
		t.Errorf("proposals %+v", all)
	}
	if own := rollcall.Proposals(l.picture(boContact, Live), "m2"); len(own) != 2 {
		t.Errorf("the contact sees %d of its own", len(own))
	}
	if others := rollcall.Proposals(l.picture(asContact, Live), "m2"); len(others) != 0 {
		t.Errorf("another contact sees %d", len(others))
	}
	l.do(admin, texts.Redact{Texts: []TextID{c.TextID}, Reason: "navn"})
	p = l.picture(reader, Live)
	if c := p.Cell(p.Row("0002"), p.Col("helse")); c.Text != "" || !c.Redacted {
		t.Error("the text of the proposal stands on in the cell")
	}
}

// TestTakingOverANewerLevel: what another lead has set since a report came is
// replaced only by someone who has seen it, and they are told of it if it was just now.
func TestTakingOverANewerLevel(t *testing.T) {
	other := Actor{ID: "ola", Grants: leader.Grants}
	cell := []CellEdit{{Municipality: "0002", Column: "helse", Level: Red}}
	set := func(level Level) SetLevels {
		return SetLevels{Board: Live, Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: level}}}
	}
	for name, c := range map[string]struct {
		by   Actor
		cmd  Command // after the report
		wait time.Duration
		seen bool
		want Code
		over bool
	}{
		"nothing since":             {by: leader},
		"another lead":              {by: other, cmd: set(Yellow), want: Conflict},
		"another lead, an hour ago": {by: other, cmd: set(Yellow), wait: time.Hour, want: Conflict},
		"another lead, seen":        {by: other, cmd: set(Yellow), seen: true, over: true},
		"seen, an hour ago":         {by: other, cmd: set(Yellow), wait: time.Hour, seen: true},
		"one's own":                 {by: leader, cmd: set(Yellow)},
		"of another cell":           {by: other, cmd: SetLevels{Board: Live, Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Yellow}}}},
	} {
		l := withContacts(t)
		l.do(other, set(Green)) // before the report
		l.later(time.Minute)
		report := l.do(boContact, rollcall.Propose{Meeting: "m2", Cells: cell})
		take := rollcall.Settle{Meeting: "m2", Proposal: report, Take: true}
		if c.cmd != nil {
			rev := l.do(c.by, c.cmd)
			if c.seen {
				take.Seen = rev
			}
		}
		l.later(c.wait)
		if _, err := Decide(l.s, leader, rollcall.Settle{Meeting: "m2", Proposal: report}, l.now); err != nil {
			t.Errorf("%s: leaving it: %v", name, err)
		}
		err := l.try(leader, take)
		if CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil {
			continue
		}
		p := l.picture(reader, Live)
		if now := p.Cell(p.Row("0002"), p.Col("helse")); now.Level != Red || (now.Over != nil) != c.over {
			t.Errorf("%s: %+v", name, now)
		}
	}
}

func TestNotesAndActions(t *testing.T) {
	l := withContacts(t)
	set := l.do(leader, SetLevels{Board: Live, Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "plan", Level: Red}}})
	l.do(leader, notes.Write{Meeting: "m2", ID: "n1", Text: "Fv. 1 stengt", About: set})
	l.do(leader, notes.Write{Meeting: "m2", ID: "n2", Text: "Strømbrudd"})
	l.do(leader, notes.Withdraw{Meeting: "m2", ID: "n1", Reason: "åpnet igjen"})
	l.do(leader, OpenMeeting{ID: "m8", Board: Live, Kind: MeetingRegion, Title: "Et annet"})
	l.do(leader, notes.Write{Meeting: "m8", ID: "n3", Text: "Et annet møtes"})
	l.do(leader, CloseMeeting{Meeting: "m8"})
	written := notes.Of(l.picture(screen, Live), "m2")
	if len(written) != 2 || written[0].ID != "n2" || written[1].Withdrawn == nil || written[1].Reason != "åpnet igjen" || written[1].About == nil || written[1].About.Level != Red || written[0].Entry.By != "" {
		t.Errorf("a screen sees %+v", written)
	}
	l.do(leader, actions.Add{Meeting: "m2", ID: "a1", Municipality: "0002", Text: "Aggregat", Owner: "Sivilforsvaret", Due: "2022-09-03"})
	l.do(leader, actions.Add{Meeting: "m2", ID: "a2", Municipality: "0003", Column: "plan", Text: "Kjøreplan"})
	l.do(leader, CloseMeeting{Meeting: "m2", Unexplained: true})
	l.do(leader, actions.End{Board: Live, ID: "a2", Note: "ikke nødvendig"})
	agreed := actions.Of(l.picture(reader, Live))
	if len(agreed) != 2 || agreed[0].Ended != nil || agreed[0].Text != "Aggregat" || agreed[0].Owner != "Sivilforsvaret" || agreed[1].Ended == nil || agreed[1].Done {
		t.Errorf("actions %+v", agreed)
	}
	l.do(leader, OpenMeeting{ID: "m2b", Board: Live, Kind: MeetingRegion, Title: "Bare Bø", Invited: []MunicipalityID{"0002"}})
	bo := l.picture(boContact, Live)
	if own := actions.Of(bo); len(own) != 1 || own[0].Municipality != "0002" || own[0].Owner != "" {
		t.Errorf("a municipality sees %+v", own)
	}
	if m := bo.Meetings(); len(m) != 1 || m[0].ID != "m2b" || rollcall.Of(bo, "m2") != nil || notes.Of(bo, "m2") != nil {
		t.Errorf("a municipality sees meetings %+v", m)
	}
	if _, ok := PictureOf(l.s, AudienceOf(l.s, asContact, Live, l.now), Live, l.now); ok {
		t.Error("a municipality that is not invited sees the board")
	}
	l.do(leader, CloseMeeting{Meeting: "m2b"})
	open := slices.DeleteFunc(agreed, func(a actions.Action) bool { return a.Ended != nil })
	if len(open) != 1 || open[0].ID != "a1" {
		t.Errorf("open after the meeting: %+v", open)
	}
	for name, cmd := range map[string]Command{
		"a note after the meeting": notes.Write{Meeting: "m2", ID: "n3", Text: "x"},
		"ending twice":             actions.End{Board: Live, ID: "a2", Done: true},
		"ending what is not there": actions.End{Board: Live, ID: "a9", Done: true},
		"dropping without a word":  actions.End{Board: Live, ID: "a1"},
	} {
		if err := l.try(leader, cmd); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	l.do(leader, OpenMeeting{ID: "m3", Board: Live, Kind: MeetingPreparedness, Title: "Flom 3"})
	for name, cmd := range map[string]Command{
		"withdrawn before":        notes.Withdraw{Meeting: "m3", ID: "n1"},
		"unknown note":            notes.Withdraw{Meeting: "m3", ID: "n9"},
		"note id twice":           notes.Write{Meeting: "m3", ID: "n2", Text: "x"},
		"note about nothing":      notes.Write{Meeting: "m3", ID: "n4", Text: "x", About: 1},
		"empty note":              notes.Write{Meeting: "m3", ID: "n4"},
		"action id twice":         actions.Add{Meeting: "m3", ID: "a1", Municipality: "0002", Text: "x"},
		"action on a wrong day":   actions.Add{Meeting: "m3", ID: "a3", Municipality: "0002", Text: "x", Due: "i morgen"},
		"action for an indicator": actions.Add{Meeting: "m3", ID: "a3", Municipality: "0002", Column: "leger", Text: "x"},
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
			l.do(leader, OpenMeeting{ID: "scope", Board: b, Kind: c.kind, Title: typed.Of(name), Region: c.region, Invited: c.invited, Reports: true})
			roll := rollcall.Of(l.picture(reader, b), "scope")
			if len(roll) != c.want {
				t.Errorf("%s on %s: %d are asked, want %d", name, b, len(roll), c.want)
			}
			for _, id := range c.invited {
				if !slices.ContainsFunc(roll, func(e rollcall.Entry) bool { return e.Municipality == id }) {
					t.Errorf("%s on %s: %s is invited and not asked", name, b, id)
				}
			}
		}
	}
}

// BenchmarkRollCall has a goal of 50 µs: a meeting of a thousand changes.
func BenchmarkRollCall(b *testing.B) {
	l := started(b)
	for i := range 1000 {
		l.do(leader, SetLevels{Board: Live, Meeting: "m1", Cells: []CellEdit{{
			Municipality: MunicipalityID([]string{"0001", "0002", "0003"}[i%3]), Column: []ColumnID{"helse", "plan"}[i/3%2], Level: []Level{Green, Yellow, Red}[i%7%3],
		}}})
	}
	p := l.picture(reader, Live)
	b.ReportAllocs()
	for b.Loop() {
		rollcall.Of(p, "m1")
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N), "µs")
}

// TestReportsAreNamedExactly: a report is settled under its own number alone, and sent
// in a meeting that its sender sees.
func TestReportsAreNamedExactly(t *testing.T) {
	l := withContacts(t)
	proposed := l.do(boContact, rollcall.Propose{Meeting: "m2", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Yellow}}})
	for _, no := range []Revision{proposed - 1, proposed + 1} {
		if err := l.try(leader, rollcall.Settle{Meeting: "m2", Proposal: no, Take: true}); CodeOf(err) != NotFound {
			t.Errorf("report %d of %d: %v", no, proposed, err)
		}
	}
	if err := l.try(boContact, rollcall.Propose{Meeting: "m9", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Yellow}}}); CodeOf(err) != NotFound {
		t.Errorf("in a meeting that is not there: %v", err)
	}
}
