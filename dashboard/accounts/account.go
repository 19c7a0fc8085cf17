package accounts

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
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
	kit.Page
	User, Next, Err, OpenHref, OpenName string

	Providers       []providerRow
	Refused, Number string
	LocalOpen       bool
	AnyDown         bool
}

// Login is the login page.
func Login(s *kit.Site, r kit.Request, f LoginForm) ([]byte, error) {
	pg := s.NewPage(r, "login", "")
	pg.Title = pg.T("login.title")
	pg.Passkeys = true
	v := loginView{Page: pg, User: f.User, Next: f.Next, Number: f.Number, Providers: providers(&pg, f), Err: why(&pg, f.Err, f.Wait)}
	if f.Refused != nil {
		v.Refused = pg.Words.Refusal(f.Refused)
	}
	v.AnyDown = slices.ContainsFunc(f.Providers, func(p LoginProvider) bool { return p.Down })
	v.LocalOpen = f.Err != nil || v.AnyDown
	for _, b := range r.Boards {
		if b.Kind == domain.KindEdition && len(b.Publications) > 0 {
			name, _ := b.Title.In(pg.Lang)
			v.OpenHref, v.OpenName = pg.Link(kit.Entrance(b)), pg.T("login.open", name)
			break
		}
	}
	return s.Render(v.Lang, "login", &v)
}

// why says a refused log-in, and how long to wait.
func why(p *kit.Page, err error, wait time.Duration) string {
	if err == nil {
		return ""
	}
	out := p.Words.Refusal(err)
	if wait > 0 {
		out += " " + p.T("login.wait", strconv.Itoa(int(wait.Seconds()+0.5)))
	}
	return out
}

type accountView struct {
	kit.Page
	ID, By   string
	Sessions sessionList
	Others   bool // there are other sessions than this
	Own      ownSteps
}

// sessionList is a part of the list of sessions and tokens.
type sessionList struct {
	Rows              []sessionRow
	Shown, Prev, Next string // "" where all are there
}

type sessionRow struct {
	What, Key                                               string
	Created, CreatedStamp, Seen, SeenStamp, Ends, EndsStamp string
	This, Token                                             bool
}

// Account is how the user signs in, and their own sessions and tokens.
func Account(s *kit.Site, r kit.Request, sessions []accounts.Session, own Steps) ([]byte, error) {
	pg := s.NewPage(r, "account", "")
	pg.Title, pg.Nav = pg.T("account.title"), "account"
	pg.Passkeys = own.Fresh
	v := accountView{Page: pg, Own: ownStepsOf(&pg, own)}
	if r.User != nil {
		v.ID = string(r.User.ID)
		if r.User.By != "" {
			v.By = pg.T("account.by", r.User.By)
		}
	}
	v.Sessions = sessionListOf(&pg, sessions, pg.Link("/konto"))
	v.Others = slices.ContainsFunc(sessions, func(s accounts.Session) bool { return !this(&pg, s) && !s.Token })
	return s.Render(v.Lang, "account", &v)
}

// this reports whether a session is the one that the page is shown to.
func this(p *kit.Page, s accounts.Session) bool {
	return p.Request.User != nil && p.Request.User.Session == s.Key
}

// sessionListOf is the part of a list of sessions and tokens that the page's address
// asks for: this one first, then the last used.
func sessionListOf(p *kit.Page, sessions []accounts.Session, path string) (out sessionList) {
	sessions = slices.Clone(sessions)
	slices.SortStableFunc(sessions, func(a, b accounts.Session) int {
		if this(p, a) != this(p, b) {
			return map[bool]int{true: -1, false: 1}[this(p, a)]
		}
		return b.Seen.Compare(a.Seen)
	})
	if n := len(sessions); n > kit.ListSize {
		side := 1
		if u, err := url.Parse(p.Request.Path); err == nil {
			side, _ = strconv.Atoi(u.Query().Get("side"))
		}
		last := (n-1)/kit.ListSize + 1
		side = min(max(side, 1), last)
		link := func(to int) string { return path + "?side=" + strconv.Itoa(to) + "#innlogginger" }
		if side > 1 {
			out.Prev = link(side - 1)
		}
		if side < last {
			out.Next = link(side + 1)
		}
		from := (side - 1) * kit.ListSize
		sessions = sessions[from:min(from+kit.ListSize, n)]
		out.Shown = p.T("meeting.log_part", strconv.Itoa(from+1), strconv.Itoa(from+len(sessions)), strconv.Itoa(n))
	}
	for _, one := range sessions {
		row := sessionRow{
			What: p.T("account.session"), Key: one.Key.String(), This: this(p, one),
			Created: p.Day(one.Created), CreatedStamp: p.Stamp(one.Created),
		}
		if !one.Seen.IsZero() {
			row.Seen, row.SeenStamp = p.Day(one.Seen)+" "+p.Minute(one.Seen), p.Stamp(one.Seen)
		}
		if one.Token {
			row.What = p.T("account.token", one.Label)
		}
		row.Token = one.Token
		if !one.Ends.IsZero() {
			row.Ends, row.EndsStamp = p.Day(one.Ends), p.Stamp(one.Ends)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
