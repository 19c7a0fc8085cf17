package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// session is a session in memory. Its times count by the monotonic clock.
type session struct {
	accounts.Session                      // under Auth.mu
	used             time.Duration        // under Auth.mu
	idle             time.Duration        // fixed; how long it lasts unused, 0: for ever (a token)
	ends             time.Duration        // fixed; 0: never (a token, a screen)
	fresh            time.Duration        // fixed; until when it may change how its owner signs in
	hooks            map[*func()]struct{} // under Auth.mu; see Handle.OnEnd
}

// revive takes a stored session over, nil if it has ended. The wall clock tells
// how much of its time is left, but never more than a whole term.
func (a *Auth) revive(s accounts.Session) *session {
	account, ok := a.accounts[s.Account]
	if !ok {
		return nil
	}
	out := &session{Session: s}
	now, mono := a.o.Now(), a.o.Monotonic()
	switch {
	case s.Ends.IsZero() && s.Token:
		return out
	case s.Ends.IsZero() && IsScreen(account):
		out.idle = ScreenIdle
	default:
		left := min(s.Ends.Sub(now), Absolute)
		if left <= 0 {
			return nil
		}
		out.ends = mono + left
		if !s.Token {
			out.idle = Idle
		}
	}
	unused := max(now.Sub(s.Seen), 0)
	if out.idle > 0 && unused >= out.idle {
		return nil
	}
	out.used = mono - unused
	return out
}

// left returns how long a session lasts if nobody uses it.
func (s *session) left(mono time.Duration) time.Duration {
	left := Absolute
	if s.ends > 0 {
		left = s.ends - mono
	}
	if s.idle > 0 {
		left = min(left, s.used+s.idle-mono)
	}
	return left
}

// Handle is somebody who is signed in. It stays valid as a value after the
// session ended: [Handle.Actor] then says so.
type Handle struct {
	auth   *Auth
	s      *session
	secret string
}

// Session returns the handle for a browser's secret, nil if there is no such
// session. It counts as use.
func (a *Auth) Session(secret string) *Handle { return a.lookup(secret, false) }

// Bearer returns the handle for a program's token, nil if there is no such
// token. A browser's secret is not a token.
func (a *Auth) Bearer(secret string) *Handle { return a.lookup(secret, true) }

func (a *Auth) lookup(secret string, token bool) *Handle {
	if secret == "" || len(secret) > 200 {
		return nil
	}
	key := domain.Hash(sha256.Sum256([]byte(secret)))
	a.mu.RLock()
	s := a.sessions[key]
	a.mu.RUnlock()
	if s == nil || s.Token != token {
		return nil
	}
	h := &Handle{auth: a, s: s, secret: secret}
	if _, ok := h.Actor(); !ok {
		return nil
	}
	h.Touch()
	return h
}

// Actor returns who acts, with the grants of this moment, and whether the
// session still holds.
func (h *Handle) Actor() (domain.Actor, bool) {
	a := h.auth
	mono := a.o.Monotonic()
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.sessions[h.s.Key] != h.s || h.s.left(mono) <= 0 {
		return domain.Actor{}, false
	}
	account, ok := a.accounts[h.s.Account]
	if !ok || account.Disabled {
		return domain.Actor{}, false
	}
	return account.Actor(), true
}

// Account returns whose session it is.
func (h *Handle) Account() domain.AccountID { return h.s.Account }

// Token reports whether it is a program's.
func (h *Handle) Token() bool { return h.s.Token }

// Key returns the hash of the session's secret, which names it.
func (h *Handle) Key() domain.Hash { return h.s.Key }

// OnEnd has f called once, soon and in a goroutine of its own, when the session
// is ended or its account disabled or given other rights; if that has happened
// already, at once. It is not called for the passing of time: see [Handle.Left].
// stop ends the wait.
func (h *Handle) OnEnd(f func()) (stop func()) {
	a := h.auth
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.sessions[h.s.Key] != h.s {
		go f()
		return func() {}
	}
	if h.s.hooks == nil {
		h.s.hooks = map[*func()]struct{}{}
	}
	h.s.hooks[&f] = struct{}{}
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(h.s.hooks, &f)
	}
}

