package edge

import (
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/valyala/fasthttp"

	"kommunebilde/domain"
)

// shelf has finished answers to requests that everybody asks alike: kept pages
// and hashed files, for anyone who is signed out and has no cookie. They are given at
// the door, before a route or a picture is looked for. All of them hold for one
// state; where that is another, or the clock has passed what an answer depends
// on, the request goes the long way and its answer is put here again.
//
// Any request reads it, under mu for reading; a request that went the long way puts its
// answer there, and the goroutine that packs pages clears it, under mu for writing. An
// answer is never changed once it is there: its header is copied into each response, its
// body is shared by all that are being written, and the garbage collector frees it with the
// last of them. The state is compared, never read.
type shelf struct {
	mu      sync.RWMutex // guards what follows
	state   *domain.State
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

// plainRequest reports whether a request may be answered from the shelf, or put
// its answer there: it says nothing of the one who asks.
func plainRequest(r *fasthttp.Request) bool {
	h := &r.Header
	return h.IsGet() && h.IsHTTP11() && len(h.Peek(fiber.HeaderCookie)) == 0 && len(h.Peek(fiber.HeaderAuthorization)) == 0 &&
		len(h.Peek(fiber.HeaderContentEncoding)) == 0 && len(h.Peek(headerParts)) == 0 && len(r.Body()) == 0
}

// find returns the answer to a request, nil if there is none.
func (s *shelf) find(r *fasthttp.Request, state *domain.State, now time.Time) *finished {
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
func (s *shelf) put(r *fasthttp.Request, state *domain.State, a *finished) {
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

// size returns how many answers there are.
func (s *shelf) size() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.answers)
}

// clear forgets all answers: better ones have come.
func (s *shelf) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state, s.answers = nil, nil
}

// shelve puts the answer to a call on the shelf, if the handler said that it may
// be kept.
func (k *Call) shelve() {
	req, res := &k.c.Context().Request, &k.c.Context().Response
	code := res.StatusCode()
	if !k.keep || code != fiber.StatusOK && code != fiber.StatusNotModified || !plainRequest(req) {
		return
	}
	a := &finished{until: k.keepUntil, route: k.pattern(), code: code, seen: k.e.metrics.observer(k.pattern(), fiber.MethodGet, code)}
	res.Header.CopyTo(&a.header)
	if code == fiber.StatusOK {
		a.body = k.kept
	}
	k.e.pages.shelf.put(req, k.state, a)
}

// fromShelf answers a request from the shelf, if its answer is there.
func (e *Edge) fromShelf(ctx *fasthttp.RequestCtx) (done bool) {
	defer func() {
		if v := recover(); v != nil { // it goes the long way, which says what is wrong
			e.cfg.Log.Error("shelf panicked", "error", Panicked(v))
			ctx.Response.Reset()
			done = false
		}
	}()
	start := time.Now()
	a := e.pages.shelf.find(&ctx.Request, e.cfg.Clerk.State(), e.cfg.Now())
	if a == nil {
		return false
	}
	id := NewID(8)
	a.header.CopyTo(&ctx.Response.Header)
	ctx.Response.Header.Set(fiber.HeaderXRequestID, id)
	if a.body != nil {
		ctx.Response.SetBodyRaw(a.body) // shared: never written to
	}
	took := time.Since(start)
	a.seen.Observe(took.Seconds())
	e.logRequest(a.route, fiber.MethodGet, a.code, took, id)
	return true
}
