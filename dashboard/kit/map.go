package kit

import (
	"slices"
	"strconv"
	"strings"

	"kommunebilde/domain"
)

// MapOptions says how a map is drawn.
type MapOptions struct {
	ID     string          // of the <svg>; "map" for the one the script keeps
	Marks  bool            // signs with marks (wall)
	Glyph  int             // size of a sign in map units
	Links  bool            // municipalities lead to their cell
	Only   int             // draws one row only in colour, -1 all
	Region domain.RegionID // draws one region only in colour, "" all
	Silent bool            // the map shows where a place is, not how it is
}

// Geographic appends the map: fills, mesh, borders of regions, states, signs,
// one name. Colour is that of one area, always.
func (b *Board) Geographic(w *Builder, o MapOptions) {
	if b.Geometry == nil || b.MapAt < 0 {
		return
	}
	col := &b.Catalogue.Columns[b.MapAt]
	name, _ := col.Name.In(b.Words.Lang)
	role, label := "group", b.Words.T("map.name", name)
	if !o.Links {
		role = "img"
	}
	if o.Silent {
		label = b.Words.T("wall.map_of", b.Catalogue.Municipalities[o.Only].Name)
	}
	n := b.near(o)
	w.Raw(`<svg`).Attr("class", n.class).Attr("role", role).Attr("id", o.ID).Attr("data-c", string(col.ID)).Attr("aria-label", label)
	w.Raw(` viewBox="`).Int(n.x).Raw(` `).Int(n.y).Raw(` `).Int(n.width).Raw(` `).Int(n.height).Raw(`">`)
	b.patterns(w, o)
	w.Raw(`<g id="mesh">`)
	b.outlines(w)
	w.Raw(`</g><path id="rb"`).Attr("d", b.Geometry.regions).Raw(`/></defs>`)
	for r := range b.Catalogue.Municipalities {
		b.polygon(w, r, o)
	}
	w.Raw(`<g class="net" aria-hidden="true"><use href="#mesh" class="m1"/><use href="#mesh" class="m2"/><use href="#rb" class="r1"/><use href="#rb" class="r2"/></g>`)
	b.mapStates(w, o)
	signs := b.Geometry.desk
	if o.Marks {
		signs = b.Geometry.wall
	}
	w.Raw(`<g id="`).Text(o.ID).Raw(`-glyphs" class="glyphs" aria-hidden="true">`)
	for r, m := range b.Catalogue.Municipalities {
		at, ok := signs[m.ID]
		if n.width < b.Geometry.Width { // nearer, what was small is larger
			at = b.Geometry.Shapes[m.ID].inside()
		}
		if ok {
			b.mapGlyph(w, r, at, o)
		}
	}
	w.Raw(`</g>`)
	b.mapName(w, o)
	w.Raw(`</svg>`)
}

// outlines appends every shape once more, by reference.
func (b *Board) outlines(w *Builder) {
	for i := range b.Catalogue.Municipalities {
		if _, ok := b.Geometry.Shapes[b.Catalogue.Municipalities[i].ID]; ok {
			w.Raw(`<use href="#p`).Text(string(b.Catalogue.Municipalities[i].ID)).Raw(`"/>`)
		}
	}
}

// patterns appends the hatches: no level, a level that must be confirmed, and,
// the other way, no contact.
func (b *Board) patterns(w *Builder, o MapOptions) {
	size, line, lost, stripe := "24", "M-4 28 28-4M-4 4 4-4M20 28 28 20", "42", "M-6-6 48 48M-6 36 6 48M36-6 48 6"
	if o.Marks { // a wall draws near one unit to the pixel
		size, line, lost, stripe = "18", "M-3 21 21-3M-3 3 3-3M15 21 21 15", "36", "M-4-4 40 40M-4 32 4 40M32-4 40 4"
	}
	w.Raw(`<defs><pattern id="hatch" width="24" height="24" patternUnits="userSpaceOnUse" class="pt"><path d="M-4 28 28-4M-4 4 4-4M20 28 28 20"/></pattern>`)
	for _, l := range TogglesOn(b.Kind) {
		if l != None && b.Kind != domain.KindEdition {
			w.Raw(`<pattern id="stale-`, string(l), `" data-level="`, string(l), `" width="`, size, `" height="`, size,
				`" patternUnits="userSpaceOnUse" class="ps"><rect width="`, size, `" height="`, size, `"/><path d="`, line, `"/><path d="`, line, `"/></pattern>`)
			w.crossed("old-"+string(l), "stale-"+string(l))
		} else if l == None && b.Kind != domain.KindEdition {
			w.crossed("lost-none", "hatch")
			continue
		}
		w.Raw(`<pattern id="lost-`, string(l), `" data-level="`, string(l), `" width="`, lost, `" height="`, lost,
			`" patternUnits="userSpaceOnUse" class="pl"><rect width="`, lost, `" height="`, lost, `"/><path d="`, stripe, `"/></pattern>`)
	}
}

