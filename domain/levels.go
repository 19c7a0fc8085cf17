package domain

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"kommunebilde/domain/typed"
)

// SetLevels sets cells of a board. In an edition each cell carries the
// revision the author saw; in the live picture the last one wins.
type SetLevels struct {
	Board      BoardID    `json:"board"`
	Meeting    MeetingID  `json:"meeting,omitempty" doc:"Live: an open meeting."`
	Cells      []CellEdit `json:"cells" limit:"minItems=1"`
	ReportedBy typed.Text `json:"reported_by,omitempty" limit:"maxLength=200"`
	Spoke      Spoke      `json:"spoke,omitempty" doc:"In a meeting: whose word it is. \"municipality\": its own; the id of a regional actor; \"guest\": one of the meeting's guests; \"nobody\": a reason, no report. Left out, it is as reported_by is called."`
	EventAt    Moment     `json:"event_at,omitzero"` // zero: now; at most 7 days back, 5 minutes ahead
}

// setLevel is SetLevels as it is sent for one cell.
type setLevel struct {
	CellEdit
	Board      BoardID    `json:"board"`
	Meeting    MeetingID  `json:"meeting,omitempty" doc:"Live: an open meeting."`
	ReportedBy typed.Text `json:"reported_by,omitempty" limit:"maxLength=200"`
	Spoke      Spoke      `json:"spoke,omitempty" doc:"In a meeting: whose word it is. \"municipality\": its own; the id of a regional actor; \"guest\": one of the meeting's guests; \"nobody\": a reason, no report. Left out, it is as reported_by is called."`
	EventAt    Moment     `json:"event_at,omitzero"`
}

func (s setLevel) Command() Command {
	return SetLevels{s.Board, s.Meeting, []CellEdit{s.CellEdit}, s.ReportedBy, s.Spoke, s.EventAt}
}

// ChangedOn is where the command's changes are.
func (cmd SetLevels) ChangedOn() (BoardID, MeetingID) { return cmd.Board, "" }

func (cmd SetLevels) Decide(d Decision) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightSetLevels)
	if err != nil {
		return nil, err
	}
	if b.planned {
		return nil, Clash("edition.save") // with its text and evidence, and in no other way
	}
	e := &LevelsSet{Board: b.id, ReportedBy: NewText(cmd.ReportedBy)}
	if err := CheckText("reported_by", cmd.ReportedBy, MaxName); err != nil {
		return nil, err
	}
	if b.kind != KindEdition {
		m := d.s.meetings[cmd.Meeting]
		if m == nil || m.Board != b.id {
			return nil, Wrong("meeting", "meeting.unknown")
		}
		if !m.Open() {
			return nil, Clash("meeting.closed")
		}
		e.Meeting = m.ID
		spoke, by, err := d.spoke(m, cmd)
		if err != nil {
			return nil, err
		}
		e.Spoke, e.ReportedBy = spoke, NewText(by)
	} else if cmd.Spoke != "" {
		return nil, Wrong("spoke", "meeting.unknown")
	}
	if !cmd.EventAt.IsZero() {
		at, err := d.EventTime("event_at", cmd.EventAt)
		if err != nil {
			return nil, err
		}
		e.EventAt = &at
	}
	for i, edit := range cmd.Cells {
		set, err := d.said(b, fmt.Sprintf("cells[%d]", i), edit)
		if err != nil {
			return nil, err
		}
		e.Cells = append(e.Cells, set)
	}
	return e.Events()
}

// LevelsSet sets one or several cells of one board at once.
type LevelsSet struct {
	Board      BoardID    `json:"board"`
	Meeting    MeetingID  `json:"meeting,omitempty"`
	ReportedBy *Text      `json:"reported_by,omitempty"`
	EventAt    *time.Time `json:"event_at,omitempty"` // when it came to be so, if not now
	Undoes     Revision   `json:"undoes,omitempty"`
	Source     string     `json:"source,omitempty"` // "import" for a spreadsheet
	Spoke      Spoke      `json:"spoke,omitempty"`
	Cells      []CellSet  `json:"cells"`
}

func (*LevelsSet) Kind() string     { return "levels_set" }
func (e *LevelsSet) Texts() []*Text { return cellTexts(e.ReportedBy, e.Cells) }

// Over yields the cells that another had set just before, and what they had.
func (e *LevelsSet) Over() iter.Seq2[CellRef, Overwritten] {
	return func(yield func(CellRef, Overwritten) bool) {
		for _, c := range e.Cells {
			if c.Over != nil && !yield(CellRef{c.Municipality, c.Column}, *c.Over) {
				return
			}
		}
	}
}

