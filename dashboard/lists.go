package dashboard

import (
	"slices"
	"time"

	"kommunebilde"
)

// line is a cell in a list of what matters now.
type line struct {
	row, col int
	cell     kommunebilde.Cell
}

// reds returns the red cells of the given columns in scope, newest first.
func (b *board) reds(cols []int) []line {
	var out []line
	for _, r := range b.rows {
		for _, c := range cols {
			if b.inScope(r, c) && toggleIndex(b.p.Level(r, c)) == 2 {
				out = append(out, line{r, c, b.p.Cell(r, c)})
			}
		}
	}
	newestFirst(out)
	return out
}

// since returns the live cells in scope that changed at or after a time, newest
// first.
func (b *board) since(t time.Time, cols []int) []line {
	var out []line
	for _, r := range b.rows {
		for _, c := range cols {
			if b.inScope(r, c) && changedSince(b.p, r, c, t) {
				out = append(out, line{r, c, b.p.Cell(r, c)})
			}
		}
	}
	newestFirst(out)
	return out
}

func newestFirst(l []line) {
	slices.SortStableFunc(l, func(a, b line) int { return b.cell.At.Compare(a.cell.At) })
}

// changedLately is how long a change stands in the lists of a wall or a phone.
const changedLately = 15 * time.Minute

// lists appends "Røde nå" and "Endret siste 15 min", for phones.
func (b *board) lists(w *builder, most int) {
	areas := judged(b.c, b.kind)
	reds := b.reds(areas)
	w.raw(`<h2 id="reds-head"`).attr("data-live-text", b.w.t("reds.head")).attr("data-text", b.w.t("reds.lost")).raw(`>`).text(b.w.t("reds.head")).raw(`</h2>`)
	b.lines(w, "reds", reds, most, false, "")
	if b.clock.full {
		w.raw(`<ol id="recent" class="lines"`).num("data-max", int64(most)).raw(`></ol>`)
		return
	}
	w.raw(`<h2 id="recent-head"`).attr("data-live-text", b.w.t("recent.head")).attr("data-text", b.w.t("recent.lost")).raw(`>`).text(b.w.t("recent.head")).raw(`</h2>`)
	b.lines(w, "recent", b.since(b.clock.now.Add(-changedLately), areas), most, false, "")
}

// lines appends a list of at most `most` lines, and how many more there are in
// one line besides.
func (b *board) lines(w *builder, id string, l []line, most int, oneArea bool, since string) {
	w.raw(`<ol class="lines"`).attr("id", id).num("data-max", int64(most)).num("data-lines", int64(b.lineRoom)).raw(`>`)
	for i, line := range l {
		if i == most {
			w.raw(`<li class="more"`).num("data-n", int64(len(l)-most)).raw(`>`).text(b.w.n("n.more", len(l)-most)).raw(`</li>`)
			break
		}
		m, c := &b.c.Municipalities[line.row], &b.c.Columns[line.col]
		w.raw(`<li`).attr("data-m", string(m.ID)).attr("data-c", string(c.ID)).attr("data-level", string(line.cell.Level)).num("data-at", millis(line.cell)).raw(`>`)
		w.marked(line.cell.Level).raw(`<b>`).text(m.Name).raw(`</b>`)
		if !oneArea {
			short, _ := c.Short.In(b.w.lang)
			w.raw(`<span>`).text(short).raw(`</span>`)
		}
		w.time(line.cell.At, b.clock.zone, since+b.clock.When(line.cell.At)).raw(`</li>`)
	}
	if len(l) == 0 {
		w.raw(`<li class="none">`).text(b.w.t("lists.none")).raw(`</li>`)
	}
	w.raw(`</ol>`)
}

// strips appends the line that tells of a change out of view.
func (p *page) strips(w *builder) {
	w.raw(`<p id="outside" class="strip" hidden><svg class="cm" aria-hidden="true"><use href="#corner"/></svg> <span class="text"></span> <a href="#grid">`).text(p.T("outside.go")).raw(`</a></p>`)
}

// editLine appends, under the panel so that nothing above moves, undo, the place
// where the lead's script says what became of a change, and its switch for the
// keys.
func (p *page) editLine(w *builder) {
	if p.Edits {
		w.raw(`<p id="undo" class="undo" hidden><span class="text"></span> <span class="left"></span> <button type="button" class="btn sm">`).text(p.T("undo.button")).raw(` <kbd>Z</kbd></button></p>`)
		w.raw(`<p class="edit-line"><span id="edit-status" class="meta" role="status"></span> <button type="button" id="keys-switch" class="btn sm"></button></p>`)
	}
}
