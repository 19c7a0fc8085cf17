package domain

import (
	"iter"
	"math"
	"slices"
	"sort"
	"time"
)

// Picture is one board as one audience sees it at one time: all that pages,
// API, frames, charts, exports and mail ever get. It is a view of an immutable
// state: making one is cheap, reading it takes no lock, and what the audience
// may not see is not in what its methods return.
type Picture struct {
	state    *State
	board    *board
	audience Audience
	now      time.Time
	at       time.Time // that it is of: now, or a past
	cut      Revision  // shows the cells as of this revision
	version  int       // of the edition shown, 0: the working copy
	rights   Rights    // never changed
	since    horizon   // what was before it has no log and no history
	marks    map[CellRef]*mark
	resting  bool // see [Picture.ForViews]
	blind    bool // there is what it does not see: what marks withhold, of other municipalities, or what is for staff
}

// Cell is one judgement. Revision 0: it was never set, and Level is
// NotAssessed.
type Cell struct {
	Municipality MunicipalityID
	Column       ColumnID
	Level        Level
	Text         string
	TextID       TextID    // zero: none, or not to be seen
	Redacted     bool      // there was a text that was taken out
	At           time.Time // of the record
	Said         time.Time // At, or when what an undo brought back was entered
	EventAt      time.Time // when it came to be so; Entered unless told
	Entered      time.Time // when that was entered: Said, or earlier where the level was said again
	Author       string    // edition: who judged, as the source names them; "" where nothing is judged
	Date         string    // edition: the day of the judgement, 2006-01-02, "" if not told or nothing is judged
	By           AccountID // who entered it; "" where not to be seen
	ReportedBy   string
	Confirms     bool   // the level that stood was said again: its reason, and ReportedBy, are as before
	ConfirmedBy  string // who said it again
	Meeting      MeetingID
	Revision     Revision
	Undoes       Revision
	Source       string // "import", or ""
	Over         *Overwritten
	Marking      *Marking  // nil: none
	Due          time.Time // when it must be confirmed, zero: never, or it is of a history
	Stale        bool      // it must be
}

// ChangedAt returns when a cell last became another: a level that was only
// confirmed, or given back by an undo, is as old as it was; zero where an undo left
// nothing. (The script is told where it is not when the level was said.)
func (c Cell) ChangedAt() time.Time {
	switch {
	case c.Undoes > 0 && c.Said.Equal(c.At):
		return time.Time{}
	case c.Undoes > 0 || c.Confirms:
		return c.Entered
	}
	return c.Said
}

// Change is a cell after a change, and the level before it.
type Change struct {
	Cell
	From Level
}

// Counts is how many cells have each level. It is never a score.
type Counts map[Level]int

// PictureOf returns a board as an audience sees it, and whether it may. An audience that
// does not see working editions gets the newest published version.
func PictureOf(s *State, a Audience, b BoardID, now time.Time) (Picture, bool) {
	board := s.boards[b]
	if board == nil || a.Kind == "" {
		return Picture{}, false
	}
	p := Picture{state: s, board: board, audience: a, now: now, at: now, cut: math.MaxUint64}
	p.marks, p.blind = board.marks, a.Kind != AudienceStaff && (len(board.marks) > 0 || board.internal)
	if board.kind != KindEdition {
		var ok bool
		if p.since, ok = s.horizon(a, b, now); !ok {
			return Picture{}, false
		}
	}
	if a.Kind == AudienceScreen && a.Scope != "" && a.Scope != b {
		return Picture{}, false
	}
	p.rights = allowed[stand{a.role(), board.kind, board.phase()}]
	if !p.rights[RightSee] {
		return Picture{}, false
	}
	if board.kind == KindEdition && a.Kind != AudienceStaff {
		return p.Version(len(board.publications))
	}
	return p, true
}

// Version returns the picture of one published version of an edition, and
// whether there is one.
func (p Picture) Version(n int) (Picture, bool) {
	if n < 1 || n > len(p.board.publications) {
		return Picture{}, false
	}
	p.version = n
	p.cut = p.board.publications[n-1].Revision
	return p, true
}

// Published returns the newest published version, or the working copy where
// nothing is published yet.
func (p Picture) Published() Picture {
	if q, ok := p.Version(len(p.board.publications)); ok {
		return q
	}
	return p
}

// At returns the picture as it was at a time: after the last record that is not
// later, as AtRevision does. Anyone who may not look back gets an empty one.
func (p Picture) At(t time.Time) Picture {
	if !p.LooksBack() {
		return p.AtRevision(0)
	}
	ms := t.UnixMilli()
	b := p.board
	for b.earlier != nil && b.catalogueMs > ms {
		b = b.earlier
	}
	n := sort.Search(len(b.log), func(i int) bool { return b.log[i].at > ms })
	out := p.AtRevision(0)
	if n > 0 {
		out = p.AtRevision(b.log[n-1].revision)
	}
	if out.at = t; t.After(p.at) {
		out.at = p.at
	}
	return out
}

