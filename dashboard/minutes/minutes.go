package minutes

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kommunebilde/dashboard/access"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/dashboard/situations"
	"kommunebilde/domain"
	"kommunebilde/domain/actions"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/differences"
	"kommunebilde/domain/figures"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/outline"
	"kommunebilde/domain/rollcall"
)

// minutes is what a meeting leaves behind. Those of a closed meeting show all as
// it was when it was closed, by the clock of then; only what was redacted since
// is gone from them too.
type minutes struct {
	*meetings.Sitting
	made     time.Time // when this was made; clock.now is what it is of
	template outline.Outline
	whole    domain.Meeting // as it is now; m is as the edition on show has it
	edition  int            // 0 while the meeting is open
	names    map[domain.AccountID]string
	changes  []minuteChange
	restated []minuteChange   // the level stayed, the reason is another
	passing  []minuteChange   // was another for a while, and ended as it began
	counts   [2]domain.Counts // of all judged cells in scope: before, after
	lacking  []domain.Cell    // without a reason
	overdue  []domain.Cell    // must be confirmed
	notes    []notes.Note
	actions  []actions.Action
	requests []assistance.Request
	figures  []figures.Figure
	sums     []figures.Sum
	scope    []domain.MunicipalityID
}

// minuteChange is a cell that the meeting left other than it found it.
type minuteChange struct {
	place, column string
	from, to      domain.Level
	cell          domain.Cell
	set           domain.Cell // as it was when the level that it has was set
	spans         string      // what it was in between
}

// minutesOf gathers an edition of a meeting's minutes, 0 the newest. template nil
// is the one in force.
func minutesOf(s *kit.Site, r kit.Request, p domain.Picture, id domain.MeetingID, edition int, template *outline.Outline) (*minutes, error) {
	pg := s.NewPage(r, "minutes", "")
	pg.OnBoard(p)
	pg.Body.Live = ""
	whole, ok := p.Meeting(id)
	if !ok {
		return nil, &domain.Error{Code: domain.NotFound, Field: "meeting", Msg: "meeting.unknown"}
	}
	m, edition, err := editionOf(whole, edition)
	if err != nil {
		return nil, err
	}
	if !m.Open() {
		p = p.AtRevision(m.Closed)
		pg.Clock.Now = m.ClosedAt
	}
	rm, err := meetings.SittingOf(&pg, p, id)
	if err != nil {
		return nil, err
	}
	rm.M = m
	out := &minutes{Sitting: rm, made: r.Now, template: outline.Of(p), whole: whole, edition: edition, scope: rm.Asked()}
	if template != nil {
		out.template = *template
	}
	pg.Title, pg.Nav = pg.T("minutes.title", m.Title), "meetings"
	if words := out.editionWords(); words != "" {
		pg.Title += ", " + words
	}
	out.gatherNames()
	out.compare()
	out.lacking = p.Unexplained(id)
	for _, at := range p.Overdue() {
		if cell := p.Cell(at[0], at[1]); slices.Contains(out.scope, cell.Municipality) {
			out.overdue = append(out.overdue, cell)
		}
	}
	out.notes = notes.Of(p, id)
	slices.Reverse(out.notes) // a report is read from the beginning
	for _, a := range actions.Of(p) {
		if a.Ended == nil || a.Meeting == id || a.Ended.Revision > m.Opened {
			out.actions = append(out.actions, a)
		}
	}
	for _, a := range assistance.Of(p) {
		over := a.State == assistance.Done || a.State == assistance.Declined
		if !over || a.Meeting == id || a.Moved.Revision > m.Opened {
			out.requests = append(out.requests, a)
		}
	}
	for _, f := range figures.Of(p) {
		if slices.Contains(out.scope, f.Municipality) {
			out.figures = append(out.figures, f)
		}
	}
	out.sums = figures.Sums(p, out.scope)
	return out, nil
}

// compare finds what changed from the meeting's beginning to its end. What
// another meeting did to the same cell afterwards is not this one's.
func (m *minutes) compare() {
	before := m.Picture.AtRevision(m.M.Opened)
	var rows []int
	for _, id := range m.scope {
		rows = append(rows, m.Picture.Row(id))
	}
	m.counts[0], m.counts[1] = before.Count(rows, m.Cols), m.Picture.Count(rows, m.Cols)
	left := map[[2]int]domain.Cell{}
	for _, e := range m.Picture.ChangesIn(m.M) {
		left[[2]int{e.Row, e.Col}] = e.Change.Cell
	}
	for at, cell := range left {
		was := before.Cell(at[0], at[1])
		c := minuteChange{place: m.Catalogue.Municipalities[at[0]].Name, column: m.ColumnName(m.Catalogue.Columns[at[1]].ID), from: was.Level, to: cell.Level, cell: cell, set: cell}
		if c.from != c.to {
			c.set = m.setting(at, cell)
			m.changes = append(m.changes, c)
			continue
		}
		if c.spans = m.between(at, c.to); c.spans != "" {
			m.passing = append(m.passing, c)
		}
		if (cell.Text != "" || cell.Redacted) && differences.OtherText(was, cell) {
			if !cell.Entered.Equal(cell.Said) { // the level is older: the times are the reason's
				c.set.EventAt = cell.Said
			}
			m.restated = append(m.restated, c)
		}
	}
	m.inOrder(m.passing)
	m.inOrder(m.changes)
	m.inOrder(m.restated)
}

