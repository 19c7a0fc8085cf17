package domain

import (
	"fmt"
	"slices"
	"time"
)

// What there is to see beyond one board: the list of boards, which edition is the
// newest, and when a board looks different by the clock alone.

// outdatedAfter is how long an edition is new: an older one says so.
const outdatedAfter = 365 * 24 * time.Hour

// OpenLive begins the live picture, on the pack's catalogue, until it gets
// an edition as its base.
type OpenLive struct {
	Catalogue Catalogue
	Map       *Map
}

func (cmd OpenLive) Decide(d Decision) ([]Event, error) {
	return d.openBoard(Live, KindLive, Words{NB: "Nå", NN: "No", EN: "Now"}, &cmd.Catalogue, cmd.Map)
}

// CloseBoard ends a situation or an exercise.
type CloseBoard struct {
	Board BoardID `json:"board"`
}

// Turns says that another board is open after it, and this one no longer.
func (cmd CloseBoard) Turns() (closed BoardID) { return cmd.Board }

func (cmd CloseBoard) Decide(d Decision) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightLead)
	switch {
	case err != nil:
		return nil, err
	case b.id == Live || b.kind != KindSituation && !b.exercise:
		return nil, Wrong("board", "board.stays", string(b.id))
	case b.openMeetings > 0:
		return nil, Clash("board.meeting")
	}
	return []Event{&boardClosed{Board: b.id}}, nil
}

// mapAdded brings a map that catalogues name by its hash.
type mapAdded struct {
	Hash Hash `json:"hash"`
	Map  Map  `json:"map"`
}

func (*mapAdded) Kind() string   { return "map_added" }
func (*mapAdded) Texts() []*Text { return nil }
func (*mapAdded) Boardless()     {}

func (e *mapAdded) Apply(b *Applying) error {
	b.s.maps = ownMap(b, "maps", b.s.maps)
	b.s.maps[e.Hash] = &e.Map
	return nil
}

// boardOpened begins a board. Base is for the live picture only. An edition
// has a Title in all languages; what people call a situation or an exercise
// is a Name, which can be redacted.
type boardOpened struct {
	Board     BoardID   `json:"board"`
	Type      BoardKind `json:"board_kind"`
	Title     Words     `json:"title,omitzero"`
	Name      *Text     `json:"name,omitempty"`
	Base      BoardID   `json:"base,omitempty"`
	Exercise  bool      `json:"exercise,omitempty"`
	Catalogue Catalogue `json:"catalogue"`
}

func (*boardOpened) Kind() string     { return "board_opened" }
func (e *boardOpened) Texts() []*Text { return Present(e.Name) }

func (e *boardOpened) Apply(b *Applying) error {
	if b.s.boards[e.Board] != nil {
		return fmt.Errorf("board %q is there already: %w", e.Board, ErrCorrupt)
	}
	out := &board{id: e.Board, kind: e.Type, title: e.Title, name: e.Name, base: e.Base, exercise: e.Exercise, openedAt: b.r.At}
	out.take(&e.Catalogue)
	b.putBoard(out)
	b.s.order = appendTo(b.s, b.s.order, e.Board)
	b.note(out, Line{Event: e})
	return nil
}

// boardClosed ends a situation or an exercise: nothing is set in it any more.
type boardClosed struct {
	Board BoardID `json:"board"`
}

func (*boardClosed) Kind() string   { return "board_closed" }
func (*boardClosed) Texts() []*Text { return nil }

func (e *boardClosed) Apply(b *Applying) error {
	board, err := b.board(e.Board)
	if err != nil {
		return err
	}
	board.closedAt = b.r.At
	b.note(board, Line{Event: e})
	return nil
}

// Outdated reports whether the edition on show is older than a year.
func (p Picture) Outdated() bool {
	n := len(p.board.publications)
	return p.board.kind == KindEdition && n > 0 && !p.now.Before(p.board.publications[n-1].Time().Add(outdatedAfter))
}

// SupersededBy returns the edition that came after this one, "" if it is the
// newest that is published.
func (p Picture) SupersededBy() BoardID {
	if p.board.kind != KindEdition || len(p.board.publications) == 0 {
		return ""
	}
	newest := p.board
	for _, b := range p.state.boards {
		if b.kind == KindEdition && len(b.publications) > 0 && b.publications[0].Revision > newest.publications[0].Revision {
			newest = b
		}
	}
	if newest == p.board {
		return ""
	}
	return newest.id
}

// BoardsOf returns the boards an actor may see: the live picture first, then
// the others, newest first.
func (s *State) BoardsOf(by Actor, now time.Time) []Board {
	var out []Board
	for i := len(s.order) - 1; i >= 0; i-- {
		id := s.order[i]
		p, ok := PictureOf(s, AudienceOf(s, by, id, now), id, now)
		if !ok {
			continue
		}
		if id == Live {
			out = slices.Insert(out, 0, p.Board())
		} else {
			out = append(out, p.Board())
		}
	}
	return out
}

