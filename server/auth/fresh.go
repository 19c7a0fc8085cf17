package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"kommunebilde"
)

// freshFor is how long after showing who they are somebody may change how they
// sign in. Later they are asked again: a screen left open is not enough.
const freshFor = 10 * time.Minute

// Fresh tells whether who holds the session has just shown who they are.
func (h *Handle) Fresh() bool {
	return !h.s.Token && h.auth.o.Monotonic() < h.s.fresh
}

// mayChange refuses changes of how somebody signs in: for a program, and for a
// session that is not fresh.
func (a *Auth) mayChange(h *Handle) error {
	switch {
	case h.Token():
		return &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "forbidden.token"}
	case !h.Fresh():
		return &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "forbidden.again"}
	}
	return nil
}

// Confirm checks the password of who is signed in, and puts a fresh session in
// the place of theirs.
func (a *Auth) Confirm(ctx context.Context, h *Handle, password, addr string) (string, *Handle, error) {
	_, try, err := a.checkPassword(ctx, string(h.Account()), password, addr)
	if errors.Is(err, ErrLogin) {
		return "", nil, invalid("password", "password.wrong")
	}
	if err != nil {
		return "", nil, err
	}
	try.right()
	return a.renew(h, h.s.Proof, addr)
}

// renew puts a fresh session in the place of another. What the other holds open
// is closed.
func (a *Auth) renew(h *Handle, proof kommunebilde.Proof, addr string) (string, *Handle, error) {
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

// MustEnrol tells whether a session may do nothing but set up a second step: its
// account has a role that asks for one, and was let in by its password alone.
func (h *Handle) MustEnrol(now time.Time) bool {
	a := h.auth
	if h.s.Token || h.s.Proof != kommunebilde.ProofPassword || len(a.o.SecondFor) == 0 {
		return false
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	account := a.accounts[h.s.Account]
	return !account.Second.Set() && slices.ContainsFunc(account.Grants, func(g kommunebilde.Grant) bool {
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
