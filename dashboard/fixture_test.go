package dashboard

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/fstest"
	"time"
	_ "time/tzdata"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/typed"
	"kommunebilde/storage/county"
)

// world is a journal in the making, for pictures with a known past.
type world struct {
	t   testing.TB
	s   *domain.State
	now time.Time
}

var (
	editor = domain.Actor{ID: "redaktor", Grants: []domain.Grant{{Role: domain.RoleEditor}}}
	leader = domain.Actor{ID: "kari", Grants: []domain.Grant{{Role: domain.RoleLead}}}
	reader = domain.Actor{ID: "les", Grants: []domain.Grant{{Role: domain.RoleReader}}}
	admin  = domain.Actor{ID: "admin", Grants: []domain.Grant{{Role: domain.RoleAdmin}}}
	nobody = domain.Actor{}
)

func newWorld(t testing.TB, at string) *world {
	w := &world{t: t, s: domain.NewState("epoch")}
	w.clock(at)
	return w
}

// clock sets the time, as the clock in Oslo says.
func (w *world) clock(at string) {
	w.t.Helper()
	now, err := kit.ParseTime(at)
	if err != nil {
		w.t.Fatal(err)
	}
	w.now = now
}

func (w *world) do(by domain.Actor, cmd domain.Command) domain.Revision {
	w.t.Helper()
	events, err := domain.Decide(w.s, by, cmd, w.now)
	if err != nil {
		w.t.Fatalf("%T: %v", cmd, err)
	}
	record, err := domain.Seal(w.s.Head(), w.now, by.ID, "", events, func() domain.Salt { return domain.Salt{} })
	if err != nil {
		w.t.Fatal(err)
	}
	if w.s, err = w.s.Apply(record); err != nil {
		w.t.Fatal(err)
	}
	return w.s.Head().Revision
}

func (w *world) picture(by domain.Actor, b domain.BoardID) domain.Picture {
	w.t.Helper()
	p, ok := domain.PictureOf(w.s, domain.AudienceOf(w.s, by, b, w.now), b, w.now)
	if !ok {
		w.t.Fatalf("%s does not see %s", by.ID, b)
	}
	return p
}

// request is a page asked for by somebody.
func (w *world) request(by domain.Actor, b domain.BoardID, path string) kit.Request {
	r := kit.Request{
		Lang: "nb", Path: path, Now: w.now, Boards: w.s.BoardsOf(by, w.now),
		Rights: domain.RightsOf(w.s, by, b, w.now), Token: "hemmelig", RequestID: "req-1",
		Names: func(id domain.AccountID) string {
			return map[domain.AccountID]string{"kari": "K. Moen", "redaktor": "I. Berg"}[id]
		},
	}
	r.Edition = w.s.NewestEdition()
	r.Home = r.Edition
	if by.ID != "" {
		r.Home = domain.Live
		r.User = &kit.User{Name: r.Names(by.ID), ID: by.ID, Staff: true, Admin: by.Accounts(w.now)}
	}
	return r
}

// testSite is the site of all tests. It never changes once made.
var testSite = sync.OnceValues(func() (*kit.Site, error) {
	return New(kit.Options{Build: "test", Assets: fstest.MapFS{"app.css": {Data: []byte("body{}")}, "app.js": {Data: []byte("0")}}})
})

