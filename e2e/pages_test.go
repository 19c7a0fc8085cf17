//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// view is one page as one account sees it.
type view struct {
	name, path, account string
	wide                bool // looked at on walls and large desks, too
}

var views = []view{
	{"oversikt-utgave", "/tavle/2022", "", true},
	{"oversikt-na", "/tavle/na?kart=samfunnssikkerhet&valgt=3434.fastlege", "moteleder", true},
	{"oversikt-nn", "/tavle/na?lang=nn", "moteleder", false},
	{"oversikt-en", "/tavle/na?lang=en", "moteleder", false},
	{"oversikt-ruter", "/tavle/na?vis=ruter&kart=samfunnssikkerhet", "leser", false},
	{"finn", "/finn?q=nord", "", false},
	{"oversikt-filter", "/tavle/2022?region=valdres&level=red", "leser", false},
	{"kommune", "/kommune/3434", "", false},
	{"omrade", "/omrade/fastlege", "", false},
	{"region", "/region/valdres", "", false},
	{"skjerm", "/tavle/na?vis=skjerm&area=samfunnssikkerhet", "leser", true},
	{"skjerm-b", "/tavle/na?vis=skjerm&oppsett=b&region=valdres", "leser", true},
	{"skjerm-c", "/tavle/na?vis=skjerm&oppsett=c", "leser", true},
	{"oversikt-nytt", "/tavle/na?since=mote", "moteleder", false},
	{"oversikt-aktor", "/tavle/na?aktor=demo-aktor-5", "leser", false},
	{"skjerm-nytt", "/tavle/na?vis=skjerm&since=mote", "leser", false},
	{"start", "/start", "moteleder", false},
	{"moter", "/moter", "moteleder", false},
	{"moter-neste", "/moter?serie=demo-1", "moteleder", false},
	{"serie", "/serie/demo-1", "moteleder", false},
	{"aktorer", "/aktorer", "redaktor", false},
	{"konsoll-nytt", "/konsoll/demo-8?since=mote", "moteleder", false},
	{"mote", "/mote/demo-8", "moteleder", false},
	{"mote-kommune", "/mote/demo-8", "kommune-lom", false},
	{"konsoll", "/konsoll/demo-8", "moteleder", true},
	{"avslutt", "/mote/demo-8/avslutt", "moteleder", false},
	{"referatmal", "/referatmal", "redaktor", false},
	{"referat", "/referat/demo-8", "moteleder", false},
	{"avspilling", "/avspilling/na", "leser", false},
	{"forskjeller", "/forskjeller/na", "leser", false},
	{"hendelser", "/hendelser", "moteleder", false},
	{"hendelse", "/tavle/uvaer?valgt=3434.strom", "moteleder", true},
	{"skjermer", "/skjermer", "moteleder", false},
	{"ny-skjerm", "/skjerm", "", false},
	{"utgaver", "/utgaver", "redaktor", false},
	{"login", "/login", "", false},
	{"invitasjon", "/invitasjon", "", false},
	{"konto", "/konto", "leser", false},
	{"bekreft", "/konto/bekreft", "leser", false},
	{"app", "/konto/app", "leser", false},
	{"kontoer", "/kontoer", "admin", false},
	{"person", "/kontoer/kommune-lom", "admin", false},
	{"tilgang", "/tilgang", "admin", false},
	{"sporing", "/sporing", "admin", false},
	{"unntak", "/tavle/2022/unntak", "leser", false},
	{"om", "/om", "", false},
	{"finnes-ikke", "/kommune/9999", "", false},
}

// wall reports whether the page is a screen's.
func (v view) wall() bool { return strings.Contains(v.path, "vis=skjerm") }

// in is the page's address in a language, if it has none of its own: a language
// once asked for is remembered.
func (v view) in(lang string) string {
	switch {
	case strings.Contains(v.path, "lang="):
		return v.path
	case strings.Contains(v.path, "?"):
		return v.path + "&lang=" + lang
	}
	return v.path + "?lang=" + lang
}

// each opens views at the given sizes and looks at them in both themes: light
// first, then dark without a new page, as when a machine changes at sunset.
func each(t *testing.T, p *program, views []view, sizes func(view) [][2]int64, look func(w *tab, v view, size [2]int64, theme string)) {
	c := sharedChromium(t)
	tabs := map[string]*tab{}
	for _, v := range views {
		w := tabs[v.account]
		if w == nil {
			w = c.tab("as "+v.account, 1280, 900)
			w.allows("404") // the page that is not there
			if v.account != "" {
				w.login(p, v.account)
			}
			tabs[v.account] = w
		}
		for _, size := range sizes(v) {
			w.do(chromedp.EmulateViewport(size[0], size[1]))
			w.open(p.url(v.in("nb")))
			if eval[bool](w, `!!document.body.dataset.live`) {
				w.live()
			}
			for _, theme := range []string{"light", "dark"} {
				w.dark(theme == "dark")
				look(w, v, size, theme)
			}
			w.dark(false)
		}
	}
}

