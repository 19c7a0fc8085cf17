//go:build e2e

package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// account makes one more account that can sign in.
func (p *program) account(id, name, role string) {
	p.t.Helper()
	out := p.must("account", "add", id, "--name", name, "--role", role)
	m := regexp.MustCompile(`password (\S+)`).FindStringSubmatch(out)
	if m == nil {
		p.t.Fatalf("no password in %q", out)
	}
	p.passwords[id] = m[1]
}

// click presses the first element that matches.
func (w *tab) click(selector string) {
	w.t.Helper()
	x, y := w.middle(selector)
	w.mouse(x, y, true)
}

// now waits for an expression to be true and returns when it was, by the page's
// own clock, which all tabs of a machine share.
func (w *tab) since(start float64, what, js string) float64 {
	w.t.Helper()
	w.until(what, js, 10*time.Second)
	return eval[float64](w, "performance.timeOrigin + performance.now()") - start
}

// TestFollow: others look along with who leads, leave by Escape and by any step
// of their own, and come back; a second lead takes over by pressing twice; a wall
// follows, one that is pinned does not; nothing on the page moves.
func TestFollow(t *testing.T) {
	p := demo(t)
	p.account("leder2", "Ola Berg", "moteleder")
	api := p.client("moteleder")
	meeting := api.openMeetings("na")[0]
	c := newChromium(t)
	lead, second := c.tab("lead", 1440, 900), c.tab("second lead", 1440, 900)
	reader := c.tab("reader", 1440, 900)
	wall, pinned := c.tab("wall", 1920, 1080), c.tab("pinned wall", 1920, 1080)
	lead.login(p, "moteleder")
	second.login(p, "leder2")
	for w, path := range map[*tab]string{reader: overview, wall: overview + "?vis=skjerm", pinned: overview + "?vis=skjerm&fest=1"} {
		w.login(p, "leser")
		w.open(p.url(path))
	}
	for _, w := range []*tab{lead, second} {
		w.allows("409") // the browser reports the answer that asks for a second press
		w.open(p.url("/konsoll/" + meeting + "?valgt=3434&c=samfunnssikkerhet"))
	}
	all := []*tab{lead, second, reader, wall, pinned}
	for _, w := range all {
		w.live()
	}
	here := func(m string) string {
		return fmt.Sprintf(`!!document.querySelector('td[data-selected][data-m="%s"]')`, m)
	}
	moment := func(w *tab) float64 { return eval[float64](w, "performance.timeOrigin + performance.now()") }
	choose := func(w *tab, m string) float64 {
		t.Helper()
		eval[bool](w, `(document.querySelector("#queue [aria-current]")?.focus(), true)`)
		start := moment(w)
		eval[bool](w, fmt.Sprintf(`(document.querySelector('#queue li[data-m="%s"] a').click(), true)`, m))
		return start
	}

	top := eval[float64](reader, `document.querySelector("#grid").getBoundingClientRect().top`)
	lead.keys("f")
	reader.until("it is offered to look along", `!document.querySelector("#following").hidden && document.querySelector("#following").innerText.includes("K. Moen")`, 10*time.Second)
	if now := eval[float64](reader, `document.querySelector("#grid").getBoundingClientRect().top`); now != top {
		t.Errorf("the page moved by %v px when somebody began to lead", now-top)
	}
	if eval[bool](reader, here("3434")) {
		t.Error("a reader was taken along without asking")
	}
	reader.click("#following button")
	reader.until("the reader looks where the lead does", here("3434"), 5*time.Second)
	lead.until("the lead knows how many follow", `document.querySelector("#crowd").textContent.includes("2 følger")`, 5*time.Second)
	wall.until("the wall says whom it follows", `!document.querySelector("#following").hidden`, 5*time.Second)
	took := reader.since(choose(lead, "3433"), "the reader follows", here("3433"))
	t.Logf("the lead's click until the follower's page shows it: %.0f ms", took)

	// A step of one's own leaves; the button returns; Escape leaves.
	reader.click(`td[data-m="3435"][data-c="klima"]`)
	reader.until("the reader is on its own", here("3435")+` && document.querySelector("#following button").textContent === "Tilbake til møteleder"`, 5*time.Second)
	choose(lead, "3432")
	lead.until("one less follows", `document.querySelector("#crowd").textContent.includes("1 følger")`, 5*time.Second)
	if !eval[bool](reader, here("3435")) {
		t.Error("who left was taken along")
	}
	start := moment(reader)
	reader.click("#following button")
	t.Logf("the press until it is back with the lead: %.0f ms", reader.since(start, "back with the lead", here("3432")))
	reader.keys(kb.Escape)
	reader.until("Escape leaves", `document.querySelector("#following button").textContent === "Tilbake til møteleder"`, 5*time.Second)
	reader.click("#following button")

	// Another lead takes over: the first press asks, the second one takes.
	second.until("the second lead sees who leads", `document.querySelector("#follow-text").textContent.includes("K. Moen")`, 10*time.Second)
	second.keys("f")
	second.until("it is told who leads", `document.querySelector("#edit-status").textContent.includes("K. Moen") && document.querySelector("#follow").getAttribute("aria-pressed") === "false"`, 5*time.Second)
	second.keys("f")
	second.until("the second lead leads", `document.querySelector("#follow").getAttribute("aria-pressed") === "true"`, 5*time.Second)
	lead.until("the first knows that it leads no more", `document.querySelector("#follow").getAttribute("aria-pressed") === "false" && document.querySelector("#follow-text").textContent.includes("Ola Berg")`, 5*time.Second)
	reader.until("the reader is offered the new one", `document.querySelector("#following").innerText.includes("Ola Berg")`, 5*time.Second)

	// The walls: one shows the lead's area, the pinned one what it always showed.
	eval[bool](second, `(document.querySelector('#areas li[data-c="klima"] a').click(), true)`)
	wall.until("the wall shows the lead's area", `new URLSearchParams(location.search).get("kart") === "klima" && document.querySelector("h1")`, 10*time.Second)
	if got := eval[string](pinned, "location.search"); got != "?vis=skjerm&fest=1" || eval[bool](pinned, `document.querySelector("#following")?.hidden === false`) {
		t.Errorf("the pinned wall went to %s", got)
	}
	second.keys("f")
	reader.until("nobody leads", `document.querySelector("#following").hidden`, 5*time.Second)
}

