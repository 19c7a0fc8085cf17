package kommunebilde

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync/atomic"
)

// Apply returns the state after a record. The receiver stays as it is; what the
// record does not touch is shared. The error wraps ErrConflict if r is not the
// next record and ErrCorrupt if it names what is not there.
func (s *State) Apply(r Record) (*State, error) {
	b := builder{s: s.copy(), own: map[any]bool{}}
	if !s.succeeded.CompareAndSwap(false, true) {
		b.s.fork = true
	}
	return b.s, b.apply(r)
}

// Replay applies stored records one after the other. It builds in place, so
// that a start with many records is quick: s must be used by nobody else, and
// not at all afterwards.
func Replay(s *State, records iter.Seq2[Record, error]) (*State, error) {
	b := builder{s: s.copy(), own: map[any]bool{}, replay: true}
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		if err := b.apply(r); err != nil {
			return nil, err
		}
	}
	return b.s, nil
}

func (s *State) copy() *State {
	out := *s
	out.succeeded = new(atomic.Bool)
	return &out
}

// builder changes a state that nobody else sees yet. own holds what it has
// copied already: during a replay each thing is copied once.
type builder struct {
	s      *State
	own    map[any]bool
	replay bool
	r      Record
	ms     int64
}

func (b *builder) apply(r Record) error {
	if r.Revision != b.s.head.Revision+1 || r.Prev != b.s.head.Hash {
		return fmt.Errorf("apply record %d after %d: %w", r.Revision, b.s.head.Revision, ErrConflict)
	}
	b.r, b.ms = r, r.At.UnixMilli()
	for _, e := range r.Events {
		if t := e.texts(); len(t) > 0 {
			b.s.texts = appendTo(b.s, b.s.texts, t...)
		}
		if err := b.event(e); err != nil {
			return fmt.Errorf("record %d: %s: %w", r.Revision, e.kind(), err)
		}
	}
	b.s.head.Revision, b.s.head.Hash, b.s.at = r.Revision, r.Hash, r.At
	return nil
}

// appendTo appends to a slice that states share. In a fork another line may
// have grown the same slice, so that it is copied first.
func appendTo[T any](s *State, to []T, v ...T) []T {
	if s.fork {
		to = slices.Clip(to)
	}
	return append(to, v...)
}

func (b *builder) event(e Event) error {
	switch e := e.(type) {
	case *DemoDeclared:
		b.s.demo = true
	case *MapAdded:
		b.s.maps = ownMap(b, "maps", b.s.maps)
		b.s.maps[e.Hash] = &e.Map
	case *BoardOpened:
		return b.openBoard(e)
	case *CatalogueReplaced:
		return b.replaceCatalogue(e)
	case *LevelsSet:
		return b.setLevels(e)
	case *MeetingOpened:
		return b.openMeeting(e)
	case *MeetingClosed:
		return b.closeMeeting(e)
	case *HearingHeld:
		board, err := b.board(e.Board)
		if err != nil {
			return err
		}
		board.hearing = &e.Hearing
		b.note(board, e)
	case *EditionPublished:
		board, err := b.board(e.Board)
		if err != nil {
			return err
		}
		board.publications = appendTo(b.s, board.publications, Publication{Version: e.Version, Revision: b.r.Revision, At: b.r.At})
		board.notes = appendTo(b.s, board.notes, e.Note)
		board.correcting = nil
		b.note(board, e)
	case *CorrectionOpened:
		board, err := b.board(e.Board)
		if err != nil {
			return err
		}
		board.correcting = e.Reason
		b.note(board, e)
	case *MunicipalityReported:
		return b.confirm(e)
	case *LevelsProposed:
		return b.inMeeting(e.Meeting, e)
	case *ProposalDecided:
		return b.inMeeting(e.Meeting, e)
	case *NoteWritten:
		return b.inMeeting(e.Meeting, e)
	case *NoteWithdrawn:
		return b.inMeeting(e.Meeting, e)
	case *ActionAdded:
		return b.inMeeting(e.Meeting, e)
	case *FiguresSet:
		return b.inMeeting(e.Meeting, e)
	case *AssistanceAsked:
		return b.inMeeting(e.Meeting, e)
	case *EditionSuggested:
		return b.inMeeting(e.Meeting, e)
	case *AssistanceMoved:
		return b.onBoard(e.Board, e)
	case *BoardClosed:
		board, err := b.board(e.Board)
		if err != nil {
			return err
		}
		board.closedAt = b.r.At
		b.note(board, e)
	case *ActionEnded:
		return b.onBoard(e.Board, e)
	case *ActorListed:
		b.listActor(e)
	case *ActorUnlisted:
		return b.unlistActor(e)
	case *ViewSaved:
		return b.saveView(e)
	case *ViewRemoved:
		return b.removeView(e)
	case *CellsMarked:
		return b.mark(e.Board, e.Cells, &mark{e.Fields, e.Basis, e.Reason, b.r.By, b.ms, b.r.Revision}, e)
	case *MarkingLifted:
		return b.mark(e.Board, e.Cells, nil, e)
	case *ReportTemplateSet:
		b.s.templates = appendTo(b.s, b.s.templates, templateSet{b.r.Revision, b.ms, b.r.By, e.Sections})
	case *TextRedacted:
		return b.redact(e)
	default:
		return fmt.Errorf("no rule: %w", ErrNewer)
	}
	return nil
}