// crossed appends a hatch with another over it, the other way: what it said
// before contact was lost stays. 72 units hold a whole number of each.
func (w *Builder) crossed(id, under string) {
	w.Raw(`<pattern id="`, id, `" width="72" height="72" patternUnits="userSpaceOnUse" class="pl"><rect width="72" height="72" fill="url(#`, under, `)"/><path d="M-6-6 78 78M-6 30 42 78M30-6 78 42"/></pattern>`)
}

// mapOut reports whether a municipality has no colour on the map.
func (b *Board) mapOut(r int, o MapOptions) bool {
	m := &b.Catalogue.Municipalities[r]
	return o.Silent || o.Only >= 0 && o.Only != r || o.Region != "" && m.Region != o.Region ||
		o.Links && (!b.RowIn(r) || !b.Filter.ShowsLevel(b.Level(r, b.MapAt))) ||
		b.Sieve != nil && !b.Sieve(b.Picture.Cell(r, b.MapAt))
}

func (b *Board) polygon(w *Builder, r int, o MapOptions) {
	m := &b.Catalogue.Municipalities[r]
	s, ok := b.Geometry.Shapes[m.ID]
	if !ok {
		return
	}
	id, level := string(m.ID), b.Level(r, b.MapAt)
	stale := !o.Silent && b.Picture.Stale(r, b.MapAt)
	if o.Links {
		w.Raw(`<a data-m="`).Text(id).Raw(`" href="?`).Raw(b.Own).Raw(`valgt=`).Text(id).Raw(`.`).Text(string(b.Catalogue.Columns[b.MapAt].ID))
		w.Raw(`" aria-label="`).Text(m.Name).Raw(`: `)
		if b.mapOut(r, o) {
			w.Text(b.Words.T("cell.out"))
		} else {
			w.Text(b.Word(level))
			b.StaleWord(w, stale)
		}
		w.Raw(`">`)
	}
	w.Raw(`<path id="p`).Text(id).Raw(`" data-m="`).Text(id).Raw(`" data-level="`).Text(string(level)).Raw(`"`)
	w.Flag("data-out", b.mapOut(r, o)).Flag("data-here", o.Silent && o.Only == r).Flag("data-stale", stale).Raw(` d="`).Raw(s.Path).Raw(`"/>`)
	if o.Links {
		w.Raw(`</a>`)
	}
}

func (b *Board) mapStates(w *Builder, o MapOptions) {
	w.Raw(`<use class="under" href="#`).Text(o.ID).Raw(`-states" aria-hidden="true"/><g id="`).Text(o.ID).Raw(`-states" class="states" aria-hidden="true">`)
	selected := b.Filter.M
	if o.Only >= 0 {
		selected = b.Catalogue.Municipalities[o.Only].ID
	}
	if _, ok := b.Geometry.Shapes[selected]; ok {
		w.Raw(`<use class="selected" href="#p`).Text(string(selected)).Raw(`"/>`)
	}
	w.Raw(`</g>`)
}

// signSteps are the sizes that the styles know of signs that must be smaller.
const signSteps = 4

