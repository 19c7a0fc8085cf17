//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// signIn signs in on the login page that a tab was led to.
func (w *tab) signIn(p *program, account string) {
	w.t.Helper()
	w.until("led to the login page", `location.pathname === "/login" && document.readyState === "complete"`, 20*time.Second)
	w.write("input[name=user]", account)
	w.write("input[name=password]", p.passwords[account]+"\r")
}

// TestContactIsNotLeftBehind: what a municipality's contact writes on a phone
// outlives their session, which the login page says, and is no other contact's; on
// a line that is dead it is kept and said to be, and reaches the lead once; when
// the lead closes the meeting, also while another goes on, their page says so, has
// no buttons, and keeps what was not sent; what they sent stands on it. When the
// meeting is opened again they are back in it.
func TestContactIsNotLeftBehind(t *testing.T) {
	t.Parallel()
	p, beside, wire := demoOnLine(t)
	api := beside.client("moteleder")
	older := api.openMeetings("na")[0]
	code, out := api.post("open_meeting", map[string]any{"board": "na", "kind": "preparedness", "title": "Nattmøtet", "invited": []string{"3434", "3454"}, "reports": true})
	if code != http.StatusOK {
		t.Fatalf("open: %d %v", code, out)
	}
	newer := fmt.Sprint(out["meeting"])
	contact := sharedChromium(t).tab("contact", 390, 844)
	contact.allows("404", "401", "net::ERR", "WebSocket") // the page looks whether its board is still there
	write := func(text string) {
		t.Helper()
		eval[bool](contact, `(document.querySelector("#own details").open = true)`)
		contact.do(chromedp.SetValue(chromedp.CSS("#own select"), "3434.klima"))
		contact.write("#own textarea", text)
	}
	const signedIn = `location.pathname.startsWith("/mote/") && document.querySelector("#own textarea")`
	contact.open(p.url("/login?next=/mote/" + newer))
	contact.until("nothing is kept", `document.readyState === "complete" && document.querySelector("#kept").hidden`, 10*time.Second)
	contact.login(p, "kommune-lom")
	contact.open(p.url("/mote/" + newer))
	contact.live()

	write("Demningen lekker")
	admin := p.session("admin")
	for _, account := range []string{"kommune-lom", "kommune-vang"} {
		p.form(admin, "/kontoer/"+account, "/kontoer/"+account+"/avslutt", nil)
		next := map[string]string{"kommune-lom": "kommune-vang", "kommune-vang": "kommune-lom"}[account]
		contact.until("it is told that the text is kept", `document.querySelector("#kept")?.checkVisibility()`, 20*time.Second)
		contact.signIn(p, next)
		contact.until(next+" is at the meeting", signedIn+fmt.Sprintf(` && document.body.dataset.user === %q`, next), 20*time.Second)
		contact.live()
		if wrote := eval[string](contact, `document.querySelector("#own textarea").value`); (wrote != "") != (next == "kommune-lom") {
			t.Errorf("%s finds %q", next, wrote)
		}
	}
	contact.until("the text is in its place", `(f => f.text.value === "Demningen lekker" && f.cell.value === "3434.klima" && f.text.checkVisibility())(document.querySelector("#own form.form").elements)`, 10*time.Second)

	ended := func(meeting, unsent string) {
		t.Helper()
		title := eval[string](contact, `document.querySelector("h1").textContent`)
		if code, out := api.post("close_meeting", map[string]any{"meeting": meeting, "unexplained": true}); code != http.StatusOK {
			t.Fatalf("close: %d %v", code, out)
		}
		says := fmt.Sprintf(`location.pathname === "/mote/%s" && /^Møtet er avsluttet kl\. \d\d:\d\d$/.test(document.querySelector("h1").textContent) &&
			document.querySelector("#unsent textarea").value === %q && document.querySelector("#unsent textarea").checkVisibility() &&
			!document.querySelector("main button, main form, #live")`, meeting, unsent)
		contact.until("the page says that it is closed", says, 20*time.Second)
		contact.open(p.url("/mote/" + meeting))
		contact.until("so it does when it is asked for again", says, 10*time.Second)
		if eval[bool](contact, fmt.Sprintf(`document.documentElement.outerHTML.includes(%q)`, title)) {
			t.Errorf("the contact is told of %q", title)
		}
	}
	ended(newer, "Demningen lekker") // and the board goes on

	contact.open(p.url("/mote/" + older))
	contact.live()
	write("Veien er åpen")
	release := wire.hold(1)
	said := func(words string) string {
		return fmt.Sprintf(`document.querySelector("#edit-status").textContent === %q`, words)
	}
	const wrote = ` && document.querySelector("#own textarea").checkVisibility() && document.querySelector("#own textarea").value === "Veien er åpen"`
	contact.click(`#own button[value="green"]`)
	contact.until("the answer is awaited", said("Venter på svar fra serveren …")+wrote, 20*time.Second)
	if kept := eval[string](contact, `JSON.stringify(Object.entries(sessionStorage).filter(([key]) => key.startsWith("kb.form ")))`); !strings.Contains(kept, "request=") || strings.Contains(kept, "token=") {
		t.Errorf("what is kept of the form: %s", kept)
	}
	contact.click(`#own button[value="green"]`)
	contact.until("the line is dead", `document.body.dataset.state === "disconnected"`, 20*time.Second)
	contact.focus("#own .own-go button")
	contact.keys(kb.Enter)
	contact.until("it is not sent", said("Ikke sendt: ingen kontakt med tjenesten")+wrote, 10*time.Second)
	release()
	contact.until("it was sent", said("Meldingen er sendt til møtelederen.")+` && document.querySelector("#own textarea").value === "" && !document.querySelector("#own details").open`, 30*time.Second)
	contact.live()
	contact.until("it stands on the page, once", `document.querySelectorAll("#proposals li").length === 1 && document.querySelector("#proposals").textContent.includes("Veien er åpen")`, 20*time.Second)
	write("Broen er stengt")
	_, begun := api.said("na", 0)
	release = wire.hold(1)
	contact.click(`#own button[value="yellow"]`)
	p.wait("the server has it", 10*time.Second, func() bool { _, rev := api.said("na", 0); return rev > begun })
	contact.open("about:blank")
	release()
	contact.open(p.url("/mote/" + older))
	contact.until("the page that was left is told of", said("Meldingen er sendt til møtelederen.")+` && document.querySelector("#own textarea").value === "" && !document.querySelector("#own details").open`, 30*time.Second)
	contact.live()
	contact.until("both stand on the page, once", `document.querySelectorAll("#proposals li").length === 2 && document.querySelector("#proposals").textContent.includes("Broen er stengt")`, 20*time.Second)
	contact.click("#own .own-go button")
	contact.until("no change", said("«Ingen endring» er ført.")+` && /bekreftet \d\d:\d\d/.test(document.querySelector("#own-state").textContent)`, 20*time.Second)

	// The same at the foot of the board: one tap, and the way to the report.
	contact.open(p.url("/tavle/na"))
	contact.live()
	_, begun = api.said("na", 0)
	contact.click(".own-bar form button")
	contact.until("no change, and still at the board", said("«Ingen endring» er ført.")+` && location.pathname === "/tavle/na" && /bekreftet \d\d:\d\d/.test(document.querySelector("#own-state").textContent)`, 20*time.Second)
	if _, rev := api.said("na", 0); rev != begun+1 {
		t.Errorf("one tap made %d records", rev-begun)
	}
	contact.click(".own-bar a.btn")
	contact.until("at the meeting", fmt.Sprintf(`location.pathname === "/mote/%s" && location.hash === "#meld" && document.querySelector("#own textarea")`, older), 20*time.Second)
	contact.live()
	write("Bare til meg")
	ended(older, "Bare til meg") // and nothing is open
	if text := eval[string](contact, `document.querySelector("main").innerText`); !strings.Contains(text, "Lom") || !strings.Contains(text, "Veien er åpen") {
		t.Errorf("the page of the closed meeting:\n%s", text)
	}
	contact.seen("mote-avsluttet")
	api.must("reopen_meeting", map[string]any{"meeting": older, "reason": "Lukket ved en feil"})
	contact.until("it is open again, and the text is in its place", signedIn+`?.checkVisibility() && document.querySelector("#own textarea").value === "Bare til meg"`, 30*time.Second)
	if resp, err := p.session("kommune-oyer").Get(p.url("/mote/" + newer)); err != nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("a stranger gets %v %v", resp, err)
	}
}

