package dashboard

import (
	"strconv"
	"strings"

	"kommunebilde"
)

// cell appends the middle: who speaks, the areas, what the cell says now and in
// the edition, four keys, the reason, and what else can come of it.
func (c *console) cell(w *builder) {
	m := &c.c.Municipalities[c.row]
	w.raw(`<section id="cell" class="cc" aria-labelledby="cell-h"`).attr("data-m", string(c.selected)).attr("data-c", string(c.c.Columns[c.col].ID)).raw(`>`)
	w.raw(`<div class="cc-head"><h2 id="cell-h">`).text(m.Name).raw(`</h2> <p>`).text(c.regionName(m.Region)).raw(`</p><p id="presence" class="meta" role="status"></p></div>`)
	if !c.lead {
		w.raw(`<p class="meta">`).text(c.T("console.closed")).raw(`</p>`)
	}
	c.reporter(w)
	w.raw(`<div class="cc-body">`)
	c.areas(w)
	w.raw(`<div class="cc-cell">`)
	c.now(w)
	c.keys(w)
	w.raw(`</div></div>`)
	c.undoBar(w)
	c.more(w)
	w.raw(`</section>`)
}

// reporter appends who reports, and the two keys of the roll-call. It belongs to
// the form under it.
func (c *console) reporter(w *builder) {
	name := c.c.Municipalities[c.row].Name
	w.raw(`<div class="cc-who">`)
	if c.lead {
		said := c.T("keys.reported_hint", name)
		if e, ok := c.entry(c.selected); ok && e.ReportedBy != "" {
			said = e.ReportedBy
		}
		w.raw(`<label for="reported-by">`).text(c.T("console.reported")).raw(`</label><input id="reported-by" name="reported_by" form="set" list="reporters" autocomplete="off"`).attr("value", said).num("maxlength", kommunebilde.MaxName).raw(`><datalist id="reporters">`)
		for _, who := range []string{"mayor", "director", "doctor", "coordinator"} {
			w.raw(`<option`).attr("value", c.T("reporter."+who, name)).raw(`></option>`)
		}
		actorOptions(w, c.p, c.m.Actors)
		w.raw(`</datalist><span class="cc-go"><button class="btn" id="no-change" type="submit" form="set" name="m"`).attr("value", string(c.selected)).attr("formaction", c.path("/ingen-endring")).raw(`>`).text(c.T("roll.no_change_key")).raw(` <kbd>I</kbd></button>`)
	} else {
		w.raw(`<span class="cc-go">`)
	}
	w.raw(`<a class="btn" id="next"`).attr("href", c.at(c.next(), c.col)).raw(`>`).text(c.T("console.next")).raw(` <kbd>N</kbd></a></span></div>`)
}

// areas appends the columns with their level now and in the edition.
func (c *console) areas(w *builder) {
	base := c.board.base
	w.raw(`<div class="cc-areas"><div class="heads" aria-hidden="true"><span>`).text(c.T("console.now")).raw(`</span>`)
	if base != nil {
		w.raw(`<span>`).text(string(base.Board().ID)).raw(`</span>`)
	}
	w.raw(`</div><ul id="areas">`)
	for _, i := range c.cols {
		cell := c.p.Cell(c.row, i)
		name, lang := c.c.Columns[i].Name.In(c.Lang)
		w.raw(`<li`).attr("data-c", string(c.c.Columns[i].ID)).attr("data-level", string(cell.Level)).flag("data-selected", i == c.col)
		if c.board.isRecent(cell) {
			w.raw(` data-changed="recent"`)
		}
		news := c.since && c.isNews(c.row, i)
		w.flag("data-old", c.since && !news)
		w.raw(`><a`).attr("href", c.at(c.selected, i)).flag(`aria-current="true"`, i == c.col).raw(`><span`)
		if l := other(lang, c.Lang); l != "" {
			w.attr("lang", l)
		}
		w.raw(`>`).text(name).raw(`</span>`)
		c.newsMark(w, news)
		w.raw(string(mini(cell.Level, c.w.levelOn(c.kind, cell.Level))))
		if l, ok := c.beneath(i); ok {
			w.raw(`<span class="ed" role="img"`).attr("aria-label", c.T("layer.edition")+": "+c.w.level(l)).raw(`>`).small(l).raw(`</span>`)
		}
		w.raw(`</a></li>`)
	}
	w.raw(`</ul></div>`)
}

