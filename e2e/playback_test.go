//go:build e2e

package e2e

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestPlaybackShowsWhatWas: by keys, slider, small map, chart and play, map and
// grid are what the server's own page says of that time; all pages of the
// changes are reached; the differences lead from one time to the other.
func TestPlaybackShowsWhatWas(t *testing.T) {
	t.Parallel()
	p := demo(t)
	p.seed(p.client("moteleder"), 400)
	c := sharedChromium(t)
	w, still := c.tab("reader", 1440, 900), c.tab("beside", 1440, 900)
	w.login(p, "leser")
	still.login(p, "leser")
	w.open(p.url("/avspilling/na"))
	ready := func() {
		t.Helper()
		w.until("the playback is ready", `performance.getEntriesByName("playback").length`, 20*time.Second)
	}
	ready()

	cells := `Object.fromEntries([...document.querySelectorAll("#grid td[data-c]")].map(td => [td.dataset.m + "." + td.dataset.c, td.dataset.level]).concat([...document.querySelectorAll("#map path[data-m]")].map(e => ["map." + e.dataset.m, e.dataset.level])))`
	at := func() float64 { return eval[float64](w, `Number(document.getElementById("time").value)`) }
	atServer := func(ms float64) map[string]string {
		still.open(p.url("/tavle/na?at=" + url.QueryEscape(time.UnixMilli(int64(ms)).UTC().Format(time.RFC3339Nano))))
		return eval[map[string]string](still, cells)
	}
	same := func(how string) {
		t.Helper()
		got, want := eval[map[string]string](w, cells), atServer(at())
		if len(got) < 46*14+46 || !maps.Equal(got, want) {
			for k := range want {
				if got[k] != want[k] {
					t.Errorf("%s, at %.0f: %s is %q, was %q", how, at(), k, got[k], want[k])
					break
				}
			}
		}
	}
	same("at the beginning")
	w.focus("#time")
	w.keys(kb.ArrowRight)
	w.keys(kb.ArrowRight)
	w.keys(kb.ArrowRight)
	w.painted()
	if n := eval[string](w, `document.querySelector("#changes tr[aria-current]")?.rowIndex + ""`); n != "3" {
		t.Errorf("after three keys the table is at row %s", n)
	}
	same("by keys")
	w.do(chromedp.KeyEvent(kb.End))
	w.painted()
	same("at the end")
	last := at()
	w.until("the table has turned to the last page", `document.querySelector("#changes tr[aria-current]:last-child")`, 5*time.Second)
	all := eval[float64](w, `Number(document.getElementById("time-out").textContent.match(/(\d+) av/)[1])`)
	seen := map[string]bool{}
	for range int(all)/50 + 1 {
		for _, row := range eval[[]string](w, `[...document.querySelectorAll("#changes tr[data-rev]")].map(r => [r.dataset.rev, r.dataset.m, r.dataset.c].join(" "))`) {
			seen[row] = true
		}
		eval[bool](w, `(document.querySelector("#pages a[rel=prev]").click(), true)`)
	}
	if len(seen) != int(all) {
		t.Errorf("%d of %.0f changes are in the table", len(seen), all)
	}

	// The slider anywhere, one of the small maps, the chart.
	eval[bool](w, `(() => { const s = document.getElementById("time"); s.value = String(Math.round(Number(s.max) - (Number(s.max) - Number(s.min)) / 200)); s.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
	w.painted()
	same("by the slider")
	eval[bool](w, `(document.querySelectorAll(".moments a")[3].click(), true)`)
	w.painted()
	if got, want := at(), eval[float64](w, `Number(document.querySelectorAll(".moments a")[3].dataset.at)`); got != want {
		t.Errorf("the small map leads to %.0f, not %.0f", got, want)
	}
	w.until("the way to the meeting as it was then", `new URL(document.querySelector(".then:not([hidden]) a")?.href ?? "x:").searchParams.get("at") == document.getElementById("time").value`, 10*time.Second)
	same("by a small map")
	w.until("the chart is drawn", `document.querySelector("[data-chart][data-drawn] svg")`, 20*time.Second)
	w.painted()
	box := eval[[]float64](w, `(() => { const b = document.querySelector("[data-chart]").getBoundingClientRect(), s = document.getElementById("time").getBoundingClientRect(); return [b.left, b.top, b.width, b.height, s.left, s.width] })()`)
	w.do(chromedp.MouseClickXY(box[0]+box[2]/4, box[1]+box[3]/2))
	begin, end := eval[float64](w, `Number(document.getElementById("time").min)`), eval[float64](w, `Number(document.getElementById("time").max)`)
	want := begin + (end-begin)*(box[2]/4-8)/(box[2]-16)
	w.until("the time that was clicked in the chart", fmt.Sprintf(`Math.abs(Number(document.getElementById("time").value) - %.0f) <= %.0f`, want, (end-begin)/box[2]), 5*time.Second) // to a pixel
	same("by the chart")
	eval[bool](w, `(document.getElementById("speed").value = "1800", document.getElementById("run").click(), true)`)
	w.until("it has played to the end", `document.getElementById("time").value === document.getElementById("time").max && document.getElementById("run").getAttribute("aria-pressed") === "false"`, 20*time.Second)
	same("played")

	// A time by its address, and what differs between two of them.
	w.until("the address has the time", `new URLSearchParams(location.search).get("at") === document.getElementById("time").value`, 5*time.Second)
	w.open(p.url(fmt.Sprintf("/avspilling/na?at=%.0f&fra=%.0f&til=%.0f", last-1, begin, end)))
	ready()
	same("by its address")
	was, is := atServer(begin), atServer(end)
	w.open(p.url(fmt.Sprintf("/forskjeller/na?fra=%.0f&til=%.0f", begin, end)))
	var differ []string
	for k := range is {
		if !strings.HasPrefix(k, "map.") && is[k] != was[k] {
			differ = append(differ, was[k]+" → "+is[k])
		}
	}
	got := eval[[]string](w, `[...document.querySelectorAll("#differences tbody tr")].map(r => [...r.querySelectorAll(".chip")].map(c => c.dataset.level)).filter(l => l.length > 1).map(l => l.join(" → "))`)
	for next := true; next; {
		if next = eval[bool](w, `!!document.querySelector(".pages a[rel=next]")`); next {
			w.click(".pages a[rel=next]")
			w.until("the next page", `document.querySelector(".pages a[rel=prev]") && document.readyState === "complete"`, 10*time.Second)
			got = append(got, eval[[]string](w, `[...document.querySelectorAll("#differences tbody tr")].map(r => [...r.querySelectorAll(".chip")].map(c => c.dataset.level)).filter(l => l.length > 1).map(l => l.join(" → "))`)...)
		}
	}
	slices.Sort(differ)
	slices.Sort(got)
	if !slices.Equal(got, differ) {
		t.Errorf("%d differences, want %d", len(got), len(differ))
	}
}

// TestPlaybackWithoutScript: a small map's link, a page of the changes and the
// list of differences work when no script runs.
func TestPlaybackWithoutScript(t *testing.T) {
	t.Parallel()
	p := demo(t)
	w := sharedChromium(t).tab("reader", 1280, 900)
	w.login(p, "leser")
	w.withoutScript()
	w.open(p.url("/avspilling/na"))
	levels := `[...document.querySelectorAll("#grid td[data-c]")].map(td => td.dataset.level).join()`
	before := eval[string](w, levels)
	w.click(".moments li:last-child a")
	w.until("the playback at the last time", `new URLSearchParams(location.search).has("at") && document.readyState === "complete"`, 10*time.Second)
	after := eval[string](w, levels)
	if before == after {
		t.Error("the last small map leads to what was at first")
	}
	w.click("#span button[formaction]")
	w.until("the differences", `document.querySelector("#differences tbody tr") && document.readyState === "complete"`, 10*time.Second)
	n := 0
	for i, level := range strings.Split(before, ",") {
		if strings.Split(after, ",")[i] != level {
			n++
		}
	}
	if got := eval[int](w, `[...document.querySelectorAll("#differences tbody tr")].filter(r => r.querySelectorAll(".chip").length > 1).length`); got != n {
		t.Errorf("%d differences, want %d", got, n)
	}
}
