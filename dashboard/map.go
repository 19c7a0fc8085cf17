package dashboard

import (
	"strings"

	"kommunebilde"
)

// mapOptions says how a map is drawn.
type mapOptions struct {
	id     string                // of the <svg>; "map" for the one the script keeps
	marks  bool                  // signs with marks (wall)
	glyph  int                   // size of a sign in map units
	links  bool                  // municipalities lead to their cell
	only   int                   // draws one row only in colour, -1 all
	region kommunebilde.RegionID // draws one region only in colour, "" all
	silent bool                  // the map shows where a place is, not how it is
}

// geographic appends the map: fills, mesh, borders of regions, states, signs,
// one name. Colour is that of one area, always.
func (b *board) geographic(w *builder, o mapOptions) {
	if b.geo == nil || b.mapAt < 0 {
		return
	}
	col := &b.c.Columns[b.mapAt]
	name, _ := col.Name.In(b.w.lang)
	role, label := "group", b.w.t("map.name", name)
	if !o.links {
		role = "img"
	}
	if o.silent {
		label = b.w.t("wall.map_of", b.c.Municipalities[o.only].Name)
	}
	w.raw(`<svg class="map"`).attr("role", role).attr("id", o.id).attr("data-c", string(col.ID)).attr("aria-label", label)
	w.raw(` viewBox="0 0 `).int(b.geo.width).raw(` `).int(mapHeight).raw(`">`)
	b.patterns(w, o)
	w.raw(`<g id="mesh">`)
	b.outlines(w)
	w.raw(`</g><path id="rb"`).attr("d", b.geo.regions).raw(`/></defs>`)
	for r := range b.c.Municipalities {
		b.polygon(w, r, o)
	}
	w.raw(`<g class="net" aria-hidden="true"><use href="#mesh" class="m1"/><use href="#mesh" class="m2"/><use href="#rb" class="r1"/><use href="#rb" class="r2"/></g>`)
	b.mapStates(w, o)
	w.raw(`<g id="`).text(o.id).raw(`-glyphs" class="glyphs" aria-hidden="true">`)
	for r := range b.c.Municipalities {
		b.mapGlyph(w, r, o)
	}
	w.raw(`</g>`)
	b.mapName(w, o)
	w.raw(`</svg>`)
}

// outlines appends every shape once more, by reference.
func (b *board) outlines(w *builder) {
	for i := range b.c.Municipalities {
		if _, ok := b.geo.shapes[b.c.Municipalities[i].ID]; ok {
			w.raw(`<use href="#p`).text(string(b.c.Municipalities[i].ID)).raw(`"/>`)
		}
	}
}

// patterns appends the hatches: no level, and, the other way, no contact.
func (b *board) patterns(w *builder, o mapOptions) {
	size, line, lost, stripe := "18", "M-3 21 21-3M-3 3 3-3M15 21 21 15", "42", "M-6-6 48 48M-6 36 6 48M36-6 48 6"
	if o.marks { // a wall draws near one unit to the pixel
		size, line, lost, stripe = "10", "M-2 12 12-2M-2 2 2-2M8 12 12 8", "36", "M-4-4 40 40M-4 32 4 40M32-4 40 4"
	}
	w.raw(`<defs><pattern id="hatch" width="`, size, `" height="`, size, `" patternUnits="userSpaceOnUse" class="pt"><path d="`, line, `"/></pattern>`)
	for _, l := range togglesOn(b.kind) {
		w.raw(`<pattern id="lost-`, string(l), `" data-level="`, string(l), `" width="`, lost, `" height="`, lost,
			`" patternUnits="userSpaceOnUse" class="pl"><rect width="`, lost, `" height="`, lost, `"/><path d="`, stripe, `"/></pattern>`)
	}
}

// mapOut tells whether a municipality has no colour on the map.
func (b *board) mapOut(r int, o mapOptions) bool {
	m := &b.c.Municipalities[r]
	return o.silent || o.only >= 0 && o.only != r || o.region != "" && m.Region != o.region ||
		o.links && (!b.rowIn(r) || !b.f.ShowsLevel(b.level(r, b.mapAt))) ||
		b.sieve != nil && !b.sieve(b.p.Cell(r, b.mapAt))
}

func (b *board) polygon(w *builder, r int, o mapOptions) {
	m := &b.c.Municipalities[r]
	s, ok := b.geo.shapes[m.ID]
	if !ok {
		return
	}
	id, level := string(m.ID), b.level(r, b.mapAt)
	if o.links {
		w.raw(`<a data-m="`).text(id).raw(`" href="?`).raw(b.own).raw(`valgt=`).text(id).raw(`.`).text(string(b.c.Columns[b.mapAt].ID))
		w.raw(`" aria-label="`).text(m.Name).raw(`: `)
		if b.mapOut(r, o) {
			w.text(b.w.t("cell.out"))
		} else {
			w.text(b.word(level))
		}
		w.raw(`">`)
	}
	w.raw(`<path id="p`).text(id).raw(`" data-m="`).text(id).raw(`" data-level="`).text(string(level)).raw(`"`)
	w.flag("data-out", b.mapOut(r, o)).flag("data-here", o.silent && o.only == r).raw(` d="`).raw(s.path).raw(`"/>`)
	if o.links {
		w.raw(`</a>`)
	}
}

