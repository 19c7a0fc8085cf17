package domain

import (
	"slices"
	"time"
)

// Lead is somebody who led a meeting.
type Lead struct {
	Account AccountID
	Since   time.Time // when it first did what only a lead does
	Opened  bool
	Closed  bool
}

// Leads returns who led a meeting, in the order they came: who opened it, who set
// levels or wrote in it, who closed it. It is nil for an audience that may not see persons.
func (p Picture) Leads(m Meeting) []Lead {
	if !p.rights[RightSeePersons] {
		return nil
	}
	out := []Lead{{Account: m.OpenedBy, Since: m.OpenedAt, Opened: true}}
	for l := range p.inMeeting(&m) {
		if l.line == nil || l.line.Led {
			out = addLead(out, l.by, fromMillis(l.at))
		}
	}
	if !m.Open() {
		out = addLead(out, m.ClosedBy, m.ClosedAt)
		out[slices.IndexFunc(out, func(l Lead) bool { return l.Account == m.ClosedBy })].Closed = true
	}
	return out
}

func addLead(to []Lead, id AccountID, at time.Time) []Lead {
	if slices.ContainsFunc(to, func(l Lead) bool { return l.Account == id }) {
		return to
	}
	return append(to, Lead{Account: id, Since: at})
}

// meetingOf returns the meeting that a line of the log is of, "" for none.
func (b *board) meetingOf(l *logEntry) MeetingID {
	if l.line != nil {
		return l.line.Meeting
	}
	c, _ := b.change(l)
	return c.meeting
}
