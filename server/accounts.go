package server

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/unicode/norm"

	"kommunebilde"
	"kommunebilde/dashboard"
	"kommunebilde/storage/sheet"
)

// Everybody's accounts, for who manages them: roles, invitations, sessions,
// tokens, and the municipalities' contacts from a spreadsheet.

// contactsLimit is the longest list of contacts that is read.
const contactsLimit = 200 << 10

// maxContacts bounds how many accounts one list makes.
const maxContacts = 500

// catalogue is the rows and columns that grants name: those of the live picture.
func (k *call) catalogue() (*kommunebilde.Catalogue, error) {
	p, err := k.picture(kommunebilde.Live)
	if err != nil {
		return nil, err
	}
	return p.Catalogue(), nil
}

func (s *Server) accounts(k *call) error {
	cat, err := k.catalogue()
	if err != nil {
		return err
	}
	return k.page(s.cfg.Site.Accounts(k.request(), dashboard.AccountsPage{
		Accounts: s.cfg.Auth.Accounts(), Seen: s.cfg.Auth.LastSeen, Steps: s.steps, Catalogue: cat, Find: k.c.Query("q"),
	}))
}

// person is the account in the address.
func (k *call) person() (kommunebilde.Account, error) {
	account, ok := k.s.cfg.Auth.Account(kommunebilde.AccountID(k.c.Params("id")))
	if !ok {
		return account, &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "account", Msg: "account.unknown"}
	}
	k.trace.Whom = account.ID
	return account, nil
}

func (s *Server) personPage(k *call) error { return s.showPerson(k, "") }

func (s *Server) showPerson(k *call, token string) error {
	account, err := k.person()
	if err != nil {
		return err
	}
	cat, err := k.catalogue()
	if err != nil {
		return err
	}
	return k.page(s.cfg.Site.Person(k.request(), dashboard.PersonPage{
		Account: account, Sessions: s.cfg.Auth.Sessions(account.ID), Seen: s.cfg.Auth.LastSeen(account.ID), Steps: s.steps(account.ID),
		Catalogue: cat, Own: account.ID == k.handle.Account(), Token: token,
	}))
}

// onPerson makes the handler of a form about the account in the address.
func onPerson(done string, do func(k *call, f url.Values, account kommunebilde.Account) error) func(*call) error {
	return func(k *call) error {
		f, err := k.form()
		if err != nil {
			return err
		}
		account, err := k.person()
		if err != nil {
			return err
		}
		if err := do(k, f, account); err != nil {
			return err
		}
		if _, ok := k.handle.Actor(); !ok { // one's own rights changed, or one's own session ended
			k.s.setSession(k.c, "")
			return k.see(fiber.StatusSeeOther, "/login?next="+url.QueryEscape("/kontoer/"+string(account.ID)))
		}
		return k.see(fiber.StatusSeeOther, withQuery("/kontoer/"+string(account.ID), "gjort", done))
	}
}

// addAccount makes an account without a password, and the invitation to choose
// one.
func (s *Server) addAccount(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	cat, err := k.catalogue()
	if err != nil {
		return err
	}
	grant, err := grantIn(f, cat, k.now)
	if err != nil {
		return err
	}
	account := kommunebilde.Account{ID: kommunebilde.AccountID(trimmed(f, "account")), Name: f.Get("name"), Grants: []kommunebilde.Grant{grant}}
	return s.enrol(k, []kommunebilde.Account{account}, cat)
}

// enrol makes accounts, all or none, and shows the links with which their owners
// choose a password, this once.
func (s *Server) enrol(k *call, accounts []kommunebilde.Account, cat *kommunebilde.Catalogue) error {
	secrets, ends, err := s.cfg.Auth.Enrol(accounts)
	if err != nil {
		return err
	}
	var list []dashboard.Invitation
	for i, account := range accounts {
		if k.trace.Whom = account.ID; i < len(accounts)-1 { // the last is the call's own
			if err := k.leave(); err != nil {
				return err
			}
		}
		list = append(list, dashboard.Invitation{Account: account, Link: s.inviteLink(k, secrets[i]), Ends: ends})
	}
	return k.page(s.cfg.Site.Invited(k.request(), list, cat))
}

func (s *Server) inviteAgain(k *call) error {
	account, err := k.person()
	if err != nil {
		return err
	}
	cat, err := k.catalogue()
	if err != nil {
		return err
	}
	secret, ends, err := s.cfg.Auth.Invite(account.ID)
	if err != nil {
		return err
	}
	return k.page(s.cfg.Site.Invited(k.request(), []dashboard.Invitation{{Account: account, Link: s.inviteLink(k, secret), Ends: ends}}, cat))
}

