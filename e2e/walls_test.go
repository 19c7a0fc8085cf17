//go:build e2e

package e2e

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// cutOn names what a wall shows of and cuts: an element that is too wide or too
// high for its place, what runs off the screen, and heads that lie on each other.
const cutOn = `(() => {
	const seen = (e) => e.checkVisibility() && !e.closest(".vh") && e.clientWidth !== 1;
	const name = (e) => e.id || e.className || e.tagName;
	const out = [];
	for (const e of document.querySelectorAll(".wtop h1, .wtop .of, .wside, .wside > section, .wside li, .wbmain, .wb:not([hidden]), .wcmain, .wc, .cntrs, .cntr, .wside time, .wfun li, .wfoot, .wfoot > :not(#latest), .wb:not([hidden]) .word, .more")) {
		if (seen(e) && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 2)) out.push("cut: " + [name(e), e.scrollWidth, e.scrollHeight, "in", e.clientWidth, e.clientHeight].join(" "));
	}
	for (const e of document.querySelectorAll(".wtop > *, .wfoot > *, .wside > *, .wb:not([hidden]) tr > *, .wc tr > *, .event, .wtop .live *")) {
		if (!seen(e)) continue;
		const { right, bottom } = e.getBoundingClientRect();
		if (right > innerWidth + 1 || bottom > innerHeight + 1) out.push("off the screen: " + name(e));
	}
	const heads = [...document.querySelectorAll(".wc thead th span:not(.vh)")].map((e) => e.getBoundingClientRect());
	heads.forEach((a, i) => heads.slice(i + 1).forEach((b) => {
		if (a.right > b.left && b.right > a.left && Math.abs(a.top - b.top) < 10) out.push("heads on each other");
	}));
	const top = document.querySelector(".wtop");
	const { paddingTop, lineHeight } = getComputedStyle(top);
	if (top.clientHeight - parseFloat(paddingTop) > 2.5 * parseFloat(lineHeight) && top.dataset.two !== "three") out.push("a head of three lines");
	return out.join("; ");
})()`

// fits waits until a wall cuts nothing: what it shows is measured before the next
// frame, and a look between the two sees what nobody does.
func (w *tab) fits(when string) {
	w.t.Helper()
	for end := time.Now().Add(5 * time.Second); ; {
		cut := eval[string](w, cutOn)
		if cut == "" {
			return
		}
		if time.Now().After(end) {
			w.t.Errorf("%s: %s: %s", w.name, when, cut)
			return
		}
	}
}

// redsShown is how many of the red ones wall A names.
const redsShown = `[...document.querySelectorAll("#reds li[data-m]")].filter((li) => li.checkVisibility()).length`