func (b *board) mapStates(w *builder, o mapOptions) {
	w.raw(`<use class="under" href="#`).text(o.id).raw(`-states" aria-hidden="true"/><g id="`).text(o.id).raw(`-states" class="states" aria-hidden="true">`)
	selected := b.f.M
	if o.only >= 0 {
		selected = b.c.Municipalities[o.only].ID
	}
	if _, ok := b.geo.shapes[selected]; ok {
		w.raw(`<use class="selected" href="#p`).text(string(selected)).raw(`"/>`)
	}
	w.raw(`</g>`)
}

func (b *board) mapGlyph(w *builder, r int, o mapOptions) {
	m := &b.c.Municipalities[r]
	s, ok := b.geo.shapes[m.ID]
	if !ok || o.silent || o.only >= 0 && o.only != r {
		return
	}
	level := b.level(r, b.mapAt)
	w.raw(`<g transform="translate(`).int(s.x).raw(` `).int(s.y).raw(`)"><use data-m="`).text(string(m.ID)).raw(`" data-level="`).text(string(level)).raw(`"`)
	w.flag("data-out", b.mapOut(r, o))
	cell := b.p.Cell(r, b.mapAt)
	if b.isRecent(cell) {
		w.raw(` data-changed="recent"`)
	}
	if o.links || o.marks {
		w.num("data-x", int64(s.x)).num("data-y", int64(s.y-o.glyph*3/4))
	}
	if o.marks { // a wall has no table that says so
		w.num("data-rev", int64(cell.Revision)).num("data-at", millis(cell))
	}
	set := "g-"
	if o.marks {
		set = "m-"
	}
	w.raw(` href="#`, set).text(string(level)).raw(`" x="`).int(-o.glyph / 2).raw(`" y="`).int(-o.glyph / 2)
	w.raw(`" width="`).int(o.glyph).raw(`" height="`).int(o.glyph).raw(`"/>`)
	if b.kind != kommunebilde.KindEdition {
		size := o.glyph / 2
		w.raw(`<use class="mark" href="#corner" x="`).int(o.glyph / 2).raw(`" y="`).int(-o.glyph/2 - size/2)
		w.raw(`" width="`).int(size).raw(`" height="`).int(size).raw(`"/>`)
	}
	w.raw(`</g>`)
}

// mapName appends the one name on the map: that of the selected municipality.
func (b *board) mapName(w *builder, o mapOptions) {
	w.raw(`<text class="nm" id="`).text(o.id).raw(`-name" aria-hidden="true"`)
	if s, ok := b.geo.shapes[b.f.M]; ok && o.only < 0 {
		w.raw(` x="`).int(s.x).raw(`" y="`).int(s.y - o.glyph*3/4).raw(`">`)
		w.text(b.c.Municipalities[b.c.MunicipalityIndex(b.f.M)].Name).raw(`</text>`)
		return
	}
	w.raw(`></text>`)
}

// credit appends whose map it is.
func (b *board) credit(w *builder) {
	m := b.p.Map()
	if m == nil || m.Attribution == "" {
		return
	}
	w.raw(`<p class="credit">`)
	before, after, ok := strings.Cut(m.Attribution, "Kartverket")
	switch {
	case ok && safeLink(m.AttributionURL):
		w.text(before).raw(`<a`).attr("href", m.AttributionURL).raw(`>Kartverket</a>`).text(after)
	case safeLink(m.AttributionURL):
		w.raw(`<a`).attr("href", m.AttributionURL).raw(`>`).text(m.Attribution).raw(`</a>`)
	default:
		w.text(m.Attribution)
	}
	w.raw(`</p>`)
}

// safeLink lets only web addresses through: a pack could name any.
func safeLink(url string) bool {
	return strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")
}

// tiles appends the second form of the map: each municipality the same area.
func (b *board) tiles(w *builder) {
	if b.mapAt < 0 {
		return
	}
	col := &b.c.Columns[b.mapAt]
	name, _ := col.Name.In(b.w.lang)
	o := mapOptions{links: true, only: -1}
	w.raw(`<ol id="tiles" class="tiles"`).attr("data-c", string(col.ID)).attr("aria-label", b.w.t("map.name", name)).raw(`>`)
	for _, r := range byTile(b.c) {
		m := &b.c.Municipalities[r]
		level := b.level(r, b.mapAt)
		out := b.mapOut(r, o)
		w.raw(`<li class="tc`).int(m.Tile.Col + 1).raw(` tr`).int(m.Tile.Row + 1).raw(`" data-m="`).text(string(m.ID))
		w.raw(`" data-level="`).text(string(level)).raw(`"`).flag("data-out", out).flag("data-selected", b.f.M == m.ID)
		if b.isRecent(b.p.Cell(r, b.mapAt)) && !out {
			w.raw(` data-changed="recent"`)
		}
		w.raw(`><a href="?`).raw(b.own).raw(`valgt=`).text(string(m.ID)).raw(`.`).text(string(col.ID)).raw(`" aria-label="`)
		w.text(m.Name).raw(`: `)
		if out {
			w.text(b.w.t("cell.out"))
		} else {
			w.text(b.word(level))
		}
		w.raw(`"></a><span aria-hidden="true">`).text(m.Short).raw(`</span>`).marked(level).raw(`</li>`)
	}
	w.raw(`</ol>`)
}

// millis is when a cell was set, 0 for one that never was, there.
func millis(c kommunebilde.Cell) int64 {
	if c.Revision == 0 || copied(c) {
		return 0
	}
	return c.At.UnixMilli()
}
