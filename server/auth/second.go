package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"sync"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// How a log-in goes on when the password was right and the account has a second
// step. Nothing but the step's own answer makes a session: what the browser
// holds meanwhile opens nothing, ends after five minutes or five wrong codes,
// and is taken once.
const (
	stepTime  = 5 * time.Minute
	stepTries = 5 // wrong codes, then the password again
	stepsEach = 5 // log-ins of one account that wait for their second step
)

// Wrong codes of an account count wherever they come from, since a code has six
// digits and guesses are spread easily: after five, one is tried every half
// minute. A pair of account and address that is known counts by itself, so that
// who guesses does not hold up the right person. Recovery codes and passkeys
// cannot be guessed and never wait.
const (
	freeCodes = 5
	codePause = 30 * time.Second
)

// SecondError says that the password was right and that a second step is asked
// for. Secret is for the browser, and for [Auth.Finish].
type SecondError struct {
	Secret string
}

// Error implements error.
func (e *SecondError) Error() string { return "a second step is asked for" }

// ErrStep says that no log-in waits for its second step under that secret.
var ErrStep = errors.New("no log-in waits for this step")

// Steps is what an account has on top of a password: what may be shown of it.
type Steps struct {
	Passkeys []accounts.Passkey // without their records
	TOTP     bool
	Codes    int  // recovery codes left
	Password bool // has one
	Invited  time.Time
}

// Set reports whether a second step is asked for.
func (s Steps) Set() bool { return s.TOTP || len(s.Passkeys) > 0 }

// Steps returns what an account has on top of a password.
func (a *Auth) Steps(id domain.AccountID) Steps {
	now := a.now()
	a.mu.RLock()
	defer a.mu.RUnlock()
	account := a.accounts[id]
	out := Steps{TOTP: len(account.Second.TOTP) > 0, Codes: len(account.Second.Codes), Password: account.Password != ""}
	for _, p := range account.Second.Passkeys {
		p.Record = nil
		out.Passkeys = append(out.Passkeys, p)
	}
	if account.Invite.Ends.After(now) {
		out.Invited = account.Invite.Ends
	}
	return out
}

// waitingStep is a log-in between its password and its second step.
type waitingStep struct {
	account  domain.AccountID
	password string // as it was: another one since then, and it is void
	addr     string
	try      *attempt
	made     time.Duration
	nth      int // of all there were
	left     int // wrong codes it may still have
}

// steps are the log-ins that wait, and the codes that were wrong.
type steps struct {
	clock func() time.Duration

	mu    sync.Mutex
	n     int // log-ins that waited so far
	byKey map[domain.Hash]*waitingStep
	wrong *ledger                       // codes, by account or known pair
	spent map[domain.Hash]time.Duration // challenges that were answered, until they end
}

func newSteps(clock func() time.Duration) *steps {
	return &steps{clock: clock, byKey: map[domain.Hash]*waitingStep{}, wrong: newLedger(), spent: map[domain.Hash]time.Duration{}}
}

// awaitSecond keeps a log-in until its second step. Those of one account are
// few: the oldest goes.
func (a *Auth) awaitSecond(account accounts.Account, addr string, try *attempt) error {
	raw := make([]byte, 32)
	if _, err := io.ReadFull(a.o.Random, raw); err != nil {
		return unavailable("unavailable", err)
	}
	secret := base64.RawURLEncoding.EncodeToString(raw)
	s := a.steps
	s.mu.Lock()
	defer s.mu.Unlock()
	now, n := s.clock(), 0
	var oldest domain.Hash
	for key, w := range s.byKey {
		switch {
		case now-w.made >= stepTime:
			delete(s.byKey, key)
		case w.account == account.ID:
			if n++; n == 1 || w.nth < s.byKey[oldest].nth {
				oldest = key
			}
		}
	}
	if n >= stepsEach {
		delete(s.byKey, oldest)
	}
	s.n++
	s.byKey[sha256.Sum256([]byte(secret))] = &waitingStep{
		account: account.ID, password: account.Password, addr: addr, try: try, made: now, nth: s.n, left: stepTries,
	}
	return &SecondError{secret}
}

// find returns a log-in that waits, if it still may.
func (s *steps) find(secret string) (domain.Hash, waitingStep, bool) {
	key := domain.Hash(sha256.Sum256([]byte(secret)))
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.byKey[key]
	if w == nil || s.clock()-w.made >= stepTime {
		return key, waitingStep{}, false
	}
	return key, *w, true
}

