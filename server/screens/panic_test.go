package screens

import (
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/fasthttp/websocket"
	contrib "github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"

	"kommunebilde/server/servertest"
)

// TestPanicOfAHandlerTellsNothing: a socket whose handler panics ends, and neither the
// screen nor the log is told with what.
func TestPanicOfAHandlerTellsNothing(t *testing.T) {
	t.Parallel()
	var log servertest.Log
	counted, err := newMetrics(nil, newSocketSet(1, 1))
	servertest.Must(t, err)
	s := &Screens{cfg: Config{Log: slog.New(slog.NewJSONHandler(&log, nil))}, metrics: counted}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/", s.upgrade(func(*contrib.Conn) { panic("hemmelig tekst") }))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	servertest.Must(t, err)
	served := make(chan error, 1)
	go func() { served <- app.Listener(ln) }()
	c, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+ln.Addr().String(), nil)
	servertest.Must(t, err)
	defer c.Close()
	if _, b, err := c.ReadMessage(); err == nil {
		t.Errorf("was told %s", b)
	}
	servertest.Must(t, app.Shutdown())
	servertest.Must(t, <-served)
	if !strings.Contains(log.String(), "socket panicked") || strings.Contains(log.String(), "hemmelig") {
		t.Errorf("log: %s", log.String())
	}
}
