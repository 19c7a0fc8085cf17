//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestPressIsNotLost: what is drawn anew between a press and its release waits for the
// release: the link that was pressed is followed.
func TestPressIsNotLost(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	w := sharedChromium(t).tab("lead", 1280, 800)
	w.login(p, "moteleder")
	w.open(p.url("/moter"))
	w.live()
	x, y := w.middle("#meetings tbody a")
	to := eval[string](w, `new URL(document.querySelector("#meetings tbody a").href).pathname`)
	mouse := func(kind input.DispatchMouseEventType) {
		t.Helper()
		if _, err := chromedp.Call(w.ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1}); err != nil {
			t.Fatal(err)
		}
	}
	mouse(input.DispatchMouseEventTypeMousePressed)
	api.must("open_meeting", map[string]any{"board": "na", "kind": "preparedness", "title": "Enda et møte"})
	w.until("the parts have come", `performance.getEntriesByType("resource").some((r) => r.initiatorType === "xmlhttprequest" && r.responseEnd > 0)`, 10*time.Second)
	mouse(input.DispatchMouseEventTypeMouseReleased)
	w.until("the link is followed", fmt.Sprintf("location.pathname === %q", to), 10*time.Second)
}

// TestPartIsAskedForAgain: what only the server can draw is asked for again where it
// did not come, however often: the line is there, and nothing else would say that the
// page is old.
func TestPartIsAskedForAgain(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	meeting := api.openMeetings("na")[0]
	w := sharedChromium(t).tab("reader", 1280, 800)
	w.login(p, "leser")
	w.open(p.url("/mote/" + meeting))
	w.live()
	w.allows("503")
	asked := 0
	paused := chromedp.Events(w.ctx, fetch.RequestPaused)
	_, err := chromedp.Call(w.ctx, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: p.url("/mote/*"), ResourceType: network.ResourceTypeXHR}}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for e, err := range paused {
			if err != nil {
				return
			}
			if asked++; asked <= 6 {
				_, err = chromedp.Call(w.ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{RequestID: e.RequestID, ResponseCode: 503})
			} else {
				_, err = chromedp.Call(w.ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: e.RequestID})
			}
			if err != nil || asked == 7 {
				return
			}
		}
	}()
	api.must("write_note", map[string]any{"meeting": meeting, "text": "Broen er stengt"})
	w.until("the event, the seventh time", `document.body.innerText.includes("Broen er stengt")`, 60*time.Second)
	<-done
	if asked != 7 {
		t.Errorf("asked %d times", asked)
	}
}

