package console

import (
	"kommunebilde/dashboard/access"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/dashboard/situations"
	"kommunebilde/domain"
	"kommunebilde/domain/figures"
)

// cell appends the middle: who speaks, the areas, what the cell says now and in
// the edition, four keys, the reason, and what else can come of it.
func (c *console) cell(w *kit.Builder) {
	m := &c.Catalogue.Municipalities[c.row]
	w.Raw(`<section id="cell" class="cc" aria-labelledby="cell-h"`).Attr("data-m", string(c.selected)).Attr("data-c", string(c.Catalogue.Columns[c.col].ID)).Raw(`>`)
	w.Raw(`<div class="cc-head"><h2 id="cell-h">`).Text(m.Name).Raw(`</h2> <p>`).Text(c.RegionName(m.Region)).Raw(`</p><p id="presence" class="meta" role="status"></p></div>`)
	if !c.SetsLevels {
		w.Raw(`<p class="meta">`).Text(c.T("console.closed")).Raw(`</p>`)
	}
	c.reporter(w)
	w.Raw(`<div class="cc-body">`)
	c.areas(w)
	w.Raw(`<div class="cc-cell">`)
	c.now(w)
	c.keys(w)
	w.Raw(`</div></div>`)
	c.undoBar(w)
	c.more(w)
	w.Raw(`</section>`)
}

// reporter appends who reports, and the two keys of the roll-call. It belongs to
// the form under it.
func (c *console) reporter(w *kit.Builder) {
	name := c.Catalogue.Municipalities[c.row].Name
	w.Raw(`<div class="cc-who">`)
	if c.SetsLevels {
		w.Raw(`<label for="reported-by">`).Text(c.T("console.reported")).Raw(` <kbd>R</kbd></label><input id="reported-by" name="reported_by" form="set" list="reporters" autocomplete="off"`).Attr("placeholder", c.T("keys.reported_hint", name)).Num("maxlength", domain.MaxName).Raw(`><datalist id="reporters">`)
		if e, ok := c.Entry(c.selected); ok && e.ReportedBy != "" {
			w.Raw(`<option`).Attr("value", e.ReportedBy).Raw(`></option>`)
		}
		for _, who := range []string{"mayor", "director", "doctor", "coordinator"} {
			w.Raw(`<option`).Attr("value", c.T("reporter."+who, name)).Raw(`></option>`)
		}
		kit.ActorOptions(w, c.Picture, c.M.Actors)
		w.Raw(`</datalist><span class="when"><label for="event-at">`).Text(c.T("console.when")).Raw(`</label><input id="event-at" type="time"`).Attr("title", c.T("console.when_note")).Raw(`></span><span class="cc-go"><button class="btn" id="no-change" type="submit" form="set" name="m"`).Attr("value", string(c.selected)).Attr("formaction", c.Path("/ingen-endring")).Raw(`>`).Text(c.T("roll.no_change_key")).Raw(` <kbd>I</kbd></button>`)
	} else {
		w.Raw(`<span class="cc-go">`)
	}
	w.Raw(`<a class="btn" id="next"`).Attr("href", c.at(c.next(), c.col)).Raw(`>`).Text(c.T("console.next")).Raw(` <kbd>N</kbd></a></span>`)
	if c.SetsLevels {
		w.Raw(`<p id="voice" class="meta" hidden><span role="status"></span> <button type="button" class="btn sm"><span></span> <kbd>O</kbd></button></p>`)
	}
	w.Raw(`</div>`)
}

