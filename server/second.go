package server

import (
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
	"kommunebilde/dashboard"
	"kommunebilde/server/auth"
)

// The second step of a log-in, and what an account's owner does with their own.

// Cookies beside the session's, for five minutes each: a log-in that waits for
// its second step, and a challenge to a passkey. Neither opens anything.
const (
	stepCookie = "step"
	keyCookie  = "key"
)

// brief gives the browser something to bring back within five minutes; "" takes
// it away. Only our own pages send it.
func (s *Server) brief(c *fiber.Ctx, name, value string) {
	cookie := &fiber.Cookie{
		Name: s.cookieName() + "-" + name, Value: value, Path: "/", MaxAge: 300,
		HTTPOnly: true, Secure: s.secure(), SameSite: fiber.CookieSameSiteStrictMode,
	}
	if value == "" {
		cookie.MaxAge, cookie.Expires = 0, time.Unix(1, 0)
	}
	c.Cookie(cookie)
}

func (k *call) brought(name string) string { return k.c.Cookies(k.s.cookieName() + "-" + name) }

// from is the address that log-ins are counted by.
func (k *call) from() string { return fold(k.addr).String() }

// steps is what the dashboard is told of an account's ways to sign in.
func (s *Server) steps(id kommunebilde.AccountID) dashboard.Steps {
	own := s.cfg.Auth.Steps(id)
	return dashboard.Steps{Passkeys: own.Passkeys, TOTP: own.TOTP, Codes: own.Codes, Password: own.Password, Invited: own.Invited}
}

func (k *call) ownSteps() dashboard.Steps {
	own := k.s.steps(k.handle.Account())
	own.Fresh, own.MustEnrol = k.handle.Fresh(), k.handle.MustEnrol(k.now)
	return own
}

// begin gives the browser a session, in the place of one it may have: who signs
// in over a session does not leave it behind. A program's token is none.
func (k *call) begin(secret string, h *auth.Handle, by string) error {
	if k.handle != nil && !k.bearer && k.handle.Key() != h.Key() {
		if err := k.s.cfg.Auth.Logout(k.handle); err != nil {
			return err
		}
	}
	k.hasSignedIn(h, by)
	if k.brought(stepCookie) != "" {
		k.s.brief(k.c, stepCookie, "")
	}
	k.s.setSession(k.c, secret)
	return nil
}

// goOn sends a log-in on to its second step.
func (k *call) goOn(second *auth.SecondError, next string) error {
	k.trace.What = nothing
	k.s.brief(k.c, stepCookie, second.Secret)
	return k.see(fiber.StatusSeeOther, withNext("/login/steg", next))
}

func withNext(path, next string) string {
	if next == "" {
		return path
	}
	return path + "?next=" + url.QueryEscape(next)
}

func (s *Server) stepPage(k *call) error {
	next := ownPath(k.c.Query("next"), "")
	steps, err := s.cfg.Auth.Pending(k.brought(stepCookie))
	if err != nil {
		return k.see(fiber.StatusSeeOther, withNext("/login", next))
	}
	return k.page(s.cfg.Site.Step(k.request(), dashboard.StepForm{Next: next, TOTP: steps.TOTP, Passkeys: len(steps.Passkeys) > 0}))
}

func (s *Server) step(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	next, waiting := ownPath(f.Get("next"), ""), k.brought(stepCookie)
	steps, _ := s.cfg.Auth.Pending(waiting)
	secret, h, err := s.cfg.Auth.Finish(waiting, f.Get("code"))
	if err == nil {
		if err := k.begin(secret, h, "second-step"); err != nil {
			return err
		}
		return k.see(fiber.StatusSeeOther, orRoot(next))
	}
	k.cause = err
	k.loginRefused("", err)
	k.trace.Detail = "second-step"
	if errors.Is(err, auth.ErrStep) {
		s.brief(k.c, stepCookie, "")
		k.c.Status(fiber.StatusUnauthorized)
		gone := &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "login.step"}
		page := s.loginForm(k, next)
		page.Err = gone
		return k.page(s.cfg.Site.Login(k.request(), page))
	}
	form := dashboard.StepForm{Next: next, TOTP: steps.TOTP, Passkeys: len(steps.Passkeys) > 0, Err: errLogin(err)}
	k.c.Status(statusOf(err))
	if form.Wait = tooEarly(err); form.Wait > 0 {
		k.c.Status(fiber.StatusTooManyRequests)
		k.c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(form.Wait/time.Second)))
	}
	return k.page(s.cfg.Site.Step(k.request(), form))
}

