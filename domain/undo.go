package domain

import (
	"fmt"
	"slices"
)

// Undo writes the values before Revision, if its cells still stand there.
// Revision 0 is the actor's own last change, at most 30 s old. Meeting is the one
// it is done in; where that is none that goes on there, it is the one opened last.
type Undo struct {
	Board    BoardID   `json:"board"`
	Meeting  MeetingID `json:"meeting,omitempty" doc:"The open meeting it is done in; left out, or where that is closed, the one opened last."`
	Revision Revision  `json:"revision,omitempty" doc:"0: the caller's own last change, at most 30 seconds old."`
}

// ChangedOn is where the command's changes are.
func (cmd Undo) ChangedOn() (BoardID, MeetingID) { return cmd.Board, "" }

func (cmd Undo) Decide(d Decision) ([]Event, error) {
	b, rights, err := d.board(cmd.Board, RightSetLevels)
	if err != nil {
		return nil, err
	}
	r := cmd.Revision
	if r == 0 {
		if r, err = d.ownLast(b); err != nil {
			return nil, err
		}
	}
	lines, beside := b.logAt(r), b.besideAt(r)
	by := append(slices.Clip(lines), beside...)
	if len(by) == 0 {
		return nil, Unknown("revision", "undo.unknown", fmt.Sprint(r))
	}
	if by[0].by != d.by.ID && !rights[RightUndoOthers] {
		return nil, Denied("forbidden.undo_others")
	}
	e := &LevelsSet{Board: b.id, Undoes: r}
	if b.kind != KindEdition {
		e.Meeting = d.s.latestMeeting(b.id)
		if m := d.s.meetings[cmd.Meeting]; m != nil && m.Board == b.id && m.Open() {
			e.Meeting = m.ID
		}
	}
	for i, l := range lines {
		c := b.rows[l.row][l.col]
		at, now := c.index(r), len(c.changes)-1
		if now != at && c.stands(now) != at {
			return nil, &Error{Code: Conflict, Field: fmt.Sprintf("cells[%d]", i), Msg: "undo.changed"}
		}
		column := b.catalogue.Columns[l.col]
		if b.kind == KindEdition && !d.s.may(d.by, b, RightSetLevels, b.catalogue.area(int(l.col)), d.now) {
			return nil, &Error{Code: Forbidden, Msg: "forbidden.area"}
		}
		set := CellSet{
			Municipality: b.catalogue.Municipalities[l.row].ID, Column: column.ID, Level: NotAssessed,
		}
		if before := last(c.changes[:at]); before != nil {
			set.restore(before, b.kind)
		}
		e.Cells = append(e.Cells, set)
	}
	var events []Event
	for _, l := range beside {
		back, err := l.event().(undoer).Undo(d, r)
		if err != nil {
			return nil, err
		}
		events = append(events, back...)
	}
	if len(e.Cells) == 0 {
		return events, nil
	}
	set, err := e.Events()
	return append(set, events...), err
}

// besideAt returns what else a record noted on the board that is taken back with it.
func (b *board) besideAt(r Revision) []logEntry {
	return slices.DeleteFunc(between(slices.Clone(b.log), r-1, r), func(l logEntry) bool {
		_, undoes := l.event().(undoer)
		return !undoes
	})
}

// restore makes a cell what it was after a change. (In an edition a level has
// the day of its judgement, and no time from which it is so.)
func (set *CellSet) restore(before *change, kind BoardKind) {
	set.Level, set.Date = before.level, before.date
	set.Same, set.SameAuthor, set.SameReporter = before.text.Ref(), before.author.Ref(), before.reportedBy.Ref()
	if kind != KindEdition {
		since := fromMillis(before.since())
		set.Since = &since
	}
}

// logAt returns the changes of cells that a record made.
func (b *board) logAt(r Revision) []logEntry {
	var out []logEntry
	i, _ := slices.BinarySearchFunc(b.log, r, func(l logEntry, r Revision) int { return int(int64(l.revision) - int64(r)) })
	for ; i < len(b.log) && b.log[i].revision == r; i++ {
		if b.log[i].line == nil {
			out = append(out, b.log[i])
		}
	}
	return out
}

// takenBack reports whether of all that a record set nothing stands, as a revision
// knows: it was undone.
func (b *board) takenBack(r, cut Revision) bool {
	lines := b.logAt(r)
	return len(lines) > 0 && !slices.ContainsFunc(lines, func(l logEntry) bool {
		_, steps := b.rows[l.row][l.col].steps(r-1, cut)
		return len(steps) > 0 && steps[0].revision == r
	})
}

// undone returns the revisions whose changes were taken back: a slip of the
// hand is no report.
func (b *board) undone(log []logEntry) map[Revision]bool {
	out := map[Revision]bool{}
	for i := len(log) - 1; i >= 0; i-- { // an undo that was undone takes nothing back
		l := &log[i]
		if l.line != nil || out[l.revision] {
			continue
		}
		if c, _ := b.change(l); c.undoes != 0 {
			out[c.undoes] = true
		}
	}
	return out
}

// ownLast returns the actor's own last change that was not undone and is no undo
// itself. It is refused if there is none within undoAge, or if the actor's last word was
// that levels hold: that is not taken back, and nobody means the change before it.
func (d Decision) ownLast(b *board) (Revision, error) {
	oldest := d.now.Add(-undoAge).UnixMilli()
	undone := map[Revision]bool{}
	for i := len(b.log) - 1; i >= 0 && b.log[i].at >= oldest; i-- {
		l := b.log[i]
		if l.line != nil && l.line.Confirms != "" && l.by == d.by.ID {
			return 0, Clash("undo.confirmed")
		}
		if l.line != nil || undone[l.revision] {
			continue
		}
		cell := b.rows[l.row][l.col]
		if undoes := cell.changes[cell.index(l.revision)].undoes; undoes != 0 {
			undone[undoes] = true
		} else if l.by == d.by.ID {
			return l.revision, nil
		}
	}
	return 0, Clash("undo.none")
}
