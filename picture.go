package kommunebilde

import (
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
	cut      Revision // shows the cells as of this revision
	version  int      // of the edition shown, 0: the working copy
	rights   map[Right]bool
	since    *Meeting // what was before it was opened, has no log and no history; nil: all has
	marks    map[CellRef]*mark
	blind    bool // does not see what marks withhold, of other municipalities
}

// Cell is one judgement. Revision 0: it was never set, and Level is
// NotAssessed.
type Cell struct {
	Municipality MunicipalityID
	Column       ColumnID
	Level        Level
	Text         string
	TextID       TextID // zero: none, or not to be seen
	Redacted     bool   // there was a text that was taken out
	At           time.Time
	EventAt      time.Time // when it came to be so; At unless told
	Author       string    // edition: who judged, as the source names them
	Date         string    // edition: the day of the judgement, 2006-01-02, "" if not told
	By           AccountID // who entered it; "" where not to be seen
	ReportedBy   string
	Meeting      MeetingID
	Revision     Revision
	Undoes       Revision
	Source       string // "import", or ""
	Over         *Overwritten
	Marking      *Marking // nil: none
}

// Change is a cell after a change, and the level before it.
type Change struct {
	Cell
	From Level
}

// Counts is how many cells have each level. It is never a score.
type Counts map[Level]int

// PictureOf returns a board as an audience sees it, and whether it may. Who
// does not see working editions gets the newest published version.
func PictureOf(s *State, a Audience, b BoardID, now time.Time) (Picture, bool) {
	board := s.boards[b]
	if board == nil || a.Kind == "" {
		return Picture{}, false
	}
	p := Picture{state: s, board: board, audience: a, now: now, cut: math.MaxUint64, rights: map[Right]bool{}}
	p.marks, p.blind = board.marks, a.Kind != AudienceStaff && len(board.marks) > 0
	if a.Kind == AudienceMunicipality && board.kind != KindEdition {
		m := s.invited(b, a.Municipality)
		if m == nil {
			return Picture{}, false
		}
		p.since = m
	}
	if a.Kind == AudienceScreen && a.Scope != "" && a.Scope != b {
		return Picture{}, false
	}
	for _, letter := range policy[a.role()][board.kind][board.phase()] {
		p.rights[rightLetters[letter]] = true
	}
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
// later, as AtRevision does.
func (p Picture) At(t time.Time) Picture {
	ms := t.UnixMilli()
	b := p.board
	for b.earlier != nil && b.catalogueMs > ms {
		b = b.earlier
	}
	n := sort.Search(len(b.log), func(i int) bool { return b.log[i].at > ms })
	if n == 0 {
		return p.AtRevision(0)
	}
	return p.AtRevision(b.log[n-1].revision)
}

// AtRevision returns the picture as it was at a revision. Who does not see
// working copies gets the version that was out then, and before the first one
// nothing but empty cells.
func (p Picture) AtRevision(r Revision) Picture {
	if p.board.kind == KindEdition && p.audience.Kind != AudienceStaff {
		out := p
		out.version, out.cut = 0, 0
		for _, pub := range p.board.publications {
			if pub.Revision <= min(r, p.cut) {
				out.version, out.cut = pub.Version, pub.Revision
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
	return p
}

// Board returns what stands at the head. Publications are those the audience
// may know of: all of them, they are public.
func (p Picture) Board() Board {
	b := p.board
	out := Board{
		ID: b.id, Kind: b.kind, Title: b.title, Phase: b.phase(), Base: b.base,
		Revision: b.revision, OpenedAt: b.openedAt, Hearing: b.hearing,
		Publications: slices.Clone(b.publications), Demo: p.state.demo, Exercise: b.exercise, ClosedAt: b.closedAt,
	}
	for i := range out.Publications {
		out.Publications[i].Note = b.notes[i].String()
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
	return last(p.board.rows[row][col].upTo(p.cut)).is()
}

// Cell returns the cell at a place.
func (p Picture) Cell(row, col int) Cell {
	return p.show(row, col, last(p.board.rows[row][col].upTo(p.cut)))
}

// History returns all that the cell at a place has been, oldest first. Who does
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
		out.Level, out.Revision, out.At, out.EventAt = Withheld, out.Marking.Revision, out.Marking.At, out.Marking.At
		return out
	}
	if c == nil {
		return out
	}
	out.Revision, out.Undoes, out.Meeting, out.Source, out.Date = c.revision, c.undoes, c.meeting, c.source, c.date
	out.At, out.EventAt = fromMillis(c.at), fromMillis(c.at)
	if c.eventAt != 0 {
		out.EventAt = fromMillis(c.eventAt)
	}
	if p.rights[RightSeeTexts] && c.text != nil && !p.hides(row, col, FieldText) {
		out.Text, out.TextID, out.Redacted = c.text.String(), c.text.ID(), c.text.Redacted()
	}
	if p.rights[RightSeePersons] {
		out.By, out.Author, out.ReportedBy, out.Over = c.by, c.author.String(), c.reportedBy.String(), c.over
	}
	return out
}

// Meetings returns the board's meetings, newest first; none for who may not
// see them.
func (p Picture) Meetings() []Meeting {
	var out []Meeting
	for id, m := range p.state.meetings {
		if m.Board != p.board.id || m.Opened > p.cut {
			continue
		}
		if shown := p.meeting(id); shown != nil {
			out = append(out, *shown)
		}
	}
	slices.SortFunc(out, func(a, b Meeting) int { return int(int64(b.Opened) - int64(a.Opened)) })
	return out
}

// Begins returns from when on the audience may look back, and the revision of
// that time; zero: from the beginning. A municipality sees the whole board as it
// is, but what happened on it only since the first of the open meetings that
// invite it was opened: it is let in to that meeting, not to those before. A
// picture of an earlier time is empty.
func (p Picture) Begins() (time.Time, Revision) {
	if p.since == nil {
		return time.Time{}, 0
	}
	return p.since.OpenedAt, p.since.Opened
}

func (p Picture) begins() Revision {
	_, r := p.Begins()
	return r
}

// concerns tells whether what is noted of a municipality is the audience's
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
	if a := p.audience; a.Kind == AudienceMunicipality && (!m.Open() || !slices.Contains(m.Invited, a.Municipality)) {
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
	out.Invited = slices.Clone(m.Invited)
	if p.audience.Kind != AudienceStaff {
		out.Listed, out.SeriesID, out.View, out.Filter = nil, "", "", ViewFilter{Region: m.Region}
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

// Head returns where the journal stands. Who has written its revision and hash
// down can tell whether anything up to there was altered.
func (p Picture) Head() Head { return p.state.head }
