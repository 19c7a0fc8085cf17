package edge

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/netip"
	"net/url"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/server/auth"
)

// Call is one request on its way through a route's handler.
//
// The edge makes it, and it ends when the handler returns: whoever keeps it, or gives it
// to another goroutine, reads somebody else's request. What outlives the handler takes
// values out of it; deeper code gets [Call.Context]. One goroutine has a call at a time.
//
// When a handler has it, this holds, checked in this order: the body is not packed and no
// longer than the route allows; a socket's request is one, of our own pages; who asks is
// known, by a token or a session that holds; a change comes from a page of ours; the
// account asks for no more than it may; it has the second step that it must have; the
// route's [Access] let it in; its reader takes the answers there are; and a read of a board
// had its turn.
type Call struct {
	ID     string       // of the request, as the answer's header and the log have it
	Lang   string       // "nb", "nn" or "en"
	Handle *auth.Handle // nil: signed out
	Bearer bool         // by a program's token
	Look                // what they see

	// Set by the route's rule.
	Board domain.BoardID // of a route with a board
	Shown domain.Picture // of that board; a handler may put another of it here
	May   domain.Rights  // on that board

	// Set by the handler.
	Trace audit.Trace // what the call leaves in the audit log: see trace.go
	Cause error       // of an answer that is an error, for the log

	e      *Edge
	c      *fiber.Ctx
	ctx    context.Context
	route  *Route
	addr   netip.Addr
	aim    domain.BoardID   // the board asked for, whether there is one or not
	fields url.Values       // of the form that was sent; see Form
	beside []domain.Picture // of other boards, of which the answer shows something

	keep      bool      // the answer is everybody's: it may go on the shelf
	keepUntil time.Time // zero: for ever
	kept      []byte    // its body
}

// Context ends with the route's time, and when the server shuts down. It does not end
// when the client leaves.
func (k *Call) Context() context.Context { return k.ctx }

// callKey is where a request keeps its call.
const callKey = "kb.call"

// first is first in the chain: a panic ends here, every error is answered here,
// and every request is counted and logged here.
func (e *Edge) first(c *fiber.Ctx) error {
	start := time.Now()
	k := &Call{e: e, c: c, ID: NewID(8)}
	c.Locals(callKey, k)
	c.Set(fiber.HeaderXRequestID, k.ID)
	if err := k.next(); err != nil {
		_ = e.fail(c, err)
	} else {
		k.shelve()
	}
	e.observe(k, time.Since(start))
	return nil
}

// next runs the rest of the chain and turns a panic into an error.
func (k *Call) next() (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = Panicked(v)
			k.e.cfg.Log.Error("handler panicked", "request_id", k.ID, "route", k.pattern(), "error", err, "stack", string(debug.Stack()))
		}
	}()
	return k.c.Next()
}

// Panicked describes a panic without its text, unless the runtime wrote it: it
// may hold what a user wrote.
func Panicked(v any) error {
	if fault, ok := v.(runtime.Error); ok {
		return fmt.Errorf("panic: %w", fault)
	}
	return fmt.Errorf("panic of %T", v)
}

