package server

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
)

// TestDifferencesByAudience: staff compares any two times, with who and why;
// others what was published, or what their meeting lets them see, without names.
func TestDifferencesByAudience(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := w.openMeeting()
	opened := w.clerk.State().At()
	tick := func() {
		last := w.clerk.State().At()
		w.await("the clock", func() bool { return w.server.cfg.Now().Sub(last) > 2*time.Millisecond })
	}
	tick()
	by := "system:test"
	w.set(meeting, "9901", domain.Red)
	tick()
	w.set(meeting, "9902", domain.Red)
	tick()
	w.set(meeting, "9902", domain.NotAssessed)
	path := fmt.Sprintf("/forskjeller/na?fra=%d", opened.UnixMilli())
	page := func(account, path string, want int) string {
		t.Helper()
		res := w.get(account, path)
		if res.status != want {
			t.Fatalf("%q at %s: %d, want %d", account, path, res.status, want)
		}
		return string(res.body)
	}
	zone, err := time.LoadLocation("Europe/Oslo")
	must(t, err)
	wall := opened.In(zone).Format("2006-01-02T15:04:05") // as a field sends it
	for _, p := range []string{path, "/forskjeller/na", "/forskjeller/na?fra=" + wall} {
		if html := page("leser", p, 200); strings.Count(html, `<th scope="row">`) != 1 || !strings.Contains(html, "Rød") {
			t.Errorf("%s: %s", p, html)
		}
	}
	if html := page("leser", fmt.Sprintf("%s&til=%d", path, opened.UnixMilli()+1), 200); strings.Contains(html, `<th scope="row">`) {
		t.Error("differences before anything changed")
	}
	if html := page("leser", path, 200); !strings.Contains(html, by) {
		t.Error("staff does not see who")
	}
	if html := page("kommune", path, 200); strings.Contains(html, by) {
		t.Error("a municipality sees who")
	}
	page("skjerm", path, 403)
	page("", path, 404)
	file := strings.Replace(path, "?", "/eksport?", 1)
	if csv := page("leser", file, 200); strings.Count(csv, "\n") != 2 || !strings.Contains(csv, "9901;") || strings.Contains(csv, "9902;") {
		t.Errorf("the file of differences: %s", csv)
	}
	if body := page("leser", file+"&format=json", 200); !strings.Contains(body, `"from_id":"not_assessed"`) || !strings.Contains(body, `"level_id":"red"`) {
		t.Errorf("the differences as JSON: %s", body)
	}
	page("leser", file+"&format=xml", 422)
	page("skjerm", file, 403)
	page("", file, 404)
	changes := "/mote/" + string(meeting) + "/eksport"
	if csv := page("leser", changes, 200); strings.Count(csv, "\n") != 4 || !strings.Contains(csv, by) {
		t.Errorf("the file of a meeting's changes: %s", csv)
	}
	if csv := page("leser", fmt.Sprintf("%s?at=%d", changes, opened.UnixMilli()+1), 200); strings.Count(csv, "\n") != 1 {
		t.Errorf("a meeting's changes before there were any: %s", csv)
	}
	if csv := page("kommune", changes, 200); strings.Contains(csv, by) {
		t.Errorf("a municipality's file: %s", csv)
	}
	page("skjerm", changes, 403)
	page("", changes, 404)
	page("leser", "/forskjeller/na?fra=x", 422)
	page("leser", "/forskjeller/na?fra=2020-01-01T00:00&til=2019-01-01T00:00", 422)
	page("", "/forskjeller/2022?fra=2001-01-01T00:00", 404) // nothing was published then
}
