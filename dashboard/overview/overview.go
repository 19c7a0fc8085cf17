package overview

import (
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/dashboard/situations"
	"kommunebilde/domain"
)

// Overview is map and grid of a board: the live picture, a version of an
// edition, or its working copy. f.At is applied here.
func Overview(s *kit.Site, r kit.Request, p domain.Picture, f kit.Filter) ([]byte, error) {
	pg := s.NewPage(r, "overview", "")
	p = pg.PictureAt(p, f)
	if f.View == kit.ViewDepth && p.Board().Kind == domain.KindEdition {
		return indicators(s, pg, p, f)
	}
	pg.OnBoard(p)
	pg.Nav = "overview"
	if p.Board().Kind == domain.KindSituation {
		pg.Nav = "situations"
	}
	if !f.At.IsZero() {
		pg.Body.Live, pg.Body.At = "", pg.Stamp(f.At)
	}
	c := p.Catalogue()
	b := s.NewBoard(pg, p, f, kit.UpTo(len(c.Municipalities)), kit.Judged(c, p.Board().Kind))
	o := overview{Board: b, pg: pg, brd: p.Board(), path: kit.PathOf(r)}
	o.pg.Title = o.title()
	layerFilter := f
	layerFilter.Since, layerFilter.Actor = "", "" // neither is of the other layer
	o.pg.LayersOf(p, layerFilter.Query())
	o.pg.Data = pg.Words.Script + b.PageData()
	return s.Frame(o.pg, o.main)
}

// overview writes the page's main part.
type overview struct {
	*kit.Board
	pg   kit.Page
	brd  domain.Board
	path string
}

func (o *overview) title() string {
	name, _ := o.brd.Title.In(o.Words.Lang)
	if o.brd.ID == domain.Live {
		name = o.Words.T("layer.now")
	}
	return o.Words.T("overview.title", name)
}

func (o *overview) main(w *kit.Builder) {
	class := "overview"
	if o.Filter.View == kit.ViewPhone {
		class += " only-map"
	}
	if o.Filter.M != "" {
		class += " has-selection"
	}
	situation := o.Kind == domain.KindSituation
	if situation {
		class += " situation"
	}
	w.Raw(`<main id="main"`).Attr("class", class).Raw(`><h1 class="vh">`).Text(o.pg.Title).Raw(`</h1>`)
	w.Raw(string(running(o.Board, o.pg)))
	if situation {
		o.situationBand(w)
	}
	w.Raw(`<div class="lcol">`)
	w.Raw(`<div class="filters">`)
	o.filters(w)
	o.moreFilters(w)
	w.Raw(`</div>`)
	if note := o.RestsNote(); note != "" {
		w.Raw(`<p class="meta">`).Text(note).Raw(`</p>`)
	}
	o.pg.Limits(w, o.Picture)
	strips(&o.pg, w)
	o.mapHead(w)
	o.mapPanes(w)
	o.events(w)
	if situation {
		o.situationFigures(w)
	}
	panel(o.Board, w, o.pg)
	editLine(&o.pg, w)
	if situation {
		situations.AssistanceList(&o.pg, w, o.Picture)
	}
	w.Raw(string(o.pg.Download()), `</div>`)
	w.Raw(`<div class="lists">`)
	if o.Kind != domain.KindEdition {
		lists(o.Board, w, 5)
	}
	w.Raw(`</div><div class="right">`)
	if o.Shown == 0 {
		o.empty(w)
	}
	w.Raw(`<p class="asof">`)
	o.AsOf(w, o.pg)
	if old := o.Old(o.pg); old.Words != "" {
		w.Raw(`. `).Old(old)
	}
	w.Raw(`</p>`)
	o.Grid(w, kit.GridOptions{Class: o.gridClass(), Corner: o.corner, Marks: o.Filter.Roomy})
	if situation {
		o.situationNote(w)
	}
	w.Raw(`</div>`)
	meetings.OwnBar(&o.pg, w, o.Picture)
	w.Raw(`</main>`)
}

// mostEvents is how many significant events the overview shows besides the newest
// of each meeting.
const mostEvents = 2

// events appends the significant events of the open meetings.
func (o *overview) events(w *kit.Builder) {
	if o.Kind == domain.KindEdition || o.pg.Request.Cacheable || !o.Filter.At.IsZero() {
		return
	}
	list, must := meetings.EventsOf(o.Board, &o.pg)
	w.Raw(`<section id="events" class="events" data-part="notes"`).Flag("hidden", len(list) == 0).Raw(`><h2>`).Text(o.Words.T("notes.head"))
	shown := min(len(list), max(must, mostEvents))
	if more := len(list) - shown; more > 0 {
		w.Raw(` <span class="meta">`).Text(o.Words.N("n.more", more)).Raw(`</span>`)
	}
	w.Raw(`</h2>`)
	meetings.DrawEvents(o.Board, w, &o.pg, list[:shown], must)
	w.Raw(`</section>`)
}

func (o *overview) gridClass() string {
	class := "areas"
	if o.Kind == domain.KindSituation {
		class += " functions"
	} else if len(o.Cols) <= mostLying {
		class += " lying"
	}
	if o.Filter.Roomy {
		class += " roomy"
	}
	return class
}

// mapHead appends which area the map shows, and the choice of its form.
func (o *overview) mapHead(w *kit.Builder) {
	t := o.Words.T
	w.Raw(`<div class="map-head"><label class="sel pick" for="kart"><span>`).Text(t("map.label")).Raw(`</span></label><span class="sel pick"><select id="kart" name="kart" form="filters">`)
	for _, i := range o.Cols {
		name, lang := o.Catalogue.Columns[i].Name.In(o.Words.Lang)
		o.option(w, string(o.Catalogue.Columns[i].ID), name, kit.OtherLang(lang, o.Words.Lang), i == o.MapAt)
	}
	w.Raw(`</select></span><span class="segs">`)
	for _, pane := range []struct {
		name string
		view kit.View
	}{{"map", kit.ViewMap}, {"tiles", kit.ViewTiles}} {
		f := o.Filter
		f.View = pane.view
		w.Raw(`<a class="seg"`).Attr("data-show", pane.name).Attr("href", o.Here(f))
		if o.paneShown(pane.name) {
			w.Raw(` aria-current="true"`)
		}
		w.Raw(`>`).Text(t("map." + pane.name)).Raw(`</a>`)
	}
	w.Raw(`</span></div>`)
}

func (o *overview) paneShown(name string) bool {
	if o.Geometry == nil {
		return name == "tiles"
	}
	return (name == "tiles") == (o.Filter.View == kit.ViewTiles)
}

func (o *overview) mapPanes(w *kit.Builder) {
	w.Raw(`<div class="pane" data-pane="map"`).Flag("hidden", !o.paneShown("map")).Raw(`>`)
	o.Geographic(w, kit.MapOptions{ID: "map", Glyph: 40, Links: true, Only: -1})
	o.Credit(w)
	w.Raw(`</div><div class="pane" data-pane="tiles"`).Flag("hidden", !o.paneShown("tiles")).Raw(`>`)
	o.Tiles(w)
	w.Raw(`<p class="credit">`).Text(o.Words.T("map.tiles_note")).Raw(`</p></div>`)
}

// corner appends what stands at the head of the table: how much it shows, and
// of when.
func (o *overview) corner(w *kit.Builder) {
	o.Board.Corner(w, o.pg)
	if old := o.Old(o.pg); old.Words != "" {
		w.Raw(`<span class="old">`).Old(old).Raw(`</span>`)
	}
}
