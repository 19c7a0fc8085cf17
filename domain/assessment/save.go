package assessment

import (
	"cmp"
	"fmt"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/typed"
)

// Save writes cells of a planned edition, in one record. An assessor does it in the own
// areas, an editor everywhere. It is the one way to write such a cell: what changed since
// the author saw it is refused.
type Save struct {
	Board domain.BoardID `json:"board"`
	Cells []Edit         `json:"cells" limit:"minItems=1"`
}

// Edit is what one cell shall become. What is not told stays as it is.
type Edit struct {
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c"`
	Seen         domain.Revision       `json:"seen" doc:"The cell's revision that the author saw; 0 where nothing was there."`
	Level        domain.Level          `json:"level,omitempty"`
	Text         *typed.Text           `json:"text,omitempty" limit:"maxLength=5000"`
	Evidence     *[]evidence.Ref       `json:"evidence,omitempty" doc:"All that it rests on."`
}

// ChangedOn is where the command's changes are.
func (cmd Save) ChangedOn() (domain.BoardID, domain.MeetingID) { return cmd.Board, "" }

func (cmd Save) Decide(d domain.Decision) ([]domain.Event, error) {
	g, err := d.Board(cmd.Board, domain.RightSetLevels)
	if err != nil {
		return nil, err
	}
	if !g.Planned() {
		return nil, domain.Clash("plan.none")
	}
	if len(cmd.Cells) == 0 || len(cmd.Cells) > domain.MaxCells {
		return nil, domain.Wrong("cells", "cells.count", fmt.Sprint(domain.MaxCells))
	}
	w := writing{d: d, book: bookOf(d, g), set: &domain.LevelsSet{Board: g.ID()}, linked: &evidenceLinked{Board: g.ID()}}
	for i, edit := range cmd.Cells {
		if err := w.edit(fmt.Sprintf("cells[%d]", i), edit); err != nil {
			return nil, err
		}
	}
	events, err := w.events()
	if err == nil && len(events) == 0 {
		err = domain.Clash("save.nothing")
	}
	return events, err
}

// writing collects what one record does to cells.
type writing struct {
	d      domain.Decision
	book   Book
	set    *domain.LevelsSet
	linked *evidenceLinked
	more   []domain.Event
	seen   map[domain.CellRef]bool
	size   int
}

// maxTyped bounds the texts of one command, in bytes.
const maxTyped = 2 << 20

func (w *writing) edit(field string, edit Edit) error {
	now, err := w.open(field, edit)
	if err != nil {
		return err
	}
	text := now.Text.String()
	if edit.Text != nil {
		text = string(*edit.Text)
	}
	level := cmp.Or(edit.Level, now.Level)
	if err := w.write(field, now, level, typed.Of(text)); err != nil {
		return err
	}
	if edit.Evidence != nil {
		return w.link(field, now, *edit.Evidence)
	}
	return nil
}

// open checks that a cell may be written, and that its author saw it as it is.
func (w *writing) open(field string, edit Edit) (Cell, error) {
	at := domain.CellRef{Municipality: edit.Municipality, Column: edit.Column}
	if w.seen[at] {
		return Cell{}, domain.Wrong(field, "cells.twice")
	}
	if w.seen == nil {
		w.seen = map[domain.CellRef]bool{}
	}
	w.seen[at] = true
	level := cmp.Or(edit.Level, domain.NotAssessed)
	// Whether there is such a cell, and whether it may be written.
	if _, err := w.d.Cell(w.book.Ground, field, domain.CellEdit{Municipality: edit.Municipality, Column: edit.Column, Level: level}); err != nil {
		return Cell{}, err
	}
	if w.book.Rests(edit.Column) {
		return Cell{}, &domain.Error{Code: domain.Conflict, Field: field + ".c", Msg: "column.rests"}
	}
	now := w.book.Cell(edit.Municipality, edit.Column)
	if now.Revision != edit.Seen {
		return now, &domain.Error{Code: domain.Conflict, Field: field, Msg: "cell.stale"}
	}
	return now, nil
}

// write sets level and text of a cell, if they are others than they were. A text that the
// cell had before is named, not written again.
func (w *writing) write(field string, now Cell, level domain.Level, text typed.Text) error {
	if level == now.Level && string(text) == now.Text.String() {
		return nil
	}
	if w.size += len(text); w.size > maxTyped {
		return domain.Wrong(field+".text", "texts.size")
	}
	set, err := w.d.Cell(w.book.Ground, field, domain.CellEdit{Municipality: now.Municipality, Column: now.Column, Level: level, Text: text})
	if err != nil {
		return err
	}
	if earlier := w.earlier(now, string(text)); earlier != nil {
		set.Text, set.Same = nil, earlier
	}
	w.set.Cells = append(w.set.Cells, set)
	return nil
}

