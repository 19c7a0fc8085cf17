//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const overview = "/tavle/na"

func td(m, c string) string { return fmt.Sprintf(`td[data-m="%s"][data-c="%s"]`, m, c) }

func query(m, c string) string { return fmt.Sprintf("document.querySelector(%q)", td(m, c)) }

// TestTwoBrowsers: a meeting lead changes a status by mouse and by keys; another
// browser shows glyph, word, map and announcement, and an undo takes it back.
func TestTwoBrowsers(t *testing.T) {
	t.Parallel()
	p := demo(t)
	c := sharedChromium(t)
	lead, reader := c.tab("lead", 1440, 900), c.tab("reader", 1280, 800)
	lead.login(p, "moteleder")
	reader.login(p, "leser")
	lead.open(p.url(overview + "?kart=fastlege"))
	reader.open(p.url(overview + "?kart=fastlege"))
	lead.live()
	reader.live()
	wall := p.wall(c, "Møterom 1", 1920, 1080, nil)

	const m, area = "3434", "fastlege"
	before := eval[string](reader, query(m, area)+".dataset.level")
	level, word, key := "red", "Rød", "3"
	if before == "red" {
		level, word, key = "yellow", "Gul", "2"
	}
	scroll := eval[float64](reader, `(document.querySelector("#grid").closest(".scroll, .grid-frame") ?? document.scrollingElement).scrollTop`)

	eval[bool](reader, `(window.moved = new Set(), document.addEventListener("animationstart", () => {
		for (const a of document.getAnimations()) for (const frame of a.effect.getKeyframes()) for (const name of Object.keys(frame)) moved.add(name);
	}), true)`)

	lead.click(td(m, area))
	lead.until("the cell is selected", query(m, area)+`.matches("[data-selected]")`, 5*time.Second)
	lead.do(chromedp.KeyEvent(key))
	lead.until("the lead's own cell shows the level", query(m, area)+fmt.Sprintf(`.dataset.level === %q && !%s.hasAttribute("data-saving")`, level, query(m, area)), 10*time.Second)

	reader.until("the reader's cell shows the level", query(m, area)+fmt.Sprintf(`.dataset.level === %q`, level), 5*time.Second)
	if href := eval[string](reader, query(m, area)+`.querySelector("use").getAttribute("href")`); href != "#g-"+level {
		t.Errorf("the reader's glyph is %s", href)
	}
	if label := eval[string](reader, query(m, area)+`.querySelector("a").getAttribute("aria-label")`); !strings.Contains(label, "Lom") || !strings.Contains(label, word) {
		t.Errorf("the reader's cell is called %q", label)
	}
	if got := eval[string](reader, fmt.Sprintf(`document.querySelector('#map path[data-m="%s"]').dataset.level`, m)); got != level {
		t.Errorf("the reader's map shows %s", got)
	}
	reader.until("the change is announced", fmt.Sprintf(`document.querySelector("#announce").textContent.includes("Lom") && document.querySelector("#announce").textContent.includes(%q)`, word), 7*time.Second)
	reader.until("the cell is marked as changed", query(m, area)+`.hasAttribute("data-changed")`, 5*time.Second)
	reader.until("the cell pulses", `moved.has("opacity")`, 5*time.Second)
	if moved := eval[[]string](reader, `[...moved].filter((name) => !["opacity", "transform", "offset", "computedOffset", "easing", "composite"].includes(name))`); len(moved) > 0 {
		t.Errorf("what moves is not left to the compositor: %v", moved)
	}
	if got := eval[float64](reader, `(document.querySelector("#grid").closest(".scroll, .grid-frame") ?? document.scrollingElement).scrollTop`); got != scroll {
		t.Errorf("the reader's page scrolled from %v to %v", scroll, got)
	}

	lead.do(chromedp.KeyEvent("z"))
	reader.until("the undo arrives", query(m, area)+fmt.Sprintf(`.dataset.level === %q`, before), 10*time.Second)

	if n := eval[int](reader, `performance.getEntriesByType("resource").filter((r) => r.initiatorType === "xmlhttprequest").length`); n > 0 {
		t.Errorf("the reader's page fetched %d pages for what it draws itself", n)
	}

	// On a wall the undo is told as one, live as drawn, and when all is taken again.
	told := fmt.Sprintf(`((s) => s.startsWith("Lom · Fastlege: %s → ") && s.endsWith(" (angret)"))(document.querySelector("#latest .text").textContent)`, word)
	wall.until("the undo is told", told, 10*time.Second)
	wall.open(eval[string](wall, "location.href"))
	wall.live()
	wall.until("all lists are filled", `document.querySelector("#reds").dataset.shown`, 10*time.Second)
	if !eval[bool](wall, told) {
		t.Errorf("drawn anew the wall says %q", eval[string](wall, `document.querySelector("#latest .text").textContent`))
	}
	// What is brought back is as old as when it was said, in the browser as when the
	// server draws it.
	for _, w := range []*tab{lead, reader} {
		w.until("the undo is shown", query(m, area)+fmt.Sprintf(`.dataset.level === %q`, before), 10*time.Second)
		label := query(m, area) + `.querySelector("a").getAttribute("aria-label")`
		live := eval[string](w, label)
		w.open(p.url(overview + "?kart=fastlege"))
		if drawn := eval[string](w, label); live != drawn {
			t.Errorf("%s: live it is called %q, drawn %q", w.name, live, drawn)
		}
	}
	// Changed is what became another: not what was emptied again, nor what was only
	// confirmed.
	old := eval[[]string](lead, `(e => [e.dataset.m, e.dataset.c, e.dataset.rev])([...document.querySelectorAll("#grid td[data-level=yellow]")].find(e => Date.now() - e.dataset.at > 3_600_000))`)
	none := eval[[]string](lead, `(e => [e.dataset.m, e.dataset.c])(document.querySelector("#grid td[data-level=not_assessed]:not([data-rev])"))`)
	marked := func(cell []string) string {
		return fmt.Sprintf(`[%s.hasAttribute("data-changed"), !!document.querySelector('#recent li[data-m="%s"][data-c="%s"]')].join()`, query(cell[0], cell[1]), cell[0], cell[1])
	}
	lead.live()
	reader.live()
	lead.click(td(none[0], none[1]))
	lead.keys("3")
	for _, w := range []*tab{lead, reader} {
		w.until("the change is marked and listed", marked(none)+` === "true,true"`, 10*time.Second)
	}
	lead.keys("z")
	lead.click(td(old[0], old[1]))
	lead.keys("2")
	for _, w := range []*tab{lead, reader} {
		w.until("it is confirmed", query(old[0], old[1])+fmt.Sprintf(`.dataset.rev > %s`, old[2]), 10*time.Second)
		left := marked(none) + ` === "false,false" && ` + marked(old) + ` === "false,false"`
		w.until("neither is marked or listed", left, 10*time.Second)
		w.open(p.url(overview))
		if !eval[bool](w, left) {
			t.Errorf("%s: drawn anew it says %s and %s", w.name, eval[string](w, marked(none)), eval[string](w, marked(old)))
		}
	}
}