func (e *LevelsSet) Apply(b *Applying) error {
	board, err := b.board(e.Board)
	if err != nil {
		return err
	}
	board.revision = b.r.Revision
	base := change{
		revision: b.r.Revision, at: b.ms, by: b.r.By, undoes: e.Undoes,
		meeting: e.Meeting, source: e.Source, reportedBy: e.ReportedBy,
		voice: e.voice(),
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
		if set.SameReporter != nil {
			c.reportedBy = b.s.text(*set.SameReporter)
		}
		if set.Since != nil {
			c.eventAt = millis(*set.Since)
		}
		if set.Held != nil {
			c.held = millis(*set.Held)
		}
		rows := board.rows[row]
		if before := rows[col].current(); set.Confirms && before != nil {
			c.text, c.reportedBy, c.confirms, c.confirmedBy = before.text, before.reportedBy, true, e.ReportedBy
			if c.eventAt == 0 {
				c.eventAt = before.since()
			}
		}
		if key := &rows[0]; !b.own[key] {
			rows = slices.Clone(rows)
			board.rows[row] = rows
			b.own[&rows[0]] = true
		}
		old := rows[col]
		if old == nil {
			rows[col] = &cell{changes: []change{c}}
		} else if b.replay {
			old.changes = append(roomForOne(old.changes), c)
		} else {
			rows[col] = &cell{changes: appendTo(b.s, old.changes, c)}
		}
		board.log = appendTo(b.s, board.log, logEntry{revision: b.r.Revision, at: b.ms, row: int16(row), col: int16(col), nth: int32(len(rows[col].changes) - 1), by: b.r.By})
	}
	return nil
}

// roomForOne returns changes with room for one more, where there are few: most cells of an
// edition change two or three times, and nothing is kept for a fourth.
func roomForOne(old []change) []change {
	if len(old) < cap(old) || len(old) > 3 {
		return old
	}
	return append(make([]change, 0, len(old)+1), old...)
}

// Events returns the event alone, or refuses an empty, oversized or
// self-contradicting list of cells.
func (e *LevelsSet) Events() ([]Event, error) {
	if len(e.Cells) == 0 || len(e.Cells) > MaxCells {
		return nil, Wrong("cells", "cells.count", fmt.Sprint(MaxCells))
	}
	seen := make(map[[2]string]bool, len(e.Cells))
	for i, c := range e.Cells {
		key := [2]string{string(c.Municipality), string(c.Column)}
		if seen[key] {
			return nil, Wrong(fmt.Sprintf("cells[%d]", i), "cells.twice")
		}
		seen[key] = true
	}
	return []Event{e}, nil
}

// said judges what is said of a cell: a level, a reason, or both. The reason that
// was last said is said again by naming it, if it is the one that was seen. The level
// that stands, said again without a reason, is confirmed: its reason stays, and who
// gave it.
func (d Decision) said(b *board, field string, edit CellEdit) (CellSet, error) {
	cell := b.at(edit.Municipality, edit.Column)
	if edit.Level == "" && (edit.Text != "" || edit.Same) {
		now := cell.current()
		if edit.Seen != 0 && now.setAt() != edit.Seen && (now == nil || now.by != d.by.ID) {
			return CellSet{}, &Error{Code: Conflict, Field: field, Msg: "cell.stale"} // it is about another level
		}
		edit.Level = now.is()
	}
	set, err := d.cell(b, field, edit, true)
	if now := cell.current(); err == nil && edit.Text == "" && !edit.Same && b.kind != KindEdition && now != nil && now.level == edit.Level {
		set.Confirms = true
	}
	if err != nil || !edit.Same || edit.Text != "" {
		return set, err
	}
	seen := edit.Seen
	if seen == 0 {
		seen = d.s.head.Revision
	}
	last := cell.reason(seen)
	if last != cell.reason(d.s.head.Revision) {
		return CellSet{}, &Error{Code: Conflict, Field: field, Msg: "reason.stale"}
	}
	if last != nil && !last.text.Redacted() {
		set.Same = last.text.Ref()
	}
	return set, nil
}

