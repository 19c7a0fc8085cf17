package domain

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"kommunebilde/domain/typed"
)

// OpenMeeting begins a meeting. ID is chosen by whoever asks (random).
type OpenMeeting struct {
	ID      MeetingID        `json:"-"`
	Board   BoardID          `json:"board"`
	Kind    MeetingKind      `json:"kind"`
	Title   typed.Text       `json:"title" limit:"maxLength=200"`
	Case    typed.Text       `json:"case,omitempty" limit:"maxLength=40"`
	Region  RegionID         `json:"region,omitempty"`
	Invited []MunicipalityID `json:"invited,omitempty"`
	Series  typed.Text       `json:"series,omitempty" limit:"maxLength=200" doc:"What a new series is called, or that of the board it continues."`
	Agenda  []RegionID       `json:"agenda,omitempty" doc:"Regions, in the order they are called in."`
	Actors  []typed.Text     `json:"actors,omitempty" limit:"maxLength=200" doc:"Regional actors that take part."`
	Reports bool             `json:"reports,omitempty" doc:"Contacts of invited municipalities may report."`

	InSeries MeetingID         `json:"in_series,omitempty" doc:"Instead of series: the first meeting of the series it continues."`
	View     ViewID            `json:"view,omitempty" doc:"Instead of region: the saved view it opens with."`
	Listed   []RegionalActorID `json:"listed,omitempty" doc:"Who of the office's list of regional actors takes part."`
}

func (cmd *OpenMeeting) SetID(id string)       { cmd.ID = MeetingID(id) }
func (cmd OpenMeeting) Made() (string, string) { return "meeting", string(cmd.ID) }

// Turns says that other meetings go on after it.
func (OpenMeeting) Turns() (closed BoardID) { return "" }

func (cmd OpenMeeting) Decide(d Decision) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightLead)
	if err != nil {
		return nil, err
	}
	switch {
	case !IsID(string(cmd.ID)):
		return nil, Wrong("id", "id.wrong", string(cmd.ID))
	case d.s.meetings[cmd.ID] != nil:
		return nil, Clash("meeting.exists")
	case !slices.Contains(MeetingKinds(), cmd.Kind):
		return nil, Wrong("kind", "meeting.kind", string(cmd.Kind))
	case cmd.Region != "" && b.catalogue.RegionIndex(cmd.Region) < 0:
		return nil, Wrong("region", "region.unknown", string(cmd.Region))
	}
	if err := CheckName("title", cmd.Title); err != nil {
		return nil, err
	}
	if err := CheckText("case", cmd.Case, 40); err != nil {
		return nil, err
	}
	for i, m := range cmd.Invited {
		if place(b.rowOf, m) < 0 || slices.Contains(cmd.Invited[:i], m) {
			return nil, Wrong(fmt.Sprintf("invited[%d]", i), "municipality.unknown", string(m))
		}
	}
	for i, r := range cmd.Agenda {
		if b.catalogue.RegionIndex(r) < 0 || slices.Contains(cmd.Agenda[:i], r) {
			return nil, Wrong(fmt.Sprintf("agenda[%d]", i), "region.unknown", string(r))
		}
	}
	if err := d.gathered(cmd); err != nil {
		return nil, err
	}
	series, err := d.inSeries(cmd)
	if err != nil {
		return nil, err
	}
	if cmd.View != "" {
		if _, _, choosable := d.s.filter(b.id, cmd.View); !choosable {
			return nil, Wrong("view", "view.unknown")
		}
		if cmd.Region != "" {
			return nil, Wrong("region", "view.region")
		}
	}
	var actors []*Text
	for _, a := range cmd.Actors {
		actors = append(actors, NewText(a))
	}
	return []Event{&meetingOpened{
		Series: NewText(cmd.Series), Agenda: slices.Clone(cmd.Agenda), Actors: actors, Reports: cmd.Reports,
		Meeting: cmd.ID, Board: b.id, Type: cmd.Kind, Title: NewText(cmd.Title),
		Case: NewText(cmd.Case), Region: cmd.Region, Invited: slices.Clone(cmd.Invited),
		InSeries: series, View: cmd.View, Listed: slices.Clone(cmd.Listed),
		Roll: rollCall,
	}}, nil
}