// TestNothingNewerIsReplacedUnseen: what another lead has set since a contact's
// report came is not replaced by whoever did not see it: they are told, and asked. Nor
// is a reason stored beside another level than it was written for: the closing
// comes again with it.
func TestNothingNewerIsReplacedUnseen(t *testing.T) {
	t.Parallel()
	p := demo(t)
	p.account("leder2", "Ola Berg", "moteleder")
	api, other := p.client("moteleder"), p.client("leder2")
	meeting := api.openMeetings("na")[0]
	cell := map[string]any{"m": "3434", "c": "klima", "level": "red"}
	if code, out := p.client("kommune-lom").post("propose_levels", map[string]any{"meeting": meeting, "cells": []any{cell}}); code != http.StatusOK {
		t.Fatalf("report: %d %v", code, out)
	}
	level := func() (level string) {
		t.Helper()
		var s snapshot
		api.get("/api/v1/boards/na", &s)
		for _, c := range s.Cells {
			if c.M == "3434" && c.C == "klima" {
				level = c.Level
			}
		}
		return level
	}
	lead := sharedChromium(t).tab("lead", 1440, 900)
	lead.allows("409")
	lead.login(p, "moteleder")
	lead.open(p.url("/konsoll/" + meeting))
	lead.live()
	press := func(word, says string) {
		t.Helper()
		button := fmt.Sprintf(`[...document.querySelectorAll("#proposals li button[value=yes]")].find(b => b.closest("li").textContent.includes("Lom") && b.textContent === %q)`, word)
		lead.until(word+" is there", button, 20*time.Second)
		eval[bool](lead, `(`+button+`.click(), true)`)
		lead.until(says, fmt.Sprintf(`document.querySelector("#edit-status").textContent.includes(%q)`, says), 20*time.Second)
	}
	// A lead who paused sees the board as it was.
	lead.click("#pause")
	if code, out := other.post("set_level", map[string]any{"board": "na", "meeting": meeting, "m": "3434", "c": "klima", "level": "yellow"}); code != http.StatusOK {
		t.Fatalf("set: %d %v", code, out)
	}
	press("Ta med", "Feltet er endret siden du så det")
	if got := level(); got != "yellow" {
		t.Errorf("the cell is %s", got)
	}
	lead.until("what is newer is told", `/Endret etter meldingen: Gul \d\d:\d\d, Ola Berg/.test(document.querySelector("#proposals").textContent)`, 20*time.Second)
	press("Ta med likevel", "Du endret det Ola Berg nettopp hadde satt (Gul)")
	if got := level(); got != "red" {
		t.Errorf("the cell is %s", got)
	}
	// The bar names what Z takes back, and that is done in this console's meeting.
	other.must("open_meeting", map[string]any{"board": "na", "kind": "preparedness", "title": "Nattmøtet"})
	lead.until("the bar names what was taken", `document.querySelector("#undo").checkVisibility() && document.querySelector("#undo .text").textContent.includes("Gul → Rød, Lom")`, 10*time.Second)
	_, begun := api.said("na", 0)
	lead.focus("#areas [aria-current]")
	lead.keys("z")
	lead.until("it is taken back", `document.querySelector("#edit-status").textContent === "Angret" && !document.querySelector("#undo").checkVisibility()`, 10*time.Second)
	var log struct {
		Changes []struct {
			Cell struct{ M, C, Level, Meeting string }
		}
	}
	api.get(fmt.Sprintf("/api/v1/boards/na/changes?after=%d", begun), &log)
	if got := log.Changes; len(got) != 1 || got[0].Cell != (struct{ M, C, Level, Meeting string }{"3434", "klima", "yellow", meeting}) {
		t.Errorf("the record says %+v", got)
	}
	press("Ta med likevel", "Lagret")

	lead.open(p.url("/mote/" + meeting + "/avslutt"))
	lead.live()
	const field = `[name="text-3434.klima"]`
	lead.click("#pause")
	lead.write(field, "Demningen lekker")
	if code, out := other.post("set_level", map[string]any{"board": "na", "meeting": meeting, "m": "3434", "c": "klima", "level": "yellow"}); code != http.StatusOK {
		t.Fatalf("set: %d %v", code, out)
	}
	end := func() { eval[bool](lead, `(document.querySelector("#closing-end button").click(), true)`) }
	end()
	lead.until("the closing comes again", fmt.Sprintf(`document.querySelector("main [role=alert]")?.textContent.includes("Lom, Klima") && document.querySelector(%q).value === "Demningen lekker"`, field), 20*time.Second)
	lead.live()
	eval[bool](lead, `(window.before = document.querySelector("#lacking"), true)`)
	other.post("set_level", map[string]any{"board": "na", "meeting": meeting, "m": "3433", "c": "klima", "level": "red"})
	lead.until("the list is drawn anew with what was typed", fmt.Sprintf(`document.querySelector("#lacking") !== window.before && document.querySelector(%q).value === "Demningen lekker"`, field), 20*time.Second)
	end()
	lead.until("it is closed", `location.pathname.startsWith("/referat/")`, 20*time.Second)
}

// TestSigningInLeadsBackWithTheFilter: an address that somebody was sent, filter and all,
// is where they are once they have signed in, from the page that says that it is not
// there and from one that everybody sees.
func TestSigningInLeadsBackWithTheFilter(t *testing.T) {
	t.Parallel()
	p := demo(t)
	for _, c := range []struct{ shared, link string }{
		{"/tavle/na?region=valdres&since=1h", "main a[data-login]"},
		{"/utgave/2022?region=valdres&level=red", "a.user[data-login]"},
	} {
		w := sharedChromium(t).tab("reader", 1280, 800)
		w.allows("404")
		w.open(p.url(c.shared))
		w.click(c.link)
		w.signIn(p, "leser")
		w.until("back at "+c.shared, fmt.Sprintf(`document.body?.dataset.user && location.pathname + location.search === %q`, c.shared), 20*time.Second)
	}
}
