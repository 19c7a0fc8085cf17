package screens

import (
	"context"
	"sync"
	"sync/atomic"

	"kommunebilde/domain"
)

// socketSet counts open sockets, for limits, metrics and the end. Any goroutine may use it.
// A socket counts from enter until its leave; once close was called none enters any more,
// and wait returns when the last has left.
type socketSet struct {
	most, each int
	paused     atomic.Int64 // how many hold back
	fans       fans

	mu     sync.Mutex
	total  int
	by     map[domain.AccountID]int
	closed bool
	empty  chan struct{} // closed when closed and total is 0
}

func newSocketSet(most, each int) *socketSet {
	return &socketSet{most: most, each: each, by: map[domain.AccountID]int{}, empty: make(chan struct{})}
}

// room reports whether one more would be let in.
func (s *socketSet) room(a domain.AccountID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.closed && s.total < s.most && s.by[a] < s.each
}

// enter counts a socket until leave is called.
func (s *socketSet) enter(a domain.AccountID) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.total >= s.most || s.by[a] >= s.each {
		return nil, false
	}
	s.total++
	s.by[a]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.total--
		if s.by[a]--; s.by[a] <= 0 {
			delete(s.by, a)
		}
		if s.closed && s.total == 0 {
			close(s.empty)
		}
	}, true
}

// close lets nobody in any more.
func (s *socketSet) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		if s.total == 0 {
			close(s.empty)
		}
	}
}

// wait returns when all have left.
func (s *socketSet) wait(ctx context.Context) error {
	select {
	case <-s.empty:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// on reports whether an account has a socket now.
func (s *socketSet) on(a domain.AccountID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.by[a] > 0
}

// open returns how many there are.
func (s *socketSet) open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}