// setting returns what the meeting made of a cell when it set the level that the
// cell has: what came after confirms it.
func (m *minutes) setting(at [2]int, cell domain.Cell) domain.Cell {
	for _, s := range slices.Backward(m.Picture.Steps(at[0], at[1], m.M.Opened)) {
		if s.Meeting == m.M.ID && s.Level == cell.Level && s.Level != s.From {
			return s.Cell
		}
	}
	return cell
}

// confirmed says when a level was confirmed that was set before, "" where it was not.
func (m *minutes) confirmed(c minuteChange) string {
	if c.set.Revision == c.cell.Revision {
		return ""
	}
	return m.T("roll.confirmed", m.When(c.cell.Said))
}

// between says what the meeting made of a cell that it left as it found it, each
// level with its time; "" where it was nothing else.
func (m *minutes) between(at [2]int, level domain.Level) string {
	var spans []string
	steps := m.Picture.Steps(at[0], at[1], m.M.Opened)
	steps = slices.DeleteFunc(steps, func(s domain.Change) bool { return s.Meeting != m.M.ID || s.Level == s.From })
	for i, s := range steps {
		if s.Level != level && i+1 < len(steps) {
			spans = append(spans, strings.ToLower(m.Words.LevelOn(m.BoardKind, s.Level))+" "+m.When(s.EventAt)+"–"+m.When(steps[i+1].EventAt))
		}
	}
	return strings.Join(spans, ", ")
}

// inOrder sorts changes as the regions are called.
func (m *minutes) inOrder(list []minuteChange) {
	order := map[string]int{}
	for i, id := range m.Agenda() {
		order[string(id)] = i
	}
	slices.SortStableFunc(list, func(a, b minuteChange) int {
		return cmp.Or(
			order[string(m.RegionOf(a.cell.Municipality))]-order[string(m.RegionOf(b.cell.Municipality))],
			m.Picture.Row(a.cell.Municipality)-m.Picture.Row(b.cell.Municipality),
			m.Picture.Col(a.cell.Column)-m.Picture.Col(b.cell.Column),
		)
	})
}

// minutePart is a section to be shown.
type minutePart struct {
	outline.Edit
	heading string
}

// parts returns the sections that are shown, in order. Figures are a
// situation's.
func (m *minutes) parts() []minutePart {
	var out []minutePart
	for _, s := range m.template.Sections {
		known := s.Key == outline.KeyOwn || slices.Contains(outline.Keys(), s.Key)
		if s.Hidden || !known || s.Key == outline.KeyFigures && m.BoardKind != domain.KindSituation {
			continue
		}
		out = append(out, minutePart{s, heading(m.Page, s)})
	}
	return out
}

// heading returns what stands over a section: as the office wrote it, else in
// the reader's language.
func heading(p *kit.Page, s outline.Edit) string {
	switch {
	case s.Heading != "":
		return string(s.Heading)
	case s.Key == outline.KeyOwn && s.Redacted:
		return p.T("panel.redacted")
	}
	return p.T("minutes.s." + string(s.Key))
}

// span says when the meeting was.
func (m *minutes) span() string {
	from := m.Day(m.M.OpenedAt) + " " + m.T("minutes.at", m.Minute(m.M.OpenedAt))
	switch {
	case m.M.Open():
		return m.T("minutes.still", from, m.Minute(m.Now))
	case m.Day(m.M.OpenedAt) == m.Day(m.M.ClosedAt):
		return from + "–" + m.Minute(m.M.ClosedAt)
	}
	return from + " – " + m.Day(m.M.ClosedAt) + " " + m.T("minutes.at", m.Minute(m.M.ClosedAt))
}

// proof returns what the minutes can be checked against, and how: the record
// that closed the meeting, while it is open the journal's last.
func (m *minutes) proof() (about, head string) {
	made := m.Day(m.made) + " " + m.Second(m.made)
	if !m.M.Open() {
		return m.T("minutes.proof_closed", m.Day(m.M.ClosedAt)+" "+m.Second(m.M.ClosedAt), made), m.withTrail(HeadWords(m.M.Closed, m.M.ClosedHash))
	}
	h := m.Picture.Head()
	return m.T("minutes.proof_open", made), m.withTrail(HeadWords(h.Revision, h.Hash))
}

// withTrail adds the end of the audit log, where the reader is told it.
func (m *minutes) withTrail(head string) string {
	if m.Request.Trail.Seq == 0 {
		return head
	}
	return head + " " + m.Request.Trail.String()
}

// HeadWords writes a record's revision and hash as "verify --head" reads them.
func HeadWords(r domain.Revision, h domain.Hash) string {
	return strconv.FormatUint(uint64(r), 10) + ":" + h.String()
}