// TestTwoAtOneCell: colleagues see who works where; who is overtaken within
// seconds is told, and so is the other.
func TestTwoAtOneCell(t *testing.T) {
	p := demo(t)
	p.account("leder2", "Ola Berg", "moteleder")
	meeting := p.client("moteleder").openMeetings("na")[0]
	c := newChromium(t)
	first, second := c.tab("first", 1440, 900), c.tab("second", 1440, 900)
	first.login(p, "moteleder")
	second.login(p, "leder2")
	second.open(p.url("/konsoll/" + meeting + "?valgt=3434&c=klima"))
	second.live()
	first.open(p.url("/konsoll/" + meeting + "?valgt=3433&c=klima"))
	first.live()
	first.until("the first sees where the second works", `document.querySelector("#presence").textContent.includes("Ola Berg")`, 5*time.Second)
	start := eval[float64](first, `(document.querySelector('#queue li[data-m="3434"] a').click(), performance.timeOrigin + performance.now())`)
	t.Logf("«redigerer» after %.0f ms", second.since(start, "the second sees who comes", `document.querySelector("#presence").matches("[data-here]") && document.querySelector("#presence").textContent.includes("K. Moen redigerer Lom")`))
	first.until("the cell is there", `document.querySelector("#cell").dataset.m === "3434"`, 5*time.Second)
	first.keys("3")
	first.until("it is red", `document.querySelector('#areas li[data-c="klima"]').dataset.level === "red"`, 10*time.Second)
	second.until("the second sees it", `document.querySelector('#areas li[data-c="klima"]').dataset.level === "red"`, 10*time.Second)
	second.keys("2")
	first.until("the first is told who went over its change", `document.querySelector("#edit-status").textContent.includes("Ola Berg")`, 10*time.Second)
	second.until("the second is told what it went over", `document.querySelector("#edit-status").textContent.includes("K. Moen")`, 10*time.Second)
}

