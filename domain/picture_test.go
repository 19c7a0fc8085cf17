package domain_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	. "kommunebilde/domain"
	"kommunebilde/domain/editions"
)

func TestPolicyMatrix(t *testing.T) {
	// What each role gets of each board: see, write, lead; the words of the
	// table a lawyer reads. "-" is not found.
	actors := []struct {
		name string
		by   Actor
	}{
		{"leser", reader}, {"fagansvarlig", assessor}, {"godkjenner", approver}, {"moteleder", leader}, {"redaktor", editor},
		{"kommune, invited", boContact}, {"kommune, not invited", asContact}, {"skjerm", screen}, {"admin", admin}, {"offentlig", nobody},
	}
	type want map[string]string // actor → letters
	staffSees := func(more want) want {
		out := want{}
		for _, a := range []string{"leser", "fagansvarlig", "godkjenner", "moteleder", "redaktor", "admin"} {
			out[a] = "s"
		}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	everybody := want{"kommune, invited": "s", "kommune, not invited": "s", "skjerm": "s", "offentlig": "s"}
	merge := func(a, b want) want {
		for k, v := range b {
			if _, ok := a[k]; !ok {
				a[k] = v
			}
		}
		return a
	}
	l := started(t)
	l.do(editor, editions.Open{Board: "2023", Title: Words{NB: "2023"}, Catalogue: testCatalogue()})
	l.do(editor, editions.Open{Board: "2024", Title: Words{NB: "2024"}, Catalogue: testCatalogue()})
	l.do(editor, SetLevels{Board: "2024", Cells: []CellEdit{{Municipality: "0001", Column: "plan", Level: Green}}})
	l.do(editor, editions.Publish{Board: "2024"})
	l.do(editor, editions.OpenCorrection{Board: "2024", Reason: "x"})
	closed := started(t)
	closed.do(leader, CloseMeeting{Meeting: "m1"})
	for _, c := range []struct {
		name  string
		line  *line
		board BoardID
		phase Phase
		want  want
	}{
		{"draft", l, "2023", PhaseDraft, staffSees(want{"fagansvarlig": "sw", "redaktor": "sweP"})},
		{"published", l, "2022", PhasePublished, merge(staffSees(want{"redaktor": "seP"}), everybody)},
		{"correction", l, "2024", PhaseCorrection, merge(staffSees(want{"fagansvarlig": "sw", "redaktor": "sweP"}), everybody)},
		{"live, meeting", l, Live, PhaseMeeting, staffSees(want{"moteleder": "swl", "kommune, invited": "s", "skjerm": "s"})},
		{"live, idle", closed, Live, PhaseIdle, staffSees(want{"moteleder": "sl", "redaktor": "sb", "admin": "sb", "skjerm": "s"})},
		{"unknown", l, "2099", "", want{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, a := range actors {
				rights := RightsOf(c.line.s, a.by, c.board, c.line.now)
				got := ""
				for _, r := range []struct {
					letter string
					right  Right
				}{{"s", RightSee}, {"w", RightSetLevels}, {"l", RightLead}, {"e", RightEdit}, {"P", RightPublish}, {"b", RightBase}} {
					if rights[r.right] {
						got += r.letter
					}
				}
				if got != c.want[a.name] {
					t.Errorf("%s may %q, want %q", a.name, got, c.want[a.name])
				}
				p, ok := PictureOf(c.line.s, AudienceOf(c.line.s, a.by, c.board, c.line.now), c.board, c.line.now)
				if ok != (c.want[a.name] != "") {
					t.Errorf("%s gets a picture: %t", a.name, ok)
				}
				staff := slices.Contains([]string{"leser", "fagansvarlig", "godkjenner", "moteleder", "redaktor", "admin"}, a.name)
				if ok && p.May(RightSeePersons) != staff {
					t.Errorf("%s sees persons: %t", a.name, !staff)
				}
				if ok && !staff && c.board != Live && p.ShownVersion() == 0 {
					t.Errorf("%s sees a working copy", a.name)
				}
			}
		})
	}
}

func TestPersonsAreStaffsOnly(t *testing.T) {
	l := started(t)
	l.do(leader, SetLevels{Board: Live, Meeting: "m1", ReportedBy: "Bø v/ordfører", Cells: []CellEdit{{Municipality: "0002", Column: "helse", Level: Red, Text: "Vei stengt"}}})
	for _, c := range []struct {
		by             Actor
		text, reporter string
		entered        AccountID
		log            int
		meetings       int
	}{
		{reader, "Vei stengt", "Bø v/ordfører", "kari", 1, 1},
		{boContact, "Vei stengt", "", "", 1, 1},
		{screen, "Vei stengt", "", "", 1, 1},
	} {
		p := l.picture(c.by, Live)
		cell := p.Cell(p.Row("0002"), p.Col("helse"))
		if cell.Text != c.text || cell.ReportedBy != c.reporter || cell.By != c.entered {
			t.Errorf("%s: %+v", c.by.ID, cell)
		}
		latest := p.Latest(1)
		if len(latest) != c.log || latest[0].By != c.entered || latest[0].Change.By != c.entered {
			t.Errorf("%s: log %+v", c.by.ID, latest)
		}
		if n := len(p.Meetings()); n != c.meetings {
			t.Errorf("%s sees %d meetings", c.by.ID, n)
		}
	}
}

// TestGrantEnds: what a grant gives ends with it, and is that of its role alone.
func TestGrantEnds(t *testing.T) {
	l := started(t)
	end := l.now.Add(time.Minute)
	for role, gives := range map[Role][4]bool{ // to see the live picture as staff, accounts, the audit log, to lead
		RoleReader: {true}, RoleLead: {true, false, false, true}, RoleAdmin: {true, true, true}, RoleMunicipality: {}, RoleScreen: {},
	} {
		by := Actor{ID: "vikar", Grants: []Grant{{Role: role, Municipality: "0001", Scope: "2022", Until: end}}}
		for _, at := range []time.Time{l.now, end} {
			want := gives
			if at.Equal(end) {
				want = [4]bool{}
			}
			if got := [4]bool{by.Staff(at), by.Accounts(at), by.Audits(at), by.Leads(at)}; got != want || RightsOf(l.s, by, Live, at)[RightSee] != want[0] {
				t.Errorf("%s, a minute before the end %t: %v, want %v", role, at.Before(end), got, want)
			}
		}
	}
}

// TestGrantsAreTheSame: a sign-in replaces the grants that are not the same, so
// each part of them counts.
func TestGrantsAreTheSame(t *testing.T) {
	full := Grant{Role: RoleAssessor, Areas: []ColumnID{"helse"}, Municipality: "0001", Scope: Live, Until: time.Unix(1, 0)}
	same := full
	same.Areas, same.Until = slices.Clone(full.Areas), full.Until.UTC()
	if !full.Same(same) {
		t.Error("a copy is another grant")
	}
	for part, change := range map[string]func(*Grant){
		"role": func(g *Grant) { g.Role = RoleApprover }, "areas": func(g *Grant) { g.Areas = nil }, "municipality": func(g *Grant) { g.Municipality = "0002" },
		"scope": func(g *Grant) { g.Scope = "" }, "end": func(g *Grant) { g.Until = time.Time{} },
	} {
		other := full
		if change(&other); full.Same(other) {
			t.Errorf("a grant of another %s is the same", part)
		}
	}
}

// TestAudienceSeesMost: of several grants the one that sees most decides, in any
// order, and one who may not see a board has no audience there.
func TestAudienceSeesMost(t *testing.T) {
	l := started(t)
	invited, wall, staff := Grant{Role: RoleMunicipality, Municipality: "0002"}, Grant{Role: RoleScreen}, Grant{Role: RoleReader}
	asContact := Audience{Kind: AudienceMunicipality, Municipality: "0002"}
	for _, c := range []struct {
		grants []Grant
		board  BoardID
		want   Audience
	}{
		{nil, Live, Audience{}}, {[]Grant{{Role: RoleMunicipality, Municipality: "0001"}}, Live, Audience{}}, {nil, "2022", Audience{Kind: AudiencePublic}},
		{[]Grant{invited}, Live, asContact}, {[]Grant{invited, {Role: RoleMunicipality, Municipality: "0003"}}, "2022", asContact},
		{[]Grant{invited, wall}, Live, Audience{Kind: AudienceScreen}}, {[]Grant{wall, invited}, Live, Audience{Kind: AudienceScreen}},
		{[]Grant{staff, invited, wall}, Live, Audience{Kind: AudienceStaff}}, {[]Grant{invited, wall, staff}, Live, Audience{Kind: AudienceStaff}},
	} {
		if got := AudienceOf(l.s, Actor{ID: "x", Grants: c.grants}, c.board, l.now); got != c.want {
			t.Errorf("%v on %s: %+v, want %+v", c.grants, c.board, got, c.want)
		}
	}
}

// TestReadingChangesNothing: of all rights those are left that are to see something.
func TestReadingChangesNothing(t *testing.T) {
	all := Rights{}
	for _, role := range Roles() {
		for _, kind := range BoardKinds() {
			for _, phase := range kind.Phases() {
				for right := range role.Rights(kind, phase) {
					all[right] = true
				}
			}
		}
	}
	want := Rights{RightSee: true, RightSeePersons: true, RightSeeTexts: true, RightSeeMeetings: true, RightRecord: true}
	if got := all.Reading(); !maps.Equal(got, want) || len(Rights{RightLead: true}.Reading()) != 0 {
		t.Errorf("reading of all is %v", got)
	}
}

func TestPictureAtATime(t *testing.T) {
	l := started(t)
	opened := l.now
	l.later(time.Minute).set(leader, "0001", "helse", Yellow)
	between := l.now.Add(30 * time.Second)
	l.later(time.Minute).set(leader, "0001", "helse", Red)
	for at, want := range map[time.Time]Level{
		noon.Add(-time.Hour): NotAssessed, opened: NotAssessed, between: Yellow, l.now: Red, l.now.Add(time.Hour): Red,
	} {
		p := l.picture(reader, Live).At(at)
		if got := p.Level(p.Row("0001"), p.Col("helse")); got != want {
			t.Errorf("at %s: %s, want %s", at.Format(time.TimeOnly), got, want)
		}
	}
}

func TestDraftsOfThePastStayDrafts(t *testing.T) {
	l := started(t) // set at noon, published an hour later
	l.do(editor, editions.OpenCorrection{Board: "2022", Reason: "x"})
	l.do(editor, SetLevels{Board: "2022", Cells: []CellEdit{{Municipality: "0001", Column: "helse", Level: Green, Seen: 3}}})
	during := l.now
	l.later(time.Hour).do(editor, editions.Publish{Board: "2022"})
	for _, c := range []struct {
		by      Actor
		at      time.Time
		level   Level
		version int
	}{
		{reader, noon.Add(time.Minute), Red, 0},
		{nobody, noon.Add(time.Minute), NotAssessed, 0},
		{nobody, noon.Add(90 * time.Minute), Red, 1},
		{nobody, during, Red, 1},
		{reader, during, Green, 0},
		{nobody, l.now, Green, 2},
		{boContact, during, Red, 1},
	} {
		p := l.picture(c.by, "2022").At(c.at)
		if got := p.Level(p.Row("0001"), p.Col("helse")); got != c.level || c.by.ID != reader.ID && p.ShownVersion() != c.version {
			t.Errorf("%q at %s: %s of version %d, want %s of %d", c.by.ID, c.at.Format(time.TimeOnly), got, p.ShownVersion(), c.level, c.version)
		}
	}
}

func TestOutdatedByTheClockAlone(t *testing.T) {
	l := started(t)
	next := l.s.NextChange("2022", l.now)
	if want := noon.Add(time.Hour + 365*24*time.Hour); !next.Equal(want) {
		t.Fatalf("next change %s, want %s", next, want)
	}
	for _, c := range []struct {
		now  time.Time
		want bool
	}{{next.Add(-time.Millisecond), false}, {next, true}} {
		p, _ := PictureOf(l.s, Audience{Kind: AudiencePublic}, "2022", c.now)
		if p.Outdated() != c.want {
			t.Errorf("outdated at %s: %t", c.now, !c.want)
		}
	}
	if !l.s.NextChange("2022", next).IsZero() || !l.s.NextChange(Live, l.now).IsZero() || !l.s.NextChange("2031", l.now).IsZero() {
		t.Error("a change that never comes")
	}
}

func TestBoardsAndNewest(t *testing.T) {
	l := started(t)
	l.do(editor, editions.Open{Board: "2023", Title: Words{NB: "2023"}, Catalogue: testCatalogue()})
	ids := func(by Actor) (out []BoardID) {
		for _, b := range l.s.BoardsOf(by, l.now) {
			out = append(out, b.ID)
		}
		return out
	}
	if got := ids(nobody); !slices.Equal(got, []BoardID{"2022"}) {
		t.Errorf("the public sees %v", got)
	}
	if got := ids(reader); !slices.Equal(got, []BoardID{Live, "2023", "2022"}) {
		t.Errorf("staff sees %v", got)
	}
	if got := l.s.NewestEdition(); got != "2022" {
		t.Errorf("newest %s", got)
	}
	l.do(editor, SetLevels{Board: "2023", Cells: []CellEdit{{Municipality: "0001", Column: "plan", Level: Green}}})
	l.do(editor, editions.Publish{Board: "2023"})
	if got := l.picture(nobody, "2022").SupersededBy(); got != "2023" {
		t.Errorf("superseded by %q", got)
	}
	if got := l.picture(nobody, "2023").SupersededBy(); got != "" {
		t.Errorf("the newest is superseded by %q", got)
	}
}
