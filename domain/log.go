package domain

import (
	"iter"
	"slices"
	"sort"
	"time"
)

// A board's log, as a picture shows it: every change of a cell, and what else
// happened, in order.

// Line is what a board's log holds beside changes of cells. The noun that an
// event is of says where the line belongs and whom it concerns when it applies
// the event, so that nobody else asks which event it is.
type Line struct {
	Event    Event
	Story    string         // the noun that reads it again, "" for none
	Meeting  MeetingID      // that it happened in, "" for none
	Head     bool           // it opens or closes that meeting
	Confirms MunicipalityID // it says that this municipality's levels still hold, "" for none
	Turns    bool           // what may be done on the board is another: pages draw all of it anew
	Led      bool           // what only a meeting's lead does: who did it led
	Staff    bool           // it is for staff alone
	About    []CellRef      // for an audience that may see Field of one of these; nil: for all who see the log
	Field    Field
}

// Told is a line of a story as an audience is told it: the event, and when and by
// whom it came. What the event holds is not for every audience: the noun that
// tells the story leaves out what is not.
type Told struct {
	Event Event
	Entry LogEntry
}

// Story yields the lines of one story that the audience sees, oldest first.
func (p Picture) Story(name string) iter.Seq[Told] {
	return func(yield func(Told) bool) {
		for _, l := range p.story(name, 0) {
			if !yield(Told{l.line.Event, p.entry(&l)}) {
				return
			}
		}
	}
}

// StoryOf yields the lines of one story that are of a meeting and that the audience
// sees, oldest first, whether or not it may see the meeting.
func (p Picture) StoryOf(name string, id MeetingID) iter.Seq[Told] {
	return func(yield func(Told) bool) {
		m := p.state.meetings[id]
		if m == nil || m.Board != p.board.id {
			return
		}
		for _, l := range p.story(name, m.Opened) {
			if l.line.Meeting == id && !yield(Told{l.line.Event, p.entry(&l)}) {
				return
			}
		}
	}
}

// Undone reports whether of all that a record set nothing stands.
func (p Picture) Undone(r Revision) bool { return p.board.takenBack(r, p.cut) }

// Statement is something that was said in a meeting: a change of a cell that was not
// taken back, or another event.
type Statement struct {
	Event    Event // nil for a change
	Revision Revision
	Row      int   // of a change, its place in the catalogue
	Same     bool  // a change that left the level as it was
	Others   bool  // a change that others reported
	By       *Text // a change: who reported it
	Hidden   bool  // the audience may not know of it

	p *Picture
	l *logEntry
}

// Entry returns the statement as a line of the log.
func (s Statement) Entry() LogEntry { return s.p.entry(s.l) }

// Said yields what was said in a meeting, oldest first. A reason that was written alone
// is no statement, in meetings that know the difference: see [Meeting.OwnWord]. A
// statement is the caller's until the next one: a meeting has thousands.
func (p Picture) Said(m Meeting) iter.Seq[*Statement] {
	return func(yield func(*Statement) bool) {
		s := &Statement{p: &p}
		log := p.during(&m)
		undone, own := p.board.undone(log), m.OwnWord()
		for i := range log {
			l := &log[i]
			*s = Statement{Event: l.event(), Revision: l.revision, Row: int(l.row), p: &p, l: l}
			if l.line == nil {
				c, before := p.board.change(l)
				if c.meeting != m.ID || c.undoes != 0 || undone[l.revision] || own && c.voice == noVoice {
					continue
				}
				s.By, s.Same, s.Others = c.spokenBy(), c.level == before.is(), own && c.voice == othersVoice
			} else if l.line.Meeting != m.ID {
				continue
			}
			s.Hidden = p.blind && p.silent(*l)
			if !yield(s) {
				return
			}
		}
	}
}

// May reports whether the audience has a right to the board.
func (p Picture) May(r Right) bool { return p.rights[r] }

