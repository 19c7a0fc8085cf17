package console

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/dashboard/situations"
	"kommunebilde/domain"
	"kommunebilde/domain/rollcall"
)

// console is the lead's screen of one meeting: who is called next, the cell, and
// what was done.
type console struct {
	*meetings.Sitting
	board    *kit.Board
	selected domain.MunicipalityID
	row, col int
	order    []rollcall.Entry                 // as they are called: by the agenda, in each region as the catalogue has them
	since    bool                             // tells what changed since the meeting before this one
	before   time.Time                        // when that ended
	by       map[domain.MunicipalityID]string // who a lead last chose as reporting of it in this meeting
}

// Console is the lead's console: the queue, the cell of the selected
// municipality, the last ten changes. Anyone who may not set levels in the meeting is
// refused. The area is in the page's own query (c=).
func Console(s *kit.Site, r kit.Request, p domain.Picture, id domain.MeetingID, selected domain.MunicipalityID) ([]byte, error) {
	pg := s.NewPage(r, "console", "")
	pg.OnBoard(p)
	rm, err := meetings.SittingOf(&pg, p, id)
	if err != nil {
		return nil, err
	}
	if !r.Rights[domain.RightLead] && !r.Rights[domain.RightSetLevels] {
		return nil, &domain.Error{Code: domain.Forbidden, Msg: "forbidden.lead"}
	}
	pg.Title, pg.Body.Meeting, pg.Edits, pg.Console = pg.T("console.title", rm.M.Title), string(id), false, true
	c := &console{Sitting: rm, selected: selected, before: kit.SincePrevious(p.MeetingBefore(id))}
	c.by = reporters(p, rm.M)
	for _, region := range rm.Agenda() {
		c.order = append(c.order, rm.RollOf(region)...)
	}
	if err := c.choose(); err != nil {
		return nil, err
	}
	c.board = s.NewBoard(pg, p, kit.Filter{}, nil, nil)
	pg.Head = c.head()
	c.board.Cols = rm.Cols // the script knows the columns' names
	pg.Data = pg.Words.Script + c.board.PageData()
	return s.Frame(pg, c.main)
}

// reporters returns who leads last chose as reporting of each municipality in a meeting,
// whichever lead it was. What a contact wrote of themselves was nobody's choice.
func reporters(p domain.Picture, m domain.Meeting) map[domain.MunicipalityID]string {
	taken := map[domain.Revision]bool{}
	for _, q := range rollcall.Proposals(p, m.ID) {
		if q.Decided != nil {
			taken[q.Decided.Revision] = true
		}
	}
	out := map[domain.MunicipalityID]string{}
	for _, e := range p.ChangesIn(m) {
		// A level that is said again still has the reporter that it had before the meeting.
		if e.Change.ReportedBy != "" && !e.Change.Confirms && e.Change.Undoes == 0 && !taken[e.Revision] && !p.Undone(e.Revision) {
			out[p.Catalogue().Municipalities[e.Row].ID] = e.Change.ReportedBy
		}
	}
	return out
}

// choose finds the municipality and the column on show: those asked for, else
// the first that has not reported, and the county's preparedness area.
func (c *console) choose() error {
	if len(c.order) == 0 || len(c.Cols) == 0 {
		return kit.UnknownField("valgt")
	}
	if c.selected == "" {
		c.selected = c.order[0].Municipality
		if i := slices.IndexFunc(c.order, func(e rollcall.Entry) bool { return e.State == rollcall.NotReported }); i >= 0 {
			c.selected = c.order[i].Municipality
		}
	}
	c.row = c.Picture.Row(c.selected)
	if c.row < 0 {
		return kit.UnknownField("valgt")
	}
	c.col = c.Cols[0]
	ask := domain.ColumnID("")
	if u, err := url.Parse(c.Request.Path); err == nil {
		ask = domain.ColumnID(u.Query().Get("c"))
		c.since = u.Query().Get("since") == kit.SinceMeeting
	}
	for _, id := range []domain.ColumnID{kit.PreparednessArea, c.M.Filter.Area, ask} {
		if i := c.Picture.Col(id); i >= 0 && slices.Contains(c.Cols, i) {
			c.col = i
		}
	}
	return nil
}