// earlier returns the text that a cell has or had, if it reads as one does.
func (w *writing) earlier(now Cell, text string) *domain.TextID {
	if text == "" {
		return nil
	}
	if now.Was != nil && now.Was.Text.String() == text {
		return now.Was.Text.Ref()
	}
	for c := range w.book.Ground.Writes(now.Municipality, now.Column) {
		if c.Text == text {
			return &c.TextID
		}
	}
	return nil
}

// link sets what a cell rests on, if that is something else than it was.
func (w *writing) link(field string, now Cell, refs []evidence.Ref) error {
	cell := linkedCell{CellRef: domain.CellRef{Municipality: now.Municipality, Column: now.Column}}
	for i, ref := range refs {
		field := fmt.Sprintf("%s.evidence[%d]", field, i)
		if slices.ContainsFunc(refs[:i], func(r evidence.Ref) bool { return r.ID == ref.ID }) {
			return domain.Wrong(field, "evidence.twice")
		}
		if slices.Contains(now.Evidence, ref) {
			continue
		}
		newest, withdrawn, known := evidence.Newest(w.d, ref.ID)
		item, there := evidence.One(w.d, ref)
		switch {
		case !known:
			return domain.Wrong(field, "evidence.unknown", string(ref.ID))
		case withdrawn:
			return &domain.Error{Code: domain.Conflict, Field: field, Msg: "evidence.withdrawn"}
		case !there || ref.Version < 1 || ref.Version > newest:
			return domain.Wrong(field, "evidence.version", fmt.Sprint(ref.Version))
		case len(item.Municipalities) > 0 && !slices.Contains(item.Municipalities, now.Municipality):
			return domain.Wrong(field, "evidence.elsewhere")
		}
		cell.Add = append(cell.Add, ref)
	}
	for _, ref := range now.Evidence {
		if !slices.ContainsFunc(refs, func(r evidence.Ref) bool { return r.ID == ref.ID }) {
			cell.Drop = append(cell.Drop, ref.ID)
		}
	}
	if len(cell.Add)+len(cell.Drop) > 0 {
		w.linked.Cells = append(w.linked.Cells, cell)
	}
	return nil
}

// events returns what the record holds, nothing where nothing is another.
func (w *writing) events() ([]domain.Event, error) {
	var out []domain.Event
	if len(w.set.Cells) > 0 {
		events, err := w.set.Events()
		if err != nil {
			return nil, err
		}
		out = events
	}
	if len(w.linked.Cells) > 0 {
		out = append(out, w.linked)
	}
	return append(out, w.more...), nil
}

// evidenceLinked tells what cells rest on: evidence in a version, added or dropped. A link to
// another version takes the place of the one that was there.
type evidenceLinked struct {
	Board domain.BoardID `json:"board"`
	Cells []linkedCell   `json:"cells"`
}

// linkedCell is what is added to and dropped from one cell.
type linkedCell struct {
	domain.CellRef
	Add  []evidence.Ref `json:"add,omitempty"`
	Drop []evidence.ID  `json:"drop,omitempty"`
}

func (*evidenceLinked) Kind() string          { return "evidence_linked" }
func (*evidenceLinked) Texts() []*domain.Text { return nil }

func (e *evidenceLinked) Apply(a *domain.Applying) error {
	kept := write(a, e.Board)
	for _, c := range e.Cells {
		links := kept.links.At(c.CellRef)
		was, _ := links.Last()
		refs := slices.DeleteFunc(slices.Clone(was.Value), func(r evidence.Ref) bool {
			return slices.Contains(c.Drop, r.ID) || slices.ContainsFunc(c.Add, func(n evidence.Ref) bool { return n.ID == r.ID })
		})
		kept.links = kept.links.Put(a, c.CellRef, links.Add(a, append(refs, c.Add...)))
	}
	return a.Note(e.Board, domain.Line{Event: e, Story: story, Staff: true})
}

// Undo puts the links back that the record changed.
func (e *evidenceLinked) Undo(d domain.Decision, r domain.Revision) ([]domain.Event, error) {
	kept := slot.In(d)[e.Board]
	back := &evidenceLinked{Board: e.Board}
	for i, c := range e.Cells {
		links := kept.links.At(c.CellRef)
		last, _ := links.Last()
		if last.Revision != r {
			return nil, &domain.Error{Code: domain.Conflict, Field: fmt.Sprintf("cells[%d]", i), Msg: "undo.changed"}
		}
		var before []evidence.Ref
		if len(links) > 1 {
			before = links[len(links)-2].Value
		}
		cell := linkedCell{CellRef: c.CellRef}
		for _, ref := range before {
			if !slices.Contains(last.Value, ref) {
				cell.Add = append(cell.Add, ref)
			}
		}
		for _, ref := range last.Value {
			if !slices.ContainsFunc(before, func(b evidence.Ref) bool { return b.ID == ref.ID }) {
				cell.Drop = append(cell.Drop, ref.ID)
			}
		}
		back.Cells = append(back.Cells, cell)
	}
	return []domain.Event{back}, nil
}
