package auth

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

// TraceStore keeps the audit log. Its methods return when the change is
// durable; the errors of AppendTraces are those of a Journal's Append. See
// storage.Store.
type TraceStore interface {
	TraceEnds() (gone, last audit.End, err error)
	AppendTraces([]audit.Trace) error
	Traces(before audit.Seq, n int) ([]audit.Trace, error)
}

const (
	trailQueue  = 4096                  // traces that wait to be written, at most
	trailGather = 20 * time.Millisecond // between two groups: the meeting's commits come in between
	trailSoon   = 2 * time.Second       // within which what nobody waits for is written, or tried again
)

// KeepTraces is how long the audit log goes back if nobody sets it.
const KeepTraces = 730 * 24 * time.Hour

// Trail is the audit log: one goroutine seals what is left and writes it in
// groups. Nothing that reads ever waits for it, see [Trail.Note].
type Trail struct {
	store TraceStore
	log   *slog.Logger
	now   func() time.Time
	keep  time.Duration
	reads *reads
	looks *looks

	mu      sync.Mutex
	queue   []*step
	lost    int   // that did not fit in the queue
	failed  error // of the last write, nil after one that succeeded
	gap     bool  // one is in the queue
	head    audit.End
	closed  bool
	wake    chan struct{} // one slot: somebody waits for what is in the queue
	quit    chan struct{}
	stopped chan struct{}

	// Of the goroutine alone.
	last   audit.End
	lastAt time.Time
}

// step is a trace on its way, and the goroutine's once it is in the queue. done
// is nil if nobody waits.
type step struct {
	trace audit.Trace
	done  chan error
}

func newTrail(store TraceStore, o Options) (*Trail, error) {
	t := &Trail{
		store: store, log: o.Log, now: o.Now, keep: o.Keep, reads: &reads{clock: o.Monotonic, seen: map[readKey]*counted{}}, looks: newLooks(o.Monotonic),
		wake: make(chan struct{}, 1), quit: make(chan struct{}), stopped: make(chan struct{}),
	}
	var err error
	if _, t.last, err = store.TraceEnds(); err != nil {
		return nil, err
	}
	t.head = t.last
	newest, err := store.Traces(t.last.Seq+1, 1)
	if err != nil {
		return nil, err
	}
	for _, s := range newest {
		one, err := audit.Open(s.Prev, s.Hash, s.Body)
		if err != nil {
			return nil, err
		}
		t.lastAt = one.At
	}
	go t.run()
	return t, nil
}

// Leave writes a trace and returns when it is on the disk. With an error it is
// not; it is written as soon as anything can be, unless it is of an export,
// which is then not given away.
func (t *Trail) Leave(ctx context.Context, trace audit.Trace) error {
	trace.At = t.now()
	done := make(chan error, 1)
	if !t.put(&step{trace: trace, done: done}) {
		return unavailable("audit.unwritten", errTrailFull)
	}
	select {
	case t.wake <- struct{}{}:
	default:
	}
	select {
	case err := <-done:
		if err != nil {
			return unavailable("audit.unwritten", err)
		}
		return nil
	case <-ctx.Done():
		return unavailable("audit.unwritten", ctx.Err())
	}
}

// Note has a trace written soon, and never waits. The same again within five
// minutes is counted only, or not even that, see reads and looks; but each change
// of name is told: none is the same as another.
func (t *Trail) Note(trace audit.Trace) {
	trace.At = t.now()
	if isLook(trace.What) {
		if t.looks.first(trace) && !t.put(&step{trace: trace}) {
			t.looks.forget(trace)
		}
		return
	}
	if trace.Names != nil || t.reads.count(trace) {
		t.put(&step{trace: trace})
	}
}

// Failed returns why nothing can be written at the moment, nil if it can.
func (t *Trail) Failed() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}

// Head returns the last trace that is on the disk: what is given away names it, so
// that nobody can rewrite the log unnoticed.
func (t *Trail) Head() audit.End {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.head
}

// Lost returns how many traces found no room in the queue since the start.
func (t *Trail) Lost() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lost
}

var errTrailFull = errors.New("too many traces wait, or none are taken any more")

func (t *Trail) put(s *step) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || len(t.queue) >= trailQueue {
		t.lost++
		return false
	}
	t.queue = append(t.queue, s)
	return true
}

// end has the goroutine write what waits, and stop.
func (t *Trail) end() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	close(t.quit)
}

func (t *Trail) run() {
	defer close(t.stopped)
	soon, daily := time.NewTicker(trailSoon), time.NewTicker(24*time.Hour)
	defer soon.Stop()
	defer daily.Stop()
	t.prune()
	for {
		select {
		case <-t.wake:
		case <-soon.C:
			t.take(t.reads.over(false))
			t.looks.tidy()
		case <-daily.C:
			t.prune()
		case <-t.quit:
			t.take(t.reads.over(true))
			t.write()
			return
		}
		if t.write() {
			select {
			case <-time.After(trailGather):
			case <-t.quit:
			}
		}
	}
}

// take puts counted repetitions into the queue.
func (t *Trail) take(traces []audit.Trace) {
	for _, trace := range traces {
		trace.At = t.now()
		t.mu.Lock()
		if len(t.queue) < trailQueue { // also while closing
			t.queue = append(t.queue, &step{trace: trace})
		} else {
			t.lost++
		}
		t.mu.Unlock()
	}
}

// write writes what is in the queue, group by group, and reports whether there
// was anything.
func (t *Trail) write() bool {
	for wrote := false; ; wrote = true {
		t.mu.Lock()
		n := min(len(t.queue), domain.MaxGroupCount)
		group := t.queue[:n:n]
		t.queue = t.queue[n:]
		t.mu.Unlock()
		if n == 0 {
			return wrote
		}
		if err := t.append(group); err != nil {
			t.fail(group, err)
			return true
		}
		t.mu.Lock()
		if t.failed != nil {
			t.log.Info("the audit log is written again")
		}
		t.failed, t.gap = nil, false
		t.mu.Unlock()
		for _, s := range group {
			if s.done != nil {
				s.done <- nil
			}
		}
	}
}

// append seals a group and stores it. What cannot be sealed is a fault of the
// caller: it alone is refused.
func (t *Trail) append(group []*step) error {
	end, at := t.last, t.lastAt
	var sealed []audit.Trace
	for _, s := range group {
		one, err := audit.Seal(end, at, s.trace)
		if err != nil {
			t.log.Error("trace not written", "error", err)
			if s.done != nil {
				s.done <- err
				s.done = nil
			}
			continue
		}
		end, at = one.End(), one.At
		sealed = append(sealed, one)
	}
	if len(sealed) == 0 {
		return nil
	}
	if err := t.store.AppendTraces(sealed); err != nil {
		return err
	}
	t.last, t.lastAt = end, at
	t.mu.Lock()
	defer t.mu.Unlock()
	t.head = end
	return nil
}

// fail tells whoever waits, and still keeps what happened for the next
// attempt, behind a trace of the gap.
func (t *Trail) fail(group []*step, err error) {
	var again []*step
	for _, s := range group {
		withdrawn := s.done != nil && (s.trace.What == audit.Export || s.trace.What == audit.Snapshot)
		if s.done != nil {
			s.done <- err
			s.done = nil
		}
		if !withdrawn {
			again = append(again, s)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed == nil {
		t.log.Error("the audit log cannot be written", "error", err)
	}
	if !t.gap {
		again = append([]*step{{trace: audit.Trace{What: audit.Gap, At: t.now()}}}, again...)
	}
	t.failed, t.gap = err, true
	t.queue = append(again, t.queue...)
}