func newSite(t testing.TB) *kit.Site {
	t.Helper()
	s, err := testSite()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// innlandet is the county with a published edition and a meeting that has been
// going on for a while: what the reference pictures show.
func innlandet(t testing.TB) *world {
	pack, err := county.Load(county.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, "2022-09-02T09:00:00")
	w.do(admin, domain.DeclareDemo{})
	w.do(editor, domain.OpenLive{Catalogue: pack.Catalogue, Map: &pack.Map})
	w.do(editor, editions.Open{
		Board: "2022", Title: domain.Words{NB: "Kommunebilde 2022", NN: "Kommunebilete 2022", EN: "Municipality picture 2022"},
		Catalogue: pack.Catalogue, Map: &pack.Map,
	})
	rnd := rand.New(rand.NewPCG(7, 7))
	c := &pack.Catalogue
	var cells []domain.CellEdit
	for _, m := range c.Municipalities {
		for _, col := range c.Columns {
			if col.Kind == domain.ColumnFunction {
				continue
			}
			edit := domain.CellEdit{Municipality: m.ID, Column: col.ID, Level: drawLevel(rnd, 60, 29, 8, 1, 1, 1)}
			if col.Kind == domain.ColumnArea {
				edit.Text = typed.Of(fmt.Sprintf("Tjenesten er vurdert ut fra statistikk, tilsyn og dialog. %s har fulgt opp forrige møte, men er sårbar i ferier.", m.Name))
				edit.Author, edit.Date = "I. Berg", "2022-09-01"
			}
			cells = append(cells, edit)
		}
	}
	for len(cells) > 0 {
		n := min(len(cells), 500)
		w.do(editor, domain.SetLevels{Board: "2022", Cells: cells[:n]})
		cells = cells[n:]
	}
	w.clock("2022-10-28T10:00:00")
	w.do(editor, editions.NoteHearing{Board: "2022", Hearing: domain.Hearing{From: "2022-09-22", To: "2022-10-13", Answered: []domain.MunicipalityID{"3434", "3403"}}})
	w.clock("2022-11-11T09:00:00")
	w.do(editor, editions.Publish{Board: "2022"})
	w.do(editor, domain.ChangeBase{Edition: "2022"})
	w.clock("2022-11-14T09:00:00")
	w.do(leader, domain.OpenMeeting{ID: "m1", Board: domain.Live, Kind: domain.MeetingPreparedness, Title: "Beredskapsmøte 14. nov."})
	for _, m := range c.Municipalities {
		var edits []domain.CellEdit
		for _, i := range c.Areas() {
			if l := drawLevel(rnd, 50, 8, 1, 41); l != domain.NotAssessed {
				edits = append(edits, domain.CellEdit{Municipality: m.ID, Column: c.Columns[i].ID, Level: l})
			}
		}
		w.now = w.now.Add(97 * time.Second)
		w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m1", Cells: edits, ReportedBy: typed.Of(m.Name + " v/ordfører")})
	}
	late := func(at, m, c string, l domain.Level, text string) {
		w.clock("2022-11-14T" + at)
		w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m1", ReportedBy: "v/ordfører", Cells: []domain.CellEdit{
			{Municipality: domain.MunicipalityID(m), Column: domain.ColumnID(c), Level: l, Text: typed.Of(text)}}})
	}
	late("10:21:10", "3451", "samfunnssikkerhet", domain.Red, "Strømbrudd for 1 200 kunder.")
	late("10:34:00", "3437", "samfunnssikkerhet", domain.Yellow, "")
	late("10:35:31", "3450", "samfunnssikkerhet", domain.Yellow, "")
	late("10:37:15", "3435", "samfunnssikkerhet", domain.Red, "")
	late("10:39:40", "3436", "samfunnssikkerhet", domain.Red, "")
	late("10:41:00", "3434", "fastlege", domain.Yellow, "")
	late("10:42:01", "3434", "fastlege", domain.Red, "Vikarlege er ikke på plass til helgen. Kommunen har bedt nabokommunene om hjelp; svar ventes i dag.")
	late("10:42:03", "3433", "samfunnssikkerhet", domain.Red, "Fv. 2646 stengt, 40 isolerte")
	w.clock("2022-11-14T10:42:07")
	return w
}

// drawLevel returns green, yellow, red or one of the rest by weight.
func drawLevel(rnd *rand.Rand, weights ...int) domain.Level {
	sum := 0
	for _, n := range weights {
		sum += n
	}
	levels := []domain.Level{domain.Green, domain.Yellow, domain.Red, domain.NotAssessed, domain.NotApplicable, domain.NoData}
	n := rnd.IntN(sum)
	for i, weight := range weights {
		if n < weight {
			return levels[i]
		}
		n -= weight
	}
	return domain.Green
}
