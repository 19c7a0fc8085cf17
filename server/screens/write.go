package screens

import (
	"context"
	"errors"
	"net"
	"strconv"
	"time"

	"github.com/gofiber/contrib/websocket"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/server/edge"
	"kommunebilde/server/live"
	"kommunebilde/server/wire"
)

// write sends hello, then all that the screen lacks, heartbeats and pings, until
// the socket ends; then it says why.
func (sc *screen) write() {
	if sc.line != nil { // else the kernel buffers megabytes for a screen that has stopped reading
		_ = sc.line.SetWriteBuffer(edge.LineBuffer)
	}
	sc.watcher = sc.s.cfg.Clerk.Watch(sc.visit.board, sc.inTurn, sc.visit.from)
	defer sc.watcher.Close() // of this watcher: the field is emptied
	err := sc.send(sc.hello())
	if err == nil {
		err = sc.followed()
	}
	code, reason := 0, ""
	switch cause := context.Cause(sc.ctx); {
	case errors.Is(cause, ErrRestart), errors.Is(err, live.ErrClosed):
		code, reason = websocket.CloseServiceRestart, "restart"
	case errors.Is(cause, errSessionEnded), errors.Is(err, errSessionEnded):
		code, reason = CloseLogin, "session"
	case errors.Is(err, live.ErrResync), errors.Is(err, live.ErrGone):
		code, reason = CloseResync, err.Error()
		if _, ok := sc.visit.handle.Actor(); !ok {
			code, reason = CloseLogin, "session"
		}
	}
	if err != nil {
		sc.end(err)
	}
	switch answer := sc.answer.Load(); {
	case code != 0:
		sc.close(closeFrame(code, reason))
		sc.hangUp(time.Second)
		return
	case answer != nil:
		sc.close(*answer)
	}
	sc.hangUp(0) // the screen left, or a write failed
}

// followed has the fan-out send news while the writer follows. When it returns,
// also by a panic, nobody but the writer has the connection.
func (sc *screen) followed() error {
	leave, watcher := sc.s.sockets.fans.join(sc), sc.watcher
	defer func() {
		leave()
		sc.turn.Lock()
		defer sc.turn.Unlock()
		sc.watcher = nil
	}()
	return sc.follow(watcher)
}

// close sends a close message, after what is left of the message before it.
func (sc *screen) close(message []byte) {
	if sc.fault == nil && sc.finish(time.Second) == nil {
		_ = sc.conn.WriteControl(websocket.CloseMessage, message, time.Now().Add(time.Second))
	}
}

// follow is the writer's life: it looks when it is nudged and when something is
// due, and returns why the socket ends. News is sent by the board's fan-out;
// the writer sends what that could not.
func (sc *screen) follow(w *live.Watcher) error {
	timing := sc.s.cfg.Timing
	who := sc.audience()
	now := time.Now()
	beat, ping := now.Add(timing.Beat), now.Add(timing.Ping)
	timer := time.NewTimer(0) // there may be news already
	defer timer.Stop()
	left, asked := sc.visit.handle.Left(), now
	for {
		select {
		case <-timer.C:
		case <-sc.nudge:
		case <-sc.ctx.Done():
			return context.Cause(sc.ctx)
		}
		now = time.Now()
		if now.Sub(asked) >= left && (sc.visit.handle.Left() <= 0 || sc.audience() != who) {
			return errSessionEnded // its time is over, or a right's
		}
		pinged, beaten := !now.Before(ping), !now.Before(beat)
		err := sc.look(w, pinged, beaten)
		switch {
		case context.Cause(sc.ctx) != nil:
			return context.Cause(sc.ctx)
		case err != nil:
			return err
		case sc.audience() != who:
			return live.ErrResync // the board is another's to see now
		}
		if pinged {
			ping = now.Add(timing.Ping)
		}
		if beaten {
			beat = now.Add(timing.Beat)
			sc.visit.handle.Touch()
		}
		left, asked = sc.visit.handle.Left(), time.Now()
		timer.Reset(max(0, min(beat.Sub(asked), ping.Sub(asked), left)))
	}
}