// TestAxe: no finding on any page, at phone and desk width; nor of the dark theme's
// colours; the overview and the wall at their large sizes, too, cut nothing. Nothing is lost on the
// narrowest phone, nor to anyone who spaces the text (WCAG 1.4.10, 1.4.12).
func TestAxe(t *testing.T) {
	t.Parallel()
	p := demo(t)
	// Longer than two lines where a reader spaces the text, as one of yesterday is by its
	// date.
	api := p.client("moteleder")
	api.must("write_note", map[string]any{"meeting": api.openMeetings("na")[0], "text": "Fylkesveien over Valdresflye er stengt til i morgen, og Bygdin har ikke strøm."})
	editor := p.client("redaktor")
	editor.must("record_evidence", map[string]any{
		"evidence": "tilsyn", "v": 1, "kind": "supervision", "m": []string{"3434"}, "c": []string{"helse"}, "title": "Legevakt, rapport 2022/12", "source": "Statsforvalteren",
		"effective": "2022-05-14", "retrieved": "2022-06-02", "exempt": map[string]any{"basis": "offl-13", "reason": "Navn"},
		"supervision": map[string]any{"state": "held", "day": "2022-05-14", "body": "Statsforvalteren", "basis": "helsetilsynsloven § 4", "deviations": []any{map[string]any{"id": "a1", "text": "Rutine mangler", "state": "open"}}},
	})
	editor.must("plan_edition", map[string]any{"board": "2030", "title": "Kommunebilde 2030", "mode": "rolling", "hearing": "yes", "follows": "2022", "judged": "2030-09-01"})
	editor.must("open_round", map[string]any{"board": "2030"})
	year := "/utgave/" + api.making()
	yesterday := "at=" + time.Now().Add(-24*time.Hour).UTC().Format(time.RFC3339)
	views := append(slices.Clone(views),
		view{"indikatorer", "/tavle/2022?vis=indikatorer", "", false},
		view{"omrade-na", "/omrade/samfunnssikkerhet?board=na", "leser", false},
		view{"region-na", "/region/hadeland?board=na", "leser", false},
		view{"kommune-na", "/kommune/3434?board=na", "leser", false},
		view{"kommune-hendelse", "/kommune/3434?board=uvaer", "leser", false},
		view{"kunnskap", "/kommune/3434/kunnskap", "leser", false},
		view{"metode", "/metode", "", false},
		view{"indikator", "/indikator/grunnskolepoeng", "", false},
		view{"innfelt-kommune", "/innfelt/nb/kommune/3434", "", false},
		view{"innfelt-omrade", "/innfelt/nn/omrade/fastlege", "", false},
		view{"start-fag", "/start", "fag-helse", false},
		view{"kunnskap-fil", "/kunnskap/fil", "redaktor", false},
		view{"kunnskap-egen", "/kommune/3434/kunnskap", "kommune-lom", false},
		view{"ny-utgave", "/utgaver/ny", "redaktor", false},
		view{"oppsett", "/utgave/2030/oppsett", "redaktor", false},
		view{"oppsett-skjema", "/utgave/2030/oppsett?gjor=kolonne&c=fastlege", "redaktor", false},
		view{"oppsett-ansvar", "/utgave/2030/oppsett?gjor=ansvar&c=fastlege", "redaktor", false},
		view{"oppsett-slutt", "/utgave/2030/oppsett?gjor=slutt&c=fastlege", "redaktor", false},
		view{"grunnlag", "/utgave/2030/grunnlag", "kommune-lom", false},
		view{"kunnskap-valgt", "/kommune/3434/kunnskap?valgt=tilsyn&skjema=trekk", "redaktor", false},
		view{"kunnskap-skjema", "/kommune/3434/kunnskap?valgt=tilsyn&skjema=endre", "redaktor", false},
		view{"fremdrift", year + "/fremdrift", "leser", false},
		view{"samkjoring", year + "/samkjoring/helse-omsorg", "leser", false},
		view{"samkjoring-to", year + "/samkjoring/helse-omsorg?navn=vis&to=A&to=B", "redaktor", false},
		view{"fremdrift-valgt", year + "/fremdrift?valgt=3434.fastlege", "redaktor", false},
		view{"oversikt-fortid", "/tavle/na?" + yesterday, "leser", false},
		view{"kommune-fortid", "/kommune/3434?board=na&" + yesterday, "leser", false},
	)
	each(t, p, views, func(v view) [][2]int64 {
		if strings.HasPrefix(v.name, "skjerm") && v.wide {
			return [][2]int64{{1920, 1080}, {3840, 2160}}
		}
		if v.wide {
			return [][2]int64{{390, 844}, {1280, 900}, {1920, 1080}, {3840, 2160}}
		}
		return [][2]int64{{390, 844}, {1280, 900}}
	}, func(w *tab, v view, size [2]int64, theme string) {
		// On larger desks and walls a page is the same, with more room.
		if own := size[0] <= 1280 || v.wall() && size[0] == 1920; own && theme == "light" {
			w.axe(fmt.Sprintf("%s %d", v.name, size[0]))
		} else if own && size[0] != 1280 {
			w.axe(v.name+" dark", ofColours...)
		}
		if strings.HasPrefix(v.name, "skjerm") && v.wide {
			w.fits(fmt.Sprintf("%s at %d", v.name, size[0]))
		}
		if over := eval[float64](w, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			t.Errorf("%s scrolls %v px sideways at %d", v.name, over, size[0])
		}
		if theme == "dark" { // the last look at a page of this size
			w.roomy(p, v, size)
		}
	})
}

