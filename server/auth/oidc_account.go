package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/audit"
)

// providerLasts is how long somebody is signed in before the provider is asked
// again whether they still may.
const providerLasts = 12 * time.Hour

// arrive signs in who a provider has named. An account that is bound to the
// identity has the rights it was given here. Else the rights are the provider's:
// they are given to an account of their own at each login, and taken from it
// where the provider no longer says so; without any there is no session, and no
// account is made.
func (p *Providers) arrive(ctx context.Context, one *provider, who person, addr string) (string, *Handle, error) {
	p.arriving.Lock()
	defer p.arriving.Unlock()
	a := p.auth
	if account, ok := a.bound(who.identity); ok {
		return p.enter(one, account, who, addr)
	}
	if err := p.withdraw(who); err != nil {
		return "", nil, err
	}
	if len(who.grants) == 0 {
		// The request's number finds in the log who shall have access.
		return "", nil, one.refuse(RefusedNobody, fmt.Errorf("issuer %q, subject %q", who.identity.Issuer, who.identity.Subject))
	}
	id := accountOf(who)
	account, ok := a.Account(id)
	name := who.name
	if name == "" {
		name = string(id)
	}
	if !ok {
		err := a.AddAccount(ctx, accounts.Account{
			ID: id, Name: name, Grants: who.grants, Provider: who.provider, Identities: []accounts.Identity{who.identity},
		}, "")
		if err != nil {
			return "", nil, err
		}
		p.note(audit.AccountAdded, id, who)
		account, _ = a.Account(id)
		return p.enter(one, account, who, addr)
	}
	if account.Disabled {
		return p.enter(one, account, who, addr)
	}
	if who.name != "" && account.Name != name {
		names, err := a.Rename(id, name)
		if err != nil {
			return "", nil, err
		}
		a.Trail().Note(audit.Trace{What: audit.AccountRenamed, Who: id, Whom: id, Detail: who.provider, Names: names})
	}
	if !slices.EqualFunc(account.Grants, who.grants, domain.Grant.Same) {
		p.note(audit.GrantsChanged, id, who)
		if err := a.SetGrants(id, who.grants); err != nil {
			return "", nil, err
		}
	}
	return p.enter(one, account, who, addr)
}

// note leaves in the audit log what a provider did to an account. Nobody waits:
// the login that brought it is left too.
func (p *Providers) note(what audit.Kind, id domain.AccountID, who person) {
	p.auth.Trail().Note(audit.Trace{What: what, Who: id, Whom: id, Detail: who.provider})
}

// enter makes the session.
func (p *Providers) enter(one *provider, account accounts.Account, who person, addr string) (string, *Handle, error) {
	a := p.auth
	if account.Disabled {
		return "", nil, one.refuse(RefusedClosed, errors.New(string(account.ID)))
	}
	secret, s, err := a.issue(account.ID, false, "")
	if err != nil {
		return "", nil, err
	}
	s.Ends, s.ends = s.Created.Add(providerLasts), s.used+providerLasts
	s.Proof, s.Provider, s.Subject, s.SID = accounts.ProofProvider, who.provider, who.sub, who.sid
	if who.again {
		s.fresh = s.used + freshFor
	}
	a.add(s)
	a.o.Log.Info("login", "account", string(account.ID), "provider", who.provider, "addr", addr)
	return secret, &Handle{auth: a, s: s, secret: secret}, nil
}

// withdraw takes the rights from accounts that somebody was given by the
// provider and is given no more: another municipality's, or their own without a
// role.
func (p *Providers) withdraw(who person) error {
	for _, account := range p.auth.Accounts() {
		if account.Provider != who.provider || !slices.Contains(account.Identities, who.identity) || len(account.Grants) == 0 {
			continue
		}
		kept := account.Grants
		if len(who.municipalities) > 0 {
			kept = slices.DeleteFunc(slices.Clone(kept), func(g domain.Grant) bool { return !slices.Contains(who.municipalities, g.Municipality) })
		} else if len(who.grants) == 0 {
			kept = nil
		}
		if len(kept) == len(account.Grants) {
			continue
		}
		p.note(audit.GrantsChanged, account.ID, who)
		if err := p.auth.SetGrants(account.ID, kept); err != nil {
			return err
		}
	}
	return nil
}

// accountOf names the account that a provider gives rights to: of a person, and
// for a municipality one for each that they come for. The name says nothing of
// the person.
func accountOf(who person) domain.AccountID {
	sum := sha256.Sum256([]byte(who.identity.Issuer + "\n" + who.identity.Subject + "\n" + string(who.municipality)))
	return domain.AccountID(who.provider + "-" + hex.EncodeToString(sum[:10]))
}

// bound returns the account that was bound to an identity here.
func (a *Auth) bound(identity accounts.Identity) (accounts.Account, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, account := range a.accounts {
		if account.Provider == "" && slices.Contains(account.Identities, identity) {
			return account, true
		}
	}
	return accounts.Account{}, false
}

// Bind lets somebody sign in as an account by a provider, or no longer. An
// identity belongs to one account.
func (a *Auth) Bind(id domain.AccountID, identity accounts.Identity, bind bool) error {
	if identity.Issuer == "" || identity.Subject == "" || len(identity.Issuer) > 500 || len(identity.Subject) > 255 {
		return invalid("identity", "account.identity")
	}
	account, ok := a.Account(id)
	if !ok {
		return unknownAccount()
	}
	if account.Provider != "" {
		return invalid("account", "account.provider")
	}
	if other, ok := a.bound(identity); bind && ok && other.ID != id {
		return &domain.Error{Code: domain.Conflict, Field: "identity", Msg: "account.identity_taken"}
	}
	words := "identity bound"
	if !bind {
		words = "identity unbound"
	}
	err := a.change(id, words, func(account *accounts.Account) {
		kept := slices.DeleteFunc(slices.Clone(account.Identities), func(o accounts.Identity) bool { return o == identity })
		if bind {
			kept = append(kept, identity)
		}
		account.Identities = kept
	})
	if err != nil || bind {
		return err
	}
	return a.endWhere(func(s *session) bool { return s.Account == id && s.Provider != "" })
}

// Provider returns which login provider somebody signed in by, "" for none.
func (h *Handle) Provider() string { return h.s.Provider }
