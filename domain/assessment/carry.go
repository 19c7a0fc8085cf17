package assessment

import (
	"fmt"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/typed"
)

// CarryOver begins an edition with the texts of the one that it follows, in all cells that
// are comparable and were never written. Levels are not carried: somebody must say that
// they still hold. An editor does it.
type CarryOver struct {
	Board domain.BoardID `json:"board"`
}

func (cmd CarryOver) Decide(d domain.Decision) ([]domain.Event, error) {
	g, err := d.Board(cmd.Board, domain.RightEdit)
	if err != nil {
		return nil, err
	}
	if !g.Planned() {
		return nil, domain.Clash("plan.none")
	}
	b := bookOf(d, g)
	if !b.Before.Known {
		return nil, domain.Clash("follows.none")
	}
	e := &domain.LevelsSet{Board: g.ID(), Source: sourceCarried}
	for _, m := range g.Catalogue().Municipalities {
		for _, col := range g.Catalogue().Columns {
			now := b.Cell(m.ID, col.ID)
			if g.Round(m.ID) == 0 || b.Rests(col.ID) || now.Revision != 0 || now.Was == nil || now.Was.Text == nil || now.Was.Text.Redacted() {
				continue
			}
			e.Cells = append(e.Cells, domain.CellSet{Municipality: m.ID, Column: col.ID, Level: domain.NotAssessed, Same: now.Was.Text.Ref()})
		}
	}
	if len(e.Cells) == 0 {
		return nil, domain.Clash("carry.done")
	}
	var out []domain.Event
	for cells := range slices.Chunk(e.Cells, domain.MaxCells) { // a large county has more than one event may name
		part, err := (&domain.LevelsSet{Board: e.Board, Source: e.Source, Cells: cells}).Events()
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	return out, nil
}

// ConfirmUnchanged says that a unit is as it was in the edition before: levels, texts and
// evidence, in one record. It needs what Save needs. Cells of the unit that were written
// this time stay as they are.
type ConfirmUnchanged struct {
	Board        domain.BoardID        `json:"board"`
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c" doc:"The area, or the first column of the summary."`
	Seen         domain.Revision       `json:"seen" doc:"The unit's revision that was seen."`
}

// ChangedOn is where the command's changes are.
func (cmd ConfirmUnchanged) ChangedOn() (domain.BoardID, domain.MeetingID) { return cmd.Board, "" }

func (cmd ConfirmUnchanged) Decide(d domain.Decision) ([]domain.Event, error) {
	g, err := d.Board(cmd.Board, domain.RightSetLevels)
	if err != nil {
		return nil, err
	}
	if !g.Planned() {
		return nil, domain.Clash("plan.none")
	}
	b := bookOf(d, g)
	if !g.Has(cmd.Municipality) {
		return nil, domain.Wrong("m", "municipality.unknown", string(cmd.Municipality))
	}
	if lead, known := b.Lead(cmd.Column); !known || lead != cmd.Column {
		return nil, domain.Wrong("c", "column.unit", string(cmd.Column))
	}
	u := b.Unit(cmd.Municipality, cmd.Column)
	if u.Revision != cmd.Seen {
		return nil, &domain.Error{Code: domain.Conflict, Field: "seen", Msg: "cell.stale"}
	}
	if u.Cells[0].Was == nil {
		return nil, domain.Clash("carry.none")
	}
	w := writing{d: d, book: b, set: &domain.LevelsSet{Board: g.ID()}, linked: &evidenceLinked{Board: g.ID()}}
	yes := &unchangedConfirmed{Board: g.ID()}
	for i, cell := range u.Cells {
		if cell.Standing != Carried {
			continue
		}
		field := fmt.Sprintf("cells[%d]", i)
		if _, err := w.open(field, Edit{Municipality: cell.Municipality, Column: cell.Column, Seen: cell.Revision}); err != nil {
			return nil, err
		}
		if err := w.write(field, cell, cell.Was.Level, typed.Of(cell.Was.Text.String())); err != nil {
			return nil, err
		}
		if err := w.link(field, cell, b.still(cell)); err != nil {
			return nil, err
		}
		yes.Cells = append(yes.Cells, confirmedCell{domain.CellRef{Municipality: cell.Municipality, Column: cell.Column}, cell.Was.Revision})
	}
	if len(yes.Cells) == 0 {
		return nil, domain.Clash("carry.changed")
	}
	w.more = []domain.Event{yes}
	return w.events()
}

// still returns what a cell rests on with what it rested on before: evidence that was
// withdrawn is left out.
func (b Book) still(c Cell) []evidence.Ref {
	refs := slices.Clone(c.Evidence)
	for _, ref := range c.Was.Evidence {
		_, withdrawn, known := evidence.Newest(b.d, ref.ID)
		if known && !withdrawn && !slices.ContainsFunc(refs, func(r evidence.Ref) bool { return r.ID == ref.ID }) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// unchangedConfirmed says that cells are as they were in the edition before.
type unchangedConfirmed struct {
	Board domain.BoardID  `json:"board"`
	Cells []confirmedCell `json:"cells"`
}

// confirmedCell is a cell, and the change of the edition before that still holds.
type confirmedCell struct {
	domain.CellRef
	Was domain.Revision `json:"was"`
}

func (*unchangedConfirmed) Kind() string          { return "unchanged_confirmed" }
func (*unchangedConfirmed) Texts() []*domain.Text { return nil }

func (e *unchangedConfirmed) Apply(a *domain.Applying) error {
	kept := write(a, e.Board)
	for _, c := range e.Cells {
		kept.confirmed = kept.confirmed.Put(a, c.CellRef, kept.confirmed.At(c.CellRef).Add(a, c.Was))
	}
	return a.Note(e.Board, domain.Line{Event: e, Story: story, Staff: true})
}

// WriteNote puts a note beside a cell, for the office alone. Anyone of the office may.
type WriteNote struct {
	Board        domain.BoardID        `json:"board"`
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c"`
	Text         typed.Text            `json:"text" limit:"maxLength=2000"`
	About        domain.Revision       `json:"about,omitempty"`
}

func (cmd WriteNote) Decide(d domain.Decision) ([]domain.Event, error) {
	g, err := d.Board(cmd.Board, domain.RightNote)
	switch {
	case err != nil:
		return nil, err
	case !g.Planned():
		return nil, domain.Clash("plan.none")
	case !g.Has(cmd.Municipality):
		return nil, domain.Wrong("m", "municipality.unknown", string(cmd.Municipality))
	case !g.Judges(cmd.Column):
		return nil, domain.Wrong("c", "column.unknown", string(cmd.Column))
	case cmd.Text == "":
		return nil, domain.Wrong("text", "text.missing")
	}
	if err := domain.CheckText("text", cmd.Text, domain.MaxReason); err != nil {
		return nil, err
	}
	if cmd.About != 0 && !g.Changed(cmd.About) {
		return nil, domain.Wrong("about", "undo.unknown", fmt.Sprint(cmd.About))
	}
	return []domain.Event{&cellNoted{Board: g.ID(), Municipality: cmd.Municipality, Column: cmd.Column, Text: domain.NewText(cmd.Text), About: cmd.About}}, nil
}

// cellNoted is what somebody wrote beside a cell. It is an event of its own, so that nothing
// that leaves the office can hold it.
type cellNoted struct {
	Board        domain.BoardID        `json:"board"`
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c"`
	Text         *domain.Text          `json:"text"`
	About        domain.Revision       `json:"about,omitempty"`
}

func (*cellNoted) Kind() string            { return "cell_noted" }
func (e *cellNoted) Texts() []*domain.Text { return domain.Present(e.Text) }

func (e *cellNoted) Apply(a *domain.Applying) error {
	kept, at := write(a, e.Board), domain.CellRef{Municipality: e.Municipality, Column: e.Column}
	kept.notes = kept.notes.Put(a, at, kept.notes.At(at).Add(a, noted{e.About, e.Text}))
	return a.Note(e.Board, domain.Line{Event: e, Story: story, Staff: true})
}
