package server

import (
	"bytes"
	"fmt"
	"html"
	"mime/multipart"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/server/auth"
	"kommunebilde/server/screens"
)

// send posts a form with a file, as a browser does.
func (w *world) send(account, path string, fields map[string]string, file string) answer {
	w.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	cookie := w.as(account)
	_, secret, _ := strings.Cut(cookie, "=")
	must(w.t, parts.WriteField("token", w.auth.Session(secret).FormToken()))
	for name, value := range fields {
		must(w.t, parts.WriteField(name, value))
	}
	part, err := parts.CreateFormFile("file", "kontakter.csv")
	must(w.t, err)
	_, err = part.Write([]byte(file))
	must(w.t, err)
	must(w.t, parts.Close())
	return w.do("POST", path, body.String(), "Cookie: "+cookie, "Origin: "+w.url, "Sec-Fetch-Site: same-origin", "Content-Type: "+parts.FormDataContentType())
}

func (w *world) grants(account string) string {
	w.t.Helper()
	a, ok := w.auth.Account(domain.AccountID(account))
	if !ok {
		return "none"
	}
	var out []string
	for _, g := range a.Grants {
		s := fmt.Sprint(g.Role)
		if g.Municipality != "" {
			s += " " + string(g.Municipality)
		}
		for _, area := range g.Areas {
			s += " " + string(area)
		}
		if !g.Until.IsZero() {
			s += " until " + g.Until.Format(time.RFC3339)
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// TestAccountIsMadeAndTaken: an admin makes an account, sends its link, and whoever
// has it chooses a password and is in with the role that was given.
func TestAccountIsMadeAndTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	res := w.form("admin", "/kontoer", url.Values{
		"name": {" Ka\u030are Moen"}, "account": {"kari"}, "role": {"fagansvarlig"}, "areas": {"skole"}, "until": {"2099-06-30"},
	})
	if res.status != 200 || res.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %q: %s", res.status, res.header.Get("Cache-Control"), res.body)
	}
	if got := w.grants("kari"); got != "fagansvarlig skole until 2099-06-30T22:00:00Z" || w.auth.Name("kari") != "Kåre Moen" { // the day's end in Norway
		t.Errorf("%q is %s", w.auth.Name("kari"), got)
	}
	link := regexp.MustCompile(`<code class="secret">([^<]+)</code>`).FindStringSubmatch(res.body)
	if link == nil || !strings.HasPrefix(link[1], w.url+"/") {
		t.Fatalf("no link in %s", res.body)
	}
	if page := w.get("admin", "/kontoer/kari"); strings.Contains(page.body, link[1]) {
		t.Error("the link is shown again")
	}
	_, code, _ := strings.Cut(link[1], "#")
	if res := w.post("/invitasjon", "", url.Values{"code": {code}, "password": {"et nytt langt passord"}}); res.status != 303 {
		t.Fatalf("the invitation: %d %s", res.status, res.body)
	}
	if res := w.login("kari", "et nytt langt passord"); res.status != 303 {
		t.Errorf("login: %d %s", res.status, res.body)
	}
}

// TestGrantsAreGivenAndTaken: at once, also for what is open; wrong ones are
// refused with the field, and change nothing.
func TestGrantsAreGivenAndTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		fields url.Values
		msg    string
	}{
		"no role":             {url.Values{}, "role.unknown"},
		"a made up role":      {url.Values{"role": {"sjef"}}, "role.unknown"},
		"a screen":            {url.Values{"role": {"skjerm"}}, "role.unknown"},
		"assessor of nothing": {url.Values{"role": {"fagansvarlig"}}, "role.areas"},
		"area unknown":        {url.Values{"role": {"godkjenner"}, "areas": {"fiske"}}, "column.unknown"},
		"an indicator":        {url.Values{"role": {"godkjenner"}, "areas": {"ros"}}, "column.unknown"},
		"no municipality":     {url.Values{"role": {"kommune"}}, "role.municipality"},
		"a foreign one":       {url.Values{"role": {"kommune"}, "municipality": {"0301"}}, "role.municipality"},
		"a day gone by":       {url.Values{"role": {"leser"}, "until": {"2020-01-01"}}, "until.past"},
		"no day":              {url.Values{"role": {"leser"}, "until": {"i morgen"}}, "time.wrong"},
		"held already":        {url.Values{"role": {"redaktor"}}, "role.held"},
	} {
		before := w.grants("redaktor")
		res := w.form("admin", "/kontoer/redaktor/roller", c.fields)
		if want := w.server.cfg.Site.Say("nb", &domain.Error{Msg: c.msg, Args: []string{c.fields.Get("role") + c.fields.Get("areas")}}); res.status/100 != 4 || !strings.Contains(res.body, want[:20]) && c.msg != "column.unknown" {
			t.Errorf("%s: %d, want %q in %s", name, res.status, want, res.body)
		}
		if got := w.grants("redaktor"); got != before {
			t.Errorf("%s: now %s", name, got)
		}
	}
	if res := w.form("admin", "/kontoer/redaktor/roller", url.Values{"role": {"kommune"}, "municipality": {"9902"}, "until": {"2099-12-31"}}); res.status != 303 {
		t.Fatalf("%d %s", res.status, res.body)
	}
	if got := w.grants("redaktor"); got != "redaktor, kommune 9902 until 2099-12-31T23:00:00Z" {
		t.Errorf("now %s", got)
	}
	delete(w.cookies, "redaktor") // given other rights, she signs in again
	screen := w.connect("redaktor")
	if res := w.form("admin", "/kontoer/redaktor/roller/fjern", url.Values{"role": {"redaktor"}}); res.status != 303 {
		t.Fatalf("%d %s", res.status, res.body)
	}
	if code := w.closeCode(screen); code != screens.CloseLogin {
		t.Errorf("her screen was closed with %d", code)
	}
	if got := w.grants("redaktor"); got != "kommune 9902 until 2099-12-31T23:00:00Z" {
		t.Errorf("now %s", got)
	}
	if res := w.form("admin", "/kontoer/redaktor/roller/fjern", url.Values{"role": {"redaktor"}}); res.status != 404 {
		t.Errorf("taken twice: %d", res.status)
	}
	if res := w.form("admin", "/kontoer/admin/roller/fjern", url.Values{"role": {"admin"}}); res.status != 409 || w.grants("admin") != "admin" {
		t.Errorf("an admin takes it from itself: %d, now %s", res.status, w.grants("admin"))
	}
}

