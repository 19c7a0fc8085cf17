//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"
)

// TestReporterIsRemembered: who reported a municipality last stands in its field
// again, and is never taken for another municipality's; an actor that reported
// one is the first that is offered for the next. On the console and beside the
// table.
func TestReporterIsRemembered(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	w := sharedChromium(t).tab("lead", 1440, 900)
	w.login(p, "moteleder")
	value := func(of string) string {
		return eval[string](w, `document.querySelector("`+of+`").value`)
	}
	first := `document.querySelector("#reporters option").value`
	write := func(of, name string) {
		eval[bool](w, `(document.querySelector("`+of+`").value = "", true)`)
		w.write(of, name)
		w.blur()
	}
	console := p.url("/konsoll/" + api.openMeetings("na")[0])
	w.open(console + "?valgt=3440&c=samfunnssikkerhet")
	w.until("the list has actors", `document.querySelector("#reporters option[data-actor]")`, 10*time.Second)
	actor := eval[string](w, `[...document.querySelectorAll("#reporters option[data-actor]")].at(-1).value`)
	write("#reported-by", actor)
	w.open(console + "?valgt=3428&c=samfunnssikkerhet")
	w.until("the actor is offered first", first+` == "`+actor+`"`, 10*time.Second)
	if got, drawn := value("#reported-by"), eval[string](w, `document.querySelector("#reported-by").defaultValue`); got != drawn || got == actor {
		t.Errorf("Alvdal is reported by %q", got)
	}
	write("#reported-by", "Alvdal v/teknisk sjef")
	w.open(console + "?valgt=3440&c=samfunnssikkerhet")
	if got := value("#reported-by"); got != actor {
		t.Errorf("Øyer is reported by %q", got)
	}

	field := "#panel [name=reported_by]"
	w.open(p.url("/tavle/na?valgt=3428.samfunnssikkerhet"))
	w.until("Alvdal's own", `document.querySelector("`+field+`")?.value == "Alvdal v/teknisk sjef"`, 10*time.Second)
	w.open(p.url("/tavle/na?valgt=3430.samfunnssikkerhet"))
	w.until("the actor is offered for Os too", first+` == "`+actor+`"`, 10*time.Second)
	if got := value(field); got != "" {
		t.Errorf("Os is reported by %q", got)
	}
}

// TestReportCountsForWhomItSays: beside the reporter stands whether the report
// counts as the municipality's answer; an actor's never does, and the lead's own
// word on it, by key or by click, is what the roll-call goes by.
func TestReportCountsForWhomItSays(t *testing.T) {
	t.Parallel()
	p := demo(t)
	api := p.client("moteleder")
	api.must("open_exercise", map[string]any{"board": "stemme", "title": "stemme", "from": "na"})
	meeting := fmt.Sprint(api.must("open_meeting", map[string]any{"board": "stemme", "kind": "preparedness", "title": "stemme", "actors": []string{"Røde Kors"}})["meeting"])
	w := sharedChromium(t).tab("lead", 1440, 900)
	w.login(p, "moteleder")
	const own, about = "Teller som svar fra ", "Omtale – teller ikke som svar fra "
	for _, c := range []struct {
		m, name, by string
		turn        func()
		said, roll  string
	}{
		{"3434", "Lom", "", nil, own, "changed"},
		{"3433", "Skjåk", "nettselskapet", nil, own, "changed"},
		{"3435", "Vågå", "nettselskapet", func() { w.keys("o") }, about, "not_reported"},
		{"3436", "Nord-Fron", "nettselskapet", func() { w.click("#voice button") }, about, "not_reported"},
		{"3438", "Sør-Fron", "nettselskapet", func() { w.keys("o", "o") }, own, "changed"},
		{"3439", "Ringebu", "røde kors, vakta", func() { w.keys("o") }, about, "not_reported"},
		{"3440", "Øyer", "", func() { w.keys("o") }, about, "not_reported"},
	} {
		w.open(p.url("/konsoll/" + meeting + "?valgt=" + c.m + "&c=klima"))
		w.live()
		if c.by != "" {
			w.write("#reported-by", c.by)
			w.blur()
		}
		if c.turn != nil {
			c.turn()
		}
		w.until("it says for whom it counts", fmt.Sprintf(`document.querySelector("#voice span").textContent === %q`, c.said+c.name), 5*time.Second)
		w.keys("3")
		w.until("it is red", `document.querySelector('#areas li[data-c="klima"]').dataset.level === "red" && document.querySelector('#cell .cc-now .big').dataset.level === "red"`, 10*time.Second)
		w.until(c.name+" in the roll-call", fmt.Sprintf(`document.querySelector('#queue li[data-m=%q]').dataset.roll === %q`, c.m, c.roll), 10*time.Second)
	}
}
