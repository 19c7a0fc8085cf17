package dashboard

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde"
)

// console is the lead's screen of one meeting: who is called next, the cell, and
// what was done.
type console struct {
	*room
	board    *board
	selected kommunebilde.MunicipalityID
	row, col int
	order    []kommunebilde.RollEntry // by the agenda, in each region as it is called
	since    bool                     // tells what changed since the meeting before this one
	before   time.Time                // when that ended
}

// missingFirst is the order in which a region is called: who has not reported
// before the others, as the catalogue has them.
func missingFirst(of []kommunebilde.RollEntry) []kommunebilde.RollEntry {
	out := slices.Clone(of)
	slices.SortStableFunc(out, func(a, b kommunebilde.RollEntry) int {
		switch missing := a.State == kommunebilde.NotReported; {
		case missing == (b.State == kommunebilde.NotReported):
			return 0
		case missing:
			return -1
		}
		return 1
	})
	return out
}

// Console is the lead's console: the queue, the cell of the selected
// municipality, the last ten changes. Who may not set levels in the meeting is
// refused. The area is in the page's own query (c=).
func (s *Site) Console(r Request, p kommunebilde.Picture, id kommunebilde.MeetingID, selected kommunebilde.MunicipalityID) ([]byte, error) {
	pg := s.newPage(r, "console", "")
	pg.onBoard(p)
	rm, err := pg.roomOf(p, id)
	if err != nil {
		return nil, err
	}
	if !r.Rights[kommunebilde.RightLead] && !r.Rights[kommunebilde.RightSetLevels] {
		return nil, &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "forbidden.lead"}
	}
	pg.Title, pg.Body.Meeting, pg.Edits, pg.Console = rm.m.Title, string(id), false, true
	c := &console{room: rm, selected: selected, before: sincePrevious(p.MeetingBefore(id))}
	for _, region := range rm.agenda() {
		c.order = append(c.order, missingFirst(rm.of(region))...)
	}
	if err := c.choose(); err != nil {
		return nil, err
	}
	c.board = s.newBoard(pg, p, Filter{}, nil, nil)
	pg.Head = c.head()
	c.board.cols = rm.cols // the script knows the columns' names
	pg.Data = pg.w.script + c.board.pageData()
	return s.around(pg.Lang, "overview", &overviewView{pg, here}, c.main)
}

// choose finds the municipality and the column on show: those asked for, else
// the first that has not reported, and the county's preparedness area.
func (c *console) choose() error {
	if len(c.order) == 0 || len(c.cols) == 0 {
		return unknown("valgt")
	}
	if c.selected == "" {
		c.selected = c.order[0].Municipality
		if i := slices.IndexFunc(c.order, func(e kommunebilde.RollEntry) bool { return e.State == kommunebilde.NotReported }); i >= 0 {
			c.selected = c.order[i].Municipality
		}
	}
	c.row = c.p.Row(c.selected)
	if c.row < 0 {
		return unknown("valgt")
	}
	c.col = c.cols[0]
	ask := kommunebilde.ColumnID("")
	if u, err := url.Parse(c.req.Path); err == nil {
		ask = kommunebilde.ColumnID(u.Query().Get("c"))
		c.since = u.Query().Get("since") == sinceMeeting
	}
	for _, id := range []kommunebilde.ColumnID{preparednessArea, c.m.Filter.Area, ask} {
		if i := c.p.Col(id); i >= 0 && slices.Contains(c.cols, i) {
			c.col = i
		}
	}
	return nil
}

// head stands in the menu's place: the meeting, how long it has lasted, its end.
func (c *console) head() template.HTML {
	var w builder
	w.raw(`<p class="meeting-head"><a`).attr("href", c.path("")).raw(`><b>`).text(c.m.Title).raw(`</b></a> <span class="meta">`)
	w.text(c.T("console.opened", c.When(c.m.OpenedAt))).raw(` · `).text(c.lasted()).raw(`</span></p>`)
	return template.HTML(w.b)
}

func (r *room) lasted() string {
	end := r.now
	if !r.m.Open() {
		end = r.m.ClosedAt
	}
	minutes := int(end.Sub(r.m.OpenedAt) / time.Minute)
	if minutes < 60 {
		return r.T("console.minutes", strconv.Itoa(max(minutes, 0)))
	}
	return r.T("console.hours", strconv.Itoa(minutes/60), strconv.Itoa(minutes%60))
}

// at returns the console with another municipality and column selected.
func (c *console) at(m kommunebilde.MunicipalityID, col int) string {
	at := "?valgt=" + url.QueryEscape(string(m)) + "&c=" + url.QueryEscape(string(c.c.Columns[col].ID))
	if c.since {
		at += "&since=" + sinceMeeting
	}
	return at
}

