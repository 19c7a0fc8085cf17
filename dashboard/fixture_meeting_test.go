package dashboard

import (
	"fmt"
	"testing"

	"kommunebilde"
	"kommunebilde/storage/county"
)

// vang is the contact of one municipality.
var vang = kommunebilde.Actor{ID: "vang", Grants: []kommunebilde.Grant{{Role: kommunebilde.RoleMunicipality, Municipality: "3454"}}}

// duringMeeting is the county in the middle of its second meeting: most have
// reported, a contact's report waits, something is written down, something is
// still to be done; a flood goes on on a board of its own, and so does an
// exercise.
func duringMeeting(t testing.TB) *world {
	w := innlandet(t)
	w.do(leader, kommunebilde.AddAction{Meeting: "m1", ID: "handling-1", Municipality: "3434", Column: "fastlege", Text: "Skaffe vikarlege til helgen", Owner: "Lom v/kommuneoverlege", Due: "2022-11-14"})
	w.clock("2022-11-14T10:50:00")
	w.do(leader, kommunebilde.CloseMeeting{Meeting: "m1", Unexplained: true})
	flood(t, w)
	w.clock("2022-11-15T10:00:00")
	live := w.picture(leader, kommunebilde.Live)
	var all []kommunebilde.MunicipalityID
	for _, m := range live.Catalogue().Municipalities {
		all = append(all, m.ID)
	}
	w.do(leader, kommunebilde.OpenMeeting{
		ID: "m2", Board: kommunebilde.Live, Kind: kommunebilde.MeetingPreparedness, Title: "Beredskapsmøte 15. nov.", Case: "22/118", Invited: all,
		Series: "Daglig møte", Actors: []string{"Politiet", "Statens vegvesen", "Bane NOR"}, Reports: true,
	})
	silent := map[kommunebilde.MunicipalityID]bool{"3454": true, "3453": true, "3429": true, "3448": true, "3443": true}
	for i, id := range all {
		if silent[id] || i%7 == 3 {
			continue
		}
		w.now = w.now.Add(41e9)
		w.do(leader, kommunebilde.ReportNoChange{Meeting: "m2", Municipalities: []kommunebilde.MunicipalityID{id}, ReportedBy: live.Catalogue().Municipalities[i].Name + " v/ordfører"})
	}
	set := func(at, m, c string, l kommunebilde.Level, text string) kommunebilde.Revision {
		w.clock("2022-11-15T" + at)
		return w.do(leader, kommunebilde.SetLevels{Board: kommunebilde.Live, Meeting: "m2", ReportedBy: "v/ordfører", Cells: []kommunebilde.CellEdit{
			{Municipality: kommunebilde.MunicipalityID(m), Column: kommunebilde.ColumnID(c), Level: l, Text: text}}})
	}
	set("10:35:31", "3450", "samfunnssikkerhet", kommunebilde.Red, "")
	set("10:36:02", "3439", "samfunnssikkerhet", kommunebilde.Green, "Strømmen er tilbake.")
	set("10:37:15", "3435", "samfunnssikkerhet", kommunebilde.Yellow, "")
	rev := set("10:42:03", "3433", "samfunnssikkerhet", kommunebilde.Yellow, "Fv. 2646 åpnet for utrykning.")
	w.do(leader, kommunebilde.WriteNote{Meeting: "m2", ID: "hendelse-1", Text: "Øyer: E6 stengt ved Tretten, omkjøring"})
	w.do(leader, kommunebilde.WriteNote{Meeting: "m2", ID: "hendelse-2", Text: "Skjåk: Fv. 2646 åpnet for utrykning", About: rev})
	w.do(leader, kommunebilde.WriteNote{Meeting: "m2", ID: "hendelse-3", Text: "Nord-Aurdal: strømbrudd for 1 200 kunder"})
	w.do(leader, kommunebilde.WithdrawNote{Meeting: "m2", ID: "hendelse-3", Reason: "gjaldt i går"})
	w.do(vang, kommunebilde.ProposeLevels{Meeting: "m2", ReportedBy: "Vang v/beredskapskoordinator", Cells: []kommunebilde.CellEdit{{Municipality: "3454", Column: "samfunnssikkerhet", Level: kommunebilde.Yellow, Text: "Fv. 51 er stengt, omkjøring er på plass."}}})
	w.do(leader, kommunebilde.OpenExercise{Board: "ovelse", Title: "Øvelse Vannstand", From: kommunebilde.Live})
	w.clock("2022-11-15T10:42:07")
	return w
}

