package minutes

import (
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/situations"
	"kommunebilde/domain"
	"kommunebilde/domain/outline"
)

// Minutes are the minutes of a meeting and its situation report: as a page that
// prints well. edition is which of them, 0 the newest.
func Minutes(s *kit.Site, r kit.Request, p domain.Picture, id domain.MeetingID, edition int) ([]byte, error) {
	m, err := minutesOf(s, r, p, id, edition, nil)
	if err != nil {
		return nil, err
	}
	return s.Frame(*m.Page, m.main)
}

func (m *minutes) main(w *kit.Builder) {
	t := m.T
	w.Raw(`<main id="main" class="page minutes"><p class="run" aria-hidden="true">`).Text(m.running()).Raw(`</p>`)
	if m.Exercise {
		w.Raw(`<p class="exercise-line"><strong class="exercise">`).Text(t("exercise.word")).Raw(`</strong> `).Text(t("exercise.note")).Raw(`</p>`)
	}
	w.Raw(`<nav`).Attr("aria-label", t("nav.path")).Raw(`><ol class="crumbs"><li><a`).Attr("href", m.Path("")).Raw(`>`).Text(m.M.Title).Raw(`</a></li><li aria-current="page">`).Text(t("minutes.word")).Raw(`</li></ol></nav>`)
	w.Raw(`<h1>`).Text(m.Title).Raw(`</h1><p class="facts"><span>`).Text(m.Catalogue.County).Raw(`</span><span>`).Text(m.span()).Raw(`</span></p>`)
	m.editionLines(w)
	if m.Demo {
		w.Raw(`<p class="warn-box">`).Text(t("demo")).Raw(`</p>`)
	}
	if m.M.Open() {
		w.Raw(`<p class="warn-box">`).Text(t("minutes.draft", m.Day(m.made)+" "+m.Second(m.made))).Raw(`</p>`)
	}
	w.Raw(`<p class="rowacts"><a class="btn"`).Attr("href", m.textAddress()).Raw(`>`).Text(t("minutes.as_text")).Raw(`</a>`)
	if m.Request.Rights[domain.RightTemplate] {
		w.Raw(` <a class="btn"`).Attr("href", m.Link("/referatmal?mote="+string(m.M.ID))).Raw(`>`).Text(t("template.open")).Raw(`</a>`)
	}
	w.Raw(`</p>`)
	m.reopenForm(w)
	for _, part := range m.parts() {
		w.Raw(`<section`).Attr("data-part-of-report", string(part.Key)).Raw(`><h2>`).Text(part.heading).Raw(`</h2>`)
		if part.Text != "" {
			w.Raw(`<p class="pre">`).Text(string(part.Text)).Raw(`</p>`)
		}
		m.part(w, part.Key)
		w.Raw(`</section>`)
	}
	w.Raw(`</main>`)
}

