package dashboard

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"kommunebilde"
)

// minutes is what a meeting leaves behind, in the order of a situation report:
// when and who, the picture before and after, who did not confirm, significant
// events, actions, assistance, figures, and what proves it.
type minutes struct {
	*room
	head     string // of the journal
	changes  []minuteChange
	counts   [2]kommunebilde.Counts // of all judged cells in scope: before, after
	missing  []string
	notes    []kommunebilde.Note
	actions  []kommunebilde.Action
	requests []kommunebilde.Assistance
	figures  []kommunebilde.Figure
	sums     []kommunebilde.FigureSum
	scope    []kommunebilde.MunicipalityID
}

// minuteChange is a cell that the meeting left other than it found it, or spoke
// of.
type minuteChange struct {
	place, column string
	from, to      kommunebilde.Level
	cell          kommunebilde.Cell
}

func (s *Site) minutesOf(r Request, p kommunebilde.Picture, id kommunebilde.MeetingID) (*minutes, error) {
	pg := s.newPage(r, "minutes", "")
	m, ok := p.Meeting(id)
	if !ok {
		return nil, &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "meeting", Msg: "meeting.unknown"}
	}
	head := p.HeadHash()
	pg.onBoard(p)
	if !m.Open() {
		p = p.AtRevision(m.Closed)
		pg.Body.Live = ""
	}
	rm, err := pg.roomOf(p, id)
	if err != nil {
		return nil, err
	}
	out := &minutes{room: rm, head: head.String()}
	pg.Title, pg.Nav = pg.T("minutes.title", m.Title), "meetings"
	for _, e := range rm.roll {
		out.scope = append(out.scope, e.Municipality)
		if e.State == kommunebilde.NotReported {
			out.missing = append(out.missing, rm.name(e.Municipality))
		}
	}
	out.compare()
	out.notes = p.Notes(id)
	slices.Reverse(out.notes) // a report is read from the beginning
	for _, a := range p.Actions() {
		if a.Ended == nil || a.Meeting == id {
			out.actions = append(out.actions, a)
		}
	}
	out.requests = p.Assistance()
	out.figures = p.Figures()
	out.sums = p.FigureSums(out.scope)
	return out, nil
}

// compare finds what changed from the meeting's beginning to its end.
func (m *minutes) compare() {
	before := m.p.AtRevision(m.m.Opened)
	var rows []int
	for _, id := range m.scope {
		rows = append(rows, m.p.Row(id))
	}
	m.counts[0], m.counts[1] = before.Count(rows, m.cols), m.p.Count(rows, m.cols)
	for _, at := range m.p.Touched(m.m.Opened) {
		cell := m.p.Cell(at[0], at[1])
		c := minuteChange{place: m.c.Municipalities[at[0]].Name, column: m.column(m.c.Columns[at[1]].ID), from: before.Level(at[0], at[1]), to: cell.Level, cell: cell}
		if cell.Meeting != m.m.ID || c.from == c.to && cell.Text == "" {
			continue // another meeting's, or back where it was
		}
		m.changes = append(m.changes, c)
	}
	order := map[string]int{}
	for i, id := range m.agenda() {
		order[string(id)] = i
	}
	slices.SortStableFunc(m.changes, func(a, b minuteChange) int {
		return cmp.Or(
			order[string(m.region(a.cell.Municipality))]-order[string(m.region(b.cell.Municipality))],
			m.p.Row(a.cell.Municipality)-m.p.Row(b.cell.Municipality),
			m.p.Col(a.cell.Column)-m.p.Col(b.cell.Column),
		)
	})
}

// span says when the meeting was.
func (m *minutes) span() string {
	from := m.Day(m.m.OpenedAt) + " " + m.T("minutes.at", m.Minute(m.m.OpenedAt))
	switch {
	case m.m.Open():
		return m.T("minutes.still", from, m.Minute(m.now))
	case m.Day(m.m.OpenedAt) == m.Day(m.m.ClosedAt):
		return from + "–" + m.Minute(m.m.ClosedAt)
	}
	return from + " – " + m.Day(m.m.ClosedAt) + " " + m.T("minutes.at", m.Minute(m.m.ClosedAt))
}

// countWords says how many cells have each level.
func (m *minutes) countWords(c kommunebilde.Counts) string {
	var out []string
	for _, l := range m.kind.Levels() {
		if n := c[l]; n > 0 {
			out = append(out, strings.ToLower(m.w.levelOn(m.kind, l))+" "+strconv.Itoa(n))
		}
	}
	return strings.Join(out, ", ")
}

// attendance says of the municipalities of a region how they reported.
func (m *minutes) attendance(region kommunebilde.RegionID) string {
	var out []string
	for _, e := range m.of(region) {
		s := m.name(e.Municipality) + " ("
		switch {
		case e.State == kommunebilde.NotReported:
			s += m.T("roll.not_reported")
		case e.ReportedBy != "" && !strings.HasPrefix(e.ReportedBy, m.name(e.Municipality)):
			s += m.stateWords(e) + ", " + e.ReportedBy
		case e.ReportedBy != "":
			s += m.stateWords(e) + ", " + strings.TrimSpace(strings.TrimPrefix(e.ReportedBy, m.name(e.Municipality)))
		default:
			s += m.stateWords(e)
		}
		out = append(out, s+")")
	}
	return strings.Join(out, ", ")
}