// TestContactsFromASpreadsheet: read, shown, made, all or none; who is there
// already is left as they are.
func TestContactsFromASpreadsheet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	res := w.send("admin", "/kontoer/kontakter", map[string]string{"until": "2099-01-31"}, "Kommune;Navn;Bruker\nAby;Ola Nes;\n9902;Kari Moen;kari\nBevik;Redaktøren;redaktor\n")
	if res.status != 200 || !strings.Contains(res.body, "aby.ola.nes") || strings.Count(res.body, `name="account"`) != 2 {
		t.Fatalf("%d %s", res.status, res.body)
	}
	if got := w.grants("kari"); got != "none" {
		t.Fatalf("made before anybody said so: %s", got)
	}
	fields := url.Values{"until": {"2099-01-31"}, "account": {"aby.ola.nes", "kari"}, "name": {"Ola Nes", "Kari Moen"}, "m": {"9901", "9902"}}
	if res = w.form("admin", "/kontoer/kontakter/opprett", fields); res.status != 200 || strings.Count(res.body, `<code class="secret">`) != 2 {
		t.Fatalf("%d %s", res.status, res.body)
	}
	if a, b := w.grants("aby.ola.nes"), w.grants("kari"); a != "kommune 9901 until 2099-01-31T23:00:00Z" || b != "kommune 9902 until 2099-01-31T23:00:00Z" {
		t.Errorf("%s; %s", a, b)
	}

	res = w.send("admin", "/kontoer/kontakter", nil, "Kommune;Navn\nAby;Per\nCvik;Pål\n")
	if res.status != 422 || !strings.Contains(res.body, "rad 3") || strings.Contains(res.body, `name="account"`) {
		t.Errorf("a list with a fault: %d %s", res.status, res.body)
	}
	fields = url.Values{"account": {"per", "kari"}, "name": {"Per", "Kari"}, "m": {"9901", "9902"}}
	if res = w.form("admin", "/kontoer/kontakter/opprett", fields); res.status != 409 || w.grants("per") != "none" {
		t.Errorf("one of two is there: %d, per is %s", res.status, w.grants("per"))
	}
	fields = url.Values{"account": {"per", "pål"}, "name": {"Per", "Pål"}, "m": {"9901", "9902"}}
	if res = w.form("admin", "/kontoer/kontakter/opprett", fields); res.status != 422 || w.grants("per") != "none" {
		t.Errorf("one of two is wrong: %d, per is %s", res.status, w.grants("per"))
	}
	if res := w.send("leser", "/kontoer/kontakter", nil, "Kommune;Navn\nAby;Per\n"); res.status != 404 {
		t.Errorf("a reader reads contacts: %d", res.status)
	}
}

