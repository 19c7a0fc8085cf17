package server

import (
	"bufio"
	"encoding/json"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
)

// What somebody tries who means harm, by real requests. The table in
// testdata/asvs.csv says which of these tests answers what.

// readable is every address that is asked for with GET, with values in it that
// are there.
func (w *world) readable() []string {
	meeting := string(w.openMeeting())
	var out []string
	for _, r := range w.server.routes {
		if r.Method != "GET" || r.Socket {
			continue
		}
		path := examplePath(r.Path)
		for _, of := range []string{"/mote/", "/serie/", "/konsoll/", "/referat/"} {
			if strings.HasPrefix(path, of) {
				path = strings.Replace(path, "9901", meeting, 1)
			}
		}
		out = append(out, strings.Replace(path, "/kontoer/9901", "/kontoer/leser", 1))
	}
	return out
}

// TestCookiesAreOfThisHostAlone: each that the server gives is taken over https
// only, sent to this host only, and not read by a script.
func TestCookiesAreOfThisHostAlone(t *testing.T) {
	t.Parallel()
	for _, public := range []string{"https://bilder.example.no", "https://bilder.example.no/kb"} {
		w := newWorld(t, func(c *Config) { c.PublicURL = public })
		origin := "Origin: https://bilder.example.no"
		login := url.Values{"user": {"moteleder"}, "password": {testPassword}}.Encode()
		given := map[string]bool{}
		for _, res := range []answer{
			w.do("GET", "/om?lang=nn", ""),
			w.do("GET", "/om?theme=dark", ""),
			w.do("GET", "/skjerm", ""),
			w.do("POST", "/login", login, origin, "Content-Type: application/x-www-form-urlencoded"),
			w.do("POST", "/passnokkel/inn/start", "{}", origin, "Content-Type: application/json"),
		} {
			for _, line := range res.header.Values("Set-Cookie") {
				c, err := http.ParseSetCookie(line)
				must(t, err)
				given[c.Name] = true
				if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" {
					t.Errorf("%s: %s", public, line)
				}
				if c.SameSite != http.SameSiteLaxMode && c.SameSite != http.SameSiteStrictMode || len(c.Name)+len(c.Value) > 4096 {
					t.Errorf("%s: %s", public, line)
				}
			}
		}
		if len(given) != 5 {
			t.Errorf("%s: of five cookies it gave %v", public, given)
		}
		if page := w.do("GET", "/om", "", "Cookie: __Host-kb_lang=nn; __Host-kb_theme=dark").body; !strings.Contains(page, `lang="nn"`) || !strings.Contains(page, `data-theme="dark"`) {
			t.Errorf("%s: what the browser keeps is not read again", public)
		}
	}
}

// TestStrictTransport: for a host that is ours alone, its other names too.
func TestStrictTransport(t *testing.T) {
	t.Parallel()
	for public, want := range map[string]string{
		"https://bilder.example.no":    "max-age=31536000; includeSubDomains",
		"https://bilder.example.no/kb": "max-age=31536000", // others live there
		"http://bilder.example.no":     "",
	} {
		w := newWorld(t, func(c *Config) { c.PublicURL = public })
		for _, path := range []string{"/om", "/finnesikke", "/api/v1/boards"} {
			if got := w.do("GET", path, "").header.Get("Strict-Transport-Security"); got != want {
				t.Errorf("%s%s: %q", public, path, got)
			}
		}
	}
}

// TestNoOtherOriginIsLetIn: no answer tells a browser that another origin's
// script may read it, whoever asks how.
func TestNoOtherOriginIsLetIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range w.readable() {
		for _, res := range []answer{
			w.get("admin", path, "Origin: https://evil.example"),
			w.do("GET", path, "", "Origin: null"),
			w.do("OPTIONS", path, "", "Origin: https://evil.example", "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type", "Cookie: "+w.as("admin")),
		} {
			for name := range res.header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s: %s: %s", path, name, res.header.Get(name))
				}
			}
			if res.header.Get("Cross-Origin-Resource-Policy") != "same-origin" {
				t.Errorf("%s may be embedded", path)
			}
		}
		if res := w.do("OPTIONS", path, ""); res.status != 405 {
			t.Errorf("OPTIONS %s: %d", path, res.status)
		}
	}
}

