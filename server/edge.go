package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"kommunebilde"
	"kommunebilde/server/auth"
)

// call is one request on its way through a handler. It and what it holds of
// Fiber end with the handler; ctx is what deeper code gets.
type call struct {
	s      *Server
	c      *fiber.Ctx
	ctx    context.Context
	id     string
	route  *route
	addr   netip.Addr
	handle *auth.Handle // nil: signed out
	bearer bool
	lang   string
	look

	board kommunebilde.BoardID // of a route with a board
	shown kommunebilde.Picture // of that board
	may   kommunebilde.Rights  // on that board
	cause error                // of an answer that is an error, for the log
	trace kommunebilde.Trace   // what it leaves in the audit log
	aim   kommunebilde.BoardID // the board asked for, whether there is one or not

	keep      bool      // the answer is everybody's: it may go on the shelf
	keepUntil time.Time // zero: for ever
	kept      []byte    // its body
}

// callKey is where a request keeps its call.
const callKey = "kb.call"

// door runs before Fiber: it gives every answer its headers, those that Fiber
// makes on its own included, and takes the path prefix of the public address
// away, whether a proxy did so already or not.
func (s *Server) door(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	prefix := []byte(s.base)
	headers := s.everyAnswer()
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
		if s.fromShelf(ctx) {
			return
		}
		for _, h := range headers {
			ctx.Response.Header.SetCanonical(h[0], h[1])
		}
		next(ctx)
	}
}

// edge is first in the chain: a panic ends here, every error is answered here,
// and every request is counted and logged here.
func (s *Server) edge(c *fiber.Ctx) error {
	start := time.Now()
	k := &call{s: s, c: c, id: newID(8)}
	c.Locals(callKey, k)
	c.Set(fiber.HeaderXRequestID, k.id)
	if err := k.next(); err != nil {
		_ = s.fail(c, err)
	} else {
		k.shelve()
	}
	s.observe(k, time.Since(start))
	return nil
}

// next runs the rest of the chain and turns a panic into an error.
func (k *call) next() (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
			k.s.cfg.Log.Error("handler panicked", "request_id", k.id, "route", k.pattern(), "error", err, "stack", string(debug.Stack()))
		}
	}()
	return k.c.Next()
}

// panicked describes a panic without its text, unless the runtime wrote it: it
// may hold what a user wrote.
func panicked(v any) error {
	if fault, ok := v.(runtime.Error); ok {
		return fmt.Errorf("panic: %w", fault)
	}
	return fmt.Errorf("panic of %T", v)
}

// serve makes a route's handler: limits, who asks, whether they may, and then
// the handler itself.
func (s *Server) serve(r route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		k := c.Locals(callKey).(*call)
		k.route = &r
		ctx, cancel := context.WithTimeout(s.life, r.limit())
		defer cancel()
		k.ctx = ctx
		k.addr = s.clientAddress(c)
		if c.Get(fiber.HeaderContentEncoding) != "" {
			return httpError(fiber.StatusUnsupportedMediaType, "http.encoding", nil)
		}
		if n := len(c.Request().Body()); n > r.body {
			return httpError(fiber.StatusRequestEntityTooLarge, "http.body", nil)
		}
		k.lang = s.language(c)
		if r.socket {
			if err := s.checkUpgrade(c, k.id); err != nil {
				return err
			}
		}
		if r.signed { // whoever's cookie came along
			k.look = look{state: s.cfg.Clerk.State(), now: s.cfg.Now()}
		} else if err := k.identify(); err != nil {
			return err
		}
		if !k.bearer && !r.signed && c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
			if err := s.checkOrigin(c, k.id); err != nil {
				return err
			}
		}
		k.noStore()
		if !r.enrols && k.handle != nil && k.handle.MustEnrol(k.now) {
			return k.mustEnrol()
		}
		k.beginTrace()
		if err := r.access.admit(k); err != nil {
			return k.refused(err, false)
		}
		return k.traced(inTurn(r.handle))
	}
}

