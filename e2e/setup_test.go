//go:build e2e

package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// TestSetUpAnEditionByKeysAlone: an editor without a pointer plans an edition, adds an area
// and opens it for judgement, from the list of editions on.
func TestSetUpAnEditionByKeysAlone(t *testing.T) {
	t.Parallel()
	p := demo(t)
	w := sharedChromium(t).tab("the editor", 1280, 900)
	w.login(p, "redaktor")
	w.open(p.url("/utgaver?lang=nb"))
	w.tabTo(`a[href$="/utgaver/ny"]`)
	w.keys(kb.Enter)
	w.until("the form of a new edition", `location.pathname.endsWith("/utgaver/ny") && document.readyState === "complete"`, 10*time.Second)
	fill := func(selector, text string) {
		w.tabTo(selector)
		w.keys(text)
	}
	fill("#f-title", "Kommunebilde 2031")
	fill("#f-board", "2031")
	fill("#f-judged", "09092031") // the same day in any order
	w.keys(kb.Enter)
	w.until("the setup", `location.pathname === "/utgave/2031/oppsett" && document.readyState === "complete"`, 10*time.Second)
	w.until("the plan is told", `document.querySelector(".said-of").innerText.includes("9. sep. 2031")`, 5*time.Second)

	w.tabTo(`a[href*="gjor=omrade"]`)
	w.keys(kb.Enter)
	w.until("the form of an area", `!!document.querySelector("#ny form") && document.readyState === "complete"`, 10*time.Second)
	w.axe("the form of an area")
	fill(`#ny [name="name.nb"]`, "Jordskifte")
	fill(`#ny [name="id"]`, "jordskifte")
	fill(`#ny [name="means.red.nb"]`, "Ingen skifte på ti år")
	w.tabTo(`#ny button[type="submit"]`)
	w.keys(kb.Enter)
	w.until("the area is there", `document.querySelector("#k-jordskifte h3")?.innerText === "Jordskifte" && document.readyState === "complete"`, 10*time.Second)

	w.tabTo(`#k-jordskifte [name="move"]:not(:disabled)`)
	w.keys(kb.Enter)
	w.until("it is one up", `document.querySelector("#k-jordskifte")?.nextElementSibling !== null && document.readyState === "complete"`, 10*time.Second)

	w.tabTo(`a[href*="gjor=apne"]`)
	w.keys(kb.Enter)
	w.until("the question", `!!document.querySelector("form.question") && document.readyState === "complete"`, 10*time.Second)
	w.axe("the question")
	w.tabTo(`form.question button[type="submit"]`)
	w.keys(kb.Enter)
	w.until("all are open", `document.querySelector("main").innerText.includes("46 av 46 kommuner er åpnet")`, 10*time.Second)
	if code, out := p.client("redaktor").post("assess", map[string]any{"board": "2031", "cells": []any{map[string]any{"m": "3434", "c": "jordskifte", "seen": 0, "level": "red", "text": "Ingen."}}}); code != 200 {
		t.Errorf("the new area cannot be judged: %d %v", code, out)
	}
}