// Minutes are the minutes of a meeting and its situation report: as a page that
// prints well.
func (s *Site) Minutes(r Request, p kommunebilde.Picture, id kommunebilde.MeetingID) ([]byte, error) {
	m, err := s.minutesOf(r, p, id)
	if err != nil {
		return nil, err
	}
	return s.around(m.Lang, "overview", &overviewView{*m.page, here}, m.main)
}

func (m *minutes) main(w *builder) {
	t := m.T
	w.raw(`<main id="main" class="page minutes">`)
	if m.Exercise {
		w.raw(`<p class="exercise-line"><strong class="exercise">`).text(t("exercise.word")).raw(`</strong> `).text(t("exercise.note")).raw(`</p>`)
	}
	w.raw(`<nav`).attr("aria-label", t("nav.path")).raw(`><ol class="crumbs"><li><a`).attr("href", m.path("")).raw(`>`).text(m.m.Title).raw(`</a></li><li aria-current="page">`).text(t("minutes.word")).raw(`</li></ol></nav>`)
	w.raw(`<h1>`).text(m.Title).raw(`</h1><p class="rowacts"><a class="btn"`).attr("href", m.Link("/referat/"+string(m.m.ID)+".txt")).raw(`>`).text(t("minutes.as_text")).raw(`</a></p>`)
	m.participants(w)
	m.picture(w)
	m.section(w, "minutes.missing", len(m.missing) > 0, "roll.complete", func() {
		w.raw(`<p>`).text(strings.Join(m.missing, ", ")).raw(`</p>`)
	})
	m.section(w, "notes.head", len(m.notes) > 0, "notes.none", func() { m.eventTable(w) })
	m.section(w, "actions.head", len(m.actions) > 0, "actions.none", func() { m.actionTable(w) })
	m.section(w, "assistance.head", len(m.requests) > 0, "assistance.none", func() { m.requestTable(w) })
	if m.kind == kommunebilde.KindSituation {
		m.section(w, "figures.head", len(m.figures) > 0, "figures.none", func() { m.figureTable(w) })
	}
	w.raw(`<h2>`).text(t("minutes.proof")).raw(`</h2><p>`).text(t("minutes.proof_text", m.Day(m.now)+" "+m.Second(m.now))).raw(`</p><p class="hash"><code>`).text(m.head).raw(`</code></p>`)
	if m.Demo {
		w.raw(`<p><b>`).text(t("demo")).raw(`</b></p>`)
	}
	w.raw(`</main>`)
}

// section appends a heading, and what is under it or that there is nothing.
func (m *minutes) section(w *builder, head string, any bool, none string, body func()) {
	w.raw(`<h2>`).text(m.T(head)).raw(`</h2>`)
	if any {
		body()
		return
	}
	w.raw(`<p>`).text(m.T(none)).raw(`</p>`)
}

func (m *minutes) participants(w *builder) {
	t := m.T
	w.raw(`<h2>`).text(t("minutes.when")).raw(`</h2><dl class="facts-list"><dt>`).text(t("minutes.span")).raw(`</dt><dd>`).text(m.span()).raw(`</dd><dt>`).text(t("meeting.kind")).raw(`</dt><dd>`).text(t("meeting.kind." + string(m.m.Kind)))
	if m.m.Case != "" {
		w.raw(` · `).text(t("meeting.case_is", m.m.Case))
	}
	w.raw(`</dd>`)
	if by := m.page.name(m.m.OpenedBy); by != "" {
		w.raw(`<dt>`).text(t("minutes.lead")).raw(`</dt><dd>`).text(by).raw(`</dd>`)
	}
	w.raw(`</dl><h2>`).text(t("minutes.who")).raw(`</h2><p>`).text(t("roll.done", strconv.Itoa(m.answered()), strconv.Itoa(len(m.roll)))).raw(`</p><dl class="facts-list">`)
	for _, id := range m.agenda() {
		w.raw(`<dt>`).text(m.regionName(id)).raw(`</dt><dd>`).text(m.attendance(id)).raw(`</dd>`)
	}
	if len(m.m.Actors) > 0 {
		w.raw(`<dt>`).text(t("meeting.actors")).raw(`</dt><dd>`).text(strings.Join(m.m.Actors, ", ")).raw(`</dd>`)
	}
	w.raw(`</dl>`)
}