// Concerns reports whether what is noted of a municipality is the audience's
// affair: a municipality sees its own only.
func (p Picture) Concerns(m MunicipalityID) bool { return p.concerns(m) }

// Withholds reports whether a field of a cell is not the audience's to see.
func (p Picture) Withholds(m MunicipalityID, c ColumnID, f Field) bool { return p.withholds(m, c, f) }

// Past reports whether something ended before the time from which the audience sees the
// board, and so is not for it. An audience that looks back sees everything.
func (p Picture) Past(ended *LogEntry) bool { return p.past(ended) }

// ChangeAt returns the first change that a record made, nil if it made none, and
// whether a text about the record's changes is withheld from the audience.
func (p Picture) ChangeAt(r Revision) (c *Change, withheld bool) {
	lines := p.board.logAt(r)
	if len(lines) == 0 {
		return nil, false
	}
	if slices.ContainsFunc(lines, func(l logEntry) bool { return p.hides(int(l.row), int(l.col), FieldText) }) {
		return nil, true
	}
	return p.entry(&lines[0]).Change, false
}

// About returns the cells that an earlier event of a story is about, with the
// field of theirs that withholds it: what is said of that event later is about
// them too.
func (b *Applying) About(board BoardID, story string, is func(Revision, Event) bool) ([]CellRef, Field) {
	for _, l := range b.s.story(board, story) {
		if is(l.revision, l.line.Event) {
			return l.line.About, l.line.Field
		}
	}
	return nil, ""
}

// story returns the lines of one story of a board, oldest first.
func (s *State) story(b BoardID, name string) []logEntry {
	if board := s.boards[b]; board != nil {
		return board.stories[name]
	}
	return nil
}

// story returns the lines of one story after a revision that the audience sees,
// oldest first.
func (p Picture) story(name string, after Revision) []logEntry {
	return p.heardOf(p.upTo(p.board.stories[name], after))
}

// LogEntry is one line of a board's log: a Change, or what else happened.
type LogEntry struct {
	Revision Revision
	At       time.Time
	By       AccountID
	Change   *Change  // nil for another event
	Kind     string   // the other event's kind: "meeting_opened", "edition_published", …
	Meeting  *Meeting // of meeting_opened, meeting_closed and meeting_reopened
	Row, Col int      // places of the change in the catalogue
}

// Log returns the board's log lines after a revision, oldest first, at most
// limit (≤ 0: all). Of an edition only staff has one.
func (p Picture) Log(after Revision, limit int) []LogEntry {
	if p.board.kind == KindEdition && p.audience.Kind != AudienceStaff {
		return nil
	}
	log := p.lines(max(after, p.before()))
	if limit > 0 && len(log) > limit {
		log = log[:limit]
	}
	return p.entries(log)
}

// Latest returns the last n log lines, newest first.
func (p Picture) Latest(n int) []LogEntry {
	if p.board.kind == KindEdition && p.audience.Kind != AudienceStaff {
		return nil
	}
	var out []LogEntry
	log := p.between(p.before())
	for i := len(log) - 1; i >= 0 && len(out) < n; i-- {
		if !p.silent(log[i]) {
			out = append(out, p.entry(&log[i]))
		}
	}
	return out
}

// ChangesIn returns the changes that were made in a meeting, oldest first: of
// one that was closed none that came later.
func (p Picture) ChangesIn(m Meeting) []LogEntry {
	var out []LogEntry
	for l := range p.changesIn(&m) {
		out = append(out, p.entry(l))
	}
	return out
}

// CountIn returns how many those are.
func (p Picture) CountIn(m Meeting) int {
	n := 0
	for range p.changesIn(&m) {
		n++
	}
	return n
}

// changesIn yields the lines of a meeting's changes that are for the audience.
func (p Picture) changesIn(m *Meeting) iter.Seq[*logEntry] {
	return func(yield func(*logEntry) bool) {
		for l := range p.inMeeting(m) {
			if l.line == nil && l.revision >= p.begins() && !p.silent(*l) && !yield(l) {
				return
			}
		}
	}
}