// headFocus is the place of the column whose head has the focus.
const headFocus = `String([...document.querySelectorAll("#grid thead th")].indexOf(document.activeElement.closest("th")) + 1)`

// ringsCut names the heads of the table whose ring of focus is cut by a frame or lies
// under the heads of the columns. The focus comes back to where it was.
const ringsCut = `(() => {
	const before = document.activeElement, cut = [];
	for (const link of document.querySelectorAll("#grid th a")) {
		if (!link.checkVisibility()) continue;
		link.focus({ focusVisible: true });
		const s = getComputedStyle(link), wide = parseFloat(s.outlineWidth) + parseFloat(s.outlineOffset);
		const r = link.getBoundingClientRect(), ring = { l: r.left - wide, r: r.right + wide, t: r.top - wide, b: r.bottom + wide };
		const head = document.querySelector("#grid thead").getBoundingClientRect();
		let bad = !link.closest("thead") && ring.t < head.bottom - 1.5;
		for (let e = link.parentElement; e; e = e.parentElement) {
			if (getComputedStyle(e).overflowX === "visible" && getComputedStyle(e).overflowY === "visible") continue;
			const f = e.getBoundingClientRect();
			bad ||= ring.l < f.left || ring.r > f.right || ring.t < f.top || ring.b > f.bottom;
		}
		if (bad) cut.push(link.textContent);
	}
	before.focus();
	return cut;
})()`

