package dashboard

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/fstest"
	"time"
	_ "time/tzdata"

	"kommunebilde"
	"kommunebilde/storage/county"
)

// world is a journal in the making, for pictures with a known past.
type world struct {
	t   testing.TB
	s   *kommunebilde.State
	now time.Time
}

var (
	editor = kommunebilde.Actor{ID: "redaktor", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleEditor}}}
	leader = kommunebilde.Actor{ID: "kari", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleLead}}}
	reader = kommunebilde.Actor{ID: "les", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleReader}}}
	admin  = kommunebilde.Actor{ID: "admin", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleAdmin}}}
	nobody = kommunebilde.Actor{}
)

func newWorld(t testing.TB, at string) *world {
	w := &world{t: t, s: kommunebilde.NewState("epoch")}
	w.clock(at)
	return w
}

// clock sets the time, as the clock in Oslo says.
func (w *world) clock(at string) {
	w.t.Helper()
	now, err := parseTime(at)
	if err != nil {
		w.t.Fatal(err)
	}
	w.now = now
}

func (w *world) do(by kommunebilde.Actor, cmd kommunebilde.Command) kommunebilde.Revision {
	w.t.Helper()
	events, err := kommunebilde.Decide(w.s, by, cmd, w.now)
	if err != nil {
		w.t.Fatalf("%T: %v", cmd, err)
	}
	record, err := kommunebilde.Seal(w.s.Head(), w.now, by.ID, "", events, func() kommunebilde.Salt { return kommunebilde.Salt{} })
	if err != nil {
		w.t.Fatal(err)
	}
	if w.s, err = w.s.Apply(record); err != nil {
		w.t.Fatal(err)
	}
	return w.s.Head().Revision
}

func (w *world) picture(by kommunebilde.Actor, b kommunebilde.BoardID) kommunebilde.Picture {
	w.t.Helper()
	p, ok := kommunebilde.PictureOf(w.s, kommunebilde.AudienceOf(w.s, by, b, w.now), b, w.now)
	if !ok {
		w.t.Fatalf("%s does not see %s", by.ID, b)
	}
	return p
}

// request is a page asked for by somebody.
func (w *world) request(by kommunebilde.Actor, b kommunebilde.BoardID, path string) Request {
	r := Request{
		Lang: "nb", Path: path, Now: w.now, Boards: kommunebilde.BoardsOf(w.s, by, w.now),
		Rights: kommunebilde.RightsOf(w.s, by, b, w.now), Token: "hemmelig", RequestID: "req-1",
		Names: func(id kommunebilde.AccountID) string {
			return map[kommunebilde.AccountID]string{"kari": "K. Moen", "redaktor": "I. Berg"}[id]
		},
	}
	if by.ID != "" {
		r.User = &User{Name: r.Names(by.ID), ID: by.ID, Staff: true}
	}
	return r
}

