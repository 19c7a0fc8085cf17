package assessment

import (
	"cmp"
	"crypto/sha256"
	"io"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/plan"
)

// Book is a planned edition as whoever works on it reads it. It is for staff, and for
// what is now.
type Book struct {
	d      domain.Decision
	Ground domain.Ground
	Before plan.Before
	shelf  *shelf
	cols   map[domain.ColumnID]*domain.Column
	rests  map[domain.ColumnID]bool // areas that do
}

// Of returns the book of a planned edition: NotFound for those who may not see it, and for
// an edition without a plan.
func Of(d domain.Decision, id domain.BoardID) (Book, error) {
	g, err := d.Board(id, domain.RightSeePersons)
	if err != nil {
		return Book{}, err
	}
	if !g.Planned() {
		return Book{}, domain.Unknown("board", "plan.none")
	}
	return bookOf(d, g), nil
}

func bookOf(d domain.Decision, g domain.Ground) Book {
	kept := slot.In(d)[g.ID()]
	if kept == nil {
		kept = &shelf{}
	}
	b := Book{d: d, Ground: g, Before: plan.Followed(d, g), shelf: kept, cols: make(map[domain.ColumnID]*domain.Column, len(g.Catalogue().Columns)), rests: map[domain.ColumnID]bool{}}
	for i := range g.Catalogue().Columns {
		col := &g.Catalogue().Columns[i]
		b.cols[col.ID] = col
		if col.Every == 2 {
			b.rests[col.ID] = b.Before.Rests(col.ID)
		}
	}
	return b
}

// column returns a column, an empty one if there is none.
func (b Book) column(c domain.ColumnID) *domain.Column {
	if col := b.cols[c]; col != nil {
		return col
	}
	return &domain.Column{}
}

// Rests reports whether a column is not judged this time: see [plan.Before.Rests].
func (b Book) Rests(c domain.ColumnID) bool { return b.rests[b.area(c)] }

// Standing tells how a cell stands to the edition before.
type Standing string

const (
	New       Standing = "new"       // nothing before it
	Carried   Standing = "carried"   // as before, and nobody has said that it still holds
	Unchanged Standing = "unchanged" // as before, and somebody has
	Changed   Standing = "changed"   // another level or text than before
)

// Cell is one judgement of the book.
type Cell struct {
	Municipality domain.MunicipalityID
	Column       domain.ColumnID
	Level        domain.Level
	Text         *domain.Text
	Evidence     []evidence.Ref
	Revision     domain.Revision // the last record that changed any of these, 0 for none
	By           domain.AccountID
	At           int64 // milliseconds since 1970
	Standing     Standing
	Was          *Earlier // in the edition before, nil where it is not comparable
}

// Earlier is a cell of the edition before.
type Earlier struct {
	Level    domain.Level
	Text     *domain.Text
	Evidence []evidence.Ref
	Revision domain.Revision
}

// Cell returns a cell. Municipality and column must be the edition's.
func (b Book) Cell(m domain.MunicipalityID, c domain.ColumnID) Cell {
	out := Cell{Municipality: m, Column: c}
	out.Level, out.Text, _, _ = b.Ground.Stands(m, c)
	for last := range b.Ground.Writes(m, c) {
		out.By, out.Revision, out.At = last.By, last.Revision, last.At.UnixMilli()
		break
	}
	at := domain.CellRef{Municipality: m, Column: c}
	if links, ok := b.shelf.links.At(at).Last(); ok {
		out.Evidence = links.Value
		if links.Revision > out.Revision {
			out.Revision, out.By, out.At = links.Revision, links.By, links.At
		}
	}
	out.Was = b.earlier(m, c)
	out.Standing = b.standing(at, out)
	return out
}

// Seen returns level, text and evidence of a cell as they were at a revision, for whoever
// saw it then.
func (b Book) Seen(m domain.MunicipalityID, c domain.ColumnID, r domain.Revision) Cell {
	out := Cell{Municipality: m, Column: c, Level: domain.NotAssessed}
	for w := range b.Ground.Writes(m, c) {
		if w.Revision <= r {
			out.Level, out.Text, out.Revision, out.By = w.Level, b.d.Text(w.TextID), w.Revision, w.By
			break
		}
	}
	for _, l := range slices.Backward(b.shelf.links.At(domain.CellRef{Municipality: m, Column: c})) {
		if l.Revision <= r {
			out.Evidence, out.Revision = l.Value, max(out.Revision, l.Revision)
			break
		}
	}
	return out
}

