package overview

import (
	"strconv"

	"kommunebilde/dashboard/access"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/dashboard/situations"
	"kommunebilde/domain"
)

// Panel is the side panel of one cell as an HTML document: its #panel takes
// the place of the page's.
func Panel(s *kit.Site, r kit.Request, p domain.Picture, m domain.MunicipalityID, c domain.ColumnID, f kit.Filter) ([]byte, error) {
	pg := s.NewPage(r, "panel", "")
	p = pg.PictureAt(p, f)
	row, col := p.Row(m), p.Col(c)
	if row < 0 || col < 0 {
		return nil, kit.UnknownField("valgt")
	}
	f.M, f.C = m, c
	pg.OnBoard(p)
	b := s.NewBoard(pg, p, f, nil, nil)
	w := &kit.Builder{}
	w.Raw(`<!doctype html><html`).Attr("lang", pg.Lang).Raw(`><head><meta charset="utf-8"><title>`)
	w.Text(b.Catalogue.Municipalities[row].Name).Raw(`</title></head><body>`)
	panel(b, w, pg)
	w.Raw(`</body></html>`)
	return w.Bytes(), nil
}

// panel appends the place for one cell: what it says, who says so, how it came
// about, and the keys to change it. Without a selection it says what the
// colours mean.
func panel(b *kit.Board, w *kit.Builder, pg kit.Page) {
	row, col := b.Picture.Row(b.Filter.M), b.Picture.Col(b.Filter.C)
	w.Raw(`<section id="panel" class="panel" aria-labelledby="panel-h"`)
	if row < 0 || col < 0 {
		w.Raw(` data-part="board">`)
		colourLegend(b, w, pg)
		w.Raw(`</section>`)
		return
	}
	cell := b.Picture.Cell(row, col)
	w.Attr("data-m", string(cell.Municipality)).Attr("data-c", string(cell.Column)).Raw(`>`)
	panelHead(b, w, pg, row, col)
	panelStatus(b, w, pg, row, col, cell)
	access.PanelMarking(b, w, pg, cell)
	situations.CellFigures(b, w, row, col)
	keys(b, w, pg, row, col, cell)
	panelText(b, w, pg, cell)
	meetings.OnCell(&pg, w, b.Picture, cell.Municipality, cell.Column)
	history(b, w, pg, row, col)
	access.MarkForms(b, w, pg, cell)
	w.Raw(`<p class="links"><a`).Attr("href", b.MunicipalityLink(cell.Municipality)).Raw(`>`).Text(b.Words.T("panel.municipality", b.Catalogue.Municipalities[row].Name)).Raw(`</a>`)
	area := cell.Column
	if c := &b.Catalogue.Columns[col]; c.Kind == domain.ColumnIndicator {
		area = c.Area
	}
	if b.Kind != domain.KindSituation {
		w.Raw(` <a`).Attr("href", pg.Place("/omrade/"+string(area), b.Picture.Board().ID)).Raw(`>`).Text(b.Words.T("panel.area")).Raw(`</a>`)
	}
	w.Raw(`</p></section>`)
}

func panelHead(b *kit.Board, w *kit.Builder, pg kit.Page, row, col int) {
	m, c := &b.Catalogue.Municipalities[row], &b.Catalogue.Columns[col]
	name, lang := c.Name.In(b.Words.Lang)
	w.Raw(`<div class="ph"><h2 id="panel-h">`).Text(m.Name).Raw(` · <span`)
	if l := kit.OtherLang(lang, b.Words.Lang); l != "" {
		w.Attr("lang", l)
	}
	w.Raw(`>`).Text(name).Raw(`</span>`)
	if c.Proposed {
		w.Raw(` <small class="tag">`).Text(b.Words.T("proposed")).Raw(`</small>`)
	}
	plain := b.Filter
	plain.M, plain.C = "", ""
	w.Raw(`</h2><a class="close"`).Attr("href", b.Here(plain)).Raw(`>`).Text(b.Words.T("panel.close")).Raw(`</a></div>`)
}

