package auth

import (
	"container/list"
	"sync"
	"time"

	"kommunebilde"
)

// throttle tells how long a log-in attempt has to wait. Wrong passwords count
// three ways, and the longest delay holds:
//
//   - account and address together: from the fourth, ¼ s, doubling to 8 s;
//   - account, from anywhere: from the eleventh, doubling to 4 s, but not for an
//     address that the account signed in from before, so that an attacker from
//     elsewhere does not hold its owner up;
//   - address, any account: from the thirty-first (an office sits behind one
//     address), doubling to 4 s.
//
// Nobody is ever locked out. Counts halve every ten minutes. At most 10,000 keys
// are kept, the least recently used goes first. At most 50 attempts of one
// address and 500 in all wait or are tried at the same time.
type throttle struct {
	clock func() time.Duration

	mu      sync.Mutex
	entries map[throttleKey]*list.Element
	order   *list.List // of *throttleEntry, most recently used first
	waiting map[string]int
	total   int
}

const (
	throttleKeys  = 10_000
	throttleHalf  = 10 * time.Minute
	perAddress    = 50
	inAll         = 500
	firstDelay    = 250 * time.Millisecond
	freePair      = 3
	freeAccount   = 10
	freeAddress   = 30
	longestPair   = 8 * time.Second
	longestSingle = 4 * time.Second
)

type throttleKey struct {
	account kommunebilde.AccountID // "" for an address alone
	addr    string                 // "" for an account alone
}

type throttleEntry struct {
	key   throttleKey
	wrong float64
	at    time.Duration
	known bool // of a pair: this account signed in from this address before
}

func newThrottle(clock func() time.Duration) *throttle {
	return &throttle{
		clock:   clock,
		entries: map[throttleKey]*list.Element{},
		order:   list.New(),
		waiting: map[string]int{},
	}
}

// enter admits an attempt and returns how long it waits first; ok is false when
// too many are waiting. An admitted attempt calls leave when it is over.
func (t *throttle) enter(account kommunebilde.AccountID, addr string) (wait time.Duration, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiting[addr] >= perAddress || t.total >= inAll {
		return 0, false
	}
	t.waiting[addr]++
	t.total++
	pair := t.peek(throttleKey{account, addr})
	wait = delay(pair.wrong, freePair, longestPair)
	if !pair.known {
		wait = max(wait, delay(t.peek(throttleKey{account: account}).wrong, freeAccount, longestSingle))
	}
	return max(wait, delay(t.peek(throttleKey{addr: addr}).wrong, freeAddress, longestSingle)), true
}

func (t *throttle) leave(addr string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total--
	if t.waiting[addr]--; t.waiting[addr] <= 0 {
		delete(t.waiting, addr)
	}
}

// wrong counts a wrong password.
func (t *throttle) wrong(account kommunebilde.AccountID, addr string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, key := range []throttleKey{{account, addr}, {account: account}, {addr: addr}} {
		t.use(key).wrong++
	}
}

// right forgets what the account got wrong from this address, and remembers the
// address as one of its own.
func (t *throttle) right(account kommunebilde.AccountID, addr string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	pair := t.use(throttleKey{account, addr})
	wrong := pair.wrong
	pair.wrong, pair.known = 0, true
	for _, key := range []throttleKey{{account: account}, {addr: addr}} {
		e := t.use(key)
		e.wrong = max(0, e.wrong-wrong)
	}
}

func delay(wrong float64, free int, longest time.Duration) time.Duration {
	over := int(wrong) - free
	if over < 0 {
		return 0
	}
	return min(longest, firstDelay<<min(over, 16))
}

// peek returns an entry as it is now, without making one.
func (t *throttle) peek(key throttleKey) throttleEntry {
	if el := t.entries[key]; el != nil {
		e := *el.Value.(*throttleEntry)
		e.fade(t.clock())
		return e
	}
	return throttleEntry{}
}

// use returns an entry to change, made if need be, and faded.
func (t *throttle) use(key throttleKey) *throttleEntry {
	now := t.clock()
	el := t.entries[key]
	if el == nil {
		if t.order.Len() >= throttleKeys {
			last := t.order.Back()
			delete(t.entries, last.Value.(*throttleEntry).key)
			t.order.Remove(last)
		}
		el = t.order.PushFront(&throttleEntry{key: key, at: now})
		t.entries[key] = el
	}
	t.order.MoveToFront(el)
	e := el.Value.(*throttleEntry)
	e.fade(now)
	return e
}

func (e *throttleEntry) fade(now time.Duration) {
	for e.wrong > 0 && now-e.at >= throttleHalf {
		e.wrong /= 2
		e.at += throttleHalf
		if e.wrong < 0.5 {
			e.wrong = 0
		}
	}
	if e.wrong == 0 {
		e.at = now
	}
}
