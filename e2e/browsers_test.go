//go:build e2e && browsers

package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// visitor is who sits at one of the browsers.
type visitor struct {
	t *testing.T
	window
	name string
}

// must ends the test at what a browser could not do.
func (v *visitor) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatalf("%s: %v", v.name, err)
	}
}

// read returns what an expression gives in the page.
func (v *visitor) read(js string, into any) {
	v.t.Helper()
	text, err := v.eval("JSON.stringify(" + js + ") ?? 'null'")
	v.must(err)
	v.must(json.Unmarshal([]byte(text), into))
}

// until waits for an expression to be true.
func (v *visitor) until(what, js string) {
	v.t.Helper()
	if !poll(often, 20*time.Second, func() bool {
		text, err := v.eval(`String(document.readyState === "complete" && !!(` + js + "))") // an error: the next page is on its way
		return err == nil && text == "true"
	}) {
		text, err := v.eval(`location.href + "\n" + document.body.innerText.slice(0, 800)`)
		v.t.Fatalf("%s: not within 20 s: %s\n%s %v", v.name, what, text, err)
	}
}

// goes opens a page and waits until it is whole, and live if it is one that is.
func (v *visitor) goes(address string) {
	v.t.Helper()
	v.must(v.open(address))
	v.until("the page is whole", `document.fonts.status === "loaded"`)
	v.until("the page is live", `!document.querySelector("#live") || document.body.dataset.state === "live"`)
}

// focused waits for an element and gives it the focus.
func (v *visitor) focused(selector string) {
	v.t.Helper()
	v.until(selector+" has the focus", fmt.Sprintf(`(e => e?.checkVisibility() && (e.focus(), document.activeElement === e))(document.querySelector(%q))`, selector))
}

// types types into a field.
func (v *visitor) types(selector, text string) {
	v.t.Helper()
	v.focused(selector)
	v.must(v.keys(text))
}

// presses presses a button by the keyboard.
func (v *visitor) presses(selector string) {
	v.t.Helper()
	v.types(selector, enter)
}

// signsIn types name and password on the login page.
func (v *visitor) signsIn(p *program, account string) {
	v.t.Helper()
	v.goes(p.url("/login"))
	v.types("input[name=user]", account)
	v.types("input[name=password]", p.passwords[account]+enter)
	v.until("past the login page", `location.pathname !== "/login" || document.querySelector("input[name=code]")`)
}

// signsOut leaves the account for the next.
func (v *visitor) signsOut(p *program) {
	v.t.Helper()
	v.goes(p.url("/konto"))
	v.presses(`form[action$="/logout"] button`)
	v.until("signed out", `location.pathname !== "/konto" && !document.body.dataset.user`)
}

// table is who sit at the browsers, and the program they use.
type table struct {
	*testing.T
	*program
	visitors []*visitor
}

// each has all do the same at once, and ends the test if one of them could not.
func (all table) each(what string, do func(v *visitor)) {
	all.T.Helper()
	if !all.Run(what, func(t *testing.T) {
		for _, v := range all.visitors {
			t.Run(v.name, func(t *testing.T) {
				t.Parallel()
				v.t = t
				do(v)
			})
		}
	}) {
		all.FailNow()
	}
}

// look has all look at a page, and compares what they see with what Chromium shows.
func (all table) look(s sight) {
	all.T.Helper()
	seen := make([]*looked, len(all.visitors))
	all.each(s.name, func(v *visitor) {
		v.must(v.resize(s.width, s.height))
		if s.path != "" {
			v.goes(all.url(s.path))
		}
		seen[slices.Index(all.visitors, v)] = v.looks(s)
	})
	for _, other := range seen[1:] {
		other.like(all.T, seen[0], s.regions)
	}
}

