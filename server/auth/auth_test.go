package auth

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const password = "en setning som er lang"

// disk keeps what is put, as a disk would, and can be slow or fail.
type disk struct {
	storagetest.TraceLog
	mu       sync.Mutex
	accounts map[domain.AccountID]accounts.Account
	sessions map[domain.Hash]accounts.Session
	puts     int
	gate     chan struct{} // a put waits here, if set
	entered  chan struct{} // closed when one waits
	err      error
}

func newDisk() *disk {
	return &disk{accounts: map[domain.AccountID]accounts.Account{}, sessions: map[domain.Hash]accounts.Session{}}
}

func (d *disk) Accounts() (out []accounts.Account, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range d.accounts {
		out = append(out, a)
	}
	return out, d.err
}

func (d *disk) PutAccounts(accounts []accounts.Account) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range accounts {
		if d.err == nil {
			d.accounts[a.ID] = a
		}
	}
	return d.err
}

func (d *disk) Sessions() (out []accounts.Session, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.sessions {
		out = append(out, s)
	}
	return out, d.err
}

func (d *disk) PutSessions(list []accounts.Session) error {
	d.mu.Lock()
	gate, entered := d.gate, d.entered
	d.gate, d.entered = nil, nil
	d.mu.Unlock()
	if gate != nil {
		close(entered)
		<-gate
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.puts++
	for _, s := range list {
		if d.err == nil {
			d.sessions[s.Key] = s
		}
	}
	return d.err
}

func (d *disk) DropSessions(keys []domain.Hash) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, k := range keys {
		if d.err == nil {
			delete(d.sessions, k)
		}
	}
	return d.err
}

func (d *disk) has(k domain.Hash) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.sessions[k]
	return ok
}

// clocks are the two clocks, moved by hand.
type clocks struct {
	mu   sync.Mutex
	wall time.Time
	mono time.Duration
}

func newClocks() *clocks {
	return &clocks{wall: time.Date(2022, 11, 11, 12, 0, 0, 0, time.UTC), mono: time.Hour}
}

func (c *clocks) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall, c.mono = c.wall.Add(d), c.mono+d
}

func (c *clocks) jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall = c.wall.Add(d)
}

func (c *clocks) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wall
}

func (c *clocks) monotonic() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mono
}

// desk is an Auth with its surroundings.
type desk struct {
	*Auth
	disk   *disk
	clocks *clocks
	log    *bytes.Buffer
	mu     sync.Mutex
	waits  []time.Duration
}

func open(t *testing.T, d *disk, c *clocks) *desk {
	t.Helper()
	k := &desk{disk: d, clocks: c, log: &bytes.Buffer{}}
	a, err := New(d, Options{
		Log: slog.New(slog.NewTextHandler(k.log, nil)), Now: c.now, Monotonic: c.monotonic,
		Sleep: func(ctx context.Context, d time.Duration) error {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.waits = append(k.waits, d)
			return ctx.Err()
		},
	})
	must(t, err)
	k.Auth = a
	t.Cleanup(func() { must(t, a.Close(context.Background())) })
	return k
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := open(t, newDisk(), newClocks())
	must(t, d.AddAccount(t.Context(), accounts.Account{ID: "kari", Name: "Kari", Grants: []domain.Grant{{Role: domain.RoleReader}}}, password))
	return d
}

func (d *desk) waited() (out time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.waits) > 0 {
		out = d.waits[len(d.waits)-1]
	}
	d.waits = nil
	return out
}