// TestWallsTellAll: of two meetings on one board, walls A, B and C and the
// overview name both and show the significant events of both; every red one
// stands on wall A by name, and nothing is cut, on 1080 lines and on 2160; all
// are back within six seconds of a restart. Long events, and a third meeting on
// wall C, cut nothing either. When the last meeting and the last
// situation are closed, walls and desks are at rest by themselves, with what was
// left yellow or red to be confirmed; when a meeting opens they show all again.
func TestWallsTellAll(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	api.quiet("na")
	open := func(title string) string {
		return fmt.Sprint(api.must("open_meeting", map[string]any{"board": "na", "kind": "preparedness", "title": title})["meeting"])
	}
	first := open("Beredskapsmøte: uvær og ny flomfare")
	c := sharedChromium(t)
	walls, views := map[string]*tab{}, map[string]*tab{}
	for _, layout := range []string{"a", "b", "c"} {
		walls[layout] = p.wall(c, "wall "+layout, 1920, 1080, url.Values{"layout": {layout}})
		views["wall "+layout] = walls[layout]
	}
	desk := c.tab("overview", 1440, 900)
	desk.login(p, "leser")
	desk.open(p.url(overview))
	desk.live()
	views["overview"] = desk
	const green = `document.querySelectorAll("td[data-level=green], #map path[data-level=green]").length`
	for name, w := range views {
		if eval[int](w, green) == 0 {
			t.Errorf("%s shows no green in a meeting", name)
		}
	}
	second := open("Regionmøte Valdres")
	api.must("write_note", map[string]any{"meeting": first, "text": "E6 stengt ved Tretten bru i begge retninger"})
	api.must("write_note", map[string]any{"meeting": second, "text": "Fv. 51 stengt over Valdresflye"})
	api.must("set_levels", map[string]any{"board": "na", "meeting": second, "cells": []map[string]any{{"m": "3431", "c": "samfunnssikkerhet", "level": "red"}}})
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	event := time.Now().Add(-40 * time.Minute).UTC()
	api.must("set_levels", map[string]any{"board": "na", "meeting": second, "event_at": event.Format(time.RFC3339), "cells": []map[string]any{{"m": "3434", "c": "samfunnssikkerhet", "level": "red"}}})
	api.must("set_levels", map[string]any{"board": "na", "meeting": second, "cells": []map[string]any{{"m": "3434", "c": "samfunnssikkerhet", "text": "Fv. 51 er stengt"}}})
	lead := c.tab("lead", 1440, 900)
	lead.login(p, "moteleder")
	for meeting, want := range map[string]string{first: "satt utenom møtet", second: "satt i møtet"} {
		lead.open(p.url("/konsoll/" + meeting + "?valgt=3434&c=samfunnssikkerhet"))
		if got := eval[string](lead, `document.querySelector(".cc-now [data-standing]").textContent`); got != want {
			t.Errorf("the console of %s says %q, want %q", meeting, got, want)
		}
	}
	// Since when it is so stays, live and drawn, when a reason is given later.
	since := fmt.Sprintf(`(s => /^siden (.* )?%s, ført (.* )?[0-9:]{5}$/.test(s))(document.querySelector('#reds li[data-m="3434"] time')?.textContent)`, event.In(oslo).Format("15:04"))

	const said = `["Regionmøte Valdres", "Beredskapsmøte: uvær og ny flomfare"].every((s) => document.querySelector(%q).innerText.includes(s)) &&
		["E6 stengt ved Tretten bru i begge retninger", "Fv. 51 stengt over Valdresflye"].every((s) => [...document.querySelectorAll(".event")].some((e) => e.checkVisibility() && e.innerText.includes(s) && e.scrollHeight <= e.clientHeight + 1 && e.scrollWidth <= e.clientWidth + 1))`
	tellsAll := func(when string) {
		t.Helper()
		desk.until(when+": both meetings and their events", fmt.Sprintf(said, "#panel"), 15*time.Second)
		for name, w := range walls {
			w.until(when+": both meetings and their events", fmt.Sprintf(said, ".wtop"), 20*time.Second)
			w.live()
			if name == "a" {
				w.until("what its counters and its list are of", `document.querySelector("#wof").checkVisibility() && document.querySelector("#wof").innerText === "Sikkerhet" && document.querySelector("#reds-head").innerText === "Røde nå · Sikkerhet"`, 10*time.Second)
				w.until("since when", since, 10*time.Second)
				w.until("the red ones", `document.querySelectorAll("#map path[data-level=red]").length === 9 && document.querySelectorAll("#reds li[data-m]").length === 9`, 10*time.Second)
			}
			for _, width := range []int64{3840, 1920} {
				w.do(chromedp.EmulateViewport(width, width*9/16))
				fits := fmt.Sprintf("innerWidth === %d && %s === ''", width, cutOn)
				if name == "a" {
					fits += " && " + redsShown + " === 9"
				}
				w.until("the size", fmt.Sprintf("innerWidth === %d", width), 5*time.Second)
				w.until(fmt.Sprintf("%s, wall %s, %d: nothing is cut, all red ones have names", when, name, width), fits, 5*time.Second)
			}
		}
	}
	tellsAll("two meetings")
	roomy := c.tab("wall of few red ones", 1920, 1080)
	roomy.login(p, "leser")
	roomy.open(p.url(overview + "?vis=skjerm&area=klima"))
	roomy.live()
	roomy.until("whose roll-call it counts", `/^Regionmøte: \d+ av 46 · Beredskapsmøte: \d+ av 46 har ikke svart/.test(document.querySelector("#wroll").innerText)`, 10*time.Second)
	roomy.fits("two roll-calls")
	roomy.allows("net::ERR", "WebSocket", "503")
	lead.allows("net::ERR", "WebSocket", "503")
	for _, w := range views {
		w.allows("net::ERR", "WebSocket", "503")
	}
	if err := p.stop(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v\n%s", err, p.log)
	}
	p.start()
	start := time.Now()
	for name, w := range walls {
		w.until(name+" is back", `document.body.dataset.state === "live"`, 6*time.Second-time.Since(start))
	}
	tellsAll("after a restart")
	for i := range 3 {
		for _, meeting := range []string{first, second} {
			api.must("write_note", map[string]any{"meeting": meeting, "text": fmt.Sprintf("Hendelse %d: ", i+1) + strings.Repeat("vannstanden stiger fortsatt, ", 12)})
		}
	}
	for _, w := range walls {
		w.until("the newest event of each meeting", `[...document.querySelectorAll(".event")].filter((e) => e.checkVisibility() && e.innerText.includes("Hendelse 3")).length === 2`, 10*time.Second)
		w.fits("long events")
	}
	third := open("Regionmøte Gjøvik-regionen")
	api.must("write_note", map[string]any{"meeting": third, "text": "Mjøsbrua stengt"})
	walls["c"].until("the event of a third meeting", `[...document.querySelectorAll(".event")].some((e) => e.checkVisibility() && e.innerText.includes("Mjøsbrua"))`, 20*time.Second)
	walls["c"].fits("three meetings")

	api.quiet("na")
	api.quiet("uvaer")
	api.must("close_board", map[string]any{"board": "uvaer"})
	who := map[string]string{"wall a": ".wrest", "wall b": ".wtop", "wall c": ".wtop", "overview": "main"}
	for name, w := range views {
		w.until(name+" is at rest", green+` === 0 && document.body.innerText.includes("Ingen fører status nå")`, 40*time.Second)
		w.live()
		if said := eval[string](w, fmt.Sprintf(`document.querySelector(%q).innerText`, who[name])); !strings.Contains(said, "K. Moen lukket møtet") {
			t.Errorf("%s does not say who closed it: %s", name, said)
		}
		if n := eval[int](w, `document.querySelectorAll("[data-count-level=green], [data-count-level=none]").length + [...document.querySelectorAll("td[data-level=not_assessed] svg")].filter((e) => e.checkVisibility({ visibilityProperty: true })).length`); n > 0 {
			t.Errorf("%s counts or marks what nobody knows: %d", name, n)
		}
		if eval[int](w, `document.querySelectorAll("td[data-level=red]:not([data-stale]), #map path[data-level=red]:not([data-stale])").length`) > 0 {
			t.Errorf("%s shows what was left as if somebody kept it", name)
		}
	}
	var s snapshot
	api.get("/api/v1/boards/na", &s)
	if !slices.ContainsFunc(s.Cells, func(c struct {
		M, C, Level string
		Due         time.Time `json:"confirm_by"`
	}) bool {
		return c.Level == "green"
	}) {
		t.Error("the API has lost its levels")
	}
	api.must("open_meeting", map[string]any{"board": "na", "kind": "preparedness", "title": "Nytt møte"})
	for name, w := range views {
		w.until(name+" shows all again", green+" > 0", 40*time.Second)
	}
}

