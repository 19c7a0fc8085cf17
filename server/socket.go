package server

import (
	"encoding/base64"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"kommunebilde"
	"kommunebilde/server/auth"
	"kommunebilde/server/live"
)

// Close codes that the script knows; 1012 and 1008 are the standard's.
const (
	closeResync = 4000 // take the snapshot anew
	closeLogin  = 4001 // log in again
)

// subprotocol is the name of what is spoken on the socket.
const subprotocol = "kb.v1"

// Limits of a socket.
const (
	readLimit      = 4 << 10
	tcpWriteBuffer = 64 << 10
	wordsPerSpell  = 20 // messages a screen may send between two pongs
)

// visit is what the socket's handler needs of the request that asked for it.
type visit struct {
	id     string
	board  kommunebilde.BoardID
	from   live.Position
	handle *auth.Handle
	rev    kommunebilde.Revision
	epoch  kommunebilde.Epoch
}

// visitKey is where contrib/websocket finds the visit after the upgrade.
const visitKey = "kb.visit"

// checkUpgrade refuses what is not a websocket request of ours: version, key,
// HTTP/1.1, origin, in this order. Nothing has been looked up by then.
func (s *Server) checkUpgrade(c *fiber.Ctx, id string) error {
	if !websocket.IsWebSocketUpgrade(c) {
		c.Set(fiber.HeaderUpgrade, "websocket")
		c.Set("Sec-WebSocket-Version", "13")
		return httpError(fiber.StatusUpgradeRequired, "http.upgrade", nil)
	}
	if strings.TrimSpace(c.Get("Sec-WebSocket-Version")) != "13" {
		c.Set("Sec-WebSocket-Version", "13")
		return httpError(fiber.StatusUpgradeRequired, "http.upgrade", nil)
	}
	if key, err := base64.StdEncoding.DecodeString(c.Get("Sec-WebSocket-Key")); err != nil || len(key) != 16 {
		return badRequest("Sec-WebSocket-Key", "http.upgrade", err)
	}
	if !c.Context().Request.Header.IsHTTP11() {
		return badRequest("HTTP", "http.upgrade", nil)
	}
	got, want := c.Get(fiber.HeaderOrigin), s.expectedOrigin(c)
	if got == "" && isBearer(c) || sameOrigin(got, want) {
		return nil
	}
	s.refuseOrigin("socket", id, got, want, c.Get("Sec-Fetch-Site"))
	return httpError(fiber.StatusForbidden, "http.origin", nil)
}

// isBearer tells whether a program asks, with a token.
func isBearer(c *fiber.Ctx) bool {
	scheme, _, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	return strings.EqualFold(scheme, "Bearer")
}

// live is GET /live: it checks where the screen stands and hands it over.
func (s *Server) live() func(*call) error {
	upgrade := s.upgrade(s.screen)
	return func(k *call) error {
		rev, err := strconv.ParseUint(k.c.Query("rev", "0"), 10, 64)
		if err != nil {
			return &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "rev", Msg: "rev.wrong"}
		}
		if !s.sockets.room(k.handle.Account()) {
			return httpError(fiber.StatusTooManyRequests, "http.sockets", nil)
		}
		v := visit{
			id: k.id, board: k.board, handle: k.handle,
			from: live.Position{Epoch: kommunebilde.Epoch(k.c.Query("epoch")), Revision: kommunebilde.Revision(rev)},
			rev:  k.shown.Board().Revision, epoch: k.shown.Epoch(),
		}
		k.strip()
		k.c.Locals(visitKey, v)
		k.c.Context().RemoveUserValue(callKey) // it holds the state of this moment
		err = upgrade(k.c)
		k.c.Context().RemoveUserValue(visitKey) // the socket has it
		if err != nil {
			k.c.Locals(callKey, k)
			return badRequest("", "http.upgrade", err)
		}
		return nil
	}
}

// upgrade makes the handler that changes over to a websocket. Origins stays
// empty: [Server.checkUpgrade] has looked, and says so in the log.
func (s *Server) upgrade(handle func(*websocket.Conn)) fiber.Handler {
	return websocket.New(handle, websocket.Config{
		Subprotocols:    []string{subprotocol},
		ReadBufferSize:  256,
		WriteBufferSize: 1024,
		WriteBufferPool: &sync.Pool{},
		RecoverHandler:  s.socketPanicked,
	})
}

// strip takes out of the request what the upgrade does not need: the library
// copies all headers and cookies, and keeps them as long as the socket lives.
func (k *call) strip() {
	h := &k.c.Request().Header
	var drop []string
	for name := range h.All() {
		switch n := string(name); {
		case n == fiber.HeaderHost, n == fiber.HeaderConnection, n == fiber.HeaderUpgrade, strings.HasPrefix(n, "Sec-Websocket-"):
		default:
			drop = append(drop, n)
		}
	}
	for _, n := range drop {
		h.Del(n)
	}
	h.DelAllCookies()
	k.c.Request().URI().SetQueryString("")
	// What an answer tells a browser of pages, this one need not; and what is
	// here, the library keeps too.
	id := k.c.GetRespHeader(fiber.HeaderXRequestID)
	k.c.Response().Header = fasthttp.ResponseHeader{}
	k.c.Set(fiber.HeaderXRequestID, id)
}

// socketPanicked ends a socket whose handler panicked. Without it the library
// sends the panic's text to the screen.
func (s *Server) socketPanicked(*websocket.Conn) {
	if v := recover(); v != nil {
		s.metrics.panics.Inc()
		s.cfg.Log.Error("socket panicked", "error", panicked(v), "stack", string(debug.Stack()))
	}
}
