package server

import (
	"testing"

	"kommunebilde/domain"
)

// TestHome: a municipality's contact begins with their own region, wherever they
// may begin; everybody else with all of it.
func TestHome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	home := func(who domain.Role) string { return w.get(string(who), "/").header.Get("Location") }
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