// ownMap returns a map that only the builder's state has.
func ownMap[K comparable, V any](b *builder, name string, m map[K]V) map[K]V {
	if b.own[name] {
		return m
	}
	b.own[name] = true
	return maps.Clone(m)
}

// board returns a board for writing.
func (b *builder) board(id BoardID) (*board, error) {
	old := b.s.boards[id]
	if old == nil {
		return nil, fmt.Errorf("no board %q: %w", id, ErrCorrupt)
	}
	if b.own[old] {
		return old, nil
	}
	out := *old
	b.putBoard(&out)
	return &out, nil
}

func (b *builder) putBoard(board *board) {
	b.s.boards = ownMap(b, "boards", b.s.boards)
	b.s.boards[board.id] = board
	b.own[board] = true
	board.rows = slices.Clone(board.rows)
}

// note adds a line to a board's log.
func (b *builder) note(board *board, e Event) {
	board.revision = b.r.Revision
	board.log = appendTo(b.s, board.log, logEntry{revision: b.r.Revision, at: b.ms, row: -1, col: -1, event: e, by: b.r.By})
}

func (b *builder) openBoard(e *BoardOpened) error {
	if b.s.boards[e.Board] != nil {
		return fmt.Errorf("board %q is there already: %w", e.Board, ErrCorrupt)
	}
	out := &board{id: e.Board, kind: e.Kind, title: e.Title, name: e.Name, base: e.Base, exercise: e.Exercise, openedAt: b.r.At}
	out.take(&e.Catalogue)
	b.putBoard(out)
	b.s.order = appendTo(b.s, b.s.order, e.Board)
	b.note(out, e)
	return nil
}

// take gives a board a catalogue and empty rows.
func (b *board) take(c *Catalogue) {
	b.catalogue = c
	b.rowOf = make(map[MunicipalityID]int, len(c.Municipalities))
	b.columnOf = make(map[ColumnID]int, len(c.Columns))
	b.rows = make([][]*cell, len(c.Municipalities))
	b.confirmed = make([]int64, len(c.Municipalities))
	for i, m := range c.Municipalities {
		b.rowOf[m.ID] = i
		b.rows[i] = make([]*cell, len(c.Columns))
	}
	for i, col := range c.Columns {
		b.columnOf[col.ID] = i
	}
}

// replaceCatalogue keeps the board as it was for pictures of earlier times, and
// moves cells and log to the places the new catalogue gives them.
func (b *builder) replaceCatalogue(e *CatalogueReplaced) error {
	old := b.s.boards[e.Board]
	if old == nil {
		return fmt.Errorf("no board %q: %w", e.Board, ErrCorrupt)
	}
	out := *old
	out.earlier, out.base = old, e.Base
	out.take(&e.Catalogue)
	rowTo, colTo := make([]int, len(old.catalogue.Municipalities)), make([]int, len(old.catalogue.Columns))
	for i, m := range old.catalogue.Municipalities {
		rowTo[i] = place(out.rowOf, m.ID)
	}
	for i, c := range old.catalogue.Columns {
		colTo[i] = place(out.columnOf, c.ID)
	}
	for i, row := range old.rows {
		if rowTo[i] >= 0 {
			out.confirmed[rowTo[i]] = old.confirmed[i]
		}
		for j, cell := range row {
			if cell != nil && rowTo[i] >= 0 && colTo[j] >= 0 {
				out.rows[rowTo[i]][colTo[j]] = cell
			}
		}
	}
	out.log = nil
	for _, l := range old.log {
		if l.event == nil {
			if rowTo[l.row] < 0 || colTo[l.col] < 0 {
				continue
			}
			l.row, l.col = int16(rowTo[l.row]), int16(colTo[l.col])
		}
		out.log = append(out.log, l)
	}
	out.catalogueAt, out.catalogueMs = b.r.Revision, b.ms
	delete(b.own, any(old)) // it is history now: nothing may write to it
	b.putBoard(&out)
	b.note(&out, e)
	return nil
}