// TestArrowsAndKeysOnly: from the first Tab to a changed status without a mouse.
func TestArrowsAndKeysOnly(t *testing.T) {
	t.Parallel()
	p := demo(t)
	w := sharedChromium(t).tab("lead", 1280, 800)
	w.login(p, "moteleder")
	w.open(p.url(overview))
	w.live()
	onMap, heads := 0, 0
	for range 60 {
		w.do(chromedp.KeyEvent(kb.Tab))
		if eval[bool](w, `!!document.activeElement.closest("#map")`) {
			onMap++
		}
		if eval[bool](w, `!!document.activeElement.closest("#grid thead")`) {
			heads++
		}
		if eval[bool](w, `!!document.activeElement.closest("#grid td")`) {
			break
		}
	}
	start := eval[string](w, `(e => e ? e.dataset.m + "." + e.dataset.c : "")(document.activeElement.closest("#grid td"))`)
	if start == "" {
		t.Fatal("Tab does not reach the grid")
	}
	if onMap != 1 {
		t.Errorf("the map takes %d stops of Tab; arrows go on from the first", onMap)
	}
	if heads != 1 {
		t.Errorf("the heads of the columns take %d stops of Tab; arrows go on from the first", heads)
	}
	if named := eval[int](w, `document.querySelectorAll("svg:not([aria-hidden], [aria-label])").length`); named > 0 {
		t.Errorf("%d signs are images without a name", named)
	}
	w.keys(kb.ArrowUp, kb.ArrowRight)
	if got := eval[string](w, headFocus); got != "2" {
		t.Errorf("from the first cell up and right is %s, want the head of the second column", got)
	}
	w.keys(kb.ArrowLeft, kb.ArrowDown)
	if cut := eval[[]string](w, ringsCut); len(cut) > 0 {
		t.Errorf("the ring of the focus is cut at %q", cut)
	}
	if got := eval[string](w, `(e => e ? e.dataset.m + "." + e.dataset.c : "")(document.activeElement.closest("#grid td"))`); got != start {
		t.Errorf("from the first head down is %q, want %q", got, start)
	}
	w.keys(kb.ArrowDown)
	w.keys(kb.ArrowRight)
	here := eval[[]string](w, `(e => [e.dataset.m, e.dataset.c, e.dataset.level])(document.activeElement.closest("#grid td"))`)
	if here[0]+"."+here[1] == start {
		t.Fatal("the arrows do not move")
	}
	level, key := "yellow", "2"
	if here[2] == "yellow" {
		level, key = "green", "1"
	}
	w.do(chromedp.KeyEvent(key))
	w.until("the level is set", query(here[0], here[1])+fmt.Sprintf(`.dataset.level === %q`, level), 10*time.Second)
	if got := eval[string](w, `(e => e ? e.dataset.m + "." + e.dataset.c : "")(document.activeElement.closest("#grid td"))`); got != here[0]+"."+here[1] {
		t.Errorf("the focus moved to %q", got)
	}
}

