package server

import (
	"testing"

	"kommunebilde"
)

// TestHome: a municipality's contact begins with their own region, wherever they
// may begin; everybody else with all of it.
func TestHome(t *testing.T) {
	w := newWorld(t)
	home := func(who kommunebilde.Role) string { return w.get(string(who), "/").header.Get("Location") }
	w.openMeeting()
	region := string(w.board(kommunebilde.Live).Catalogue().Municipalities[0].Region)
	for who, want := range map[kommunebilde.Role]string{
		kommunebilde.RoleMunicipality: "/tavle/na?region=" + region,
		kommunebilde.RoleReader:       "/tavle/na",
		kommunebilde.RoleLead:         "/tavle/na",
	} {
		if got := home(who); got != want {
			t.Errorf("%s begins at %q, want %q", who, got, want)
		}
	}
}
