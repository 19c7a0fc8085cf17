package dashboard

import (
	"strings"
	"testing"
	"testing/fstest"

	"kommunebilde/dashboard/kit"
)

func TestAssetsHaveNamesOfTheirContent(t *testing.T) {
	make := func(css string) *kit.Site {
		s, err := New(kit.Options{Base: "/kb", Assets: fstest.MapFS{
			"app.css": {Data: []byte(css)}, "app.css.br": {Data: []byte("packed")}, "README.md": {Data: []byte("x")}, "inter-M3X4QF5J.woff2": {Data: []byte("letters")},
		}})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := make("a{}")
	path := s.AssetPath("app.css")
	name, ok := strings.CutPrefix(path, "/kb/static/")
	if !ok || path == make("b{}").AssetPath("app.css") || path != make("a{}").AssetPath("app.css") {
		t.Fatalf("path %q", path)
	}
	a, ok := s.Asset(name)
	if !ok || string(a.Body) != "a{}" || string(a.Brotli) != "packed" || len(a.Gzip) == 0 || a.Type != "text/css; charset=utf-8" || a.ETag == "" {
		t.Errorf("asset %+v, %t", a, ok)
	}
	letters := s.AssetPath("inter.woff2")
	if a, ok := s.Asset("inter-M3X4QF5J.woff2"); letters != "/kb/static/inter-M3X4QF5J.woff2" || !ok || a.Type != "font/woff2" || a.Gzip != nil {
		t.Errorf("%q is not the name that a style gives it: %+v, %t", letters, a, ok)
	}
	if alone := string(make(`url("./inter-M3X4QF5J.woff2")`).Inline("app.css")); alone != `url("data:font/woff2;base64,bGV0dGVycw==")` {
		t.Errorf("a file that stands alone has %s", alone)
	}
	for _, name := range []string{"app.css", "README.md", "../nouns.go", "app.css.br", ""} {
		if _, ok := s.Asset(name); ok {
			t.Errorf("%q is served", name)
		}
	}
	if s.AssetPath("none.js") != "" {
		t.Error("an asset that is not there has an address")
	}
}
