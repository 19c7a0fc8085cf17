package dashboard

import (
	"errors"
	"html"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"kommunebilde"
)

func TestFilterAndAddressAreTheSame(t *testing.T) {
	c := small(t).picture(reader, kommunebilde.Live).Catalogue()
	for _, query := range []string{
		"", "region=nord", "area=helse&level=red&level=none", "since=10m", "since=mote", "since=2022-10-31", "kart=plan&vis=ruter",
		"region=sor&valgt=0003.samfunnssikkerhet", "romslig=1", "vis=skjerm", "at=2022-11-14T09%3A00%3A00Z",
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		f, err := ParseFilter(q, c)
		if err != nil {
			t.Fatalf("%q: %v", query, err)
		}
		back, err := url.ParseQuery(f.Query())
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseFilter(back, c)
		if err != nil || !reflect.DeepEqual(f, again) {
			t.Errorf("%q became %q: %+v, %v", query, f.Query(), again, err)
		}
	}
}

func TestFilterRefusesWhatIsNot(t *testing.T) {
	c := small(t).picture(reader, kommunebilde.Live).Catalogue()
	for query, code := range map[string]kommunebilde.Code{
		"region=atlantis": kommunebilde.NotFound, "area=x": kommunebilde.NotFound, "kart=x": kommunebilde.NotFound, "valgt=9999.plan": kommunebilde.NotFound,
		"valgt=0001": kommunebilde.NotFound, "level=orange": kommunebilde.Invalid, "since=igår": kommunebilde.Invalid, "since=-5m": kommunebilde.Invalid,
		"since=m": kommunebilde.Invalid, "at=nå": kommunebilde.Invalid, "vis=hopp": kommunebilde.Invalid, "since=99999999999h": kommunebilde.Invalid,
	} {
		q, _ := url.ParseQuery(query)
		_, err := ParseFilter(q, c)
		var e *kommunebilde.Error
		if !errors.As(err, &e) || e.Code != code {
			t.Errorf("%q: %v, want %s", query, err, code)
		}
	}
}

// A toggle leads to the same page with one level switched, and back.
func TestTogglesSwitchOneLevel(t *testing.T) {
	w := small(t)
	p := w.picture(reader, kommunebilde.Live)
	o := overview{board: &board{f: Filter{Region: "nord"}, c: p.Catalogue()}, pg: page{site: newSite(t)}, path: "/tavle/na"}
	for _, l := range filterLevels() {
		o.f = Filter{Region: "nord"}
		q, _ := url.ParseQuery(strings.TrimPrefix(o.toggled(l), "?"))
		f, err := ParseFilter(q, p.Catalogue())
		if err != nil || f.Region != "nord" || len(f.Levels) != 3 || f.ShowsLevel(l) {
			t.Errorf("%s off: %+v, %v", l, f, err)
		}
		o.f = f
		if back := o.toggled(l); back != "?region=nord" {
			t.Errorf("%s on again: %s", l, back)
		}
	}
}

func FuzzFilter(f *testing.F) {
	f.Add("region=nord&level=red&since=10m&valgt=0001.plan")
	f.Add("since=2022-10-31T10:00&at=&vis=ruter")
	c := kommunebilde.Catalogue{Regions: []kommunebilde.Region{{ID: "nord"}}, Municipalities: []kommunebilde.Municipality{{ID: "0001", Region: "nord"}}, Columns: []kommunebilde.Column{{ID: "plan"}}}
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		got, err := ParseFilter(q, &c)
		if err != nil {
			return
		}
		back, err := url.ParseQuery(got.Query())
		if err != nil {
			t.Fatalf("%q makes the address %q: %v", query, got.Query(), err)
		}
		if again, err := ParseFilter(back, &c); err != nil || again.Query() != got.Query() {
			t.Fatalf("%q, then %q, then %q: %v", query, got.Query(), again.Query(), err)
		}
	})
}

// Whatever text goes in, as text it comes out.
func FuzzText(f *testing.F) {
	f.Add(nasty)
	f.Add("a\x00b\xff\n<!--")
	f.Fuzz(func(t *testing.T, s string) {
		var w builder
		out := string(w.text(s).b)
		if strings.ContainsAny(out, "<>\"'\x00") {
			t.Fatalf("%q: %q", s, out)
		}
		if want := strings.ReplaceAll(s, "\x00", "\uFFFD"); html.UnescapeString(out) != want {
			t.Fatalf("%q comes out as %q", s, html.UnescapeString(out))
		}
		if escape(s) != out {
			t.Fatalf("escape differs: %q", escape(s))
		}
		var j builder
		if out := string(j.json(s).b); strings.ContainsAny(out, "<>&\n") {
			t.Fatalf("JSON %q", out)
		}
	})
}

func TestAssetsHaveNamesOfTheirContent(t *testing.T) {
	make := func(css string) *Site {
		s, err := New(Options{Base: "/kb", Assets: fstest.MapFS{
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
	for _, name := range []string{"app.css", "README.md", "../site.go", "app.css.br", ""} {
		if _, ok := s.Asset(name); ok {
			t.Errorf("%q is served", name)
		}
	}
	if s.AssetPath("none.js") != "" {
		t.Error("an asset that is not there has an address")
	}
}
