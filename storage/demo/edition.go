package demo

import (
	"cmp"
	"slices"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/typed"
)

const edition domain.BoardID = "2022"

// Shares of the 644 area cells of Innlandet, and of another county's likewise.
const (
	cellsInAll    = 644
	yellowCells   = 195
	redCells      = 53
	notAssessed   = 6
	notApplicable = 5
	noData        = 5
	adjustedCells = 22 // after the hearing
	answered      = 29 // of 46
	outOf         = 46
)

// share returns n of 644 for a county of another size.
func share(n, of, all int) int { return (n*all + of/2) / of }

// edition tells how the edition came about: drafts early in September, a
// hearing, changes after it, publication.
func (t *teller) edition() {
	by := actor(editor)
	t.add(t.day(time.August, 22, 9, 0), by, editions.Open{
		Board: edition, Title: domain.Words{NB: "Kommunebilde 2022", NN: "Kommunebilete 2022", EN: "Municipality picture 2022"},
		Catalogue: t.pack.Catalogue, Map: &t.pack.Map,
	})
	final := t.areaLevels()
	adjusted := t.toAdjust(final)
	for a, area := range t.areas {
		var cells []domain.CellEdit
		day := t.day(time.September, 1+a*8/len(t.areas), 9+a%6, 7*a%60)
		date := day.Format(time.DateOnly)
		for m, row := range t.rows {
			level := final[m][a]
			if first, ok := adjusted[[2]int{m, a}]; ok {
				level = first
			}
			cells = append(cells, domain.CellEdit{
				Municipality: row.ID, Column: area.ID, Level: level, Date: date,
				Text: typed.Of(t.texts.area(t.rnd, area.ID, level)),
			})
			cells = append(cells, t.indicators(row.ID, area.ID, final[m][a], date)...)
		}
		t.add(day, assessorOf(area.ID), domain.SetLevels{Board: edition, Cells: cells})
	}
	hearing := domain.Hearing{From: "2022-09-22", To: "2022-10-13"}
	t.add(t.day(time.September, 22, 8, 30), by, editions.NoteHearing{Board: edition, Hearing: hearing})
	for _, m := range t.rnd.Perm(len(t.rows))[:share(answered, outOf, len(t.rows))] {
		hearing.Answered = append(hearing.Answered, t.rows[m].ID)
	}
	slices.Sort(hearing.Answered)
	t.add(t.day(time.October, 14, 8, 30), by, editions.NoteHearing{Board: edition, Hearing: hearing})
	t.adjust(final, adjusted)
	t.add(t.day(time.November, 11, 9, 0), by, editions.Publish{Board: edition})
	t.add(t.day(time.November, 11, 9, 5), by, domain.ChangeBase{Edition: edition, StaleAfter: t.pack.Catalogue.Limits()})
	t.withhold(final)
}

// withhold marks one text of the published edition as exempt: a green cell of
// civil protection, so that what is exempt does not read as a verdict.
func (t *teller) withhold(final [][]domain.Level) {
	for a, area := range t.areas {
		if area.ID != "samfunnssikkerhet" {
			continue
		}
		for m, row := range t.rows {
			if final[m][a] == domain.Green {
				t.add(t.day(time.November, 11, 9, 20), actor(editor), domain.MarkCells{
					Board: edition, Cells: []domain.CellRef{{Municipality: row.ID, Column: area.ID}},
					Fields: []domain.Field{domain.FieldText}, Basis: "offl-24-3", Reason: "Teksten omtaler sikring av vannverk.", Alone: true, // its indicators do not
				})
				return
			}
		}
	}
}

