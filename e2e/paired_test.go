//go:build e2e

package e2e

import (
	"maps"
	"net/url"
	"regexp"
	"time"
)

// wall returns a screen that was paired as people do it: it shows a code, a lead
// types it in, and it goes to its view by itself. Fields are those of the lead's
// form that differ from layout A of the live picture on 65 inches at 5 metres.
func (p *program) wall(c *chromium, name string, width, height int64, fields url.Values) *tab {
	p.t.Helper()
	w := c.tab(name, width, height)
	w.open(p.url("/skjerm"))
	const digits = `document.body.innerText.replace(/\s/g, "")`
	w.until("the screen shows a code", `/\d{6}/.test(`+digits+`)`, 15*time.Second)
	form := url.Values{
		"code": {regexp.MustCompile(`\d{6}`).FindString(eval[string](w, digits))}, "name": {name},
		"board": {"na"}, "layout": {"a"}, "inches": {"65"}, "metres": {"5"},
	}
	maps.Copy(form, fields)
	p.form(p.session("moteleder"), "/skjermer", "/skjermer/par", form)
	w.until("the screen shows its view", `document.body.dataset.kind === "wall"`, 30*time.Second)
	w.live()
	return w
}
