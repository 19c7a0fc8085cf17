//go:build e2e

package e2e

import (
	"fmt"
	"net/url"
	"syscall"
	"testing"
	"time"
)

// setView gives a paired screen another view, as a lead does at /skjermer.
func (p *program) setView(w *tab, fields url.Values) {
	p.t.Helper()
	form := url.Values{"screen": {eval[string](w, "document.body.dataset.user")}, "board": {"na"}, "layout": {"a"}, "inches": {"65"}, "metres": {"5"}}
	for name, value := range fields {
		form[name] = value
	}
	p.form(p.session("moteleder"), "/skjermer", "/skjermer/vis", form)
}

// TestPairedWallIsLed: a paired wall whose view was changed is led by whoever
// presents and finds back to that view: through a change of view meanwhile, a
// restart and the end. Each step is one page; between them it stays where it is.
// One that is pinned is led no more.
func TestPairedWallIsLed(t *testing.T) {
	t.Parallel()
	p := demo(t)
	meeting := p.client("moteleder").openMeetings("na")[0]
	c := sharedChromium(t)
	wall, other := p.wall(c, "Møterom 1", 1920, 1080, nil), p.wall(c, "Møterom 2", 3840, 2160, nil)
	lead := c.tab("lead", 1440, 900)
	lead.login(p, "moteleder")
	lead.open(p.url("/konsoll/" + meeting + "?valgt=3434&c=klima"))
	lead.live()
	for _, w := range []*tab{wall, other, lead} {
		w.allows("net::ERR", "WebSocket", "503")
		w.before(`if (location.protocol !== "about:") sessionStorage.setItem("pages", Number(sessionStorage.getItem("pages")) + 1)`)
	}
	pages := 0
	shows := func(w *tab, what, kart, metres string) {
		t.Helper()
		w.until(what, fmt.Sprintf(`(q => document.body.dataset.state === "live" && (q.get("kart") ?? "") === %q && q.get("meter") === %q)(new URLSearchParams(location.search))`, kart, metres), 20*time.Second)
	}
	// goes waits for the wall's next page and that it stays there, longer than a
	// connection needs to tell it of another.
	goes := func(what, kart, metres string) {
		t.Helper()
		shows(wall, what, kart, metres)
		wall.until(what+", and stays", `performance.now() > 2500 && document.body.dataset.state === "live"`, 20*time.Second)
		pages++
		if got := eval[int](wall, `Number(sessionStorage.getItem("pages"))`); got != pages {
			t.Fatalf("%s: page %d of the wall, want %d", what, got, pages)
		}
	}
	choose := func(column string) {
		t.Helper()
		eval[bool](lead, fmt.Sprintf(`(document.querySelector('#areas li[data-c="%s"] a').click(), true)`, column))
	}

	p.setView(wall, url.Values{"metres": {"4"}})
	goes("another view", "", "4")
	lead.keys("f")
	goes("it is led", "klima", "4")
	p.setView(wall, url.Values{"metres": {"3"}})
	goes("another view while it is led", "klima", "3")
	choose("fastlege")
	goes("the lead goes on", "fastlege", "3")

	if err := p.stop(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	p.start()
	shows(wall, "back after a restart", "fastlege", "3")
	wall.until("it is still led", `!document.querySelector("#following").hidden`, 20*time.Second)
	if got := eval[int](wall, `Number(sessionStorage.getItem("pages"))`); got != pages {
		t.Errorf("the restart took %d pages", got-pages)
	}
	lead.until("the lead is back", `document.body.dataset.state === "live"`, 20*time.Second)
	lead.keys("f")
	goes("nobody leads: its own view", "", "3")

	lead.keys("f")
	goes("it is led again", "fastlege", "3")
	p.setView(wall, url.Values{"metres": {"3"}, "fest": {"1"}})
	goes("it is pinned: its own view", "", "3")
	choose("klima")
	shows(other, "the other wall is led", "klima", "5")
	if got := eval[int](wall, `Number(sessionStorage.getItem("pages"))`); got != pages || eval[bool](wall, `document.querySelector("#following")?.hidden === false`) {
		t.Error("a pinned wall was led")
	}

	p.client("moteleder").must("open_situation", map[string]any{"board": "storm", "title": "Storm"})
	p.setView(wall, url.Values{"board": {"storm"}})
	wall.until("it is sent to another board", `location.pathname === "/tavle/storm" && document.body.dataset.state === "live"`, 5*time.Second)
	if got := eval[int](wall, `Number(sessionStorage.getItem("pages"))`); got != pages+1 {
		t.Errorf("that took %d pages", got-pages)
	}
}
