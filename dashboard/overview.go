package dashboard

import (
	"html/template"
	"strconv"

	"kommunebilde"
)

// overviewView is the overview as its template needs it.
type overviewView struct {
	page
	Main template.HTML
}

// Overview is map and grid of a board: the live picture, a version of an
// edition, or its working copy. f.At is applied here.
func (s *Site) Overview(r Request, p kommunebilde.Picture, f Filter) ([]byte, error) {
	pg := s.newPage(r, "overview", "")
	p = pg.past(p, f)
	if f.View == ViewDepth && p.Board().Kind == kommunebilde.KindEdition {
		return s.indicators(pg, p, f)
	}
	pg.onBoard(p)
	pg.Nav = "overview"
	if p.Board().Kind == kommunebilde.KindSituation {
		pg.Nav = "situations"
	}
	if !f.At.IsZero() {
		pg.Body.Live, pg.Body.At = "", pg.Stamp(f.At)
	}
	c := p.Catalogue()
	b := s.newBoard(pg, p, f, all(len(c.Municipalities)), judged(c, p.Board().Kind))
	o := overview{board: b, pg: pg, brd: p.Board(), path: pathOf(r)}
	o.pg.Title = o.title()
	layerFilter := f
	layerFilter.Since, layerFilter.Actor = "", "" // neither is of the other layer
	o.pg.layersOf(p, layerFilter.Query())
	o.pg.Data = pg.w.script + b.pageData()
	return s.around(o.pg.Lang, "overview", &overviewView{o.pg, here}, o.main)
}

// past applies the filter's time, where the reader may look back: an edition is
// shown by version, never by time, to who does not see working copies.
func (p *page) past(pic kommunebilde.Picture, f Filter) kommunebilde.Picture {
	if f.At.IsZero() || pic.Board().Kind == kommunebilde.KindEdition && pic.Audience().Kind != kommunebilde.AudienceStaff {
		return pic
	}
	return pic.At(f.At)
}

