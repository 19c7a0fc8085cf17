//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// TestConsoleByKeys: a lead says who reports, when it happened, why, and of how many
// municipalities, accepts a report and writes a log entry, by keys alone; the bar for
// undoing names what it would take back; who was chosen is remembered for the lead who
// takes over.
func TestConsoleByKeys(t *testing.T) {
	t.Parallel()
	p := demo(t)
	p.account("leder2", "Ola Berg", "moteleder")
	api := p.client("moteleder")
	meeting := api.openMeetings("na")[0]
	_, begun := api.said("na", 0)
	contact := p.client("kommune-lom")
	contact.must("propose_levels", map[string]any{"meeting": meeting, "reported_by": "Lom v/ordfører", "cells": []map[string]any{{"m": "3434", "c": "klima", "level": "red", "text": "Skred over fylkesveien"}}})
	c := sharedChromium(t)
	w := c.tab("lead", 1440, 900)
	w.login(p, "moteleder")
	w.open(p.url("/konsoll/" + meeting + "?valgt=3437&c=plan"))
	w.live()
	focus := func(what, selector string) {
		t.Helper()
		w.until(what, fmt.Sprintf(`document.activeElement.matches(%q)`, selector), 10*time.Second)
	}
	var got []said
	stored := func(n int) {
		t.Helper()
		p.wait(fmt.Sprintf("%d changes", n), 10*time.Second, func() bool { got, _ = api.said("na", begun); return len(got) >= n })
	}

	eval[bool](w, `(document.querySelector("#queue [aria-current]").focus(), true)`)
	w.keys("?")
	w.until("the keys are told", `document.querySelector("#keys-help").open`, 10*time.Second)
	w.keys("?")
	w.press("r")
	focus("R leads to who reports", "#reported-by")
	w.keys("Nettselskap", kb.Enter) // it is said, and nothing is sent
	focus("Enter leads back to the roll-call", "#queue a[aria-current]")
	w.press("i")
	w.until("no change is the municipality's own answer", `document.querySelector("#edit-status").textContent.includes("«Ingen endring» er kommunens eget svar")`, 10*time.Second)
	late := eval[string](w, `new Date(Date.now() + 3_600_000).toLocaleTimeString("en-GB", { timeZone: "Europe/Oslo", hour: "2-digit", minute: "2-digit" })`)
	eval[bool](w, fmt.Sprintf(`(document.querySelector("#event-at").value = %q, true)`, late))
	w.keys("3")
	w.until("a time that has not been is refused", `document.querySelector("#edit-status").textContent.includes("de siste tolv timene")`, 10*time.Second)
	if said, _ := api.said("na", begun); len(said) > 0 {
		t.Errorf("it was sent: %+v", said)
	}
	// An hour ago, by Norway's clock.
	was := eval[string](w, `new Date(Date.now() - 3_600_000).toLocaleTimeString("en-GB", { timeZone: "Europe/Oslo", hour: "2-digit", minute: "2-digit" })`)
	eval[bool](w, fmt.Sprintf(`(document.querySelector("#event-at").value = %q, true)`, was))
	w.press("t")
	focus("T leads to the reason", "#set textarea")
	w.keys("Strømmen er borte", kb.Escape, "3")
	stored(1)
	if got[0] != (said{"3437.plan", got[0].from, "red", "Strømmen er borte", "Nettselskap", false}) {
		t.Errorf("the record says %+v", got[0])
	}
	var cell struct {
		Cell struct {
			EventAt time.Time `json:"event_at"`
			At      time.Time
		}
	}
	api.get("/api/v1/boards/na/cells/3437/plan", &cell)
	if ago := cell.Cell.At.Sub(cell.Cell.EventAt); ago < 59*time.Minute || ago > 62*time.Minute {
		t.Errorf("it happened %s before it was told: %+v", ago, cell)
	}
	w.until("the time is of that change alone", `document.querySelector("#event-at").value === ""`, 10*time.Second)

	w.keys("g")
	focus("G leads to the region's others", "#set .also fieldset legend input")
	region := eval[string](w, `document.activeElement.closest("fieldset").dataset.region`)
	if here := eval[string](w, `document.querySelector("#queue [data-here]").dataset.region`); region != here {
		t.Errorf("G leads to %s, %s speaks", region, here)
	}
	w.keys(" ", "2")
	n := eval[int](w, `document.querySelectorAll("#queue [data-here] li[data-m]").length`)
	stored(1 + n)
	bar := `document.querySelector("#undo .text").textContent`
	w.until("the bar names the cells", bar+`.startsWith("Gul: Dovre, ") && `+bar+`.endsWith("+2, Planlegging") || `+bar+`.startsWith("Gul: Sel, ")`, 10*time.Second)
	w.keys("z")
	stored(1 + 2*n)

	before := eval[int](w, `document.querySelectorAll("#proposals li form").length`)
	w.keys("a")
	w.until("the report is taken", fmt.Sprintf(`document.querySelectorAll("#proposals li form").length < %d`, before), 10*time.Second)
	w.press("v")
	focus("V leads to the log", "#note-text")
	w.keys("E6 er stengt ved Otta", kb.Enter)
	w.until("it is in the log", `document.querySelector(".notes")?.textContent.includes("E6 er stengt ved Otta")`, 10*time.Second)

	// Another lead takes over: who was chosen is there, and nobody for the others.
	other := c.tab("second lead", 1440, 900)
	other.login(p, "leder2")
	other.open(p.url("/konsoll/" + meeting + "?valgt=3437&c=plan"))
	other.live()
	other.until("who reported is remembered", `document.querySelector("#reported-by").value === "Nettselskap"`, 10*time.Second)
	nobody := eval[string](other, `document.querySelector("#queue li[data-m]:not([data-by])").dataset.m`)
	other.open(p.url("/konsoll/" + meeting + "?c=plan&valgt=" + nobody))
	other.live()
	if by := eval[string](other, `document.querySelector("#reported-by").value`); by != "" {
		t.Errorf("%s reports for %s, whom nobody chose", by, nobody)
	}
}
