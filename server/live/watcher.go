package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"kommunebilde/domain"
)

var (
	// ErrResync: frames cannot bring this screen up to date; it shall take the
	// snapshot and watch from there.
	ErrResync = errors.New("resync")
	// ErrGone: the board is not, or no longer, for this screen to see.
	ErrGone = errors.New("board gone")
)

// Position is what a screen has: everything up to a revision of its board.
type Position struct {
	Epoch    domain.Epoch
	Revision domain.Revision // of the board, as the screen's audience sees it

	// Audience is whose snapshot the screen has, if it is known. Another than
	// the present one resyncs.
	Audience domain.Audience
}

// Watcher is one screen's place in a board's ring. It is used by one goroutine;
// only Close may be called by another.
type Watcher struct {
	ring     *ring
	hub      *hub
	audience func() domain.Audience
	closing  sync.Once
	err      error // what ended it

	who      domain.Audience
	at       Position
	seq      uint64 // of the step it stands at
	unframed unframed
	redacted int
	heard    uint64    // whispers
	ticked   time.Time // up to when it was told what the clock does, zero: unknown
}

// Watch begins to watch a board from a position. audience is asked now and
// again before each frame; it tells who looks by the policy of that moment, and
// is best made with [domain.AudienceOf] on [Clerk.State]. What is wrong
// with the position, the first Next tells. Close must be called at the end.
func (c *Clerk) Watch(board domain.BoardID, audience func() domain.Audience, from Position) *Watcher {
	w := &Watcher{ring: c.hub.ring(board), hub: c.hub, audience: audience, at: from}
	c.metrics.watchers.Inc()
	if w.ring == nil {
		w.err = ErrGone
		return w
	}
	w.who = audience()
	w.at.Audience = w.who
	switch {
	case w.who == domain.Audience{}:
		w.err = ErrGone
	case from.Epoch != c.State().Head().Epoch:
		w.resync("epoch")
	case from.Audience != domain.Audience{} && from.Audience != w.who:
		w.resync("audience")
	default:
		w.begin()
	}
	return w
}

// begin finds the newest step that holds no more than the screen has.
func (w *Watcher) begin() {
	base, v := w.newest()
	switch {
	case !v.ok:
		w.err = ErrGone
		return
	case v.rev < w.at.Revision:
		w.resync("ahead")
		return
	case v.rev > w.at.Revision:
		if base, v = w.older(); base == nil {
			w.resync("below")
			return
		} else if !v.ok {
			w.resync("changed")
			return
		}
	}
	w.seq, w.unframed, w.redacted = base.seq, v.unframed, base.redacted
	if newest, _ := w.newest(); base == newest {
		w.ticked = w.hub.now()
	}
}

func (w *Watcher) newest() (*step, *scene) {
	w.ring.mu.Lock()
	newest, sight := w.ring.steps[len(w.ring.steps)-1], w.ring.sight
	w.ring.mu.Unlock()
	if newest == sight.step {
		return newest, sight.scene(w.who)
	}
	return newest, newScene(w.hub, w.ring.board, newest, w.who)
}

// older searches the whole ring; nil means that the screen is below it.
func (w *Watcher) older() (*step, *scene) {
	w.ring.mu.Lock()
	steps := slices.Clone(w.ring.steps)
	w.ring.mu.Unlock()
	i := sort.Search(len(steps), func(i int) bool {
		if v := newScene(w.hub, w.ring.board, steps[i], w.who); v.ok {
			return v.rev > w.at.Revision
		}
		return steps[i].rev > w.at.Revision
	}) - 1
	if i < 0 {
		return nil, nil
	}
	return steps[i], newScene(w.hub, w.ring.board, steps[i], w.who)
}

// Position returns what the screen has once it has all frames that Next gave.
func (w *Watcher) Position() Position { return w.at }

// Next returns all that the screen lacks, in order: at most one frame with
// changes, which the picture at its end is whole with, then a tick and the last
// ephemeral frame of each kind. It waits until there is something. The error is
// the context's, after which Next may be called again, or one that ends the
// watcher: ErrResync, ErrGone, or ErrClosed once the Clerk is closed and the
// screen has everything.
func (w *Watcher) Next(ctx context.Context) ([]Frame, error) { return w.NextOr(ctx, nil) }