// beneath returns what the edition says of the selected municipality's column.
func (c *console) beneath(col int) (kommunebilde.Level, bool) {
	b := c.board
	if b.base == nil || b.baseRows[c.row] < 0 || b.baseCols[col] < 0 {
		return "", false
	}
	return b.base.Level(b.baseRows[c.row], b.baseCols[col]), true
}

// now appends the level on show as a block, and the edition's beside it as shape
// and word.
func (c *console) now(w *builder) {
	cell := c.p.Cell(c.row, c.col)
	w.raw(`<div class="cc-now"><div><p class="meta">`).text(c.T("layer.now")).raw(`</p><p class="big" data-level="`).text(string(cell.Level)).raw(`">`).marked(cell.Level).raw(`<span>`).text(c.w.levelOn(c.kind, cell.Level)).raw(`</span></p><p class="meta">`)
	if cell.Revision == 0 {
		w.text(c.T("panel.never"))
	} else {
		w.time(cell.At, c.zone, c.Second(cell.At))
		if h := c.p.History(c.row, c.col); len(h) > 0 {
			w.text(", " + c.T("console.from", c.w.levelOn(c.kind, h[len(h)-1].From)))
		}
		if c.p.Stale(c.row, c.col) {
			w.raw(` · <b>`).text(c.T("stale.word")).raw(`</b>`)
		}
	}
	w.raw(`</p></div>`)
	if l, ok := c.beneath(c.col); ok {
		title, lang := c.board.base.Board().Title.In(c.Lang)
		w.raw(`<div><p class="meta"`)
		if o := other(lang, c.Lang); o != "" {
			w.attr("lang", o)
		}
		w.raw(`>`).text(title).raw(`</p><p class="beneath-big"><svg class="m" aria-hidden="true"><use href="#m-`).text(string(l)).raw(`"/></svg> `).text(c.w.level(l)).raw(`</p><p class="meta">`).text(c.T("panel.untouched")).raw(`</p></div>`)
	}
	w.raw(`</div>`)
}

// keys appends the form that sets the cell, and what can be made of its reason.
func (c *console) keys(w *builder) {
	cell := c.p.Cell(c.row, c.col)
	c.board.panelMarking(w, *c.page, cell)
	if !c.lead {
		if cell.Text != "" {
			w.raw(`<p class="txt">`).text(cell.Text).raw(`</p>`)
		}
		return
	}
	w.raw(`<form id="set" class="ckeys" method="post"`).attr("action", c.boardPath("/sett")).attr("aria-label", c.T("keys.name")).raw(`>`)
	c.hidden(w)
	w.raw(`<input type="hidden" name="cell"`).attr("value", string(cell.Municipality)+"."+string(cell.Column)).raw(`><input type="hidden" name="seen" value="`).int(int(cell.Revision)).raw(`"><input type="hidden" name="meeting"`).attr("value", string(c.m.ID)).raw(`>`)
	w.raw(`<input type="hidden" name="about" value="`).int(int(cell.Revision)).raw(`">`)
	for _, l := range c.kind.Levels() {
		w.raw(`<button class="ckey" type="submit" name="level"`).attr("value", string(l)).attr("data-level", string(l)).attr("data-key", keyOf(l)).flag(`aria-current="true"`, l == cell.Level && cell.Revision > 0)
		word := c.w.levelOn(c.kind, l)
		w.raw(`><kbd>`).text(keyOf(l)).raw(`</kbd>`).marked(l).raw(`<span><b>`).text(word).raw(`</b><span>`).text(c.w.means(c.kind, l)).raw(`</span></span></button>`)
	}
	w.raw(`<p id="picked" class="meta" role="status"></p>`)
	c.alsoFor(w)
	w.raw(`<label class="fld"><span>`).text(c.T("console.text")).raw(`</span><textarea name="text" rows="3"`).num("maxlength", kommunebilde.MaxReason).raw(`>`).text(cell.Text).raw(`</textarea></label>`)
	w.careful(c.w, c.Link(carefulPath)).raw(`<p class="rowacts">`)
	w.raw(`<button class="btn sm" type="submit"`).attr("formaction", c.path("/hendelse")).attr("data-said", c.T("notice.hendelse")).raw(`><span aria-hidden="true">☆</span> `).text(c.T("notes.promote")).raw(`</button> <a class="btn sm" href="#action-text">`).text(c.T("actions.new")).raw(`</a>`)
	if c.kind == kommunebilde.KindLive && !c.Exercise {
		w.raw(` <button class="btn sm" type="submit"`).attr("formaction", c.path("/foresla")).attr("data-said", c.T("notice.foreslatt")).raw(`>`).text(c.T("suggest.button")).raw(`</button>`)
	}
	w.raw(`</p></form>`)
}