// meetingOpened begins a meeting.
type meetingOpened struct {
	Meeting MeetingID        `json:"meeting"`
	Board   BoardID          `json:"board"`
	Type    MeetingKind      `json:"type"`
	Title   *Text            `json:"title"`
	Case    *Text            `json:"case,omitempty"`
	Region  RegionID         `json:"region,omitempty"`
	Invited []MunicipalityID `json:"invited,omitempty"`
	Series  *Text            `json:"series,omitempty"`
	Agenda  []RegionID       `json:"agenda,omitempty"`
	Actors  []*Text          `json:"actors,omitempty"`
	Reports bool             `json:"reports,omitempty"` // contacts may report for their own

	InSeries MeetingID         `json:"in_series,omitempty"` // the first meeting of the series it continues
	View     ViewID            `json:"view,omitempty"`      // the saved view it opens with, instead of Region
	Listed   []RegionalActorID `json:"listed,omitempty"`    // who of the office's list takes part
	Roll     int               `json:"roll,omitempty"`      // the rule of its roll-call: 2, or 0 for meetings before it
}

func (*meetingOpened) Kind() string { return "meeting_opened" }

func (e *meetingOpened) Texts() []*Text {
	return Present(append([]*Text{e.Title, e.Case, e.Series}, e.Actors...)...)
}

func (e *meetingOpened) Apply(b *Applying) error {
	board, err := b.board(e.Board)
	if err != nil {
		return err
	}
	m := &Meeting{
		ID: e.Meeting, Board: e.Board, Kind: e.Type, Region: e.Region, Filter: ViewFilter{Region: e.Region},
		Invited: e.Invited, OpenedAt: b.r.At, OpenedBy: b.r.By, Opened: b.r.Revision,
		Agenda: e.Agenda, Reports: e.Reports, Listed: e.Listed, View: e.View, Roll: e.Roll, SeriesID: b.s.joins(e),
		texts: meetingTexts{title: e.Title, file: e.Case, series: e.Series},
	}
	if e.View != "" {
		f, known, _ := b.s.filter(e.Board, e.View)
		if !known {
			return fmt.Errorf("no view %q: %w", e.View, ErrCorrupt)
		}
		m.Filter, m.Region = f, f.Region
	}
	for _, id := range e.Listed {
		name := b.s.actorName(id) // as it is called now
		if name == nil {
			return fmt.Errorf("no actor %q: %w", id, ErrCorrupt)
		}
		m.texts.actors = append(m.texts.actors, name)
	}
	m.texts.actors = append(m.texts.actors, e.Actors...)
	b.s.meetings = ownMap(b, "meetings", b.s.meetings)
	b.s.meetings[e.Meeting] = m
	board.meetings = appendTo(b.s, board.meetings, m)
	board.openMeetings++
	b.note(board, Line{Event: e, Meeting: e.Meeting, Led: true, Head: true})
	return nil
}

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

// OneOf implements [OneOf].
func (MeetingKind) OneOf() []string { return Names(MeetingKinds()...) }

// ofCounty reports whether a meeting of this kind is for the whole county, where
// no region is told; the others are with those they invite.
func (k MeetingKind) ofCounty() bool { return k == MeetingPreparedness || k == MeetingCouncil }

// Meeting is one meeting on one board. Levels of the live picture are set only
// in an open meeting, and each change knows its meeting.
type Meeting struct {
	ID       MeetingID
	Board    BoardID
	Kind     MeetingKind
	Title    string           // shown; its ID if it was redacted
	Case     string           // saksnummer, "" if none
	Region   RegionID         // what it opens with, "" for the county
	Invited  []MunicipalityID // whose contacts see the board while it is open
	OpenedAt time.Time
	OpenedBy AccountID
	Opened   Revision

	Closing           // the one that stands
	Earlier []Closing // those that were taken back, oldest first

	Series   string // what its series is called, "" for one that stands alone
	Agenda   []RegionID
	Actors   []string          // who else takes part, those of the list first
	Guests   []string          // those of Actors that are not of the list
	Listed   []RegionalActorID // those of the list; staff only
	SeriesID MeetingID         // the series' first meeting, "" for one that stands alone; staff only
	View     ViewID            // the saved view it opens with, "" for none; staff only
	Filter   ViewFilter        // what it opens with: Region, or that of the view; the latter is for staff only
	Reports  bool              // contacts of invited municipalities may report
	Roll     int               // the rule of its roll-call, see [Picture.RollCall]

	texts meetingTexts
}

