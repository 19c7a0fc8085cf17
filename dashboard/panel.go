package dashboard

import (
	"slices"
	"strconv"

	"kommunebilde"
)

// Panel is the side panel of one cell as an HTML document: its #panel takes
// the place of the page's.
func (s *Site) Panel(r Request, p kommunebilde.Picture, m kommunebilde.MunicipalityID, c kommunebilde.ColumnID, f Filter) ([]byte, error) {
	pg := s.newPage(r, "panel", "")
	p = pg.past(p, f)
	row, col := p.Row(m), p.Col(c)
	if row < 0 || col < 0 {
		return nil, unknown("valgt")
	}
	f.M, f.C = m, c
	pg.onBoard(p)
	b := s.newBoard(pg, p, f, nil, nil)
	w := &builder{}
	w.raw(`<!doctype html><html`).attr("lang", pg.Lang).raw(`><head><meta charset="utf-8"><title>`)
	w.text(b.c.Municipalities[row].Name).raw(`</title></head><body>`)
	b.panel(w, pg)
	w.raw(`</body></html>`)
	return w.b, nil
}

// panel appends the place for one cell: what it says, who says so, how it came
// about, and the keys to change it. Without a selection it says what the
// colours mean.
func (b *board) panel(w *builder, pg page) {
	row, col := b.p.Row(b.f.M), b.p.Col(b.f.C)
	w.raw(`<section id="panel" class="panel" aria-labelledby="panel-h"`)
	if row < 0 || col < 0 {
		w.raw(` data-part>`)
		b.legend(w, pg)
		w.raw(`</section>`)
		return
	}
	cell := b.p.Cell(row, col)
	w.attr("data-m", string(cell.Municipality)).attr("data-c", string(cell.Column)).raw(`>`)
	b.panelHead(w, pg, row, col)
	b.panelStatus(w, pg, row, col, cell)
	b.panelMarking(w, pg, cell)
	b.cellFigures(w, row, col)
	b.keys(w, pg, row, col, cell)
	b.panelText(w, pg, cell)
	b.history(w, pg, row, col)
	b.markForms(w, pg, cell)
	w.raw(`<p class="links"><a`).attr("href", b.municipalityLink(cell.Municipality)).raw(`>`).text(b.w.t("panel.municipality", b.c.Municipalities[row].Name)).raw(`</a>`)
	area := cell.Column
	if c := &b.c.Columns[col]; c.Kind == kommunebilde.ColumnIndicator {
		area = c.Area
	}
	if b.kind != kommunebilde.KindSituation {
		w.raw(` <a`).attr("href", pg.Link("/omrade/"+string(area)+boardQuery(b.p))).raw(`>`).text(b.w.t("panel.area")).raw(`</a>`)
	}
	w.raw(`</p></section>`)
}

func (b *board) panelHead(w *builder, pg page, row, col int) {
	m, c := &b.c.Municipalities[row], &b.c.Columns[col]
	name, lang := c.Name.In(b.w.lang)
	w.raw(`<div class="ph"><h2 id="panel-h">`).text(m.Name).raw(` · <span`)
	if l := other(lang, b.w.lang); l != "" {
		w.attr("lang", l)
	}
	w.raw(`>`).text(name).raw(`</span>`)
	if c.Proposed {
		w.raw(` <small class="tag">`).text(b.w.t("proposed")).raw(`</small>`)
	}
	plain := b.f
	plain.M, plain.C = "", ""
	href := "?" + b.keep + plain.Query()
	w.raw(`</h2><a class="close"`).attr("href", href).raw(`>`).text(b.w.t("panel.close")).raw(`</a></div>`)
}

