package server

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
	"kommunebilde/dashboard"
	"kommunebilde/server/auth"
)

// An invitation is a link whose secret comes after the "#": browsers do not send
// that part, so that it is in no log of ours or of a proxy in front. The page's
// script moves it into the form; without script it is typed. Asking for the page
// spends nothing, so that a mail program that looks at links does no harm.

func (s *Server) invitePage(k *call) error {
	return k.page(s.cfg.Site.Invite(k.request(), nil))
}

func (s *Server) takeInvite(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	secret, h, err := s.cfg.Auth.Accept(k.ctx, f.Get("code"), f.Get("password"), k.from())
	var second *auth.SecondError
	if errors.As(err, &second) {
		return k.goOn(second, "/konto")
	}
	if err != nil {
		k.cause = err
		k.loginRefused("", err)
		k.trace.Detail = "invitation"
		k.c.Status(statusOf(err))
		return k.page(s.cfg.Site.Invite(k.request(), errLogin(err)))
	}
	if err := k.begin(secret, h, "invitation"); err != nil {
		return err
	}
	return k.see(fiber.StatusSeeOther, "/konto?gjort=velkommen")
}

// inviteAccount makes an invitation and shows its link, this once.
func (s *Server) inviteAccount(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	id := kommunebilde.AccountID(f.Get("account"))
	k.trace.Whom = id
	secret, ends, err := s.cfg.Auth.Invite(id)
	if err != nil {
		return err
	}
	link := s.expectedOrigin(k.c) + s.base + dashboard.InvitePath + "#" + secret
	return k.page(s.cfg.Site.Invited(k.request(), s.cfg.Auth.Name(id), link, ends))
}

// resetSecond takes the second step of an account away: for who has lost theirs.
func (s *Server) resetSecond(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	k.trace.Whom = kommunebilde.AccountID(f.Get("account"))
	if err := s.cfg.Auth.ResetSecond(k.trace.Whom); err != nil {
		return err
	}
	return k.see(fiber.StatusSeeOther, "/kontoer?gjort=konto")
}

// endAll ends all sessions of an account. Its tokens stay.
func (s *Server) endAll(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	k.trace.Whom = kommunebilde.AccountID(f.Get("account"))
	if _, known := s.cfg.Auth.Account(k.trace.Whom); !known {
		return &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "account", Msg: "account.unknown"}
	}
	if err := s.cfg.Auth.EndAll(k.trace.Whom, false); err != nil {
		return err
	}
	return k.see(fiber.StatusSeeOther, "/kontoer?gjort=konto")
}