// identify finds out who asks: a token in Authorization, else the cookie. A
// cookie that is not or no longer known is no cookie; a wrong token is refused.
func (k *call) identify() error {
	k.look = look{state: k.s.cfg.Clerk.State(), now: k.s.cfg.Now()}
	if k.handle, k.bearer = k.s.asker(&k.c.Request().Header); k.bearer && k.handle == nil {
		k.bearer = false
		return httpError(fiber.StatusUnauthorized, "http.token", nil)
	}
	if k.handle != nil {
		actor, ok := k.handle.Actor()
		if !ok {
			k.handle = nil
		}
		k.actor = actor
	}
	return nil
}

// asker returns who asks, nil for nobody that is known, and whether they came with
// a token.
func (s *Server) asker(h *fasthttp.RequestHeader) (handle *auth.Handle, bearer bool) {
	// Another scheme than Bearer is for a proxy in front, which asked for it.
	if scheme, secret, _ := strings.Cut(string(h.Peek(fiber.HeaderAuthorization)), " "); strings.EqualFold(scheme, "Bearer") {
		return s.cfg.Auth.Bearer(strings.TrimSpace(secret)), true
	}
	if secret := string(h.Cookie(s.cookieName())); secret != "" {
		return s.cfg.Auth.Session(secret), false
	}
	return nil, false
}

// bodyRoom bounds a body before there is room made for it: that is made for as
// much as a header says, and who is nobody says so on as many connections as they
// get.
func (s *Server) bodyRoom(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	if n := h.ContentLength(); n >= 0 && n <= strangerLimit {
		return fasthttp.RequestConfig{}
	}
	if known, _ := s.asker(h); known != nil {
		return fasthttp.RequestConfig{}
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: strangerLimit}
}

// mustEnrol sends a page's reader to set up a second step, and refuses the rest.
func (k *call) mustEnrol() error {
	if k.c.Method() == fiber.MethodGet && !wantsJSON(k.c) {
		return k.see(fiber.StatusSeeOther, "/konto")
	}
	return &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "forbidden.enrol"}
}

// noStore keeps answers out of caches; what everybody may keep says so later.
func (k *call) noStore() {
	if k.handle != nil || k.c.Method() == fiber.MethodPost {
		k.c.Set(fiber.HeaderCacheControl, "no-store")
		return
	}
	k.c.Set(fiber.HeaderCacheControl, "no-cache")
	k.c.Set(fiber.HeaderVary, "Accept-Encoding, Accept-Language, Cookie, Authorization")
}

// body returns the request's body as it came.
func (k *call) body() []byte { return k.c.BodyRaw() }

// pattern is the route's pattern, for logs and metrics: never the address.
func (k *call) pattern() string {
	if k.route == nil {
		return "none"
	}
	return k.route.path
}

// observe counts and logs a request.
func (s *Server) observe(k *call, took time.Duration) {
	code := k.c.Response().StatusCode()
	s.metrics.observer(k.pattern(), k.c.Method(), code).Observe(took.Seconds())
	var more []slog.Attr
	if k.handle != nil {
		more = append(more, slog.String("account", string(k.handle.Account())))
	}
	if k.cause != nil {
		more = append(more, slog.String("error", forLog(k.cause, code)))
	}
	s.logRequest(k.pattern(), k.c.Method(), code, took, k.id, more...)
}

// logRequest writes a request's line: no address, no query, no names.
func (s *Server) logRequest(route, method string, code int, took time.Duration, id string, more ...slog.Attr) {
	level := slog.LevelInfo
	if code >= 500 {
		level = slog.LevelError
	}
	attrs := [7]slog.Attr{
		slog.String("route", route), slog.String("method", method), slog.Int("status", code),
		slog.Duration("took", took), slog.String("request_id", id),
	}
	s.cfg.Log.LogAttrs(context.Background(), level, "request", append(attrs[:5], more...)...)
}

// forLog is what a log may have of an error: of a refusal only which one it is,
// since the rest may be what somebody typed.
func forLog(err error, status int) string {
	if e := told(err, status); status < 500 {
		return string(e.Code) + ": " + e.Msg
	} else if e.Err != nil {
		return string(e.Code) + ": " + e.Msg + ": " + e.Err.Error()
	}
	return err.Error()
}

// newID returns 2n random hexadecimal digits.
func newID(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
