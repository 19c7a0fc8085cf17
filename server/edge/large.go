package edge

import (
	"strings"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// A few routes take a form that is longer than BodyLimit: a whole edition as a table.
// Room is made for all of it at once, so that few come at a time, from those who have
// signed in and say how long it is.
type large struct {
	routes []largeRoute
	mu     sync.Mutex
	held   map[*fasthttp.RequestHeader]time.Time // a place each, and until when at most
}

type largeRoute struct {
	method string
	path   []string // by "/"; ":name" is anything
	most   int
}

const (
	largeMost = 4
	largeHeld = time.Minute // longer than a request takes: one that breaks off gives nothing back
)

// add notes a route that takes more than others.
func (l *large) add(r Route) {
	if r.Body > BodyLimit && !r.Streams {
		l.routes = append(l.routes, largeRoute{r.Method, strings.Split(r.Path, "/"), r.Body})
	}
}

// room returns how long a body may be that a header announces, and takes a place for it; 0
// where it may be no longer than others.
func (l *large) room(h *fasthttp.RequestHeader, path string) int {
	for _, r := range l.routes {
		if n := h.ContentLength(); r.method != string(h.Method()) || n <= BodyLimit || n > 2*r.most || !r.fits(path) {
			continue
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		for of, until := range l.held {
			if time.Now().After(until) {
				delete(l.held, of)
			}
		}
		if len(l.held) >= largeMost {
			return 0
		}
		if l.held == nil {
			l.held = map[*fasthttp.RequestHeader]time.Time{}
		}
		l.held[h] = time.Now().Add(largeHeld)
		return 2 * r.most // what is too long is told so in words, unless it is far too long
	}
	return 0
}

// over gives the place back.
func (l *large) over(h *fasthttp.RequestHeader) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.held, h)
}

func (r largeRoute) fits(path string) bool {
	parts := strings.Split(path, "/")
	if len(parts) != len(r.path) {
		return false
	}
	for i, part := range r.path {
		if !strings.HasPrefix(part, ":") && part != parts[i] {
			return false
		}
	}
	return true
}

// withRoom gives a large body's place back when its request is answered.
func (e *Edge) withRoom(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if ctx.Request.Header.ContentLength() > BodyLimit {
			defer e.large.over(&ctx.Request.Header)
		}
		next(ctx)
	}
}
