package kommunebilde

import (
	"fmt"
	"slices"
)

// The rules for what changes seldom: editions, their publication, and the
// catalogue of the live picture.

func (d decision) openEdition(cmd OpenEdition) ([]Event, error) {
	return d.openBoard(cmd.Board, KindEdition, cmd.Title, &cmd.Catalogue, cmd.Map)
}

func (d decision) openLive(cmd OpenLive) ([]Event, error) {
	return d.openBoard(Live, KindLive, Words{NB: "Nå", NN: "No", EN: "Now"}, &cmd.Catalogue, cmd.Map)
}

func (d decision) openBoard(id BoardID, kind BoardKind, title Words, c *Catalogue, m *Map) ([]Event, error) {
	if !d.by.has(RoleEditor, d.now) {
		return nil, forbidden("forbidden.edit")
	}
	if !boardIDs.MatchString(string(id)) || (id == Live) != (kind == KindLive) {
		return nil, invalid("board", "id.wrong", string(id))
	}
	if d.s.boards[id] != nil {
		return nil, conflict("board.exists", string(id))
	}
	if err := title.check("title"); err != nil {
		return nil, err
	}
	events, err := d.catalogue(c, m)
	if err != nil {
		return nil, err
	}
	return append(events, &BoardOpened{Board: id, Kind: kind, Title: title, Catalogue: *c}), nil
}

// catalogue judges a catalogue and its map, and brings the map if it is new.
func (d decision) catalogue(c *Catalogue, m *Map) ([]Event, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if d.s.maps[c.Map] != nil || m == nil && c.Map == (Hash{}) {
		return nil, nil
	}
	if m == nil || m.Hash() != c.Map {
		return nil, invalid("map", "map.wrong")
	}
	return []Event{&MapAdded{Hash: c.Map, Map: *m}}, nil
}

func (d decision) importEdition(cmd ImportEdition) ([]Event, error) {
	if !d.by.has(RoleEditor, d.now) {
		return nil, forbidden("forbidden.edit")
	}
	var events []Event
	b := d.s.boards[cmd.Board]
	switch {
	case b == nil:
		opened, err := d.openBoard(cmd.Board, KindEdition, cmd.Title, &cmd.Catalogue, cmd.Map)
		if err != nil {
			return nil, err
		}
		events = opened
		b = &board{id: cmd.Board, kind: KindEdition}
		b.take(&cmd.Catalogue)
	case b.kind != KindEdition:
		return nil, invalid("board", "board.edition", string(cmd.Board))
	case b.phase() == PhasePublished:
		if err := checkReason(cmd.Reason); err != nil {
			return nil, err
		}
		events = append(events, &CorrectionOpened{Board: b.id, Reason: NewText(cmd.Reason)})
		draft := *b
		draft.correcting = NewText(cmd.Reason)
		b = &draft
	}
	e := &LevelsSet{Board: b.id, Source: "import"}
	for i, edit := range cmd.Cells {
		set, err := d.cell(b, fmt.Sprintf("cells[%d]", i), edit, false)
		if err != nil {
			return nil, err
		}
		if b.rows[b.rowOf[edit.Municipality]][b.columnOf[edit.Column]].current().same(edit) {
			continue
		}
		e.Cells = append(e.Cells, set)
	}
	if len(e.Cells) == 0 {
		return nil, conflict("import.nothing")
	}
	set, err := e.events()
	if err != nil {
		return nil, err
	}
	return append(events, set...), nil
}

// same tells whether an edit would change nothing.
func (c *change) same(e CellEdit) bool {
	if c == nil {
		return e.Level == NotAssessed && e.Text == "" && e.Author == ""
	}
	return c.level == e.Level && c.text.String() == e.Text && c.author.String() == e.Author && c.date == e.Date
}

func checkReason(reason string) error {
	if reason == "" {
		return invalid("reason", "reason.missing")
	}
	return checkText("reason", reason, MaxReason)
}

