package server

import (
	"strings"
	"testing"

	"kommunebilde/domain"
)

// TestOnlyEmbeddedPagesMayBeFramed: what other sites may frame is an edition that is out, as
// everybody sees it, whoever asks: it reads no cookie and no token, sets none, runs no script
// and has no form. Nothing else may be framed, an error in its place included.
func TestOnlyEmbeddedPagesMayBeFramed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	framed := 0
	for _, r := range w.server.routes {
		if r.Method != "GET" || r.Socket || r.Streams {
			continue
		}
		path := strings.NewReplacer(":lang", "nb", ":board", "2022", ":version", "v1", ":area", "skole", ":m", "9901", ":c", "skole").Replace(r.Path)
		id := "9901"
		if strings.Contains(path, "/omrade/") {
			id = "skole"
		}
		res := w.get("", strings.Replace(path, ":id", id, 1))
		policy := res.header.Get("Content-Security-Policy")
		if strings.HasPrefix(r.Path, "/innfelt/") {
			framed++
			if res.status != 200 || !strings.Contains(policy, "frame-ancestors *") || strings.Contains(policy, "script-src") || !strings.Contains(policy, "form-action 'none'") {
				t.Errorf("%s: %d, %s", r.Path, res.status, policy)
			}
			continue
		}
		if !strings.Contains(policy, "frame-ancestors 'none'") && !strings.Contains(policy, "sandbox") {
			t.Errorf("%s may be framed: %s", r.Path, policy)
		}
	}
	if framed == 0 {
		t.Error("nothing may be framed")
	}
	for _, path := range []string{"/innfelt/nb/kommune/9901", "/innfelt/en/omrade/skole"} {
		public := w.get("", path)
		for _, headers := range [][]string{
			{"Cookie: " + w.as("redaktor") + "; kb_lang=nn; kb_theme=dark"},
			{"Authorization: Bearer " + w.token("redaktor")},
			{"Authorization: Bearer feil"},
			{"Accept-Language: nn"},
		} {
			res := w.do("GET", path, "", headers...)
			if res.status != 200 || res.body != public.body || res.header.Get("Set-Cookie") != "" {
				t.Errorf("%s with %.20s: %d, another page than everybody's", path, headers[0], res.status)
			}
		}
		if vary := public.header.Get("Vary"); strings.Contains(vary, "Cookie") {
			t.Errorf("%s varies by %s", path, vary)
		}
		for _, word := range []string{"<script", "<form", "<input", "<button", "2023"} {
			if strings.Contains(public.body, word) {
				t.Errorf("%s has %s", path, word)
			}
		}
	}
	if body := w.get("", "/innfelt/nb/kommune/9901").body; !strings.Contains(body, `lang="nb"`) || !strings.Contains(body, `data-level="red"`) || !strings.Contains(body, "2022") {
		t.Errorf("the page does not say what was judged: %s", body)
	}
	for _, path := range []string{"/innfelt/nb/kommune/1", "/innfelt/de/kommune/9901", "/innfelt/nb/omrade/finnes-ikke"} {
		if res := w.get("", path); res.status != 404 || !strings.Contains(res.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: %d, %s", path, res.status, res.header.Get("Content-Security-Policy"))
		}
	}
	w.submit(domain.MarkCells{Board: "2022", Cells: []domain.CellRef{{Municipality: "9901", Column: "beredskap"}}, Fields: []domain.Field{domain.FieldLevel, domain.FieldText}, Basis: "offl-13", Reason: "prøve"})
	if body := w.get("redaktor", "/innfelt/nb/kommune/9901").body; strings.Contains(body, `data-level="red"`) {
		t.Error("a level that is exempt stands in a frame")
	}
}
