package auth

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kommunebilde"
)

// Login checks a password and makes a session. It returns the secret for the
// browser and the session's handle. The error is [ErrLogin], whatever was
// wrong; a [SecondError] when the password was right and is not enough; a
// [WaitError] when it was not tried yet; or Unavailable when too many are
// signing in.
func (a *Auth) Login(ctx context.Context, id, password, addr string) (string, *Handle, error) {
	account, try, err := a.checkPassword(ctx, id, password, addr)
	if err != nil {
		return "", nil, err
	}
	if account.Second.Set() {
		return "", nil, a.awaitSecond(account, addr, try)
	}
	try.right()
	return a.admit(account.ID, kommunebilde.ProofPassword, addr)
}

// checkPassword returns the account whose password it is. The attempt is over,
// and not yet counted as right: that is for who has shown all that is asked for.
func (a *Auth) checkPassword(ctx context.Context, id, password, addr string) (kommunebilde.Account, *attempt, error) {
	var none kommunebilde.Account
	name := kommunebilde.AccountID(strings.ToLower(strings.TrimSpace(id)))
	if !validID(string(name)) {
		name = "-" // no account, and no key in memory for each wrong name
	}
	try, err := a.delays.enter(name, addr)
	if err != nil {
		return none, nil, err
	}
	defer try.leave()
	if try.wait > 0 {
		if err := a.o.Sleep(ctx, try.wait); err != nil {
			return none, nil, unavailable("login.busy", err)
		}
	}
	a.mu.RLock()
	account, known := a.accounts[name]
	a.mu.RUnlock()
	phc := account.Password
	if account.Disabled {
		phc = ""
	}
	if utf8.RuneCountInString(password) > MaxPassword {
		password = "" // as much work, and no match
	}
	right, err := a.matches(ctx, phc, password, try.known)
	if err != nil {
		return none, nil, err
	}
	if !right {
		try.wrong()
		// What was typed as a name may be a password: only known names are logged.
		if !known {
			name = ""
		}
		a.o.Log.Warn("login refused", "account", string(name), "addr", addr)
		return none, nil, ErrLogin
	}
	return account, try, nil
}

// Known returns the id of the account that somebody gave as a name, and whether
// there is one. It is for the audit log: nothing else of what was typed may be
// kept, and no answer may depend on it.
func (a *Auth) Known(typed string) (kommunebilde.AccountID, bool) {
	id := kommunebilde.AccountID(strings.ToLower(strings.TrimSpace(typed)))
	a.mu.RLock()
	defer a.mu.RUnlock()
	_, known := a.accounts[id]
	if !known {
		id = ""
	}
	return id, known
}

// open makes a session for an account, for what it has shown just now.
func (a *Auth) open(id kommunebilde.AccountID, proof kommunebilde.Proof, addr string) (string, *Handle, error) {
	return a.openAs(id, proof, addr, func(*session) {})
}

// openLike makes a session in the place of another. One that a login provider
// gave stays the provider's, and lasts no longer.
func (a *Auth) openLike(h *Handle, proof kommunebilde.Proof, addr string) (string, *Handle, error) {
	return a.openAs(h.Account(), proof, addr, func(s *session) {
		if h.s.Provider != "" {
			s.Provider, s.Subject, s.SID = h.s.Provider, h.s.Subject, h.s.SID
			s.Ends, s.ends = h.s.Ends, h.s.ends
		}
	})
}

func (a *Auth) openAs(id kommunebilde.AccountID, proof kommunebilde.Proof, addr string, as func(*session)) (string, *Handle, error) {
	secret, s, err := a.issue(id, false, "")
	if err != nil {
		return "", nil, err
	}
	s.Proof, s.From = proof, from(throttleKey{id, addr})
	s.fresh = s.used + freshFor
	as(s)
	a.add(s)
	return secret, &Handle{auth: a, s: s, secret: secret}, nil
}