// AtRevision returns the picture as it was at a revision. Anyone who does not see
// working copies gets the version that was out then, and before the first one
// nothing but empty cells.
func (p Picture) AtRevision(r Revision) Picture {
	if p.board.kind == KindEdition && p.audience.Kind != AudienceStaff {
		out := p
		out.version, out.cut = 0, 0
		for _, pub := range p.board.publications {
			if pub.Revision <= min(r, p.cut) {
				out.version, out.cut = pub.Value.version, pub.Revision
			}
		}
		return out
	}
	if r < p.begins() {
		r = 0
	}
	if r < p.cut {
		p.cut = r
	}
	for p.board.earlier != nil && p.board.catalogueAt > p.cut {
		p.board = p.board.earlier
	}
	if log := p.between(0); len(log) > 0 {
		p.at = fromMillis(log[len(log)-1].at)
	}
	return p
}

// Board returns what stands at the head. Publications are those the audience
// may know of: all of them, they are public.
func (p Picture) Board() Board {
	b := p.board
	out := Board{
		ID: b.id, Kind: b.kind, Title: b.title, Phase: b.phase(), Base: b.base,
		Revision: b.revision, OpenedAt: b.openedAt, Hearing: b.hearing, Judged: b.judged,
		Demo: p.state.demo, Exercise: b.exercise, ClosedAt: b.closedAt,
	}
	for _, v := range b.publications {
		out.Publications = append(out.Publications, Publication{Version: v.Value.version, Revision: v.Revision, At: v.Time(), Note: v.Value.note.String()})
	}
	if b.name != nil {
		out.Title = Words{NB: b.name.String()}
		if b.name.Redacted() {
			out.Title = Words{NB: string(b.id)}
		}
	}
	if p.cut < b.revision {
		// A redaction or a marking reaches what was published and what was before.
		out.Revision = max(p.cut, p.state.boards[b.id].redacted)
	}
	if p.blind && b.kind != KindEdition {
		out.Revision = p.heard(out.Revision)
	}
	if p.audience.Kind != AudienceStaff && out.Phase == PhaseCorrection {
		out.Phase = PhasePublished // that a correction is in the making is not public
	}
	return out
}

// ShownVersion returns the version of the edition on show, 0 for the working
// copy and for boards that have none.
func (p Picture) ShownVersion() int { return p.version }

// Audience returns whose picture it is.
func (p Picture) Audience() Audience { return p.audience }

// Now returns the time the picture was made for.
func (p Picture) Now() time.Time { return p.now }

// Epoch returns the epoch of the journal the picture stems from.
func (p Picture) Epoch() Epoch { return p.state.head.Epoch }

// Catalogue returns the board's rows and columns. It must not be changed.
func (p Picture) Catalogue() *Catalogue { return p.board.catalogue }

// Map returns the county's map, nil if the catalogue has none. It must not be
// changed.
func (p Picture) Map() *Map { return p.state.maps[p.board.catalogue.Map] }

// Row returns the place of a municipality, -1 if there is none.
func (p Picture) Row(m MunicipalityID) int { return place(p.board.rowOf, m) }

// Col returns the place of a column, -1 if there is none.
func (p Picture) Col(c ColumnID) int { return place(p.board.columnOf, c) }

func place[K comparable](index map[K]int, k K) int {
	if i, ok := index[k]; ok {
		return i
	}
	return -1
}

// Level returns the level of the cell at a place.
func (p Picture) Level(row, col int) Level {
	if p.hides(row, col, FieldLevel) {
		return Withheld
	}
	l := last(p.board.rows[row][col].upTo(p.cut)).is()
	if p.resting && !l.left() {
		return NotAssessed
	}
	return l
}

// Cell returns the cell at a place.
func (p Picture) Cell(row, col int) Cell {
	c := last(p.board.rows[row][col].upTo(p.cut))
	if p.resting && !c.is().left() {
		c = nil
	}
	out := p.show(row, col, c)
	out.Due = p.Due(row, col)
	out.Stale = p.passed(out.Due)
	return out
}

