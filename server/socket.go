package server

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"

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
		if err := upgrade(k.c); err != nil {
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
}

// socketPanicked ends a socket whose handler panicked. Without it the library
// sends the panic's text to the screen.
func (s *Server) socketPanicked(*websocket.Conn) {
	if v := recover(); v != nil {
		s.metrics.panics.Inc()
		s.cfg.Log.Error("socket panicked", "error", panicked(v), "stack", string(debug.Stack()))
	}
}

// Why a socket ends, as the cause of its context.
var (
	errScreenLeft   = errors.New("screen left")
	errSessionEnded = errors.New("session ended")
)

// screen is one connected screen.
type screen struct {
	s     *Server
	conn  *websocket.Conn
	visit visit
	ctx   context.Context
	end   context.CancelCauseFunc

	paused atomic.Bool
	nudge  chan struct{} // one slot: paused has changed

	reading sync.Mutex // guards the read deadline against a pong after the end
	ending  bool
}

// screen handles a socket: it reads in this goroutine and writes in another,
// and returns when both are done. After that the connection is somebody else's.
func (s *Server) screen(conn *websocket.Conn) {
	v, ok := conn.Locals(visitKey).(visit)
	if !ok {
		return
	}
	leave, ok := s.sockets.enter(v.handle.Account())
	if !ok {
		_ = conn.WriteControl(websocket.CloseMessage, closeFrame(websocket.CloseServiceRestart, "restart"), time.Now().Add(time.Second))
		return
	}
	defer leave()
	start := time.Now()
	sc := &screen{s: s, conn: conn, visit: v, nudge: make(chan struct{}, 1)}
	sc.ctx, sc.end = context.WithCancelCause(s.life)
	stop := v.handle.OnEnd(func() { sc.end(errSessionEnded) })
	written := make(chan struct{})
	cut := sc.cutLate(written)
	defer func() { // also when the reader panics
		stop()
		sc.end(errScreenLeft)
		<-written
		cut()
		sc.pause(false)
		s.cfg.Log.LogAttrs(context.Background(), slog.LevelInfo, "socket ended", slog.String("request_id", v.id),
			slog.String("account", string(v.handle.Account())), slog.Duration("took", time.Since(start)),
			slog.String("cause", context.Cause(sc.ctx).Error()))
	}()
	go func() {
		defer close(written)
		defer s.socketPanicked(nil)
		defer sc.hangUp(0) // when the writer panics
		sc.write()
	}()
	sc.read()
}

// tcp returns the connection below the layers, nil if it is another kind.
func (sc *screen) tcp() *net.TCPConn {
	c := sc.conn.NetConn()
	for {
		switch v := c.(type) {
		case *net.TCPConn:
			return v
		case *limitConn:
			c = v.Conn
		case interface{ UnsafeConn() net.Conn }:
			c = v.UnsafeConn()
		default:
			return nil
		}
	}
}

// cutLate cuts the line of a screen that does not take its close message: its
// writer would wait for the write deadline. The TCP connection is no pooled
// thing, so that it may be closed from anywhere. stop returns when it is certain
// that nothing will be cut any more.
func (sc *screen) cutLate(written <-chan struct{}) (stop func()) {
	line := sc.tcp()
	ended := make(chan struct{})
	cancel := context.AfterFunc(sc.ctx, func() {
		defer close(ended)
		t := time.NewTimer(sc.s.cfg.timing.farewell)
		defer t.Stop()
		select {
		case <-written:
		case <-t.C:
			if line != nil {
				_ = line.Close()
			}
		}
	})
	return func() {
		if !cancel() {
			<-ended
		}
	}
}

// read reads until the screen leaves, falls silent, or says what it may not.
func (sc *screen) read() {
	silence := sc.s.cfg.timing.silence
	sc.conn.SetReadLimit(readLimit)
	said := 0
	sc.conn.SetPongHandler(func(string) error {
		said = 0
		sc.awaitUntil(time.Now().Add(silence))
		return nil
	})
	sc.awaitUntil(time.Now().Add(silence))
	for {
		kind, data, err := sc.conn.ReadMessage()
		if err != nil {
			return
		}
		said++
		switch word := string(data); {
		case kind != websocket.TextMessage || !utf8.Valid(data):
			sc.refuse(websocket.CloseInvalidFramePayloadData)
			return
		case said > wordsPerSpell:
			sc.refuse(websocket.ClosePolicyViolation)
			return
		case word == "pause" || word == "resume":
			sc.pause(word == "pause")
			select {
			case sc.nudge <- struct{}{}:
			default:
			}
		default:
			sc.refuse(websocket.ClosePolicyViolation)
			return
		}
	}
}

// pause tells the writer to hold back or to go on.
func (sc *screen) pause(on bool) {
	if sc.paused.Swap(on) != on {
		sc.s.sockets.paused.Add(map[bool]int64{true: 1, false: -1}[on])
	}
}

func (sc *screen) refuse(code int) {
	_ = sc.conn.WriteControl(websocket.CloseMessage, closeFrame(code, ""), time.Now().Add(time.Second))
}

// awaitUntil moves the read deadline, unless the socket is ending.
func (sc *screen) awaitUntil(t time.Time) {
	sc.reading.Lock()
	defer sc.reading.Unlock()
	if !sc.ending {
		_ = sc.conn.SetReadDeadline(t)
	}
}

