package dashboard

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"kommunebilde/dashboard/console"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/wall"
	"kommunebilde/domain"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/notes"
)

// A situation's cells are those of the picture, with their own scale; what must
// be confirmed says so, and only that.
func TestSituationCellsAreThePictures(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(reader, "flom")
	page := overviewOf(t, s, w, reader, "flom", "")
	seen, stale := 0, 0
	for _, m := range cellTag.FindAllStringSubmatch(page, -1) {
		row, col := p.Row(domain.MunicipalityID(m[1])), p.Col(domain.ColumnID(m[2]))
		if row < 0 || col < 0 || p.Catalogue().Columns[col].Kind != domain.ColumnFunction {
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
	if live := overviewOf(t, s, w, reader, domain.Live, ""); strings.Contains(live, "g-critical") || strings.Contains(live, "sband") {
		t.Error("the live picture looks like a situation")
	}
}

// Figures stand with unit, source and certainty; a sum says of how many, and
// where sources differ it goes from the least to the most that they tell.
func TestFiguresSayWhereTheyComeFrom(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	page := overviewOf(t, s, w, reader, "flom", "valgt=3433.evakuering")
	_, strip, _ := strings.Cut(page, `data-figure="evacuated"`)
	strip, _, _ = strings.Cut(strip, `data-figure="without_power"`)
	// 0+7+…+70; the police say that Skjåk's 14 are 52.
	for _, want := range []string{"385–423", "personer, sum, 11 av 46 har meldt, 1 med to tall", "kildene er uenige for Skjåk", "10:12"} {
		if !strings.Contains(strip, want) {
			t.Errorf("the sum lacks %q: %s", want, strip)
		}
	}
	if !strings.Contains(page, "timer legges ikke sammen") {
		t.Error("hours are summed")
	}
	if !strings.Contains(page, "<b class=\"fig\">14/\u200b52</b>") {
		t.Error("the cell hides that the sources differ")
	}
	_, panel, _ := strings.Cut(page, `class="t figs"`)
	for _, want := range []string{"14 personer", "52 personer", "kommunen", "politiet", "omtrentlig", "ubekreftet"} {
		if !strings.Contains(panel, want) {
			t.Errorf("the panel lacks %q", want)
		}
	}
	if got := kit.Number(1234567); got != "1\u00a0234\u00a0567" {
		t.Errorf("a number is %q", got)
	}
}

// The console shows what the cell counts, that its sources differ, and what it
// comes to.
func TestConsoleShowsFigures(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	page := func() string {
		t.Helper()
		body, err := console.Console(s, w.request(leader, "flom", "/konsoll/f1?valgt=3433.evakuering&c=evakuering"), w.picture(leader, "flom"), "f1", "3433")
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	want := func(what ...string) {
		t.Helper()
		body := page()
		_, cell, _ := strings.Cut(body, `<section id="figures"`)
		cell, _, _ = strings.Cut(cell, `</section>`)
		_, sums, _ := strings.Cut(body, `<section id="sums"`)
		sums, _, _ = strings.Cut(sums, `</section>`)
		for _, one := range what {
			if !strings.Contains(cell+sums, one) {
				t.Errorf("the console lacks %q:\n%s\n%s", one, cell, sums)
			}
		}
	}
	want("14 personer", "52 personer", "Evakuerte: kildene er uenige for Skjåk", "385–423")
	w.do(leader, figures.Tell{Meeting: "f1", Figures: []figures.Edit{{
		Municipality: "3433", Column: "evakuering", Figure: figures.Evacuated, Value: 60, Source: "Røde Kors", Certainty: figures.Estimated,
	}}})
	want("60 personer", "385–431", "11 av 46 har meldt, 1 med ulike tall")
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
	want := p.Count(kit.UpTo(46), kit.Judged(p.Catalogue(), domain.KindSituation))[domain.Critical]
	if want == 0 || !strings.Contains(page, fmt.Sprintf(`<b data-count-level="critical">%d</b>`, want)) {
		t.Errorf("the page does not count %d critical", want)
	}
}

// Wall B shows every area that it has room for and counts the rest: none worse
// than what is shown, and never less than three.
func TestWallBCountsWhatItHasNoRoomFor(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(reader, domain.Live)
	section := regexp.MustCompile(`(?s)<section class="wb" data-region="([^"]*)".*?</section>`)
	row := regexp.MustCompile(`<tr><th scope="row"`)
	more := regexp.MustCompile(`<p class="more rows"[^>]*>\+(\d+)`)
	for _, inches := range []float64{43, 55, 65, 86} {
		for _, metres := range []float64{3, 5, 8} {
			o := wall.Options{Layout: "b", Inches: inches, Metres: metres, Rotate: 20}
			page, err := wall.Wall(s, w.request(reader, domain.Live, "/skjerm"), p, o)
			if err != nil {
				t.Fatal(err)
			}
			k := math.Ceil(o.Scale()*20-1e-9) / 20
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
				if n+left != 14 || n < 1 {
					t.Errorf("%v″ at %v m, %s: %d areas and %d more", inches, metres, sec[1], n, left)
				}
				used := 5.5 + 4.5 + 6.25 + 5 + float64(n)*3 // with one event in one line, at the closest
				if left > 0 {
					used += 3.5
				}
				if n > 1 && used*k > wall.Height+.001 {
					t.Errorf("%v″ at %v m, %s: %.1f of %.1f rem", inches, metres, sec[1], used*k, wall.Height)
				}
			}
		}
	}
	page, err := wall.Wall(s, w.request(reader, domain.Live, "/skjerm"), p, wall.Options{Layout: "b", Region: "valdres"})
	if err != nil || strings.Count(string(page), `<section class="wb"`) != 1 || !strings.Contains(string(page), `data-region="valdres"`) {
		t.Error("a screen that stays in Valdres shows another region")
	}
}

// Wall C has every cell once, by region, and counts them all.
func TestWallCIsTheWholePattern(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(reader, domain.Live)
	page, err := wall.Wall(s, w.request(reader, domain.Live, "/skjerm"), p, wall.Options{Layout: "c"})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`<td(?: class="first")? data-m="(\d+)" data-c="([^"]+)" data-level="([^"]+)"`).FindAllStringSubmatch(string(page), -1) {
		if seen[m[1]+m[2]] || string(p.Level(p.Row(domain.MunicipalityID(m[1])), p.Col(domain.ColumnID(m[2])))) != m[3] {
			t.Errorf("%s.%s: twice, or not %s", m[1], m[2], m[3])
		}
		seen[m[1]+m[2]] = true
	}
	if len(seen) != 46*14 {
		t.Errorf("%d cells", len(seen))
	}
	red := p.Count(kit.UpTo(46), p.Catalogue().Areas())[domain.Red]
	if !strings.Contains(string(page), fmt.Sprintf(`<b data-count-level="red">%d</b>`, red)) {
		t.Errorf("it does not count %d red", red)
	}
}

// Wall A tells who has not reported while a meeting goes on, and the newest
// event that stands.
func TestWallATellsOfTheMeeting(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	wall := func() string {
		page, err := wall.Wall(s, w.request(reader, domain.Live, "/skjerm"), w.picture(reader, domain.Live), wall.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return string(page)
	}
	if page := wall(); !strings.Contains(page, "9 av 46 har ikke svart") || !strings.Contains(page, "Skjåk: Fv. 2646 åpnet for utrykning") || strings.Contains(page, "strømbrudd for 1 200") {
		t.Error("the wall does not tell of the meeting, or tells what was withdrawn")
	}
	w.do(leader, domain.CloseMeeting{Meeting: "m2", Unexplained: true})
	if page := wall(); strings.Contains(page, "har ikke svart") || strings.Contains(page, "wnotes") || !strings.Contains(page, "uten status") {
		t.Error("the wall still calls a roll that is over")
	}
}

// Walls of two meetings name both and hold the events of both, the newest of each
// first; and so does the overview.
func TestWallsTellOfTwoMeetings(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	w.do(leader, domain.OpenMeeting{ID: "m3", Board: domain.Live, Kind: domain.MeetingPreparedness, Title: "Regionmøte Valdres"})
	w.do(leader, notes.Write{Meeting: "m3", ID: "hendelse-4", Text: "Fv. 51 stengt over Valdresflye"})
	w.do(leader, notes.Write{Meeting: "m3", ID: "hendelse-5", Text: "Fv. 51 åpnet igjen"})
	order := regexp.MustCompile(`(?s)<p class="event" data-must>.*Fv. 51 åpnet igjen.*<p class="event" data-must>.*Skjåk: Fv. 2646 åpnet for utrykning.*<p class="event">.*Fv. 51 stengt over Valdresflye`)
	for name, page := range staleViews(t, s, w, domain.Live, "") {
		if name == "region" || name == "area" {
			continue
		}
		if !strings.Contains(page, "Regionmøte Valdres") || !strings.Contains(page, "Beredskapsmøte 15. nov.") {
			t.Errorf("%s does not name both meetings", name)
		}
		if name != "overview" && !order.MatchString(page) {
			t.Errorf("%s: the events, or their order", name)
		}
		if name == "overview" && (!strings.Contains(page, "Fv. 51 åpnet igjen") || !strings.Contains(page, "Skjåk: Fv. 2646 åpnet for utrykning")) {
			t.Error("the overview does not tell the events of both")
		}
	}
}

// Wall A of a situation has its functions, with how many are critical and
// strained in each, and what its figures come to: a range where sources differ,
// and of how many municipalities.
func TestWallAOfASituation(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	page := staleViews(t, s, w, "flom", "")["wall a"]
	for _, want := range []string{
		`data-of="vei-bane"><span>Vei/bane</span><i class="sw" data-level="critical"><svg class="m" aria-hidden="true"><use href="#m-critical"/></svg></i><b>2</b>`,
		`<p class="figure" data-figure="evacuated"><span>Evakuerte</span> <b>`, `11 av 46 har meldt, 1 med to tall`, `Øyer: E6 stengt ved Tretten`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("it lacks %s", want)
		}
	}
	if strings.Contains(page, `data-figure="fuel_hours"`) {
		t.Error("a kind that is not summed")
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
	if _, err := os.Stat("situations/situation.css"); err != nil {
		t.Fatal(err)
	}
}

// A wall that shows a whole does not leave out what is old; asked to, it says so.
func TestWallsOfAWholeSayThatTheyAreNotSifted(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(reader, domain.Live)
	for _, layout := range []string{"a", "b", "c"} {
		for _, since := range []string{"", kit.SinceMeeting} {
			page, err := wall.Wall(s, w.request(reader, domain.Live, "/skjerm"), p, wall.Options{Layout: layout, Rotate: 20, Filter: kit.Filter{Since: since}})
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
