package kit

import (
	"slices"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/actors"
)

// Board is a picture as one page shows it: which rows and columns, what the
// filter leaves out, the layer beneath, and the counts, all from one pass over
// the cells.
type Board struct {
	Picture   domain.Picture
	Base      *domain.Picture // layer now: the edition it rests on
	Catalogue *domain.Catalogue
	Filter    Filter
	Kind      domain.BoardKind
	Rows      []int
	Cols      []int
	MapAt     int // the column on the map, -1 none
	Geometry  *geometry
	Words     *Words
	Clock     Clock
	link      func(string) string
	placeOn   func(string, domain.BoardID) string
	plain     string // the page without a query
	Keep      string // what tells the board, where the path does not
	Own       string // own query without the selection, ready for "valgt="

	BaseCols   []int // of each column in base, -1 none
	BaseRows   []int
	place      []int // of a column in levels and out
	width      int
	levels     []domain.Level // row × place, as shown
	out        []bool         // filtered out by level or age
	Total      [4]int         // by toggle, of all cells in scope
	Due        [4]int         // of them, those that must be confirmed
	resting    map[int]bool   // columns that are in no count: see years.go
	byRegion   map[domain.RegionID]*[4]int
	dueIn      map[domain.RegionID]*[4]int
	columns    []columnText
	texts      map[domain.Level]*levelText
	outText    string
	setText    string
	staleText  string
	markedText string
	recent     map[int64]string       // times as words, by minute
	Figures    figureTable            // of a situation
	Sieve      func(domain.Cell) bool // see [Filter.Sieve]
	actor      actors.Actor           // that is filtered by
	Shown      int                    // cells that are not filtered out
	Scope      int                    // cells in region and area and since
}

// ToggleIndex is the place of a level's toggle.
func ToggleIndex(l domain.Level) int {
	switch l {
	case domain.Green, domain.Normal:
		return 0
	case domain.Yellow, domain.Strained:
		return 1
	case domain.Red, domain.Critical:
		return 2
	}
	return 3
}

// NewBoard looks at every cell of the given rows and columns once.
func (s *Site) NewBoard(pg Page, p domain.Picture, f Filter, rows, cols []int) *Board {
	c := p.Catalogue()
	b := &Board{
		Picture: p, Catalogue: c, Filter: f, Kind: p.Board().Kind, Rows: rows, Cols: cols, MapAt: MapColumn(c, p.Board().Kind, f),
		Geometry: s.geometry(p), Words: pg.Words, Clock: pg.Clock, link: pg.Link, placeOn: pg.Place, plain: pg.Link(PathOf(pg.Request)), recent: map[int64]string{},
		byRegion: map[domain.RegionID]*[4]int{}, dueIn: map[domain.RegionID]*[4]int{},
	}
	plain := f
	plain.M, plain.C = "", ""
	if pg.named(p.Board().ID) {
		b.Keep = "board=" + string(p.Board().ID) + "&"
	}
	b.Own = b.Keep
	if q := plain.Query(); q != "" {
		b.Own += q + "&"
	}
	b.Own = Escape(b.Own)
	b.underneath()
	if b.Kind == domain.KindSituation {
		b.Figures = figuresOf(p)
	}
	b.place = make([]int, len(c.Columns))
	b.width = 1 // place 0 is the map's
	for _, col := range cols {
		if col != b.MapAt {
			b.place[col] = b.width
			b.width++
		}
	}
	b.levels = make([]domain.Level, len(c.Municipalities)*b.width)
	b.out = make([]bool, len(c.Municipalities)*b.width)
	b.Sieve = f.Sieve(p)
	b.actor, _ = actors.One(p, f.Actor)
	b.resting = Resting(c, pg.Request.Rests)
	counted := countedOf(c, cols)
	for _, r := range rows {
		region := c.Municipalities[r].Region
		counts := b.byRegion[region]
		if counts == nil {
			counts = new([4]int)
			b.byRegion[region], b.dueIn[region] = counts, new([4]int)
		}
		for _, col := range cols {
			at := r*b.width + b.place[col]
			level := p.Level(r, col)
			b.levels[at] = level
			if !b.InScope(r, col) || b.Sieve != nil && !b.Sieve(p.Cell(r, col)) {
				b.out[at] = true
				continue
			}
			b.Scope++
			if counted(col) && !b.Rests(col) {
				b.Total[ToggleIndex(level)]++
				counts[ToggleIndex(level)]++
				if p.Stale(r, col) {
					b.Due[ToggleIndex(level)]++
					b.dueIn[region][ToggleIndex(level)]++
				}
			}
			if !f.ShowsLevel(level) {
				b.out[at] = true
				continue
			}
			b.Shown++
		}
	}
	if b.MapAt >= 0 {
		for r := range c.Municipalities {
			b.levels[r*b.width] = p.Level(r, b.MapAt)
		}
	}
	return b
}