// earlier returns a cell of the edition before, nil where there is nothing to compare.
func (b Book) earlier(m domain.MunicipalityID, c domain.ColumnID) *Earlier {
	before, equal := b.Before.Column(c)
	if !equal || !b.Before.Ground.Has(m) {
		return nil
	}
	out := &Earlier{}
	out.Level, out.Text, _, _ = b.Before.Ground.Stands(m, before)
	if _, out.Revision = b.Before.Ground.LastSet(m, before); out.Revision == 0 {
		return nil
	}
	if kept := slot.In(b.d)[b.Before.Ground.ID()]; kept != nil {
		links := kept.links.At(domain.CellRef{Municipality: m, Column: before})
		for _, l := range slices.Backward(links) {
			if l.Revision <= b.Before.Ground.Revision() {
				out.Evidence = l.Value
				break
			}
		}
	}
	return out
}

func (b Book) standing(at domain.CellRef, c Cell) Standing {
	if c.Was == nil {
		return New
	}
	sameText := c.Text.String() == c.Was.Text.String()
	confirmed, said := b.shelf.confirmed.At(at).Last()
	switch {
	case said && confirmed.Value == c.Was.Revision && c.Level == c.Was.Level && sameText:
		return Unchanged
	case c.Level == domain.NotAssessed && (c.Text == nil || sameText):
		return Carried
	case c.Level == c.Was.Level && sameText:
		return Carried
	}
	return Changed
}

// Empty reports whether nobody has written anything in the cell: what was carried over is
// not of this edition yet.
func (c Cell) Empty() bool {
	return c.Level == domain.NotAssessed && len(c.Evidence) == 0 && (c.Text == nil || c.Standing == Carried)
}

// Sum is the cell's content in 32 bytes: what an approval holds. It is made of the
// texts' salted sums, and so stays when a text is taken out.
func (b Book) Sum(c Cell) domain.Hash {
	text := ""
	if c.Text != nil {
		text = c.Text.Sum().String()
	}
	var links []string
	for _, ref := range c.Evidence {
		links = append(links, string(ref.ID)+"@"+strconv.Itoa(ref.Version))
	}
	slices.Sort(links)
	var room [256]byte // a page sums some thousand cells
	sum := append(room[:0], "kb-cell-1\n"...)
	for _, part := range []string{string(b.Ground.ID()), string(c.Municipality), string(c.Column), strconv.Itoa(b.column(c.Column).Version), string(c.Level), text, strings.Join(links, " ")} {
		sum = append(append(sum, part...), '\n')
	}
	return sha256.Sum256(append(sum, '\n'))
}

// Unit is what is written, submitted and approved together: an area of one municipality
// with its indicators, or the municipality's summary. Its first cell names it.
type Unit struct {
	Cells    []Cell
	Revision domain.Revision // the last record that changed any of them
	Sum      domain.Hash
	Missing  []Missing // what must be there before it can be submitted
}

// Missing is something that a unit lacks: "level", "text", "evidence", or "confirmed".
type Missing struct {
	Column domain.ColumnID
	What   string
}

// Lead returns the column that names the unit which a column is of, and whether there is
// one.
func (b Book) Lead(c domain.ColumnID) (domain.ColumnID, bool) {
	if _, known := b.cols[c]; !known {
		return "", false
	}
	if cat := b.Ground.Catalogue(); b.summary(c) {
		return cat.Columns[cat.Summaries()[0]].ID, true
	}
	return b.area(c), true
}

func (b Book) area(c domain.ColumnID) domain.ColumnID {
	if area := b.column(c).Area; area != "" {
		return area
	}
	return c
}

// Leads returns the columns that name units, areas first, those that rest left out.
func (b Book) Leads() []domain.ColumnID {
	var out []domain.ColumnID
	cat := b.Ground.Catalogue()
	for _, i := range cat.Areas() {
		if !b.Rests(cat.Columns[i].ID) {
			out = append(out, cat.Columns[i].ID)
		}
	}
	if s := cat.Summaries(); len(s) > 0 {
		out = append(out, cat.Columns[s[0]].ID)
	}
	return out
}

// Covers returns the columns of a unit, the one that names it first.
func (b Book) Covers(lead domain.ColumnID) []domain.ColumnID {
	cat := b.Ground.Catalogue()
	i := cat.ColumnIndex(lead)
	if i < 0 {
		return nil
	}
	places := append([]int{i}, cat.Indicators(lead)...)
	if cat.Columns[i].Kind == domain.ColumnSummary {
		places = cat.Summaries()
	}
	var out []domain.ColumnID
	for _, p := range places {
		out = append(out, cat.Columns[p].ID)
	}
	return out
}

