package server

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/server/auth"
	"kommunebilde/server/auth/authtest"
	"kommunebilde/server/servertest"
)

// withProviders starts a server whose people sign in at a real provider. Users
// have another address than the test: answers are followed by hand.
func withProviders(t *testing.T) (*world, *authtest.Provider) {
	t.Helper()
	const public = "http://127.0.0.1:9"
	at, err := authtest.Start(
		authtest.Client{ID: "kb", Secret: "hemmelig", Redirects: []string{public + "/login/entra/svar", public + "/login/porten/svar"}},
		authtest.Person{Name: "kari", Password: "k", Subject: "sub-kari", ACR: "high", Claims: map[string]any{
			"tid": "11111111-2222-3333-4444-555555555555", "oid": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "roles": []string{"KB.Leder"}, "sid": "s1",
			"authorization_details": []any{map[string]any{"type": "t", "resource": "r", "reportees": []any{
				map[string]any{"ID": "0192:974760673"}, map[string]any{"ID": "0192:889640782"}}}},
		}},
		authtest.Person{Name: "ola", Password: "o", Subject: "sub-ola", Claims: map[string]any{
			"tid": "11111111-2222-3333-4444-555555555555", "oid": "aaaaaaaa-bbbb-cccc-dddd-ffffffffffff"}})
	must(t, err)
	t.Cleanup(at.Stop)
	c := servertest.Catalogue()
	list, err := auth.ReadProviders([]byte(`{"providers": [
		{"id": "entra", "kind": "entra", "name": {"nb": "Entra <ID>"}, "issuer": "`+at.Issuer+`", "client_id": "kb", "client_secret_file": "x",
		 "tenants": ["11111111-2222-3333-4444-555555555555"], "roles": {"KB.Leder": [{"role": "moteleder"}]}},
		{"id": "porten", "kind": "ansattporten", "name": {"nb": "Ansattporten"}, "issuer": "`+at.Issuer+`", "client_id": "kb", "client_secret_file": "x",
		 "acr": ["high"], "authorization_details": [{"type": "t", "resource": "r"}], "organisations": {"974760673": "9901", "889640782": "9902"}}]}`),
		&c, func(string) (string, error) { return "hemmelig", nil })
	must(t, err)
	var providers *auth.Providers
	w := newWorld(t, func(cfg *Config) {
		providers, err = auth.NewProviders(cfg.Auth, list, public)
		must(t, err)
		cfg.Providers, cfg.PublicURL = providers, public
		cfg.Pack = func() (domain.Catalogue, *domain.Map) { return servertest.Catalogue(), nil }
	})
	t.Cleanup(providers.Close)
	return w, at
}

// start begins a login and returns the cookie that belongs to it, and where the
// provider sends the browser back to.
func (w *world) start(at *authtest.Provider, provider, name string) (cookie, back string) {
	w.t.Helper()
	res := w.do("GET", "/login/"+provider+"?next=/moter", "", "Sec-Fetch-Site: same-origin")
	set := res.header.Get("Set-Cookie")
	if res.status != 303 || !strings.HasPrefix(set, "kb-flow=") || !strings.Contains(set, "HttpOnly") || !strings.Contains(set, "SameSite=Lax") ||
		!strings.Contains(set, "max-age=600") || res.header.Get("Cache-Control") != "no-store" {
		w.t.Fatalf("start: %d %v", res.status, res.header)
	}
	to, err := at.SignIn(res.header.Get("Location"), name, name[:1])
	must(w.t, err)
	cookie, _, _ = strings.Cut(set, ";")
	return cookie, to.RequestURI()
}

func sessionOf(res answer) string {
	for _, c := range (&http.Response{Header: res.header}).Cookies() {
		if c.Name == "kb" && c.Value != "" {
			return "kb=" + c.Value
		}
	}
	return ""
}

