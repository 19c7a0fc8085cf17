package server

import (
	"crypto/rand"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
	"kommunebilde/dashboard"
	"kommunebilde/server/auth"
)

// Signing in by a provider. A login begins with a link and not with a form: our
// security policy lets no form lead to another site, and a link of a foreign
// page gets no further than the login page.

// provider returns the settings of the provider in the address.
func (s *Server) provider(k *call) (*auth.ProviderConfig, error) {
	if s.cfg.Providers != nil {
		if p := s.cfg.Providers.Config(k.c.Params("provider")); p != nil {
			return p, nil
		}
	}
	return nil, httpError(fiber.StatusNotFound, "http.404", nil)
}

// providerName is a provider's name in a language, its id if it is there no more.
func (s *Server) providerName(id, lang string) string {
	if s.cfg.Providers != nil && id != "" {
		if p := s.cfg.Providers.Config(id); p != nil {
			return p.Title(lang)
		}
	}
	return id
}

// loginProviders is what the login page offers.
func (s *Server) loginProviders(k *call) []dashboard.LoginProvider {
	if s.cfg.Providers == nil {
		return nil
	}
	var out []dashboard.LoginProvider
	for _, p := range s.cfg.Providers.States(k.ctx) {
		out = append(out, dashboard.LoginProvider{ID: p.ID, Name: p.Name, Button: p.Button, Hint: p.Hint, Down: p.Down})
	}
	return out
}

func (s *Server) providerStart(k *call) error {
	p, err := s.provider(k)
	if err != nil {
		return err
	}
	next := ownPath(k.c.Query("next"), "")
	// Who signed in there may be asked to show anew who they are.
	again := k.c.Query("igjen") != "" && k.handle != nil && k.handle.Provider() == p.ID
	if k.handle != nil && !again {
		return k.see(fiber.StatusSeeOther, orRoot(next))
	}
	if site := k.c.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return k.see(fiber.StatusSeeOther, "/login?next="+url.QueryEscape(next))
	}
	k.c.Set(fiber.HeaderCacheControl, "no-store")
	browser := k.c.Cookies(s.flowCookie())
	if !validFlow.MatchString(browser) {
		browser = rand.Text() + rand.Text()
	}
	to, err := s.cfg.Providers.Start(k.ctx, p.ID, browser, next, fold(k.addr).String(), again)
	if err != nil {
		return s.refuseThere(k, p.ID, next, err)
	}
	s.setFlow(k.c, browser)
	return k.c.Redirect(to, fiber.StatusSeeOther)
}

var (
	validFlow   = regexp.MustCompile(`^[A-Z2-7]{52}$`)
	validNumber = regexp.MustCompile(`^[0-9a-f]{16}$`)
)

// providerAnswer takes what the provider sent the browser back with. Whatever
// becomes of it, the answer is another address: the code stays in no history.
func (s *Server) providerAnswer(k *call) error {
	p, err := s.provider(k)
	if err != nil {
		return err
	}
	k.c.Set(fiber.HeaderCacheControl, "no-store")
	q, err := url.ParseQuery(string(k.c.Request().URI().QueryString()))
	if err != nil {
		q = url.Values{}
	}
	back, err := s.cfg.Providers.Finish(k.ctx, p.ID, k.c.Cookies(s.flowCookie()), q, fold(k.addr).String())
	if err == nil && len(back.Choices) > 0 {
		k.trace.What = nothing // yet
		return k.see(fiber.StatusSeeOther, "/login/"+p.ID+"/velg")
	}
	return s.arrived(k, p.ID, back, err)
}

func (s *Server) arrived(k *call, id string, back auth.Arrival, err error) error {
	if err != nil {
		return s.refuseThere(k, id, back.Next, err)
	}
	s.setFlow(k.c, "")
	return s.signIn(k, back.Secret, back.Handle, id, back.Next)
}

// refuseThere sends the browser back to the login page, which says what
// happened. The cause is in the log, by the request's number.
func (s *Server) refuseThere(k *call, id, next string, err error) error {
	why := auth.RefusedAnswer
	var refused *auth.Refusal
	if errors.As(err, &refused) {
		why = refused.Why
	} else if kommunebilde.CodeOf(err) == kommunebilde.Unavailable {
		return err // ours, not the provider's
	}
	k.trace.What, k.trace.Detail = kommunebilde.TraceLoginRefused, id+":"+string(why)
	k.trace.Who, k.trace.Session = "", ""
	s.cfg.Log.Warn("login refused", "provider", id, "why", string(why), "error", err.Error(), "addr", fold(k.addr).String(), "request_id", k.id)
	q := url.Values{"feil": {string(why)}, "hos": {id}, "nr": {k.id}}
	if next != "" {
		q.Set("next", next)
	}
	return k.see(fiber.StatusSeeOther, "/login?"+q.Encode())
}

