//go:build e2e

package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// rowsCounted reports whether a table's rows are all there or counted, and with them
// the red cells that have no row on show.
const rowsCounted = `(() => {
	const rows = [...document.querySelectorAll(".wb:not([hidden]) tbody tr, .wc tbody tr")];
	const gone = rows.filter((row) => row.hidden);
	const more = document.querySelector(".wb:not([hidden]) > .rows, .wcmain > .rows");
	const says = gone.length === 0 ? more.hidden : !more.hidden && more.textContent.startsWith("+" + gone.length + " ");
	const reds = gone.reduce((sum, row) => sum + row.querySelectorAll("[data-level=red]").length, 0);
	return says && rows.length > gone.length && (reds === 0 || more.textContent.includes("Rød " + reds));
})()`

// TestSmallWallsCount: on screens that are small for their distance, at 1080 lines
// and at 2160, nothing is cut: whole rows step back, the gravest last, and the
// wall says how many; a row that becomes red comes on show by itself.
func TestSmallWallsCount(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	meeting := api.openMeetings("na")[0]
	c := sharedChromium(t)
	walls := map[string]*tab{}
	for _, layout := range []string{"a", "b", "c"} {
		walls[layout] = p.wall(c, "wall "+layout, 1920, 1080, url.Values{"layout": {layout}, "inches": {"55"}, "region": {"nord-gudbrandsdal"}})
	}
	for _, layout := range []string{"b", "c"} {
		w := walls[layout]
		w.fits("55 inches")
		area := eval[string](w, `document.querySelector(".wb:not([hidden]) tr[hidden] td[data-m='3434'], .wc tr[hidden] td[data-m='3434']").dataset.c`)
		api.must("set_levels", map[string]any{"board": "na", "meeting": meeting, "cells": []map[string]any{{"m": "3434", "c": area, "level": "red", "text": "x"}}})
		w.until("a red cell brings its row on show", query("3434", area)+".checkVisibility()", 10*time.Second)
	}
	for _, inches := range []string{"55", "60", "50", "43"} {
		for name, w := range walls {
			if inches != "55" {
				p.setView(w, url.Values{"layout": {name}, "inches": {inches}, "region": {"nord-gudbrandsdal"}})
				w.until("the size", `location.search.includes("tommer=`+inches+`") && document.body.dataset.state === "live"`, 20*time.Second)
			}
			for _, width := range []int64{3840, 1920} {
				w.do(chromedp.EmulateViewport(width, width*9/16))
				w.until("the width", fmt.Sprintf("innerWidth === %d", width), 5*time.Second)
				w.fits(inches + " inches")
				if name != "a" && !eval[bool](w, rowsCounted) {
					t.Errorf("%s, %s inches, %d: rows are missing and not rowsCounted", w.name, inches, width)
				}
			}
		}
	}
}