// areas appends the columns with their level now and in the edition.
func (c *console) areas(w *kit.Builder) {
	base := c.board.Base
	w.Raw(`<div class="cc-areas"><div class="heads" aria-hidden="true"><span>`).Text(c.T("console.now")).Raw(`</span>`)
	if base != nil {
		w.Raw(`<span>`).Text(string(base.Board().ID)).Raw(`</span>`)
	}
	w.Raw(`</div><ul id="areas">`)
	for _, i := range c.Cols {
		cell := c.Picture.Cell(c.row, i)
		name, lang := c.Catalogue.Columns[i].Name.In(c.Lang)
		w.Raw(`<li`).Attr("data-c", string(c.Catalogue.Columns[i].ID)).Attr("data-level", string(cell.Level)).StaleMark(cell).Num("data-rev", int64(cell.Revision)).Flag("data-selected", i == c.col)
		if c.board.IsRecent(cell) {
			w.Raw(` data-changed="recent"`)
		}
		news := c.since && c.isNews(c.row, i)
		w.Flag("data-old", c.since && !news)
		w.Raw(`><a`).Attr("href", c.at(c.selected, i)).Flag(`aria-current="true"`, i == c.col).Raw(`><span`)
		if l := kit.OtherLang(lang, c.Lang); l != "" {
			w.Attr("lang", l)
		}
		w.Raw(`>`).Text(kit.Hyphenate(name)).Raw(`</span>`)
		c.newsMark(w, news)
		w.Raw(string(c.Words.MiniOf(c.BoardKind, cell)))
		if l, ok := c.beneath(i); ok {
			w.Raw(`<span class="ed" role="img"`).Attr("aria-label", c.T("layer.edition")+": "+c.Words.Level(l)).Raw(`>`).Small(l).Raw(`</span>`)
		}
		w.Raw(`</a></li>`)
	}
	w.Raw(`</ul></div>`)
}

// beneath returns what the edition says of the selected municipality's column.
func (c *console) beneath(col int) (domain.Level, bool) {
	b := c.board
	if b.Base == nil || b.BaseRows[c.row] < 0 || b.BaseCols[col] < 0 {
		return "", false
	}
	return b.Base.Level(b.BaseRows[c.row], b.BaseCols[col]), true
}

// now appends the level on show as a block, and the edition's beside it as shape
// and word.
func (c *console) now(w *kit.Builder) {
	cell := c.Picture.Cell(c.row, c.col)
	w.Raw(`<div class="cc-now"><div><p class="meta">`).Text(c.T("layer.now")).Raw(`</p><p class="big"`).Attr("data-level", string(cell.Level)).StaleMark(cell).Raw(`>`).Marked(cell.Level).Raw(`<span>`).Text(c.Words.LevelOn(c.BoardKind, cell.Level)).Raw(`</span></p><p class="meta">`)
	if cell.Revision == 0 {
		w.Text(c.T("panel.never"))
	} else {
		w.Time(cell.Said, c.Zone, c.Moment(cell.Said))
		if h, of := c.Picture.Recent(c.row, c.col, 1); of > 0 && cell.Undoes == 0 {
			w.Text(", " + c.T("console.from", c.Words.LevelOn(c.BoardKind, h[0].From)))
		}
		c.board.Standing(w, c.row, c.col, c.M.ID)
		if cell.Stale {
			w.Raw(` · <b>`).Text(c.T("stale.word")).Raw(`</b>`)
		}
	}
	w.Raw(`</p></div>`)
	if l, ok := c.beneath(c.col); ok {
		title, lang := c.board.Base.Board().Title.In(c.Lang)
		w.Raw(`<div><p class="meta"`)
		if o := kit.OtherLang(lang, c.Lang); o != "" {
			w.Attr("lang", o)
		}
		w.Raw(`>`).Text(title).Raw(`</p><p class="beneath-big"><svg class="m" aria-hidden="true"><use href="#m-`).Text(string(l)).Raw(`"/></svg> `).Text(c.Words.Level(l)).Raw(`</p><p class="meta">`).Text(c.T("panel.untouched")).Raw(`</p></div>`)
	}
	w.Raw(`</div>`)
}