// head stands in the menu's place: the meeting, how long it has lasted, its end.
func (c *console) head() template.HTML {
	var w kit.Builder
	w.Raw(`<p class="meeting-head"><a`).Attr("href", c.Path("")).Raw(`><b>`).Text(c.M.Title).Raw(`</b></a> <span class="meta">`)
	w.Text(c.T("console.opened", c.When(c.M.OpenedAt))).Raw(` · `).Text(lasted(c.Sitting)).Raw(`</span></p>`)
	return w.HTML()
}

func lasted(r *meetings.Sitting) string {
	end := r.Now
	if !r.M.Open() {
		end = r.M.ClosedAt
	}
	minutes := int(end.Sub(r.M.OpenedAt) / time.Minute)
	if minutes < 60 {
		return r.T("console.minutes", strconv.Itoa(max(minutes, 0)))
	}
	return r.T("console.hours", strconv.Itoa(minutes/60), strconv.Itoa(minutes%60))
}

// at returns the console with another municipality and column selected.
func (c *console) at(m domain.MunicipalityID, col int) string {
	at := "?valgt=" + url.QueryEscape(string(m)) + "&c=" + url.QueryEscape(string(c.Catalogue.Columns[col].ID))
	if c.since {
		at += "&since=" + kit.SinceMeeting
	}
	return at
}

func (c *console) main(w *kit.Builder) {
	w.Raw(`<main id="main" class="console"><h1 class="vh">`).Text(c.Title).Raw(`</h1>`)
	w.Raw(`<div id="follow-bar" class="follow-bar"><p id="follow-text" role="status"></p><p id="crowd"`).Attr("data-none", c.T("crowd.none")).Attr("data-one", c.T("crowd.one")).Attr("data-many", c.T("crowd.many")).Attr("data-following", c.T("crowd.following")).Raw(`></p><nav class="rowacts"`).Attr("aria-label", c.T("console.links")).Raw(`><a class="btn sm"`).Attr("href", c.BoardWith(c.Picture.Board(), c.M.Filter)).Raw(`>`).Text(c.T("meeting.to_board")).Raw(`</a>`)
	w.Raw(`<a class="btn sm"`).Attr("href", c.Path("")).Raw(`>`).Text(c.T("console.meeting")).Raw(`</a><a class="btn sm"`).Attr("href", c.Link("/referat/"+string(c.M.ID))).Raw(`>`).Text(c.T("minutes.word")).Raw(`</a>`)
	if c.M.Open() {
		w.Raw(`<a class="btn sm" href="#missing-reason">`).Text(c.T("meeting.close")).Raw(`</a>`)
	}
	w.Raw(`</nav><button type="button" id="follow" class="btn sm" aria-pressed="false">`).Text(c.Words.T("js.follow.start")).Raw(` <kbd>F</kbd></button></div>`)
	w.Raw(`<section class="cq" aria-labelledby="queue-h"><div class="cq-head"><h2 id="queue-h">`).Text(c.T("roll.head")).Raw(`</h2>`)
	c.DoneLine(w)
	w.Raw(`</div>`)
	c.news(w)
	c.queue(w)
	w.Raw(`</section>`)
	c.cell(w)
	w.Raw(`<div class="cr">`)
	c.Proposals(w)
	w.Raw(`<section aria-labelledby="latest-h"><h2 id="latest-h">`).Text(c.T("console.latest")).Raw(`</h2>`)
	c.latest(w)
	w.Raw(`</section><section aria-labelledby="notes-h"><h2 id="notes-h">`).Text(c.T("notes.head")).Raw(`</h2>`)
	c.DrawNotes(w, true)
	w.Raw(`</section>`)
	if c.BoardKind == domain.KindSituation {
		situations.Sums(c.Sitting.Page, w, c.Picture, c.Asked())
	}
	c.OpenActions(w)
	c.ending(w)
	w.Raw(`</div></main>`)
}

