package demo

import "kommunebilde"

// Ids of the demo's accounts.
const (
	lead   kommunebilde.AccountID = "moteleder"
	reader kommunebilde.AccountID = "leser"
	editor kommunebilde.AccountID = "redaktor"
	admin  kommunebilde.AccountID = "admin"

	contact kommunebilde.AccountID = "kommune-lom" // of a municipality of Innlandet's
)

// Accounts returns who may sign in to the demo, without passwords. The result
// is new.
func Accounts() []kommunebilde.Account {
	assessor := func(id kommunebilde.AccountID, name string, areas ...kommunebilde.ColumnID) kommunebilde.Account {
		return kommunebilde.Account{ID: id, Name: name, Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleAssessor, Areas: areas}}}
	}
	with := func(id kommunebilde.AccountID, name string, roles ...kommunebilde.Role) kommunebilde.Account {
		a := kommunebilde.Account{ID: id, Name: name}
		for _, r := range roles {
			a.Grants = append(a.Grants, kommunebilde.Grant{Role: r})
		}
		return a
	}
	return []kommunebilde.Account{
		with(lead, "K. Moen", kommunebilde.RoleLead),
		with(reader, "L. Dahl", kommunebilde.RoleReader),
		with(editor, "A. Lie", kommunebilde.RoleEditor),
		with(admin, "S. Hagen", kommunebilde.RoleAdmin),
		assessor("fag-oppvekst", "T. Solberg", "barnehage-opplaering", "barnevern"),
		assessor("fag-helse", "I. Berg", "fastlege", "folkehelse", "helse-omsorg", "rus-psykisk-helse", "sosiale-tjenester"),
		assessor("fag-landbruk", "O. Bakken", "jordvern", "landbruk"),
		assessor("fag-miljo", "M. Nygård", "klima", "miljo"),
		assessor("fag-plan", "E. Haugen", "okonomi", "plan"),
		assessor("fag-beredskap", "R. Strand", "samfunnssikkerhet"),
		{ID: contact, Name: "Lom, vakt", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleMunicipality, Municipality: "3434"}}},
		// One whose region is red, and one that has not reported.
		{ID: "kommune-vang", Name: "Vang, vakt", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleMunicipality, Municipality: "3454"}}},
		{ID: "kommune-oyer", Name: "Øyer, vakt", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleMunicipality, Municipality: "3440"}}},
	}
}

// actor returns an account as it acts.
func actor(id kommunebilde.AccountID) kommunebilde.Actor {
	for _, a := range Accounts() {
		if a.ID == id {
			return a.Actor()
		}
	}
	return kommunebilde.Actor{ID: id}
}

// assessorOf returns who assesses an area: the editor where the demo has nobody.
func assessorOf(area kommunebilde.ColumnID) kommunebilde.Actor {
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
