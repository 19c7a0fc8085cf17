package auth

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/server/auth/authtest"
)

const (
	tenant  = "11111111-2222-3333-4444-555555555555"
	object  = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
	object2 = "aaaaaaaa-bbbb-cccc-dddd-ffffffffffff"
	public  = "http://127.0.0.1:9"
	browser = "nettleser"
)

// porch is an Auth with login providers, on clocks that can be moved on.
type porch struct {
	*Auth
	t     *testing.T
	list  *Providers
	log   *lockedLog
	mu    sync.Mutex
	wall  time.Duration // added to both clocks, or to one
	mono  time.Duration
	store *disk
}

type lockedLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newPorch(t *testing.T, configs ...ProviderConfig) *porch {
	t.Helper()
	p := &porch{t: t, log: &lockedLog{}, store: newDisk()}
	start := time.Now()
	var err error
	p.Auth, err = New(p.store, Options{
		Log: slog.New(slog.NewJSONHandler(p.log, nil)),
		Now: func() time.Time { p.mu.Lock(); defer p.mu.Unlock(); return time.Now().Add(p.wall) },
		Monotonic: func() time.Duration {
			p.mu.Lock()
			defer p.mu.Unlock()
			return time.Hour + time.Since(start) + p.mono
		},
	})
	must(t, err)
	p.list, err = NewProviders(p.Auth, configs, public)
	must(t, err)
	t.Cleanup(func() {
		p.list.Close()
		must(t, p.Auth.Close(context.Background()))
		http.DefaultClient.CloseIdleConnections()
	})
	return p
}

func (p *porch) pass(wall, mono time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wall, p.mono = p.wall+wall, p.mono+mono
}

// real starts a provider with Kari and Ola.
func real(t *testing.T, id string) *authtest.Provider {
	t.Helper()
	p, err := authtest.Start(
		authtest.Client{ID: "kb", Secret: "hemmelig", Redirects: []string{public + "/login/" + id + "/svar"}, AfterLogout: []string{public + "/login"}},
		authtest.Person{Name: "kari", Password: "k", Subject: "sub-kari", ACR: "substantial", Claims: map[string]any{
			"tid": tenant, "oid": object, "roles": []string{"KB.Leder"}, "sid": "sesjon-1", "email": "felles@example.no", "preferred_username": "felles",
		}},
		authtest.Person{Name: "ola", Password: "o", Subject: "sub-ola", ACR: "substantial", Claims: map[string]any{
			"tid": tenant, "oid": object2, "sid": "sesjon-2", "email": "felles@example.no", "preferred_username": "felles",
		}})
	must(t, err)
	t.Cleanup(p.Stop)
	return p
}

func entraAt(issuer string) ProviderConfig {
	return ProviderConfig{
		ID: "entra", Kind: Entra, Name: domain.Words{NB: "Entra ID"}, Issuer: issuer, ClientID: "kb", secret: "hemmelig",
		Scopes: []string{"openid", "profile"}, Tenants: []string{tenant},
		Roles: map[string][]domain.Grant{
			"KB.Leder": {{Role: domain.RoleLead}},
			"KB.Vern":  {{Role: domain.RoleAssessor, Areas: []domain.ColumnID{"barnevern"}}},
			"KB.Skole": {{Role: domain.RoleAssessor, Areas: []domain.ColumnID{"skole"}}, {Role: domain.RoleReader}},
		},
	}
}

func portenAt(issuer string) ProviderConfig {
	return ProviderConfig{
		ID: "porten", Kind: Ansattporten, Name: domain.Words{NB: "Ansattporten"}, Issuer: issuer, ClientID: "kb", secret: "hemmelig",
		Scopes: []string{"openid", "profile"}, ACR: []string{"substantial", "high"},
		AuthorizationDetails: []AuthorizationDetail{{Type: "ansattporten:altinn:resource", Resource: "urn:altinn:resource:kb"}},
		Organisations:        map[string]domain.MunicipalityID{"974760673": "3401", "889640782": "3403"},
	}
}

// begin starts a login as a browser and returns where it is sent.
func (p *porch) begin(id, browser string) string {
	p.t.Helper()
	to, err := p.list.Start(p.t.Context(), id, browser, "/tavle/na", "addr", false)
	if err != nil {
		p.t.Fatal(err)
	}
	return to
}

// signIn goes the whole way and returns what came of it.
func (p *porch) signIn(at *authtest.Provider, id, name string) (Arrival, error) {
	p.t.Helper()
	back, err := at.SignIn(p.begin(id, browser), name, name[:1])
	must(p.t, err)
	return p.list.Finish(p.t.Context(), id, browser, back.Query(), "addr")
}

// why returns what somebody is told.
func why(err error) RefusalKind {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Why
	}
	return ""
}

func (p *porch) refused(what string, want RefusalKind, back Arrival, err error) {
	p.t.Helper()
	if why(err) != want || back.Secret != "" || back.Handle != nil {
		p.t.Errorf("%s: %v, session %t; want %s", what, err, back.Secret != "", want)
	}
}

func query(u string) url.Values {
	parsed, err := url.Parse(u)
	if err != nil {
		return nil
	}
	return parsed.Query()
}
