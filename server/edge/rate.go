package edge

import (
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/time/rate"

	"kommunebilde/domain"
)

// rates bound what an account asks for: it may spend so much at once, and gets it
// back with time. It is the account's and not the address's, since an office sits
// behind one; and its programs have a share of their own, so that one that runs
// wild leaves the person who owns it theirs.
type rates struct {
	most Rates

	mu    sync.Mutex // guards what follows, and each spender's limiters
	by    map[spender]*spent
	swept time.Time
}

// Rates are what an account may ask for.
type Rates struct{ Commands, Reads Bound }

// Bound is how much may be spent at once, and how much comes back in a second.
type Bound struct {
	Burst  int
	Second float64
}

func (b Bound) limiter() *rate.Limiter { return rate.NewLimiter(rate.Limit(b.Second), b.Burst) }

type spender struct {
	who     domain.AccountID
	program bool
}

// spent is what is left to a spender.
type spent struct {
	commands, reads *rate.Limiter
	told            bool // the log has its line
}

// RatesOf bounds an account by its changes a second. What people do stays far
// below: an office may share an account on forty screens, which all read a page
// at each change.
func RatesOf(changes int) Rates {
	return Rates{
		Commands: Bound{Burst: 5 * changes, Second: float64(changes)},
		Reads:    Bound{Burst: 100 * changes, Second: 10 * float64(changes)},
	}
}

func newRates(most Rates) *rates { return &rates{most: most, by: map[spender]*spent{}} }

// take spends one command or read. first tells that it is the first that is
// refused since the spender had everything.
func (r *rates) take(who spender, command bool, now time.Time) (ok, first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep(now)
	s := r.by[who]
	if s == nil {
		s = &spent{commands: r.most.Commands.limiter(), reads: r.most.Reads.limiter()}
		r.by[who] = s
	}
	left := s.reads
	if command {
		left = s.commands
	}
	if left.AllowN(now, 1) {
		return true, false
	}
	first = !s.told
	s.told = true
	return false, first
}

// sweep forgets, every ten seconds, who has everything.
func (r *rates) sweep(now time.Time) {
	if now.Sub(r.swept) < 10*time.Second {
		return
	}
	r.swept = now
	for who, s := range r.by {
		if full(s.commands, now) && full(s.reads, now) {
			delete(r.by, who)
		}
	}
}

func full(l *rate.Limiter, now time.Time) bool { return l.TokensAt(now) >= float64(l.Burst()) }

// spend refuses who asks for too much. Sockets are bounded by their number, and
// nothing keeps anybody from logging out.
func (k *Call) spend() error {
	if k.Handle == nil || k.route.Socket || k.route.Free {
		return nil
	}
	who := spender{k.Handle.Account(), k.Bearer}
	ok, first := k.e.rates.take(who, changes(k.c.Method()), time.Now())
	if first {
		k.e.cfg.Log.Warn("account asks for too much", "account", string(who.who), "program", who.program, "route", k.pattern(), "request_id", k.ID)
	}
	if ok {
		return nil
	}
	return Error(fiber.StatusTooManyRequests, "http.rate", nil)
}