// TestLoginByProvider: in, where one wanted to go, and out again, here and there.
func TestLoginByProvider(t *testing.T) {
	t.Parallel()
	w, at := withProviders(t)
	page := w.do("GET", "/login?next=%2Fmoter", "", "Accept-Language: nb")
	for _, want := range []string{`href="/login/entra?next=%2Fmoter"`, "Logg inn med Entra &lt;ID&gt;", `name="password"`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	cookie, back := w.start(at, "entra", "kari")
	old := w.as("leser")
	res := w.do("GET", back, "", "Cookie: "+cookie+"; "+old)
	session := sessionOf(res)
	if res.status != 303 || res.header.Get("Location") != "/moter" || session == "" || session == old {
		t.Fatalf("%d %v", res.status, res.header)
	}
	_, secret, _ := strings.Cut(session, "=")
	kari := w.auth.Session(secret).Account()
	w.left(audit.Trace{What: audit.Login, Who: kari, Detail: "entra"})
	if res := w.do("GET", "/konto", "", "Cookie: "+old); res.status == 200 {
		t.Error("the session that was there before stays")
	}
	if res := w.do("GET", "/tavle/na", "", "Cookie: "+session); res.status != 200 || !strings.Contains(res.body, "kari") {
		t.Errorf("signed in: %d", res.status)
	}
	// To change accounts they show again who they are, there.
	confirm := w.do("GET", "/konto/bekreft?next=/kontoer", "", "Cookie: "+session, "Accept-Language: nb")
	if !strings.Contains(confirm.body, `href="/login/entra?igjen=1&amp;next=%2fkontoer"`) {
		t.Errorf("the page where one confirms: %s", confirm.body)
	}
	if res := w.do("GET", "/login/entra?igjen=1&next=/kontoer", "", "Cookie: "+session, "Sec-Fetch-Site: same-origin"); !strings.Contains(res.header.Get("Location"), "prompt=login") {
		t.Errorf("anew: %d %v", res.status, res.header)
	}
	if res := w.do("GET", "/login/porten?igjen=1&next=/kontoer", "", "Cookie: "+session, "Sec-Fetch-Site: same-origin"); res.header.Get("Location") != "/kontoer" {
		t.Errorf("another provider's: %d %v", res.status, res.header)
	}
	again := w.do("GET", back, "", "Cookie: "+cookie)
	if again.status != 303 || !strings.HasPrefix(again.header.Get("Location"), "/login?feil=late&hos=entra") || sessionOf(again) != "" {
		t.Errorf("the same answer again: %d %v", again.status, again.header)
	}
	out := w.do("POST", "/logout", url.Values{"token": {w.auth.Session(secret).FormToken()}}.Encode(), "Cookie: "+session,
		"Origin: http://127.0.0.1:9", "Content-Type: application/x-www-form-urlencoded")
	if out.status != 303 || out.header.Get("Location") != "/login/entra/ut" {
		t.Fatalf("logout: %d %v", out.status, out.header)
	}
	if res := w.do("GET", "/konto", "", "Cookie: "+session); res.status == 200 {
		t.Error("still signed in")
	}
	leave := w.do("GET", "/login/entra/ut", "")
	if to := leave.header.Get("Refresh"); leave.status != 200 || !strings.HasPrefix(to, "1; url="+at.Issuer+"/end_session?client_id=kb&post_logout_redirect_uri=") {
		t.Errorf("on to the provider: %d %q", leave.status, to)
	}
	for _, hidden := range []string{"hemmelig", url.QueryEscape(back), regexp.MustCompile(`code=[^&]+`).FindString(back), secret} {
		if strings.Contains(w.log.String(), hidden) {
			t.Errorf("the log has %q", hidden)
		}
	}
	// A local login does not lead to the provider.
	if res := w.form("moteleder", "/logout", url.Values{}); res.status == 303 && res.header.Get("Location") != "/" {
		t.Errorf("local logout leads to %s", res.header.Get("Location"))
	}
}

// TestLoginByProviderRefused: the page says what happened, and nothing that it
// was told to say.
func TestLoginByProviderRefused(t *testing.T) {
	t.Parallel()
	w, at := withProviders(t)
	cookie, back := w.start(at, "entra", "ola")
	res := w.do("GET", back, "", "Cookie: "+cookie)
	to := res.header.Get("Location")
	if res.status != 303 || !strings.HasPrefix(to, "/login?feil=nobody&hos=entra&next=%2Fmoter&nr=") || sessionOf(res) != "" {
		t.Fatalf("%d %s", res.status, to)
	}
	number := to[strings.LastIndex(to, "=")+1:]
	page := w.do("GET", to, "", "Accept-Language: nb")
	if page.status != 200 || !strings.Contains(page.body, "har ingen tilgang her") || !strings.Contains(page.body, "Referanse: "+number) {
		t.Errorf("%d %s", page.status, page.body)
	}
	if log := w.log.String(); !strings.Contains(log, number) || !strings.Contains(log, "aaaaaaaa-bbbb-cccc-dddd-ffffffffffff") {
		t.Error("who was refused is not in the log by that number")
	}
	for _, q := range []string{"feil=annet&hos=entra", "feil=nobody&hos=ingen", "feil=nobody", "feil=%3Cb%3E&hos=entra"} {
		if page := w.do("GET", "/login?"+q, ""); strings.Contains(page.body, `role="alert"`) {
			t.Errorf("?%s says something", q)
		}
	}
	if page := w.do("GET", "/login?feil=late&hos=entra&nr=ring+12345678", "", "Accept-Language: nb"); strings.Contains(page.body, "12345678") {
		t.Error("the page says what its address tells it to")
	}
	// A foreign page's link begins nothing.
	res = w.do("GET", "/login/entra?next=/moter", "", "Sec-Fetch-Site: cross-site")
	if res.header.Get("Location") != "/login?next=%2Fmoter" || res.header.Get("Set-Cookie") != "" {
		t.Errorf("a foreign link: %d %v", res.status, res.header)
	}
	if res = w.do("GET", "/login/entra?next=//ond.example", ""); !strings.HasPrefix(res.header.Get("Location"), at.Issuer) {
		t.Errorf("%d %v", res.status, res.header)
	}
	unknown := w.do("GET", "/finnesikke", "")
	for _, path := range []string{"/login/ingen", "/login/ingen/svar", "/login/ingen/velg", "/login/ingen/ut", "/login/:provider"} {
		if res := w.do("GET", path, ""); res.status != 404 || res.body != unknown.body {
			t.Errorf("%s: %d", path, res.status)
		}
	}
}

// TestLoginForAMunicipality: who may act for two says which.
func TestLoginForAMunicipality(t *testing.T) {
	t.Parallel()
	w, at := withProviders(t)
	cookie, back := w.start(at, "porten", "kari")
	res := w.do("GET", back, "", "Cookie: "+cookie)
	if res.header.Get("Location") != "/login/porten/velg" || sessionOf(res) != "" {
		t.Fatalf("%d %v", res.status, res.header)
	}
	page := w.do("GET", "/login/porten/velg", "", "Cookie: "+cookie)
	if !strings.Contains(page.body, ">Aby</button>") || !strings.Contains(page.body, `value="9902"`) {
		t.Errorf("%d %s", page.status, page.body)
	}
	if res := w.do("GET", "/login/porten/velg", ""); res.header.Get("Location") != "/login" {
		t.Errorf("without the cookie: %d %v", res.status, res.header)
	}
	choose := func(m, origin string) answer {
		return w.do("POST", "/login/porten/velg", url.Values{"municipality": {m}}.Encode(), "Cookie: "+cookie, "Origin: "+origin, "Content-Type: application/x-www-form-urlencoded")
	}
	if res := choose("9902", "https://ond.example"); res.status != 403 {
		t.Errorf("a foreign form: %d", res.status)
	}
	res = choose("9902", "http://127.0.0.1:9")
	session := sessionOf(res)
	if res.status != 303 || session == "" {
		t.Fatalf("%d %v", res.status, res.header)
	}
	_, secret, _ := strings.Cut(session, "=")
	w.left(audit.Trace{What: audit.Login, Who: w.auth.Session(secret).Account(), Detail: "porten"})
	if actor, ok := w.auth.Session(secret).Actor(); !ok || len(actor.Grants) != 1 || actor.Grants[0].Municipality != "9902" {
		t.Errorf("acts as %+v", actor)
	}
}

// TestEndedByProvider: the provider ends a session, without a page of ours.
func TestEndedByProvider(t *testing.T) {
	t.Parallel()
	w, at := withProviders(t)
	cookie, back := w.start(at, "entra", "kari")
	session := sessionOf(w.do("GET", back, "", "Cookie: "+cookie))
	screen := "Cookie: " + session
	_, secret, _ := strings.Cut(session, "=")
	kari := w.auth.Session(secret).Account()
	if res := w.do("GET", "/konto", "", screen); res.status != 200 {
		t.Fatal("not signed in")
	}
	post := func(token string) answer {
		return w.do("POST", "/login/entra/utlogging", url.Values{"logout_token": {token}}.Encode(), "Content-Type: application/x-www-form-urlencoded")
	}
	if res := post("tull"); res.status != 400 {
		t.Errorf("nonsense: %d", res.status)
	}
	now := w.server.cfg.Now().Unix()
	token, err := at.Sign(map[string]any{"iss": at.Issuer, "aud": "kb", "iat": now, "exp": now + 60, "jti": "1", "sid": "s1",
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}})
	must(t, err)
	if res := post(token); res.status != 200 || res.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", res.status, res.header)
	}
	w.left(audit.Trace{What: audit.Logout, Whom: kari, Detail: "entra"})
	if res := w.do("GET", "/konto", "", screen); res.status == 200 {
		t.Error("still signed in")
	}
	if res := w.do("POST", "/login/entra/utlogging", strings.Repeat("x", 16<<10+1), "Content-Type: application/x-www-form-urlencoded"); res.status != 413 {
		t.Errorf("too long: %d", res.status)
	}
}

// TestProviderDownOnThePage: it is said, the local form is open, and works.
func TestProviderDownOnThePage(t *testing.T) {
	t.Parallel()
	w, at := withProviders(t)
	at.Stop()
	w.await("the page says so", func() bool {
		page := w.do("GET", "/login", "", "Accept-Language: nb").body
		return strings.Contains(page, "Entra &lt;ID&gt; svarer ikke nå.") && strings.Contains(page, "Lokal innlogging virker.") && strings.Contains(page, `<details class="way" open>`)
	})
	res := w.do("GET", "/login/entra", "")
	if !strings.HasPrefix(res.header.Get("Location"), "/login?feil=down&hos=entra") || res.header.Get("Set-Cookie") != "" {
		t.Errorf("%d %v", res.status, res.header)
	}
	if res := w.do("POST", "/login", url.Values{"user": {"moteleder"}, "password": {testPassword}}.Encode(), "Origin: http://127.0.0.1:9",
		"Content-Type: application/x-www-form-urlencoded"); res.status != 303 {
		t.Errorf("local login: %d", res.status)
	}
}
