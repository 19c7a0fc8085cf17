package series

import (
	"slices"

	"kommunebilde/domain"
)

// Series is meetings on one board that belong together. Its first meeting names
// it.
type Series struct {
	ID       domain.MeetingID
	Name     string           // "" if it was redacted
	Meetings []domain.Meeting // newest first
}

// Of returns the series of a board, the one with the newest meeting first. Staff alone
// is told of them.
func Of(p domain.Picture) []Series {
	if p.Audience().Kind != domain.AudienceStaff {
		return nil
	}
	var out []Series
	for _, m := range p.Meetings() {
		if m.SeriesID == "" {
			continue
		}
		i := slices.IndexFunc(out, func(s Series) bool { return s.ID == m.SeriesID })
		if i < 0 {
			i, out = len(out), append(out, Series{ID: m.SeriesID, Name: m.Series})
		}
		out[i].Meetings = append(out[i].Meetings, m)
	}
	return out
}

// One returns a series, and whether there is one to see.
func One(p domain.Picture, id domain.MeetingID) (Series, bool) {
	list := Of(p)
	i := slices.IndexFunc(list, func(s Series) bool { return s.ID == id })
	if i < 0 {
		return Series{}, false
	}
	return list[i], true
}