// panelStatus appends the level on show, its time and who, and the other layer
// as shape and word without colour.
func panelStatus(b *kit.Board, w *kit.Builder, pg kit.Page, row, col int, cell domain.Cell) {
	w.Raw(`<p class="st">`)
	w.Chip(cell.Level, b.Words.Full(b.Kind, cell.Level))
	w.Raw(`<span class="meta">`)
	brd := b.Picture.Board()
	title, _ := brd.Title.In(b.Words.Lang)
	switch {
	case b.Kind != domain.KindEdition && cell.Level == domain.Withheld: // since when it is so, the marking says
	case b.Picture.Resting() && cell.Revision == 0:
		b.WasThen(w, row, col)
	case b.Kind != domain.KindEdition && cell.Revision == 0:
		w.Text(b.Words.T("panel.never"))
	case b.Kind != domain.KindEdition:
		w.Text(b.Words.T("layer.now")).Raw(`, `).Time(cell.Said, b.Clock.Zone, b.Clock.When(cell.Said))
		if who := pg.Who(cell.By); who != "" {
			w.Raw(` · `).Text(b.Words.T("panel.entered", who))
		}
		b.Standing(w, row, col, "")
		if cell.Stale {
			w.Raw(` · <b>`).Text(b.Words.T("stale.word")).Raw(`</b>`)
		}
	case b.Version() > 0:
		w.Text(title).Raw(`, v`).Int(b.Version())
	default:
		w.Text(title).Raw(`, `).Text(b.Words.T("phase." + string(brd.Phase)))
	}
	w.Raw(`</span></p>`)
	if b.Base == nil || b.BaseRows[row] < 0 || b.BaseCols[col] < 0 {
		return
	}
	l := b.Base.Level(b.BaseRows[row], b.BaseCols[col])
	name, _ := b.Base.Board().Title.In(b.Words.Lang)
	w.Raw(`<p class="beneath">`).Text(name).Raw(`: <svg class="m" aria-hidden="true"><use href="#m-`).Text(string(l)).Raw(`"/></svg> `).Text(b.Words.Level(l))
	w.Raw(` <span class="meta">`).Text(b.Words.T("panel.untouched")).Raw(`</span></p>`)
}

func panelText(b *kit.Board, w *kit.Builder, pg kit.Page, cell domain.Cell) {
	switch {
	case cell.Redacted:
		w.Raw(`<p class="meta">`).Text(b.Words.T("panel.redacted")).Raw(`</p>`)
	case cell.Text != "":
		w.Raw(`<p class="txt"`)
		if pg.TextLang() != "" {
			w.Attr("lang", pg.TextLang())
		}
		w.Raw(`>`).Text(cell.Text).Raw(`</p>`)
	}
	w.Raw(`<p class="meta">`)
	if cell.ReportedBy != "" {
		w.Text(b.Words.T("panel.reported", cell.ReportedBy)).Raw(`. `)
	}
	if cell.Revision > 0 && !cell.EventAt.Equal(cell.Said) {
		w.Text(b.Words.T("panel.event", b.Clock.When(cell.EventAt))).Raw(`. `)
	}
	if cell.Author != "" || cell.Date != "" {
		w.Text(b.Words.T("panel.assessed"))
		if cell.Author != "" {
			w.Raw(` `).Text(cell.Author)
		}
		if cell.Date != "" {
			w.Raw(`, `).Text(b.Clock.Date(cell.Date))
		}
		w.Raw(`. `)
	}
	if c := &b.Catalogue.Columns[b.Picture.Col(cell.Column)]; c.Themes {
		w.Text(b.Words.T("themes.note"))
	}
	w.Raw(`</p>`)
}

// history appends what the cell has been, newest first.
func history(b *kit.Board, w *kit.Builder, pg kit.Page, row, col int) {
	const most = 8
	changes, of := b.Picture.Recent(row, col, most)
	if of == 0 {
		return
	}
	w.Raw(`<h3>`).Text(b.Words.T("panel.history")).Raw(`</h3><ol class="hist">`)
	for _, c := range changes {
		w.Raw(`<li><span>`).Text(b.Step(c))
		if c.Undoes > 0 {
			w.Raw(` `).Text(b.Words.T("panel.undo"))
		}
		w.Raw(`</span><span class="meta">`).Time(c.At, b.Clock.Zone, b.Clock.When(c.At))
		if who := pg.Who(c.By); who != "" {
			w.Raw(`, `).Text(who)
		}
		w.Raw(`</span></li>`)
	}
	if of > most {
		w.Raw(`<li>`).Text(b.Words.N("n.more", of-most)).Raw(`</li>`)
	}
	w.Raw(`</ol>`)
	if pg.MayUndo(changes[0]) {
		w.Raw(`<form class="undo-last" method="post"`).Attr("action", pg.Link("/tavle/"+string(b.Picture.Board().ID)+"/angre")).Raw(`>`)
		pg.Hidden(w)
		w.Raw(`<input type="hidden" name="revision"`).Attr("value", strconv.FormatUint(uint64(changes[0].Revision), 10)).Raw(`>`)
		w.Raw(`<button class="btn sm" type="submit">`).Text(b.Words.T("panel.undo_last")).Raw(`</button></form>`)
	}
}