func (c *console) main(w *builder) {
	w.raw(`<main id="main" class="console"><h1 class="vh">`).text(c.T("console.title", c.m.Title)).raw(`</h1>`)
	w.raw(`<div id="follow-bar" class="follow-bar"><p id="follow-text" role="status"></p><p id="crowd"`).attr("data-one", c.T("crowd.one")).attr("data-many", c.T("crowd.many")).attr("data-following", c.T("crowd.following")).raw(`></p><nav class="rowacts"`).attr("aria-label", c.T("console.links")).raw(`><a class="btn sm"`).attr("href", c.boardWith(c.p.Board(), c.m.Filter)).raw(`>`).text(c.T("meeting.to_board")).raw(`</a>`)
	w.raw(`<a class="btn sm"`).attr("href", c.path("")).raw(`>`).text(c.T("console.meeting")).raw(`</a><a class="btn sm"`).attr("href", c.Link("/referat/"+string(c.m.ID))).raw(`>`).text(c.T("minutes.word")).raw(`</a>`)
	if c.m.Open() {
		w.raw(`<a class="btn sm" href="#missing-reason">`).text(c.T("meeting.close")).raw(`</a>`)
	}
	w.raw(`</nav><button type="button" id="follow" class="btn sm" aria-pressed="false">`).text(c.w.t("js.follow.start")).raw(` <kbd>F</kbd></button></div>`)
	w.raw(`<section class="cq" aria-labelledby="queue-h"><div class="cq-head"><h2 id="queue-h">`).text(c.T("roll.head")).raw(`</h2>`)
	c.doneLine(w)
	w.raw(`</div>`)
	c.news(w)
	c.queue(w)
	w.raw(`</section>`)
	c.cell(w)
	w.raw(`<div class="cr">`)
	c.proposals(w)
	w.raw(`<section aria-labelledby="latest-h"><h2 id="latest-h">`).text(c.T("console.latest")).raw(`</h2>`)
	c.latest(w)
	w.raw(`</section><section aria-labelledby="notes-h"><h2 id="notes-h">`).text(c.T("notes.head")).raw(`</h2>`)
	c.notes(w, true)
	w.raw(`</section>`)
	c.openActions(w)
	c.ending(w)
	w.raw(`</div></main>`)
}

// queue appends the roll-call in agenda order: regions that are done as one
// line, of the others who is missing, and all of the region that speaks, those
// who have not reported first. The arrows step through it as it stands.
func (c *console) queue(w *builder) {
	w.raw(`<div id="queue" data-part="live">`)
	here := c.region(c.selected)
	for _, id := range c.agenda() {
		all := c.of(id)
		n := 0
		for _, e := range all {
			if e.State != kommunebilde.NotReported {
				n++
			}
		}
		speaks := id == here
		w.raw(`<section`).attr("data-region", string(id)).flag("data-done", n == len(all)).flag("data-here", speaks).raw(`><h3><a`).attr("href", c.at(all[0].Municipality, c.col)).raw(`>`).text(c.regionName(id)).raw(`</a> <span>`)
		if n == len(all) {
			w.text(c.N("roll.all", n))
		} else {
			w.text(c.T("roll.some", strconv.Itoa(n), strconv.Itoa(len(all))))
		}
		w.raw(`</span></h3>`)
		c.queueRows(w, all, speaks)
		w.raw(`</section>`)
	}
	w.raw(`</div>`)
}

func (c *console) queueRows(w *builder, all []kommunebilde.RollEntry, speaks bool) {
	rows := missingFirst(all)
	if !speaks {
		rows = slices.DeleteFunc(rows, func(e kommunebilde.RollEntry) bool { return e.State != kommunebilde.NotReported })
	}
	if len(rows) == 0 {
		return
	}
	w.raw(`<ul>`)
	for _, e := range rows {
		level := c.p.Level(c.p.Row(e.Municipality), c.col)
		w.raw(`<li`).attr("data-m", string(e.Municipality)).attr("data-roll", string(e.State)).flag("data-selected", e.Municipality == c.selected)
		news := c.since && c.hasNews(e.Municipality)
		w.flag("data-old", c.since && !news)
		w.raw(`><a class="pick"`).attr("href", c.at(e.Municipality, c.col))
		w.flag(`aria-current="true"`, e.Municipality == c.selected).raw(`>`).rollSign(e.State).raw(`<b>`).text(c.name(e.Municipality)).raw(`</b> <span class="meta">`)
		if e.Municipality == c.selected {
			w.raw(`<b>`).text(c.T("roll.speaks")).raw(`</b><span class="vh">, `).text(c.stateWords(e)).raw(`</span>`)
		} else {
			w.text(c.stateWords(e))
		}
		w.raw(`</span>`)
		c.newsMark(w, news)
		w.raw(string(mini(level, c.w.levelOn(c.kind, level)))).raw(`</a></li>`)
	}
	w.raw(`</ul>`)
}

