//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestMarking: an editor marks a cell without script; the public page shows a
// lock and the legal basis, and no text. In a meeting a cell is marked while a
// municipality's contact looks: it is off that screen within seconds, from lists
// and notches too.
func TestMarking(t *testing.T) {
	t.Parallel()
	p := demo(t)
	c := sharedChromium(t)
	plain := c.tab("editor without script", 1280, 900)
	plain.withoutScript()
	plain.login(p, "redaktor")
	plain.open(p.url("/tavle/2022?valgt=3434.fastlege"))
	plain.click("details.marks > summary")
	eval[bool](plain, `(document.querySelector("details.marks select[name=basis]").value = "offl-24-3", true)`)
	plain.write("details.marks textarea", "Svakhet som kan utnyttes")
	shots(plain, "panel")
	plain.click("details.marks button[type=submit]")
	plain.until("the panel says so", `document.querySelector(".marked")?.textContent.includes("Svakhet som kan utnyttes")`, 10*time.Second)
	plain.open(p.url("/tavle/2022?valgt=3434.fastlege"))
	shots(plain, "panel-merket")
	plain.open(p.url("/tavle/2022/unntak"))
	shots(plain, "unntak")

	public := c.tab("public", 1280, 900)
	public.open(p.url("/tavle/2022?kart=fastlege&valgt=3434.fastlege"))
	if level := eval[string](public, query("3434", "fastlege")+`.dataset.level`); level != "withheld" {
		t.Errorf("the public page shows %s", level)
	}
	if said := eval[string](public, `document.querySelector("#panel").textContent`); !strings.Contains(said, "§ 24 tredje ledd") || strings.Contains(said, "Svakhet") {
		t.Errorf("the public panel says %q", said)
	}
	shots(public, "offentlig")
	public.open(p.url("/tavle/2022?kart=fastlege"))
	shots(public, "offentlig-kart")
	public.open(p.url("/kommune/3434#fastlege"))
	shots(public, "offentlig-kommune")

	contact := c.tab("contact", 1280, 900)
	contact.login(p, "kommune-lom")
	contact.open(p.url("/tavle/na?kart=fastlege"))
	contact.live()
	staff := c.tab("staff", 1280, 900)
	staff.login(p, "leser")
	staff.open(p.url("/tavle/na?kart=fastlege"))
	staff.live()
	lead := p.client("moteleder")
	var s snapshot
	lead.get("/api/v1/boards/na", &s)
	meeting := openMeeting(t, s)
	if status, said := lead.post("set_level", map[string]any{"board": "na", "meeting": meeting, "m": "3401", "c": "fastlege", "level": "red", "text": "kanarifugl"}); status != 200 {
		t.Fatal(status, said)
	}
	contact.until("the contact sees it", query("3401", "fastlege")+`.dataset.level == "red"`, 10*time.Second)
	if status, said := lead.post("mark_cells", map[string]any{"board": "na", "cells": []any{map[string]any{"m": "3401", "c": "fastlege"}}, "fields": []any{"level", "text"}, "basis": "offl-21", "reason": "x"}); status != 200 {
		t.Fatal(status, said)
	}
	contact.until("the contact sees a lock, and nothing of what was there", fmt.Sprintf(`%s?.dataset.level == "withheld" && document.body.dataset.state != "disconnected" && !document.documentElement.outerHTML.includes("kanarifugl")`, query("3401", "fastlege")), 30*time.Second)
	locked := query("3401", "fastlege") + `.querySelector("a[aria-label$='unntatt offentlighet'] > svg.lock")`
	staff.until("staff see the lock without loading the page", locked+" && "+query("3401", "fastlege")+`.dataset.level == "red"`, 30*time.Second)
	if status, said := lead.post("set_level", map[string]any{"board": "na", "meeting": meeting, "m": "3401", "c": "fastlege", "level": "yellow"}); status != 200 {
		t.Fatal(status, said)
	}
	staff.until("a change leaves the lock", query("3401", "fastlege")+`.dataset.level == "yellow" && `+locked, 10*time.Second)
	shots(contact, "kommune-na")

	admin := c.tab("admin", 1280, 900)
	admin.login(p, "admin")
	admin.open(p.url("/tilgang"))
	shots(admin, "tilgang")
}

// shots writes pictures for people to look at where KB_SHOTS says.
func shots(w *tab, name string) {
	dir := os.Getenv("KB_SHOTS")
	if dir == "" {
		return
	}
	for _, theme := range []string{"light", "dark"} {
		w.dark(theme == "dark")
		for _, width := range []int64{390, 1280} {
			w.do(chromedp.EmulateViewport(width, 900))
			png, err := chromedp.Call(w.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{})
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, theme)), png.Data, 0o644)
			}
			if err != nil {
				w.t.Fatal(err)
			}
		}
	}
	w.dark(false)
	w.do(chromedp.EmulateViewport(1280, 900))
}