func (d decision) noteHearing(cmd NoteHearing) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightEdit)
	if err != nil {
		return nil, err
	}
	h := cmd.Hearing
	if !isDay(h.From) || !isDay(h.To) || h.From > h.To {
		return nil, invalid("hearing", "hearing.days", h.From, h.To)
	}
	for i, m := range h.Answered {
		if place(b.rowOf, m) < 0 || slices.Contains(h.Answered[:i], m) {
			return nil, invalid(fmt.Sprintf("answered[%d]", i), "municipality.unknown", string(m))
		}
	}
	h.Answered = slices.Clone(h.Answered)
	return []Event{&HearingHeld{Board: b.id, Hearing: h}}, nil
}

func (d decision) publish(cmd Publish) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightPublish)
	if err != nil {
		return nil, err
	}
	if err := checkText("note", cmd.Note, MaxReason); err != nil {
		return nil, err
	}
	note := cmd.Note
	switch b.phase() {
	case PhasePublished:
		return nil, conflict("publish.done")
	case PhaseDraft:
		if !slices.ContainsFunc(b.log, func(l logEntry) bool { return l.event == nil }) {
			return nil, conflict("publish.empty")
		}
		note = ""
	case PhaseCorrection:
		if note == "" {
			note = b.correcting.String()
		}
		if note == "" {
			return nil, invalid("note", "reason.missing")
		}
	}
	return []Event{&EditionPublished{Board: b.id, Version: len(b.publications) + 1, Note: NewText(note)}}, nil
}

func (d decision) openCorrection(cmd OpenCorrection) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightPublish)
	if err != nil {
		return nil, err
	}
	if b.phase() != PhasePublished {
		return nil, conflict("correction.phase")
	}
	if err := checkReason(cmd.Reason); err != nil {
		return nil, err
	}
	return []Event{&CorrectionOpened{Board: b.id, Reason: NewText(cmd.Reason)}}, nil
}

func (d decision) changeBase(cmd ChangeBase) ([]Event, error) {
	live, _, err := d.board(Live, RightBase)
	if err != nil {
		return nil, err
	}
	edition, _, err := d.board(cmd.Edition, RightSee)
	if err != nil {
		return nil, err
	}
	if edition.kind != KindEdition || len(edition.publications) == 0 {
		return nil, conflict("base.unpublished")
	}
	if live.base == edition.id {
		return nil, conflict("base.same")
	}
	return []Event{&CatalogueReplaced{
		Board: Live, Base: edition.id, Catalogue: *edition.catalogue, Closed: live.closedBy(edition.catalogue),
	}}, nil
}

func (d decision) applyPack(cmd ApplyPack) ([]Event, error) {
	live, _, err := d.board(Live, RightBase)
	if err != nil {
		return nil, err
	}
	events, err := d.catalogue(&cmd.Catalogue, cmd.Map)
	if err != nil {
		return nil, err
	}
	changes, err := live.catalogue.Diff(&cmd.Catalogue)
	if err != nil {
		return nil, err
	}
	if len(changes) == 0 && live.catalogue.Map == cmd.Catalogue.Map {
		return nil, conflict("pack.same")
	}
	return append(events, &CatalogueReplaced{
		Board: Live, Base: live.base, Catalogue: cmd.Catalogue, Changes: changes, Closed: live.closedBy(&cmd.Catalogue),
	}), nil
}

// closedBy lists the levels that have no place in another catalogue.
func (b *board) closedBy(next *Catalogue) []ClosedLevel {
	var out []ClosedLevel
	for i, m := range b.catalogue.Municipalities {
		for j, c := range b.catalogue.Columns {
			now := b.rows[i][j].current()
			if now.is() != NotAssessed && (next.MunicipalityIndex(m.ID) < 0 || next.ColumnIndex(c.ID) < 0) {
				out = append(out, ClosedLevel{m.ID, c.ID, now.level})
			}
		}
	}
	return out
}