// next returns who is called after the selected: of those who have not reported
// first the region's own, then the following regions'; else the next in order.
func (c *console) next() kommunebilde.MunicipalityID {
	at := slices.IndexFunc(c.order, func(e kommunebilde.RollEntry) bool { return e.Municipality == c.selected })
	after := slices.Concat(c.order[at+1:], c.order[:max(at, 0)]) // who is not asked may be selected too
	here := c.region(c.selected)
	missing := slices.DeleteFunc(slices.Clone(after), func(e kommunebilde.RollEntry) bool { return e.State != kommunebilde.NotReported })
	if i := slices.IndexFunc(missing, func(e kommunebilde.RollEntry) bool { return c.region(e.Municipality) == here }); i >= 0 {
		return missing[i].Municipality
	}
	if len(missing) > 0 {
		return missing[0].Municipality
	}
	if len(after) > 0 {
		return after[0].Municipality
	}
	return c.selected
}

// record is what one record changed: one cell, or many at once.
type record struct {
	revision kommunebilde.Revision
	entries  []kommunebilde.LogEntry
}

// records returns the last n records of the meeting that changed a level, newest
// first.
func (r *room) records(n int) []record {
	var out []record
	log := r.p.Log(r.m.Opened, 0)
	for i := len(log) - 1; i >= 0; i-- {
		e := log[i]
		if e.Change == nil || e.Change.Meeting != r.m.ID {
			continue
		}
		if len(out) == 0 || out[len(out)-1].revision != e.Revision {
			if len(out) == n {
				break
			}
			out = append(out, record{revision: e.Revision})
		}
		last := &out[len(out)-1]
		last.entries = append(last.entries, e)
	}
	for _, rec := range out {
		slices.Reverse(rec.entries)
	}
	return out
}

// stands tells whether all that a record set is still as it set it.
func (r *room) stands(rec record) bool {
	return !slices.ContainsFunc(rec.entries, func(e kommunebilde.LogEntry) bool { return r.p.Cell(e.Row, e.Col).Revision != e.Revision })
}

// promotion is what a record is called as a significant event: where, and the
// reason, or from which level to which.
func (c *console) promotion(rec record) string {
	e := rec.entries[0]
	s := c.c.Municipalities[e.Row].Name
	if more := len(rec.entries) - 1; more > 0 {
		s += " " + c.N("n.more", more)
	}
	s += ", " + shortOf(c.c, e.Col, c.Lang) + ": "
	if e.Change.Text != "" {
		s += strings.Join(strings.Fields(e.Change.Text), " ")
	} else {
		s += c.w.levelOn(c.kind, e.Change.From) + " → " + c.w.levelOn(c.kind, e.Change.Level)
	}
	return cut(s, kommunebilde.MaxReason)
}

// cut shortens a text to n characters at most.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// star appends the one press that makes a line of the log a significant event,
// or that it is one.
func (c *console) star(w *builder, rec record, promoted bool) {
	if promoted {
		w.raw(`<span class="star"><span aria-hidden="true">★</span><span class="vh">`).text(c.T("notes.promoted")).raw(`</span></span>`)
		return
	}
	text := c.promotion(rec)
	w.raw(`<form method="post"`).attr("action", c.path("/hendelse")).attr("data-said", c.T("notice.hendelse")).raw(`>`)
	c.hidden(w)
	w.raw(`<input type="hidden" name="about" value="`).int(int(rec.revision)).raw(`"><input type="hidden" name="text"`).attr("value", text)
	w.raw(`><button class="star" type="submit"`).attr("title", c.T("notes.promote")).attr("aria-label", c.T("notes.promote")+": "+text).raw(`><span aria-hidden="true">☆</span></button></form>`)
}

