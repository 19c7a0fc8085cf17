package kit

import (
	"slices"
	"strings"

	"kommunebilde/domain"
)

// An area that is judged every second year rests in the year between: it says so, and is
// in no count of the edition's levels.

// Resting are the places of the columns that rest, with the indicators under them.
func Resting(c *domain.Catalogue, rests []domain.ColumnID) map[int]bool {
	out := map[int]bool{}
	for i, col := range c.Columns {
		if slices.Contains(rests, col.ID) || col.Area != "" && slices.Contains(rests, col.Area) {
			out[i] = true
		}
	}
	return out
}

// Rests reports whether a column is not judged this time.
func (b *Board) Rests(col int) bool { return b.resting[col] }

// RestsNote says which areas, of the columns that are shown, are in no count; "" where all
// are judged.
func (b *Board) RestsNote() string {
	var names []string
	for _, col := range b.Cols {
		if area := areaOf(b.Catalogue, col); b.Rests(col) && area >= 0 {
			name, _ := b.Catalogue.Columns[area].Name.In(b.Words.Lang)
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	return b.Words.T("years.left_out", strings.Join(names, ", "))
}

// areaOf returns the place of a column's area, which may be itself.
func areaOf(c *domain.Catalogue, col int) int {
	if area := c.Columns[col].Area; area != "" {
		return c.ColumnIndex(area)
	}
	return col
}