// tell calls the hooks. Auth.mu is held.
func (s *session) tell() {
	for f := range s.hooks {
		go (*f)()
	}
	s.hooks = nil
}

// tell closes what an account's sessions and tokens hold open. a.mu is held.
func (a *Auth) tell(id domain.AccountID) {
	for _, s := range a.sessions {
		if s.Account == id {
			s.tell()
		}
	}
}

// Left returns how long the session lasts if nobody uses it, and if none of the
// account's grants ends before. Zero or less: look at [Handle.Actor] again.
func (h *Handle) Left() time.Duration {
	a := h.auth
	mono, now := a.o.Monotonic(), a.o.Now()
	a.mu.RLock()
	defer a.mu.RUnlock()
	left := h.s.left(mono)
	for _, g := range a.accounts[h.s.Account].Grants {
		if g.Until.After(now) {
			left = min(left, g.Until.Sub(now))
		}
	}
	return left
}

// Touch tells that the session is in use.
func (h *Handle) Touch() {
	a := h.auth
	mono, now := a.o.Monotonic(), a.o.Now()
	a.mu.RLock()
	fresh := mono-h.s.used < time.Minute && h.s.used != 0
	a.mu.RUnlock()
	if fresh {
		return
	}
	a.mu.Lock()
	h.s.used = mono
	late := now.Sub(h.s.Seen) >= seenStep || now.Before(h.s.Seen)
	if late {
		if h.s.Seen.After(h.s.Created) && h.s.Seen.After(a.accounts[h.s.Account].Seen) {
			a.seen(h.s.Account, h.s.Seen)
		}
		h.s.Seen = now.UTC().Truncate(time.Millisecond)
		a.seen(h.s.Account, h.s.Seen)
	}
	a.mu.Unlock()
	if late {
		a.enqueue(h.s.Key)
	}
}

// seenEvery is how often it is stored that an account is in use.
const seenEvery = time.Hour

// visitGap is how long nobody uses an account before the next use is another visit.
const visitGap = 4 * time.Hour

// seen notes that an account was in use at a time: stored once an hour, with what is
// stored anyway. Where nobody had used it for long before, that was the end of the visit
// before this one. a.mu is held.
func (a *Auth) seen(id domain.AccountID, at time.Time) {
	account, ok := a.accounts[id]
	unused := at.Sub(account.Seen)
	if !ok || unused >= 0 && unused < seenEvery {
		return
	}
	if unused >= visitGap && !account.Seen.IsZero() {
		account.Before = account.Seen
	}
	account.Seen = at
	a.accounts[id] = account
	a.owedAccounts[id] = struct{}{}
}

// LastSeen returns when an account was last used: to five minutes while it has a
// session or a token, else to the hour. It is zero for one that never was.
func (a *Auth) LastSeen(id domain.AccountID) time.Time {
	a.mu.RLock()
	defer a.mu.RUnlock()
	last := a.accounts[id].Seen
	for _, s := range a.sessions {
		if s.Account == id && s.Seen.After(last) && s.Seen.After(s.Created) {
			last = s.Seen
		}
	}
	return last
}

// FormToken returns a value for a hidden field of a form. It is another one
// each time, so that compression cannot betray it, and bound to the session.
func (h *Handle) FormToken() string {
	mask := make([]byte, 32, 64)
	if _, err := io.ReadFull(h.auth.o.Random, mask); err != nil {
		panic(err) // the system has no randomness: no session is safe
	}
	sum := h.formSum()
	for i := range sum {
		mask = append(mask, mask[i]^sum[i])
	}
	return base64.RawURLEncoding.EncodeToString(mask)
}