// countedOf tells which columns a board counts: beside an area its indicators are not
// counted, for theirs is another question.
func countedOf(c *domain.Catalogue, cols []int) func(col int) bool {
	areas := slices.ContainsFunc(cols, func(col int) bool { return c.Columns[col].Kind == domain.ColumnArea })
	return func(col int) bool { return !areas || c.Columns[col].Kind != domain.ColumnIndicator }
}

// ChangedSince reports whether a cell became another at or after a time.
func ChangedSince(p domain.Picture, r, col int, t time.Time) bool {
	return changedFrom(p.Cell(r, col), t)
}

// changedFrom reports whether a cell became another at or after a time.
func changedFrom(c domain.Cell, t time.Time) bool {
	return c.Revision > 0 && !Copied(c) && !c.ChangedAt().Before(t)
}

// Copied reports whether a cell stands as an exercise got it: nobody has changed it
// there.
func Copied(c domain.Cell) bool { return c.Source == "exercise" }

// underneath finds the edition's rows and columns, for the notches.
func (b *Board) underneath() {
	if b.Kind != domain.KindLive {
		return
	}
	base, ok := b.Picture.Base()
	if !ok {
		return
	}
	b.Base = &base
	for _, m := range b.Catalogue.Municipalities {
		b.BaseRows = append(b.BaseRows, base.Row(m.ID))
	}
	for _, col := range b.Catalogue.Columns {
		b.BaseCols = append(b.BaseCols, base.Col(col.ID))
	}
}

// notch returns the edition's level, and whether it shows: where it differs
// from a live level that there is.
func (b *Board) notch(row, col int, live domain.Level) (domain.Level, bool) {
	if b.Base == nil || b.BaseRows[row] < 0 || b.BaseCols[col] < 0 {
		return "", false
	}
	l := b.Base.Level(b.BaseRows[row], b.BaseCols[col])
	return l, l != live && live != domain.NotAssessed
}

// InScope reports whether a cell is in the region and the area that are filtered by.
func (b *Board) InScope(row, col int) bool { return b.RowIn(row) && b.colIn(col) }

// RowIn reports whether a row is in the region that is filtered by.
func (b *Board) RowIn(row int) bool {
	return b.Filter.Region == "" || b.Catalogue.Municipalities[row].Region == b.Filter.Region
}

func (b *Board) colIn(col int) bool {
	return b.Filter.Area == "" || b.Catalogue.Columns[col].ID == b.Filter.Area || b.Catalogue.Columns[col].Area == b.Filter.Area
}

// Level returns a cell's level as the page shows it.
func (b *Board) Level(row, col int) domain.Level { return b.levels[row*b.width+b.place[col]] }

func (b *Board) isOut(row, col int) bool { return b.out[row*b.width+b.place[col]] }

