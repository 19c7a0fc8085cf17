package demo

import (
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/assessment"
	"kommunebilde/domain/evidence"
	"kommunebilde/domain/signoff"
	"kommunebilde/domain/typed"
)

// progress is how many of 46 municipalities an area has in each state.
type progress struct{ missing, draft, submitted, approved, changed int }

// progressOf tells how far an area has come: one is untouched, one is done.
func progressOf(area domain.ColumnID) progress {
	switch area {
	case "barnehage-opplaering":
		return progress{0, 0, 6, 40, 0}
	case "barnevern":
		return progress{0, 2, 10, 34, 0}
	case "fastlege":
		return progress{9, 11, 11, 14, 1}
	case "folkehelse":
		return progress{0, 4, 30, 12, 0}
	case "helse-omsorg":
		return progress{2, 6, 18, 20, 0}
	case "jordvern":
		return progress{0, 0, 0, 46, 0}
	case "klima":
		return progress{14, 12, 20, 0, 0}
	case "okonomi":
		return progress{0, 1, 3, 41, 1}
	case "landbruk":
		return progress{0, 0, 4, 42, 0}
	case "miljo":
		return progress{20, 10, 16, 0, 0}
	case "rus-psykisk-helse":
		return progress{4, 8, 22, 12, 0}
	case "plan":
		return progress{0, 3, 13, 30, 0}
	case "samfunnssikkerhet":
		return progress{0, 0, 2, 43, 1}
	case "sosiale-tjenester":
		return progress{46, 0, 0, 0, 0}
	}
	return progress{4, 5, 12, 24, 1}
}

// states returns the state that each of n municipalities shall have, the first done first.
func (p progress) states(n int) []signoff.State {
	var out []signoff.State
	add := func(state signoff.State, of int) {
		for range share(of, outOf, n) {
			out = append(out, state)
		}
	}
	add(signoff.Approved, p.approved)
	add(signoff.Changed, p.changed)
	add(signoff.Submitted, p.submitted)
	add(signoff.Draft, p.draft)
	for len(out) < n {
		out = append(out, signoff.Missing)
	}
	return out[:n]
}

// batch is how many units an assessor submits at a time.
const batch = 8

// sentBack is the place in every third batch of a unit that is sent back once.
const sentBack = 5

// area tells of the work on an area: the municipalities as they come on the agenda, more
// or less, submitted and approved some at a time.
func (y *year) area(a int) {
	area := y.areas[a].ID
	order := y.order()
	states := progressOf(area).states(len(order))
	at := func(k int) float64 { return 0.06 + 0.002*float64(a) + 0.7*(float64(k)+0.5)/float64(len(order)) }
	for from := 0; from < len(order); from += batch {
		to := min(from+batch, len(order))
		end := at(to-1) + 0.008
		var sent, good []place
		for k := from; k < to; k++ {
			p := place{y.rows[order[k]].ID, area}
			switch states[k] {
			case signoff.Missing:
				continue
			case signoff.Draft:
				if area == "helse-omsorg" && states[k-1] != signoff.Draft {
					y.waiting(at(k), p)
				} else {
					y.draft(at(k), p, k)
				}
				continue
			}
			alike := area == "helse-omsorg" && states[k] == signoff.Submitted && y.alike < equals
			if alike {
				y.equal(at(k), p)
			} else {
				y.judge(at(k), p)
			}
			sent = append(sent, p)
			switch {
			case states[k] == signoff.Changed:
				y.ask(0.93+0.01*float64(a)/float64(len(y.areas)), assessorOf(area), y.more(p, "endret etterpå"))
			case k-from == sentBack && (from/batch+a)%3 == 0 && !alike:
				y.again(end+0.015, p, states[k] == signoff.Approved)
				continue
			}
			if states[k] != signoff.Submitted {
				good = append(good, p)
			}
		}
		y.submit(end, sent...)
		y.approve(end+0.03, good...)
	}
}

