package accounts

import (
	"net/url"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// LoginProvider is a way to sign in besides a local account.
type LoginProvider struct {
	ID     string
	Name   domain.Words
	Button domain.Words // none: made of the name
	Hint   domain.Words
	Down   bool // it does not answer now
}

type providerRow struct {
	Href, Button, Hint, Down string
	First                    bool
}

func providers(p *kit.Page, f LoginForm) []providerRow {
	var out []providerRow
	for i, one := range f.Providers {
		name, _ := one.Name.In(p.Lang)
		row := providerRow{Href: p.Link("/login/" + one.ID), First: i == 0 && !one.Down}
		if row.Button, _ = one.Button.In(p.Lang); row.Button == "" {
			row.Button = p.T("login.with", name)
		}
		row.Hint, _ = one.Hint.In(p.Lang)
		if f.Next != "" {
			row.Href += "?next=" + url.QueryEscape(f.Next)
		}
		if one.Down {
			row.Down = p.T("login.down", name)
		}
		out = append(out, row)
	}
	return out
}

// LoginChoice is a municipality that somebody may sign in for.
type LoginChoice struct {
	ID   domain.MunicipalityID
	Name string
}

type choicesView struct {
	kit.Page
	ID, Text string
	Choices  []LoginChoice
}

// LoginChoices asks somebody who may act for several municipalities for which.
func LoginChoices(s *kit.Site, r kit.Request, provider string, name domain.Words, list []LoginChoice) ([]byte, error) {
	pg := s.NewPage(r, "login", "")
	pg.Title = pg.T("login.choose")
	title, _ := name.In(pg.Lang)
	return s.Render(pg.Lang, "login_choose", &choicesView{pg, provider, pg.T("login.choose_text", title), list})
}

type leaveView struct {
	kit.Page
	Text, Href string
}

// LoginLeave tells somebody who has signed out that the same now happens at the
// provider, by an address of theirs.
func LoginLeave(s *kit.Site, r kit.Request, name domain.Words, to string) ([]byte, error) {
	pg := s.NewPage(r, "login", "")
	pg.Title = pg.T("login.left")
	title, _ := name.In(pg.Lang)
	return s.Render(pg.Lang, "login_leave", &leaveView{pg, pg.T("login.leave", title), to})
}
