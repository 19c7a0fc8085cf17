package auth

import (
	"context"
	"encoding/hex"
	"io"
	"strings"
	"time"

	"kommunebilde"
)

// A wall screen is an account of its own, without a password, with the role
// skjerm and nothing else. It has one session, which lasts until it is taken
// away: a wall that was dark for a month comes back by itself.

// screenStays is how long a screen still sees the board it was sent away from:
// until it has heard where to go.
const screenStays = time.Minute

// IsScreen tells whether an account is a wall screen's.
func IsScreen(account kommunebilde.Account) bool {
	for _, g := range account.Grants {
		if g.Role != kommunebilde.RoleScreen {
			return false
		}
	}
	return len(account.Grants) > 0
}

// AddScreen makes a wall screen that shows a board, by a path of ours; by is who
// paired it.
func (a *Auth) AddScreen(ctx context.Context, by kommunebilde.AccountID, name string, board kommunebilde.BoardID, view string) (kommunebilde.AccountID, error) {
	raw := make([]byte, 4)
	if _, err := io.ReadFull(a.o.Random, raw); err != nil {
		return "", unavailable("unavailable", err)
	}
	id := kommunebilde.AccountID("skjerm-" + hex.EncodeToString(raw))
	return id, a.AddAccount(ctx, kommunebilde.Account{
		ID: id, Name: name, View: view, By: by, Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleScreen, Scope: board}},
	}, "")
}

// Screens returns the wall screens that are not taken away, by id.
func (a *Auth) Screens() []kommunebilde.Account {
	var out []kommunebilde.Account
	for _, account := range a.Accounts() {
		if IsScreen(account) && !account.Disabled && account.View != "" {
			out = append(out, account)
		}
	}
	return out
}

// OpenScreen makes the session of a wall screen: it has no end. Earlier ones of
// the same screen end.
func (a *Auth) OpenScreen(id kommunebilde.AccountID) (string, *Handle, error) {
	account, ok := a.Account(id)
	if !ok || account.Disabled || !IsScreen(account) {
		return "", nil, unknownAccount()
	}
	if err := a.EndAll(id, true); err != nil {
		return "", nil, err
	}
	secret, s, err := a.issue(id, false, "")
	if err != nil {
		return "", nil, err
	}
	s.Ends, s.ends = time.Time{}, 0
	if err := a.keep(s); err != nil {
		return "", nil, err
	}
	a.o.Log.Info("screen paired", "account", string(id))
	return secret, &Handle{auth: a, s: s, secret: secret}, nil
}

// keep stores a session that is to survive, then shows it.
func (a *Auth) keep(s *session) error {
	a.write.Lock()
	defer a.write.Unlock()
	if err := a.store.PutSessions([]kommunebilde.Session{s.Session}); err != nil {
		return unavailable("storage.failed", err)
	}
	a.mu.Lock()
	a.sessions[s.Key] = s
	a.mu.Unlock()
	return nil
}

// ShowOn gives a wall screen another view, and the board that belongs to it.
// Its session stays, since it is given no more than it had; it sees the former
// board for a minute more, to hear of it there.
func (a *Auth) ShowOn(id kommunebilde.AccountID, board kommunebilde.BoardID, view string) error {
	if account, ok := a.Account(id); !ok || account.Disabled || !IsScreen(account) {
		return unknownAccount()
	}
	now := a.now()
	return a.change(id, "screen shows "+strings.ToValidUTF8(string(board), ""), func(account *kommunebilde.Account) {
		grants := []kommunebilde.Grant{{Role: kommunebilde.RoleScreen, Scope: board}}
		for _, g := range account.Grants {
			if g.Until.IsZero() {
				g.Until = now.Add(screenStays)
			}
			if g.Scope != board && g.Until.After(now) {
				grants = append(grants, g)
			}
		}
		account.View, account.Grants = view, grants
	})
}
