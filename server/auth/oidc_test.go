package auth

import (
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/server/auth/authtest"
)

// TestEntra signs people in at a real provider: rights come from app roles at
// each login, and from nothing else.
func TestEntra(t *testing.T) {
	at := real(t, "entra")
	p := newPorch(t, entraAt(at.Issuer))
	back, err := p.signIn(at, "entra", "kari")
	if err != nil || back.Next != "/tavle/na" {
		t.Fatalf("%+v, %v", back, err)
	}
	asked := at.Asked()
	for name, want := range map[string]string{"response_type": "code", "code_challenge_method": "S256", "client_id": "kb", "redirect_uri": public + "/login/entra/svar"} {
		if asked.Get(name) != want {
			t.Errorf("asked with %s=%q, want %q", name, asked.Get(name), want)
		}
	}
	if len(asked.Get("state")) < 40 || len(asked.Get("nonce")) < 20 || len(asked.Get("code_challenge")) != 43 {
		t.Errorf("asked with %v", asked)
	}
	id := back.Handle.Account()
	account, _ := p.Account(id)
	want := accounts.Identity{Issuer: at.Issuer, Subject: tenant + ":" + object}
	if account.Name != "kari" || account.Provider != "entra" || !slices.Equal(account.Identities, []accounts.Identity{want}) || !validID(string(id)) {
		t.Errorf("account %+v", account)
	}
	if left := back.Handle.Left(); left > providerLasts || left < providerLasts-time.Minute {
		t.Errorf("the session lasts %v", left)
	}
	if actor, ok := p.Session(back.Secret).Actor(); !ok || !reflect.DeepEqual(actor.Grants, []domain.Grant{{Role: domain.RoleLead}}) {
		t.Errorf("acts as %+v", actor)
	}
	if p.SetPassword(t.Context(), id, password) == nil {
		t.Error("an account whose rights the provider gives gets a password")
	}
	if _, err := p.AddToken(id, "regneark"); err == nil {
		t.Error("and a token")
	}
	first := back
	if back, err = p.signIn(at, "entra", "kari"); err != nil || back.Handle.Account() != id || back.Secret == first.Secret {
		t.Fatalf("the second time %+v, %v", back, err)
	}
	if _, ok := first.Handle.Actor(); !ok {
		t.Error("another browser's session ended, though nothing changed")
	}
	back, err = p.signIn(at, "entra", "ola")
	p.refused("no role", RefusedNobody, back, err)
	if len(p.Accounts()) != 1 {
		t.Errorf("an account was made for nobody: %+v", p.Accounts())
	}
	// Ola takes Kari's name and address, and is still himself.
	at.Change("ola", func(o *authtest.Person) { o.Claims["roles"] = []string{"KB.Skole", "KB.Vern", "KB.Ukjent"} })
	if back, err = p.signIn(at, "entra", "ola"); err != nil || back.Handle.Account() == id {
		t.Fatalf("%+v, %v", back, err)
	}
	actor, _ := back.Handle.Actor()
	if !reflect.DeepEqual(actor.Grants, []domain.Grant{{Role: domain.RoleReader}, {Role: domain.RoleAssessor, Areas: []domain.ColumnID{"barnevern", "skole"}}}) {
		t.Errorf("several roles give %+v", actor.Grants)
	}
	// A role that is taken away is gone at the next login, from all sessions.
	at.Change("kari", func(k *authtest.Person) { k.Claims["roles"] = []string{"KB.Vern"} })
	back, err = p.signIn(at, "entra", "kari")
	if _, ok := first.Handle.Actor(); ok || err != nil {
		t.Errorf("the session with the former role goes on, %v", err)
	}
	at.Change("kari", func(k *authtest.Person) { delete(k.Claims, "roles") })
	again, err := p.signIn(at, "entra", "kari")
	p.refused("no role any more", RefusedNobody, again, err)
	if _, ok := back.Handle.Actor(); ok {
		t.Error("the session without a role goes on")
	}
	if account, _ := p.Account(id); len(account.Grants) != 0 {
		t.Errorf("kept %+v", account.Grants)
	}
	at.Change("kari", func(k *authtest.Person) { k.Claims["roles"] = []string{"KB.Leder"} })
	must(t, p.Disable(id, true))
	back, err = p.signIn(at, "entra", "kari")
	p.refused("disabled", RefusedClosed, back, err)
	must(t, p.Disable(id, false))
	at.Change("kari", func(k *authtest.Person) { k.Claims["tid"] = "99999999-2222-3333-4444-555555555555" })
	back, err = p.signIn(at, "entra", "kari")
	p.refused("another tenant", RefusedAnswer, back, err)
	for _, secret := range []string{"hemmelig", first.Secret, "felles@"} {
		if strings.Contains(p.log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

// acting is what Ansattporten says of whom somebody may act for.
func acting(resource string, numbers ...string) []any {
	var reportees []any
	for _, n := range numbers {
		reportees = append(reportees, map[string]any{"Authority": "iso6523-actorid-upis", "ID": "0192:" + n, "Rights": []string{"Read"}})
	}
	return []any{map[string]any{"type": "ansattporten:altinn:resource", "resource": resource, "reportees": reportees}}
}

func TestAnsattporten(t *testing.T) {
	at := real(t, "porten")
	p := newPorch(t, portenAt(at.Issuer))
	as := func(claim any) (Arrival, error) {
		at.Change("kari", func(k *authtest.Person) { k.Claims["authorization_details"] = claim })
		return p.signIn(at, "porten", "kari")
	}
	ours := "urn:altinn:resource:kb"
	one, err := as(acting(ours, "974760673"))
	if err != nil {
		t.Fatal(err)
	}
	if actor, _ := one.Handle.Actor(); !reflect.DeepEqual(actor.Grants, []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "3401"}}) {
		t.Errorf("acts as %+v", actor.Grants)
	}
	if q := at.Asked(); q.Get("acr_values") != "substantial high" || q.Get("authorization_details") != `[{"type":"ansattporten:altinn:resource","resource":"urn:altinn:resource:kb"}]` {
		t.Errorf("asked with %v", q)
	}
	newer := []any{map[string]any{"type": "ansattporten:altinn:resource", "resource": ours, "authorized_parties": []any{
		map[string]any{"orgno": map[string]any{"authority": "iso6523-actorid-upis", "ID": "0192:974760673"}, "name": "Kommunen"},
	}}}
	if same, err := as(newer); err != nil || same.Handle.Account() != one.Handle.Account() {
		t.Errorf("the newer form: %+v, %v", same, err)
	}
	for name, claim := range map[string]any{
		"nobody": nil, "themselves": acting(ours), "another organisation": acting(ours, "910753614"),
		"a right that was not asked for": acting("urn:altinn:resource:annet", "974760673"),
		"no number":                      []any{map[string]any{"type": "ansattporten:altinn:resource", "resource": ours, "reportees": []any{"0192:974760673"}}},
		"a bare number":                  []any{map[string]any{"type": "ansattporten:altinn:resource", "resource": ours, "reportees": []any{map[string]any{"ID": "974760673"}}}},
	} {
		back, err := as(claim)
		p.refused(name, RefusedNobody, back, err)
	}
	if _, ok := one.Handle.Actor(); ok {
		t.Error("who may act for nobody is still signed in for a municipality")
	}
	// Several: the person says which, once, in this browser.
	both, err := as(acting(ours, "974760673", "889640782"))
	if err != nil || both.Secret != "" || !slices.Equal(both.Choices, []domain.MunicipalityID{"3401", "3403"}) {
		t.Fatalf("%+v, %v", both, err)
	}
	if got := p.list.Choices("porten", "en annen"); got != nil {
		t.Errorf("another browser is offered %v", got)
	}
	back, err := p.list.Choose(t.Context(), "porten", "en annen", "3403", "addr")
	p.refused("another browser", RefusedLate, back, err)
	back, err = p.list.Choose(t.Context(), "porten", browser, "3403", "addr")
	if err != nil || back.Next != "/tavle/na" {
		t.Fatalf("%+v, %v", back, err)
	}
	if actor, _ := back.Handle.Actor(); actor.Grants[0].Municipality != "3403" {
		t.Errorf("acts for %+v", actor.Grants)
	}
	back, err = p.list.Choose(t.Context(), "porten", browser, "3401", "addr")
	p.refused("a second time", RefusedLate, back, err)
	if _, err = as(acting(ours, "974760673", "889640782")); err != nil {
		t.Fatal(err)
	}
	back, err = p.list.Choose(t.Context(), "porten", browser, "3405", "addr")
	p.refused("a third municipality", RefusedAnswer, back, err)
	for _, acr := range []string{"", "low", "Substantial"} {
		at.Change("kari", func(k *authtest.Person) { k.ACR = acr })
		back, err = as(acting(ours, "974760673"))
		p.refused("acr "+acr, RefusedLevel, back, err)
	}
}

// TestBound: a provider that gives no rights lets in who was named here.
func TestBound(t *testing.T) {
	at := real(t, "annen")
	p := newPorch(t, ProviderConfig{ID: "annen", Kind: Generic, Name: domain.Words{NB: "Annen"}, Issuer: at.Issuer, ClientID: "kb", secret: "hemmelig", Scopes: []string{"openid"}})
	must(t, p.AddAccount(t.Context(), accounts.Account{ID: "kari", Name: "Kari", Grants: []domain.Grant{{Role: domain.RoleEditor}}}, password))
	must(t, p.AddAccount(t.Context(), accounts.Account{ID: "ola", Name: "Ola"}, password))
	back, err := p.signIn(at, "annen", "kari")
	p.refused("not bound", RefusedNobody, back, err)
	who := accounts.Identity{Issuer: at.Issuer, Subject: "sub-kari"}
	must(t, p.Bind("kari", who, true))
	if p.Bind("ola", who, true) == nil || p.Bind("ola", accounts.Identity{Issuer: at.Issuer}, true) == nil || p.Bind("ingen", who, true) == nil {
		t.Error("an identity of two accounts, none, or of nobody")
	}
	back, err = p.signIn(at, "annen", "kari")
	if err != nil || back.Handle.Account() != "kari" {
		t.Fatalf("%+v, %v", back, err)
	}
	if account, _ := p.Account("kari"); account.Name != "Kari" || len(account.Grants) != 1 {
		t.Errorf("the provider changed %+v", account)
	}
	local, _, err := p.Login(t.Context(), "kari", password, "addr")
	must(t, err)
	must(t, p.Bind("kari", who, false))
	if _, ok := back.Handle.Actor(); ok || p.Session(local) == nil {
		t.Error("unbound, and the session goes on, or the local one ended")
	}
	back, err = p.signIn(at, "annen", "kari")
	p.refused("unbound", RefusedNobody, back, err)
}

// TestAnswersThatDoNotFit: an answer counts once, soon, for the browser and the
// provider that it belongs to.
func TestAnswersThatDoNotFit(t *testing.T) {
	at, other := real(t, "entra"), real(t, "annen")
	second := entraAt(other.Issuer)
	second.ID = "annen"
	p := newPorch(t, entraAt(at.Issuer), second)
	answer := func() url.Values {
		t.Helper()
		back, err := at.SignIn(p.begin("entra", browser), "kari", "k")
		must(t, err)
		return back.Query()
	}
	finish := func(id, browser string, q url.Values) (Arrival, error) {
		return p.list.Finish(t.Context(), id, browser, q, "addr")
	}
	with := func(q url.Values, change func(url.Values)) url.Values {
		q = maps.Clone(q)
		change(q)
		return q
	}
	q := answer()
	if _, err := finish("entra", browser, q); err != nil {
		t.Fatal(err)
	}
	back, err := finish("entra", browser, q)
	p.refused("a second time", RefusedLate, back, err)
	for name, one := range map[string]struct {
		want    RefusalKind
		browser string
		id      string
		change  func(url.Values)
	}{
		"another browser":              {RefusedLate, "en annen", "entra", func(url.Values) {}},
		"no cookie":                    {RefusedLate, "", "entra", func(url.Values) {}},
		"another state":                {RefusedLate, browser, "entra", func(q url.Values) { q.Set("state", "x") }},
		"no state":                     {RefusedLate, browser, "entra", func(q url.Values) { q.Del("state") }},
		"an error, and a code with it": {RefusedThere, browser, "entra", func(q url.Values) { q.Set("error", "access_denied") }},
		"an empty error":               {RefusedThere, browser, "entra", func(q url.Values) { q.Set("error", "") }},
		"no code":                      {RefusedAnswer, browser, "entra", func(q url.Values) { q.Del("code") }},
		"two codes":                    {RefusedAnswer, browser, "entra", func(q url.Values) { q.Add("code", "x") }},
		"another code":                 {RefusedAnswer, browser, "entra", func(q url.Values) { q.Set("code", "x") }},
		"another issuer":               {RefusedAnswer, browser, "entra", func(q url.Values) { q.Set("iss", other.Issuer) }},
		"to another provider":          {RefusedAnswer, browser, "annen", func(url.Values) {}},
		"to no provider":               {RefusedAnswer, browser, "ingen", func(url.Values) {}},
	} {
		back, err := finish(one.id, one.browser, with(answer(), one.change))
		p.refused(name, one.want, back, err)
	}
	// Two logins of a browser, in two tabs, both end well; a code of one does not
	// fit the other.
	a, b := answer(), answer()
	back, err = finish("entra", browser, with(a, func(q url.Values) { q.Set("code", b.Get("code")) }))
	p.refused("another login's code", RefusedAnswer, back, err)
	a, b = answer(), answer()
	for _, q := range []url.Values{b, a} {
		if _, err := finish("entra", browser, q); err != nil {
			t.Errorf("two tabs: %v", err)
		}
	}
	q = answer()
	p.pass(ticketLasts, ticketLasts)
	back, err = finish("entra", browser, q)
	p.refused("after ten minutes", RefusedLate, back, err)
}

// TestKeysChange: a key that is not known is fetched, one that is gone is not
// believed an hour later.
func TestKeysChange(t *testing.T) {
	at := real(t, "entra")
	p := newPorch(t, entraAt(at.Issuer))
	if _, err := p.signIn(at, "entra", "kari"); err != nil {
		t.Fatal(err)
	}
	must(t, at.Rotate("RS256"))
	back, err := p.signIn(at, "entra", "kari")
	p.refused("the keys were fetched this very moment", RefusedAnswer, back, err)
	p.pass(keysPause, keysPause)
	if _, err := p.signIn(at, "entra", "kari"); err != nil {
		t.Errorf("another key: %v", err)
	}
	must(t, at.Rotate("RS384"))
	p.pass(keysPause, keysPause)
	if back, err = p.signIn(at, "entra", "kari"); why(err) != RefusedAnswer {
		t.Errorf("signed with RS384: %+v, %v", back, err)
	}
}

// TestProviderIsDown: it is said, quickly, and passes by itself; local accounts
// work meanwhile.
func TestProviderIsDown(t *testing.T) {
	at := real(t, "entra")
	p := newPorch(t, entraAt(at.Issuer))
	must(t, p.AddAccount(t.Context(), accounts.Account{ID: "vakt", Name: "Vakt"}, password))
	down := func() bool { return p.list.States(t.Context())[0].Down }
	await(t, "it answers", func() bool { return !down() })
	to := p.begin("entra", browser)
	back, err := at.SignIn(to, "kari", "k")
	must(t, err)
	at.Stop()
	arrival, err := p.list.Finish(t.Context(), "entra", browser, back.Query(), "addr")
	p.refused("gone before the code is changed", RefusedDown, arrival, err)
	p.pass(lookAgain, lookAgain)
	if !down() {
		t.Error("the page says that it answers")
	}
	if _, err := p.list.Start(t.Context(), "entra", browser, "", "addr", false); why(err) != RefusedDown {
		t.Errorf("start: %v", err)
	}
	if p.list.LogoutURL("entra") != "" {
		t.Error("people are sent there to sign out")
	}
	if _, _, err := p.Login(t.Context(), "vakt", password, "addr"); err != nil {
		t.Errorf("local login: %v", err)
	}
	must(t, at.Again())
	p.pass(lookAgain, lookAgain)
	await(t, "it answers again", func() bool { return !down() })
	if _, err := p.signIn(at, "entra", "kari"); err != nil {
		t.Error(err)
	}
}

// TestStartsWithoutProviders: a server starts while none answers.
func TestStartsWithoutProviders(t *testing.T) {
	at := real(t, "entra")
	at.Stop()
	p := newPorch(t, entraAt(at.Issuer))
	if _, err := p.list.Start(t.Context(), "entra", browser, "", "addr", false); why(err) != RefusedDown {
		t.Errorf("start: %v", err)
	}
	must(t, at.Again())
	p.pass(lookAgain, lookAgain)
	await(t, "it answers", func() bool { return !p.list.States(t.Context())[0].Down })
	if _, err := p.signIn(at, "entra", "kari"); err != nil {
		t.Error(err)
	}
}

// TestClocksDiffer: by a minute they may, by more they may not.
func TestClocksDiffer(t *testing.T) {
	at := real(t, "entra")
	for by, want := range map[time.Duration]RefusalKind{
		-90 * time.Second: "", 90 * time.Second: "", -3 * time.Minute: RefusedAnswer, 6 * time.Minute: RefusedAnswer, 3 * time.Hour: RefusedAnswer,
	} {
		p := newPorch(t, entraAt(at.Issuer))
		p.pass(by, 0)
		if back, err := p.signIn(at, "entra", "kari"); why(err) != want || (err == nil) != (back.Secret != "") {
			t.Errorf("our clock is %v on: %v", by, err)
		}
	}
}

func TestEndedThere(t *testing.T) {
	at := real(t, "entra")
	p := newPorch(t, entraAt(at.Issuer))
	now := time.Now().Unix()
	token := func(change func(map[string]any)) string {
		t.Helper()
		claims := map[string]any{
			"iss": at.Issuer, "aud": "kb", "iat": now, "exp": now + 120, "jti": time.Now().String(), "sub": "sub-kari", "sid": "sesjon-1",
			"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
		}
		change(claims)
		s, err := at.Sign(claims)
		must(t, err)
		return s
	}
	back, err := p.signIn(at, "entra", "kari")
	must(t, err)
	in := func() bool { _, ok := back.Handle.Actor(); return ok }
	for name, change := range map[string]func(map[string]any){
		"another client":    func(c map[string]any) { c["aud"] = "en annen" },
		"another issuer":    func(c map[string]any) { c["iss"] = "http://127.0.0.1:1" },
		"old":               func(c map[string]any) { c["iat"] = now - 1000 },
		"expired":           func(c map[string]any) { c["exp"] = now - 1000 },
		"with a nonce":      func(c map[string]any) { c["nonce"] = "n" },
		"without the event": func(c map[string]any) { delete(c, "events") },
		"without a name":    func(c map[string]any) { delete(c, "jti") },
		"of nobody":         func(c map[string]any) { delete(c, "sub"); delete(c, "sid") },
	} {
		if _, err := p.list.EndedThere(t.Context(), "entra", token(change)); why(err) != RefusedAnswer || !in() {
			t.Errorf("%s: %v, signed in %t", name, err, in())
		}
	}
	for name, raw := range map[string]string{"nothing": "", "no token": "a.b.c", "changed": token(func(map[string]any) {}) + "A"} {
		if _, err := p.list.EndedThere(t.Context(), "entra", raw); why(err) != RefusedAnswer || !in() {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := func(c map[string]any) { c["sid"] = "sesjon-9" }
	if _, err := p.list.EndedThere(t.Context(), "entra", token(other)); err != nil || !in() {
		t.Errorf("another session: %v", err)
	}
	right := token(func(map[string]any) {})
	if _, err := p.list.EndedThere(t.Context(), "entra", right); err != nil || in() {
		t.Errorf("the session goes on: %v", err)
	}
	back, err = p.signIn(at, "entra", "kari")
	must(t, err)
	if _, err := p.list.EndedThere(t.Context(), "entra", right); why(err) != RefusedAnswer || !in() {
		t.Errorf("the same token again: %v", err)
	}
	if _, err := p.list.EndedThere(t.Context(), "entra", token(func(c map[string]any) { delete(c, "sid") })); err != nil || in() {
		t.Errorf("by person: %v", err)
	}
	to, err := url.Parse(p.list.LogoutURL("entra"))
	if err != nil || to.Host == "" || to.Query().Get("client_id") != "kb" || to.Query().Get("post_logout_redirect_uri") != public+"/login" {
		t.Errorf("to sign out there: %v, %v", to, err)
	}
}

// TestSessionsByProvidersOutliveARestart, with what the provider may end them by.
func TestSessionsByProvidersOutliveARestart(t *testing.T) {
	at := real(t, "entra")
	p := newPorch(t, entraAt(at.Issuer))
	back, err := p.signIn(at, "entra", "kari")
	must(t, err)
	await(t, "the session is stored", func() bool { return p.store.has(back.Handle.Key()) })
	again, err := New(p.store, Options{})
	must(t, err)
	defer func() { must(t, again.Close(t.Context())) }()
	h := again.Session(back.Secret)
	if h == nil || h.Provider() != "entra" || h.s.SID != "sesjon-1" || h.s.Subject != "sub-kari" || h.Left() > providerLasts {
		t.Errorf("%+v", h)
	}
}

// TestShownAnew: a provider's login opens changes only when the provider was
// asked to have its user show who they are, and says that they did.
func TestShownAnew(t *testing.T) {
	h := newHostile(t)
	p := newPorch(t, entraAt(h.URL))
	again := func(authTime any) (Arrival, error) {
		to, err := p.list.Start(t.Context(), "entra", browser, "/kontoer", "addr", true)
		must(t, err)
		q := query(to)
		if q.Get("prompt") != "login" || q.Get("max_age") != "0" {
			t.Errorf("asked with %v", q)
		}
		h.mu.Lock()
		h.nonce = q.Get("nonce")
		h.claims = func(c map[string]any) {
			if authTime != nil {
				c["auth_time"] = authTime
			}
		}
		h.mu.Unlock()
		return p.list.Finish(t.Context(), "entra", browser, url.Values{"state": {q.Get("state")}, "code": {"c"}}, "addr")
	}
	if back, err := h.through(p); err != nil || back.Handle.Fresh() {
		t.Errorf("a login that was not asked for anew: %v", err)
	}
	now := time.Now()
	for name, at := range map[string]any{"silence": nil, "an hour ago": now.Add(-time.Hour).Unix(), "an hour ahead": now.Add(time.Hour).Unix()} {
		back, err := again(at)
		p.refused(name, RefusedAgain, back, err)
	}
	back, err := again(now.Unix())
	if err != nil || !back.Handle.Fresh() || back.Next != "/kontoer" {
		t.Errorf("%+v, %v", back, err)
	}
}
