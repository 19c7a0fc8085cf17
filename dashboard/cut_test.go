package dashboard

import "testing"

// TestPartsAreCutOut: what was asked for and nothing else, in the page's order, with
// what the page says of itself.
func TestPartsAreCutOut(t *testing.T) {
	page := []byte(`<html><head></head><body data-kind="overview" data-mine="x" data-rev="7"><p id="a">1</p><div id="b"><div>2</div><p id="c">3</p></div>` +
		`<p id="&#34;">4</p><table><tr><td data-m="1"><b class="fig">5</b></td><td>no number</td><td data-m="2"><b class="fig">6</b></td></tr></table></body></html>`)
	for name, c := range map[string]struct {
		ids  []string
		want string
	}{
		"nothing":            {nil, ""},
		"two":                {[]string{"c", "a"}, `<p id="a">1</p><p id="c">3</p>`},
		"what is in it":      {[]string{"b"}, `<div id="b"><div>2</div><p id="c">3</p></div>`},
		"what is not there":  {[]string{"d", "cell"}, ""},
		"a name with quotes": {[]string{`"`}, `<p id="&#34;">4</p>`},
		"cells with numbers": {[]string{"cell-figures"}, `<table id="cell-figures"><tbody><tr><td data-m="1"><b class="fig">5</b></td><td data-m="2"><b class="fig">6</b></td></tr></tbody></table>`},
	} {
		want := `<!doctype html><html><body data-kind="overview" data-rev="7">` + c.want + `</body></html>`
		if got := string(Parts(page, c.ids)); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}
