// Package authtest is a login provider for tests: a certified OpenID Connect
// provider on loopback, with people of its own and a login page, that can be
// stopped, started again, and given other keys. Nothing that is shipped imports
// it.
package authtest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Client is who may send people here.
type Client struct {
	ID, Secret  string
	Redirects   []string
	AfterLogout []string
}

// Person may sign in here.
type Person struct {
	Name     string // to sign in with, and to be called
	Password string
	Subject  string
	ACR      string
	Claims   map[string]any // beside those that every token has
}

// Provider is the provider.
type Provider struct {
	Issuer string

	store *store
	addr  string

	mu      sync.Mutex
	server  *http.Server
	ended   chan struct{}
	asked   url.Values // of the last login
	handler http.Handler
}

// Start starts a provider on a free port of loopback.
func Start(c Client, people ...Person) (*Provider, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Provider{Issuer: "http://" + ln.Addr().String(), addr: ln.Addr().String()}
	users := &users{people: people}
	client := storage.WebClient(c.ID, c.Secret, c.Redirects...)
	p.store = &store{
		Storage: storage.NewStorageWithClients(users, map[string]*storage.Client{c.ID: client}),
		client:  &webClient{client, c.AfterLogout}, users: users,
	}
	if err := p.Rotate("RS256"); err != nil {
		return nil, err
	}
	config := &op.Config{CodeMethodS256: true, DefaultLogoutRedirectURI: "/ute", AuthMethodPost: true}
	_, _ = rand.Read(config.CryptoKey[:])
	provider, err := op.NewProvider(config, p.store, op.StaticIssuer(p.Issuer), op.WithAllowInsecure(), op.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login/username", p.loginPage)
	login := op.NewIssuerInterceptor(provider.IssuerFromRequest)
	mux.HandleFunc("POST /login/username", login.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.FormValue("id")
		if err := p.store.CheckUsernamePassword(r.FormValue("username"), r.FormValue("password"), id); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		http.Redirect(w, r, op.AuthCallbackURL(provider)(r.Context(), id), http.StatusFound)
	}))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/authorize" {
			p.mu.Lock()
			p.asked = r.URL.Query()
			p.mu.Unlock()
		}
		provider.ServeHTTP(w, r)
	})
	p.handler = mux
	p.serve(ln)
	return p, nil
}

func (p *Provider) serve(ln net.Listener) {
	p.mu.Lock()
	defer p.mu.Unlock()
	server, ended := &http.Server{Handler: p.handler, ReadHeaderTimeout: 10 * time.Second}, make(chan struct{})
	p.server, p.ended = server, ended
	go func() {
		defer close(ended)
		_ = server.Serve(ln)
	}()
}

// Stop ends the provider: nobody answers at its address.
func (p *Provider) Stop() {
	p.mu.Lock()
	server, ended := p.server, p.ended
	p.mu.Unlock()
	_ = server.Close()
	<-ended
}

// Again starts it at the same address.
func (p *Provider) Again() error {
	ln, err := net.Listen("tcp", p.addr)
	if err == nil {
		p.serve(ln)
	}
	return err
}

// Asked returns the query of the last login.
func (p *Provider) Asked() url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

// Change changes somebody's token, from the next login on.
func (p *Provider) Change(name string, change func(*Person)) {
	p.store.users.mu.Lock()
	defer p.store.users.mu.Unlock()
	for i := range p.store.users.people {
		if p.store.users.people[i].Name == name {
			change(&p.store.users.people[i])
		}
	}
}

// Rotate gives the provider another key. The one before is gone at once.
func (p *Provider) Rotate(alg jose.SignatureAlgorithm) error {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	p.store.keyMu.Lock()
	defer p.store.keyMu.Unlock()
	p.store.key = &key{rand.Text(), alg, private}
	return nil
}

// Sign signs claims as the provider signs its tokens.
func (p *Provider) Sign(claims map[string]any) (string, error) {
	signing, err := p.store.SigningKey(context.Background())
	if err != nil {
		return "", err
	}
	signer, err := op.SignerFromKey(signing)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(body)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

var page = template.Must(template.New("").Parse(`<!doctype html><html lang="nb"><meta charset="utf-8"><title>Prøveporten</title>
<form method="post" action="/login/username"><input type="hidden" name="id" value="{{.}}">
<label>Navn <input name="username"></label> <label>Passord <input name="password" type="password"></label> <button>Logg inn</button></form></html>`))

func (p *Provider) loginPage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, r.FormValue("authRequestID"))
}

// SignIn does what a browser does from the address that a login was sent to: it
// signs a person in, and returns the address that they are sent back to.
func (p *Provider) SignIn(to, name, password string) (*url.URL, error) {
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 20 * time.Second,
		Transport: &http.Transport{DisableKeepAlives: true},
	}
	form := url.Values{"username": {name}, "password": {password}}
	for range 5 {
		res, err := client.Get(to)
		if err != nil {
			return nil, err
		}
		res.Body.Close()
		if res.StatusCode == http.StatusOK {
			form.Set("id", res.Request.URL.Query().Get("authRequestID"))
			if res, err = client.PostForm(p.Issuer+"/login/username", form); err != nil {
				return nil, err
			}
			res.Body.Close()
		}
		next, err := res.Location()
		if err != nil {
			return nil, errors.New("the provider answers " + res.Status + " at " + to)
		}
		if next.Host != p.addr {
			return next, nil
		}
		to = next.String()
	}
	return nil, errors.New("the provider sends us around")
}

// users are the people, as the provider's storage wants them.
type users struct {
	mu     sync.Mutex
	people []Person
}

func (u *users) find(is func(Person) bool) *storage.User {
	u.mu.Lock()
	defer u.mu.Unlock()
	if i := slices.IndexFunc(u.people, is); i >= 0 {
		one := u.people[i]
		return &storage.User{ID: one.Subject, Username: one.Name, Password: one.Password, FirstName: one.Name, Email: one.Name + "@example.no"}
	}
	return nil
}

// GetUserByID implements storage.UserStore.
func (u *users) GetUserByID(id string) *storage.User {
	return u.find(func(p Person) bool { return p.Subject == id })
}

// GetUserByUsername implements storage.UserStore.
func (u *users) GetUserByUsername(name string) *storage.User {
	return u.find(func(p Person) bool { return p.Name == name })
}

// ExampleClientID implements storage.UserStore.
func (u *users) ExampleClientID() string { return "service" }
