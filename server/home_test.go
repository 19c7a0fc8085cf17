package server

import (
	"net/url"
	"strings"
	"testing"

	"kommunebilde/domain"
)

// TestHome: who is signed in begins with the first page where nothing goes on that they
// see, else with the live picture: a municipality's contact with their own region, everybody
// else with all of it. The overview is one address away; an exercise is nothing that goes on.
func TestHome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	home := func(who domain.Role) string { return w.get(string(who), "/").header.Get("Location") }
	for _, who := range []domain.Role{domain.RoleMunicipality, domain.RoleReader, domain.RoleAdmin} {
		if got := home(who); got != "/start" {
			t.Errorf("while nothing goes on %s begins at %q", who, got)
		}
	}
	w.submit(domain.OpenExercise{Board: "ovelse", Title: "Øvelse", From: domain.Live})
	if got := home(domain.RoleReader); got != "/start" {
		t.Errorf("during an exercise a reader begins at %q", got)
	}
	if got := w.get(string(domain.RoleReader), "/tavle").header.Get("Location"); got != "/tavle/na" {
		t.Errorf("the overview is at %q", got)
	}
	if got := w.get("", "/").header.Get("Location"); got == "/start" {
		t.Errorf("who is signed out begins at %q", got)
	}
	w.openMeeting()
	region := string(w.board(domain.Live).Catalogue().Municipalities[0].Region)
	for who, want := range map[domain.Role]string{
		domain.RoleMunicipality: "/tavle/na?region=" + region,
		domain.RoleReader:       "/tavle/na",
		domain.RoleLead:         "/tavle/na",
	} {
		if got := home(who); got != want {
			t.Errorf("%s begins at %q, want %q", who, got, want)
		}
	}
}

// TestSigningInLeadsBackWithoutScript: the way to sign in names the page that it stands
// on, with its filter.
func TestSigningInLeadsBackWithoutScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/tavle/2022?level=red&region=nord", "/omrade/beredskap?region=nord", "/om"} {
		if want := `href="/login?next=` + url.QueryEscape(path) + `"`; !strings.Contains(w.get("", path).body, want) {
			t.Errorf("%s has no %s", path, want)
		}
	}
	if body := w.get("", "/login").body; strings.Contains(body, "?next=") {
		t.Error("the page to sign in leads back to itself")
	}
}
