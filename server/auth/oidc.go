package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"kommunebilde/domain"
)

// Providers lets people sign in with OpenID Connect: they prove who they are at
// a provider, and come back with a code that we change into a signed token. It
// is safe for concurrent use.
type Providers struct {
	auth    *Auth
	public  string
	client  *http.Client
	list    []*provider
	flows   *tickets[flow]
	choices *tickets[choice]   // by the browser's cookie
	spent   *tickets[struct{}] // logout tokens that were taken

	arriving sync.Mutex // held while an account is made or given its grants
	end      context.CancelFunc
	watching sync.WaitGroup
}

// flow is a login that has begun: what the answer must fit.
type flow struct {
	provider string
	browser  [32]byte // SHA-256 of the browser's cookie
	nonce    string
	verifier string // PKCE
	next     string
	again    bool // they must show again who they are
}

// choice is somebody who has proved who they are, and may come for several
// municipalities.
type choice struct {
	who  person
	next string
}

// NewProviders starts to look at the providers. publicURL is the address users
// have; the addresses that a provider sends them back to come from it alone.
func NewProviders(a *Auth, configs []ProviderConfig, publicURL string) (*Providers, error) {
	if publicURL == "" {
		return nil, errors.New("login providers need -public-url: they send people back there")
	}
	p := &Providers{
		auth: a, public: strings.TrimSuffix(publicURL, "/"), client: newProviderClient(),
		flows: newTickets[flow](a.o.Monotonic), choices: newTickets[choice](a.o.Monotonic), spent: newTickets[struct{}](a.o.Monotonic),
	}
	ctx, end := context.WithCancel(context.Background())
	p.end = end
	for _, c := range configs {
		one := newProvider(c, p)
		p.list = append(p.list, one)
		p.watching.Go(func() { one.watch(ctx) })
	}
	return p, nil
}

// Close ends the goroutines.
func (p *Providers) Close() {
	p.end()
	p.watching.Wait()
	p.client.CloseIdleConnections()
}

// address is where a provider finds us.
func (p *Providers) address(id, what string) string { return p.public + "/login/" + id + what }

// ProviderState is a provider as the login page offers it.
type ProviderState struct {
	*ProviderConfig
	Down bool // it did not answer when we last looked
}

// States returns the providers. It waits a moment for those that were not looked
// at lately.
func (p *Providers) States(ctx context.Context) []ProviderState {
	ctx, cancel := context.WithTimeout(ctx, 700*time.Millisecond)
	defer cancel()
	out := make([]ProviderState, len(p.list))
	var wg sync.WaitGroup
	for i, one := range p.list {
		wg.Go(func() {
			_, down := one.now(ctx, time.Second)
			out[i] = ProviderState{&one.ProviderConfig, down != nil}
		})
	}
	wg.Wait()
	return out
}

// Config returns a provider's settings, nil if there is none of that name.
func (p *Providers) Config(id string) *ProviderConfig {
	if one := p.find(id); one != nil {
		return &one.ProviderConfig
	}
	return nil
}

func (p *Providers) find(id string) *provider {
	for _, one := range p.list {
		if one.ID == id {
			return one
		}
	}
	return nil
}

// Refusal is why a login by a provider came to nothing. Its text is for the
// log: it holds no tokens.
type Refusal struct {
	Why      RefusalKind
	Provider string
	Err      error
}

// RefusalKind is what somebody is told of a refusal.
type RefusalKind string

const (
	RefusedDown   RefusalKind = "down"   // the provider does not answer
	RefusedLate   RefusalKind = "late"   // too long ago, another browser's, or used before
	RefusedThere  RefusalKind = "there"  // broken off at the provider
	RefusedAnswer RefusalKind = "answer" // the answer is not to be believed
	RefusedLevel  RefusalKind = "level"  // signed in too weakly
	RefusedNobody RefusalKind = "nobody" // known there, without access here
	RefusedClosed RefusalKind = "closed" // the account here is disabled
	RefusedAgain  RefusalKind = "again"  // it does not say that they showed again who they are
)

