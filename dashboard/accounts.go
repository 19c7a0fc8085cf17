package dashboard

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"kommunebilde"
)

// AccountsPage is what the page of all accounts shows.
type AccountsPage struct {
	Accounts  []kommunebilde.Account
	Seen      func(kommunebilde.AccountID) time.Time // when somebody was last here; zero: never
	Steps     func(kommunebilde.AccountID) Steps     // how somebody signs in
	Catalogue *kommunebilde.Catalogue                // whose municipalities and areas grants name
	Find      string                                 // only those whose row has it; "" all
}

type accountsView struct {
	page
	grantFields
	Rows, Screens []accountRow
	Count, Find   string
}

type accountRow struct {
	ID, Href, Name, Roles, Seen, SeenStamp, State, Step, Invited string
}

// grantFields are what a role is given with.
type grantFields struct {
	Roles          []choice
	Municipalities []choice
	Areas          []choice
}

// Accounts lists all accounts by name, for an admin.
func (s *Site) Accounts(r Request, a AccountsPage) ([]byte, error) {
	pg := s.newPage(r, "accounts", "")
	pg.Title, pg.Nav = pg.T("accounts.title"), "account"
	v := accountsView{page: pg, grantFields: pg.grantFields(a.Catalogue), Find: a.Find}
	accounts := slices.Clone(a.Accounts)
	order := collate.New(language.MustParse("nb"))
	slices.SortStableFunc(accounts, func(a, b kommunebilde.Account) int {
		return cmp.Or(order.CompareString(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for _, one := range accounts {
		row := accountRow{
			ID: string(one.ID), Href: pg.accountHref(one.ID), Name: one.Name, Roles: pg.roles(one.Grants, a.Catalogue), State: pg.accountState(one),
		}
		if row.Name == "" {
			row.Name = row.ID
		}
		if seen := a.Seen(one.ID); !seen.IsZero() {
			row.Seen, row.SeenStamp = pg.Day(seen), pg.Stamp(seen)
		}
		steps := a.Steps(one.ID)
		row.Step, row.Invited = pg.stepWords(steps), pg.invitedWords(steps)
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
	return s.render(v.Lang, "accounts", &v)
}

// contains tells whether any of some words has what is looked for in it.
func contains(find string, words ...string) bool {
	find = strings.ToLower(strings.TrimSpace(find))
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(strings.ToLower(w), find) })
}

func isScreen(a kommunebilde.Account) bool {
	return slices.ContainsFunc(a.Grants, func(g kommunebilde.Grant) bool { return g.Role == kommunebilde.RoleScreen })
}

func (p *page) accountHref(id kommunebilde.AccountID) string {
	return p.Link("/kontoer/" + string(id)) // an id has no sign that a path would not
}

// accountState says whether somebody can sign in.
func (p *page) accountState(a kommunebilde.Account) string {
	if a.Disabled {
		return p.T("accounts.disabled")
	}
	return p.T("accounts.active")
}

// invitedWords says until when somebody may choose a password, "" if nobody may.
func (p *page) invitedWords(own Steps) string {
	if own.Invited.IsZero() {
		return ""
	}
	return p.T("accounts.invited", p.Day(own.Invited))
}

func (p *page) grantFields(cat *kommunebilde.Catalogue) grantFields {
	var f grantFields
	for _, role := range kommunebilde.Roles() {
		if role != kommunebilde.RolePublic && role != kommunebilde.RoleScreen {
			f.Roles = append(f.Roles, choice{string(role), p.T("role." + string(role))})
		}
	}
	if cat == nil {
		return f
	}
	municipalities := slices.Clone(cat.Municipalities)
	order := collate.New(language.MustParse("nb"))
	slices.SortStableFunc(municipalities, func(a, b kommunebilde.Municipality) int { return order.CompareString(a.Name, b.Name) })
	for _, m := range municipalities {
		f.Municipalities = append(f.Municipalities, choice{string(m.ID), m.Name})
	}
	for _, c := range cat.Columns {
		if c.Kind == kommunebilde.ColumnArea {
			name, _ := c.Name.In(p.Lang)
			f.Areas = append(f.Areas, choice{string(c.ID), name})
		}
	}
	return f
}

// roles says what an account's grants make it.
func (p *page) roles(grants []kommunebilde.Grant, cat *kommunebilde.Catalogue) string {
	var out []string
	for _, g := range grants {
		out = append(out, p.grant(g, cat))
	}
	return strings.Join(out, ", ")
}

// grant says what one grant makes somebody: "kommune (Lom, til 11. nov. 2026)".
func (p *page) grant(g kommunebilde.Grant, cat *kommunebilde.Catalogue) string {
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
		within = append(within, p.boardName(g.Scope))
	}
	if !g.Until.IsZero() {
		key := "accounts.until"
		if !p.now.Before(g.Until) {
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
	Account   kommunebilde.Account
	Sessions  []kommunebilde.Session
	Seen      time.Time // zero: never
	Steps     Steps
	Catalogue *kommunebilde.Catalogue
	Own       bool   // the admin's own
	Token     string // the secret of a token just made, shown this once
}

type personView struct {
	page
	grantFields
	ID, Name, State, Created, CreatedStamp, Seen, SeenStamp, NewToken, Step, Invited string
	Own, Disabled, Screen, Second                                                    bool
	Grants                                                                           []grantRow
	Sessions                                                                         []sessionRow
}

// grantRow is one grant, with the fields that name it in a form.
type grantRow struct {
	Text, Role, Municipality, Until string
	Areas                           []string
}

// Person is one account, for an admin.
func (s *Site) Person(r Request, a PersonPage) ([]byte, error) {
	pg := s.newPage(r, "person", "")
	pg.Nav = "account"
	v := personView{
		page: pg, grantFields: pg.grantFields(a.Catalogue), ID: string(a.Account.ID), Name: a.Account.Name, State: pg.accountState(a.Account),
		Created: pg.Day(a.Account.Created), CreatedStamp: pg.Stamp(a.Account.Created), Own: a.Own, Disabled: a.Account.Disabled,
		Sessions: pg.sessions(a.Sessions), NewToken: a.Token, Screen: isScreen(a.Account),
		Step: pg.stepWords(a.Steps), Invited: pg.invitedWords(a.Steps), Second: a.Steps.Set(),
	}
	v.Title = cmp.Or(v.Name, v.ID)
	if !a.Seen.IsZero() {
		v.Seen, v.SeenStamp = pg.Day(a.Seen), pg.Stamp(a.Seen)
	}
	for _, g := range a.Account.Grants {
		row := grantRow{Text: pg.grant(g, a.Catalogue), Role: string(g.Role), Municipality: string(g.Municipality)}
		if !g.Until.IsZero() {
			row.Until = g.Until.UTC().Format(time.RFC3339Nano)
		}
		for _, area := range g.Areas {
			row.Areas = append(row.Areas, string(area))
		}
		v.Grants = append(v.Grants, row)
	}
	return s.render(v.Lang, "person", &v)
}

// Invitation is a link with which somebody chooses a password. It is shown once.
type Invitation struct {
	Account kommunebilde.Account
	Link    string // whole, as it is sent
	Ends    time.Time
}

type invitedView struct {
	page
	Rows []invitedRow
	Ends string
}

type invitedRow struct{ Name, ID, Roles, Link string }

// Invited shows invitations that were just made.
func (s *Site) Invited(r Request, list []Invitation, cat *kommunebilde.Catalogue) ([]byte, error) {
	pg := s.newPage(r, "invited", "")
	pg.Title, pg.Nav = pg.N("invited.title", len(list)), "account"
	v := invitedView{page: pg}
	for _, one := range list {
		v.Rows = append(v.Rows, invitedRow{cmp.Or(one.Account.Name, string(one.Account.ID)), string(one.Account.ID), pg.roles(one.Account.Grants, cat), one.Link})
		v.Ends = pg.Day(one.Ends)
	}
	return s.render(v.Lang, "invited", &v)
}

// NewContact is a contact read from a list, before the account is made.
type NewContact struct {
	ID           kommunebilde.AccountID
	Name         string
	Municipality kommunebilde.MunicipalityID
	Exists       bool // there is such an account: it is left as it is
}

type contactsView struct {
	page
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
func (s *Site) Contacts(r Request, list []NewContact, until string, cat *kommunebilde.Catalogue) ([]byte, error) {
	pg := s.newPage(r, "contacts", "")
	pg.Title, pg.Nav = pg.T("contacts.title"), "account"
	v := contactsView{page: pg, Until: until}
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
	return s.render(v.Lang, "contacts", &v)
}

type faultsView struct {
	page
	Faults      []string // in bokmål
	Count, More string
}

// ContactFaults says what is wrong in a list of contacts, of which nothing was
// read: the first faults, and how many there are in all.
func (s *Site) ContactFaults(r Request, faults []string, count int) ([]byte, error) {
	pg := s.newPage(r, "contacts", "")
	pg.Title, pg.Nav = pg.T("contacts.title"), "account"
	v := faultsView{page: pg, Faults: faults, Count: pg.N("contacts.faults", count)}
	if more := count - len(faults); more > 0 {
		v.More = pg.T("contacts.more", strconv.Itoa(more))
	}
	return s.render(v.Lang, "faults", &v)
}
