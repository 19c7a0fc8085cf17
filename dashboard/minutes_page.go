package dashboard

import (
	"strconv"
	"strings"

	"kommunebilde"
)

// Minutes are the minutes of a meeting and its situation report: as a page that
// prints well.
func (s *Site) Minutes(r Request, p kommunebilde.Picture, id kommunebilde.MeetingID) ([]byte, error) {
	m, err := s.minutesOf(r, p, id, nil)
	if err != nil {
		return nil, err
	}
	return s.around(m.Lang, "overview", &overviewView{*m.page, here}, m.main)
}

func (m *minutes) main(w *builder) {
	t := m.T
	w.raw(`<main id="main" class="page minutes"><p class="run" aria-hidden="true">`).text(m.running()).raw(`</p>`)
	if m.Exercise {
		w.raw(`<p class="exercise-line"><strong class="exercise">`).text(t("exercise.word")).raw(`</strong> `).text(t("exercise.note")).raw(`</p>`)
	}
	w.raw(`<nav`).attr("aria-label", t("nav.path")).raw(`><ol class="crumbs"><li><a`).attr("href", m.path("")).raw(`>`).text(m.m.Title).raw(`</a></li><li aria-current="page">`).text(t("minutes.word")).raw(`</li></ol></nav>`)
	w.raw(`<h1>`).text(m.Title).raw(`</h1><p class="facts"><span>`).text(m.c.County).raw(`</span><span>`).text(m.span()).raw(`</span></p>`)
	if m.Demo {
		w.raw(`<p class="warn-box">`).text(t("demo")).raw(`</p>`)
	}
	if m.m.Open() {
		w.raw(`<p class="warn-box">`).text(t("minutes.draft", m.Day(m.made)+" "+m.Second(m.made))).raw(`</p>`)
	}
	w.raw(`<p class="rowacts"><a class="btn"`).attr("href", m.Link("/referat/"+string(m.m.ID)+".txt")).raw(`>`).text(t("minutes.as_text")).raw(`</a>`)
	if m.req.Rights[kommunebilde.RightTemplate] {
		w.raw(` <a class="btn"`).attr("href", m.Link("/referatmal?mote="+string(m.m.ID))).raw(`>`).text(t("template.open")).raw(`</a>`)
	}
	w.raw(`</p>`)
	for _, part := range m.parts() {
		w.raw(`<section`).attr("data-part-of-report", string(part.Key)).raw(`><h2>`).text(part.heading).raw(`</h2>`)
		if part.Text != "" {
			w.raw(`<p class="pre">`).text(part.Text).raw(`</p>`)
		}
		m.part(w, part.Key)
		w.raw(`</section>`)
	}
	w.raw(`</main>`)
}

// running is what stands over each printed page: a page that is on its own says
// what it belongs to, and that it is not real.
func (m *minutes) running() string {
	s := m.m.Title + ", " + m.span()
	if m.m.Open() {
		s = m.T("minutes.draft_word") + " – " + s
	}
	if m.Exercise {
		s = m.T("exercise.word") + " – " + s
	}
	if m.Demo {
		s += " – " + m.T("demo")
	}
	return s
}

// part appends what a section is filled in with.
func (m *minutes) part(w *builder, key kommunebilde.ReportKey) {
	none := ""
	switch key {
	case kommunebilde.ReportWhen:
		facts(w, m.meetingFacts())
	case kommunebilde.ReportWho:
		w.raw(`<p>`).text(m.T("roll.done", strconv.Itoa(m.answered()), strconv.Itoa(len(m.roll)))).raw(`</p>`)
		facts(w, m.participants())
	case kommunebilde.ReportPicture:
		facts(w, m.beforeAfter())
	case kommunebilde.ReportChanges:
		none = m.changeTable(w)
	case kommunebilde.ReportUnexplained:
		none = m.cellList(w, m.lacking, "minutes.all_explained")
	case kommunebilde.ReportUnconfirmed:
		none = m.unconfirmed(w)
	case kommunebilde.ReportEvents:
		none = m.eventList(w)
	case kommunebilde.ReportActions:
		none = m.actionList(w)
	case kommunebilde.ReportRequests:
		none = m.requestList(w)
	case kommunebilde.ReportFigures:
		none = m.figureTable(w)
	case kommunebilde.ReportProof:
		about, head := m.proof()
		w.raw(`<p>`).text(about).raw(`</p><p class="hash"><code>`).text(head).raw(`</code></p><p class="meta">`).text(m.T("minutes.proof_how")).raw(`</p>`)
	}
	if none != "" {
		w.raw(`<p>`).text(m.T(none)).raw(`</p>`)
	}
}

func facts(w *builder, list []fact) {
	w.raw(`<dl class="facts-list">`)
	for _, f := range list {
		w.raw(`<dt>`).text(f.name).raw(`</dt><dd>`).text(f.text).raw(`</dd>`)
	}
	w.raw(`</dl>`)
}

