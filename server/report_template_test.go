package server

import (
	"net/url"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/outline"
)

// The template is edited without script: each button shows the draft, one saves
// it; what is wrong is said beside what was written, and nothing is lost.
func TestReportTemplateByForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	for _, role := range domain.Roles() {
		want := 403
		switch role {
		case domain.RoleEditor, domain.RoleAdmin:
			want = 200
		case domain.RolePublic, domain.RoleMunicipality:
			want = 404
		}
		if res := w.get(string(role), "/referatmal"); res.status != want {
			t.Errorf("%s: %d, want %d", role, res.status, want)
		}
	}
	if body := w.get("redaktor", "/referatmal").body; !strings.Contains(body, "Det er ingen møter å vise malen med") || !strings.Contains(body, "Standardmalen er i bruk") {
		t.Error("the page without a meeting")
	}
	id := string(w.openMeeting())
	w.set(domain.MeetingID(id), "9901", domain.Red)

	body := w.get("redaktor", "/referatmal").body
	press := func(do string, more url.Values) answer {
		t.Helper()
		to, fields := w.formOf(body, "/referatmal")
		for name, v := range templateFields(body) {
			fields[name] = v
		}
		for name, v := range more {
			fields[name] = v
		}
		fields.Set("do", do)
		res := w.do("POST", to, fields.Encode(), "Cookie: "+w.as("redaktor"), "Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded")
		if strings.Contains(res.body, `name="key-0"`) {
			body = res.body
		}
		return res
	}
	preview := func() string {
		_, text, _ := strings.Cut(body, "<pre")
		text, _, _ = strings.Cut(text, "</pre>")
		return text
	}
	order := func(what string, want ...string) {
		t.Helper()
		rest := preview()
		for _, s := range want {
			_, after, ok := strings.Cut(rest, s)
			if !ok {
				t.Fatalf("%s: %q is missing, or not in its place, in %s", what, s, preview())
			}
			rest = after
		}
	}
	order("standard", "1. Tid og møte", "2. Deltakere", "3. Situasjonsbilde", "4. Endringer i møtet")
	press("ned.0", nil)
	order("moved down", "1. Deltakere", "2. Tid og møte")
	press("opp.1", nil)
	order("moved up", "1. Tid og møte", "2. Deltakere")
	press("opp.0", nil)
	order("the first moved up", "1. Tid og møte", "2. Deltakere")
	press("ny", nil)
	if res := press("lagre", nil); res.status != 422 || !strings.Contains(res.body, `role="alert"`) || !strings.Contains(res.body, "må ha en overskrift") || !strings.Contains(res.body, `aria-invalid="true"`) {
		t.Errorf("an own section without a heading: %d", res.status)
	}
	own := url.Values{"heading-11": {"Værvarsel"}, "text-11": {"Fylles ut av vakten.\r\nSe yr.no"}, "heading-0": {"Når"}, "show-1": {}}
	press("vis", own)
	order("own", "1. Når", "2. Situasjonsbilde", "10. Værvarsel\nFylles ut av vakten.\nSe yr.no")
	if outline.Of(w.board("na")).Revision != 0 {
		t.Error("a draft was written down")
	}
	if res := press("lagre", nil); res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), "/referatmal") {
		t.Fatalf("saved: %d %.300s", res.status, res.body)
	}
	if res := press("lagre", nil); res.status != 303 && res.status != 409 {
		t.Errorf("saved twice: %d", res.status)
	}
	if text := w.get("leser", "/referat/"+id+".txt").body; !strings.Contains(text, "1. Når") || strings.Contains(text, "Deltakere") || !strings.Contains(text, "Se yr.no") {
		t.Errorf("the minutes: %s", text)
	}
	if page := w.get("leser", "/referat/"+id).body; !strings.Contains(page, "<h2>Når</h2>") || strings.Contains(page, "<h2>Deltakere") || strings.Contains(page, "/referatmal") {
		t.Error("the page of the minutes has another order, or leads a reader to the template")
	}
	stale := body // from before it was saved
	body = w.get("redaktor", "/referatmal").body
	if !strings.Contains(body, "Embetets egen mal er i bruk") {
		t.Error("the page does not say whose template it is")
	}
	body = stale
	if res := press("lagre", url.Values{"heading-0": {"Senere"}}); res.status != 409 || !strings.Contains(res.body, "Noen andre har endret malen") {
		t.Errorf("over a template that was not seen: %d", res.status)
	}
	for do, status := range map[string]int{"": 422, "slett": 422, "opp.99": 422, "ned.x": 422} {
		if res := press(do, nil); res.status != status {
			t.Errorf("%q: %d", do, res.status)
		}
	}

	// Closed minutes keep it; reset counts from now.
	w.made("moteleder", "rev", map[string]any{"type": "close_meeting", "meeting": id, "unexplained": true})
	body = w.get("redaktor", "/referatmal").body
	if res := press("standard", nil); res.status != 303 {
		t.Errorf("reset: %d", res.status)
	}
	if !outline.Of(w.board("na")).Standard {
		t.Error("the template is not the standard one")
	}
	if text := w.get("leser", "/referat/"+id+".txt").body; !strings.Contains(text, "1. Når") {
		t.Error("minutes of a closed meeting changed with the template")
	}
}

// templateFields reads the fields of the template's form that formOf leaves to
// who fills it in.
func templateFields(body string) url.Values {
	out := url.Values{}
	for _, tag := range fieldPattern.FindAllString(body, -1) {
		a := attributes(tag)
		_, checked := a["checked"]
		if strings.HasPrefix(a["name"], "heading-") || strings.HasPrefix(a["name"], "show-") && (checked || strings.Contains(tag, " checked")) {
			out.Set(a["name"], a["value"])
		}
	}
	for _, part := range strings.Split(body, "<textarea ")[1:] {
		tag, text, _ := strings.Cut(part, ">")
		text, _, _ = strings.Cut(text, "</textarea>")
		if name := attributes("<textarea " + tag + ">")["name"]; strings.HasPrefix(name, "text-") {
			out.Set(name, text)
		}
	}
	return out
}