// latest appends the last ten records, each with a form to take it back and one
// to make it a significant event.
func (c *console) latest(w *builder) {
	w.raw(`<ol id="latest" class="latest" data-part="live">`)
	list := c.records(10)
	promoted := map[kommunebilde.Revision]bool{}
	for _, n := range c.standing() {
		if n.About != nil {
			promoted[n.About.Revision] = true
		}
	}
	for _, rec := range list {
		e := rec.entries[0]
		place, short := c.c.Municipalities[e.Row].Name, shortOf(c.c, e.Col, c.Lang)
		w.raw(`<li`).num("data-rev", int64(rec.revision)).raw(`><div>`).time(e.At, c.zone, c.Second(e.At))
		if c.lead || promoted[rec.revision] {
			c.star(w, rec, promoted[rec.revision])
		}
		w.raw(`</div><p><b>`).text(place).raw(`</b> · `).text(short)
		if more := len(rec.entries) - 1; more > 0 {
			w.raw(` <span class="meta">`).text(c.N("n.more", more)).raw(`</span>`)
		}
		w.raw(`<span class="meta who">`)
		c.whoLine(w, e)
		w.raw(`</span></p><span class="minis">`).raw(string(mini(e.Change.From, c.w.levelOn(c.kind, e.Change.From)))).raw(`<span aria-hidden="true">→</span>`)
		w.raw(string(mini(e.Change.Level, c.w.levelOn(c.kind, e.Change.Level)))).raw(`</span>`)
		switch {
		case c.lead && c.stands(rec) && c.mayUndo(*e.Change):
			c.undoForm(w, rec.revision, c.T("log.undo")+": "+place+", "+short)
		case e.Change.Undoes > 0:
			w.raw(`<span class="tag">`).text(c.T("log.undone")).raw(`</span>`)
		default:
			w.raw(`<span></span>`)
		}
		w.raw(`</li>`)
	}
	if len(list) == 0 {
		w.raw(`<li class="none">`).text(c.T("meeting.log_none")).raw(`</li>`)
	}
	w.raw(`</ol>`)
}

func (r *room) undoForm(w *builder, rev kommunebilde.Revision, label string) {
	w.raw(`<form method="post"`).attr("action", r.boardPath("/angre")).raw(`>`)
	r.hidden(w)
	w.raw(`<input type="hidden" name="revision" value="`).int(int(rev)).raw(`"><button class="btn sm" type="submit"`).attr("aria-label", label).raw(`>`).text(r.T("log.undo")).raw(`</button></form>`)
}

func (r *room) whoLine(w *builder, e kommunebilde.LogEntry) {
	var who []string
	if e.Change.ReportedBy != "" {
		who = append(who, e.Change.ReportedBy)
	}
	if by := r.page.name(e.By); by != "" {
		who = append(who, r.T("panel.entered", by))
	}
	w.text(strings.Join(who, " · "))
}

// shortOf returns a column's short name.
func shortOf(c *kommunebilde.Catalogue, col int, lang string) string {
	short, _ := c.Columns[col].Short.In(lang)
	if short == "" {
		short, _ = c.Columns[col].Name.In(lang)
	}
	return short
}

// ending appends the end of the meeting: changes that lack a reason are listed
// first, and who closes all the same says so.
func (c *console) ending(w *builder) {
	if !c.m.Open() || !c.req.Rights[kommunebilde.RightLead] {
		return
	}
	w.raw(`<section id="missing-reason" data-part="live" aria-labelledby="end-h"><h2 id="end-h">`).text(c.T("console.end")).raw(`</h2>`)
	lacking := c.p.Unexplained(c.m.ID)
	if n := len(lacking); n > 0 {
		w.raw(`<p>`).text(c.N("console.unexplained", n)).raw(`</p><ul class="unexplained">`)
		for _, cell := range lacking {
			w.raw(`<li>`).raw(string(mini(cell.Level, c.w.levelOn(c.kind, cell.Level)))).raw(` <a`).attr("href", c.at(cell.Municipality, c.p.Col(cell.Column))).raw(`>`).text(c.name(cell.Municipality) + ", " + shortOf(c.c, c.p.Col(cell.Column), c.Lang)).raw(`</a></li>`)
		}
		w.raw(`</ul><p><a`).attr("href", c.path("/avslutt")).raw(`>`).text(c.T("close.together")).raw(`</a></p>`)
	}
	if n := len(c.missing()); n > 0 {
		w.raw(`<p>`).text(c.T("roll.missing", strconv.Itoa(n), strconv.Itoa(len(c.roll)))).raw(`</p>`)
	}
	c.closeForm(w, len(lacking) > 0)
	w.raw(`</section>`)
}

// closeForm appends the button that ends the meeting; where changes lack a
// reason it says that they may.
func (r *room) closeForm(w *builder, anyway bool) {
	w.raw(`<form method="post"`).attr("action", r.path("/avslutt")).raw(`>`)
	r.hidden(w)
	word := "meeting.close"
	if anyway {
		word = "console.end_anyway"
		w.raw(`<input type="hidden" name="unexplained" value="yes">`)
	}
	w.raw(`<button class="btn" type="submit">`).text(r.T(word)).raw(`</button></form>`)
}
