package domain

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"kommunebilde/domain/typed"
)

// Markings: fields of a cell that are exempt from disclosure (unntatt
// offentlighet), on which legal basis. A marking is of the cell, not of one of
// its values: what is written there later is withheld too, until it is lifted.

// MarkCells withholds fields of cells from all but the office and the
// cells' own municipalities. Cells that are marked get this marking instead.
// With an area go the indicators under it.
type MarkCells struct {
	Board  BoardID    `json:"board"`
	Cells  []CellRef  `json:"cells" form:"cell"`
	Fields []Field    `json:"fields"`
	Basis  Basis      `json:"basis" doc:"The rule of offentleglova that it rests on."`
	Reason typed.Text `json:"reason"`
	Alone  bool       `json:"alone,omitempty" doc:"These cells only; else the indicators under an area go with it."`
}

func (cmd MarkCells) Decide(d Decision) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightMark)
	if err != nil {
		return nil, err
	}
	if err := d.markable(b, cmd.Cells); err != nil {
		return nil, err
	}
	fields, err := b.kind.marked(cmd.Fields)
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains(Bases(), cmd.Basis):
		return nil, Wrong("basis", "marking.basis")
	case cmd.Reason == "":
		return nil, Wrong("reason", "reason.missing")
	}
	if err := CheckText("reason", cmd.Reason, MaxReason); err != nil {
		return nil, err
	}
	cells := cmd.Cells
	if !cmd.Alone {
		cells = b.withUnder(cells, func(area, under *mark) bool { return under == nil || under == area || !under.holds(fields) })
	}
	marked := &cellsMarked{Board: b.id, Cells: slices.Clone(cells), Fields: fields, Basis: cmd.Basis, Reason: NewText(cmd.Reason)}
	return append([]Event{marked}, d.s.markCopies(b, marked)...), nil
}

// LiftMarking shows again what was marked: with an area, the indicators that
// were marked with it.
type LiftMarking struct {
	Board  BoardID    `json:"board"`
	Cells  []CellRef  `json:"cells" form:"cell"`
	Reason typed.Text `json:"reason"`
	Alone  bool       `json:"alone,omitempty" doc:"These cells only; else the indicators that were exempted with an area go with it."`
}

func (cmd LiftMarking) Decide(d Decision) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightMark)
	if err != nil {
		return nil, err
	}
	if err := d.markable(b, cmd.Cells); err != nil {
		return nil, err
	}
	if cmd.Reason == "" {
		return nil, Wrong("reason", "reason.missing")
	}
	if err := CheckText("reason", cmd.Reason, MaxReason); err != nil {
		return nil, err
	}
	for i, c := range cmd.Cells {
		if b.marks[c] == nil {
			return nil, &Error{Code: Conflict, Field: fmt.Sprintf("cells[%d]", i), Msg: "marking.none"}
		}
	}
	cells := cmd.Cells
	if !cmd.Alone {
		cells = b.withUnder(cells, func(area, under *mark) bool { return under == area })
	}
	return []Event{&markingLifted{Board: b.id, Cells: slices.Clone(cells), Reason: NewText(cmd.Reason)}}, nil
}

// cellsMarked withholds fields of cells, on a legal basis.
type cellsMarked struct {
	Board  BoardID   `json:"board"`
	Cells  []CellRef `json:"cells"`
	Fields []Field   `json:"fields"`
	Basis  Basis     `json:"basis"`
	Reason *Text     `json:"reason"`
}

func (*cellsMarked) Kind() string     { return "cells_marked" }
func (e *cellsMarked) Texts() []*Text { return Present(e.Reason) }
func (*cellsMarked) veils()           {}

func (e *cellsMarked) Apply(b *Applying) error {
	return b.mark(e.Board, e.Cells, &mark{e.Fields, e.Basis, e.Reason, b.r.By, b.ms, b.r.Revision}, e)
}

// markingLifted takes the markings of cells away.
type markingLifted struct {
	Board  BoardID   `json:"board"`
	Cells  []CellRef `json:"cells"`
	Reason *Text     `json:"reason"`
}

func (*markingLifted) Kind() string     { return "marking_lifted" }
func (e *markingLifted) Texts() []*Text { return Present(e.Reason) }
func (*markingLifted) veils()           {}

func (e *markingLifted) Apply(b *Applying) error {
	return b.mark(e.Board, e.Cells, nil, e)
}

// Field is what a marking can withhold of a cell.
type Field string

const (
	FieldLevel   Field = "level"
	FieldText    Field = "text"
	FieldFigures Field = "figures" // of a situation
)

// Fields returns what a cell of this kind of board has to withhold. The result
// is new.
func (k BoardKind) Fields() []Field {
	if k == KindSituation {
		return []Field{FieldLevel, FieldText, FieldFigures}
	}
	return []Field{FieldLevel, FieldText}
}

// Basis is the rule of offentleglova that a marking rests on. What each says,
// the catalogue of words tells ("basis.…").
type Basis string

// Bases returns all, as the act numbers them. § 21 and § 24 third paragraph are
// what preparedness mostly rests on.
func Bases() []Basis {
	return []Basis{"offl-13", "offl-14", "offl-15", "offl-20", "offl-21", "offl-23", "offl-24-1", "offl-24-3"}
}

