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

// Signing in and out, one's own sessions, and everybody's accounts.

// errLogin is what the page says of a refused login.
func errLogin(err error) error {
	if e := told(err, statusOf(err)); e.Msg != "" {
		return e
	}
	return err
}

// tooEarly returns in how many whole seconds a password is tried, 0 if it was.
func tooEarly(err error) time.Duration {
	var e *auth.WaitError
	if !errors.As(err, &e) {
		return 0
	}
	return (e.After + time.Second - 1).Truncate(time.Second)
}

func (s *Server) loginPage(k *call) error {
	next := ownPath(k.c.Query("next"), "")
	if k.handle != nil {
		return k.see(fiber.StatusSeeOther, orRoot(next))
	}
	f := s.loginForm(k, next)
	f.Number, f.Refused = s.refusedThere(k)
	return k.page(s.cfg.Site.Login(k.request(), f))
}

// loginForm is the login page with the providers as they are now.
func (s *Server) loginForm(k *call, next string) dashboard.LoginForm {
	return dashboard.LoginForm{Next: next, Providers: s.loginProviders(k)}
}

func orRoot(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

func (s *Server) login(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	next := ownPath(f.Get("next"), "")
	secret, h, err := s.cfg.Auth.Login(k.ctx, f.Get("user"), f.Get("password"), k.from())
	if err != nil {
		var second *auth.SecondError
		if errors.As(err, &second) {
			return k.goOn(second, next)
		}
		k.cause = err
		k.loginRefused(f.Get("user"), err)
		wait := tooEarly(err)
		switch {
		case wait > 0:
			err = httpError(fiber.StatusTooManyRequests, "login.busy", err)
			k.c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(wait/time.Second)))
		case kommunebilde.CodeOf(err) == kommunebilde.Unavailable:
			k.c.Set(fiber.HeaderRetryAfter, "5")
		}
		k.c.Status(statusOf(err))
		page := s.loginForm(k, next)
		page.User, page.Err, page.Wait = f.Get("user"), errLogin(err), wait
		return k.page(s.cfg.Site.Login(k.request(), page))
	}
	return s.signIn(k, secret, h, "password", next)
}

// signIn gives the browser its new session. One that it had must not stay
// behind; a program's token is none.
func (s *Server) signIn(k *call, secret string, h *auth.Handle, by, next string) error {
	if err := k.begin(secret, h, by); err != nil {
		return err
	}
	return k.see(fiber.StatusSeeOther, orRoot(next))
}

func (s *Server) logout(k *call) error {
	err := s.cfg.Auth.Logout(k.handle)
	s.setSession(k.c, "")
	if err != nil {
		return err
	}
	k.c.Set("Clear-Site-Data", `"storage"`) // drafts, and who reported: pages themselves are never kept
	if there := k.handle.Provider(); s.leaveURL(there) != "" {
		return k.see(fiber.StatusSeeOther, "/login/"+there+"/ut")
	}
	return k.see(fiber.StatusSeeOther, "/")
}

func (s *Server) account(k *call) error {
	return k.page(s.cfg.Site.Account(k.request(), s.cfg.Auth.Sessions(k.handle.Account()), k.ownSteps()))
}

func (s *Server) endSession(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	key := f.Get("session")
	own := key == k.handle.Key().String()
	k.trace.Whom = k.handle.Account()
	err = s.cfg.Auth.End(k.handle.Account(), key)
	if own {
		s.setSession(k.c, "")
	}
	if err != nil {
		return err
	}
	if own {
		return k.see(fiber.StatusSeeOther, "/")
	}
	return k.see(fiber.StatusSeeOther, "/konto?gjort=avsluttet")
}

func (s *Server) changePassword(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	if k.bearer {
		return &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "forbidden.token"}
	}
	secret, _, err := s.cfg.Auth.ChangePassword(k.ctx, k.handle, f.Get("old"), f.Get("password"), k.from())
	if tooEarly(err) > 0 {
		return httpError(fiber.StatusTooManyRequests, "login.busy", err)
	}
	if err != nil {
		return err
	}
	s.setSession(k.c, secret)
	return k.see(fiber.StatusSeeOther, "/konto?gjort=passord")
}

// disable closes an account, or opens it again: that gives somebody access, as a
// new account does.
func (s *Server) disable(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	id := kommunebilde.AccountID(f.Get("account"))
	if f.Get("disabled") != "yes" {
		k.trace.What = kommunebilde.TraceAccountEnabled
		return fresh("/kontoer/"+url.PathEscape(string(id)), func(k *call) error { return s.setDisabled(k, id, false) })(k)
	}
	if id == k.handle.Account() {
		return &kommunebilde.Error{Code: kommunebilde.Conflict, Field: "account", Msg: "account.own"}
	}
	return s.setDisabled(k, id, true)
}

func (s *Server) setDisabled(k *call, id kommunebilde.AccountID, disabled bool) error {
	k.trace.Whom = id
	if err := s.cfg.Auth.Disable(id, disabled); err != nil {
		return err
	}
	return k.see(fiber.StatusSeeOther, withQuery("/kontoer/"+string(id), "gjort", "konto"))
}
