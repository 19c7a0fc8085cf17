//go:build shots

package dashboard

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"kommunebilde"
)

// TestShots writes pages as files, to be looked at: KB_SHOTS names the folder,
// which holds app.css and walls.css.
func TestShots(t *testing.T) {
	dir := os.Getenv("KB_SHOTS")
	css, err := os.ReadFile(filepath.Join(dir, "app.css"))
	if err != nil {
		t.Fatal(err)
	}
	walls, err := os.ReadFile(filepath.Join(dir, "walls.css"))
	if err != nil {
		t.Fatal(err)
	}
	css = append(css, walls...)
	w, s := innlandet(t), newSite(t)
	put := func(name string, body []byte, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(name, err)
		}
		link := []byte(`<link rel="stylesheet" href="` + s.AssetPath("app.css") + `">`)
		body = bytes.Replace(body, []byte("<style>body{}</style>"), append(append([]byte("<style>"), css...), "</style>"...), 1)
		body = bytes.Replace(body, link, append(append([]byte("<style>"), css...), "</style>"...), 1)
		body = bytes.Replace(body, []byte(`id="live-word">Hentet`), []byte(`id="live-word">Direkte`), 1)
		for _, theme := range []string{"light", "dark"} {
			page := bytes.Replace(body, []byte(`<html lang="nb"`), []byte(`<html class="js" lang="nb" data-theme="`+theme+`"`), 1)
			page = bytes.Replace(page, []byte(` class="wall `), []byte(` class2="`), 1)
			if i := bytes.Index(body, []byte(` class="wall `)); i > 0 {
				page = bytes.Replace(page, []byte(`<html class="js"`), []byte(`<html class="js wall `+string(body[i+13:i+13+bytes.IndexByte(body[i+13:], '"')])+`"`), 1)
			}
			page = bytes.Replace(page, []byte(`<body `), []byte(`<body data-state="live" `), 1)
			if err := os.WriteFile(filepath.Join(dir, name+"-"+theme+".html"), page, 0o644); err != nil {
				t.Fatal(err)
			}
			lost := bytes.Replace(page, []byte(`data-state="live"`), []byte(`data-state="disconnected"`), 1)
			lost = bytes.Replace(lost, []byte(` hidden><b class="text"></b>`), []byte(`><b class="text">Frakoblet – viser status fra 10:42:07</b>`), 1)
			if err := os.WriteFile(filepath.Join(dir, name+"-lost-"+theme+".html"), lost, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	overview := func(name string, by kommunebilde.Actor, b kommunebilde.BoardID, query string) {
		t.Helper()
		p := w.picture(by, b)
		q, _ := url.ParseQuery(query)
		f, err := ParseFilter(q, p.Catalogue())
		if err != nil {
			t.Fatal(err)
		}
		path := "/tavle/" + string(b)
		if b != kommunebilde.Live {
			p = p.Published()
			path = "/utgave/" + string(b)
		}
		body, err := s.Overview(w.request(by, b, path+"?"+query), p, f)
		put(name, body, err)
	}
	overview("edition", reader, "2022", "valgt=3434.fastlege")
	overview("public", nobody, "2022", "")
	overview("now", reader, kommunebilde.Live, "valgt=3434.fastlege")
	overview("lead", leader, kommunebilde.Live, "valgt=3434.fastlege")
	overview("plain", leader, kommunebilde.Live, "")
	overview("tiles", reader, kommunebilde.Live, "valgt=3434.fastlege&vis=ruter")
	overview("valdres", reader, kommunebilde.Live, "region=valdres")
	overview("filter", reader, kommunebilde.Live, "level=red&level=yellow")
	overview("empty", reader, kommunebilde.Live, "region=hadeland&since=1m")
	overview("roomy", reader, kommunebilde.Live, "romslig=1")
	more(t, w, s, put)
	meetingShots(t, put)
}