// judgeLink leads to where a cell of a planned edition is written, for the office, while the
// edition is made.
func judgeLink(b *kit.Board, w *kit.Builder, pg kit.Page, row, col int) {
	board, c := b.Picture.Board(), b.Catalogue.Columns[col]
	if !writtenElsewhere(b, pg) {
		return
	}
	unit := c.ID
	if c.Area != "" {
		unit = c.Area
	}
	w.Raw(`<p class="hint"><a class="btn"`).Attr("href", pg.Link("/utgave/"+string(board.ID)+"/vurdering/"+string(unit)+"/"+string(b.Catalogue.Municipalities[row].ID))).Raw(`>`).Text(b.Words.T("keys.workplace")).Raw(`</a></p>`)
}

// writtenElsewhere reports whether the reader may go where a planned edition is written.
func writtenElsewhere(b *kit.Board, pg kit.Page) bool {
	board := b.Picture.Board()
	return board.Judged != "" && board.Phase.Working() && b.Picture.ShownVersion() == 0 && pg.Staff() && !pg.Request.Cacheable
}

// keys appends the form that sets the cell: one key per level, and under them
// reason and reporter, which may be left out and are empty until somebody gives
// them.
func keys(b *kit.Board, w *kit.Builder, pg kit.Page, row, col int, cell domain.Cell) {
	if at := b.Picture.Board(); at.Judged != "" {
		judgeLink(b, w, pg, row, col)
		return
	}
	if pg.Request.Cacheable || !pg.Request.Rights[domain.RightSetLevels] || !pg.Writable() {
		if pg.Request.Rights[domain.RightLead] && !pg.Request.Cacheable && pg.Body.Meeting == "" && pg.Writable() {
			w.Raw(`<p class="hint"><a class="btn"`).Attr("href", pg.Link("/moter")).Raw(`>`).Text(b.Words.T("keys.open_meeting")).Raw(`</a></p>`)
		}
		return
	}
	t := b.Words.T
	w.Raw(`<form id="set" class="keys" method="post"`).Attr("action", pg.Link("/tavle/"+string(b.Picture.Board().ID)+"/sett")).Attr("aria-label", t("keys.name")).Raw(`>`)
	pg.Hidden(w)
	w.Raw(`<input type="hidden" name="cell"`).Attr("value", string(cell.Municipality)+"."+string(cell.Column)).Raw(`>`)
	w.Raw(`<input type="hidden" name="seen"`).Attr("value", strconv.FormatUint(uint64(cell.Revision), 10)).Raw(`>`)
	if pg.Body.Meeting != "" {
		w.Raw(`<input type="hidden" name="meeting"`).Attr("value", pg.Body.Meeting).Raw(`>`)
	}
	w.Raw(`<p id="picked" class="meta" role="status"></p>`)
	w.Raw(`<div class="keyrow">`)
	for _, l := range b.Kind.Levels() {
		w.Raw(`<button class="key" type="submit" name="level"`).Attr("value", string(l)).Attr("data-level", string(l))
		key := kit.KeyOf(l)
		if key != "" {
			w.Attr("data-key", key)
		}
		w.Flag(`aria-current="true"`, l == cell.Level && cell.Revision > 0).Attr("title", b.Words.Means(b.Kind, l)).Raw(`>`)
		if key != "" {
			w.Raw(`<kbd>`).Text(key).Raw(`</kbd>`)
		}
		word := b.Word(l)
		if b.Kind == domain.KindLive && l == domain.NotAssessed {
			word = t("keys.none")
		}
		w.Marked(l).Raw(`<span>`).Text(word).Raw(`</span></button>`)
	}
	w.Raw(`</div>`)
	said, _ := b.Picture.Reason(row, col)
	b.LastReason(w, &pg, row, col, said.TextID == cell.TextID)
	w.Raw(`<label class="fld"><span>`).Text(t("keys.text")).Raw(`</span><textarea name="text" rows="2"`).Num("maxlength", domain.MaxReason).Raw(`></textarea></label>`)
	w.Careful(b.Words, pg.Link(kit.CarefulPath))
	if b.Kind != domain.KindEdition {
		w.Raw(`<label class="fld"><span>`).Text(t("keys.reported")).Raw(`</span><input name="reported_by" list="reporters" autocomplete="off"`).Num("maxlength", domain.MaxName)
		w.Attr("placeholder", t("keys.reported_hint", b.Catalogue.Municipalities[row].Name)).Raw(`><datalist id="reporters">`)
		m, _ := kit.OpenMeeting(b.Picture)
		kit.ActorOptions(w, b.Picture, m.Actors)
		w.Raw(`</datalist></label>`)
	}
	w.Raw(`</form>`)
}

