package server

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/audit"
	"kommunebilde/server/auth"
	"kommunebilde/server/screens"
	"kommunebilde/server/servertest"
)

// appCode is what somebody's app shows, a number of half minutes from now.
func appCode(t *testing.T, secret string, off int64) string {
	t.Helper()
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	must(t, err)
	mac := hmac.New(sha1.New, raw)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(time.Now().Unix()/30+off)))
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1_000_000)
}

// cookies returns what an answer sets, by name.
func cookiesOf(res answer) map[string]*http.Cookie {
	out := map[string]*http.Cookie{}
	for _, c := range (&http.Response{Header: res.header}).Cookies() {
		out[c.Name] = c
	}
	return out
}

var codePattern = regexp.MustCompile(`<code>([^<]+)</code>`)

// enrol sets up an app for an account, as its pages do, and returns the app's
// secret and the recovery codes.
func (w *world) enrol(account string) (secret string, codes []string) {
	w.t.Helper()
	page := w.get(account, "/konto/app")
	m := codePattern.FindStringSubmatch(page.body)
	if page.status != 200 || m == nil {
		w.t.Fatalf("/konto/app: %d %s", page.status, page.body)
	}
	res := w.form(account, "/konto/app", url.Values{"code": {appCode(w.t, m[1], -1)}})
	if res.status != 200 {
		w.t.Fatalf("set up: %d %s", res.status, res.body)
	}
	for _, c := range codePattern.FindAllStringSubmatch(res.body, -1) {
		codes = append(codes, html.UnescapeString(c[1]))
	}
	return m[1], codes
}

// post sends a form from one of our pages, with a cookie.
func (w *world) post(path, cookie string, fields url.Values) answer {
	w.t.Helper()
	return w.do("POST", path, fields.Encode(), "Cookie: "+cookie, "Origin: "+w.url, "Sec-Fetch-Site: same-origin", "Content-Type: application/x-www-form-urlencoded")
}

// TestSecondStep goes the whole way without script: an app is set up, the
// password alone is not enough, and the session's secret is another at each step.
func TestSecondStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.as("moteleder")
	secret, codes := w.enrol("moteleder")
	if len(codes) != 10 || len(slices.Compact(slices.Sorted(slices.Values(codes)))) != 10 {
		t.Fatalf("codes %v", codes)
	}
	res := w.login("moteleder", testPassword)
	set := cookiesOf(res)
	step := set["kb-step"]
	if res.status != 303 || res.header.Get("Location") != "/login/steg" || set["kb"] != nil || step == nil {
		t.Fatalf("%d to %s, cookies %v", res.status, res.header.Get("Location"), res.header["Set-Cookie"])
	}
	if !step.HttpOnly || step.SameSite != http.SameSiteStrictMode || step.MaxAge != 300 || step.Path != "/" {
		t.Errorf("%v", step)
	}
	waiting := "kb-step=" + step.Value
	for _, cookie := range []string{"kb=" + step.Value, waiting} {
		if res := w.do("GET", "/konto", "", "Cookie: "+cookie); res.status != 303 {
			t.Errorf("%s opens: %d", cookie, res.status)
		}
	}
	if res := w.do("GET", "/login/steg", "", "Cookie: "+waiting); res.status != 200 || !strings.Contains(res.body, `name="code"`) {
		t.Errorf("the page: %d", res.status)
	}
	if res := w.do("GET", "/login/steg?next=/moter", ""); res.status != 303 || res.header.Get("Location") != "/login?next=%2Fmoter" {
		t.Errorf("nobody waits: %d to %s", res.status, res.header.Get("Location"))
	}
	if res := w.post("/login/steg", waiting, url.Values{"code": {"000000"}}); res.status != 422 || cookiesOf(res)["kb"] != nil || !strings.Contains(res.body, "role=\"alert\"") {
		t.Errorf("a wrong code: %d", res.status)
	}
	if res := w.do("POST", "/login/steg", url.Values{"code": {codes[0]}}.Encode(), "Cookie: "+waiting, "Origin: https://annet.example.no", "Content-Type: application/x-www-form-urlencoded"); res.status != 403 {
		t.Errorf("from another page: %d", res.status)
	}
	res = w.post("/login/steg", waiting, url.Values{"code": {appCode(t, secret, 0)}, "next": {"/moter"}})
	set = cookiesOf(res)
	if res.status != 303 || res.header.Get("Location") != "/moter" || set["kb"] == nil || set["kb"].Value == step.Value || set["kb-step"].MaxAge >= 0 && set["kb-step"].Value != "" {
		t.Fatalf("%d to %s, cookies %v", res.status, res.header.Get("Location"), res.header["Set-Cookie"])
	}
	if "kb="+set["kb"].Value == first {
		t.Error("the session is the old one")
	}
	if res := w.do("GET", "/konto", "", "Cookie: kb="+set["kb"].Value); res.status != 200 {
		t.Errorf("signed in: %d", res.status)
	}
	if res := w.post("/login/steg", waiting, url.Values{"code": {codes[1]}}); res.status != 401 || cookiesOf(res)["kb"] != nil {
		t.Errorf("twice: %d", res.status)
	}
	// A recovery code, once.
	for i, want := range []int{303, 422} {
		waiting := "kb-step=" + cookiesOf(w.login("moteleder", testPassword))["kb-step"].Value
		if res := w.post("/login/steg", waiting, url.Values{"code": {codes[2]}}); res.status != want {
			t.Errorf("recovery code, time %d: %d", i+1, res.status)
		}
	}
	if log := w.log.String(); strings.Contains(log, codes[2]) || strings.Contains(log, step.Value) || strings.Contains(log, strings.ReplaceAll(secret, " ", "")) {
		t.Error("the log has secrets")
	}
}