func (m *minutes) picture(w *builder) {
	t := m.T
	w.raw(`<h2>`).text(t("minutes.picture")).raw(`</h2><dl class="facts-list"><dt>`).text(t("minutes.before")).raw(`</dt><dd>`).text(m.countWords(m.counts[0])).raw(`</dd><dt>`).text(t("minutes.after")).raw(`</dt><dd>`).text(m.countWords(m.counts[1])).raw(`</dd></dl>`)
	if len(m.changes) == 0 {
		w.raw(`<p>`).text(t("meeting.log_none")).raw(`</p>`)
		return
	}
	w.raw(`<div class="wide" tabindex="0" role="group"`).attr("aria-label", t("minutes.picture")).raw(`><table class="t"><thead><tr>`)
	for _, key := range []string{"log.place", "log.area", "log.change", "log.text", "minutes.reporter", "log.time"} {
		w.raw(`<th scope="col">`).text(t(key)).raw(`</th>`)
	}
	w.raw(`</tr></thead><tbody>`)
	for _, c := range m.changes {
		w.raw(`<tr><th scope="row">`).text(c.place).raw(`</th><td>`).text(c.column).raw(`</td><td><span class="minis">`).raw(string(mini(c.from, ""))).raw(`<span aria-hidden="true">→</span>`).raw(string(mini(c.to, ""))).raw(`</span> `).text(m.w.levelOn(m.kind, c.from) + " → " + m.w.levelOn(m.kind, c.to)).raw(`</td><td>`)
		switch {
		case c.cell.Redacted:
			w.text(t("panel.redacted"))
		case c.cell.Text == "":
			w.raw(`<span class="meta">`).text(t("minutes.no_reason")).raw(`</span>`)
		default:
			w.text(c.cell.Text)
		}
		w.raw(`</td><td>`).text(c.cell.ReportedBy).raw(`</td><td>`).time(c.cell.At, m.zone, m.When(c.cell.At)).raw(`</td></tr>`)
	}
	w.raw(`</tbody></table></div>`)
}

func (m *minutes) eventTable(w *builder) {
	w.raw(`<ol class="notes">`)
	for _, n := range m.notes {
		w.raw(`<li>`).time(n.Entry.At, m.zone, m.When(n.Entry.At)).raw(` <span class="what">`).text(m.noteWords(n)).raw(`</span></li>`)
	}
	w.raw(`</ol>`)
}

// noteWords says a significant event, and that it was withdrawn.
func (m *minutes) noteWords(n kommunebilde.Note) string {
	text := n.Text
	if n.Redacted {
		text = m.T("panel.redacted")
	}
	if n.Withdrawn != nil {
		text += " [" + m.T("notes.withdrawn", m.When(n.Withdrawn.At))
		if n.Reason != "" {
			text += ": " + n.Reason
		}
		text += "]"
	}
	return text
}

func (m *minutes) actionTable(w *builder) {
	w.raw(`<ul class="actions">`)
	for _, a := range m.actions {
		w.raw(`<li><p><b>`).text(m.actionPlace(a)).raw(`</b><br>`).text(a.Text).raw(`</p><p class="meta">`).text(m.actionFacts(a)).raw(`</p></li>`)
	}
	w.raw(`</ul>`)
}

func (m *minutes) actionPlace(a kommunebilde.Action) string {
	if a.Column == "" {
		return m.name(a.Municipality)
	}
	return m.name(a.Municipality) + ", " + m.column(a.Column)
}

func (m *minutes) requestTable(w *builder) {
	w.raw(`<ul class="actions">`)
	for _, a := range m.requests {
		w.raw(`<li><p><b>`).text(m.T("assistance.line", m.name(a.Municipality), a.Of)).raw(`</b><br>`).text(a.What).raw(`</p><p class="meta">`).text(m.requestFacts(a)).raw(`</p></li>`)
	}
	w.raw(`</ul>`)
}

func (m *minutes) requestFacts(a kommunebilde.Assistance) string {
	s := m.T("assistance.state."+string(a.State)) + ", " + m.T("assistance.asked") + " " + m.When(a.Entry.At)
	if a.Note != "" {
		s += ", " + a.Note
	}
	return s
}

func (m *minutes) figureTable(w *builder) {
	m.page.sums(w, m.p, m.scope)
	w.raw(`<div class="wide" tabindex="0" role="group"`).attr("aria-label", m.T("figures.kind")).raw(`><table class="t"><thead><tr>`)
	for _, key := range []string{"log.place", "figures.kind", "figures.value", "figures.source", "figures.as_of_short", "figures.certainty"} {
		w.raw(`<th scope="col">`).text(m.T(key)).raw(`</th>`)
	}
	w.raw(`</tr></thead><tbody>`)
	for _, f := range m.figures {
		w.raw(`<tr><th scope="row">`).text(m.name(f.Municipality)).raw(`</th><td>`).text(m.T("figure."+string(f.Kind))).raw(`</td><td class="n">`).text(m.w.figureWords(f)).raw(`</td><td>`).text(f.Source).raw(`</td><td>`).time(f.AsOf, m.zone, m.When(f.AsOf)).raw(`</td><td>`).text(m.T("certainty." + string(f.Certainty))).raw(`</td></tr>`)
	}
	w.raw(`</tbody></table></div>`)
}
