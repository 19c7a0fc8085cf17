package accounts

import (
	"net/http"

	accountpages "kommunebilde/dashboard/accounts"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// asksAgain sends who is not fresh to show who they are, and then back.
func asksAgain(k *edge.Call, err error, back string) error {
	if edge.Told(err, edge.StatusOf(err)).Msg == "forbidden.again" && !k.WantsJSON() {
		k.Trace.What = edge.Nothing
		return k.See(http.StatusSeeOther, withNext("/konto/bekreft", back))
	}
	return err
}

// fresh lets a handler run only for somebody who has just shown who they are. A program
// cannot: with a token that got away, somebody would give themselves what stays
// when it is revoked.
func fresh(back string, h func(*edge.Call) error) func(*edge.Call) error {
	return func(k *edge.Call) error {
		switch {
		case k.Bearer:
			return &domain.Error{Code: domain.Forbidden, Msg: "forbidden.token"}
		case !k.Handle.Fresh():
			return asksAgain(k, &domain.Error{Code: domain.Forbidden, Msg: "forbidden.again"}, back)
		}
		return h(k)
	}
}

// freshOnPerson is fresh for a form about the account in the address.
func (s *Service) freshOnPerson(h func(*edge.Call) error) func(*edge.Call) error {
	return func(k *edge.Call) error {
		account, err := s.person(k)
		if err != nil {
			return err
		}
		return fresh("/kontoer/"+string(account.ID), h)(k)
	}
}

func (s *Service) confirmPage(k *edge.Call) error {
	form := accountpages.StepForm{Next: edge.OwnPath(k.Query("next"), "/konto")}
	if id := k.Handle.Provider(); id != "" && s.providers != nil {
		if p := s.providers.Config(id); p != nil {
			form.Provider, form.ProviderName = id, p.Title(k.Lang)
		}
	}
	return k.Page(accountpages.Confirm(s.site, s.pages.Request(k), s.ownSteps(k), form))
}

func (s *Service) confirm(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	if k.Bearer {
		return &domain.Error{Code: domain.Forbidden, Msg: "forbidden.token"}
	}
	next := edge.OwnPath(f.Get("next"), "/konto")
	secret, h, err := s.auth.Confirm(k.Context(), k.Handle, f.Get("password"), f.Get("code"), k.From().String())
	if err != nil {
		k.Cause = err
		s.loginRefused(k, string(k.Handle.Account()), err)
		form := accountpages.StepForm{Next: next, Err: errLogin(err), Wait: refuse(k, err)}
		return k.Page(accountpages.Confirm(s.site, s.pages.Request(k), s.ownSteps(k), form))
	}
	k.SignedIn(h, "confirmed")
	k.SetSession(secret)
	return k.See(http.StatusSeeOther, next)
}
