package domain

import (
	"iter"
	"regexp"
	"slices"
	"time"
)

// Limits of what one may ask for.
const (
	undoAge    = 30 * time.Second   // how long Z undoes one's own last change
	overAge    = 30 * time.Second   // overwriting another's change younger than this is told
	eventBack  = 7 * 24 * time.Hour // how far back an event may have been
	eventAhead = 5 * time.Minute    // how far ahead, for clocks that differ
	MaxCells   = 4000               // cells in one command
	maxActors  = 100                // regional actors in a meeting
)

var (
	boardIDs   = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	meetingIDs = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
)

// Decision is what every rule judges by: a state, who asks, and when. Nothing else
// is asked, so that a rule gives the same answer every time.
type Decision struct {
	s   *State
	by  Actor
	now time.Time
}

// board returns a board that the actor has a right to, NotFound if it may not
// see it, Forbidden if it may see but not do this.
func (d Decision) board(id BoardID, need Right) (*board, Rights, error) {
	rights := RightsOf(d.s, d.by, id, d.now)
	if !rights[RightSee] && (need != RightCatalogue && need != RightQuestion || !rights[need]) {
		return nil, nil, Unknown("board", "board.unknown", string(id))
	}
	b := d.s.boards[id]
	if !rights[need] {
		switch {
		case need == RightSetLevels && b.kind == KindEdition && b.phase() == PhasePublished && rights[RightPublish]:
			return nil, nil, Clash("edition.published")
		case need == RightSetLevels && b.kind != KindEdition && rights[RightLead]:
			return nil, nil, Clash("meeting.needed")
		case need == RightBase && b.phase() == PhaseMeeting && d.by.has(RoleEditor, d.now):
			return nil, nil, Clash("base.meeting")
		}
		return nil, nil, Denied("forbidden." + string(need))
	}
	return b, rights, nil
}

// meetingFor returns an open meeting on a board that the actor has a right to.
func (d Decision) meetingFor(id MeetingID, need Right) (*Meeting, *board, error) {
	m := d.s.meetings[id]
	if m == nil || !RightsOf(d.s, d.by, m.Board, d.now)[RightSee] {
		return nil, nil, Unknown("meeting", "meeting.unknown")
	}
	if !m.Open() {
		return nil, nil, Clash("meeting.closed")
	}
	b, _, err := d.board(m.Board, need)
	return m, b, err
}

// IsDay reports whether a text names a day, 2006-01-02.
func IsDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// IsID reports whether a text may name what a client chose an id for.
func IsID(s string) bool { return meetingIDs.MatchString(s) }

// Judge returns what rules judge by, for one who asks and does not decide.
func Judge(s *State, by Actor, now time.Time) Decision { return Decision{s, by, now} }

// Now returns when it is decided.
func (d Decision) Now() time.Time { return d.now }

// Text returns a text of any record, nil if there is none.
func (d Decision) Text(id TextID) *Text { return d.s.text(id) }

// Texts yields all texts, as they were written.
func (d Decision) Texts() iter.Seq[*Text] { return slices.Values(d.s.texts) }

// EventTime returns when something happened, as it was told, now where it was not. It is
// refused for a time long ago or ahead; field says which part of the input it is.
func (d Decision) EventTime(field string, told Moment) (time.Time, error) {
	if told.IsZero() {
		return d.now.UTC().Truncate(time.Millisecond), nil
	}
	at := told.UTC().Truncate(time.Millisecond)
	if d.now.Sub(at) > eventBack || at.Sub(d.now) > eventAhead {
		return at, Wrong(field, "event.time")
	}
	return at, nil
}

// By returns who asks.
func (d Decision) By() AccountID { return d.by.ID }

// May reports whether the actor has a right to a board.
func (d Decision) May(b BoardID, r Right) bool { return RightsOf(d.s, d.by, b, d.now)[r] }

// Staff reports whether the actor works for the office.
func (d Decision) Staff() bool { return d.by.Staff(d.now) }

// MayIn reports whether the actor has a right to a column of a board: an assessor and an
// approver in their own areas.
func (d Decision) MayIn(g Ground, r Right, c ColumnID) bool {
	col := place(g.b.columnOf, c)
	return col >= 0 && d.s.may(d.by, g.b, r, g.b.catalogue.area(col), d.now)
}

// Contact reports whether the actor is a contact of a municipality.
func (d Decision) Contact(m MunicipalityID) bool {
	return slices.ContainsFunc(d.by.Grants, func(g Grant) bool {
		return g.Role == RoleMunicipality && g.Municipality == m && g.holds(d.now)
	})
}

