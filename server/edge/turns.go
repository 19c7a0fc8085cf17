package edge

import (
	"context"
	"runtime"
	"sync"

	"github.com/gofiber/fiber/v2"

	"kommunebilde/domain"
)

// turns have reads of boards made a few at a time. What is kept for everybody is
// given at the door; the rest is made for one reader alone, as often as they
// like, and must not hold up a meeting. Commands go ahead of all reads; strangers
// leave some of the processors to those who are signed in, and an account leaves turns
// to the others.
//
// A turn is a place in a channel: taken by sending, given back by receiving, in the
// goroutine of the request that has it. An account's share is taken before a reader's
// turn, so that those who wait for their own share hold no turn.
type turns struct {
	readers, strangers chan struct{} // one for each answer that is being made

	mu sync.Mutex
	by map[domain.AccountID]*share
}

// share is what an account has of the readers' turns.
type share struct {
	users int // those who have or wait for one of them; guarded by turns.mu
	room  chan struct{}
}

func newTurns() *turns {
	n := runtime.GOMAXPROCS(0)
	return &turns{
		readers: make(chan struct{}, 2*n), strangers: make(chan struct{}, max(1, n/2)),
		by: map[domain.AccountID]*share{},
	}
}

// take waits for a turn of an account, "" for a stranger. give must be called if
// err is nil.
func (t *turns) take(ctx context.Context, who domain.AccountID) (give func(), err error) {
	if who == "" {
		return enter(ctx, t.strangers)
	}
	own, leave := t.share(who)
	first, err := enter(ctx, own)
	if err != nil {
		leave()
		return nil, err
	}
	second, err := enter(ctx, t.readers)
	if err != nil {
		first()
		leave()
		return nil, err
	}
	return func() { second(); first(); leave() }, nil
}

func (t *turns) share(who domain.AccountID) (room chan struct{}, leave func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.by[who]
	if s == nil {
		s = &share{room: make(chan struct{}, cap(t.readers)/2)}
		t.by[who] = s
	}
	s.users++
	return s.room, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if s.users--; s.users == 0 {
			delete(t.by, who)
		}
	}
}

// accounts returns how many accounts have a turn or wait for one.
func (t *turns) accounts() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.by)
}

func enter(ctx context.Context, room chan struct{}) (leave func(), err error) {
	select {
	case room <- struct{}{}:
		return func() { <-room }, nil
	case <-ctx.Done():
		return nil, Error(fiber.StatusServiceUnavailable, "http.busy", ctx.Err())
	}
}

// inTurn has a handler wait for its turn, if it reads a board.
func inTurn(handle func(*Call) error) func(*Call) error {
	return func(k *Call) error {
		if k.Board == "" || k.route.Socket || changes(k.c.Method()) {
			return handle(k)
		}
		give, err := k.e.turns.take(k.ctx, k.Actor.ID)
		if err != nil {
			return err
		}
		defer give()
		return handle(k)
	}
}