// TestBrowsers: a short meeting in Chromium, Firefox and WebKit at once. In each a lead
// signs in and sets a level by the keyboard, and all see what each has set; two look
// along with the third; a municipality's contact answers on a phone; somebody without a
// passkey signs in in two steps. Firefox and WebKit show each page as Chromium does.
func TestBrowsers(t *testing.T) {
	p := demo(t, inHaste...)
	all := table{t, p, []*visitor{
		{t, blink{sharedChromium(t).tab("Chromium", 1440, 900)}, "Chromium"},
		{t, newGecko(t), "Firefox"},
		{t, newWebkit(t), "WebKit"},
	}}
	meeting := p.client("moteleder").openMeetings("na")[0]
	for _, v := range all.visitors {
		p.account("vakt-"+strings.ToLower(v.name), "Vakt Vaktesen", "moteleder")
	}

	all.look(sight{"login", "/login", 390, 844, []string{".top", "main h1", "main .fld", "main .btn"}})
	all.look(sight{"edition", "/tavle/2022", 1280, 900, []string{".top", ".filters", ".map-head", "svg.map", "#grid"}})
	all.look(sight{"municipality", "/kommune/3434", 1440, 900, []string{".top", "main h1", "main svg.map", "main details"}})

	all.each("lead", func(v *visitor) { v.signsIn(p, "moteleder") })
	all.eachSets()
	all.look(sight{"overview", "", 1440, 900, []string{".top", ".filters", ".map-head .segs", "svg.map", "#grid", "#panel"}})
	all.look(sight{"console", "/konsoll/" + meeting, 1440, 900, []string{".top", ".follow-bar", ".cc-who", ".when", ".cc-go", "#queue", "#areas", "#set", ".latest li"}})
	for i, main := range []string{".wmain", ".wbmain", ".wcmain"} {
		layout := "abc"[i : i+1]
		all.look(sight{"wall-" + layout, "/tavle/na?vis=skjerm&oppsett=" + layout, 1920, 1080, []string{".wtop", main, ".wfoot"}})
	}
	all.follow(meeting)
	all.each("leaves", func(v *visitor) { v.signsOut(p) })

	all.each("answers", func(v *visitor) {
		v.must(v.resize(390, 844))
		v.signsIn(p, "kommune-lom")
		v.goes(p.url("/mote/" + meeting))
		v.presses("#own .own-go button")
		v.until("the answer is taken", `document.querySelector("#edit-status").textContent === "«Ingen endring» er ført." && /bekreftet \d\d:\d\d/.test(document.querySelector("#own-state").textContent)`)
	})
	all.look(sight{"contact", "", 390, 844, []string{".top", "main h1", "#own"}})
	all.each("goes", func(v *visitor) { v.signsOut(p) })

	all.secondStep()
	for _, v := range all.visitors {
		for _, fault := range v.faults() {
			t.Errorf("%s: %s", v.name, fault)
		}
	}
}

// eachSets has each set one level, by the keyboard; grid, map and panel of all show it.
func (all table) eachSets() {
	all.T.Helper()
	const cell, area, panel = `td[data-m="3434"][data-c="fastlege"]`, `svg.map path[data-m="3434"]`, `#panel [data-level]`
	all.each("opens", func(v *visitor) {
		v.must(v.resize(1440, 900))
		v.goes(all.url("/tavle/na?kart=fastlege&valgt=3434.fastlege"))
	})
	levels := []string{"green", "yellow", "red"} // the keys 1, 2 and 3
	var was string
	all.visitors[0].read(fmt.Sprintf(`document.querySelector(%q).dataset.level`, cell), &was)
	for i, by := range all.visitors {
		key := (slices.Index(levels, was) + 1 + i) % 3
		all.each("set in "+by.name, func(v *visitor) {
			if v == by {
				v.types(cell+" a", fmt.Sprint(key+1))
			}
			v.until("all is "+levels[key], fmt.Sprintf(`[%q, %q, %q].every((s) => document.querySelector(s)?.dataset.level === %q)`, cell, area, panel, levels[key]))
		})
	}
}

// follow has the others look along with the lead who uses Chromium.
func (all table) follow(meeting string) {
	all.T.Helper()
	all.each("follow", func(v *visitor) {
		v.must(v.resize(1440, 900))
		if v == all.visitors[0] {
			v.goes(all.url("/konsoll/" + meeting + "?valgt=3433&c=samfunnssikkerhet"))
			v.types("#queue [aria-current]", "f")
			return
		}
		v.goes(all.url(overview))
		v.presses("#following button")
		v.until("it shows what the lead looks at", `document.querySelector('td[data-selected][data-m="3433"]')`)
	})
}

// secondStep has each set up an app for their account, and sign in with its code.
func (all table) secondStep() {
	all.T.Helper()
	secrets := make([]string, len(all.visitors))
	account := func(v *visitor) string { return "vakt-" + strings.ToLower(v.name) }
	all.each("app", func(v *visitor) {
		secret := &secrets[slices.Index(all.visitors, v)]
		v.signsIn(all.program, account(v))
		v.goes(all.url("/konto/app"))
		v.read(`document.querySelector("code").textContent`, secret)
		v.types("input[name=code]", code(v.t, *secret, -1)+enter)
		v.until("ten recovery codes", `document.querySelectorAll(".codes code").length === 10`)
		v.signsOut(all.program)
		v.signsIn(all.program, account(v))
	})
	all.look(sight{"step", "", 390, 844, []string{".top", "main h1", "main .fld", "main .btn"}})
	all.each("code", func(v *visitor) {
		v.types("input[name=code]", code(v.t, secrets[slices.Index(all.visitors, v)], 0)+enter)
		v.until("signed in", `document.body?.dataset.user`)
	})
}
