package live

import (
	"fmt"
	"testing"
	"testing/synctest"

	"kommunebilde"
)

// What happens in a meeting is known again after a restart too, and nothing of
// it happens twice.
func TestRepeatsInAMeetingAreKnownAfterARestart(t *testing.T) {
	pack := catalogue(3)
	pack.Columns = append(pack.Columns, kommunebilde.Column{ID: "kraft", Kind: kommunebilde.ColumnFunction, Version: 1, Name: kommunebilde.Words{NB: "Kraft"}, Short: kommunebilde.Words{NB: "Kraft"}})
	title := "Flom"
	figure := kommunebilde.FigureEdit{Municipality: "0002", Column: "kraft", Figure: kommunebilde.Evacuated, Value: 3, Source: "politiet", Certainty: kommunebilde.Confirmed}
	cells := []kommunebilde.CellEdit{{Municipality: "0002", Column: "helse", Level: kommunebilde.Red, Text: "fullt"}}
	type step struct {
		by  kommunebilde.Actor
		cmd kommunebilde.Command
	}
	steps := []step{
		{leader, kommunebilde.OpenMeeting{ID: "m2", Board: kommunebilde.Live, Kind: kommunebilde.MeetingRegion, Title: "To", Invited: []kommunebilde.MunicipalityID{"0002"}, Reports: true}},
		{leader, kommunebilde.ReportNoChange{Meeting: "m2", Municipalities: []kommunebilde.MunicipalityID{"0001", "0003"}}},
		{invited, kommunebilde.ProposeLevels{Meeting: "m2", Cells: cells, ReportedBy: "bo"}},
		{leader, nil}, // decides it
		{leader, kommunebilde.WriteNote{Meeting: "m2", ID: "n1", Text: "E6 stengt"}},
		{leader, kommunebilde.WithdrawNote{Meeting: "m2", ID: "n1", Reason: "feil"}},
		{leader, kommunebilde.AddAction{Meeting: "m2", ID: "a1", Municipality: "0001", Text: "ring"}},
		{leader, kommunebilde.EndAction{Board: kommunebilde.Live, ID: "a1", Done: true}},
		{leader, kommunebilde.SuggestForEdition{Meeting: "m2", Municipality: "0001", Column: "helse", Text: "se"}},
		{leader, kommunebilde.OpenSituation{Board: "flom", Title: title, Catalogue: pack}},
		{leader, kommunebilde.OpenMeeting{ID: "m3", Board: "flom", Kind: kommunebilde.MeetingRegion, Title: "Tre"}},
		{leader, kommunebilde.SetFigures{Meeting: "m3", Figures: []kommunebilde.FigureEdit{figure}}},
		{leader, kommunebilde.AskAssistance{Meeting: "m3", ID: "b1", Municipality: "0001", Of: "Sivilforsvaret", What: "telt"}},
		{leader, kommunebilde.MoveAssistance{Board: "flom", ID: "b1", State: kommunebilde.AssistanceGranted}},
		{leader, kommunebilde.OpenExercise{Board: "ovelse", Title: title, From: kommunebilde.Live}},
		{leader, kommunebilde.CloseBoard{Board: "ovelse"}},
		{leader, kommunebilde.ListActor{ID: "r1", Name: "Politiet"}},
		{leader, kommunebilde.UnlistActor{ID: "r1"}},
		{leader, kommunebilde.SaveView{Board: kommunebilde.Live, ID: "v1", Name: "Sør", Filter: kommunebilde.ViewFilter{Region: "sor"}}},
		{leader, kommunebilde.RemoveView{Board: kommunebilde.Live, ID: "v1"}},
	}
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		id := func(i int) kommunebilde.RequestID { return kommunebilde.RequestID(fmt.Sprint("r", i)) }
		var first []Result
		for i := range steps {
			if steps[i].cmd == nil {
				p, _ := o.picture(leader, kommunebilde.Live)
				steps[i].cmd = kommunebilde.DecideProposal{Meeting: "m2", Proposal: p.Proposals("m2")[0].ID, Take: true}
			}
			r, err := o.clerk.Submit(t.Context(), steps[i].by, id(i), steps[i].cmd)
			if err != nil {
				t.Fatalf("%T: %v", steps[i].cmd, err)
			}
			first = append(first, r)
		}
		o.restart()
		head := o.clerk.State().Head()
		for i, s := range steps {
			for j, other := range steps {
				r, err := o.clerk.Submit(t.Context(), s.by, id(i), other.cmd)
				if i == j && (err != nil || r.Revision != first[i].Revision || r.BoardRevision != first[i].BoardRevision) {
					t.Errorf("%T again: %+v, %v, want %+v", s.cmd, r, err, first[i])
				}
				if i != j && !isReused(err) {
					t.Errorf("%T under the id of %T: %+v, %v", other.cmd, s.cmd, r, err)
				}
			}
		}
		if o.clerk.State().Head() != head {
			t.Error("something happened twice")
		}
	})
}

// A meeting is another one by anything that is said of it, also after a restart.
func TestAnotherMeetingIsKnownAfterARestart(t *testing.T) {
	opened := kommunebilde.OpenMeeting{
		ID: "m2", Board: kommunebilde.Live, Kind: kommunebilde.MeetingRegion, Title: "To", Case: "2022/1", Series: "flom", Reports: true,
		Region: "sor", Invited: []kommunebilde.MunicipalityID{"0002"}, Agenda: []kommunebilde.RegionID{"sor"}, Actors: []string{"politiet"},
	}
	others := map[string]func(*kommunebilde.OpenMeeting){
		"kind":       func(m *kommunebilde.OpenMeeting) { m.Kind = kommunebilde.MeetingPreparedness },
		"title":      func(m *kommunebilde.OpenMeeting) { m.Title = "Tre" },
		"case":       func(m *kommunebilde.OpenMeeting) { m.Case = "2022/2" },
		"no case":    func(m *kommunebilde.OpenMeeting) { m.Case = "" },
		"series":     func(m *kommunebilde.OpenMeeting) { m.Series = "skred" },
		"region":     func(m *kommunebilde.OpenMeeting) { m.Region = "" },
		"invited":    func(m *kommunebilde.OpenMeeting) { m.Invited = []kommunebilde.MunicipalityID{"0002", "0003"} },
		"nobody":     func(m *kommunebilde.OpenMeeting) { m.Invited = nil },
		"agenda":     func(m *kommunebilde.OpenMeeting) { m.Agenda = nil },
		"actors":     func(m *kommunebilde.OpenMeeting) { m.Actors = []string{"hv"} },
		"in series":  func(m *kommunebilde.OpenMeeting) { m.Series, m.InSeries = "", "m1" },
		"view":       func(m *kommunebilde.OpenMeeting) { m.View = "v1" },
		"listed":     func(m *kommunebilde.OpenMeeting) { m.Listed = []kommunebilde.RegionalActorID{"r1"} },
		"no reports": func(m *kommunebilde.OpenMeeting) { m.Reports = false },
	}
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		first, err := o.clerk.Submit(t.Context(), leader, "r1", opened)
		if err != nil {
			t.Fatal(err)
		}
		o.restart()
		if r, err := o.clerk.Submit(t.Context(), leader, "r1", opened); err != nil || r.Revision != first.Revision {
			t.Errorf("the same again: %+v, %v", r, err)
		}
		for name, change := range others {
			other := opened
			change(&other)
			if r, err := o.clerk.Submit(t.Context(), leader, "r1", other); !isReused(err) {
				t.Errorf("other %s: %+v, %v", name, r, err)
			}
		}
	})
}
