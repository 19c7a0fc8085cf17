//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// marked are the places that a page marks as what must be confirmed, on whatever
// it draws them.
const marked = `JSON.stringify([...new Set([...document.querySelectorAll("[data-m][data-level][data-stale]:not(.lines li)")].map((e) =>
	e.dataset.m + "." + (e.dataset.c ?? e.closest("[data-c]").dataset.c)))].sort())`

// counted is how many of all levels the page's counters say must be confirmed,
// without those by region.
const counted = `[...document.querySelectorAll("[data-due-level]:not([data-due-region])")].reduce((n, e) => n + (e.hidden ? 0 : Number(e.querySelector("b").textContent)), 0)`

// overdue returns the places that the API says must be confirmed at a time, of
// one column or of all.
func (c *client) overdue(board, column string, at time.Time) string {
	c.p.t.Helper()
	var s snapshot
	if code := c.get("/api/v1/boards/"+board, &s); code != http.StatusOK {
		c.p.t.Fatalf("snapshot: %d", code)
	}
	out := []string{}
	for _, cell := range s.Cells {
		if !cell.Due.IsZero() && !at.Before(cell.Due) && (column == "" || cell.C == column) {
			out = append(out, cell.M+"."+cell.C)
		}
	}
	slices.Sort(out)
	b, err := json.Marshal(out)
	if err != nil {
		c.p.t.Fatal(err)
	}
	return string(b)
}

// overdueFunctions returns the functions of a situation of which something
// strained or critical must be confirmed.
func (c *client) overdueFunctions(board string) string {
	c.p.t.Helper()
	var s snapshot
	c.get("/api/v1/boards/"+board, &s)
	out := []string{}
	for _, cell := range s.Cells {
		late := !cell.Due.IsZero() && !time.Now().Before(cell.Due) && (cell.Level == "strained" || cell.Level == "critical")
		if late && !slices.Contains(out, cell.C) {
			out = append(out, cell.C)
		}
	}
	slices.Sort(out)
	b, err := json.Marshal(out)
	if err != nil {
		c.p.t.Fatal(err)
	}
	return string(b)
}

// TestWallsMarkWhatMustBeConfirmed: paired walls of all layouts and the overview
// mark and count what must be confirmed, as the API tells it; they age with the
// clock, between frames, and a municipality without news is fresh again on all.
func TestWallsMarkWhatMustBeConfirmed(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	c := sharedChromium(t)
	type view struct {
		w      *tab
		column string
	}
	views := map[string]view{}
	for layout, column := range map[string]string{"a": "samlet", "b": "", "c": ""} {
		views["wall "+layout] = view{p.wall(c, "wall "+layout, 1920, 1080, url.Values{"board": {"uvaer"}, "layout": {layout}, "roter": {"20"}}), column}
	}
	desk := c.tab("overview", 1440, 900)
	desk.login(p, "leser")
	desk.open(p.url("/tavle/uvaer"))
	desk.live()
	views["overview"] = view{desk, ""}
	agree := func(when string) {
		t.Helper()
		for name, v := range views {
			p.wait(name+" marks "+when, 20*time.Second, func() bool {
				want := api.overdue("uvaer", v.column, time.Now())
				return eval[string](v.w, marked) == want && (name == "wall b" || eval[int](v.w, counted) == strings.Count(want, "."))
			})
		}
	}
	agree("now")
	for _, layout := range []string{"b", "c"} {
		views["wall "+layout].w.until("the hatch on show has its word", `document.querySelector(".latekey").checkVisibility() === !!document.querySelector(".wb:not([hidden]) td[data-stale], .wc td[data-stale]")`, 10*time.Second)
		views["wall "+layout].w.fits("the hatch has its word")
	}
	if api.overdueFunctions("uvaer") == "[]" {
		t.Fatal("no function is late")
	}
	p.wait("wall a marks the functions of which some must be confirmed", 10*time.Second, func() bool {
		return eval[string](views["wall a"].w, `JSON.stringify([...document.querySelectorAll("#wfun li:has(.due)")].map((li) => li.dataset.of).sort())`) == api.overdueFunctions("uvaer")
	})
	if eval[string](desk, marked) == "[]" {
		t.Fatal("nothing must be confirmed")
	}
	var s snapshot
	api.get("/api/v1/boards/uvaer", &s)
	for _, v := range views {
		eval[bool](v.w, `(window.same = true)`)
	}
	m := s.Cells[0].M
	api.must("report_no_change", map[string]any{"meeting": openMeeting(t, s), "municipalities": []string{m}})
	desk.until("nothing of who has no news must be confirmed", fmt.Sprintf(`!document.querySelector('#grid td[data-m="%s"][data-stale]')`, m), 10*time.Second)
	agree("when one has no news")
	for name, v := range views {
		// Its clock goes on by a day; no word comes from the server.
		got := eval[string](v.w, `(kb.clock.set(Date.now() + 86_400_000, performance.now(), Date.now()), kb.cells.age(), `+marked+`)`)
		if want := api.overdue("uvaer", v.column, time.Now().Add(24*time.Hour)); got != want {
			t.Errorf("%s a day later: %s", name, firstDifference(got, want))
		}
		if !eval[bool](v.w, `window.same === true`) {
			t.Errorf("%s was made anew", name)
		}
	}
}
