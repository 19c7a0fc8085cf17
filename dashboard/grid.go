package dashboard

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

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

	baseCols []int // of each column in base, -1 none
	baseRows []int
	place    []int // of a column in levels and out
	width    int
	levels   []kommunebilde.Level // row × place, as shown
	out      []bool               // filtered out by level or age
	total    [4]int               // by toggle, of all cells in scope
	byRegion map[kommunebilde.RegionID]*[4]int
	columns  []columnText
	texts    map[kommunebilde.Level]*levelText
	outText  string
	setText  string
	lineRoom int              // lines that a wall's lists share
	recent   map[int64]string // times as words, by minute
	shown    int              // cells that are not filtered out
	scope    int              // cells in region and area and since
}

// toggleIndex is the place of a level's toggle.
func toggleIndex(l kommunebilde.Level) int {
	switch l {
	case kommunebilde.Green:
		return 0
	case kommunebilde.Yellow:
		return 1
	case kommunebilde.Red:
		return 2
	}
	return 3
}

// newBoard looks at every cell of the given rows and columns once.
func (s *Site) newBoard(pg page, p kommunebilde.Picture, f Filter, rows, cols []int) *board {
	c := p.Catalogue()
	b := &board{
		p: p, c: c, f: f, kind: p.Board().Kind, rows: rows, cols: cols, mapAt: mapColumn(c, f),
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
	cutoff := f.Cutoff(p)
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
			if !b.inScope(r, col) || !cutoff.IsZero() && !changedSince(p, r, col, cutoff) {
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
	return cell.Revision > 0 && !cell.At.Before(t)
}

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
func mapColumn(c *kommunebilde.Catalogue, f Filter) int {
	for _, id := range []kommunebilde.ColumnID{f.Map, f.Area, preparednessArea} {
		if i := c.ColumnIndex(id); i >= 0 {
			return i
		}
	}
	if areas := c.Areas(); len(areas) > 0 {
		return areas[0]
	}
	return -1
}

// preparednessArea is what map and wall open with where the county has it.
const preparednessArea kommunebilde.ColumnID = "samfunnssikkerhet"

// selected tells whether a cell is the selected one.
func (b *board) selected(row, col int) bool {
	return b.f.M != "" && b.c.Municipalities[row].ID == b.f.M && b.c.Columns[col].ID == b.f.C
}

// gridOptions says how a grid is drawn.
type gridOptions struct {
	class  string
	corner func(*builder)
	marks  bool // signs with marks, in roomy rows
}

// grid appends the heat grid: a real table, rows by region.
func (b *board) grid(w *builder, o gridOptions) {
	b.prepare(o)
	w.raw(`<div class="scroller" tabindex="0" role="region"`).attr("aria-label", b.w.t("grid.name")).raw(`>`)
	w.raw(`<table role="grid" id="grid"`).attr("aria-label", b.w.t("grid.name")).attr("class", o.class+" "+rowsClass(len(b.rows))).raw(`>`)
	w.raw(`<thead role="rowgroup"><tr role="row"><td role="gridcell" class="corner">`)
	if o.corner != nil {
		o.corner(w)
	}
	w.raw(`</td>`)
	for _, col := range b.cols {
		b.columnHead(w, col)
	}
	w.raw(`</tr></thead>`)
	for _, region := range b.c.Regions {
		b.region(w, region)
	}
	w.raw(`</table></div>`)
}

// rowsClass lets the styles find the row height: few, some or many rows.
func rowsClass(n int) string {
	switch {
	case n <= 8:
		return "rows-8"
	case n <= 28:
		return "rows-28"
	case n <= 46:
		return "rows-46"
	}
	return "rows-56"
}

func (b *board) columnHead(w *builder, col int) {
	c := &b.c.Columns[col]
	name, lang := c.Name.In(b.w.lang)
	short, _ := c.Short.In(b.w.lang)
	w.raw(`<th role="columnheader" scope="col"`).attr("data-c", string(c.ID))
	w.flag("data-map", col == b.mapAt).flag("data-out", !b.colIn(col)).flag("data-selected", b.f.C == c.ID && b.f.M != "")
	w.raw(`><a`).attr("href", b.onMap(c.ID))
	if l := other(lang, b.w.lang); l != "" {
		w.attr("lang", l)
	}
	w.raw(`><span class="long">`).text(hyphenate(name))
	if c.Themes {
		w.raw(` <small><span aria-hidden="true">`).text(b.w.t("themes.short")).raw(`</span><span class="vh">(`).text(b.w.t("themes.mark")).raw(`)</span></small>`)
	}
	w.raw(`</span><span class="short" aria-hidden="true">`).text(short).raw(`</span></a></th>`)
}

// onMap returns the address of this page with another area on the map.
func (b *board) onMap(id kommunebilde.ColumnID) string {
	f := b.f
	f.Map = id
	return "?" + b.keep + f.Query()
}

// hyphenate puts soft hyphens where Norwegian compounds of the field may break:
// browsers without a Norwegian dictionary do not know.
func hyphenate(name string) string {
	words := strings.Fields(name)
	for i, word := range words {
		for _, head := range []string{"samfunns", "kommune", "fastlege", "areal", "oppvekst", "beredskaps", "befolknings", "municipal"} {
			rest, ok := strings.CutPrefix(strings.ToLower(word), head)
			if ok && utf8.RuneCountInString(rest) >= 5 {
				words[i] = word[:len(head)] + "\u00ad" + word[len(head):]
			}
		}
	}
	return strings.Join(words, " ")
}

func (b *board) region(w *builder, region kommunebilde.Region) {
	counts := b.byRegion[region.ID]
	if counts == nil {
		return
	}
	id := string(region.ID)
	members := 0
	for _, r := range b.rows {
		if b.c.Municipalities[r].Region == region.ID {
			members++
		}
	}
	w.raw(`<tbody role="rowgroup"`).attr("data-region", id)
	w.flag("data-out", b.f.Region != "" && b.f.Region != region.ID).flag("data-solo", members == 1).raw(`>`)
	w.raw(`<tr role="row" class="rg"><th role="rowheader" scope="rowgroup"><a`).attr("href", b.regionLink(region.ID)).raw(`>`).text(region.Name).raw(`</a></th>`)
	w.raw(`<td role="gridcell" class="cnts"`).num("colspan", int64(len(b.cols)))
	w.raw(`>`)
	for i, l := range filterLevels() {
		b.count(w, l, counts[i], id)
	}
	w.raw(`</td></tr>`)
	for _, r := range b.rows {
		if b.c.Municipalities[r].Region == region.ID {
			b.row(w, r)
		}
	}
	w.raw(`</tbody>`)
}

func (b *board) regionLink(id kommunebilde.RegionID) string {
	f := b.f
	if f.Region == id {
		f.Region = ""
	} else {
		f.Region = id
	}
	return "?" + b.keep + f.Query()
}

// count appends one number of a roll-up with its shape and, for those who
// listen, its word.
func (b *board) count(w *builder, l kommunebilde.Level, n int, region string) {
	w.raw(`<span class="cnt"`).attr("data-level", string(l)).flag("data-off", !b.f.ShowsLevel(l)).raw(`><i class="sw">`)
	w.small(signOf(l)).raw(`</i><b`).attr("data-count-region", region).attr("data-count-level", string(l)).raw(`>`).int(n)
	w.raw(`</b><span class="vh"> `).text(b.w.t("count." + string(l))).raw(`</span></span>`)
}

// signOf returns the level whose sign stands for a toggle.
func signOf(l kommunebilde.Level) kommunebilde.Level {
	if l == None {
		return kommunebilde.NotAssessed
	}
	return l
}

func (b *board) row(w *builder, r int) {
	row := &b.c.Municipalities[r]
	id := string(row.ID)
	w.raw(`<tr role="row"`).attr("data-m", id).flag("data-out", !b.rowIn(r)).raw(`><th role="rowheader" scope="row"`).attr("data-m", id)
	w.flag("data-selected", b.f.M == row.ID).raw(`><a`).attr("href", b.municipalityLink(row.ID)).raw(`>`).text(row.Name).raw(`</a></th>`)
	m, place := escape(string(row.ID)), escape(row.Name)
	for _, col := range b.cols {
		b.cell(w, r, col, m, place)
	}
	w.raw(`</tr>`)
}

func (b *board) municipalityLink(id kommunebilde.MunicipalityID) string {
	return b.link("/kommune/"+string(id)) + b.boardQuery()
}

// boardQuery keeps a page about a municipality or an area on the same board.
func (b *board) boardQuery() string { return boardQuery(b.p) }

func boardQuery(p kommunebilde.Picture) string { return "?board=" + string(p.Board().ID) }

// columnText is what every cell of a column says, escaped once.
type columnText struct{ id, label string }

// levelText is what every cell of a level says, escaped once.
type levelText struct{ attr, sign, word, notch, beside string }

// prepare escapes what the cells share.
func (b *board) prepare(o gridOptions) {
	set := "g"
	if o.marks {
		set = "m"
	}
	b.columns = make([]columnText, len(b.c.Columns))
	for _, col := range b.cols {
		name, _ := b.c.Columns[col].Name.In(b.w.lang)
		b.columns[col] = columnText{escape(string(b.c.Columns[col].ID)), escape(", " + name + ": ")}
	}
	b.texts = map[kommunebilde.Level]*levelText{}
	for _, l := range allLevels() {
		id := escape(string(l))
		b.texts[l] = &levelText{
			attr:   `" data-level="` + id + `" tabindex="-1"`,
			sign:   `"><svg class="` + set + `"><use href="#` + set + `-` + id + `"/></svg></a>`,
			word:   escape(b.word(l)),
			notch:  `<i class="notch" data-level="` + id + `"><svg class="g"><use href="#g-` + id + `"/></svg></i>`,
			beside: escape(" (" + b.w.t("layer.edition") + ": " + b.w.level(l) + ")"),
		}
	}
	b.outText, b.setText = escape(b.w.t("cell.out")), escape(", "+b.w.t("cell.set")+" ")
}

// cell appends one cell. It is written 644 times a page: everything that can be
// is escaped beforehand, and the buffer is a local one.
func (b *board) cell(w *builder, r, col int, m, place string) {
	c := &b.columns[col]
	cell := b.p.Cell(r, col)
	level := b.texts[cell.Level]
	out := b.isOut(r, col)
	notch, differs := b.notch(r, col, cell.Level)
	buf := w.b
	buf = append(buf, `<td role="gridcell" data-m="`...)
	buf = append(buf, m...)
	buf = append(buf, `" data-c="`...)
	buf = append(buf, c.id...)
	buf = append(buf, level.attr...)
	if cell.Revision > 0 && b.p.ShownVersion() == 0 {
		buf = append(buf, ` data-rev="`...)
		buf = strconv.AppendUint(buf, uint64(cell.Revision), 10)
		buf = append(buf, `" data-at="`...)
		buf = strconv.AppendInt(buf, cell.At.UnixMilli(), 10)
		buf = append(buf, '"')
	}
	if notch != "" {
		buf = append(buf, ` data-base="`...)
		buf = append(buf, notch...)
		buf = append(buf, '"')
	}
	if out {
		buf = append(buf, ` data-out`...)
	} else if b.isRecent(cell) {
		buf = append(buf, ` data-changed="recent"`...)
	}
	if b.selected(r, col) {
		buf = append(buf, ` data-selected`...)
	}
	buf = append(buf, `><a href="?`...)
	buf = append(buf, b.own...)
	buf = append(buf, `valgt=`...)
	buf = append(buf, m...)
	buf = append(buf, '.')
	buf = append(buf, c.id...)
	buf = append(buf, `" aria-label="`...)
	buf = append(buf, place...)
	buf = append(buf, c.label...)
	if out {
		buf = append(buf, b.outText...)
	} else {
		buf = append(buf, level.word...)
		if differs {
			buf = append(buf, b.texts[notch].beside...)
		}
		if cell.Revision > 0 && b.kind != kommunebilde.KindEdition {
			buf = append(buf, b.setText...)
			buf = append(buf, b.when(cell.At)...)
		}
	}
	buf = append(buf, level.sign...)
	if differs {
		buf = append(buf, b.texts[notch].notch...)
	}
	w.b = append(buf, `</td>`...)
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
	return !b.clock.full && b.kind != kommunebilde.KindEdition && c.Revision > 0 && b.clock.now.Sub(c.At) < recentFor
}

// word returns the name of a level on this board: a live cell without one has
// no status, nobody failed to assess it.
func (b *board) word(l kommunebilde.Level) string { return b.w.levelOn(b.kind, l) }
