package domain_test

import (
	. "kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/typed"
)

// recordYear plans the edition after 2022 and works on it: every kind of event that there
// is under plan, assessment and sign-off, with all that an event may have.
func recordYear(l *line) {
	y := &year{l}
	seen := func(m MunicipalityID, c ColumnID) Revision {
		p := l.picture(editor, "2022")
		return p.Cell(p.Row(m), p.Col(c)).Revision
	}
	l.do(editor, SetLevels{Board: "2022", Cells: []CellEdit{{Municipality: "0003", Column: "helse", Level: Yellow, Text: "Én av to lister uten lege.", Seen: seen("0003", "helse")}}})
	l.do(editor, editions.Publish{Board: "2022"})
	catalogue := testCatalogue()
	l.do(editor, plan.Make{
		Board: "2023", Title: "Kommunebilde 2023", Mode: plan.Yearly, Hearing: plan.Heard, Follows: "2022", Case: "23/1200", Judged: "2023-09-01",
		Days: plan.Days{Drafted: "2023-08-15", Approved: "2023-09-08", Published: "2023-11-10"}, Catalogue: &catalogue, Map: testMap(),
	})
	alder := catalogue.Columns[3]
	alder.Follows, alder.Unit = &Follows{Board: "2022", Column: "planalder", Version: 1}, Words{NB: "Planavdelingen"}
	l.do(editor, plan.SetColumns{
		Board: "2023",
		Set: []Column{alder, {ID: "jordvern", Kind: ColumnArea, Every: 2, Name: Words{NB: "Jordvern"}, Short: Words{NB: "Jord"},
			Means: Means{Green: Words{NB: "God"}}, Themes: true, NotComparable: Words{NB: "Nytt område"}}},
		Order: []ColumnID{"helse", "leger", "plan", "planalder", "jordvern"},
	})
	l.do(editor, plan.SetColumns{Board: "2023", Ended: []Ended{{ID: "jordvern", Successors: []string{"plan"}}}})
	l.do(editor, plan.Assign{
		Board: "2023", Known: map[AccountID]string{"ida": "", "odd": ""},
		Areas: []plan.Area{{Column: "helse", Assessors: []AccountID{"ida"}, Approvers: []AccountID{"odd"}, Due: "2023-08-15"}},
	})
	l.do(editor, plan.OpenRound{Board: "2023", Municipalities: []MunicipalityID{"0001", "0002"}})
	l.do(editor, plan.OpenRound{Board: "2023"})
	l.do(editor, assessment.CarryOver{Board: "2023"})
	l.do(expert, assessment.ConfirmUnchanged{Board: "2023", Municipality: "0003", Column: "helse", Seen: y.unit("0003", "helse").Revision})
	y.must(y.write(expert, "0002", "helse", Green, "God dekning.", evidence.Ref{ID: "tilsyn-1", Version: 2}))
	none := []evidence.Ref{}
	y.must(y.try(expert, assessment.Save{Board: "2023", Cells: []assessment.Edit{{Municipality: "0002", Column: "helse", Seen: y.work().Cell("0002", "helse").Revision, Evidence: &none}}}))
	l.do(reader, assessment.WriteNote{Board: "2023", Municipality: "0002", Column: "helse", Text: "Ring legen", About: l.s.Head().Revision - 1})
	l.do(leader, suggestion.Suggest{Meeting: "m4", Municipality: "0002", Column: "helse", Text: "Vurder vakten"})
	l.do(expert, suggestion.Answer{Board: "2023", Suggestion: l.s.Head().Revision, Outcome: suggestion.Taken, Note: "Tatt inn"})
	y.must(y.submit(expert, "0002", "helse"))
	y.must(y.send(approver, "0002", "helse", "Hvilken periode?"))
	y.must(y.submit(expert, "0002", "helse"))
	l.do(approver, signoff.Moderate{Board: "2023", Area: "helse", Took: []AccountID{"ida", "odd"}, Known: map[AccountID]string{"ida": "", "odd": ""}, Note: "Likt vurdert"})
	y.must(y.approve(approver, "0002", "helse"))
	for _, c := range []ColumnID{"status", "utfordringer", "muligheter"} {
		y.must(y.write(editor, "0002", c, "", "Kommunen er liten."))
	}
	y.must(y.submit(editor, "0002", "status"))
	y.must(y.approve(editor2, "0002", "status"))
	y.must(y.write(expert2, "0002", "plan", Green, ""))
	y.must(y.submit(expert2, "0002", "plan"))
	y.must(y.approve(editor, "0002", "plan"))
	y.must(y.try(editor, signoff.ApproveEdition{Board: "2023", Municipalities: []MunicipalityID{"0002"}, Sum: y.work().Sum([]MunicipalityID{"0002"})}))
	text := typed.Of("Rettet.")
	y.must(y.try(expert2, assessment.Save{Board: "2023", Cells: []assessment.Edit{{Municipality: "0002", Column: "plan", Seen: y.work().Cell("0002", "plan").Revision, Text: &text}}}))
	l.do(expert2, Undo{Board: "2023", Revision: l.s.Head().Revision})
}
