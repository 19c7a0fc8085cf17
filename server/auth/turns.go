package auth

import (
	"context"
	"sync"
)

// turns lets a few at a time hash a password. Those who are known go before all
// who are not, so that they wait for what is being hashed now and for each
// other, never for a queue of guesses. Within each, networks take turns: see
// fair.
type turns struct {
	mu          sync.Mutex
	free        int
	first, rest fair
}

func newTurns(n int) *turns { return &turns{free: n} }

// take waits for a turn of an address, or for ctx to end. A turn is given back
// with give.
func (t *turns) take(ctx context.Context, addr string, known bool) error {
	t.mu.Lock()
	if t.free > 0 {
		t.free--
		t.mu.Unlock()
		return nil
	}
	queue := &t.rest
	if known {
		queue = &t.first
	}
	turn := queue.join(addr)
	t.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !queue.leave(addr, turn) {
		t.pass() // it came at the same moment
	}
	return ctx.Err()
}

func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pass()
}

// pass gives a turn to whoever is next. The caller holds t.mu.
func (t *turns) pass() {
	for _, queue := range []*fair{&t.first, &t.rest} {
		if turn := queue.next(); turn != nil {
			close(turn)
			return
		}
	}
	t.free++
}
