package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/text/unicode/norm"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// person is who a provider says has signed in, and what follows from it here.
type person struct {
	provider string
	identity accounts.Identity
	name     string
	sub, sid string // as a logout token will name them
	grants   []domain.Grant

	authTime int64 // when they showed who they are, by the provider's clock; 0: it does not say
	again    bool  // they did so because we asked

	municipalities []domain.MunicipalityID // that they may come for
	municipality   domain.MunicipalityID   // that they come for
}

// choose makes somebody come for a municipality, if they may.
func (w *person) choose(m domain.MunicipalityID) bool {
	if !slices.Contains(w.municipalities, m) {
		return false
	}
	w.municipality = m
	w.grants = []domain.Grant{{Role: domain.RoleMunicipality, Municipality: m}}
	return true
}

// shown reports whether somebody has just shown who they are, and not only that
// they did so once.
func (w *person) shown(now time.Time) bool {
	since := now.Sub(time.Unix(w.authTime, 0))
	return since < freshFor && since > -skew
}

// claims are what we read of a token. E-mail and user name are not among them:
// whoever may change them could become somebody else.
type claims struct {
	AZP   string   `json:"azp"`
	ACR   string   `json:"acr"`
	SID   string   `json:"sid"`
	Name  string   `json:"name"`
	TID   string   `json:"tid"`
	OID   string   `json:"oid"`
	Roles []string `json:"roles"`

	AuthTime int64 `json:"auth_time"`

	Details []grantedDetail `json:"authorization_details"`
}

// grantedDetail is whom somebody may act for, in either form that Ansattporten
// has.
type grantedDetail struct {
	Type      string  `json:"type"`
	Resource  string  `json:"resource"`
	Reportees []party `json:"reportees"`
	Parties   []struct {
		Organisation party `json:"orgno"`
	} `json:"authorized_parties"`
}

type party struct {
	Authority string `json:"authority"`
	ID        string `json:"id"` // "0192:" and the organisation number
}

// person reads a token whose signature, issuer, audience, times and nonce are
// right.
func (p *provider) person(token *oidc.IDToken) (person, error) {
	var c claims
	if err := token.Claims(&c); err != nil {
		return person{}, p.refuse(RefusedAnswer, err)
	}
	if (c.AZP != "" || len(token.Audience) > 1) && c.AZP != p.ClientID {
		return person{}, p.refuse(RefusedAnswer, fmt.Errorf("made for %.60q", c.AZP))
	}
	if token.Subject == "" || len(token.Subject) > 255 || len(c.SID) > 255 {
		return person{}, p.refuse(RefusedAnswer, errors.New("no subject, or a very long one"))
	}
	if len(p.ACR) > 0 && !slices.Contains(p.ACR, c.ACR) {
		return person{}, p.refuse(RefusedLevel, fmt.Errorf("acr %.60q", c.ACR))
	}
	w := person{
		provider: p.ID, identity: accounts.Identity{Issuer: p.Issuer, Subject: token.Subject},
		name: plainName(c.Name), sub: token.Subject, sid: c.SID, authTime: c.AuthTime,
	}
	switch p.Kind {
	case Entra:
		if !slices.Contains(p.Tenants, c.TID) || !guid.MatchString(c.OID) {
			return person{}, p.refuse(RefusedAnswer, fmt.Errorf("tenant %.60q, object %.60q", c.TID, c.OID))
		}
		w.identity.Subject = c.TID + ":" + c.OID
		w.grants = p.rolesOf(c.Roles)
	case Ansattporten:
		w.municipalities = p.municipalitiesOf(c.Details)
		if len(w.municipalities) == 1 {
			w.choose(w.municipalities[0])
		}
	}
	return w, nil
}

// rolesOf returns what app roles give, each role once, in the order of Roles.
func (p *provider) rolesOf(names []string) []domain.Grant {
	var out []domain.Grant
	for _, role := range domain.Roles() {
		g := domain.Grant{Role: role}
		has := false
		for _, name := range names {
			for _, one := range p.Roles[name] {
				if one.Role == role {
					has = true
					g.Areas = append(g.Areas, one.Areas...)
				}
			}
		}
		if has {
			slices.Sort(g.Areas)
			g.Areas = slices.Compact(g.Areas)
			out = append(out, g)
		}
	}
	return out
}

// municipalitiesOf returns the municipalities that somebody may act for. A
// detail counts only if it is one of those we ask for: what the browser asked
// for may be another.
func (p *provider) municipalitiesOf(details []grantedDetail) []domain.MunicipalityID {
	var out []domain.MunicipalityID
	take := func(one party) {
		number, ok := strings.CutPrefix(one.ID, "0192:")
		if m := p.Organisations[number]; ok && m != "" && (one.Authority == "" || one.Authority == "iso6523-actorid-upis") {
			out = append(out, m)
		}
	}
	for _, d := range details {
		if !slices.ContainsFunc(p.AuthorizationDetails, func(o AuthorizationDetail) bool { return o.Type == d.Type && o.Resource == d.Resource }) {
			continue
		}
		for _, one := range d.Reportees {
			take(one)
		}
		for _, one := range d.Parties {
			take(one.Organisation)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// UnmarshalJSON takes a party that is an object, and no other.
func (o *party) UnmarshalJSON(b []byte) error {
	type plain party
	if len(b) == 0 || b[0] != '{' {
		return nil // of a kind we do not know: nobody
	}
	return json.Unmarshal(b, (*plain)(o))
}

// plainName makes a name of a token one that may be shown: control and
// formatting characters go, and what is longer than a name.
func plainName(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.C, r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(s, "")))
	runes := []rune(strings.TrimSpace(s))
	return strings.TrimSpace(string(runes[:min(len(runes), domain.MaxName)]))
}