func (d *desk) login(t *testing.T) (string, *Handle) {
	t.Helper()
	secret, h, err := d.Login(t.Context(), "kari", password, "10.0.0.1")
	must(t, err)
	return secret, h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// settle waits until what is pending is written: Close writes it.
func (d *desk) settle(t *testing.T) {
	t.Helper()
	must(t, d.Close(context.Background()))
}

func TestLogin(t *testing.T) {
	d := newDesk(t)
	secret, h := d.login(t)
	if len(secret) < 43 {
		t.Errorf("secret of %d characters", len(secret))
	}
	if actor, ok := h.Actor(); !ok || actor.ID != "kari" || !actor.Staff(d.clocks.now()) {
		t.Errorf("acts as %v, %v", actor, ok)
	}
	other, _ := d.login(t)
	if other == secret {
		t.Error("the same session twice")
	}
	for _, c := range []struct {
		id, password string
		ok           bool
	}{
		{"kari", password, true},
		{" KARI\n", password, true},
		{"kari", password + " ", false},
		{"kari", "", false},
		{"kari", strings.Repeat("x", 100_000), false},
		{"ola", password, false},
		{"", "", false},
		{strings.Repeat("x", 100_000), password, false},
	} {
		_, h, err := d.Login(t.Context(), c.id, c.password, "10.0.0.2")
		if (err == nil) != c.ok || !c.ok && (!errors.Is(err, ErrLogin) || h != nil) {
			t.Errorf("%.20q with %.20q: %v", c.id, c.password, err)
		}
	}
	for _, wrong := range []string{"", "x", secret[1:], secret + "A", strings.Repeat("A", 1000)} {
		if d.Session(wrong) != nil {
			t.Errorf("%.50q is a session", wrong)
		}
	}
	if d.Session(secret) == nil || d.Bearer(secret) != nil {
		t.Error("a session is one, and no token")
	}
	if log := d.log.String(); strings.Contains(log, "ola") || strings.Contains(log, "xxxx") || strings.Contains(log, password) || strings.Contains(log, secret) {
		t.Errorf("log: %s", log)
	}
}

func TestPasswordsAreNFC(t *testing.T) {
	d := newDesk(t)
	must(t, d.SetPassword(t.Context(), "kari", "blåbærsyltetøy"))
	if _, _, err := d.Login(t.Context(), "kari", "bla\u030abærsyltetøy", "a"); err != nil {
		t.Errorf("typed as two runes: %v", err)
	}
}

func TestPasswordRules(t *testing.T) {
	d := newDesk(t)
	for _, c := range []struct {
		password string
		ok       bool
	}{
		{"elleve tegn", false}, {"tolv tegn er", true}, {"blåbærtur nå", true}, {strings.Repeat("blåbærtu", 16), true},
		{strings.Repeat("blåbærtu", 16) + "r", false}, {strings.Repeat("a", MinPassword-1), false}, {"ALLE STORE ORD", true}, {"9183 7462 0517", true}, {"🌲🌊🏔️🚜🌧️🔥🛶🎣🦌🌾", true}, {"ugyldig \xff utf-8 her", false}, {strings.Repeat("a\u030a", MinPassword-1), false},
	} {
		err := d.SetPassword(t.Context(), "kari", c.password)
		if (err == nil) != c.ok || !c.ok && domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%q: %v", c.password, err)
		}
	}
	if phc := d.disk.accounts["kari"].Password; !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("kept as %s", phc)
	}
}

// TestOnlyHashesAreKept: nothing in the store lets anybody in.
func TestOnlyHashesAreKept(t *testing.T) {
	d := newDesk(t)
	secret, h := d.login(t)
	token, err := d.AddToken("kari", "prøve")
	must(t, err)
	d.settle(t)
	if !d.disk.has(h.Key()) || len(d.disk.sessions) != 2 {
		t.Fatalf("%d sessions kept", len(d.disk.sessions))
	}
	for _, s := range d.disk.sessions {
		if strings.Contains(secret+token, s.Key.String()) || d.Session(s.Key.String()) != nil || d.Bearer(s.Key.String()) != nil {
			t.Errorf("the key %s opens", s.Key)
		}
	}
}

// TestSessionsSurviveARestart, with the time they have left.
func TestSessionsSurviveARestart(t *testing.T) {
	d := newDesk(t)
	secret, _ := d.login(t)
	token, err := d.AddToken("kari", "prøve")
	must(t, err)
	d.settle(t)
	for _, c := range []struct {
		down          time.Duration
		session, tokn bool
	}{
		{time.Minute, true, true}, {Idle - time.Second, true, true}, {Idle + time.Second, false, true}, {-400 * time.Hour, true, true},
	} {
		next := &clocks{wall: d.clocks.now().Add(c.down), mono: 5 * time.Second} // another boot: another monotonic clock
		again := open(t, &disk{accounts: maps.Clone(d.disk.accounts), sessions: mapsClone(d.disk.sessions)}, next)
		if (again.Session(secret) != nil) != c.session || (again.Bearer(token) != nil) != c.tokn {
			t.Errorf("after %v: session %v, token %v", c.down, again.Session(secret) != nil, again.Bearer(token) != nil)
		}
		if c.session {
			next.pass(Absolute + time.Second)
			if again.Session(secret) != nil {
				t.Errorf("after %v down and a week: still there", c.down)
			}
		}
	}
}

