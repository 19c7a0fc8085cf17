package live

import (
	"sync"
	"time"

	"kommunebilde/domain"
)

// pace is the shortest time between two frames to the same screen: changes that
// come closer are joined. The first after a pause goes out at once.
const pace = 25 * time.Millisecond

// maxWhispers bounds the kinds of ephemeral frames that a board remembers.
const maxWhispers = 64

// step is one commit group on one board, or a moment from which the board looks
// different by the clock alone.
type step struct {
	seq       uint64
	prev, rev domain.Revision // of the board
	state     *domain.State
	redacted  int // how many redactions there were, this one included
	size      int
	at        time.Time // of a tick
	tick      []byte
	loud      bool // the tick is for all, whatever their own pictures do by the clock
}

// ring holds a board's newest steps, bounded in bytes, and what screens see of
// the newest that is released. Steps are released at most once per pace.
//
// One goroutine writes steps: the Clerk's, by push. Releasing also happens in the
// ring's own timer, which is armed at most once. Any number of watchers read, each in
// its own goroutine: look copies what it needs under mu, and everything it returns is
// never changed afterwards but a sight, which has a lock of its own. A watcher waits on
// the wake channel that it was given under mu. Release closes that channel and puts a
// new one in its place, also under mu, so that no watcher can miss a release between
// looking and waiting.
//
// A step that was pushed out of the ring stays alive as long as a watcher or a sight
// refers to it: nothing is freed by hand. A watcher whose step is gone resyncs.
type ring struct {
	hub   *hub
	board domain.BoardID

	mu       sync.Mutex
	steps    []*step // oldest first, never empty once the board is open
	bytes    int
	sight    *sight        // of the newest released step
	ticked   *step         // the newest tick that is released
	loud     *step         // the newest that is for all
	wake     chan struct{} // closed when something is released
	dirty    bool          // something waits for its release
	armed    bool
	released time.Time
	closed   bool

	whispers map[string]whisper
	spoken   uint64 // counts whispers
}

// whisper is an ephemeral frame: it has no revision and is not stored.
type whisper struct {
	n     uint64
	frame Frame
	to    func(domain.Audience) bool // nil: everybody
}

// push appends a step. Screens see it once the ring is stirred.
func (r *ring) push(s step, redacted bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.steps); n > 0 {
		s.seq, s.redacted = r.steps[n-1].seq+1, r.steps[n-1].redacted
	}
	if redacted {
		s.redacted++
	}
	r.steps = append(r.steps, &s)
	r.bytes += s.size
	for r.bytes > r.hub.limit && len(r.steps) > 1 {
		r.bytes -= r.steps[0].size
		r.steps[0] = nil
		r.steps = r.steps[1:]
	}
	r.dirty = true
	if r.sight == nil {
		r.release()
	}
}

// wakeUp shows the screens what was pushed. hold tells that more will follow at
// once, so that they need not be woken for this alone.
func (r *ring) wakeUp(hold bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stir(hold)
}

// stir releases now, or at the end of the pace. r.mu is held.
func (r *ring) stir(hold bool) {
	wait := pace - time.Since(r.released)
	if wait <= 0 && !hold {
		r.release()
		return
	}
	if wait <= 0 {
		wait = pace
	}
	if !r.armed && !r.closed {
		r.armed = true
		time.AfterFunc(wait, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.armed = false
			r.release()
		})
	}
}

// release shows what was pushed and wakes the screens. r.mu is held.
func (r *ring) release() {
	if !r.dirty || r.closed {
		return
	}
	r.dirty = false
	r.released = time.Now()
	if n := len(r.steps); n > 0 && (r.sight == nil || r.sight.step != r.steps[n-1]) {
		for i := n - 1; i >= 0 && (r.sight == nil || r.steps[i].seq > r.sight.step.seq); i-- {
			r.keepTick(r.steps[i])
		}
		r.sight = newSight(r.hub, r.board, r.steps[n-1])
	}
	close(r.wake)
	r.wake = make(chan struct{})
}

// keepTick keeps the newest tick, and the newest that is for all. r.mu is held.
func (r *ring) keepTick(s *step) {
	if s.tick != nil && (r.ticked == nil || s.seq > r.ticked.seq) {
		r.ticked = s
	}
	if s.loud && (r.loud == nil || s.seq > r.loud.seq) {
		r.loud = s
	}
}

// whisper keeps the last frame of a kind and sends it; no frame forgets the
// kind.
func (r *ring) whisper(kind string, f Frame) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f == nil {
		delete(r.whispers, kind)
		return
	}
	if _, known := r.whispers[kind]; !known && len(r.whispers) >= maxWhispers {
		return
	}
	r.spoken++
	r.whispers[kind] = whisper{r.spoken, f, hears(kind)}
	r.dirty = true
	r.stir(false)
}

// recheck wakes the screens without news.
func (r *ring) recheck() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dirty = true
	r.release()
}

// close shows what is left and lets every watcher end.
func (r *ring) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.release()
	r.closed = true
	close(r.wake)
}

// hub has the rings of all boards.
type hub struct {
	encode  func(domain.Picture, domain.Revision) []byte
	now     func() time.Time
	limit   int // bytes of steps per ring, and of encoded frames
	metrics *metrics

	mu    sync.RWMutex
	rings map[domain.BoardID]*ring
}

func newHub(o Options) *hub {
	return &hub{encode: o.Encode, now: o.Now, limit: o.RingBytes / 2, rings: map[domain.BoardID]*ring{}}
}

// ring returns a board's ring, nil if there is none.
func (h *hub) ring(b domain.BoardID) *ring {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.rings[b]
}

// push appends a step to a board's ring and returns it. A new ring is shown to
// others only once it has its first step.
func (h *hub) push(b domain.BoardID, s step, redacted bool) *ring {
	r := h.ring(b)
	if r != nil {
		r.push(s, redacted)
		return r
	}
	r = &ring{hub: h, board: b, wake: make(chan struct{}), whispers: map[string]whisper{}}
	r.push(s, redacted)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rings[b] = r
	return r
}

func (h *hub) each(f func(*ring)) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, r := range h.rings {
		f(r)
	}
}

func (h *hub) close() { h.each((*ring).close) }

func (h *hub) whisperAll(kind string, f Frame) { h.each(func(r *ring) { r.whisper(kind, f) }) }