// RefusalKinds returns all of them.
func RefusalKinds() []RefusalKind {
	return []RefusalKind{RefusedDown, RefusedLate, RefusedThere, RefusedAnswer, RefusedLevel, RefusedNobody, RefusedClosed, RefusedAgain}
}

// Error implements error.
func (r *Refusal) Error() string {
	s := "login by " + r.Provider + " refused: " + string(r.Why)
	if r.Err != nil {
		s += ": " + short(r.Err)
	}
	return s
}

// Unwrap returns the cause.
func (r *Refusal) Unwrap() error { return r.Err }

func (p *provider) refuse(why RefusalKind, err error) error {
	return &Refusal{why, p.ID, err}
}

// Arrival is somebody who has come back from a provider.
type Arrival struct {
	Secret  string  // of the new session, "" if they must choose first
	Handle  *Handle // of it
	Next    string  // own path that they wanted
	Choices []domain.MunicipalityID
}

// Start begins a login and returns where to send the browser. browser is the
// secret that its cookie holds; next the own path to go to after. With again the
// provider has somebody who is signed in there show again who they are.
func (p *Providers) Start(ctx context.Context, id, browser, next, addr string, again bool) (string, error) {
	one := p.find(id)
	if one == nil {
		return "", &Refusal{RefusedAnswer, id, errors.New("no such provider")}
	}
	offer, err := one.now(ctx, 3*time.Second)
	if err != nil {
		return "", one.refuse(RefusedDown, err)
	}
	f := flow{provider: id, browser: sha256.Sum256([]byte(browser)), nonce: rand.Text(), verifier: oauth2.GenerateVerifier(), next: next, again: again}
	state := rand.Text() + rand.Text()
	options := []oauth2.AuthCodeOption{oidc.Nonce(f.nonce), oauth2.S256ChallengeOption(f.verifier)}
	if again {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	if len(one.ACR) > 0 {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(one.ACR, " ")))
	}
	if len(one.AuthorizationDetails) > 0 {
		b, err := json.Marshal(one.AuthorizationDetails)
		if err != nil {
			return "", err
		}
		options = append(options, oauth2.SetAuthURLParam("authorization_details", string(b)))
	}
	p.flows.put(state, addr, f)
	return one.oauth(offer).AuthCodeURL(state, options...), nil
}

// Finish takes a provider's answer: the query it sent the browser back with.
// The answer counts once, for the browser that began, within ten minutes.
func (p *Providers) Finish(ctx context.Context, id, browser string, q url.Values, addr string) (Arrival, error) {
	one := p.find(id)
	if one == nil {
		return Arrival{}, &Refusal{RefusedAnswer, id, errors.New("no such provider")}
	}
	f, ok := p.flows.take(q.Get("state"))
	mark := sha256.Sum256([]byte(browser))
	if !ok || browser == "" || subtle.ConstantTimeCompare(mark[:], f.browser[:]) != 1 {
		return Arrival{}, one.refuse(RefusedLate, errors.New("no login of this browser has that state"))
	}
	back := Arrival{Next: f.next}
	if f.provider != id {
		return back, one.refuse(RefusedAnswer, fmt.Errorf("the login began with %s", f.provider))
	}
	who, err := one.prove(ctx, f, q)
	if err != nil {
		return back, err
	}
	if _, bound := p.auth.bound(who.identity); len(who.municipalities) > 1 && !bound {
		p.choices.put(browser, addr, choice{who, f.next})
		back.Choices = who.municipalities
		return back, nil
	}
	back.Secret, back.Handle, err = p.arrive(ctx, one, who, addr)
	return back, err
}