func renamePerson(k *call, f url.Values, account kommunebilde.Account) error {
	return k.s.cfg.Auth.Rename(account.ID, f.Get("name"))
}

func addGrant(k *call, f url.Values, account kommunebilde.Account) error {
	cat, err := k.catalogue()
	if err != nil {
		return err
	}
	grant, err := grantIn(f, cat, k.now)
	if err != nil {
		return err
	}
	k.trace.Detail = "given:" + string(grant.Role)
	return k.s.cfg.Auth.EditGrants(account.ID, func(held []kommunebilde.Grant) ([]kommunebilde.Grant, error) {
		if slices.ContainsFunc(held, grant.Same) {
			return nil, &kommunebilde.Error{Code: kommunebilde.Conflict, Field: "role", Msg: "role.held"}
		}
		return append(held, grant), nil
	})
}

// removeGrant takes one grant away. An admin keeps an own one, so that an office
// is not left without.
func removeGrant(k *call, f url.Values, account kommunebilde.Account) error {
	var gone kommunebilde.Grant
	gone.Role, gone.Municipality = kommunebilde.Role(f.Get("role")), kommunebilde.MunicipalityID(f.Get("municipality"))
	for _, a := range f["areas"] {
		gone.Areas = append(gone.Areas, kommunebilde.ColumnID(a))
	}
	if v := f.Get("until"); v != "" {
		t, err := time.Parse(time.RFC3339Nano, v)
		if err != nil {
			return wrongField("until", "time.wrong")
		}
		gone.Until = t
	}
	if gone.Role == kommunebilde.RoleAdmin && account.ID == k.handle.Account() {
		return &kommunebilde.Error{Code: kommunebilde.Conflict, Field: "role", Msg: "account.own_admin"}
	}
	k.trace.Detail = "taken:" + string(gone.Role)
	return k.s.cfg.Auth.EditGrants(account.ID, func(held []kommunebilde.Grant) ([]kommunebilde.Grant, error) {
		kept := slices.DeleteFunc(slices.Clone(held), gone.Same)
		if len(kept) == len(held) {
			return nil, &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "role", Msg: "role.gone"}
		}
		return kept, nil
	})
}

// grantIn reads a role and what it is given with.
func grantIn(f url.Values, cat *kommunebilde.Catalogue, now time.Time) (kommunebilde.Grant, error) {
	g := kommunebilde.Grant{Role: kommunebilde.Role(f.Get("role"))}
	switch g.Role {
	case kommunebilde.RoleAssessor, kommunebilde.RoleApprover:
		for _, id := range f["areas"] {
			i := cat.ColumnIndex(kommunebilde.ColumnID(id))
			if i < 0 || cat.Columns[i].Kind != kommunebilde.ColumnArea {
				return g, &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "areas", Msg: "column.unknown", Args: []string{id}}
			}
			g.Areas = append(g.Areas, cat.Columns[i].ID)
		}
		if len(g.Areas) == 0 {
			return g, wrongField("areas", "role.areas")
		}
	case kommunebilde.RoleMunicipality:
		g.Municipality = kommunebilde.MunicipalityID(f.Get("municipality"))
		if cat.MunicipalityIndex(g.Municipality) < 0 {
			return g, wrongField("municipality", "role.municipality")
		}
	case kommunebilde.RoleScreen, kommunebilde.RolePublic, "":
		return g, &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "role", Msg: "role.unknown", Args: []string{string(g.Role)}}
	}
	var err error
	g.Until, err = endOfDay(f.Get("until"), now)
	return g, err
}

// endOfDay returns the midnight that ends a day (2006-01-02) in Norway, zero for
// "". A day before after is refused.
func endOfDay(day string, after time.Time) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		return time.Time{}, wrongField("until", "time.wrong")
	}
	end := t.AddDate(0, 0, 1).UTC()
	if !end.After(after) {
		return time.Time{}, wrongField("until", "until.past")
	}
	return end, nil
}

// freshOnPerson is fresh for a form about the account in the address.
func freshOnPerson(h func(*call) error) func(*call) error {
	return func(k *call) error {
		account, err := k.person()
		if err != nil {
			return err
		}
		return fresh("/kontoer/"+string(account.ID), h)(k)
	}
}

