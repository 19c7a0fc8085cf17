package accounts

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	accountpages "kommunebilde/dashboard/accounts"
	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
)

// Signing in by a provider. A login begins with a link and not with a form: our
// security policy lets no form lead to another site, and a link of a foreign
// page gets no further than the login page.

// flowCookie binds a login by a provider to the browser that began it.
const flowCookie = edge.SessionCookie + "-flow"

// setFlow gives the browser the secret of a login that has begun, for as long
// as it may take; "" takes it away. Not strict, since the answer comes from
// elsewhere.
func setFlow(k *edge.Call, secret string) {
	k.SetCookie(edge.Cookie{Name: flowCookie, Value: secret, Lasts: 10 * time.Minute})
}

// provider returns the settings of the provider in the address.
func (s *Service) provider(k *edge.Call) (*auth.ProviderConfig, error) {
	if s.providers != nil {
		if p := s.providers.Config(k.Param("provider")); p != nil {
			return p, nil
		}
	}
	return nil, edge.Error(http.StatusNotFound, "http.404", nil)
}

// loginProviders is what the login page offers.
func (s *Service) loginProviders(k *edge.Call) []accountpages.LoginProvider {
	if s.providers == nil {
		return nil
	}
	var out []accountpages.LoginProvider
	for _, p := range s.providers.States(k.Context()) {
		out = append(out, accountpages.LoginProvider{ID: p.ID, Name: p.Name, Button: p.Button, Hint: p.Hint, Down: p.Down})
	}
	return out
}

func (s *Service) providerStart(k *edge.Call) error {
	p, err := s.provider(k)
	if err != nil {
		return err
	}
	next := edge.OwnPath(k.Query("next"), "")
	// Anyone who signed in there may be asked to show again who they are.
	again := k.Query("igjen") != "" && k.Handle != nil && k.Handle.Provider() == p.ID
	if k.Handle != nil && !again {
		return k.See(http.StatusSeeOther, orRoot(next))
	}
	if site := k.Header("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return k.See(http.StatusSeeOther, "/login?next="+url.QueryEscape(next))
	}
	k.SetHeader("Cache-Control", "no-store")
	browser := k.Cookie(flowCookie)
	if !validFlow.MatchString(browser) {
		browser = rand.Text() + rand.Text()
	}
	to, err := s.providers.Start(k.Context(), p.ID, browser, next, k.From().String(), again)
	if err != nil {
		return s.refuseThere(k, p.ID, next, err)
	}
	setFlow(k, browser)
	return k.Redirect(to)
}

var (
	validFlow   = regexp.MustCompile(`^[A-Z2-7]{52}$`)
	validNumber = regexp.MustCompile(`^[0-9a-f]{16}$`)
)

// providerAnswer takes what the provider sent the browser back with. Whatever
// becomes of it, the answer is another address: the code stays in no history.
func (s *Service) providerAnswer(k *edge.Call) error {
	p, err := s.provider(k)
	if err != nil {
		return err
	}
	k.SetHeader("Cache-Control", "no-store")
	q, err := url.ParseQuery(k.RawQuery())
	if err != nil {
		q = url.Values{}
	}
	back, err := s.providers.Finish(k.Context(), p.ID, k.Cookie(flowCookie), q, k.From().String())
	if err == nil && len(back.Choices) > 0 {
		k.Trace.What = edge.Nothing // yet
		return k.See(http.StatusSeeOther, "/login/"+p.ID+"/velg")
	}
	return s.arrived(k, p.ID, back, err)
}

func (s *Service) arrived(k *edge.Call, id string, back auth.Arrival, err error) error {
	if err != nil {
		return s.refuseThere(k, id, back.Next, err)
	}
	setFlow(k, "")
	return s.signIn(k, back.Secret, back.Handle, id, back.Next)
}

// refuseThere sends the browser back to the login page, which says what
// happened. The cause is in the log, by the request's number.
func (s *Service) refuseThere(k *edge.Call, id, next string, err error) error {
	why := auth.RefusedAnswer
	var refused *auth.Refusal
	if errors.As(err, &refused) {
		why = refused.Why
	} else if domain.CodeOf(err) == domain.Unavailable {
		return err // ours, not the provider's
	}
	k.Trace.What, k.Trace.Detail = audit.LoginRefused, id+":"+string(why)
	k.Trace.Who, k.Trace.Session = "", ""
	s.log.Warn("login refused", "provider", id, "why", string(why), "error", err.Error(), "addr", k.From().String(), "request_id", k.ID)
	q := url.Values{"feil": {string(why)}, "hos": {id}, "nr": {k.ID}}
	if next != "" {
		q.Set("next", next)
	}
	return k.See(http.StatusSeeOther, "/login?"+q.Encode())
}

