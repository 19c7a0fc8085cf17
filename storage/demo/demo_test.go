package demo_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/subjects"
	"kommunebilde/storage/county"
	"kommunebilde/storage/demo"
	"kommunebilde/storage/storagetest"
)

var now = time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)

func innlandet(t testing.TB) county.Pack {
	t.Helper()
	p, err := county.Load(county.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// seeded returns the state and the records of the demo.
func seeded(t testing.TB, pack county.Pack, now time.Time) (*domain.State, []domain.Record) {
	t.Helper()
	j := storagetest.NewMemory(subjects.Kinds())
	if _, err := demo.Seed(t.Context(), j, pack, now); err != nil {
		t.Fatal(err)
	}
	return replay(t, j)
}

func replay(t testing.TB, j domain.Journal) (*domain.State, []domain.Record) {
	t.Helper()
	head, err := j.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s := domain.NewState(head.Epoch)
	var records []domain.Record
	for r, err := range j.Follow(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if s, err = s.Apply(r); err != nil {
			t.Fatal(err)
		}
		if records = append(records, r); r.Revision == head.Revision {
			break
		}
	}
	return s, records
}

func account(t testing.TB, id domain.AccountID) domain.Actor {
	t.Helper()
	for _, a := range demo.Accounts() {
		if a.ID == id {
			return a.Actor()
		}
	}
	t.Fatalf("no account %s", id)
	return domain.Actor{}
}

func picture(t testing.TB, s *domain.State, by domain.Actor, b domain.BoardID) domain.Picture {
	t.Helper()
	p, ok := domain.PictureOf(s, domain.AudienceOf(s, by, b, now), b, now)
	if !ok {
		t.Fatalf("%q may not see %s", by.ID, b)
	}
	return p
}

func everywhere(p domain.Picture) (rows, areas []int) {
	for i := range p.Catalogue().Municipalities {
		rows = append(rows, i)
	}
	return rows, p.Catalogue().Areas()
}

func TestEditionAsPublished(t *testing.T) {
	s, _ := seeded(t, innlandet(t), now)
	if !s.Demo() {
		t.Error("the journal does not say that it is made up")
	}
	p := picture(t, s, domain.Actor{}, "2022") // the public's
	b := p.Board()
	if b.Phase != domain.PhasePublished || len(b.Publications) != 1 || !b.Demo {
		t.Fatalf("the board is %+v", b)
	}
	if at := b.Publications[0].At; !at.Equal(time.Date(2022, 11, 11, 8, 0, 0, 0, time.UTC)) {
		t.Errorf("published at %v", at)
	}
	if h := b.Hearing; h == nil || h.From != "2022-09-22" || h.To != "2022-10-13" || len(h.Answered) != 29 {
		t.Errorf("hearing is %+v", h)
	}
	want := domain.Counts{"green": 380, "yellow": 195, "red": 53, "not_assessed": 6, "not_applicable": 5, "no_data": 5}
	if got := p.Count(everywhere(p)); !reflect.DeepEqual(got, want) {
		t.Errorf("levels are %v, want %v", got, want)
	}
	if got := p.Markings(); len(got) != 1 || !got[0].Marking.Covers(domain.FieldText) || got[0].Marking.Reason != "" {
		t.Fatalf("the public's markings are %+v, want one text's, without why", got)
	} else if c := p.Cell(p.Row(got[0].Municipality), p.Col(got[0].Column)); c.Text != "" || c.Level != domain.Green {
		t.Errorf("the marked cell is %+v to the public", c)
	}
}

func TestTheHearingChangedCells(t *testing.T) {
	s, _ := seeded(t, innlandet(t), now)
	p := picture(t, s, account(t, "redaktor"), "2022")
	rows, areas := everywhere(p)
	changed := 0
	for _, r := range rows {
		for _, c := range areas {
			h := p.History(r, c)
			if len(h) == 0 || h[0].At.Before(time.Date(2022, 8, 31, 22, 0, 0, 0, time.UTC)) || h[0].At.After(time.Date(2022, 9, 10, 0, 0, 0, 0, time.UTC)) {
				t.Fatalf("cell %d, %d has no draft of early September: %v", r, c, h)
			}
			if len(h) == 2 {
				changed++
				at := h[1].At
				if at.Before(time.Date(2022, 10, 23, 22, 0, 0, 0, time.UTC)) || at.After(time.Date(2022, 10, 28, 22, 0, 0, 0, time.UTC)) || h[1].Level == h[0].Level {
					t.Errorf("cell %d, %d: %v", r, c, h)
				}
			}
		}
	}
	if changed != 22 {
		t.Errorf("%d cells changed after the hearing, want 22", changed)
	}
}

func TestIndicatorsBearOutTheirArea(t *testing.T) {
	s, _ := seeded(t, innlandet(t), now)
	p := picture(t, s, domain.Actor{}, "2022")
	rows, areas := everywhere(p)
	rank := map[domain.Level]int{"green": 1, "yellow": 2, "red": 3}
	cells := 0
	for _, r := range rows {
		for _, a := range areas {
			area, worst := p.Level(r, a), 0
			for _, c := range p.Catalogue().Indicators(p.Catalogue().Columns[a].ID) {
				l := p.Level(r, c)
				worst = max(worst, rank[l])
				if p.Cell(r, c).Revision == 0 {
					t.Fatalf("an indicator was never set")
				}
				if rank[area] == 0 && l != area {
					t.Errorf("an indicator is %s under %s", l, area)
				}
				cells++
			}
			if worst != rank[area] {
				t.Errorf("the worst indicator is of rank %d under %s", worst, area)
			}
		}
	}
	if cells != 2300 {
		t.Errorf("%d indicator cells, want 2300", cells)
	}
}

func TestLivePicture(t *testing.T) {
	s, records := seeded(t, innlandet(t), now)
	p := picture(t, s, account(t, "leser"), domain.Live)
	if b := p.Board(); b.Base != "2022" || b.Phase != domain.PhaseMeeting || !b.Demo {
		t.Errorf("the board is %+v", b)
	}
	want := domain.Counts{"green": 322, "yellow": 51, "red": 8, "not_assessed": 263}
	if got := p.Count(everywhere(p)); !reflect.DeepEqual(got, want) {
		t.Errorf("levels are %v, want %v", got, want)
	}
	red := map[int]int{}
	rows, areas := everywhere(p)
	for _, r := range rows {
		for _, c := range areas {
			if p.Level(r, c) == domain.Red {
				if red[r]++; red[r] > 1 {
					t.Errorf("%s is red twice", p.Catalogue().Municipalities[r].Name)
				}
			}
		}
	}
	meetings := p.Meetings()
	if len(meetings) != 8 {
		t.Fatalf("%d meetings", len(meetings))
	}
	if open := meetings[0]; !open.Open() || now.Sub(open.OpenedAt) > time.Hour || now.Sub(open.OpenedAt) < 30*time.Minute {
		t.Errorf("the last meeting is %+v", open)
	}
	for _, m := range meetings[1:] {
		if m.Open() || m.OpenedAt.Before(now.Add(-60*24*time.Hour)) {
			t.Errorf("meeting %+v", m)
		}
	}
	last := records[len(records)-1].At
	if age := now.Sub(last); age < 0 || age > time.Minute {
		t.Errorf("the last change is %v old", age)
	}
	changes, undone, bulk, recent, texts, reported := 0, 0, map[domain.Revision]int{}, 0, 0, 0
	for _, l := range p.Log(0, 0) {
		if l.Change == nil {
			continue
		}
		changes++
		if l.Change.Undoes != 0 {
			undone++
		}
		if l.Change.Level == domain.Yellow {
			bulk[l.Revision]++
		}
		if now.Sub(l.At) < 10*time.Minute {
			recent++
		}
		if l.Change.Text != "" {
			texts++
		}
		if l.Change.ReportedBy != "" {
			reported++
		}
	}
	atOnce := 0
	for _, n := range bulk {
		if n > 1 {
			atOnce++
		}
	}
	if changes < 600 || undone != 5 || atOnce != 1 || recent < 5 || texts < 200 || reported < 500 {
		t.Errorf("%d changes, %d undone, %d made of several yellow cells, %d in the last ten minutes, %d with text, %d with reporter", changes, undone, atOnce, recent, texts, reported)
	}
	for _, public := range s.BoardsOf(domain.Actor{}, now) {
		if public.ID == domain.Live {
			t.Error("the public sees the live picture")
		}
	}
}

func TestSameTimeSameRecords(t *testing.T) {
	_, first := seeded(t, innlandet(t), now)
	_, second := seeded(t, innlandet(t), now)
	if len(first) != len(second) || first[len(first)-1].Hash != second[len(second)-1].Hash {
		t.Error("two tellings differ")
	}
	_, later := seeded(t, innlandet(t), now.Add(time.Hour))
	if later[len(later)-1].Hash == first[len(first)-1].Hash {
		t.Error("the story does not follow the clock")
	}
}

func TestEveryTimeOfDayWorks(t *testing.T) {
	pack := innlandet(t)
	for _, at := range []time.Time{
		time.Date(2022, 11, 14, 9, 42, 7, 0, time.UTC), // meetings between draft and publication
		time.Date(2024, 3, 31, 1, 30, 0, 0, time.UTC),  // the night the clock goes forward
		time.Date(2024, 10, 27, 0, 59, 59, 0, time.UTC),
		time.Date(2030, 1, 1, 0, 5, 0, 0, time.UTC),
	} {
		seeded(t, pack, at)
	}
	if _, err := demo.Seed(t.Context(), storagetest.NewMemory(subjects.Kinds()), pack, time.Date(2022, 11, 1, 0, 0, 0, 0, time.UTC)); err == nil {
		t.Error("a story that ends before it begins was told")
	}
}

func TestAnotherCountyHasADemoToo(t *testing.T) {
	pack, err := county.Load(os.DirFS("../county/testdata/trefylket"))
	if err != nil {
		t.Fatal(err)
	}
	s, _ := seeded(t, pack, now)
	p := picture(t, s, account(t, "moteleder"), domain.Live)
	if n := p.Count(everywhere(p)); n[domain.NotAssessed] == 6 {
		t.Errorf("nothing is reported: %v", n)
	}
}

func TestOnlyAnEmptyJournalIsSeeded(t *testing.T) {
	pack, j := innlandet(t), storagetest.NewMemory(subjects.Kinds())
	if _, err := demo.Seed(t.Context(), j, pack, now); err != nil {
		t.Fatal(err)
	}
	before, _ := j.Head(t.Context())
	if _, err := demo.Seed(t.Context(), j, pack, now); !errors.Is(err, demo.ErrNotEmpty) {
		t.Errorf("error is %v", err)
	}
	if after, _ := j.Head(t.Context()); after != before {
		t.Error("the journal grew")
	}
}

func TestAJournalThatFailsIsTold(t *testing.T) {
	j, full := storagetest.NewMemory(subjects.Kinds()), errors.New("disk full")
	j.FailNext(full)
	if _, err := demo.Seed(t.Context(), j, innlandet(t), now); !errors.Is(err, full) {
		t.Errorf("error is %v", err)
	}
}

// No sentence names a municipality or region: a made-up red that does could be
// quoted as a fact.
func TestTextsNameNobody(t *testing.T) {
	pack := innlandet(t)
	var names []string
	for _, m := range pack.Catalogue.Municipalities {
		names = append(names, regexp.QuoteMeta(m.Name))
	}
	for _, r := range pack.Catalogue.Regions {
		names = append(names, regexp.QuoteMeta(r.Name))
	}
	named := regexp.MustCompile(`(^|[^\pL])(` + strings.Join(names, "|") + `|Mjøsa|Gudbrandsdal|E6|Rv\.?|Fv\.?)([^\pL]|$)`)
	s, _ := seeded(t, pack, now)
	var bodies []string
	for _, board := range []domain.BoardID{"2022", domain.Live} {
		p := picture(t, s, account(t, "redaktor"), board)
		for r := range p.Catalogue().Municipalities {
			for c := range p.Catalogue().Columns {
				for _, h := range p.History(r, c) {
					if h.Text != "" {
						bodies = append(bodies, h.Text)
					}
				}
			}
		}
	}
	slices.Sort(bodies)
	distinct := slices.Compact(bodies)
	if len(distinct) < 500 {
		t.Errorf("%d different texts", len(distinct))
	}
	for _, text := range distinct {
		if found := named.FindString(text); found != "" {
			t.Errorf("%q names %q", text, found)
		}
		if n := len([]rune(text)); n > 220 {
			t.Errorf("%q has %d characters", text, n)
		}
	}
}

func TestAccountsHaveNoPasswords(t *testing.T) {
	roles := map[domain.Role]bool{}
	seen := map[domain.AccountID]bool{}
	areas := map[domain.ColumnID]bool{}
	for _, a := range demo.Accounts() {
		if a.Password != "" || a.Name == "" || seen[a.ID] {
			t.Errorf("account %+v", a)
		}
		seen[a.ID] = true
		for _, g := range a.Grants {
			roles[g.Role] = true
			for _, id := range g.Areas {
				areas[id] = true
			}
		}
	}
	for _, r := range []domain.Role{domain.RoleLead, domain.RoleReader, domain.RoleAdmin, domain.RoleEditor, domain.RoleAssessor} {
		if !roles[r] {
			t.Errorf("nobody is %s", r)
		}
	}
	cat := innlandet(t).Catalogue
	for _, i := range cat.Areas() {
		if !areas[cat.Columns[i].ID] {
			t.Errorf("nobody assesses %s", cat.Columns[i].ID)
		}
	}
}

// Every change that Next makes up is taken, and in the long run the picture
// neither empties nor fills with red.
func TestNextIsTakenAndKeepsBalance(t *testing.T) {
	s, _ := seeded(t, innlandet(t), now)
	by := account(t, "moteleder")
	rnd := rand.New(rand.NewPCG(1, 2))
	at := now
	for range 800 {
		at = at.Add(8 * time.Second)
		cmd := demo.Next(picture(t, s, by, domain.Live), rnd)
		events, err := domain.Decide(s, by, cmd, at)
		if err != nil {
			t.Fatal(err)
		}
		r, err := domain.Seal(s.Head(), at, by.ID, "", events, func() domain.Salt { return domain.Salt{} })
		if err != nil {
			t.Fatal(err)
		}
		if s, err = s.Apply(r); err != nil {
			t.Fatal(err)
		}
		if cmd.Cells[0].Text == "" || cmd.ReportedBy == "" {
			t.Errorf("a change says nothing: %+v", cmd)
		}
	}
	p := picture(t, s, by, domain.Live)
	n := p.Count(everywhere(p))
	if n["green"] < 250 || n["yellow"] < 25 || n["yellow"] > 110 || n["red"] > 40 {
		t.Errorf("after 800 changes: %v", n)
	}
}
