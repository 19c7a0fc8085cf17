package meetings

import (
	"slices"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain/notes"
)

// EventsOf returns the significant events of the open meetings, newest first; and
// how many of the first no wall leaves out: the newest of each meeting, which
// come first.
func EventsOf(b *kit.Board, pg *kit.Page) (list []notes.Note, must int) {
	var rest []notes.Note
	for _, m := range kit.OpenMeetings(b.Picture) {
		rm, err := SittingOf(pg, b.Picture, m.ID)
		if err != nil {
			continue
		}
		if notes := rm.StandingNotes(); len(notes) > 0 {
			list, rest = append(list, notes[0]), append(rest, notes[1:]...)
		}
	}
	newest := func(a, b notes.Note) int { return b.Entry.At.Compare(a.Entry.At) }
	slices.SortStableFunc(list, newest)
	slices.SortStableFunc(rest, newest)
	return append(list, rest...), len(list)
}

// DrawEvents appends significant events, at most as many as a wall holds and all of
// the first must.
func DrawEvents(b *kit.Board, w *kit.Builder, pg *kit.Page, list []notes.Note, must int) {
	for i, n := range list[:min(len(list), max(must, mostNotes))] {
		w.Raw(`<p class="event"`).Flag("data-must", i < must).Raw(`><b>`).Time(n.Entry.At, pg.Zone, pg.When(n.Entry.At)).Raw(`</b> `).Text(strings.Join(strings.Fields(n.Text), " ")).Raw(`</p>`)
	}
}

// mostNotes is how many significant events a wall holds.
const mostNotes = 8