// Closed returns a meeting that was closed, and the board that it was on as it was
// then, whoever asks: what may be told of it, the subject decides.
func (d Decision) Closed(id MeetingID) (Meeting, Ground, bool) {
	m := d.s.meetings[id]
	if m == nil || m.Open() {
		return Meeting{}, Ground{}, false
	}
	return *m, Ground{b: d.s.boards[m.Board]}, true
}

// Cell judges what one cell of a board shall become; field says which part of the input
// it is.
func (d Decision) Cell(g Ground, field string, edit CellEdit) (CellSet, error) {
	return d.cell(g.b, field, edit, false)
}

// Board returns a board that the actor has a right to: Unknown if it may not see
// it, Denied if it may see it but not do this.
func (d Decision) Board(id BoardID, need Right) (Ground, error) {
	b, _, err := d.board(id, need)
	return Ground{b: b}, err
}

// Meeting returns an open meeting, and the board that it is on, if the actor has a
// right to that: Unknown if it may not see it, Clash if it is closed.
func (d Decision) Meeting(id MeetingID, need Right) (Meeting, Ground, error) {
	m, b, err := d.meetingFor(id, need)
	if err != nil {
		return Meeting{}, Ground{}, err
	}
	return *m, Ground{b: b}, nil
}

// Ground is a board as a rule sees it, whoever asks.
type Ground struct {
	b  *board
	at Revision // of a version that was published; 0: as it is now
}

// changes returns what a cell has been, as far as the ground tells.
func (g Ground) changes(m MunicipalityID, c ColumnID) []change {
	cell := g.b.at(m, c)
	if g.at > 0 {
		return cell.upTo(g.at)
	}
	if cell == nil {
		return nil
	}
	return cell.changes
}

// ID returns the board's name.
func (g Ground) ID() BoardID { return g.b.id }

// Open yields the meetings on it that go on, the newest first.
func (g Ground) Open() iter.Seq[Meeting] {
	return func(yield func(Meeting) bool) {
		for m := range g.b.openNow() {
			if !yield(*m) {
				return
			}
		}
	}
}

// Kind returns what kind of board it is.
func (g Ground) Kind() BoardKind { return g.b.kind }

// Catalogue returns the board's rows and columns. It must not be changed.
func (g Ground) Catalogue() *Catalogue { return g.b.catalogue }

// Exercise reports whether it is an exercise.
func (g Ground) Exercise() bool { return g.b.exercise }

// Has reports whether a municipality is a row of the board.
func (g Ground) Has(m MunicipalityID) bool { return place(g.b.rowOf, m) >= 0 }

// Judges reports whether the board has cells in a column.
func (g Ground) Judges(c ColumnID) bool {
	col := place(g.b.columnOf, c)
	return col >= 0 && g.b.judges(g.b.catalogue.Columns[col].Kind)
}

// Demo reports whether everything on it is made up.
func (d Decision) Demo() bool { return d.s.demo }

// CatalogueAt returns the catalogue that the board had at a revision. It must not be
// changed.
func (g Ground) CatalogueAt(r Revision) *Catalogue {
	b := g.b
	for b.earlier != nil && b.catalogueAt > r {
		b = b.earlier
	}
	return b.catalogue
}

// LastSet returns who set a cell last, and by which record; zero for nobody.
func (g Ground) LastSet(m MunicipalityID, c ColumnID) (AccountID, Revision) {
	if now := last(g.changes(m, c)); now != nil {
		return now.by, now.revision
	}
	return "", 0
}

// TakenBack reports whether of all that a record set nothing stands: it was undone.
func (g Ground) TakenBack(r Revision) bool { return g.b.takenBack(r, g.b.revision) }

// Changed reports whether a record changed cells of the board.
func (g Ground) Changed(r Revision) bool { return len(g.b.logAt(r)) > 0 }

// Latest yields the lines of one story of the board, newest first: the event, and when
// and by whom it came.
func (g Ground) Latest(name string) iter.Seq[Told] {
	return func(yield func(Told) bool) {
		for _, l := range slices.Backward(g.b.stories[name]) {
			if !yield(Told{l.line.Event, LogEntry{Revision: l.revision, At: fromMillis(l.at), By: l.by}}) {
				return
			}
		}
	}
}

// Story yields the events of one story of the board, oldest first.
func (g Ground) Story(name string) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for _, l := range g.b.stories[name] {
			if !yield(l.line.Event) {
				return
			}
		}
	}
}
