package server

import (
	"errors"

	"github.com/gofiber/fiber/v2"

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

// inviteLink is what is sent to who is invited.
func (s *Server) inviteLink(k *call, secret string) string {
	return s.expectedOrigin(k.c) + s.base + dashboard.InvitePath + "#" + secret
}
