package dashboard

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"kommunebilde"
)

// A situation's cells are those of the picture, with their own scale; what must
// be confirmed says so, and only that.
func TestSituationCellsAreThePictures(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(reader, "flom")
	page := overviewOf(t, s, w, reader, "flom", "")
	seen, stale := 0, 0
	for _, m := range cellTag.FindAllStringSubmatch(page, -1) {
		row, col := p.Row(kommunebilde.MunicipalityID(m[1])), p.Col(kommunebilde.ColumnID(m[2]))
		if row < 0 || col < 0 || p.Catalogue().Columns[col].Kind != kommunebilde.ColumnFunction {
			t.Fatalf("cell %s.%s is none of the situation's", m[1], m[2])
		}
		seen++
		if string(p.Level(row, col)) != m[3] {
			t.Errorf("%s.%s is %s", m[1], m[2], m[3])
		}
		marked := strings.Contains(m[4], " data-stale")
		if marked != p.Stale(row, col) || marked != strings.Contains(m[6], "må bekreftes") {
			t.Errorf("%s.%s must be confirmed: %v; marked %v, called %q", m[1], m[2], p.Stale(row, col), marked, m[6])
		}
		if marked {
			stale++
		}
	}
	if seen != 46*11 || stale == 0 || stale == seen {
		t.Errorf("%d cells, %d to be confirmed", seen, stale)
	}
	for _, want := range []string{`class="sband"`, "Flom og ras, november", "11 av 46 kommuner har rapportert", `id="g-critical"`, `data-layer="situation"`, "Sivilforsvaret"} {
		if !strings.Contains(page, want) {
			t.Errorf("the board lacks %s", want)
		}
	}
	if live := overviewOf(t, s, w, reader, kommunebilde.Live, ""); strings.Contains(live, "g-critical") || strings.Contains(live, "sband") {
		t.Error("the live picture looks like a situation")
	}
}

// Figures stand with unit, source and certainty; a sum says of how many, and
// where sources differ neither number is in it.
func TestFiguresSayWhereTheyComeFrom(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	page := overviewOf(t, s, w, reader, "flom", "valgt=3433.evakuering")
	_, strip, _ := strings.Cut(page, `data-figure="evacuated"`)
	strip, _, _ = strings.Cut(strip, `data-figure="without_power"`)
	// 0+7+…+70 without Skjåk's 14, which the police say is 52.
	for _, want := range []string{"371", "personer, sum, 11 av 46 har meldt", "kildene er uenige for Skjåk", "10:12"} {
		if !strings.Contains(strip, want) {
			t.Errorf("the sum lacks %q: %s", want, strip)
		}
	}
	if !strings.Contains(page, "timer legges ikke sammen") {
		t.Error("hours are summed")
	}
	if !strings.Contains(page, `<b class="fig">14/52</b>`) {
		t.Error("the cell hides that the sources differ")
	}
	_, panel, _ := strings.Cut(page, `class="t figs"`)
	for _, want := range []string{"14 personer", "52 personer", "kommunen", "politiet", "omtrentlig", "ubekreftet"} {
		if !strings.Contains(panel, want) {
			t.Errorf("the panel lacks %q", want)
		}
	}
	if got := number(1234567); got != "1\u00a0234\u00a0567" {
		t.Errorf("a number is %q", got)
	}
}

// A filter of the situation's own levels counts and hides as any other.
func TestSituationLevelsCanBeFiltered(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(reader, "flom")
	page := overviewOf(t, s, w, reader, "flom", "level=critical")
	for _, m := range cellTag.FindAllStringSubmatch(page, -1) {
		if out := strings.Contains(m[4], " data-out"); out != (m[3] != "critical") {
			t.Errorf("%s.%s (%s) is filtered out: %v", m[1], m[2], m[3], out)
		}
	}
	want := p.Count(all(46), judged(p.Catalogue(), kommunebilde.KindSituation))[kommunebilde.Critical]
	if want == 0 || !strings.Contains(page, fmt.Sprintf(`<b data-count-level="critical">%d</b>`, want)) {
		t.Errorf("the page does not count %d critical", want)
	}
}