// TestWallsSayWhatTheyShowWithoutContact: without contact a wall says so, and
// still that it is an exercise, the situation, its meetings and its region; and
// nothing is cut.
func TestWallsSayWhatTheyShowWithoutContact(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	api.must("open_exercise", map[string]any{"board": "ovelse", "title": "Øvelse høst", "from": "na"})
	api.must("open_meeting", map[string]any{"board": "ovelse", "kind": "preparedness", "title": "Øvelsesmøte"})
	second := fmt.Sprint(api.must("open_meeting", map[string]any{"board": "na", "kind": "preparedness", "title": "Regionmøte Valdres"})["meeting"])
	api.must("write_note", map[string]any{"meeting": second, "text": "Fv. 51 stengt"})
	c := sharedChromium(t)
	want := map[*tab][]string{
		p.wall(c, "exercise A", 1920, 1080, url.Values{"board": {"ovelse"}}):                                         {"ØVELSE", "Øvelsesmøte"},
		p.wall(c, "exercise B", 1920, 1080, url.Values{"board": {"ovelse"}, "layout": {"b"}, "region": {"valdres"}}): {"ØVELSE", "Øvelsesmøte", "Valdres"},
		p.wall(c, "situation A", 1920, 1080, url.Values{"board": {"uvaer"}}):                                         {"Hendelse", "Uvær"},
		p.wall(c, "C", 1920, 1080, url.Values{"layout": {"c"}}):                                                      {"Mønster", "Beredskapsmøte: uvær og ny flomfare", "Regionmøte Valdres"},
		p.wall(c, "C, 55 inches", 1920, 1080, url.Values{"layout": {"c"}, "inches": {"55"}}):                         {"Mønster", "Beredskapsmøte: uvær og ny flomfare", "Regionmøte Valdres"},
	}
	for w := range want {
		w.allows("net::ERR", "WebSocket", "503")
	}
	if err := p.stop(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for w, words := range want {
		w.until("it says so", `document.body.dataset.state === "disconnected"`, 20*time.Second)
		w.fits("without contact")
		// What lies uppermost is what a reader sees.
		seen := eval[string](w, `[...document.querySelectorAll(".wtop .exercise, .wtop .spill, .wtop h1, .wtop #wof, .wtop .lost .text")].filter((e) => {
			const { left, right, top, bottom } = e.getBoundingClientRect();
			return e.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2)) || e.contains(document.elementFromPoint(left + 5, (top + bottom) / 2));
		}).map((e) => e.innerText).join("; ")`)
		for _, word := range append(words, "Frakoblet") {
			if !strings.Contains(seen, word) {
				t.Errorf("%s: %q is not to be seen: %s", w.name, word, seen)
			}
		}
		if strings.HasPrefix(w.name, "C") && !eval[bool](w, rowsCounted) {
			t.Errorf("%s: rows are missing and not rowsCounted", w.name)
		}
	}
}

// TestWallsGiveRoom: whom a wall follows takes nothing from the names of its
// meetings; what the hatch means stays beside a long reason; events stand
// where there is room for them; and since when it is so runs over no edge, however
// long ago.
func TestWallsGiveRoom(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	first := api.openMeetings("na")[0]
	c := sharedChromium(t)
	pattern := p.wall(c, "wall C", 1920, 1080, url.Values{"layout": {"c"}})
	events := `[...document.querySelectorAll(".event")].filter((e) => e.checkVisibility() && e.scrollHeight <= e.clientHeight + 1).length`
	pattern.until("two of three events in two lines", events+" >= 2", 5*time.Second)
	pattern.fits("three events")

	open := func(title string) string {
		return fmt.Sprint(api.must("open_meeting", map[string]any{"board": "na", "kind": "preparedness", "title": title})["meeting"])
	}
	open("Regionmøte Valdres")
	ago := time.Now().Add(-76 * time.Hour).UTC().Format(time.RFC3339)
	reds := []map[string]any{}
	for _, m := range []string{"3403", "3405", "3407", "3411", "3434", "3437", "3448", "3450", "3442"} {
		reds = append(reds, map[string]any{"m": m, "c": "samfunnssikkerhet", "level": "red", "text": "Vei og mobildekning er brutt i hele kommunen, og det er uvisst når de er tilbake"})
	}
	api.must("set_levels", map[string]any{"board": "na", "meeting": first, "event_at": ago, "cells": reds})
	lead := c.tab("lead", 1440, 900)
	lead.login(p, "moteleder")
	lead.open(p.url("/konsoll/" + first + "?valgt=3434&c=samfunnssikkerhet"))
	lead.live()
	walls := []*tab{pattern}
	for name, fields := range map[string]url.Values{"wall A": nil, "wall A at 4 m": {"metres": {"4"}}, "wall B": {"layout": {"b"}, "region": {"valdres"}}} {
		walls = append(walls, p.wall(c, name, 1920, 1080, fields))
	}
	lead.keys("f")
	for _, w := range walls {
		w.until("it follows", `document.querySelector("#following")?.checkVisibility()`, 20*time.Second)
		w.live()
		w.until("both meetings", `["Beredskapsmøte: uvær og ny flomfare", "Regionmøte Valdres"].every((s) => document.querySelector(".wtop").innerText.includes(s))`, 10*time.Second)
		for _, width := range []int64{3840, 1920} {
			w.do(chromedp.EmulateViewport(width, width*9/16))
			w.until("the width", fmt.Sprintf("innerWidth === %d", width), 5*time.Second)
			w.fits("following")
			if w.name == "wall B" || w == pattern {
				w.until("what the hatch means", `document.querySelector(".latekey").checkVisibility()`, 5*time.Second)
			}
		}
	}
}

// TestWallsColumnsStandUnderEachOther: in every language a cell of the pattern stands
// under its municipality, however long the name of its row.
func TestWallsColumnsStandUnderEachOther(t *testing.T) {
	t.Parallel()
	p := demo(t)
	w := sharedChromium(t).tab("pattern", 1920, 1080)
	w.login(p, "leser")
	for _, lang := range []string{"nb", "nn", "en"} {
		w.open(p.url("/tavle/na?vis=skjerm&oppsett=c&lang=" + lang))
		w.live()
		off := eval[float64](w, `Math.max(...[...document.querySelectorAll(".wc tbody tr:not([hidden])")].flatMap((row) => {
			const first = [...document.querySelectorAll(".wc tbody tr:not([hidden])")][0];
			return [...row.querySelectorAll("td")].map((td, i) => Math.abs(td.getBoundingClientRect().left - first.querySelectorAll("td")[i].getBoundingClientRect().left));
		}))`)
		if off > 0.5 {
			t.Errorf("%s: a cell stands %.1f pixels beside its municipality", lang, off)
		}
	}
}