// panelStatus appends the level on show, its time and who, and the other layer
// as shape and word without colour.
func (b *board) panelStatus(w *builder, pg page, row, col int, cell kommunebilde.Cell) {
	w.raw(`<p class="st">`)
	w.chip(cell.Level, b.w.full(b.kind, cell.Level))
	w.raw(`<span class="meta">`)
	brd := b.p.Board()
	title, _ := brd.Title.In(b.w.lang)
	switch {
	case b.kind != kommunebilde.KindEdition && cell.Level == kommunebilde.Withheld: // since when it is so, the marking says
	case b.kind != kommunebilde.KindEdition && cell.Revision == 0:
		w.text(b.w.t("panel.never"))
	case b.kind != kommunebilde.KindEdition:
		w.text(b.w.t("layer.now")).raw(`, `).time(cell.At, b.clock.zone, b.clock.When(cell.At))
		if who := pg.name(cell.By); who != "" {
			w.raw(` · `).text(b.w.t("panel.entered", who))
		}
		if b.kind == kommunebilde.KindSituation && b.p.Stale(row, col) {
			w.raw(` · <b>`).text(b.w.t("stale.word")).raw(`</b>`)
		}
	case b.version() > 0:
		w.text(title).raw(`, v`).int(b.version())
	default:
		w.text(title).raw(`, `).text(b.w.t("phase." + string(brd.Phase)))
	}
	w.raw(`</span></p>`)
	if b.base == nil || b.baseRows[row] < 0 || b.baseCols[col] < 0 {
		return
	}
	l := b.base.Level(b.baseRows[row], b.baseCols[col])
	name, _ := b.base.Board().Title.In(b.w.lang)
	w.raw(`<p class="beneath">`).text(name).raw(`: <svg class="m" aria-hidden="true"><use href="#m-`).text(string(l)).raw(`"/></svg> `).text(b.w.level(l))
	w.raw(` <span class="meta">`).text(b.w.t("panel.untouched")).raw(`</span></p>`)
}

// chip appends a level as fill, shape and word.
func (w *builder) chip(l kommunebilde.Level, word string) *builder {
	return w.raw(`<span class="chip" data-level="`).text(string(l)).raw(`">`).marked(l).raw(`<span>`).text(word).raw(`</span></span>`)
}

func (b *board) panelText(w *builder, pg page, cell kommunebilde.Cell) {
	switch {
	case cell.Redacted:
		w.raw(`<p class="meta">`).text(b.w.t("panel.redacted")).raw(`</p>`)
	case cell.Text != "":
		w.raw(`<p class="txt">`).text(cell.Text).raw(`</p>`)
	}
	w.raw(`<p class="meta">`)
	if cell.ReportedBy != "" {
		w.text(b.w.t("panel.reported", cell.ReportedBy)).raw(`. `)
	}
	if cell.Revision > 0 && !cell.EventAt.Equal(cell.At) {
		w.text(b.w.t("panel.event", b.clock.When(cell.EventAt))).raw(`. `)
	}
	if cell.Author != "" || cell.Date != "" {
		w.text(b.w.t("panel.assessed"))
		if cell.Author != "" {
			w.raw(` `).text(cell.Author)
		}
		if cell.Date != "" {
			w.raw(`, `).text(b.clock.Date(cell.Date))
		}
		w.raw(`. `)
	}
	if c := &b.c.Columns[b.p.Col(cell.Column)]; c.Themes {
		w.text(b.w.t("themes.note"))
	}
	w.raw(`</p>`)
}

// history appends what the cell has been, newest first.
func (b *board) history(w *builder, pg page, row, col int) {
	changes := b.p.History(row, col)
	if len(changes) == 0 {
		return
	}
	slices.Reverse(changes)
	const most = 8
	w.raw(`<h3>`).text(b.w.t("panel.history")).raw(`</h3><ol class="hist">`)
	for i, c := range changes {
		if i == most {
			w.raw(`<li>`).text(b.w.n("n.more", len(changes)-most)).raw(`</li>`)
			break
		}
		w.raw(`<li><span>`).text(b.word(c.From)).raw(` → `).text(b.word(c.Level))
		if c.Undoes > 0 {
			w.raw(` `).text(b.w.t("panel.undo"))
		}
		w.raw(`</span><span class="meta">`).time(c.At, b.clock.zone, b.clock.When(c.At))
		if who := pg.name(c.By); who != "" {
			w.raw(`, `).text(who)
		}
		w.raw(`</span></li>`)
	}
	w.raw(`</ol>`)
	if pg.mayUndo(changes[0]) {
		w.raw(`<form class="undo-last" method="post"`).attr("action", pg.Link("/tavle/"+string(b.p.Board().ID)+"/angre")).raw(`>`)
		pg.hidden(w)
		w.raw(`<input type="hidden" name="revision"`).attr("value", strconv.FormatUint(uint64(changes[0].Revision), 10)).raw(`>`)
		w.raw(`<button class="btn sm" type="submit">`).text(b.w.t("panel.undo_last")).raw(`</button></form>`)
	}
}