// asksAgain sends who is not fresh to show who they are, and then back.
func (k *call) asksAgain(err error, back string) error {
	if told(err, statusOf(err)).Msg == "forbidden.again" && !wantsJSON(k.c) {
		k.trace.What = nothing
		return k.see(fiber.StatusSeeOther, withNext("/konto/bekreft", back))
	}
	return err
}

// fresh lets a handler run only for who has just shown who they are. A program
// cannot: with a token that got away, somebody would give themselves what stays
// when it is revoked.
func fresh(back string, h func(*call) error) func(*call) error {
	return func(k *call) error {
		switch {
		case k.bearer:
			return &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "forbidden.token"}
		case !k.handle.Fresh():
			return k.asksAgain(&kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "forbidden.again"}, back)
		}
		return h(k)
	}
}

func (s *Server) confirmPage(k *call) error {
	form := dashboard.StepForm{Next: ownPath(k.c.Query("next"), "/konto")}
	if id := k.handle.Provider(); id != "" && s.cfg.Providers != nil {
		if p := s.cfg.Providers.Config(id); p != nil {
			form.Provider, form.ProviderName = id, p.Title(k.lang)
		}
	}
	return k.page(s.cfg.Site.Confirm(k.request(), k.ownSteps(), form))
}

func (s *Server) confirm(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	if k.bearer {
		return &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "forbidden.token"}
	}
	next := ownPath(f.Get("next"), "/konto")
	secret, h, err := s.cfg.Auth.Confirm(k.ctx, k.handle, f.Get("password"), k.from())
	if err != nil {
		k.cause = err
		k.loginRefused(string(k.handle.Account()), err)
		form := dashboard.StepForm{Next: next, Err: errLogin(err), Wait: tooEarly(err)}
		k.c.Status(statusOf(err))
		if form.Wait > 0 {
			k.c.Status(fiber.StatusTooManyRequests)
			k.c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(form.Wait/time.Second)))
		}
		return k.page(s.cfg.Site.Confirm(k.request(), k.ownSteps(), form))
	}
	k.hasSignedIn(h, "confirmed")
	s.setSession(k.c, secret)
	return k.see(fiber.StatusSeeOther, next)
}

func (s *Server) totpPage(k *call) error { return s.showTOTP(k, nil) }

func (s *Server) showTOTP(k *call, wrong error) error {
	secret, uri, err := s.cfg.Auth.OfferTOTP(k.handle, s.cfg.Site.Word(k.lang, "product"))
	if err != nil {
		return k.asksAgain(err, "/konto/app")
	}
	if wrong != nil {
		k.cause = wrong
		k.c.Status(statusOf(wrong))
	}
	return k.page(s.cfg.Site.TOTP(k.request(), secret, uri, wrong))
}

func (s *Server) setTOTP(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	err = s.cfg.Auth.SetTOTP(k.handle, f.Get("code"))
	switch {
	case err == nil && s.cfg.Auth.Steps(k.handle.Account()).Codes == 0:
		return s.newCodes(k) // nobody should have an app and no way in without it
	case err == nil:
		return k.see(fiber.StatusSeeOther, "/konto?gjort=app")
	case told(err, statusOf(err)).Msg == "code.wrong":
		k.trace.What = nothing
		return s.showTOTP(k, err)
	}
	return k.asksAgain(err, "/konto/app")
}

func (s *Server) dropTOTP(k *call) error {
	if err := s.cfg.Auth.DropTOTP(k.handle); err != nil {
		return k.asksAgain(err, "/konto")
	}
	return k.see(fiber.StatusSeeOther, "/konto?gjort=fjernet")
}

// newCodes answers with the codes themselves: they are shown this once.
func (s *Server) newCodes(k *call) error {
	codes, err := s.cfg.Auth.NewCodes(k.handle)
	if err != nil {
		return k.asksAgain(err, "/konto")
	}
	return k.page(s.cfg.Site.Codes(k.request(), codes))
}

func (s *Server) dropPasskey(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	if err := s.cfg.Auth.DropPasskey(k.handle, f.Get("passkey")); err != nil {
		return k.asksAgain(err, "/konto")
	}
	return k.see(fiber.StatusSeeOther, "/konto?gjort=fjernet")
}

func (s *Server) renamePasskey(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	if err := s.cfg.Auth.RenamePasskey(k.handle, f.Get("passkey"), f.Get("name")); err != nil {
		return k.asksAgain(err, "/konto")
	}
	return k.see(fiber.StatusSeeOther, "/konto?gjort=lagret")
}

func (s *Server) endOthers(k *call) error {
	k.trace.Whom = k.handle.Account()
	if k.bearer {
		return &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "forbidden.token"}
	}
	if err := s.cfg.Auth.EndOthers(k.handle); err != nil {
		return err
	}
	return k.see(fiber.StatusSeeOther, "/konto?gjort=andre")
}
