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
	AnyDown         bool
}

// Login is the login page.
func (s *Site) Login(r Request, f LoginForm) ([]byte, error) {
	pg := s.newPage(r, "login", "")
	pg.Title = pg.T("login.title")
	pg.Passkeys = true
	v := loginView{page: pg, User: f.User, Next: f.Next, Number: f.Number, Providers: pg.providers(f), Err: pg.why(f.Err, f.Wait)}
	if f.Refused != nil {
		v.Refused = pg.w.refusal(f.Refused)
	}
	v.AnyDown = slices.ContainsFunc(f.Providers, func(p LoginProvider) bool { return p.Down })
	v.LocalOpen = f.Err != nil || v.AnyDown
	for _, b := range r.Boards {
		if b.Kind == kommunebilde.KindEdition && len(b.Publications) > 0 {
			name, _ := b.Title.In(pg.Lang)
			v.OpenHref, v.OpenName = pg.Link(entrance(b)), pg.T("login.open", name)
			break
		}
	}
	return s.render(v.Lang, "login", &v)
}

// why says a refused log-in, and how long to wait.
func (p *page) why(err error, wait time.Duration) string {
	if err == nil {
		return ""
	}
	out := p.w.refusal(err)
	if wait > 0 {
		out += " " + p.T("login.wait", strconv.Itoa(int(wait.Seconds()+0.5)))
	}
	return out
}

type accountView struct {
	page
	ID, By   string
	Sessions []sessionRow
	Others   bool // there are other sessions than this
	Own      ownSteps
}

type sessionRow struct {
	What, Key                                               string
	Created, CreatedStamp, Seen, SeenStamp, Ends, EndsStamp string
	This                                                    bool
}

// Account is how the user signs in, and their own sessions and tokens.
func (s *Site) Account(r Request, sessions []kommunebilde.Session, own Steps) ([]byte, error) {
	pg := s.newPage(r, "account", "")
	pg.Title, pg.Nav = pg.T("account.title"), "account"
	pg.Passkeys = own.Fresh
	v := accountView{page: pg, Own: pg.ownSteps(own)}
	if r.User != nil {
		v.ID = string(r.User.ID)
		if r.User.By != "" {
			v.By = pg.T("account.by", r.User.By)
		}
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
		v.Others = v.Others || !row.This && !one.Token
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
	Step, Invited                          string // ways beside a password; until when somebody is invited
	Disabled, Own, Person, Second          bool
}

// Accounts lists all accounts by name, for an admin. steps tells how each signs
// in.
func (s *Site) Accounts(r Request, accounts []kommunebilde.Account, steps func(kommunebilde.AccountID) Steps) ([]byte, error) {
	pg := s.newPage(r, "accounts", "")
	pg.Title, pg.Nav = pg.T("accounts.title"), "account"
	v := accountsView{page: pg, Count: pg.N("accounts.n", len(accounts))}
	accounts = slices.Clone(accounts)
	order := collate.New(language.MustParse("nb"))
	slices.SortStableFunc(accounts, func(a, b kommunebilde.Account) int {
		return cmp.Or(order.CompareString(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for _, a := range accounts {
		row := accountRow{
			ID: string(a.ID), Name: a.Name, Roles: pg.roles(a.Grants), Created: pg.Day(a.Created), CreatedStamp: pg.Stamp(a.Created),
			Disabled: a.Disabled, Own: r.User != nil && r.User.ID == a.ID, Person: a.View == "",
		}
		own := steps(a.ID)
		row.Second, row.Step = own.Set(), pg.stepWords(own)
		if !own.Invited.IsZero() {
			row.Invited = pg.T("accounts.invited", pg.Day(own.Invited))
		}
		v.Rows = append(v.Rows, row)
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
