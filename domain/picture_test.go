package domain_test

import (
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

func TestGrantEnds(t *testing.T) {
	l := started(t)
	by := Actor{ID: "vikar", Grants: []Grant{{Role: RoleReader, Until: l.now.Add(time.Minute)}}}
	if !RightsOf(l.s, by, Live, l.now)[RightSee] {
		t.Error("a grant that holds")
	}
	if RightsOf(l.s, by, Live, l.now.Add(time.Minute))[RightSee] || by.Staff(l.now.Add(time.Minute)) {
		t.Error("a grant that has ended")
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
	if want := noon.Add(time.Hour + OutdatedAfter); !next.Equal(want) {
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
