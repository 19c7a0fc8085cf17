package kit

import (
	"html/template"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

// A page that is kept for all who see a board alike and may the same (Request.Shared)
// has holes where something is one reader's own: runs of a byte that no text has, as long
// as what is filled in. FillHole fills them, for each reader anew.
const (
	holeReader byte = 1 + iota // on <body>: the token, the time, the account
	holeClock                  // when the page was fetched
	holeName                   // who is signed in
	holeForm                   // what a form carries of its reader

	holeNever byte = 7 // what there is no room for: a page that has it is not kept
)

// How long holes are. What is shorter is followed, or led, by spaces inside a tag.
const (
	readerHole = 192
	clockHole  = len("15:04:05")
	nameHole   = 64
	tokenSize  = 86
	idSize     = 16
	formHole   = tokenSize + idSize + len(` value=""><input type="hidden" name="request" value=""`)
)

func hole(kind byte, n int) string { return strings.Repeat(string(rune(kind)), n) }

// unshared is what stands on a shared page for what is of one reader, or of a person, and
// has no hole of its own.
var unshared = hole(holeNever, 1)

// Reader returns the attributes of <body> that are of one reader and one moment.
func (p *Page) Reader() template.HTMLAttr {
	if p.Request.Shared {
		return template.HTMLAttr(hole(holeReader, readerHole))
	}
	token := ""
	if p.Body.Live != "" {
		token = p.Token
	}
	return template.HTMLAttr(readerAttrs(p.Body.Now, p.Body.User, token))
}

func readerAttrs(now int64, user, token string) string {
	var w Builder
	w.Num("data-now", now)
	if user != "" {
		w.Attr("data-user", user)
	}
	if token != "" {
		w.Attr("data-token", token)
	}
	return string(w.b)
}

// UserLink returns the way to the reader's own account.
func (p *Page) UserLink() template.HTML {
	var w Builder
	w.Raw(`<a class="user"`).Attr("href", p.Link("/konto")).Flag(`aria-current="page"`, p.Nav == "account")
	switch {
	case p.Request.Shared:
		w.Raw(hole(holeName, nameHole))
	case p.UserName != "":
		w.Raw(`>`).Text(p.UserName)
	default:
		w.Raw(`>`).Text(p.T("nav.account"))
	}
	return w.Raw(`</a>`).HTML()
}

func formFields(token, id string) string {
	var w Builder
	return string(w.Attr("value", token).Raw(`><input type="hidden" name="request"`).Attr("value", id).b)
}

// FillHole writes what is r's own into a hole, and reports whether it has room for it.
func (s *Site) FillHole(r Request, kind byte, room []byte) bool {
	text := ""
	switch kind {
	case holeReader:
		text = readerAttrs(r.Now.UnixMilli(), string(r.User.ID), r.Token)
		text += strings.Repeat(" ", max(0, readerHole-len(text)))
	case holeClock:
		text = Clock{Zone: s.Zone}.Second(r.Now)
	case holeName:
		text = ">" + Escape(r.User.Name)
		text = strings.Repeat(" ", max(0, nameHole-len(text))) + text
	case holeForm:
		text = formFields(r.Token, r.RequestID)
	}
	return text != "" && len(text) == len(room) && copy(room, text) == len(room)
}

// share leaves the reader out of what a page is made of.
func (r Request) share() Request {
	u := *r.User
	u.Name, u.ID, u.Session, u.By = unshared, domain.AccountID(unshared), domain.Hash{}, ""
	r.User, r.Token, r.RequestID, r.Trail = &u, unshared, unshared, audit.End{}
	r.Names = func(domain.AccountID) string { return unshared }
	return r
}
