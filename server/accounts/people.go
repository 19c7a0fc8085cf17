package accounts

import (
	"net/http"
	"net/url"

	accountpages "kommunebilde/dashboard/accounts"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/server/edge"
)

// Everybody's accounts, for those who manage them: roles, invitations, sessions,
// tokens, and the municipalities' contacts from a spreadsheet.

// catalogue is the rows and columns that grants name: those of the live picture.
func catalogue(k *edge.Call) (*domain.Catalogue, error) {
	p, err := k.Picture(domain.Live)
	if err != nil {
		return nil, err
	}
	return p.Catalogue(), nil
}

func (s *Service) accounts(k *edge.Call) error {
	cat, err := catalogue(k)
	if err != nil {
		return err
	}
	return k.Page(accountpages.Accounts(s.site, s.pages.Request(k), accountpages.AccountsPage{
		Accounts: s.auth.Accounts(), Seen: s.auth.LastSeen, Steps: s.steps, Catalogue: cat, Find: k.Query("q"),
	}))
}

// person is the account in the address.
func (s *Service) person(k *edge.Call) (accounts.Account, error) {
	account, ok := s.auth.Account(domain.AccountID(k.Param("id")))
	if !ok {
		return account, &domain.Error{Code: domain.NotFound, Field: "account", Msg: "account.unknown"}
	}
	k.Trace.Whom = account.ID
	return account, nil
}

func (s *Service) personPage(k *edge.Call) error { return s.showPerson(k, "") }

func (s *Service) showPerson(k *edge.Call, token string) error {
	account, err := s.person(k)
	if err != nil {
		return err
	}
	cat, err := catalogue(k)
	if err != nil {
		return err
	}
	return k.Page(accountpages.Person(s.site, s.pages.Request(k), accountpages.PersonPage{
		Account: account, Sessions: s.auth.Sessions(account.ID), Seen: s.auth.LastSeen(account.ID), Steps: s.steps(account.ID),
		Catalogue: cat, Own: account.ID == k.Handle.Account(), Token: token,
	}))
}

// onPerson makes the handler of a form about the account in the address.
func (s *Service) onPerson(done string, do func(k *edge.Call, f url.Values, account accounts.Account) error) func(*edge.Call) error {
	return func(k *edge.Call) error {
		f, err := k.Form()
		if err != nil {
			return err
		}
		account, err := s.person(k)
		if err != nil {
			return err
		}
		if err := do(k, f, account); err != nil {
			return err
		}
		if _, ok := k.Handle.Actor(); !ok { // one's own rights changed, or one's own session ended
			k.SetSession("")
			return k.See(http.StatusSeeOther, "/login?next="+url.QueryEscape("/kontoer/"+string(account.ID)))
		}
		return k.See(http.StatusSeeOther, edge.WithQuery("/kontoer/"+string(account.ID), "gjort", done))
	}
}

// addAccount makes an account without a password, and the invitation to choose
// one.
func (s *Service) addAccount(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	cat, err := catalogue(k)
	if err != nil {
		return err
	}
	grant, err := grantIn(f, cat, k.Now)
	if err != nil {
		return err
	}
	account := accounts.Account{ID: domain.AccountID(edge.Trimmed(f, "account")), Name: f.Get("name"), Grants: []domain.Grant{grant}}
	return s.enrol(k, []accounts.Account{account}, cat)
}

// enrol makes accounts, all or none, and shows the links with which their owners
// choose a password, this once.
func (s *Service) enrol(k *edge.Call, all []accounts.Account, cat *domain.Catalogue) error {
	secrets, ends, err := s.auth.Enrol(all)
	if err != nil {
		return err
	}
	var list []accountpages.Invitation
	for i, account := range all {
		if k.Trace.Whom = account.ID; i < len(all)-1 { // the last is the call's own
			if err := k.LeaveTrace(); err != nil {
				return err
			}
		}
		list = append(list, accountpages.Invitation{Account: account, Link: s.inviteLink(k, secrets[i]), Ends: ends})
	}
	return k.Page(accountpages.Invited(s.site, s.pages.Request(k), list, cat))
}

func (s *Service) inviteAgain(k *edge.Call) error {
	account, err := s.person(k)
	if err != nil {
		return err
	}
	cat, err := catalogue(k)
	if err != nil {
		return err
	}
	secret, ends, err := s.auth.Invite(account.ID)
	if err != nil {
		return err
	}
	return k.Page(accountpages.Invited(s.site, s.pages.Request(k), []accountpages.Invitation{{Account: account, Link: s.inviteLink(k, secret), Ends: ends}}, cat))
}

func (s *Service) renamePerson(k *edge.Call, f url.Values, account accounts.Account) error {
	names, err := s.auth.Rename(account.ID, f.Get("name"))
	if k.Trace.Names = names; names == nil {
		k.Trace.What = edge.Nothing
	}
	return err
}

// resetSecond takes the second step of an account away: for somebody who has lost theirs.
func (s *Service) resetSecond(k *edge.Call, _ url.Values, account accounts.Account) error {
	return s.auth.ResetSecond(account.ID)
}

// endSessions ends one session or token of an account, or all of them.
func (s *Service) endSessions(k *edge.Call, f url.Values, account accounts.Account) error {
	if key := f.Get("session"); key != "" {
		k.Trace.Detail = "one"
		return s.auth.End(account.ID, key)
	}
	k.Trace.Detail = "all"
	return s.auth.EndAll(account.ID, true)
}

// addToken makes a token for a program and shows it, this once.
func (s *Service) addToken(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	account, err := s.person(k)
	if err != nil {
		return err
	}
	secret, err := s.auth.AddToken(account.ID, f.Get("label"))
	if err != nil {
		return err
	}
	return s.showPerson(k, secret)
}