// TestPagesAreMadeAnewByTheirParts: after many records of every kind, with answers that
// come late and some not at all, each part of a page is what the page made again has. The
// pages are never fetched whole.
func TestPagesAreMadeAnewByTheirParts(t *testing.T) {
	t.Parallel()
	p := demo(t)
	lead, contact := p.client("moteleder"), p.client("kommune-lom")
	meeting, crisis := lead.openMeetings("na")[0], lead.openMeetings("uvaer")[0]
	c := sharedChromium(t)
	open := func(name, user, path string) *tab {
		w := c.tab(name, 1440, 900)
		w.login(p, user)
		w.open(p.url(path))
		w.live()
		return w
	}
	tabs := []*tab{
		open("the console", "moteleder", "/konsoll/"+meeting),
		open("a meeting", "leser", "/mote/"+meeting),
		open("a situation", "leser", "/tavle/uvaer"),
		open("a contact", "kommune-lom", "/tavle/na"),
	}
	var held []*heldParts
	for _, w := range tabs {
		held = append(held, holdParts(w, eval[string](w, "location.origin + location.pathname")+"*"))
	}
	for i := range 12 {
		text := fmt.Sprintf("Melding %d", i)
		set := lead.must("set_level", map[string]any{"board": "na", "meeting": meeting, "m": "3437", "c": "klima", "level": []string{"yellow", "red"}[i%2], "text": text})
		contact.must("propose_levels", map[string]any{"meeting": meeting, "cells": []map[string]any{{"m": "3434", "c": "klima", "level": []string{"green", "yellow"}[i%2], "text": text}}})
		note := lead.must("write_note", map[string]any{"meeting": meeting, "text": text})
		lead.must("add_action", map[string]any{"meeting": meeting, "m": "3437", "c": "klima", "text": text})
		lead.must("report_no_change", map[string]any{"meeting": meeting, "municipalities": []string{[]string{"3438", "3439", "3440", "3441"}[i%4]}})
		lead.must("set_figures", map[string]any{"meeting": crisis, "figures": []map[string]any{{"m": "3434", "c": "evakuering", "figure": "evacuated", "value": 10 + i, "source": "kommunen", "certainty": "estimated"}}})
		lead.must("ask_assistance", map[string]any{"meeting": crisis, "m": "3434", "of": "Sivilforsvaret", "what": text})
		if i%3 == 2 {
			lead.must("withdraw_note", map[string]any{"meeting": meeting, "note": note["note"], "reason": "Feil"})
			lead.must("undo", map[string]any{"board": "na", "meeting": meeting, "revision": set["rev"]})
		}
		for _, h := range held {
			h.release()
		}
	}
	for _, h := range held {
		h.end()
	}
	for _, w := range tabs {
		w.until("every part is as in the page made anew", `(() => {
			const text = (root, id) => root.getElementById(id)?.textContent.replaceAll(/\s+/g, " ");
			const request = new XMLHttpRequest();
			request.open("GET", location.href);
			request.responseType = "document";
			request.setRequestHeader("Comparing", "1");
			request.onload = () => (window.anew = request.responseXML);
			request.send();
			const fresh = window.anew;
			if (!fresh) return false;
			const parts = [...document.querySelectorAll("[data-part][id]")].map((part) => part.id);
			const differ = parts.filter((id) => text(document, id) !== text(fresh, id));
			document.querySelector("#announce").textContent = "DIFFER " + differ.map((id) => id + ": " + text(document, id) + " | " + text(fresh, id)).join("; ");
			return parts.length > 3 && differ.length === 0;
		})()`, 30*time.Second)
	}
	for _, h := range held {
		h.mu.Lock()
		if h.whole > 0 || h.all == 0 {
			t.Errorf("%s was fetched whole %d times of %d", h.tab.name, h.whole, h.all)
		}
		h.mu.Unlock()
	}
}

// heldParts holds back what a page asks for, until the test lets go of it.
type heldParts struct {
	tab        *tab
	mu         sync.Mutex
	held       []fetch.RequestID
	open       bool
	all, whole int // requests, and those for a whole page
}

func holdParts(w *tab, pattern string) *heldParts {
	w.t.Helper()
	h := &heldParts{tab: w}
	paused := chromedp.Events(w.ctx, fetch.RequestPaused)
	if _, err := chromedp.Call(w.ctx, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: pattern, ResourceType: network.ResourceTypeXHR, RequestStage: fetch.RequestStageResponse}}}); err != nil {
		w.t.Fatal(err)
	}
	go func() {
		for e, err := range paused {
			if err != nil {
				return
			}
			h.mu.Lock()
			if e.Request.Headers["Comparing"] == nil {
				h.all++
				if e.Request.Headers["Kb-Parts"] == nil {
					h.whole++
				}
			}
			if h.held = append(h.held, e.RequestID); h.open {
				h.letGo()
			}
			h.mu.Unlock()
		}
	}()
	return h
}

// release lets go of what is held now.
func (h *heldParts) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.letGo()
}

// end holds nothing back any more.
func (h *heldParts) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open = true
	h.letGo()
}

func (h *heldParts) letGo() {
	for _, id := range slices.Backward(h.held) {
		if _, err := chromedp.Call(h.tab.ctx, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: id}); err != nil {
			h.tab.t.Error(err)
		}
	}
	h.held = nil
}
