package server

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/views"
	"kommunebilde/server/edge"
)

// TestSeriesViewsAndActorsWithoutScript arranges and opens meetings by forms
// alone: a list of actors, a saved view, a series and its next meeting, filled in
// as the last was. A municipality that is invited sees none of it.
func TestSeriesViewsAndActorsWithoutScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	live := func() domain.Picture {
		t.Helper()
		p, err := edge.LookAs(w.clerk.State(), domain.System("x"), time.Now()).Picture(domain.Live)
		must(t, err)
		return p
	}
	post := func(account, path string, f url.Values) string {
		t.Helper()
		res := w.form(account, path, f)
		if res.status != 303 {
			t.Fatalf("%s: %d %s", path, res.status, res.body)
		}
		to := res.header.Get("Location")
		if got := w.get(account, to); got.status != 200 {
			t.Fatalf("%s leads to %s: %d", path, to, got.status)
		}
		return to
	}
	post("redaktor", "/aktorer", url.Values{"name": {"Kraftlaget"}})
	post("redaktor", "/aktorer", url.Values{"name": {"Politiet"}})
	actor := actors.Of(live())[0]
	post("redaktor", "/aktorer", url.Values{"name": {"Elvenett"}, "actor": {string(actor.ID)}})
	if a := actors.Of(live())[0]; a.Name != "Elvenett" || a.ID != actor.ID || !a.Reported("Kraftlaget") {
		t.Errorf("renamed: %+v", a)
	}
	post("moteleder", "/aktorer/fjern", url.Values{"actor": {string(actors.Of(live())[1].ID)}})
	if page := w.get("leser", "/aktorer"); !strings.Contains(page.body, "Elvenett") || strings.Contains(page.body, `value="Politiet"`) || strings.Contains(page.body, `action="/aktorer"`) {
		t.Error("a reader's page of actors")
	}

	to := post("moteleder", "/tavle/na/utvalg", url.Values{"name": {"Regionmøte Nord"}, "filter": {"region=nord&level=red&since=mote"}})
	view := views.Of(live())[0]
	if f := view.Filter; f.Region != "nord" || len(f.Levels) != 1 || !f.SinceMeeting || !strings.Contains(to, "gjort=utvalg") {
		t.Errorf("saved %+v, to %s", f, to)
	}
	for filter, field := range map[string]string{"region=vest": "region", "since=2022-01-01": "since", "": "filter"} {
		if res := w.form("moteleder", "/tavle/na/utvalg", url.Values{"name": {"x"}, "filter": {filter}}); res.status != 404 && res.status != 422 {
			t.Errorf("a view of %q (%s): %d", filter, field, res.status)
		}
	}
	if page := w.get("leser", "/tavle/na").body; !strings.Contains(page, `href="?region=nord&amp;level=red&amp;since=mote"`) || strings.Contains(page, "/utvalg/fjern") {
		t.Error("a reader sees the saved view, and no way to remove it")
	}

	post("moteleder", "/moter", url.Values{"board": {"na"}, "kind": {"region"}, "title": {"Første"}, "case": {"26/7"}, "series": {"Onsdagsmøte"},
		"opens": {"view/" + string(view.ID)}, "listed": {string(actor.ID)}, "actors": {"Røde Kors"}, "invited": {"9901"}, "agenda": {"nord"}, "reports": {"yes"}})
	first := live().Meetings()[0]
	if first.View != view.ID || first.Region != "nord" || first.SeriesID != first.ID || strings.Join(first.Actors, ",") != "Elvenett,Røde Kors" {
		t.Fatalf("opened %+v", first)
	}
	series := "/serie/" + string(first.ID)
	for path, want := range map[string]int{series: 403, "/aktorer": 403, "/moter?serie=" + string(first.ID): 200} {
		if res := w.get("kommune", path); res.status != want {
			t.Errorf("a municipality at %s: %d, want %d", path, res.status, want)
		}
	}
	hidden := []string{"Regionmøte Nord", "/utvalg", "/serie/", "/aktorer"}
	for _, path := range []string{"/tavle/na", "/moter", "/mote/" + string(first.ID)} {
		res := w.get("kommune", path)
		for _, word := range hidden {
			if res.status != 200 || strings.Contains(res.body, word) {
				t.Errorf("a municipality at %s: %d, %q", path, res.status, word)
			}
		}
	}
	if res := w.get("kommune", "/tavle/na?aktor="+string(actor.ID)); res.status != 404 {
		t.Errorf("a municipality filters by actor: %d", res.status)
	}
	if snapshot := w.get("kommune", "/api/v1/boards/na").body; strings.Contains(snapshot, "in_series") {
		t.Error("a municipality's snapshot tells of series")
	}
	post("moteleder", "/mote/"+string(first.ID)+"/avslutt", url.Values{})

	page := w.get("moteleder", "/moter?serie="+string(first.ID)).body
	_, fields := w.formOf(page, "/moter")
	for name, want := range map[string]string{"in_series": string(first.ID)} {
		if fields.Get(name) != want {
			t.Errorf("the next meeting's %s is %q", name, fields.Get(name))
		}
	}
	for _, part := range []string{`value="26/7"`, `value="view/` + string(view.ID) + `" selected`, `value="region" selected`, `value="` + string(actor.ID) + `" checked`,
		"Røde Kors</textarea>", `value="9901" checked`, `value="nord" selected`, `name="reports" value="yes" checked`} {
		if !strings.Contains(page, part) {
			t.Errorf("the next meeting's form lacks %s", part)
		}
	}
	post("moteleder", "/moter", url.Values{"board": {"na"}, "kind": {"region"}, "title": {"Andre"}, "in_series": {string(first.ID)}})
	if m := live().Meetings()[0]; m.SeriesID != first.ID || m.Series != "Onsdagsmøte" {
		t.Errorf("the next meeting %+v", m)
	}
	if page := w.get("leser", series); page.status != 200 || !strings.Contains(page.body, "Første") || !strings.Contains(page.body, "Andre") {
		t.Errorf("the series: %d", page.status)
	}
	if res, unknown := w.get("kommune", series), w.get("kommune", "/serie/ukjent"); res.status != 404 || res.body != unknown.body {
		t.Errorf("a municipality that is not invited any more at the series: %d", res.status)
	}
	if res := w.get("moteleder", "/moter?serie=ukjent"); res.status != 404 {
		t.Errorf("the next of no series: %d", res.status)
	}
	post("moteleder", "/tavle/na/utvalg/fjern", url.Values{"view": {string(view.ID)}})
	if len(views.Of(live())) != 0 {
		t.Error("the view is still there")
	}
}
