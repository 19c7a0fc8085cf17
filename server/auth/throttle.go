package auth

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
	"time"

	"kommunebilde/domain"
)

// throttle tells how long a log-in attempt has to wait. Wrong passwords count
// three ways, and the longest delay holds:
//
//   - account and address together: from the fourth, ¼ s, doubling to 8 s;
//   - account and network: from the eleventh, doubling to 4 s;
//   - address, any account: from the thirty-first (an office sits behind one
//     address), doubling to 4 s.
//
// What other networks guess is not counted: it costs a turn of each of them, see
// fair, and no other waiting.
//
// An attempt under way counts as wrong for its account until it turns out to be
// right, so that guesses made at the same time are no cheaper than those made in
// a row. It does not count for its address: when a meeting begins, hundreds sign
// in from one office at once, and each to an account of their own. Someone who has
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
// Where all places are taken, who comes from a network that has fewer gets the
// newest of the one that has most: who fills the room fills it for themselves.
type throttle struct {
	clock func() time.Duration

	mu      sync.Mutex
	guesses *ledger               // by pair that is not known, by account and network, and by address
	known   *ledger               // by known pair, see known
	trying  map[throttleKey]int   // attempts under way, by pair and by account and network
	waiting map[string]int        // of those, by address, without known pairs
	rooms   map[string][]*attempt // the same by network, oldest first
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
	account domain.AccountID // "" for an address alone
	addr    string           // "" for a network, or for an account alone
	network string           // "" for one address
}

func pairOf(account domain.AccountID, addr string) throttleKey {
	return throttleKey{account: account, addr: addr}
}

// wider returns the key of a pair's account and network.
func (pair throttleKey) wider() throttleKey {
	return throttleKey{account: pair.account, network: wide(pair.addr)}
}

// from is a pair as it is kept with a session: it says who and where from only
// to anyone who asks about them.
func from(pair throttleKey) domain.Hash {
	return sha256.Sum256([]byte(string(pair.account) + "\x00" + pair.addr))
}

// known is the key of a known pair in its ledger.
func known(pair throttleKey) throttleKey {
	sum := from(pair)
	return pairOf(pair.account, string(sum[:]))
}

// knows reports whether a pair is known.
func (t *throttle) knows(pair throttleKey) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.known.has(known(pair))
}

// recall makes the pair known that a session was made from.
func (t *throttle) recall(account domain.AccountID, from domain.Hash) {
	if from == (domain.Hash{}) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known.use(pairOf(account, string(from[:])), t.clock())
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
	return &WaitError{after, unavailable("login.early", nil)}
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
		rooms:   map[string][]*attempt{},
	}
}

// attempt is one that was admitted.
type attempt struct {
	t     *throttle
	pair  throttleKey
	known bool
	wait  time.Duration   // before it is tried
	out   context.Context // ends when its place was given to another
	quit  context.CancelFunc
}

// enter admits an attempt, or refuses it: with a WaitError that says for how
// long, or because too many are waiting. An admitted attempt is left when it is
// over.
func (t *throttle) enter(account domain.AccountID, addr string) (*attempt, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := &attempt{t: t, pair: pairOf(account, addr)}
	a.known = t.known.has(known(a.pair))
	switch {
	case a.known && t.trying[a.pair] >= perKnown:
		return nil, tooEarly(firstDelay)
	case !a.known && (t.waiting[addr] >= perAddress || t.total >= inAll && t.fullest(a) == nil):
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
	if !a.known && t.total >= inAll {
		last := t.fullest(a)
		t.vacate(last)
		last.quit()
	}
	a.out, a.quit = context.WithCancel(context.Background())
	t.count(a, 1)
	return a, nil
}

// fullest returns the newest attempt of the network that has most places, nil if
// one more of its own would have as many.
func (t *throttle) fullest(a *attempt) (last *attempt) {
	most := len(t.rooms[wide(a.pair.addr)]) + 1
	for _, room := range t.rooms {
		if len(room) > most {
			most, last = len(room), room[len(room)-1]
		}
	}
	return last
}

// vacate takes an attempt's place away, if it has one.
func (t *throttle) vacate(a *attempt) {
	name := wide(a.pair.addr)
	i := slices.Index(t.rooms[name], a)
	if i < 0 {
		return
	}
	if t.rooms[name] = slices.Delete(t.rooms[name], i, i+1); len(t.rooms[name]) == 0 {
		delete(t.rooms, name)
	}
	add(t.waiting, a.pair.addr, -1)
	t.total--
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
	account, addr := a.pair.wider(), throttleKey{addr: a.pair.addr}
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
		add(t.trying, a.pair.wider(), n)
	}
	switch {
	case n < 0:
		t.vacate(a)
	case !a.known:
		name := wide(a.pair.addr)
		t.rooms[name] = append(t.rooms[name], a)
		add(t.waiting, a.pair.addr, 1)
		t.total++
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
	a.quit()
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
	return [2]throttleKey{a.pair.wider(), {addr: a.pair.addr}}
}
