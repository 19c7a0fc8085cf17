//go:build e2e

package e2e

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTheRecordOfASituation: a second source is seen at once beside the first, in
// the console and on the wall; a meeting that was closed by mistake goes on, and
// the wall with it; its minutes name who led as they were called then, until they
// are erased.
func TestTheRecordOfASituation(t *testing.T) {
	t.Parallel()
	p := demo(t)
	p.account("leder2", "Ola Berg", "moteleder")
	api, second := p.client("moteleder"), p.client("leder2")
	for _, board := range []string{"uvaer", "ovelse"} {
		api.quiet(board)
	}
	api.must("open_situation", map[string]any{"board": "storm", "title": "Storm"})
	meeting := fmt.Sprint(api.must("open_meeting", map[string]any{"board": "storm", "kind": "preparedness", "title": "Krisemøte"})["meeting"])
	c := sharedChromium(t)
	wall := p.wall(c, "Møterom 1", 1920, 1080, url.Values{"board": {"apent"}, "layout": {"b"}, "region": {"nord-gudbrandsdal"}})
	first := p.wall(c, "Møterom 2", 1920, 1080, url.Values{"board": {"apent"}})
	onStorm := `document.body.dataset.board === "storm"`
	wall.until("the situation is on the wall", onStorm, 15*time.Second)
	first.until("and on the other", onStorm, 15*time.Second)
	lead := c.tab("lead", 1440, 900)
	lead.login(p, "moteleder")
	lead.open(p.url("/konsoll/" + meeting + "?valgt=3434&c=strom"))
	lead.live()

	figure := func(value, source string) {
		t.Helper()
		if !eval[bool](lead, `document.querySelector("#new-figure").open`) {
			lead.click("#new-figure summary")
		}
		lead.write("#new-figure [name=value]", value)
		lead.write("#new-figure [name=source]", source+"\r")
	}
	figure("140", "nettselskapet")
	lead.until("the figure is in the console", `document.querySelector("#figures").innerText.includes("140") && document.querySelector("#sums .v").textContent === "140"`, 5*time.Second)
	figure("220", "kommunen")
	lead.until("so is the second, and that they differ", `document.querySelector("#figures").innerText.includes("kildene er uenige for Lom") && document.querySelector("#sums .v").textContent === "140–220" && document.querySelector("#sums").innerText.includes("1 av 46 har meldt, 1 med to tall")`, 5*time.Second)
	first.until("the other has the sum as a range, and the functions, in the situation's frame", `document.querySelector("#wfigures").checkVisibility() && document.querySelector("#wfigures").innerText.includes("Uten strøm 140–220 · 1 av 46 har meldt, 1 med to tall") &&
		document.querySelectorAll("#wfun li:not(.more)").length === 11 && getComputedStyle(document.querySelector(".wtop")).backgroundColor === getComputedStyle(document.querySelector(".wmain")).borderBottomColor && !document.body.innerText.includes("Røde")`, 10*time.Second)
	wall.until("both are on the wall, and what they count", fmt.Sprintf(`%s?.querySelector(".fig")?.textContent === "140/220" && document.querySelector(".wb:not([hidden])").innerText.includes("Tall: uten strøm (Strøm) · a/b: kildene er uenige")`, query("3434", "strom")), 10*time.Second)
	first.until("whose its list and its counters are", `document.querySelector("#reds-head").innerText === "Kritiske nå · Samlet" && document.querySelector("#wof").checkVisibility() && document.querySelector("#wof").innerText === "Samlet"`, 5*time.Second)

	for _, w := range []*tab{wall, first} {
		w.fits("in the situation")
	}

	lead.click(`#missing-reason form[action$="/avslutt"] button`)
	minutes := `document.body.dataset.kind === "minutes"`
	lead.until("the minutes", minutes, 15*time.Second)
	for _, w := range []*tab{wall, first} {
		w.allows("404", "WebSocket") // it may be led back before it has begun to follow the live picture
	}
	wall.until("the wall is back on the live picture", `document.body.dataset.board === "na"`, 20*time.Second)
	lead.click(".reopen summary")
	lead.write(".reopen textarea", "Avsluttet ved en feil")
	lead.click(".reopen button")
	lead.until("the console again", `document.body.dataset.kind === "console" && document.body.innerText.includes("Møtet er åpnet igjen.")`, 15*time.Second)
	lead.live()
	wall.until("the wall is on the situation again", onStorm, 20*time.Second)
	wall.live()
	second.must("set_levels", map[string]any{"board": "storm", "meeting": meeting, "cells": []map[string]any{{"m": "3434", "c": "strom", "level": "critical", "text": "Linjen er nede"}}})
	lead.until("what another lead sets", `document.querySelector("#latest").innerText.includes("Lom")`, 10*time.Second)
	second.must("close_meeting", map[string]any{"meeting": meeting})
	lead.until("the lead is told that another closed it", `document.body.dataset.kind === "ended"`, 15*time.Second)

	text := func() string { return eval[string](lead, `document.querySelector("main").innerText`) }
	open := func(query string) string {
		t.Helper()
		lead.open(p.url("/referat/" + meeting + query))
		lead.until("the minutes", minutes, 15*time.Second)
		return text()
	}
	leads := "K. Moen (åpnet); Ola Berg (ledet fra "
	now := open("")
	if !strings.Contains(now, leads) || !strings.Contains(now, "utgave 2") || !strings.Contains(now, "140–220") {
		t.Errorf("the minutes:\n%s", now)
	}
	lead.axe("minutes of two editions")
	if old := open("?utgave=1"); !strings.Contains(old, "Utgave 1, erstattet kl. ") || !strings.Contains(old, "Avsluttet ved en feil") || strings.Contains(old, "Ola Berg") || strings.Contains(old, "Linjen er nede") {
		t.Errorf("the first minutes:\n%s", old)
	}
	p.form(p.session("admin"), "/kontoer/leder2", "/kontoer/leder2/navn", url.Values{"name": {"Ola Hjelmeland"}})
	if after := open(""); !strings.Contains(after, leads) || strings.Contains(after, "Hjelmeland") {
		t.Errorf("after a change of name:\n%s", after)
	}
	p.must("account", "erase", "leder2")
	if after := open(""); strings.Contains(after, "Ola Berg") || !strings.Contains(after, "leder2 (ledet fra ") {
		t.Errorf("after erasing:\n%s", after)
	}
	if out := p.must("verify"); !strings.Contains(out, "each is what was written") {
		t.Errorf("verify says %s", out)
	}
	if b, err := os.ReadFile(filepath.Join(p.dir, "journal.db")); err != nil || strings.Contains(string(b), "Ola Berg") || strings.Contains(string(b), "Hjelmeland") {
		t.Errorf("the folder still has the name, or cannot be read: %v", err)
	}
}