// TestLivePageEqualsReloadedPage: after 200 random changes the page that
// followed says the same as a page that is fetched again.
func TestLivePageEqualsReloadedPage(t *testing.T) {
	t.Parallel()
	p := demo(t, inHaste...)
	w := sharedChromium(t).tab("reader", 1440, 900)
	w.login(p, "leser")
	w.open(p.url(overview))
	w.live()
	lead := p.client("moteleder")
	var s snapshot
	if code := lead.get("/api/v1/boards/na", &s); code != http.StatusOK {
		t.Fatalf("snapshot: %d", code)
	}
	meeting := openMeeting(t, s)
	rnd := rand.New(rand.NewPCG(1, 2))
	levels := []string{"green", "yellow", "red", "not_assessed"}
	for i := range 200 {
		n := 1 + rnd.IntN(3)
		cells, seen := []map[string]any{}, map[string]bool{}
		for range n {
			cell := s.Cells[rnd.IntN(len(s.Cells))]
			if k := cell.M + cell.C; seen[k] {
				continue
			} else {
				seen[k] = true
			}
			e := map[string]any{"m": cell.M, "c": cell.C, "level": levels[rnd.IntN(4)]}
			if i%3 == 0 {
				e["text"] = fmt.Sprintf("Endring %d </script><b>æøå</b> 🌊", i)
			}
			cells = append(cells, e)
		}
		if code, out := lead.post("set_levels", map[string]any{"board": "na", "meeting": meeting, "cells": cells}); code != http.StatusOK {
			t.Fatalf("change %d: %d %v", i, code, out)
		}
		if i%5 == 0 {
			lead.must("undo", map[string]any{"board": "na"})
		}
	}
	if code := lead.get("/api/v1/boards/na", &s); code != http.StatusOK {
		t.Fatalf("snapshot: %d", code)
	}
	w.until("the page has caught up", fmt.Sprintf("Number(document.body.dataset.rev) >= %d", s.Rev), 20*time.Second)
	const picture = `JSON.stringify({
		cells: [...document.querySelectorAll("#grid td[data-m]")].map(e => [e.dataset.m, e.dataset.c, e.dataset.level, e.dataset.rev, e.dataset.changed ?? "", e.dataset.changedAt ?? "", e.dataset.due ?? "", "stale" in e.dataset, e.querySelector("use")?.getAttribute("href"), e.querySelector(".notch")?.dataset.level ?? ""]),
		counts: [...document.querySelectorAll("[data-count-level]")].map(e => [e.dataset.countRegion ?? "", e.dataset.countLevel, e.textContent.trim()]),
		due: [...document.querySelectorAll("[data-due-level]")].map(e => [e.dataset.dueRegion ?? "", e.dataset.dueLevel, e.hidden, e.querySelector("b").textContent]),
		map: [...document.querySelectorAll("#map path[data-m], #map use[data-m]")].map(e => [e.dataset.m, e.dataset.level, "stale" in e.dataset]),
		recent: [...document.querySelectorAll("#recent li")].map(e => e.textContent),
		labels: [...document.querySelectorAll("#grid td a, #map a")].map(e => e.getAttribute("aria-label")),
	})`
	w.until("nothing is of this moment", `!document.querySelector("#grid [data-changed=now]")`, 10*time.Second)
	followed := eval[string](w, picture)
	w.open(p.url(overview))
	w.live()
	reloaded := eval[string](w, picture)
	if followed != reloaded {
		t.Errorf("the page that followed differs from the page made anew: %s", firstDifference(followed, reloaded))
	}
	byCell := map[string]string{}
	for _, c := range s.Cells {
		byCell[c.M+"."+c.C] = c.Level
	}
	var page struct{ Cells [][]any }
	if err := json.Unmarshal([]byte(reloaded), &page); err != nil {
		t.Fatal(err)
	}
	if len(page.Cells) != 46*14 {
		t.Errorf("the page has %d cells", len(page.Cells))
	}
	for _, c := range page.Cells {
		if want, ok := byCell[fmt.Sprint(c[0], ".", c[1])]; ok && want != c[2] {
			t.Errorf("%s.%s is %s on the page, %s in the API", c[0], c[1], c[2], want)
		}
	}
}

