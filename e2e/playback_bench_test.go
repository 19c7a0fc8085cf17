//go:build e2e

package e2e

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// seed makes n changes in the open meeting, on all of its cells in turn, four at
// a time, and returns the board's cells.
func (p *program) seed(lead *client, n int) {
	p.t.Helper()
	const writers, each = 8, 4
	var s snapshot
	lead.get("/api/v1/boards/na", &s)
	at := slices.IndexFunc(s.Meetings, func(m struct {
		ID   string `json:"id"`
		Open bool   `json:"open"`
	}) bool {
		return m.Open
	})
	if at < 0 {
		p.t.Fatal("no meeting is open")
	}
	levels := []string{"green", "yellow", "red", "not_assessed"}
	var writing sync.WaitGroup
	for k := range writers {
		own := &client{p: p, token: lead.token, n: 1_000_000 * (k + 1)}
		writing.Go(func() {
			for i := k; i < n/each; i += writers {
				var cells []map[string]any
				for j := range each {
					cell := s.Cells[(i*each+j)*37%len(s.Cells)]
					cells = append(cells, map[string]any{"m": cell.M, "c": cell.C, "level": levels[(i+j+i*each/len(s.Cells))%len(levels)]})
				}
				if code, answer := own.post("set_levels", map[string]any{"board": "na", "meeting": s.Meetings[at].ID, "cells": cells}); code != http.StatusOK {
					p.t.Errorf("change %d: %d %v", i, code, answer)
					return
				}
			}
		})
	}
	writing.Wait()
	if p.t.Failed() {
		p.t.FailNow()
	}
}

// BenchmarkPlaybackOpened: a meeting with 10,000 changes on 46 × 14 cells, from
// navigation until its playback is ready and painted, beside the overview of the
// same board until that is painted; and how many frames a second are painted
// while the slider is drawn to and fro.
func BenchmarkPlaybackOpened(b *testing.B) {
	p := demo(b)
	p.seed(p.client("moteleder"), 10_000)
	w := newChromium(b).tab("reader", 1440, 900)
	w.login(p, "leser")
	var ready, overviews, rates, worst []float64
	for b.Loop() {
		w.open(p.url("/tavle/na"))
		w.until("the overview is painted", `performance.getEntriesByName("first-contentful-paint").length`, 30*time.Second)
		overviews = append(overviews, eval[float64](w, `performance.getEntriesByName("first-contentful-paint")[0].startTime`))
		w.open(p.url("/avspilling/na"))
		w.until("the playback is ready", `performance.getEntriesByName("playback").length`, 30*time.Second)
		ready = append(ready, eval[float64](w, `performance.getEntriesByName("playback")[0].startTime`))
		eval[bool](w, `(() => {
			const slider = document.getElementById("time"), [from, to] = [Number(slider.min), Number(slider.max)], begin = performance.now(), frames = [];
			window.scrubbed = null;
			const frame = (now) => {
				frames.push(now);
				const passed = (performance.now() - begin) / 4000;
				if (passed >= 1) return void (window.scrubbed = frames);
				slider.value = String(Math.round(from + (to - from) * (1 - Math.abs(1 - 2 * passed))));
				slider.dispatchEvent(new Event("input", {bubbles: true}));
				requestAnimationFrame(frame);
			};
			requestAnimationFrame(frame);
			return true;
		})()`)
		w.until("the slider was drawn to and fro", `window.scrubbed`, 30*time.Second)
		frames := eval[[]float64](w, `window.scrubbed`)
		rates = append(rates, float64(len(frames)-1)/(frames[len(frames)-1]-frames[0])*1000)
		for i := 1; i < len(frames); i++ {
			worst = append(worst, frames[i]-frames[i-1])
		}
	}
	slices.Sort(ready)
	slices.Sort(overviews)
	slices.Sort(rates)
	slices.Sort(worst)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ready[len(ready)/2], "ready-ms")
	b.ReportMetric(overviews[len(overviews)/2], "overview-ms")
	b.ReportMetric(rates[len(rates)/2], "frames/s")
	b.ReportMetric(worst[len(worst)*95/100], "frame-p95-ms")
}