// keys appends the form that sets the cell, and what can be made of its reason.
func (c *console) keys(w *kit.Builder) {
	cell := c.Picture.Cell(c.row, c.col)
	access.PanelMarking(c.board, w, *c.Page, cell)
	if !c.SetsLevels {
		if cell.Text != "" {
			w.Raw(`<p class="txt">`).Text(cell.Text).Raw(`</p>`)
		}
		return
	}
	w.Raw(`<form id="set" class="ckeys" method="post"`).Attr("action", c.BoardPath("/sett")).Attr("aria-label", c.T("keys.name")).Raw(`>`)
	c.Hidden(w)
	w.Raw(`<input type="hidden" name="cell"`).Attr("value", string(cell.Municipality)+"."+string(cell.Column)).Raw(`><input type="hidden" name="seen" value="`).Int(int(cell.Revision)).Raw(`"><input type="hidden" name="meeting"`).Attr("value", string(c.M.ID)).Raw(`>`)
	w.Raw(`<input type="hidden" name="about" value="`).Int(int(cell.Revision)).Raw(`">`)
	for _, l := range c.BoardKind.Levels() {
		w.Raw(`<button class="ckey" type="submit" name="level"`).Attr("value", string(l)).Attr("data-level", string(l)).Attr("data-key", kit.KeyOf(l)).Flag(`aria-current="true"`, l == cell.Level && cell.Revision > 0)
		word := c.Words.LevelOn(c.BoardKind, l)
		w.Raw(`><kbd>`).Text(kit.KeyOf(l)).Raw(`</kbd>`).Marked(l).Raw(`<span><b>`).Text(word).Raw(`</b><span>`).Text(c.Words.Means(c.BoardKind, l)).Raw(`</span></span></button>`)
	}
	w.Raw(`<p id="picked" class="meta" role="status"></p>`)
	c.alsoFor(w)
	c.board.LastReason(w, c.Page, c.row, c.col, false)
	w.Raw(`<label class="fld"><span>`).Text(c.T("console.text")).Raw(` <kbd>T</kbd></span><textarea name="text" rows="3" aria-describedby="text-keys"`).Num("maxlength", domain.MaxReason).Raw(`></textarea></label><p id="text-keys" class="meta">`).Text(c.T("console.text_keys")).Raw(`</p>`)
	if cell.Text != "" { // what is made of the reason is made of the one that stands, where none is written
		w.Raw(`<input type="hidden" name="said"`).Attr("value", cell.Text).Raw(`>`)
	}
	w.Careful(c.Words, c.Link(kit.CarefulPath)).Raw(`<p class="rowacts">`)
	w.Raw(`<button class="btn sm" type="submit"`).Attr("formaction", c.Path("/hendelse")).Attr("data-said", c.T("notice.hendelse")).Raw(`><span aria-hidden="true">☆</span> `).Text(c.T("notes.promote")).Raw(`</button> <a class="btn sm" href="#action-text">`).Text(c.T("actions.new")).Raw(`</a>`)
	if c.BoardKind == domain.KindLive && !c.Exercise {
		w.Raw(` <button class="btn sm" type="submit"`).Attr("formaction", c.Path("/foresla")).Attr("data-said", c.T("notice.foreslatt")).Raw(`>`).Text(c.T("suggest.button")).Raw(`</button>`)
	}
	w.Raw(`</p></form>`)
}

// alsoFor appends the choice of more municipalities for the same report: one
// record, one undo.
func (c *console) alsoFor(w *kit.Builder) {
	col := string(c.Catalogue.Columns[c.col].ID)
	w.Raw(`<details class="also"><summary>`).Text(c.T("console.also")).Raw(` <kbd>G</kbd></summary><div class="checks">`)
	for _, id := range c.Agenda() {
		w.Raw(`<fieldset`).Attr("data-region", string(id)).Raw(`><legend><label><input type="checkbox"> `).Text(c.RegionName(id)).Raw(`</label></legend>`)
		for _, e := range c.RollOf(id) {
			if e.Municipality != c.selected {
				w.Raw(`<label><input type="checkbox" name="cell"`).Attr("value", string(e.Municipality)+"."+col).Raw(`> `).Text(c.NameOf(e.Municipality)).Raw(`</label>`)
			}
		}
		w.Raw(`</fieldset>`)
	}
	w.Raw(`</div></details>`)
}

