package screens

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
	"kommunebilde/server/live"
	"kommunebilde/server/page"
)

// Config is what Screens need. All but Registerer and Timing must be given.
type Config struct {
	Edge  *edge.Edge
	Pages page.Pages
	Clerk *live.Clerk
	Auth  *auth.Auth
	Log   *slog.Logger
	Now   func() time.Time
	Life  context.Context        // ends with [ErrRestart] when a shutdown begins
	Wall  func(*edge.Call) error // a wall's page, for anyone who sees its board
	Build string                 // given to screens: another one reloads

	Registerer prometheus.Registerer // nil: none

	MaxSockets    int // in all
	MaxPerAccount int
	Timing        Timing
}

// Timing is how long a socket takes for what; zero is the usual.
type Timing struct {
	Beat    time.Duration // between heartbeats
	Ping    time.Duration // between pings
	Silence time.Duration // without a pong, the socket ends
	Write   time.Duration // for one frame

	Farewell time.Duration // for a screen to take its close message
	Follow   time.Duration // until who presents or edits must have said so again
}

// usual is what tests make quicker.
var usual = Timing{5 * time.Second, 20 * time.Second, 45 * time.Second, 10 * time.Second, time.Second, 30 * time.Second}

// or returns the timing with what is zero as in another.
func (t Timing) or(o Timing) Timing {
	for _, p := range [][2]*time.Duration{
		{&t.Beat, &o.Beat}, {&t.Ping, &o.Ping}, {&t.Silence, &o.Silence}, {&t.Write, &o.Write}, {&t.Farewell, &o.Farewell}, {&t.Follow, &o.Follow},
	} {
		if *p[0] == 0 {
			*p[0] = *p[1]
		}
	}
	return t
}

// Screens are all sockets, and the wall screens that are paired. See the package's
// comment.
type Screens struct {
	cfg      Config
	sockets  *socketSet
	pairings *pairings
	present  *present
	metrics  *metrics
	sending  sync.Mutex // held while screens are sent to what is open
}

// New makes Screens. They connect by [Screens.Routes].
func New(cfg Config) (*Screens, error) {
	cfg.Timing = cfg.Timing.or(usual)
	s := &Screens{cfg: cfg, pairings: newPairings(cfg.Now), present: newPresent(), sockets: newSocketSet(cfg.MaxSockets, cfg.MaxPerAccount)}
	var err error
	if s.metrics, err = newMetrics(cfg.Registerer, s.sockets); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	return s, nil
}

// saidLimit is the longest of what a screen says by a request.
const saidLimit = 4 << 10

// Routes are the addresses of screens: the socket, what is said to others' screens, and
// the walls that are paired.
func (s *Screens) Routes() []edge.Route {
	get, post, signedIn := edge.Get, edge.Post, edge.SignedIn()
	const nothing, reading, see = edge.Nothing, edge.Reading, domain.RightSee
	return []edge.Route{
		get("/skjerm", wallOrPairing(), s.wallOrPair).Leaves(reading),
		get("/skjermer", edge.Both(signedIn, looksAfter()), s.screensPage).Leaves(reading),
		post("/skjermer/par", looksAfter(), edge.BrowserOnly(s.pairForm)).Leaves(audit.ScreenPaired),
		post("/skjermer/vis", looksAfter(), s.onScreen("skjerm-vis", s.viewScreen)).Leaves(audit.ScreenChanged),
		post("/skjermer/navn", looksAfter(), s.onScreen("skjerm-navn", s.renameScreen)).Leaves(audit.ScreenChanged),
		post("/skjermer/trekk", looksAfter(), s.onScreen("skjerm-trukket", s.revokeScreen)).Leaves(audit.ScreenRevoked),
		{Method: http.MethodPost, Path: "/api/v1/follow", Access: signedIn, Body: saidLimit, Handle: s.apiFollow, Trace: nothing, Reads: following{}},
		{Method: http.MethodPost, Path: "/api/v1/presence", Access: signedIn, Body: saidLimit, Handle: s.apiPresence, Trace: nothing, Reads: editing{}},
		{Method: http.MethodGet, Path: "/live", Access: edge.Both(signedIn, edge.OnBoard(see, edge.InQuery(edge.LiveBoard))), Socket: true, Handle: s.live(), Trace: reading},
	}
}

// ErrRestart is why sockets end when the server does: screens come back.
var ErrRestart = errors.New("server restarts")

// Close lets no more sockets in. Those there are end with the life of [Config].
func (s *Screens) Close() { s.sockets.close() }

// Wait returns when all sockets have ended after [Screens.Close], or with ctx's error.
func (s *Screens) Wait(ctx context.Context) error { return s.sockets.wait(ctx) }

// Stats is how many there are at a moment.
type Stats struct {
	Open   int // sockets
	Paused int // sockets that hold news back
	Fans   int // goroutines that send news
	Edit   int // accounts that say where they edit
}

// Stats tells how many there are now.
func (s *Screens) Stats() Stats {
	return Stats{Open: s.sockets.open(), Paused: int(s.sockets.paused.Load()), Fans: s.sockets.fans.running(), Edit: s.present.edit()}
}
