package dashboard

import (
	"strconv"
	"strings"

	"kommunebilde"
)

// MinutesText are the minutes as plain text, in the same order, to be pasted
// into the report that goes to others.
func (s *Site) MinutesText(r Request, p kommunebilde.Picture, id kommunebilde.MeetingID) ([]byte, error) {
	m, err := s.minutesOf(r, p, id)
	if err != nil {
		return nil, err
	}
	return []byte(m.plain()), nil
}

func (m *minutes) plain() string {
	var b strings.Builder
	t := m.T
	line := func(parts ...string) { b.WriteString(oneLine(strings.Join(parts, "")) + "\n") }
	number := 0
	head := func(key string) {
		number++
		b.WriteString("\n" + strconv.Itoa(number) + ". " + t(key) + "\n")
	}
	if m.Exercise {
		line(t("exercise.word"), " – ", t("exercise.note"))
	}
	if m.Demo {
		line(t("demo"))
	}
	line(m.Title)
	line(m.c.County)

	head("minutes.when")
	line(t("minutes.span"), ": ", m.span())
	line(t("meeting.kind"), ": ", t("meeting.kind."+string(m.m.Kind)))
	if m.m.Case != "" {
		line(t("meeting.case_is", m.m.Case))
	}
	if by := m.page.name(m.m.OpenedBy); by != "" {
		line(t("minutes.lead"), ": ", by)
	}

	head("minutes.who")
	line(t("roll.done", strconv.Itoa(m.answered()), strconv.Itoa(len(m.roll))))
	for _, region := range m.agenda() {
		line("- ", m.regionName(region), ": ", m.attendance(region))
	}
	if len(m.m.Actors) > 0 {
		line("- ", t("meeting.actors"), ": ", strings.Join(m.m.Actors, ", "))
	}

	head("minutes.picture")
	line(t("minutes.before"), ": ", m.countWords(m.counts[0]))
	line(t("minutes.after"), ": ", m.countWords(m.counts[1]))
	for _, c := range m.changes {
		m.plainChange(line, c)
	}
	if len(m.changes) == 0 {
		line(t("meeting.log_none"))
	}

	head("minutes.missing")
	if len(m.missing) == 0 {
		line(t("roll.complete"))
	} else {
		line(strings.Join(m.missing, ", "))
	}

	head("notes.head")
	for _, n := range m.notes {
		line("- ", m.When(n.Entry.At), " ", m.noteWords(n))
	}
	if len(m.notes) == 0 {
		line(t("notes.none"))
	}

	head("actions.head")
	for _, a := range m.actions {
		line("- ", m.actionPlace(a), ": ", a.Text, " (", m.actionFacts(a), ")")
	}
	if len(m.actions) == 0 {
		line(t("actions.none"))
	}

	head("assistance.head")
	for _, a := range m.requests {
		line("- ", t("assistance.line", m.name(a.Municipality), a.Of), ": ", a.What, " (", m.requestFacts(a), ")")
	}
	if len(m.requests) == 0 {
		line(t("assistance.none"))
	}
	m.plainFigures(head, line)

	head("minutes.proof")
	line(t("minutes.proof_text", m.Day(m.now)+" "+m.Second(m.now)))
	line(m.head)
	return b.String()
}

func (m *minutes) plainChange(line func(...string), c minuteChange) {
	text := c.cell.Text
	switch {
	case c.cell.Redacted:
		text = m.T("panel.redacted")
	case text == "":
		text = m.T("minutes.no_reason")
	}
	by := ""
	if c.cell.ReportedBy != "" {
		by = ", " + c.cell.ReportedBy
	}
	line("- ", c.place, ", ", c.column, ": ", m.w.levelOn(m.kind, c.from), " → ", m.w.levelOn(m.kind, c.to), ". ", text, " (", m.When(c.cell.At), by, ")")
}

func (m *minutes) plainFigures(head func(string), line func(...string)) {
	if m.kind != kommunebilde.KindSituation {
		return
	}
	head("figures.head")
	for _, sum := range m.sums {
		if !sum.Sums {
			line("- ", m.T("figure."+string(sum.Kind)), ": ", m.T("figures.no_sum."+string(sum.Kind)))
			continue
		}
		s := m.T("figures.sum", m.T("unit."+string(sum.Kind)), strconv.Itoa(sum.Reported+len(sum.Differ)), strconv.Itoa(len(m.scope)))
		if len(sum.Differ) > 0 {
			var names []string
			for _, id := range sum.Differ {
				names = append(names, m.name(id))
			}
			s += ". " + m.T("figures.differ", strings.Join(names, ", "))
		}
		line("- ", m.T("figure."+string(sum.Kind)), ": ", number(sum.Total), " (", s, ")")
	}
	for _, f := range m.figures {
		line("  ", m.name(f.Municipality), ", ", m.T("figure."+string(f.Kind)), ": ", m.w.figureWords(f), ", ", f.Source, ", ", m.When(f.AsOf), ", ", m.T("certainty."+string(f.Certainty)))
	}
	if len(m.figures) == 0 {
		line(m.T("figures.none"))
	}
}

// oneLine keeps what somebody wrote from making lines of its own.
func oneLine(s string) string {
	indent := len(s) - len(strings.TrimLeft(s, " "))
	return s[:indent] + strings.Join(strings.Fields(s), " ")
}
