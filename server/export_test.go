package server

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

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
		"":                                6,
		"&region=nord":                    4,
		"&region=sor":                     2,
		"&area=skole":                     3,
		"&area=beredskap":                 3,
		"&vis=indikatorer":                3,
		"&municipality=9901":              2,
		"&version=1&area=skole":           3,
		"&v=1&version=1":                  6,
		"&area=beredskap&indicators=1":    6,
		"&municipality=9901&indicators=1": 3,
		"&level=red":                      1,
		"&level=green":                    1,
		"&level=red&region=sor":           0,
		"&level=red,none":                 5,
		"&region=nord&area=skole":         2,
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
	for query, want := range map[string]int{"&format=xls": 422, "&region=nei": 422, "&municipality=1": 404, "&kommune=9901": 422, "&indicators=x": 422, "&version=2": 404, "&version=x": 404, "&v=1&version=2": 422, "&level=purple": 422, "&at=x": 422} {
		if res := w.get("", "/eksport?board=2022"+query); res.status != want {
			t.Errorf("%s: %d, want %d", query, res.status, want)
		}
	}
	var out struct {
		Version int
		Filter  string
		MadeAt  string `json:"made_at"`
		Cells   []struct{ M, C, Level, Text string }
	}
	res := w.get("", "/eksport?board=2022&format=json&level=red")
	must(t, json.Unmarshal([]byte(res.body), &out))
	if out.Version != 1 || out.MadeAt == "" || out.Filter != "level=red" || len(out.Cells) != 1 || out.Cells[0].Text != "mangler plan </script><b>" || strings.Contains(res.body, "<") {
		t.Errorf("%s", res.body)
	}
}

// TestPagesGiveWhatTheyShow: the download of each page has its cells and no others, in a
// file that is called by its board, version and filter.
func TestPagesGiveWhatTheyShow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := w.openMeeting()
	w.set(meeting, "9901", domain.Red)
	for page, want := range map[string]struct{ name, filter, cells string }{
		"/utgave/2022":                                  {"2022-v1", "", "9901 beredskap,9901 skole,9902 beredskap,9902 skole,9903 beredskap,9903 skole"},
		"/utgave/2022/v1":                               {"2022-v1", "", "9901 beredskap,9901 skole,9902 beredskap,9902 skole,9903 beredskap,9903 skole"},
		"/tavle/2022?region=sor&area=beredskap":         {"2022-v1-sor-beredskap", "region=sor&area=beredskap", "9903 beredskap"},
		"/tavle/2022?vis=ruter&level=red,green":         {"2022-v1-red-green", "level=red&level=green", "9901 beredskap,9902 skole"},
		"/tavle/2022?vis=indikatorer&region=sor":        {"2022-v1-sor-indikatorer", "region=sor&vis=indikatorer", "9903 ros"},
		"/kommune/9902?board=2022":                      {"2022-v1-9902", "municipality=9902&indicators=1", "9902 beredskap,9902 ros,9902 skole"},
		"/region/nord?board=2022&level=red&area=":       {"2022-v1-nord-red", "region=nord&level=red", "9901 beredskap"},
		"/omrade/beredskap?board=2022&region=sor":       {"2022-v1-sor-beredskap", "region=sor&area=beredskap&indicators=1", "9903 beredskap,9903 ros"},
		"/tavle/na?level=red&since=1h&valgt=9901.skole": {"na-red-since-1h", "level=red&since=1h", "9901 beredskap"},
	} {
		_, href, ok := strings.Cut(w.get("leser", page).body, `href="/eksport?`)
		if !ok {
			t.Errorf("%s has no download", page)
			continue
		}
		href, _, _ = strings.Cut(strings.ReplaceAll(href, "&amp;", "&"), `"`)
		res := w.get("leser", "/eksport?"+href)
		if name := `attachment; filename="kommunebilde-` + want.name + `-20`; !strings.HasPrefix(res.header.Get("Content-Disposition"), name) {
			t.Errorf("%s: %d, %s is not %s", page, res.status, res.header.Get("Content-Disposition"), name)
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(res.body, "\ufeff")))
		r.Comma = ';'
		all, err := r.ReadAll()
		must(t, err)
		var cells []string
		for _, row := range all[1:] {
			cells = append(cells, row[2]+" "+row[5])
			if got := row[slices.Index(all[0], "Utvalg")]; got != want.filter {
				t.Errorf("%s: filter %q, want %q", page, got, want.filter)
			}
		}
		if got := strings.Join(cells, ","); got != want.cells {
			t.Errorf("%s gives %s, want %s", page, got, want.cells)
		}
	}
}

// TestExportTellsWhenALevelHolds apart from when it was set.
func TestExportTellsWhenALevelHolds(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for want, c := range map[string]domain.Cell{
		"":                     {},
		"2022-12-31":           {Revision: 1, Date: "2022-12-31", At: at, EventAt: at},
		"2026-03-04T05:06:07Z": {Revision: 1, At: at.Add(time.Hour), EventAt: at},
	} {
		if got := effective(c); got != want {
			t.Errorf("%+v holds %q, want %q", c, got, want)
		}
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

// TestExportGeoJSON: a feature for each municipality that the filter lets through, with the
// level of each area that it has, where it lies, and what the file is of.
func TestExportGeoJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	res := w.get("", "/eksport?board=2022&format=geojson&region=nord&level=red")
	var got struct {
		Type, Filter string
		Version      int
		Features     []struct {
			Type, ID   string
			Geometry   json.RawMessage
			Properties map[string]string
		}
	}
	must(t, json.Unmarshal([]byte(res.body), &got))
	if res.status != 200 || res.header.Get("Content-Type") != "application/geo+json" || !strings.HasSuffix(res.header.Get("Content-Disposition"), `.geojson"`) {
		t.Fatalf("%d %v", res.status, res.header)
	}
	must(t, json.Unmarshal([]byte(res.body), &got))
	if got.Type != "FeatureCollection" || got.Version != 1 || !strings.Contains(got.Filter, "region=nord") || len(got.Features) != 1 {
		t.Fatalf("%s", res.body)
	}
	f := got.Features[0]
	if f.Type != "Feature" || f.ID != "9901" || f.Properties["name"] != "Aby" || f.Properties["beredskap"] != "red" || f.Properties["skole"] != "" {
		t.Errorf("%+v", f)
	}
	if string(f.Geometry) != "null" { // this county has no map
		t.Errorf("%s", f.Geometry)
	}
}
