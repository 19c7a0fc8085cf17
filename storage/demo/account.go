package demo

import (
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// Ids of the demo's accounts.
const (
	lead   domain.AccountID = "moteleder"
	reader domain.AccountID = "leser"
	editor domain.AccountID = "redaktor"
	admin  domain.AccountID = "admin"

	secondEditor         domain.AccountID = "redaktor-2" // approves what the first writes
	healthAssessor       domain.AccountID = "fag-helse"
	secondHealthAssessor domain.AccountID = "fag-helse-2" // shares two areas with the first
	welfareApprover      domain.AccountID = "godkjenner-velferd"
	societyApprover      domain.AccountID = "godkjenner-samfunn"

	contact domain.AccountID = "kommune-lom" // of a municipality of Innlandet's
)

// Accounts returns who may sign in to the demo, without passwords. The result
// is new.
func Accounts() []accounts.Account {
	assessor := func(id domain.AccountID, name string, areas ...domain.ColumnID) accounts.Account {
		return accounts.Account{ID: id, Name: name, Grants: []domain.Grant{{Role: domain.RoleAssessor, Areas: areas}}}
	}
	approver := func(id domain.AccountID, name string, areas ...domain.ColumnID) accounts.Account {
		return accounts.Account{ID: id, Name: name, Grants: []domain.Grant{{Role: domain.RoleApprover, Areas: areas}}}
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
		assessor(healthAssessor, "I. Berg", "fastlege", "folkehelse", "helse-omsorg", "rus-psykisk-helse", "sosiale-tjenester"),
		assessor("fag-landbruk", "O. Bakken", "jordvern", "landbruk"),
		assessor("fag-miljo", "M. Nygård", "klima", "miljo"),
		assessor("fag-plan", "E. Haugen", "okonomi", "plan"),
		assessor("fag-beredskap", "R. Strand", "samfunnssikkerhet"),
		assessor(secondHealthAssessor, "J. Sæther", "fastlege", "helse-omsorg"),
		// Both may compare health and care, where two have judged like cases unlike.
		approver(welfareApprover, "H. Vik", "barnehage-opplaering", "barnevern", "fastlege", "folkehelse", "helse-omsorg", "rus-psykisk-helse", "sosiale-tjenester"),
		approver(societyApprover, "N. Sand", "helse-omsorg", "jordvern", "klima", "landbruk", "miljo", "okonomi", "plan", "samfunnssikkerhet"),
		with(secondEditor, "P. Myhre", domain.RoleEditor),
		{ID: contact, Name: "Lom, vakt", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "3434"}}},
		// One whose region is red, and one that has not reported.
		{ID: "kommune-vang", Name: "Vang, vakt", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "3454"}}},
		{ID: "kommune-oyer", Name: "Øyer, vakt", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "3440"}}},
	}
}

// all are the accounts, for reading.
var all = Accounts()

// names is what the demo's accounts are called.
func names() map[domain.AccountID]string {
	out := map[domain.AccountID]string{}
	for _, a := range all {
		out[a.ID] = a.Name
	}
	return out
}

// actor returns an account as it acts.
func actor(id domain.AccountID) domain.Actor {
	for _, a := range all {
		if a.ID == id {
			return a.Actor()
		}
	}
	return domain.Actor{ID: id}
}

// assessorOf returns who assesses an area: the editor where the demo has nobody.
func assessorOf(area domain.ColumnID) domain.Actor {
	return granted(domain.RoleAssessor, area, editor)
}

// approverOf returns who approves an area: the second editor where the demo has nobody.
func approverOf(area domain.ColumnID) domain.Actor {
	return granted(domain.RoleApprover, area, secondEditor)
}

// granted returns the first who has a role for an area.
func granted(role domain.Role, area domain.ColumnID, otherwise domain.AccountID) domain.Actor {
	for _, a := range all {
		for _, g := range a.Grants {
			if g.Role == role && slices.Contains(g.Areas, area) {
				return a.Actor()
			}
		}
	}
	return actor(otherwise)
}

// may reports whether an account has a role for an area.
func may(id domain.AccountID, role domain.Role, area domain.ColumnID) bool {
	return slices.ContainsFunc(actor(id).Grants, func(g domain.Grant) bool {
		return g.Role == role && slices.Contains(g.Areas, area)
	})
}