// TestStepCookieOfAnother: a browser that was given somebody else's waiting
// log-in gets that one, and nothing of its own is lost or mixed in.
func TestStepCookieOfAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("leser")
	_, codes := w.enrol("leser")
	_, own := w.enrol("moteleder")
	others := "kb-step=" + cookiesOf(w.login("leser", testPassword))["kb-step"].Value
	if res := w.post("/login/steg", others, url.Values{"code": {own[0]}}); res.status != 422 || cookiesOf(res)["kb"] != nil {
		t.Errorf("one's own code in another's log-in: %d", res.status)
	}
	// Signing in starts another: what a browser brings along is never taken over.
	res := w.login("moteleder", testPassword, "Cookie: "+others)
	if mine := cookiesOf(res)["kb-step"]; mine == nil || "kb-step="+mine.Value == others {
		t.Errorf("the waiting log-in was taken over: %v", res.header["Set-Cookie"])
	}
	if res := w.post("/login/steg", others, url.Values{"code": {codes[0]}}); res.status != 303 {
		t.Errorf("the other's own: %d", res.status)
	}
}

// stale is a world whose sessions are no longer fresh.
func stale(t *testing.T) (*world, string) {
	w := newWorld(t)
	w.as("admin")
	w = w.restarted() // which makes nothing fresh
	return w, w.cookies["admin"]
}

// TestChangesAskAgain: every form that changes how somebody signs in sends who
// is not fresh to show who they are; the session after that is another.
func TestChangesAskAgain(t *testing.T) {
	t.Parallel()
	w, cookie := stale(t)
	for path, fields := range map[string]url.Values{
		"/konto/app": {"code": {"123456"}}, "/konto/app/fjern": {}, "/konto/koder": {}, "/konto/passnokkel/navn": {"passkey": {"x"}, "name": {"y"}},
		"/konto/passnokkel/fjern": {"passkey": {"x"}}, "/kontoer/leser/inviter": {}, "/kontoer/leser/nullstill": {},
	} {
		if res := w.form("admin", path, fields); res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), "/konto/bekreft?next=%2Fkonto") {
			t.Errorf("%s: %d to %s", path, res.status, res.header.Get("Location"))
		}
	}
	for _, path := range []string{"/passnokkel/ny/start", "/passnokkel/ny"} {
		res := w.do("POST", path, `{"name":"x"}`, "Cookie: "+cookie, "Origin: "+strings.Replace(w.url, "127.0.0.1", "localhost", 1), "Host: "+strings.Replace(strings.TrimPrefix(w.url, "http://"), "127.0.0.1", "localhost", 1), "Content-Type: application/json")
		if res.status != 403 || !strings.Contains(res.body, "forbidden.again") {
			t.Errorf("%s: %d %s", path, res.status, res.body)
		}
	}
	if res := w.get("admin", "/konto/app"); res.status != 303 {
		t.Errorf("the app's secret: %d", res.status)
	}
	if res := w.form("admin", "/konto/bekreft", url.Values{"password": {"feil passord her"}}); res.status != 422 || cookiesOf(res)["kb"] != nil {
		t.Errorf("a wrong password: %d", res.status)
	}
	res := w.form("admin", "/konto/bekreft", url.Values{"password": {testPassword}, "next": {"/kontoer"}})
	next := cookiesOf(res)["kb"]
	if res.status != 303 || res.header.Get("Location") != "/kontoer" || next == nil || "kb="+next.Value == cookie {
		t.Fatalf("%d to %s", res.status, res.header.Get("Location"))
	}
	if res := w.do("GET", "/konto", "", "Cookie: "+cookie); res.status != 303 {
		t.Errorf("the session before: %d", res.status)
	}
	w.cookies["admin"] = "kb=" + next.Value
	if res := w.get("admin", "/konto/app"); res.status != 200 {
		t.Errorf("fresh: %d", res.status)
	}
}

