package auth

import (
	"context"
	"encoding/base32"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

func isSecond(err error) bool { return secondOf(err) != "" }

// secondOf returns the secret of a log-in that waits for its second step.
func secondOf(err error) string {
	var e *SecondError
	if errors.As(err, &e) {
		return e.Secret
	}
	return ""
}

// TestTOTP has the vectors of RFC 6238, cut to six digits.
func TestTOTP(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := totp(secret, at/totpStep); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

// app is somebody's app, with the secret it took over.
type app struct {
	d      *desk
	secret []byte
}

func (a app) code(skew int64) string { return totp(a.secret, a.d.clocks.now().Unix()/totpStep+skew) }

// enrol gives kari an app.
func (d *desk) enrol(t *testing.T, h *Handle) app {
	t.Helper()
	secret, uri, err := d.OfferTOTP(h, "Kommunebilder prøve")
	must(t, err)
	if !strings.HasPrefix(uri, "otpauth://totp/Kommunebilder%20pr%C3%B8ve:kari?") || !strings.Contains(uri, "secret="+secret) {
		t.Errorf("address for the app: %s", uri)
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	must(t, err)
	a := app{d, raw}
	if err := d.SetTOTP(h, totp(raw, 1)); err != errCode || d.Steps("kari").TOTP {
		t.Errorf("a wrong code sets it: %v", err)
	}
	must(t, d.SetTOTP(h, a.code(0)))
	d.clocks.pass(2 * totpStep * time.Second) // past the code that was used
	return a
}

func TestPasswordAloneIsNotEnough(t *testing.T) {
	d := newDesk(t)
	_, h := d.login(t)
	phone := d.enrol(t, h)
	secret, got, err := d.Login(t.Context(), "kari", password, "a")
	step := secondOf(err)
	if secret != "" || got != nil || step == "" {
		t.Fatalf("%q, %v, %v", secret, got, err)
	}
	if d.Session(step) != nil || d.Bearer(step) != nil {
		t.Error("what waits is a session")
	}
	if s, err := d.Pending(step); err != nil || !s.TOTP {
		t.Errorf("%+v, %v", s, err)
	}
	code := phone.code(0)
	secret, got, err = d.Finish(step, code[:3]+" "+code[3:])
	must(t, err)
	if secret == step || d.Session(secret) == nil || got.s.Proof != accounts.ProofTOTP {
		t.Errorf("%q by %s", secret, got.s.Proof)
	}
	if _, _, err := d.Finish(step, phone.code(1)); err != ErrStep {
		t.Errorf("taken twice: %v", err)
	}
	for name, secret := range map[string]string{"": "", "made up": strings.Repeat("A", 43), "a session": secret} {
		if _, _, err := d.Finish(secret, phone.code(1)); err != ErrStep {
			t.Errorf("%s: %v", name, err)
		}
	}
	if log := d.log.String(); strings.Contains(log, step) || strings.Contains(log, string(phone.secret)) || strings.Contains(log, code) {
		t.Errorf("log: %s", log)
	}
}

// TestCodesAreGoodOnce: not in another log-in, not by two at the same time, not
// after a restart; one step off is near enough, two are not.
func TestCodesAreGoodOnce(t *testing.T) {
	d := newDesk(t)
	_, h := d.login(t)
	phone := d.enrol(t, h)
	wait := func() string {
		_, _, err := d.Login(t.Context(), "kari", password, "a")
		return secondOf(err)
	}
	code := phone.code(0)
	var in atomic.Int32
	var group sync.WaitGroup
	for range 4 {
		step := wait()
		group.Go(func() {
			if _, _, err := d.Finish(step, code); err == nil {
				in.Add(1)
			}
		})
	}
	group.Wait()
	if in.Load() != 1 {
		t.Errorf("%d log-ins by one code", in.Load())
	}
	d.settle(t)
	d = open(t, &disk{accounts: d.disk.accounts, sessions: d.disk.sessions}, d.clocks)
	phone.d = d
	if _, _, err := d.Finish(wait(), code); err != errCode {
		t.Errorf("after a restart: %v", err)
	}
	if _, _, err := d.Finish(wait(), phone.code(-1)); err != errCode {
		t.Errorf("an earlier code: %v", err)
	}
	if _, _, err := d.Finish(wait(), phone.code(1)); err != nil {
		t.Errorf("a telephone half a minute ahead: %v", err)
	}
	d.clocks.pass(time.Hour)
	for _, off := range []int64{-2, 2} {
		if _, _, err := d.Finish(wait(), phone.code(off)); err != errCode {
			t.Errorf("%d steps off: %v", off, err)
		}
	}
}

func TestRecoveryCodes(t *testing.T) {
	d := newDesk(t)
	_, h := d.login(t)
	if _, err := d.NewCodes(h); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("codes for nothing: %v", err)
	}
	d.enrol(t, h)
	codes, err := d.NewCodes(h)
	must(t, err)
	if len(codes) != recoveryCodes || d.Steps("kari").Codes != recoveryCodes {
		t.Fatalf("%d codes", len(codes))
	}
	for _, sum := range d.disk.account("kari").Second.Codes {
		if strings.Contains(strings.Join(codes, " "), sum.String()) {
			t.Error("a code is kept")
		}
	}
	wait := func() string {
		_, _, err := d.Login(t.Context(), "kari", password, "a")
		return secondOf(err)
	}
	_, got, err := d.Finish(wait(), " "+strings.ToUpper(strings.ReplaceAll(codes[3], "-", " ")))
	must(t, err)
	if got.s.Proof != accounts.ProofRecovery || d.Steps("kari").Codes != recoveryCodes-1 {
		t.Errorf("by %s, %d left", got.s.Proof, d.Steps("kari").Codes)
	}
	if _, _, err := d.Finish(wait(), codes[3]); err != errCode {
		t.Errorf("twice: %v", err)
	}
	if _, _, err := d.Finish(wait(), ""); err != errCode {
		t.Errorf("none: %v", err)
	}
	if _, err := d.NewCodes(got); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Finish(wait(), codes[4]); err != errCode {
		t.Errorf("of an earlier set: %v", err)
	}
	must(t, d.DropTOTP(got))
	if s := d.Steps("kari"); s.Set() || s.Codes != 0 {
		t.Errorf("left: %+v", s)
	}
	if _, _, err := d.Login(t.Context(), "kari", password, "a"); err != nil {
		t.Errorf("without a second step: %v", err)
	}
}

// TestWaitingForTheSecondStepEnds by time, by wrong codes, by number, and when
// the account is not as it was.
func TestWaitingForTheSecondStepEnds(t *testing.T) {
	d := newDesk(t)
	_, h := d.login(t)
	phone := d.enrol(t, h)
	codes, err := d.NewCodes(h)
	must(t, err)
	wait := func() string {
		t.Helper()
		_, _, err := d.Login(t.Context(), "kari", password, "10.0.0.1")
		if secondOf(err) == "" {
			t.Fatal(err)
		}
		return secondOf(err)
	}
	step := wait()
	d.clocks.pass(stepTime)
	if _, _, err := d.Finish(step, phone.code(0)); err != ErrStep {
		t.Errorf("after five minutes: %v", err)
	}
	step = wait()
	for range stepTries {
		_, _, _ = d.Finish(step, "feil")
	}
	if _, _, err := d.Finish(step, phone.code(0)); err != ErrStep {
		t.Errorf("after five wrong: %v", err)
	}
	step = wait()
	for range stepsEach {
		wait()
	}
	if _, _, err := d.Finish(step, phone.code(0)); err != ErrStep || len(d.steps.byKey) > stepsEach {
		t.Errorf("beside others: %v, %d wait", err, len(d.steps.byKey))
	}
	step = wait()
	must(t, d.SetPassword(t.Context(), "kari", password+"!"))
	if _, _, err := d.Finish(step, phone.code(0)); err != ErrStep {
		t.Errorf("with another password: %v", err)
	}
	must(t, d.SetPassword(t.Context(), "kari", password))
	step = wait()
	must(t, d.Disable("kari", true))
	if _, _, err := d.Finish(step, codes[0]); err != ErrStep {
		t.Errorf("a closed account: %v", err)
	}
	must(t, d.Disable("kari", false))
	step = wait()
	must(t, d.ResetSecond("kari"))
	if _, _, err := d.Finish(step, phone.code(0)); err != ErrStep {
		t.Errorf("after a reset: %v", err)
	}
}

// TestGuessedCodesAreSlow: from wherever they come; the right person, at their
// own desk, with a recovery code or with a passkey, is not held up.
func TestGuessedCodesAreSlow(t *testing.T) {
	d := newDesk(t)
	_, h := d.login(t)
	phone := d.enrol(t, h)
	codes, err := d.NewCodes(h)
	must(t, err)
	key := d.addPasskey(t, h, "Telefonen")
	cheap := cheapPHC(t, password) // two hundred passwords are right: what they cost is another test's
	must(t, d.change("kari", "cheap", func(a *accounts.Account) { a.Password = cheap }))
	wait := func(addr string) string {
		t.Helper()
		_, _, err := d.Login(t.Context(), "kari", password, addr)
		if secondOf(err) == "" {
			t.Fatal(err)
		}
		return secondOf(err)
	}
	tried := 0
	for i := range 200 {
		step := wait(strings.Repeat("x", i%40+1))
		if _, _, err := d.Finish(step, "000000"); err == errCode {
			tried++
		} else if early(err) == 0 {
			t.Fatal(err)
		}
		d.clocks.pass(time.Second)
	}
	if tried > freeCodes+200/30+1 {
		t.Errorf("%d guesses in 200 s", tried)
	}
	if _, _, err := d.Finish(wait("hjemme"), phone.code(0)); early(err) == 0 {
		t.Errorf("from a new place: %v", err)
	}
	if _, _, err := d.Finish(wait("10.0.0.1"), phone.code(0)); err != nil {
		t.Errorf("at the own desk: %v", err)
	}
	if _, _, err := d.Finish(wait("hjemme"), codes[0]); err != nil {
		t.Errorf("with a recovery code: %v", err)
	}
	options, state, err := d.StartPasskeyLogin(origin)
	must(t, err)
	if _, _, err := d.LoginPasskey(origin, state, key.get(t, options), "annensteds"); err != nil {
		t.Errorf("with a passkey: %v", err)
	}
}

// TestChangesAskAgain: who left the screen open ten minutes ago, and programs,
// change nothing of how somebody signs in.
func TestChangesAskAgain(t *testing.T) {
	d := newDesk(t)
	secret, h := d.login(t)
	token, err := d.AddToken("kari", "prøve")
	must(t, err)
	changes := map[string]func(*Handle) error{
		"offer":       func(h *Handle) error { _, _, err := d.OfferTOTP(h, "x"); return err },
		"set totp":    func(h *Handle) error { return d.SetTOTP(h, "123456") },
		"drop totp":   d.DropTOTP,
		"codes":       func(h *Handle) error { _, err := d.NewCodes(h); return err },
		"new passkey": func(h *Handle) error { _, _, err := d.StartPasskey(h, origin); return err },
		"add passkey": func(h *Handle) error { return d.AddPasskey(h, origin, "", "x", nil) },
		"drop":        func(h *Handle) error { return d.DropPasskey(h, strings.Repeat("0", 64)) },
		"rename":      func(h *Handle) error { return d.RenamePasskey(h, strings.Repeat("0", 64), "x") },
	}
	all := func(h *Handle, want string) {
		t.Helper()
		for name, change := range changes {
			var e *domain.Error
			if err := change(h); !errors.As(err, &e) || e.Msg != want {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
	}
	all(d.Bearer(token), "forbidden.token")
	d.clocks.pass(freshFor)
	all(h, "forbidden.again")
	if _, _, err := d.Confirm(t.Context(), h, "feil", "", "a"); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a wrong password: %v", err)
	}
	next, fresh, err := d.Confirm(t.Context(), h, password, "", "a")
	must(t, err)
	if next == secret || d.Session(secret) != nil || !fresh.Fresh() || d.Session(next) == nil {
		t.Error("the session is not another")
	}
	if _, _, err := d.OfferTOTP(fresh, "x"); err != nil {
		t.Error(err)
	}
	if _, _, err := d.Confirm(t.Context(), h, password, "", "a"); err == nil {
		t.Error("an ended session is confirmed")
	}
	d.settle(t)
	again := open(t, &disk{accounts: d.disk.accounts, sessions: mapsClone(d.disk.sessions)}, d.clocks)
	if again.Session(next).Fresh() {
		t.Error("a restart makes a session fresh")
	}
}

// TestProofIncludesTheSecondStep: where an account has one, its password alone
// makes no session fresh, by whatever way, and takes nothing off.
func TestProofIncludesTheSecondStep(t *testing.T) {
	d := newDesk(t)
	_, earlier := d.login(t)
	_, h := d.login(t)
	phone := d.enrol(t, h)
	if earlier.Fresh() {
		t.Error("a session that showed the password alone is fresh after the app was set up")
	}
	if !h.Fresh() {
		t.Error("who set the app up has not shown it")
	}
	codes, err := d.NewCodes(h)
	must(t, err)
	d.clocks.pass(freshFor)
	refused := func(what, code string, want error) {
		t.Helper()
		if secret, _, err := d.Confirm(t.Context(), h, password, code, "a"); !errors.Is(err, want) || secret != "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("no code", "", errCode)
	refused("a wrong code", phone.code(5), errCode)
	if _, _, err := d.Confirm(t.Context(), h, "feil", codes[0], "a"); err == nil {
		t.Error("a code alone is enough")
	}
	if _, _, err := d.ChangePassword(t.Context(), h, password, "et annet langt passord", "a"); domain.CodeOf(err) != domain.Forbidden {
		t.Errorf("the password is changed: %v", err)
	}
	if err := d.DropTOTP(h); domain.CodeOf(err) != domain.Forbidden {
		t.Errorf("the app is dropped: %v", err)
	}
	_, byCode, err := d.Confirm(t.Context(), h, password, phone.code(0), "a")
	must(t, err)
	d.clocks.pass(freshFor)
	h = byCode
	refused("a code of before", phone.code(-20), errCode)
	_, byRecovery, err := d.Confirm(t.Context(), byCode, password, codes[0], "a")
	must(t, err)
	_, changed, err := d.ChangePassword(t.Context(), byRecovery, password, "et annet langt passord", "a")
	must(t, err)
	must(t, d.DropTOTP(changed))
	if d.Steps("kari").Set() || !changed.Fresh() {
		t.Errorf("set %v, fresh %v", d.Steps("kari").Set(), changed.Fresh())
	}
}

func TestEndOthers(t *testing.T) {
	d := newDesk(t)
	first, _ := d.login(t)
	second, h := d.login(t)
	token, err := d.AddToken("kari", "prøve")
	must(t, err)
	must(t, d.EndOthers(h))
	if d.Session(first) != nil || d.Session(second) == nil || d.Bearer(token) == nil {
		t.Errorf("other %v, this %v, token %v", d.Session(first) != nil, d.Session(second) != nil, d.Bearer(token) != nil)
	}
}

// TestRolesThatMustEnrol: a password alone gives a session that may only set up
// a second step; a token may all, and so may anyone who has one.
func TestRolesThatMustEnrol(t *testing.T) {
	disk, c := newDisk(), newClocks()
	a, err := New(disk, Options{Now: c.now, Monotonic: c.monotonic, SecondFor: []domain.Role{domain.RoleAdmin}})
	must(t, err)
	d := &desk{Auth: a, disk: disk, clocks: c}
	t.Cleanup(func() { must(t, a.Close(context.Background())) })
	for id, role := range map[domain.AccountID]domain.Role{"kari": domain.RoleAdmin, "ola": domain.RoleReader} {
		must(t, a.AddAccount(t.Context(), accounts.Account{ID: id, Name: "N", Grants: []domain.Grant{{Role: role}}}, password))
	}
	_, ola, err := a.Login(t.Context(), "ola", password, "a")
	must(t, err)
	_, kari := d.login(t)
	token, err := a.AddToken("kari", "x")
	must(t, err)
	if ola.MustEnrol(c.now()) || !kari.MustEnrol(c.now()) || a.Bearer(token).MustEnrol(c.now()) {
		t.Errorf("reader %v, admin %v, token %v", ola.MustEnrol(c.now()), kari.MustEnrol(c.now()), a.Bearer(token).MustEnrol(c.now()))
	}
	d.enrol(t, kari)
	if kari.MustEnrol(c.now()) {
		t.Error("who has a second step must get one")
	}
}
