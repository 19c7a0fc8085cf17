package wall

import (
	"slices"
	"testing"

	"kommunebilde/domain"
)

// TestMeetingsAreToldApart: by as few of their first words as it takes.
func TestMeetingsAreToldApart(t *testing.T) {
	for _, names := range [][2][]string{
		{{"Regionmøte Valdres", "Beredskapsmøte: uvær"}, {"Regionmøte", "Beredskapsmøte"}},
		{{"Regionmøte Valdres, kveld", "Regionmøte Hadeland"}, {"Regionmøte Valdres", "Regionmøte Hadeland"}},
		{{"Møte", "Møte 2", "Møte 2"}, {"Møte", "Møte 2", "Møte 2"}},
		{nil, {}},
	} {
		var meetings []domain.Meeting
		for _, title := range names[0] {
			meetings = append(meetings, domain.Meeting{Title: title})
		}
		if got := apart(meetings); !slices.Equal(got, names[1]) {
			t.Errorf("%q are told apart by %q", names[0], got)
		}
	}
}
