package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// full takes all turns, empty gives them back.
func full(t *testing.T, turns *turns) {
	t.Helper()
	for range 2 {
		must(t, turns.take(t.Context(), "", true))
	}
}

func empty(turns *turns) {
	for range 2 {
		turns.give()
	}
}

// early returns for how long an attempt was sent away, 0 if it was not.
func early(err error) time.Duration {
	var e *WaitError
	if errors.As(err, &e) {
		return e.After
	}
	return 0
}

func TestThrottle(t *testing.T) {
	d := newDesk(t)
	// try logs in, comes back when told to, and returns all it waited.
	try := func(id, pw, addr string) time.Duration {
		t.Helper()
		_, _, err := d.Login(t.Context(), id, pw, addr)
		away := early(err)
		if away > 0 {
			d.clocks.pass(away - 1)
			if _, _, err := d.Login(t.Context(), id, pw, addr); early(err) != 1 {
				t.Fatalf("too early, and it is tried: %v", err)
			}
			d.clocks.pass(1)
			_, _, err = d.Login(t.Context(), id, pw, addr)
		}
		if (err == nil) != (pw == password && id == "kari") || early(err) > 0 {
			t.Fatalf("%s: %v", id, err)
		}
		return away + d.waited()
	}
	want := []time.Duration{0, 0, 0, 250, 500, 1000, 2000, 4000, 8000, 8000, 8000}
	for i, w := range want {
		if got := try("kari", "feil", "a"); got != w*time.Millisecond {
			t.Errorf("attempt %d waited %v, want %v", i+1, got, w*time.Millisecond)
		}
	}
	if got := try("kari", password, "a"); got != 8*time.Second {
		t.Errorf("the right one waited %v", got)
	}
	if got := try("kari", password, "a"); got != 0 {
		t.Errorf("after it %v", got)
	}
	const attacker = "2001:db8:1::1"
	for range 15 {
		try("kari", "feil", attacker)
	}
	if got := try("kari", password, "a"); got != 0 {
		t.Errorf("an attacker elsewhere holds the owner up for %v", got)
	}
	for addr, want := range map[string]time.Duration{
		"2001:db8:1:ffff::1": longestSingle, // whose network it is has guessed
		"2001:db8:2::1":      0,
		"192.0.2.1":          0,
	} {
		if got := try("kari", password, addr); got != want {
			t.Errorf("from %s, never seen before: %v, want %v", addr, got, want)
		}
	}
	if got := try("kari", "feil", attacker); got != longestPair {
		t.Errorf("the attacker waits %v", got)
	}
	for range 12 {
		try("kari", "feil", "a")
	}
	if got := try("kari", "feil", "a"); got != longestPair {
		t.Errorf("guesses from a known address wait %v", got)
	}
	d.clocks.pass(6 * throttleHalf)
	if got := try("kari", "feil", attacker); got != 0 {
		t.Errorf("after an hour %v", got)
	}
}

func TestThrottleByAddress(t *testing.T) {
	d := newDesk(t)
	for i := range 60 {
		_, _, _ = d.Login(t.Context(), "u"+strings.Repeat("x", i), "feil", "kontor")
	}
	d.waited()
	_, _, err := d.Login(t.Context(), "kari", password, "kontor")
	if got := early(err); got != longestSingle {
		t.Errorf("sent away for %v: %v", got, err)
	}
	d.clocks.pass(longestSingle)
	if _, _, err := d.Login(t.Context(), "kari", password, "kontor"); err != nil {
		t.Errorf("locked out: %v", err)
	}
	if got := d.waited(); got != 0 {
		t.Errorf("waited %v besides", got)
	}
}

func TestThrottleIsBounded(t *testing.T) {
	c := newClocks()
	th := newThrottle(c.monotonic)
	for i := range 3 * throttleKeys {
		id := domain.AccountID(time.Duration(i).String())
		try, err := th.enter(id, string(id))
		must(t, err)
		try.wrong()
		try.right()
		try.leave()
	}
	for name, l := range map[string]*ledger{"guesses": th.guesses, "known": th.known} {
		if len(l.entries) > throttleKeys || l.order.Len() != len(l.entries) {
			t.Errorf("%s: %d keys, %d in order", name, len(l.entries), l.order.Len())
		}
	}
	if len(th.waiting) != 0 || len(th.trying) != 0 || th.total != 0 {
		t.Errorf("%d waiting, %d under way, %d in all", len(th.waiting), len(th.trying), th.total)
	}
	for i := range perAddress {
		_, err := th.enter(domain.AccountID(fmt.Sprint(i)), "x")
		must(t, err)
	}
	if _, err := th.enter("a", "x"); err == nil {
		t.Error("one address fills the waiting room")
	}
	if _, err := th.enter("a", "y"); err != nil {
		t.Error("another address is refused for it")
	}
}

