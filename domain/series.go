package domain

import (
	"slices"
	"time"

	"kommunebilde/domain/typed"
)

// Which series a meeting belongs to, and which meeting came before it.

// seriesNamed returns the series on a board whose first meeting called it so, ""
// if there is none.
func (s *State) seriesNamed(b BoardID, name typed.Text) MeetingID {
	for _, m := range s.boards[b].meetings {
		if m.SeriesID == m.ID && name != "" && m.texts.series.String() == string(name) {
			return m.ID
		}
	}
	return ""
}

// hasSeries reports whether a meeting on the board is the first of a series.
func (b *board) hasSeries(id MeetingID) bool {
	return slices.ContainsFunc(b.meetings, func(m *Meeting) bool { return m.ID == id && m.SeriesID == id })
}

// HasSeries reports whether a meeting on the board is the first of a series.
func (g Ground) HasSeries(id MeetingID) bool { return g.b.hasSeries(id) }

// joins returns the series that a meeting belongs to, "" for one that stands
// alone. Records from before series had ids tell it by the name only; one whose
// name was taken out begins a series of its own.
func (s *State) joins(e *meetingOpened) MeetingID {
	if e.InSeries != "" || e.Series == nil {
		return e.InSeries
	}
	if id := s.seriesNamed(e.Board, typed.Of(e.Series.String())); id != "" {
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
	for m := range p.meetings() {
		if p.knowsOf(m) {
			return p.MeetingBefore(m.ID)
		}
	}
	return time.Time{}
}

// MeetingBefore returns when the meeting before a meeting ended: that before it
// in its series, or where there is none, that before it on the board. It is zero
// where there was none, and for anyone who may not know. A municipality knows of those
// that invited it.
func (p Picture) MeetingBefore(id MeetingID) time.Time {
	of := p.state.meetings[id]
	if of == nil || !p.knowsOf(of) {
		return time.Time{}
	}
	var inSeries, any *Closing
	for m := range p.meetings() {
		c := m.closingAt(p.cut)
		if c == nil || m.Opened >= of.Opened || !p.knowsOf(m) {
			continue
		}
		if any == nil || c.Closed > any.Closed {
			any = c
		}
		if of.SeriesID != "" && m.SeriesID == of.SeriesID && (inSeries == nil || c.Closed > inSeries.Closed) {
			inSeries = c
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

// knowsOf reports whether the audience may know that a meeting was.
func (p Picture) knowsOf(m *Meeting) bool {
	return m.Board == p.board.id && m.Opened <= p.cut && p.rights[RightSeeMeetings] &&
		(p.audience.Kind != AudienceMunicipality || slices.Contains(m.Invited, p.audience.Municipality))
}
