package live

import (
	"fmt"
	"testing"
	"testing/synctest"

	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/suggestion"
	"kommunebilde/domain/typed"
	"kommunebilde/domain/views"
)

// What happens in a meeting is known again after a restart too, and nothing of
// it happens twice.
func TestRepeatsInAMeetingAreKnownAfterARestart(t *testing.T) {
	pack := catalogue(3)
	pack.Columns = append(pack.Columns, domain.Column{ID: "kraft", Kind: domain.ColumnFunction, Version: 1, Name: domain.Words{NB: "Kraft"}, Short: domain.Words{NB: "Kraft"}})
	title := "Flom"
	figure := figures.Edit{Municipality: "0002", Column: "kraft", Figure: figures.Evacuated, Value: 3, Source: "politiet", Certainty: figures.Confirmed}
	cells := []domain.CellEdit{{Municipality: "0002", Column: "helse", Level: domain.Red, Text: "fullt"}}
	type step struct {
		by  domain.Actor
		cmd domain.Command
	}
	steps := []step{
		{leader, domain.OpenMeeting{ID: "m2", Board: domain.Live, Kind: domain.MeetingRegion, Title: "To", Invited: []domain.MunicipalityID{"0002"}, Reports: true}},
		{leader, rollcall.ReportNoChange{Meeting: "m2", Municipalities: []domain.MunicipalityID{"0001", "0003"}}},
		{invited, rollcall.Propose{Meeting: "m2", Cells: cells, ReportedBy: "bo"}},
		{leader, nil}, // decides it
		{leader, notes.Write{Meeting: "m2", ID: "n1", Text: "E6 stengt"}},
		{leader, notes.Withdraw{Meeting: "m2", ID: "n1", Reason: "feil"}},
		{leader, actions.Add{Meeting: "m2", ID: "a1", Municipality: "0001", Text: "ring"}},
		{leader, actions.End{Board: domain.Live, ID: "a1", Done: true}},
		{leader, suggestion.Suggest{Meeting: "m2", Municipality: "0001", Column: "helse", Text: "se"}},
		{leader, domain.OpenSituation{Board: "flom", Title: typed.Of(title), Catalogue: pack}},
		{leader, domain.OpenMeeting{ID: "m3", Board: "flom", Kind: domain.MeetingRegion, Title: "Tre"}},
		{leader, figures.Tell{Meeting: "m3", Figures: []figures.Edit{figure}}},
		{leader, assistance.Ask{Meeting: "m3", ID: "b1", Municipality: "0001", Of: "Sivilforsvaret", What: "telt"}},
		{leader, assistance.Move{Board: "flom", ID: "b1", State: assistance.Granted}},
		{leader, domain.OpenExercise{Board: "ovelse", Title: typed.Of(title), From: domain.Live}},
		{leader, domain.CloseBoard{Board: "ovelse"}},
		{leader, actors.List{ID: "r1", Name: "Politiet"}},
		{leader, actors.Unlist{ID: "r1"}},
		{leader, views.Save{Board: domain.Live, ID: "v1", Name: "Sør", Filter: domain.ViewFilter{Region: "sor"}}},
		{leader, views.Remove{Board: domain.Live, ID: "v1"}},
	}
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		id := func(i int) domain.RequestID { return domain.RequestID(fmt.Sprint("r", i)) }
		var first []Result
		for i := range steps {
			if steps[i].cmd == nil {
				p, _ := o.picture(leader, domain.Live)
				steps[i].cmd = rollcall.Settle{Meeting: "m2", Proposal: rollcall.Proposals(p, "m2")[0].ID, Take: true}
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
			r, err := o.clerk.Submit(t.Context(), s.by, id(i), s.cmd)
			if err != nil || r.Revision != first[i].Revision || r.BoardRevision != first[i].BoardRevision {
				t.Errorf("%T again: %+v, %v, want %+v", s.cmd, r, err, first[i])
			}
		}
		if o.clerk.State().Head() != head {
			t.Error("something happened twice")
		}
	})
}
