package edge

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/valyala/fasthttp"

	"kommunebilde/server/auth"
	"kommunebilde/server/live"
)

// Pages are what people are told in words.
type Pages interface {
	// Say is one sentence of an error, in a language.
	Say(lang string, err error) string

	// Error makes the page of an error that a call ended with. One of an address that
	// is not there (404) says nothing about the request, so that it is the same for what
	// may not be seen.
	Error(k *Call, status int, err error) ([]byte, error)

	// Parts cuts elements out of a page by their ids.
	Parts(page []byte, ids []string) []byte
}

// Config is what an Edge needs. All but TLS and Registerer must be given.
type Config struct {
	Clerk *live.Clerk
	Auth  *auth.Auth
	Pages Pages
	Log   *slog.Logger
	Now   func() time.Time
	Life  context.Context // ends when a shutdown begins, and calls with it

	PublicURL      string // as users have it, "" for a machine of one's own
	TrustedProxies []string
	TLS            *tls.Config
	Registerer     prometheus.Registerer // nil: none

	MaxConnections int // in all
	MaxPerAddress  int
	Rates          Rates // of an account, and again of its programs
}

// Edge answers requests by the routes that it is given. See the package's comment.
type Edge struct {
	cfg       Config
	app       *fiber.App
	scheme    string // of PublicURL, "" without
	host      string
	base      string // path prefix, "" or "/kb"
	proxies   []netip.Prefix
	forwarded hourly // warning of a proxy that is not among them
	pages     *pageCache
	turns     *turns
	flight    *flight
	uploads   *uploads
	large     large
	rates     *rates
	metrics   *metrics
	closing   atomic.Bool
	listener  atomic.Pointer[net.Listener] // once Serve has it
}

// New makes an Edge. It has no routes before [Edge.Handle], and serves nothing before
// [Edge.Serve].
func New(cfg Config) (*Edge, error) {
	e := &Edge{cfg: cfg, pages: newPageCache(64 << 20), turns: newTurns(), flight: newFlight(), rates: newRates(cfg.Rates)}
	if err := e.readPublicURL(cfg.PublicURL); err != nil {
		return nil, err
	}
	var err error
	if e.proxies, err = parseProxies(cfg.TrustedProxies); err != nil {
		return nil, err
	}
	if e.metrics, err = newMetrics(cfg.Registerer, cfg.Auth.Trail()); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	e.app = e.newApp()
	return e, nil
}

func (e *Edge) readPublicURL(public string) error {
	if public == "" {
		return nil
	}
	u, err := url.Parse(public)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("public url %q: want https://host or https://host/path", public)
	}
	e.scheme, e.host = u.Scheme, strings.ToLower(u.Host)
	e.base = strings.TrimRight(u.EscapedPath(), "/")
	return nil
}

// secure reports whether users come by https.
func (e *Edge) secure() bool { return e.scheme == "https" }

// Sizes of what a request may have. Bodies over a route's own limit are
// refused in words; bodies over BodyLimit, which is above all but those of large.go,
// and those of anyone who is not signed in over strangerLimit, end the connection.
const (
	headerLimit   = 16 << 10
	BodyLimit     = 320 << 10
	strangerLimit = 32 << 10
	writeBuffer   = 32 << 10
)

// newApp makes the Fiber app. Immutable, since values of requests live longer
// than their handlers; no Views, no prefork, no compress middleware; nothing a
// client says about proxies is believed.
func (e *Edge) newApp() *fiber.App {
	app := fiber.New(fiber.Config{
		Immutable:                    true,
		StrictRouting:                true,
		CaseSensitive:                true,
		DisableStartupMessage:        true,
		DisablePreParseMultipartForm: true,
		EnableTrustedProxyCheck:      true,
		ErrorHandler:                 e.fail,
		ReadTimeout:                  10 * time.Second,
		WriteTimeout:                 30 * time.Second,
		IdleTimeout:                  60 * time.Second,
		ReadBufferSize:               headerLimit,
		WriteBufferSize:              writeBuffer,
		ReduceMemoryUsage:            true, // else every socket keeps the 16 KB its request was read with
		BodyLimit:                    BodyLimit,
		Concurrency:                  e.cfg.MaxConnections + 64,
	})
	app.Use(e.first)
	inside := e.door(knownMethod(app.Handler()))
	e.uploads = newUploads(inside)
	app.Server().HeaderReceived = e.headerReceived
	app.Server().Handler = e.handOver(e.withRoom(inside))
	return app
}

// Handle adds routes, before [Edge.Serve]. A request goes to the first that fits.
func (e *Edge) Handle(routes ...Route) {
	for _, r := range routes {
		if r.Streams {
			e.uploads.most[r.Path] = r.Body
		}
		e.large.add(r)
		e.app.Add(r.Method, r.Path, e.serve(r))
		if r.Method == fiber.MethodGet && !r.Socket {
			e.app.Add(fiber.MethodHead, r.Path, e.serve(r))
		}
	}
	e.app.Handler() // has the routes found: else that is done when it begins to listen
}