// TestAdminEndsAccess: one session, one token, or all; and a token is shown once.
func TestAdminEndsAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	res := w.form("admin", "/kontoer/leser/token", url.Values{"label": {"tavle"}})
	secret := regexp.MustCompile(`<code class="secret">(kbt_[^<]+)</code>`).FindStringSubmatch(res.body)
	if res.status != 200 || secret == nil {
		t.Fatalf("%d %s", res.status, res.body)
	}
	bearer := "Authorization: Bearer " + secret[1]
	page := w.get("admin", "/kontoer/leser")
	key := regexp.MustCompile(`name="session" value="([0-9a-f]+)"`).FindStringSubmatch(page.body)
	if key == nil || strings.Contains(page.body, secret[1]) {
		t.Fatalf("no key, or the secret again: %s", page.body)
	}
	if res := w.do("GET", "/api/v1/boards/na", "", bearer); res.status != 200 {
		t.Fatalf("the token: %d", res.status)
	}
	if res := w.form("admin", "/kontoer/leser/avslutt", url.Values{"session": {key[1]}}); res.status != 303 {
		t.Fatalf("%d", res.status)
	}
	if res := w.do("GET", "/api/v1/boards/na", "", bearer); res.status != 401 {
		t.Errorf("the token after its end: %d", res.status)
	}
	screen := w.connect("leser")
	if res := w.form("admin", "/kontoer/leser/avslutt", url.Values{}); res.status != 303 {
		t.Fatalf("%d", res.status)
	}
	if code := w.closeCode(screen); code != screens.CloseLogin {
		t.Errorf("closed with %d", code)
	}
	if got := w.auth.Sessions("leser"); len(got) != 0 {
		t.Errorf("%d sessions are left", len(got))
	}
}

// TestErasedAccountOffersNothing: its page says what it is, and no form brings it
// back.
func TestErasedAccountOffersNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("leser")
	must(t, w.auth.Erase("leser"))
	page := w.get("admin", "/kontoer/leser")
	main := page.body[strings.Index(page.body, "<main"):strings.Index(page.body, "</main>")]
	if page.status != 200 || !strings.Contains(main, "slettet") || strings.Contains(main, "<form") || strings.Contains(main, "sperret") {
		t.Errorf("%d %s", page.status, main)
	}
	for path, fields := range map[string]url.Values{
		"/kontoer/sperr":        {"account": {"leser"}, "disabled": {"no"}},
		"/kontoer/leser/navn":   {"name": {"Per Moen"}},
		"/kontoer/leser/roller": {"role": {"leser"}},
	} {
		if res := w.form("admin", path, fields); res.status != 409 || !strings.Contains(res.body, "Kontoen er slettet.") {
			t.Errorf("%s: %d", path, res.status)
		}
	}
	if a, _ := w.auth.Account("leser"); !a.Erased() {
		t.Errorf("it is %+v", a)
	}
}

// TestProgramsManageNobodysAccess: with an administrator's token nobody makes
// accounts, rights, links or tokens, which would stay when it is revoked, nor
// takes them: with one that got away, an office would be shut out in a meeting.
func TestProgramsManageNobodysAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.auth.Disable("redaktor", true))
	w.as("moteleder")
	bearer := "Authorization: Bearer " + w.token("admin")
	before := len(w.auth.Accounts())
	for _, try := range []struct {
		path   string
		fields url.Values
	}{
		{"/kontoer", url.Values{"name": {"Kari"}, "account": {"kari"}, "role": {"admin"}}},
		{"/kontoer/kontakter/opprett", url.Values{"account": {"kari"}, "name": {"Kari"}, "m": {"9901"}}},
		{"/kontoer/leser/roller", url.Values{"role": {"admin"}}},
		{"/kontoer/leser/inviter", url.Values{}},
		{"/kontoer/moteleder/nullstill", url.Values{}},
		{"/kontoer/leser/token", url.Values{"label": {"tavle"}}},
		{"/kontoer/sperr", url.Values{"account": {"redaktor"}, "disabled": {"no"}}},
		{"/kontoer/sperr", url.Values{"account": {"leser"}, "disabled": {"yes"}}},
		{"/kontoer/leser/roller/fjern", url.Values{"role": {"leser"}}},
		{"/kontoer/moteleder/avslutt", url.Values{}},
		{"/kontoer/leser/navn", url.Values{"name": {"En annen"}}},
		{"/konto/avslutt", url.Values{"session": {w.auth.Sessions("admin")[0].Key.String()}}},
		{"/konto/avslutt-andre", url.Values{}},
		{"/skjermer/par", url.Values{"code": {"ABCD-EFGH"}, "name": {"Ny"}, "board": {"na"}}}, // a screen would stay when the token is gone
	} {
		res := w.do("POST", try.path, try.fields.Encode(), bearer, "Content-Type: application/x-www-form-urlencoded")
		if res.status != 403 || !strings.Contains(res.body, "Et program kan ikke gjøre dette.") {
			t.Errorf("%s %v: %d", try.path, try.fields, res.status)
		}
	}
	if got := len(w.auth.Accounts()); got != before || w.grants("leser") != "leser" || len(w.auth.Sessions("leser")) != 0 || len(w.auth.Sessions("moteleder")) != 1 {
		t.Errorf("%d accounts, were %d; the reader is %s", got, before, w.grants("leser"))
	}
	if a, _ := w.auth.Account("leser"); a.Name == "En annen" {
		t.Error("a program renamed an account")
	}
	for id, disabled := range map[domain.AccountID]bool{"redaktor": true, "leser": false} {
		if a, _ := w.auth.Account(id); a.Disabled != disabled {
			t.Errorf("a program closed or opened %s", id)
		}
	}
}

