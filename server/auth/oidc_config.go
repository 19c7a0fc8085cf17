package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"kommunebilde/domain"
)

// Kind is what a login provider is, which decides who somebody is there and
// what they may.
type Kind string

const (
	// Entra is Microsoft Entra ID: a person is tenant and object, the roles are
	// app roles of a tenant that is named.
	Entra Kind = "entra"
	// Ansattporten is the public sector's login for work: the roles come from
	// the municipality that somebody may act for.
	Ansattporten Kind = "ansattporten"
	// Generic is any other provider: it gives no roles; an account is made here
	// and bound to the identity they have there.
	Generic Kind = "generic"
)

// ProviderConfig is a login provider as the file of -oidc describes it.
type ProviderConfig struct {
	ID               string       `json:"id"` // in addresses: a-z, 0-9 and -
	Kind             Kind         `json:"kind"`
	Name             domain.Words `json:"name"`   // "Entra ID"
	Button           domain.Words `json:"button"` // "Logg inn som ansatt"; none: "Logg inn med {name}"
	Hint             domain.Words `json:"hint"`   // below the button
	Issuer           string       `json:"issuer"` // exactly as its tokens have it
	ClientID         string       `json:"client_id"`
	ClientSecretFile string       `json:"client_secret_file"` // absolute, or beside the file
	Scopes           []string     `json:"scopes"`             // none: openid and profile
	ACR              []string     `json:"acr"`                // levels of assurance that are enough; Ansattporten: must be given
	StaySignedIn     bool         `json:"stay_signed_in"`     // signing out here does not sign out there

	Tenants []string                  `json:"tenants"` // Entra: the only ones anybody comes from
	Roles   map[string][]domain.Grant `json:"roles"`   // Entra: app role to what it gives here

	AuthorizationDetails []AuthorizationDetail            `json:"authorization_details"` // Ansattporten: what is asked for, and alone believed
	Organisations        map[string]domain.MunicipalityID `json:"organisations"`         // Ansattporten: organisation number to municipality

	secret string
}

// AuthorizationDetail is a right that somebody must have to act for an
// organisation.
type AuthorizationDetail struct {
	Type                     string `json:"type"`
	Resource                 string `json:"resource"`
	RepresentationIsRequired bool   `json:"representation_is_required,omitempty"`
	AllowMultiple            bool   `json:"allow_multiple_organizations,omitempty"`
}

// Title is the provider's name in a language.
func (p *ProviderConfig) Title(lang string) string {
	name, _ := p.Name.In(lang)
	return name
}

var (
	providerID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,30}$`)
	guid       = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
)

// ReadProviders reads the file of -oidc. readSecret reads a file that the text
// names. The error names all faults at once: where, what, and what to do.
func ReadProviders(text []byte, c *domain.Catalogue, readSecret func(name string) (string, error)) ([]ProviderConfig, error) {
	var file struct {
		Providers []ProviderConfig `json:"providers"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("byte %d: %w; see docs/operation.md, on login", d.InputOffset(), err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("byte %d: something follows the last }; take it away", d.InputOffset())
	}
	faults := &faults{}
	if len(file.Providers) == 0 || len(file.Providers) > 10 {
		faults.add("providers", "there are %d; name one to ten, or start without -oidc", len(file.Providers))
	}
	seen := map[string]bool{}
	for i := range file.Providers {
		p := &file.Providers[i]
		faults.at = fmt.Sprintf("providers[%d].", i)
		if seen[p.ID] {
			faults.add("id", "%q is another's too; each needs its own", p.ID)
		}
		seen[p.ID] = true
		p.check(faults, c)
		if p.ClientSecretFile == "" {
			faults.add("client_secret_file", "it is missing; name a file that holds the secret and nothing else")
			continue
		}
		secret, err := readSecret(p.ClientSecretFile)
		if p.secret = strings.TrimSpace(secret); err != nil {
			faults.add("client_secret_file", "%v", err)
		} else if p.secret == "" {
			faults.add("client_secret_file", "%s is empty; put the client's secret there", p.ClientSecretFile)
		}
	}
	return file.Providers, errors.Join(faults.list...)
}

// faults gathers what is wrong, each with its place.
type faults struct {
	at   string
	list []error
}

func (f *faults) add(field, text string, args ...any) {
	f.list = append(f.list, fmt.Errorf(f.at+field+": "+text, args...))
}