func firstDifference(a, b string) string {
	for i := 0; i < min(len(a), len(b)); i++ {
		if a[i] != b[i] {
			return fmt.Sprintf("…%s… and …%s…", a[max(0, i-120):min(len(a), i+60)], b[max(0, i-120):min(len(b), i+60)])
		}
	}
	return fmt.Sprintf("lengths %d and %d", len(a), len(b))
}

func openMeeting(t *testing.T, s snapshot) string {
	t.Helper()
	for _, m := range s.Meetings {
		if m.Open {
			return m.ID
		}
	}
	t.Fatalf("no meeting is open: %+v", s.Meetings)
	return ""
}

// TestFrozenServerIsSeen: a server that stands still while its connections stay
// open must be told within 12 s of the last heartbeat, and the picture hatched;
// a wall's legend stays, with the word of its hatch; on a phone the line covers no
// button at the top of the page, and is seen at its foot; when it goes on, so does the
// page.
func TestFrozenServerIsSeen(t *testing.T) {
	t.Parallel()
	p := demo(t)
	w := sharedChromium(t).tab("reader", 1440, 900)
	w.login(p, "leser")
	w.open(p.url(overview))
	w.live()
	w.allows("net::ERR", "WebSocket")
	wall := w.beside("wall C", 1920, 1080)
	wall.open(p.url("/tavle/uvaer?vis=skjerm&oppsett=c"))
	wall.live()
	wall.allows("net::ERR", "WebSocket")
	wall.fits("live")
	const legend = `[...document.querySelectorAll(".wcfoot li > span:not(.due), .latekey")].filter((e) => e.checkVisibility()).map((e) => e.innerText.replace(/\s+/g, " ")).join(", ")`
	reads := eval[string](wall, legend)
	if !strings.Contains(reads, "Anstrengt") || !strings.Contains(reads, "må bekreftes") {
		t.Errorf("the legend reads %q", reads)
	}
	phone := w.beside("phone", 390, 844)
	phone.open(p.url(overview))
	phone.live()
	phone.allows("net::ERR", "WebSocket")
	stood := time.Now()
	p.cmd.Process.Signal(syscall.SIGSTOP)
	w.until("the page says it is disconnected", `document.body.dataset.state === "disconnected" && document.querySelector("#disconnected")?.checkVisibility()`, 20*time.Second)
	if after := time.Since(stood); after > 17500*time.Millisecond { // 12 s after a heartbeat that is at most 5 s old
		t.Errorf("said after %s", after)
	}
	if text := eval[string](w, `document.querySelector("#disconnected").innerText`); !strings.Contains(text, "Frakoblet") {
		t.Errorf("it says %q", text)
	}
	if !eval[bool](w, `getComputedStyle(document.querySelector("#grid td[data-level=green]")).backgroundImage.includes("gradient") || getComputedStyle(document.querySelector("#grid td[data-level=green] a")).backgroundImage.includes("gradient")`) {
		t.Error("the cells are not hatched")
	}
	wall.until("the wall keeps its legend", fmt.Sprintf(`document.body.dataset.state === "disconnected" && document.querySelector(".caution").checkVisibility() && %s === %q`, legend, reads), 20*time.Second)
	wall.fits("without contact")
	phone.until("the phone says so", `document.querySelector("#disconnected").checkVisibility()`, 20*time.Second)
	covered := eval[[]string](phone, `[...document.querySelectorAll(".top :is(a, button)")].filter((e) => e.checkVisibility({ visibilityProperty: true })).filter((e) => {
		const { left, top, width, height } = e.getBoundingClientRect();
		return document.elementFromPoint(left + width / 2, top + height / 2)?.closest("#disconnected");
	}).map((e) => e.textContent)`)
	if len(covered) > 0 {
		t.Errorf("on a phone it covers %q", covered)
	}
	phone.until("at the foot of the page it is on top", `(scrollTo(0, document.body.scrollHeight), scrollY > 300 && document.querySelector("#disconnected").getBoundingClientRect().top === 0)`, 5*time.Second)
	p.cmd.Process.Signal(syscall.SIGCONT)
	w.until("the page is live again", `document.body.dataset.state === "live"`, 60*time.Second)
}

