package wall

import (
	"math"
	"slices"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// What a wall of a table has room for. Where a screen is small for its distance
// whole rows step back, never the size of letters, and the wall says how many. The
// screen itself measures (walls.ts); this is what it begins with, and what
// whoever chooses its size is told.

// Steps is how many twentieths larger than at 65 inches and 5 metres all is.
func (o Options) Steps() int { return int(math.Ceil(o.Scale()*20 - 1e-9)) }

// Rows is how many of so many rows layouts B and C have room for beside one
// line of a significant event.
func Rows(steps, rows int) int {
	const around, row, more = 21.25, 3.0, 3.5 // rem: header, footer, names, event; a row; how many more there are
	room := Height*20/float64(steps) - around
	if int(room/row) >= rows {
		return rows
	}
	return max(1, int((room-more)/row))
}

// InchesFor is the smallest screen, in whole inches and read at the usual
// distance, on which so many rows have room.
func InchesFor(rows int) int {
	inches := 20
	for Rows(Options{Inches: float64(inches), Metres: Metres}.Steps(), rows) < rows {
		inches++
	}
	return inches
}

// rowsThatFit returns the columns of which a table of some municipalities shows
// rows, in order: those with something grave before the others.
func (w wallPage) rowsThatFit(members []int) []int {
	room := Rows(w.o.Steps(), len(w.Cols))
	if room == len(w.Cols) {
		return w.Cols
	}
	worst := func(col int) int {
		out := 0
		for _, r := range members {
			if i := kit.ToggleIndex(w.Picture.Level(r, col)); i < 3 {
				out = max(out, i)
			}
		}
		return out
	}
	chosen := slices.Clone(w.Cols)
	slices.SortStableFunc(chosen, func(a, b int) int { return worst(b) - worst(a) })
	chosen = chosen[:room]
	slices.Sort(chosen)
	return chosen
}

// moreRows appends the line that says how many rows have no room.
func (w wallPage) moreRows(out *kit.Builder, n int) {
	words := ""
	if n > 0 {
		words = w.Words.N(w.moreWord(), n)
	}
	out.Raw(`<p class="more rows"`).Attr("data-one", w.Words.N(w.moreWord(), 1)).Attr("data-many", w.Words.T(w.moreWord(), "{0}")).Flag("hidden", n == 0).Raw(`>`).Text(words).Raw(`</p>`)
}

// moreWord counts rows of the board.
func (w wallPage) moreWord() string {
	if w.Kind == domain.KindSituation {
		return "wall.more_functions"
	}
	return "wall.more_areas"
}