// TestAnswersSayWhatTheyAre: kind and letters of each, as they are; what is read
// in a session is kept nowhere, and the session's secret is in no answer.
func TestAnswersSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, secret, _ := strings.Cut(w.as("admin"), "=")
	seen := 0
	for _, path := range w.readable() {
		res := w.get("admin", path)
		if strings.Contains(res.body, secret) {
			t.Errorf("%s has the session's secret in it", path)
		}
		if got := res.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
		if res.body == "" {
			continue
		}
		seen++
		kind, more, err := mime.ParseMediaType(res.header.Get("Content-Type"))
		isPDF := strings.HasPrefix(res.body, "%PDF-1.7")
		if err != nil || isPDF != (kind == "application/pdf") || !isPDF && !strings.EqualFold(more["charset"], "utf-8") {
			t.Errorf("%s: Content-Type %q", path, res.header.Get("Content-Type"))
		}
		isJSON := json.Valid([]byte(res.body))
		if isHTML := strings.HasPrefix(res.body, "<!DOCTYPE html>") || strings.HasPrefix(res.body, "<!doctype html>"); isHTML != (kind == "text/html") || isJSON != (kind == "application/json") {
			t.Errorf("%s: %s, and it is %.60q", path, kind, res.body)
		}
		if named := res.header.Get("Content-Disposition"); named != "" && !regexp.MustCompile(`^attachment; filename="[a-z0-9.-]+"$`).MatchString(named) {
			t.Errorf("%s: Content-Disposition %q", path, named)
		}
	}
	if seen < 40 {
		t.Errorf("%d answers only", seen)
	}
}

// TestRequestsHaveOneEnd: where two readers could disagree on where a request
// ends, it is refused and the line closed, so that what follows is nobody's.
func TestRequestsHaveOneEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const smuggled = "GET /api/v1/boards HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, head := range map[string]string{
		"two lengths":           "Content-Length: 0\r\nContent-Length: 43\r\n\r\n",
		"length that is a list": "Content-Length: 0, 43\r\n\r\n",
		"length with a sign":    "Content-Length: +0\r\n\r\n",
		"length and chunks":     "Content-Length: 48\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"unknown coding":        "Transfer-Encoding: xchunked\r\n\r\n",
		"chunks twice":          "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"blank before colon":    "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
		"length of a chunk":     "Transfer-Encoding: chunked\r\n\r\n0x\r\n\r\n",
	} {
		answers := w.pipelined("POST /login HTTP/1.1\r\nHost: x\r\n" + head + smuggled)
		if len(answers) > 1 {
			t.Errorf("%s: answered %v", name, answers)
		}
	}
	if got := w.pipelined("GET /om HTTP/1.1\r\nHost: x\r\n\r\n" + smuggled); len(got) != 2 {
		t.Errorf("two requests in a row: %v", got)
	}
}

// pipelined sends bytes, closes that side and returns the status of each answer.
func (w *world) pipelined(request string) (out []int) {
	w.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	must(w.t, err)
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(15 * time.Second))
	_, err = io.WriteString(c, request)
	must(w.t, err)
	must(w.t, c.(*net.TCPConn).CloseWrite())
	r := bufio.NewReader(c)
	for {
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			return out
		}
		_, _ = io.Copy(io.Discard, res.Body)
		out = append(out, res.StatusCode)
	}
}

// TestSecretsInAddressesAreNothing: an address is in histories and logs.
func TestSecretsInAddressesAreNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, secret, _ := strings.Cut(w.as("admin"), "=")
	token := w.token("admin")
	for _, query := range []string{"kb=" + secret, "token=" + token, "access_token=" + token, "session=" + secret, "Authorization=Bearer+" + token} {
		if res := w.do("GET", "/kontoer?"+query, ""); res.status != 404 {
			t.Errorf("%.20s: %d", query, res.status)
		}
	}
}

// TestReadingChangesNothing: a link or a picture of a foreign page does nothing,
// whatever its query says.
func TestReadingChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paths := w.readable()
	w.as("leser")
	before, sessions := w.clerk.State().Head().Revision, len(w.auth.Sessions(""))
	query := url.Values{"m": {"9901"}, "c": {"skole"}, "cell": {"9901.skole"}, "level": {"red"}, "account": {"leser"}, "disabled": {"yes"}, "session": {"all"}, "_method": {"POST"}}.Encode()
	_ = w.as("admin")
	sessions++
	for _, path := range paths {
		w.get("admin", path+"?"+query, "X-HTTP-Method-Override: POST")
	}
	if now := w.clerk.State().Head().Revision; now != before {
		t.Errorf("revision %d became %d", before, now)
	}
	if n := len(w.auth.Sessions("")); n != sessions {
		t.Errorf("%d sessions became %d", sessions, n)
	}
	if a, _ := w.auth.Account("leser"); a.Disabled {
		t.Error("an account was closed by a link")
	}
}

// TestThereIsNothingElse: no files beside the known ones, no lists of files, no
// tools, and no request is sent back as it came.
func TestThereIsNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{
		"/.git/HEAD", "/.git/config", "/.env", "/static/", "/static", "/static/.git", "/static/app.js.map", "/debug/pprof/", "/debug/vars", "/metrics", "/healthz",
		"/journal.db", "/admin.sock", "/server-status", "/actuator", "/swagger", "/graphql", "/templates/page.html", "/go.mod", "/..%2fgo.mod", "/%2e%2e/go.mod",
	} {
		if res := w.get("admin", path); res.status != 404 {
			t.Errorf("%s: %d", path, res.status)
		}
	}
	for _, method := range []string{"TRACE", "CONNECT", "PUT", "PATCH", "DELETE", "PROPFIND"} {
		if res := w.do(method, "/om", "", "X-Hemmelig: ekko"); res.status < 400 || strings.Contains(res.body, "ekko") {
			t.Errorf("%s: %d %.80s", method, res.status, res.body)
		}
	}
}