// NextOr is Next, but it also returns, with nothing and no error, when
// something comes from stop: the time for a heartbeat, or a sign to look up.
// Waiting so costs a screen no context and no timer of its own for each frame.
func (w *Watcher) NextOr(ctx context.Context, stop <-chan time.Time) ([]Frame, error) {
	for {
		if w.err != nil {
			return nil, w.err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		now := w.ring.look(w.heard)
		frames := w.take(now)
		switch {
		case w.err != nil:
			return nil, w.err
		case len(frames) > 0:
			return frames, nil
		case now.closed:
			w.err = ErrClosed
			return nil, w.err
		}
		select {
		case <-now.wake:
		case <-stop:
			return nil, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Close ends the watcher.
func (w *Watcher) Close() { w.closing.Do(func() { w.hub.metrics.watchers.Dec() }) }

// glimpse is what a ring shows at one point in the order.
type glimpse struct {
	sight    *sight
	first    uint64 // the oldest step
	ticked   *step
	loud     *step
	whispers []whisper
	wake     <-chan struct{}
	closed   bool
}

func (r *ring) look(heard uint64) glimpse {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := glimpse{sight: r.sight, first: r.steps[0].seq, ticked: r.ticked, loud: r.loud, wake: r.wake, closed: r.closed}
	if heard < r.spoken {
		for _, w := range r.whispers {
			if w.n > heard {
				m.whispers = append(m.whispers, w)
			}
		}
		slices.SortFunc(m.whispers, func(a, b whisper) int { return int(a.n) - int(b.n) })
	}
	return m
}

// take moves the watcher to a glimpse and returns the frames on the way.
func (w *Watcher) take(m glimpse) []Frame {
	switch who := w.audience(); {
	case who == domain.Audience{}:
		w.err = ErrGone
		return nil
	case who != w.who:
		w.resync("audience")
		return nil
	}
	var out []Frame
	if m.sight.step.seq > w.seq {
		v := m.sight.scene(w.who)
		switch {
		case !v.ok:
			w.err = ErrGone
			return nil
		case w.seq < m.first:
			w.resync("below")
			return nil
		case v.unframed != w.unframed:
			w.resync("changed")
			return nil
		case m.sight.step.redacted != w.redacted:
			w.resync("redacted")
			return nil
		}
		if v.rev > w.at.Revision {
			if frame := m.sight.frame(v, w.at.Revision); len(frame) > 0 {
				out = append(out, frame)
				w.at.Revision = v.rev
			}
		}
		if m.ticked != nil && m.ticked.seq > w.seq {
			if m.loud != nil && m.loud.seq > w.seq || w.looksDifferent(v.picture, m.ticked.at) {
				out = append(out, m.ticked.tick)
			}
			w.ticked = m.ticked.at
		}
		w.seq = m.sight.step.seq
	}
	for _, whisper := range m.whispers {
		if whisper.to == nil || whisper.to(w.who) {
			out = append(out, whisper.frame)
		}
		w.heard = whisper.n
	}
	return out
}

// looksDifferent reports whether the clock alone has changed what the audience
// sees: the age of a level that is withheld is not told by a tick.
func (w *Watcher) looksDifferent(p domain.Picture, at time.Time) bool {
	next := p.NextChange(w.ticked)
	return !next.IsZero() && !next.After(at)
}

func (w *Watcher) resync(reason string) {
	w.hub.metrics.resyncs.WithLabelValues(reason).Inc()
	w.err = fmt.Errorf("%s: %w", reason, ErrResync)
}

// Ephemeral sends a frame without a revision to every screen of a board: it is
// not stored, of each kind only the last is kept, and screens that come later
// get that one first. No frame (nil) forgets the kind. Whose kind begins with
// "staff:", "others:" (all but staff) or "screen:" is for these audiences only;
// any other goes to all audiences of the board, so that it must say nothing that
// one of them may not know. How often a sender may send is the caller's affair.
func (c *Clerk) Ephemeral(board domain.BoardID, kind string, frame []byte) {
	if r := c.hub.ring(board); r != nil {
		r.whisper(kind, frame)
	}
}

// hears returns whom a kind of ephemeral frames is for, nil for everybody.
func hears(kind string) func(domain.Audience) bool {
	switch before, _, _ := strings.Cut(kind, ":"); before {
	case "staff":
		return func(a domain.Audience) bool { return a.Kind == domain.AudienceStaff }
	case "others":
		return func(a domain.Audience) bool { return a.Kind != domain.AudienceStaff }
	case "screen":
		return func(a domain.Audience) bool { return a.Kind == domain.AudienceScreen }
	}
	return nil
}

// Recheck makes every watcher ask again who looks, as when an account's rights
// have changed.
func (c *Clerk) Recheck() { c.hub.each((*ring).recheck) }

// Woken returns a channel that is closed when the watchers of a board have to
// look again, and whether that will ever be. Whoever asks for it first and has many
// watchers look then, by [Watcher.NextOr], misses nothing.
func (c *Clerk) Woken(board domain.BoardID) (woken <-chan struct{}, more bool) {
	r := c.hub.ring(board)
	if r == nil {
		return nil, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.wake, !r.closed
}