// TestPasswordAloneTakesNothingOff: who has the open session and the password of
// an account with an app neither drops it, adds a passkey, makes codes nor changes
// the password; with the code they do.
func TestPasswordAloneTakesNothingOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, codes := w.enrol("admin")
	w = w.restarted() // which makes nothing fresh
	page := w.get("admin", "/konto/bekreft").body
	if !strings.Contains(page, `name="code"`) || !strings.Contains(page, `name="password"`) {
		t.Errorf("the page asks for less: %s", page)
	}
	for _, fields := range []url.Values{{"password": {testPassword}}, {"password": {testPassword}, "code": {"000000"}}, {"password": {"feil passord her"}, "code": {codes[0]}}} {
		if res := w.form("admin", "/konto/bekreft", fields); res.status != 422 || cookiesOf(res)["kb"] != nil {
			t.Errorf("%v: %d", fields, res.status)
		}
	}
	for path, fields := range map[string]url.Values{"/konto/app/fjern": {}, "/konto/koder": {}, "/konto/passord": {"old": {testPassword}, "password": {"et annet langt passord"}}} {
		if res := w.form("admin", path, fields); res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), "/konto/bekreft?next=%2Fkonto") {
			t.Errorf("%s: %d to %s", path, res.status, res.header.Get("Location"))
		}
	}
	if !w.auth.Steps("admin").TOTP {
		t.Error("the app is gone")
	}
	res := w.form("admin", "/konto/bekreft", url.Values{"password": {testPassword}, "code": {codes[0]}})
	if res.status != 303 || cookiesOf(res)["kb"] == nil {
		t.Fatalf("password and code: %d %s", res.status, res.body)
	}
	w.cookies["admin"] = "kb=" + cookiesOf(res)["kb"].Value
	if res := w.form("admin", "/konto/app/fjern", url.Values{}); res.status != 303 || w.auth.Steps("admin").TOTP {
		t.Errorf("dropped: %d to %s", res.status, res.header.Get("Location"))
	}
}

var linkPattern = regexp.MustCompile(`>([^<"]*/invitasjon#[^<]+)</code>`)

// TestInvitationByLink: an admin makes it, its page spends nothing, and anyone who has
// it chooses a password, once.
func TestInvitationByLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if res := w.form("leser", "/kontoer/leser/inviter", url.Values{}); res.status != 404 {
		t.Errorf("by somebody else: %d", res.status)
	}
	res := w.form("admin", "/kontoer/leser/inviter", url.Values{})
	m := linkPattern.FindStringSubmatch(res.body)
	if res.status != 200 || m == nil || !strings.HasPrefix(m[1], w.url+"/invitasjon#") {
		t.Fatalf("%d %v", res.status, m)
	}
	_, code, _ := strings.Cut(m[1], "#")
	for range 2 {
		if res := w.do("GET", "/invitasjon", ""); res.status != 200 || res.header.Get("Set-Cookie") != "" {
			t.Errorf("the page: %d", res.status)
		}
	}
	if res := w.do("GET", "/invitasjon/"+code, ""); res.status != 404 {
		t.Errorf("in the path: %d", res.status)
	}
	const chosen = "et ganske nytt passord"
	if res := w.post("/invitasjon", "", url.Values{"code": {code}, "password": {"kort"}}); res.status != 422 {
		t.Errorf("a short password: %d", res.status)
	}
	res = w.post("/invitasjon", "", url.Values{"code": {code}, "password": {chosen}})
	if res.status != 303 || res.header.Get("Location") != "/konto?gjort=velkommen" || cookiesOf(res)["kb"] == nil {
		t.Fatalf("%d to %s", res.status, res.header.Get("Location"))
	}
	if res := w.post("/invitasjon", "", url.Values{"code": {code}, "password": {chosen}}); res.status != 422 || cookiesOf(res)["kb"] != nil {
		t.Errorf("twice: %d", res.status)
	}
	if res := w.login("leser", chosen); res.status != 303 {
		t.Errorf("with the password: %d", res.status)
	}
	if log := w.log.String(); strings.Contains(log, code) || strings.Contains(log, chosen) {
		t.Error("the log has secrets")
	}
	what := map[audit.Kind]bool{}
	for _, trace := range w.traces(0, 4) {
		what[trace.What] = true
		if strings.Contains(trace.Detail, code) {
			t.Errorf("%+v", trace)
		}
	}
	if !what[audit.Invited] || !what[audit.Login] {
		t.Errorf("traces %v", what)
	}
}