func newSite(t testing.TB) *Site {
	t.Helper()
	s, err := New(Options{Build: "test", Assets: fstest.MapFS{"app.css": {Data: []byte("body{}")}, "app.js": {Data: []byte("0")}}})
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
	w.do(admin, kommunebilde.DeclareDemo{})
	w.do(editor, kommunebilde.OpenLive{Catalogue: pack.Catalogue, Map: &pack.Map})
	w.do(editor, kommunebilde.OpenEdition{
		Board: "2022", Title: kommunebilde.Words{NB: "Kommunebilde 2022", NN: "Kommunebilete 2022", EN: "Municipality picture 2022"},
		Catalogue: pack.Catalogue, Map: &pack.Map,
	})
	rnd := rand.New(rand.NewPCG(7, 7))
	c := &pack.Catalogue
	var cells []kommunebilde.CellEdit
	for _, m := range c.Municipalities {
		for _, col := range c.Columns {
			if col.Kind == kommunebilde.ColumnFunction {
				continue
			}
			edit := kommunebilde.CellEdit{Municipality: m.ID, Column: col.ID, Level: drawLevel(rnd, 60, 29, 8, 1, 1, 1)}
			if col.Kind == kommunebilde.ColumnArea {
				edit.Text = fmt.Sprintf("Tjenesten er vurdert ut fra statistikk, tilsyn og dialog. %s har fulgt opp forrige møte, men er sårbar i ferier.", m.Name)
				edit.Author, edit.Date = "I. Berg", "2022-09-01"
			}
			cells = append(cells, edit)
		}
	}
	for len(cells) > 0 {
		n := min(len(cells), 500)
		w.do(editor, kommunebilde.SetLevels{Board: "2022", Cells: cells[:n]})
		cells = cells[n:]
	}
	w.clock("2022-10-28T10:00:00")
	w.do(editor, kommunebilde.NoteHearing{Board: "2022", Hearing: kommunebilde.Hearing{From: "2022-09-22", To: "2022-10-13", Answered: []kommunebilde.MunicipalityID{"3434", "3403"}}})
	w.clock("2022-11-11T09:00:00")
	w.do(editor, kommunebilde.Publish{Board: "2022"})
	w.do(editor, kommunebilde.ChangeBase{Edition: "2022"})
	w.clock("2022-11-14T09:00:00")
	w.do(leader, kommunebilde.OpenMeeting{ID: "m1", Board: kommunebilde.Live, Kind: kommunebilde.MeetingPreparedness, Title: "Beredskapsmøte 14. nov."})
	for _, m := range c.Municipalities {
		var edits []kommunebilde.CellEdit
		for _, i := range c.Areas() {
			if l := drawLevel(rnd, 50, 8, 1, 41); l != kommunebilde.NotAssessed {
				edits = append(edits, kommunebilde.CellEdit{Municipality: m.ID, Column: c.Columns[i].ID, Level: l})
			}
		}
		w.now = w.now.Add(97 * time.Second)
		w.do(leader, kommunebilde.SetLevels{Board: kommunebilde.Live, Meeting: "m1", Cells: edits, ReportedBy: m.Name + " v/ordfører"})
	}
	late := func(at, m, c string, l kommunebilde.Level, text string) {
		w.clock("2022-11-14T" + at)
		w.do(leader, kommunebilde.SetLevels{Board: kommunebilde.Live, Meeting: "m1", ReportedBy: "v/ordfører", Cells: []kommunebilde.CellEdit{
			{Municipality: kommunebilde.MunicipalityID(m), Column: kommunebilde.ColumnID(c), Level: l, Text: text}}})
	}
	late("10:21:10", "3451", "samfunnssikkerhet", kommunebilde.Red, "Strømbrudd for 1 200 kunder.")
	late("10:34:00", "3437", "samfunnssikkerhet", kommunebilde.Yellow, "")
	late("10:35:31", "3450", "samfunnssikkerhet", kommunebilde.Yellow, "")
	late("10:37:15", "3435", "samfunnssikkerhet", kommunebilde.Red, "")
	late("10:39:40", "3436", "samfunnssikkerhet", kommunebilde.Red, "")
	late("10:41:00", "3434", "fastlege", kommunebilde.Yellow, "")
	late("10:42:01", "3434", "fastlege", kommunebilde.Red, "Vikarlege er ikke på plass til helgen. Kommunen har bedt nabokommunene om hjelp; svar ventes i dag.")
	late("10:42:03", "3433", "samfunnssikkerhet", kommunebilde.Red, "Fv. 2646 stengt, 40 isolerte")
	w.clock("2022-11-14T10:42:07")
	return w
}

// drawLevel returns green, yellow, red or one of the rest by weight.
func drawLevel(rnd *rand.Rand, weights ...int) kommunebilde.Level {
	sum := 0
	for _, n := range weights {
		sum += n
	}
	levels := []kommunebilde.Level{kommunebilde.Green, kommunebilde.Yellow, kommunebilde.Red, kommunebilde.NotAssessed, kommunebilde.NotApplicable, kommunebilde.NoData}
	n := rnd.IntN(sum)
	for i, weight := range weights {
		if n < weight {
			return levels[i]
		}
		n -= weight
	}
	return kommunebilde.Green
}