// areaLevels gives each area of each municipality its level as published:
// exactly the shares above, with areas and municipalities that lean one way.
func (t *teller) areaLevels() [][]domain.Level {
	type cell struct {
		m, a   int
		strain float64
	}
	lean := make([]float64, len(t.areas))
	for a := range lean {
		lean[a] = t.rnd.NormFloat64() * 0.3
	}
	var cells []cell
	for m := range t.rows {
		own := t.rnd.NormFloat64() * 0.35
		for a := range t.areas {
			cells = append(cells, cell{m, a, own + lean[a] + t.rnd.NormFloat64()})
		}
	}
	slices.SortFunc(cells, func(x, y cell) int { return cmp.Compare(y.strain, x.strain) })
	out := make([][]domain.Level, len(t.rows))
	for m := range out {
		out[m] = make([]domain.Level, len(t.areas))
		for a := range out[m] {
			out[m][a] = domain.Green
		}
	}
	all := len(cells)
	red := share(redCells, cellsInAll, all)
	strained := red + share(yellowCells, cellsInAll, all)
	for i, c := range cells[:strained] {
		out[c.m][c.a] = domain.Yellow
		if i < red {
			out[c.m][c.a] = domain.Red
		}
	}
	calm := cells[strained:]
	t.rnd.Shuffle(len(calm), func(i, j int) { calm[i], calm[j] = calm[j], calm[i] })
	for _, special := range []struct {
		level domain.Level
		n     int
	}{{domain.NotAssessed, notAssessed}, {domain.NotApplicable, notApplicable}, {domain.NoData, noData}} {
		n := min(share(special.n, cellsInAll, all), len(calm))
		for _, c := range calm[:n] {
			out[c.m][c.a] = special.level
		}
		calm = calm[n:]
	}
	return out
}

// toAdjust picks cells that the hearing changed, and what they were before it.
func (t *teller) toAdjust(final [][]domain.Level) map[[2]int]domain.Level {
	out := map[[2]int]domain.Level{}
	want := share(adjustedCells, cellsInAll, len(t.rows)*len(t.areas))
	for _, i := range t.rnd.Perm(len(t.rows) * len(t.areas)) {
		if len(out) == want {
			break
		}
		m, a := i/len(t.areas), i%len(t.areas)
		switch final[m][a] {
		case domain.Green, domain.Red:
			out[[2]int{m, a}] = domain.Yellow
		case domain.Yellow:
			out[[2]int{m, a}] = domain.Red
			if t.rnd.IntN(3) == 0 {
				out[[2]int{m, a}] = domain.Green
			}
		}
	}
	return out
}

// adjust sets the cells that the hearing changed to what was published, a few
// a day, in late October.
func (t *teller) adjust(final [][]domain.Level, adjusted map[[2]int]domain.Level) {
	for a, area := range t.areas {
		day := t.day(time.October, 24+a%5, 9+a%7, 11*a%60)
		for m, row := range t.rows {
			if _, ok := adjusted[[2]int{m, a}]; !ok {
				continue
			}
			level := final[m][a]
			day = day.Add(time.Duration(4+t.rnd.IntN(9)) * time.Minute)
			t.add(day, assessorOf(area.ID), domain.SetLevels{Board: edition, Cells: []domain.CellEdit{{
				Municipality: row.ID, Column: area.ID, Level: level, Date: day.Format(time.DateOnly),
				Text: typed.Of(t.texts.area(t.rnd, area.ID, level) + " " + t.texts.pick(t.rnd, "adjusted")),
			}}}).seen = true
		}
	}
}

// indicators gives an area's indicators levels that bear out the area's: the
// worst of them is never worse than it, and where it is not green at least one
// is as it is.
func (t *teller) indicators(m domain.MunicipalityID, area domain.ColumnID, level domain.Level, date string) []domain.CellEdit {
	places := t.pack.Catalogue.Indicators(area)
	if len(places) == 0 {
		return nil
	}
	like := t.rnd.IntN(len(places))
	var out []domain.CellEdit
	for i, p := range places {
		c := t.pack.Catalogue.Columns[p]
		e := domain.CellEdit{Municipality: m, Column: c.ID, Level: t.indicator(level, i == like), Date: date}
		if e.Level != domain.Green || t.rnd.IntN(4) == 0 {
			e.Text = typed.Of(t.texts.indicator(t.rnd, c.Evidence, e.Level))
		}
		out = append(out, e)
	}
	return out
}

func (t *teller) indicator(area domain.Level, like bool) domain.Level {
	if like {
		return area
	}
	n := t.rnd.IntN(100)
	switch area {
	case domain.Green:
		if n < 3 {
			return domain.NoData
		}
		return domain.Green
	case domain.Yellow:
		switch {
		case n < 30:
			return domain.Yellow
		case n < 33:
			return domain.NotAssessed
		}
		return domain.Green
	case domain.Red:
		switch {
		case n < 25:
			return domain.Red
		case n < 65:
			return domain.Yellow
		}
		return domain.Green
	}
	return area
}