// History returns all that the cell at a place has been, oldest first. Anyone who does
// not see working copies sees only what was published.
func (p Picture) History(row, col int) []Change {
	if p.hides(row, col, FieldLevel) {
		return nil
	}
	changes := p.board.rows[row][col].upTo(p.cut)
	var out []Change
	from := NotAssessed
	if p.board.kind == KindEdition && p.audience.Kind != AudienceStaff {
		for v := 1; v <= p.version; v++ {
			c := last(p.board.rows[row][col].upTo(p.board.publications[v-1].Revision))
			if c == nil || len(out) > 0 && out[len(out)-1].Revision == c.revision {
				continue
			}
			out = append(out, Change{Cell: p.show(row, col, c), From: from})
			from = c.level
		}
		return out
	}
	for i := range changes {
		if changes[i].revision >= p.begins() {
			out = append(out, Change{Cell: p.show(row, col, &changes[i]), From: from})
		}
		from = changes[i].level
	}
	return out
}

// Recent returns the last n of a cell's [Picture.History], newest first, and how
// many there are in all.
func (p Picture) Recent(row, col, n int) (changes []Change, of int) {
	if p.board.kind == KindEdition || p.hides(row, col, FieldLevel) {
		all := p.History(row, col)
		of = len(all)
		changes = all[max(0, of-n):]
		slices.Reverse(changes)
		return changes, of
	}
	all := p.board.rows[row][col].upTo(p.cut)
	of = len(all) - sort.Search(len(all), func(i int) bool { return all[i].revision >= p.begins() })
	for i := len(all) - 1; i >= len(all)-min(n, of); i-- {
		var from *change
		if i > 0 {
			from = &all[i-1]
		}
		changes = append(changes, Change{Cell: p.show(row, col, &all[i]), From: from.is()})
	}
	return changes, of
}

// Steps returns what the cell at a place became after a revision, oldest first,
// without what was taken back.
func (p Picture) Steps(row, col int, after Revision) []Change {
	if p.hides(row, col, FieldLevel) {
		return nil
	}
	before, steps := p.board.rows[row][col].steps(after, p.cut)
	var out []Change
	for _, c := range steps {
		out = append(out, Change{Cell: p.show(row, col, c), From: before.is()})
		before = c
	}
	return out
}

// TakenBack reports whether what a record made of the cell at a place was taken back,
// or takes something back itself: either way the cell does not stand on it.
func (p Picture) TakenBack(row, col int, r Revision) bool {
	return !slices.ContainsFunc(p.Steps(row, col, r-1), func(c Change) bool { return c.Revision == r })
}

// Reason returns the cell as it was when a reason for it was last given, and
// whether there is one to say again. It is for staff, who sees working copies.
func (p Picture) Reason(row, col int) (Cell, bool) {
	if p.audience.Kind != AudienceStaff || p.hides(row, col, FieldLevel) {
		return Cell{}, false
	}
	c := p.board.rows[row][col].reason(p.cut)
	if c == nil {
		return Cell{}, false
	}
	said := p.show(row, col, c)
	return said, said.Text != ""
}

func last(changes []change) *change {
	if len(changes) == 0 {
		return nil
	}
	return &changes[len(changes)-1]
}

// show is the one place where a change becomes a cell: it leaves out what the
// audience may not see.
func (p Picture) show(row, col int, c *change) Cell {
	out := Cell{
		Municipality: p.board.catalogue.Municipalities[row].ID,
		Column:       p.board.catalogue.Columns[col].ID,
		Level:        c.is(),
	}
	out.Marking = p.marking(CellRef{out.Municipality, out.Column})
	if p.hides(row, col, FieldLevel) {
		// The cell is as the marking made it: the same whether and whenever
		// anything was set there.
		at := out.Marking.At
		out.Level, out.Revision, out.At, out.Said, out.EventAt, out.Entered = Withheld, out.Marking.Revision, at, at, at, at
		return out
	}
	if c == nil {
		return out
	}
	out.Confirms = c.confirms
	out.Revision, out.Undoes, out.Meeting, out.Source, out.Date = c.revision, c.undoes, c.meeting, c.source, c.date
	said := p.board.rows[row][col].stood(c)
	began := said
	if p.board.kind != KindEdition {
		began = p.board.rows[row][col].began(said)
	}
	out.At, out.Said, out.EventAt, out.Entered = fromMillis(c.at), fromMillis(said.at), fromMillis(began.since()), fromMillis(began.at)
	if p.rights[RightSeeTexts] && c.text != nil && !p.hides(row, col, FieldText) {
		out.Text, out.TextID, out.Redacted = c.text.String(), c.text.ID(), c.text.Redacted()
	}
	if p.rights[RightSeePersons] {
		out.By, out.Author, out.ReportedBy, out.Over = c.by, c.author.String(), c.reportedBy.String(), c.over
		out.ConfirmedBy = c.confirmedBy.String()
	}
	if c.level == NotAssessed { // whose judgement it was, and of which day, is of one that is gone
		out.Author, out.Date = "", ""
	}
	return out
}

