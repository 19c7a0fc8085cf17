package dashboard

import (
	"slices"
	"time"

	"kommunebilde"
)

// board is a picture as one page shows it: which rows and columns, what the
// filter leaves out, the layer beneath, and the counts, all from one pass over
// the cells.
type board struct {
	p     kommunebilde.Picture
	base  *kommunebilde.Picture // layer now: the edition it rests on
	c     *kommunebilde.Catalogue
	f     Filter
	kind  kommunebilde.BoardKind
	rows  []int
	cols  []int
	mapAt int // the column on the map, -1 none
	geo   *geometry
	w     *words
	clock clock
	link  func(string) string
	keep  string // what tells the board, where the path does not
	own   string // own query without the selection, ready for "valgt="

	baseCols   []int // of each column in base, -1 none
	baseRows   []int
	place      []int // of a column in levels and out
	width      int
	levels     []kommunebilde.Level // row × place, as shown
	out        []bool               // filtered out by level or age
	total      [4]int               // by toggle, of all cells in scope
	byRegion   map[kommunebilde.RegionID]*[4]int
	columns    []columnText
	texts      map[kommunebilde.Level]*levelText
	outText    string
	setText    string
	staleText  string
	markedText string
	lineRoom   int                          // lines that a wall's lists share
	recent     map[int64]string             // times as words, by minute
	figures    figureTable                  // of a situation
	sieve      func(kommunebilde.Cell) bool // see [Filter.Sieve]
	actor      kommunebilde.RegionalActor   // that is filtered by
	shown      int                          // cells that are not filtered out
	scope      int                          // cells in region and area and since
}

// toggleIndex is the place of a level's toggle.
func toggleIndex(l kommunebilde.Level) int {
	switch l {
	case kommunebilde.Green, kommunebilde.Normal:
		return 0
	case kommunebilde.Yellow, kommunebilde.Strained:
		return 1
	case kommunebilde.Red, kommunebilde.Critical:
		return 2
	}
	return 3
}

// newBoard looks at every cell of the given rows and columns once.
func (s *Site) newBoard(pg page, p kommunebilde.Picture, f Filter, rows, cols []int) *board {
	c := p.Catalogue()
	b := &board{
		p: p, c: c, f: f, kind: p.Board().Kind, rows: rows, cols: cols, mapAt: mapColumn(c, p.Board().Kind, f),
		geo: s.geometry(p), w: pg.w, clock: pg.clock, link: pg.Link, recent: map[int64]string{},
		byRegion: map[kommunebilde.RegionID]*[4]int{},
	}
	plain := f
	plain.M, plain.C = "", ""
	if pg.elsewhere() {
		b.keep = "board=" + string(p.Board().ID) + "&"
	}
	b.own = b.keep
	if q := plain.Query(); q != "" {
		b.own += q + "&"
	}
	b.own = escape(b.own)
	b.underneath()
	if b.kind == kommunebilde.KindSituation {
		b.figures = figuresOf(p)
	}
	b.place = make([]int, len(c.Columns))
	b.width = 1 // place 0 is the map's
	for _, col := range cols {
		if col != b.mapAt {
			b.place[col] = b.width
			b.width++
		}
	}
	b.levels = make([]kommunebilde.Level, len(c.Municipalities)*b.width)
	b.out = make([]bool, len(c.Municipalities)*b.width)
	b.sieve = f.Sieve(p)
	b.actor, _ = p.RegionalActor(f.Actor)
	for _, r := range rows {
		region := c.Municipalities[r].Region
		counts := b.byRegion[region]
		if counts == nil {
			counts = new([4]int)
			b.byRegion[region] = counts
		}
		for _, col := range cols {
			at := r*b.width + b.place[col]
			level := p.Level(r, col)
			b.levels[at] = level
			if !b.inScope(r, col) || b.sieve != nil && !b.sieve(p.Cell(r, col)) {
				b.out[at] = true
				continue
			}
			b.scope++
			b.total[toggleIndex(level)]++
			counts[toggleIndex(level)]++
			if !f.ShowsLevel(level) {
				b.out[at] = true
				continue
			}
			b.shown++
		}
	}
	if b.mapAt >= 0 {
		for r := range c.Municipalities {
			b.levels[r*b.width] = p.Level(r, b.mapAt)
		}
	}
	return b
}

