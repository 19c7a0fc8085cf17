package demo

import (
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// Ids of the demo's accounts.
const (
	lead   domain.AccountID = "moteleder"
	reader domain.AccountID = "leser"
	editor domain.AccountID = "redaktor"
	admin  domain.AccountID = "admin"

	contact domain.AccountID = "kommune-lom" // of a municipality of Innlandet's
)

// Accounts returns who may sign in to the demo, without passwords. The result
// is new.
func Accounts() []accounts.Account {
	assessor := func(id domain.AccountID, name string, areas ...domain.ColumnID) accounts.Account {
		return accounts.Account{ID: id, Name: name, Grants: []domain.Grant{{Role: domain.RoleAssessor, Areas: areas}}}
	}
	with := func(id domain.AccountID, name string, roles ...domain.Role) accounts.Account {
		a := accounts.Account{ID: id, Name: name}
		for _, r := range roles {
			a.Grants = append(a.Grants, domain.Grant{Role: r})
		}
		return a
	}
	return []accounts.Account{
		with(lead, "K. Moen", domain.RoleLead),
		with(reader, "L. Dahl", domain.RoleReader),
		with(editor, "A. Lie", domain.RoleEditor),
		with(admin, "S. Hagen", domain.RoleAdmin),
		assessor("fag-oppvekst", "T. Solberg", "barnehage-opplaering", "barnevern"),
		assessor("fag-helse", "I. Berg", "fastlege", "folkehelse", "helse-omsorg", "rus-psykisk-helse", "sosiale-tjenester"),
		assessor("fag-landbruk", "O. Bakken", "jordvern", "landbruk"),
		assessor("fag-miljo", "M. Nygård", "klima", "miljo"),
		assessor("fag-plan", "E. Haugen", "okonomi", "plan"),
		assessor("fag-beredskap", "R. Strand", "samfunnssikkerhet"),
		{ID: contact, Name: "Lom, vakt", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "3434"}}},
		// One whose region is red, and one that has not reported.
		{ID: "kommune-vang", Name: "Vang, vakt", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "3454"}}},
		{ID: "kommune-oyer", Name: "Øyer, vakt", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "3440"}}},
	}
}

// names is what the demo's accounts are called.
func names() map[domain.AccountID]string {
	out := map[domain.AccountID]string{}
	for _, a := range Accounts() {
		out[a.ID] = a.Name
	}
	return out
}

// actor returns an account as it acts.
func actor(id domain.AccountID) domain.Actor {
	for _, a := range Accounts() {
		if a.ID == id {
			return a.Actor()
		}
	}
	return domain.Actor{ID: id}
}

// assessorOf returns who assesses an area: the editor where the demo has nobody.
func assessorOf(area domain.ColumnID) domain.Actor {
	for _, a := range Accounts() {
		for _, g := range a.Grants {
			for _, id := range g.Areas {
				if id == area {
					return a.Actor()
				}
			}
		}
	}
	return actor(editor)
}
