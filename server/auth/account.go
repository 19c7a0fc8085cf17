package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/audit"
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
	return a.admit(account.ID, accounts.ProofPassword, addr)
}

// checkPassword returns the account whose password it is. The attempt is over,
// and not yet counted as right: that is for someone who has shown all that is asked for.
func (a *Auth) checkPassword(ctx context.Context, id, password, addr string) (accounts.Account, *attempt, error) {
	var none accounts.Account
	name := domain.AccountID(strings.ToLower(strings.TrimSpace(id)))
	if !validID(string(name)) {
		name = "-" // no account, and no key in memory for each wrong name
	}
	try, err := a.delays.enter(name, addr)
	if err != nil {
		return none, nil, err
	}
	defer try.leave()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(try.out, cancel)() // its place is another's
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
	right, err := a.matches(ctx, phc, password, addr, try.known)
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
func (a *Auth) Known(typed string) (domain.AccountID, bool) {
	id := domain.AccountID(strings.ToLower(strings.TrimSpace(typed)))
	a.mu.RLock()
	defer a.mu.RUnlock()
	_, known := a.accounts[id]
	if !known {
		id = ""
	}
	return id, known
}

// open makes a session for an account, for what it has shown just now.
func (a *Auth) open(id domain.AccountID, proof accounts.Proof, addr string) (string, *Handle, error) {
	return a.openAs(id, proof, addr, func(*session) {})
}

// openLike makes a session in the place of another. One that a login provider
// gave stays the provider's, and lasts no longer.
func (a *Auth) openLike(h *Handle, proof accounts.Proof, addr string) (string, *Handle, error) {
	return a.openAs(h.Account(), proof, addr, func(s *session) {
		if h.s.Provider != "" {
			s.Provider, s.Subject, s.SID = h.s.Provider, h.s.Subject, h.s.SID
			s.Ends, s.ends = h.s.Ends, h.s.ends
		}
	})
}

func (a *Auth) openAs(id domain.AccountID, proof accounts.Proof, addr string, as func(*session)) (string, *Handle, error) {
	secret, s, err := a.issue(id, false, "")
	if err != nil {
		return "", nil, err
	}
	s.Proof, s.From = proof, from(pairOf(id, addr))
	s.fresh = s.used + freshFor
	as(s)
	a.add(s)
	return secret, &Handle{auth: a, s: s, secret: secret}, nil
}

// AddAccount makes an account. With an empty password nobody can sign in as it:
// it is for a program with a token.
func (a *Auth) AddAccount(ctx context.Context, account accounts.Account, password string) error {
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
	return a.putNew([]accounts.Account{account})
}

// begin checks a new account and leaves in it only what a new one has.
func (a *Auth) begin(account *accounts.Account) error {
	if !validID(string(account.ID)) {
		return invalid("id", "account.id")
	}
	var err error
	if account.Name, err = nameOf(account.Name); err != nil {
		return err
	}
	if err := checkGrants(account.Grants); err != nil {
		return err
	}
	*account = accounts.Account{
		ID: account.ID, Name: account.Name, Grants: slices.Clone(account.Grants), View: account.View, By: account.By, Created: a.now(),
		Identities: slices.Clone(account.Identities), Provider: account.Provider,
	}
	return nil
}

// putNew stores new accounts, all or none, then shows them.
func (a *Auth) putNew(all []accounts.Account) error {
	a.write.Lock()
	defer a.write.Unlock()
	for _, account := range all {
		if _, ok := a.Account(account.ID); ok {
			return accountExists(account.ID)
		}
	}
	if err := a.store.PutAccounts(all); err != nil {
		return unavailable("storage.failed", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, account := range all {
		a.accounts[account.ID] = account
		a.o.Log.Info("account added", "account", string(account.ID))
	}
	return nil
}

func accountExists(id domain.AccountID) error {
	return &domain.Error{Code: domain.Conflict, Field: "id", Msg: "account.exists", Args: []string{string(id)}}
}

// SetPassword gives an account another password and ends its sessions. Its
// tokens and its second step stay; an invitation is void. An account whose rights
// a login provider gives has no password.
func (a *Auth) SetPassword(ctx context.Context, id domain.AccountID, password string) error {
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
	if err := a.change(id, "password set", func(account *accounts.Account) {
		account.Password, account.Invite = phc, accounts.Invitation{}
	}); err != nil {
		return err
	}
	return a.EndAll(id, false)
}

// ChangePassword lets somebody who is signed in choose another password. The
// old one is checked as at login, and anyone with a second step must have shown it.
// All sessions end; the answer is a new one.
func (a *Auth) ChangePassword(ctx context.Context, h *Handle, old, password, addr string) (string, *Handle, error) {
	id := h.Account()
	if a.Steps(id).Set() {
		if err := a.mayChange(h); err != nil {
			return "", nil, err
		}
	}
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
	return a.openLike(h, h.proof(), addr)
}

// SetGrants gives an account other rights. Its sessions end, since a session
// must be a new one when rights rise; its tokens stay, with the new rights, but
// what they hold open is closed. Rights that are taken away are gone at once,
// also where that cannot be stored; new ones are there once they are.
func (a *Auth) SetGrants(id domain.AccountID, grants []domain.Grant) error {
	return a.EditGrants(id, func([]domain.Grant) ([]domain.Grant, error) { return grants, nil })
}

// EditGrants is SetGrants for rights that are made from those it has: of two who
// do so at once, the second starts from what the first made, so that none gives
// back what the other took.
func (a *Auth) EditGrants(id domain.AccountID, edit func([]domain.Grant) ([]domain.Grant, error)) error {
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
	return a.setGrants(id, slices.Clone(grants))
}

// setGrants is for callers that hold a.granting.
func (a *Auth) setGrants(id domain.AccountID, grants []domain.Grant) error {
	if err := checkGrants(grants); err != nil {
		return err
	}
	words, narrower := "grants set", false
	keys, err := a.narrow(id, false, func(account *accounts.Account) bool {
		kept := slices.DeleteFunc(slices.Clone(account.Grants), func(g domain.Grant) bool {
			return !slices.ContainsFunc(grants, g.Same)
		})
		narrower = len(kept) < len(account.Grants)
		account.Grants = kept
		return narrower
	})
	if err != nil {
		return err
	}
	err = a.change(id, words, func(account *accounts.Account) { account.Grants = grants })
	if err != nil {
		if narrower {
			return a.undurable(id, keys, words, err)
		}
		return err
	}
	a.mu.Lock()
	a.tell(id)
	a.mu.Unlock()
	return errors.Join(a.drop(keys), a.EndAll(id, false))
}

// Disable closes an account, or opens it again. Sessions and tokens of a closed
// account end. It is closed at once, also where that cannot be stored.
func (a *Auth) Disable(id domain.AccountID, disabled bool) error {
	if !disabled {
		return a.change(id, "account enabled", func(account *accounts.Account) { account.Disabled = false })
	}
	const words = "account disabled"
	keys, err := a.narrow(id, true, func(account *accounts.Account) bool {
		account.Disabled = true
		return true
	})
	if err != nil {
		return err
	}
	if err := a.change(id, words, func(account *accounts.Account) { account.Disabled = true }); err != nil {
		return a.undurable(id, keys, words, err)
	}
	return a.drop(keys)
}

// narrow takes rights away in memory. edit reports whether there was any to take;
// then the account's sessions end there too, with its tokens if tokens is true,
// and what the other tokens hold open is closed. It returns what is yet to be
// dropped from the store.
func (a *Auth) narrow(id domain.AccountID, tokens bool, edit func(*accounts.Account) bool) ([]domain.Hash, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	account, err := a.standing(id)
	if err != nil {
		return nil, err
	}
	if !edit(&account) {
		return nil, nil
	}
	a.accounts[id] = account
	a.tell(id)
	return a.cut(func(s *session) bool { return s.Account == id && (tokens || !s.Token) }), nil
}

// undurable says that rights are taken away until a restart only. They are
// stored as soon as anything can be.
func (a *Auth) undurable(id domain.AccountID, keys []domain.Hash, words string, err error) error {
	a.mu.Lock()
	a.owedAccounts[id] = struct{}{}
	a.mu.Unlock()
	a.owe(keys)
	a.o.Log.Error(words+", until a restart only", "account", string(id), "error", err)
	return notKept(err)
}

// notKept is what is told of something that is done, but not stored.
func notKept(err error) error { return unavailable("storage.undurable", err) }

// Rename gives an account another name. It returns what it was called before and
// what it is called now, as they lie beside the trace of it; nil if that is the
// same.
func (a *Auth) Rename(id domain.AccountID, name string) ([]*domain.Text, error) {
	name, err := nameOf(name)
	if err != nil {
		return nil, err
	}
	before := ""
	err = a.change(id, "account renamed", func(account *accounts.Account) {
		before, account.Name = account.Name, name
	})
	if err != nil || before == name {
		return nil, err
	}
	return []*domain.Text{audit.Name(salt(), before), audit.Name(salt(), name)}, nil
}

func salt() (s domain.Salt) {
	rand.Read(s[:]) // never fails
	return s
}

// Erase leaves nothing of an account but its id, which the journal and the audit
// log go on to name: no name, no password, no rights, no sessions or tokens.
// There is no way back, and nobody else gets the id. One that is erased stays so.
func (a *Auth) Erase(id domain.AccountID) error {
	if account, _ := a.Account(id); account.Erased() {
		return nil
	}
	if err := a.Disable(id, true); err != nil {
		return err
	}
	return a.change(id, "account erased", func(account *accounts.Account) {
		*account = accounts.Account{ID: account.ID, Created: account.Created, Disabled: true}
	})
}

// standing returns an account that may be changed: it is there and not erased.
// a.mu is held.
func (a *Auth) standing(id domain.AccountID) (accounts.Account, error) {
	account, ok := a.accounts[id]
	switch {
	case !ok:
		return account, unknownAccount()
	case account.Erased():
		return account, &domain.Error{Code: domain.Conflict, Field: "account", Msg: "account.erased"}
	}
	return account, nil
}

// MaxTokens is how many tokens an account may have.
const MaxTokens = 50

// AddToken makes a token for a program that acts as an account, and returns the
// only copy of its secret. Conflict if the account has as many as it may.
func (a *Auth) AddToken(id domain.AccountID, label string) (string, error) {
	label, err := nameOf(label)
	if err != nil {
		return "", err
	}
	account, ok := a.Account(id)
	if !ok || account.Disabled {
		return "", unknownAccount()
	}
	if account.Provider != "" {
		return "", invalid("account", "account.provider")
	}
	a.tokens.Lock()
	defer a.tokens.Unlock()
	if n := a.tokensOf(id); n >= MaxTokens {
		return "", &domain.Error{Code: domain.Conflict, Field: "account", Msg: "token.many", Args: []string{strconv.Itoa(n)}}
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

func (a *Auth) tokensOf(id domain.AccountID) (n int) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, s := range a.sessions {
		if s.Account == id && s.Token {
			n++
		}
	}
	return n
}

// RevokeToken ends a token by its key, as [Auth.End] does.
func (a *Auth) RevokeToken(account domain.AccountID, key string) error {
	if err := a.End(account, key); err != nil {
		return err
	}
	a.o.Log.Info("token revoked", "account", string(account))
	return nil
}

// change stores a changed account, then takes it over. edit is called twice:
// what was taken away from the account meanwhile stays taken away.
func (a *Auth) change(id domain.AccountID, words string, edit func(*accounts.Account)) error {
	a.write.Lock()
	defer a.write.Unlock()
	a.mu.RLock()
	account, err := a.standing(id)
	a.mu.RUnlock()
	if err != nil {
		return err
	}
	edit(&account)
	if err := a.store.PutAccounts([]accounts.Account{account}); err != nil {
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
	return &domain.Error{Code: domain.NotFound, Field: "account", Msg: "account.unknown"}
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

// nameOf returns the name of somebody or something as it is kept: in Unicode's
// NFC, without blanks at its ends.
func nameOf(typed string) (string, error) {
	name := norm.NFC.String(strings.TrimSpace(typed))
	if name == "" {
		return "", invalid("name", "name.missing")
	}
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > domain.MaxName {
		return "", invalid("name", "text.long", "200")
	}
	if strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.C, r) }) {
		return "", invalid("name", "text.control")
	}
	return name, nil
}

func checkGrants(grants []domain.Grant) error {
	for _, g := range grants {
		if !slices.Contains(domain.Roles(), g.Role) || g.Role == domain.RolePublic {
			return invalid("role", "role.unknown", string(g.Role))
		}
		if (g.Role == domain.RoleMunicipality) != (g.Municipality != "") {
			return invalid("municipality", "role.municipality")
		}
	}
	return nil
}
