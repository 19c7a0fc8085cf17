package server

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain/accounts"
	"kommunebilde/server/auth"
	"kommunebilde/server/servertest"
)

// login signs in as a browser's form does.
func (w *world) login(user, password string, headers ...string) answer {
	w.t.Helper()
	return w.do("POST", "/login", url.Values{"user": {user}, "password": {password}}.Encode(),
		append([]string{"Origin: " + w.url, "Content-Type: application/x-www-form-urlencoded"}, headers...)...)
}

// TestLoginTooEarly: who has guessed for long is told at once when to come back,
// in words and for programs; nothing is tried before.
func TestLoginTooEarly(t *testing.T) {
	t.Parallel()
	logins, err := auth.New(servertest.NewStore(), auth.Options{Sleep: func(context.Context, time.Duration) error { return nil }})
	must(t, err)
	t.Cleanup(func() { must(t, logins.Close(context.Background())) })
	must(t, logins.AddAccount(t.Context(), accounts.Account{ID: "moteleder", Name: "Moteleder"}, testPassword))
	w := newWorld(t, func(c *Config) { c.Auth = logins })
	for i := range 35 {
		w.login(strings.Repeat("u", i+1), "feil passord her")
	}
	res := w.login("moteleder", testPassword)
	if res.status != 429 || res.header.Get("Retry-After") != "4" || res.header.Get("Set-Cookie") != "" || !strings.Contains(res.body, "Det er gjort mange forsøk på kort tid, så dette ble ikke prøvd. Vent 4 sek") {
		t.Errorf("%d, Retry-After %q, cookie %q: %s", res.status, res.header.Get("Retry-After"), res.header.Get("Set-Cookie"), res.body)
	}
}

// TestLoginEndsASessionNotAToken: who signs in again leaves the old session; a
// token that came along stays.
func TestLoginEndsASessionNotAToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, cookie := "Authorization: Bearer "+w.token("moteleder"), "Cookie: "+w.as("leser")
	for _, header := range []string{token, cookie} {
		if res := w.login("moteleder", testPassword, header); res.status != 303 {
			t.Fatalf("login: %d", res.status)
		}
	}
	if res := w.do("GET", "/api/v1/boards", "", token); res.status != 200 {
		t.Errorf("the token is gone: %d", res.status)
	}
	if res := w.do("GET", "/konto", "", cookie); res.status == 200 {
		t.Error("the session that was signed in over stays")
	}
}
