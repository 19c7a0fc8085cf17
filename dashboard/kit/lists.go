package kit

import (
	"slices"
	"time"

	"kommunebilde/domain"
)

// line is a cell in a list of what matters now.
type line struct {
	row, col int
	cell     domain.Cell
}

// Reds returns the red cells of the given columns in scope, newest first.
func (b *Board) Reds(cols []int) []line {
	var out []line
	for _, r := range b.Rows {
		for _, c := range cols {
			if b.InScope(r, c) && ToggleIndex(b.Picture.Level(r, c)) == 2 {
				out = append(out, line{r, c, b.Picture.Cell(r, c)})
			}
		}
	}
	newestFirst(out, func(c domain.Cell) time.Time { return c.EventAt })
	return out
}

// Since returns the live cells in scope that changed at or after a time, newest
// first.
func (b *Board) Since(t time.Time, cols []int) []line {
	var out []line
	for _, r := range b.Rows {
		for _, c := range cols {
			if cell := b.Picture.Cell(r, c); b.InScope(r, c) && changedFrom(cell, t) {
				out = append(out, line{r, c, cell})
			}
		}
	}
	newestFirst(out, domain.Cell.ChangedAt)
	return out
}

// newestFirst orders lines by a time of their cells; of one time they stay in the
// catalogue's order. The script's rule is held to the same vectors, testdata/lines.json.
func newestFirst(list []line, when func(domain.Cell) time.Time) {
	slices.SortStableFunc(list, func(a, b line) int { return when(b.cell).Compare(when(a.cell)) })
}

// ChangedLately is how long a change stands in the lists of a wall or a phone.
const ChangedLately = 15 * time.Minute

// WorstWords head the list of the board's gravest level, now and without contact.
func (b *Board) WorstWords() (now, lost string) {
	if b.Kind == domain.KindSituation {
		return b.Words.T("reds.head.situation"), b.Words.T("reds.lost.situation")
	}
	if b.Picture.Resting() {
		return b.Words.T("reds.head.rest"), b.Words.T("reds.head.rest")
	}
	return b.Words.T("reds.head"), b.Words.T("reds.lost")
}

// LineTime is what a line says of time; entered is "" where it is the same.
type LineTime struct {
	at             time.Time
	Words, entered string
}

// SinceWhen is since when a cell is so, and when that was entered where it was
// another time.
func (b *Board) SinceWhen(c domain.Cell) LineTime {
	event, entered := b.Clock.When(c.EventAt), b.Clock.When(c.Entered)
	if event == entered {
		return LineTime{c.EventAt, event, ""}
	}
	return LineTime{c.EventAt, event, ", " + b.Words.T("minutes.entered", entered)}
}

// SaidWhen is when a cell's level was said.
func (b *Board) SaidWhen(c domain.Cell) LineTime { return LineTime{c.Said, b.Clock.When(c.Said), ""} }

// ChangedWhen is when a cell last became another.
func (b *Board) ChangedWhen(c domain.Cell) LineTime {
	return LineTime{c.ChangedAt(), b.Clock.When(c.ChangedAt()), ""}
}

// Lines appends a list of at most `most` lines, and how many more there are in
// one line as well.
func (b *Board) Lines(w *Builder, id string, l []line, most int, oneArea bool, of func(domain.Cell) LineTime) {
	w.Raw(`<ol class="lines"`).Attr("id", id).Num("data-max", int64(most)).Raw(`>`)
	for i, line := range l {
		if i == most {
			w.Raw(`<li class="more"`).Num("data-n", int64(len(l)-most)).Raw(`>`).Text(b.Words.N("n.more", len(l)-most)).Raw(`</li>`)
			break
		}
		m, c := &b.Catalogue.Municipalities[line.row], &b.Catalogue.Columns[line.col]
		w.Raw(`<li`).Attr("data-m", string(m.ID)).Attr("data-c", string(c.ID)).Attr("data-level", string(line.cell.Level)).Num("data-at", Millis(line.cell)).StaleMark(line.cell).Raw(`>`)
		w.Marked(line.cell.Level).Raw(`<b>`).Text(m.Name).Raw(`</b>`)
		if !oneArea {
			w.Raw(`<span>`).Text(b.Short(line.col)).Raw(`</span>`)
		}
		if line.cell.Stale {
			w.Raw(`<em class="due">`).LateSign().Raw(`<span class="vh">`).Text(b.Words.T("stale.word")).Raw(`</span></em>`)
		}
		time := of(line.cell)
		w.beginTime(time.at, b.Clock.Zone).Text(time.Words)
		if time.entered != "" {
			w.Raw(`<span class="entered">`).Text(time.entered).Raw(`</span>`)
		}
		w.Raw(`</time></li>`)
	}
	if len(l) == 0 {
		w.Raw(`<li class="none">`).Text(b.Words.T("lists.none")).Raw(`</li>`)
	}
	w.Raw(`</ol>`)
}
