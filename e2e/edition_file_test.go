//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// givesATableBack takes the table of an area away, edits a text of it, and gives it back, by
// keyboard alone: what it changes is shown before it is saved.
func (w *tab) givesATableBack(p *program, address string) {
	w.t.Helper()
	w.open(p.url(address))
	eval[bool](w, fmt.Sprintf(`(fetch(%q).then((answer) => answer.text()).then((text) => { window.table = text }), true)`, address+".csv"))
	w.until("the table is there", `!!window.table`, 10*time.Second)
	table := eval[string](w, `window.table`)
	if strings.Count(table, "Setning 2.") != 1 {
		w.t.Fatalf("the table has not what was written:\n%.600s", table)
	}
	w.tabTo(".sheet-tools summary")
	w.keys(kb.Enter)
	w.tabTo(".sheet-tools input[type=file]")
	w.chooses("fastlege.csv", strings.Replace(table, "Setning 2.", "Setning fra regneark.", 1))
	w.until("it is chosen", `document.querySelector("input[type=file]").files.length === 1`, 10*time.Second)
	w.tabTo(".sheet-tools button")
	w.keys(kb.Enter)
	save := `form[action$="/fil/lagre"] button`
	w.until("what it changes is shown", fmt.Sprintf(`!!document.querySelector(%q)`, save), 10*time.Second)
	if got := eval[string](w, `document.querySelector("main").textContent`); !strings.Contains(got, "1 endring") || !strings.Contains(got, "Setning 2.") || !strings.Contains(got, "Setning fra regneark.") {
		w.t.Errorf("it shows\n%s", got)
	}
	for _, size := range [][2]int64{{390, 844}, {1440, 900}} {
		w.do(chromedp.EmulateViewport(size[0], size[1]))
		w.axe(fmt.Sprint("a table that is given back ", size[0]))
	}
	w.tabTo(save)
	w.keys(kb.Enter)
	w.until("it is saved", `document.querySelector("#sheet")?.textContent.includes("Setning fra regneark.")`, 10*time.Second)
}

// judgesAMunicipality sets a level of one area on the page of a whole municipality, and
// reads the area's text there.
func (w *tab) judgesAMunicipality(p *program, address, area string) {
	w.t.Helper()
	w.open(p.url(address))
	w.live()
	for range eval[int](w, fmt.Sprintf(`[...document.querySelectorAll("#sheet tr[data-m]")].findIndex((row) => row.id === %q) + 1`, "r-"+area)) {
		w.keys(kb.ArrowDown)
	}
	level := fmt.Sprintf(`document.querySelector("#r-%s .lvl").textContent`, area)
	w.keys("1")
	w.until("the level is set", level+` === "Grønn"`, 10*time.Second)
	w.keys(kb.Enter)
	w.until("the row opens", fmt.Sprintf(`document.querySelector("tr.open #judgement")?.dataset.c === %q`, area), 10*time.Second)
	w.press("3")
	w.until("and is judged there", level+` === "Rød"`, 10*time.Second)
	w.axe("a municipality whole, a row open")
	w.keys(kb.Escape)
	w.do(chromedp.EmulateViewport(390, 844))
	w.axe("a municipality whole, on a phone")
	w.do(chromedp.EmulateViewport(1440, 900))
}
