package domain

import "slices"

// What the kernel keeps of an edition: the versions that were published, whether a
// correction is open, and the hearing. Phase and picture rest on these. Package editions
// has the rules.

// Publish makes the board as it now is a version, and closes its correction.
func (b *Applying) Publish(id BoardID, version int, note *Text, e Event) error {
	board, err := b.board(id)
	if err != nil {
		return err
	}
	board.publications = board.publications.Add(b, release{version, note})
	board.correcting = nil
	b.note(board, Line{Event: e})
	return nil
}

// Correct opens a correction, for a reason.
func (b *Applying) Correct(id BoardID, reason *Text, e Event) error {
	board, err := b.board(id)
	if err != nil {
		return err
	}
	board.correcting = reason
	b.note(board, Line{Event: e})
	return nil
}

// Hear notes the hearing of a draft.
func (b *Applying) Hear(id BoardID, h Hearing, e Event) error {
	board, err := b.board(id)
	if err != nil {
		return err
	}
	board.hearing = &h
	b.note(board, Line{Event: e})
	return nil
}

// Holds reports whether the actor has a role now.
func (d Decision) Holds(r Role) bool { return d.by.has(r, d.now) }

// OpenBoard judges a new board with a catalogue of its own. It returns the events that
// open it, and the board as it is then.
func (d Decision) OpenBoard(id BoardID, kind BoardKind, title Words, c *Catalogue, m *Map) (Ground, []Event, error) {
	events, err := d.openBoard(id, kind, title, c, m)
	b := &board{id: id, kind: kind}
	b.take(c)
	return Ground{b: b}, events, err
}

// Lookup returns a board, whoever asks, and whether there is one.
func (d Decision) Lookup(id BoardID) (Ground, bool) {
	b := d.s.boards[id]
	return Ground{b: b}, b != nil
}

// Phase returns how far the board has come.
func (g Ground) Phase() Phase { return g.b.phase() }

// Versions returns how many versions of an edition were published.
func (g Ground) Versions() int { return len(g.b.publications) }

// Correcting returns why a correction is open, nil where none is.
func (g Ground) Correcting() *Text { return g.b.correcting }

// InCorrection returns the board as it is once a correction is open.
func (g Ground) InCorrection(reason *Text) Ground {
	draft := *g.b
	draft.correcting = reason
	return Ground{b: &draft}
}

// Untouched reports whether no cell of the board was ever set.
func (g Ground) Untouched() bool {
	return !slices.ContainsFunc(g.b.log, func(l logEntry) bool { return l.line == nil })
}

// Stands returns what a cell is.
func (g Ground) Stands(m MunicipalityID, c ColumnID) (level Level, text, author *Text, date string) {
	if now := last(g.changes(m, c)); now != nil {
		return now.level, now.text, now.author, now.date
	}
	return NotAssessed, nil, nil, ""
}

// closedBy lists the levels that have no place in another catalogue.
func (b *board) closedBy(next *Catalogue) []closedLevel {
	var out []closedLevel
	for i, m := range b.catalogue.Municipalities {
		for j, c := range b.catalogue.Columns {
			now := b.rows[i][j].current()
			if now.is() != NotAssessed && (next.MunicipalityIndex(m.ID) < 0 || next.ColumnIndex(c.ID) < 0) {
				out = append(out, closedLevel{m.ID, c.ID, now.level})
			}
		}
	}
	return out
}