// hangUp ends the reader, after some time for the screen to answer a close.
func (sc *screen) hangUp(after time.Duration) {
	sc.reading.Lock()
	defer sc.reading.Unlock()
	if !sc.ending {
		sc.ending = true
		_ = sc.conn.SetReadDeadline(time.Now().Add(after))
	}
}

// write sends hello, then all that the screen lacks, heartbeats and pings, until
// the socket ends; then it says why.
func (sc *screen) write() {
	if line := sc.tcp(); line != nil { // else the kernel buffers megabytes for a screen that has stopped reading
		_ = line.SetWriteBuffer(tcpWriteBuffer)
	}
	watcher := sc.s.cfg.Clerk.Watch(sc.visit.board, sc.audience, sc.visit.from)
	defer watcher.Close()
	err := sc.send(sc.hello())
	if err == nil {
		err = sc.follow(watcher)
	}
	code, reason := 0, ""
	switch cause := context.Cause(sc.ctx); {
	case errors.Is(cause, errRestart), errors.Is(err, live.ErrClosed):
		code, reason = websocket.CloseServiceRestart, "restart"
	case errors.Is(cause, errSessionEnded), errors.Is(err, errSessionEnded):
		code, reason = closeLogin, "session"
	case errors.Is(err, live.ErrResync), errors.Is(err, live.ErrGone):
		code, reason = closeResync, err.Error()
		if _, ok := sc.visit.handle.Actor(); !ok {
			code, reason = closeLogin, "session"
		}
	}
	if code == 0 { // the screen left, or a write failed: nothing can be said
		if err != nil {
			sc.end(err)
		}
		sc.hangUp(0)
		return
	}
	sc.end(err)
	_ = sc.conn.WriteControl(websocket.CloseMessage, closeFrame(code, reason), time.Now().Add(time.Second))
	sc.hangUp(time.Second)
}

// follow sends until the socket or the watcher ends.
func (sc *screen) follow(w *live.Watcher) error {
	timing := sc.s.cfg.timing
	who := sc.audience()
	now := time.Now()
	beat, ping := now.Add(timing.beat), now.Add(timing.ping)
	for {
		left, asked := sc.visit.handle.Left(), time.Now()
		frames, err := sc.next(w, min(time.Until(beat), time.Until(ping), left))
		if cause := context.Cause(sc.ctx); cause != nil {
			return cause
		}
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		for _, f := range frames {
			if err := sc.send(f); err != nil {
				return err
			}
		}
		now = time.Now()
		switch {
		case now.Sub(asked) >= left && (sc.visit.handle.Left() <= 0 || sc.audience() != who):
			return errSessionEnded // its time is over, or a right's
		case sc.audience() != who:
			return live.ErrResync // the board is another's to see now
		}
		if !now.Before(ping) {
			ping = now.Add(timing.ping)
			if err := sc.conn.WriteControl(websocket.PingMessage, nil, now.Add(timing.write)); err != nil {
				return err
			}
		}
		if !now.Before(beat) {
			beat = now.Add(timing.beat)
			sc.visit.handle.Touch()
			if err := sc.send(appendMillis([]byte(`{"beat":`), sc.s.cfg.Now())); err != nil {
				return err
			}
		}
	}
}

// next waits for frames, for a while. While the screen is on pause there are
// none; they come, as one, when it goes on.
func (sc *screen) next(w *live.Watcher, wait time.Duration) ([]live.Frame, error) {
	ctx, cancel := context.WithTimeout(sc.ctx, max(wait, 0))
	defer cancel()
	for sc.paused.Load() {
		select {
		case <-sc.nudge:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return w.Next(ctx)
}

// audience tells who looks, by the state, the session and the clock of this
// moment.
func (sc *screen) audience() kommunebilde.Audience {
	actor, ok := sc.visit.handle.Actor()
	if !ok {
		return kommunebilde.Audience{}
	}
	return look{sc.s.cfg.Clerk.State(), actor, sc.s.cfg.Now()}.audience(sc.visit.board)
}

// send writes one message. One that takes longer than the deadline is the last:
// the screen is too slow, or gone without a word.
func (sc *screen) send(message []byte) error {
	_ = sc.conn.SetWriteDeadline(time.Now().Add(sc.s.cfg.timing.write))
	err := sc.conn.WriteMessage(websocket.TextMessage, message)
	if err == nil {
		sc.s.metrics.sent.Inc()
		return nil
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		sc.s.metrics.slow.Inc()
	}
	return err
}

func (sc *screen) hello() []byte {
	b := append([]byte(nil), `{"hello":{"epoch":`...)
	b = appendString(b, string(sc.visit.epoch))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(sc.visit.rev), 10)
	b = append(b, `,"now":`...)
	b = strconv.AppendInt(b, sc.s.cfg.Now().UnixMilli(), 10)
	b = append(b, `,"beat":`...)
	b = strconv.AppendInt(b, sc.s.cfg.timing.beat.Milliseconds(), 10)
	b = appendField(b, "build", sc.s.cfg.Build)
	return append(b, '}', '}')
}

func appendMillis(b []byte, t time.Time) []byte {
	return append(strconv.AppendInt(b, t.UnixMilli(), 10), '}')
}

// closeFrame makes a close message; the reason is cut to what fits.
func closeFrame(code int, reason string) []byte {
	if len(reason) > 120 {
		reason = reason[:120]
	}
	return websocket.FormatCloseMessage(code, reason)
}