// flood opens a situation with levels, figures and a request, some of them old.
func flood(t testing.TB, w *world) {
	pack, err := county.Load(county.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	w.clock("2022-11-14T16:20:00")
	w.do(leader, kommunebilde.OpenSituation{Board: "flom", Title: "Flom og ras, november", Catalogue: pack.Catalogue, Map: &pack.Map})
	w.do(leader, kommunebilde.OpenMeeting{ID: "f1", Board: "flom", Kind: kommunebilde.MeetingPreparedness, Title: "Krisemøte flom", Series: "Flom"})
	set := func(at string, ms []string, l kommunebilde.Level, cols ...string) {
		w.clock(at)
		cmd := kommunebilde.SetLevels{Board: "flom", Meeting: "f1", ReportedBy: "v/ordfører"}
		for _, m := range ms {
			for _, c := range cols {
				edit := kommunebilde.CellEdit{Municipality: kommunebilde.MunicipalityID(m), Column: kommunebilde.ColumnID(c), Level: l}
				if l == kommunebilde.Critical {
					edit.Text = "Fv. 2646 stengt ved Bismo, tre sideveier stengt. Om lag 40 isolert. Neste melding 12:00."
				}
				cmd.Cells = append(cmd.Cells, edit)
			}
		}
		w.do(leader, cmd)
	}
	north := []string{"3431", "3432", "3433", "3434", "3435", "3436", "3437", "3438", "3439", "3440", "3441"}
	set("2022-11-15T02:30:00", north, kommunebilde.Normal, "samlet", "strom", "ekom", "vann-avlop", "helse", "personell", "forsyning")
	set("2022-11-15T09:40:00", north, kommunebilde.Normal, "samlet", "strom", "vei-bane", "evakuering", "informasjon", "bistand")
	set("2022-11-15T09:50:00", []string{"3434", "3435", "3437", "3431"}, kommunebilde.Strained, "samlet", "vei-bane", "evakuering")
	set("2022-11-15T10:20:00", []string{"3433", "3440"}, kommunebilde.Critical, "samlet", "vei-bane")
	figure := func(m, c string, kind kommunebilde.FigureKind, v int64, source string, at string, how kommunebilde.Certainty) {
		asOf, err := parseTime(at)
		if err != nil {
			t.Fatal(err)
		}
		w.do(leader, kommunebilde.SetFigures{Meeting: "f1", Figures: []kommunebilde.FigureEdit{{Municipality: kommunebilde.MunicipalityID(m), Column: kommunebilde.ColumnID(c), Figure: kind, Value: v, Source: source, AsOf: asOf, Certainty: how}}})
	}
	for i, m := range north {
		figure(m, "evakuering", kommunebilde.Evacuated, int64(i*7), "kommunen", "2022-11-15T10:12:00", kommunebilde.Estimated)
		figure(m, "strom", kommunebilde.WithoutPower, int64(i*i*31), "nettselskapet", "2022-11-15T06:15:00", kommunebilde.Confirmed)
	}
	figure("3433", "vei-bane", kommunebilde.RoadsClosed, 4, "Statens vegvesen", "2022-11-15T10:20:00", kommunebilde.Confirmed)
	figure("3433", "evakuering", kommunebilde.Evacuated, 52, "politiet", "2022-11-15T10:20:00", kommunebilde.Unconfirmed)
	figure("3440", "forsyning", kommunebilde.FuelHours, 9, "kommunen", "2022-11-15T10:20:00", kommunebilde.Estimated)
	w.do(leader, kommunebilde.AskAssistance{Meeting: "f1", ID: "bistand-1", Municipality: "3433", Of: "Sivilforsvaret", What: "Helikopter til evakuering ved Bismo"})
	w.do(leader, kommunebilde.WriteNote{Meeting: "f1", ID: "flom-hendelse", Text: fmt.Sprintf("Øyer: E6 stengt ved %s", "Tretten")})
}
