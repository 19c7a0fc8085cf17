package accounts

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// AccountsPage is what the page of all accounts shows.
type AccountsPage struct {
	Accounts  []accounts.Account
	Seen      func(domain.AccountID) time.Time // when somebody was last here; zero: never
	Steps     func(domain.AccountID) Steps     // how somebody signs in
	Catalogue *domain.Catalogue                // whose municipalities and areas grants name
	Find      string                           // only those whose row has it; "" all
}

type accountsView struct {
	kit.Page
	grantFields
	Rows, Screens []accountRow
	Count, Find   string
}

type accountRow struct {
	ID, Href, Name, Roles, Seen, SeenStamp, State, Step, Invited string
}

// grantFields are what a role is given with.
type grantFields struct {
	Roles          []kit.Choice
	Municipalities []kit.Choice
	Areas          []kit.Choice
}

// Accounts lists all accounts by name, for an admin.
func Accounts(s *kit.Site, r kit.Request, a AccountsPage) ([]byte, error) {
	pg := s.NewPage(r, "accounts", "")
	pg.Title, pg.Nav = pg.T("accounts.title"), "account"
	v := accountsView{Page: pg, grantFields: grantFieldsOf(&pg, a.Catalogue), Find: a.Find}
	all := slices.Clone(a.Accounts)
	order := kit.Norwegian()
	slices.SortStableFunc(all, func(a, b accounts.Account) int {
		return cmp.Or(order.CompareString(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for _, one := range all {
		row := accountRow{
			ID: string(one.ID), Href: accountHref(&pg, one.ID), Name: one.Name, Roles: roles(&pg, one.Grants, a.Catalogue), State: accountState(&pg, one),
		}
		if row.Name == "" {
			row.Name = row.ID
		}
		if seen := a.Seen(one.ID); !seen.IsZero() {
			row.Seen, row.SeenStamp = pg.Day(seen), pg.Stamp(seen)
		}
		steps := a.Steps(one.ID)
		row.Step, row.Invited = stepWords(&pg, steps), invitedWords(&pg, steps)
		if !contains(a.Find, row.Name, row.ID, row.Roles, row.State) {
			continue
		}
		if isScreen(one) {
			v.Screens = append(v.Screens, row)
			continue
		}
		v.Rows = append(v.Rows, row)
	}
	v.Count = pg.N("accounts.n", len(v.Rows))
	return s.Render(v.Lang, "accounts", &v)
}

// contains reports whether any of some words has what is looked for in it.
func contains(find string, words ...string) bool {
	find = strings.ToLower(strings.TrimSpace(find))
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(strings.ToLower(w), find) })
}

func isScreen(a accounts.Account) bool {
	return slices.ContainsFunc(a.Grants, func(g domain.Grant) bool { return g.Role == domain.RoleScreen })
}

func accountHref(p *kit.Page, id domain.AccountID) string {
	return p.Link("/kontoer/" + string(id)) // an id has no sign that a path would not
}

// accountState says whether somebody can sign in.
func accountState(p *kit.Page, a accounts.Account) string {
	switch {
	case a.Erased():
		return p.T("accounts.erased")
	case a.Disabled:
		return p.T("accounts.disabled")
	}
	return p.T("accounts.active")
}

// invitedWords says until when somebody may choose a password, "" if nobody may.
func invitedWords(p *kit.Page, own Steps) string {
	if own.Invited.IsZero() {
		return ""
	}
	return p.T("accounts.invited", p.Day(own.Invited))
}

func grantFieldsOf(p *kit.Page, cat *domain.Catalogue) grantFields {
	var f grantFields
	for _, role := range domain.Roles() {
		if role != domain.RolePublic && role != domain.RoleScreen {
			f.Roles = append(f.Roles, kit.Choice{Value: string(role), Name: p.T("role." + string(role))})
		}
	}
	if cat == nil {
		return f
	}
	municipalities := slices.Clone(cat.Municipalities)
	order := kit.Norwegian()
	slices.SortStableFunc(municipalities, func(a, b domain.Municipality) int { return order.CompareString(a.Name, b.Name) })
	for _, m := range municipalities {
		f.Municipalities = append(f.Municipalities, kit.Choice{Value: string(m.ID), Name: m.Name})
	}
	for _, c := range cat.Columns {
		if c.Kind == domain.ColumnArea {
			name, _ := c.Name.In(p.Lang)
			f.Areas = append(f.Areas, kit.Choice{Value: string(c.ID), Name: name})
		}
	}
	return f
}

// roles says what an account's grants make it.
func roles(p *kit.Page, grants []domain.Grant, cat *domain.Catalogue) string {
	var out []string
	for _, g := range grants {
		out = append(out, grant(p, g, cat))
	}
	return strings.Join(out, ", ")
}

// grant says what one grant makes somebody: "kommune (Lom, til 11. nov. 2026)".
func grant(p *kit.Page, g domain.Grant, cat *domain.Catalogue) string {
	var within []string
	for _, a := range g.Areas {
		name := string(a)
		if cat != nil {
			if i := cat.ColumnIndex(a); i >= 0 {
				name, _ = cat.Columns[i].Short.In(p.Lang)
			}
		}
		within = append(within, name)
	}
	if g.Municipality != "" {
		name := string(g.Municipality)
		if cat != nil {
			if i := cat.MunicipalityIndex(g.Municipality); i >= 0 {
				name = cat.Municipalities[i].Name
			}
		}
		within = append(within, name)
	}
	if g.Scope != "" {
		within = append(within, p.BoardName(g.Scope))
	}
	if !g.Until.IsZero() {
		key := "accounts.until"
		if !p.Now.Before(g.Until) {
			key = "accounts.ended"
		}
		within = append(within, p.T(key, p.Day(g.Until.Add(-time.Millisecond)))) // midnight ends the day before
	}
	s := p.T("role." + string(g.Role))
	if len(within) > 0 {
		s += " (" + strings.Join(within, ", ") + ")"
	}
	return s
}

// PersonPage is what an admin sees of one account.
type PersonPage struct {
	Account   accounts.Account
	Sessions  []accounts.Session
	Seen      time.Time // zero: never
	Steps     Steps
	Catalogue *domain.Catalogue
	Own       bool   // the admin's own
	Token     string // the secret of a token just made, shown this once
}

type personView struct {
	kit.Page
	grantFields
	ID, Name, State, Created, CreatedStamp, Seen, SeenStamp, NewToken, Step, Invited string
	Own, Disabled, Erased, Screen, Second                                            bool
	Grants                                                                           []grantRow
	Sessions                                                                         sessionList
}

// grantRow is one grant, with the fields that name it in a form.
type grantRow struct {
	Text, Role, Municipality, Until string
	Areas                           []string
}

// Person is one account, for an admin.
func Person(s *kit.Site, r kit.Request, a PersonPage) ([]byte, error) {
	pg := s.NewPage(r, "person", "")
	pg.Nav = "account"
	v := personView{
		Page: pg, grantFields: grantFieldsOf(&pg, a.Catalogue), ID: string(a.Account.ID), Name: a.Account.Name, State: accountState(&pg, a.Account),
		Created: pg.Day(a.Account.Created), CreatedStamp: pg.Stamp(a.Account.Created), Own: a.Own, Disabled: a.Account.Disabled, Erased: a.Account.Erased(),
		Sessions: sessionListOf(&pg, a.Sessions, accountHref(&pg, a.Account.ID)), NewToken: a.Token, Screen: isScreen(a.Account),
		Step: stepWords(&pg, a.Steps), Invited: invitedWords(&pg, a.Steps), Second: a.Steps.Set(),
	}
	v.Title = cmp.Or(v.Name, v.ID)
	if !a.Seen.IsZero() {
		v.Seen, v.SeenStamp = pg.Day(a.Seen), pg.Stamp(a.Seen)
	}
	for _, g := range a.Account.Grants {
		row := grantRow{Text: grant(&pg, g, a.Catalogue), Role: string(g.Role), Municipality: string(g.Municipality)}
		if !g.Until.IsZero() {
			row.Until = g.Until.UTC().Format(time.RFC3339Nano)
		}
		for _, area := range g.Areas {
			row.Areas = append(row.Areas, string(area))
		}
		v.Grants = append(v.Grants, row)
	}
	return s.Render(v.Lang, "person", &v)
}

// Invitation is a link with which somebody chooses a password. It is shown once.
type Invitation struct {
	Account accounts.Account
	Link    string // whole, as it is sent
	Ends    time.Time
}

type invitedView struct {
	kit.Page
	Rows []invitedRow
	Ends string
}

type invitedRow struct{ Name, ID, Roles, Link string }

// Invited shows invitations that were just made.
func Invited(s *kit.Site, r kit.Request, list []Invitation, cat *domain.Catalogue) ([]byte, error) {
	pg := s.NewPage(r, "invited", "")
	pg.Title, pg.Nav = pg.N("invited.title", len(list)), "account"
	v := invitedView{Page: pg}
	for _, one := range list {
		v.Rows = append(v.Rows, invitedRow{cmp.Or(one.Account.Name, string(one.Account.ID)), string(one.Account.ID), roles(&pg, one.Account.Grants, cat), one.Link})
		v.Ends = pg.Day(one.Ends)
	}
	return s.Render(v.Lang, "invited", &v)
}

// NewContact is a contact read from a list, before the account is made.
type NewContact struct {
	ID           domain.AccountID
	Name         string
	Municipality domain.MunicipalityID
	Exists       bool // there is such an account: it is left as it is
}

type contactsView struct {
	kit.Page
	Rows       []contactRow
	New        string
	Until, Day string
	Any        bool
}

type contactRow struct {
	ID, Name, Municipality, MunicipalityName string
	Exists                                   bool
}

// Contacts shows what a list of contacts would make, and asks. until is a day
// (2006-01-02) on which their access ends, "" none.
func Contacts(s *kit.Site, r kit.Request, list []NewContact, until string, cat *domain.Catalogue) ([]byte, error) {
	pg := s.NewPage(r, "contacts", "")
	pg.Title, pg.Nav = pg.T("contacts.title"), "account"
	v := contactsView{Page: pg, Until: until}
	if until != "" {
		v.Day = pg.Date(until)
	}
	n := 0
	for _, c := range list {
		row := contactRow{ID: string(c.ID), Name: c.Name, Municipality: string(c.Municipality), MunicipalityName: string(c.Municipality), Exists: c.Exists}
		if i := cat.MunicipalityIndex(c.Municipality); i >= 0 {
			row.MunicipalityName = cat.Municipalities[i].Name
		}
		if !c.Exists {
			n++
		}
		v.Rows = append(v.Rows, row)
	}
	v.New, v.Any = pg.N("contacts.n", n), n > 0
	return s.Render(v.Lang, "contacts", &v)
}

type faultsView struct {
	kit.Page
	Faults      []string
	Count, More string
}

// ContactFaults says what is wrong in a list of contacts, of which nothing was
// read: the first faults, and how many there are in all.
func ContactFaults(s *kit.Site, r kit.Request, faults []kit.Fault, count int) ([]byte, error) {
	pg := s.NewPage(r, "contacts", "")
	pg.Title, pg.Nav = pg.T("contacts.title"), "account"
	v := faultsView{Page: pg, Count: pg.N("contacts.faults", count)}
	for _, f := range faults {
		v.Faults = append(v.Faults, pg.Words.Fault(f))
	}
	if more := count - len(faults); more > 0 {
		v.More = pg.T("contacts.more", strconv.Itoa(more))
	}
	return s.Render(v.Lang, "faults", &v)
}
