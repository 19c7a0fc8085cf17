//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// openMeetings returns the ids of a board's open meetings.
func (c *client) openMeetings(board string) []string {
	c.p.t.Helper()
	var s snapshot
	c.get("/api/v1/boards/"+board, &s)
	var out []string
	for _, m := range s.Meetings {
		if m.Open {
			out = append(out, m.ID)
		}
	}
	return out
}

// must sends a command that has to be taken, and returns the answer.
func (c *client) must(command string, fields map[string]any) map[string]any {
	c.p.t.Helper()
	code, out := c.post(command, fields)
	if code != http.StatusOK {
		c.p.t.Fatalf("%s: %d %v", command, code, out)
	}
	return out
}

// quiet closes all meetings of a board.
func (c *client) quiet(board string) {
	c.p.t.Helper()
	for _, id := range c.openMeetings(board) {
		c.must("close_meeting", map[string]any{"meeting": id, "unexplained": true})
	}
}

// TestWallMakesRoom: a wall that was opened before a meeting shows the
// meeting's name, roll-call and significant events when it opens, and is as
// before when it ends; nobody touches it, and it is made again once each time.
func TestWallMakesRoom(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	api.quiet("na")
	c := sharedChromium(t)
	a, b := c.tab("wall A", 1920, 1080), c.tab("wall B", 1920, 1080)
	for i, w := range []*tab{a, b} {
		w.login(p, "leser")
		w.open(p.url(overview + "?vis=skjerm&oppsett=" + []string{"a", "b&roter=20"}[i]))
		w.live()
	}
	if eval[bool](a, `!!document.querySelector("#wroll, #wnotes")`) {
		t.Fatal("a wall has room for a meeting that is not there")
	}
	eval[bool](b, `(window.same = true)`)
	opened := fmt.Sprint(api.must("open_meeting", map[string]any{"board": "na", "kind": "preparedness", "title": "Møte om vannstand"})["meeting"])
	a.until("the wall shows the meeting", `document.querySelector("h1")?.textContent === "Møte om vannstand" && document.querySelector("#wroll") && document.querySelector("#wnotes")`, 20*time.Second)
	a.live()
	if n := eval[int](a, `[...document.querySelectorAll("[data-count-level]")].reduce((sum, e) => sum + Number(e.textContent), 0)`); n != 46 {
		t.Errorf("the counters add up to %d", n)
	}
	api.must("write_note", map[string]any{"meeting": opened, "text": "Bru stengt i Sel"})
	a.until("the significant event", `document.querySelector("#wnotes").textContent.includes("Bru stengt i Sel")`, 10*time.Second)
	eval[bool](a, `(window.same = true)`)
	api.must("set_levels", map[string]any{"board": "na", "meeting": opened, "cells": []map[string]any{{"m": "3434", "c": "klima", "level": "red", "text": "x"}}})
	a.until("the change is in the list", `document.querySelector("#recent li")?.textContent.includes("Lom")`, 10*time.Second)
	if !eval[bool](a, `window.same === true`) {
		t.Error("a change made the wall's page anew")
	}
	api.must("close_meeting", map[string]any{"meeting": opened})
	a.until("the wall is as before", `!document.querySelector("#wroll, #wnotes") && document.body.dataset.state === "live"`, 25*time.Second)
	if !eval[bool](b, `window.same === true`) {
		t.Error("a wall that shows nothing of meetings was made anew")
	}
}

