//go:build e2e

package e2e

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestNewSinceThePreviousMeeting: one toggle on map and grid, one key on the
// console, the leader's wall: what changed before is left out, and what is set
// now joins at once, everywhere.
func TestNewSinceThePreviousMeeting(t *testing.T) {
	t.Parallel()
	p := demo(t)
	c := sharedChromium(t)
	reader, lead, wall := c.tab("reader", 1440, 900), c.tab("lead", 1440, 900), c.tab("wall", 1920, 1080)
	reader.login(p, "leser")
	lead.login(p, "moteleder")
	wall.login(p, "leser")
	const area = "samfunnssikkerhet"
	reader.open(p.url(overview + "?kart=" + area))
	reader.live()

	all := eval[int](reader, `document.querySelectorAll("#grid td[data-m]:not([data-out])").length`)
	reader.click("a.since")
	reader.until("the toggle is on", `!!document.querySelector("a.since[data-on]")`, 10*time.Second)
	news := eval[int](reader, `document.querySelectorAll("#grid td[data-m]:not([data-out])").length`)
	if news == 0 || news >= all {
		t.Fatalf("%d of %d cells are new", news, all)
	}
	if q := eval[string](reader, `location.search`); q != "?kart="+area+"&since=mote" && q != "?since=mote&kart="+area {
		t.Errorf("the address says %s", q)
	}
	old := eval[string](reader, fmt.Sprintf(`document.querySelector('#grid td[data-c=%q][data-level="green"][data-out]').dataset.m`, area))
	outOnMap := fmt.Sprintf(`document.querySelector("#p%s").hasAttribute("data-out")`, old)
	if !eval[bool](reader, outOnMap) {
		t.Errorf("%s has not changed and stands on the map", old)
	}
	sum := `[...document.querySelectorAll("#filters [data-count-level]")].reduce((n, e) => n + Number(e.textContent), 0)`
	if n := eval[int](reader, sum); n != news {
		t.Errorf("the toggles count %d, %d cells are new", n, news)
	}
	wall.open(p.url(overview + "?vis=skjerm&since=mote&area=" + area))
	wall.live()
	if !eval[bool](wall, outOnMap) || !eval[bool](wall, `!!document.querySelector(".wnews")`) {
		t.Error("the wall's map is not sifted, or does not say so")
	}
	count := `[...document.querySelectorAll(".cntr [data-count-level]")].reduce((n, e) => n + Number(e.textContent), 0)`
	total := eval[int](wall, count)

	lead.open(p.url("/konsoll/demo-8?valgt=" + old + "&c=" + area))
	lead.live()
	row := fmt.Sprintf(`#areas li[data-c=%q]`, area)
	lead.keys("e")
	lead.until("the console tells what is new", `!!document.querySelector("#since [data-on]")`, 10*time.Second)
	lead.until("the area is not", fmt.Sprintf(`!document.querySelector('%s .tag')`, row), 10*time.Second)

	api := p.client("moteleder")
	if code, out := api.post("set_level", map[string]any{"board": "na", "meeting": "demo-8", "m": old, "c": area, "level": "yellow"}); code != http.StatusOK {
		t.Fatalf("set: %d %v", code, out)
	}
	reader.until("the cell joins", fmt.Sprintf(`!%s.hasAttribute("data-out") && !%s && %s === %d`, query(old, area), outOnMap, sum, news+1), 10*time.Second)
	wall.until("the map's place joins", "!"+outOnMap, 10*time.Second)
	if n := eval[int](wall, count); n != total {
		t.Errorf("the wall counts %d, before %d", n, total)
	}
	lead.until("the console marks it", fmt.Sprintf(`!!document.querySelector('%s .tag') && !!document.querySelector('#queue li[data-m=%q] .tag')`, row, old), 10*time.Second)
	lead.keys("e")
	lead.until("the key takes it back", `!document.querySelector("#since [data-on]") && !document.querySelector("#areas .tag") && !location.search.includes("since")`, 10*time.Second)

	// Whose reports: what the actor reports joins, what another reports leaves.
	reader.open(p.url(overview + "?aktor=demo-aktor-5"))
	reader.live()
	shown := fmt.Sprintf(`!%s.hasAttribute("data-out")`, query(old, area))
	for i, by := range []string{"Nettselskap v/vakt", "Lom v/ordfører"} {
		level := []string{"red", "green"}[i]
		if code, out := api.post("set_level", map[string]any{"board": "na", "meeting": "demo-8", "m": old, "c": area, "level": level, "reported_by": by}); code != http.StatusOK {
			t.Fatalf("set: %d %v", code, out)
		}
		reader.until(by, fmt.Sprintf(`%s.dataset.level === %q && %s === %t`, query(old, area), level, shown, i == 0), 10*time.Second)
	}

	togglesAndRegion(t, reader, p)
	findByName(reader, p)

	// Without script the toggle is a link, and the page the same.
	plain := c.tab("without script", 1280, 900)
	plain.login(p, "leser")
	plain.withoutScript()
	plain.open(p.url(overview))
	plain.click("a.since")
	plain.until("the toggle is on", `!!document.querySelector("a.since[data-on]") && location.search === "?since=mote"`, 10*time.Second)
}