// TestLastSeen: when somebody was last here outlives the session and the server.
func TestLastSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if !w.auth.LastSeen("leser").IsZero() {
		t.Error("seen before the first login")
	}
	w.get("leser", "/tavle/na")
	must(t, w.auth.EndAll("leser", true))
	if since := time.Since(w.auth.LastSeen("leser")); since > time.Minute || since < 0 {
		t.Errorf("last seen %s ago", since)
	}
	w.await("it is stored", func() bool {
		a, _ := w.store.Account("leser")
		return !a.Seen.IsZero()
	})
}

// TestSessionsOfAnAccountAreBoundedAndPaged: as many browsers and programs as
// there may be stand on pages of 25, this browser first, each once; one program
// more is refused in words.
func TestSessionsOfAnAccountAreBoundedAndPaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if auth.MaxTokens != 50 {
		t.Error("not what SECURITY.md says")
	}
	for i := range auth.MaxTokens {
		_, err := w.auth.AddToken("leser", fmt.Sprintf("program %d", i))
		must(t, err)
	}
	own := w.as("leser")
	first := time.Now()
	w.await("a later millisecond", func() bool { return time.Since(first) > 2*time.Millisecond }) // by which the oldest is told
	for range 110 {
		_, _, err := w.auth.Login(t.Context(), "leser", testPassword, "test")
		must(t, err)
	}
	delete(w.cookies, "leser") // the oldest has ended
	if res := w.do("GET", "/konto", "", "Cookie: "+own); res.status != 303 {
		t.Errorf("the first of 111: %d", res.status)
	}
	w.as("leser")
	next := regexp.MustCompile(`rel="next" href="([^"]+)#innlogginger"`)
	for account, path := range map[string]string{"leser": "/konto", "admin": "/kontoer/leser"} {
		seen, pages := map[string]bool{}, 0
		for at := path; at != ""; pages++ {
			res := w.get(account, at)
			if res.status != 200 || len(res.body) > 64<<10 {
				t.Fatalf("%s: %d, %d bytes", at, res.status, len(res.body))
			}
			rows := regexp.MustCompile(`name="session" value="(\w+)"`).FindAllStringSubmatch(res.body, -1)
			if len(rows) > 25 || len(rows) == 0 {
				t.Errorf("%s: %d rows", at, len(rows))
			}
			for _, row := range rows {
				if seen[row[1]] {
					t.Errorf("%s: twice", at)
				}
				seen[row[1]] = true
			}
			if first := strings.Contains(res.body, `class="tag">denne<`); first != (account == "leser" && at == path) {
				t.Errorf("%s: this browser is there: %v", at, first)
			}
			if m := next.FindStringSubmatch(res.body); m != nil {
				at = html.UnescapeString(m[1])
			} else {
				at = ""
			}
		}
		if want := 100 + auth.MaxTokens; len(seen) != want || pages != want/25 {
			t.Errorf("%s: %d rows on %d pages, want %d", path, len(seen), pages, want)
		}
	}
	res := w.form("admin", "/kontoer/leser/token", url.Values{"label": {"en til"}})
	if res.status != 409 || !strings.Contains(res.body, "50 programnøkler, og får ikke flere") {
		t.Errorf("one token more: %d %s", res.status, res.body)
	}
}
