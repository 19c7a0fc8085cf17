package auth

import (
	"context"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// A wall screen is an account of its own, without a password, with the role
// skjerm and nothing else. It has one session, which lasts until it is taken
// away or the screen was dark for long: a wall that was dark for a month comes
// back by itself.

// IsScreen reports whether an account is a wall screen's.
func IsScreen(account accounts.Account) bool {
	for _, g := range account.Grants {
		if g.Role != domain.RoleScreen {
			return false
		}
	}
	return len(account.Grants) > 0
}

// AddScreen makes a wall screen that shows a board, by a path of ours; by is who
// paired it.
func (a *Auth) AddScreen(ctx context.Context, by domain.AccountID, name string, board domain.BoardID, view string) (domain.AccountID, error) {
	raw := make([]byte, 4)
	if _, err := io.ReadFull(a.o.Random, raw); err != nil {
		return "", unavailable("unavailable", err)
	}
	id := domain.AccountID("skjerm-" + hex.EncodeToString(raw))
	return id, a.AddAccount(ctx, accounts.Account{
		ID: id, Name: name, View: view, By: by, Grants: []domain.Grant{{Role: domain.RoleScreen, Scope: board}},
	}, "")
}

// Screens returns the wall screens that are not taken away, by id.
func (a *Auth) Screens() []accounts.Account {
	var out []accounts.Account
	for _, account := range a.Accounts() {
		if IsScreen(account) && !account.Disabled && account.View != "" {
			out = append(out, account)
		}
	}
	return out
}

// OpenScreen makes the session of a wall screen: it ends when the screen is not
// seen for long. Earlier ones of the same screen end.
func (a *Auth) OpenScreen(id domain.AccountID) (string, *Handle, error) {
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
	s.Ends, s.ends, s.idle = time.Time{}, 0, ScreenIdle
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
	if err := a.store.PutSessions([]accounts.Session{s.Session}); err != nil {
		return unavailable("storage.failed", err)
	}
	a.mu.Lock()
	a.sessions[s.Key] = s
	a.mu.Unlock()
	return nil
}

// ShowOn gives a wall screen another view, and the board that belongs to it.
// Its session stays, since it is given no more than it had. Of a board that it is
// sent away from it sees nothing more: what it holds open there is closed.
func (a *Auth) ShowOn(id domain.AccountID, board domain.BoardID, view string) error {
	if account, ok := a.Account(id); !ok || account.Disabled || !IsScreen(account) {
		return unknownAccount()
	}
	moved := false
	err := a.change(id, "screen shows "+strings.ToValidUTF8(string(board), ""), func(account *accounts.Account) {
		moved = !slices.ContainsFunc(account.Grants, func(g domain.Grant) bool { return g.Scope == board })
		account.View, account.Grants = view, []domain.Grant{{Role: domain.RoleScreen, Scope: board}}
	})
	if err == nil && moved {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.tell(id)
	}
	return err
}