// queue appends the roll-call in agenda order: regions that are done as one
// line, of the others who is missing, and all of the region that speaks. Nobody
// changes place by what is reported: keys and clicks that follow each other meet
// whom they are meant for.
func (c *console) queue(w *kit.Builder) {
	w.Raw(`<div id="queue" data-part="cells reports">`)
	here := c.RegionOf(c.selected)
	for _, id := range c.Agenda() {
		all := c.RollOf(id)
		n := 0
		for _, e := range all {
			if e.State != rollcall.NotReported {
				n++
			}
		}
		speaks := id == here
		w.Raw(`<section`).Attr("data-region", string(id)).Flag("data-done", n == len(all)).Flag("data-here", speaks).Raw(`><h3><a`).Attr("href", c.at(all[0].Municipality, c.col)).Raw(`>`).Text(c.RegionName(id)).Raw(`</a> <span>`)
		if n == len(all) {
			w.Text(c.N("roll.all", n))
		} else {
			w.Text(c.T("roll.some", strconv.Itoa(n), strconv.Itoa(len(all))))
		}
		w.Raw(`</span></h3>`)
		c.queueRows(w, all, speaks)
		w.Raw(`</section>`)
	}
	w.Raw(`</div>`)
}

func (c *console) queueRows(w *kit.Builder, all []rollcall.Entry, speaks bool) {
	w.Raw(`<ul>`)
	for _, e := range all {
		w.Raw(`<li`).Attr("data-m", string(e.Municipality)).Attr("data-roll", string(e.State)).Flag("data-selected", e.Municipality == c.selected)
		w.Flag("hidden", !speaks && e.State != rollcall.NotReported)
		news := c.since && c.hasNews(e.Municipality)
		w.Flag("data-old", c.since && !news)
		if by := c.by[e.Municipality]; by != "" {
			w.Attr("data-by", by)
		}
		w.Raw(`><a class="pick"`).Attr("href", c.at(e.Municipality, c.col))
		meetings.RollSign(w.Flag(`aria-current="true"`, e.Municipality == c.selected).Raw(`>`), e.State).Raw(`<b>`).Text(c.NameOf(e.Municipality)).Raw(`</b> <span class="meta">`)
		if e.Municipality == c.selected {
			w.Raw(`<b>`).Text(c.T("roll.speaks")).Raw(`</b><span class="vh">, `).Text(c.StateWords(e)).Raw(`</span>`)
		} else {
			w.Text(c.StateWords(e))
		}
		w.Raw(`</span>`)
		c.newsMark(w, news)
		w.Raw(string(c.Words.MiniOf(c.BoardKind, c.Picture.Cell(c.Picture.Row(e.Municipality), c.col))))
		if words := c.Besides(e); words != "" {
			w.Raw(`<span class="meta beside">`).Text(words).Raw(`</span>`)
		}
		w.Raw(`</a></li>`)
	}
	w.Raw(`</ul>`)
}

