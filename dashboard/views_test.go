package dashboard

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kommunebilde/dashboard/console"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/overview"
	"kommunebilde/dashboard/wall"
	"kommunebilde/domain"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/typed"
)

// What an address carries and what is kept are the same filter.
func TestAFilterIsKeptAndComesBack(t *testing.T) {
	w := innlandet(t)
	p := w.picture(leader, domain.Live)
	for _, query := range []string{
		"region=valdres", "area=plan&level=red&level=none", "since=mote", "since=10m", "since=1h", "since=24h", "since=7d", "since=90m", "age=1d", "age=7d", "age=90m",
		"region=valdres&level=yellow&level=red&since=mote&aktor=r1&kart=plan",
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		f, err := kit.ParseFilter(q, p.Catalogue())
		if err != nil {
			t.Fatal(query, err)
		}
		kept, err := f.Kept()
		if err != nil {
			t.Fatal(query, err)
		}
		if got := kit.FilterOf(kept).Query(); got != query {
			t.Errorf("%s comes back as %s", query, got)
		}
		back := kit.FilterOf(kept)
		if !back.Cutoff(p).Equal(f.Cutoff(p)) {
			t.Errorf("%s: since %v, kept %v", query, f.Cutoff(p), back.Cutoff(p))
		}
	}
	for _, query := range []string{"since=2022-11-01", "region=valdres&at=2022-11-14T10:00"} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		f, err := kit.ParseFilter(q, p.Catalogue())
		if err != nil {
			t.Fatal(query, err)
		}
		if _, err := f.Kept(); err == nil {
			t.Errorf("%s can be kept", query)
		}
	}
}

// shown returns which cells of the grid and which municipalities of the map are
// not filtered out.
func shown(page string) (cells, places int) {
	for _, td := range regexp.MustCompile(`<td role="gridcell" data-m="[^>]*>`).FindAllString(page, -1) {
		if !strings.Contains(td, " data-out") {
			cells++
		}
	}
	for _, path := range regexp.MustCompile(`<path id="p\d+"[^>]*>`).FindAllString(page, -1) {
		if !strings.Contains(path, " data-out") {
			places++
		}
	}
	return cells, places
}

// Since the previous meeting: grid and map show what changed, the console marks
// it and leaves nobody out, the leader's wall sifts its map and still counts all.
func TestNewSinceThePreviousMeeting(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(leader, domain.Live)
	f := kit.Filter{Since: kit.SinceMeeting, Map: "samfunnssikkerhet"}
	ask := func(path string) kit.Request { return w.request(leader, domain.Live, path) }
	page, err := overview.Overview(s, ask("/tavle/na?since=mote"), p, f)
	if err != nil {
		t.Fatal(err)
	}
	if cells, places := shown(string(page)); cells != 4 || places != 4 {
		t.Errorf("%d cells and %d places are new, want 4 and 4", cells, places)
	}
	if !strings.Contains(string(page), `<a class="tog since" data-on href="?kart=samfunnssikkerhet"`) {
		t.Error("the toggle is not on, or leads elsewhere than off")
	}
	console, err := console.Console(s, ask("/konsoll/m2?since=mote&valgt=3433"), p, "m2", "3433")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(console), `<span class="tag">nytt</span>`); n != 1+newIn(string(console)) {
		t.Errorf("%d marks", n)
	}
	if n := regexp.MustCompile(`<li data-c="[^"]*"[^>]*>`).FindAllString(string(console), -1); len(n) != 14 {
		t.Errorf("%d areas", len(n))
	}
	plain, err := wall.Wall(s, ask("/skjerm"), p, wall.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wall, err := wall.Wall(s, ask("/skjerm?since=mote"), p, wall.Options{Filter: f})
	if err != nil {
		t.Fatal(err)
	}
	counters := regexp.MustCompile(`data-count-level="[a-z]+">\d+`)
	if got, want := counters.FindAllString(string(wall), -1), counters.FindAllString(string(plain), -1); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the wall counts %v, not %v", got, want)
	}
	if _, places := shown(string(wall)); places != 4 || !strings.Contains(string(wall), `class="wnews"`) || strings.Contains(string(plain), `class="wnews"`) {
		t.Errorf("%d places on the wall", places)
	}
}

// newIn counts the municipalities of the queue that are marked.
func newIn(console string) int {
	queue, _, _ := strings.Cut(console, `id="areas"`)
	return strings.Count(queue, `<span class="tag">nytt</span>`)
}

// Whose reports: what an actor reported under any of its names, and nothing for
// who may not know who reported.
func TestReportedByAnActor(t *testing.T) {
	w, s := innlandet(t), newSite(t)
	w.do(leader, actors.List{ID: "r1", Name: "Kraftlaget"})
	report := func(m, by string) {
		w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m1", ReportedBy: typed.Of(by), Cells: []domain.CellEdit{
			{Municipality: domain.MunicipalityID(m), Column: "plan", Level: domain.Red}}})
	}
	report("3434", "Kraftlaget v/vakt")
	w.do(leader, actors.List{ID: "r1", Name: "Elvenett"})
	report("3435", "Elvenett")
	report("3436", "Vågå v/ordfører")
	p := w.picture(leader, domain.Live)
	f := kit.Filter{Actor: "r1", Map: "plan"}
	page, err := overview.Overview(s, w.request(leader, domain.Live, "/tavle/na?aktor=r1"), p, f)
	if err != nil {
		t.Fatal(err)
	}
	if cells, places := shown(string(page)); cells != 2 || places != 2 || strings.Count(string(page), " data-reported") != 2 {
		t.Errorf("%d cells, %d places", cells, places)
	}
	if !strings.Contains(string(page), `"actor":{"id":"r1","names":["Kraftlaget","Elvenett"]}`) {
		t.Error("the script does not know the names")
	}
	if err := f.Check(p); err != nil {
		t.Error(err)
	}
	public := w.picture(nobody, "2022")
	if err := f.Check(public); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("the public filters by actor: %v", err)
	}
}
