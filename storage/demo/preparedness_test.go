package demo_test

import (
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/rollcall"
)

func TestRollCallOfTheOpenMeeting(t *testing.T) {
	s, _ := seeded(t, innlandet(t), now)
	p := picture(t, s, account(t, "leser"), domain.Live)
	meetings := p.Meetings()
	count := map[rollcall.State]int{}
	for _, e := range rollcall.Of(p, meetings[0].ID) {
		count[e.State]++
	}
	if count[rollcall.NotReported] != 5 || count[rollcall.Changed] < 5 || count[rollcall.NoChange] < 5 {
		t.Errorf("the roll-call is %v", count)
	}
	for _, e := range rollcall.Of(p, meetings[1].ID) {
		if e.State == rollcall.NotReported {
			t.Errorf("%s never reported in a meeting that is over", e.Municipality)
		}
	}
	if notes := notes.Of(p, meetings[0].ID); len(notes) != 3 || notes[0].Entry.At.After(now) {
		t.Errorf("significant events %+v", notes)
	}
	if actions := actions.Of(p); len(actions) != 2 || actions[0].Due <= now.Format(time.DateOnly) {
		t.Errorf("actions %+v", actions)
	}
	contact := picture(t, s, account(t, "kommune-lom"), domain.Live)
	if a := contact.Audience(); a.Kind != domain.AudienceMunicipality || a.Municipality != "3434" {
		t.Errorf("the contact is %+v", a)
	}
}

func TestSituationWithFigures(t *testing.T) {
	s, _ := seeded(t, innlandet(t), now)
	p := picture(t, s, account(t, "leser"), "uvaer")
	if b := p.Board(); b.Kind != domain.KindSituation || b.Phase != domain.PhaseMeeting || b.Exercise {
		t.Errorf("the board is %+v", b)
	}
	levels := domain.Counts{}
	for row := range p.Catalogue().Municipalities {
		for col, c := range p.Catalogue().Columns {
			if c.Kind == domain.ColumnFunction {
				levels[p.Level(row, col)]++
			}
		}
	}
	for _, l := range []domain.Level{domain.Normal, domain.Strained, domain.Critical, domain.NotAssessed} {
		if levels[l] < 5 {
			t.Errorf("levels are %v", levels)
		}
	}
	var all []domain.MunicipalityID
	for _, m := range p.Catalogue().Municipalities {
		all = append(all, m.ID)
	}
	sums := figures.Sums(p, all)
	if len(sums) != 2 || sums[0].Kind != figures.CutOff && sums[0].Kind != figures.WithoutPower {
		t.Fatalf("sums %+v", sums)
	}
	for _, sum := range sums {
		if sum.Reported < 5 || sum.Low == 0 || (sum.Kind == figures.WithoutPower) != (len(sum.Differ) == 1 && sum.Low < sum.High) {
			t.Errorf("sum %+v", sum)
		}
	}
	if a := assistance.Of(p); len(a) != 1 || a[0].State != assistance.UnderWay {
		t.Errorf("assistance %+v", a)
	}
}
