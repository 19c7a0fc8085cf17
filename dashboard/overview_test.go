package dashboard

import (
	"encoding/json"
	"flag"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/overview"
	"kommunebilde/domain"
	"kommunebilde/domain/editions"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a page with its file in testdata; a tag a line.
func golden(t *testing.T, name string, page []byte) {
	t.Helper()
	got := strings.ReplaceAll(string(page), "><", ">\n<")
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s, line %d:\n got %s\nwant %s\n(run with -update after looking at it)", name, i+1, g[i], strings.Join(w[min(i, len(w)):min(i+1, len(w))], ""))
		}
	}
	t.Fatalf("%s is %d lines, want %d", name, len(g), len(w))
}

func overviewOf(t testing.TB, s *kit.Site, w *world, by domain.Actor, b domain.BoardID, query string) string {
	t.Helper()
	p := w.picture(by, b)
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	f, err := kit.ParseFilter(q, p.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	path := "/tavle/" + string(b)
	if query != "" {
		path += "?" + query
	}
	body, err := overview.Overview(s, w.request(by, b, path), p, f)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestOverviewGolden(t *testing.T) {
	w, s := small(t), newSite(t)
	golden(t, "overview-live-lead.html", []byte(overviewOf(t, s, w, leader, domain.Live, "valgt=0003.samfunnssikkerhet")))
	golden(t, "overview-edition-public.html", []byte(overviewOf(t, s, w, nobody, "2022", "")))
}

var cellTag = regexp.MustCompile(`<td role="gridcell" data-m="([^"]*)" data-c="([^"]*)" data-level="([^"]*)"([^>]*)><a href="([^"]*)" aria-label="([^"]*)"`)

// Every cell of the picture is in the page, once, with its level and its name.
func TestEveryCellIsInThePage(t *testing.T) {
	w, s := innlandet(t), newSite(t)
	for _, board := range []domain.BoardID{domain.Live, "2022"} {
		p := w.picture(reader, board)
		page := overviewOf(t, s, w, reader, board, "")
		seen := map[string]bool{}
		for _, m := range cellTag.FindAllStringSubmatch(page, -1) {
			row, col := p.Row(domain.MunicipalityID(m[1])), p.Col(domain.ColumnID(m[2]))
			if row < 0 || col < 0 || seen[m[1]+"."+m[2]] {
				t.Fatalf("cell %s.%s: unknown or twice", m[1], m[2])
			}
			seen[m[1]+"."+m[2]] = true
			if level := p.Level(row, col); string(level) != m[3] {
				t.Errorf("%s.%s is shown as %s, is %s", m[1], m[2], m[3], level)
			}
			name, _ := p.Catalogue().Columns[col].Name.In("nb")
			want := p.Catalogue().Municipalities[row].Name + ", " + name + ": " + s.WordsIn("nb").LevelOn(p.Board().Kind, p.Level(row, col))
			if label := html.UnescapeString(m[6]); !strings.HasPrefix(label, want) {
				t.Errorf("label %q, want %q …", label, want)
			}
			if !strings.HasSuffix(m[5], "valgt="+m[1]+"."+m[2]) {
				t.Errorf("%s.%s leads to %s", m[1], m[2], m[5])
			}
		}
		if want := 46 * 14; len(seen) != want {
			t.Errorf("%s: %d cells in the page, want %d", board, len(seen), want)
		}
	}
}

// What is seen of a cell is told to anyone who listens: that it is exempt from
// disclosure, whoever may read it, and that it is outside the selection.
func TestCellsSayWhatIsSeen(t *testing.T) {
	w, s := small(t), newSite(t)
	p := w.picture(reader, domain.Live)
	first, second := p.Catalogue().Municipalities[0], p.Catalogue().Municipalities[1]
	w.do(leader, domain.MarkCells{
		Board: domain.Live, Cells: []domain.CellRef{{Municipality: first.ID, Column: "plan"}},
		Fields: []domain.Field{domain.FieldLevel, domain.FieldText}, Basis: "offl-21", Reason: "x",
	})
	said := map[string]string{}
	for _, m := range cellTag.FindAllStringSubmatch(overviewOf(t, s, w, reader, domain.Live, "area=plan"), -1) {
		said[m[1]+"."+m[2]] = html.UnescapeString(m[6])
	}
	for cell, c := range map[string]struct {
		exempt, out bool
	}{
		string(first.ID) + ".plan": {exempt: true}, string(second.ID) + ".plan": {}, string(first.ID) + ".helse": {out: true},
	} {
		if said[cell] == "" || strings.HasSuffix(said[cell], ", unntatt offentlighet") != c.exempt || strings.HasSuffix(said[cell], ": utenfor utvalget") != c.out {
			t.Errorf("%s says %q", cell, said[cell])
		}
	}
}

var countTag = regexp.MustCompile(`<b( data-count-region="([^"]*)")? data-count-level="([^"]*)">(\d+)</b>`)

// Counts are those of the cells in region, area and time, whatever levels are
// switched on; and what is filtered out is exactly what does not pass.
func TestCountsFollowTheFilter(t *testing.T) {
	w, s := innlandet(t), newSite(t)
	p := w.picture(reader, domain.Live)
	c := p.Catalogue()
	for _, query := range []string{
		"", "region=valdres", "area=fastlege", "level=red", "level=red&level=yellow", "since=10m", "since=1m",
		"region=nord-gudbrandsdal&area=samfunnssikkerhet&level=red&since=1h", "level=none", "since=2022-11-14T10:40",
	} {
		q, _ := url.ParseQuery(query)
		f, err := kit.ParseFilter(q, c)
		if err != nil {
			t.Fatal(err)
		}
		total, regions, out := map[string]int{}, map[string]int{}, map[string]bool{}
		for r, m := range c.Municipalities {
			for _, col := range c.Areas() {
				cell, area := p.Cell(r, col), c.Columns[col]
				cutoff := f.Cutoff(p)
				in := (f.Region == "" || f.Region == m.Region) && (f.Area == "" || f.Area == area.ID) &&
					(cutoff.IsZero() || cell.Revision > 0 && !cell.At.Before(cutoff))
				toggle := string(cell.Level)
				if cell.Level == domain.NotAssessed {
					toggle = "none"
				}
				if in {
					total[toggle]++
					regions[string(m.Region)+" "+toggle]++
				}
				out[string(m.ID)+"."+string(area.ID)] = !in || query != "" && len(q["level"]) > 0 && !strings.Contains(strings.Join(q["level"], " "), toggle)
			}
		}
		page := overviewOf(t, s, w, reader, domain.Live, query)
		counters := 0
		for _, m := range countTag.FindAllStringSubmatch(page, -1) {
			want := total[m[3]]
			if m[2] != "" {
				want = regions[m[2]+" "+m[3]]
			}
			counters++
			if m[4] != strconv.Itoa(want) {
				t.Errorf("%q: %s %s says %s, want %d", query, m[2], m[3], m[4], want)
			}
		}
		if counters != 4+4*10 {
			t.Errorf("%q: %d counters", query, counters)
		}
		for _, m := range cellTag.FindAllStringSubmatch(page, -1) {
			if got := strings.Contains(m[4], " data-out"); got != out[m[1]+"."+m[2]] {
				t.Errorf("%q: %s.%s filtered out: %t", query, m[1], m[2], got)
			}
		}
	}
}

func TestNothingLeftSaysSo(t *testing.T) {
	w, s := innlandet(t), newSite(t)
	page := overviewOf(t, s, w, reader, domain.Live, "region=hadeland&since=1m")
	for _, want := range []string{"Ingen felt passer utvalget", "Hadeland", "Endret siste 1 min", "Nullstill alle"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(overviewOf(t, s, w, reader, domain.Live, ""), "Ingen felt passer") {
		t.Error("a full page says it is empty")
	}
}

// A notch is the edition's level where it differs from a live one that is set.
func TestNotchOnlyWhereTheLayersDiffer(t *testing.T) {
	w, s := small(t), newSite(t)
	page := overviewOf(t, s, w, reader, domain.Live, "")
	for cell, want := range map[string]string{
		`data-m="0001" data-c="helse"`: "", `data-m="0001" data-c="samfunnssikkerhet"`: "",
		`data-m="0002" data-c="samfunnssikkerhet"`: "not_assessed", `data-m="0003" data-c="samfunnssikkerhet"`: "not_assessed", `data-m="0001" data-c="plan"`: "",
	} {
		_, rest, _ := strings.Cut(page, `<td role="gridcell" `+cell)
		td, _, _ := strings.Cut(rest, "</td>")
		_, notch, found := strings.Cut(td, `<i class="notch" data-level="`)
		if found != (want != "") || found && !strings.HasPrefix(notch, want+`"`) {
			t.Errorf("%s: notch %q, want %q", cell, notch, want)
		}
	}
	if strings.Contains(overviewOf(t, s, w, reader, "2022", ""), `class="notch"`) {
		t.Error("an edition shows the live layer")
	}
}

func TestTheMapShowsOneNamedArea(t *testing.T) {
	w, s := small(t), newSite(t)
	for query, want := range map[string]string{"": "samfunnssikkerhet", "kart=plan": "plan", "area=helse": "helse", "area=helse&kart=plan": "plan"} {
		page := overviewOf(t, s, w, reader, domain.Live, query)
		if !strings.Contains(page, `id="map" data-c="`+want+`"`) || !strings.Contains(page, `id="tiles" class="tiles" data-c="`+want+`"`) {
			t.Errorf("%q: the map does not show %s", query, want)
		}
	}
	page := overviewOf(t, s, w, reader, domain.Live, "")
	for _, want := range []string{
		`aria-label="Kart: Samfunnssikkerhet"`, `aria-label="Ås: Rød"`, `© <a href="https://www.kartverket.no">Kartverket</a> (CC BY 4.0), generalisert`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("missing %s", want)
		}
	}
}

// The data blocks are JSON whatever the names are.
func TestDataBlocksAreJSON(t *testing.T) {
	w, s := small(t), newSite(t)
	page := overviewOf(t, s, w, leader, domain.Live, "")
	blocks := regexp.MustCompile(`(?s)<script type="application/json" id="(\w+)">(.*?)</script>`).FindAllStringSubmatch(page, -1)
	if len(blocks) != 2 {
		t.Fatalf("%d data blocks", len(blocks))
	}
	var words map[string]string
	if err := json.Unmarshal([]byte(blocks[0][2]), &words); err != nil || words["disconnected"] == "" {
		t.Errorf("words: %v", err)
	}
	var data struct {
		Municipalities []struct{ ID, Name, Region string }
		Columns        []struct {
			ID, Name, Short string
			Stale           int
		}
		Levels map[string]struct{ Word, Means, Glyph, Mark string }
	}
	if err := json.Unmarshal([]byte(blocks[1][2]), &data); err != nil {
		t.Fatal(err)
	}
	if data.Municipalities[1].Name != nasty || len(data.Columns) != 4 || data.Columns[2].Stale != 4 || data.Levels["red"].Glyph != "g-red" {
		t.Errorf("page data: %+v", data)
	}
}

// A region's page says which area its map shows.
func TestRegionsNameTheirMap(t *testing.T) {
	w, s := small(t), newSite(t)
	for query, want := range map[string]string{"": "<h2>Kart: Samfunnssikkerhet</h2><svg class=\"map", "plan": "<h2>Kart: Plan</h2>"} {
		page, err := overview.Region(s, w.request(nobody, "2022", "/region/nord"), w.picture(nobody, "2022"), "nord", kit.Filter{Map: domain.ColumnID(query)})
		if err != nil || !strings.Contains(string(page), want) {
			t.Errorf("%q: no %s, %v", query, want, err)
		}
	}
}

func TestOldEditionsSaySo(t *testing.T) {
	w, s := small(t), newSite(t)
	if strings.Contains(overviewOf(t, s, w, nobody, "2022", ""), `<span class="old">Utgaven er mer enn ett år gammel. Det finnes ingen nyere.</span>`) {
		t.Error("a new edition says that it is old")
	}
	w.clock("2023-11-12T09:00:00")
	if !strings.Contains(overviewOf(t, s, w, nobody, "2022", ""), `<span class="old">Utgaven er mer enn ett år gammel. Det finnes ingen nyere.</span>`) {
		t.Error("an edition of last year does not say so")
	}
	c := *w.picture(editor, "2022").Catalogue()
	w.do(editor, editions.Open{Board: "2023", Title: domain.Words{NB: "Kommunebilde 2023"}, Catalogue: c})
	w.do(editor, domain.SetLevels{Board: "2023", Cells: []domain.CellEdit{{Municipality: "0001", Column: "plan", Level: domain.Green}}})
	w.do(editor, editions.Publish{Board: "2023"})
	if !strings.Contains(overviewOf(t, s, w, nobody, "2022", ""), `<span class="old">Den nyeste utgaven er <a href="/utgave/2023">Kommunebilde 2023</a></span>`) {
		t.Error("a superseded edition does not say so")
	}
}