// order is the agenda, not kept to the letter.
func (y *year) order() []int {
	var out []int
	key := map[int]float64{}
	for row := range y.rows {
		out = append(out, row)
		key[row] = float64(row) + 7*y.rnd.Float64()
	}
	slices.SortStableFunc(out, func(a, b int) int {
		if key[a] < key[b] {
			return -1
		}
		return 1
	})
	return out
}

// judge writes a unit: as it was in 2022, or with another level or text.
func (y *year) judge(share float64, p place) {
	by := assessorOf(p.area)
	fresh := y.rnd.IntN(100) < 40
	y.ask(share, by, func(w signoff.Work) domain.Command { return y.written(w, p, fresh) })
	y.ask(share+0.0004, by, func(w signoff.Work) domain.Command { return confirm(w, p) })
}

// confirm says that what is left of a unit is as it was; nil if nothing is.
func confirm(w signoff.Work, p place) domain.Command {
	u := w.Book.Unit(p.m, p.area)
	if !slices.ContainsFunc(u.Cells, func(c assessment.Cell) bool { return c.Standing == assessment.Carried }) {
		return nil
	}
	return assessment.ConfirmUnchanged{Board: w.Ground.ID(), Municipality: p.m, Column: p.area, Seen: u.Revision}
}

// written is what an assessor writes of a unit before the rest is confirmed; nil for
// nothing: all is as it was, and what it rests on is not asked for.
func (y *year) written(w signoff.Work, p place, fresh bool) domain.Command {
	u := w.Book.Unit(p.m, p.area)
	lead := u.Cells[0]
	was := domain.NotAssessed
	if lead.Was != nil {
		was = lead.Was.Level
	}
	save := assessment.Save{Board: y.board}
	first := edit(lead)
	if fresh || was == domain.NotAssessed {
		first.Level = y.next(was)
		text := typed.Of(y.texts.area(y.rnd, p.area, first.Level) + " " + y.texts.pick(y.rnd, "presisert"))
		first.Text = &text
	}
	level := first.Level
	if level == "" {
		level = was
	}
	if first.Level != "" || level == domain.Yellow || level == domain.Red || y.rnd.IntN(3) == 0 {
		first.Evidence = y.sources(p)
		save.Cells = append(save.Cells, first)
	}
	for i, c := range u.Cells[1:] {
		switch {
		case c.Was == nil: // redefined
			e := edit(c)
			e.Level = y.indicator(level, false)
			save.Cells = append(save.Cells, e)
		case first.Level != "" && i == 0 && c.Was.Level != level:
			e := edit(c)
			e.Level = level
			text := typed.Of(y.texts.indicator(y.rnd, "", level))
			e.Text = &text
			save.Cells = append(save.Cells, e)
		}
	}
	if len(save.Cells) == 0 {
		return nil
	}
	return save
}

func edit(c assessment.Cell) assessment.Edit {
	return assessment.Edit{Municipality: c.Municipality, Column: c.Column, Seen: c.Revision}
}

// next is the level of an area the year after: most often the same.
func (y *year) next(was domain.Level) domain.Level {
	n := y.rnd.IntN(10)
	switch {
	case was == domain.Green && n < 3, was == domain.Red && n < 5:
		return domain.Yellow
	case was == domain.Yellow && n < 4:
		return domain.Green
	case was == domain.Yellow && n < 5:
		return domain.Red
	case was == domain.Yellow || was == domain.Red:
		return was
	}
	return domain.Green
}

// sources is what a judgement is said to rest on: what there is of the area, three at most.
func (y *year) sources(p place) *[]evidence.Ref {
	refs := slices.Concat(y.rests[p], y.rests[place{area: p.area}])
	refs = refs[:min(len(refs), 2+y.rnd.IntN(2))]
	return &refs
}

