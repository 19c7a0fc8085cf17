package auth

import (
	"context"
	"slices"
	"sync"
)

// turns lets a few at a time hash a password. Those who are known go before all
// who are not, so that they wait for what is being hashed now and for each
// other, never for a queue of guesses.
type turns struct {
	mu          sync.Mutex
	free        int
	first, rest []chan struct{}
}

func newTurns(n int) *turns { return &turns{free: n} }

// take waits for a turn, or for ctx to end. A turn is given back with give.
func (t *turns) take(ctx context.Context, known bool) error {
	t.mu.Lock()
	if t.free > 0 {
		t.free--
		t.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	queue := t.queue(known)
	*queue = append(*queue, turn)
	t.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := slices.Index(*queue, turn); i >= 0 {
		*queue = slices.Delete(*queue, i, i+1)
	} else {
		t.pass() // it came at the same moment
	}
	return ctx.Err()
}

func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pass()
}

func (t *turns) queue(known bool) *[]chan struct{} {
	if known {
		return &t.first
	}
	return &t.rest
}

// pass gives a turn to who is next. t.mu is held.
func (t *turns) pass() {
	for _, queue := range []*[]chan struct{}{&t.first, &t.rest} {
		if q := *queue; len(q) > 0 {
			close(q[0])
			*queue = slices.Delete(q, 0, 1)
			return
		}
	}
	t.free++
}
