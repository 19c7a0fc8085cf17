package dashboard

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde"
)

// minutes is what a meeting leaves behind. Those of a closed meeting show all as
// it was when it was closed, by the clock of then; only what was redacted since
// is gone from them too.
type minutes struct {
	*room
	made     time.Time // when this was made; clock.now is what it is of
	template kommunebilde.ReportTemplate
	changes  []minuteChange
	counts   [2]kommunebilde.Counts // of all judged cells in scope: before, after
	lacking  []kommunebilde.Cell    // without a reason
	overdue  []kommunebilde.Cell    // must be confirmed
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

// minutesOf gathers a meeting's minutes. template nil is the one in force.
func (s *Site) minutesOf(r Request, p kommunebilde.Picture, id kommunebilde.MeetingID, template *kommunebilde.ReportTemplate) (*minutes, error) {
	pg := s.newPage(r, "minutes", "")
	m, ok := p.Meeting(id)
	if !ok {
		return nil, &kommunebilde.Error{Code: kommunebilde.NotFound, Field: "meeting", Msg: "meeting.unknown"}
	}
	pg.onBoard(p)
	pg.Body.Live = ""
	if !m.Open() {
		p = p.AtRevision(m.Closed)
		pg.clock.now = m.ClosedAt
	}
	rm, err := pg.roomOf(p, id)
	if err != nil {
		return nil, err
	}
	out := &minutes{room: rm, made: r.Now, template: p.Report()}
	if template != nil {
		out.template = *template
	}
	pg.Title, pg.Nav = pg.T("minutes.title", m.Title), "meetings"
	for _, e := range rm.roll {
		out.scope = append(out.scope, e.Municipality)
	}
	out.compare()
	out.lacking = p.Unexplained(id)
	for _, at := range p.Overdue(pg.clock.now) {
		if cell := p.Cell(at[0], at[1]); slices.Contains(out.scope, cell.Municipality) {
			out.overdue = append(out.overdue, cell)
		}
	}
	out.notes = p.Notes(id)
	slices.Reverse(out.notes) // a report is read from the beginning
	for _, a := range p.Actions() {
		if a.Ended == nil || a.Meeting == id || a.Ended.Revision > m.Opened {
			out.actions = append(out.actions, a)
		}
	}
	for _, a := range p.Assistance() {
		over := a.State == kommunebilde.AssistanceDone || a.State == kommunebilde.AssistanceDeclined
		if !over || a.Meeting == id || a.Moved.Revision > m.Opened {
			out.requests = append(out.requests, a)
		}
	}
	for _, f := range p.Figures() {
		if slices.Contains(out.scope, f.Municipality) {
			out.figures = append(out.figures, f)
		}
	}
	out.sums = p.FigureSums(out.scope)
	return out, nil
}

// compare finds what changed from the meeting's beginning to its end. What
// another meeting did to the same cell afterwards is not this one's.
func (m *minutes) compare() {
	before := m.p.AtRevision(m.m.Opened)
	var rows []int
	for _, id := range m.scope {
		rows = append(rows, m.p.Row(id))
	}
	m.counts[0], m.counts[1] = before.Count(rows, m.cols), m.p.Count(rows, m.cols)
	for _, at := range m.p.Touched(m.m.Opened) {
		cell := kommunebilde.Cell{}
		for _, c := range slices.Backward(m.p.History(at[0], at[1])) {
			if c.Meeting == m.m.ID {
				cell = c.Cell
				break
			}
		}
		c := minuteChange{place: m.c.Municipalities[at[0]].Name, column: m.column(m.c.Columns[at[1]].ID), from: before.Level(at[0], at[1]), to: cell.Level, cell: cell}
		if cell.Meeting != m.m.ID || c.from == c.to && (cell.Text == "" || cell.Undoes != 0) {
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

// minutePart is a section to be shown.
type minutePart struct {
	kommunebilde.ReportPart
	heading string
}

// parts returns the sections that are shown, in order. Figures are a
// situation's.
func (m *minutes) parts() []minutePart {
	var out []minutePart
	for _, s := range m.template.Sections {
		known := s.Key == kommunebilde.ReportOwn || slices.Contains(kommunebilde.ReportKeys(), s.Key)
		if s.Hidden || !known || s.Key == kommunebilde.ReportFigures && m.kind != kommunebilde.KindSituation {
			continue
		}
		out = append(out, minutePart{s, m.page.heading(s)})
	}
	return out
}

// heading returns what stands over a section: as the office wrote it, else in
// the reader's language.
func (p *page) heading(s kommunebilde.ReportPart) string {
	switch {
	case s.Heading != "":
		return s.Heading
	case s.Key == kommunebilde.ReportOwn && s.Redacted:
		return p.T("panel.redacted")
	}
	return p.T("minutes.s." + string(s.Key))
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

// proof returns what the minutes can be checked against, and how: the record
// that closed the meeting, while it is open the journal's last.
func (m *minutes) proof() (about, head string) {
	made := m.Day(m.made) + " " + m.Second(m.made)
	if !m.m.Open() {
		return m.T("minutes.proof_closed", m.Day(m.m.ClosedAt)+" "+m.Second(m.m.ClosedAt), made), headWords(m.m.Closed, m.m.ClosedHash)
	}
	h := m.p.Head()
	return m.T("minutes.proof_open", made), headWords(h.Revision, h.Hash)
}

// headWords writes a record's revision and hash as "verify --head" reads them.
func headWords(r kommunebilde.Revision, h kommunebilde.Hash) string {
	return strconv.FormatUint(uint64(r), 10) + ":" + h.String()
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

// silent returns the regions with municipalities that never reported, and their
// names.
func (m *minutes) silent() []fact {
	var out []fact
	for _, id := range m.agenda() {
		var names []string
		for _, e := range m.of(id) {
			if e.State == kommunebilde.NotReported {
				names = append(names, m.name(e.Municipality))
			}
		}
		if len(names) > 0 {
			out = append(out, fact{m.regionName(id), strings.Join(names, ", ")})
		}
	}
	return out
}

// fact is a term and what is said of it.
type fact struct{ name, text string }

// meetingFacts are when the meeting was, of which kind, who led it.
func (m *minutes) meetingFacts() []fact {
	out := []fact{{m.T("minutes.span"), m.span()}, {m.T("meeting.kind"), m.T("meeting.kind." + string(m.m.Kind))}}
	if m.m.Case != "" {
		out = append(out, fact{m.T("minutes.case"), m.m.Case})
	}
	if by := m.page.name(m.m.OpenedBy); by != "" {
		out = append(out, fact{m.T("minutes.lead"), by})
	}
	return out
}

// participants are the regions of the roll-call, and who else took part.
func (m *minutes) participants() []fact {
	var out []fact
	for _, id := range m.agenda() {
		out = append(out, fact{m.regionName(id), m.attendance(id)})
	}
	if len(m.m.Actors) > 0 {
		out = append(out, fact{m.T("meeting.actors"), strings.Join(m.m.Actors, ", ")})
	}
	return out
}

func (m *minutes) beforeAfter() []fact {
	return []fact{{m.T("minutes.before"), m.countWords(m.counts[0])}, {m.T("minutes.after"), m.countWords(m.counts[1])}}
}

func (m *minutes) cellName(c kommunebilde.Cell) string {
	return m.name(c.Municipality) + ", " + m.column(c.Column)
}

// reason says why a cell is as it is, and what of it is exempt from disclosure:
// minutes are passed on.
func (m *minutes) reason(c kommunebilde.Cell) string {
	text := c.Text
	switch {
	case c.Redacted:
		text = m.T("panel.redacted")
	case text == "":
		text = m.T("minutes.no_reason")
	}
	if marking := m.w.marking(c.Marking); marking != "" {
		text += " [" + marking + "]"
	}
	return text
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

func (m *minutes) actionPlace(a kommunebilde.Action) string {
	if a.Column == "" {
		return m.name(a.Municipality)
	}
	return m.name(a.Municipality) + ", " + m.column(a.Column)
}

func (m *minutes) requestFacts(a kommunebilde.Assistance) string {
	s := m.T("assistance.state."+string(a.State)) + ", " + m.T("assistance.asked") + " " + m.When(a.Entry.At)
	if a.Note != "" {
		s += ", " + a.Note
	}
	return s
}

// sumWords says what figures of one kind come to, and how that was reckoned.
func (m *minutes) sumWords(sum kommunebilde.FigureSum) fact {
	name := m.T("figure." + string(sum.Kind))
	if !sum.Sums {
		return fact{name, m.T("figures.no_sum." + string(sum.Kind))}
	}
	s := m.T("figures.sum", m.T("unit."+string(sum.Kind)), strconv.Itoa(sum.Reported+len(sum.Differ)), strconv.Itoa(len(m.scope)))
	if !sum.Oldest.IsZero() {
		s += ", " + m.T("figures.oldest") + " " + m.When(sum.Oldest)
	}
	if len(sum.Differ) > 0 {
		var names []string
		for _, id := range sum.Differ {
			names = append(names, m.name(id))
		}
		s += ". " + m.T("figures.differ", strings.Join(names, ", "))
	}
	return fact{name, number(sum.Total) + " (" + s + ")"}
}
