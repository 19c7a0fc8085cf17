package server

import (
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/valyala/fasthttp"

	"kommunebilde"
)

// shelf has finished answers to requests that everybody asks alike: kept pages
// and hashed files, for who is signed out and has no cookie. They are given at
// the door, before a route or a picture is looked for. All of them hold for one
// state; where that is another, or the clock has passed what an answer depends
// on, the request goes the long way and its answer is put here anew.
type shelf struct {
	mu      sync.RWMutex
	state   *kommunebilde.State
	answers map[ask]*finished
}

// ask is all of a request that a finished answer depends on, as it came.
type ask struct{ uri, coding, language, tag string }

// finished is an answer, with nothing but the request id left to say.
type finished struct {
	header fasthttp.ResponseHeader
	body   []byte
	until  time.Time // zero: for ever
	route  string
	code   int
	seen   prometheus.Observer
}

const (
	shelfRoom  = 256
	shelfTitle = 512 // bytes of an ask
)

// plainRequest tells whether a request may be answered from the shelf, or put
// its answer there: it says nothing of who asks.
func plainRequest(r *fasthttp.Request) bool {
	h := &r.Header
	return h.IsGet() && h.IsHTTP11() && len(h.Peek(fiber.HeaderCookie)) == 0 && len(h.Peek(fiber.HeaderAuthorization)) == 0 &&
		len(h.Peek(fiber.HeaderContentEncoding)) == 0 && len(r.Body()) == 0
}

// find returns the answer to a request, nil if there is none.
func (s *shelf) find(r *fasthttp.Request, state *kommunebilde.State, now time.Time) *finished {
	if !plainRequest(r) {
		return nil
	}
	h := &r.Header
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.state != state {
		return nil
	}
	a := s.answers[ask{
		string(h.RequestURI()), string(h.Peek(fiber.HeaderAcceptEncoding)),
		string(h.Peek(fiber.HeaderAcceptLanguage)), string(h.Peek(fiber.HeaderIfNoneMatch)),
	}]
	if a == nil || !a.until.IsZero() && !now.Before(a.until) {
		return nil
	}
	return a
}

// put keeps an answer that was just made from a state. A full shelf is emptied.
func (s *shelf) put(r *fasthttp.Request, state *kommunebilde.State, a *finished) {
	h := &r.Header
	key := ask{
		string(h.RequestURI()), string(h.Peek(fiber.HeaderAcceptEncoding)),
		string(h.Peek(fiber.HeaderAcceptLanguage)), string(h.Peek(fiber.HeaderIfNoneMatch)),
	}
	if len(key.uri)+len(key.coding)+len(key.language)+len(key.tag) > shelfTitle {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != state || len(s.answers) >= shelfRoom {
		s.state, s.answers = state, map[ask]*finished{}
	}
	s.answers[key] = a
}

// clear forgets all answers: better ones have come.
func (s *shelf) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state, s.answers = nil, nil
}

// shelve puts the answer to a call on the shelf, if the handler said that it may
// be kept.
func (k *call) shelve() {
	req, res := &k.c.Context().Request, &k.c.Context().Response
	code := res.StatusCode()
	if !k.keep || code != fiber.StatusOK && code != fiber.StatusNotModified || !plainRequest(req) {
		return
	}
	a := &finished{until: k.keepUntil, route: k.pattern(), code: code, seen: k.s.metrics.observer(k.pattern(), fiber.MethodGet, code)}
	res.Header.CopyTo(&a.header)
	if code == fiber.StatusOK {
		a.body = k.kept
	}
	k.s.pages.shelf.put(req, k.state, a)
}

// fromShelf answers a request from the shelf, if its answer is there.
func (s *Server) fromShelf(ctx *fasthttp.RequestCtx) (done bool) {
	defer func() {
		if v := recover(); v != nil { // it goes the long way, which says what is wrong
			s.cfg.Log.Error("shelf panicked", "error", panicked(v))
			ctx.Response.Reset()
			done = false
		}
	}()
	start := time.Now()
	a := s.pages.shelf.find(&ctx.Request, s.cfg.Clerk.State(), s.cfg.Now())
	if a == nil {
		return false
	}
	id := newID(8)
	a.header.CopyTo(&ctx.Response.Header)
	ctx.Response.Header.Set(fiber.HeaderXRequestID, id)
	if a.body != nil {
		ctx.Response.SetBodyRaw(a.body) // shared: never written to
	}
	took := time.Since(start)
	a.seen.Observe(took.Seconds())
	s.logRequest(a.route, fiber.MethodGet, a.code, took, id)
	return true
}
