package server

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/molecule-man/go-brrr"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// TestOfficeSharesAPage: two accounts of the office that may the same get one page that is
// kept, and of the first nothing gets to the second. Whoever may something else, and
// another language, does not share it; what is set is there at once.
func TestOfficeSharesAPage(t *testing.T) {
	t.Parallel()
	now := time.Now() // one minute all along
	w := newWorld(t, func(c *Config) { c.Now = func() time.Time { return now } })
	meeting := w.openMeeting()
	const path = "/tavle/na"
	must(t, w.auth.AddAccount(t.Context(), accounts.Account{ID: "ola", Name: "Ola & <Å>", Grants: []domain.Grant{{Role: domain.RoleLead}}}, ""))
	kept := func() int { return w.server.edge.Stats().Kept }
	get := func(account string, headers ...string) answer {
		t.Helper()
		res := w.do("GET", path, "", append(headers, "Cookie: "+w.as(account))...)
		if res.header.Get("Content-Encoding") == "br" {
			text, err := brrr.Decompress([]byte(res.body))
			must(t, err)
			res.body = string(text)
		}
		if res.status != 200 || res.header.Get("Cache-Control") != "no-store" || res.header.Get("ETag") != "" || res.header.Get("Content-Encoding") != "gzip" && strings.ContainsAny(res.body, "\x01\x02\x03\x04\x05\x06\x07") {
			t.Fatalf("%s: %d %v", account, res.status, res.header)
		}
		return res
	}
	token := regexp.MustCompile(`data-token="([^"]{86})"`)
	const name = `>Navn moteleder</a>`
	plain := regexp.MustCompile( // of a page, without what is its reader's
		`data-(now|user|token)="[^"]*"|<a class="user"[^/]*/konto"[^<]*</a>|[0-9]{2}:[0-9]{2}:[0-9]{2}| +`)

	first := get("moteleder")
	if kept() != 1 {
		t.Fatalf("%d pages are kept", kept())
	}
	for _, coding := range []string{"", "Accept-Encoding: gzip", "Accept-Encoding: br", "Accept-Encoding: br"} {
		mine, other := get("moteleder", coding), get("ola", coding)
		w.idle() // packed better from here on
		if coding == "Accept-Encoding: gzip" {
			continue // what the client unpacks is above
		}
		for _, never := range []string{name, `"moteleder"`, first.header.Get("X-Request-Id"), mine.header.Get("X-Request-Id"), token.FindStringSubmatch(first.body)[1], token.FindStringSubmatch(mine.body)[1]} {
			if strings.Contains(other.body, never) {
				t.Errorf("%s: another's page has %q", coding, never)
			}
		}
		if !strings.Contains(mine.body, name) || !strings.Contains(other.body, `>Ola &amp; &lt;Å&gt;</a>`) || !strings.Contains(other.body, `data-user="ola"`) {
			t.Errorf("%s: whose page it is, is not there", coding)
		}
		if plain.ReplaceAllString(mine.body, "") != plain.ReplaceAllString(other.body, "") {
			t.Errorf("%s: the pages differ in more than their reader", coding)
		}
	}
	if kept() != 1 {
		t.Errorf("%d pages are kept for two who may the same", kept())
	}
	for n, others := range []struct{ account, header string }{{"leser", ""}, {"redaktor", ""}, {"moteleder", "Accept-Language: nn"}} {
		if get(others.account, others.header); kept() != n+2 {
			t.Errorf("%v: %d pages are kept", others, kept())
		}
	}
	w.set(meeting, "9901", domain.Red)
	if after := get("ola"); strings.Count(after.body, `data-level="red"`) <= strings.Count(first.body, `data-level="red"`) {
		t.Error("what is set is not on the page")
	}
}

// TestContactsSharePagesWithNobody: a municipality's contact gets a page of their own.
func TestContactsSharePagesWithNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/tavle/2022", "/tavle/na"} {
		w.do("GET", path, "", "Cookie: "+w.as("kommune"))
	}
	if n := w.server.edge.Stats().Kept; n != 0 {
		t.Errorf("%d pages are kept", n)
	}
}
