//go:build e2e

package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestReporterIsRemembered: who reported a municipality last stands in its field
// again, and is never taken for another municipality's; an actor that reported
// one is the first that is offered for the next. On the console and beside the
// table.
func TestReporterIsRemembered(t *testing.T) {
	p := demo(t)
	api := p.client("moteleder")
	w := newChromium(t).tab("lead", 1440, 900)
	w.login(p, "moteleder")
	value := func(of string) string {
		return eval[string](w, `document.querySelector("`+of+`").value`)
	}
	first := `document.querySelector("#reporters option").value`
	write := func(of, name string) {
		eval[bool](w, `(document.querySelector("`+of+`").value = "", true)`)
		w.do(chromedp.SendKeys(chromedp.CSS(of), name), chromedp.Blur(chromedp.CSS(of)))
	}
	console := p.url("/konsoll/" + api.openMeetings("na")[0])
	w.open(console + "?valgt=3434&c=samfunnssikkerhet")
	w.until("the list has actors", `document.querySelector("#reporters option[data-actor]")`, 10*time.Second)
	actor := eval[string](w, `[...document.querySelectorAll("#reporters option[data-actor]")].at(-1).value`)
	write("#reported-by", actor)
	w.open(console + "?valgt=3433&c=samfunnssikkerhet")
	w.until("the actor is offered first", first+` == "`+actor+`"`, 10*time.Second)
	if got, drawn := value("#reported-by"), eval[string](w, `document.querySelector("#reported-by").defaultValue`); got != drawn || got == actor {
		t.Errorf("Skjåk is reported by %q", got)
	}
	write("#reported-by", "Skjåk v/teknisk sjef")
	w.open(console + "?valgt=3434&c=samfunnssikkerhet")
	if got := value("#reported-by"); got != actor {
		t.Errorf("Lom is reported by %q", got)
	}

	field := "#panel [name=reported_by]"
	w.open(p.url("/tavle/na?valgt=3433.samfunnssikkerhet"))
	w.until("Skjåk's own", `document.querySelector("`+field+`")?.value == "Skjåk v/teknisk sjef"`, 10*time.Second)
	w.open(p.url("/tavle/na?valgt=3435.samfunnssikkerhet"))
	w.until("the actor is offered for Vågå too", first+` == "`+actor+`"`, 10*time.Second)
	if got := value(field); got != "" {
		t.Errorf("Vågå is reported by %q", got)
	}
}