// TestGuessesAtTheSameTime: they wait as those in a row do.
func TestGuessesAtTheSameTime(t *testing.T) {
	th := newThrottle(newClocks().monotonic)
	want := []time.Duration{0, 0, 0, 250, 500, 1000, 2000, 4000}
	for i, w := range want {
		try, err := th.enter("kari", "a")
		must(t, err)
		if try.wait != w*time.Millisecond {
			t.Errorf("attempt %d waits %v, want %v", i+1, try.wait, w*time.Millisecond)
		}
	}
	for range 50 {
		if _, err := th.enter("kari", "a"); early(err) != longestPair {
			t.Errorf("one more: %v", err)
		}
	}
}

// TestAnOfficeSignsInAtOnce: 350 people who were never seen before, behind one
// address, at the same moment. Nobody waits for another's password and nobody is
// sent away, and no more than two passwords are hashed at a time.
func TestAnOfficeSignsInAtOnce(t *testing.T) {
	d := newDesk(t)
	const people = 350
	account := accounts.Account{Name: "P", Password: cheapPHC(t, password)}
	d.write.Lock()
	d.Auth.mu.Lock()
	for i := range people {
		account.ID = domain.AccountID(fmt.Sprint("p", i))
		d.accounts[account.ID] = account
	}
	d.Auth.mu.Unlock()
	d.write.Unlock()
	full(t, d.hashes)
	errs := make(chan error, people)
	for i := range people {
		go func() {
			_, _, err := d.Login(t.Context(), fmt.Sprint("p", i), password, "kontor")
			errs <- err
		}()
	}
	await(t, "all stand in line", func() bool {
		d.hashes.mu.Lock()
		defer d.hashes.mu.Unlock()
		return d.hashes.rest.size == people
	})
	if got := d.waited(); got != 0 {
		t.Errorf("somebody was delayed by %v", got)
	}
	empty(d.hashes)
	for range people {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	if d.hashes.free != 2 {
		t.Errorf("%d turns are free", d.hashes.free)
	}
}

// cheapPHC is a password's hash that costs next to nothing.
func cheapPHC(t *testing.T, password string) string {
	t.Helper()
	salt := make([]byte, saltLen)
	key := argon2.IDKey([]byte(password), salt, 1, 8, 1, keyLen)
	enc := base64.RawStdEncoding
	return "$argon2id$v=19$m=8,t=1,p=1$" + enc.EncodeToString(salt) + "$" + enc.EncodeToString(key)
}

// TestKnownOutlastsARestart: as long as a session that was made from there.
func TestKnownOutlastsARestart(t *testing.T) {
	d := newDesk(t)
	_, h := d.login(t)
	d.settle(t)
	again := func() *desk {
		return open(t, &disk{accounts: d.disk.accounts, sessions: mapsClone(d.disk.sessions)}, d.clocks)
	}
	if next := again(); !next.delays.knows(pairOf("kari", "10.0.0.1")) || next.delays.knows(pairOf("kari", "10.0.0.2")) || next.delays.knows(pairOf("ola", "10.0.0.1")) {
		t.Error("after a restart others are known than those who signed in")
	}
	for _, s := range d.disk.sessions {
		if s.Key == h.Key() && strings.Contains(s.From.String(), "10.0.0.1") {
			t.Error("the address is kept")
		}
	}
	d.clocks.pass(Absolute)
	if again().delays.knows(pairOf("kari", "10.0.0.1")) {
		t.Error("known for longer than a session lasts")
	}
}

// TestKnownGetsInDuringAnAttack: a thousand guesses from eleven addresses, the office's
// own among them, wait or stand in line to be hashed; who signed in from the
// office before does not wait and is next.
func TestKnownGetsInDuringAnAttack(t *testing.T) {
	disk, c := newDisk(), newClocks()
	asleep, wake := make(chan struct{}, 1000), make(chan struct{})
	a, err := New(disk, Options{Now: c.now, Monotonic: c.monotonic, Sleep: func(ctx context.Context, _ time.Duration) error {
		asleep <- struct{}{}
		<-wake
		return nil
	}})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close(context.Background())) })
	must(t, a.AddAccount(t.Context(), accounts.Account{ID: "kari", Name: "Kari"}, password))
	if _, _, err := a.Login(t.Context(), "kari", password, "kontor"); err != nil {
		t.Fatal(err)
	}
	// Everybody's counts are high enough to wait, and none at the longest.
	addrs := []string{"kontor"}
	for i := range 10 {
		addrs = append(addrs, fmt.Sprint("angriper", i))
	}
	for _, addr := range addrs {
		for i := range freeAddress {
			try, err := a.delays.enter(domain.AccountID(fmt.Sprint("u", i)), addr)
			must(t, err)
			try.wrong()
			try.leave()
		}
	}
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	under := 0
	for _, addr := range addrs {
		for i := range perAddress {
			if under == inAll {
				break
			}
			under++
			id := fmt.Sprint("gjett", i)
			if i == 0 && addr != "kontor" {
				id = "kari"
			}
			wg.Go(func() { _, _, _ = a.Login(ctx, id, "feil", addr) })
		}
	}
	for range inAll {
		<-asleep
	}
	if a.delays.total != inAll {
		t.Fatalf("the attack does not fill the room, and the test shows nothing: %d", a.delays.total)
	}
	if _, _, err := a.Login(t.Context(), "kari", password, "kontor"); err != nil {
		t.Errorf("while they wait: %v", err)
	}
	full(t, a.hashes)
	close(wake)
	inLine := func() (known, others int) {
		a.hashes.mu.Lock()
		defer a.hashes.mu.Unlock()
		return a.hashes.first.size, a.hashes.rest.size
	}
	await(t, "all guesses stand in line", func() bool { _, others := inLine(); return others == inAll })
	done := make(chan error)
	go func() { _, _, err := a.Login(t.Context(), "kari", password, "kontor"); done <- err }()
	await(t, "so does who is known", func() bool { known, _ := inLine(); return known == 1 })
	a.hashes.give()
	if known, others := inLine(); known != 0 || others != inAll {
		t.Errorf("the next turn went to a guess: %d known and %d others wait", known, others)
	}
	cancel()
	a.hashes.give()
	if err := <-done; err != nil {
		t.Errorf("while they stand in line: %v", err)
	}
	wg.Wait()
}

