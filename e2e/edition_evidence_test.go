//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// fills writes in fields, each reached by the tab key.
func (w *tab) fills(fields ...string) {
	w.t.Helper()
	for i := 0; i < len(fields); i += 2 {
		w.tabTo(fields[i])
		for _, key := range fields[i+1] {
			w.keys(string(key))
		}
	}
}

// chooses opens the dialogue for files of the field that has the focus, by the space bar,
// and answers it as the desk would.
func (w *tab) chooses(content ...string) {
	w.t.Helper()
	var paths []string
	for i := 0; i < len(content); i += 2 {
		path := filepath.Join(w.t.TempDir(), content[i])
		if err := os.WriteFile(path, []byte(content[i+1]), 0o600); err != nil {
			w.t.Fatal(err)
		}
		paths = append(paths, path)
	}
	ctx, cancel := context.WithTimeout(w.ctx, 10*time.Second)
	defer cancel()
	if _, err := chromedp.Call(ctx, page.SetInterceptFileChooserDialog, page.SetInterceptFileChooserDialogParams{Enabled: true}); err != nil {
		w.t.Fatal(err)
	}
	opened := chromedp.Events(ctx, page.FileChooserOpened)
	w.keys(" ")
	for event, err := range opened {
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := chromedp.Call(ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: paths, BackendNodeID: event.BackendNodeID}); err != nil {
			w.t.Fatal(err)
		}
		break
	}
}

// recordsByKeys records a source with files for the judgement that is open, from the
// workplace and back to it, by keyboard alone, and rests the judgement on it.
func (w *tab) recordsByKeys(at string) {
	w.t.Helper()
	w.press("k")
	w.tabTo(`#sources a[href*="skjema=ny"]`)
	w.keys(kb.Enter)
	w.until("the kinds are shown", `location.pathname.endsWith("/kunnskap") && document.querySelector(".known-panel li a")`, 10*time.Second)
	w.tabTo(`.known-panel a[href*="type=dialogue"]`)
	w.keys(kb.Enter)
	w.until("the form is open", `document.readyState === "complete" && document.querySelector("form.upload[data-live]")`, 10*time.Second)
	w.fills("#f-title", "Samtale med kommuneoverlegen", "#f-source", "Statsforvalteren", "#f-effective", "05052022", "#f-period_from", "05052022", "#f-period_to", "05052022")
	w.tabTo("form.upload input[type=file]")
	w.chooses("Referat.pdf", "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "bilde.png", "ikke et bilde")
	w.allows("422")
	w.until("one is stored, and one refused in words", `document.querySelectorAll("#sent-files input").length === 2 && document.querySelector(".sent [data-refused]")?.textContent.includes("bilde.png er ikke tatt imot")`, 20*time.Second)
	w.axe("files that were sent")
	w.tabTo("button[form=source]")
	w.keys(kb.Enter)
	w.until("it leads back, to the new source", fmt.Sprintf(`location.pathname === %q && document.activeElement?.matches("#sources details input")`, at), 10*time.Second)
	w.live()
	w.keys(" ")
	w.control("s")
	w.until("it is saved", `document.querySelector("#judgement .main .kept").textContent.startsWith("Lagret ")`, 10*time.Second)
}

// readsAFile reads supervision from a file, by keyboard alone.
func (w *tab) readsAFile(p *program) {
	w.t.Helper()
	w.open(p.url("/kunnskap/fil"))
	w.tabTo("input[type=file]")
	w.chooses("tilsyn.csv", "Kommune;Saksnummer;Tema;Fagområde;Dato;Hjemmel;Avvik;Status\nHamar;22/1;Legevakt;Fastlegesituasjonen;14.05.2022;helsetilsynsloven § 4;Rutine mangler;åpent\nHamarr;22/2;Legevakt;;14.05.2022;helsetilsynsloven § 4;;\n")
	w.until("it is chosen", `document.querySelector("input[type=file]").files.length === 1`, 10*time.Second)
	w.tabTo(".by-file button")
	w.keys(kb.Enter)
	w.until("it is shown", `document.querySelector(".question h2")?.textContent === "Lagre 1 kilde?"`, 10*time.Second)
	if got := eval[string](w, `document.querySelector("main").textContent`); !strings.Contains(got, "rad 3, kolonne A: «Hamarr» er ikke en kommune i fylket.") || !strings.Contains(got, "Legevakt, sak 22/1") {
		w.t.Errorf("it shows\n%s", got)
	}
	for _, size := range [][2]int64{{390, 844}, {1280, 900}} {
		w.do(chromedp.EmulateViewport(size[0], size[1]))
		w.axe(fmt.Sprint("a file of evidence ", size[0]))
	}
	w.tabTo(".question button")
	w.keys(kb.Enter)
	w.until("it is saved", `document.querySelector(".band[role=status]")?.textContent === "Kildene er lagret."`, 10*time.Second)
}

// TestWhatWeKnowOfYou: a contact reads on a phone what is known of the municipality, marks
// a source, tells of one that is missing, and is told that both wait; the sources of
// others are not to be found.
func TestWhatWeKnowOfYou(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("redaktor")
	for id, of := range map[string][2]string{"apen": {"3434", "own"}, "intern": {"3434", "office"}, "nabo": {"3433", "public"}} {
		api.must("record_evidence", map[string]any{"evidence": id, "v": 1, "kind": "dialogue", "m": []string{of[0]}, "c": []string{"helse"}, "title": "Kilde " + id, "summary": "Sammendrag " + id,
			"source": "Statsforvalteren", "effective": "2022-06-01", "retrieved": "2022-06-02", "access": of[1]})
	}
	w := sharedChromium(t).tab("contact", 390, 844)
	w.login(p, "kommune-lom")
	w.open(p.url("/start"))
	w.tabTo(`a[href="/kommune/3434/kunnskap"]`)
	w.keys(kb.Enter)
	w.until("the sources are shown", `document.querySelector("h1")?.textContent.startsWith("Det vi vet om")`, 10*time.Second)
	text := eval[string](w, `document.querySelector("main").textContent`)
	if !strings.Contains(text, "Kilde apen") || strings.Contains(text, "Kilde intern") || strings.Contains(text, "Kilde nabo") || strings.Contains(text, "Sammendrag") {
		t.Errorf("the contact reads\n%s", text)
	}
	row := `tr:has(input[name=evidence][value="apen"])`
	w.tabTo(row + " summary")
	w.keys(kb.Enter)
	w.axe("a source is marked")
	w.tabTo(row + " input[value=outdated]")
	w.keys(" ")
	w.fills(row+" textarea", "Ny samtale i juni")
	w.tabTo(row + " button")
	w.keys(kb.Enter)
	w.until("it is told", `document.querySelector(".asked")?.textContent.includes("Ny samtale i juni")`, 10*time.Second)
	w.fills(".known-missing textarea", "Helhetlig ROS 2022")
	w.tabTo(".known-missing button")
	w.keys(kb.Enter)
	w.until("both wait", `document.querySelector(".asked")?.textContent.includes("Helhetlig ROS 2022") && document.querySelector(".asked h2").textContent.includes("venter på svar")`, 10*time.Second)
	w.axe("what the contact told")
	w.allows("404")
	w.open(p.url("/kommune/3433/kunnskap"))
	if text := eval[string](w, `document.body.textContent`); strings.Contains(text, "Kilde nabo") {
		t.Error("another municipality's sources are shown")
	}
}
