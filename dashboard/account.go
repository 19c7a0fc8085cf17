package dashboard

import (
	"slices"
	"strconv"
	"time"

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
	This, Token                                             bool
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
	v.Sessions = pg.sessions(sessions)
	v.Others = slices.ContainsFunc(v.Sessions, func(r sessionRow) bool { return !r.This && !r.Token })
	return s.render(v.Lang, "account", &v)
}

// sessions are the rows of a table of sessions and tokens, the last used first.
func (p *page) sessions(sessions []kommunebilde.Session) []sessionRow {
	var out []sessionRow
	sessions = slices.Clone(sessions)
	slices.SortStableFunc(sessions, func(a, b kommunebilde.Session) int { return b.Seen.Compare(a.Seen) })
	for _, one := range sessions {
		row := sessionRow{
			What: p.T("account.session"), Key: one.Key.String(), This: p.req.User != nil && p.req.User.Session == one.Key,
			Created: p.Day(one.Created), CreatedStamp: p.Stamp(one.Created), Seen: p.Day(one.Seen) + " " + p.Minute(one.Seen), SeenStamp: p.Stamp(one.Seen),
		}
		if one.Token {
			row.What = p.T("account.token", one.Label)
		}
		row.Token = one.Token
		if !one.Ends.IsZero() {
			row.Ends, row.EndsStamp = p.Day(one.Ends), p.Stamp(one.Ends)
		}
		out = append(out, row)
	}
	return out
}