// making is the edition that is being made.
func (c *client) making() string {
	c.p.t.Helper()
	var all struct {
		Boards []struct{ ID, Kind, Phase string }
	}
	c.get("/api/v1/boards", &all)
	for _, b := range all.Boards {
		if b.Kind == "edition" && b.Phase == "drafting" {
			return b.ID
		}
	}
	c.p.t.Fatal("no edition is being made")
	return ""
}

// ofColours are axe's rules that depend on the theme.
var ofColours = []string{"color-contrast", "link-in-text-block"}

// axe fails the test for each finding on the page that is open, by the rules that
// are named or by all.
func (w *tab) axe(name string, rules ...string) {
	w.t.Helper()
	if !eval[bool](w, `!!window.axe`) {
		axe, err := os.ReadFile("../dashboard/web/node_modules/axe-core/axe.min.js")
		if err != nil {
			w.t.Fatal(err)
		}
		w.do(chromedp.Func(func(ctx context.Context, tgt *chromedp.Target) error {
			_, err := chromedp.Evaluate[bool](string(axe)+";true")(ctx, tgt)
			return err
		}))
	}
	options := map[string]any{"resultTypes": []string{"violations"}}
	if len(rules) > 0 {
		options["runOnly"] = rules
	}
	asked, err := json.Marshal(options)
	if err != nil {
		w.t.Fatal(err)
	}
	eval[bool](w, fmt.Sprintf(`(window.axeResult = null, axe.run(document, %s).then(r => { window.axeResult = r }), true)`, asked))
	w.until("axe has looked", `window.axeResult`, 30*time.Second)
	var found []struct {
		ID, Help string
		Nodes    []struct {
			HTML           string
			FailureSummary string
		}
	}
	if err := json.Unmarshal([]byte(eval[string](w, `JSON.stringify(axeResult.violations)`)), &found); err != nil {
		w.t.Fatal(err)
	}
	for _, f := range found {
		w.t.Errorf("%s: %s: %s (%d places)\n%s\n%s", name, f.ID, f.Help, len(f.Nodes), f.Nodes[0].HTML, f.Nodes[0].FailureSummary)
	}
}