// togglesAndRegion: a counter shows its level alone, and all again; with a key held it is
// added. Of a region the other rows are gone and the map comes nearer: as the server
// draws it.
func togglesAndRegion(t *testing.T, w *tab, p *program) {
	t.Helper()
	w.open(p.url(overview))
	w.live()
	on := func(levels string) string {
		return fmt.Sprintf(`[...document.querySelectorAll("#filters .tog:not([data-off])")].map((e) => e.dataset.level).join() === %q && new URL(location.href).searchParams.getAll("level").join() === %q`,
			cmp.Or(levels, "green,yellow,red,none"), levels)
	}
	w.click(`.tog[data-level="red"]`)
	w.until("red alone", on("red")+` && !document.querySelector('#grid td[data-level="green"]:not([data-out])')`, 10*time.Second)
	w.until("download and print are of red alone", `[...document.querySelectorAll(".exports a")].every((a) => a.search.includes("level=red")) && document.querySelector(".print-only").textContent.includes("Rød.")`, 10*time.Second)
	w.focus(`.tog[data-level="yellow"]`)
	w.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	w.until("yellow too", on("yellow,red"), 10*time.Second)
	w.click(`.tog[data-level="none"]`)
	w.until("none alone", on("none"), 10*time.Second)
	w.click(`.tog[data-level="none"]`)
	w.until("all", on(""), 10*time.Second)

	// Escape and a press beside it close a menu; the panel gives the focus back.
	const menu = `document.querySelector("#more-filters details:last-of-type")`
	w.click("#more-filters details:last-of-type > summary")
	w.until("the menu is open", menu+".open", 10*time.Second)
	w.focus("select[name=age]")
	w.keys(kb.Escape)
	w.until("Escape closes it", "!"+menu+`.open && document.activeElement.matches("details.folded > summary")`, 10*time.Second)
	w.click("#more-filters details:last-of-type > summary")
	w.click("#grid .corner")
	w.until("a press beside closes it", "!"+menu+".open", 10*time.Second)
	w.click(`#grid td[data-m="3434"][data-c="klima"]`)
	w.until("the panel is the cell's", `!!document.querySelector('#panel[data-m="3434"]') && location.search.includes("valgt")`, 10*time.Second)
	w.focus("#panel .close")
	w.keys(kb.Escape)
	w.until("Escape closes the panel", `!document.querySelector("#panel[data-m], [data-selected], #map-states .selected") && !location.search.includes("valgt") && document.activeElement.matches('[data-m="3434"][data-c="klima"]')`, 10*time.Second)

	eval[bool](w, `(() => {
		const region = document.querySelector("#filters select[name=region]");
		region.value = "valdres";
		return region.dispatchEvent(new Event("change", { bubbles: true }));
	})()`)
	w.until("the map is nearer", `document.querySelector("#map").classList.length > 1`, 10*time.Second)
	const drawn = `JSON.stringify([
		[...document.querySelectorAll("#grid tr[data-m]")].filter((e) => e.checkVisibility()).map((e) => [e.dataset.m, e.getBoundingClientRect().height]),
		[...document.querySelectorAll("#map path[data-level]:not([data-out])")].map((e) => e.dataset.m),
		document.querySelector("#map").getAttribute("viewBox"), document.querySelector("#map").getAttribute("class"),
		Math.round(document.querySelector("#map-glyphs use:not([data-out])").getBoundingClientRect().width),
		[...document.querySelectorAll("[data-count-level]")].filter((e) => e.checkVisibility()).map((e) => e.textContent)])`
	live := eval[string](w, drawn)
	w.open(p.url(overview + "?region=valdres"))
	w.live()
	if served := eval[string](w, drawn); served != live || strings.Count(served, ",24]") != 6 {
		t.Errorf("a chosen region is drawn as\n%s\nand by the server as\n%s", live, served)
	}
}