// undoBar appends one's own last change of the meeting, to be taken back. The
// script keeps it up to date and counts down; without it, it stays.
func (c *console) undoBar(w *kit.Builder) {
	if !c.SetsLevels {
		return
	}
	w.Raw(`<p id="undo" class="undo" hidden><span class="text"></span> <button type="button" class="btn sm">`).Text(c.T("undo.button")).Raw(` <kbd>Z</kbd></button> <span class="left"></span></p>`)
	w.Raw(`<p class="edit-line"><span id="edit-status" class="meta" role="status"></span> <button type="button" id="keys-switch" class="btn sm"></button></p>`)
	c.keysHelp(w)
	if c.Request.User == nil {
		return
	}
	for _, rec := range records(c.Sitting, 10) {
		e := rec.entries[0]
		if e.By != c.Request.User.ID || e.Change.Undoes > 0 || !stands(c.Sitting, rec) {
			continue
		}
		w.Raw(`<div class="undo noscript"><span class="text"><b>`).Text(c.Words.Became(c.BoardKind, *e.Change)).Raw(`</b>, `).Text(c.Catalogue.Municipalities[e.Row].Name + ", " + c.ColumnName(c.Catalogue.Columns[e.Col].ID))
		if n := len(rec.entries) - 1; n > 0 {
			w.Raw(` `).Text(c.N("n.more", n))
		}
		w.Raw(`</span>`)
		undoForm(c.Sitting, w, rec.revision, c.T("console.undo_own"))
		w.Raw(`</div>`)
		return
	}
}

// more appends what else is told of the municipality: an action, and in a
// situation figures and requests for assistance.
func (c *console) more(w *kit.Builder) {
	if !c.SetsLevels {
		return
	}
	w.Raw(`<div class="cc-more">`)
	meetings.OnCell(c.Page, w, c.Picture, c.selected, c.Catalogue.Columns[c.col].ID)
	c.ActionForm(w, c.selected, c.Catalogue.Columns[c.col].ID)
	if c.BoardKind == domain.KindSituation {
		c.figures(w)
		situations.FigureForm(c.Sitting, w, c.selected, c.col)
		situations.AssistanceForm(c.Sitting, w, c.selected)
	}
	w.Raw(`</div>`)
}

// figures appends what the cell on show counts, source by source, and whether
// they differ.
func (c *console) figures(w *kit.Builder) {
	w.Raw(`<section id="figures"`).Attr("aria-label", c.T("figures.head")).Raw(`>`)
	situations.CellFigures(c.board, w, c.row, c.col)
	for _, sum := range figures.Sums(c.Picture, []domain.MunicipalityID{c.selected}) {
		if differ := situations.SumDiffer(c.Words, c.Catalogue, sum); differ != "" {
			w.Raw(`<p><b>`).Text(c.T("figure."+string(sum.Kind)) + ": " + differ).Raw(`</b></p>`)
		}
	}
	w.Raw(`</section>`)
}

// keysHelp appends what each key does, folded: ? unfolds it.
func (c *console) keysHelp(w *kit.Builder) {
	w.Raw(`<details id="keys-help" class="keys-help"><summary>`).Text(c.T("console.keys")).Raw(` <kbd>?</kbd></summary><dl>`)
	for _, key := range []struct{ cap, word string }{
		{"1 2 3 0", "level"}, {"T", "reason"}, {"S", "same"}, {"R", "reporter"}, {"O", "voice"}, {"G", "several"}, {"I", "no_change"}, {"N", "next"}, {"Z", "undo"},
		{"A", "accept"}, {"V", "entry"}, {"F", "follow"}, {"E", "since"}, {"↑ ↓", "step"}, {"← →", "list"}, {"Esc", "leave"},
	} {
		w.Raw(`<div><dt><kbd>`).Text(key.cap).Raw(`</kbd></dt><dd>`).Text(c.T("console.key." + key.word)).Raw(`</dd></div>`)
	}
	w.Raw(`</dl></details>`)
}
