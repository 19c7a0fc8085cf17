package kit

import (
	"html"
	"strings"
	"testing"
)

// Whatever text goes in, as text it comes out.
func FuzzText(f *testing.F) {
	f.Add(`</script><img src=x onerror=alert(1)>"'&` + "`" + `{{.}} 🚒`)
	f.Add("a\x00b\xff\n<!--")
	f.Fuzz(func(t *testing.T, s string) {
		var w Builder
		out := string(w.Text(s).b)
		if strings.ContainsAny(out, "<>\"'\x00") {
			t.Fatalf("%q: %q", s, out)
		}
		if want := strings.ReplaceAll(s, "\x00", "\uFFFD"); html.UnescapeString(out) != want {
			t.Fatalf("%q comes out as %q", s, html.UnescapeString(out))
		}
		if Escape(s) != out {
			t.Fatalf("escape differs: %q", Escape(s))
		}
		var j Builder
		if out := string(j.JSON(s).b); strings.ContainsAny(out, "<>&\n") {
			t.Fatalf("JSON %q", out)
		}
	})
}
