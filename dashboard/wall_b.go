package dashboard

import (
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"kommunebilde"
)

// wallPage is what the layouts drawn by a builder share: header with the live
// line, footer with the latest change and what the data are.
type wallPage struct {
	*board
	pg page
	o  WallOptions
}

// latest says the newest change, and when it was.
func (b *board) latest() (kommunebilde.LogEntry, string, bool) {
	if b.kind == kommunebilde.KindEdition {
		return kommunebilde.LogEntry{}, "", false
	}
	for _, e := range b.p.Latest(100) {
		if e.Change == nil || copied(e.Change.Cell) {
			continue
		}
		s := b.c.Municipalities[e.Row].Name + " · " + shortOf(b.c, e.Col, b.w.lang) + " → " + b.word(e.Change.Level)
		return e, s, true
	}
	return kommunebilde.LogEntry{}, "", false
}

func (w wallPage) header(out *builder, head, of string) {
	out.raw(`<header class="wtop">`)
	if w.pg.Exercise {
		out.raw(`<strong class="exercise">`).text(w.pg.T("exercise.word")).raw(`</strong>`)
	}
	out.raw(`<h1 id="wb-head">`).text(head).raw(`</h1><p class="of" id="wb-of">`).text(of).raw(`</p>`)
	if w.pg.Body.Live != "" {
		out.raw(`<p class="live" id="live"><i id="live-dot"></i> <span id="live-word">`).text(w.pg.T("live.fetched")).raw(`</span> <span id="live-clock">`).text(w.pg.Fetched()).raw(`</span></p>`)
	}
	out.raw(`<div id="disconnected" class="lost" role="alert"`).attr("data-text", w.pg.T("js.disconnected")).raw(` hidden><b class="text"></b> <span class="retry"></span></div></header>`)
}

// regionRoom is how many rows a region's table has room for: fewer on a screen
// that is small for its room, never smaller letters.
func (o WallOptions) regionRoom() int {
	k := math.Ceil(o.scale()*20-1e-9) / 20
	return max(3, int((wallHeight/k-16.25)/3.625)) // less header, footer, names
}

// wallRegion is layout B: one region at a time, all its cells with sign and
// word. All regions are in the page; one is on show.
func (s *Site) wallRegion(pg page, p kommunebilde.Picture, f Filter, o WallOptions) ([]byte, error) {
	c := p.Catalogue()
	f.Region = ""
	b := s.newBoard(pg, p, f, all(len(c.Municipalities)), judged(c, p.Board().Kind))
	regions := c.Regions
	first := o.Region
	if i := c.RegionIndex(o.Region); i < 0 {
		first = regions[0].ID
	} else if o.Rotate == 0 {
		regions = regions[i : i+1] // a screen that stays shows no other
	}
	pg.Rotate = o.Rotate
	pg.Title = c.Regions[c.RegionIndex(first)].Name
	pg.Data = pg.w.script + b.pageData()
	w := wallPage{b, pg, o}
	return s.around(pg.Lang, "overview", &overviewView{pg, here}, func(out *builder) { w.regions(out, regions, first) })
}

func (w wallPage) regions(out *builder, regions []kommunebilde.Region, first kommunebilde.RegionID) {
	at := slices.IndexFunc(regions, func(r kommunebilde.Region) bool { return r.ID == first })
	w.header(out, regions[at].Name, w.ofRegion(regions[at].ID))
	out.raw(`<main id="main" class="wbmain">`)
	for _, region := range regions {
		w.region(out, region, region.ID == first)
	}
	out.raw(`</main><footer class="wfoot">`)
	if w.kind == kommunebilde.KindSituation {
		out.raw(`<ul class="wscale">`)
		for _, l := range w.kind.Levels() {
			out.raw(`<li>`).chip(l, w.word(l)).raw(`</li>`)
		}
		out.raw(`</ul>`)
	} else if e, latest, ok := w.latest(); ok {
		out.raw(`<p id="latest"><b class="t">`).time(e.At, w.clock.zone, w.clock.When(e.At)).raw(`</b> <span class="text">`).text(latest).raw(`</span></p>`)
	} else {
		out.raw(`<p id="latest"><b class="t"></b> <span class="text">`).text(w.pg.T("wall.quiet")).raw(`</span></p>`)
	}
	out.raw(`<p class="caution">`).text(w.pg.T("wall.caution")).raw(`</p>`)
	if len(regions) > 1 {
		out.raw(`<p id="wb-place" class="place"`).attr("data-text", w.pg.T("wall.place", "{0}", "{1}")).raw(`>`).text(w.pg.T("wall.place", strconv.Itoa(at+1), strconv.Itoa(len(regions)))).raw(`</p>`)
		out.raw(`<button type="button" id="wb-pause" class="btn" aria-pressed="false">`).text(w.pg.T("wall.pause")).raw(`</button>`)
	}
	if w.pg.Demo {
		out.raw(`<p class="demo-word">`).text(w.pg.T("demo.word")).raw(`</p>`)
	}
	out.raw(`</footer>`)
}

// ofRegion says how many municipalities a region's table shows, of what.
func (w wallPage) ofRegion(id kommunebilde.RegionID) string {
	key := "wall.region_of." + string(w.kind)
	name, _ := w.p.Board().Title.In(w.pg.Lang)
	return w.pg.T(key, w.pg.N("n.municipalities", len(w.c.Members(id))), name) + w.unsifted()
}

// unsifted says that the cells are not only those that changed, where the address
// asks for that: these layouts show a whole, and a cell left out of it would look
// like one without a level.
func (w wallPage) unsifted() string {
	if w.o.Filter.Since == "" {
		return ""
	}
	return " · " + w.pg.T("wall.unsifted")
}