// TestSameNameTwice: of a name that comes twice, the rule and the handler read
// the same value.
func TestSameNameTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/kommune/9901", "/eksport", "/panel", "/omrade/beredskap"} {
		if res := w.do("GET", path+"?board=2023&board=2022&m=9901&c=skole", ""); res.status != 404 {
			t.Errorf("%s: the draft first: %d", path, res.status)
		}
		one, two := w.do("GET", path+"?board=2022&m=9901&c=skole&format=json", ""), w.do("GET", path+"?board=2022&m=9901&c=skole&format=json&board=2023", "")
		if one.status != two.status || strings.Contains(two.body, "Utgave 2023") && !strings.Contains(one.body, "Utgave 2023") {
			t.Errorf("%s: the draft second: %d", path, two.status)
		}
	}
}

// TestFieldsNobodyAskedFor: a form changes what it is for, whatever else it holds.
func TestFieldsNobodyAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("admin")
	more := url.Values{"role": {"admin"}, "roles": {"admin"}, "grants": {`[{"role":"admin"}]`}, "account": {"admin"}, "id": {"admin"}, "disabled": {"yes"}, "name": {"Ny"}}
	for _, path := range []string{"/konto/avslutt-andre", "/konto/passord", "/konto/app/fjern"} {
		w.form("leser", path, more)
	}
	before, _ := w.auth.Account("leser")
	if len(before.Grants) != 1 || before.Grants[0].Role != domain.RoleReader || before.Name != "Navn leser" {
		t.Errorf("leser became %+v", before)
	}
	if res := w.form("admin", "/kontoer/leser/navn", more); res.status != 303 {
		t.Fatalf("name: %d", res.status)
	}
	after, _ := w.auth.Account("leser")
	if after.Name != "Ny" || after.Disabled || len(after.Grants) != 1 || after.Grants[0].Role != domain.RoleReader {
		t.Errorf("a name changed more than that: %+v", after)
	}
	if admin, _ := w.auth.Account("admin"); admin.Name != "Navn admin" || admin.Disabled {
		t.Errorf("and another's: %+v", admin)
	}
}

// TestPasswordFields are hidden, and a password manager knows what they are.
func TestPasswordFields(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	field := regexp.MustCompile(`<input[^>]*name="(?:old|password)"[^>]*>`)
	n := 0
	for _, page := range []string{w.do("GET", "/login", "").body, w.get("leser", "/konto").body, w.get("leser", "/konto/bekreft").body} {
		for _, input := range field.FindAllString(page, -1) {
			n++
			if !strings.Contains(input, `type="password"`) || !strings.Contains(input, `-password"`) || strings.Contains(input, "maxlength") || strings.Contains(input, "pattern") {
				t.Error(input)
			}
		}
	}
	if n != 4 {
		t.Errorf("%d fields", n)
	}
}

// TestLogoutIsNear: each page leads to the one that has it, and it leaves nothing
// in the browser.
func TestLogoutIsNear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range w.readable() {
		if res := w.get("admin", path); strings.HasPrefix(res.header.Get("Content-Type"), "text/html") && res.header.Get("Content-Disposition") == "" && res.status == 200 {
			if !strings.Contains(res.body, `href="/konto"`) && path != "/panel" && path != "/skjerm" { // parts of a page; a wall
				t.Errorf("%s has no way out", path)
			}
		}
	}
	if !strings.Contains(w.get("leser", "/konto").body, `action="/logout"`) {
		t.Error("no way out at /konto")
	}
	res := w.form("leser", "/logout", url.Values{})
	if res.status != 303 || res.header.Get("Clear-Site-Data") != `"storage"` {
		t.Errorf("%d, %q", res.status, res.header.Get("Clear-Site-Data"))
	}
	if res := w.get("leser", "/konto"); res.status != 303 {
		t.Errorf("signed out, and gets %d", res.status)
	}
}

// TestLogLinesStayLines: what anybody sends makes no line of its own.
func TestLogLinesStayLines(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	forged := "x\r\n{\"level\":\"INFO\",\"msg\":\"falsk\"}\n"
	w.form("", "/login", url.Values{"user": {forged}, "password": {forged}})
	w.get("leser", "/"+url.PathEscape(forged))
	w.get("leser", "/tavle/na?region="+url.QueryEscape(forged))
	w.do("GET", "/om", "", "User-Agent: {\"msg\":\"falsk\"}", "X-Request-Id: falsk", "X-Forwarded-For: falsk")
	for line := range strings.Lines(w.log.String()) {
		var entry struct{ Time, Level, Msg string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Level == "" || entry.Msg == "falsk" {
			t.Errorf("%q: %v", line, err)
		}
		if at, err := time.Parse(time.RFC3339Nano, entry.Time); err != nil || at.IsZero() {
			t.Errorf("no time with its zone: %q", line)
		}
	}
	if strings.Contains(w.log.String(), "falsk") {
		t.Error("the log has what was sent")
	}
}