// cell judges what one cell shall become. stale reports whether the author must
// have seen what the cell is now.
func (d Decision) cell(b *board, field string, edit CellEdit, stale bool) (CellSet, error) {
	row, col := place(b.rowOf, edit.Municipality), place(b.columnOf, edit.Column)
	if row < 0 {
		return CellSet{}, Wrong(field+".m", "municipality.unknown", string(edit.Municipality))
	}
	if col < 0 || !b.judges(b.catalogue.Columns[col].Kind) {
		return CellSet{}, Wrong(field+".c", "column.unknown", string(edit.Column))
	}
	if !slices.Contains(b.kind.Levels(), edit.Level) {
		return CellSet{}, Wrong(field+".level", "level.unknown", string(edit.Level))
	}
	if err := CheckText(field+".text", edit.Text, b.maxText()); err != nil {
		return CellSet{}, err
	}
	if err := CheckText(field+".author", edit.Author, MaxName); err != nil {
		return CellSet{}, err
	}
	if edit.Date != "" && !IsDay(edit.Date) {
		return CellSet{}, Wrong(field+".date", "date.wrong", edit.Date)
	}
	set := CellSet{
		Municipality: edit.Municipality, Column: edit.Column, Level: edit.Level,
		Text: NewText(edit.Text), Author: NewText(edit.Author), Date: edit.Date,
	}
	now := b.rows[row][col].current()
	if b.kind == KindEdition {
		if !d.s.may(d.by, b, RightSetLevels, b.catalogue.area(col), d.now) {
			return CellSet{}, &Error{Code: Forbidden, Field: field + ".c", Msg: "forbidden.area"}
		}
		if stale && now.setAt() != edit.Seen {
			return CellSet{}, &Error{Code: Conflict, Field: field, Msg: "cell.stale"}
		}
		return set, b.writable(field, row, col, edit.Level)
	}
	if now != nil && now.by != d.by.ID && d.now.Sub(fromMillis(now.at)) < overAge && now.level != edit.Level {
		set.Over = &Overwritten{By: now.by, Revision: now.revision, Level: now.level}
	}
	return set, nil
}

// judges reports whether a board has cells in columns of this kind: the live
// picture judges areas, an edition areas and indicators, a situation functions.
func (b *board) judges(k ColumnKind) bool {
	switch b.kind {
	case KindLive:
		return k == ColumnArea
	case KindSituation:
		return k == ColumnFunction
	}
	return k != ColumnFunction
}

func (c *change) setAt() Revision {
	if c == nil {
		return 0
	}
	return c.revision
}

// CellSet is what one cell becomes.
type CellSet struct {
	Municipality MunicipalityID `json:"m"`
	Column       ColumnID       `json:"c"`
	Level        Level          `json:"level"`
	Text         *Text          `json:"text,omitempty"`
	Same         *TextID        `json:"same_text,omitempty"` // an earlier text that is said again, or stands again after an undo
	Author       *Text          `json:"author,omitempty"`    // who judged, in an edition, as the source names them
	SameAuthor   *TextID        `json:"same_author,omitempty"`
	SameReporter *TextID        `json:"same_reporter,omitempty"` // who reported what an undo brings back
	Since        *time.Time     `json:"since,omitempty"`         // since when that is so
	Held         *time.Time     `json:"held,omitempty"`          // when what an exercise begins with was last said to hold
	Confirms     bool           `json:"confirms,omitempty"`      // the level that stands was said again: its reason stays, and who gave it
	Date         string         `json:"date,omitempty"`          // the day of the judgement, 2006-01-02
	Over         *Overwritten   `json:"over,omitempty"`
}

// CellEdit is what one cell shall become.
type CellEdit struct {
	Municipality MunicipalityID `json:"m"`
	Column       ColumnID       `json:"c"`
	Level        Level          `json:"level,omitempty"` // "", with a reason: as it stands
	Text         typed.Text     `json:"text,omitempty" limit:"maxLength=2000"`
	Same         bool           `json:"same,omitempty" doc:"Instead of text: the reason that was last given for the cell is given again."`
	Author       typed.Text     `json:"-"` // edition: who judged, if another than the actor
	Date         string         `json:"-"` // edition: the day of the judgement, 2006-01-02
	Seen         Revision       `json:"seen,omitempty" doc:"The cell's changed_rev that the author saw; an edition asks for it."`
}

// Overwritten is another's change, under 30 seconds old, that a click won over.
type Overwritten struct {
	By       AccountID `json:"by"`
	Revision Revision  `json:"rev"`
	Level    Level     `json:"level"`
}

// CellRef names a cell.
type CellRef struct {
	Municipality MunicipalityID `json:"m"`
	Column       ColumnID       `json:"c"`
}

func cellTexts(reportedBy *Text, cells []CellSet) []*Text {
	out := Present(reportedBy)
	for i := range cells {
		out = append(out, Present(cells[i].Text, cells[i].Author)...)
	}
	return out
}
