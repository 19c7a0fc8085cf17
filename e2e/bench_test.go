//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

// BenchmarkPainted: from the lead's POST in one browser until another browser
// has painted the change, with 349 other screens connected. p50 and p95.
func BenchmarkPainted(b *testing.B) {
	p := demo(b, inHaste...)
	lead := p.client("moteleder")
	var s snapshot
	crowd := p.crowd(lead, 10*time.Minute, io.Discard)
	b.Cleanup(func() { crowd.Process.Kill(); crowd.Wait() })
	c := newChromium(b)
	from, to := c.tab("lead", 1280, 800), c.tab("reader", 1440, 900)
	from.login(p, "moteleder")
	to.login(p, "leser")
	from.open(p.url(overview))
	to.open(p.url(overview))
	from.live()
	to.live()
	lead.get("/api/v1/boards/na", &s)
	cell := query("3434", "klima")
	to.watchPaint(cell)
	var took []float64
	levels := []string{"green", "yellow", "red"}
	for i := 0; b.Loop(); i++ {
		level := levels[i%3]
		if eval[string](to, cell+".dataset.level") == level {
			level = levels[(i+1)%3]
		}
		eval[bool](to, `(window.painted = 0, true)`)
		sent := eval[float64](from, fmt.Sprintf(`(() => {
			const at = performance.timeOrigin + performance.now();
			fetch("/api/v1/commands", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({request: crypto.randomUUID(), type: "set_levels", board: "na", meeting: document.body.dataset.meeting, cells: [{m: "3434", c: "klima", level: %q}]})});
			return at;
		})()`, level))
		to.until("the change is painted", `window.painted > 0`, 10*time.Second)
		took = append(took, eval[float64](to, `window.painted`)-sent)
	}
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(took[len(took)/2], "p50-ms")
	b.ReportMetric(took[len(took)*95/100], "p95-ms")
}

// crowd connects 349 other screens, with one change a second for a time; what
// they report at the end goes to out.
func (p *program) crowd(lead *client, lasts time.Duration, out io.Writer) *exec.Cmd {
	p.t.Helper()
	crowd := exec.Command("../bin/loadscreens", "-url", p.url(""), "-n", "349", "-token", p.token("leser"), "-lead", lead.token, "-meeting", lead.openMeetings("na")[0],
		"-changes", strconv.Itoa(int(lasts/time.Second)), "-rate", "1", "-burst", "0", "-floor=false", "-json", "-timeout", (lasts + 4*time.Minute).String())
	crowd.Stdout = out
	if err := crowd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.wait("349 screens are connected", time.Minute, func() bool { return p.metric("kb_watchers") >= 349 })
	return crowd
}

// metric returns one of the server's figures, -1 where it has none.
func (p *program) metric(name string) float64 {
	resp, err := http.Get("http://" + p.ops + "/metrics")
	if err != nil {
		return -1
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return -1
	}
	sum := -1.0
	for _, m := range regexp.MustCompile(`(?m)^`+name+`(?:\{[^}]*\})? (\S+)$`).FindAllSubmatch(body, -1) {
		if n, err := strconv.ParseFloat(string(m[1]), 64); err == nil {
			sum = max(sum, 0) + n
		}
	}
	return sum
}

// watchPaint notes in window.painted when a cell's level has been painted, by the
// clock that all tabs of a machine share.
func (w *tab) watchPaint(cell string) {
	w.t.Helper()
	eval[bool](w, `(() => {
		window.painted = 0;
		new MutationObserver(() => requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => { window.painted = performance.timeOrigin + performance.now() }; c.port2.postMessage(0) }))
			.observe(`+cell+`, {attributes: true, attributeFilter: ["data-level"]});
		return true;
	})()`)
}