func changedSince(p kommunebilde.Picture, r, col int, t time.Time) bool {
	cell := p.Cell(r, col)
	return cell.Revision > 0 && !copied(cell) && !cell.At.Before(t)
}

// copied tells whether a cell stands as an exercise got it: nobody has changed it
// there.
func copied(c kommunebilde.Cell) bool { return c.Source == "exercise" }

// underneath finds the edition's rows and columns, for the notches.
func (b *board) underneath() {
	if b.kind != kommunebilde.KindLive {
		return
	}
	base, ok := b.p.Base()
	if !ok {
		return
	}
	b.base = &base
	for _, m := range b.c.Municipalities {
		b.baseRows = append(b.baseRows, base.Row(m.ID))
	}
	for _, col := range b.c.Columns {
		b.baseCols = append(b.baseCols, base.Col(col.ID))
	}
}

// notch returns the edition's level, and whether it shows: where it differs
// from a live level that there is.
func (b *board) notch(row, col int, live kommunebilde.Level) (kommunebilde.Level, bool) {
	if b.base == nil || b.baseRows[row] < 0 || b.baseCols[col] < 0 {
		return "", false
	}
	l := b.base.Level(b.baseRows[row], b.baseCols[col])
	return l, l != live && live != kommunebilde.NotAssessed
}

func (b *board) inScope(row, col int) bool { return b.rowIn(row) && b.colIn(col) }

func (b *board) rowIn(row int) bool {
	return b.f.Region == "" || b.c.Municipalities[row].Region == b.f.Region
}

func (b *board) colIn(col int) bool {
	return b.f.Area == "" || b.c.Columns[col].ID == b.f.Area || b.c.Columns[col].Area == b.f.Area
}

func (b *board) level(row, col int) kommunebilde.Level { return b.levels[row*b.width+b.place[col]] }

func (b *board) isOut(row, col int) bool { return b.out[row*b.width+b.place[col]] }

// mapColumn returns the one area that the map shows: the one asked for, the
// filtered one, or the county's preparedness area, or the first.
func mapColumn(c *kommunebilde.Catalogue, kind kommunebilde.BoardKind, f Filter) int {
	cols := judged(c, kind)
	for _, id := range []kommunebilde.ColumnID{f.Map, f.Area, preparednessArea} {
		if i := c.ColumnIndex(id); i >= 0 && (kind != kommunebilde.KindSituation || slices.Contains(cols, i)) {
			return i
		}
	}
	if len(cols) > 0 {
		return cols[0]
	}
	return -1
}

// preparednessArea is what map and wall open with where the county has it.
const preparednessArea kommunebilde.ColumnID = "samfunnssikkerhet"

// selected tells whether a cell is the selected one.
func (b *board) selected(row, col int) bool {
	return b.f.M != "" && b.c.Municipalities[row].ID == b.f.M && b.c.Columns[col].ID == b.f.C
}

// when is clock.When, remembered: cells of a board share their minutes.
func (b *board) when(t time.Time) string {
	minute := t.Unix() / 60
	s, ok := b.recent[minute]
	if !ok {
		s = escape(b.clock.When(t))
		b.recent[minute] = s
	}
	return s
}

// recentFor is how long a change keeps its corner mark.
const recentFor = 10 * time.Minute

// isRecent tells whether a live cell changed just now. A page that is kept for
// others leaves that to the script: it depends on the clock.
func (b *board) isRecent(c kommunebilde.Cell) bool {
	return !b.clock.full && b.kind != kommunebilde.KindEdition && c.Revision > 0 && !copied(c) && b.clock.now.Sub(c.At) < recentFor
}

// word returns the name of a level on this board: a live cell without one has
// no status, nobody failed to assess it.
func (b *board) word(l kommunebilde.Level) string { return b.w.levelOn(b.kind, l) }