// TestPasskeyRoutes: JSON from our own pages only, no programs, a challenge that
// is the browser's alone.
func TestPasskeyRoutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	local := strings.Replace(w.url, "127.0.0.1", "localhost", 1)
	host := "Host: " + strings.TrimPrefix(local, "http://")
	ask := func(path string, headers ...string) answer {
		return w.do("POST", path, "{}", append([]string{host, "Content-Type: application/json"}, headers...)...)
	}
	res := ask("/passnokkel/inn/start", "Origin: "+local)
	key := cookiesOf(res)["kb-key"]
	if res.status != 200 || !strings.Contains(res.body, `"rpId":"localhost"`) || !strings.Contains(res.body, `"userVerification":"required"`) || key == nil ||
		!key.HttpOnly || key.SameSite != http.SameSiteStrictMode || key.MaxAge != 300 {
		t.Errorf("%d %s %v", res.status, res.body, key)
	}
	for name, c := range map[string]struct {
		res  answer
		want int
	}{
		"another page":      {ask("/passnokkel/inn/start", "Origin: https://annet.example.no"), 403},
		"no page":           {ask("/passnokkel/inn/start"), 403},
		"a form":            {w.post("/passnokkel/inn", "", url.Values{}), 415},
		"no challenge":      {ask("/passnokkel/inn", "Origin: "+local), 403},
		"signed out":        {ask("/passnokkel/ny/start", "Origin: "+local), 401},
		"a program":         {ask("/passnokkel/ny/start", "Authorization: Bearer "+w.token("leser")), 403},
		"a number for name": {w.do("POST", "/passnokkel/inn/start", "{}", "Origin: "+w.url, "Content-Type: application/json"), 422},
	} {
		if c.res.status != c.want || cookiesOf(c.res)["kb"] != nil {
			t.Errorf("%s: %d %s, want %d", name, c.res.status, c.res.body, c.want)
		}
	}
}

// TestMustEnrol: who has a role that asks for a second step comes to the page
// where it is set up, and nowhere else; with it, everywhere.
func TestMustEnrol(t *testing.T) {
	t.Parallel()
	var logins *auth.Auth
	w := newWorld(t, func(c *Config) {
		var err error
		logins, err = auth.New(servertest.NewStore(), auth.Options{SecondFor: []domain.Role{domain.RoleLead}})
		must(t, err)
		c.Auth = logins
	})
	must(t, w.auth.Close(t.Context()))
	w.auth = logins
	must(t, logins.AddAccount(t.Context(), accounts.Account{ID: "moteleder", Name: "M", Grants: []domain.Grant{{Role: domain.RoleLead}}}, testPassword))
	w.as("moteleder")
	for path, want := range map[string]int{"/": 303, "/tavle/na": 303, "/moter": 303, "/api/v1/boards/na": 403, "/konto": 200, "/konto/app": 200, "/om": 200, "/kontoer": 303} {
		if res := w.get("moteleder", path); res.status != want {
			t.Errorf("%s: %d, want %d", path, res.status, want)
		}
	}
	if res := w.command("moteleder", map[string]any{"type": "open_meeting", "board": "na", "kind": "preparedness", "title": "x"}); res.status != 403 || !strings.Contains(res.body, "forbidden.enrol") {
		t.Errorf("a command: %d %s", res.status, res.body)
	}
	if _, res, err := w.dial("moteleder", "board=na"); err == nil || res.StatusCode != 403 {
		t.Errorf("a socket: %v", err)
	}
	w.enrol("moteleder")
	if res := w.get("moteleder", "/tavle/na"); res.status != 200 {
		t.Errorf("with an app: %d", res.status)
	}
}

// TestEndOthers from one's own page.
func TestEndOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.as("leser")
	delete(w.cookies, "leser")
	secret, _, err := w.auth.Login(t.Context(), "leser", testPassword, "test")
	must(t, err)
	w.cookies["leser"] = "kb=" + secret
	line := w.connect("leser")
	w.cookies["leser"], first = first, w.cookies["leser"]
	if res := w.form("leser", "/konto/avslutt-andre", url.Values{}); res.status != 303 {
		t.Fatalf("%d", res.status)
	}
	start := time.Now()
	if code := w.closeCode(line); code != screens.CloseLogin || time.Since(start) > time.Second {
		t.Errorf("the other's socket: %d after %v", code, time.Since(start))
	}
	if res := w.get("leser", "/konto"); res.status != 200 {
		t.Errorf("this one: %d", res.status)
	}
	if res := w.do("GET", "/konto", "", "Cookie: "+first); res.status != 303 {
		t.Errorf("the other: %d", res.status)
	}
}