// next returns who is called after the selected: of those who have not reported
// first the region's own, then the following regions'; else the next in order.
func (c *console) next() domain.MunicipalityID {
	at := slices.IndexFunc(c.order, func(e rollcall.Entry) bool { return e.Municipality == c.selected })
	after := slices.Concat(c.order[at+1:], c.order[:max(at, 0)]) // who is not asked may be selected too
	here := c.RegionOf(c.selected)
	missing := slices.DeleteFunc(slices.Clone(after), func(e rollcall.Entry) bool { return e.State != rollcall.NotReported })
	if i := slices.IndexFunc(missing, func(e rollcall.Entry) bool { return c.RegionOf(e.Municipality) == here }); i >= 0 {
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
	revision domain.Revision
	entries  []domain.LogEntry
}

// records returns the last n records of the meeting that changed a level, newest
// first.
func records(r *meetings.Sitting, n int) []record {
	var out []record
	for _, e := range slices.Backward(r.Picture.ChangesIn(r.M)) {
		if e.Change.Confirms {
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

// stands reports whether all that a record set is still as it set it.
func stands(r *meetings.Sitting, rec record) bool {
	return !slices.ContainsFunc(rec.entries, func(e domain.LogEntry) bool { return r.Picture.Cell(e.Row, e.Col).Revision != e.Revision })
}

// takenBack reports whether nothing that a record set was ever left to stand.
func takenBack(r *meetings.Sitting, rec record) bool {
	return !slices.ContainsFunc(rec.entries, func(e domain.LogEntry) bool { return !r.Picture.TakenBack(e.Row, e.Col, e.Revision) })
}

// promotion is what a record is called as a significant event: where, and the
// reason, or from which level to which.
func (c *console) promotion(rec record) string {
	e := rec.entries[0]
	s := c.Catalogue.Municipalities[e.Row].Name
	if more := len(rec.entries) - 1; more > 0 {
		s += " " + c.N("n.more", more)
	}
	s += ", " + kit.ShortOf(c.Catalogue, e.Col, c.Lang) + ": "
	if e.Change.Text != "" {
		s += strings.Join(strings.Fields(e.Change.Text), " ")
	} else {
		s += c.Words.Became(c.BoardKind, *e.Change)
	}
	return kit.Cut(s, domain.MaxReason)
}

// star appends the one press that makes a line of the log a significant event,
// or that it is one.
func (c *console) star(w *kit.Builder, rec record, promoted bool) {
	if promoted {
		w.Raw(`<span class="star"><span aria-hidden="true">★</span><span class="vh">`).Text(c.T("notes.promoted")).Raw(`</span></span>`)
		return
	}
	text := c.promotion(rec)
	w.Raw(`<form method="post"`).Attr("action", c.Path("/hendelse")).Attr("data-said", c.T("notice.hendelse")).Raw(`>`)
	c.Hidden(w)
	w.Raw(`<input type="hidden" name="about" value="`).Int(int(rec.revision)).Raw(`"><input type="hidden" name="text"`).Attr("value", text)
	w.Raw(`><button class="star" type="submit"`).Attr("title", c.T("notes.promote")).Attr("aria-label", c.T("notes.promote")+": "+text).Raw(`><span aria-hidden="true">☆</span></button></form>`)
}

// latest appends the last ten records, each with a form to take it back and one
// to make it a significant event.
func (c *console) latest(w *kit.Builder) {
	w.Raw(`<ol id="latest" class="latest" data-part="cells notes">`)
	list := records(c.Sitting, 10)
	promoted := map[domain.Revision]bool{}
	for _, n := range c.StandingNotes() {
		if n.About != nil {
			promoted[n.About.Revision] = true
		}
	}
	for _, rec := range list {
		e := rec.entries[0]
		place, short := c.Catalogue.Municipalities[e.Row].Name, kit.ShortOf(c.Catalogue, e.Col, c.Lang)
		w.Raw(`<li`).Num("data-rev", int64(rec.revision)).Raw(`><div>`).Time(e.At, c.Zone, c.Moment(e.At))
		if promoted[rec.revision] || c.SetsLevels && !takenBack(c.Sitting, rec) {
			c.star(w, rec, promoted[rec.revision])
		}
		w.Raw(`</div><p><b>`).Text(place).Raw(`</b> · `).Text(short)
		if more := len(rec.entries) - 1; more > 0 {
			w.Raw(` <span class="meta">`).Text(c.N("n.more", more)).Raw(`</span>`)
		}
		w.Raw(`<span class="meta who">`)
		whoLine(c.Sitting, w, e)
		w.Raw(`</span></p><span class="minis">`)
		if e.Change.From != e.Change.Level {
			w.Raw(string(kit.Mini(e.Change.From, c.Words.LevelOn(c.BoardKind, e.Change.From)))).Raw(`<span aria-hidden="true">→</span>`)
		}
		w.Raw(string(kit.Mini(e.Change.Level, c.Words.LevelOn(c.BoardKind, e.Change.Level)))).Raw(`</span>`)
		if c.SetsLevels && stands(c.Sitting, rec) && c.MayUndo(*e.Change) {
			undoForm(c.Sitting, w, rec.revision, c.T("log.undo")+": "+place+", "+short)
		} else {
			w.Raw(`<span></span>`)
		}
		w.Raw(`</li>`)
	}
	if len(list) == 0 {
		w.Raw(`<li class="none">`).Text(c.T("meeting.log_none")).Raw(`</li>`)
	}
	w.Raw(`</ol>`)
}

func undoForm(r *meetings.Sitting, w *kit.Builder, rev domain.Revision, label string) {
	w.Raw(`<form method="post"`).Attr("action", r.BoardPath("/angre")).Raw(`>`)
	r.Hidden(w)
	w.Raw(`<input type="hidden" name="meeting"`).Attr("value", string(r.M.ID)).Raw(`><input type="hidden" name="revision" value="`).Int(int(rev)).Raw(`"><button class="btn sm" type="submit"`).Attr("aria-label", label).Raw(`>`).Text(r.T("log.undo")).Raw(`</button></form>`)
}

// whoLine appends who told of a change and who entered it. An undo is told by
// nobody: it brings back what was told before.
func whoLine(r *meetings.Sitting, w *kit.Builder, e domain.LogEntry) {
	var who []string
	switch {
	case e.Change.Undoes > 0:
		w.Raw(`<span class="tag">`).Text(r.T("log.undone")).Raw(`</span> `)
	case e.Change.ReportedBy != "":
		who = append(who, e.Change.ReportedBy)
	}
	if by := r.Page.Who(e.By); by != "" {
		who = append(who, r.T("panel.entered", by))
	}
	w.Text(strings.Join(who, " · "))
}

// ending appends the end of the meeting: changes that lack a reason are listed
// first, and anyone who closes even so says so.
func (c *console) ending(w *kit.Builder) {
	if !c.M.Open() || !c.Request.Rights[domain.RightLead] {
		return
	}
	w.Raw(`<section id="missing-reason" data-part="cells reports" aria-labelledby="end-h"><h2 id="end-h">`).Text(c.T("console.end")).Raw(`</h2>`)
	lacking := c.Picture.Unexplained(c.M.ID)
	if n := len(lacking); n > 0 {
		w.Raw(`<p>`).Text(c.N("console.unexplained", n)).Raw(`</p><ul class="unexplained">`)
		for _, cell := range lacking {
			w.Raw(`<li>`).Raw(string(kit.Mini(cell.Level, c.Words.LevelOn(c.BoardKind, cell.Level)))).Raw(` <a`).Attr("href", c.at(cell.Municipality, c.Picture.Col(cell.Column))).Raw(`>`).Text(c.NameOf(cell.Municipality) + ", " + kit.ShortOf(c.Catalogue, c.Picture.Col(cell.Column), c.Lang)).Raw(`</a></li>`)
		}
		w.Raw(`</ul><p><a`).Attr("href", c.Path("/avslutt")).Raw(`>`).Text(c.T("close.together")).Raw(`</a></p>`)
	}
	if n := len(c.Missing()); n > 0 {
		w.Raw(`<p>`).Text(c.T("roll.missing", strconv.Itoa(n), strconv.Itoa(len(c.Roll)))).Raw(`</p>`)
	}
	closeForm(c.Sitting, w, len(lacking) > 0)
	w.Raw(`</section>`)
}

// closeForm appends the button that ends the meeting; where changes lack a
// reason it says that they may.
func closeForm(r *meetings.Sitting, w *kit.Builder, anyway bool) {
	w.Raw(`<form method="post"`).Attr("action", r.Path("/avslutt")).Raw(`>`)
	r.Hidden(w)
	word := "meeting.close"
	if anyway {
		word = "console.end_anyway"
		w.Raw(`<input type="hidden" name="unexplained" value="yes">`)
	}
	w.Raw(`<button class="btn" type="submit">`).Text(r.T(word)).Raw(`</button></form>`)
}