// TestWallIsPausedByHand: at a wall of regions a pointer brings a button that
// pauses, and so does the keyboard; without either nothing is to be seen.
func TestWallIsPausedByHand(t *testing.T) {
	t.Parallel()
	p := demo(t)
	w := sharedChromium(t).tab("wall B", 1920, 1080)
	w.login(p, "leser")
	w.open(p.url(overview + "?vis=skjerm&oppsett=b&roter=5"))
	w.live()
	seen := `getComputedStyle(document.querySelector("#wb-pause")).opacity === "1"`
	region := `document.querySelector("section.wb:not([hidden])").dataset.region`
	if eval[bool](w, seen) {
		t.Error("a button on a wall that nobody touches")
	}
	first := eval[string](w, region)
	w.until("a turn: the next is five seconds away, and nothing moves under the pointer until then", fmt.Sprintf("%s !== %q", region, first), 20*time.Second)
	w.mouse(960, 540, false)
	w.until("the button comes with the pointer", seen, 2*time.Second)
	x, y := w.middle("#wb-pause")
	w.mouse(x, y, true)
	w.until("it is pressed", `document.querySelector("#wb-pause").getAttribute("aria-pressed") === "true" && document.querySelector("#wb-place").textContent.includes("på pause")`, 5*time.Second)
	here := eval[string](w, region)
	p.wait("twelve seconds by the wall's clock", 20*time.Second, func() bool { return eval[float64](w, `performance.now()`) > 12_000 })
	if now := eval[string](w, region); now != here {
		t.Errorf("on pause it went from %s to %s", here, now)
	}
	w.keys(" ")
	w.until("the space bar lets it go on", fmt.Sprintf(`document.querySelector("#wb-pause").getAttribute("aria-pressed") === "false" && %s !== %q`, region, here), 10*time.Second)
}

// TestMeetingOpensAtTheConsole: who opens a meeting by the form stands at its
// console, and is told.
func TestMeetingOpensAtTheConsole(t *testing.T) {
	t.Parallel()
	p := demo(t)
	path, html := p.form(p.session("moteleder"), "/moter", "/moter", url.Values{"title": {"Morgenmøte"}, "kind": {"preparedness"}, "board": {"na"}})
	if !strings.HasPrefix(path, "/konsoll/") || !strings.Contains(html, "Møtet er åpnet.") || !strings.Contains(html, "Morgenmøte") {
		t.Errorf("opening led to %s", path)
	}
}

// TestScreenGoesToWhatIsOpen: a paired screen that follows what is open is taken
// to a situation when its meeting begins, shows its numbers as they come, and is
// back on the live picture when the meeting ends. One that was put on the
// situation is led there when it is closed, without asking for what is gone.
// Nobody touches them.
func TestScreenGoesToWhatIsOpen(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	var boards struct {
		Boards []struct{ ID, Kind, Phase string } `json:"boards"`
	}
	api.get("/api/v1/boards", &boards)
	for _, b := range boards.Boards {
		if b.Kind == "situation" && b.Phase == "meeting" {
			api.quiet(b.ID)
		}
	}
	c := sharedChromium(t)
	w := p.wall(c, "Møterom 1", 1920, 1080, url.Values{"board": {"apent"}, "layout": {"b"}, "region": {"nord-gudbrandsdal"}})
	w.until("the live picture", `document.body.dataset.board === "na"`, 30*time.Second)
	w.live()
	api.must("open_situation", map[string]any{"board": "storm", "title": "Storm"})
	meeting := fmt.Sprint(api.must("open_meeting", map[string]any{"board": "storm", "kind": "preparedness", "title": "Krisemøte"})["meeting"])
	w.until("the situation", `document.body.dataset.board === "storm" && document.querySelector("section.wb:not([hidden])")?.dataset.region === "nord-gudbrandsdal"`, 15*time.Second)
	w.live()
	fixed := p.wall(c, "Møterom 2", 1920, 1080, url.Values{"board": {"storm"}})
	reader := c.tab("reader", 1440, 900)
	reader.login(p, "leser")
	reader.open(p.url("/tavle/storm"))
	reader.live()
	for i, value := range []int{1200, 40} {
		api.must("set_figures", map[string]any{"meeting": meeting, "figures": []map[string]any{{"m": "3434", "c": "strom", "figure": "without_power", "value": value, "source": "nettselskapet", "certainty": "estimated"}}})
		want := []string{"1\u00a0200", "40"}[i]
		for _, screen := range []*tab{w, reader} {
			screen.until("the number "+want, fmt.Sprintf(`%s?.querySelector(".fig")?.textContent === %q`, query("3434", "strom"), want), 10*time.Second)
		}
	}
	api.must("close_meeting", map[string]any{"meeting": meeting})
	w.until("the live picture again", `document.body.dataset.board === "na"`, 15*time.Second)
	w.live()
	reader.open(p.url("/tavle/na"))
	api.must("close_board", map[string]any{"board": "storm"})
	fixed.until("led to what is open", `document.body.dataset.board === "na"`, 30*time.Second)
	fixed.live()
}
