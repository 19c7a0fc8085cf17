package edge

import (
	"encoding/base64"
	"strings"

	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// checkUpgrade refuses what is not a websocket request of ours: version, key,
// HTTP/1.1, origin, in this order. Nothing has been looked up by then.
func (k *Call) checkUpgrade() error {
	c := k.c
	if !websocket.IsWebSocketUpgrade(c) {
		c.Set(fiber.HeaderUpgrade, "websocket")
		c.Set("Sec-WebSocket-Version", "13")
		return Error(fiber.StatusUpgradeRequired, "http.upgrade", nil)
	}
	if strings.TrimSpace(c.Get("Sec-WebSocket-Version")) != "13" {
		c.Set("Sec-WebSocket-Version", "13")
		return Error(fiber.StatusUpgradeRequired, "http.upgrade", nil)
	}
	if key, err := base64.StdEncoding.DecodeString(c.Get("Sec-WebSocket-Key")); err != nil || len(key) != 16 {
		return BadRequest("Sec-WebSocket-Key", "http.upgrade", err)
	}
	if !c.Context().Request.Header.IsHTTP11() {
		return BadRequest("HTTP", "http.upgrade", nil)
	}
	got, want := c.Get(fiber.HeaderOrigin), k.Origin()
	if got == "" && isBearer(c) || sameOrigin(got, want) {
		return nil
	}
	k.e.refuseOrigin("socket", k.ID, got, want, c.Get("Sec-Fetch-Site"))
	return Error(fiber.StatusForbidden, "http.origin", nil)
}

// isBearer reports whether a program asks, with a token.
func isBearer(c *fiber.Ctx) bool {
	scheme, _, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	return strings.EqualFold(scheme, "Bearer")
}

// Upgrader changes a request over to another protocol, as contrib/websocket does.
type Upgrader = func(*fiber.Ctx) error

// Upgrade changes the connection over, and with it ends the call: what deals with
// the connection gets value by its key, and nothing else of the request.
func (k *Call) Upgrade(with Upgrader, key string, value any) error {
	k.strip()
	k.c.Locals(key, value)
	k.c.Context().RemoveUserValue(callKey) // it holds the state of this moment
	err := with(k.c)
	k.c.Context().RemoveUserValue(key) // the socket has it
	if err != nil {
		k.c.Locals(callKey, k)
		return BadRequest("", "http.upgrade", err)
	}
	return nil
}

// strip takes out of the request what the upgrade does not need: the library
// copies all headers and cookies, and keeps them as long as the socket lives.
func (k *Call) strip() {
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
