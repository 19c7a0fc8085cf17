package auth

import (
	"net/netip"
	"sync"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

// Somebody who works in a draft asks for its pages again and again, and one who
// guesses passwords does so too. The first time leaves a trace; the same again
// within five minutes is counted, and the count follows in one trace when the
// five minutes are over.
//
// Someone who is refused a log-in is nobody yet: they leave as many such traces as they
// have addresses, and would fill the disk, and the queue, in which what is done
// must find room. So only some are told by their address at a time; what comes
// above is counted by account, wherever it comes from.
const (
	readsFor    = 5 * time.Minute
	readsMost   = 10_000 // that are counted at a time; above, each leaves a trace
	refusalsOwn = 500    // refused log-ins that are told by their address at a time
)

type reads struct {
	clock    func() time.Duration
	mu       sync.Mutex
	seen     map[readKey]*counted
	refusals int // of those in seen: refused log-ins from one address
}

// readKey is what makes two reads the same.
type readKey struct {
	what         audit.Kind
	who          domain.AccountID
	from, detail string
	board        domain.BoardID
	municipality domain.MunicipalityID
	meeting      domain.MeetingID
}

type counted struct {
	first audit.Trace
	since time.Duration
	again int
	late  bool // has left no trace yet
}

// count reports whether a read leaves a trace now.
func (r *reads) count(t audit.Trace) bool {
	key := readKey{t.What, t.Who, network(t.From), t.Detail, t.Board, t.Municipality, t.Meeting}
	now := r.clock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.seen[key]; c != nil {
		c.again++
		return false
	}
	if key.refusal() {
		if r.refusals >= refusalsOwn || len(r.seen) >= readsMost {
			r.more(t, now)
			return false
		}
		r.refusals++
	}
	if len(r.seen) < readsMost {
		r.seen[key] = &counted{first: t, since: now}
	}
	return true
}

// more counts a refused log-in above those that are told by their address. r.mu
// is held.
func (r *reads) more(t audit.Trace, now time.Duration) {
	t.From, t.Detail = "", "many"
	key := readKey{what: t.What, who: t.Who, detail: t.Detail}
	if c := r.seen[key]; c != nil {
		c.again++
	} else {
		r.seen[key] = &counted{first: t, since: now, late: true}
	}
}

// refusal reports whether it is of refused log-ins from one address.
func (k readKey) refusal() bool { return k.what == audit.LoginRefused && k.from != "" }

// network returns the address that a trace is counted by: somebody's IPv6
// addresses are a whole /64.
func network(addr string) string {
	a, err := netip.ParseAddr(addr)
	if err != nil || !a.Is6() {
		return addr
	}
	p, err := a.Prefix(64)
	if err != nil {
		return addr
	}
	return p.Addr().String()
}

// over returns the counts of what is over: all of it at the end.
func (r *reads) over(all bool) (out []audit.Trace) {
	now := r.clock()
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, c := range r.seen {
		if !all && now-c.since < readsFor {
			continue
		}
		delete(r.seen, key)
		if key.refusal() {
			r.refusals--
		}
		if c.again > 0 || c.late {
			c.first.Count = c.again
			out = append(out, c.first)
		}
	}
	return out
}