func mapsClone(m map[domain.Hash]accounts.Session) map[domain.Hash]accounts.Session {
	out := map[domain.Hash]accounts.Session{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

func TestSessionsEndByTime(t *testing.T) {
	d := newDesk(t)
	secret, _ := d.login(t)
	for range 14 { // in use: only the week counts
		d.clocks.pass(Idle - time.Minute)
		if d.Session(secret) == nil {
			t.Fatal("ended while in use")
		}
	}
	d.clocks.pass(Absolute - 14*(Idle-time.Minute) - time.Second)
	if d.Session(secret) == nil {
		t.Error("ended before the week")
	}
	d.clocks.pass(2 * time.Second)
	if d.Session(secret) != nil {
		t.Error("older than a week")
	}
	secret, h := d.login(t)
	d.clocks.pass(Idle + time.Second)
	if d.Session(secret) != nil || h.Left() > 0 {
		t.Error("unused for twelve hours")
	}
	if _, ok := h.Actor(); ok {
		t.Error("an old handle still acts")
	}
}

// TestClockJumpsEndNothing: sessions count by the monotonic clock.
func TestClockJumpsEndNothing(t *testing.T) {
	d := newDesk(t)
	secret, h := d.login(t)
	left := h.Left()
	for _, jump := range []time.Duration{300 * time.Hour, -9000 * time.Hour} {
		d.clocks.jump(jump)
		if d.Session(secret) == nil || h.Left() != left {
			t.Errorf("a jump of %v: %v left of %v", jump, h.Left(), left)
		}
	}
	d.clocks.pass(Idle + time.Second)
	if d.Session(secret) != nil {
		t.Error("a clock set back prolongs it")
	}
}

// TestSeenIsWrittenSeldom: a thousand requests are one write in five minutes.
func TestSeenIsWrittenSeldom(t *testing.T) {
	d := newDesk(t)
	secret, _ := d.login(t)
	for range 1000 {
		d.clocks.pass(500 * time.Millisecond) // 8 min 20 s in all
		d.Session(secret)
	}
	d.settle(t)
	if d.disk.puts > 3 {
		t.Errorf("%d writes", d.disk.puts)
	}
	for _, s := range d.disk.sessions {
		if age := d.clocks.now().Sub(s.Seen); age > seenStep+time.Minute {
			t.Errorf("seen %v ago", age)
		}
	}
}

// TestEndingIsFinal: a session that ends while its group is being written stays
// ended, in memory at once and on disk.
func TestEndingIsFinal(t *testing.T) {
	d := newDesk(t)
	gate, entered := make(chan struct{}), make(chan struct{})
	d.disk.mu.Lock()
	d.disk.gate, d.disk.entered = gate, entered
	d.disk.mu.Unlock()
	secret, h := d.login(t)
	<-entered // its first write is under way
	ended := make(chan error)
	go func() { ended <- d.Logout(h) }()
	for d.Session(secret) != nil {
		select {
		case err := <-ended:
			t.Fatalf("returned before it was written: %v", err)
		default:
		}
	}
	close(gate)
	must(t, <-ended)
	d.settle(t)
	if d.disk.has(h.Key()) {
		t.Error("came back on disk")
	}
}

func TestWhatEndsSessions(t *testing.T) {
	for name, c := range map[string]struct {
		do             func(d *desk, h *Handle) error
		session, token bool // what is left
	}{
		"logout":     {func(d *desk, h *Handle) error { return d.Logout(h) }, false, true},
		"one ended":  {func(d *desk, h *Handle) error { return d.End("kari", h.Key().String()) }, false, true},
		"others'":    {func(d *desk, h *Handle) error { _ = d.End("ola", h.Key().String()); return nil }, true, true},
		"too short":  {func(d *desk, h *Handle) error { _ = d.End("kari", h.Key().String()[:8]); return nil }, true, true},
		"all":        {func(d *desk, _ *Handle) error { return d.EndAll("kari", false) }, false, true},
		"and tokens": {func(d *desk, _ *Handle) error { return d.EndAll("kari", true) }, false, false},
		"password":   {func(d *desk, _ *Handle) error { return d.SetPassword(context.Background(), "kari", password+"!") }, false, true},
		"rights": {func(d *desk, _ *Handle) error {
			return d.SetGrants("kari", []domain.Grant{{Role: domain.RoleAdmin}})
		}, false, true},
		"disabled": {func(d *desk, _ *Handle) error { return d.Disable("kari", true) }, false, false},
		"renamed":  {func(d *desk, _ *Handle) error { _, err := d.Rename("kari", "Kari N."); return err }, true, true},
	} {
		d := newDesk(t)
		secret, h := d.login(t)
		token, err := d.AddToken("kari", "prøve")
		must(t, err)
		told := make(chan struct{})
		h.OnEnd(func() { close(told) })
		must(t, c.do(d, h))
		if got := d.Session(secret) != nil; got != c.session {
			t.Errorf("%s: session %v", name, got)
		}
		if got := d.Bearer(token) != nil; got != c.token {
			t.Errorf("%s: token %v", name, got)
		}
		if !c.session {
			<-told
		}
	}
}

// TestTokensWithOtherRightsAreTold: a token stays when rights change, but what
// it holds open is closed, and it acts with the new rights.
func TestTokensWithOtherRightsAreTold(t *testing.T) {
	d := newDesk(t)
	token, err := d.AddToken("kari", "prøve")
	must(t, err)
	h := d.Bearer(token)
	told := make(chan struct{})
	h.OnEnd(func() { close(told) })
	must(t, d.SetGrants("kari", nil))
	<-told
	if actor, ok := h.Actor(); !ok || len(actor.Grants) != 0 {
		t.Errorf("acts with %v, %v", actor.Grants, ok)
	}
	late := make(chan struct{})
	must(t, d.EndAll("kari", true))
	h.OnEnd(func() { close(late) })
	<-late // one that comes too late is told at once
}

func TestStopEndsTheWait(t *testing.T) {
	d := newDesk(t)
	_, h := d.login(t)
	stop := h.OnEnd(func() { t.Error("told after stop") })
	stop()
	must(t, d.Logout(h))
}

// TestThrottle: the delay grows with each wrong password, ends with a right one,
// fades, and is never a lock.
// TestTwoHashesAtOnce: a third waits, and gives up when its caller does.
func TestTwoHashesAtOnce(t *testing.T) {
	d := newDesk(t)
	full(t, d.hashes)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, _, err := d.Login(ctx, "kari", password, "a")
		done <- err
	}()
	cancel() // hashing itself does not look at the context: only a wait ends by it
	if err := <-done; domain.CodeOf(err) != domain.Unavailable {
		t.Errorf("%v", err)
	}
	empty(d.hashes)
}

// TestUnknownUsersCostAsMuch: the same number of hashes, whoever is asked for.
func TestUnknownUsersCostAsMuch(t *testing.T) {
	d := newDesk(t)
	must(t, d.AddAccount(t.Context(), accounts.Account{ID: "program", Name: "Program"}, ""))
	must(t, d.AddAccount(t.Context(), accounts.Account{ID: "sperret", Name: "Sperret"}, password))
	must(t, d.Disable("sperret", true))
	for _, id := range []string{"kari", "finnesikke", "program", "sperret", "??"} {
		full(t, d.hashes)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		_, _, err := d.Login(ctx, id, "feil", "a")
		cancel()
		empty(d.hashes)
		if domain.CodeOf(err) != domain.Unavailable {
			t.Errorf("%s is answered without a hash: %v", id, err)
		}
	}
	if _, _, err := d.Login(t.Context(), "sperret", password, "a"); !errors.Is(err, ErrLogin) {
		t.Errorf("disabled: %v", err)
	}
}

func TestFormTokens(t *testing.T) {
	d := newDesk(t)
	secret, _ := d.login(t)
	other, _ := d.login(t)
	h := d.Session(secret)
	a, b := h.FormToken(), h.FormToken()
	if a == b {
		t.Error("the same token twice: compression can betray it")
	}
	if !h.CheckFormToken(a) || !d.Session(secret).CheckFormToken(b) {
		t.Error("own token refused")
	}
	for _, wrong := range []string{"", "AAAA", a[:len(a)-1], a + "A", d.Session(other).FormToken()} {
		if h.CheckFormToken(wrong) {
			t.Errorf("%q taken", wrong)
		}
	}
}

func TestAccounts(t *testing.T) {
	d := newDesk(t)
	for _, c := range []struct {
		account accounts.Account
		code    domain.Code
	}{
		{accounts.Account{ID: "kari", Name: "Kari"}, domain.Conflict},
		{accounts.Account{ID: "Kari", Name: "Kari"}, domain.Invalid},
		{accounts.Account{ID: "", Name: "Kari"}, domain.Invalid},
		{accounts.Account{ID: ".kari", Name: "Kari"}, domain.Invalid},
		{accounts.Account{ID: "system:root", Name: "Kari"}, domain.Invalid},
		{accounts.Account{ID: domain.AccountID(strings.Repeat("a", 65)), Name: "Kari"}, domain.Invalid},
		{accounts.Account{ID: "ny1", Name: ""}, domain.Invalid},
		{accounts.Account{ID: "ny2", Name: "a\u202eb"}, domain.Invalid},
		{accounts.Account{ID: "ny3", Name: "Ny", Grants: []domain.Grant{{Role: "konge"}}}, domain.Invalid},
		{accounts.Account{ID: "ny4", Name: "Ny", Grants: []domain.Grant{{Role: domain.RoleMunicipality}}}, domain.Invalid},
		{accounts.Account{ID: "ny5", Name: "Ny", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "3434"}}}, ""},
	} {
		if err := d.AddAccount(t.Context(), c.account, ""); domain.CodeOf(err) != c.code {
			t.Errorf("%+v: %v", c.account, err)
		}
	}
	for _, a := range d.Accounts() {
		if a.Password != "" {
			t.Errorf("%s comes with its password", a.ID)
		}
	}
	if d.Name("kari") != "Kari" || d.Name("system:root") != "system:root" {
		t.Error("names")
	}
	names, err := d.Rename("kari", " Kari A\u030as ")
	must(t, err)
	if len(names) != 2 || names[0].String() != "Kari" || names[1].String() != "Kari Ås" || d.Names()["kari"] != "Kari Ås" {
		t.Errorf("renamed from and to %v", names)
	}
	if names, err := d.Rename("kari", "Kari Ås"); names != nil || err != nil {
		t.Errorf("to the same name: %v, %v", names, err)
	}
	if _, err := d.Rename("kari", " "); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("to no name: %v", err)
	}
	must(t, d.Erase("kari"))
	if _, there := d.Names()["kari"]; there || d.Name("kari") != "kari" {
		t.Error("an erased name shows")
	}
}

