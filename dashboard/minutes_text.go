package dashboard

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"kommunebilde"
)

// MinutesText are the minutes as plain text, in the same order, to be pasted
// into the report that goes to others: no line is over textWidth.
func (s *Site) MinutesText(r Request, p kommunebilde.Picture, id kommunebilde.MeetingID) ([]byte, error) {
	m, err := s.minutesOf(r, p, id, nil)
	if err != nil {
		return nil, err
	}
	return []byte(m.plain()), nil
}

// textWidth is how wide a line of plain text may be, in characters.
const textWidth = 78

// plainText is written line by line.
type plainText struct{ strings.Builder }

// line writes one line, broken where it gets too long. What somebody wrote makes
// no lines of its own: what is broken goes on indented.
func (b *plainText) line(parts ...string) { b.folded("  ", parts...) }

// item writes a line of a list.
func (b *plainText) item(parts ...string) {
	b.folded("  ", append([]string{"- "}, parts...)...)
}

func (b *plainText) folded(indent string, parts ...string) {
	at := 0
	for _, word := range strings.Fields(strings.Join(parts, "")) {
		n := utf8.RuneCountInString(word)
		if at > 0 && at+1+n > textWidth {
			b.WriteString("\n" + indent)
			at = len(indent)
		} else if at > 0 {
			b.WriteByte(' ')
			at++
		}
		for at+n > textWidth { // a word that is longer than a line
			cut := runes(word, textWidth-at)
			b.WriteString(word[:cut] + "\n" + indent)
			word, n, at = word[cut:], n-(textWidth-at), len(indent)
		}
		b.WriteString(word)
		at += n
	}
	b.WriteByte('\n')
}

// runes returns where the first n runes of a string end.
func runes(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

func (m *minutes) plain() string {
	b := &plainText{}
	if m.Exercise {
		b.line(m.T("exercise.word"), " – ", m.T("exercise.note"))
	}
	if m.Demo {
		b.line(m.T("demo"))
	}
	if m.m.Open() {
		b.line(m.T("minutes.draft", m.Day(m.made)+" "+m.Second(m.made)))
	}
	b.line(m.Title)
	b.line(m.c.County, ", ", m.span())
	for i, part := range m.parts() {
		b.WriteByte('\n')
		b.line(strconv.Itoa(i+1), ". ", part.heading)
		if part.Text != "" {
			for paragraph := range strings.SplitSeq(part.Text, "\n") {
				b.line(paragraph)
			}
		}
		m.plainPart(b, part.Key)
	}
	return b.String()
}

// plainPart writes what a section is filled in with.
func (m *minutes) plainPart(b *plainText, key kommunebilde.ReportKey) {
	begin := b.Len()
	none := ""
	switch key {
	case kommunebilde.ReportWhen:
		b.facts("", m.meetingFacts())
	case kommunebilde.ReportWho:
		b.line(m.T("roll.done", strconv.Itoa(m.answered()), strconv.Itoa(len(m.roll))))
		b.facts("- ", m.participants())
	case kommunebilde.ReportPicture:
		b.facts("", m.beforeAfter())
	case kommunebilde.ReportChanges:
		none = "meeting.log_none"
		for _, c := range m.changes {
			m.plainChange(b, c)
		}
	case kommunebilde.ReportUnexplained:
		none = "minutes.all_explained"
		m.plainCells(b, m.lacking)
	case kommunebilde.ReportUnconfirmed:
		m.plainUnconfirmed(b)
	case kommunebilde.ReportEvents:
		none = "notes.none"
		for _, n := range m.notes {
			b.item(m.When(n.Entry.At), " ", m.noteWords(n))
		}
	case kommunebilde.ReportActions:
		none = "actions.none"
		for _, a := range m.actions {
			b.item(m.actionPlace(a), ": ", a.Text, " (", m.actionFacts(a), ")")
		}
	case kommunebilde.ReportRequests:
		none = "assistance.none"
		for _, a := range m.requests {
			b.item(m.T("assistance.line", m.name(a.Municipality), a.Of), ": ", a.What, " (", m.requestFacts(a), ")")
		}
	case kommunebilde.ReportFigures:
		none = "figures.none"
		m.plainFigures(b)
	case kommunebilde.ReportProof:
		about, head := m.proof()
		b.line(about)
		b.line(head)
		b.line(m.T("minutes.proof_how"))
	}
	if none != "" && b.Len() == begin {
		b.line(m.T(none))
	}
}

func (b *plainText) facts(sign string, list []fact) {
	for _, f := range list {
		b.line(sign, f.name, ": ", f.text)
	}
}

func (m *minutes) plainChange(b *plainText, c minuteChange) {
	by := ""
	if c.cell.ReportedBy != "" {
		by = ", " + c.cell.ReportedBy
	}
	b.item(c.place, ", ", c.column, ": ", m.w.levelOn(m.kind, c.from), " → ", m.w.levelOn(m.kind, c.to), ". ", m.reason(c.cell), " (", m.When(c.cell.EventAt), by, ")")
}

func (m *minutes) plainCells(b *plainText, cells []kommunebilde.Cell) {
	for _, c := range cells {
		b.item(m.cellName(c), ": ", strings.ToLower(m.w.levelOn(m.kind, c.Level)), ", ", m.When(c.EventAt))
	}
}

func (m *minutes) plainUnconfirmed(b *plainText) {
	if silent := m.silent(); len(silent) > 0 {
		b.line(m.T("minutes.silent"))
		b.facts("- ", silent)
	} else {
		b.line(m.T("roll.complete"))
	}
	if len(m.overdue) > 0 {
		b.line(m.T("minutes.overdue"))
		m.plainCells(b, m.overdue)
	}
}

func (m *minutes) plainFigures(b *plainText) {
	for _, sum := range m.sums {
		f := m.sumWords(sum)
		b.item(f.name, ": ", f.text)
	}
	for _, f := range m.figures {
		b.item(m.name(f.Municipality), ", ", m.T("figure."+string(f.Kind)), ": ", m.w.figureWords(f), ", ", f.Source, ", ", m.When(f.AsOf), ", ", m.T("certainty."+string(f.Certainty)))
	}
}
