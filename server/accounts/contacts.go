package accounts

import (
	"errors"
	"net/http"

	accountpages "kommunebilde/dashboard/accounts"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/server/edge"
	"kommunebilde/storage/sheet"
)

// maxContacts bounds how many accounts one list makes.
const maxContacts = 500

// readContacts reads a list of contacts and shows what it would make.
func (s *Service) readContacts(k *edge.Call) error {
	fields, file, err := k.Upload("file")
	if err != nil {
		return err
	}
	if !k.Bearer && !k.Handle.CheckFormToken(fields.Get("token")) {
		return edge.Error(http.StatusForbidden, "http.form_token", nil)
	}
	cat, err := catalogue(k)
	if err != nil {
		return err
	}
	until := fields.Get("until")
	if _, err := endOfDay(until, k.Now); err != nil {
		return err
	}
	contacts, err := sheet.ReadContacts(file, cat)
	var faults *sheet.Faults
	switch {
	case errors.As(err, &faults):
		var list []kit.Fault
		for _, f := range faults.List {
			list = append(list, kit.Fault(f))
		}
		k.Status(http.StatusUnprocessableEntity)
		return k.Page(accountpages.ContactFaults(s.site, s.pages.Request(k), list, faults.Count))
	case err != nil:
		return err
	case len(contacts) > maxContacts:
		return edge.Wrong("file", "contacts.many")
	}
	var list []accountpages.NewContact
	for _, c := range contacts {
		_, exists := s.auth.Account(c.User)
		list = append(list, accountpages.NewContact{ID: c.User, Name: c.Name, Municipality: c.Municipality, Exists: exists})
	}
	return k.Page(accountpages.Contacts(s.site, s.pages.Request(k), list, until, cat))
}

// makeContacts makes the accounts that readContacts showed, and invites them.
// All are checked before the first is made.
func (s *Service) makeContacts(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	cat, err := catalogue(k)
	if err != nil {
		return err
	}
	until, err := endOfDay(f.Get("until"), k.Now)
	if err != nil {
		return err
	}
	ids, names, municipalities := f["account"], f["name"], f["m"]
	if len(ids) == 0 || len(ids) > maxContacts || len(names) != len(ids) || len(municipalities) != len(ids) {
		return edge.BadRequest("form", "http.form", nil)
	}
	var all []accounts.Account
	for i, id := range ids {
		m := domain.MunicipalityID(municipalities[i])
		if cat.MunicipalityIndex(m) < 0 {
			return edge.Wrong("m", "role.municipality")
		}
		all = append(all, accounts.Account{
			ID: domain.AccountID(id), Name: names[i],
			Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: m, Until: until}},
		})
	}
	return s.enrol(k, all, cat)
}
