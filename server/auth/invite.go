package auth

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"slices"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// inviteTime is how long an invitation can be taken.
const inviteTime = 7 * 24 * time.Hour

// Invite makes an invitation to choose an account's password, for somebody new
// or somebody who forgot. It returns the only copy of its secret. An earlier
// invitation is void; the password there was holds until another is chosen.
func (a *Auth) Invite(id domain.AccountID) (secret string, ends time.Time, err error) {
	account, ok := a.Account(id)
	if !ok || account.Disabled || IsScreen(account) {
		return "", time.Time{}, unknownAccount()
	}
	if account.Provider != "" {
		return "", time.Time{}, invalid("account", "account.provider")
	}
	if account.Provider != "" {
		return "", time.Time{}, invalid("account", "account.provider")
	}
	secret, invite, err := a.invitation()
	if err != nil {
		return "", time.Time{}, err
	}
	if err := a.change(id, "invited", func(account *accounts.Account) { account.Invite = invite }); err != nil {
		return "", time.Time{}, err
	}
	return secret, invite.Ends, nil
}

// invitation makes an invitation and its secret.
func (a *Auth) invitation() (secret string, invite accounts.Invitation, err error) {
	raw := make([]byte, 32)
	if _, err := io.ReadFull(a.o.Random, raw); err != nil {
		return "", invite, unavailable("unavailable", err)
	}
	secret = base64.RawURLEncoding.EncodeToString(raw)
	return secret, accounts.Invitation{Key: sha256.Sum256([]byte(secret)), Ends: a.now().Add(inviteTime)}, nil
}

// Enrol makes accounts, all or none, each with an invitation to choose its
// password, and returns the only copies of the invitations' secrets, in order.
// Conflict, naming it, if one of the accounts exists.
func (a *Auth) Enrol(all []accounts.Account) (secrets []string, ends time.Time, err error) {
	enrolled := slices.Clone(all)
	for i := range enrolled {
		if err := a.begin(&enrolled[i]); err != nil {
			return nil, ends, err
		}
		if slices.ContainsFunc(enrolled[:i], func(o accounts.Account) bool { return o.ID == enrolled[i].ID }) {
			return nil, ends, accountExists(enrolled[i].ID)
		}
		secret, invite, err := a.invitation()
		if err != nil {
			return nil, ends, err
		}
		enrolled[i].Invite, ends = invite, invite.Ends
		secrets = append(secrets, secret)
	}
	return secrets, ends, a.putNew(enrolled)
}

// Accept spends an invitation: the account gets the password, and its sessions
// end. The answer is that of [Auth.Login]: an account with a second step is
// asked for it. An invitation that never was, was taken, is too old or of a
// closed account is refused alike.
func (a *Auth) Accept(ctx context.Context, secret, password, addr string) (string, *Handle, error) {
	if err := a.mayChoose(clean(password), accounts.Account{}); err != nil {
		return "", nil, err
	}
	key := domain.Hash(sha256.Sum256([]byte(secret)))
	invited, ok := a.invited(key)
	if !ok {
		a.o.Log.Warn("invitation refused", "addr", addr)
		return "", nil, invalid("code", "invite.unknown")
	}
	if err := a.mayChoose(clean(password), invited); err != nil {
		return "", nil, err
	}
	phc, err := a.hash(ctx, password)
	if err != nil {
		return "", nil, err
	}
	account, err := a.accept(key, phc)
	if err != nil {
		return "", nil, err
	}
	a.o.Log.Info("invitation taken", "account", string(account.ID), "addr", addr)
	if err := a.EndAll(account.ID, false); err != nil {
		return "", nil, err
	}
	pair := pairOf(account.ID, addr)
	if account.Second.Set() {
		return "", nil, a.awaitSecond(account, addr, &attempt{t: a.delays, pair: pair, known: a.delays.knows(pair)})
	}
	a.delays.welcome(pair)
	return a.admit(account.ID, accounts.ProofPassword, addr)
}

// invited returns the account that an invitation is for.
func (a *Auth) invited(key domain.Hash) (accounts.Account, bool) {
	now := a.now()
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, account := range a.accounts {
		if account.Invite.Key == key && now.Before(account.Invite.Ends) && !account.Disabled {
			return account, true
		}
	}
	return accounts.Account{}, false
}

// accept stores the password in the place of the invitation: of two who take it
// at the same time, one.
func (a *Auth) accept(key domain.Hash, phc string) (accounts.Account, error) {
	a.write.Lock()
	defer a.write.Unlock()
	account, ok := a.invited(key)
	if !ok {
		return account, invalid("code", "invite.unknown")
	}
	account.Password, account.Invite = phc, accounts.Invitation{}
	if err := a.store.PutAccounts([]accounts.Account{account}); err != nil {
		return account, unavailable("storage.failed", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.accounts[account.ID] // what was taken away meanwhile stays taken away
	now.Password, now.Invite = account.Password, account.Invite
	a.accounts[account.ID] = now
	return now, nil
}
