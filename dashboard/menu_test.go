package dashboard

import (
	"bytes"
	"testing"

	"kommunebilde/dashboard/about"
	"kommunebilde/domain"
)

// TestTheMenuIsTheReaders: pages that are on no board have the menu that the
// boards have, and those who keep accounts find them at the foot of every page.
func TestTheMenuIsTheReaders(t *testing.T) {
	w := innlandet(t)
	s := newSite(t)
	for _, c := range []struct {
		by                 domain.Actor
		meetings, accounts bool
	}{{reader, true, false}, {leader, true, false}, {admin, true, true}, {nobody, false, false}} {
		r := w.request(c.by, "", "/om")
		if r.User != nil {
			r.User.Admin = c.accounts
		}
		r.RightsOn = func(b domain.BoardID) domain.Rights { return domain.RightsOf(w.s, c.by, b, w.now) }
		page, err := about.About(s, r)
		if err != nil {
			t.Fatal(err)
		}
		for address, want := range map[string]bool{`href="/moter"`: c.meetings, `href="/hendelser"`: c.meetings, `href="/kontoer"`: c.accounts, `href="/sporing"`: c.accounts} {
			if got := bytes.Contains(page, []byte(address)); got != want {
				t.Errorf("%s finds %s: %v, want %v", c.by.ID, address, got, want)
			}
		}
	}
}