// inMeeting yields the lines of the log that are of a meeting, oldest first,
// whoever they are for.
func (p Picture) inMeeting(m *Meeting) iter.Seq[*logEntry] {
	return func(yield func(*logEntry) bool) {
		log := p.during(m)
		for i := range log {
			if p.board.meetingOf(&log[i]) == m.ID && !yield(&log[i]) {
				return
			}
		}
	}
}

// during returns the lines of the log from the opening of a meeting to its end.
func (p Picture) during(m *Meeting) []logEntry {
	end := p.cut
	if !m.Open() {
		end = min(end, m.Closed)
	}
	return between(p.board.log, m.Opened, end)
}

// RevisionAt returns the revision of the last log line that is not later than a
// time, 0 if there is none: what came after it is Log of that. It is not the
// revision of the picture at that time, which a redaction moves.
func (p Picture) RevisionAt(t time.Time) Revision {
	if lines := p.At(t).lines(0); len(lines) > 0 {
		return lines[len(lines)-1].revision
	}
	return 0
}

// before returns the revision after which the audience's log begins.
func (p Picture) before() Revision { return max(p.begins(), 1) - 1 }

// lines returns the log lines in (after, cut] that are for the audience.
func (p Picture) lines(after Revision) []logEntry { return p.heardOf(p.between(after)) }

// heardOf leaves out what is not for the audience.
func (p Picture) heardOf(log []logEntry) []logEntry {
	if !p.blind || !slices.ContainsFunc(log, p.silent) {
		return log
	}
	return slices.DeleteFunc(slices.Clone(log), p.silent)
}

func (p Picture) between(after Revision) []logEntry { return p.upTo(p.board.log, after) }

// upTo returns the lines of a log in (after, cut].
func (p Picture) upTo(log []logEntry, after Revision) []logEntry { return between(log, after, p.cut) }

// between returns the lines of a log in (after, to].
func between(log []logEntry, after, to Revision) []logEntry {
	from := sort.Search(len(log), func(i int) bool { return log[i].revision > after })
	until := sort.Search(len(log), func(i int) bool { return log[i].revision > to })
	return log[min(from, until):until]
}

// heard returns the revision that the audience knows the board to have: that of
// the last line that is for it. What happens under a marking is no news.
func (p Picture) heard(r Revision) Revision {
	p.board = p.state.boards[p.board.id] // an earlier one ends before its redactions
	log := p.board.log
	i := sort.Search(len(log), func(i int) bool { return log[i].revision > r })
	for i > 0 && p.silent(log[i-1]) {
		i--
	}
	if i == 0 {
		return 0
	}
	return log[i-1].revision
}

func (p Picture) entries(log []logEntry) []LogEntry {
	out := make([]LogEntry, 0, len(log))
	for i := range log {
		out = append(out, p.entry(&log[i]))
	}
	return out
}

func (p Picture) entry(l *logEntry) LogEntry {
	e := LogEntry{Revision: l.revision, At: fromMillis(l.at), Row: int(l.row), Col: int(l.col)}
	if p.rights[RightSeePersons] {
		e.By = l.by
	}
	if l.line == nil {
		c, before := p.board.change(l)
		e.Change = &Change{Cell: p.show(int(l.row), int(l.col), c), From: before.is()}
		return e
	}
	e.Kind = l.line.Event.Kind()
	if l.line.Head {
		e.Meeting = p.meeting(l.line.Meeting)
	}
	return e
}

// Touched returns the places that changed after a revision, each once, in no
// particular order.
func (p Picture) Touched(after Revision) [][2]int {
	seen := map[[2]int]bool{}
	var out [][2]int
	for _, l := range p.lines(after) {
		at := [2]int{int(l.row), int(l.col)}
		if l.line == nil && !seen[at] {
			seen[at] = true
			out = append(out, at)
		}
	}
	return out
}