// mayUndo tells whether the reader may take a change back.
func (p *page) mayUndo(c kommunebilde.Change) bool {
	if p.req.Cacheable || p.req.User == nil || !p.req.Rights[kommunebilde.RightSetLevels] || !p.writable() {
		return false
	}
	return c.By == p.req.User.ID || p.req.Rights[kommunebilde.RightUndoOthers]
}

// writable tells whether the page shows a board as it is now.
func (p *page) writable() bool { return p.Body.At == "" && p.Body.Live != "" }

// hidden appends what every form carries.
func (p *page) hidden(w *builder) {
	w.raw(`<input type="hidden" name="token"`).attr("value", p.Token).raw(`><input type="hidden" name="request"`).attr("value", p.RequestID)
	w.raw(`><input type="hidden" name="back"`).attr("value", p.req.Path).raw(`>`)
}

// keys appends the form that sets the cell: one key per level, and under them
// reason and reporter, which may be left out.
func (b *board) keys(w *builder, pg page, row, col int, cell kommunebilde.Cell) {
	if pg.req.Cacheable || !pg.req.Rights[kommunebilde.RightSetLevels] || !pg.writable() {
		if pg.req.Rights[kommunebilde.RightLead] && !pg.req.Cacheable && pg.Body.Meeting == "" && pg.writable() {
			w.raw(`<p class="hint"><a class="btn"`).attr("href", pg.Link("/moter")).raw(`>`).text(b.w.t("keys.open_meeting")).raw(`</a></p>`)
		}
		return
	}
	t := b.w.t
	w.raw(`<form id="set" class="keys" method="post"`).attr("action", pg.Link("/tavle/"+string(b.p.Board().ID)+"/sett")).attr("aria-label", t("keys.name")).raw(`>`)
	pg.hidden(w)
	w.raw(`<input type="hidden" name="cell"`).attr("value", string(cell.Municipality)+"."+string(cell.Column)).raw(`>`)
	w.raw(`<input type="hidden" name="seen"`).attr("value", strconv.FormatUint(uint64(cell.Revision), 10)).raw(`>`)
	if pg.Body.Meeting != "" {
		w.raw(`<input type="hidden" name="meeting"`).attr("value", pg.Body.Meeting).raw(`>`)
	}
	w.raw(`<p id="picked" class="meta" role="status"></p>`)
	w.raw(`<div class="keyrow">`)
	for _, l := range b.kind.Levels() {
		w.raw(`<button class="key" type="submit" name="level"`).attr("value", string(l)).attr("data-level", string(l))
		key := keyOf(l)
		if key != "" {
			w.attr("data-key", key)
		}
		w.flag(`aria-current="true"`, l == cell.Level && cell.Revision > 0).attr("title", b.w.means(b.kind, l)).raw(`>`)
		if key != "" {
			w.raw(`<kbd>`).text(key).raw(`</kbd>`)
		}
		word := b.word(l)
		if b.kind == kommunebilde.KindLive && l == kommunebilde.NotAssessed {
			word = t("keys.none")
		}
		w.marked(l).raw(`<span>`).text(word).raw(`</span></button>`)
	}
	w.raw(`</div>`)
	w.raw(`<label class="fld"><span>`).text(t("keys.text")).raw(`</span><textarea name="text" rows="2"`).num("maxlength", kommunebilde.MaxReason).raw(`></textarea></label>`)
	w.careful(b.w, pg.Link(carefulPath))
	if b.kind != kommunebilde.KindEdition {
		w.raw(`<label class="fld"><span>`).text(t("keys.reported")).raw(`</span><input name="reported_by" list="reporters" autocomplete="off"`).num("maxlength", kommunebilde.MaxName)
		w.attr("placeholder", t("keys.reported_hint", b.c.Municipalities[row].Name)).raw(`><datalist id="reporters">`)
		m, _ := openMeeting(b.p)
		actorOptions(w, b.p, m.Actors)
		w.raw(`</datalist></label>`)
	}
	w.raw(`</form>`)
}