// look sends all that waits, in the screen's turn. While the screen is on pause,
// news wait; they come, as one, when it goes on.
func (sc *screen) look(w *live.Watcher, ping, beat bool) error {
	sc.turn.Lock()
	defer sc.turn.Unlock()
	if err := sc.finish(sc.s.cfg.Timing.Write); err != nil {
		return err
	}
	if !sc.paused.Load() {
		frames, err := w.NextOr(sc.ctx, atOnce)
		if err != nil {
			return err
		}
		for _, f := range frames {
			if err := sc.send(f); err != nil {
				return err
			}
		}
		sc.news = sc.news || len(frames) > 0
	}
	if pong := sc.pong.Swap(nil); pong != nil {
		if err := sc.control(websocket.PongMessage, []byte(*pong)); err != nil {
			return err
		}
	}
	if ping {
		if err := sc.control(websocket.PingMessage, nil); err != nil {
			return err
		}
	}
	if beat {
		sc.noteRead()
		if err := sc.send(appendMillis([]byte(`{"beat":`), sc.s.cfg.Now())); err != nil {
			return err
		}
	}
	if sc.line != nil {
		_ = sc.line.SetWriteDeadline(time.Time{}) // one that has passed would stop the fan-out
	}
	return nil
}

// noteRead notes that news were read since the last heartbeat: who stays
// connected for hours reads what comes, and leaves no other trace of it.
func (sc *screen) noteRead() {
	if !sc.news {
		return
	}
	sc.news = false
	if l, ok := sc.looks(); ok {
		if p, err := l.Picture(sc.visit.board); err == nil {
			t := audit.Trace{From: sc.visit.addr}
			edge.Sign(&t, sc.visit.handle)
			sc.s.cfg.Edge.NoteRead(t, p, false)
		}
	}
}

// audience tells who looks, by the state, the session and the clock of this
// moment.
func (sc *screen) audience() domain.Audience {
	if l, ok := sc.looks(); ok {
		return l.Audience(sc.visit.board)
	}
	return domain.Audience{}
}

// inTurn is audience for the watcher, which is used in the screen's turn only.
func (sc *screen) inTurn() domain.Audience {
	if sc.out == nil {
		return sc.audience()
	}
	if l, ok := sc.looks(); ok {
		return sc.out.audience(l, sc.visit.board)
	}
	return domain.Audience{}
}

func (sc *screen) looks() (edge.Look, bool) {
	actor, ok := sc.visit.handle.Actor()
	return edge.LookAs(sc.s.cfg.Clerk.State(), actor, sc.s.cfg.Now()), ok
}

// send writes one message. One that takes longer than the deadline is the last:
// the screen is too slow, or gone without a word.
func (sc *screen) send(message []byte) error {
	_ = sc.conn.SetWriteDeadline(time.Now().Add(sc.s.cfg.Timing.Write))
	err := sc.conn.WriteMessage(websocket.TextMessage, message)
	if err == nil {
		sc.s.metrics.sent.Inc()
	}
	return sc.failed(err)
}

func (sc *screen) control(kind int, data []byte) error {
	return sc.failed(sc.conn.WriteControl(kind, data, time.Now().Add(sc.s.cfg.Timing.Write)))
}

// finish writes what the fan-out could not write of a message without waiting,
// or tells that writing failed before.
func (sc *screen) finish(within time.Duration) error {
	if sc.fault != nil || len(sc.rest) == 0 {
		return sc.fault
	}
	_ = sc.line.SetWriteDeadline(time.Now().Add(within))
	_, err := sc.line.Write(sc.rest)
	sc.rest = nil
	return sc.failed(err)
}

// failed notes that nothing can be written any more.
func (sc *screen) failed(err error) error {
	if err == nil {
		return nil
	}
	sc.fault = err
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		sc.s.metrics.slow.Inc()
	}
	return err
}

func (sc *screen) hello() []byte {
	b := append([]byte(nil), `{"hello":{"epoch":`...)
	b = wire.AppendString(b, string(sc.visit.epoch))
	b = append(b, `,"rev":`...)
	b = strconv.AppendUint(b, uint64(sc.visit.rev), 10)
	b = append(b, `,"now":`...)
	b = strconv.AppendInt(b, sc.s.cfg.Now().UnixMilli(), 10)
	b = append(b, `,"beat":`...)
	b = strconv.AppendInt(b, sc.s.cfg.Timing.Beat.Milliseconds(), 10)
	b = wire.AppendField(b, "build", sc.s.cfg.Build)
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
