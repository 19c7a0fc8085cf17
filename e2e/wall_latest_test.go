//go:build e2e

package e2e

import (
	"fmt"
	"net/url"
	"testing"
	"time"
)

// TestWallsTellOneLatestChange: the latest change is the same on walls A and B:
// what became of what, and why, in the walls' short names; as it comes and on a
// page made again; of many at once the catalogue's first; a new reason alone is
// no new level; and what only confirms is none. Of a situation, too.
func TestWallsTellOneLatestChange(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	meeting := api.openMeetings("na")[0]
	c := sharedChromium(t)
	a := p.wall(c, "wall A", 1920, 1080, nil)
	b := p.wall(c, "wall B", 1920, 1080, url.Values{"layout": {"b"}, "region": {"valdres"}})
	on := map[string][]*tab{"na": {a, b}}
	says := func(when, want string, walls ...*tab) {
		t.Helper()
		js := fmt.Sprintf(`document.body.dataset.state === "live" && document.querySelector("#latest .text").textContent + document.querySelector("#latest .reason").textContent === %q`, want)
		for _, w := range walls {
			w.until(when+": "+want, js, 10*time.Second)
			w.open(eval[string](w, "location.href"))
			w.until(when+", anew: "+want, js, 20*time.Second)
		}
	}
	set := func(board, meeting string, cells ...map[string]any) {
		t.Helper()
		rev := api.must("set_levels", map[string]any{"board": board, "meeting": meeting, "cells": cells})["rev"]
		for _, w := range on[board] { // two records that come in one frame are one step to a wall
			w.until("the change", fmt.Sprintf("Number(document.body.dataset.rev) >= %.0f", rev), 10*time.Second)
		}
	}
	cell := func(m, c, level, text string) map[string]any {
		return map[string]any{"m": m, "c": c, "level": level, "text": text}
	}
	set("na", meeting, cell("3437", "klima", "yellow", "Elva stiger"))
	set("na", meeting, cell("3437", "klima", "red", "Ras"))
	says("a change", "Sel · Klima: Gul → Rød. Ras", a, b)
	set("na", meeting, cell("3437", "klima", "red", "Ras og flom"))
	says("a new reason", "Sel · Klima: Rød. Ras og flom", a, b)
	set("na", meeting, cell("3437", "klima", "red", ""))
	set("na", meeting, cell("3434", "klima", "green", ""), cell("3437", "plan", "green", ""), cell("3403", "plan", "green", ""), cell("3403", "klima", "green", ""))
	set("na", meeting, cell("3434", "klima", "yellow", ""), cell("3437", "plan", "yellow", ""), cell("3403", "plan", "yellow", ""), cell("3403", "klima", "yellow", ""))
	says("four at once", "Hamar · Klima: Grønn → Gul", a, b)

	crisis := api.openMeetings("uvaer")[0]
	s := p.wall(c, "wall A of a situation", 1920, 1080, url.Values{"board": {"uvaer"}})
	on["uvaer"] = []*tab{s}
	set("uvaer", crisis, cell("3434", "informasjon", "normal", ""))
	set("uvaer", crisis, cell("3434", "informasjon", "critical", "Ingen dekning"))
	s.until("a function's short name", `document.querySelector("#recent li").innerText.startsWith("Lom") && document.querySelector("#recent li span").textContent === "Varsling"`, 10*time.Second)
	says("a situation", "Lom · Varsling: Normal → Kritisk. Ingen dekning", s)
	if got := eval[string](s, `document.querySelector("#recent li span").textContent`); got != "Varsling" {
		t.Errorf("made anew, the list says %q", got)
	}
}
