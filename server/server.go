package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"kommunebilde"
	"kommunebilde/dashboard"
	"kommunebilde/server/auth"
	"kommunebilde/server/live"
)

// Config is what a Server needs. Clerk, Auth, Site and Log must be given.
type Config struct {
	Clerk *live.Clerk
	Auth  *auth.Auth
	Site  *dashboard.Site
	Log   *slog.Logger

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
	Pack func() (kommunebilde.Catalogue, *kommunebilde.Map)

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

	timing timing // zero: the real one; tests are quicker
}

// timing is how long a socket takes for what.
type timing struct {
	beat    time.Duration // between heartbeats
	ping    time.Duration // between pings
	silence time.Duration // without a pong, the socket ends
	write   time.Duration // for one frame

	farewell time.Duration // for a screen to take its close message
	follow   time.Duration // until who presents or edits must have said so again
}

// Server answers browsers and programs. See the package's comment.
type Server struct {
	cfg       Config
	app       *fiber.App
	routes    []route
	scheme    string // of PublicURL, "" without
	host      string
	base      string // path prefix, "" or "/kb"
	proxies   []netip.Prefix
	forwarded hourly // warning of a proxy that is not among them
	pages     *pageCache
	sockets   *socketSet
	pairings  *pairings
	sending   sync.Mutex // held while screens are sent to what is open
	present   *present
	exports   chan struct{} // one for each export that is being made
	turns     *turns
	metrics   *metrics
	life      context.Context // ends when Shutdown begins
	end       context.CancelCauseFunc
	shutdown  atomic.Bool
	listener  atomic.Pointer[net.Listener] // once Serve has it
}

// New makes a Server. It serves nothing before [Server.Serve].
func New(cfg Config) (*Server, error) {
	if cfg.Clerk == nil || cfg.Auth == nil || cfg.Site == nil || cfg.Log == nil {
		return nil, errors.New("server needs a clerk, accounts, pages and a log")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	setDefault(&cfg.MaxConnections, 20_000)
	setDefault(&cfg.MaxPerAddress, 1_000)
	setDefault(&cfg.MaxPerAccount, 500)
	setDefault(&cfg.timing.beat, 5*time.Second)
	setDefault(&cfg.timing.ping, 20*time.Second)
	setDefault(&cfg.timing.silence, 45*time.Second)
	setDefault(&cfg.timing.write, 10*time.Second)
	setDefault(&cfg.timing.farewell, time.Second)
	setDefault(&cfg.timing.follow, 30*time.Second)
	s := &Server{cfg: cfg, pages: newPageCache(64 << 20), pairings: newPairings(cfg.Now), present: newPresent(), exports: make(chan struct{}, 4), turns: newTurns()}
	s.life, s.end = context.WithCancelCause(context.Background())
	s.sockets = newSocketSet(cfg.MaxConnections, cfg.MaxPerAccount)
	if err := s.readPublicURL(cfg.PublicURL); err != nil {
		return nil, err
	}
	var err error
	if s.proxies, err = parseProxies(cfg.TrustedProxies); err != nil {
		return nil, err
	}
	if s.metrics, err = newMetrics(cfg.Registerer, s.sockets, cfg.Auth.Trail()); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	s.routes = s.table()
	s.app = s.newApp()
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

func (s *Server) readPublicURL(public string) error {
	if public == "" {
		return nil
	}
	u, err := url.Parse(public)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("public url %q: want https://host or https://host/path", public)
	}
	s.scheme, s.host = u.Scheme, strings.ToLower(u.Host)
	s.base = strings.TrimRight(u.EscapedPath(), "/")
	return nil
}

// secure tells whether users come by https.
func (s *Server) secure() bool { return s.scheme == "https" }

// Sizes of what a request may have. Bodies over a route's own limit are
// refused in words; bodies over bodyLimit, and those of who is not signed in over
// strangerLimit, end the connection.
const (
	headerLimit   = 16 << 10
	bodyLimit     = 256 << 10
	strangerLimit = 32 << 10
	writeBuffer   = 32 << 10
)

// newApp makes the Fiber app. Immutable, since values of requests live longer
// than their handlers; no Views, no prefork, no compress middleware; nothing a
// client says about proxies is believed.
func (s *Server) newApp() *fiber.App {
	app := fiber.New(fiber.Config{
		Immutable:                    true,
		StrictRouting:                true,
		CaseSensitive:                true,
		DisableStartupMessage:        true,
		DisablePreParseMultipartForm: true,
		EnableTrustedProxyCheck:      true,
		ErrorHandler:                 s.fail,
		ReadTimeout:                  10 * time.Second,
		WriteTimeout:                 30 * time.Second,
		IdleTimeout:                  60 * time.Second,
		ReadBufferSize:               headerLimit,
		WriteBufferSize:              writeBuffer,
		ReduceMemoryUsage:            true, // else every socket keeps the 16 KB its request was read with
		BodyLimit:                    bodyLimit,
		Concurrency:                  s.cfg.MaxConnections + 64,
	})
	app.Use(s.edge)
	for _, r := range s.routes {
		app.Add(r.method, r.path, s.serve(r))
		if r.method == fiber.MethodGet && !r.socket {
			app.Add(fiber.MethodHead, r.path, s.serve(r))
		}
	}
	app.Server().HeaderReceived = s.bodyRoom
	app.Server().Handler = s.door(knownMethod(app.Handler()))
	return app
}

// Serve answers on a listener, which it owns, until Shutdown or until it fails.
func (s *Server) Serve(ln net.Listener) error {
	// A Shutdown before the server had begun to accept found nothing to stop:
	// whichever of the two comes later closes the listener.
	s.listener.Store(&ln)
	if s.shutdown.Load() {
		_ = ln.Close()
	}
	err := s.app.Listener(s.layers(ln))
	if s.shutdown.Load() && errors.Is(err, net.ErrClosed) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// layers puts limits on a listener and, above them, TLS: a handshake is made by
// the goroutine that serves the connection, never by the one that accepts.
func (s *Server) layers(ln net.Listener) net.Listener {
	ln = newLimitListener(ln, s.cfg.MaxConnections, s.cfg.MaxPerAddress, s.proxies, s.metrics.refused.Inc)
	if s.cfg.TLS != nil {
		ln = tls.NewListener(ln, s.cfg.TLS)
	}
	return ln
}

// errRestart is why sockets end when the server does.
var errRestart = errors.New("server restarts")

// Shutdown takes no more connections, ends sockets with 1012, lets requests
// finish and returns: nil when nothing is open any more, else ctx's error.
func (s *Server) Shutdown(ctx context.Context) error {
	s.shutdown.Store(true)
	s.sockets.close()
	closed := make(chan error, 1)
	go func() { closed <- s.app.ShutdownWithContext(ctx) }()
	s.end(errRestart)
	err := s.sockets.wait(ctx)
	if e := <-closed; err == nil && !errors.Is(e, net.ErrClosed) {
		err = e
	}
	if ln := s.listener.Load(); ln != nil {
		_ = (*ln).Close()
	}
	if e := s.pages.close(ctx); err == nil {
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
