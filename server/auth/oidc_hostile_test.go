package auth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// hostile is an issuer that answers as it is told to.
type hostile struct {
	*httptest.Server
	t   *testing.T
	rsa *rsa.PrivateKey
	ec  *ecdsa.PrivateKey

	mu        sync.Mutex
	nonce     string
	claims    func(map[string]any)
	sign      func(body []byte) string
	discovery func(http.ResponseWriter, map[string]any) bool // whether it has answered
	token     func(http.ResponseWriter) bool
	keys      func() any
	fetched   int // times that the keys were
}

func newHostile(t *testing.T) *hostile {
	t.Helper()
	h := &hostile{t: t}
	var err error
	h.rsa, err = rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	h.ec, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", h.describe)
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.fetched++
		_ = json.NewEncoder(w).Encode(h.keys())
	})
	mux.HandleFunc("/token", h.answer)
	h.Server = httptest.NewServer(mux)
	t.Cleanup(h.Close)
	h.reset()
	return h
}

// reset makes it honest.
func (h *hostile) reset() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.claims = func(map[string]any) {}
	h.sign = func(body []byte) string { return h.signed(jose.RS256, h.rsa, body) }
	h.discovery = func(http.ResponseWriter, map[string]any) bool { return false }
	h.token = func(http.ResponseWriter) bool { return false }
	h.keys = func() any {
		return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
			{Key: &h.rsa.PublicKey, KeyID: "k", Use: "sig"}, {Key: &h.ec.PublicKey, KeyID: "k", Use: "sig"},
		}}
	}
}

func (h *hostile) signed(alg jose.SignatureAlgorithm, key any, body []byte) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "k"))
	must(h.t, err)
	s, err := signer.Sign(body)
	must(h.t, err)
	out, err := s.CompactSerialize()
	must(h.t, err)
	return out
}

func (h *hostile) describe(w http.ResponseWriter, _ *http.Request) {
	h.mu.Lock()
	f := h.discovery
	h.mu.Unlock()
	d := map[string]any{
		"issuer": h.URL, "authorization_endpoint": h.URL + "/auth", "token_endpoint": h.URL + "/token", "jwks_uri": h.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
	}
	if !f(w, d) {
		_ = json.NewEncoder(w).Encode(d)
	}
}