// AddAccount makes an account. With an empty password nobody can sign in as it:
// it is for a program with a token.
func (a *Auth) AddAccount(ctx context.Context, account kommunebilde.Account, password string) error {
	if err := a.begin(&account); err != nil {
		return err
	}
	if password != "" {
		if err := a.mayChoose(clean(password), account); err != nil {
			return err
		}
		var err error
		if account.Password, err = a.hash(ctx, password); err != nil {
			return err
		}
	}
	return a.putNew([]kommunebilde.Account{account})
}

// begin checks a new account and leaves in it only what a new one has.
func (a *Auth) begin(account *kommunebilde.Account) error {
	if !validID(string(account.ID)) {
		return invalid("id", "account.id")
	}
	account.Name = norm.NFC.String(strings.TrimSpace(account.Name))
	if err := checkName(account.Name); err != nil {
		return err
	}
	if err := checkGrants(account.Grants); err != nil {
		return err
	}
	*account = kommunebilde.Account{
		ID: account.ID, Name: account.Name, Grants: slices.Clone(account.Grants), View: account.View, By: account.By, Created: a.now(),
		Identities: slices.Clone(account.Identities), Provider: account.Provider,
	}
	return nil
}

// putNew stores new accounts, all or none, then shows them.
func (a *Auth) putNew(accounts []kommunebilde.Account) error {
	a.write.Lock()
	defer a.write.Unlock()
	for _, account := range accounts {
		if _, ok := a.Account(account.ID); ok {
			return accountExists(account.ID)
		}
	}
	if err := a.store.PutAccounts(accounts); err != nil {
		return unavailable("storage.failed", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, account := range accounts {
		a.accounts[account.ID] = account
		a.o.Log.Info("account added", "account", string(account.ID))
	}
	return nil
}

func accountExists(id kommunebilde.AccountID) error {
	return &kommunebilde.Error{Code: kommunebilde.Conflict, Field: "id", Msg: "account.exists", Args: []string{string(id)}}
}

// SetPassword gives an account another password and ends its sessions. Its
// tokens and its second step stay; an invitation is void. An account whose rights
// a login provider gives has no password.
func (a *Auth) SetPassword(ctx context.Context, id kommunebilde.AccountID, password string) error {
	account, _ := a.Account(id)
	if err := a.mayChoose(clean(password), account); err != nil {
		return err
	}
	if account.Provider != "" {
		return invalid("account", "account.provider")
	}
	phc, err := a.hash(ctx, password)
	if err != nil {
		return err
	}
	if err := a.change(id, "password set", func(account *kommunebilde.Account) {
		account.Password, account.Invite = phc, kommunebilde.Invitation{}
	}); err != nil {
		return err
	}
	return a.EndAll(id, false)
}

// ChangePassword lets somebody who is signed in choose another password. The
// old one is checked as at login. All sessions end; the answer is a new one.
func (a *Auth) ChangePassword(ctx context.Context, h *Handle, old, password, addr string) (string, *Handle, error) {
	id := h.Account()
	account, _ := a.Account(id)
	if err := a.mayChoose(clean(password), account); err != nil {
		return "", nil, err
	}
	_, try, err := a.checkPassword(ctx, string(id), old, addr)
	if errors.Is(err, ErrLogin) {
		return "", nil, invalid("old", "password.wrong")
	}
	if err != nil {
		return "", nil, err
	}
	try.right()
	if err := a.SetPassword(ctx, id, password); err != nil {
		return "", nil, err
	}
	return a.openLike(h, h.s.Proof, addr)
}

// SetGrants gives an account other rights. Its sessions end, since a session
// must be a new one when rights rise; its tokens stay, with the new rights, but
// what they hold open is closed. Rights that are taken away are gone at once,
// also where that cannot be stored; new ones are there once they are.
func (a *Auth) SetGrants(id kommunebilde.AccountID, grants []kommunebilde.Grant) error {
	return a.EditGrants(id, func([]kommunebilde.Grant) ([]kommunebilde.Grant, error) { return grants, nil })
}

// EditGrants is SetGrants for rights that are made from those it has: of two who
// do so at once, the second starts from what the first made, so that none gives
// back what the other took.
func (a *Auth) EditGrants(id kommunebilde.AccountID, edit func([]kommunebilde.Grant) ([]kommunebilde.Grant, error)) error {
	a.granting.Lock()
	defer a.granting.Unlock()
	account, ok := a.Account(id)
	if !ok {
		return unknownAccount()
	}
	grants, err := edit(account.Grants)
	if err != nil {
		return err
	}
	if len(grants) > 0 && a.erased(id) {
		return unknownAccount()
	}
	return a.setGrants(id, slices.Clone(grants))
}

// setGrants is for who holds a.granting.
func (a *Auth) setGrants(id kommunebilde.AccountID, grants []kommunebilde.Grant) error {
	if err := checkGrants(grants); err != nil {
		return err
	}
	words, narrower := "grants set", false
	keys, err := a.narrow(id, false, func(account *kommunebilde.Account) bool {
		kept := slices.DeleteFunc(slices.Clone(account.Grants), func(g kommunebilde.Grant) bool {
			return !slices.ContainsFunc(grants, g.Same)
		})
		narrower = len(kept) < len(account.Grants)
		account.Grants = kept
		return narrower
	})
	if err != nil {
		return err
	}
	err = a.change(id, words, func(account *kommunebilde.Account) { account.Grants = grants })
	if err != nil {
		if narrower {
			return a.undurable(id, keys, words, err)
		}
		return err
	}
	a.mu.Lock()
	for _, s := range a.sessions {
		if s.Account == id && s.Token {
			s.tell()
		}
	}
	a.mu.Unlock()
	return errors.Join(a.drop(keys), a.EndAll(id, false))
}

// Disable closes an account, or opens it again. Sessions and tokens of a closed
// account end. It is closed at once, also where that cannot be stored.
func (a *Auth) Disable(id kommunebilde.AccountID, disabled bool) error {
	if !disabled {
		if a.erased(id) {
			return unknownAccount()
		}
		return a.change(id, "account enabled", func(account *kommunebilde.Account) { account.Disabled = false })
	}
	const words = "account disabled"
	keys, err := a.narrow(id, true, func(account *kommunebilde.Account) bool {
		account.Disabled = true
		return true
	})
	if err != nil {
		return err
	}
	if err := a.change(id, words, func(account *kommunebilde.Account) { account.Disabled = true }); err != nil {
		return a.undurable(id, keys, words, err)
	}
	return a.drop(keys)
}

// narrow takes rights away in memory. edit tells whether there was any to take;
// then the account's sessions end there too, with its tokens if tokens is true,
// and what the other tokens hold open is closed. It returns what is yet to be
// dropped from the store.
func (a *Auth) narrow(id kommunebilde.AccountID, tokens bool, edit func(*kommunebilde.Account) bool) ([]kommunebilde.Hash, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	account, ok := a.accounts[id]
	if !ok {
		return nil, unknownAccount()
	}
	if !edit(&account) {
		return nil, nil
	}
	a.accounts[id] = account
	for _, s := range a.sessions {
		if s.Account == id {
			s.tell()
		}
	}
	return a.cut(func(s *session) bool { return s.Account == id && (tokens || !s.Token) }), nil
}

// undurable says that rights are taken away until a restart only. They are
// stored as soon as anything can be.
func (a *Auth) undurable(id kommunebilde.AccountID, keys []kommunebilde.Hash, words string, err error) error {
	a.mu.Lock()
	a.owedAccounts[id] = struct{}{}
	a.mu.Unlock()
	a.owe(keys)
	a.o.Log.Error(words+", until a restart only", "account", string(id), "error", err)
	return notKept(err)
}

// notKept is what is told of something that is done, but not stored.
func notKept(err error) error { return unavailable("storage.undurable", err) }

// Rename gives an account another name; "" erases it.
func (a *Auth) Rename(id kommunebilde.AccountID, name string) error {
	name = norm.NFC.String(strings.TrimSpace(name))
	if name != "" {
		if err := checkName(name); err != nil {
			return err
		}
		if a.erased(id) {
			return unknownAccount()
		}
	}
	return a.change(id, "account renamed", func(account *kommunebilde.Account) { account.Name = name })
}

// Erase leaves nothing of an account but its id, which the journal and the audit
// log go on to name: no name, no password, no rights, no sessions or tokens.
// There is no way back, and nobody else gets the id.
func (a *Auth) Erase(id kommunebilde.AccountID) error {
	if err := a.Disable(id, true); err != nil {
		return err
	}
	return a.change(id, "account erased", func(account *kommunebilde.Account) {
		*account = kommunebilde.Account{ID: account.ID, Created: account.Created, Disabled: true}
	})
}

// erased tells whether nothing is left of an account but its id: what the journal
// and the audit log say of it must not become somebody else's.
func (a *Auth) erased(id kommunebilde.AccountID) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	account, ok := a.accounts[id]
	return ok && account.Disabled && account.Name == "" && account.Password == "" && len(account.Grants) == 0 && len(account.Identities) == 0
}

// AddToken makes a token for a program that acts as an account, and returns the
// only copy of its secret.
func (a *Auth) AddToken(id kommunebilde.AccountID, label string) (string, error) {
	label = norm.NFC.String(strings.TrimSpace(label))
	if err := checkName(label); err != nil {
		return "", err
	}
	account, ok := a.Account(id)
	if !ok || account.Disabled {
		return "", unknownAccount()
	}
	if account.Provider != "" {
		return "", invalid("account", "account.provider")
	}
	secret, s, err := a.issue(id, true, label)
	if err != nil {
		return "", err
	}
	if err := a.keep(s); err != nil {
		return "", err
	}
	a.o.Log.Info("token added", "account", string(id), "token", publicID(s.Key))
	return secret, nil
}

// RevokeToken ends a token by its key, as [Auth.End] does.
func (a *Auth) RevokeToken(account kommunebilde.AccountID, key string) error {
	if err := a.End(account, key); err != nil {
		return err
	}
	a.o.Log.Info("token revoked", "account", string(account))
	return nil
}

// change stores a changed account, then takes it over. edit is called twice:
// what was taken away from the account meanwhile stays taken away.
func (a *Auth) change(id kommunebilde.AccountID, words string, edit func(*kommunebilde.Account)) error {
	a.write.Lock()
	defer a.write.Unlock()
	a.mu.RLock()
	account, ok := a.accounts[id]
	a.mu.RUnlock()
	if !ok {
		return unknownAccount()
	}
	edit(&account)
	if err := a.store.PutAccounts([]kommunebilde.Account{account}); err != nil {
		return unavailable("storage.failed", err)
	}
	a.mu.Lock()
	account = a.accounts[id]
	edit(&account)
	a.accounts[id] = account
	a.mu.Unlock()
	a.o.Log.Info(words, "account", string(id))
	return nil
}

func unknownAccount() error {
	return &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "account", Msg: "account.unknown"}
}

func validID(id string) bool {
	if id == "" || len(id) > 64 || strings.ContainsRune("._-", rune(id[0])) {
		return false
	}
	for _, r := range id {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("._-", r) {
			return false
		}
	}
	return true
}

func checkName(name string) error {
	if name == "" {
		return invalid("name", "name.missing")
	}
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > kommunebilde.MaxName {
		return invalid("name", "text.long", "200")
	}
	if strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.C, r) }) {
		return invalid("name", "text.control")
	}
	return nil
}

func checkGrants(grants []kommunebilde.Grant) error {
	for _, g := range grants {
		if !slices.Contains(kommunebilde.Roles(), g.Role) || g.Role == kommunebilde.RolePublic {
			return invalid("role", "role.unknown", string(g.Role))
		}
		if (g.Role == kommunebilde.RoleMunicipality) != (g.Municipality != "") {
			return invalid("municipality", "role.municipality")
		}
	}
	return nil
}