// take ends a log-in's wait; true for the one who took it.
func (s *steps) take(key domain.Hash) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.byKey[key]
	delete(s.byKey, key)
	return ok
}

// miss counts a wrong code against the log-in it was tried in.
func (s *steps) miss(key domain.Hash) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.byKey[key]; w != nil {
		if w.left--; w.left <= 0 {
			delete(s.byKey, key)
		}
	}
}

// enter admits one guess at a code, or says when the next is. It counts as wrong
// until it turns out right.
func (s *steps) enter(key throttleKey) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock()
	e := s.wrong.use(key, now)
	if e.wrong >= freeCodes {
		if e.ready == 0 {
			e.ready = now + codePause
		}
		if now < e.ready {
			return tooEarly(e.ready - now)
		}
		e.ready = 0
	}
	e.wrong++
	return nil
}

func (s *steps) right(key throttleKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong.drop(key)
}

// Pending tells what a log-in that waits can go on with; [ErrStep] when there
// is none.
func (a *Auth) Pending(secret string) (Steps, error) {
	_, w, ok := a.steps.find(secret)
	if !ok {
		return Steps{}, ErrStep
	}
	if _, ok := a.stillWaits(w); !ok {
		return Steps{}, ErrStep
	}
	return a.Steps(w.account), nil
}

// stillWaits reports whether the account is as it was when its password was right.
func (a *Auth) stillWaits(w waitingStep) (accounts.Account, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	account, ok := a.accounts[w.account]
	return account, ok && !account.Disabled && account.Password == w.password && account.Second.Set()
}

// Finish takes the second step of a log-in: a code of the app, or a recovery
// code. It returns what Login does; the error is [ErrStep] when no log-in waits,
// a refusal of the code, or a [WaitError] when it was not tried.
func (a *Auth) Finish(secret, code string) (string, *Handle, error) {
	key, w, ok := a.steps.find(secret)
	if !ok {
		return "", nil, ErrStep
	}
	if _, ok := a.stillWaits(w); !ok {
		return "", nil, ErrStep
	}
	proof, err := a.takeCode(w.account, code, w.addr)
	if errors.Is(err, errCode) {
		a.steps.miss(key)
		a.o.Log.Warn("login code refused", "account", string(w.account), "addr", w.addr)
	}
	if err != nil {
		return "", nil, err
	}
	if !a.steps.take(key) {
		return "", nil, ErrStep
	}
	w.try.right()
	return a.admit(w.account, proof, w.addr)
}

// admit makes a session for someone who has shown all that is asked for.
func (a *Auth) admit(id domain.AccountID, proof accounts.Proof, addr string) (string, *Handle, error) {
	secret, h, err := a.open(id, proof, addr)
	if err == nil {
		a.o.Log.Info("login", "account", string(id), "addr", addr, "proof", string(proof))
	}
	return secret, h, err
}

var errCode = invalid("code", "code.wrong")

// takeCode spends a code: six digits are the app's, anything else a recovery
// code.
func (a *Auth) takeCode(id domain.AccountID, code, addr string) (accounts.Proof, error) {
	code = squeeze(code)
	if !isTOTP(code) {
		return accounts.ProofRecovery, a.spend(id, func(account *accounts.Account) error { return spendRecovery(account, code) })
	}
	key := throttleKey{account: id}
	if a.delays.knows(pairOf(id, addr)) {
		key.addr = addr
	}
	if err := a.steps.enter(key); err != nil {
		return "", err
	}
	step := a.now().Unix() / totpStep
	err := a.spend(id, func(account *accounts.Account) error { return spendTOTP(account, code, step) })
	if err == nil {
		a.steps.right(key)
	}
	return accounts.ProofTOTP, err
}

// spend changes an account in memory and then in the store. Where it cannot be
// stored it holds until a restart and is stored with the next that is: what is
// used up here is used up at once, and a full disk keeps nobody out.
func (a *Auth) spend(id domain.AccountID, edit func(*accounts.Account) error) error {
	a.write.Lock() // all of it: no other write of the account comes between
	defer a.write.Unlock()
	a.mu.Lock()
	account, err := a.standing(id)
	if err != nil {
		a.mu.Unlock()
		return err
	}
	if err := edit(&account); err != nil {
		a.mu.Unlock()
		return err
	}
	a.accounts[id] = account
	a.owedAccounts[id] = struct{}{}
	a.mu.Unlock()
	if err := a.settle(); err != nil {
		a.o.Log.Error("account not stored, until a restart only", "account", string(id), "error", err)
	}
	return nil
}
