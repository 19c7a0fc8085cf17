package demo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/calendar"
	"kommunebilde/domain/typed"
)

// What the live picture shows at the end: shares of the 644 cells, as above.
const (
	liveReported = 381
	liveYellow   = 51
	liveRed      = 8
	resolved     = 84 // cells that were strained for a while, and are not now
	wrongClicks  = 5  // levels set by mistake and taken back at once
)

// meeting is one meeting of the story and what changes in it.
type meeting struct {
	title   string
	kind    domain.MeetingKind
	days    int // before now
	changes []change
}

// change sets cells in a meeting. Those of a meeting happen in the order of
// stage, then as the agenda goes: the regions in turn, those that the flood has
// struck last.
type change struct {
	cells []domain.CellEdit
	row   int
	by    string // who reports
	stage int
	wrong bool // taken back at once
}

func story() []meeting {
	const preparedness = domain.MeetingPreparedness
	return []meeting{
		{title: "Beredskapsmøte: statusrunde", kind: preparedness, days: 43},
		{title: "Beredskapsmøte: varsel om mye nedbør", kind: preparedness, days: 36},
		{title: "Beredskapsmøte: flom i sidevassdrag", kind: preparedness, days: 29},
		{title: "Beredskapsmøte: flom og stengte veier", kind: preparedness, days: 22},
		{title: "Fylkesberedskapsråd: flom", kind: domain.MeetingCouncil, days: 15},
		{title: "Beredskapsmøte: opprydding etter flommen", kind: preparedness, days: 8},
		{title: "Beredskapsmøte: varsel om uvær", kind: preparedness, days: 3},
		{title: "Beredskapsmøte: uvær og ny flomfare", kind: preparedness, days: 0},
	}
}

// meetings tells the weeks before now. The last meeting is still open.
func (t *teller) meetings() {
	all := story()
	last := len(all) - 1
	cells := t.liveCells()
	t.report(all, cells)
	t.strain(all, cells)
	t.slip(all, cells)
	by := actor(lead)
	var invited []domain.MunicipalityID
	for _, m := range t.rows {
		invited = append(invited, m.ID)
	}
	for i, m := range all {
		local := t.now.In(t.oslo)
		start := time.Date(local.Year(), local.Month(), local.Day()-m.days, 10, 0, 0, 0, t.oslo)
		end := start.Add(75 * time.Minute)
		if i == last {
			start, end = t.now.Add(-42*time.Minute), t.now.Add(-20*time.Second)
		}
		id := domain.MeetingID(fmt.Sprintf("demo-%d", i+1))
		if i == 0 {
			t.arrange(start.Add(-time.Hour))
		}
		open := domain.OpenMeeting{
			ID: id, Board: domain.Live, Kind: m.kind, Title: typed.Of(m.title), Invited: invited, Agenda: t.agenda(), Listed: listed(), Reports: true,
		}
		switch {
		case m.kind != domain.MeetingPreparedness: // stands alone
		case i == 0:
			open.Series = "Ukentlig beredskapsmøte"
		default:
			open.InSeries = "demo-1"
		}
		t.add(start, by, open)
		t.hold(id, m.changes, start.Add(2*time.Minute), end)
		t.rollCall(id, m.changes, start, end, i == last)
		if i != last {
			t.add(end.Add(3*time.Minute), by, domain.CloseMeeting{Meeting: id, Unexplained: true, Names: names()})
		} else {
			t.events(id, start)
		}
	}
	t.comes()
	t.situation()
}

// comes says when the series goes on: in two weeks' time, at the usual hour.
func (t *teller) comes() {
	local := t.now.In(t.oslo)
	at := time.Date(local.Year(), local.Month(), local.Day()+14, 10, 0, 0, 0, t.oslo)
	t.add(t.now.Add(-30*time.Minute), actor(lead), calendar.Schedule{
		Board: domain.Live, ID: "demo-dato", Title: "Beredskapsmøte: status etter uværet", At: domain.Moment{Time: at}, InSeries: "demo-1",
	})
}

