package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// provider is a login provider at work. A goroutine of its own finds out what it
// offers: no request waits for a provider that does not answer for longer than
// it says, and a server starts without any.
type provider struct {
	ProviderConfig
	p *Providers

	poke chan struct{} // one slot: look again now

	mu      sync.Mutex
	offer   *offer // what it offers, as it last said; nil: never yet
	down    error  // why the last look failed, nil if it did not
	checked time.Duration
	looked  chan struct{} // closed when the next look is over
}

// offer is what a provider says of itself, and the keys that go with it.
type offer struct {
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	KeysEndpoint          string   `json:"jwks_uri"`
	EndSessionEndpoint    string   `json:"end_session_endpoint"`
	TokenAuth             []string `json:"token_endpoint_auth_methods_supported"`
	NamesIssuer           bool     `json:"authorization_response_iss_parameter_supported"`

	keys *keySet
}

const (
	lookAgain   = 5 * time.Second // a look that old is not what we say of now
	retryFirst  = time.Second
	retryAtMost = time.Minute
)

func newProvider(c ProviderConfig, p *Providers) *provider {
	return &provider{ProviderConfig: c, p: p, poke: make(chan struct{}, 1), looked: make(chan struct{})}
}

// watch looks at the provider: at first, when it is poked, and while it does
// not answer, ever more seldom.
func (p *provider) watch(ctx context.Context) {
	retry := retryFirst
	for {
		err := p.look(ctx)
		var again <-chan time.Time
		timer := time.NewTimer(retry)
		if err != nil {
			again, retry = timer.C, min(2*retry, retryAtMost)
		} else {
			retry = retryFirst
		}
		select {
		case <-ctx.Done():
		case <-p.poke:
		case <-again:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// look asks the provider what it offers.
func (p *provider) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.p.client), askFor)
	defer cancel()
	next := &offer{}
	found, err := oidc.NewProvider(ctx, p.Issuer)
	if err == nil {
		err = found.Claims(next)
	}
	if err == nil {
		err = next.check()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		if next.keys = newKeySet(next.KeysEndpoint, p.p.client, p.p.auth.o.Monotonic); p.offer != nil && p.offer.KeysEndpoint == next.KeysEndpoint {
			next.keys = p.offer.keys
		}
		p.offer = next
	}
	if (err == nil) != (p.down == nil) || p.checked == 0 {
		p.tell(err)
	}
	p.down, p.checked = err, p.p.auth.o.Monotonic()
	close(p.looked)
	p.looked = make(chan struct{})
	return err
}

// tell logs that the provider answers, or does not any more.
func (p *provider) tell(err error) {
	if err != nil {
		p.p.auth.o.Log.Warn("login provider does not answer", "provider", p.ID, "error", short(err))
		return
	}
	p.p.auth.o.Log.Info("login provider answers", "provider", p.ID)
}

func (o *offer) check() error {
	for _, u := range []string{o.AuthorizationEndpoint, o.TokenEndpoint, o.KeysEndpoint} {
		if err := checkURL(u); err != nil {
			return fmt.Errorf("the provider's address %q %w", u, err)
		}
	}
	if checkURL(o.EndSessionEndpoint) != nil {
		o.EndSessionEndpoint = ""
	}
	return nil
}

// now returns what the provider offers, and why it does not answer. Where the
// last look is old it waits a little for another.
func (p *provider) now(ctx context.Context, wait time.Duration) (*offer, error) {
	p.mu.Lock()
	looked := p.looked
	fresh := p.checked != 0 && p.p.auth.o.Monotonic()-p.checked < lookAgain
	p.mu.Unlock()
	if !fresh {
		select {
		case p.poke <- struct{}{}:
		default:
		}
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-looked:
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.offer == nil && p.down == nil {
		return nil, errors.New("the provider has not answered yet")
	}
	return p.offer, p.down
}

// oauth is the client that asks for a code and changes it into tokens.
func (p *provider) oauth(o *offer) *oauth2.Config {
	style := oauth2.AuthStyleInHeader
	if len(o.TokenAuth) > 0 && !slices.Contains(o.TokenAuth, "client_secret_basic") {
		style = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.secret, Scopes: p.Scopes, RedirectURL: p.p.address(p.ID, "/svar"),
		Endpoint: oauth2.Endpoint{AuthURL: o.AuthorizationEndpoint, TokenURL: o.TokenEndpoint, AuthStyle: style},
	}
}

// verifier checks what the provider has signed for us.
func (p *provider) verifier(o *offer) *oidc.IDTokenVerifier {
	return oidc.NewVerifier(p.Issuer, o.keys, &oidc.Config{
		ClientID: p.ClientID, SupportedSigningAlgs: []string{oidc.RS256, oidc.ES256},
		Now: func() time.Time { return p.p.auth.o.Now().Add(-skew) },
	})
}

const (
	skew   = 2 * time.Minute // that a provider's clock may be from ours
	newFor = 5 * time.Minute // with skew less than tickets last: a token is too old before it is forgotten
)

// issuedNow reports whether a time of issue is about now: what was made long ago
// was kept for something, what is made tomorrow is not true.
func (p *provider) issuedNow(at time.Time) error {
	age := p.p.auth.o.Now().Sub(at)
	if age < -skew || age > newFor {
		return fmt.Errorf("issued %s ago", age.Round(time.Second))
	}
	return nil
}

// short is what a log gets of an error that may quote a provider's page. An
// answer of a token endpoint is told by its code alone.
func short(err error) string {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil {
		return fmt.Sprintf("token endpoint: %s %.60q", refused.Response.Status, refused.ErrorCode)
	}
	s := []rune(err.Error())
	return string(s[:min(len(s), 300)])
}
