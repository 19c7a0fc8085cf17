package server

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/server/servertest"
	"kommunebilde/storage/sheet"
)

// TestExportIsThePage: the cells that the page's filter lets through, and safe
// to open in a spreadsheet.
func TestExportIsThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows := func(query string) [][]string {
		res := w.get("", "/eksport?board=2022&format=csv"+query)
		if res.status != 200 || !strings.HasPrefix(res.header.Get("Content-Disposition"), `attachment; filename="kommunebilde-2022-v1-`) ||
			!strings.HasPrefix(res.header.Get("Content-Type"), "text/csv") {
			t.Fatalf("%s: %d %v", query, res.status, res.header)
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(res.body, "\ufeff")))
		r.Comma = ';'
		all, err := r.ReadAll()
		must(t, err)
		return all[1:]
	}
	for query, want := range map[string]int{
		"":                        6,
		"&region=nord":            4,
		"&region=sor":             2,
		"&area=skole":             3,
		"&area=beredskap":         6, // with its indicator
		"&level=red":              1,
		"&level=green":            1,
		"&level=red&region=sor":   0,
		"&level=red,none":         5,
		"&region=nord&area=skole": 2,
	} {
		if got := rows(query); len(got) != want {
			t.Errorf("%q: %d rows, want %d", query, len(got), want)
		}
	}
	all := strings.Builder{}
	for _, r := range rows("") {
		all.WriteString(strings.Join(r, "|") + "\n")
	}
	for _, want := range []string{"|9901|Aby|Nord|beredskap|Beredskap|red|", "mangler plan </script><b>", "|'=1+1|", "Åmot <b>"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("lacks %q:\n%s", want, &all)
		}
	}
	for query, want := range map[string]int{"&format=xls": 422, "&region=nei": 404, "&level=purple": 422, "&at=x": 422} {
		if res := w.get("", "/eksport?board=2022"+query); res.status != want {
			t.Errorf("%s: %d, want %d", query, res.status, want)
		}
	}
	var out struct {
		Version int
		Filter  string
		Cells   []struct{ M, C, Level, Text string }
	}
	res := w.get("", "/eksport?board=2022&format=json&level=red")
	must(t, json.Unmarshal([]byte(res.body), &out))
	if out.Version != 1 || out.Filter != "level=red" || len(out.Cells) != 1 || out.Cells[0].Text != "mangler plan </script><b>" || strings.Contains(res.body, "<") {
		t.Errorf("%s", res.body)
	}
}

// TestExportCanBeImported: in every language, with all that a cell says.
func TestExportCanBeImported(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type cell struct {
		m     domain.MunicipalityID
		c     domain.ColumnID
		level domain.Level
		text  string
	}
	want := map[string]cell{}
	for _, e := range []cell{
		{"9901", "beredskap", domain.Red, "mangler plan </script><b>"},
		{"9902", "skole", domain.Green, "=1+1"},
	} {
		want[string(e.m)+string(e.c)] = e
	}
	cat := servertest.Catalogue()
	for _, lang := range []string{"nb", "nn", "en"} {
		res := w.get("", "/eksport?board=2022&format=csv&lang="+lang)
		file, err := sheet.ReadStatuses("eksport.csv", []byte(res.body), &cat, "2022-12-31")
		if err != nil {
			t.Fatalf("%s: %v\n%s", lang, err, res.body)
		}
		if len(file.Cells) != 6 {
			t.Errorf("%s: %d cells, want 6", lang, len(file.Cells))
		}
		for _, e := range file.Cells {
			as, ok := want[string(e.Municipality)+string(e.Column)]
			if !ok {
				as = cell{e.Municipality, e.Column, domain.NotAssessed, ""}
			}
			if got := (cell{e.Municipality, e.Column, e.Level, *e.Text}); got != as || *e.Author != "" {
				t.Errorf("%s: %+v by %q, want %+v", lang, got, *e.Author, as)
			}
		}
	}
}

// TestExportLogsNothingTyped: a format is logged as one of ours, or not at all.
func TestExportLogsNothingTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.get("", "/eksport?board=2022&format=hemmelig")
	w.get("", "/eksport?board=2022")
	if log := w.log.String(); strings.Contains(log, "hemmelig") || !strings.Contains(log, `"format":"csv"`) {
		t.Errorf("%s", log)
	}
}

// TestExportsHoldOneLayer: an edition's export has no live data, and the other
// way round.
func TestExportsHoldOneLayer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := w.openMeeting()
	w.set(meeting, "9903", domain.Yellow)
	if body := w.get("leser", "/eksport?board=2022&format=json").body; strings.Contains(body, "yellow") {
		t.Error("the edition's export has a live level")
	}
	if body := w.get("leser", "/eksport?board=na&format=json").body; strings.Contains(body, "mangler plan") || !strings.Contains(body, "yellow") {
		t.Error("the live export has the edition's")
	}
}