// TestLeadIsReplaced: a lead's laptop dies in the middle; another lead is at the
// console with one click from the overview, finds all that was done, and goes on
// at once, also where others look along.
func TestLeadIsReplaced(t *testing.T) {
	p := demo(t)
	p.account("leder2", "Ola Berg", "moteleder")
	api := p.client("moteleder")
	api.quiet("na")
	c := newChromium(t)
	second := c.tab("second", 1440, 900)
	second.login(p, "leder2")
	second.allows("409") // the browser reports the answer that asks for a second press
	second.open(p.url(overview))
	second.live()
	if eval[bool](second, `!!document.querySelector('.nav a[href^="/konsoll/"]')`) {
		t.Error("a way to a meeting that is not there")
	}
	meeting := fmt.Sprint(api.must("open_meeting", map[string]any{"board": "na", "kind": "preparedness", "title": "Brått møte"})["meeting"])
	laptop := newChromium(t)
	first := laptop.tab("first", 1440, 900)
	first.login(p, "moteleder")
	first.open(p.url("/konsoll/" + meeting + "?valgt=3434&c=klima"))
	first.live()
	first.keys("3", "f")
	first.until("it is red and the first leads", `document.querySelector('#areas li[data-c="klima"]').dataset.level === "red" && document.querySelector("#follow").getAttribute("aria-pressed") === "true"`, 10*time.Second)
	first.keys("n", "i")
	first.until("two have reported", `document.querySelector(".cq-head").textContent.includes("2 av 46")`, 10*time.Second)

	// Dead from one moment to the next: no goodbye is said.
	if err := chromedp.FromContext(laptop.ctx).Browser.Process().Kill(); err != nil {
		t.Fatal(err)
	}
	second.until("the way to the console", `document.querySelector('.nav a[href="/konsoll/`+meeting+`"]')`, 10*time.Second)
	second.click(`.nav a[href^="/konsoll/"]`)
	second.until("the console of the same meeting", `location.pathname === "/konsoll/`+meeting+`" && document.querySelector(".cq-head").textContent.includes("2 av 46")`, 10*time.Second)
	second.live()
	if said := eval[string](second, `document.querySelector("#latest li").innerText`); !strings.Contains(said, "Lom") || !strings.Contains(said, "K. Moen") {
		t.Errorf("the last change: %q", said)
	}
	m := eval[string](second, `document.querySelector("#cell").dataset.m`)
	area := eval[string](second, `document.querySelector("#cell").dataset.c`)
	second.keys("3")
	p.wait("the second sets a level", 10*time.Second, func() bool { return api.levels("na")[m+"."+area] == "red" })
	if api.levels("na")["3434.klima"] != "red" {
		t.Error("what the first did is lost")
	}
	second.keys("f")
	second.until("it is told who led", `document.querySelector("#edit-status").textContent.includes("K. Moen")`, 5*time.Second)
	second.keys("f")
	second.until("the second leads", `document.querySelector("#follow").getAttribute("aria-pressed") === "true"`, 5*time.Second)
}

// TestClockThatIsWrong: a machine whose clock is more than half a minute off is
// told so; ages and the time of the last word are still the server's.
func TestClockThatIsWrong(t *testing.T) {
	p := demo(t)
	c := newChromium(t)
	for _, at := range []struct {
		off  int
		want string
	}{{10_000, ""}, {-300_000, "5 min for sakte"}, {45_000, "45 s for fort"}} {
		w := c.tab(fmt.Sprintf("%d ms off", at.off), 1280, 800)
		w.before(fmt.Sprintf(`(() => { const real = Date; const off = %d;
			globalThis.Date = class extends real { constructor(...a) { a.length ? super(...a) : super(real.now() + off); } static now() { return real.now() + off; } };
		})()`, at.off))
		w.login(p, "leser")
		w.open(p.url(overview))
		w.live()
		shown := eval[string](w, `document.querySelector("#skew").hidden ? "" : document.querySelector("#skew").textContent`)
		if at.want == "" && shown != "" || !strings.Contains(shown, at.want) {
			t.Errorf("%d ms off: %q", at.off, shown)
		}
		if late := eval[bool](w, `(() => { const [h, m, s] = document.querySelector("#live-clock").textContent.split(":").map(Number); const now = new Date(performance.timeOrigin + performance.now());
			const parts = new Intl.DateTimeFormat("en-GB", {timeZone: "Europe/Oslo", timeStyle: "medium"}).format(performance.timeOrigin + performance.now()).split(":").map(Number);
			return Math.abs((h * 60 + m) * 60 + s - ((parts[0] * 60 + parts[1]) * 60 + parts[2])) > 20; })()`); late {
			t.Errorf("%d ms off: the page shows its machine's time: %s", at.off, eval[string](w, `document.querySelector("#live-clock").textContent`))
		}
	}
}