// OneOf implements [OneOf].
func (Basis) OneOf() []string { return Names(Bases()...) }

// OneOf implements [OneOf].
func (Field) OneOf() []string { return Names(KindSituation.Fields()...) }

// Marking tells that fields of a cell are withheld from all but the office and
// the cell's own municipality. That it is so, and on which basis, everybody sees
// who sees the cell; who marked it and why, staff.
type Marking struct {
	Fields   []Field
	Basis    Basis
	At       time.Time
	Revision Revision
	By       AccountID
	Reason   string
}

// Covers reports whether a field is withheld.
func (m *Marking) Covers(f Field) bool { return m != nil && slices.Contains(m.Fields, f) }

// sourceExercise is where the cells come from that an exercise begins with.
const sourceExercise = "exercise"

// MarkedCell is a cell that has a marking.
type MarkedCell struct {
	CellRef
	Marking Marking
}

// mark is a marking as the state keeps it.
type mark struct {
	fields   []Field
	basis    Basis
	reason   *Text
	by       AccountID
	at       int64
	revision Revision
}

// markCopies returns what marks in exercises the cells that were copied there
// from what is marked now. They go on under their own marking if this one is
// lifted, or have their own already.
func (s *State) markCopies(of *board, e *cellsMarked) []Event {
	var events []Event
	for _, id := range s.order {
		other := s.boards[id]
		if !other.exercise || other.kind != of.kind || id == of.id {
			continue
		}
		copied := &cellsMarked{Board: id, Fields: e.Fields, Basis: e.Basis, Reason: NewText(typed.Of(e.Reason.String()))}
		for _, c := range e.Cells {
			if other.marks[c] == nil && other.copyOf(of, c) {
				copied.Cells = append(copied.Cells, c)
			}
		}
		if len(copied.Cells) > 0 {
			events = append(events, copied)
		}
	}
	return events
}

// copyOf reports whether an exercise began with what a cell of another board has or
// had.
func (b *board) copyOf(of *board, c CellRef) bool {
	row, col := place(b.rowOf, c.Municipality), place(b.columnOf, c.Column)
	if row < 0 || col < 0 {
		return false
	}
	from := of.rows[of.rowOf[c.Municipality]][of.columnOf[c.Column]].upTo(math.MaxUint64)
	return slices.ContainsFunc(b.rows[row][col].upTo(math.MaxUint64), func(mine change) bool {
		return mine.source == sourceExercise && slices.ContainsFunc(from, func(theirs change) bool {
			return theirs.level == mine.level && theirs.text == mine.text
		})
	})
}

// marked puts the fields of a marking in order. A level cannot be withheld
// alone: reason and figures would betray it.
func (k BoardKind) marked(asked []Field) ([]Field, error) {
	all := k.Fields()
	for i, f := range asked {
		if !slices.Contains(all, f) || slices.Contains(asked[:i], f) {
			return nil, Wrong(fmt.Sprintf("fields[%d]", i), "marking.field", string(f))
		}
	}
	fields := slices.DeleteFunc(all, func(f Field) bool { return !slices.Contains(asked, f) })
	switch {
	case len(fields) == 0:
		return nil, Wrong("fields", "marking.fields")
	case fields[0] == FieldLevel && len(fields) < len(k.Fields()):
		return nil, Wrong("fields", "marking.level_alone")
	}
	return fields, nil
}

// holds reports whether a marking withholds all of some fields.
func (m *mark) holds(fields []Field) bool {
	return !slices.ContainsFunc(fields, func(f Field) bool { return !slices.Contains(m.fields, f) })
}

// withUnder returns cells, and with each area those of its indicators that are
// taken, by the markings of both: an indicator says what its area would not.
func (b *board) withUnder(cells []CellRef, takes func(area, under *mark) bool) []CellRef {
	out := slices.Clone(cells)
	for _, area := range cells {
		for _, c := range b.catalogue.Under(area.Column) {
			under := CellRef{area.Municipality, c}
			if b.judges(ColumnIndicator) && takes(b.marks[area], b.marks[under]) && !slices.Contains(cells, under) {
				out = append(out, under)
			}
		}
	}
	return out
}

// Under returns the indicators of an area, in the catalogue's order.
func (c *Catalogue) Under(area ColumnID) []ColumnID {
	var out []ColumnID
	for _, col := range c.Columns {
		if col.Kind == ColumnIndicator && col.Area == area {
			out = append(out, col.ID)
		}
	}
	return out
}

// markable reports whether the actor may mark these cells: they are there, each
// once, and an approver's are in its areas.
func (d Decision) markable(b *board, cells []CellRef) error {
	if len(cells) == 0 || len(cells) > MaxCells {
		return Wrong("cells", "cells.count", fmt.Sprint(MaxCells))
	}
	for i, c := range cells {
		field := fmt.Sprintf("cells[%d]", i)
		col := place(b.columnOf, c.Column)
		switch {
		case place(b.rowOf, c.Municipality) < 0:
			return Wrong(field+".m", "municipality.unknown", string(c.Municipality))
		case col < 0 || !b.judges(b.catalogue.Columns[col].Kind):
			return Wrong(field+".c", "column.unknown", string(c.Column))
		case slices.Contains(cells[:i], c):
			return Wrong(field, "cells.twice")
		case !d.s.may(d.by, b, RightMark, b.catalogue.area(col), d.now):
			return &Error{Code: Forbidden, Field: field + ".c", Msg: "forbidden.area"}
		}
	}
	return nil
}