func (b *Board) mapGlyph(w *Builder, r int, s sign, o MapOptions) {
	m := &b.Catalogue.Municipalities[r]
	if o.Silent || o.Only >= 0 && o.Only != r {
		return
	}
	level, cell := b.Level(r, b.MapAt), b.Picture.Cell(r, b.MapAt)
	w.Raw(`<g transform="translate(`).Int(s.X).Raw(` `).Int(s.Y).Raw(`)"`)
	if step := s.Most / signSteps; !s.Beside && step <= o.Glyph/signSteps {
		w.Attr("class", "s"+strconv.Itoa(step))
	}
	w.Raw(`>`)
	if s.Beside {
		dx, dy := s.PX-s.X, s.PY-s.Y
		w.Raw(`<path class="halo" d="M0 0 `).Int(dx).Raw(` `).Int(dy).Raw(`"/><path class="lead" d="M0 0 `).Int(dx).Raw(` `).Int(dy).Raw(`"/><circle`)
		w.Attr("data-m", string(m.ID)).Attr("data-level", string(level)).Flag("data-out", b.mapOut(r, o)).Flag("data-stale", cell.Stale)
		w.Raw(` r="`).Int(o.Glyph * 5 / 8).Raw(`"/>`)
	}
	w.Raw(`<use data-m="`).Text(string(m.ID)).Raw(`" data-level="`).Text(string(level)).Raw(`"`)
	w.Flag("data-out", b.mapOut(r, o))
	w.StaleMark(cell)
	if b.IsRecent(cell) {
		w.Raw(` data-changed="recent"`)
	}
	if o.Links || o.Marks {
		w.Num("data-x", int64(s.X)).Num("data-y", int64(s.Y))
	}
	if o.Marks { // a wall has no table that says so
		w.Num("data-rev", int64(cell.Revision)).Num("data-at", Millis(cell)).Times(cell)
	}
	set := "g-"
	if o.Marks {
		set = "m-"
	}
	w.Raw(` href="#`, set).Text(string(level)).Raw(`" x="`).Int(-o.Glyph / 2).Raw(`" y="`).Int(-o.Glyph / 2)
	w.Raw(`" width="`).Int(o.Glyph).Raw(`" height="`).Int(o.Glyph).Raw(`"/>`)
	if b.Kind != domain.KindEdition {
		size := o.Glyph / 2
		w.Raw(`<use class="late" href="#late" x="`).Int(o.Glyph / 2).Raw(`" y="`).Int(-o.Glyph/2 - size/2)
		w.Raw(`" width="`).Int(size).Raw(`" height="`).Int(size).Raw(`"/>`)
		w.Raw(`<use class="mark" href="#corner" x="`).Int(o.Glyph / 2).Raw(`" y="`).Int(-o.Glyph/2 - size/2)
		w.Raw(`" width="`).Int(size).Raw(`" height="`).Int(size).Raw(`"/>`)
	}
	w.Raw(`</g>`)
}

// mapName appends the one name on the map: that of the selected municipality.
func (b *Board) mapName(w *Builder, o MapOptions) {
	w.Raw(`<text class="nm" id="`).Text(o.ID).Raw(`-name" aria-hidden="true"`)
	if s, ok := b.Geometry.Shapes[b.Filter.M]; ok && o.Only < 0 {
		w.Raw(` x="`).Int(s.X).Raw(`" y="`).Int(s.Y).Raw(`">`)
		w.Text(b.Catalogue.Municipalities[b.Catalogue.MunicipalityIndex(b.Filter.M)].Name).Raw(`</text>`)
		return
	}
	w.Raw(`></text>`)
}

// Credit appends whose map it is.
func (b *Board) Credit(w *Builder) {
	m := b.Picture.Map()
	if m == nil || m.Attribution == "" {
		return
	}
	w.Raw(`<p class="credit">`)
	before, after, ok := strings.Cut(m.Attribution, "Kartverket")
	switch {
	case ok && safeLink(m.AttributionURL):
		w.Text(before).Raw(`<a`).Attr("href", m.AttributionURL).Raw(`>Kartverket</a>`).Text(after)
	case safeLink(m.AttributionURL):
		w.Raw(`<a`).Attr("href", m.AttributionURL).Raw(`>`).Text(m.Attribution).Raw(`</a>`)
	default:
		w.Text(m.Attribution)
	}
	w.Raw(`</p>`)
}

// safeLink lets only web addresses through: a pack could name any.
func safeLink(url string) bool {
	return strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")
}

