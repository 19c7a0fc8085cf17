package dashboard

import (
	"regexp"
	"testing"

	"kommunebilde/dashboard/console"
	"kommunebilde/domain"
	"kommunebilde/domain/rollcall"
	"kommunebilde/domain/typed"
)

// TestReportersAreOfTheMeeting: the roll-call remembers whom a lead chose as reporting in
// this meeting, and nobody else: not who reported a level that is said again, nor who was
// taken back, nor what a contact wrote of themselves.
func TestReportersAreOfTheMeeting(t *testing.T) {
	t.Parallel()
	w, s := innlandet(t), newSite(t)
	by := func() map[string]string {
		page, err := console.Console(s, w.request(leader, domain.Live, "/konsoll/m3"), w.picture(leader, domain.Live), "m3", "3434")
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, m := range regexp.MustCompile(`<li data-m="(\d+)"[^>]* data-by="([^"]*)"`).FindAllSubmatch(page, -1) {
			out[string(m[1])] = string(m[2])
		}
		return out
	}
	set := func(m domain.MunicipalityID, level domain.Level, meeting domain.MeetingID, who string) domain.Revision {
		return w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: meeting, ReportedBy: typed.Of(who), Cells: []domain.CellEdit{{Municipality: m, Column: "fastlege", Level: level}}})
	}
	set("3434", domain.Red, "m1", "Nettselskap")
	w.do(leader, domain.CloseMeeting{Meeting: "m1", Unexplained: true})
	w.do(leader, domain.OpenMeeting{ID: "m3", Board: domain.Live, Kind: domain.MeetingPreparedness, Title: "Neste", Invited: []domain.MunicipalityID{"3454"}, Reports: true})
	set("3434", domain.Red, "m3", "")
	if got := by(); len(got) != 0 {
		t.Errorf("of a level that was said again: %v", got)
	}
	w.do(vang, rollcall.Propose{Meeting: "m3", ReportedBy: "Vang v/vakt", Cells: []domain.CellEdit{{Municipality: "3454", Column: "fastlege", Level: domain.Yellow}}})
	w.do(leader, rollcall.Settle{Meeting: "m3", Proposal: rollcall.Proposals(w.picture(leader, domain.Live), "m3")[0].ID, Take: true})
	w.do(leader, domain.Undo{Board: domain.Live, Meeting: "m3", Revision: set("3433", domain.Red, "m3", "Politiet")})
	if got := by(); len(got) != 0 {
		t.Errorf("of what was taken back, and of a contact: %v", got)
	}
	set("3435", domain.Red, "m3", "Vågå v/ordfører")
	if got := by(); len(got) != 1 || got["3435"] != "Vågå v/ordfører" {
		t.Errorf("who was chosen: %v", got)
	}
}