// TestStoreFailure: what is not kept is not done; but anyone who ends a session has it
// ended at once, and is told.
func TestStoreFailure(t *testing.T) {
	d := newDesk(t)
	secret, h := d.login(t)
	d.disk.mu.Lock()
	d.disk.err = errors.New("disk full")
	d.disk.mu.Unlock()
	for name, err := range map[string]error{
		"add":      d.AddAccount(t.Context(), accounts.Account{ID: "ny", Name: "Ny"}, ""),
		"password": d.SetPassword(t.Context(), "kari", password+"!"),
		"logout":   d.Logout(h),
		"grants":   d.SetGrants("kari", nil),
	} {
		if domain.CodeOf(err) != domain.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, ok := d.Account("ny"); ok {
		t.Error("an account that is not kept")
	}
	if d.Session(secret) != nil {
		t.Error("logged out, and still in")
	}
	if _, _, err := d.Login(t.Context(), "kari", password, "a"); err != nil {
		t.Errorf("nobody gets in when the disk is full: %v", err)
	}
}

func FuzzPHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=4294967295,t=99999,p=1$AAAA$AAAA")
	f.Fuzz(func(t *testing.T, s string) {
		if p, salt, key, ok := parsePHC(s); ok && (p.memory > 256*1024 || p.passes > 16 || len(salt) < 8 || len(key) != keyLen) {
			t.Errorf("%q taken: %+v", s, p)
		}
	})
}

// TestClosedAccountHasNoSession: not one that is left in the store either, where
// closing could not take it away.
func TestClosedAccountHasNoSession(t *testing.T) {
	d := newDesk(t)
	secret, h := d.login(t)
	d.settle(t)
	account := d.disk.accounts["kari"]
	account.Disabled = true
	d.disk.accounts["kari"] = account
	if open(t, d.disk, d.clocks).Session(secret) != nil {
		t.Error("a closed account has a session after a restart")
	}
	d.Auth.mu.Lock()
	d.accounts["kari"] = account
	d.Auth.mu.Unlock()
	if _, ok := h.Actor(); ok || d.Session(secret) != nil {
		t.Error("a closed account has a session")
	}
}