// meetingTexts are what people wrote of a meeting; a picture fills them in.
type meetingTexts struct {
	title, file, series *Text
	actors              []*Text
}

// Open reports whether the meeting is going on.
func (m Meeting) Open() bool { return m.Closed == 0 }

// rollCall is the rule of the roll-call in meetings that are opened now.
const rollCall = 2

// OwnWord reports whether a municipality answers by its own word alone. In a meeting
// before this rule each change of its levels was its answer.
func (m *Meeting) OwnWord() bool { return m.Roll >= rollCall }

// Asks reports whether the roll-call of a meeting asks a municipality. It asks everyone
// invited. A meeting of a region asks that region too, and a meeting for all of the
// county all of it, whether or not their contacts see the board; a meeting with some
// municipalities of their own asks those alone.
func (m *Meeting) Asks(mun *Municipality) bool {
	switch {
	case slices.Contains(m.Invited, mun.ID):
		return true
	case m.Region != "":
		return mun.Region == m.Region
	}
	return len(m.Invited) == 0 || m.Kind.ofCounty()
}

// gathered checks who takes part beside the municipalities.
func (d Decision) gathered(cmd OpenMeeting) error {
	if len(cmd.Actors)+len(cmd.Listed) > maxActors {
		return Wrong("actors", "actors.count", fmt.Sprint(maxActors))
	}
	for i, id := range cmd.Listed {
		if !d.s.listed(id) || slices.Contains(cmd.Listed[:i], id) {
			return Wrong(fmt.Sprintf("listed[%d]", i), "actor.unknown")
		}
	}
	for i, a := range cmd.Actors {
		if err := CheckName(fmt.Sprintf("actors[%d]", i), a); err != nil {
			return err
		}
	}
	return nil
}

// inSeries returns the series that a meeting continues, "" for one that stands
// alone or begins a series.
func (d Decision) inSeries(cmd OpenMeeting) (MeetingID, error) {
	if cmd.InSeries == "" {
		return d.s.seriesNamed(cmd.Board, cmd.Series), CheckText("series", cmd.Series, MaxName)
	}
	if cmd.Series != "" {
		return "", Wrong("series", "series.both")
	}
	if !d.s.boards[cmd.Board].hasSeries(cmd.InSeries) {
		return "", Wrong("in_series", "series.unknown")
	}
	return cmd.InSeries, nil
}

// latestMeeting returns the meeting on a board that was opened last and is
// still open, "" if there is none.
func (s *State) latestMeeting(b BoardID) MeetingID {
	for m := range s.boards[b].openNow() {
		return m.ID
	}
	return ""
}

// openNow yields the meetings that are open, the newest first.
func (b *board) openNow() iter.Seq[*Meeting] {
	return func(yield func(*Meeting) bool) {
		left := b.openMeetings
		for i := len(b.meetings) - 1; left > 0; i-- {
			if m := b.meetings[i]; m.Open() {
				if left--; !yield(m) {
					return
				}
			}
		}
	}
}

// NoteInMeeting adds a line to the log of the board that its meeting is on. The
// error wraps ErrCorrupt if there is no such meeting.
func (b *Applying) NoteInMeeting(line Line) error {
	m := b.s.meetings[line.Meeting]
	if m == nil {
		return fmt.Errorf("no meeting %q: %w", line.Meeting, ErrCorrupt)
	}
	if err := b.Note(m.Board, line); err != nil || line.Confirms == "" {
		return err
	}
	board := b.s.boards[m.Board]
	row := place(board.rowOf, line.Confirms)
	if row < 0 {
		return fmt.Errorf("no municipality %q: %w", line.Confirms, ErrCorrupt)
	}
	board.confirmed = slices.Clone(board.confirmed)
	board.confirmed[row] = appendTo(b.s, board.confirmed[row], confirmation{b.r.Revision, b.ms, line.Meeting})
	return nil
}