// TestRestart: the server is told to stop and comes back; the page does so too
// by itself, misses nothing and doubles nothing.
func TestRestart(t *testing.T) {
	t.Parallel()
	p := demo(t)
	w := sharedChromium(t).tab("reader", 1280, 800)
	w.login(p, "leser")
	w.open(p.url(overview))
	w.live()
	w.allows("net::ERR", "WebSocket", "503") // the server is asked while it stops
	lead := p.client("moteleder")
	var s snapshot
	lead.get("/api/v1/boards/na", &s)
	meeting := openMeeting(t, s)
	if err := p.stop(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v\n%s", err, p.log)
	}
	eval[bool](w, `(window.sameDocument = true)`)
	p.start()
	var revs []uint64
	for i := range 5 {
		level := []string{"green", "red"}[i%2]
		code, out := lead.post("set_levels", map[string]any{"board": "na", "meeting": meeting, "cells": []map[string]any{{"m": "3403", "c": "klima", "level": level}}})
		if code != http.StatusOK {
			t.Fatalf("after the restart: %d %v", code, out)
		}
		revs = append(revs, uint64(out["rev"].(float64)))
	}
	w.until("the page has caught up by itself", fmt.Sprintf("Number(document.body.dataset.rev) >= %d && document.body.dataset.state === 'live'", revs[4]), 45*time.Second)
	if !eval[bool](w, `window.sameDocument === true`) {
		t.Error("the page was loaded anew: its position was not kept")
	}
	if got := eval[string](w, query("3403", "klima")+".dataset.level"); got != "green" {
		t.Errorf("the cell shows %s", got)
	}
}

// TestKilledServerLosesNothing: kill -9 under load, again and again; what was
// answered with 200 is there afterwards.
func TestKilledServerLosesNothing(t *testing.T) {
	t.Parallel()
	p := demo(t, inHaste...)
	lead := p.client("moteleder")
	var s snapshot
	lead.get("/api/v1/boards/na", &s)
	meeting := openMeeting(t, s)
	acked := map[uint64]string{}
	for round := range 6 {
		kill := time.AfterFunc(time.Duration(60+round*90)*time.Millisecond, func() { p.cmd.Process.Kill() })
		for i := 0; ; i++ {
			text := fmt.Sprintf("runde %d endring %d", round, i)
			code, out := lead.post("set_levels", map[string]any{"board": "na", "meeting": meeting, "cells": []map[string]any{
				{"m": s.Cells[i%len(s.Cells)].M, "c": s.Cells[i%len(s.Cells)].C, "level": "yellow", "text": text}}})
			if code == 0 {
				break
			}
			if code != http.StatusOK {
				t.Fatalf("%d %v", code, out)
			}
			acked[uint64(out["rev"].(float64))] = text
		}
		kill.Stop()
		<-p.exited
		p.exited <- nil
		p.start()
	}
	if len(acked) == 0 {
		t.Fatal("nothing was answered before the first kill")
	}
	found := map[uint64]string{}
	for after := uint64(0); ; {
		var page struct {
			Changes []struct {
				Rev  uint64
				Cell struct{ Text string }
			}
		}
		if code := lead.get(fmt.Sprintf("/api/v1/boards/na/changes?after=%d&limit=500", after), &page); code != http.StatusOK {
			t.Fatalf("changes: %d", code)
		}
		if len(page.Changes) == 0 {
			break
		}
		for _, c := range page.Changes {
			found[c.Rev] = c.Cell.Text
			after = c.Rev
		}
	}
	for rev, text := range acked {
		if found[rev] != text {
			t.Errorf("revision %d was answered with 200 and is now %q, was %q", rev, found[rev], text)
		}
	}
	t.Logf("%d answered changes over 6 kills", len(acked))
	if err := p.stop(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if out := p.must("verify"); !strings.Contains(out, "each is what was written") {
		t.Errorf("verify: %s", out)
	}
}
