package editions

import (
	"fmt"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Import sets an edition's cells from a spreadsheet, in one record:
// it opens a draft if there is no such edition, a correction (Reason) if it
// is published. What the file does not mention stays as it is; it is refused
// unless Deletes is how many values it takes away.
type Import struct {
	Board     domain.BoardID
	Title     domain.Words
	Catalogue domain.Catalogue // for a new draft
	Map       *domain.Map
	Reason    typed.Text
	Cells     []Cell
	Deletes   int
}

func (cmd Import) Decide(d domain.Decision) ([]domain.Event, error) {
	plan, events, err := planImport(d, cmd)
	if err != nil {
		return nil, err
	}
	if plan.Deletes != cmd.Deletes {
		return nil, domain.Wrong("deletes", "import.deletes", fmt.Sprint(plan.Deletes))
	}
	return events, nil
}

// Plan is what [Import] would do.
type Plan struct {
	Opens    bool // a new draft
	Corrects bool // a published edition
	Changes  []Change
	Deletes  int // values that are taken away
}

// Change is what an import does to one cell.
type Change struct {
	Municipality       domain.MunicipalityID
	Column             domain.ColumnID
	From, To           domain.Level
	LevelDeleted       bool // no level in the file, where there was one
	Text, Author, Date ValueChange
	Keeps              bool // another level beside a text, an author or a day that stays
}

// ValueChange is what becomes of a value beside a level.
type ValueChange string

// What may become of a value.
const (
	ValueStays   ValueChange = ""
	ValueAdded   ValueChange = "added"
	ValueChanged ValueChange = "changed"
	ValueDeleted ValueChange = "deleted"
)

func (c Change) any() bool {
	return c.From != c.To || c.Text != ValueStays || c.Author != ValueStays || c.Date != ValueStays
}

func (c Change) deletes() int {
	n := 0
	for _, deleted := range []bool{c.LevelDeleted, c.Text == ValueDeleted, c.Author == ValueDeleted, c.Date == ValueDeleted} {
		if deleted {
			n++
		}
	}
	return n
}

// PlanOf tells what a command would do, and refuses what [Import.Decide]
// would; only the number of values it takes away is not compared.
func PlanOf(s *domain.State, by domain.Actor, cmd Import, now time.Time) (Plan, error) {
	plan, _, err := planImport(domain.Judge(s, by, now), cmd)
	return plan, err
}

func planImport(d domain.Decision, cmd Import) (Plan, []domain.Event, error) {
	b, plan, events, err := importInto(d, cmd)
	if err != nil {
		return Plan{}, nil, err
	}
	e := &domain.LevelsSet{Board: b.ID(), Source: "import"}
	for i, cell := range cmd.Cells {
		set, change, err := imported(d, b, fmt.Sprintf("cells[%d]", i), cell)
		if err != nil {
			return Plan{}, nil, err
		}
		if !change.any() {
			continue
		}
		e.Cells, plan.Changes = append(e.Cells, set), append(plan.Changes, change)
		plan.Deletes += change.deletes()
	}
	if len(e.Cells) == 0 {
		return Plan{}, nil, domain.Clash("import.nothing")
	}
	set, err := e.Events()
	return plan, append(events, set...), err
}

// importInto returns the board that an import changes, as it is once the events
// that come first have opened a draft or a correction.
func importInto(d domain.Decision, cmd Import) (domain.Ground, Plan, []domain.Event, error) {
	if !d.Holds(domain.RoleEditor) {
		return domain.Ground{}, Plan{}, nil, domain.Denied("forbidden.edit")
	}
	b, there := d.Lookup(cmd.Board)
	switch {
	case !there:
		b, events, err := d.OpenBoard(cmd.Board, domain.KindEdition, cmd.Title, &cmd.Catalogue, cmd.Map)
		return b, Plan{Opens: true}, events, err
	case b.Kind() != domain.KindEdition:
		return domain.Ground{}, Plan{}, nil, domain.Wrong("board", "board.edition", string(cmd.Board))
	case b.Planned():
		return domain.Ground{}, Plan{}, nil, domain.Clash("import.planned")
	case b.Phase() == domain.PhasePublished:
		reason := domain.NewText(cmd.Reason)
		return b.InCorrection(reason), Plan{Corrects: true}, []domain.Event{&CorrectionOpened{Board: b.ID(), Reason: reason}}, checkReason(cmd.Reason)
	}
	return b, Plan{}, nil, nil
}

// imported judges what a file says of one cell, and tells what that changes. A
// text that stands is named, not written again.
func imported(d domain.Decision, b domain.Ground, field string, cell Cell) (domain.CellSet, Change, error) {
	edit := domain.CellEdit{Municipality: cell.Municipality, Column: cell.Column, Level: cell.Level, Text: typed.Of(told(cell.Text)), Author: typed.Of(told(cell.Author)), Date: told(cell.Date)}
	if cell.Level == "" {
		edit.Level = domain.NotAssessed
	}
	set, err := d.Cell(b, field, edit)
	if err != nil {
		return domain.CellSet{}, Change{}, err
	}
	level, text, author, date := b.Stands(cell.Municipality, cell.Column)
	is := Change{
		Municipality: cell.Municipality, Column: cell.Column, From: level, To: edit.Level,
		LevelDeleted: cell.Level == "" && level != domain.NotAssessed,
		Text:         valueChange(text.String(), cell.Text, string(edit.Text)), Author: valueChange(author.String(), cell.Author, string(edit.Author)), Date: valueChange(date, cell.Date, edit.Date),
	}
	is.Keeps = is.From != is.To && (is.Text == ValueStays && text.String() != "" ||
		is.Author == ValueStays && author.String() != "" || is.Date == ValueStays && date != "")
	if is.Text == ValueStays {
		set.Text, set.Same = nil, text.Ref()
	}
	if is.Author == ValueStays {
		set.Author, set.SameAuthor = nil, author.Ref()
	}
	if is.Date == ValueStays {
		set.Date = date
	}
	return set, is, nil
}

func told(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}

// valueChange tells what becomes of a value that a file mentions, nil for one that
// it does not.
func valueChange(was string, mentioned *string, now string) ValueChange {
	switch {
	case mentioned == nil || now == was:
		return ValueStays
	case now == "":
		return ValueDeleted
	case was == "":
		return ValueAdded
	}
	return ValueChanged
}

// Cell is what a file says of one cell. Level "" takes the level away.
// A nil text, author or date was not mentioned, and stays; "" takes it away.
type Cell struct {
	Municipality       domain.MunicipalityID
	Column             domain.ColumnID
	Level              domain.Level
	Text, Author, Date *string // texts are cleaned where they are judged
}