// all returns 0 … n-1.
func all(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// overview writes the page's main part.
type overview struct {
	*board
	pg   page
	brd  kommunebilde.Board
	path string
}

func (o *overview) title() string {
	name, _ := o.brd.Title.In(o.w.lang)
	if o.brd.ID == kommunebilde.Live {
		name = o.w.t("layer.now")
	}
	return o.w.t("overview.title", name)
}

func (o *overview) main(w *builder) {
	class := "overview"
	if o.f.View == ViewPhone {
		class += " only-map"
	}
	if o.f.M != "" {
		class += " has-selection"
	}
	situation := o.kind == kommunebilde.KindSituation
	if situation {
		class += " situation"
	}
	w.raw(`<main id="main"`).attr("class", class).raw(`><h1 class="vh">`).text(o.pg.Title).raw(`</h1>`)
	w.raw(`<p class="print-only"><b>`).text(o.pg.Title).raw(`</b>. `)
	o.inWords(w)
	w.raw(`. `)
	o.asOf(w, o.pg)
	w.raw(`. `).text(o.age()).raw(`</p>`)
	if situation {
		o.situationBand(w)
	}
	w.raw(`<div class="lcol">`)
	w.raw(`<div class="filters">`)
	o.filters(w)
	o.moreFilters(w)
	w.raw(`</div>`)
	o.pg.strips(w)
	o.mapHead(w)
	o.mapPanes(w)
	if situation {
		o.situationFigures(w)
	}
	o.panel(w, o.pg)
	o.pg.editLine(w)
	if situation {
		o.pg.assistance(w, o.p)
	}
	w.raw(`</div>`)
	w.raw(`<div class="lists">`)
	if o.kind != kommunebilde.KindEdition {
		o.lists(w, 5)
	}
	w.raw(`</div><div class="right">`)
	if o.shown == 0 {
		o.empty(w)
	}
	w.raw(`<p class="asof">`)
	o.asOf(w, o.pg)
	w.raw(`</p>`)
	o.grid(w, gridOptions{class: o.gridClass(), corner: o.corner, marks: o.f.Roomy})
	if situation {
		o.situationNote(w)
	}
	w.raw(`</div>`)
	o.pg.ownBar(w, o.p)
	w.raw(`</main>`)
}

func (o *overview) gridClass() string {
	class := "areas"
	if o.kind == kommunebilde.KindSituation {
		class += " functions"
	}
	if o.f.Roomy {
		class += " roomy"
	}
	return class
}

// mapHead appends which area the map shows, and the choice of its form.
func (o *overview) mapHead(w *builder) {
	t := o.w.t
	w.raw(`<div class="map-head"><label class="sel pick" for="kart"><span>`).text(t("map.label")).raw(`</span></label><span class="sel pick"><select id="kart" name="kart" form="filters">`)
	for _, i := range o.cols {
		name, lang := o.c.Columns[i].Name.In(o.w.lang)
		o.option(w, string(o.c.Columns[i].ID), name, other(lang, o.w.lang), i == o.mapAt)
	}
	w.raw(`</select></span><span class="segs">`)
	for _, pane := range []struct {
		name string
		view View
	}{{"map", ViewMap}, {"tiles", ViewTiles}} {
		f := o.f
		f.View = pane.view
		w.raw(`<a class="seg"`).attr("data-show", pane.name).attr("href", o.here(f))
		if o.paneShown(pane.name) {
			w.raw(` aria-current="true"`)
		}
		w.raw(`>`).text(t("map." + pane.name)).raw(`</a>`)
	}
	w.raw(`</span></div>`)
}

func (o *overview) paneShown(name string) bool {
	if o.geo == nil {
		return name == "tiles"
	}
	return (name == "tiles") == (o.f.View == ViewTiles)
}

func (o *overview) mapPanes(w *builder) {
	w.raw(`<div class="pane" data-pane="map"`).flag("hidden", !o.paneShown("map")).raw(`>`)
	o.geographic(w, mapOptions{id: "map", glyph: 40, links: true, only: -1})
	o.credit(w)
	w.raw(`</div><div class="pane" data-pane="tiles"`).flag("hidden", !o.paneShown("tiles")).raw(`>`)
	o.tiles(w)
	w.raw(`<p class="credit">`).text(o.w.t("map.tiles_note")).raw(`</p></div>`)
}

// corner appends what stands at the head of the table: how much it shows, and
// of when.
func (o *overview) corner(w *builder) {
	o.board.corner(w, o.pg)
	if note := o.board.age(); note != "" {
		w.raw(`<span class="warn">`).text(note).raw(`</span>`)
	}
}

// corner appends how many rows and columns are in scope, and of which time.
func (b *board) corner(w *builder, pg page) {
	rows, cols := 0, 0
	for _, r := range b.rows {
		if b.rowIn(r) {
			rows++
		}
	}
	areas := 0
	for _, c := range b.cols {
		if b.colIn(c) {
			cols++
			if b.c.Columns[c].Kind == kommunebilde.ColumnArea {
				areas++
			}
		}
	}
	w.raw(`<b>`).text(b.w.n("n.municipalities", rows)).raw(` × `)
	if b.kind == kommunebilde.KindSituation {
		w.text(b.w.n("n.functions", cols))
	} else if areas == cols {
		w.text(b.w.n("n.areas", cols))
	} else {
		w.text(b.w.n("n.columns", cols))
	}
	w.raw(`</b><span>`)
	b.asOf(w, pg)
	w.raw(`</span>`)
}

// asOf says of which time the board on show is.
func (b *board) asOf(w *builder, pg page) {
	brd := b.p.Board()
	switch {
	case !b.f.At.IsZero():
		w.text(b.w.t("asof.past", pg.When(b.f.At)))
	case b.kind == kommunebilde.KindLive:
		if b.base != nil {
			name, _ := b.base.Board().Title.In(b.w.lang)
			w.text(b.w.t("asof.live", name)).raw(` <svg class="cm" aria-hidden="true"><use href="#corner"/></svg> `).text(b.w.t("asof.mark"))
		}
	case b.version() > 0:
		pub := brd.Publications[b.version()-1]
		w.text(b.w.t("asof.published", pg.Day(pub.At), strconv.Itoa(pub.Version)))
	default:
		w.text(b.w.t("phase." + string(brd.Phase)))
	}
}

// version is which version of an edition is on show: that of the working copy
// too, while it is no other than the newest. 0: none.
func (b *board) version() int {
	brd := b.p.Board()
	if v := b.p.ShownVersion(); v > 0 || brd.Phase != kommunebilde.PhasePublished {
		return v
	}
	return len(brd.Publications)
}

// age says what makes an edition old: another that came after it, or a year.
func (b *board) age() string {
	switch {
	case b.p.SupersededBy() != "":
		return b.w.t("edition.superseded", string(b.p.SupersededBy()))
	case b.p.ShownVersion() > 0 && b.p.ShownVersion() < len(b.p.Board().Publications):
		return b.w.t("edition.corrected", strconv.Itoa(len(b.p.Board().Publications)))
	case b.p.Outdated():
		return b.w.t("edition.outdated")
	}
	return ""
}