// serve makes a route's handler: limits, who asks, whether they may, and then
// the handler itself.
func (e *Edge) serve(r Route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		k := c.Locals(callKey).(*Call)
		k.route = &r
		ctx, cancel := context.WithTimeout(e.cfg.Life, r.limit())
		defer cancel()
		k.ctx = ctx
		k.addr = e.clientAddress(c)
		if c.Get(fiber.HeaderContentEncoding) != "" {
			return Error(fiber.StatusUnsupportedMediaType, "http.encoding", nil)
		}
		if bodyLength(c, r) > r.Body {
			return Error(fiber.StatusRequestEntityTooLarge, "http.body", nil)
		}
		k.Lang = k.language()
		if r.Framed && k.Lang != k.Param("lang") {
			return Error(fiber.StatusNotFound, "http.404", nil)
		}
		if r.Socket {
			if err := k.checkUpgrade(); err != nil {
				return err
			}
		}
		if r.Signed || r.Framed { // whoever's cookie came along
			k.Look = Look{state: e.cfg.Clerk.State(), Now: e.cfg.Now()}
		} else if err := k.identify(); err != nil {
			return err
		}
		if !k.Bearer && !r.Signed && changes(c.Method()) {
			if err := e.checkOrigin(c, k.ID); err != nil {
				return err
			}
		}
		k.noStore()
		if err := k.spend(); err != nil {
			return err
		}
		if !r.Enrols && k.Handle != nil && k.Handle.MustEnrol(k.Now) {
			return k.mustEnrol()
		}
		k.beginTrace()
		if err := r.Access.Admit(k); err != nil {
			return k.refused(err, false)
		}
		if r.Framed {
			return k.inFrame(r.Handle)
		}
		return k.traced(inFlight(inTurn(r.Handle)))
	}
}

// bodyLength is how long a request's body is. Of one that is read as it comes, that is
// what its header says, and nothing where it does not.
func bodyLength(c *fiber.Ctx, r Route) int {
	if r.Streams {
		return c.Request().Header.ContentLength()
	}
	return len(c.Request().Body())
}

// Refresh looks at the state as it is now, which is newer than what the call began with:
// for a handler that has just had something decided.
func (k *Call) Refresh() { k.state = k.e.cfg.Clerk.State() }

// identify finds out who asks: a token in Authorization, else the cookie. A
// cookie that is not or no longer known is no cookie; a wrong token is refused.
func (k *Call) identify() error {
	k.Look = Look{state: k.e.cfg.Clerk.State(), Now: k.e.cfg.Now()}
	if k.Handle, k.Bearer = k.e.asker(&k.c.Request().Header); k.Bearer && k.Handle == nil {
		k.Bearer = false
		return Error(fiber.StatusUnauthorized, "http.token", nil)
	}
	if k.Handle != nil {
		actor, ok := k.Handle.Actor()
		if !ok {
			k.Handle = nil
		}
		k.Actor = actor
	}
	return nil
}

// asker returns who asks, nil for nobody that is known, and whether they came with
// a token.
func (e *Edge) asker(h *fasthttp.RequestHeader) (handle *auth.Handle, bearer bool) {
	// Another scheme than Bearer is for a proxy in front, which asked for it.
	if scheme, secret, _ := strings.Cut(string(h.Peek(fiber.HeaderAuthorization)), " "); strings.EqualFold(scheme, "Bearer") {
		return e.cfg.Auth.Bearer(strings.TrimSpace(secret)), true
	}
	if secret := string(h.Cookie(e.CookieName(SessionCookie))); secret != "" {
		return e.cfg.Auth.Session(secret), false
	}
	return nil, false
}

// mustEnrol sends a page's reader to set up a second step, and refuses the rest.
func (k *Call) mustEnrol() error {
	if k.c.Method() == fiber.MethodGet && !wantsJSON(k.c) {
		return k.See(fiber.StatusSeeOther, "/konto")
	}
	return &domain.Error{Code: domain.Forbidden, Msg: "forbidden.enrol"}
}

// noStore keeps answers out of caches; what everybody may keep says so later.
func (k *Call) noStore() {
	if k.Handle != nil || changes(k.c.Method()) {
		k.c.Set(fiber.HeaderCacheControl, "no-store")
		return
	}
	k.c.Set(fiber.HeaderCacheControl, "no-cache")
	k.c.Set(fiber.HeaderVary, "Accept-Encoding, Accept-Language, Cookie, Authorization")
}

// pattern is the route's pattern, for logs and metrics: never the address.
func (k *Call) pattern() string {
	if k.route == nil {
		return "none"
	}
	return k.route.Path
}

// NewID returns 2n random hexadecimal digits.
func NewID(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
