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

// since waits for an expression to be true and returns when it was, by the page's
// own clock, which all tabs of a machine share.
func (w *tab) since(start float64, what, js string) float64 {
	w.t.Helper()
	w.until(what, js, 10*time.Second)
	return eval[float64](w, "performance.timeOrigin + performance.now()") - start
}

// TestFollow: others look along with the lead, leave by Escape and by any step
// of their own, and come back; a second lead takes over by pressing twice; a wall
// follows, one that is pinned does not; nothing on the page moves.
func TestFollow(t *testing.T) {
	t.Parallel()
	p := demo(t)
	p.account("leder2", "Ola Berg", "moteleder")
	api := p.client("moteleder")
	meeting := api.openMeetings("na")[0]
	c := sharedChromium(t)
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
	t.Parallel()
	p := demo(t)
	p.account("leder2", "Ola Berg", "moteleder")
	meeting := p.client("moteleder").openMeetings("na")[0]
	c := sharedChromium(t)
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

// TestReasonThatIsLeftIsStored: a reason written after the level is stored when the
// lead goes to another cell, by click or by key; while it is typed nothing says
// that it is saved; and one that was begun for another's older level is held back.
func TestReasonThatIsLeftIsStored(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	p.account("leder2", "Ola Berg", "moteleder")
	other := p.client("leder2")
	meeting := api.openMeetings("na")[0]
	_, begun := api.said("na", 0)
	w := sharedChromium(t).tab("lead", 1440, 900)
	w.allows("409")
	w.login(p, "moteleder")
	w.open(p.url("/konsoll/" + meeting + "?valgt=3434&c=klima"))
	w.live()
	status := func(is string) {
		t.Helper()
		w.until("it says "+is, fmt.Sprintf(`document.querySelector("#edit-status").textContent === %q`, is), 10*time.Second)
	}
	stored := func(n int, place, level, reason string) {
		t.Helper()
		var got []said
		p.wait("the record has "+reason, 10*time.Second, func() bool { got, _ = api.said("na", begun); return len(got) >= n })
		if last := got[len(got)-1]; len(got) != n || last.place != place || last.level != level || last.text != reason {
			t.Errorf("the record says %+v, want %s %s %q", got, place, level, reason)
		}
	}
	write := func(reason string) {
		t.Helper()
		w.press("t")
		w.keys(reason)
	}
	pick := func(m string) {
		t.Helper()
		w.until("the queue is drawn for the one who speaks", `document.querySelector("#queue [data-here] [data-selected]") !== null`, 10*time.Second)
		// A region that is not called shows only who is missing: its head opens it.
		section := `document.querySelector('#queue section:has(li[data-m="` + m + `"])')`
		if !eval[bool](w, section+`.hasAttribute("data-here")`) {
			w.click(`#queue section:has(li[data-m="` + m + `"]) h3 a`)
			w.until("its region is called", section+`.hasAttribute("data-here")`, 10*time.Second)
		}
		w.click(`#queue li[data-m="` + m + `"] a.pick`)
	}
	w.keys("3")
	status("Lagret")
	write("Veien er stengt")
	status("")
	pick("3433")
	stored(2, "3434.klima", "red", "Veien er stengt")
	w.until("it names the cell that is saved", `/^Lom, .+: Lagret$/.test(document.querySelector("#edit-status").textContent)`, 10*time.Second)
	w.until("the form is Skjåk's", `document.querySelector("#cell").dataset.m === "3433" && document.querySelector("#set textarea").value === ""`, 10*time.Second)
	w.keys("2")
	status("Lagret")
	write("Vannet stiger")
	w.keys(kb.Escape, "n")
	stored(4, "3433.klima", "yellow", "Vannet stiger")

	pick("3435")
	w.until("Vågå is chosen", `document.querySelector("#cell").dataset.m === "3435"`, 10*time.Second)
	w.keys("1")
	status("Lagret")
	write("Alt i orden")
	other.must("set_level", map[string]any{"board": "na", "meeting": meeting, "m": "3435", "c": "klima", "level": "red", "text": "Skred"})
	w.until("the other's level is there", `document.querySelector('#areas li[data-c="klima"]').dataset.level === "red"`, 10*time.Second)
	pick("3433")
	w.until("it says that the reason is not saved", `/^Vågå, .+: Ikke lagret|^Vågå, .+: ikke lagret/.test(document.querySelector("#edit-status").textContent)`, 10*time.Second)
	stored(6, "3435.klima", "red", "Skred")
	pick("3435")
	w.until("the text is kept", `document.querySelector("#cell").dataset.m === "3435" && document.querySelector("#set textarea").value === "Alt i orden"`, 10*time.Second)

	// "The same reason", ticked after the level, is stored when the cell is left.
	choose := func(m, was string) {
		t.Helper()
		pick(m)
		w.until(m+" is chosen", fmt.Sprintf(`document.querySelector("#was").dataset.cell === "%s.klima" && document.querySelector("#was").innerText.includes(%q)`, m, was), 10*time.Second)
	}
	set := func(m, level, text string) {
		t.Helper()
		other.must("set_level", map[string]any{"board": "na", "meeting": meeting, "m": m, "c": "klima", "level": level, "text": text})
	}
	ticked := func(is bool) {
		t.Helper()
		w.until("the tick", fmt.Sprintf(`document.querySelector("#set [name=same]").checked === %t`, is), 10*time.Second)
	}
	w.focus("#set textarea")
	w.keys(strings.Repeat(kb.Backspace, len("Alt i orden")), kb.Escape)
	set("3437", "yellow", "Vannstanden stiger")
	choose("3437", "Vannstanden stiger")
	w.keys("3")
	stored(8, "3437.klima", "red", "")
	w.keys("s")
	ticked(true)
	w.keys("n")
	stored(9, "3437.klima", "red", "Vannstanden stiger")

	// It is for the level and the reason it was made for: when they go, it goes, and
	// nobody quotes what they have not seen.
	set("3432", "red", "Skred")
	choose("3432", "Skred")
	w.keys("s")
	ticked(true)
	set("3432", "yellow", "Åpnet i ett felt")
	status("Krysset for samme begrunnelse er fjernet: statusen er endret siden.")
	ticked(false)
	w.keys("1")
	stored(12, "3432.klima", "green", "")
	set("3431", "red", "Flom")
	choose("3431", "Flom")
	w.click("#pause")
	eval[bool](w, `(document.querySelector("#areas [aria-current]").focus(), true)`)
	w.keys("s")
	ticked(true)
	set("3431", "yellow", "Vannet synker")
	w.keys("3")
	w.until("it is refused", `document.querySelector("#edit-status").textContent.includes("Begrunnelsen er endret siden du så den")`, 10*time.Second)
	stored(14, "3431.klima", "yellow", "Vannet synker")
}

// TestWhatIsBegunStays: an action that is half written is there when another's change
// has drawn the console again, when another cell was looked at meanwhile, and after a
// login, for the one who wrote it alone. What was sent when the page was left happens once, and
// is begun no more.
func TestWhatIsBegunStays(t *testing.T) {
	t.Parallel()
	p, beside, wire := demoOnLine(t)
	p.account("leder2", "Ola Berg", "moteleder")
	other := beside.client("leder2")
	meeting := other.openMeetings("na")[0]
	console := p.url("/konsoll/" + meeting + "?valgt=3434&c=klima")
	w := sharedChromium(t).tab("lead", 1440, 900)
	w.allows("401", "net::ERR", "WebSocket")
	w.login(p, "moteleder")
	w.open(console)
	w.live()
	holds := func(when, text, owner string) {
		t.Helper()
		w.until(when, fmt.Sprintf(`[...document.querySelectorAll("#new-action [name=text], #new-action [name=owner]")].map((f) => f.value).join() === %q && (document.querySelector("#new-action").open || !%q)`, text+","+owner, text), 10*time.Second)
	}
	drawn := func(level string) {
		t.Helper()
		eval[bool](w, `(document.querySelector("#new-action").dataset.old = "", true)`)
		other.must("set_level", map[string]any{"board": "na", "meeting": meeting, "m": "3434", "c": "klima", "level": level})
		w.until("the console is drawn anew", `!document.querySelector("#new-action[data-old]")`, 10*time.Second)
	}
	choose := func(m string) {
		t.Helper()
		w.click(`#queue li[data-m="` + m + `"] a.pick`)
		w.until(m+" is chosen", fmt.Sprintf(`document.querySelector("#cell").dataset.m === %q`, m), 10*time.Second)
	}
	begin := func(text, owner string) {
		t.Helper()
		eval[bool](w, `(document.querySelector("#new-action").open = true)`)
		w.write("#new-action [name=text]", text)
		w.write("#new-action [name=owner]", owner)
		w.focus("#new-action button")
	}
	const count = `document.querySelector("#actions .count").textContent`
	before := eval[string](w, count)
	begin("Ring vakta", "Politiet")
	drawn("red")
	holds("after another's change", "Ring vakta", "Politiet")
	choose("3433")
	holds("it is not of another municipality", "", "")
	choose("3434")
	holds("after another cell", "Ring vakta", "Politiet")

	admin := p.session("admin")
	for _, next := range [][3]string{{"moteleder", "leder2"}, {"leder2", "moteleder", "Ring vakta,Politiet"}} {
		p.form(admin, "/kontoer/"+next[0], "/kontoer/"+next[0]+"/avslutt", nil)
		w.until("it is told that something is kept", `document.querySelector("#kept")?.checkVisibility()`, 20*time.Second)
		w.signIn(p, next[1])
		w.until(next[1]+" is at the console", fmt.Sprintf(`document.body.dataset.user === %q && document.querySelector("#new-action")`, next[1]), 20*time.Second)
		w.live()
		text, owner, _ := strings.Cut(next[2], ",")
		holds("for "+next[1], text, owner)
	}
	w.click("#new-action button")
	w.until("it is added", `document.querySelector("#actions").innerText.includes("Ring vakta")`, 10*time.Second)
	drawn("yellow")
	holds("it is begun no more", "", "")

	begin("Stenge veien", "Vegvesenet")
	_, begun := other.said("na", 0)
	release := wire.hold(1)
	w.click("#new-action button")
	p.wait("the server has it", 10*time.Second, func() bool { _, rev := other.said("na", 0); return rev > begun })
	w.open("about:blank")
	release()
	w.open(console)
	w.until("it is told that it was taken", `document.querySelector("#edit-status").textContent === "Tiltaket er lagt til."`, 20*time.Second)
	holds("it is begun no more", "", "")
	w.live()
	w.until("the second is there", `document.querySelector("#actions").innerText.includes("Stenge veien")`, 10*time.Second)
	if now := eval[int](w, `Number(`+count+`)`); now != 2+eval[int](w, before) {
		t.Errorf("%d actions, and there were %s", now, before)
	}
	eval[bool](w, `([...document.querySelectorAll("#actions li")].find((li) => li.innerText.includes("Ring vakta")).querySelector("button[value=yes]").click(), true)`)
	w.until("it is done", `!document.querySelector("#actions").innerText.includes("Ring vakta")`, 10*time.Second)

	begin("Bare begynt", "Ola")
	w.open(console)
	holds("after a reload", "Bare begynt", "Ola")
}

// TestSignedOutIsForgotten: what was begun and written is gone once its writer has
// signed out, also where the browser is told so in vain: on a network without TLS.
func TestSignedOutIsForgotten(t *testing.T) {
	t.Parallel()
	addr := freePort(t)
	_, port, _ := strings.Cut(addr, ":")
	p := demoAt(t, addr, "http://bilder.example:"+port)
	beside := *p // Go knows no such host
	beside.public = ""
	console := p.url("/konsoll/" + beside.client("moteleder").openMeetings("na")[0] + "?valgt=3434&c=klima")
	w := newChromium(t, chromedp.Flag("host-resolver-rules", "MAP bilder.example 127.0.0.1")).tab("lead", 1440, 900)
	w.allows("Cross-Origin-Opener-Policy", "Clear-Site-Data")
	const kept = `[...document.querySelectorAll("#new-action [name=text], #set textarea")].map((f) => f.value).join()`
	w.login(p, "moteleder")
	w.open(console)
	w.live()
	eval[bool](w, `(document.querySelector("#new-action").open = true)`)
	w.write("#new-action [name=text]", "Ring vakta")
	w.write("#set textarea", "Veien er stengt")
	w.open(p.url("/konto"))
	w.open(console)
	w.live()
	if got := eval[string](w, kept); !strings.Contains(got, "Ring vakta") || !strings.Contains(got, "Veien er stengt") {
		t.Errorf("after another page: %q", got)
	}
	w.open(p.url("/konto"))
	w.click(`form[action="/logout"] button`)
	w.until("signed out", `location.pathname !== "/konto" && document.readyState === "complete" && !document.body.dataset.user`, 10*time.Second)
	w.login(p, "moteleder")
	w.open(console)
	w.live()
	if got := eval[string](w, kept); got != "," {
		t.Errorf("after a logout: %q", got)
	}
}

// TestSaidAgainIsConfirmed: the level that stands, pressed again with another chosen
// as who reports, keeps its reason and whose it is; it is told as confirmed, and is
// no change on a wall, live or drawn again, nor among the last ten.
func TestSaidAgainIsConfirmed(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	meeting := api.openMeetings("na")[0]
	api.must("set_level", map[string]any{"board": "na", "meeting": meeting, "m": "3437", "c": "samfunnssikkerhet", "level": "yellow", "text": "Vannstanden stiger", "reported_by": "Sel v/kommunedirektør"})
	_, begun := api.said("na", 0)
	c := sharedChromium(t)
	w, wall := c.tab("lead", 1440, 900), c.tab("wall", 1920, 1080)
	wall.login(p, "leser")
	wall.open(p.url(overview + "?vis=skjerm"))
	w.login(p, "moteleder")
	w.open(p.url("/konsoll/" + meeting + "?valgt=3437&c=samfunnssikkerhet"))
	w.live()
	wall.live()
	footer := func() string {
		return eval[string](wall, `document.querySelector("#latest .text").textContent + document.querySelector("#latest .reason").textContent`)
	}
	eval[bool](w, `(document.querySelector("#reported-by").value = "", true)`)
	w.write("#reported-by", "Nettselskap")
	eval[bool](w, `(document.querySelector("#areas [aria-current]").focus(), true)`)
	w.keys("2")
	w.until("it is saved", `document.querySelector("#edit-status").textContent === "Lagret"`, 10*time.Second)
	got, rev := api.said("na", begun)
	if want := (said{"3437.samfunnssikkerhet", "yellow", "yellow", "Vannstanden stiger", "Sel v/kommunedirektør", false}); len(got) != 1 || got[0] != want {
		t.Errorf("the record says %+v", got)
	}
	w.until("whose reason it is", `document.querySelector("#was").innerText.includes("Vannstanden stiger") && document.querySelector("#was").innerText.includes("Sel v/kommunedirektør") && !document.querySelector("#was").innerText.includes("Nettselskap")`, 10*time.Second)
	w.until("the list has drawn it", fmt.Sprintf(`document.querySelector('#areas li[data-c="samfunnssikkerhet"]').dataset.rev === "%d"`, rev), 10*time.Second)
	if last := eval[string](w, `document.querySelector("#latest li").innerText`); !strings.Contains(last, "Sel v/kommunedirektør") || strings.Contains(last, "Nettselskap") {
		t.Errorf("the last change: %q", last)
	}
	wall.until("the wall has heard it", fmt.Sprintf(`window.kb.cells.store.get("3437", "samfunnssikkerhet").rev === %d`, rev), 10*time.Second)
	says := func(when string) {
		t.Helper()
		if now := footer(); !strings.HasSuffix(now, "Gul. Vannstanden stiger") || strings.Contains(now, "Gul →") || !strings.HasPrefix(now, "Sel") {
			t.Errorf("%s the wall says %q", when, now)
		}
	}
	says("live")
	wall.open(p.url(overview + "?vis=skjerm"))
	says("drawn")
	wall.live()
	says("after its snapshot")
	w.open(p.url("/mote/" + meeting))
	if row := eval[string](w, `document.querySelector("main tbody tr").innerText`); !strings.Contains(row, "bekreftet av Nettselskap") || strings.Contains(row, "Vannstanden") {
		t.Errorf("the meeting's log says %q", row)
	}
}

// TestConsoleIsItsMeetings: when another lead closes the meeting, the console of
// whoever writes there says so at once and by whom, with what was typed and not
// stored; its keys write nothing, least of all in another meeting that goes on.
// Reopened, it has the text again.
func TestConsoleIsItsMeetings(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	p.account("leder2", "Ola Berg", "moteleder")
	other := p.client("leder2")
	older := api.openMeetings("na")[0]
	newer := fmt.Sprint(api.must("open_meeting", map[string]any{"board": "na", "kind": "preparedness", "title": "Nattmøtet"})["meeting"])
	_, begun := api.said("na", 0)
	w := sharedChromium(t).tab("lead", 1440, 900)
	w.allows("409", "WebSocket")
	w.login(p, "moteleder")
	console := func(meeting string) {
		t.Helper()
		w.open(p.url("/konsoll/" + meeting + "?valgt=3434&c=klima"))
		w.live()
	}
	closed := func(text string) {
		t.Helper()
		other.must("close_meeting", map[string]any{"meeting": newer, "unexplained": true})
		w.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
		w.keys(kb.Escape, "3")
		w.until("the page says that it is closed, and keeps the text", fmt.Sprintf(`document.body.dataset.kind === "ended" && /^Møtet er avsluttet kl\. \d\d:\d\d$/.test(document.querySelector("h1").textContent) &&
			document.querySelector("main").innerText.includes("Ola Berg avsluttet «Nattmøtet».") && !!document.querySelector('main a[href="/referat/%s"]') &&
			document.querySelector("#unsaved label").innerText.startsWith("Lom, Klima") && document.querySelector("#unsaved textarea").value === %q && document.querySelector("#unsaved textarea").checkVisibility() &&
			!document.querySelector("main button, main form, #live")`, newer, text), 20*time.Second)
		w.keys("3", "i", "z")
		if got, _ := api.said("na", begun); len(got) > 0 {
			t.Errorf("the record says %+v", got)
		}
	}
	const field = "#set textarea"
	console(newer)
	w.write(field, "Vannet stiger")
	closed("Vannet stiger") // and another meeting goes on
	w.seen("konsoll-avsluttet")
	console(older)
	if text := eval[string](w, `document.querySelector("#set textarea").value`); text != "" {
		t.Errorf("another meeting's console has the text %q", text)
	}
	api.must("reopen_meeting", map[string]any{"meeting": newer, "reason": "Ved en feil"})
	api.must("close_meeting", map[string]any{"meeting": older, "unexplained": true})
	w.until("the page of the older one says that it is closed", `document.body.dataset.kind === "ended"`, 10*time.Second)
	console(newer)
	w.write(field, " fort")
	closed("Vannet stiger fort") // and none does
}

// TestLeadIsReplaced: a lead's laptop dies in the middle; another lead is at the
// console with one click from the overview, finds all that was done, and goes on
// at once, also where others look along.
func TestLeadIsReplaced(t *testing.T) {
	t.Parallel()
	p := demo(t)
	p.account("leder2", "Ola Berg", "moteleder")
	api := p.client("moteleder")
	api.quiet("na")
	c := sharedChromium(t)
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

	// The last of a region answers; keys go on also where nothing has the focus.
	second.open(p.url("/konsoll/" + meeting + "?valgt=3446&c=klima"))
	second.live()
	second.keys("2")
	second.until("it has answered", `document.querySelector('#queue li[data-m="3446"]').dataset.roll === "changed"`, 10*time.Second)
	eval[bool](second, `(document.activeElement.blur(), true)`)
	second.keys("n")
	second.until("the next region", `document.querySelector("#cell").dataset.m !== "3446"`, 5*time.Second)
	m = eval[string](second, `document.querySelector("#cell").dataset.m`)
	second.keys("3")
	p.wait("the next one is set", 10*time.Second, func() bool { return api.levels("na")[m+".klima"] == "red" })
}

// TestClockThatIsWrong: a machine whose clock is more than half a minute off is
// told so; ages and the time of the last word are still the server's.
func TestClockThatIsWrong(t *testing.T) {
	t.Parallel()
	p := demo(t)
	c := sharedChromium(t)
	for _, at := range []struct {
		off  int
		want string
	}{{10_000, ""}, {-300_000, "5 min for sakte"}, {45_000, "4[5-7] s for fort"}} {
		w := c.tab(fmt.Sprintf("%d ms off", at.off), 1280, 800)
		w.before(fmt.Sprintf(`(() => { const real = Date; const off = %d;
			globalThis.Date = class extends real { constructor(...a) { a.length ? super(...a) : super(real.now() + off); } static now() { return real.now() + off; } };
		})()`, at.off))
		w.login(p, "leser")
		w.open(p.url(overview))
		w.live()
		shown := eval[string](w, `document.querySelector("#skew").hidden ? "" : document.querySelector("#skew").textContent`)
		if at.want == "" && shown != "" || !regexp.MustCompile(at.want).MatchString(shown) { // the answer's way counts, too
			t.Errorf("%d ms off: %q", at.off, shown)
		}
		if late := eval[bool](w, `(() => { const [h, m, s] = document.querySelector("#live-clock").textContent.split(":").map(Number); const now = new Date(performance.timeOrigin + performance.now());
			const parts = new Intl.DateTimeFormat("en-GB", {timeZone: "Europe/Oslo", timeStyle: "medium"}).format(performance.timeOrigin + performance.now()).split(":").map(Number);
			return Math.abs((h * 60 + m) * 60 + s - ((parts[0] * 60 + parts[1]) * 60 + parts[2])) > 20; })()`); late {
			t.Errorf("%d ms off: the page shows its machine's time: %s", at.off, eval[string](w, `document.querySelector("#live-clock").textContent`))
		}
	}
}