// area returns the area of a column: its own, unless it is an indicator.
func (c *Catalogue) area(col int) ColumnID {
	if area := c.Columns[col].Area; area != "" {
		return area
	}
	if c.Columns[col].Kind == ColumnSummary {
		return "" // of no area: editors write it
	}
	return c.Columns[col].ID
}

// copyMarks returns what marks the cells of a board's copy as the board's are:
// what is exempt stays so in an exercise.
func (b *board) copyMarks(to BoardID) []Event {
	var events []Event
	byMark := map[*mark]*cellsMarked{}
	for _, m := range b.catalogue.Municipalities {
		for _, c := range b.catalogue.Columns {
			at := CellRef{m.ID, c.ID}
			from := b.marks[at]
			if from == nil {
				continue
			}
			e := byMark[from]
			if e == nil {
				e = &cellsMarked{Board: to, Fields: from.fields, Basis: from.basis, Reason: NewText(typed.Of(from.reason.String()))}
				byMark[from] = e
				events = append(events, e)
			}
			e.Cells = append(e.Cells, at)
		}
	}
	return events
}

// mark sets or lifts (nil) the marking of cells. Everything that shows the board
// changes with it, what was published and what was before too: those boards'
// revisions rise, and so do those of boards that show it beneath their own
// levels.
func (b *Applying) mark(id BoardID, cells []CellRef, with *mark, e Event) error {
	if b.s.boards[id] == nil {
		return fmt.Errorf("no board %q: %w", id, ErrCorrupt)
	}
	for _, other := range slices.Clone(b.s.order) {
		if other != id && b.s.boards[other].base != id {
			continue
		}
		board, err := b.board(other)
		if err != nil {
			return err
		}
		if other == id {
			board.marks = maps.Clone(board.marks)
			if board.marks == nil {
				board.marks = map[CellRef]*mark{}
			}
			for _, c := range cells {
				if with == nil {
					delete(board.marks, c)
				} else {
					board.marks[c] = with
				}
			}
		}
		board.redacted = b.r.Revision
		b.note(board, Line{Event: e})
	}
	return nil
}

// withholds reports whether a field of a cell is not the audience's to see. The
// marking that stands in the picture's state decides, whatever time the picture
// is of: what is exempt now is exempt in every version, history and replay.
func (p Picture) withholds(m MunicipalityID, c ColumnID, f Field) bool {
	if !p.blind || p.audience.Kind == AudienceMunicipality && p.audience.Municipality == m {
		return false
	}
	found := p.marks[CellRef{m, c}]
	return found != nil && slices.Contains(found.fields, f)
}

// hides is withholds for the cell at a place.
func (p Picture) hides(row, col int, f Field) bool {
	return p.blind && p.withholds(p.board.catalogue.Municipalities[row].ID, p.board.catalogue.Columns[col].ID, f)
}

// marking returns what the audience may know of the marking of a cell, nil if
// there is none.
func (p Picture) marking(at CellRef) *Marking {
	m := p.marks[at]
	if m == nil {
		return nil
	}
	out := &Marking{Fields: slices.Clone(m.fields), Basis: m.basis, At: fromMillis(m.at), Revision: m.revision}
	if p.audience.Kind == AudienceStaff {
		out.By, out.Reason = m.by, m.reason.String()
	}
	return out
}

// Markings returns the cells of the board that are marked, in the catalogue's
// order.
func (p Picture) Markings() []MarkedCell {
	var out []MarkedCell
	if len(p.marks) == 0 {
		return out
	}
	for _, m := range p.board.catalogue.Municipalities {
		for _, c := range p.board.catalogue.Columns {
			at := CellRef{m.ID, c.ID}
			if found := p.marking(at); found != nil {
				out = append(out, MarkedCell{at, *found})
			}
		}
	}
	return out
}

// Veil returns since when the audience is shown no more and no less of the board
// than now, by markings, of the layer beneath too. A page that was made under
// another one must be made again. It is 0 for staff, who see what is marked.
func (p Picture) Veil() Revision {
	if p.audience.Kind == AudienceStaff {
		return 0
	}
	return p.state.boards[p.board.id].redacted
}

// silent reports whether a line of the log is not for the audience at all: a
// change under a marking leaves no trace, not even its time.
func (p Picture) silent(l logEntry) bool {
	if !p.blind {
		return false
	}
	if l.line == nil {
		return p.hides(int(l.row), int(l.col), FieldLevel)
	}
	if l.line.Staff {
		return true
	}
	return len(l.line.About) > 0 && !slices.ContainsFunc(l.line.About, func(c CellRef) bool { return !p.withholds(c.Municipality, c.Column, l.line.Field) })
}