func (h *hostile) answer(w http.ResponseWriter, _ *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.token(w) {
		return
	}
	now := time.Now().Unix()
	claims := map[string]any{"iss": h.URL, "aud": "kb", "sub": "s", "iat": now, "exp": now + 300, "nonce": h.nonce, "tid": tenant, "oid": object, "roles": []string{"KB.Leder"}}
	h.claims(claims)
	body, err := json.Marshal(claims)
	if err != nil {
		h.t.Error(err)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": h.sign(body)})
}

// through begins and ends a login.
func (h *hostile) through(p *porch) (Arrival, error) {
	h.t.Helper()
	q := query(p.begin("entra", browser))
	h.mu.Lock()
	h.nonce = q.Get("nonce")
	h.mu.Unlock()
	return p.list.Finish(h.t.Context(), "entra", browser, url.Values{"state": {q.Get("state")}, "code": {"c"}}, "addr")
}

func TestTokensThatAreNotBelieved(t *testing.T) {
	h := newHostile(t)
	p := newPorch(t, entraAt(h.URL))
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	must(t, err)
	der, err := x509.MarshalPKIXPublicKey(&h.rsa.PublicKey)
	must(t, err)
	set := func(name string, v any) func() {
		return func() { h.claims = func(c map[string]any) { c[name] = v } }
	}
	without := func(name string) func() {
		return func() { h.claims = func(c map[string]any) { delete(c, name) } }
	}
	now := time.Now().Unix()
	for name, c := range map[string]struct {
		want RefusalKind // "" signed in
		tell func()
	}{
		"honest":        {"", func() {}},
		"honest, ES256": {"", func() { h.sign = func(b []byte) string { return h.signed(jose.ES256, h.ec, b) } }},
		"several audiences, made for us": {"", func() {
			h.claims = func(c map[string]any) { c["aud"], c["azp"] = []string{"kb", "en annen"}, "kb" }
		}},
		"wrong nonce":         {RefusedAnswer, set("nonce", "x")},
		"no nonce":            {RefusedAnswer, without("nonce")},
		"wrong audience":      {RefusedAnswer, set("aud", "en annen")},
		"no audience":         {RefusedAnswer, without("aud")},
		"several audiences":   {RefusedAnswer, set("aud", []string{"kb", "en annen"})},
		"made for another":    {RefusedAnswer, set("azp", "en annen")},
		"wrong issuer":        {RefusedAnswer, set("iss", "https://accounts.google.com")},
		"no issuer":           {RefusedAnswer, without("iss")},
		"expired":             {RefusedAnswer, set("exp", now-600)},
		"no end":              {RefusedAnswer, without("exp")},
		"not yet":             {RefusedAnswer, set("nbf", now+3600)},
		"issued tomorrow":     {RefusedAnswer, set("iat", now+86400)},
		"issued yesterday":    {RefusedAnswer, set("iat", now-86400)},
		"issued never":        {RefusedAnswer, without("iat")},
		"no subject":          {RefusedAnswer, without("sub")},
		"long subject":        {RefusedAnswer, set("sub", strings.Repeat("s", 300))},
		"another tenant":      {RefusedAnswer, set("tid", "99999999-2222-3333-4444-555555555555")},
		"no tenant":           {RefusedAnswer, without("tid")},
		"no object":           {RefusedAnswer, without("oid")},
		"an object with more": {RefusedAnswer, set("oid", object+":x")},
		"roles as text":       {RefusedAnswer, set("roles", "KB.Leder")},
		"no roles":            {RefusedNobody, without("roles")},
		"groups alone":        {RefusedNobody, func() { h.claims = func(c map[string]any) { c["groups"] = c["roles"]; delete(c, "roles") } }},
		"unsigned": {RefusedAnswer, func() {
			h.sign = func(b []byte) string {
				return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"k"}`)) + "." + base64.RawURLEncoding.EncodeToString(b) + "."
			}
		}},
		"HS256 with the public key": {RefusedAnswer, func() { h.sign = func(b []byte) string { return h.signed(jose.HS256, der, b) } }},
		"HS256 with the client secret": {RefusedAnswer, func() {
			h.sign = func(b []byte) string { return h.signed(jose.HS256, []byte(strings.Repeat("hemmelig", 4)), b) }
		}},
		"RS512":       {RefusedAnswer, func() { h.sign = func(b []byte) string { return h.signed(jose.RS512, h.rsa, b) } }},
		"another key": {RefusedAnswer, func() { h.sign = func(b []byte) string { return h.signed(jose.RS256, stranger, b) } }},
		"a weak key": {RefusedAnswer, func() {
			h.sign = func(b []byte) string { return h.signed(jose.RS256, weak, b) }
			h.keys = func() any {
				return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &weak.PublicKey, KeyID: "k", Use: "sig"}}}
			}
		}},
		"a key for something else": {RefusedAnswer, func() {
			h.keys = func() any {
				return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &h.rsa.PublicKey, KeyID: "k", Use: "enc"}}}
			}
		}},
		"kinds of keys that we do not know, and ours": {"", func() {
			h.keys = func() any {
				return map[string]any{"keys": []any{map[string]any{"kty": "fremtid", "kid": "k"}, jose.JSONWebKey{Key: &h.rsa.PublicKey, KeyID: "k"}}}
			}
		}},
		"a token of two parts": {RefusedAnswer, func() { h.sign = func([]byte) string { return "a.b" } }},
		"no id token": {RefusedAnswer, func() {
			h.token = func(w http.ResponseWriter) bool {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, `{"access_token":"a","token_type":"Bearer"}`)
				return true
			}
		}},
		"a refusal": {RefusedAnswer, func() {
			h.token = func(w http.ResponseWriter) bool { http.Error(w, `{"error":"invalid_grant"}`, 400); return true }
		}},
		"a fault": {RefusedDown, func() {
			h.token = func(w http.ResponseWriter) bool { http.Error(w, "hemmelig feilside", 500); return true }
		}},
		"no end to the answer": {RefusedDown, func() { h.token = func(w http.ResponseWriter) bool { endless(w); return true } }},
		"no keys":              {RefusedAnswer, func() { h.keys = func() any { return map[string]any{} } }},
		"no answer for keys":   {RefusedDown, func() { h.keys = func() any { return "ingen" } }},
	} {
		h.reset()
		h.mu.Lock()
		c.tell()
		h.mu.Unlock()
		p.pass(0, keysLast) // nothing is known from before
		if back, err := h.through(p); why(err) != c.want || (c.want == "") != (err == nil && back.Secret != "") {
			t.Errorf("%s: %v, session %t; want %q", name, err, back.Secret != "", c.want)
		}
	}
	if n := len(p.Accounts()); n != 1 {
		t.Errorf("%d accounts were made", n)
	}
	if log := p.log.String(); strings.Contains(log, "hemmelig") {
		t.Errorf("the log quotes what was answered: %s", log)
	}
}

func endless(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"issuer":"`)
	for range 4096 {
		if _, err := io.WriteString(w, strings.Repeat("x", 1024)); err != nil {
			return
		}
	}
}

// TestStrangersDoNotMakeUsAsk: who sends us tokens with keys that nobody has
// does not make us fetch keys at their pace.
func TestStrangersDoNotMakeUsAsk(t *testing.T) {
	h := newHostile(t)
	p := newPorch(t, entraAt(h.URL))
	if _, err := h.through(p); err != nil {
		t.Fatal(err)
	}
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	for range 200 {
		if _, err := p.list.EndedThere(t.Context(), "entra", h.signed(jose.RS256, stranger, []byte(`{}`))); why(err) != RefusedAnswer {
			t.Fatal(err)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fetched > 3 {
		t.Errorf("the keys were fetched %d times", h.fetched)
	}
}

// TestDiscoveryThatIsNotBelieved: none of it keeps a server from starting, or a
// request waiting for long.
func TestDiscoveryThatIsNotBelieved(t *testing.T) {
	hang := make(chan struct{})
	h := newHostile(t)
	t.Cleanup(func() { close(hang) })
	other := newHostile(t)
	for name, f := range map[string]func(http.ResponseWriter, map[string]any) bool{
		"another issuer": func(_ http.ResponseWriter, d map[string]any) bool {
			d["issuer"] = "https://login.example.no"
			return false
		},
		"no end":  func(w http.ResponseWriter, _ map[string]any) bool { endless(w); return true },
		"no JSON": func(w http.ResponseWriter, _ map[string]any) bool { fmt.Fprint(w, "<html>"); return true },
		"a fault": func(w http.ResponseWriter, _ map[string]any) bool { w.WriteHeader(500); return true },
		"elsewhere": func(w http.ResponseWriter, _ map[string]any) bool {
			w.Header().Set("Location", other.URL)
			w.WriteHeader(302)
			return true
		},
		"plain http": func(_ http.ResponseWriter, d map[string]any) bool {
			d["token_endpoint"] = "http://login.example.no/token"
			return false
		},
		"no keys":          func(_ http.ResponseWriter, d map[string]any) bool { delete(d, "jwks_uri"); return false },
		"it never answers": func(http.ResponseWriter, map[string]any) bool { <-hang; return true },
	} {
		h.reset()
		h.mu.Lock()
		h.discovery = f
		h.mu.Unlock()
		start := time.Now()
		p := newPorch(t, entraAt(h.URL))
		if _, err := p.list.Start(t.Context(), "entra", browser, "", "addr", false); why(err) != RefusedDown {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(start); took > 6*time.Second {
			t.Errorf("%s: waited %v", name, took)
		}
		if states := p.list.States(t.Context()); !states[0].Down {
			t.Errorf("%s: the page says that it answers", name)
		}
		p.list.Close()
	}
}

// TestNamesIssuer: a provider that says it names itself in its answer must.
func TestNamesIssuer(t *testing.T) {
	h := newHostile(t)
	h.discovery = func(_ http.ResponseWriter, d map[string]any) bool {
		d["authorization_response_iss_parameter_supported"] = true
		return false
	}
	p := newPorch(t, entraAt(h.URL))
	back, err := h.through(p)
	p.refused("without a name", RefusedAnswer, back, err)
	q := query(p.begin("entra", browser))
	h.mu.Lock()
	h.nonce = q.Get("nonce")
	h.mu.Unlock()
	if _, err := p.list.Finish(t.Context(), "entra", browser, url.Values{"state": {q.Get("state")}, "code": {"c"}, "iss": {h.URL}}, "addr"); err != nil {
		t.Error(err)
	}
}

// TestMixedUp: an answer that would do for either of two providers counts only
// where the login began.
func TestMixedUp(t *testing.T) {
	h := newHostile(t)
	second := entraAt(h.URL)
	second.ID = "annen"
	p := newPorch(t, entraAt(h.URL), second)
	for id, want := range map[string]RefusalKind{"annen": RefusedAnswer, "entra": ""} {
		q := query(p.begin("entra", browser))
		h.mu.Lock()
		h.nonce = q.Get("nonce")
		h.mu.Unlock()
		back, err := p.list.Finish(t.Context(), id, browser, url.Values{"state": {q.Get("state")}, "code": {"c"}}, "addr")
		if why(err) != want || (want == "") != (back.Secret != "") {
			t.Errorf("begun with entra, answered to %s: %v", id, err)
		}
	}
}
