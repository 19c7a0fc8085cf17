package screens

import (
	"encoding/binary"
	"errors"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"syscall"
	"time"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
	"kommunebilde/server/live"
)

// fans send news to screens. A board with screens has a few goroutines, each of
// which writes to one screen after the other and waits for none: to wake a
// goroutine for each screen costs as much as to write the message.
//
// Who may do what:
//
//   - A fan's goroutine is woken by the ring (live.Clerk.Woken) and offers news to each of
//     its screens. It never waits for a screen: not for its turn, which it only tries to
//     take, and not for its line, whose rest it leaves to the screen's writer. So a screen
//     that does not read delays nobody else.
//   - join and leave may be called from any goroutine. A screen that has joined gets what is
//     published from then on; what was published before, its writer must look for. After
//     leave the goroutine may still hold the screen for the rest of one round: the screen's
//     turn, not the list, decides who uses its connection.
//   - Bytes of a frame are the ring's and are shared by all screens: nobody writes to them.
//     The framed copy is the round's (outlet.wires) and is dropped at its end.
//   - A fan is made with a board's screen and ends with its last one; nothing else ends it.
type fans struct {
	mu sync.Mutex                // guards by, and all fields of each fan
	by map[domain.BoardID][]*fan // at most GOMAXPROCS of a board
}

// fan serves some of a board's screens. Its fields are guarded by fans.mu; its goroutine
// works on a copy of screens, which it renews when version has changed.
type fan struct {
	board   domain.BoardID
	screens []*screen
	version int           // counts changes of screens
	empty   chan struct{} // closed when its last screen has left
}

// join adds a screen to the fan of its board that has the fewest. leave must be called once,
// at the end.
func (f *fans) join(sc *screen) (leave func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	board := sc.visit.board
	if f.by == nil {
		f.by = map[domain.BoardID][]*fan{}
	}
	if len(f.by[board]) < runtime.GOMAXPROCS(0) {
		one := &fan{board: board, empty: make(chan struct{})}
		f.by[board] = append(f.by[board], one)
		go f.run(sc.s, one)
	}
	fewest := slices.MinFunc(f.by[board], func(a, b *fan) int { return len(a.screens) - len(b.screens) })
	fewest.screens = append(fewest.screens, sc)
	fewest.version++
	return func() { f.leave(fewest, sc) }
}

func (f *fans) leave(from *fan, sc *screen) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.Index(from.screens, sc)
	last := len(from.screens) - 1
	from.screens[i], from.screens[last] = from.screens[last], nil
	from.screens = from.screens[:last]
	from.version++
	if last > 0 {
		return
	}
	close(from.empty)
	f.by[from.board] = slices.DeleteFunc(f.by[from.board], func(other *fan) bool { return other == from })
	if len(f.by[from.board]) == 0 {
		delete(f.by, from.board)
	}
}

// running returns how many fans there are.
func (f *fans) running() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, list := range f.by {
		n += len(list)
	}
	return n
}

// breath is after how many screens a fan lets others run.
const breath = 32

// run sends until the fan's last screen has left.
func (f *fans) run(s *Screens, one *fan) {
	var screens []*screen
	var out outlet
	version := 0
	out.try = out.write
	for {
		woken, more := s.cfg.Clerk.Woken(one.board)
		f.mu.Lock()
		if version != one.version {
			version, screens = one.version, append(screens[:0], one.screens...)
			clear(screens[len(screens):cap(screens)])
		}
		f.mu.Unlock()
		sent := 0
		for i, sc := range screens {
			if i%breath == breath-1 {
				runtime.Gosched()
			}
			sent += sc.offer(&out)
		}
		s.metrics.sent.Add(float64(sent))
		clear(out.wires)
		clear(out.known)
		if !more {
			woken = nil
		}
		select {
		case <-woken:
		case <-one.empty:
			return
		}
	}
}

// atOnce makes a watcher answer without waiting.
var atOnce = func() <-chan time.Time {
	c := make(chan time.Time)
	close(c)
	return c
}()