// await yields until something another goroutine does has happened.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); {
		if time.Now().After(end) {
			t.Fatal(what + ": not within 20 s")
		}
		runtime.Gosched()
	}
}

func TestTurnGivenUp(t *testing.T) {
	turns := newTurns(1)
	must(t, turns.take(t.Context(), "", false))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if turns.take(ctx, "", false) == nil {
		t.Fatal("two at once")
	}
	turns.give()
	must(t, turns.take(t.Context(), "", false))
	turns.give()
	if turns.free != 1 || turns.first.size+turns.rest.size != 0 {
		t.Errorf("%d free, %d wait", turns.free, turns.first.size+turns.rest.size)
	}
}

// TestNetworksTakeTurns: in the line to be hashed, and for a place in the room.
func TestNetworksTakeTurns(t *testing.T) {
	var f fair
	names := map[chan struct{}]string{}
	for i := range 6 { // two addresses of one network, one of another
		addr := []string{"10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.1.1"}[i%4]
		names[f.join(addr)] = addr
	}
	late := f.join("2001:db8::1")
	names[late] = "late"
	gone := f.join("10.0.2.1")
	if !f.leave("10.0.2.1", gone) || f.leave("10.0.2.1", gone) {
		t.Error("who leaves is still there")
	}
	var got []string
	for turn := f.next(); turn != nil; turn = f.next() {
		got = append(got, names[turn])
	}
	if want := "[10.0.0.1 10.0.1.1 late 10.0.0.2 10.0.0.1 10.0.0.1 10.0.0.1]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	th := newThrottle(newClocks().monotonic)
	var first *attempt
	for i := range inAll {
		try, err := th.enter(domain.AccountID(fmt.Sprint("u", i)), fmt.Sprintf("10.0.%d.%d", i%3, i/300))
		must(t, err)
		if first == nil {
			first = try
		}
	}
	if _, err := th.enter("x", "10.0.0.9"); err == nil {
		t.Error("a network that has most takes one more")
	}
	try, err := th.enter("kari", "192.0.2.1")
	if err != nil || th.total != inAll || try.out.Err() != nil || first.out.Err() != nil {
		t.Errorf("a newcomer: %v, %d in all", err, th.total)
	}
	try.leave()
	if len(th.rooms["192.0.2.0/24"]) != 0 || th.total != inAll-1 {
		t.Errorf("%d are left", th.total)
	}
}

// TestKnownPairHasItsOwnRoom: and no more than that. Whoever holds the password of one
// account and an address it is known from does not fill the place.
func TestKnownPairHasItsOwnRoom(t *testing.T) {
	th := newThrottle(newClocks().monotonic)
	th.welcome(pairOf("kari", "kontor"))
	for range freePair {
		try, err := th.enter("kari", "kontor")
		must(t, err)
		try.right() // nothing wrong is counted: only their number holds them
	}
	for i := freePair; ; i++ {
		if _, err := th.enter("kari", "kontor"); err != nil {
			if i != perKnown || early(err) != firstDelay {
				t.Errorf("attempt %d: %v", i+1, err)
			}
			return
		}
		if i > perKnown {
			t.Fatal("one pair fills the place")
		}
	}
}