// columnsThatFit returns the areas that a region's table has room for, in order,
// those with something to see before the others, and how many are left out.
func (w wallPage) columnsThatFit(members []int) ([]int, int) {
	room := w.o.regionRoom()
	if len(w.cols) <= room {
		return w.cols, 0
	}
	room-- // for how many more there are
	chosen := slices.Clone(w.cols)
	worst := func(col int) int {
		out := 0
		for _, r := range members {
			if i := toggleIndex(w.p.Level(r, col)); i < 3 {
				out = max(out, i)
			}
		}
		return out
	}
	slices.SortStableFunc(chosen, func(a, b int) int { return worst(b) - worst(a) })
	chosen = chosen[:room]
	slices.Sort(chosen)
	return chosen, len(w.cols) - room
}

func (w wallPage) region(out *builder, region kommunebilde.Region, shown bool) {
	members := w.c.Members(region.ID)
	cols, more := w.columnsThatFit(members)
	out.raw(`<section class="wb"`).attr("data-region", string(region.ID)).attr("data-name", region.Name).attr("data-of", w.ofRegion(region.ID)).flag("hidden", !shown).raw(`><table`).attr("aria-label", region.Name).raw(`><thead><tr><td>`)
	if w.pg.Demo {
		out.raw(`<p class="demo-w">`).text(w.pg.T("demo")).raw(`</p>`)
	}
	out.raw(`</td>`)
	for _, r := range members {
		out.raw(`<th scope="col">`).text(w.c.Municipalities[r].Name).raw(`</th>`)
	}
	out.raw(`</tr></thead><tbody>`)
	for _, col := range cols {
		name, lang := w.c.Columns[col].Name.In(w.pg.Lang)
		short := w.short(col)
		out.raw(`<tr><th scope="row"`)
		if l := other(lang, w.pg.Lang); l != "" {
			out.attr("lang", l)
		}
		out.raw(`><span aria-hidden="true">`).text(short).raw(`</span><span class="vh">`).text(name).raw(`</span></th>`)
		for _, r := range members {
			w.cellWithWord(out, r, col, w.kind != kommunebilde.KindSituation || len(members) <= 5)
		}
		out.raw(`</tr>`)
	}
	out.raw(`</tbody></table>`)
	if more > 0 {
		out.raw(`<p class="more">`).text(w.w.n("wall.more_areas", more)).raw(`</p>`)
	}
	out.raw(`</section>`)
}

// short is what a column is called on a wall: a situation's functions have no
// short names of their own.
func (w wallPage) short(col int) string {
	if word, ok := w.w.m["function."+string(w.c.Columns[col].ID)]; ok && w.kind == kommunebilde.KindSituation {
		return word
	}
	return shortOf(w.c, col, w.pg.Lang)
}

// cellWithWord appends a cell of a wall: sign and word; in a situation the
// number takes the word's place, and where many municipalities stand beside each
// other the sign, which the footer explains, is enough.
func (w wallPage) cellWithWord(out *builder, r, col int, room bool) {
	cell := w.wallCell(out, r, col)
	figure := w.figures.inCell(r, col, cell.Column)
	class := "word"
	if figure != "" || !room {
		class = "word vh"
	}
	out.raw(`<div class="wcell">`).marked(cell.Level).raw(`<span`).attr("class", class).raw(`>`).text(w.word(cell.Level)).raw(`</span>`)
	if figure != "" {
		out.raw(`<b class="fig">`).text(figure).raw(`</b>`)
	}
	out.raw(`</div></td>`)
}

// wallCell appends the beginning of a cell, with what the script needs.
func (w wallPage) wallCell(out *builder, r, col int) kommunebilde.Cell {
	cell := w.p.Cell(r, col)
	out.raw(`<td`).attr("data-m", string(cell.Municipality)).attr("data-c", string(cell.Column)).attr("data-level", string(cell.Level)).num("data-at", millis(cell)).num("data-rev", int64(cell.Revision))
	if w.isRecent(cell) {
		out.raw(` data-changed="recent"`)
	}
	out.flag("data-stale", w.kind == kommunebilde.KindSituation && w.p.Stale(r, col)).raw(`>`)
	return cell
}

// wallRoll is who has not reported, of the open meeting's roll-call, "" where
// none goes on or nobody may know.
func (b *board) wallRoll(pg *page) string {
	m, ok := openMeeting(b.p)
	if !ok {
		return ""
	}
	rm, err := pg.roomOf(b.p, m.ID)
	if err != nil || !rm.told() {
		return ""
	}
	return pg.T("wall.roll", strconv.Itoa(len(rm.missing())), strconv.Itoa(len(rm.roll)))
}

// wallNotes is the newest significant event of the open meeting and how many
// there are besides; there is room for it as long as a meeting goes on.
func (b *board) wallNotes(pg *page) template.HTML {
	m, ok := openMeeting(b.p)
	if !ok {
		return ""
	}
	rm, err := pg.roomOf(b.p, m.ID)
	if err != nil {
		return ""
	}
	notes := rm.standing()
	var w builder
	w.raw(`<h2>`).text(pg.T("notes.head"))
	if len(notes) > 1 {
		w.raw(` <span class="more">`).text(pg.N("n.more", len(notes)-1)).raw(`</span>`)
	}
	w.raw(`</h2><p>`)
	if len(notes) == 0 {
		w.text(pg.T("notes.none"))
	} else {
		w.raw(`<b>`).time(notes[0].Entry.At, pg.zone, pg.When(notes[0].Entry.At)).raw(`</b> `).text(strings.Join(strings.Fields(notes[0].Text), " "))
	}
	w.raw(`</p>`)
	return template.HTML(w.b)
}
