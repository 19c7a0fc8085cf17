//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// control presses a key with Ctrl.
func (w *tab) control(key string) {
	w.t.Helper()
	w.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
}

// TestEditionByKeys: an expert judges an area by keyboard alone: levels, texts, evidence,
// one that is recorded for it with files, what is as last year; meets a colleague's text, loses the line, submits, is sent back,
// submits again; an editor approves, sees what was changed after that, and approves anew.
func TestEditionByKeys(t *testing.T) {
	t.Parallel()
	p := demo(t)
	p.account("redaktor2", "B. Moe", "redaktor")
	api, colleague := p.client("redaktor"), p.client("redaktor2")
	plan := map[string]any{"board": "2099", "title": "Kommunebilde 2099", "mode": "yearly", "hearing": "yes", "follows": "2022", "judged": "2099-09-01"}
	api.must("plan_edition", plan)
	on := map[string]any{"board": "2099"}
	api.must("open_round", on)
	api.must("carry_over", on)
	api.must("record_evidence", map[string]any{
		"evidence": "tilsyn-hamar", "v": 1, "kind": "dialogue", "m": []string{"3403"}, "c": []string{"fastlege"}, "title": "Møte med kommunedirektør", "source": "Statsforvalteren",
		"effective": "2022-06-01", "retrieved": "2022-06-02", "period": map[string]any{"from": "2022-06-01", "to": "2022-06-01"},
	})
	c := sharedChromium(t)
	w := c.tab("expert", 1440, 900)
	w.login(p, "fag-helse")
	w.open(p.url("/utgave/2099/vurdering/fastlege"))
	w.live()
	row := func(m, part string) string {
		return fmt.Sprintf(`document.querySelector("#r-%s .%s")?.textContent`, m, part)
	}
	opened := func(m string) {
		t.Helper()
		w.keys(kb.Enter)
		w.until("the row opens", fmt.Sprintf(`document.querySelector("tr.open #judgement")?.dataset.m === %q`, m), 10*time.Second)
	}
	kept := `document.querySelector("#judgement .main .kept").textContent`

	for i := range 14 {
		w.keys(kb.ArrowDown, []string{"1", "2", "3"}[i%3])
	}
	w.until("fourteen levels are set", `document.querySelectorAll("#sheet .lvl .chip").length === 14`, 20*time.Second)
	for range 14 {
		w.keys(kb.ArrowUp)
	}

	opened("3403")
	for i, m := range []string{"3403", "3412", "3411"} {
		if i > 0 {
			w.keys(kb.Escape, kb.ArrowDown)
			opened(m)
		}
		w.press("t")
		w.until("T leads to the text", `document.activeElement.matches(".main textarea")`, 10*time.Second)
		w.control(kb.End)
		w.keys(fmt.Sprint(" Setning ", i, "."))
		w.until("it is a jotting", kept+`.startsWith("Kladd ")`, 10*time.Second)
		w.control("s")
		w.until("it is saved", kept+`.startsWith("Lagret ")`, 10*time.Second)
	}
	w.keys(kb.Escape, kb.ArrowUp, kb.ArrowUp)

	// Evidence, by K and the space bar.
	opened("3403")
	w.press("k")
	w.keys(" ")
	w.until("evidence is chosen", `document.querySelectorAll("#sources input:checked").length === 1`, 10*time.Second)
	w.control("s")
	w.until("the row counts it", row("3403", "num")+` === "1"`, 10*time.Second)

	w.recordsByKeys("/utgave/2099/vurdering/fastlege/3403")
	w.open(p.url("/utgave/2099/vurdering/fastlege"))
	w.live()
	w.until("the row counts both", row("3403", "num")+` === "2"`, 10*time.Second)
	w.keys(kb.ArrowDown)
	opened("3403")

	// The line is lost while a sentence is written, and the page made again.
	p.kill()
	w.allows("Failed to load resource", "WebSocket connection", "net::ERR")
	w.press("t")
	w.control(kb.End)
	w.keys(" Uten linje.")
	p.start()
	w.until("the jotting is kept once there is a line", kept+`.startsWith("Kladd ")`, 40*time.Second)
	w.open(p.url("/utgave/2099/vurdering/fastlege/3403"))
	w.until("it is there again", `document.querySelector(".main textarea").value.endsWith("Uten linje.")`, 10*time.Second)
	w.live()

	// A colleague saves meanwhile.
	seen := eval[int](w, `Number(document.querySelector("#judgement .main .cell").dataset.seen)`)
	colleague.must("assess", map[string]any{"board": "2099", "cells": []map[string]any{{"m": "3403", "c": "fastlege", "seen": seen, "text": "Skrevet av en annen."}}})
	w.press("t")
	w.control("s")
	w.until("both texts are shown", `document.querySelector("#conflict .clash")?.textContent.includes("Skrevet av en annen.")`, 10*time.Second)
	w.keys(kb.Escape)
	w.until("what was typed stays", `document.querySelector(".main textarea").value.endsWith("Uten linje.")`, 10*time.Second)
	w.control("s")
	w.until("and is shown again", `!document.querySelector("#conflict").hidden`, 10*time.Second)
	eval[bool](w, `(document.querySelector("#conflict [data-choice=mine]").focus(), true)`)
	w.keys(" ")
	w.control("s")
	w.until("mine is saved", kept+`.startsWith("Lagret ")`, 10*time.Second)

	state := `document.querySelector("#judgement h2 .work").textContent.trim()`
	w.control(kb.Enter)
	w.until("it is submitted", state+` === "innsendt"`, 10*time.Second)

	e := c.tab("editor", 1440, 900)
	e.login(p, "redaktor")
	e.open(p.url("/utgave/2099/vurdering/fastlege/3403"))
	e.live()
	e.press("b")
	e.keys("Hvilken liste?", kb.Enter)
	e.until("it is sent back", state+` === "sendt tilbake"`, 10*time.Second)
	w.open(p.url("/utgave/2099/vurdering/fastlege/3403"))
	w.live()
	w.until("its author is told why", `document.querySelector("#judgement .told").textContent.includes("Hvilken liste?")`, 10*time.Second)
	w.control(kb.Enter)
	w.until("it is submitted again", state+` === "innsendt"`, 10*time.Second)
	e.open(p.url("/utgave/2099/vurdering/fastlege/3403"))
	e.live()
	e.press("g")
	e.until("it is approved", state+` === "godkjent"`, 10*time.Second)
	w.open(p.url("/utgave/2099/vurdering/fastlege"))
	w.live()
	w.keys(kb.ArrowDown, "2")
	w.until("a change after approval is flagged", row("3403", "state")+`.trim() === "endret etter godkjenning"`, 10*time.Second)
	e.open(p.url("/utgave/2099/vurdering/fastlege/3403"))
	e.live()
	e.press("g")
	e.until("it is approved anew", state+` === "godkjent"`, 10*time.Second)
	w.until("the expert sees it by itself", row("3403", "state")+`.trim() === "godkjent"`, 10*time.Second)

	e.readsAFile(p)
	e.givesATableBack(p, "/utgave/2099/vurdering/fastlege")
	e.judgesAMunicipality(p, "/utgave/2099/kommune/3412", "fastlege")

	// As last year, by one key.
	for range 15 {
		w.keys(kb.ArrowDown)
	}
	m := eval[string](w, `document.querySelector("#sheet tr[aria-current=true]").dataset.m`)
	opened(m)
	w.press("u")
	w.until("it is as last year", row(m, "std")+` === "Uendret"`, 10*time.Second)
	if level := eval[string](w, row(m, "lvl")); level == "ikke satt" {
		t.Errorf("%s has no level after the yes", m)
	}
}
