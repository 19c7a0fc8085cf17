package dashboard

import (
	"fmt"
	"testing"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/typed"
	"kommunebilde/storage/county"
)

// vang is the contact of one municipality.
var vang = domain.Actor{ID: "vang", Grants: []domain.Grant{{Role: domain.RoleMunicipality, Municipality: "3454"}}}

// duringMeeting is the county in the middle of its second meeting: most have
// reported, a contact's report waits, something is written down, something is
// still to be done; a flood goes on on a board of its own, and so does an
// exercise.
func duringMeeting(t testing.TB) *world {
	w := innlandet(t)
	w.do(leader, actions.Add{Meeting: "m1", ID: "handling-1", Municipality: "3434", Column: "fastlege", Text: "Skaffe vikarlege til helgen", Owner: "Lom v/kommuneoverlege", Due: "2022-11-14"})
	w.clock("2022-11-14T10:50:00")
	w.do(leader, domain.CloseMeeting{Meeting: "m1", Unexplained: true})
	flood(t, w)
	w.clock("2022-11-15T10:00:00")
	live := w.picture(leader, domain.Live)
	var all []domain.MunicipalityID
	for _, m := range live.Catalogue().Municipalities {
		all = append(all, m.ID)
	}
	w.do(leader, domain.OpenMeeting{
		ID: "m2", Board: domain.Live, Kind: domain.MeetingPreparedness, Title: "Beredskapsmøte 15. nov.", Case: "22/118", Invited: all,
		Series: "Daglig møte", Actors: []typed.Text{"Politiet", "Statens vegvesen", "Bane NOR"}, Reports: true,
	})
	silent := map[domain.MunicipalityID]bool{"3454": true, "3453": true, "3429": true, "3448": true, "3443": true}
	for i, id := range all {
		if silent[id] || i%7 == 3 {
			continue
		}
		w.now = w.now.Add(41e9)
		w.do(leader, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []domain.MunicipalityID{id}, ReportedBy: typed.Of(live.Catalogue().Municipalities[i].Name + " v/ordfører")})
	}
	set := func(at, m, c string, l domain.Level, text string) domain.Revision {
		w.clock("2022-11-15T" + at)
		return w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m2", ReportedBy: "v/ordfører", Cells: []domain.CellEdit{
			{Municipality: domain.MunicipalityID(m), Column: domain.ColumnID(c), Level: l, Text: typed.Of(text)}}})
	}
	set("10:35:31", "3450", "samfunnssikkerhet", domain.Red, "")
	set("10:36:02", "3439", "samfunnssikkerhet", domain.Green, "Strømmen er tilbake.")
	set("10:37:15", "3435", "samfunnssikkerhet", domain.Yellow, "")
	rev := set("10:42:03", "3433", "samfunnssikkerhet", domain.Yellow, "Fv. 2646 åpnet for utrykning.")
	w.do(leader, notes.Write{Meeting: "m2", ID: "hendelse-1", Text: "Øyer: E6 stengt ved Tretten, omkjøring"})
	w.do(leader, notes.Write{Meeting: "m2", ID: "hendelse-2", Text: "Skjåk: Fv. 2646 åpnet for utrykning", About: rev})
	w.do(leader, notes.Write{Meeting: "m2", ID: "hendelse-3", Text: "Nord-Aurdal: strømbrudd for 1 200 kunder"})
	w.do(leader, notes.Withdraw{Meeting: "m2", ID: "hendelse-3", Reason: "gjaldt i går"})
	w.do(vang, rollcall.Propose{Meeting: "m2", ReportedBy: "Vang v/beredskapskoordinator", Cells: []domain.CellEdit{{Municipality: "3454", Column: "samfunnssikkerhet", Level: domain.Yellow, Text: "Fv. 51 er stengt, omkjøring er på plass."}}})
	w.do(leader, domain.OpenExercise{Board: "ovelse", Title: "Øvelse Vannstand", From: domain.Live})
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
	w.do(leader, domain.OpenSituation{Board: "flom", Title: "Flom og ras, november", Catalogue: pack.Catalogue, Map: &pack.Map})
	w.do(leader, domain.OpenMeeting{ID: "f1", Board: "flom", Kind: domain.MeetingPreparedness, Title: "Krisemøte flom", Series: "Flom"})
	set := func(at string, ms []string, l domain.Level, cols ...string) {
		w.clock(at)
		cmd := domain.SetLevels{Board: "flom", Meeting: "f1", ReportedBy: "v/ordfører"}
		for _, m := range ms {
			for _, c := range cols {
				edit := domain.CellEdit{Municipality: domain.MunicipalityID(m), Column: domain.ColumnID(c), Level: l}
				if l == domain.Critical {
					edit.Text = "Fv. 2646 stengt ved Bismo, tre sideveier stengt. Om lag 40 isolert. Neste melding 12:00."
				}
				cmd.Cells = append(cmd.Cells, edit)
			}
		}
		w.do(leader, cmd)
	}
	north := []string{"3431", "3432", "3433", "3434", "3435", "3436", "3437", "3438", "3439", "3440", "3441"}
	set("2022-11-15T02:30:00", north, domain.Normal, "samlet", "strom", "ekom", "vann-avlop", "helse", "personell", "forsyning")
	set("2022-11-15T09:40:00", north, domain.Normal, "samlet", "strom", "vei-bane", "evakuering", "informasjon", "bistand")
	set("2022-11-15T09:50:00", []string{"3434", "3435", "3437", "3431"}, domain.Strained, "samlet", "vei-bane", "evakuering")
	set("2022-11-15T10:20:00", []string{"3433", "3440"}, domain.Critical, "samlet", "vei-bane")
	figure := func(m, c string, kind figures.Kind, v int64, source string, at string, how figures.Certainty) {
		asOf, err := kit.ParseTime(at)
		if err != nil {
			t.Fatal(err)
		}
		w.do(leader, figures.Tell{Meeting: "f1", Figures: []figures.Edit{{Municipality: domain.MunicipalityID(m), Column: domain.ColumnID(c), Figure: kind, Value: v, Source: typed.Of(source), AsOf: domain.Moment{Time: asOf}, Certainty: how}}})
	}
	for i, m := range north {
		figure(m, "evakuering", figures.Evacuated, int64(i*7), "kommunen", "2022-11-15T10:12:00", figures.Estimated)
		figure(m, "strom", figures.WithoutPower, int64(i*i*31), "nettselskapet", "2022-11-15T06:15:00", figures.Confirmed)
	}
	figure("3433", "vei-bane", figures.RoadsClosed, 4, "Statens vegvesen", "2022-11-15T10:20:00", figures.Confirmed)
	figure("3433", "evakuering", figures.Evacuated, 52, "politiet", "2022-11-15T10:20:00", figures.Unconfirmed)
	figure("3440", "forsyning", figures.FuelHours, 9, "kommunen", "2022-11-15T10:20:00", figures.Estimated)
	w.do(leader, assistance.Ask{Meeting: "f1", ID: "bistand-1", Municipality: "3433", Of: "Sivilforsvaret", What: "Helikopter til evakuering ved Bismo"})
	w.do(leader, notes.Write{Meeting: "f1", ID: "flom-hendelse", Text: typed.Of(fmt.Sprintf("Øyer: E6 stengt ved %s", "Tretten"))})
}