// keyOf returns the key that sets a level.
func keyOf(l kommunebilde.Level) string {
	switch l {
	case kommunebilde.Green, kommunebilde.Normal:
		return "1"
	case kommunebilde.Yellow, kommunebilde.Strained:
		return "2"
	case kommunebilde.Red, kommunebilde.Critical:
		return "3"
	case kommunebilde.NotAssessed:
		return "0"
	}
	return ""
}

// legend says what the colours mean on the layer on show, and where there is
// one, which meeting is going on.
func (b *board) legend(w *builder, pg page) {
	t := b.w.t
	if m, ok := openMeeting(b.p); ok && !pg.req.Cacheable {
		w.raw(`<div class="ph"><h2 id="panel-h"><a`).attr("href", pg.Link("/mote/"+string(m.ID))).raw(`>`).text(m.Title).raw(`</a></h2></div><p class="meta">`)
		w.text(t("meeting.since", b.clock.When(m.OpenedAt))).raw(`</p>`)
	} else {
		w.raw(`<div class="ph"><h2 id="panel-h">`).text(t("legend.head." + string(b.kind))).raw(`</h2></div>`)
	}
	col := (*kommunebilde.Column)(nil)
	if b.mapAt >= 0 {
		col = &b.c.Columns[b.mapAt]
	}
	w.raw(`<dl class="legend">`)
	for _, l := range b.kind.Levels()[:3] {
		w.raw(`<dt>`).chip(l, b.word(l)).raw(`</dt><dd>`).text(b.meaning(col, l)).raw(`</dd>`)
	}
	w.raw(`</dl><p class="legend-rest">`)
	rest := b.kind.Levels()[3:]
	for _, l := range rest {
		w.raw(`<span class="lg"><i class="sw" data-level="`).text(string(l)).raw(`">`).marked(l).raw(`</i>`).text(b.word(l)).raw(`</span> `)
	}
	w.raw(`</p>`)
	b.withheld(w, pg)
	w.raw(`<p class="meta">`).text(t("legend.note." + string(b.kind))).raw(`</p><p class="meta">`).text(t("legend.choose")).raw(`</p>`)
	if b.kind == kommunebilde.KindEdition && pg.Kind == "overview" {
		f := Filter{Region: b.f.Region, View: ViewDepth}
		w.raw(`<p class="links"><a`).attr("href", "?"+f.Query()).raw(`>`).text(t("chart.matrix_link")).raw(`</a></p>`)
	}
	if pg.req.Rights[kommunebilde.RightLead] && !pg.req.Cacheable && pg.Body.Meeting == "" && pg.writable() {
		w.raw(`<p class="hint"><a class="btn"`).attr("href", pg.Link("/moter")).raw(`>`).text(t("keys.open_meeting")).raw(`</a></p>`)
	}
}

// meaning returns what a colour means: in an edition as the office words it for
// the area on the map, else the layer's own meaning.
func (b *board) meaning(col *kommunebilde.Column, l kommunebilde.Level) string {
	if b.kind == kommunebilde.KindEdition && col != nil {
		words := map[kommunebilde.Level]kommunebilde.Words{
			kommunebilde.Green: col.Means.Green, kommunebilde.Yellow: col.Means.Yellow, kommunebilde.Red: col.Means.Red,
		}[l]
		if s, _ := words.In(b.w.lang); s != "" {
			return s
		}
	}
	return b.w.means(b.kind, l)
}