// colourLegend says what the colours mean on the layer on show, and where there is
// one, which meeting is going on.
func colourLegend(b *kit.Board, w *kit.Builder, pg kit.Page) {
	t := b.Words.T
	if open := kit.OpenMeetings(b.Picture); len(open) > 0 && !pg.Request.Cacheable {
		for i, m := range open {
			w.Raw(`<div class="ph"><h2`)
			if i == 0 {
				w.Raw(` id="panel-h"`)
			}
			w.Raw(`><a`).Attr("href", pg.Link("/mote/"+string(m.ID))).Raw(`>`).Text(m.Title).Raw(`</a></h2></div><p class="meta">`)
			w.Text(t("meeting.since", b.Clock.When(m.OpenedAt))).Raw(`</p>`)
		}
	} else {
		w.Raw(`<div class="ph"><h2 id="panel-h">`).Text(t("legend.head." + string(b.Kind))).Raw(`</h2></div>`)
	}
	col := (*domain.Column)(nil)
	if b.MapAt >= 0 {
		col = &b.Catalogue.Columns[b.MapAt]
	}
	w.Raw(`<dl class="legend">`)
	for _, l := range b.Kind.Levels()[:3] {
		w.Raw(`<dt>`).Chip(l, b.Word(l)).Raw(`</dt><dd>`).Text(b.Meaning(col, l)).Raw(`</dd>`)
	}
	w.Raw(`</dl><p class="legend-rest">`)
	rest := b.Kind.Levels()[3:]
	for _, l := range rest {
		w.Raw(`<span class="lg"><i class="sw" data-level="`).Text(string(l)).Raw(`">`).Marked(l).Raw(`</i>`).Text(b.Word(l)).Raw(`</span> `)
	}
	if b.Kind == domain.KindLive && !b.Picture.Limitless() { // a situation has a note beside its table
		w.Raw(`<span class="lg"><i class="sw" data-level="yellow" data-stale>`).LateSign().Raw(`</i>`).Text(t("legend.stale")).Raw(`</span>`)
	}
	w.Raw(`</p>`)
	access.Withheld(b, w, pg)
	w.Raw(`<p class="meta">`).Text(t("legend.note." + string(b.Kind))).Raw(`</p><p class="meta">`).Text(t("legend.choose")).Raw(`</p>`)
	if board := b.Picture.Board(); writtenElsewhere(b, pg) {
		w.Raw(`<p class="hint"><a class="btn"`).Attr("href", pg.Link("/utgave/"+string(board.ID)+"/vurdering")).Raw(`>`).Text(t("keys.workplace")).Raw(`</a></p>`)
	}
	if b.Kind == domain.KindEdition && pg.Kind == "overview" {
		f := kit.Filter{Region: b.Filter.Region, View: kit.ViewDepth}
		w.Raw(`<p class="links"><a`).Attr("href", "?"+f.Query()).Raw(`>`).Text(t("chart.matrix_link")).Raw(`</a></p>`)
	}
	if pg.Request.Rights[domain.RightLead] && !pg.Request.Cacheable && pg.Body.Meeting == "" && pg.Writable() {
		w.Raw(`<p class="hint"><a class="btn"`).Attr("href", pg.Link("/moter")).Raw(`>`).Text(t("keys.open_meeting")).Raw(`</a></p>`)
	}
}
