package dashboard

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kommunebilde/dashboard/console"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/dashboard/minutes"
	"kommunebilde/dashboard/overview"
	"kommunebilde/dashboard/start"
	"kommunebilde/domain"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/typed"
)

// BenchmarkYears is what pages cost after many years: a million records, in two
// thousand meetings. The goals are 30 ms of processor for a meeting of years ago,
// and 3 ms for the overview, whatever number of meetings there were.
func BenchmarkYears(b *testing.B) {
	w, s := years(b, 2000, 500), newSite(b)
	first := domain.MeetingID("y0")
	w.do(leader, calendar.Schedule{Board: domain.Live, ID: "k1", Title: "Neste", At: domain.Moment{Time: w.now.AddDate(0, 0, 7)}})
	for _, c := range []struct {
		name string
		draw func() ([]byte, error)
	}{
		{"overview", func() ([]byte, error) {
			return overview.Overview(s, w.request(leader, domain.Live, "/tavle/na"), w.picture(leader, domain.Live), kit.Filter{})
		}},
		{"first meeting", func() ([]byte, error) {
			return meetings.Meeting(s, w.request(leader, domain.Live, "/mote/y0"), w.picture(leader, domain.Live), first, meetings.MeetingOptions{})
		}},
		{"first minutes", func() ([]byte, error) {
			return minutes.Minutes(s, w.request(leader, domain.Live, "/referat/y0"), w.picture(leader, domain.Live), first, 0)
		}},
		{"console", func() ([]byte, error) {
			return console.Console(s, w.request(leader, domain.Live, "/konsoll/yn"), w.picture(leader, domain.Live), "yn", "")
		}},
		{"meetings", func() ([]byte, error) {
			return meetings.Meetings(s, w.request(leader, domain.Live, "/moter"), w.picture(leader, domain.Live), "", "")
		}},
		{"start", func() ([]byte, error) {
			now := w.picture(leader, domain.Live)
			return start.Page(s, w.request(leader, domain.Live, "/start"), start.Options{Now: &now, Before: w.now.AddDate(0, 0, -7)})
		}},
		{"panel", func() ([]byte, error) {
			return overview.Panel(s, w.request(leader, domain.Live, "/tavle/na"), w.picture(leader, domain.Live), "3434", "fastlege", kit.Filter{})
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			before := used(b)
			for b.Loop() {
				if _, err := c.draw(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((used(b)-before).Seconds()*1000/float64(b.N), "cpu-ms")
		})
	}
}

// years is a county that has met so many times, with so many changes in each; the
// last meeting goes on.
func years(t testing.TB, meetings, changes int) *world {
	w := innlandet(t)
	w.do(leader, domain.CloseMeeting{Meeting: "m1", Unexplained: true})
	c := w.picture(leader, domain.Live).Catalogue()
	areas := slices.DeleteFunc(slices.Clone(c.Columns), func(col domain.Column) bool { return col.Kind != domain.ColumnArea })
	levels := []domain.Level{domain.Green, domain.Yellow, domain.Red}
	n := 0
	for i := range meetings + 1 {
		id := domain.MeetingID(fmt.Sprintf("y%d", i))
		if i == meetings {
			id = "yn"
		}
		w.now = w.now.Add(24 * time.Hour)
		w.do(leader, domain.OpenMeeting{ID: id, Board: domain.Live, Kind: domain.MeetingPreparedness, Title: typed.Of("Møte " + string(id))})
		for range changes - 2 {
			w.now, n = w.now.Add(time.Second), n+1
			w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: id, Cells: []domain.CellEdit{{
				Municipality: c.Municipalities[n%len(c.Municipalities)].ID, Column: areas[n/len(c.Municipalities)%len(areas)].ID, Level: levels[n/7%3], Text: "Vannet stiger",
			}}})
		}
		if id != "yn" {
			w.do(leader, domain.CloseMeeting{Meeting: id, Unexplained: true})
		}
	}
	return w
}