// table begins a table with the words for its columns.
func (m *minutes) table(w *builder, label string, columns ...string) {
	w.raw(`<div class="wide" tabindex="0" role="group"`).attr("aria-label", label).raw(`><table class="t"><thead><tr>`)
	for _, key := range columns {
		w.raw(`<th scope="col">`).text(m.T(key)).raw(`</th>`)
	}
	w.raw(`</tr></thead><tbody>`)
}

func (m *minutes) changeTable(w *builder) (none string) {
	if len(m.changes) == 0 {
		return "meeting.log_none"
	}
	m.table(w, m.T("minutes.s.changes"), "log.place", "log.area", "log.change", "log.text", "minutes.reporter", "log.time")
	for _, c := range m.changes {
		w.raw(`<tr><th scope="row">`).text(c.place).raw(`</th><td>`).text(c.column).raw(`</td><td class="steps"><span class="minis">`).raw(string(mini(c.from, ""))).raw(`<span aria-hidden="true">→</span>`).raw(string(mini(c.to, ""))).raw(`</span> `).text(m.w.levelOn(m.kind, c.from)+" → "+m.w.levelOn(m.kind, c.to)).raw(`</td><td`).flag(`class="meta"`, c.cell.Text == "").raw(`>`)
		w.text(m.reason(c.cell)).raw(`</td><td>`).text(c.cell.ReportedBy).raw(`</td><td>`).time(c.cell.EventAt, m.zone, m.When(c.cell.EventAt)).raw(`</td></tr>`)
	}
	w.raw(`</tbody></table></div>`)
	return ""
}

// cellList appends cells with their levels, or answers what to say of none.
func (m *minutes) cellList(w *builder, cells []kommunebilde.Cell, none string) string {
	if len(cells) == 0 {
		return none
	}
	w.raw(`<ul class="unexplained">`)
	for _, c := range cells {
		w.raw(`<li>`).raw(string(mini(c.Level, ""))).raw(` `).text(m.cellName(c) + ": " + strings.ToLower(m.w.levelOn(m.kind, c.Level)) + ", " + m.When(c.EventAt)).raw(`</li>`)
	}
	w.raw(`</ul>`)
	return ""
}

func (m *minutes) unconfirmed(w *builder) (none string) {
	if silent := m.silent(); len(silent) > 0 {
		w.raw(`<p>`).text(m.T("minutes.silent")).raw(`</p>`)
		facts(w, silent)
	} else {
		none = "roll.complete"
	}
	if len(m.overdue) > 0 {
		w.raw(`<p>`).text(m.T("minutes.overdue")).raw(`</p>`)
		m.cellList(w, m.overdue, "")
	}
	return none
}

func (m *minutes) eventList(w *builder) (none string) {
	if len(m.notes) == 0 {
		return "notes.none"
	}
	w.raw(`<ol class="notes">`)
	for _, n := range m.notes {
		w.raw(`<li>`).time(n.Entry.At, m.zone, m.When(n.Entry.At)).raw(` <span class="what">`).text(m.noteWords(n)).raw(`</span></li>`)
	}
	w.raw(`</ol>`)
	return ""
}

func (m *minutes) actionList(w *builder) (none string) {
	if len(m.actions) == 0 {
		return "actions.none"
	}
	w.raw(`<ul class="actions">`)
	for _, a := range m.actions {
		w.raw(`<li><p><b>`).text(m.actionPlace(a)).raw(`</b><br>`).text(a.Text).raw(`</p><p class="meta">`).text(m.actionFacts(a)).raw(`</p></li>`)
	}
	w.raw(`</ul>`)
	return ""
}

func (m *minutes) requestList(w *builder) (none string) {
	if len(m.requests) == 0 {
		return "assistance.none"
	}
	w.raw(`<ul class="actions">`)
	for _, a := range m.requests {
		w.raw(`<li><p><b>`).text(m.T("assistance.line", m.name(a.Municipality), a.Of)).raw(`</b><br>`).text(a.What).raw(`</p><p class="meta">`).text(m.requestFacts(a)).raw(`</p></li>`)
	}
	w.raw(`</ul>`)
	return ""
}

func (m *minutes) figureTable(w *builder) (none string) {
	if len(m.figures) == 0 {
		return "figures.none"
	}
	var sums []fact
	for _, s := range m.sums {
		sums = append(sums, m.sumWords(s))
	}
	facts(w, sums)
	m.table(w, m.T("figures.kind"), "log.place", "figures.kind", "figures.value", "figures.source", "figures.as_of_short", "figures.certainty")
	for _, f := range m.figures {
		w.raw(`<tr><th scope="row">`).text(m.name(f.Municipality)).raw(`</th><td>`).text(m.T("figure."+string(f.Kind))).raw(`</td><td class="n">`).text(m.w.figureWords(f)).raw(`</td><td>`).text(f.Source).raw(`</td><td>`).time(f.AsOf, m.zone, m.When(f.AsOf)).raw(`</td><td>`).text(m.T("certainty." + string(f.Certainty))).raw(`</td></tr>`)
	}
	w.raw(`</tbody></table></div>`)
	return ""
}