// refusedThere is what the login page says of a login that was refused: a
// sentence that we know, of a provider that there is.
func (s *Service) refusedThere(k *edge.Call) (number string, told error) {
	why := k.Query("feil")
	if why == "" || s.providers == nil || !slices.Contains(auth.RefusalKinds(), auth.RefusalKind(why)) {
		return "", nil
	}
	p := s.providers.Config(k.Query("hos"))
	if p == nil {
		return "", nil
	}
	if number = k.Query("nr"); !validNumber.MatchString(number) {
		number = ""
	}
	return number, &domain.Error{Code: domain.Forbidden, Msg: "login." + why, Args: []string{p.Title(k.Lang)}}
}

func (s *Service) providerChoices(k *edge.Call) error {
	p, err := s.provider(k)
	if err != nil {
		return err
	}
	k.SetHeader("Cache-Control", "no-store")
	offered := s.providers.Choices(p.ID, k.Cookie(flowCookie))
	if len(offered) == 0 {
		return k.See(http.StatusSeeOther, "/login")
	}
	var list []accountpages.LoginChoice
	for _, m := range offered {
		list = append(list, accountpages.LoginChoice{ID: m, Name: s.municipalityName(m)})
	}
	slices.SortFunc(list, func(a, b accountpages.LoginChoice) int { return strings.Compare(a.Name, b.Name) })
	return k.Page(accountpages.LoginChoices(s.site, s.pages.Request(k), p.ID, p.Name, list))
}

func (s *Service) municipalityName(m domain.MunicipalityID) string {
	if s.pack != nil {
		c, _ := s.pack()
		if i := c.MunicipalityIndex(m); i >= 0 {
			return c.Municipalities[i].Name
		}
	}
	return string(m)
}

func (s *Service) providerChoose(k *edge.Call) error {
	p, err := s.provider(k)
	if err != nil {
		return err
	}
	f, err := k.Form()
	if err != nil {
		return err
	}
	back, err := s.providers.Choose(k.Context(), p.ID, k.Cookie(flowCookie), domain.MunicipalityID(f.Get("municipality")), k.From().String())
	return s.arrived(k, p.ID, back, err)
}

// leaveURL is where somebody who has signed out here signs out at the provider
// too, "" where that is not to be.
func (s *Service) leaveURL(provider string) string {
	if s.providers == nil || provider == "" {
		return ""
	}
	return s.providers.LogoutURL(provider)
}

// providerLeave takes the browser on to the provider, to sign out there. It is
// a page, since the form that signed out here may lead to no other site.
func (s *Service) providerLeave(k *edge.Call) error {
	p, err := s.provider(k)
	if err != nil {
		return err
	}
	to := s.leaveURL(p.ID)
	if to == "" || k.Handle != nil {
		return k.See(http.StatusSeeOther, "/login")
	}
	k.SetHeader("Refresh", "1; url="+to)
	return k.Page(accountpages.LoginLeave(s.site, s.pages.Request(k), p.Name, to))
}

// providerEnded is the provider telling us that somebody has signed out there.
func (s *Service) providerEnded(k *edge.Call) error {
	p, err := s.provider(k)
	if err != nil {
		return err
	}
	k.SetHeader("Cache-Control", "no-store")
	f, err := k.Form()
	if err != nil {
		return err
	}
	k.Trace.Detail = p.ID
	ended, err := s.providers.EndedThere(k.Context(), p.ID, f.Get("logout_token"))
	if len(ended) == 0 {
		k.Trace.What = edge.Nothing
	} else {
		k.Trace.Whom = ended[0]
	}
	var refused *auth.Refusal
	if errors.As(err, &refused) {
		s.log.Warn("logout by provider refused", "provider", p.ID, "error", refused.Error(), "request_id", k.ID)
		if refused.Why == auth.RefusedDown {
			return edge.Error(http.StatusServiceUnavailable, "http.503", nil)
		}
		return edge.BadRequest("logout_token", "http.logout_token", nil)
	}
	return err
}
