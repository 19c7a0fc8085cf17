package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kommunebilde/domain"
)

// Options is what a Clerk needs. Registerer may be nil.
type Options struct {
	Journal    domain.Journal
	Now        func() time.Time
	Salt       func() domain.Salt // random bytes, for texts
	Log        *slog.Logger
	Registerer prometheus.Registerer

	// Encode writes the frame that brings a screen from a revision of the
	// board to the picture. It is called by several goroutines at once, once
	// for each group, board, audience and position. Nothing (nil) means that
	// the audience sees no difference.
	Encode func(p domain.Picture, after domain.Revision) []byte

	// RingBytes bounds what one board's ring holds; zero is DefaultRingBytes.
	RingBytes int
}

// Sizes of what is bounded.
const (
	DefaultRingBytes = 8 << 20
	queueLength      = 1024
)

// Clerk keeps the journal. Its methods may be called by any number of
// goroutines.
//
// One goroutine, run, is the only writer of the journal, of the state pointer and of
// the rings' steps, and alone touches the fields listed as its own; they need no lock.
// Callers reach it through the queue and wait for the outcome on the job's own channel.
// They read the state through its atomic pointer: a state is never changed once it is
// there. gate is held for reading while a job is put in the queue, and for writing by
// Close, so that nothing is put in a queue that is closed.
type Clerk struct {
	o       Options
	metrics *metrics
	hub     *hub
	state   atomic.Pointer[domain.State]
	failure atomic.Pointer[error]
	full    atomic.Pointer[error]

	gate   sync.RWMutex // held for reading while a command is queued
	closed bool
	queue  chan *job
	done   chan struct{}

	// Of the one goroutine:
	boards   map[domain.BoardID]domain.Board // as staff sees them
	rests    bool                            // the live picture does
	requests *requests
	shown    []*ring                      // with steps that the screens are not woken for yet
	due      map[domain.BoardID]time.Time // when a board next changes by the clock alone
	clock    time.Time                    // when due was last looked at
	timer    *time.Timer
}

// Open replays the journal and starts the Clerk. When it returns, the state is
// that of the journal's head. The journal must be used by nobody else.
func Open(ctx context.Context, o Options) (*Clerk, error) {
	if o.RingBytes == 0 {
		o.RingBytes = DefaultRingBytes
	}
	c := &Clerk{
		o:        o,
		hub:      newHub(o),
		queue:    make(chan *job, queueLength),
		done:     make(chan struct{}),
		boards:   map[domain.BoardID]domain.Board{},
		requests: newRequests(),
		due:      map[domain.BoardID]time.Time{},
		timer:    time.NewTimer(time.Hour),
	}
	var err error
	if c.metrics, err = newMetrics(o.Registerer); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	c.hub.metrics = c.metrics
	if err := c.replay(ctx); err != nil {
		c.timer.Stop()
		return nil, fmt.Errorf("replay: %w", err)
	}
	go c.run()
	return c, nil
}

// State returns the state that everybody may read: all of it is durable.
func (c *Clerk) State() *domain.State { return c.state.Load() }

// Failed returns why nothing more is written, nil while all is well. After a
// failed write the outcome is unknown, so that only a restart helps; the
// picture stays readable.
func (c *Clerk) Failed() error {
	if err := c.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// Full returns why the last group was refused for want of room, nil once one was
// kept again. Nothing of it was written, commands are still judged, and the next
// may be kept.
func (c *Clerk) Full() error {
	if err := c.full.Load(); err != nil {
		return *err
	}
	return nil
}

// Close takes no more commands, finishes those it has, tells the watchers and
// returns. Commands after it are refused. It does not close the journal.
func (c *Clerk) Close(ctx context.Context) error {
	c.gate.Lock()
	if !c.closed {
		c.closed = true
		close(c.queue)
	}
	c.gate.Unlock()
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close the clerk: %w", ctx.Err())
	}
}

// run is the Clerk's one goroutine.
func (c *Clerk) run() {
	defer close(c.done)
	defer c.hub.close()
	defer c.timer.Stop()
	c.sleep()
	for {
		select {
		case j, ok := <-c.queue:
			if !ok {
				return
			}
			c.commit(j)
		case <-c.timer.C:
			c.tick()
		}
	}
}

// fail ends all writing. The picture stays.
func (c *Clerk) fail(err error) {
	c.failure.Store(&err)
	c.full.Store(nil)
	c.metrics.failed.Set(1)
	c.metrics.full.Set(0)
	c.o.Log.LogAttrs(context.Background(), slog.LevelError, "storage failed, no more writes",
		slog.Uint64("revision", uint64(c.State().Head().Revision)), slog.Any("error", err))
	c.hub.whisperAll(storageKind, []byte(`{"storage":"failed"}`))
}

// lacksRoom tells everybody that nothing can be saved now.
func (c *Clerk) lacksRoom(err error) {
	if c.full.Swap(&err) != nil {
		return
	}
	c.metrics.full.Set(1)
	c.hub.whisperAll(storageKind, []byte(`{"storage":"full"}`))
}

// hasSpace takes back what lacksRoom told. A screen that was away meanwhile
// still shows it, so that those who come later hear of it too.
func (c *Clerk) hasSpace() {
	if c.full.Swap(nil) == nil {
		return
	}
	c.metrics.full.Set(0)
	c.o.Log.LogAttrs(context.Background(), slog.LevelInfo, "storage has room again")
	c.hub.whisperAll(storageKind, []byte(`{"storage":"ok"}`))
}

// storageKind is the kind of the ephemeral frame that tells every screen, those
// that come later too, whether changes are saved: "failed" (never again before a
// restart), "full" (not now, a later one may be), "ok" (again).
const storageKind = "storage"

func unavailable(msg string, cause error) error {
	return &domain.Error{Code: domain.Unavailable, Msg: msg, Err: cause}
}

// ErrClosed: the Clerk was closed; the screen shall come back after a restart.
var ErrClosed = errors.New("clerk closed")