// Unit returns the unit that a column names.
func (b Book) Unit(m domain.MunicipalityID, lead domain.ColumnID) Unit {
	covers := b.Covers(lead)
	out := Unit{Cells: make([]Cell, 0, len(covers))}
	h := sha256.New()
	io.WriteString(h, "kb-unit-1\n")
	for _, c := range covers {
		cell := b.Cell(m, c)
		out.Cells = append(out.Cells, cell)
		out.Revision = max(out.Revision, cell.Revision)
		io.WriteString(h, b.Sum(cell).String()+"\n")
	}
	out.Sum = domain.Hash(h.Sum(nil))
	out.Missing = b.missing(out)
	return out
}

// Empty reports whether nobody has written anything in the unit.
func (u Unit) Empty() bool {
	return !slices.ContainsFunc(u.Cells, func(c Cell) bool { return !c.Empty() })
}

// missing lists what a unit lacks. Text and evidence are asked for where the area is
// yellow or red; an indicator may have its own. A text that was carried over alone needs
// somebody who says that it still holds.
func (b Book) missing(u Unit) []Missing {
	var out []Missing
	lacks := func(c Cell, what string) { out = append(out, Missing{c.Column, what}) }
	if first := u.Cells[0]; b.summary(first.Column) {
		for _, c := range u.Cells {
			if c.Text == nil || c.Text.Redacted() {
				lacks(c, "text")
			} else if c.Standing == Carried {
				lacks(c, "confirmed")
			}
		}
		return out
	}
	for i, c := range u.Cells {
		if i > 0 {
			if c.Standing == Carried && !c.Empty() {
				lacks(c, "confirmed")
			}
			continue
		}
		if c.Standing == Carried && (c.Level != domain.NotAssessed || c.Text != nil) {
			lacks(c, "confirmed")
		}
		if c.Level == domain.NotAssessed {
			lacks(c, "level")
		}
		if c.Level != domain.Yellow && c.Level != domain.Red {
			continue
		}
		if c.Text == nil || c.Text.Redacted() {
			lacks(c, "text")
		}
		if !slices.ContainsFunc(c.Evidence, b.holds) {
			lacks(c, "evidence")
		}
	}
	return out
}

// holds reports whether evidence can carry a judgement: it was not withdrawn, and tells
// source, period and dates.
func (b Book) holds(ref evidence.Ref) bool {
	item, ok := evidence.One(b.d, ref)
	return ok && item.Withdrawn == nil && item.Complete()
}

func (b Book) summary(c domain.ColumnID) bool {
	return b.column(c).Kind == domain.ColumnSummary
}

// Author reports whether an account wrote any of a unit's content after a revision; what
// was carried over has no author.
func (b Book) Author(u Unit, who domain.AccountID, after domain.Revision) bool {
	for _, c := range u.Cells {
		for w := range b.Ground.Writes(c.Municipality, c.Column) {
			if w.Revision <= after {
				break
			}
			if w.By == who && w.Source != sourceCarried {
				return true
			}
		}
		for _, l := range b.shelf.links.At(domain.CellRef{Municipality: c.Municipality, Column: c.Column}) {
			if l.Revision > after && l.By == who {
				return true
			}
		}
	}
	return false
}

// Authors returns who wrote a unit's content after a revision and no later than another,
// the last one first.
func (b Book) Authors(u Unit, after, until domain.Revision) []domain.AccountID {
	type written struct {
		by domain.AccountID
		at domain.Revision
	}
	var all []written
	for _, c := range u.Cells {
		for w := range b.Ground.Writes(c.Municipality, c.Column) {
			if w.Revision > after && w.Revision <= until && w.Source != sourceCarried {
				all = append(all, written{w.By, w.Revision})
			}
		}
		for _, l := range b.shelf.links.At(domain.CellRef{Municipality: c.Municipality, Column: c.Column}) {
			if l.Revision > after && l.Revision <= until {
				all = append(all, written{l.By, l.Revision})
			}
		}
	}
	slices.SortFunc(all, func(a, b written) int { return cmp.Compare(b.at, a.at) })
	var out []domain.AccountID
	for _, w := range all {
		if !slices.Contains(out, w.by) {
			out = append(out, w.by)
		}
	}
	return out
}