// hold spreads a meeting's changes over its time; the last comes at its end.
func (t *teller) hold(id domain.MeetingID, changes []change, start, end time.Time) {
	slices.SortStableFunc(changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.stage, b.stage), cmp.Compare(t.struck(a.row), t.struck(b.row)), cmp.Compare(a.row, b.row))
	})
	gap := end.Sub(start) / time.Duration(max(1, len(changes)))
	for i, c := range changes {
		at := start.Add(time.Duration(i+1) * gap)
		if i < len(changes)-1 {
			at = at.Add(-time.Duration(t.rnd.Int64N(int64(gap)/3 + 1)))
		}
		at = at.Truncate(time.Second)
		cmd := domain.SetLevels{Board: domain.Live, Meeting: id, Cells: c.cells, ReportedBy: typed.Of(c.by)}
		if c.cells[0].Level == domain.Red && !c.wrong {
			cmd.EventAt.Time = at.Add(-time.Duration(10+t.rnd.IntN(80)) * time.Minute)
		}
		done := t.add(at, actor(lead), cmd)
		if c.wrong {
			t.add(at.Add(min(9*time.Second, gap/2)), actor(lead), nil).undoes = done
		}
	}
}

// struck tells how hard the story's weather hits a municipality: 1 to 3.
func (t *teller) struck(row int) int {
	switch t.rows[row].Region {
	case "nord-gudbrandsdal", "midt-gudbrandsdal", "valdres":
		return 3
	case "lillehammerregionen", "gjovikregionen":
		return 2
	}
	if t.pack.Catalogue.RegionIndex("valdres") < 0 && row%3 == 0 {
		return 3 // another county
	}
	return 1
}

// weight tells how often an area is spoken of in a preparedness meeting.
func weight(id domain.ColumnID) float64 {
	switch id {
	case "samfunnssikkerhet":
		return 12
	case "helse-omsorg", "miljo":
		return 4
	case "fastlege", "barnehage-opplaering":
		return 3
	case "landbruk", "sosiale-tjenester":
		return 1.5
	case "barnevern", "rus-psykisk-helse", "okonomi":
		return 0.5
	}
	return 0.15
}

// liveCell is a cell that is reported, and the meeting in which it first is.
type liveCell struct{ row, area, first int }

// liveCells picks the cells that municipalities report at all.
func (t *teller) liveCells() []liveCell {
	var all []liveCell
	key := map[liveCell]float64{}
	for row := range t.rows {
		first := 0
		if t.rnd.IntN(6) == 0 {
			first = 1
		}
		for a, area := range t.areas {
			c := liveCell{row, a, first}
			all = append(all, c)
			key[c] = t.race(1 + weight(area.ID)/2)
		}
	}
	slices.SortFunc(all, func(x, y liveCell) int { return cmp.Compare(key[x], key[y]) })
	return all[:share(liveReported, cellsInAll, len(all))]
}

// race gives a random time that is earlier the greater the weight: the first n
// of many are a sample by weight.
func (t *teller) race(weight float64) float64 { return -math.Log(1-t.rnd.Float64()) / weight }

// report lets each municipality tell, once for all its cells, that all is
// normal.
func (t *teller) report(all []meeting, cells []liveCell) {
	edits := map[[2]int][]domain.CellEdit{}
	for _, c := range cells {
		at := [2]int{c.first, c.row}
		edits[at] = append(edits[at], t.edit(c, domain.Green, ""))
	}
	for m := range all {
		for row := range t.rows {
			if e := edits[[2]int{m, row}]; len(e) > 0 {
				slices.SortFunc(e, func(x, y domain.CellEdit) int { return cmp.Compare(x.Column, y.Column) })
				all[m].changes = append(all[m].changes, change{cells: e, row: row, by: reporter(t.rnd, t.rows[row], "samfunnssikkerhet")})
			}
		}
	}
}

func (t *teller) edit(c liveCell, l domain.Level, text string) domain.CellEdit {
	return domain.CellEdit{Municipality: t.rows[c.row].ID, Column: t.areas[c.area].ID, Level: l, Text: typed.Of(text)}
}

// set adds a change of one cell to a meeting.
func (t *teller) set(m *meeting, c liveCell, l domain.Level, stage int) {
	id := t.areas[c.area].ID
	m.changes = append(m.changes, change{
		cells: []domain.CellEdit{t.edit(c, l, t.texts.live(t.rnd, id, l))},
		row:   c.row, by: reporter(t.rnd, t.rows[c.row], id), stage: stage,
	})
}

