//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hatches are the marks of what must be confirmed and of what nobody said, with
// or without contact: of the cells by number, of the map by the level under them.
const hatches = `JSON.stringify([
	[...document.querySelectorAll(".wcell")].filter((e) => getComputedStyle(e).backgroundImage.includes("135deg")).length,
	...[...document.querySelectorAll("#map path[data-stale]:not([data-out]), #map path[data-level=not_assessed]:not([data-out])")].map((e) => getComputedStyle(e).fill.match(/#\w+-?(\w*)/)?.[0].replace(/old|stale|#lost-none|#hatch/, ""))])`

// nowPage is a page that shows something of now.
type nowPage struct {
	name, path string
	changed    string // an expression: it shows that Lom's climate became red
	hatched    string // a selector of something of now with a colour, "" nothing has one
	plain      string // a selector of something that is not of now, "" all is
}

// TestNothingOldLooksNew: every page that shows something of now takes in a
// change, and when the server stands still says so, names the time of the last
// heartbeat, and hatches what is of now and nothing else; the console's keys rest. That these are all such
// pages is held by the server's TestWhatShowsNowFollowsIt; that it takes at most
// 12 s, by TestFrozenServerIsSeen.
func TestNothingOldLooksNew(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	const cell = `td[data-m="3434"][data-c="klima"]`
	has := func(selector string) string { return fmt.Sprintf("document.querySelector(%q)", selector) }
	reads := func(selector, text string) string {
		return fmt.Sprintf("document.querySelector(%q)?.textContent.includes(%q)", selector, text)
	}
	pages := []nowPage{
		{"overview", "/tavle/na", has(cell + `[data-level="red"]`), "#grid td[data-level=green] > a", ""},
		{"area", "/omrade/klima?board=na", has(cell + `[data-level="red"]`), ".tally .sw", ""},
		{"region", "/region/nord-gudbrandsdal?board=na", has(cell + `[data-level="red"]`), ".tally .sw", ""},
		{"municipality", "/kommune/3434?board=na", has(`#klima .chip[data-level="red"]`), "#areas-list .chip", ""},
		{"an edition's municipality", "/kommune/3434", reads("#now", "Klima"), "#now .chip", "#areas-list .chip"},
		{"meeting", "/mote/demo-8", reads("#meeting-log tbody tr", "Lom"), "#meeting-log .mini", ""},
		{"start", "/start", reads("#start-open", "Enda et møte"), ".tally .chip", ""},
		{"meetings", "/moter", reads("#meetings", "Enda et møte"), "", ""},
		{"series", "/serie/demo-1", "", "", ""},
		{"console", "/konsoll/demo-8", reads("#latest li", "Lom"), "#cell .big", ""},
		{"closing", "/mote/demo-8/avslutt", reads("#lacking", "Lom"), "#lacking .mini", ""},
		{"screens", "/skjermer", reads(".screens", "tilkoblet"), "", ""},
		{"wall A", "/tavle/na?vis=skjerm&kart=klima", has(`#map [data-m="3434"][data-level="red"]`), ".cntr .sw", ""},
		{"wall B", "/tavle/na?vis=skjerm&oppsett=b&region=nord-gudbrandsdal", has(cell + `[data-level="red"]`), ".wb .wcell", ""},
		{"wall C", "/tavle/na?vis=skjerm&oppsett=c", has(cell + `[data-level="red"]`), ".wc .wcell", ""},
	}
	c := sharedChromium(t)
	p.wall(c, "Møterom 1", 1920, 1080, nil).allows("net::ERR", "WebSocket")
	lead := c.tab("lead", 1440, 900)
	lead.login(p, "moteleder")
	tabs := make([]*tab, len(pages))
	for i, page := range pages {
		tabs[i] = lead.beside(page.name, 1440, 900)
		tabs[i].allows("net::ERR", "WebSocket")
		// When the last heartbeat came, by the clock on the page, and when it says that it is old.
		tabs[i].before(`addEventListener("DOMContentLoaded", () => {
			const clock = document.querySelector("#live-clock");
			if (!clock) return;
			new MutationObserver(() => { window.beat = performance.now(); window.beatAt = clock.textContent }).observe(clock, { childList: true, characterData: true, subtree: true });
			new MutationObserver(() => { if (document.body.dataset.state === "disconnected") window.said ??= performance.now() }).observe(document.body, { attributeFilter: ["data-state"] });
		})`)
		tabs[i].open(p.url(page.path))
		tabs[i].live()
	}
	api.must("open_meeting", map[string]any{"board": "na", "kind": "preparedness", "title": "Enda et møte"})
	api.must("set_levels", map[string]any{"board": "na", "meeting": "demo-8", "cells": []map[string]any{{"m": "3434", "c": "klima", "level": "red"}}})
	for i, page := range pages {
		if page.changed != "" {
			tabs[i].until("the change is there", page.changed, 15*time.Second)
		}
		eval[int](tabs[i], "(window.beat = 0)")
	}
	for _, w := range tabs { // the last word of the server is a heartbeat
		w.until("a heartbeat", "window.beat", 15*time.Second)
	}
	before := make([]string, len(tabs))
	for i, w := range tabs {
		before[i] = eval[string](w, hatches)
	}
	p.cmd.Process.Signal(syscall.SIGSTOP)
	for i, page := range pages {
		w := tabs[i]
		w.until("it says that it is old", `document.querySelector("#disconnected")?.checkVisibility() && window.said`, 30*time.Second)
		if after := eval[float64](w, "said - beat"); after > 20_000 { // 12 s, and what fourteen pages of one busy browser are late
			t.Errorf("%s: said %.0f ms after the last heartbeat", page.name, after)
		}
		want := "Frakoblet – viser status fra " + eval[string](w, "beatAt")
		if text := eval[string](w, `document.querySelector("#disconnected .text").textContent`); !strings.HasPrefix(text, want) {
			t.Errorf("%s says %q, want %q", page.name, text, want)
		}
		if after := eval[string](w, hatches); strings.HasPrefix(page.name, "wall") && after != before[i] {
			t.Errorf("%s: of what it showed as to be confirmed or unknown, %s is left of %s", page.name, after, before[i])
		}
		hatch := func(selector string) bool {
			return eval[bool](w, fmt.Sprintf(`getComputedStyle(document.querySelector(%q)).backgroundImage.includes("45deg")`, selector))
		}
		if page.hatched != "" && !hatch(page.hatched) {
			t.Errorf("%s: %s is not hatched", page.name, page.hatched)
		}
		if page.plain != "" && hatch(page.plain) {
			t.Errorf("%s: %s is not of now and hatched", page.name, page.plain)
		}
	}
	tabs[slices.IndexFunc(pages, func(page nowPage) bool { return page.name == "console" })].keysRest(p, api)
}

// keysRest presses the key of another level on the console of a server that
// stands still: it says that nothing is saved, and when the server goes on, nothing
// was.
func (w *tab) keysRest(p *program, api *client) {
	w.t.Helper()
	at := eval[[]string](w, `[document.querySelector("#cell").dataset.m, document.querySelector("#areas [aria-current]").closest("li").dataset.c, document.querySelector("#cell .big").dataset.level]`)
	key := "3"
	if at[2] == "red" {
		key = "1"
	}
	if eval[string](w, `getComputedStyle(document.querySelector(".ckey")).opacity`) == "1" {
		w.t.Error("the keys look ready")
	}
	w.keys(key)
	w.until("it says that nothing is saved", `document.querySelector("#edit-status").textContent === "Ikke lagret: ingen kontakt med tjenesten"`, 5*time.Second)
	p.cmd.Process.Signal(syscall.SIGCONT)
	w.live()
	var s snapshot
	api.get("/api/v1/boards/na", &s)
	for _, cell := range s.Cells {
		if cell.M == at[0] && cell.C == at[1] && cell.Level != at[2] {
			w.t.Errorf("a key that was pressed without contact changed %v to %s", at, cell.Level)
		}
	}
}
