package demo

import (
	"math/rand/v2"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Next makes up the change that a meeting lead makes next: one area of one
// municipality, for the open meeting (its Meeting is empty if there is none).
// Over time about as many cells get better as get worse.
func Next(p domain.Picture, rnd *rand.Rand) domain.SetLevels {
	out := domain.SetLevels{Board: p.Board().ID}
	for _, m := range p.Meetings() {
		if m.Open() {
			out.Meeting = m.ID
			break
		}
	}
	cat := p.Catalogue()
	areas := cat.Areas()
	var strained, calm [][2]int
	for row := range cat.Municipalities {
		for _, col := range areas {
			switch p.Level(row, col) {
			case domain.Yellow, domain.Red:
				strained = append(strained, [2]int{row, col})
			default:
				for range max(1, int(weight(cat.Columns[col].ID))) {
					calm = append(calm, [2]int{row, col})
				}
			}
		}
	}
	from := calm
	// About a tenth of the cells is strained where the two balance.
	if usual := len(cat.Municipalities) * len(areas) / 10; len(calm) == 0 || len(strained) > 0 && rnd.IntN(2*usual+1) < len(strained) {
		from = strained
	}
	if len(from) == 0 {
		return out
	}
	at := from[rnd.IntN(len(from))]
	m, c := cat.Municipalities[at[0]], cat.Columns[at[1]]
	level := domain.Yellow
	switch p.Level(at[0], at[1]) {
	case domain.Yellow:
		level = domain.Green
		if rnd.IntN(5) == 0 {
			level = domain.Red
		}
	case domain.NotAssessed:
		if rnd.IntN(3) > 0 {
			level = domain.Green
		}
	}
	out.ReportedBy = typed.Of(reporter(rnd, m, c.ID))
	out.Cells = []domain.CellEdit{{
		Municipality: m.ID, Column: c.ID, Level: level, Text: typed.Of(readTexts().live(rnd, c.ID, level)),
	}}
	return out
}
