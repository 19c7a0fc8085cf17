package dashboard

import (
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/typed"
)

// nasty is text that must come out as text, wherever it goes.
const nasty = `</script><img src=x onerror=alert(1)>"'&` + "`" + `{{.}} 🚒`

// small is a made-up county of three municipalities in two regions, with an
// edition in two versions and a meeting. One name and all texts are nasty.
func small(t testing.TB) *world {
	c := domain.Catalogue{
		County: "Fylket", Office: domain.Words{NB: "Statsforvalteren i Fylket"},
		Regions: []domain.Region{{ID: "nord", Name: "Nordregionen", Short: "Nord"}, {ID: "sor", Name: "Sørregionen", Short: "Sør"}},
		Municipalities: []domain.Municipality{
			{ID: "0001", Name: "Ask", Short: "Ask", Region: "nord", Population: 1234567, PopulationYear: 2022},
			{ID: "0002", Name: nasty, Short: "Bø", Region: "nord", Tile: domain.Tile{Col: 1}},
			{ID: "0003", Name: "Ås", Short: "Ås", Region: "sor", Tile: domain.Tile{Row: 1}},
		},
		Columns: []domain.Column{
			{ID: "helse", Kind: domain.ColumnArea, Version: 1, Name: domain.Words{NB: "Helse og omsorg", EN: "Health"}, Short: domain.Words{NB: "Helse"}, Themes: true},
			{ID: "leger", Kind: domain.ColumnIndicator, Area: "helse", Version: 1, Name: domain.Words{NB: "Leger"}, Short: domain.Words{NB: "Leger"}, Proposed: true, Evidence: "tilsyn"},
			{ID: "samfunnssikkerhet", Kind: domain.ColumnArea, Version: 1, Name: domain.Words{NB: "Samfunnssikkerhet", NN: "Samfunnstryggleik"}, Short: domain.Words{NB: "Sikkerhet"}, StaleAfter: 4},
			{ID: "plan", Kind: domain.ColumnArea, Version: 1, Name: domain.Words{NB: "Plan"}, Short: domain.Words{NB: "Plan"}},
		},
	}
	m := domain.Map{
		Attribution: "© Kartverket (CC BY 4.0), generalisert", AttributionURL: "https://www.kartverket.no",
		Arcs: [][][2]int32{
			{{1000000, 6100000}, {1000000, 6200000}, {1050000, 6200000}, {1100000, 6200000}, {1100000, 6100000}},
			{{1100000, 6100000}, {1050000, 6100000}},
			{{1050000, 6100000}, {1000000, 6100000}},
			{{1050000, 6100000}, {1050000, 6200000}},
			{{1100000, 6100000}, {1100000, 6000000}, {1000000, 6000000}, {1000000, 6100000}},
			{{1000000, 6100000}, {1000000, 6200000}, {1050000, 6200000}},
			{{1050000, 6200000}, {1100000, 6200000}, {1100000, 6100000}},
		},
		Shapes: map[domain.MunicipalityID]domain.Shape{
			"0001": {Polygons: [][][]int{{{5, ^3, 2}}}, Label: [2]int32{1025000, 6150000}},
			"0002": {Polygons: [][][]int{{{3, 6, 1}}}, Label: [2]int32{1075000, 6150000}},
			"0003": {Polygons: [][][]int{{{4, ^2, ^1}}}, Label: [2]int32{1050000, 6050000}},
		},
	}
	m.Arcs = append(m.Arcs[:0:0], m.Arcs...)
	m.Arcs[0] = m.Arcs[5] // arc 0 is not used but must be something
	c.Map = m.Hash()
	w := newWorld(t, "2022-09-02T09:00:00")
	w.do(admin, domain.DeclareDemo{})
	w.do(editor, domain.OpenLive{Catalogue: c, Map: &m})
	w.do(editor, editions.Open{Board: "2022", Title: domain.Words{NB: "Kommunebilde 2022"}, Catalogue: c, Map: &m})
	edit := func(m, c string, l domain.Level, text string) domain.CellEdit {
		return domain.CellEdit{Municipality: domain.MunicipalityID(m), Column: domain.ColumnID(c), Level: l, Text: typed.Of(text)}
	}
	w.do(editor, domain.SetLevels{Board: "2022", Cells: []domain.CellEdit{
		edit("0001", "helse", domain.Green, "Alt vel."), edit("0001", "samfunnssikkerhet", domain.Yellow, nasty), edit("0001", "plan", domain.Red, "Ingen plan."),
		edit("0001", "leger", domain.Yellow, ""), edit("0002", "helse", domain.NoData, ""), edit("0002", "plan", domain.Green, ""), edit("0003", "helse", domain.NotApplicable, ""),
	}})
	w.clock("2022-10-14T09:00:00")
	w.do(editor, editions.NoteHearing{Board: "2022", Hearing: domain.Hearing{From: "2022-09-22", To: "2022-10-13", Answered: []domain.MunicipalityID{"0001"}}})
	w.clock("2022-11-11T09:00:00")
	w.do(editor, editions.Publish{Board: "2022"})
	w.do(editor, domain.ChangeBase{Edition: "2022", StaleAfter: c.Limits()})
	w.clock("2022-11-14T10:00:00")
	w.do(leader, domain.OpenMeeting{ID: "m1", Board: domain.Live, Kind: domain.MeetingPreparedness, Title: nasty, Case: "22/1", Invited: []domain.MunicipalityID{"0003"}})
	set := func(at string, by domain.Actor, cells ...domain.CellEdit) {
		w.clock("2022-11-14T" + at)
		w.do(by, domain.SetLevels{Board: domain.Live, Meeting: "m1", ReportedBy: nasty, Cells: cells})
	}
	set("10:05:00", leader, edit("0001", "helse", domain.Green, ""), edit("0001", "samfunnssikkerhet", domain.Yellow, ""))
	set("10:30:00", leader, edit("0002", "samfunnssikkerhet", domain.Green, ""))
	set("10:40:00", leader, edit("0003", "samfunnssikkerhet", domain.Red, nasty))
	w.clock("2022-11-14T10:42:07")
	return w
}