// CheckFormToken reports whether a form came from a page of this session.
func (h *Handle) CheckFormToken(token string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 64 {
		return false
	}
	for i := range 32 {
		raw[32+i] ^= raw[i]
	}
	return hmac.Equal(raw[32:], h.formSum())
}

func (h *Handle) formSum() []byte {
	mac := hmac.New(sha256.New, []byte(h.secret))
	mac.Write([]byte("form"))
	return mac.Sum(nil)
}

func publicID(key domain.Hash) string { return hex.EncodeToString(key[:8]) }

// Sessions returns the sessions and tokens of an account, newest first; those
// of all accounts for "". Their keys are hashes, with which nobody can act.
func (a *Auth) Sessions(id domain.AccountID) []accounts.Session {
	mono := a.o.Monotonic()
	a.mu.RLock()
	defer a.mu.RUnlock()
	var out []accounts.Session
	for _, s := range a.sessions {
		if (id == "" || s.Account == id) && s.left(mono) > 0 {
			out = append(out, s.Session)
		}
	}
	slices.SortFunc(out, func(x, y accounts.Session) int {
		if c := y.Created.Compare(x.Created); c != 0 {
			return c
		}
		return slices.Compare(x.Key[:], y.Key[:])
	})
	return out
}

// issue makes a session or token and returns its secret.
func (a *Auth) issue(account domain.AccountID, token bool, label string) (string, *session, error) {
	raw := make([]byte, 32)
	if _, err := io.ReadFull(a.o.Random, raw); err != nil {
		return "", nil, unavailable("unavailable", err)
	}
	secret := base64.RawURLEncoding.EncodeToString(raw)
	if token {
		secret = "kbt_" + secret // a name that scanners for leaked secrets can know
	}
	now, mono := a.o.Now().UTC().Truncate(time.Millisecond), a.o.Monotonic()
	s := &session{
		Session: accounts.Session{
			Key: sha256.Sum256([]byte(secret)), Account: account, Token: token, Label: label,
			Created: now, Seen: now,
		},
		used: mono,
	}
	if token {
		s.Seen, s.used = time.Time{}, 0 // nobody has used it, unlike the session of someone who has just signed in
	} else {
		s.Ends, s.ends, s.idle = now.Add(Absolute), mono+Absolute, Idle
	}
	return secret, s, nil
}

// End ends one session or token of an account by its key in hexadecimal digits,
// of which the first sixteen are enough. NotFound if there is none.
func (a *Auth) End(account domain.AccountID, key string) error {
	found := false
	err := a.endWhere(func(s *session) bool {
		hit := s.Account == account && len(key) >= 16 && strings.HasPrefix(s.Key.String(), key)
		found = found || hit
		return hit
	})
	if err == nil && !found {
		return &domain.Error{Code: domain.NotFound, Field: "session", Msg: "session.unknown"}
	}
	return err
}

// Logout ends the session of a handle.
func (a *Auth) Logout(h *Handle) error {
	return a.endWhere(func(s *session) bool { return s == h.s })
}

// EndAll ends all sessions of an account; its tokens too if tokens is true.
func (a *Auth) EndAll(account domain.AccountID, tokens bool) error {
	return a.endWhere(func(s *session) bool { return s.Account == account && (tokens || !s.Token) })
}

// endWhere ends sessions: at once in memory, then in the store. An error means
// that they may come back after a restart.
func (a *Auth) endWhere(ends func(*session) bool) error {
	a.mu.Lock()
	keys := a.cut(ends)
	a.mu.Unlock()
	return a.drop(keys)
}

// cut ends sessions in memory and returns their keys. a.mu is held.
func (a *Auth) cut(ends func(*session) bool) (keys []domain.Hash) {
	for key, s := range a.sessions {
		if ends(s) {
			keys = append(keys, key)
			delete(a.sessions, key)
			s.tell()
		}
	}
	return keys
}
