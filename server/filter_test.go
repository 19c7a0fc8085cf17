package server

import (
	"strings"
	"testing"
)

// TestUnknownFilterNamesAreRefused: a filter that is misspelled shows nothing, rather than
// more than was asked for; what mail adds to a shared link does not break a page.
func TestUnknownFilterNamesAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := w.openMeeting()
	w.set(meeting, "9901", "red")
	const added = "utm_source=epost&fbclid=abc"
	for _, path := range []string{
		"/tavle/2022", "/tavle/na", "/utgave/2022", "/utgave/2022/v1", "/kommune/9901", "/omrade/skole", "/region/nord",
		"/panel?m=9901&c=skole", "/skjerm?board=na", "/avspilling/na", "/oyeblikksbilde/na.html", "/eksport?board=2022", "/eksport?board=2022&format=json",
	} {
		with := func(query string) string {
			if strings.Contains(path, "?") {
				return path + "&" + query
			}
			return path + "?" + query
		}
		if res := w.get("leser", path); res.status != 200 {
			t.Fatalf("%s: %d", path, res.status)
		}
		for _, query := range []string{"niva=banan", "regon=nord", "region=ukjent", "age=gammel", "Level=red"} {
			name, _, _ := strings.Cut(query, "=")
			if res := w.get("leser", with(query)); res.status != 422 || !strings.Contains(res.body, name) {
				t.Errorf("%s: %d, names it: %v", with(query), res.status, strings.Contains(res.body, name))
			}
		}
		want := 200
		if strings.HasPrefix(path, "/eksport") { // nobody shares these: a program has made a mistake
			want = 422
		}
		if res := w.get("leser", with(added)); res.status != want {
			t.Errorf("%s: %d, want %d", with(added), res.status, want)
		}
	}
}

// TestExportTakesThePagesFilter: the page's download is of what it shows, whatever else is
// in its address.
func TestExportTakesThePagesFilter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := w.get("leser", "/omrade/skole?board=2022&region=nord&age=1d&gjort=lagret&utm_source=epost")
	_, href, _ := strings.Cut(page.body, `href="/eksport?`)
	href, _, _ = strings.Cut(href, `"`)
	href = strings.ReplaceAll(href, "&amp;", "&")
	if href != "age=1d&area=skole&board=2022&format=csv&indicators=1&region=nord" {
		t.Errorf("the page of %d exports %s", page.status, href)
	}
	if res := w.get("leser", "/eksport?"+href); res.status != 200 || strings.Contains(res.body, "9901") {
		t.Errorf("%d: %s", res.status, res.body)
	}
	if res := w.get("leser", "/eksport?board=2022&region=nord"); res.status != 200 || !strings.Contains(res.body, "9901") {
		t.Errorf("%d: %s", res.status, res.body)
	}
}