// Choices returns which municipalities this browser's user may come for.
func (p *Providers) Choices(id, browser string) []domain.MunicipalityID {
	if c, ok := p.choices.peek(browser); ok && browser != "" && c.who.provider == id {
		return c.who.municipalities
	}
	return nil
}

// Choose signs in who had to choose, for one of the municipalities.
func (p *Providers) Choose(ctx context.Context, id, browser string, m domain.MunicipalityID, addr string) (Arrival, error) {
	one := p.find(id)
	if one == nil || browser == "" {
		return Arrival{}, &Refusal{RefusedLate, id, errors.New("nothing to choose")}
	}
	c, ok := p.choices.take(browser)
	if !ok || c.who.provider != id {
		return Arrival{}, one.refuse(RefusedLate, errors.New("nothing to choose"))
	}
	back := Arrival{Next: c.next}
	if !c.who.choose(m) {
		return back, one.refuse(RefusedAnswer, errors.New("not one of the municipalities that were offered"))
	}
	var err error
	back.Secret, back.Handle, err = p.arrive(ctx, one, c.who, addr)
	return back, err
}

// prove finds out who has come back: the code becomes a token, and the token is
// believed only if everything in it fits what was asked.
func (p *provider) prove(ctx context.Context, f flow, q url.Values) (person, error) {
	if q.Has("error") {
		return person{}, p.refuse(RefusedThere, fmt.Errorf("the provider says %.60q", q.Get("error")))
	}
	offer, _ := p.now(ctx, 0) // as it was: if it is gone, the next call says so
	if offer == nil {
		return person{}, p.refuse(RefusedDown, nil)
	}
	if iss := q.Get("iss"); (iss != "" || offer.NamesIssuer) && iss != p.Issuer {
		return person{}, p.refuse(RefusedAnswer, fmt.Errorf("the answer is of %.100q", iss))
	}
	for name, values := range q {
		if len(values) > 1 {
			return person{}, p.refuse(RefusedAnswer, fmt.Errorf("%.60q comes twice", name))
		}
	}
	if q.Get("code") == "" {
		return person{}, p.refuse(RefusedAnswer, errors.New("there is no code"))
	}
	tokens, err := p.oauth(offer).Exchange(oidc.ClientContext(ctx, p.p.client), q.Get("code"), oauth2.VerifierOption(f.verifier))
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode < 500 {
		return person{}, p.refuse(RefusedAnswer, err)
	}
	if err != nil {
		return person{}, p.refuse(RefusedDown, err)
	}
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return person{}, p.refuse(RefusedAnswer, errors.New("there is no id token"))
	}
	if err := offer.keys.ready(ctx); err != nil {
		return person{}, p.refuse(RefusedDown, err)
	}
	token, err := p.verifier(offer).Verify(ctx, raw)
	if err != nil {
		return person{}, p.refuse(RefusedAnswer, err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(f.nonce)) != 1 {
		return person{}, p.refuse(RefusedAnswer, errors.New("the nonce is another"))
	}
	if err := p.issuedNow(token.IssuedAt); err != nil {
		return person{}, p.refuse(RefusedAnswer, err)
	}
	who, err := p.person(token)
	if err == nil && f.again && !who.shown(p.p.auth.o.Now()) {
		return who, p.refuse(RefusedAgain, errors.New("no auth_time of the last minutes in the token: the provider has to put it there"))
	}
	who.again = f.again
	return who, err
}

// LogoutURL returns where a browser signs out at the provider too, "" where it
// cannot or shall not.
func (p *Providers) LogoutURL(id string) string {
	one := p.find(id)
	if one == nil || one.StaySignedIn {
		return ""
	}
	offer, err := one.now(context.Background(), 0)
	if err != nil || offer.EndSessionEndpoint == "" {
		return ""
	}
	u, err := url.Parse(offer.EndSessionEndpoint)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", one.ClientID)
	q.Set("post_logout_redirect_uri", p.public+"/login")
	u.RawQuery = q.Encode()
	return u.String()
}