func (p *ProviderConfig) check(f *faults, c *domain.Catalogue) {
	if !providerID.MatchString(p.ID) {
		f.add("id", "%q is in addresses; use a-z, 0-9 and -, at most 31", p.ID)
	}
	if p.Name.NB == "" {
		f.add("name", `it is missing; give {"nb": "…"}, and nn and en where they differ`)
	}
	if err := checkURL(p.Issuer); err != nil {
		f.add("issuer", "%q %w", p.Issuer, err)
	}
	if p.ClientID == "" {
		f.add("client_id", "it is missing; it is what the provider calls this installation")
	}
	if len(p.Scopes) == 0 {
		p.Scopes = []string{"openid", "profile"}
	}
	if !slices.Contains(p.Scopes, "openid") {
		f.add("scopes", "openid is not among them; add it")
	}
	switch p.Kind {
	case Entra:
		p.checkEntra(f, c)
	case Ansattporten:
		p.checkAnsattporten(f, c)
	case Generic:
	default:
		f.add("kind", "%q is none; there is entra, ansattporten and generic", p.Kind)
	}
	if p.Kind != Entra && (len(p.Tenants) > 0 || len(p.Roles) > 0) {
		f.add("roles", "only entra has tenants and roles; take them away, or bind accounts with account bind")
	}
	if p.Kind != Ansattporten && (len(p.AuthorizationDetails) > 0 || len(p.Organisations) > 0) {
		f.add("organisations", "only ansattporten has authorization_details and organisations; take them away")
	}
}

func (p *ProviderConfig) checkEntra(f *faults, c *domain.Catalogue) {
	if len(p.Tenants) == 0 {
		f.add("tenants", "there is none; name the tenant that people come from")
	}
	for _, t := range p.Tenants {
		if !guid.MatchString(t) {
			f.add("tenants", "%q is no tenant id; give it as Entra ID shows it, in small letters", t)
		}
	}
	if u, err := url.Parse(p.Issuer); err == nil && u.Host == "login.microsoftonline.com" &&
		!slices.ContainsFunc(p.Tenants, func(t string) bool { return u.Path == "/"+t+"/v2.0" }) {
		f.add("issuer", "%q is of no tenant in tenants; give https://login.microsoftonline.com/TENANT/v2.0", p.Issuer)
	}
	for name, grants := range p.Roles {
		if len(grants) == 0 {
			f.add("roles."+name, "it gives nothing; take it away, or say which role")
		}
		for _, g := range grants {
			if why := checkRole(g, c); why != "" {
				f.add("roles."+name, "%s", why)
			}
		}
	}
}

// checkRole says what is wrong with what an app role gives.
func checkRole(g domain.Grant, c *domain.Catalogue) string {
	if g.Role == domain.RoleMunicipality || g.Role == domain.RoleScreen || g.Municipality != "" || g.Scope != "" || !g.Until.IsZero() {
		return "an app role gives a role of the office, with areas at most; municipalities sign in by ansattporten"
	}
	if err := checkGrants([]domain.Grant{g}); err != nil {
		return fmt.Sprintf("there is no role %q", g.Role)
	}
	within := g.Role == domain.RoleAssessor || g.Role == domain.RoleApprover
	if within != (len(g.Areas) > 0) {
		return fmt.Sprintf("role %s: areas are for fagansvarlig and godkjenner, which must have some", g.Role)
	}
	for _, a := range g.Areas {
		if i := c.ColumnIndex(a); i < 0 || c.Columns[i].Kind != domain.ColumnArea {
			return fmt.Sprintf("the county has no area %q", a)
		}
	}
	return ""
}

func (p *ProviderConfig) checkAnsattporten(f *faults, c *domain.Catalogue) {
	if len(p.ACR) == 0 {
		f.add("acr", `there is none; name the levels that are enough: ["substantial", "high"]`)
	}
	if len(p.AuthorizationDetails) == 0 {
		f.add("authorization_details", "there is none; name the resource that somebody must have a right to, to act for a municipality")
	}
	for i, d := range p.AuthorizationDetails {
		if d.Type == "" || d.Resource == "" {
			f.add(fmt.Sprintf("authorization_details[%d]", i), "it needs type and resource")
		}
	}
	if len(p.Organisations) == 0 {
		f.add("organisations", `there is none; give organisation number to municipality number: {"999999999": "3401"}`)
	}
	for number, m := range p.Organisations {
		if !validOrganisation(number) {
			f.add("organisations", "%q is no organisation number; its nine digits check themselves", number)
		}
		if c.MunicipalityIndex(m) < 0 {
			f.add("organisations", "%s: the county has no municipality %q", number, m)
		}
	}
}

// validOrganisation checks an organisation number: nine digits, of which the
// last follows from the others.
func validOrganisation(s string) bool {
	if len(s) != 9 {
		return false
	}
	sum := 0
	for i, weight := range []int{3, 2, 7, 6, 5, 4, 3, 2, 1} {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		sum += int(s[i]-'0') * weight
	}
	return sum%11 == 0
}

// checkURL reports whether an address of a provider can be trusted on the way:
// https, or this very machine.
func checkURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return errors.New("is no address; give https://…")
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()) {
		return nil
	}
	return errors.New("is not https; only this machine may be asked without")
}