// BenchmarkSteady: a lead clicks a key once a second for a while (a minute, or
// KB_BENCH_MINUTES), with 349 other screens and as many changes as well; how long
// until another browser has painted it, and whether any screen fell behind.
func BenchmarkSteady(b *testing.B) {
	minutes := 1.0
	if v := os.Getenv("KB_BENCH_MINUTES"); v != "" {
		var err error
		if minutes, err = strconv.ParseFloat(v, 64); err != nil || minutes <= 0 || minutes > 15 {
			b.Fatalf("KB_BENCH_MINUTES=%q is no number of minutes up to 15", v)
		}
	}
	lasts := time.Duration(minutes * float64(time.Minute))
	p := demo(b, inHaste...)
	lead := p.client("moteleder")
	var said strings.Builder
	crowd := p.crowd(lead, lasts+15*time.Second, &said) // until after the last click
	b.Cleanup(func() { crowd.Process.Kill() })
	c := newChromium(b)
	from, to := c.tab("lead", 1280, 800), c.tab("reader", 1440, 900)
	from.login(p, "moteleder")
	to.login(p, "leser")
	from.open(p.url(overview + "?valgt=3434.klima"))
	to.open(p.url(overview))
	from.live()
	to.live()
	cell := query("3434", "klima")
	to.watchPaint(cell)
	eval[bool](to, `(window.same = true)`)
	var took []float64
	for b.Loop() {
		each := time.NewTicker(time.Second)
		defer each.Stop()
		for end := time.Now().Add(lasts); time.Now().Before(end); <-each.C {
			key := map[string]string{"green": "2", "yellow": "3"}[eval[string](to, cell+".dataset.level")]
			if key == "" {
				key = "1"
			}
			eval[bool](to, `(window.painted = 0, true)`)
			clicked := eval[float64](from, `(() => {
				const at = performance.timeOrigin + performance.now();
				document.querySelector('#set button[data-key="`+key+`"]').click();
				return at;
			})()`)
			to.until("the change is painted", `window.painted > 0`, 10*time.Second)
			took = append(took, eval[float64](to, `window.painted`)-clicked)
		}
	}
	if err := crowd.Wait(); err != nil {
		b.Fatal(err)
	}
	var of []struct {
		Missed  int `json:"missed"`
		Doubled int `json:"doubled"`
	}
	if err := json.Unmarshal([]byte(said.String()), &of); err != nil || len(of) != 1 {
		b.Fatalf("%v: %s", err, said.String())
	}
	behind := of[0].Missed + of[0].Doubled
	var s snapshot
	lead.get("/api/v1/boards/na", &s)
	to.until("the reader is at the head", fmt.Sprintf(`document.body.dataset.rev === "%d"`, s.Rev), 10*time.Second)
	if !eval[bool](to, `window.same === true`) || p.metric("kb_resync_total") > 0 {
		behind++
	}
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(len(took)), "clicks")
	b.ReportMetric(took[len(took)/2], "p50-ms")
	b.ReportMetric(took[len(took)*95/100], "p95-ms")
	b.ReportMetric(took[len(took)-1], "max-ms")
	b.ReportMetric(float64(behind), "behind")
}

// held is what a page holds after its rubbish is taken out.
type held struct{ heap, nodes, listeners float64 }

func (w *tab) held() held {
	w.t.Helper()
	for range 2 { // what the first leaves to be finalised, the second takes
		if _, err := chromedp.Call(w.ctx, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
			w.t.Fatal(err)
		}
	}
	by := w.figures()
	return held{by["JSHeapUsedSize"], by["Nodes"], by["JSEventListeners"]}
}

// figures are what the browser counts of a page since it measures.
func (w *tab) figures() map[string]float64 {
	w.t.Helper()
	out, err := chromedp.Call(w.ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		w.t.Fatal(err)
	}
	by := map[string]float64{}
	for _, m := range out.Metrics {
		by[m.Name] = m.Value
	}
	return by
}

// BenchmarkWatched: what one change costs the computer of each who looks on: CPU
// of the page's main thread in the four seconds after it, beside as long without
// a change, in turn.
func BenchmarkWatched(b *testing.B) {
	const lasts = 4 * time.Second
	p := demo(b, inHaste...)
	lead := p.client("moteleder")
	meeting := lead.openMeetings("na")[0]
	w := newChromium(b).tab("reader", 1440, 900)
	w.login(p, "leser")
	w.open(p.url(overview))
	w.live()
	if _, err := chromedp.Call(w.ctx, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks}); err != nil {
		b.Fatal(err)
	}
	spent := func(levels ...string) float64 {
		before := w.figures()["TaskDuration"]
		end := time.NewTimer(lasts)
		for _, level := range levels {
			if code, out := lead.post("set_levels", map[string]any{"board": "na", "meeting": meeting, "cells": []map[string]any{{"m": "3434", "c": "klima", "level": level}}}); code != http.StatusOK {
				b.Fatal(code, out)
			}
		}
		<-end.C
		return (w.figures()["TaskDuration"] - before) * 1000
	}
	spent() // what a page makes once is made
	var idle, busy, above []float64
	for i := 0; b.Loop(); i++ {
		at := spent()
		after := spent([]string{"red", "yellow"}[i%2])
		idle, busy, above = append(idle, at), append(busy, after), append(above, after-at)
	}
	for _, of := range [][]float64{idle, busy, above} {
		slices.Sort(of)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(idle[len(idle)/2], "idle-ms")
	b.ReportMetric(busy[len(busy)/2], "changed-ms")
	b.ReportMetric(above[len(above)/2], "above-idle-ms")
}

