package auth

import (
	"sync"
	"time"

	"kommunebilde"
)

// Somebody who works in a draft asks for its pages again and again, and who
// guesses passwords does so too. The first time leaves a trace; the same again
// within five minutes is counted, and the count follows in one trace when the
// five minutes are over.
const (
	readsFor  = 5 * time.Minute
	readsMost = 10_000 // that are counted at a time; above, each leaves a trace
)

type reads struct {
	clock func() time.Duration
	mu    sync.Mutex
	seen  map[readKey]*counted
}

// readKey is what makes two reads the same.
type readKey struct {
	what         kommunebilde.TraceKind
	who          kommunebilde.AccountID
	from, detail string
	board        kommunebilde.BoardID
	municipality kommunebilde.MunicipalityID
	meeting      kommunebilde.MeetingID
}

type counted struct {
	first kommunebilde.Trace
	since time.Duration
	again int
}

// count tells whether a read leaves a trace now.
func (r *reads) count(t kommunebilde.Trace) bool {
	key := readKey{t.What, t.Who, t.From, t.Detail, t.Board, t.Municipality, t.Meeting}
	now := r.clock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.seen[key]; c != nil {
		c.again++
		return false
	}
	if len(r.seen) < readsMost {
		r.seen[key] = &counted{first: t, since: now}
	}
	return true
}

// over returns the counts of what is over: all of it at the end.
func (r *reads) over(all bool) (out []kommunebilde.Trace) {
	now := r.clock()
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, c := range r.seen {
		if !all && now-c.since < readsFor {
			continue
		}
		delete(r.seen, key)
		if c.again > 0 {
			c.first.Count = c.again
			out = append(out, c.first)
		}
	}
	return out
}