// Wall B shows every area that it has room for and counts the rest: none worse
// than what is shown, and never less than three.
func TestWallBCountsWhatItHasNoRoomFor(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(reader, kommunebilde.Live)
	section := regexp.MustCompile(`(?s)<section class="wb" data-region="([^"]*)".*?</section>`)
	row := regexp.MustCompile(`<tr><th scope="row"`)
	more := regexp.MustCompile(`<p class="more">\+(\d+)`)
	for _, inches := range []float64{43, 55, 65, 86} {
		for _, metres := range []float64{3, 5, 8} {
			o := WallOptions{Layout: "b", Inches: inches, Metres: metres, Rotate: 20}
			page, err := s.Wall(w.request(reader, kommunebilde.Live, "/skjerm"), p, o)
			if err != nil {
				t.Fatal(err)
			}
			k := math.Ceil(o.scale()*20-1e-9) / 20
			sections := section.FindAllStringSubmatch(string(page), -1)
			if len(sections) != 10 || strings.Count(string(page), `data-region="`) != 10 || strings.Count(string(page), " hidden>") < 9 {
				t.Fatalf("%d regions", len(sections))
			}
			for _, sec := range sections {
				n := len(row.FindAllString(sec[0], -1))
				left := 0
				if m := more.FindStringSubmatch(sec[0]); m != nil {
					if _, err := fmt.Sscan(m[1], &left); err != nil {
						t.Fatal(err)
					}
				}
				if n+left != 14 || n < 2 {
					t.Errorf("%v″ at %v m, %s: %d areas and %d more", inches, metres, sec[1], n, left)
				}
				lines := float64(n)
				if left > 0 {
					lines++
				}
				if used := 5.5 + 4.5 + 6.25 + lines*3.625; n > 2 && used*k > wallHeight+.001 {
					t.Errorf("%v″ at %v m, %s: %.1f of %.1f rem", inches, metres, sec[1], used*k, wallHeight)
				}
			}
		}
	}
	page, err := s.Wall(w.request(reader, kommunebilde.Live, "/skjerm"), p, WallOptions{Layout: "b", Region: "valdres"})
	if err != nil || strings.Count(string(page), `<section class="wb"`) != 1 || !strings.Contains(string(page), `data-region="valdres"`) {
		t.Error("a screen that stays in Valdres shows another region")
	}
}

// Wall C has every cell once, by region, and counts them all.
func TestWallCIsTheWholePattern(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(reader, kommunebilde.Live)
	page, err := s.Wall(w.request(reader, kommunebilde.Live, "/skjerm"), p, WallOptions{Layout: "c"})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`<td(?: class="first")? data-m="(\d+)" data-c="([^"]+)" data-level="([^"]+)"`).FindAllStringSubmatch(string(page), -1) {
		if seen[m[1]+m[2]] || string(p.Level(p.Row(kommunebilde.MunicipalityID(m[1])), p.Col(kommunebilde.ColumnID(m[2])))) != m[3] {
			t.Errorf("%s.%s: twice, or not %s", m[1], m[2], m[3])
		}
		seen[m[1]+m[2]] = true
	}
	if len(seen) != 46*14 {
		t.Errorf("%d cells", len(seen))
	}
	red := p.Count(all(46), p.Catalogue().Areas())[kommunebilde.Red]
	if !strings.Contains(string(page), fmt.Sprintf(`<b data-count-level="red">%d</b>`, red)) {
		t.Errorf("it does not count %d red", red)
	}
}

// Wall A tells who has not reported while a meeting goes on, and the newest
// event that stands.
func TestWallATellsOfTheMeeting(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	wall := func() string {
		page, err := s.Wall(w.request(reader, kommunebilde.Live, "/skjerm"), w.picture(reader, kommunebilde.Live), WallOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return string(page)
	}
	if page := wall(); !strings.Contains(page, "10 av 46 ikke rapportert") || !strings.Contains(page, "Skjåk: Fv. 2646 åpnet for utrykning") || strings.Contains(page, "strømbrudd for 1 200") {
		t.Error("the wall does not tell of the meeting, or tells what was withdrawn")
	}
	w.do(leader, kommunebilde.CloseMeeting{Meeting: "m2", Unexplained: true})
	if page := wall(); strings.Contains(page, "ikke rapportert") || strings.Contains(page, "wnotes") || !strings.Contains(page, "uten status") {
		t.Error("the wall still calls a roll that is over")
	}
}

// The situation's colours are as the design measured them.
func TestSituationColoursCanBeRead(t *testing.T) {
	for theme, c := range tokens(t) {
		for _, pair := range []struct {
			ink, on string
			least   float64
		}{
			{"normal-ink", "normal", 4.5}, {"strained-ink", "strained", 4.5}, {"critical-ink", "critical", 4.5}, {"frame-ink", "frame", 4.5},
			{"text", "ground", 4.5}, {"text-subtle", "ground", 4.5}, {"normal-border", "ground", 3}, {"strained-border", "ground", 3}, {"critical-border", "ground", 3},
		} {
			if got := contrast(c[pair.ink], c[pair.on]); got < pair.least {
				t.Errorf("%s: %s on %s is %.1f", theme, pair.ink, pair.on, got)
			}
		}
	}
	if _, err := os.Stat("web/css/situation.css"); err != nil {
		t.Fatal(err)
	}
}

// A wall that shows a whole does not leave out what is old; asked to, it says so.
func TestWallsOfAWholeSayThatTheyAreNotSifted(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(reader, kommunebilde.Live)
	for _, layout := range []string{"a", "b", "c"} {
		for _, since := range []string{"", sinceMeeting} {
			page, err := s.Wall(w.request(reader, kommunebilde.Live, "/skjerm"), p, WallOptions{Layout: layout, Rotate: 20, Filter: Filter{Since: since}})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := strings.Contains(string(page), "alt, ikke bare nytt"), since != "" && layout != "a"; got != want {
				t.Errorf("layout %s, since %q: says so: %v", layout, since, got)
			}
			if layout == "b" && since != "" && strings.Count(string(page), "alt, ikke bare nytt") < 2 {
				t.Error("the regions that come do not say so")
			}
		}
	}
}