// alsoFor appends the choice of more municipalities for the same report: one
// record, one undo.
func (c *console) alsoFor(w *builder) {
	col := string(c.c.Columns[c.col].ID)
	w.raw(`<details class="also"><summary>`).text(c.T("console.also")).raw(`</summary><div class="checks">`)
	for _, id := range c.agenda() {
		w.raw(`<fieldset><legend>`).text(c.regionName(id)).raw(`</legend>`)
		for _, e := range c.of(id) {
			if e.Municipality != c.selected {
				w.raw(`<label><input type="checkbox" name="cell"`).attr("value", string(e.Municipality)+"."+col).raw(`> `).text(c.name(e.Municipality)).raw(`</label>`)
			}
		}
		w.raw(`</fieldset>`)
	}
	w.raw(`</div></details>`)
}

// undoBar appends one's own last change of the meeting, to be taken back. The
// script keeps it up to date and counts down; without it, it stays.
func (c *console) undoBar(w *builder) {
	if !c.lead {
		return
	}
	w.raw(`<p id="undo" class="undo" hidden><span class="text"></span> <button type="button" class="btn sm">`).text(c.T("undo.button")).raw(` <kbd>Z</kbd></button> <span class="left"></span></p>`)
	w.raw(`<p class="edit-line"><span id="edit-status" class="meta" role="status"></span> <button type="button" id="keys-switch" class="btn sm"></button></p>`)
	if c.req.User == nil {
		return
	}
	for _, rec := range c.records(10) {
		e := rec.entries[0]
		if e.By != c.req.User.ID || e.Change.Undoes > 0 || !c.stands(rec) {
			continue
		}
		w.raw(`<div class="undo noscript"><span class="text"><b>`).text(c.w.levelOn(c.kind, e.Change.From) + " → " + c.w.levelOn(c.kind, e.Change.Level)).raw(`</b>, `).text(c.c.Municipalities[e.Row].Name + ", " + c.column(c.c.Columns[e.Col].ID))
		if n := len(rec.entries) - 1; n > 0 {
			w.raw(` `).text(c.N("n.more", n))
		}
		w.raw(`</span>`)
		c.undoForm(w, rec.revision, c.T("console.undo_own"))
		w.raw(`</div>`)
		return
	}
}

// more appends what else is told of the municipality: an action, and in a
// situation figures and requests for assistance.
func (c *console) more(w *builder) {
	if !c.lead {
		return
	}
	w.raw(`<div class="cc-more">`)
	c.actionForm(w, c.selected, c.c.Columns[c.col].ID)
	if c.kind == kommunebilde.KindSituation {
		c.figureForm(w, c.selected, c.col)
		c.assistanceForm(w, c.selected)
	}
	w.raw(`</div>`)
}

// actionForm appends the form for something to be done.
func (r *room) actionForm(w *builder, m kommunebilde.MunicipalityID, col kommunebilde.ColumnID) {
	w.raw(`<details id="new-action"><summary>`).text(r.T("actions.new")).raw(`</summary><form class="form" method="post"`).attr("action", r.path("/tiltak")).attr("data-said", r.T("notice.tiltak")).attr("aria-label", r.T("actions.new")).raw(`>`)
	r.hidden(w)
	w.raw(`<input type="hidden" name="m"`).attr("value", string(m)).raw(`><input type="hidden" name="c"`).attr("value", string(col)).raw(`><p class="meta">`).text(r.name(m) + ", " + r.column(col)).raw(`</p>`)
	w.raw(`<label class="fld"><span>`).text(r.T("actions.text")).raw(`</span><input id="action-text" name="text" required autocomplete="off"`).num("maxlength", kommunebilde.MaxReason).raw(`></label>`)
	w.raw(`<label class="fld"><span>`).text(r.T("actions.owner")).raw(`</span><input name="owner" autocomplete="off"`).num("maxlength", kommunebilde.MaxName).raw(`></label><label class="fld"><span>`).text(r.T("actions.due")).raw(`</span><input name="due" type="date"></label>`)
	w.raw(`<p><button class="btn" type="submit">`).text(r.T("actions.add")).raw(`</button></p></form></details>`)
}