// shot writes a picture of what a window shows.
func (w *tab) shot(file string) {
	w.t.Helper()
	png, err := chromedp.Call(w.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err != nil {
		w.t.Fatal(err)
	}
	if len(png.Data) < 2000 {
		w.t.Errorf("%s is empty", file)
	}
	if err := os.WriteFile(file, png.Data, 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// TestShots writes pictures of every page for people to look at where `make
// shots` says; without a place it takes two pages only, so that it stays true.
func TestShots(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("KB_SHOTS")
	views := views
	if dir == "" {
		dir, views = t.TempDir(), views[:2]
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	p := demo(t)
	n := 0
	each(t, p, views, func(v view) [][2]int64 {
		sizes := [][2]int64{{390, 844}, {1280, 900}, {1440, 900}, {1920, 1080}, {3840, 2160}}
		if strings.HasPrefix(v.name, "skjerm") && v.wide {
			return sizes[3:]
		}
		if v.wide {
			return sizes
		}
		return [][2]int64{sizes[0], sizes[2]}
	}, func(w *tab, v view, size [2]int64, theme string) {
		w.shot(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", v.name, size[0], theme)))
		n++
	})
	if n < 10 {
		t.Errorf("%d pictures only", n)
	}
}

// TestWithoutScript: the page is a readable table, its filters and its form to
// set a level work, when no script runs.
func TestWithoutScript(t *testing.T) {
	t.Parallel()
	p := demo(t)
	w := sharedChromium(t).tab("lead without script", 1280, 900)
	w.withoutScript()
	w.login(p, "moteleder")
	w.open(p.url("/tavle/2022?region=valdres"))
	if n := eval[int](w, `document.querySelectorAll("#grid tbody tr td[data-m]:not([data-out])").length`); n != 6*14 {
		t.Errorf("the filtered grid has %d cells, want 84", n)
	}
	w.open(p.url("/tavle/na?valgt=3454.klima"))
	if !eval[bool](w, `document.querySelector("#panel").innerText.includes("Vang")`) {
		t.Error("the panel of the chosen cell is not there")
	}
	was := eval[string](w, query("3454", "klima")+".dataset.level")
	key, level := "3", "red"
	if was == "red" {
		key, level = "1", "green"
	}
	w.write("#set textarea[name=text]", "Uten skript: æøå </script>")
	w.click(fmt.Sprintf(`#set button[data-key="%s"]`, key))
	w.until("the page comes back with the new level", query("3454", "klima")+fmt.Sprintf(`?.dataset.level === %q`, level), 15*time.Second)
	if !eval[bool](w, `document.querySelector("#panel").innerText.includes("Uten skript: æøå </script>")`) {
		t.Error("the text is not in the panel, as typed")
	}
}

// TestWords: each language, from the address, in its own words.
func TestWords(t *testing.T) {
	t.Parallel()
	p := demo(t)
	w := sharedChromium(t).tab("reader", 1280, 900)
	for lang, words := range map[string][]string{
		"nb": {"Demodata", "Samfunnssikkerhet"},
		"nn": {"Demodata", "Samfunnstryggleik"},
		"en": {"Demo data", "Civil protection"},
	} {
		w.open(p.url("/tavle/2022?lang=" + lang))
		if got := eval[string](w, `document.documentElement.lang`); got != lang {
			t.Errorf("lang=%s gives a page in %s", lang, got)
		}
		text := strings.ReplaceAll(eval[string](w, `document.body.innerText + document.querySelector("#grid").textContent`), "\u00ad", "")
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s: the page lacks %q", lang, word)
			}
		}
	}
}

// TestNoPolicyIsMade: our pages make no policy of Trusted Types, so that no
// script may, and what would make markup of a text is refused.
func TestNoPolicyIsMade(t *testing.T) {
	t.Parallel()
	p := demo(t)
	w := sharedChromium(t).tab("intruder", 1280, 900)
	w.allows("TrustedTypePolicy", "TrustedHTML")
	w.open(p.url("/om"))
	for _, js := range []string{`trustedTypes.createPolicy("kb", {createHTML: s => s})`, `trustedTypes.createPolicy("default", {createHTML: s => s})`, `document.body.innerHTML = "<p>"`} {
		if !eval[bool](w, `(() => { try { `+js+`; return false } catch { return true } })()`) {
			t.Errorf("a page may %s", js)
		}
	}
}

// TestLogHoldsNoTexts: what people write, their names, their passwords and the
// secrets of their sessions never reach the log.
func TestLogHoldsNoTexts(t *testing.T) {
	t.Parallel()
	p := demo(t)
	w := sharedChromium(t).tab("lead", 1280, 900)
	w.login(p, "moteleder")
	w.open(p.url("/tavle/na?valgt=3454.klima"))
	w.live()
	const secretText = "Hemmelig pasientopplysning 4711"
	lead := p.client("moteleder")
	var s snapshot
	lead.get("/api/v1/boards/na", &s)
	lead.post("set_levels", map[string]any{"board": "na", "meeting": openMeeting(t, s), "reported_by": "Kari Nordmann", "cells": []map[string]any{{"m": "3454", "c": "klima", "level": "red", "text": secretText}}})
	lead.post("set_levels", map[string]any{"board": "na", "meeting": "feil", "cells": []map[string]any{{"m": "3454", "c": "klima", "level": "purpur", "text": secretText}}})
	w.until("the change is here", query("3454", "klima")+`.dataset.level === "red"`, 10*time.Second)
	w.open(p.url("/tavle/na?valgt=3454.klima&utm_source=spor-i-adressen"))
	log := p.log.String()
	if !strings.Contains(log, `"msg"`) {
		t.Fatal("nothing was logged")
	}
	for _, s := range []string{secretText, "Kari Nordmann", p.passwords["moteleder"], lead.token, "spor-i-adressen"} {
		if strings.Contains(log, s) {
			t.Errorf("the log holds %q", s)
		}
	}
}
