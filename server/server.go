package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/server/accounts"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
	"kommunebilde/server/live"
	"kommunebilde/server/page"
	"kommunebilde/server/screens"
)

// Config is what a Server needs. Clerk, Auth, Jottings, Files, Site and Log must be given.
type Config struct {
	Clerk    *live.Clerk
	Auth     *auth.Auth
	Jottings Jottings
	Files    Files
	Site     *kit.Site
	Log      *slog.Logger

	// PublicURL is the address that users have, with a path if the product
	// lies below one: "https://bilder.example.no/kb". Scheme, host and the
	// origin that may write and connect come from it and from nothing else. ""
	// is for a machine of one's own: then only pages of the same host may.
	PublicURL string

	// TrustedProxies are the addresses or prefixes of proxies in front, whose
	// X-Forwarded-For is believed. They have no limit of connections.
	TrustedProxies []string

	// TLS has pages and sockets served over TLS. nil: without, for a proxy in
	// front, which then must not be reached around.
	TLS *tls.Config

	// Pack gives the county's rows, columns and map, which situations are opened
	// with. nil: none can be opened.
	Pack func() (domain.Catalogue, *domain.Map)

	// Stored tells of a file that is kept: its size and media type. nil: Files does.
	Stored func(domain.Hash) (size int64, kind string, ok bool)

	// FileSize is how long a file may be that people send, in bytes. 0: 25 MB.
	FileSize int64
	// Scan looks for viruses in a file that is being taken in: an error where it finds one,
	// false where it could not look. nil: nobody does.
	Scan func(io.Reader) (checked bool, err error)

	// Print makes a PDF of a document in HTML that needs nothing but itself, or has it from
	// before. Its error is [ErrNoPrinter], [ErrTooLargeToPDF] or the context's. nil: nobody does.
	Print func(context.Context, []byte) ([]byte, error)

	// Ops is told of the Server, which shuts it down; its owner serves it. nil:
	// nobody asks.
	Ops *Ops
	// Providers are where people sign in besides local accounts. nil: nowhere.
	Providers *auth.Providers

	Registerer prometheus.Registerer // nil: none
	Now        func() time.Time      // nil: time.Now
	Build      string                // given to screens: another one reloads

	MaxConnections int // in all, 0: 20,000
	MaxPerAddress  int // 0: 1,000, since an office sits behind one address
	MaxPerAccount  int // sockets, 0: 500
	AccountRate    int // changes a second of an account, 0: 20; reads ten times that

	rates  edge.Rates     // zero: by AccountRate
	timing screens.Timing // zero: the real one; tests are quicker
}

// Server answers browsers and programs. See the package's comment.
type Server struct {
	cfg         Config
	edge        *edge.Edge
	pages       page.Pages
	routes      []edge.Route
	description []byte // of the API
	screens     *screens.Screens
	accounts    *accounts.Service
	exports     chan struct{}   // one for each export that is being made
	prints      chan struct{}   // one for each PDF that is being made or waited for
	life        context.Context // ends when Shutdown begins
	end         context.CancelCauseFunc
	shutdown    atomic.Bool
}

// New makes a Server. It serves nothing before [Server.Serve].
func New(cfg Config) (*Server, error) {
	if cfg.Clerk == nil || cfg.Auth == nil || cfg.Jottings == nil || cfg.Files == nil || cfg.Site == nil || cfg.Log == nil {
		return nil, errors.New("server needs a clerk, accounts, jottings, files, pages and a log")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	setDefault(&cfg.MaxConnections, 20_000)
	setDefault(&cfg.MaxPerAddress, 1_000)
	setDefault(&cfg.MaxPerAccount, 500)
	setDefault(&cfg.AccountRate, 20)
	setDefault(&cfg.FileSize, 25<<20)
	if cfg.Stored == nil {
		cfg.Stored = storedIn(cfg.Files)
	}
	setDefault(&cfg.rates, edge.RatesOf(cfg.AccountRate))
	s := &Server{
		cfg: cfg, pages: page.Pages{Site: cfg.Site, Clerk: cfg.Clerk, Auth: cfg.Auth, Providers: cfg.Providers},
		exports: make(chan struct{}, 4), prints: make(chan struct{}, 8),
	}
	s.life, s.end = context.WithCancelCause(context.Background())
	var err error
	if s.edge, err = edge.New(edge.Config{
		Clerk: cfg.Clerk, Auth: cfg.Auth, Pages: s.pages, Log: cfg.Log, Now: cfg.Now, Life: s.life,
		PublicURL: cfg.PublicURL, TrustedProxies: cfg.TrustedProxies, TLS: cfg.TLS, Registerer: cfg.Registerer,
		MaxConnections: cfg.MaxConnections, MaxPerAddress: cfg.MaxPerAddress, Rates: cfg.rates,
	}); err != nil {
		return nil, err
	}
	if s.screens, err = screens.New(screens.Config{
		Edge: s.edge, Pages: s.pages, Clerk: cfg.Clerk, Auth: cfg.Auth, Log: cfg.Log, Now: cfg.Now, Life: s.life, Wall: s.wall,
		Build: cfg.Build, Registerer: cfg.Registerer, MaxSockets: cfg.MaxConnections, MaxPerAccount: cfg.MaxPerAccount, Timing: cfg.timing,
	}); err != nil {
		return nil, err
	}
	s.accounts = accounts.New(accounts.Config{Pages: s.pages, Log: cfg.Log, Pack: cfg.Pack})
	s.routes = s.table()
	if s.description, err = describe(s.routes); err != nil {
		return nil, err
	}
	s.edge.Handle(s.routes...)
	if cfg.Ops != nil {
		cfg.Ops.of.Store(s)
	}
	return s, nil
}

func setDefault[T comparable](v *T, to T) {
	var zero T
	if *v == zero {
		*v = to
	}
}

// Serve answers on a listener, which it owns, until Shutdown or until it fails.
func (s *Server) Serve(ln net.Listener) error { return s.edge.Serve(ln) }

// CheckProxies reports whether a list of trusted proxies can be read.
func CheckProxies(list []string) error { return edge.CheckProxies(list) }

// Shutdown takes no more connections, ends sockets with 1012, lets requests
// finish and returns: nil when nothing is open any more, else ctx's error.
func (s *Server) Shutdown(ctx context.Context) error {
	s.shutdown.Store(true)
	s.screens.Close()
	closed := make(chan error, 1)
	go func() { closed <- s.edge.Shutdown(ctx) }()
	s.end(screens.ErrRestart)
	err := s.screens.Wait(ctx)
	if e := <-closed; err == nil {
		err = e
	}
	if s.cfg.Ops != nil {
		if e := s.cfg.Ops.Shutdown(ctx); err == nil {
			err = e
		}
	}
	if err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	return nil
}
