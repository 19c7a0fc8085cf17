package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// freshFor is how long after showing who they are somebody may change how they
// sign in. Later they are asked again: a screen left open is not enough.
const freshFor = 10 * time.Minute

// Fresh reports whether who holds the session has just shown who they are, by all
// that their account asks for now: where it has a second step, a password alone
// is not enough.
func (h *Handle) Fresh() bool {
	a := h.auth
	if h.s.Token || a.o.Monotonic() >= h.s.fresh {
		return false
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	return h.s.Proof != accounts.ProofPassword || !a.accounts[h.s.Account].Second.Set()
}

// proof returns what the session was let in by.
func (h *Handle) proof() accounts.Proof {
	h.auth.mu.RLock()
	defer h.auth.mu.RUnlock()
	return h.s.Proof
}

// showed notes that who holds a session let in by a password has shown a second
// step in it: that which they set up.
func (h *Handle) showed(proof accounts.Proof) {
	a := h.auth
	a.mu.Lock()
	if h.s.Proof == accounts.ProofPassword {
		h.s.Proof = proof
	}
	a.mu.Unlock()
	a.enqueue(h.s.Key)
}

// mayChange refuses changes of how somebody signs in: for a program, and for a
// session that is not fresh.
func (a *Auth) mayChange(h *Handle) error {
	switch {
	case h.Token():
		return &domain.Error{Code: domain.Forbidden, Msg: "forbidden.token"}
	case !h.Fresh():
		return &domain.Error{Code: domain.Forbidden, Msg: "forbidden.again"}
	}
	return nil
}

// Confirm checks the password of whoever is signed in, and a code too where their
// account has a second step, and puts a fresh session in the place of theirs.
func (a *Auth) Confirm(ctx context.Context, h *Handle, password, code, addr string) (string, *Handle, error) {
	account, try, err := a.checkPassword(ctx, string(h.Account()), password, addr)
	if errors.Is(err, ErrLogin) {
		return "", nil, invalid("password", "password.wrong")
	}
	if err != nil {
		return "", nil, err
	}
	proof := h.proof()
	if account.Second.Set() {
		if proof, err = a.takeCode(account.ID, code, addr); err != nil {
			a.o.Log.Warn("confirmation code refused", "account", string(account.ID), "addr", addr)
			return "", nil, err
		}
	}
	try.right()
	return a.renew(h, proof, addr)
}

// renew puts a fresh session in the place of another. What the other holds open
// is closed.
func (a *Auth) renew(h *Handle, proof accounts.Proof, addr string) (string, *Handle, error) {
	if _, ok := h.Actor(); !ok {
		return "", nil, ErrLogin
	}
	secret, next, err := a.openLike(h, proof, addr)
	if err != nil {
		return "", nil, err
	}
	if err := a.Logout(h); err != nil {
		return "", nil, errors.Join(err, a.Logout(next))
	}
	return secret, next, nil
}

// EndOthers ends all sessions of an account but this one. Tokens stay.
func (a *Auth) EndOthers(h *Handle) error {
	err := a.endWhere(func(s *session) bool { return s.Account == h.Account() && !s.Token && s != h.s })
	if err == nil {
		a.o.Log.Info("other sessions ended", "account", string(h.Account()))
	}
	return err
}

// MustEnrol reports whether a session may do nothing but set up a second step: its
// account has a role that asks for one, and was let in by its password alone.
func (h *Handle) MustEnrol(now time.Time) bool {
	a := h.auth
	if h.s.Token || len(a.o.SecondFor) == 0 {
		return false
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	if h.s.Proof != accounts.ProofPassword {
		return false
	}
	account := a.accounts[h.s.Account]
	return !account.Second.Set() && slices.ContainsFunc(account.Grants, func(g domain.Grant) bool {
		return slices.Contains(a.o.SecondFor, g.Role) && (g.Until.IsZero() || now.Before(g.Until))
	})
}

// derived returns 32 bytes that only this process can make, the same each time
// for the same parts.
func (a *Auth) derived(what string, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, a.key[:])
	mac.Write([]byte(what))
	for _, p := range parts {
		sum := sha256.Sum256(p) // of one length each: no two lists of parts are alike
		mac.Write(sum[:])
	}
	return mac.Sum(nil)
}
