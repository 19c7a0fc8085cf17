//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// form posts one of a page's forms as a browser without script would, and
// returns the page it comes back to.
func (p *program) form(c *http.Client, page, action string, fields url.Values) (string, string) {
	p.t.Helper()
	get := func(path string) string {
		resp, err := c.Get(p.url(path))
		if err != nil {
			p.t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			p.t.Fatalf("%s: %s %v", path, resp.Status, err)
		}
		return string(body)
	}
	html := get(page)
	form := regexp.MustCompile(`(?s)<form[^>]*action="` + regexp.QuoteMeta(action) + `"[^>]*>.*?</form>`).FindString(html)
	if form == "" {
		p.t.Fatalf("%s has no form to %s", page, action)
	}
	values := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		values.Set(m[1], strings.ReplaceAll(m[2], "&amp;", "&"))
	}
	for k, v := range fields {
		values[k] = v
	}
	req, err := http.NewRequest(http.MethodPost, p.url(action), strings.NewReader(values.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", p.url(""))
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := c.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		p.t.Fatalf("POST %s: %s %v\n%s", action, resp.Status, err, body[:min(len(body), 2000)])
	}
	return resp.Request.URL.Path, string(body)
}

// TestMeetingFromOpenToMinutes: a lead at the console, a municipality's contact
// on a phone, two readers, a paired wall and two more in one meeting; who is
// reported about stays among the missing; the server restarts in the middle; an
// exercise goes on beside it; the minutes say what happened.
func TestMeetingFromOpenToMinutes(t *testing.T) {
	t.Parallel()
	p := demo(t)
	office := p.session("moteleder")
	path, _ := p.form(office, "/moter", "/moter", url.Values{
		"title": {"Prøvemøte flom"}, "kind": {"preparedness"}, "board": {"na"}, "invited": {"3434", "3432"}, "reports": {"yes"}, "actors": {"Politiet\nSivilforsvaret"},
	})
	var meeting string
	var s snapshot
	api := p.client("moteleder")
	api.get("/api/v1/boards/na", &s)
	for _, m := range s.Meetings {
		if !strings.HasPrefix(m.ID, "demo") {
			meeting = m.ID
		}
	}
	if meeting == "" {
		t.Fatalf("the meeting was not opened: %s", path)
	}

	c := sharedChromium(t)
	lead, contact := c.tab("lead", 1440, 900), c.tab("contact", 390, 844)
	readers := []*tab{c.tab("reader 1", 1280, 800), c.tab("reader 2", 1920, 1080)}
	walls := []*tab{p.wall(c, "wall A", 1920, 1080, url.Values{}), c.tab("wall B", 1920, 1080), c.tab("wall C", 1920, 1080)}
	all := append(append([]*tab{lead}, readers...), walls...)
	lead.login(p, "moteleder")
	contact.login(p, "kommune-lom")
	for i, w := range readers {
		w.login(p, "leser")
		w.open(p.url(overview + []string{"", "?region=nord-gudbrandsdal"}[i]))
	}
	for i, w := range walls[1:] {
		w.login(p, "leser")
		w.open(p.url(overview + "?vis=skjerm&area=samfunnssikkerhet&oppsett=" + []string{"b&region=nord-gudbrandsdal", "c"}[i]))
	}
	lead.open(p.url("/konsoll/" + meeting + "?valgt=3434"))
	for _, w := range all {
		w.live()
	}

	// The contact confirms in two taps; the lead's queue follows.
	contact.open(p.url("/mote/" + meeting))
	contact.until("the contact has the button", `[...document.querySelectorAll("form button")].some(b => b.textContent.includes("Ingen endring"))`, 10*time.Second)
	eval[bool](contact, `([...document.querySelectorAll("form button")].find(b => b.textContent.includes("Ingen endring")).click(), true)`)
	lead.until("the queue shows that Lom has reported", `document.querySelector('#queue li[data-m="3434"]')?.dataset.roll === "no_change"`, 15*time.Second)

	// The lead sets a level with the keys; every screen follows.
	lead.click(`#queue li[data-m="3434"] a.pick`)
	lead.until("Lom is chosen", `document.querySelector("#cell")?.dataset.m === "3434"`, 10*time.Second)
	before := ""
	for _, cell := range s.Cells {
		if cell.M == "3434" && cell.C == "samfunnssikkerhet" {
			before = cell.Level
		}
	}
	level, key := "red", "3"
	if before == "red" {
		level, key = "yellow", "2"
	}
	lead.do(chromedp.KeyEvent(key))
	for _, w := range readers {
		w.until("the level", query("3434", "samfunnssikkerhet")+fmt.Sprintf(`.dataset.level === %q`, level), 15*time.Second)
	}
	for _, w := range walls {
		w.until("the wall shows the level", fmt.Sprintf(`[...document.querySelectorAll('[data-m="3434"][data-level]')].some(e => e.dataset.level === %q)`, level), 15*time.Second)
	}

	// The power company reports about Skjåk, then about Skjåk and Vågå: nobody has
	// reached them. One is set as it was: that is no change.
	unchanged := ""
	for _, cell := range s.Cells {
		if cell.C == "samfunnssikkerhet" && cell.Level == "green" && !strings.HasPrefix(cell.M, "343") {
			unchanged = cell.M
		}
	}
	choose := func(m string) {
		t.Helper()
		eval[bool](lead, fmt.Sprintf(`(document.querySelector('#queue li[data-m="%s"] a.pick').click(), true)`, m))
		lead.until(m+" is chosen", fmt.Sprintf(`document.querySelector("#cell")?.dataset.m === %q`, m), 10*time.Second)
	}
	roll := func(m, state, words string) {
		t.Helper()
		lead.until(m+" is "+state, fmt.Sprintf(`(li => li?.dataset.roll === %q && li.textContent.includes(%q))(document.querySelector('#queue li[data-m="%s"]'))`, state, words, m), 10*time.Second)
	}
	choose("3433")
	lead.write("#reported-by", "Nettselskap v/vakt")
	lead.write("#set textarea", "Strømmen er borte")
	lead.keys(kb.Escape, "3")
	roll("3433", "not_reported", "omtalt av Nettselskap")
	walls[0].until("the wall counts it", `document.querySelector("#wroll").innerText.includes("1 omtalt")`, 15*time.Second)
	lead.click("#set .also summary")
	lead.click(`#set .also [value="3435.samfunnssikkerhet"]`)
	lead.focus("#areas a")
	lead.keys("2")
	roll("3433", "not_reported", "omtalt av Nettselskap 2 ganger")
	roll("3435", "not_reported", "omtalt av Nettselskap")
	walls[0].until("the wall counts both", `document.querySelector("#wroll").innerText.includes("2 omtalt")`, 15*time.Second)
	choose(unchanged)
	lead.keys("1")
	roll(unchanged, "no_change", "ingen endring")

	// A significant event reaches wall A; the server restarts; all come back.
	if code, out := api.post("write_note", map[string]any{"meeting": meeting, "text": "Fv. 2646 stengt ved Bismo"}); code != http.StatusOK {
		t.Fatalf("note: %d %v", code, out)
	}
	walls[0].until("the significant event", `document.body.innerText.includes("Fv. 2646 stengt ved Bismo")`, 20*time.Second)
	for _, w := range append(all, contact) {
		w.allows("net::ERR", "WebSocket", "503") // a part that is asked for while the server stops
	}
	if err := p.stop(syscall.SIGTERM); err != nil {
		t.Errorf("stop: %v", err)
	}
	p.start()
	for _, w := range all {
		w.until("live after the restart", `document.body.dataset.state === "live"`, 60*time.Second)
	}

	// An exercise beside it touches nothing real.
	code, out := api.post("open_exercise", map[string]any{"board": "ovelse-1", "title": "Øvelse høst", "from": "na"})
	if code != http.StatusOK {
		t.Fatalf("exercise: %d %v", code, out)
	}
	code, out = api.post("open_meeting", map[string]any{"board": "ovelse-1", "kind": "preparedness", "title": "Øvelsesmøte"})
	if code != http.StatusOK {
		t.Fatalf("exercise meeting: %d %v", code, out)
	}
	drill := fmt.Sprint(out["meeting"])
	if code, out := api.post("set_levels", map[string]any{"board": "ovelse-1", "meeting": drill, "cells": []map[string]any{{"m": "3432", "c": "samfunnssikkerhet", "level": "red", "text": "Bare en øvelse"}}}); code != http.StatusOK {
		t.Fatalf("exercise level: %d %v", code, out)
	}
	player := c.tab("exercise", 1280, 800)
	player.login(p, "leser")
	player.open(p.url("/tavle/ovelse-1"))
	player.live()
	if !eval[bool](player, `document.body.innerText.includes("ØVELSE")`) {
		t.Error("the exercise does not say so")
	}

	// The lead closes, though nobody gave the new level a reason; the minutes tell
	// it.
	contact.allows("404")
	if code, out := api.post("close_meeting", map[string]any{"meeting": meeting, "unexplained": true}); code != http.StatusOK {
		t.Fatalf("close: %d %v", code, out)
	}
	resp, err := office.Get(p.url("/referat/" + meeting + ".txt"))
	if err != nil {
		t.Fatal(err)
	}
	minutes, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("minutes: %s %v", resp.Status, err)
	}
	for _, want := range []string{"Prøvemøte flom", "Lom", "Skjåk (har ikke svart · omtalt av Nettselskap 2 ganger)", "Samfunnssikkerhet", "Fv. 2646 stengt ved Bismo", "Sivilforsvaret", "Demodata"} {
		if !strings.Contains(strings.Join(strings.Fields(string(minutes)), " "), want) {
			t.Errorf("the minutes lack %q:\n%s", want, minutes)
		}
	}
	if strings.Contains(string(minutes), "Bare en øvelse") {
		t.Error("the exercise is in the minutes")
	}
	if !regexp.MustCompile(`[0-9a-f]{16,64}`).Match(minutes) {
		t.Error("the minutes lack the journal's head")
	}
}

// TestScreenIsPaired: a new screen shows a code, a lead types it in, the screen
// shows its view by itself, survives a restart, and is shut out when revoked.
func TestScreenIsPaired(t *testing.T) {
	t.Parallel()
	p := demo(t)
	w := p.wall(sharedChromium(t), "Møterom 1", 1920, 1080, url.Values{})
	w.allows("net::ERR", "WebSocket", "401", "404", "503")
	if err := p.stop(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	p.start()
	w.until("the screen is back by itself", `document.body.dataset.state === "live"`, 60*time.Second)
	if eval[bool](w, `!!document.querySelector("form#set, [data-key]")`) {
		t.Error("a screen can set levels")
	}
}