func (b *builder) setLevels(e *LevelsSet) error {
	board, err := b.board(e.Board)
	if err != nil {
		return err
	}
	board.revision = b.r.Revision
	base := change{
		revision: b.r.Revision, at: b.ms, by: b.r.By, undoes: e.Undoes,
		meeting: e.Meeting, source: e.Source, reportedBy: e.ReportedBy,
	}
	if e.EventAt != nil {
		base.eventAt = millis(*e.EventAt)
	}
	for i := range e.Cells {
		set := &e.Cells[i]
		row, col := place(board.rowOf, set.Municipality), place(board.columnOf, set.Column)
		if row < 0 || col < 0 {
			return fmt.Errorf("no cell %s/%s: %w", set.Municipality, set.Column, ErrCorrupt)
		}
		c := base
		c.level, c.date, c.text, c.author, c.over = set.Level, set.Date, set.Text, set.Author, set.Over
		if set.Same != nil {
			c.text = b.s.text(*set.Same)
		}
		if set.SameAuthor != nil {
			c.author = b.s.text(*set.SameAuthor)
		}
		rows := board.rows[row]
		if key := &rows[0]; !b.own[key] {
			rows = slices.Clone(rows)
			board.rows[row] = rows
			b.own[&rows[0]] = true
		}
		old := rows[col]
		if old == nil {
			rows[col] = &cell{changes: []change{c}}
		} else if b.replay {
			old.changes = append(old.changes, c)
		} else {
			rows[col] = &cell{changes: appendTo(b.s, old.changes, c)}
		}
		board.log = appendTo(b.s, board.log, logEntry{revision: b.r.Revision, at: b.ms, row: int16(row), col: int16(col), by: b.r.By})
	}
	return nil
}

func (b *builder) openMeeting(e *MeetingOpened) error {
	board, err := b.board(e.Board)
	if err != nil {
		return err
	}
	board.openMeetings++
	m := &Meeting{
		ID: e.Meeting, Board: e.Board, Kind: e.Type, Region: e.Region, Filter: ViewFilter{Region: e.Region},
		Invited: e.Invited, OpenedAt: b.r.At, OpenedBy: b.r.By, Opened: b.r.Revision,
		Agenda: e.Agenda, Reports: e.Reports, Listed: e.Listed, View: e.View, SeriesID: b.s.joins(e),
		texts: meetingTexts{title: e.Title, file: e.Case, series: e.Series},
	}
	if e.View != "" {
		v, ok := board.savedView(e.View)
		if !ok {
			return fmt.Errorf("no view %q: %w", e.View, ErrCorrupt)
		}
		m.Filter, m.Region = v.view.Filter, v.view.Filter.Region
	}
	for _, id := range e.Listed {
		i := b.s.actor(id)
		if i < 0 {
			return fmt.Errorf("no actor %q: %w", id, ErrCorrupt)
		}
		m.texts.actors = append(m.texts.actors, b.s.actors[i].name()) // as it was called then
	}
	m.texts.actors = append(m.texts.actors, e.Actors...)
	b.s.meetings = ownMap(b, "meetings", b.s.meetings)
	b.s.meetings[e.Meeting] = m
	b.note(board, e)
	return nil
}

func (b *builder) closeMeeting(e *MeetingClosed) error {
	old := b.s.meetings[e.Meeting]
	if old == nil || !old.Open() {
		return fmt.Errorf("no open meeting %q: %w", e.Meeting, ErrCorrupt)
	}
	board, err := b.board(old.Board)
	if err != nil {
		return err
	}
	board.openMeetings--
	m := *old
	m.ClosedAt, m.ClosedBy, m.Closed, m.ClosedHash = b.r.At, b.r.By, b.r.Revision, b.r.Hash
	b.s.meetings = ownMap(b, "meetings", b.s.meetings)
	b.s.meetings[e.Meeting] = &m
	b.note(board, e)
	return nil
}

// inMeeting notes what happened in a meeting in its board's log, from which
// rollcall.go reads it.
func (b *builder) inMeeting(id MeetingID, e Event) error {
	m := b.s.meetings[id]
	if m == nil {
		return fmt.Errorf("no meeting %q: %w", id, ErrCorrupt)
	}
	return b.onBoard(m.Board, e)
}

// confirm notes that a municipality said that nothing has changed: its levels
// are as fresh as that.
func (b *builder) confirm(e *MunicipalityReported) error {
	if err := b.inMeeting(e.Meeting, e); err != nil {
		return err
	}
	board := b.s.boards[b.s.meetings[e.Meeting].Board]
	row := place(board.rowOf, e.Municipality)
	if row < 0 {
		return fmt.Errorf("no municipality %q: %w", e.Municipality, ErrCorrupt)
	}
	board.confirmed = slices.Clone(board.confirmed)
	board.confirmed[row] = b.ms
	return nil
}

// onBoard notes what happened in a board's log.
func (b *builder) onBoard(id BoardID, e Event) error {
	board, err := b.board(id)
	if err != nil {
		return err
	}
	b.note(board, e)
	return nil
}

// redact empties texts for every state that shares them, and touches the boards
// that show them, so that screens follow.
func (b *builder) redact(e *TextRedacted) error {
	for _, id := range e.Texts {
		t := b.s.text(id)
		if t == nil {
			return fmt.Errorf("no text %s: %w", id, ErrCorrupt)
		}
		t.redact()
	}
	for _, id := range slices.Clone(b.s.order) {
		board, err := b.board(id)
		if err != nil {
			return err
		}
		board.redacted = b.r.Revision
		b.note(board, e)
	}
	return nil
}
