package screens

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/gofiber/contrib/websocket"

	"kommunebilde/server/edge"
	"kommunebilde/server/live"
)

// Why a socket ends, as the cause of its context.
var (
	errScreenLeft   = errors.New("screen left")
	errSessionEnded = errors.New("session ended")
)

// screen is one connected screen. Three goroutines use it, and none of them holds the
// connection when the handler has returned:
//
//   - the reader, which is the handler's own, alone reads from the connection;
//   - the writer, which it starts and waits for;
//   - the fan of its board (fan.go), for a moment at a time.
//
// Whoever has its turn, and nobody else, may write to the connection and use the watcher:
// the writer, or the fan. The writer waits for its turn, the fan does not. What the fan
// cannot write at once it leaves in rest, and pokes the writer. The reader writes nothing:
// what must be answered it leaves in pong or answer. Anyone may end the screen by end.
type screen struct {
	s     *Screens
	conn  *websocket.Conn
	visit visit
	ctx   context.Context
	end   context.CancelCauseFunc

	paused    atomic.Bool
	following atomic.Bool
	nudge     chan struct{} // one slot: the writer shall edge.Look
	pong      atomic.Pointer[string]
	answer    atomic.Pointer[[]byte] // the close message for a screen that left or must

	turn    sync.Mutex      // guards what follows, and writing
	watcher *live.Watcher   // nil: there is nothing to fan out to
	line    *net.TCPConn    // below the layers; nil: another kind
	raw     syscall.RawConn // of line, for the fan-out; nil: only the writer writes
	rest    []byte          // of a message that has begun
	fault   error           // of a write
	news    bool            // was sent something since the last heartbeat
	out     *outlet         // while it is the fan-out's turn

	reading sync.Mutex // guards the read deadline against a pong after the end
	ending  bool
}

// screen handles a socket: it reads in this goroutine and writes in another,
// and returns when both are done. After that the connection is somebody else's.
func (s *Screens) screen(conn *websocket.Conn) {
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
	sc.ctx, sc.end = context.WithCancelCause(s.cfg.Life)
	sc.findLine()
	absent := sc.present()
	stop := v.handle.OnEnd(func() { sc.end(errSessionEnded) })
	written := make(chan struct{})
	cut := sc.cutLate(written)
	defer func() { // also when the reader panics
		stop()
		sc.end(errScreenLeft)
		<-written
		cut()
		sc.pause(false)
		absent()
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

// findLine finds the TCP connection below the layers. Below TLS it is there to
// be bounded and cut; what is written goes through all layers.
func (sc *screen) findLine() {
	line, sealed := edge.LineOf(sc.conn.NetConn())
	if sc.line = line; line == nil || sealed {
		return
	}
	if raw, err := line.SyscallConn(); err == nil {
		sc.raw = raw
	}
}

// cutLate cuts the line of a screen that does not take its close message: its
// writer would wait for the write deadline. The TCP connection is no pooled
// thing, so that it may be closed from anywhere. stop returns when it is certain
// that nothing will be cut any more.
func (sc *screen) cutLate(written <-chan struct{}) (stop func()) {
	line := sc.line
	ended := make(chan struct{})
	cancel := context.AfterFunc(sc.ctx, func() {
		defer close(ended)
		t := time.NewTimer(sc.s.cfg.Timing.Farewell)
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

// read reads until the screen leaves, falls silent, or says what it may not. It
// writes nothing: what must be answered, the writer answers.
func (sc *screen) read() {
	silence := sc.s.cfg.Timing.Silence
	in, said := newFrames(sc.conn.NetConn()), 0
	sc.awaitUntil(time.Now().Add(silence))
	for {
		kind, data, err := in.next()
		var wrong breach
		switch {
		case errors.As(err, &wrong):
			sc.refuse(int(wrong))
			return
		case err != nil:
			return
		}
		switch kind {
		case websocket.CloseMessage:
			sc.refuse(closeCode(data))
			return
		case websocket.PingMessage:
			word := string(data)
			sc.pong.Store(&word) // of several, the last is answered
			sc.poke()
		case websocket.PongMessage:
			if !in.open { // a message that does not end is no sign of life
				said = 0
				sc.awaitUntil(time.Now().Add(silence))
			}
		case websocket.TextMessage, websocket.BinaryMessage:
			if said++; !sc.heed(kind, data, said) {
				return
			}
		}
	}
}

// heed does what a message says, and reports whether it may be said.
func (sc *screen) heed(kind byte, data []byte, said int) bool {
	switch word := string(data); {
	case kind == websocket.TextMessage && !utf8.Valid(data):
		sc.refuse(websocket.CloseInvalidFramePayloadData)
		return false
	case kind != websocket.TextMessage, said > wordsPerSpell:
	case word == "pause" || word == "resume":
		sc.pause(word == "pause")
		sc.poke()
		return true
	case word == "follow" || word == "alone":
		sc.follows(word == "follow")
		return true
	}
	sc.refuse(websocket.ClosePolicyViolation)
	return false
}

// poke has the writer look.
func (sc *screen) poke() {
	select {
	case sc.nudge <- struct{}{}:
	default: // it will
	}
}

// pause tells the writer to hold back or to go on.
func (sc *screen) pause(on bool) {
	if sc.paused.Swap(on) != on {
		sc.s.sockets.paused.Add(map[bool]int64{true: 1, false: -1}[on])
	}
}

// refuse leaves the close message that the socket ends with.
func (sc *screen) refuse(code int) {
	message := closeFrame(code, "")
	sc.answer.Store(&message)
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
