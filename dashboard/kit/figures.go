package kit

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/figures"
)

// figureTable is the figures of a situation by cell.
type figureTable map[[2]int][]figures.Figure

func figuresOf(p domain.Picture) figureTable {
	out := figureTable{}
	for _, f := range figures.Of(p) {
		at := [2]int{p.Row(f.Municipality), p.Col(f.Column)}
		out[at] = append(out[at], f)
	}
	return out
}

// Shown are the figures that a cell shows, the least first, one of each value: of
// the kind that its column mostly counts, else the first.
func (t figureTable) Shown(row, col int, id domain.ColumnID) []figures.Figure {
	list := t[[2]int{row, col}]
	if len(list) == 0 {
		return nil
	}
	kind := list[0].Kind
	if usual := UsualFigure(id); slices.ContainsFunc(list, func(f figures.Figure) bool { return f.Kind == usual }) {
		kind = usual
	}
	var out []figures.Figure
	for _, f := range list {
		same := func(g figures.Figure) bool { return g.Value == f.Value }
		if f.Kind == kind && !slices.ContainsFunc(out, same) {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b figures.Figure) int { return cmp.Compare(a.Value, b.Value) })
	return out
}

// InCell is the number that a cell shows; both where two sources differ.
func (t figureTable) InCell(row, col int, id domain.ColumnID) string {
	var words []string
	for _, f := range t.Shown(row, col, id) {
		words = append(words, Number(f.Value))
	}
	return strings.Join(words, "/")
}

// UsualFigure is what a function of a situation mostly counts.
func UsualFigure(c domain.ColumnID) figures.Kind {
	switch c {
	case "strom":
		return figures.WithoutPower
	case "ekom":
		return figures.WithoutTelecom
	case "vann-avlop":
		return figures.WithoutWater
	case "vei-bane":
		return figures.RoadsClosed
	case "helse":
		return figures.Injured
	case "personell":
		return figures.StaffShort
	case "forsyning":
		return figures.FuelHours
	}
	return figures.Evacuated
}

// Number writes a number with a space between thousands.
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}