// words are those of levels on show at a wall of regions, cut those that lack room.
const (
	words = `[...document.querySelectorAll(".wb:not([hidden]) td .word")].filter((e) => e.clientWidth > 1)`
	cut   = words + `.filter((e) => e.scrollWidth > e.clientWidth)`
)

// TestWallOfASituationWritesItsWords: a wall of a situation's regions has room for the
// word of every level beside its sign, or leaves all of a region's to the footer, also
// on a screen that is small for its room.
func TestWallOfASituationWritesItsWords(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	var s snapshot
	api.get("/api/v1/boards/uvaer", &s)
	wall := sharedChromium(t).tab("wall b", 1920, 1080)
	wall.login(p, "leser")
	const address = "/tavle/uvaer?vis=skjerm&oppsett=b&roter=600"
	wall.open(p.url(address))
	cells := []map[string]any{}
	for _, cell := range eval[[][]string](wall, `[...document.querySelectorAll(".wb td[data-m]")].map((e) => [e.dataset.m, e.dataset.c])`) {
		cells = append(cells, map[string]any{"m": cell[0], "c": cell[1], "level": "strained"})
	}
	api.must("set_levels", map[string]any{"board": "uvaer", "meeting": openMeeting(t, s), "cells": cells})
	written := 0
	for _, with := range []string{"&lang=nn", "&lang=en", "&lang=nb", "&tommer=55&meter=6"} {
		wall.open(p.url(address + with))
		wall.live()
		for range eval[int](wall, `document.querySelectorAll(".wb").length`) {
			wall.keys(kb.ArrowRight)
			if n := eval[int](wall, cut+".length"); n > 0 {
				t.Errorf("%s: %s cuts %d words", with, eval[string](wall, `document.querySelector(".wb:not([hidden])").dataset.name`), n)
			}
			written += eval[int](wall, words+".length")
		}
	}
	if written == 0 {
		t.Error("no word is written")
	}
}