// tilesWithNames is how many columns of tiles have room for a name in each.
const tilesWithNames = 9

// Tiles appends the second form of the map: each municipality the same area.
func (b *Board) Tiles(w *Builder) {
	if b.MapAt < 0 {
		return
	}
	col := &b.Catalogue.Columns[b.MapAt]
	name, _ := col.Name.In(b.Words.Lang)
	o := MapOptions{Links: true, Only: -1}
	class, many := "tiles", slices.ContainsFunc(b.Catalogue.Municipalities, func(m domain.Municipality) bool { return m.Tile.Col >= tilesWithNames })
	if many {
		class = "tiles many"
	}
	w.Raw(`<ol id="tiles"`).Attr("class", class).Attr("data-c", string(col.ID)).Attr("aria-label", b.Words.T("map.name", name)).Raw(`>`)
	for _, r := range byTile(b.Catalogue) {
		m := &b.Catalogue.Municipalities[r]
		level := b.Level(r, b.MapAt)
		out := b.mapOut(r, o)
		w.Raw(`<li class="tc`).Int(m.Tile.Col + 1).Raw(` tr`).Int(m.Tile.Row + 1).Raw(`" data-m="`).Text(string(m.ID))
		w.Raw(`" data-level="`).Text(string(level)).Raw(`"`).Flag("data-out", out).Flag("data-selected", b.Filter.M == m.ID)
		cell := b.Picture.Cell(r, b.MapAt)
		w.StaleMark(cell)
		if b.IsRecent(cell) && !out {
			w.Raw(` data-changed="recent"`)
		}
		w.Raw(`><a href="?`).Raw(b.Own).Raw(`valgt=`).Text(string(m.ID)).Raw(`.`).Text(string(col.ID)).Raw(`" aria-label="`)
		w.Text(m.Name).Raw(`: `)
		if out {
			w.Text(b.Words.T("cell.out"))
		} else {
			w.Text(b.Word(level))
			b.StaleWord(w, cell.Stale)
		}
		if many {
			w.Raw(`" title="`).Text(m.Name)
		}
		w.Raw(`"></a><span aria-hidden="true">`).Text(tileName(m.Short)).Raw(`</span>`).Marked(level).Raw(`</li>`)
	}
	w.Raw(`</ol>`)
}

// tileName may break before the consonant that begins a syllable, nearest the
// middle: a narrow tile has no room for every name on one line.
func tileName(short string) string {
	const vowels = "aeiouyæøå"
	runes := []rune(short)
	if len(runes) < 6 || strings.ContainsAny(short, " -") {
		return short
	}
	at := 0
	for i := 2; i < len(runes)-1; i++ {
		begins := !strings.ContainsRune(vowels, runes[i]) && strings.ContainsRune(vowels, runes[i+1])
		if begins && abs(2*i-len(runes)) < abs(2*at-len(runes)) {
			at = i
		}
	}
	if at == 0 {
		return short
	}
	return string(runes[:at]) + "\u00ad" + string(runes[at:])
}

func abs(n int) int { return max(n, -n) }

// Millis is when a cell was set, 0 for one that never was, there.
func Millis(c domain.Cell) int64 {
	if c.Revision == 0 || Copied(c) {
		return 0
	}
	return c.At.UnixMilli()
}

// Times tells the script the times of a cell that are not the one it was set at:
// when what an undo brought back was said, since when it is so, when that was
// entered, if it was not at once, and when it last changed, 0 for never.
func (w *Builder) Times(c domain.Cell) *Builder {
	if Millis(c) == 0 || c.Said.IsZero() {
		return w
	}
	if !c.Said.Equal(c.At) {
		w.Num("data-said", c.Said.UnixMilli())
	}
	if !c.EventAt.Equal(c.Said) {
		w.Num("data-since", c.EventAt.UnixMilli())
	}
	if !c.Entered.Equal(c.EventAt) {
		w.Num("data-entered", c.Entered.UnixMilli())
	}
	if at := c.ChangedAt(); at.IsZero() {
		w.Num("data-changed-at", 0)
	} else if !at.Equal(c.Said) {
		w.Num("data-changed-at", at.UnixMilli())
	}
	return w
}