// Addresses are the methods and paths that are answered by a route: "GET /om". HEAD goes
// with GET.
func (e *Edge) Addresses() (list []string) {
	for _, r := range e.app.GetRoutes(true) {
		if r.Method != fiber.MethodHead {
			list = append(list, r.Method+" "+r.Path)
		}
	}
	return list
}

// Handler is what answers a request, below the listener: for benchmarks and tests.
func (e *Edge) Handler() fasthttp.RequestHandler { return e.app.Server().Handler }

// door runs before Fiber: it gives every answer its headers, those that Fiber
// makes on its own included, and takes the path prefix of the public address
// away, whether a proxy did so already or not.
func (e *Edge) door(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	prefix := []byte(e.base)
	headers := e.everyAnswer()
	return func(ctx *fasthttp.RequestCtx) {
		if len(prefix) > 0 {
			uri := ctx.Request.Header.RequestURI()
			if rest, ok := bytes.CutPrefix(uri, prefix); ok && (len(rest) == 0 || rest[0] == '/' || rest[0] == '?') {
				if len(rest) == 0 || rest[0] == '?' {
					rest = append([]byte{'/'}, rest...)
				}
				ctx.Request.SetRequestURIBytes(bytes.Clone(rest))
			}
		}
		if e.fromShelf(ctx) {
			return
		}
		for _, h := range headers {
			ctx.Response.Header.SetCanonical(h[0], h[1])
		}
		next(ctx)
	}
}

// bodyRoom bounds a body before there is room made for it: that is made for as
// much as a header says, and a stranger says so on as many connections as they
// get.
func (e *Edge) bodyRoom(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	if n := h.ContentLength(); n >= 0 && n <= strangerLimit {
		return fasthttp.RequestConfig{}
	}
	if known, _ := e.asker(h); known != nil {
		path, _, _ := bytes.Cut(h.RequestURI(), []byte("?"))
		return fasthttp.RequestConfig{MaxRequestBodySize: e.large.room(h, string(bytes.TrimPrefix(path, []byte(e.base))))}
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: strangerLimit}
}

// Serve answers on a listener, which it owns, until Shutdown or until it fails.
func (e *Edge) Serve(ln net.Listener) error {
	// A Shutdown before the server had begun to accept found nothing to stop:
	// whichever of the two comes later closes the listener.
	e.listener.Store(&ln)
	if e.closing.Load() {
		_ = ln.Close()
	}
	err := e.app.Listener(e.layers(ln))
	if e.closing.Load() && errors.Is(err, net.ErrClosed) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// layers puts limits on a listener and, above them, TLS: a handshake is made by
// the goroutine that serves the connection, never by the one that accepts.
func (e *Edge) layers(ln net.Listener) net.Listener {
	ln = &limitListener{
		Listener: ln, most: e.cfg.MaxConnections, each: e.cfg.MaxPerAddress, exempt: e.proxies, refused: e.metrics.refused.Inc,
		answer: crowded(e.cfg.Pages.Say), tls: e.cfg.TLS, partings: make(chan struct{}, partingsMost), by: map[netip.Addr]int{},
	}
	if e.cfg.TLS != nil {
		ln = tls.NewListener(ln, e.cfg.TLS)
	}
	return ln
}

// Shutdown takes no more connections, lets requests finish and returns: nil when none is
// open any more, else ctx's error. It does not wait for connections that were changed
// over to another protocol.
func (e *Edge) Shutdown(ctx context.Context) error {
	e.closing.Store(true)
	err := e.app.ShutdownWithContext(ctx)
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	if ln := e.listener.Load(); ln != nil {
		_ = (*ln).Close()
	}
	if late := e.uploads.wait(ctx); err == nil {
		err = late
	}
	if packed := e.pages.close(ctx); err == nil {
		err = packed
	}
	return err
}

// Stats is what goes on in an Edge at a moment.
type Stats struct {
	Shelved int  // finished answers on the shelf
	Packing bool // a kept page is being packed better
	Kept    int  // pages that are kept
	Unread  int  // bytes of answers that readers have not taken
	Waiting int  // accounts that have a turn to read or wait for one

	FreeReaders, FreeStrangers int // turns that nobody has
}

// Stats tells what goes on now.
func (e *Edge) Stats() Stats {
	shelved, packing, kept := e.pages.stats()
	return Stats{
		Shelved: shelved, Packing: packing, Kept: kept, Unread: e.flight.sum(), Waiting: e.turns.accounts(),
		FreeReaders: cap(e.turns.readers) - len(e.turns.readers), FreeStrangers: cap(e.turns.strangers) - len(e.turns.strangers),
	}
}
