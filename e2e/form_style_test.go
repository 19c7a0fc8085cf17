//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestFieldsLookAlikeEverywhere: a button, a field, a text area and a select have one
// look on the overview, the console and on forms, light and dark: edge, corners, colours
// and letters are the same, and heights are those that the design has.
func TestFieldsLookAlikeEverywhere(t *testing.T) {
	t.Parallel()
	p := demo(t)
	meeting := p.client("moteleder").openMeetings("na")[0]
	w := sharedChromium(t).tab("lead", 1440, 900)
	w.login(p, "moteleder")
	type look = map[string]string
	looks := map[string]map[string]look{} // by kind of element, then by look of the first
	heights := []string{"28px", "32px", "40px", "44px", "48px"}
	for _, theme := range []bool{false, true} {
		w.dark(theme)
		for _, path := range []string{"/tavle/na?valgt=3434.klima", "/konsoll/" + meeting, "/moter", "/mote/" + meeting, "/hendelser", "/aktorer", "/konto"} {
			w.open(p.url(path))
			w.until("the page is laid out", `document.fonts.status === "loaded"`, 10*time.Second)
			got := eval[map[string][]look](w, `(() => {
				const kinds = {button: "main button.btn:not(.go, .quiet, .sm, [disabled], [aria-pressed=true])", field: "main .fld input:is([type=text], :not([type]))", area: "main .fld textarea", select: "main :is(.fld, .sel) select:not([name=kart])"};
				const props = ["borderTopWidth", "borderTopStyle", "borderTopColor", "borderTopLeftRadius", "backgroundColor", "color", "fontFamily", "fontWeight"];
				const out = {};
				for (const [kind, selector] of Object.entries(kinds)) {
					out[kind] = [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility()).map((e) => {
						const style = getComputedStyle(e);
						return {...Object.fromEntries(props.map((p) => [p, style[p]])), minHeight: style.minHeight, id: e.id || e.name || e.className};
					});
				}
				return out;
			})()`)
			for kind, all := range got {
				key := fmt.Sprint(kind, theme)
				for _, one := range all {
					name, height := one["id"], one["minHeight"]
					delete(one, "id")
					delete(one, "minHeight")
					if kind != "area" && !slices.Contains(heights, height) {
						t.Errorf("%s: %s %s is at least %s high", path, kind, name, height)
					}
					if looks[key] == nil {
						looks[key] = map[string]look{path: one}
					}
					for first, want := range looks[key] {
						for prop, v := range one {
							if v != want[prop] {
								t.Errorf("%s: %s %s has %s %s, on %s %s", path, kind, name, prop, v, first, want[prop])
							}
						}
					}
				}
			}
		}
	}
	for _, kind := range []string{"button", "field", "area", "select"} {
		if looks[kind+"false"] == nil {
			t.Errorf("no %s was seen", kind)
		}
	}
}