// strain lets cells go yellow and red, and most of them green again.
func (t *teller) strain(all []meeting, cells []liveCell) {
	last := len(all) - 1
	key := map[liveCell]float64{}
	for _, c := range cells {
		hit := float64(t.struck(c.row))
		key[c] = t.race(weight(t.areas[c.area].ID) * hit * hit)
	}
	cells = slices.Clone(cells)
	slices.SortFunc(cells, func(x, y liveCell) int { return cmp.Compare(key[x], key[y]) })
	size := len(t.rows) * len(t.areas)
	red := share(liveRed, cellsInAll, size)
	now := min(red+share(liveYellow, cellsInAll, size), len(cells))
	t.worstFirst(cells[:now], red)
	for i, c := range cells[:min(red, now)] {
		from := 4 + i%3 // yellow in one of the meetings before
		t.set(&all[from], c, domain.Yellow, 1)
		to := last
		if i%4 == 3 {
			to--
		}
		t.set(&all[to], c, domain.Red, 2)
	}
	together := t.together(cells[min(red, now):now])
	for _, c := range cells[min(red, now):now] {
		if slices.Contains(together, c) {
			continue
		}
		from := last
		switch n := t.rnd.IntN(100); {
		case n < 15:
			from = 3 + t.rnd.IntN(2)
		case n < 30:
			from = last - 2
		case n < 55:
			from = last - 1
		}
		t.set(&all[from], c, domain.Yellow, 1)
	}
	if len(together) > 0 {
		bulk := change{row: together[0].row, stage: 1, by: "Nettselskap"} // a power cut is the power company's to tell
		text := t.texts.live(t.rnd, t.areas[together[0].area].ID, domain.Yellow)
		for _, c := range together {
			bulk.cells = append(bulk.cells, t.edit(c, domain.Yellow, text))
		}
		all[last].changes = append(all[last].changes, bulk)
	}
	for _, c := range cells[now:min(now+share(resolved, cellsInAll, size), len(cells))] {
		from := []int{1, 2, 2, 3, 3, 3, 4, 4, 6}[t.rnd.IntN(9)]
		to := min(from+1+t.rnd.IntN(2), last)
		t.set(&all[from], c, domain.Yellow, 1)
		if to > from+1 && t.rnd.IntN(3) == 0 {
			t.set(&all[from+1], c, domain.Red, 1)
		}
		t.set(&all[to], c, domain.Green, 1)
	}
}

// worstFirst moves the cells that become red to the front: mostly those that
// the weather is about, and no two of one municipality.
func (t *teller) worstFirst(cells []liveCell, red int) {
	key := map[liveCell]float64{}
	for _, c := range cells {
		w := weight(t.areas[c.area].ID)
		key[c] = t.race(w * w * float64(t.struck(c.row)))
	}
	slices.SortFunc(cells, func(x, y liveCell) int { return cmp.Compare(key[x], key[y]) })
	for n := 0; n < min(red, len(cells)); n++ {
		taken := func(c liveCell) bool {
			return slices.ContainsFunc(cells[:n], func(other liveCell) bool { return other.row == c.row })
		}
		if i := slices.IndexFunc(cells[n:], func(c liveCell) bool { return !taken(c) }); i > 0 {
			cells[n], cells[n+i] = cells[n+i], cells[n]
		}
	}
}

// together picks cells of one area in one region that are set at once: a power
// cut hits a valley, not a municipality.
func (t *teller) together(cells []liveCell) []liveCell {
	type group struct {
		region domain.RegionID
		area   int
	}
	groups := map[group][]liveCell{}
	var best []liveCell
	for _, c := range cells {
		g := group{t.rows[c.row].Region, c.area}
		groups[g] = append(groups[g], c)
		if len(groups[g]) > len(best) {
			best = groups[g]
		}
	}
	if len(best) < 2 {
		return nil
	}
	return best
}

// slip lets the lead click on the wrong level a few times.
func (t *teller) slip(all []meeting, cells []liveCell) {
	if len(cells) == 0 {
		return
	}
	for i := range wrongClicks {
		c := cells[t.rnd.IntN(len(cells))]
		m := &all[len(all)-1-i]
		m.changes = append(m.changes, change{cells: []domain.CellEdit{t.edit(c, domain.Red, "")}, row: c.row, stage: 1, wrong: true})
	}
}
