package kommunebilde

import "time"

// MeetingKind is what sort of meeting it is.
type MeetingKind string

// Kinds of meetings, in the order they are offered.
const (
	MeetingPreparedness MeetingKind = "preparedness" // beredskapsmøte
	MeetingCouncil      MeetingKind = "council"      // fylkesberedskapsråd
	MeetingRegion       MeetingKind = "region"       // regionmøte
	MeetingMunicipal    MeetingKind = "municipal"    // formannskap, kommunestyre
	MeetingSupervision  MeetingKind = "supervision"  // tilsyn
	MeetingGuidance     MeetingKind = "guidance"     // veiledning
)

// MeetingKinds returns all kinds, in the order they are offered.
func MeetingKinds() []MeetingKind {
	return []MeetingKind{MeetingPreparedness, MeetingCouncil, MeetingRegion, MeetingMunicipal, MeetingSupervision, MeetingGuidance}
}

// ofCounty tells whether a meeting of this kind is for the whole county, where
// no region is told; the others are with those they invite.
func (k MeetingKind) ofCounty() bool { return k == MeetingPreparedness || k == MeetingCouncil }

// Meeting is one meeting on one board. Levels of the live picture are set only
// in an open meeting, and each change knows its meeting.
type Meeting struct {
	ID       MeetingID
	Board    BoardID
	Kind     MeetingKind
	Title    string           // shown; "" if it was redacted
	Case     string           // saksnummer, "" if none
	Region   RegionID         // what it opens with, "" for the county
	Invited  []MunicipalityID // whose contacts see the board while it is open
	OpenedAt time.Time
	OpenedBy AccountID
	ClosedAt time.Time // zero while open
	ClosedBy AccountID
	Opened   Revision
	Closed   Revision // 0 while open
	// ClosedHash is that of the record that closed the meeting: nothing up to
	// its end can be altered unnoticed by who has written it down.
	ClosedHash Hash

	Series   string // what its series is called, "" for one that stands alone
	Agenda   []RegionID
	Actors   []string          // who takes part besides, those of the list first
	Guests   []string          // those of Actors that are not of the list
	Listed   []RegionalActorID // those of the list; staff only
	SeriesID MeetingID         // the series' first meeting, "" for one that stands alone; staff only
	View     ViewID            // the saved view it opens with, "" for none; staff only
	Filter   ViewFilter        // what it opens with: Region, or that of the view; the latter is for staff only
	Reports  bool              // contacts of invited municipalities may report

	texts meetingTexts
}

// meetingTexts are what people wrote of a meeting; a picture fills them in.
type meetingTexts struct {
	title, file, series *Text
	actors              []*Text
}

// Open tells whether the meeting is going on.
func (m Meeting) Open() bool { return m.Closed == 0 }

// AsOf returns the meeting as it was at a time, zero for now: one that was closed
// later was open.
func (m Meeting) AsOf(t time.Time) Meeting {
	if !t.IsZero() && m.ClosedAt.After(t) {
		m.ClosedAt, m.ClosedBy, m.Closed, m.ClosedHash = time.Time{}, "", 0, Hash{}
	}
	return m
}