// draft leaves a unit half done: a level alone, a text without what it rests on, or all of
// it and not submitted.
func (y *year) draft(share float64, p place, k int) {
	by := assessorOf(p.area)
	if k%2 == 1 && may(secondHealthAssessor, domain.RoleAssessor, p.area) {
		by = actor(secondHealthAssessor)
	}
	switch k % 3 {
	case 0:
		y.judge(share, p)
		return
	case 1:
		y.ask(share, by, func(w signoff.Work) domain.Command {
			e := edit(w.Book.Unit(p.m, p.area).Cells[0])
			e.Level = domain.Yellow
			return assessment.Save{Board: y.board, Cells: []assessment.Edit{e}}
		})
	default:
		y.ask(share, by, func(w signoff.Work) domain.Command {
			e := edit(w.Book.Unit(p.m, p.area).Cells[0])
			e.Level = y.next(domain.Yellow)
			text := typed.Of(y.texts.area(y.rnd, p.area, e.Level) + " " + y.texts.pick(y.rnd, "presisert"))
			e.Text = &text
			return assessment.Save{Board: y.board, Cells: []assessment.Edit{e}}
		})
	}
}

// more adds a sentence to the text of an area.
func (y *year) more(p place, heading string) func(signoff.Work) domain.Command {
	return func(w signoff.Work) domain.Command {
		c := w.Book.Unit(p.m, p.area).Cells[0]
		e := edit(c)
		text := typed.Of(c.Text.String() + " " + y.texts.pick(y.rnd, heading))
		e.Text = &text
		return assessment.Save{Board: y.board, Cells: []assessment.Edit{e}}
	}
}

// waiting leaves a unit sent back, for its assessor to write anew.
func (y *year) waiting(share float64, p place) {
	y.judge(share, p)
	y.submit(share+0.01, p)
	y.send(share+0.03, p)
}

// equals is how many municipalities are found alike in one area.
const equals = 4

// equal writes units alike in every word and indicator: all yellow, but for the last one,
// which is red. Whoever compares the area finds it.
func (y *year) equal(share float64, p place) {
	y.alike++
	level, text := domain.Yellow, typed.Of(y.texts.pick(y.rnd, "lik vurdering"))
	if y.alike == equals {
		level = domain.Red
	}
	y.ask(share, assessorOf(p.area), func(w signoff.Work) domain.Command {
		save := assessment.Save{Board: y.board}
		for i, c := range w.Book.Unit(p.m, p.area).Cells {
			e, said := edit(c), typed.Of("")
			e.Level, e.Text = domain.Yellow, &said
			if i == 0 {
				e.Level, said, e.Evidence = level, text, y.sources(p)
			}
			save.Cells = append(save.Cells, e)
		}
		return save
	})
	y.ask(share+0.0004, assessorOf(p.area), func(w signoff.Work) domain.Command { return confirm(w, p) })
}

// again has a unit sent back, written more clearly and submitted anew.
func (y *year) again(share float64, p place, approved bool) {
	y.send(share, p)
	y.ask(share+0.01, assessorOf(p.area), y.more(p, "presisert"))
	y.submit(share+0.012, p)
	if approved {
		y.approve(share+0.02, p)
	}
}

func (y *year) send(share float64, p place) {
	y.ask(share, approverOf(p.area), func(w signoff.Work) domain.Command {
		return signoff.Return{Board: y.board, Units: seen(w, p), Reason: typed.Of(y.texts.pick(y.rnd, "retur"))}
	})
}

func (y *year) submit(share float64, units ...place) {
	if len(units) > 0 {
		y.ask(share, assessorOf(units[0].area), func(w signoff.Work) domain.Command {
			return signoff.Submit{Board: y.board, Units: seen(w, units...)}
		})
	}
}

func (y *year) approve(share float64, units ...place) {
	if len(units) > 0 {
		y.ask(share, approverOf(units[0].area), func(w signoff.Work) domain.Command {
			return signoff.Approve{Board: y.board, Units: summed(w, units...)}
		})
	}
}

func seen(w signoff.Work, units ...place) (out []signoff.Seen) {
	for _, u := range summed(w, units...) {
		out = append(out, u.Seen)
	}
	return out
}

func summed(w signoff.Work, units ...place) (out []signoff.SeenSum) {
	for _, p := range units {
		u := w.Book.Unit(p.m, p.area)
		out = append(out, signoff.SeenSum{Seen: signoff.Seen{Municipality: p.m, Column: p.area, Revision: u.Revision}, Sum: u.Sum})
	}
	return out
}