// findByName: "/" and a few letters lead to a row, also of a region that is not chosen,
// and from another page to the municipality's.
func findByName(w *tab, p *program) {
	w.t.Helper()
	shown := func(n int, first string) string {
		return fmt.Sprintf(`(([li, ...more]) => li && more.length === %d && li.firstChild.data.trim() === %q && li.getAttribute("aria-selected") === "true" && document.activeElement.getAttribute("aria-activedescendant") === li.id)(document.querySelectorAll("#found li"))`, n-1, first)
	}
	w.open(p.url(overview + "?region=valdres"))
	w.live()
	w.keys("/")
	w.until("the field", `document.activeElement.matches("#find input[role=combobox]")`, 10*time.Second)
	w.keys("amot")
	w.until("one is found", shown(1, "Åmot"), 10*time.Second)
	w.keys(kb.Escape)
	w.until("Escape closes it", `!document.querySelector("#find").open && document.activeElement.matches("#find summary")`, 10*time.Second)
	w.keys("/")
	w.until("the field again", `document.activeElement.matches("#find input[role=combobox]")`, 10*time.Second)
	w.keys("nf", kb.Enter)
	w.until("the row is chosen and shown", `!!document.querySelector('#panel[data-m="3436"]') && document.activeElement.matches('td[data-m="3436"]') && document.activeElement.checkVisibility() && location.search.includes("valgt=3436")`, 10*time.Second)
	w.open(p.url("/kommune/3401"))
	w.keys("/")
	w.until("the field", `document.activeElement.matches("#find input[role=combobox]")`, 10*time.Second)
	w.keys("nord")
	w.until("several are found", shown(6, "Nordre Land"), 10*time.Second)
	w.keys(kb.ArrowDown, kb.ArrowDown, kb.Enter)
	w.until("its page", `document.body.dataset.kind === "municipality" && document.querySelector("h1").innerText === "Nord-Fron"`, 10*time.Second)
}

// TestConfirmedOrGivenBackIsNoChange: what was only confirmed, or set and taken back,
// is not new since the previous meeting, is not told to anyone who was away or paused, and has
// no mark when it is played back; what became another is all of that.
func TestConfirmedOrGivenBackIsNoChange(t *testing.T) {
	t.Parallel()
	p, beside, wire := demoOnLine(t)
	api := beside.client("moteleder")
	meeting := api.openMeetings("na")[0]
	c := sharedChromium(t)
	away, paused, sifted := c.tab("away", 1440, 900), c.tab("paused", 1440, 900), c.tab("sifted", 1440, 900)
	for _, w := range []*tab{away, paused, sifted} {
		w.allows("net::ERR", "WebSocket", "503")
		w.login(p, "leser")
	}
	away.open(p.url(overview))
	paused.open(p.url(overview))
	sifted.open(p.url(overview + "?since=mote"))
	for _, w := range []*tab{away, paused, sifted} {
		w.live()
	}
	paused.click("#pause")
	old := eval[[][]string](sifted, `[...document.querySelectorAll('#grid td[data-level="green"][data-out]')].slice(0, 6).map((e) => [e.dataset.m, e.dataset.c])`)
	set := func(cell []string, level string) {
		t.Helper()
		api.must("set_level", map[string]any{"board": "na", "meeting": meeting, "m": cell[0], "c": cell[1], "level": level})
	}
	// meet confirms a cell, sets another and takes that back, and changes a third.
	meet := func(cells [][]string) (changed string) {
		t.Helper()
		_, begun := api.said("na", 0)
		set(cells[0], "green")
		set(cells[1], "red")
		api.must("undo", map[string]any{"board": "na", "meeting": meeting})
		set(cells[2], "red")
		if got, _ := api.said("na", begun); len(got) != 4 {
			t.Fatalf("the record says %+v", got)
		}
		return query(cells[2][0], cells[2][1])
	}
	only := func(cells [][]string, attribute string, is bool) string {
		return fmt.Sprintf(`[%s, %s, %s].every((td, i) => td.hasAttribute(%q) === ((i === 2) === %t))`, query(cells[0][0], cells[0][1]), query(cells[1][0], cells[1][1]), query(cells[2][0], cells[2][1]), attribute, is)
	}
	start := time.Now()
	changed := meet(old[:3])
	sifted.until("one of them is new", changed+`.dataset.level === "red" && `+only(old[:3], "data-out", false), 10*time.Second)
	sifted.open(p.url(overview + "?since=mote"))
	if !eval[bool](sifted, only(old[:3], "data-out", false)) {
		t.Error("drawn anew, another is new since the previous meeting")
	}
	paused.until("one waits", `document.querySelector("#pending").textContent.startsWith("1 ")`, 10*time.Second)
	sifted.open(p.url(fmt.Sprintf("/avspilling/na?fra=%d&til=%d", start.Add(-time.Second).UnixMilli(), time.Now().UnixMilli())))
	sifted.until("the playback is ready", `performance.getEntriesByName("playback").length`, 20*time.Second)
	sifted.focus("#time")
	sifted.keys(kb.End)
	sifted.until("one has the mark of a change", changed+`.dataset.level === "red" && `+only(old[:3], "data-changed", true), 10*time.Second)

	release := wire.hold(0, 1)
	changed = meet(old[3:])
	away.until("contact is lost", `document.body.dataset.state === "disconnected"`, 30*time.Second)
	release()
	away.live()
	away.until("one is told of", changed+fmt.Sprintf(`.dataset.level === "red" && document.querySelector("#back").checkVisibility() && document.querySelector("#back .text").textContent.includes(" 1 endring ") &&
		[...document.querySelectorAll("#back li")].map((li) => li.dataset.m + li.dataset.c).join() === %q`, old[5][0]+old[5][1]), 20*time.Second)
}
