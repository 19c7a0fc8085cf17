package main

import (
	"net/http"
	"strings"
	"testing"
)

// TestTokenListTellsOfUse: a token that nobody used is not one that was used when it
// was made.
func TestTokenListTellsOfUse(t *testing.T) {
	f := newFolder(t)
	f.must("account", "add", "kari", "--name", "Kari", "--role", "leser")
	f.must("token", "add", "kari", "--label", "regnskap")
	if said := f.must("token", "list", "kari"); !strings.Contains(said, "  never\n") {
		t.Errorf("a new token: %s", said)
	}
	s := f.serve()
	secret, _, _ := strings.Cut(f.must("token", "add", "kari", "--label", "kart"), "\n")
	req, err := http.NewRequest("GET", s.url+"/api/v1/boards", nil)
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+secret)
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	must(t, res.Body.Close())
	for range 2 { // as it is, and after a restart
		if said := f.must("token", "list", "kari"); res.StatusCode != 200 || strings.Count(said, "  never\n") != 1 {
			t.Errorf("one token used (%d): %s", res.StatusCode, said)
		}
		s.stop()
	}
}

// TestAccountsThatLetNobodyIn: what would do nothing for a closed or erased account
// says so.
func TestAccountsThatLetNobodyIn(t *testing.T) {
	f := newFolder(t)
	f.serve()
	f.must("account", "add", "sjef", "--name", "Sjef", "--role", "admin")
	for _, id := range []string{"kari", "ola"} {
		f.must("account", "add", id, "--name", "Navn", "--role", "leser")
	}
	if said := f.must("account", "disable", "kari"); !strings.Contains(said, "sessions and tokens have ended") || strings.Contains(said, "No administrator") {
		t.Errorf("disable: %s", said)
	}
	f.must("account", "erase", "ola")
	for _, what := range []string{"password", "invite", "reset-second"} {
		f.refused("kari is disabled and lets nobody in: account enable kari first", "account", what, "kari")
	}
	f.refused("account enable kari first", "token", "add", "kari", "--label", "x")
	for _, what := range []string{"password", "invite", "enable", "disable", "erase"} {
		f.refused("ola is erased, and nothing brings it back", "account", what, "ola")
	}
	for _, what := range []string{"bind", "unbind"} {
		f.refused("ola is erased, and nothing brings it back", "account", what, "ola", "https://id.example", "per")
	}
	if said := f.must("account", "end", "kari"); strings.Contains(said, "tokens stay") {
		t.Errorf("end: %s", said)
	}
	f.refused(`there is no account "nei"`, "account", "disable", "nei")
	f.refused(`there is no account "nei"`, "account", "bind", "nei", "https://id.example", "per")
	f.refused(`there is no account "nei"`, "token", "list", "nei")
	f.refused("token list kari has them", "token", "revoke", "kari", "0123456789abcdef")
	f.refused("--label WORDS", "token", "add", "sjef")
	if said := f.must("account", "list"); !strings.Contains(said, "erased") || !strings.Contains(said, "disabled") {
		t.Errorf("list: %s", said)
	}
	if said := f.must("audit", "--what", "account_erased"); strings.Count(said, ";ola;") != 1 {
		t.Errorf("traces: %s", said)
	}
	if said := f.must("account", "erase", "sjef"); !strings.Contains(said, "No administrator is left") {
		t.Errorf("the last administrator: %s", said)
	}
}

// TestFlagsAreNotDropped: a flag that does nothing for what is asked is refused.
func TestFlagsAreNotDropped(t *testing.T) {
	f := newFolder(t)
	f.serve()
	add := []string{"account", "add", "kari", "--name", "Kari", "--role", "leser"}
	f.refused("--areas is of the roles", append(add, "--areas", "klima")...)
	f.refused("--municipality is of the role", append(add, "--municipality", "3434")...)
	file := f.file("Kommune,Klima", "Lom,rød")
	f.must("import", "statuses", file, "--edition", "2026")
	f.refused("--title is of a new edition", "import", "statuses", f.file("Kommune,Klima", "Lom,gul"), "--edition", "2026", "--title", "Et annet")
	f.refused("--note is of a correction", "publish", "--edition", "2026", "--note", "Første")
	if said := f.must("hearing", "--edition", "2026", "--from", "2026-09-22", "--to", "2026-10-13", "--answered", "3434, 3433"); !strings.Contains(said, "2 responses") {
		t.Errorf("hearing: %s", said)
	}
	f.must("publish", "--edition", "2026")
	f.refused("--from DAY and --to DAY", "hearing", "--edition", "2026")
	for _, name := range []string{"publish", "hearing", "base"} {
		f.refused("--edition ID is missing", name)
		f.refused(`there is no edition "2027"; there is 2026`, name, "--edition", "2027")
	}
}
