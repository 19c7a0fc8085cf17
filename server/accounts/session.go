package accounts

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	accountpages "kommunebilde/dashboard/accounts"
	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
)

// Signing in and out, one's own sessions, and everybody's accounts.

// errLogin is what the page says of a refused login.
func errLogin(err error) error {
	if e := edge.Told(err, edge.StatusOf(err)); e.Msg != "" {
		return e
	}
	return err
}

// refuse gives the answer to a refused proof its status, and returns in how many
// whole seconds the next is tried, 0 if this one was.
func refuse(k *edge.Call, err error) (wait time.Duration) {
	k.Status(edge.StatusOf(err))
	var early *auth.WaitError
	switch {
	case errors.As(err, &early):
		wait = (early.After + time.Second - 1).Truncate(time.Second)
		k.SetHeader("Retry-After", strconv.Itoa(int(wait/time.Second)))
	case domain.CodeOf(err) == domain.Unavailable:
		k.SetHeader("Retry-After", "5")
	}
	return wait
}

func (s *Service) loginPage(k *edge.Call) error {
	next := edge.OwnPath(k.Query("next"), "")
	if k.Handle != nil {
		return k.See(http.StatusSeeOther, orRoot(next))
	}
	f := s.loginForm(k, next)
	f.Number, f.Refused = s.refusedThere(k)
	return k.Page(accountpages.Login(s.site, s.pages.Request(k), f))
}

// loginForm is the login page with the providers as they are now.
func (s *Service) loginForm(k *edge.Call, next string) accountpages.LoginForm {
	return accountpages.LoginForm{Next: next, Providers: s.loginProviders(k)}
}

func orRoot(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

func (s *Service) login(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	next := edge.OwnPath(f.Get("next"), "")
	secret, h, err := s.auth.Login(k.Context(), f.Get("user"), f.Get("password"), k.From().String())
	if err != nil {
		var second *auth.SecondError
		if errors.As(err, &second) {
			return goOn(k, second, next)
		}
		k.Cause = err
		s.loginRefused(k, f.Get("user"), err)
		page := s.loginForm(k, next)
		page.User, page.Err, page.Wait = f.Get("user"), errLogin(err), refuse(k, err)
		return k.Page(accountpages.Login(s.site, s.pages.Request(k), page))
	}
	return s.signIn(k, secret, h, "password", next)
}

// signIn gives the browser its new session. One that it had must not stay
// behind; a program's token is none.
func (s *Service) signIn(k *edge.Call, secret string, h *auth.Handle, by, next string) error {
	if err := s.begin(k, secret, h, by); err != nil {
		return err
	}
	return k.See(http.StatusSeeOther, orRoot(next))
}

func (s *Service) logout(k *edge.Call) error {
	err := s.auth.Logout(k.Handle)
	k.SetSession("")
	if err != nil {
		return err
	}
	k.SetHeader("Clear-Site-Data", `"storage"`) // drafts, and who reported: pages themselves are never kept
	if there := k.Handle.Provider(); s.leaveURL(there) != "" {
		return k.See(http.StatusSeeOther, "/login/"+there+"/ut")
	}
	return k.See(http.StatusSeeOther, "/")
}

func (s *Service) account(k *edge.Call) error {
	return k.Page(accountpages.Account(s.site, s.pages.Request(k), s.auth.Sessions(k.Handle.Account()), s.ownSteps(k)))
}

func (s *Service) endSession(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	key := f.Get("session")
	own := key == k.Handle.Key().String()
	k.Trace.Whom = k.Handle.Account()
	err = s.auth.End(k.Handle.Account(), key)
	if own {
		k.SetSession("")
	}
	if err != nil {
		return err
	}
	if own {
		return k.See(http.StatusSeeOther, "/")
	}
	return k.See(http.StatusSeeOther, "/konto?gjort=avsluttet")
}

func (s *Service) changePassword(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	if k.Bearer {
		return &domain.Error{Code: domain.Forbidden, Msg: "forbidden.token"}
	}
	secret, _, err := s.auth.ChangePassword(k.Context(), k.Handle, f.Get("old"), f.Get("password"), k.From().String())
	if err != nil {
		return asksAgain(k, err, "/konto")
	}
	k.SetSession(secret)
	return k.See(http.StatusSeeOther, "/konto?gjort=passord")
}

// disable closes an account, or opens it again: that gives somebody access, as a
// new account does.
func (s *Service) disable(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	id := domain.AccountID(f.Get("account"))
	if f.Get("disabled") != "yes" {
		k.Trace.What = audit.AccountEnabled
		return fresh("/kontoer/"+url.PathEscape(string(id)), func(k *edge.Call) error { return s.setDisabled(k, id, false) })(k)
	}
	if id == k.Handle.Account() {
		return &domain.Error{Code: domain.Conflict, Field: "account", Msg: "account.own"}
	}
	return s.setDisabled(k, id, true)
}

func (s *Service) setDisabled(k *edge.Call, id domain.AccountID, disabled bool) error {
	k.Trace.Whom = id
	if err := s.auth.Disable(id, disabled); err != nil {
		return err
	}
	return k.See(http.StatusSeeOther, edge.WithQuery("/kontoer/"+string(id), "gjort", "konto"))
}

// begin gives the browser a session, in the place of one it may have: who signs
// in over a session does not leave it behind. A program's token is none.
func (s *Service) begin(k *edge.Call, secret string, h *auth.Handle, by string) error {
	if k.Handle != nil && !k.Bearer && k.Handle.Key() != h.Key() {
		if err := s.auth.Logout(k.Handle); err != nil {
			return err
		}
	}
	k.SignedIn(h, by)
	if k.Cookie(stepCookie) != "" {
		brief(k, stepCookie, "")
	}
	k.SetSession(secret)
	return nil
}

// loginRefused notes that somebody was not let in. typed is what was given as a
// name: only if it is an account's id is it kept, since people type passwords
// there.
func (s *Service) loginRefused(k *edge.Call, typed string, err error) {
	k.Trace.What, k.Trace.Detail = audit.LoginRefused, "unknown"
	k.Trace.Who, k.Trace.Session = "", ""
	if id, known := s.auth.Known(typed); known {
		k.Trace.Who, k.Trace.Detail = id, "wrong"
	}
	var wait *auth.WaitError
	var second *auth.SecondError
	switch {
	case errors.As(err, &second):
		k.Trace.What = edge.Nothing // the password was right; what comes of it is known after the second step
	case errors.As(err, &wait):
		k.Trace.Detail = "too-early"
	case edge.StatusOf(err) >= 500:
		k.Trace.Detail = "unavailable"
	}
}

func (s *Service) endOthers(k *edge.Call) error {
	k.Trace.Whom = k.Handle.Account()
	if err := s.auth.EndOthers(k.Handle); err != nil {
		return err
	}
	return k.See(http.StatusSeeOther, "/konto?gjort=andre")
}
