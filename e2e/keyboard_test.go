//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// before runs a script in each document of the tab before its own.
func (w *tab) before(js string) {
	w.t.Helper()
	if _, err := chromedp.Call(w.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: js}); err != nil {
		w.t.Fatal(err)
	}
}

// tabTo presses Tab until what has the focus matches a selector.
func (w *tab) tabTo(selector string) {
	w.t.Helper()
	here := fmt.Sprintf(`document.activeElement.matches(%q)`, selector)
	for range 500 {
		if eval[bool](w, here) {
			return
		}
		w.keys(kb.Tab)
	}
	w.t.Fatalf("%s: Tab does not reach %s\n%s", w.name, selector, w.where())
}

// levels returns the levels of a board's cells by "m.c", "" for none.
func (c *client) levels(board string) map[string]string {
	c.p.t.Helper()
	var s snapshot
	c.get("/api/v1/boards/"+board, &s)
	out := map[string]string{}
	for _, cell := range s.Cells {
		if cell.Level != "not_assessed" {
			out[cell.M+"."+cell.C] = cell.Level
		}
	}
	return out
}

// TestMeetingByKeysAlone: a whole meeting from the login to the minutes by a
// lead who has no pointer. What several municipalities report at once is one
// record, and one undo.
func TestMeetingByKeysAlone(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	api.quiet("na")
	w := sharedChromium(t).tab("lead", 1440, 900)
	w.before(`for (const type of ["mousedown", "pointerdown", "touchstart"]) addEventListener(type, () => console.error("a pointer was used"), true)`)

	w.open(p.url("/login"))
	w.tabTo("input[name=user]")
	w.keys("moteleder")
	w.tabTo("input[name=password]")
	w.keys(p.passwords["moteleder"], kb.Enter)
	w.until("signed in", `document.body?.dataset.user === "moteleder"`, 20*time.Second)
	w.tabTo(`.nav a[href="/moter"]`)
	w.keys(kb.Enter)
	w.until("the page of meetings", `location.pathname === "/moter"`, 10*time.Second)
	w.tabTo("main input[name=title]")
	w.keys("Tastaturmøte")
	w.tabTo(`main form button.go[type=submit]`)
	w.keys(kb.Enter)
	w.until("the console of the meeting", `location.pathname.startsWith("/konsoll/") && document.body.innerText.includes("Tastaturmøte")`, 20*time.Second)
	w.live()
	meeting := strings.TrimPrefix(eval[string](w, "location.pathname"), "/konsoll/")

	// Levels: two keys a change, the arrows between municipalities and areas.
	at := func() (m, c string) {
		cell := eval[[]string](w, `(e => [e.dataset.m, e.dataset.c])(document.querySelector("#cell"))`)
		return cell[0], cell[1]
	}
	level := func() string {
		return eval[string](w, `document.querySelector("#areas [aria-current]").closest("li").dataset.level`)
	}
	set := func(key, level string) {
		t.Helper()
		m, c := at()
		w.keys(key)
		w.until(m+" "+c+" is "+level, fmt.Sprintf(`document.querySelector('#areas li[data-c="%s"]')?.dataset.level === %q && document.querySelector("#latest li")?.innerText.includes(%q)`,
			c, level, eval[string](w, `document.querySelector("#cell-h").textContent`)), 10*time.Second)
		if got := api.levels("na")[m+"."+c]; got != level {
			t.Errorf("%s %s is %s, want %s", m, c, got, level)
		}
	}
	first, area := at()
	other := map[string][2]string{"yellow": {"3", "red"}}[level()]
	if other == [2]string{} {
		other = [2]string{"2", "yellow"}
	}
	set(other[0], other[1])
	w.keys(kb.ArrowRight, kb.ArrowUp)
	w.until("another area", fmt.Sprintf(`document.querySelector("#cell").dataset.c !== %q && document.querySelector("#cell").dataset.m === %q`, area, first), 10*time.Second)
	next := map[string][2]string{"green": {"2", "yellow"}}[level()]
	if next == [2]string{} {
		next = [2]string{"1", "green"}
	}
	set(next[0], next[1])

	// The next one, who says that nothing changed.
	w.keys("n")
	w.until("the next municipality", fmt.Sprintf(`document.querySelector("#cell").dataset.m !== %q`, first), 10*time.Second)
	second, _ := at()
	w.keys("i")
	w.until("no change is noted", fmt.Sprintf(`document.querySelector('#queue li[data-m="%s"]')?.dataset.roll === "no_change"`, second), 10*time.Second)
	w.keys("n")
	w.until("the one after", fmt.Sprintf(`!%s.includes(document.querySelector("#cell").dataset.m)`, `["`+first+`","`+second+`"]`), 10*time.Second)

	// A storm hits four at once: one report, one line, one undo.
	before := api.levels("na")
	third, column := at()
	w.tabTo("#set details summary")
	w.keys(" ")
	for range 3 {
		w.keys(kb.Tab)
		w.tabTo("#set input[type=checkbox][name=cell]")
		w.keys(" ")
	}
	w.until("four are picked", `document.querySelector("#picked").textContent.includes("4")`, 5*time.Second)
	picked := eval[[]string](w, `[...document.querySelectorAll("#set input[type=checkbox][name=cell]:checked")].map(b => b.value)`)
	w.keys("3")
	w.until("one line for four", `document.querySelector("#latest li")?.innerText.includes("+3")`, 10*time.Second)
	revision := eval[string](w, `document.querySelector("#latest li").dataset.rev`)
	now := api.levels("na")
	for _, cell := range append(picked, third+"."+column) {
		if now[cell] != "red" {
			t.Errorf("%s is %s", cell, now[cell])
		}
	}
	var answer struct {
		Cell struct {
			Changed uint64 `json:"changed_rev"`
		} `json:"cell"`
	}
	m, c, _ := strings.Cut(picked[0], ".")
	api.get("/api/v1/boards/na/cells/"+m+"/"+c, &answer)
	if fmt.Sprint(answer.Cell.Changed) != revision {
		t.Errorf("%s was set by record %d, the line is record %s", picked[0], answer.Cell.Changed, revision)
	}
	w.tabTo("#areas a") // wherever the focus is, short of a text
	w.keys("z")
	w.until("all four are taken back", `document.querySelector("#edit-status").textContent.includes("ngret")`, 10*time.Second)
	now = api.levels("na")
	for _, cell := range append(picked, third+"."+column) {
		if now[cell] != before[cell] {
			t.Errorf("after the undo %s is %s, it was %s", cell, now[cell], before[cell])
		}
	}

	// A significant event of a line, an action, others look along.
	w.tabTo("#latest button.star")
	said := eval[string](w, `document.activeElement.closest("form").elements.text.value`)
	w.keys(kb.Enter)
	w.until("the line is a significant event", fmt.Sprintf(`document.querySelector("#notes").innerText.includes(%q) && document.querySelector("#latest span.star")`, said), 10*time.Second)
	w.tabTo("#new-action summary")
	w.keys(kb.Enter)
	w.tabTo("#action-text")
	w.keys("Skaffe aggregat", kb.Enter)
	w.until("the action is listed", `document.querySelector("#actions").innerText.includes("Skaffe aggregat") && document.querySelector("#edit-status").textContent === "Tiltaket er lagt til."`, 10*time.Second)
	w.tabTo("#areas a")
	w.keys("f")
	w.until("others can look along", `document.querySelector("#follow").getAttribute("aria-pressed") === "true"`, 5*time.Second)
	w.until("it is told how many look", `document.querySelector("#crowd").textContent === "Ingen andre ser på"`, 5*time.Second)

	// The end, and the minutes.
	w.tabTo(`#missing-reason form button[type=submit]`)
	w.keys(kb.Enter)
	w.until("the meeting is closed", `document.body.innerText.includes("Møtet er avsluttet.")`, 20*time.Second)
	w.until("the minutes", `location.pathname === "/referat/`+meeting+`"`, 10*time.Second)
	resp, err := p.session("moteleder").Get(p.url("/referat/" + meeting + ".txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	minutes, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("minutes: %s %v", resp.Status, err)
	}
	for _, want := range []string{"Tastaturmøte", "Skaffe aggregat", said} {
		if !strings.Contains(string(minutes), want) {
			t.Errorf("the minutes lack %q", want)
		}
	}
}
