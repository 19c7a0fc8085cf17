package dashboard

import (
	"testing"

	"kommunebilde"
)

// nasty is text that must come out as text, wherever it goes.
const nasty = `</script><img src=x onerror=alert(1)>"'&` + "`" + `{{.}} 🚒`

// small is a made-up county of three municipalities in two regions, with an
// edition in two versions and a meeting. One name and all texts are nasty.
func small(t testing.TB) *world {
	c := kommunebilde.Catalogue{
		County: "Fylket", Office: kommunebilde.Words{NB: "Statsforvalteren i Fylket"},
		Regions: []kommunebilde.Region{{ID: "nord", Name: "Nordregionen", Short: "Nord"}, {ID: "sor", Name: "Sørregionen", Short: "Sør"}},
		Municipalities: []kommunebilde.Municipality{
			{ID: "0001", Name: "Ask", Short: "Ask", Region: "nord", Population: 1234567, PopulationYear: 2022},
			{ID: "0002", Name: nasty, Short: "Bø", Region: "nord", Tile: kommunebilde.Tile{Col: 1}},
			{ID: "0003", Name: "Ås", Short: "Ås", Region: "sor", Tile: kommunebilde.Tile{Row: 1}},
		},
		Columns: []kommunebilde.Column{
			{ID: "helse", Kind: kommunebilde.ColumnArea, Version: 1, Name: kommunebilde.Words{NB: "Helse og omsorg", EN: "Health"}, Short: kommunebilde.Words{NB: "Helse"}, Themes: true},
			{ID: "leger", Kind: kommunebilde.ColumnIndicator, Area: "helse", Version: 1, Name: kommunebilde.Words{NB: "Leger"}, Short: kommunebilde.Words{NB: "Leger"}, Proposed: true, Evidence: "tilsyn"},
			{ID: "samfunnssikkerhet", Kind: kommunebilde.ColumnArea, Version: 1, Name: kommunebilde.Words{NB: "Samfunnssikkerhet", NN: "Samfunnstryggleik"}, Short: kommunebilde.Words{NB: "Sikkerhet"}, StaleAfter: 4},
			{ID: "plan", Kind: kommunebilde.ColumnArea, Version: 1, Name: kommunebilde.Words{NB: "Plan"}, Short: kommunebilde.Words{NB: "Plan"}},
		},
	}
	m := kommunebilde.Map{
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
		Shapes: map[kommunebilde.MunicipalityID]kommunebilde.Shape{
			"0001": {Polygons: [][][]int{{{5, ^3, 2}}}, Label: [2]int32{1025000, 6150000}},
			"0002": {Polygons: [][][]int{{{3, 6, 1}}}, Label: [2]int32{1075000, 6150000}},
			"0003": {Polygons: [][][]int{{{4, ^2, ^1}}}, Label: [2]int32{1050000, 6050000}},
		},
	}
	m.Arcs = append(m.Arcs[:0:0], m.Arcs...)
	m.Arcs[0] = m.Arcs[5] // arc 0 is not used but must be something
	c.Map = m.Hash()
	w := newWorld(t, "2022-09-02T09:00:00")
	w.do(admin, kommunebilde.DeclareDemo{})
	w.do(editor, kommunebilde.OpenLive{Catalogue: c, Map: &m})
	w.do(editor, kommunebilde.OpenEdition{Board: "2022", Title: kommunebilde.Words{NB: "Kommunebilde 2022"}, Catalogue: c, Map: &m})
	edit := func(m, c string, l kommunebilde.Level, text string) kommunebilde.CellEdit {
		return kommunebilde.CellEdit{Municipality: kommunebilde.MunicipalityID(m), Column: kommunebilde.ColumnID(c), Level: l, Text: text}
	}
	w.do(editor, kommunebilde.SetLevels{Board: "2022", Cells: []kommunebilde.CellEdit{
		edit("0001", "helse", kommunebilde.Green, "Alt vel."), edit("0001", "samfunnssikkerhet", kommunebilde.Yellow, nasty), edit("0001", "plan", kommunebilde.Red, "Ingen plan."),
		edit("0001", "leger", kommunebilde.Yellow, ""), edit("0002", "helse", kommunebilde.NoData, ""), edit("0002", "plan", kommunebilde.Green, ""), edit("0003", "helse", kommunebilde.NotApplicable, ""),
	}})
	w.clock("2022-10-14T09:00:00")
	w.do(editor, kommunebilde.NoteHearing{Board: "2022", Hearing: kommunebilde.Hearing{From: "2022-09-22", To: "2022-10-13", Answered: []kommunebilde.MunicipalityID{"0001"}}})
	w.clock("2022-11-11T09:00:00")
	w.do(editor, kommunebilde.Publish{Board: "2022"})
	w.do(editor, kommunebilde.ChangeBase{Edition: "2022"})
	w.clock("2022-11-14T10:00:00")
	w.do(leader, kommunebilde.OpenMeeting{ID: "m1", Board: kommunebilde.Live, Kind: kommunebilde.MeetingPreparedness, Title: nasty, Case: "22/1", Invited: []kommunebilde.MunicipalityID{"0003"}})
	set := func(at string, by kommunebilde.Actor, cells ...kommunebilde.CellEdit) {
		w.clock("2022-11-14T" + at)
		w.do(by, kommunebilde.SetLevels{Board: kommunebilde.Live, Meeting: "m1", ReportedBy: nasty, Cells: cells})
	}
	set("10:05:00", leader, edit("0001", "helse", kommunebilde.Green, ""), edit("0001", "samfunnssikkerhet", kommunebilde.Yellow, ""))
	set("10:30:00", leader, edit("0002", "samfunnssikkerhet", kommunebilde.Green, ""))
	set("10:40:00", leader, edit("0003", "samfunnssikkerhet", kommunebilde.Red, nasty))
	w.clock("2022-11-14T10:42:07")
	return w
}
