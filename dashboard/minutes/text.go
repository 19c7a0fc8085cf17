package minutes

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/situations"
	"kommunebilde/domain"
	"kommunebilde/domain/outline"
)

// MinutesText are the minutes as plain text, in the same order, to be pasted
// into the report that goes to others: no line is over textWidth.
func MinutesText(s *kit.Site, r kit.Request, p domain.Picture, id domain.MeetingID, edition int) ([]byte, error) {
	m, err := minutesOf(s, r, p, id, edition, nil)
	if err != nil {
		return nil, err
	}
	return []byte(m.plain()), nil
}

// TextWidth is how wide a line of plain text may be, in characters.
const TextWidth = 78

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
		if at > 0 && at+1+n > TextWidth {
			b.WriteString("\n" + indent)
			at = len(indent)
		} else if at > 0 {
			b.WriteByte(' ')
			at++
		}
		for at+n > TextWidth { // a word that is longer than a line
			cut := runes(word, TextWidth-at)
			b.WriteString(word[:cut] + "\n" + indent)
			word, n, at = word[cut:], n-(TextWidth-at), len(indent)
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
	if m.M.Open() {
		b.line(m.T("minutes.draft", m.Day(m.made)+" "+m.Second(m.made)))
	}
	b.line(m.Title)
	b.line(m.Catalogue.County, ", ", m.span())
	m.plainEditionLines(b)
	for i, part := range m.parts() {
		b.WriteByte('\n')
		b.line(strconv.Itoa(i+1), ". ", part.heading)
		if part.Text != "" {
			for paragraph := range strings.SplitSeq(string(part.Text), "\n") {
				b.line(paragraph)
			}
		}
		m.plainPart(b, part.Key)
	}
	return b.String()
}

// plainPart writes what a section is filled in with.
func (m *minutes) plainPart(b *plainText, key outline.Key) {
	begin := b.Len()
	none := ""
	switch key {
	case outline.KeyWhen:
		b.facts("", m.meetingFacts())
	case outline.KeyWho:
		b.line(m.T("roll.done", strconv.Itoa(m.Answered()), strconv.Itoa(len(m.Roll))))
		b.facts("- ", m.participants())
	case outline.KeyPicture:
		b.facts("", m.beforeAfter())
	case outline.KeyChanges:
		m.plainChanges(b)
	case outline.KeyUnexplained:
		none = "minutes.all_explained"
		m.plainCells(b, m.lacking)
	case outline.KeyUnconfirmed:
		m.plainUnconfirmed(b)
	case outline.KeyEvents:
		none = "notes.none"
		for _, n := range m.notes {
			b.item(m.When(n.Entry.At), " ", m.noteWords(n))
		}
	case outline.KeyActions:
		none = "actions.none"
		for _, a := range m.actions {
			b.item(m.actionPlace(a), ": ", a.Text, " (", m.ActionFacts(a), ")")
		}
	case outline.KeyRequests:
		none = "assistance.none"
		for _, a := range m.requests {
			b.item(m.T("assistance.line", m.NameOf(a.Municipality), a.Of), ": ", a.What, " (", m.requestFacts(a), ")")
		}
	case outline.KeyFigures:
		none = "figures.none"
		m.plainFigures(b)
	case outline.KeyProof:
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

func (m *minutes) plainChanges(b *plainText) {
	if len(m.changes) == 0 {
		b.line(m.T("meeting.log_none"))
	}
	for _, c := range m.changes {
		b.item(c.place, ", ", c.column, ": ", m.Words.LevelOn(m.BoardKind, c.from), " → ", m.Words.LevelOn(m.BoardKind, c.to), ". ", m.reason(c.cell), m.source(c))
	}
	if len(m.passing) > 0 {
		b.line(m.T("minutes.passing"))
	}
	for _, c := range m.passing {
		b.item(m.passingWords(c))
	}
	if len(m.restated) > 0 {
		b.line(m.T("minutes.restated"))
	}
	for _, c := range m.restated {
		b.item(m.restatedWords(c))
	}
}

// passingWords says what a cell was for a while, and that it is no more.
func (m *minutes) passingWords(c minuteChange) string {
	return m.cellName(c.cell) + ": " + m.T("minutes.was", c.spans, strings.ToLower(m.Words.LevelOn(m.BoardKind, c.to)))
}

// restatedWords says a level that stayed, and its new reason.
func (m *minutes) restatedWords(c minuteChange) string {
	return m.cellName(c.cell) + ": " + strings.ToLower(m.Words.LevelOn(m.BoardKind, c.to)) + ". " + m.reason(c.cell) + m.source(c)
}

// source says when a cell came to be so, and who reported it.
func (m *minutes) source(c minuteChange) string {
	s := " (" + m.times(c.set.EventAt, c.set.Said)
	if confirmed := m.confirmed(c); confirmed != "" {
		s += ", " + confirmed
	}
	if c.cell.ReportedBy != "" {
		s += ", " + c.cell.ReportedBy
	}
	return s + ")"
}

func (m *minutes) plainCells(b *plainText, cells []domain.Cell) {
	for _, c := range cells {
		b.item(m.cellName(c), ": ", strings.ToLower(m.Words.LevelOn(m.BoardKind, c.Level)), ", ", m.times(c.EventAt, c.Entered))
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
	for _, s := range m.Unanswered() {
		b.item(s)
	}
}

func (m *minutes) plainFigures(b *plainText) {
	for _, sum := range m.sums {
		f := m.sumWords(sum)
		b.item(f.name, ": ", f.text)
	}
	for _, f := range m.figures {
		b.item(m.NameOf(f.Municipality), ", ", m.T("figure."+string(f.Kind)), ": ", situations.FigureWords(m.Words, f), ", ", f.Source, ", ", m.times(f.AsOf, f.Entry.At), ", ", m.T("certainty."+string(f.Certainty)))
	}
}
