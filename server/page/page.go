package page

import (
	"net/http"
	"time"

	"kommunebilde/dashboard"
	"kommunebilde/dashboard/about"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/plan"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
	"kommunebilde/server/live"
)

// Pages makes requests of the dashboard out of calls. It is [edge.Pages]: what an error
// looks like too.
type Pages struct {
	Site      *kit.Site
	Clerk     *live.Clerk
	Auth      *auth.Auth
	Providers *auth.Providers // nil: people sign in with local accounts only
}

// Request is what the dashboard is told of the one who asks.
func (p Pages) Request(k *edge.Call) kit.Request {
	r := kit.Request{
		Lang:      k.Lang,
		Path:      k.Address(),
		Theme:     k.Theme(),
		Rights:    k.May,
		Boards:    k.Boards(),
		RightsOn:  k.Rights,
		RequestID: k.ID,
		Now:       k.Now,
	}
	r.Rests = Resting(k)
	r.Edition, _ = k.Look.Edition() // where there is none, every link names its board
	r.Home, _ = k.Look.Home()
	parts := k.Parts() != nil // they are the audience's: the reader's script signs their forms
	if parts {
		r.RequestID = ""
	}
	if k.Handle != nil {
		account, _ := p.Auth.Account(k.Handle.Account())
		r.User = &kit.User{
			Name: account.Name, ID: account.ID, Staff: k.Actor.Staff(k.Now), Admin: k.Actor.Accounts(k.Now), Edits: k.Decision().Holds(domain.RoleEditor), Session: k.Handle.Key(), By: p.providerName(account.Provider, k.Lang), Areas: assessed(k),
		}
		r.Names = p.Auth.Name
		r.Trail = p.Auth.Trail().Head()
		if !parts {
			r.Token = k.Handle.FormToken()
		}
		r.Notice = notice(k.Query("gjort"))
		switch {
		case p.Clerk.Failed() != nil:
			r.Storage = "failed"
		case p.Clerk.Full() != nil:
			r.Storage = "full"
		}
	}
	return r
}

// Resting are the areas that are not judged this time, of the working copy of a planned
// edition that is shown.
func Resting(k *edge.Call) []domain.ColumnID {
	if k.Board == "" || k.Shown.ShownVersion() > 0 {
		return nil
	}
	g, err := k.Decision().Board(k.Board, domain.RightSeePersons)
	if err != nil || !g.Planned() {
		return nil
	}
	return plan.Followed(k.Decision(), g).Resting()
}

// assessed are the areas that the caller assesses.
func assessed(k *edge.Call) (areas []domain.ColumnID) {
	for _, g := range k.Actor.Grants {
		if g.Role == domain.RoleAssessor && (g.Until.IsZero() || g.Until.After(k.Now)) {
			areas = append(areas, g.Areas...)
		}
	}
	return areas
}

// providerName is a provider's name in a language, its id if it is there no more.
func (p Pages) providerName(id, lang string) string {
	if p.Providers != nil && id != "" {
		if c := p.Providers.Config(id); c != nil {
			return c.Title(lang)
		}
	}
	return id
}

// Parts cuts elements out of a page by their ids.
func (p Pages) Parts(page []byte, ids []string) []byte { return dashboard.Parts(page, ids) }

// Cached answers with a page that is kept where everybody sees it alike: see
// [edge.Call.Cached].
func (p Pages) Cached(k *edge.Call, make func(kit.Request) ([]byte, error)) error {
	return k.Cached(func(shared bool) ([]byte, error) {
		r := p.Request(k)
		if shared {
			r.Cacheable, r.RequestID, r.Token, r.Names = true, "", "", nil
		}
		return make(r)
	})
}

// Shared is Cached, and of the office's pages too: see [edge.Call.Shared].
func (p Pages) Shared(k *edge.Call, make func(kit.Request) ([]byte, error)) error {
	if k.Handle != nil {
		r := p.Request(k)
		if r.Storage == "" {
			shared := r
			shared.Shared = true
			done, err := k.Shared(func() ([]byte, error) { return make(shared) }, func(kind byte, room []byte) bool { return p.Site.FillHole(r, kind, room) })
			if done || err != nil {
				return err
			}
		}
	}
	return p.Cached(k, make)
}

// Say implements [edge.Pages].
func (p Pages) Say(lang string, err error) string { return p.Site.Say(lang, err) }

// Error implements [edge.Pages].
func (p Pages) Error(k *edge.Call, status int, err error) ([]byte, error) {
	r := p.Request(k)
	r.Rights, r.RightsOn = nil, nil
	if status == http.StatusNotFound {
		r.Path, r.RequestID, r.Token, r.Now = "/", "", "", time.Unix(0, 0)
		err = &domain.Error{Code: domain.NotFound, Msg: "http.404"}
	}
	return about.Error(p.Site, r, status, edge.Told(err, status))
}

// notice returns the key of a sentence about what was just done. Only those
// that we send ourselves are taken from an address.
func notice(key string) string {
	switch key {
	case "sett", "angret", "ingen-endring", "meldt", "avgjort", "hendelse", "hendelse-trukket", "tiltak", "tiltak-slutt",
		"foreslatt", "tall", "bistand", "bistand-status", "dato", "dato-fjernet", "tavle-apnet", "ovelse-apnet", "tavle-lukket", "grunnlag", "rettelse", "passord",
		"kilde", "kilder", "kilde-trukket", "meldt-kilde", "svart-kilde", "fil-fjernet", "samkjort", "utgave-godkjent",
		"plan", "ansvar", "apnet-rader", "overtatt", "kolonne", "kolonne-ny", "kolonne-til", "kolonne-slutt", "flyttet", "katalog",
		"lagret", "uendret", "innsendt", "godkjent", "sendt-tilbake", "aktor", "aktor-fjernet", "utvalg", "utvalg-fjernet", "gjenapnet", "kladd", "skjerm", "skjerm-vis", "skjerm-navn", "skjerm-trukket":
		return "notice." + key
	case "apnet":
		return "notice.opened"
	case "lukket":
		return "notice.closed"
	case "publisert":
		return "notice.published"
	case "avsluttet":
		return "notice.ended"
	case "konto":
		return "notice.account"
	case "app":
		return "notice.totp"
	case "passnokkel":
		return "notice.passkey"
	case "fjernet":
		return "notice.removed"
	case "andre":
		return "notice.others"
	case "velkommen":
		return "notice.welcome"
	}
	return ""
}