// refusedThere is what the login page says of a login that was refused: a
// sentence that we know, of a provider that there is.
func (s *Server) refusedThere(k *call) (number string, told error) {
	why := k.c.Query("feil")
	if why == "" || s.cfg.Providers == nil || !slices.Contains(auth.RefusalKinds(), auth.RefusalKind(why)) {
		return "", nil
	}
	p := s.cfg.Providers.Config(k.c.Query("hos"))
	if p == nil {
		return "", nil
	}
	if number = k.c.Query("nr"); !validNumber.MatchString(number) {
		number = ""
	}
	return number, &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "login." + why, Args: []string{p.Title(k.lang)}}
}

func (s *Server) providerChoices(k *call) error {
	p, err := s.provider(k)
	if err != nil {
		return err
	}
	k.c.Set(fiber.HeaderCacheControl, "no-store")
	offered := s.cfg.Providers.Choices(p.ID, k.c.Cookies(s.flowCookie()))
	if len(offered) == 0 {
		return k.see(fiber.StatusSeeOther, "/login")
	}
	var list []dashboard.LoginChoice
	for _, m := range offered {
		list = append(list, dashboard.LoginChoice{ID: m, Name: s.municipalityName(m)})
	}
	slices.SortFunc(list, func(a, b dashboard.LoginChoice) int { return strings.Compare(a.Name, b.Name) })
	return k.page(s.cfg.Site.LoginChoices(k.request(), p.ID, p.Name, list))
}

func (s *Server) municipalityName(m kommunebilde.MunicipalityID) string {
	if s.cfg.Pack != nil {
		c, _ := s.cfg.Pack()
		if i := c.MunicipalityIndex(m); i >= 0 {
			return c.Municipalities[i].Name
		}
	}
	return string(m)
}

func (s *Server) providerChoose(k *call) error {
	p, err := s.provider(k)
	if err != nil {
		return err
	}
	f, err := k.form()
	if err != nil {
		return err
	}
	back, err := s.cfg.Providers.Choose(k.ctx, p.ID, k.c.Cookies(s.flowCookie()), kommunebilde.MunicipalityID(f.Get("municipality")), fold(k.addr).String())
	return s.arrived(k, p.ID, back, err)
}

// leaveURL is where somebody who has signed out here signs out at the provider
// too, "" where that is not to be.
func (s *Server) leaveURL(provider string) string {
	if s.cfg.Providers == nil || provider == "" {
		return ""
	}
	return s.cfg.Providers.LogoutURL(provider)
}

// providerLeave takes the browser on to the provider, to sign out there. It is
// a page, since the form that signed out here may lead to no other site.
func (s *Server) providerLeave(k *call) error {
	p, err := s.provider(k)
	if err != nil {
		return err
	}
	to := s.leaveURL(p.ID)
	if to == "" || k.handle != nil {
		return k.see(fiber.StatusSeeOther, "/login")
	}
	k.c.Set("Refresh", "1; url="+to)
	return k.page(s.cfg.Site.LoginLeave(k.request(), p.Name, to))
}

// providerEnded is the provider telling us that somebody has signed out there.
func (s *Server) providerEnded(k *call) error {
	p, err := s.provider(k)
	if err != nil {
		return err
	}
	k.c.Set(fiber.HeaderCacheControl, "no-store")
	f, err := k.form()
	if err != nil {
		return err
	}
	k.trace.Detail = p.ID
	ended, err := s.cfg.Providers.EndedThere(k.ctx, p.ID, f.Get("logout_token"))
	if len(ended) == 0 {
		k.trace.What = nothing
	} else {
		k.trace.Whom = ended[0]
	}
	var refused *auth.Refusal
	if errors.As(err, &refused) {
		s.cfg.Log.Warn("logout by provider refused", "provider", p.ID, "error", refused.Error(), "request_id", k.id)
		if refused.Why == auth.RefusedDown {
			return httpError(fiber.StatusServiceUnavailable, "http.503", nil)
		}
		return badRequest("logout_token", "http.logout_token", nil)
	}
	return err
}
