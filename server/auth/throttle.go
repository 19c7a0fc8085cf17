package auth

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"kommunebilde"
)

// throttle tells how long a log-in attempt has to wait. Wrong passwords count
// three ways, and the longest delay holds:
//
//   - account and address together: from the fourth, ¼ s, doubling to 8 s;
//   - account, from anywhere: from the eleventh, doubling to 4 s;
//   - address, any account: from the thirty-first (an office sits behind one
//     address), doubling to 4 s.
//
// An attempt under way counts as wrong for its account until it turns out to be
// right, so that guesses made at the same time are no cheaper than those made in
// a row. It does not count for its address: when a meeting begins, hundreds sign
// in from one office at once, and each to an account of their own. Who has
// waited out the longest delay is not kept waiting here, where it would take up
// room, but told when to come back: then the attempt is tried at once.
//
// A pair of account and address that signed in before is known: only its own
// wrong passwords count, and it has room of its own. What anybody does from
// elsewhere, or with other accounts from the same office, does not hold it up.
//
// Nobody is ever locked out. Counts halve every ten minutes. At most 10,000 keys
// and 10,000 known pairs are kept, the least recently used goes first; only a
// log-in that was carried through makes a pair known, and it stays known over a
// restart as long as a session made from there. Of others than known pairs, at
// most 400 attempts of one address and 1,000 in all wait or are tried at the same
// time: each costs a waiting request, and no memory to hash in before its turn.
type throttle struct {
	clock func() time.Duration

	mu      sync.Mutex
	guesses *ledger             // by account, by address and by pairs that are not known
	known   *ledger             // by known pair, see known
	trying  map[throttleKey]int // attempts under way, by account and by pair
	waiting map[string]int      // of those, by address, without known pairs
	total   int
}

const (
	throttleKeys  = 10_000
	throttleHalf  = 10 * time.Minute
	perKnown      = 8
	perAddress    = 400
	inAll         = 1000
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

// from is a pair as it is kept with a session: it says who and where from only
// to who asks about them.
func from(pair throttleKey) kommunebilde.Hash {
	return sha256.Sum256([]byte(string(pair.account) + "\x00" + pair.addr))
}

// known is the key of a known pair in its ledger.
func known(pair throttleKey) throttleKey {
	sum := from(pair)
	return throttleKey{pair.account, string(sum[:])}
}

// knows tells whether a pair is known.
func (t *throttle) knows(pair throttleKey) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.known.has(known(pair))
}

// recall makes the pair known that a session was made from.
func (t *throttle) recall(account kommunebilde.AccountID, from kommunebilde.Hash) {
	if from == (kommunebilde.Hash{}) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known.use(throttleKey{account, string(from[:])}, t.clock())
}

// welcome makes a pair known that got in without a password.
func (t *throttle) welcome(pair throttleKey) {
	(&attempt{t: t, pair: pair, known: t.knows(pair)}).right()
}

// WaitError says that an attempt comes too early, and was not tried.
type WaitError struct {
	After time.Duration // from now, until the next attempt is
	err   error
}

func tooEarly(after time.Duration) error {
	return &WaitError{after, unavailable("login.busy", nil)}
}

// Error implements error.
func (e *WaitError) Error() string { return fmt.Sprintf("%v: wait %v", e.err, e.After) }

// Unwrap returns what a user is told.
func (e *WaitError) Unwrap() error { return e.err }

func newThrottle(clock func() time.Duration) *throttle {
	return &throttle{
		clock:   clock,
		guesses: newLedger(),
		known:   newLedger(),
		trying:  map[throttleKey]int{},
		waiting: map[string]int{},
	}
}

// attempt is one that was admitted.
type attempt struct {
	t     *throttle
	pair  throttleKey
	known bool
	wait  time.Duration // before it is tried
}

// enter admits an attempt, or refuses it: with a WaitError that says for how
// long, or because too many are waiting. An admitted attempt is left when it is
// over.
func (t *throttle) enter(account kommunebilde.AccountID, addr string) (*attempt, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := &attempt{t: t, pair: throttleKey{account, addr}}
	a.known = t.known.has(known(a.pair))
	switch {
	case a.known && t.trying[a.pair] >= perKnown:
		return nil, tooEarly(firstDelay)
	case !a.known && (t.waiting[addr] >= perAddress || t.total >= inAll):
		return nil, unavailable("login.busy", nil)
	}
	var longest bool
	if a.wait, longest = t.delay(a); longest {
		now := t.clock()
		l, key := t.place(a)
		e := l.use(key, now)
		if e.ready == 0 {
			e.ready = now + a.wait
		}
		if now < e.ready {
			return nil, tooEarly(e.ready - now)
		}
		e.ready, a.wait = 0, 0
	}
	t.count(a, 1)
	return a, nil
}

// delay returns how long an attempt has to wait, and whether none waits longer.
func (t *throttle) delay(a *attempt) (wait time.Duration, longest bool) {
	now := t.clock()
	l, key := t.place(a)
	wait = delay(l.peek(key, now).wrong+float64(t.trying[a.pair]), freePair, longestPair)
	longest = wait == longestPair
	if a.known {
		return wait, longest
	}
	account, addr := throttleKey{account: a.pair.account}, throttleKey{addr: a.pair.addr}
	single := max(
		delay(t.guesses.peek(account, now).wrong+float64(t.trying[account]), freeAccount, longestSingle),
		delay(t.guesses.peek(addr, now).wrong, freeAddress, longestSingle),
	)
	return max(wait, single), longest || single == longestSingle
}

func delay(wrong float64, free int, longest time.Duration) time.Duration {
	over := int(wrong) - free
	if over < 0 {
		return 0
	}
	return min(longest, firstDelay<<min(over, 16))
}

// place is where a pair's wrong passwords are counted.
func (t *throttle) place(a *attempt) (*ledger, throttleKey) {
	if a.known {
		return t.known, known(a.pair)
	}
	return t.guesses, a.pair
}

// count adds an attempt to those under way, or takes it away.
func (t *throttle) count(a *attempt, n int) {
	add(t.trying, a.pair, n)
	if !a.known {
		add(t.trying, throttleKey{account: a.pair.account}, n)
		add(t.waiting, a.pair.addr, n)
		t.total += n
	}
}

func add[K comparable](m map[K]int, key K, n int) {
	if m[key] += n; m[key] == 0 {
		delete(m, key)
	}
}

// leave ends an attempt.
func (a *attempt) leave() {
	a.t.mu.Lock()
	defer a.t.mu.Unlock()
	a.t.count(a, -1)
}

// wrong counts a wrong password.
func (a *attempt) wrong() {
	t := a.t
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock()
	l, key := t.place(a)
	l.use(key, now).wrong++
	for _, key := range a.singles() {
		t.guesses.use(key, now).wrong++
	}
}

// right forgets what the account got wrong from this address, and remembers the
// pair as known.
func (a *attempt) right() {
	t := a.t
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock()
	l, key := t.place(a)
	wrong := l.peek(key, now).wrong
	t.guesses.drop(a.pair)
	e := t.known.use(known(a.pair), now)
	e.wrong, e.ready = 0, 0
	for _, key := range a.singles() {
		if t.guesses.has(key) {
			e := t.guesses.use(key, now)
			e.wrong = max(0, e.wrong-wrong)
		}
	}
}

func (a *attempt) singles() [2]throttleKey {
	return [2]throttleKey{{account: a.pair.account}, {addr: a.pair.addr}}
}