// countWords says how many cells have each level.
func (m *minutes) countWords(c domain.Counts) string {
	var out []string
	for _, l := range m.BoardKind.Levels() {
		if n := c[l]; n > 0 {
			out = append(out, strings.ToLower(m.Words.LevelOn(m.BoardKind, l))+" "+strconv.Itoa(n))
		}
	}
	return strings.Join(out, ", ")
}

// attendance says of the municipalities of a region how they reported.
func (m *minutes) attendance(region domain.RegionID) string {
	var out []string
	for _, e := range m.RollOf(region) {
		s := m.NameOf(e.Municipality) + " ("
		switch {
		case e.State == rollcall.NotReported:
			s += m.T("roll.not_reported")
		case e.ReportedBy != "" && !strings.HasPrefix(e.ReportedBy, m.NameOf(e.Municipality)):
			s += m.StateWords(e) + ", " + e.ReportedBy
		case e.ReportedBy != "":
			s += m.StateWords(e) + ", " + strings.TrimLeft(strings.TrimPrefix(e.ReportedBy, m.NameOf(e.Municipality)), ", ")
		default:
			s += m.StateWords(e)
		}
		out = append(out, m.WholeState(s, e)+")")
	}
	return strings.Join(out, ", ")
}

// silent returns the regions with municipalities that never reported, and their
// names.
func (m *minutes) silent() []fact {
	var out []fact
	for _, id := range m.Agenda() {
		var names []string
		for _, e := range m.RollOf(id) {
			if e.State == rollcall.NotReported {
				names = append(names, m.MissingName(e))
			}
		}
		if len(names) > 0 {
			out = append(out, fact{m.RegionName(id), strings.Join(names, ", ")})
		}
	}
	return out
}

// fact is a term and what is said of it.
type fact struct{ name, text string }

// meetingFacts are when the meeting was, of which kind, who led it.
func (m *minutes) meetingFacts() []fact {
	out := []fact{{m.T("minutes.span"), m.span()}, {m.T("meeting.kind"), m.T("meeting.kind." + string(m.M.Kind))}}
	if m.M.Case != "" {
		out = append(out, fact{m.T("minutes.case"), m.M.Case})
	}
	return append(out, m.leads())
}

// participants are the regions of the roll-call, and who else took part.
func (m *minutes) participants() []fact {
	var out []fact
	for _, id := range m.Agenda() {
		out = append(out, fact{m.RegionName(id), m.attendance(id)})
	}
	if len(m.M.Actors) > 0 {
		out = append(out, fact{m.T("meeting.actors"), strings.Join(m.M.Actors, ", ")})
	}
	return out
}

func (m *minutes) beforeAfter() []fact {
	return []fact{{m.T("minutes.before"), m.countWords(m.counts[0])}, {m.T("minutes.after"), m.countWords(m.counts[1])}}
}

// times says when something came to be so, and when that was entered where it
// was at another time.
func (m *minutes) times(event, entered time.Time) string {
	if m.When(event) == m.When(entered) {
		return m.When(event)
	}
	return m.When(event) + ", " + m.T("minutes.entered", m.When(entered))
}

func (m *minutes) cellName(c domain.Cell) string {
	return m.NameOf(c.Municipality) + ", " + m.ColumnName(c.Column)
}

// reason says why a cell is as it is, and what of it is exempt from disclosure:
// minutes are passed on.
func (m *minutes) reason(c domain.Cell) string {
	text := c.Text
	switch {
	case c.Redacted:
		text = m.T("panel.redacted")
	case text == "":
		text = m.T("minutes.no_reason")
	}
	if marking := access.MarkingWords(m.Words, c.Marking); marking != "" {
		text += " [" + marking + "]"
	}
	return text
}

// noteWords says a significant event, and that it was withdrawn.
func (m *minutes) noteWords(n notes.Note) string {
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

func (m *minutes) actionPlace(a actions.Action) string {
	if a.Column == "" {
		return m.NameOf(a.Municipality)
	}
	return m.NameOf(a.Municipality) + ", " + m.ColumnName(a.Column)
}

func (m *minutes) requestFacts(a assistance.Request) string {
	s := m.T("assistance.state."+string(a.State)) + ", " + m.T("assistance.asked") + " " + m.When(a.Entry.At)
	if a.Note != "" {
		s += ", " + a.Note
	}
	return s
}

// sumWords says what figures of one kind come to, and how that was reckoned.
func (m *minutes) sumWords(sum figures.Sum) fact {
	name, how := m.T("figure."+string(sum.Kind)), situations.SumHow(m.Words, sum, len(m.scope))
	if !sum.Oldest.IsZero() {
		how += ", " + m.T("figures.oldest") + " " + m.When(sum.Oldest)
	}
	if differ := situations.SumDiffer(m.Words, m.Catalogue, sum); differ != "" {
		how += ". " + differ
	}
	if !sum.Sums {
		return fact{name, how}
	}
	return fact{name, situations.SumOf(sum) + " (" + how + ")"}
}