// openActions appends what is still to be done, older meetings' first.
func (r *room) openActions(w *builder) {
	var open []kommunebilde.Action
	for _, a := range r.p.Actions() {
		if a.Ended == nil {
			open = append(open, a)
		}
	}
	w.raw(`<section id="actions" data-part="live" aria-labelledby="actions-h"><h2 id="actions-h">`).text(r.T("actions.open")).raw(` <span class="count">`).int(len(open)).raw(`</span></h2>`)
	if len(open) == 0 {
		w.raw(`<p class="meta">`).text(r.T("actions.none")).raw(`</p></section>`)
		return
	}
	w.raw(`<ul class="actions">`)
	part := r.paged("tiltak", len(open))
	for _, a := range open[part.from:part.to] {
		r.action(w, a)
	}
	w.raw(`</ul>`)
	r.pager(w, part, "actions", r.T("actions.open"))
	w.raw(`</section>`)
}

func (r *room) action(w *builder, a kommunebilde.Action) {
	place := r.name(a.Municipality)
	if a.Column != "" {
		place += " · " + r.column(a.Column)
	}
	w.raw(`<li`).attr("data-action", string(a.ID)).raw(`><p><b>`).text(place).raw(`</b><br>`).text(a.Text).raw(`</p><p class="meta">`).text(r.actionFacts(a)).raw(`</p>`)
	if r.req.Rights[kommunebilde.RightLead] && r.m.Open() && a.Ended == nil {
		w.raw(`<form class="rowacts" method="post"`).attr("action", r.boardPath("/tiltak")).attr("data-said", r.T("notice.tiltak-slutt")).raw(`>`)
		r.hidden(w)
		w.raw(`<input type="hidden" name="action"`).attr("value", string(a.ID)).raw(`><button class="btn sm" type="submit" name="done" value="yes"`).attr("aria-label", r.T("actions.done")+": "+cut(a.Text, labelled)).raw(`>`).text(r.T("actions.done")).raw(`</button></form>`)
		w.raw(`<details class="more"><summary`).attr("aria-label", r.T("actions.drop")+": "+cut(a.Text, labelled)).raw(`>`).text(r.T("actions.drop")).raw(`</summary><form method="post"`).attr("action", r.boardPath("/tiltak")).attr("data-said", r.T("notice.tiltak-slutt")).raw(`>`)
		r.hidden(w)
		w.raw(`<input type="hidden" name="action"`).attr("value", string(a.ID)).raw(`><input type="hidden" name="done" value="no"><label class="fld"><span>`).text(r.T("actions.why")).raw(`</span><input name="note" required autocomplete="off"`).num("maxlength", kommunebilde.MaxReason).raw(`></label><button class="btn sm" type="submit">`).text(r.T("actions.drop")).raw(`</button></form></details>`)
	}
	w.raw(`</li>`)
}

// actionFacts says owner, date, and which meeting an action comes from.
func (r *room) actionFacts(a kommunebilde.Action) string {
	var facts []string
	add := func(s string) { facts = append(facts, s) }
	if a.Owner != "" {
		add(a.Owner)
	}
	if a.Due != "" {
		add(r.T("actions.by", r.Date(a.Due)))
		if t, err := parseTime(a.Due); err == nil && r.now.After(t.AddDate(0, 0, 1)) && a.Ended == nil {
			add(r.T("actions.late"))
		}
	}
	if a.Meeting != r.m.ID {
		if m, ok := r.p.Meeting(a.Meeting); ok {
			add(r.T("actions.from", m.Title, r.Short(m.OpenedAt)))
		}
	}
	if a.Ended != nil {
		word := "actions.is_done"
		if !a.Done {
			word = "actions.is_dropped"
		}
		add(r.T(word, r.When(a.Ended.At)))
		if a.Note != "" {
			add(a.Note)
		}
	}
	if len(facts) == 0 {
		add(r.T("actions.since", r.When(a.Entry.At)))
	}
	return strings.Join(facts, " · ")
}

// figure formatting shared with the board.
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}