// NewestEdition returns the edition that was published first time last, "" if
// none is published. It is public.
func (s *State) NewestEdition() BoardID {
	var newest *board
	for _, b := range s.boards {
		if b.kind == KindEdition && len(b.publications) > 0 &&
			(newest == nil || b.publications[0].Revision > newest.publications[0].Revision) {
			newest = b
		}
	}
	if newest == nil {
		return ""
	}
	return newest.id
}

// OpenNow returns the board that a screen shows which follows what goes on: the
// situation that has the newest open meeting, else the live picture. An exercise
// is never shown unasked.
func (s *State) OpenNow() BoardID {
	board, newest := Live, Revision(0)
	for id, b := range s.boards {
		if b.kind != KindSituation || b.exercise || !b.closedAt.IsZero() {
			continue
		}
		for m := range b.openNow() {
			if m.Opened > newest {
				board, newest = id, m.Opened
			}
			break
		}
	}
	return board
}

// NextChange returns when a board next looks different by the clock alone: an
// edition grows old, a level must be confirmed, a meeting is past for screens.
// Zero: never. (The end of a grant is the session's affair.)
func (s *State) NextChange(b BoardID, now time.Time) time.Time {
	board := s.boards[b]
	if board == nil {
		return time.Time{}
	}
	return Picture{state: s, board: board, at: now, cut: s.head.Revision}.NextChange(now)
}

// NextChange is the function of that name for one audience: of a level that it
// may not see it is told no age.
func (p Picture) NextChange(now time.Time) time.Time {
	board := p.board
	if board.kind != KindEdition {
		next := p.state.nextForgotten(board.id, now)
		if p.AtRest() {
			return next // what is left must be confirmed at once
		}
		return earlier(p.nextStale(now), next)
	}
	if len(board.publications) == 0 {
		return time.Time{}
	}
	if t := board.publications[len(board.publications)-1].Time().Add(outdatedAfter); t.After(now) {
		return t
	}
	return time.Time{}
}

// take gives a board a catalogue and empty rows.
func (b *board) take(c *Catalogue) {
	b.catalogue = c
	b.rowOf = make(map[MunicipalityID]int, len(c.Municipalities))
	b.columnOf = make(map[ColumnID]int, len(c.Columns))
	b.rows = make([][]*cell, len(c.Municipalities))
	b.confirmed = make([][]confirmation, len(c.Municipalities))
	for i, m := range c.Municipalities {
		b.rowOf[m.ID] = i
		b.rows[i] = make([]*cell, len(c.Columns))
	}
	for i, col := range c.Columns {
		b.columnOf[col.ID] = i
	}
}

// HasBoard returns an error that wraps ErrCorrupt if there is no such board.
func (b *Applying) HasBoard(id BoardID) error {
	if b.s.boards[id] == nil {
		return fmt.Errorf("no board %q: %w", id, ErrCorrupt)
	}
	return nil
}

// BoardOf returns the board that a meeting is on, "" if there is no such meeting.
func (b *Applying) BoardOf(id MeetingID) BoardID {
	if m := b.s.meetings[id]; m != nil {
		return m.Board
	}
	return ""
}

// Record returns the record that is applied.
func (b *Applying) Record() Record { return b.r }

// Note adds a line to a board's log. The error wraps ErrCorrupt if there is no such
// board.
func (b *Applying) Note(id BoardID, line Line) error {
	board, err := b.board(id)
	if err != nil {
		return err
	}
	b.note(board, line)
	return nil
}

func (d Decision) openBoard(id BoardID, kind BoardKind, title Words, c *Catalogue, m *Map) ([]Event, error) {
	if !d.by.has(RoleEditor, d.now) {
		return nil, Denied("forbidden.edit")
	}
	if !boardIDs.MatchString(string(id)) || (id == Live) != (kind == KindLive) {
		return nil, Wrong("board", "id.wrong", string(id))
	}
	if d.s.boards[id] != nil {
		return nil, Clash("board.exists", string(id))
	}
	if err := title.check("title"); err != nil {
		return nil, err
	}
	events, err := d.catalogue(c, m)
	if err != nil {
		return nil, err
	}
	return append(events, &boardOpened{Board: id, Type: kind, Title: title, Catalogue: *c}), nil
}

// catalogue judges a catalogue and its map, and brings the map if it is new.
func (d Decision) catalogue(c *Catalogue, m *Map) ([]Event, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if d.s.maps[c.Map] != nil || m == nil && c.Map == (Hash{}) {
		return nil, nil
	}
	if m == nil || m.Hash() != c.Map {
		return nil, Wrong("map", "map.wrong")
	}
	return []Event{&mapAdded{Hash: c.Map, Map: *m}}, nil
}

// closedLevel is a live level that lost its row or column.
type closedLevel struct {
	Municipality MunicipalityID `json:"m"`
	Column       ColumnID       `json:"c"`
	Level        Level          `json:"level"`
}
