package rollcall

import (
	"slices"
	"time"

	"kommunebilde/domain"
)

// ClosedMeeting is what a municipality's contact is told of a meeting that was closed:
// when that was, and what they reported in it themselves. They no longer see anything
// else of it.
type ClosedMeeting struct {
	Kind           domain.BoardKind
	Demo, Exercise bool
	Catalogue      *domain.Catalogue // as it was when the meeting was closed; it must not be changed
	ClosedAt       time.Time
	Reports        []OwnReport // oldest first
}

// OwnReport is one report of a contact.
type OwnReport struct {
	At           time.Time
	Municipality domain.MunicipalityID
	Cells        []domain.CellSet // nil: "no change"
	Decided      bool             // the lead took it, or left it
	Taken        bool
}

// Closed returns what an actor is told of a closed meeting as the contact of a
// municipality that it invited, and whether they are one. Anyone who may see the meeting
// sees more in its board's picture.
func Closed(s *domain.State, by domain.Actor, id domain.MeetingID, now time.Time) (ClosedMeeting, bool) {
	d := domain.Judge(s, by, now)
	m, b, ok := d.Closed(id)
	if !ok || !slices.ContainsFunc(m.Invited, d.Contact) {
		return ClosedMeeting{}, false
	}
	out := ClosedMeeting{Kind: b.Kind(), Demo: d.Demo(), Exercise: b.Exercise(), ClosedAt: m.ClosedAt, Catalogue: b.CatalogueAt(m.Closed)}
	decided := map[domain.Revision]bool{} // whether it was taken
	for told := range b.Latest(story) {
		if told.Entry.Revision < m.Opened {
			break
		}
		if e, ok := told.Event.(*Settled); ok && !(e.Taken && b.TakenBack(told.Entry.Revision)) {
			decided[e.Proposal] = e.Taken // once: a report is settled again only when that was taken back
		}
		if told.Entry.By != d.By() {
			continue
		}
		r := OwnReport{At: told.Entry.At}
		switch e := told.Event.(type) {
		case *Unchanged:
			if e.Meeting == id {
				r.Municipality = e.Municipality
			}
		case *Proposed:
			if e.Meeting == id {
				r.Municipality, r.Cells = e.Cells[0].Municipality, slices.Clone(e.Cells)
			}
		}
		if slices.Contains(m.Invited, r.Municipality) && d.Contact(r.Municipality) {
			r.Taken, r.Decided = decided[told.Entry.Revision]
			out.Reports = append(out.Reports, r)
		}
	}
	slices.Reverse(out.Reports)
	return out, true
}