var errPanicked = errors.New("socket panicked")

// offer sends a screen what it lacks, as far as its line takes it at once, and
// leaves the rest, and all that is unusual, to its writer. It runs in the fan's
// goroutine and returns how many messages it sent.
func (sc *screen) offer(out *outlet) (sent int) {
	if sc.paused.Load() {
		return 0
	}
	if !sc.turn.TryLock() {
		sc.poke() // its writer may have looked just before
		return 0
	}
	sc.out = out
	defer func() {
		sc.out = nil
		sc.turn.Unlock()
	}()
	if sc.watcher == nil {
		return 0
	}
	if sc.raw == nil || sc.fault != nil || len(sc.rest) > 0 {
		sc.poke()
		return 0
	}
	defer func() {
		if v := recover(); v != nil {
			sc.fault = errPanicked
			sc.s.metrics.panics.Inc()
			sc.s.cfg.Log.Error("socket panicked", "error", edge.Panicked(v), "stack", string(debug.Stack()))
			sc.poke()
		}
	}()
	frames, err := sc.watcher.NextOr(sc.ctx, atOnce)
	if err != nil {
		sc.poke() // the watcher tells its writer the same
		return 0
	}
	for _, f := range frames {
		message := out.wire(f)
		if len(sc.rest) > 0 {
			sc.rest = slices.Concat(sc.rest, message)
		} else if sc.rest, sc.fault = out.send(sc.raw, message); sc.fault != nil {
			break
		}
		sent++
	}
	sc.news = sc.news || sent > 0
	if sc.fault != nil || len(sc.rest) > 0 {
		sc.poke()
	}
	return sent
}

// outlet writes without waiting. It belongs to one fan's goroutine, which lends it to a
// screen (screen.out) for that screen's turn.
type outlet struct {
	try  func(fd uintptr) bool
	left []byte
	err  error

	// What the screens of one round share.
	wires map[*byte][]byte // by a frame's first byte
	known map[edge.AudienceKey]domain.Audience
}

// audience asks the policy once for all screens of a round whose accounts have
// the same grants.
func (o *outlet) audience(l edge.Look, board domain.BoardID) domain.Audience {
	key := l.AudienceKey()
	who, ok := o.known[key]
	if !ok {
		who = l.Audience(board)
		if o.known == nil {
			o.known = map[edge.AudienceKey]domain.Audience{}
		}
		o.known[key] = who
	}
	return who
}

// wire returns a frame as it goes over the line: a whole text message,
// unmasked. Screens share it.
func (o *outlet) wire(f live.Frame) []byte {
	if len(f) == 0 {
		return []byte{0x81, 0}
	}
	b := o.wires[&f[0]]
	if b == nil {
		b = appendMessage(make([]byte, 0, len(f)+10), f)
		if o.wires == nil {
			o.wires = map[*byte][]byte{}
		}
		o.wires[&f[0]] = b
	}
	return b
}

// appendMessage appends a text message in one frame of RFC 6455, 5.2.
func appendMessage(b, text []byte) []byte {
	b = append(b, 0x81)
	switch n := len(text); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return append(b, text...)
}

// send writes what the line takes and returns what it does not. While it writes
// nobody else can, and the descriptor is not another connection's.
func (o *outlet) send(line syscall.RawConn, message []byte) (rest []byte, err error) {
	o.left, o.err = message, nil
	err = line.Write(o.try)
	rest, o.left = o.left, nil
	if err == nil {
		err = o.err
	}
	return rest, err
}

// write is what a line's descriptor is given to. It says "done" even if not all
// is written: the answer "wait" would wait.
func (o *outlet) write(fd uintptr) bool {
	for len(o.left) > 0 {
		n, err := syscall.Write(int(fd), o.left)
		switch {
		case n > 0:
			o.left = o.left[n:]
		case err == syscall.EINTR:
		case err == syscall.EAGAIN:
			return true
		default:
			o.err = err
			return true
		}
	}
	return true
}
