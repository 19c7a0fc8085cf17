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
			"app.css": {Data: []byte(css)}, "app.css.br": {Data: []byte("packed")}, "README.md": {Data: []byte("x")},
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
	for _, name := range []string{"app.css", "README.md", "../nouns.go", "app.css.br", ""} {
		if _, ok := s.Asset(name); ok {
			t.Errorf("%q is served", name)
		}
	}
	if s.AssetPath("none.js") != "" {
		t.Error("an asset that is not there has an address")
	}
}
