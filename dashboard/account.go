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

// LoginForm is what the login page says.
type LoginForm struct {
	User string        // as typed
	Next string        // own path to go to, "" the overview
	Err  error         // why the last try failed, nil at first
	Wait time.Duration // until the next try is taken, 0 at once

	Providers []LoginProvider
	Refused   error  // why a login by a provider came to nothing, nil if none did
	Number    string // under which the log has more of it
}

type loginView struct {
	page
	User, Next, Err, OpenHref, OpenName string

	Providers       []providerRow
	Refused, Number string
	LocalOpen       bool
}

// Login is the login page.
func (s *Site) Login(r Request, f LoginForm) ([]byte, error) {
	pg := s.newPage(r, "login", "")
	pg.Title = pg.T("login.title")
	v := loginView{page: pg, User: f.User, Next: f.Next, Number: f.Number, Providers: pg.providers(f)}
	if f.Refused != nil {
		v.Refused = pg.w.refusal(f.Refused)
	}
	v.LocalOpen = f.Err != nil || slices.ContainsFunc(f.Providers, func(p LoginProvider) bool { return p.Down })
	if f.Err != nil {
		v.Err = pg.w.refusal(f.Err)
		if f.Wait > 0 {
			v.Err += " " + pg.T("login.wait", strconv.Itoa(int(f.Wait.Seconds()+0.5)))
		}
	}
	for _, b := range r.Boards {
		if b.Kind == kommunebilde.KindEdition && len(b.Publications) > 0 {
			name, _ := b.Title.In(pg.Lang)
			v.OpenHref, v.OpenName = pg.Link(entrance(b)), pg.T("login.open", name)
			break
		}
	}
	return s.render(v.Lang, "login", &v)
}

type accountView struct {
	page
	ID       string
	Sessions []sessionRow
}

type sessionRow struct {
	What, Key                                               string
	Created, CreatedStamp, Seen, SeenStamp, Ends, EndsStamp string
	This                                                    bool
}

// Account is the user's own sessions and tokens.
func (s *Site) Account(r Request, sessions []kommunebilde.Session) ([]byte, error) {
	pg := s.newPage(r, "account", "")
	pg.Title, pg.Nav = pg.T("account.title"), "account"
	v := accountView{page: pg}
	if r.User != nil {
		v.ID = string(r.User.ID)
	}
	sessions = slices.Clone(sessions)
	slices.SortStableFunc(sessions, func(a, b kommunebilde.Session) int { return b.Seen.Compare(a.Seen) })
	for _, one := range sessions {
		row := sessionRow{
			What: pg.T("account.session"), Key: one.Key.String(), This: r.User != nil && r.User.Session == one.Key,
			Created: pg.Day(one.Created), CreatedStamp: pg.Stamp(one.Created), Seen: pg.Day(one.Seen) + " " + pg.Minute(one.Seen), SeenStamp: pg.Stamp(one.Seen),
		}
		if one.Token {
			row.What = pg.T("account.token", one.Label)
		}
		if !one.Ends.IsZero() {
			row.Ends, row.EndsStamp = pg.Day(one.Ends), pg.Stamp(one.Ends)
		}
		v.Sessions = append(v.Sessions, row)
	}
	return s.render(v.Lang, "account", &v)
}

type accountsView struct {
	page
	Rows  []accountRow
	Count string
}

type accountRow struct {
	ID, Name, Roles, Created, CreatedStamp string
	Disabled, Own                          bool
}

// Accounts lists all accounts by name, for an admin.
func (s *Site) Accounts(r Request, accounts []kommunebilde.Account) ([]byte, error) {
	pg := s.newPage(r, "accounts", "")
	pg.Title, pg.Nav = pg.T("accounts.title"), "account"
	v := accountsView{page: pg, Count: pg.N("accounts.n", len(accounts))}
	accounts = slices.Clone(accounts)
	order := collate.New(language.MustParse("nb"))
	slices.SortStableFunc(accounts, func(a, b kommunebilde.Account) int {
		return cmp.Or(order.CompareString(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for _, a := range accounts {
		v.Rows = append(v.Rows, accountRow{
			ID: string(a.ID), Name: a.Name, Roles: pg.roles(a.Grants), Created: pg.Day(a.Created), CreatedStamp: pg.Stamp(a.Created),
			Disabled: a.Disabled, Own: r.User != nil && r.User.ID == a.ID,
		})
	}
	return s.render(v.Lang, "accounts", &v)
}

// roles says what an account's grants make it.
func (p *page) roles(grants []kommunebilde.Grant) string {
	var out []string
	for _, g := range grants {
		s := p.T("role." + string(g.Role))
		var within []string
		for _, a := range g.Areas {
			within = append(within, string(a))
		}
		if g.Municipality != "" {
			within = append(within, string(g.Municipality))
		}
		if g.Scope != "" {
			within = append(within, string(g.Scope))
		}
		if !g.Until.IsZero() {
			within = append(within, p.T("accounts.until", p.Day(g.Until)))
		}
		if len(within) > 0 {
			s += " (" + strings.Join(within, ", ") + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}
