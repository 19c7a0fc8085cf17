package accounts

import (
	"errors"
	"net/http"

	accountpages "kommunebilde/dashboard/accounts"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
)

// An invitation is a link whose secret comes after the "#": browsers do not send
// that part, so that it is in no log of ours or of a proxy in front. The page's
// script moves it into the form; without script it is typed. Asking for the page
// spends edge.Nothing, so that a mail program that looks at links does no harm.

func (s *Service) invitePage(k *edge.Call) error {
	return k.Page(accountpages.Invite(s.site, s.pages.Request(k), nil))
}

func (s *Service) takeInvite(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	secret, h, err := s.auth.Accept(k.Context(), f.Get("code"), f.Get("password"), k.From().String())
	var second *auth.SecondError
	if errors.As(err, &second) {
		return goOn(k, second, "/konto")
	}
	if err != nil {
		k.Cause = err
		s.loginRefused(k, "", err)
		k.Trace.Detail = "invitation"
		k.Status(edge.StatusOf(err))
		return k.Page(accountpages.Invite(s.site, s.pages.Request(k), errLogin(err)))
	}
	if err := s.begin(k, secret, h, "invitation"); err != nil {
		return err
	}
	return k.See(http.StatusSeeOther, "/konto?gjort=velkommen")
}

// inviteLink is what is sent to those who are invited.
func (s *Service) inviteLink(k *edge.Call, secret string) string {
	return k.URL(accountpages.InvitePath) + "#" + secret
}
