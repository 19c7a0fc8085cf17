package accounts

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	accountpages "kommunebilde/dashboard/accounts"
	"kommunebilde/domain"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
)

// The second step of a log-in, and what an account's owner does with their own.

// Cookies beside the session's, for five minutes each: a log-in that waits for
// its second step, and a challenge to a passkey. Neither opens anything.
const (
	stepCookie = edge.SessionCookie + "-step"
	keyCookie  = edge.SessionCookie + "-key"
)

// brief gives the browser something to bring back within five minutes; "" takes
// it away. Only our own pages send it.
func brief(k *edge.Call, name, value string) {
	k.SetCookie(edge.Cookie{Name: name, Value: value, Lasts: 5 * time.Minute, Strict: true})
}

// steps is what the dashboard is told of an account's ways to sign in.
func (s *Service) steps(id domain.AccountID) accountpages.Steps {
	own := s.auth.Steps(id)
	return accountpages.Steps{Passkeys: own.Passkeys, TOTP: own.TOTP, Codes: own.Codes, Password: own.Password, Invited: own.Invited}
}

func (s *Service) ownSteps(k *edge.Call) accountpages.Steps {
	own := s.steps(k.Handle.Account())
	own.Fresh, own.MustEnrol = k.Handle.Fresh(), k.Handle.MustEnrol(k.Now)
	return own
}

// goOn sends a log-in on to its second step.
func goOn(k *edge.Call, second *auth.SecondError, next string) error {
	k.Trace.What = edge.Nothing
	brief(k, stepCookie, second.Secret)
	return k.See(http.StatusSeeOther, withNext("/login/steg", next))
}

func withNext(path, next string) string {
	if next == "" {
		return path
	}
	return path + "?next=" + url.QueryEscape(next)
}

func (s *Service) stepPage(k *edge.Call) error {
	next := edge.OwnPath(k.Query("next"), "")
	steps, err := s.auth.Pending(k.Cookie(stepCookie))
	if err != nil {
		return k.See(http.StatusSeeOther, withNext("/login", next))
	}
	return k.Page(accountpages.Step(s.site, s.pages.Request(k), accountpages.StepForm{Next: next, TOTP: steps.TOTP, Passkeys: len(steps.Passkeys) > 0}))
}

func (s *Service) step(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	next, waiting := edge.OwnPath(f.Get("next"), ""), k.Cookie(stepCookie)
	steps, _ := s.auth.Pending(waiting)
	secret, h, err := s.auth.Finish(waiting, f.Get("code"))
	if err == nil {
		if err := s.begin(k, secret, h, "second-step"); err != nil {
			return err
		}
		return k.See(http.StatusSeeOther, orRoot(next))
	}
	k.Cause = err
	s.loginRefused(k, "", err)
	k.Trace.Detail = "second-step"
	if errors.Is(err, auth.ErrStep) {
		brief(k, stepCookie, "")
		k.Status(http.StatusUnauthorized)
		gone := &domain.Error{Code: domain.Forbidden, Msg: "login.step"}
		page := s.loginForm(k, next)
		page.Err = gone
		return k.Page(accountpages.Login(s.site, s.pages.Request(k), page))
	}
	form := accountpages.StepForm{Next: next, TOTP: steps.TOTP, Passkeys: len(steps.Passkeys) > 0, Err: errLogin(err), Wait: refuse(k, err)}
	return k.Page(accountpages.Step(s.site, s.pages.Request(k), form))
}
