package auth

import (
	"sync"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

// Someone who has the live picture open looks at it all the time: by page, by program and
// by socket. One line tells so for each account, each board and each network it
// is read from, and there is no other for ten minutes. What is remembered for that
// is bounded: where there is no room one is forgotten, and leaves a line more.
const (
	looksFor  = 10 * time.Minute
	looksMost = 10_000
)

type looks struct {
	clock func() time.Duration
	mu    sync.Mutex
	seen  map[lookKey]time.Duration // when each left its line
}

type lookKey struct {
	what      audit.Kind
	who, whom domain.AccountID
	from      string
	board     domain.BoardID
}

func newLooks(clock func() time.Duration) *looks {
	return &looks{clock: clock, seen: map[lookKey]time.Duration{}}
}

// isLook reports whether a trace is one of a kind that is told once for a while.
func isLook(what audit.Kind) bool {
	switch what {
	case audit.LiveRead, audit.MarkingsRead, audit.AccountsRead:
		return true
	}
	return false
}

func lookOf(t audit.Trace) lookKey {
	return lookKey{t.What, t.Who, t.Whom, network(t.From), t.Board}
}

// first reports whether a look leaves a line now.
func (l *looks) first(t audit.Trace) bool {
	key, now := lookOf(t), l.clock()
	l.mu.Lock()
	defer l.mu.Unlock()
	since, known := l.seen[key]
	if known && now-since < looksFor {
		return false
	}
	if !known && len(l.seen) >= looksMost {
		for other := range l.seen {
			delete(l.seen, other)
			break
		}
	}
	l.seen[key] = now
	return true
}

// forget has the next look leave a line: this one could not.
func (l *looks) forget(t audit.Trace) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.seen, lookOf(t))
}

// tidy forgets what is over.
func (l *looks) tidy() {
	now := l.clock()
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, since := range l.seen {
		if now-since >= looksFor {
			delete(l.seen, key)
		}
	}
}
