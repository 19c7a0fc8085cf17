package differences

import "kommunebilde/domain"

// Comparison is what two pictures of a board tell otherwise. What only one of
// them has, or what was given another definition in between, is named and not compared.
type Comparison struct {
	Differences   []Difference // in the order of the later catalogue
	Gone, New     []domain.MunicipalityID
	GoneColumns   []domain.ColumnID
	NewColumns    []domain.ColumnID
	OtherVersions []domain.ColumnID // the same column, of another definition
}

// Difference is a cell that both pictures have and that has another level, or
// another text where the audience sees texts.
type Difference struct{ Before, After domain.Cell }

// Compare returns what the later of two pictures tells otherwise than the
// earlier. A cell that changed and changed back is no difference.
func Compare(before, after domain.Picture) Comparison {
	var out Comparison
	was, is := before.Catalogue(), after.Catalogue()
	rows, gone, added := matched(was.Municipalities, is.Municipalities, before.Row, func(m *domain.Municipality) domain.MunicipalityID { return m.ID }, after.Row)
	out.Gone, out.New = gone, added
	cols, goneColumns, newColumns := matched(was.Columns, is.Columns, before.Col, func(c *domain.Column) domain.ColumnID { return c.ID }, after.Col)
	out.GoneColumns, out.NewColumns = goneColumns, newColumns
	for col, from := range cols {
		if from >= 0 && was.Columns[from].Version != is.Columns[col].Version {
			out.OtherVersions = append(out.OtherVersions, is.Columns[col].ID)
			cols[col] = -1
		}
	}
	for row, fromRow := range rows {
		for col, fromCol := range cols {
			if fromRow < 0 || fromCol < 0 {
				continue
			}
			d := Difference{Before: before.Cell(fromRow, fromCol), After: after.Cell(row, col)}
			if d.Before.Level != d.After.Level || OtherText(d.Before, d.After) {
				out.Differences = append(out.Differences, d)
			}
		}
	}
	return out
}

// OtherText reports whether of two values of a cell the later says something else,
// as far as that is known: what was taken out may have been anything.
func OtherText(before, after domain.Cell) bool {
	if before.TextID == after.TextID {
		return false
	}
	return before.Text != after.Text || before.Redacted || after.Redacted
}

// matched finds for each of a later list its place in the earlier one, -1 for
// what is new, and what is in one of them only.
func matched[T any, K comparable](was, is []T, wasAt func(K) int, id func(*T) K, isAt func(K) int) (from []int, gone, added []K) {
	for i := range is {
		place := wasAt(id(&is[i]))
		from = append(from, place)
		if place < 0 {
			added = append(added, id(&is[i]))
		}
	}
	for i := range was {
		if isAt(id(&was[i])) < 0 {
			gone = append(gone, id(&was[i]))
		}
	}
	return from, gone, added
}