// BenchmarkWallDay: walls A and B through a day of changes, one in five seconds,
// 17,280 in all, as fast as they go, in the groups in which a meeting brings
// them. What the pages hold more at the end than after the first of them, and
// whether they missed any.
func BenchmarkWallDay(b *testing.B) {
	const day, group = 17_280, 20
	p := demo(b, inHaste...)
	lead := p.client("moteleder")
	meeting := lead.openMeetings("na")[0]
	var s snapshot
	lead.get("/api/v1/boards/na", &s)
	c := newChromium(b)
	walls := []*tab{c.tab("wall A", 1920, 1080), c.tab("wall B", 1920, 1080)}
	for i, w := range walls {
		w.login(p, "leser")
		w.open(p.url(overview + "?vis=skjerm&oppsett=" + []string{"a", "b&roter=20"}[i]))
		w.live()
		if _, err := chromedp.Call(w.ctx, performance.Enable, performance.EnableParams{}); err != nil {
			b.Fatal(err)
		}
		eval[bool](w, `(window.same = true)`)
	}
	levels := []string{"green", "yellow", "red"}
	random := rand.New(rand.NewPCG(20, 26))
	var requests atomic.Int64
	requests.Store(1_000_000) // request ids of their own
	send := func(n int) {
		for ; n > 0; n -= group {
			var all sync.WaitGroup
			for range min(n, group) {
				at := s.Cells[random.IntN(len(s.Cells))]
				level := levels[random.IntN(3)]
				all.Go(func() {
					one := &client{p: p, token: lead.token, n: int(requests.Add(1))}
					if code, out := one.post("set_levels", map[string]any{"board": "na", "meeting": meeting, "cells": []map[string]any{{"m": at.M, "c": at.C, "level": level}}}); code != http.StatusOK {
						b.Errorf("%d %v", code, out)
					}
				})
			}
			all.Wait()
		}
	}
	settled := func() uint64 {
		var now snapshot
		lead.get("/api/v1/boards/na", &now)
		for _, w := range walls {
			w.until("the wall is at the head", fmt.Sprintf(`document.body.dataset.rev === "%d" && !document.querySelector("[data-changed=now]")`, now.Rev), time.Minute)
		}
		return now.Rev
	}
	for b.Loop() {
		send(day / 24) // what a page makes once is made
		settled()
		before := []held{walls[0].held(), walls[1].held()}
		send(day - day/24)
		settled()
		missed, heap, nodes, listeners := 0, 0.0, 0.0, 0.0
		now := lead.levels("na")
		for i, w := range walls {
			after := w.held()
			b.Logf("%s: heap %.1f → %.1f MB, nodes %.0f → %.0f, listeners %.0f → %.0f", w.name, before[i].heap/1e6, after.heap/1e6, before[i].nodes, after.nodes, before[i].listeners, after.listeners)
			heap, nodes, listeners = max(heap, (after.heap-before[i].heap)/1e6), max(nodes, after.nodes-before[i].nodes), max(listeners, after.listeners-before[i].listeners)
			if !eval[bool](w, `window.same === true`) {
				missed++
			}
			for at, level := range eval[map[string]string](w, `Object.fromEntries([...document.querySelectorAll("td[data-m][data-c], #map path[data-m]")].map(e => [e.dataset.m + "." + (e.dataset.c ?? document.querySelector("#map").dataset.c), e.dataset.level]))`) {
				if level != now[at] && (level != "not_assessed" || now[at] != "") {
					missed++
				}
			}
		}
		b.ReportMetric(heap, "heap-MB")
		b.ReportMetric(nodes, "nodes")
		b.ReportMetric(listeners, "listeners")
		b.ReportMetric(float64(missed)+max(0, p.metric("kb_resync_total")), "missed")
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkScreens: loadscreens with 350, 1,000 and 5,000 screens, each with a
// server of its own: memory that others have taken before is not taken again. An
// account may have 500 sockets.
func BenchmarkScreens(b *testing.B) {
	for b.Loop() {
		for _, n := range []int{350, 1000, 5000} {
			p := demo(b, inHaste...)
			var tokens []string
			for i := range n/500 + 1 {
				id := fmt.Sprint("last", i)
				p.must("account", "add", id, "--name", id, "--role", "leser")
				tokens = append(tokens, p.token(id))
			}
			out, err := exec.Command("../bin/loadscreens", "-url", p.url(""), "-n", strconv.Itoa(n), "-token", strings.Join(tokens, ","),
				"-lead", p.token("moteleder"), "-ops", "http://"+p.ops, "-pid", strconv.Itoa(p.cmd.Process.Pid), "-json", "-timeout", "5m").Output()
			p.kill()
			if err != nil {
				b.Fatalf("%v %s", err, out)
			}
			var results []struct {
				Ratio   float64               `json:"cpu_to_floor"`
				Floor   float64               `json:"floor_us_per_message"`
				Burst   float64               `json:"burst_to_single_writes"`
				Memory  float64               `json:"rss_kb_per_screen"`
				Missed  int                   `json:"missed"`
				Doubled int                   `json:"doubled"`
				Last    struct{ P95 float64 } `json:"last_screen_ms"`
			}
			if err := json.Unmarshal(out, &results); err != nil || len(results) != 1 {
				b.Fatalf("%v %s", err, out)
			}
			r, unit := results[0], fmt.Sprint("-", n)
			b.ReportMetric(r.Ratio, "cpu-ratio"+unit)
			b.ReportMetric(r.Floor, "floor-µs"+unit)
			b.ReportMetric(r.Burst, "burst"+unit)
			b.ReportMetric(r.Memory, "rss-kB"+unit)
			b.ReportMetric(r.Last.P95, "last-p95-ms"+unit)
			b.ReportMetric(float64(r.Missed+r.Doubled), "missed-or-doubled"+unit)
		}
	}
	b.ReportMetric(0, "ns/op")
}
