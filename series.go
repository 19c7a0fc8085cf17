package kommunebilde

import (
	"slices"
	"time"
)

// Series is meetings on one board that belong together. Its first meeting names
// it.
type Series struct {
	ID       MeetingID
	Name     string    // "" if it was redacted
	Meetings []Meeting // newest first
}

// Series returns the board's series, that with the newest meeting first; nil
// for whom they are not for.
func (p Picture) Series() []Series {
	if p.audience.Kind != AudienceStaff {
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

// OneSeries returns a series, and whether there is one to see.
func (p Picture) OneSeries(id MeetingID) (Series, bool) {
	list := p.Series()
	i := slices.IndexFunc(list, func(s Series) bool { return s.ID == id })
	if i < 0 {
		return Series{}, false
	}
	return list[i], true
}

// seriesNamed returns the series on a board whose first meeting called it so, ""
// if there is none.
func (s *State) seriesNamed(b BoardID, name string) MeetingID {
	for _, m := range s.meetings {
		if m.Board == b && m.SeriesID == m.ID && name != "" && m.texts.series.String() == name {
			return m.ID
		}
	}
	return ""
}

// joins returns the series that a meeting belongs to, "" for one that stands
// alone. Records from before series had ids tell it by the name only; one whose
// name was taken out begins a series of its own.
func (s *State) joins(e *MeetingOpened) MeetingID {
	if e.InSeries != "" || e.Series == nil {
		return e.InSeries
	}
	if id := s.seriesNamed(e.Board, e.Series.String()); id != "" {
		return id
	}
	return e.Meeting
}

// seriesName returns what a meeting's series is called: as it says itself, or as
// the first one does.
func (s *State) seriesName(m *Meeting) string {
	if first := s.meetings[m.SeriesID]; first != nil && m.texts.series == nil {
		return first.texts.series.String()
	}
	return m.texts.series.String()
}

// PreviousMeeting returns when the meeting before the one that goes on ended,
// or before the last one where none does; see [Picture.MeetingBefore].
func (p Picture) PreviousMeeting() time.Time {
	var now *Meeting
	for _, m := range p.state.meetings {
		if p.knowsOf(m) && (now == nil || m.Opened > now.Opened) {
			now = m
		}
	}
	if now == nil {
		return time.Time{}
	}
	return p.MeetingBefore(now.ID)
}

// MeetingBefore returns when the meeting before a meeting ended: that before it
// in its series, or where there is none, that before it on the board. It is zero
// where there was none, and for who may not know. A municipality knows of those
// that invited it.
func (p Picture) MeetingBefore(id MeetingID) time.Time {
	of := p.state.meetings[id]
	if of == nil || !p.knowsOf(of) {
		return time.Time{}
	}
	var inSeries, any *Meeting
	for _, m := range p.state.meetings {
		if m.Open() || m.Closed > p.cut || m.Opened >= of.Opened || !p.knowsOf(m) {
			continue
		}
		if any == nil || m.Closed > any.Closed {
			any = m
		}
		if of.SeriesID != "" && m.SeriesID == of.SeriesID && (inSeries == nil || m.Closed > inSeries.Closed) {
			inSeries = m
		}
	}
	switch {
	case inSeries != nil:
		return inSeries.ClosedAt
	case any != nil:
		return any.ClosedAt
	}
	return time.Time{}
}

// knowsOf tells whether the audience may know that a meeting was.
func (p Picture) knowsOf(m *Meeting) bool {
	return m.Board == p.board.id && m.Opened <= p.cut && p.rights[RightSeeMeetings] &&
		(p.audience.Kind != AudienceMunicipality || slices.Contains(m.Invited, p.audience.Municipality))
}