// MapColumn returns the one area that the map shows: the one asked for, the
// filtered one, or the county's preparedness area, or the first.
func MapColumn(c *domain.Catalogue, kind domain.BoardKind, f Filter) int {
	cols := Judged(c, kind)
	for _, id := range []domain.ColumnID{f.Map, f.Area, PreparednessArea} {
		if i := c.ColumnIndex(id); i >= 0 && (kind != domain.KindSituation || slices.Contains(cols, i)) {
			return i
		}
	}
	if len(cols) > 0 {
		return cols[0]
	}
	return -1
}

// PreparednessArea is what map and wall open with where the county has it.
const PreparednessArea domain.ColumnID = "samfunnssikkerhet"

// selected reports whether a cell is the selected one.
func (b *Board) selected(row, col int) bool {
	return b.Filter.M != "" && b.Catalogue.Municipalities[row].ID == b.Filter.M && b.Catalogue.Columns[col].ID == b.Filter.C
}

// when is clock.When, remembered: cells of a board share their minutes.
func (b *Board) when(t time.Time) string {
	minute := t.Unix() / 60
	s, ok := b.recent[minute]
	if !ok {
		s = Escape(b.Clock.When(t))
		b.recent[minute] = s
	}
	return s
}

// recentFor is how long a change keeps its corner mark.
const recentFor = 10 * time.Minute

// IsRecent reports whether a live cell changed just now. A page that is kept for
// others leaves that to the script: it depends on the clock.
func (b *Board) IsRecent(c domain.Cell) bool {
	return !b.Clock.Full && b.Kind != domain.KindEdition && c.Revision > 0 && !Copied(c) && b.Clock.Now.Sub(c.ChangedAt()) < recentFor
}

// Word returns the name of a level on this board: a live cell without one has
// no status, nobody failed to assess it.
func (b *Board) Word(l domain.Level) string { return b.Words.LevelOn(b.Kind, l) }

// UpTo returns 0 … n-1.
func UpTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// OpenMeeting returns the meeting that is going on, the newest if several are.
func OpenMeeting(pic domain.Picture) (domain.Meeting, bool) {
	if open := OpenMeetings(pic); len(open) > 0 {
		return open[0], true
	}
	return domain.Meeting{}, false
}

// OpenMeetings returns the meetings that are going on, the newest first.
func OpenMeetings(pic domain.Picture) []domain.Meeting {
	if pic.Board().Phase != domain.PhaseMeeting {
		return nil
	}
	return pic.OpenMeetings()
}

// Judged returns the places of the columns that a kind of board judges and that
// stand in its table.
func Judged(c *domain.Catalogue, kind domain.BoardKind) []int {
	if kind != domain.KindSituation {
		return c.Areas()
	}
	var out []int
	for i, col := range c.Columns {
		if col.Kind == domain.ColumnFunction {
			out = append(out, i)
		}
	}
	return out
}

// Short is what a column is called where there is little room: a situation's
// functions have no short names of their own.
func (b *Board) Short(col int) string {
	if word, ok := b.Words.Has("function." + string(b.Catalogue.Columns[col].ID)); ok && b.Kind == domain.KindSituation {
		return word
	}
	return ShortOf(b.Catalogue, col, b.Words.Lang)
}

// ShortOf returns a column's short name.
func ShortOf(c *domain.Catalogue, col int, lang string) string {
	short, _ := c.Columns[col].Short.In(lang)
	if short == "" {
		short, _ = c.Columns[col].Name.In(lang)
	}
	return short
}

// Told reports whether a counter says how many have a level. At rest nobody knows
// who is green.
func (b *Board) Told(l domain.Level) bool {
	return !b.Picture.Resting() || ToggleIndex(l) == 1 || ToggleIndex(l) == 2
}

// WorstFirst are the levels that a wall counts.
func WorstFirst(k domain.BoardKind) []domain.Level {
	out := slices.Clone(k.Levels()[:3])
	slices.Reverse(out)
	return out
}