// running is what stands over each printed page: a page that is on its own says
// what it belongs to, and that it is not real.
func (m *minutes) running() string {
	s := m.M.Title + ", " + m.span()
	if words := m.editionWords(); words != "" {
		s += ", " + words
	}
	if m.M.Open() {
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
func (m *minutes) part(w *kit.Builder, key outline.Key) {
	none := ""
	switch key {
	case outline.KeyWhen:
		facts(w, m.meetingFacts())
	case outline.KeyWho:
		w.Raw(`<p>`).Text(m.T("roll.done", strconv.Itoa(m.Answered()), strconv.Itoa(len(m.Roll)))).Raw(`</p>`)
		facts(w, m.participants())
	case outline.KeyPicture:
		facts(w, m.beforeAfter())
	case outline.KeyChanges:
		m.changeTable(w)
	case outline.KeyUnexplained:
		none = m.cellList(w, m.lacking, "minutes.all_explained")
	case outline.KeyUnconfirmed:
		none = m.unconfirmed(w)
	case outline.KeyEvents:
		none = m.eventList(w)
	case outline.KeyActions:
		none = m.actionList(w)
	case outline.KeyRequests:
		none = m.requestList(w)
	case outline.KeyFigures:
		none = m.figureTable(w)
	case outline.KeyProof:
		about, head := m.proof()
		w.Raw(`<p>`).Text(about).Raw(`</p><p class="hash"><code>`).Text(head).Raw(`</code></p><p class="meta">`).Text(m.T("minutes.proof_how")).Raw(`</p>`)
	}
	if none != "" {
		w.Raw(`<p>`).Text(m.T(none)).Raw(`</p>`)
	}
}

func facts(w *kit.Builder, list []fact) {
	w.Raw(`<dl class="facts-list">`)
	for _, f := range list {
		w.Raw(`<dt>`).Text(f.name).Raw(`</dt><dd>`).Text(f.text).Raw(`</dd>`)
	}
	w.Raw(`</dl>`)
}

// table begins a table with the words for its columns.
func (m *minutes) table(w *kit.Builder, label string, columns ...string) {
	w.Raw(`<div class="wide" tabindex="0" role="group"`).Attr("aria-label", label).Raw(`><table class="t"><thead><tr>`)
	for _, key := range columns {
		w.Raw(`<th scope="col">`).Text(m.T(key)).Raw(`</th>`)
	}
	w.Raw(`</tr></thead><tbody>`)
}

func (m *minutes) changeTable(w *kit.Builder) {
	if len(m.changes) == 0 {
		w.Raw(`<p>`).Text(m.T("meeting.log_none")).Raw(`</p>`)
	} else {
		m.table(w, m.T("minutes.s.changes"), "log.place", "log.area", "log.change", "log.text", "minutes.reporter", "log.time")
		for _, c := range m.changes {
			w.Raw(`<tr><th scope="row">`).Text(c.place).Raw(`</th><td>`).Text(c.column).Raw(`</td><td class="steps"><span class="minis">`).Raw(string(kit.Mini(c.from, ""))).Raw(`<span aria-hidden="true">→</span>`).Raw(string(kit.Mini(c.to, ""))).Raw(`</span> `).Text(m.Words.LevelOn(m.BoardKind, c.from)+" → "+m.Words.LevelOn(m.BoardKind, c.to)).Raw(`</td><td`).Flag(`class="meta"`, c.cell.Text == "").Raw(`>`)
			w.Text(m.reason(c.cell)).Raw(`</td><td>`).Text(c.cell.ReportedBy).Raw(`</td><td>`)
			m.time(w, c.set.EventAt, c.set.Said)
			if s := m.confirmed(c); s != "" {
				w.Raw(`<br><span class="meta">`).Text(s).Raw(`</span>`)
			}
			w.Raw(`</td></tr>`)
		}
		w.Raw(`</tbody></table></div>`)
	}
	if len(m.passing) > 0 {
		w.Raw(`<p>`).Text(m.T("minutes.passing")).Raw(`</p><ul class="unexplained" id="passing">`)
		for _, c := range m.passing {
			w.Raw(`<li>`).Raw(string(kit.Mini(c.to, ""))).Raw(` `).Text(m.passingWords(c)).Raw(`</li>`)
		}
		w.Raw(`</ul>`)
	}
	if len(m.restated) == 0 {
		return
	}
	w.Raw(`<p>`).Text(m.T("minutes.restated")).Raw(`</p><ul class="unexplained" id="restated">`)
	for _, c := range m.restated {
		w.Raw(`<li>`).Raw(string(kit.Mini(c.to, ""))).Raw(` `).Text(m.restatedWords(c)).Raw(`</li>`)
	}
	w.Raw(`</ul>`)
}

// time appends when something came to be so, and when it was entered.
func (m *minutes) time(w *kit.Builder, event, entered time.Time) {
	w.Time(event, m.Zone, m.When(event))
	if m.When(event) != m.When(entered) {
		w.Raw(`<br><span class="meta">`).Text(m.T("minutes.entered", m.When(entered))).Raw(`</span>`)
	}
}

// cellList appends cells with their levels, or answers what to say of none.
func (m *minutes) cellList(w *kit.Builder, cells []domain.Cell, none string) string {
	if len(cells) == 0 {
		return none
	}
	w.Raw(`<ul class="unexplained">`)
	for _, c := range cells {
		w.Raw(`<li>`).Raw(string(kit.Mini(c.Level, ""))).Raw(` `).Text(m.cellName(c) + ": " + strings.ToLower(m.Words.LevelOn(m.BoardKind, c.Level)) + ", " + m.times(c.EventAt, c.Entered)).Raw(`</li>`)
	}
	w.Raw(`</ul>`)
	return ""
}

func (m *minutes) unconfirmed(w *kit.Builder) (none string) {
	if silent := m.silent(); len(silent) > 0 {
		w.Raw(`<p>`).Text(m.T("minutes.silent")).Raw(`</p>`)
		facts(w, silent)
	} else {
		none = "roll.complete"
	}
	if len(m.overdue) > 0 {
		w.Raw(`<p>`).Text(m.T("minutes.overdue")).Raw(`</p>`)
		m.cellList(w, m.overdue, "")
	}
	if list := m.Unanswered(); len(list) > 0 {
		w.Raw(`<ul class="unexplained" id="unanswered">`)
		for _, s := range list {
			w.Raw(`<li>`).Text(s).Raw(`</li>`)
		}
		w.Raw(`</ul>`)
	}
	return none
}

func (m *minutes) eventList(w *kit.Builder) (none string) {
	if len(m.notes) == 0 {
		return "notes.none"
	}
	w.Raw(`<ol class="notes">`)
	for _, n := range m.notes {
		w.Raw(`<li>`).Time(n.Entry.At, m.Zone, m.When(n.Entry.At)).Raw(` <span class="what">`).Text(m.noteWords(n)).Raw(`</span></li>`)
	}
	w.Raw(`</ol>`)
	return ""
}

func (m *minutes) actionList(w *kit.Builder) (none string) {
	if len(m.actions) == 0 {
		return "actions.none"
	}
	w.Raw(`<ul class="actions">`)
	for _, a := range m.actions {
		w.Raw(`<li><p><b>`).Text(m.actionPlace(a)).Raw(`</b><br>`).Text(a.Text).Raw(`</p><p class="meta">`).Text(m.ActionFacts(a)).Raw(`</p></li>`)
	}
	w.Raw(`</ul>`)
	return ""
}

func (m *minutes) requestList(w *kit.Builder) (none string) {
	if len(m.requests) == 0 {
		return "assistance.none"
	}
	w.Raw(`<ul class="actions">`)
	for _, a := range m.requests {
		w.Raw(`<li><p><b>`).Text(m.T("assistance.line", m.NameOf(a.Municipality), a.Of)).Raw(`</b><br>`).Text(a.What).Raw(`</p><p class="meta">`).Text(m.requestFacts(a)).Raw(`</p></li>`)
	}
	w.Raw(`</ul>`)
	return ""
}

func (m *minutes) figureTable(w *kit.Builder) (none string) {
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
		w.Raw(`<tr><th scope="row">`).Text(m.NameOf(f.Municipality)).Raw(`</th><td>`).Text(m.T("figure." + string(f.Kind))).Raw(`</td><td class="n">`).Text(situations.FigureWords(m.Words, f)).Raw(`</td><td>`).Text(f.Source).Raw(`</td><td>`)
		m.time(w, f.AsOf, f.Entry.At)
		w.Raw(`</td><td>`).Text(m.T("certainty." + string(f.Certainty))).Raw(`</td></tr>`)
	}
	w.Raw(`</tbody></table></div>`)
	return ""
}