// Meetings returns the board's meetings, newest first, to an audience that may see
// them.
func (p Picture) Meetings() []Meeting { return p.MeetingsSince(0) }

// MeetingsSince returns those that were opened after a revision, newest first.
func (p Picture) MeetingsSince(after Revision) []Meeting {
	var out []Meeting
	for m := range p.meetings() {
		if m.Opened <= after {
			break
		}
		if shown := p.meeting(m.ID); shown != nil {
			out = append(out, *shown)
		}
	}
	return out
}

// OpenMeetings returns those of [Picture.Meetings] that go on.
func (p Picture) OpenMeetings() []Meeting {
	var out []Meeting
	for m := range p.state.boards[p.board.id].openNow() {
		if shown := p.meeting(m.ID); shown != nil && m.Opened <= p.cut {
			out = append(out, *shown)
		}
	}
	return out
}

// meetingsThen yields the meetings that the audience sees and that went on at the
// picture's revision, the newest first.
func (p Picture) meetingsThen() iter.Seq[*Meeting] {
	list := p.meetings()
	if p.cut >= p.state.boards[p.board.id].revision {
		list = p.state.boards[p.board.id].openNow()
	}
	return func(yield func(*Meeting) bool) {
		for m := range list {
			if m.closingAt(p.cut) == nil && p.rights[RightSeeMeetings] && m.shownTo(p.audience, p.now) && !yield(m) {
				return
			}
		}
	}
}

// meetings yields the board's meetings that had been opened, the newest first,
// whoever may see them.
func (p Picture) meetings() iter.Seq[*Meeting] {
	return func(yield func(*Meeting) bool) {
		for _, m := range slices.Backward(p.state.boards[p.board.id].meetings) {
			if m.Opened <= p.cut && !yield(m) {
				return
			}
		}
	}
}

// concerns reports whether what is noted of a municipality is the audience's
// affair: a municipality sees its own only.
func (p Picture) concerns(m MunicipalityID) bool {
	return p.audience.Kind != AudienceMunicipality || p.audience.Municipality == m
}

// Meeting returns one of the board's meetings, and whether there is one to see.
func (p Picture) Meeting(id MeetingID) (Meeting, bool) {
	m := p.state.meetings[id]
	if m == nil || m.Board != p.board.id {
		return Meeting{}, false
	}
	if shown := p.meeting(id); shown != nil {
		return *shown, true
	}
	return Meeting{}, false
}

func (p Picture) meeting(id MeetingID) *Meeting {
	m := p.state.meetings[id]
	if m == nil || !p.rights[RightSeeMeetings] {
		return nil
	}
	if !m.shownTo(p.audience, p.now) {
		return nil
	}
	out := *m
	out.Title, out.Case, out.Series = m.texts.title.String(), m.texts.file.String(), p.state.seriesName(m)
	for i, a := range m.texts.actors {
		if a.Redacted() {
			continue
		}
		out.Actors = append(out.Actors, a.String())
		if i >= len(m.Listed) {
			out.Guests = append(out.Guests, a.String())
		}
	}
	if m.texts.title.Redacted() { // as a board whose name was taken out
		out.Title = string(m.ID)
	}
	out.Invited = slices.Clone(m.Invited)
	if p.audience.Kind != AudienceStaff {
		out.Listed, out.SeriesID, out.View, out.Filter = nil, "", "", ViewFilter{Region: m.Region}
	}
	out.Earlier = slices.Clone(m.Earlier)
	for i := range out.Earlier {
		c := &out.Earlier[i]
		if p.rights[RightSeePersons] {
			c.ReopenedReason = c.reason.String()
		} else {
			c.ClosedBy, c.ReopenedBy = "", ""
		}
	}
	if !p.rights[RightSeePersons] {
		out.OpenedBy, out.ClosedBy = "", ""
	}
	return &out
}

// Base returns the newest published version of the edition that the live
// picture rests on, as the same audience sees it, and whether there is one.
func (p Picture) Base() (Picture, bool) {
	if p.board.base == "" {
		return Picture{}, false
	}
	base, ok := PictureOf(p.state, p.audience, p.board.base, p.now)
	if !ok {
		base, ok = PictureOf(p.state, Audience{Kind: AudiencePublic}, p.board.base, p.now)
	}
	if !ok {
		return Picture{}, false
	}
	return base.Published(), true
}

// Count returns how many cells of the given rows and columns have each level.
func (p Picture) Count(rows, cols []int) Counts {
	out := Counts{}
	for _, r := range rows {
		for _, c := range cols {
			out[p.Level(r, c)]++
		}
	}
	return out
}

// Head returns where the journal stands. Anyone who has written its revision and hash
// down can tell whether anything up to there was altered.
func (p Picture) Head() Head { return p.state.head }
