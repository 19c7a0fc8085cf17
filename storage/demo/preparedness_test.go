package demo_test

import (
	"testing"
	"time"

	"kommunebilde"
)

func TestRollCallOfTheOpenMeeting(t *testing.T) {
	s, _ := seeded(t, innlandet(t), now)
	p := picture(t, s, account(t, "leser"), kommunebilde.Live)
	meetings := p.Meetings()
	count := map[kommunebilde.RollState]int{}
	for _, e := range p.RollCall(meetings[0].ID) {
		count[e.State]++
	}
	if count[kommunebilde.NotReported] != 5 || count[kommunebilde.Changed] < 5 || count[kommunebilde.NoChange] < 5 {
		t.Errorf("the roll-call is %v", count)
	}
	for _, e := range p.RollCall(meetings[1].ID) {
		if e.State == kommunebilde.NotReported {
			t.Errorf("%s never reported in a meeting that is over", e.Municipality)
		}
	}
	if notes := p.Notes(meetings[0].ID); len(notes) != 3 || notes[0].Entry.At.After(now) {
		t.Errorf("significant events %+v", notes)
	}
	if actions := p.Actions(); len(actions) != 2 || actions[0].Due <= now.Format(time.DateOnly) {
		t.Errorf("actions %+v", actions)
	}
	contact := picture(t, s, account(t, "kommune-lom"), kommunebilde.Live)
	if a := contact.Audience(); a.Kind != kommunebilde.AudienceMunicipality || a.Municipality != "3434" {
		t.Errorf("the contact is %+v", a)
	}
}

func TestSituationWithFigures(t *testing.T) {
	s, _ := seeded(t, innlandet(t), now)
	p := picture(t, s, account(t, "leser"), "uvaer")
	if b := p.Board(); b.Kind != kommunebilde.KindSituation || b.Phase != kommunebilde.PhaseMeeting || b.Exercise {
		t.Errorf("the board is %+v", b)
	}
	levels := kommunebilde.Counts{}
	for row := range p.Catalogue().Municipalities {
		for col, c := range p.Catalogue().Columns {
			if c.Kind == kommunebilde.ColumnFunction {
				levels[p.Level(row, col)]++
			}
		}
	}
	for _, l := range []kommunebilde.Level{kommunebilde.Normal, kommunebilde.Strained, kommunebilde.Critical, kommunebilde.NotAssessed} {
		if levels[l] < 5 {
			t.Errorf("levels are %v", levels)
		}
	}
	var all []kommunebilde.MunicipalityID
	for _, m := range p.Catalogue().Municipalities {
		all = append(all, m.ID)
	}
	sums := p.FigureSums(all)
	if len(sums) != 2 || sums[0].Kind != kommunebilde.CutOff && sums[0].Kind != kommunebilde.WithoutPower {
		t.Fatalf("sums %+v", sums)
	}
	for _, sum := range sums {
		if sum.Reported < 5 || sum.Total == 0 || sum.Kind == kommunebilde.WithoutPower && len(sum.Differ) != 1 {
			t.Errorf("sum %+v", sum)
		}
	}
	if a := p.Assistance(); len(a) != 1 || a[0].State != kommunebilde.AssistanceUnderWay {
		t.Errorf("assistance %+v", a)
	}
}