// resetSecond takes the second step of an account away: for who has lost theirs.
func resetSecond(k *call, _ url.Values, account kommunebilde.Account) error {
	return k.s.cfg.Auth.ResetSecond(account.ID)
}

// endSessions ends one session or token of an account, or all of them.
func endSessions(k *call, f url.Values, account kommunebilde.Account) error {
	if key := f.Get("session"); key != "" {
		k.trace.Detail = "one"
		return k.s.cfg.Auth.End(account.ID, key)
	}
	k.trace.Detail = "all"
	return k.s.cfg.Auth.EndAll(account.ID, true)
}

// addToken makes a token for a program and shows it, this once.
func (s *Server) addToken(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	account, err := k.person()
	if err != nil {
		return err
	}
	secret, err := s.cfg.Auth.AddToken(account.ID, f.Get("label"))
	if err != nil {
		return err
	}
	return s.showPerson(k, secret)
}

// readContacts reads a list of contacts and shows what it would make.
func (s *Server) readContacts(k *call) error {
	fields, file, err := k.upload("file")
	if err != nil {
		return err
	}
	if !k.bearer && !k.handle.CheckFormToken(fields.Get("token")) {
		return httpError(fiber.StatusForbidden, "http.form_token", nil)
	}
	cat, err := k.catalogue()
	if err != nil {
		return err
	}
	until := fields.Get("until")
	if _, err := endOfDay(until, k.now); err != nil {
		return err
	}
	contacts, err := sheet.ReadContacts(file, cat)
	var faults *sheet.Faults
	switch {
	case errors.As(err, &faults):
		var lines []string
		for _, f := range faults.List {
			lines = append(lines, f.String())
		}
		k.c.Status(fiber.StatusUnprocessableEntity)
		return k.page(s.cfg.Site.ContactFaults(k.request(), lines, faults.Count))
	case err != nil:
		return err
	case len(contacts) > maxContacts:
		return wrongField("file", "contacts.many")
	}
	var list []dashboard.NewContact
	for _, c := range contacts {
		_, exists := s.cfg.Auth.Account(c.User)
		list = append(list, dashboard.NewContact{ID: c.User, Name: c.Name, Municipality: c.Municipality, Exists: exists})
	}
	return k.page(s.cfg.Site.Contacts(k.request(), list, until, cat))
}

// makeContacts makes the accounts that readContacts showed, and invites them.
// All are checked before the first is made.
func (s *Server) makeContacts(k *call) error {
	f, err := k.form()
	if err != nil {
		return err
	}
	cat, err := k.catalogue()
	if err != nil {
		return err
	}
	until, err := endOfDay(f.Get("until"), k.now)
	if err != nil {
		return err
	}
	ids, names, municipalities := f["account"], f["name"], f["m"]
	if len(ids) == 0 || len(ids) > maxContacts || len(names) != len(ids) || len(municipalities) != len(ids) {
		return badRequest("form", "http.form", nil)
	}
	var accounts []kommunebilde.Account
	for i, id := range ids {
		m := kommunebilde.MunicipalityID(municipalities[i])
		if cat.MunicipalityIndex(m) < 0 {
			return wrongField("m", "role.municipality")
		}
		accounts = append(accounts, kommunebilde.Account{
			ID: kommunebilde.AccountID(id), Name: names[i],
			Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleMunicipality, Municipality: m, Until: until}},
		})
	}
	return s.enrol(k, accounts, cat)
}

// upload reads a form with one file in it.
func (k *call) upload(name string) (url.Values, []byte, error) {
	kind, params, err := mime.ParseMediaType(k.c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEMultipartForm {
		return nil, nil, httpError(fiber.StatusUnsupportedMediaType, "http.415", err)
	}
	fields := url.Values{}
	var file []byte
	parts := multipart.NewReader(bytes.NewReader(k.body()), params["boundary"])
	for range 20 {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return fields, file, nil
		}
		if err != nil {
			return nil, nil, badRequest("form", "http.form", err)
		}
		data, err := io.ReadAll(part) // no longer than the body, which is bounded
		if err != nil {
			return nil, nil, badRequest("form", "http.form", err)
		}
		switch {
		case part.FormName() == name:
			file = data
		case !utf8.Valid(data):
			return nil, nil, badRequest("form", "text.utf8", nil)
		default:
			fields.Add(part.FormName(), norm.NFC.String(strings.ReplaceAll(string(data), "\r\n", "\n")))
		}
	}
	return nil, nil, badRequest("form", "http.form", nil)
}
