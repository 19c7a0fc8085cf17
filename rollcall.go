package kommunebilde

import (
	"fmt"
	"slices"
	"time"
)

// What happens in a meeting besides levels: the roll-call, reports of the
// municipalities' own contacts, significant events, actions. All of it lies in
// the board's log; the pictures below read it from there.

// RollState is where a municipality stands in a meeting's roll-call.
type RollState string

const (
	NotReported RollState = "not_reported"
	NoChange    RollState = "no_change"
	Changed     RollState = "changed"
	Reported    RollState = "reported" // what, and when, is withheld from who looks
)

// RollEntry is a municipality in a roll-call.
type RollEntry struct {
	Municipality MunicipalityID
	State        RollState
	Revision     Revision // of the last report, for Changed of the last change; 0 for none
	Entry        LogEntry // that report; its Change is set for Changed
	ReportedBy   string   // "" where not to be seen
}

// Note is a significant event.
type Note struct {
	ID        NoteID
	Meeting   MeetingID
	Text      string
	Redacted  bool
	Withheld  bool     // it is about something marked: no text
	Entry     LogEntry // when and by whom
	About     *Change  // the change it was promoted from, nil if none
	Withdrawn *LogEntry
	Reason    string // why it was withdrawn
}

// Action is something to be done.
type Action struct {
	ID           ActionID
	Meeting      MeetingID
	Municipality MunicipalityID
	Column       ColumnID // "" the municipality as a whole
	Text         string
	Owner        string
	Due          string
	Entry        LogEntry
	Ended        *LogEntry
	Done         bool
	Note         string
}

// Proposal is a contact's report.
type Proposal struct {
	ID         Revision
	Meeting    MeetingID
	ReportedBy string
	Cells      []CellSet
	Entry      LogEntry
	Decided    *LogEntry // nil while it waits
	Taken      bool
}

// meetingFor returns an open meeting on a board that the actor has a right to.
func (d decision) meetingFor(id MeetingID, need Right) (*Meeting, *board, error) {
	m := d.s.meetings[id]
	if m == nil || !RightsOf(d.s, d.by, m.Board, d.now)[RightSee] {
		return nil, nil, notFound("meeting", "meeting.unknown")
	}
	if !m.Open() {
		return nil, nil, conflict("meeting.closed")
	}
	b, _, err := d.board(m.Board, need)
	return m, b, err
}

// mayReportFor tells whether an actor that sets no levels speaks for a
// municipality in a meeting.
func (d decision) mayReportFor(m *Meeting, id MunicipalityID) bool {
	return m.Reports && slices.Contains(m.Invited, id) && slices.ContainsFunc(d.by.Grants, func(g Grant) bool {
		return g.Role == RoleMunicipality && g.Municipality == id && g.holds(d.now)
	})
}

// A contact reports when there is something to report. More than this fills a
// journal that is kept for ever, and every screen's log.
const (
	maxReports    = 30
	reportsWithin = 10 * time.Minute
)

// mayReportMore refuses the reports of who sets no levels when there are many of
// theirs already.
func (d decision) mayReportMore(b *board) error {
	n := 0
	for _, l := range slices.Backward(b.log) {
		if l.at < d.now.Add(-reportsWithin).UnixMilli() {
			break
		}
		switch l.event.(type) {
		case *LevelsProposed, *MunicipalityReported:
			if l.by == d.by.ID {
				n++
			}
		}
	}
	if n >= maxReports {
		return conflict("report.many")
	}
	return nil
}

func (d decision) reportNoChange(cmd ReportNoChange) ([]Event, error) {
	m, b, err := d.meetingFor(cmd.Meeting, RightSee)
	if err != nil {
		return nil, err
	}
	if err := checkText("reported_by", cmd.ReportedBy, MaxName); err != nil {
		return nil, err
	}
	if len(cmd.Municipalities) == 0 {
		return nil, invalid("municipalities", "municipality.missing")
	}
	lead := RightsOf(d.s, d.by, b.id, d.now)[RightSetLevels]
	var events []Event
	for i, id := range cmd.Municipalities {
		field := fmt.Sprintf("municipalities[%d]", i)
		if place(b.rowOf, id) < 0 || slices.Contains(cmd.Municipalities[:i], id) {
			return nil, invalid(field, "municipality.unknown", string(id))
		}
		if !lead && !d.mayReportFor(m, id) {
			return nil, &Error{Code: Forbidden, Field: field, Msg: "forbidden.report"}
		}
		events = append(events, &MunicipalityReported{Meeting: m.ID, Municipality: id, ReportedBy: NewText(cmd.ReportedBy)})
	}
	if !lead {
		if err := d.mayReportMore(b); err != nil {
			return nil, err
		}
	}
	return events, nil
}

func (d decision) proposeLevels(cmd ProposeLevels) ([]Event, error) {
	m, b, err := d.meetingFor(cmd.Meeting, RightReport)
	if err != nil {
		return nil, err
	}
	if err := checkText("reported_by", cmd.ReportedBy, MaxName); err != nil {
		return nil, err
	}
	e := &LevelsSet{ReportedBy: NewText(cmd.ReportedBy)}
	for i, edit := range cmd.Cells {
		field := fmt.Sprintf("cells[%d]", i)
		if !d.mayReportFor(m, edit.Municipality) || edit.Municipality != cmd.Cells[0].Municipality {
			return nil, &Error{Code: Forbidden, Field: field, Msg: "forbidden.report"}
		}
		set, err := d.cell(b, field, edit, false)
		if err != nil {
			return nil, err
		}
		set.Over = nil
		e.Cells = append(e.Cells, set)
	}
	if _, err := e.events(); err != nil {
		return nil, err
	}
	if err := d.mayReportMore(b); err != nil {
		return nil, err
	}
	return []Event{&LevelsProposed{Meeting: m.ID, ReportedBy: e.ReportedBy, Cells: e.Cells}}, nil
}

func (d decision) decideProposal(cmd DecideProposal) ([]Event, error) {
	m, b, err := d.meetingFor(cmd.Meeting, RightSetLevels)
	if err != nil {
		return nil, err
	}
	var proposed *LevelsProposed
	for _, l := range b.log {
		switch e := l.event.(type) {
		case *LevelsProposed:
			if l.revision == cmd.Proposal && e.Meeting == m.ID {
				proposed = e
			}
		case *ProposalDecided:
			if e.Proposal == cmd.Proposal {
				return nil, conflict("proposal.decided")
			}
		}
	}
	if proposed == nil {
		return nil, notFound("proposal", "proposal.unknown")
	}
	events := []Event{&ProposalDecided{Meeting: m.ID, Proposal: cmd.Proposal, Taken: cmd.Take}}
	if !cmd.Take {
		return events, nil
	}
	set := &LevelsSet{Board: b.id, Meeting: m.ID, ReportedBy: NewText(proposed.ReportedBy.String())}
	for _, c := range proposed.Cells {
		if place(b.rowOf, c.Municipality) < 0 || place(b.columnOf, c.Column) < 0 {
			return nil, invalid("proposal", "column.unknown", string(c.Column))
		}
		set.Cells = append(set.Cells, CellSet{Municipality: c.Municipality, Column: c.Column, Level: c.Level, Same: c.Text.ref()})
	}
	return append(events, set), nil
}

func (d decision) writeNote(cmd WriteNote) ([]Event, error) {
	m, b, err := d.meetingFor(cmd.Meeting, RightSetLevels)
	if err != nil {
		return nil, err
	}
	if !meetingIDs.MatchString(string(cmd.ID)) {
		return nil, invalid("id", "id.wrong", string(cmd.ID))
	}
	if cmd.Text == "" {
		return nil, invalid("text", "text.missing")
	}
	if err := checkText("text", cmd.Text, MaxReason); err != nil {
		return nil, err
	}
	if cmd.About != 0 && len(b.logAt(cmd.About)) == 0 {
		return nil, invalid("about", "undo.unknown", fmt.Sprint(cmd.About))
	}
	if note, _ := b.noteState(cmd.ID); note != nil {
		return nil, conflict("note.exists")
	}
	return []Event{&NoteWritten{Meeting: m.ID, Note: cmd.ID, Text: NewText(cmd.Text), About: cmd.About}}, nil
}

func (d decision) withdrawNote(cmd WithdrawNote) ([]Event, error) {
	m, b, err := d.meetingFor(cmd.Meeting, RightSetLevels)
	if err != nil {
		return nil, err
	}
	if err := checkText("reason", cmd.Reason, MaxReason); err != nil {
		return nil, err
	}
	switch note, withdrawn := b.noteState(cmd.ID); {
	case note == nil:
		return nil, notFound("id", "note.unknown")
	case withdrawn:
		return nil, conflict("note.withdrawn")
	}
	return []Event{&NoteWithdrawn{Meeting: m.ID, Note: cmd.ID, Reason: NewText(cmd.Reason)}}, nil
}

func (b *board) noteState(id NoteID) (note *NoteWritten, withdrawn bool) {
	for _, l := range b.log {
		switch e := l.event.(type) {
		case *NoteWritten:
			if e.Note == id {
				note = e
			}
		case *NoteWithdrawn:
			withdrawn = withdrawn || e.Note == id
		}
	}
	return note, withdrawn
}

func (d decision) addAction(cmd AddAction) ([]Event, error) {
	m, b, err := d.meetingFor(cmd.Meeting, RightSetLevels)
	if err != nil {
		return nil, err
	}
	switch {
	case !meetingIDs.MatchString(string(cmd.ID)):
		return nil, invalid("id", "id.wrong", string(cmd.ID))
	case place(b.rowOf, cmd.Municipality) < 0:
		return nil, invalid("m", "municipality.unknown", string(cmd.Municipality))
	case cmd.Column != "" && (place(b.columnOf, cmd.Column) < 0 || !b.judges(b.catalogue.Columns[b.columnOf[cmd.Column]].Kind)):
		return nil, invalid("c", "column.unknown", string(cmd.Column))
	case cmd.Text == "":
		return nil, invalid("text", "text.missing")
	case cmd.Due != "" && !isDay(cmd.Due):
		return nil, invalid("due", "date.wrong", cmd.Due)
	}
	if err := checkText("text", cmd.Text, MaxReason); err != nil {
		return nil, err
	}
	if err := checkText("owner", cmd.Owner, MaxName); err != nil {
		return nil, err
	}
	if added, _ := b.actionState(cmd.ID); added {
		return nil, conflict("action.exists")
	}
	return []Event{&ActionAdded{
		Meeting: m.ID, Action: cmd.ID, Municipality: cmd.Municipality, Column: cmd.Column,
		Text: NewText(cmd.Text), Owner: NewText(cmd.Owner), Due: cmd.Due,
	}}, nil
}

func (d decision) endAction(cmd EndAction) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightLead)
	if err != nil {
		return nil, err
	}
	if err := checkText("note", cmd.Note, MaxReason); err != nil {
		return nil, err
	}
	switch added, ended := b.actionState(cmd.ID); {
	case !added:
		return nil, notFound("id", "action.unknown")
	case ended:
		return nil, conflict("action.ended")
	case !cmd.Done && cmd.Note == "":
		return nil, invalid("note", "reason.missing")
	}
	return []Event{&ActionEnded{Board: b.id, Action: cmd.ID, Done: cmd.Done, Note: NewText(cmd.Note)}}, nil
}

func (b *board) actionState(id ActionID) (added, ended bool) {
	for _, l := range b.log {
		switch e := l.event.(type) {
		case *ActionAdded:
			added = added || e.Action == id
		case *ActionEnded:
			ended = ended || e.Action == id
		}
	}
	return added, ended
}

// inScope tells whether a meeting asks a municipality. Who is invited is asked
// always. Besides, a meeting of a region asks that region, and a meeting for all
// of the county all of it, whether or not their contacts see the board; a meeting
// with some municipalities of their own asks those alone.
func (m *Meeting) inScope(mun *Municipality) bool {
	switch {
	case slices.Contains(m.Invited, mun.ID):
		return true
	case m.Region != "":
		return mun.Region == m.Region
	}
	return len(m.Invited) == 0 || m.Kind.ofCounty()
}

// RollCall returns where each municipality in scope stands in a meeting, in the
// catalogue's order; nil for who may not see meetings. A municipality is told
// where it stands itself, no more: who has not answered is between them and the
// lead. Under a marking a report shows as Reported, without its time.
func (p Picture) RollCall(id MeetingID) []RollEntry {
	m, ok := p.Meeting(id)
	if !ok {
		return nil
	}
	at := map[MunicipalityID]int{}
	var out []RollEntry
	for _, mun := range p.board.catalogue.Municipalities {
		if m.inScope(&mun) && p.concerns(mun.ID) {
			at[mun.ID] = len(out)
			out = append(out, RollEntry{Municipality: mun.ID, State: NotReported})
		}
	}
	log := p.between(m.Opened)
	undone := p.undone(log)
	for i := range log {
		l := &log[i]
		if m.Closed != 0 && l.revision > m.Closed {
			break
		}
		var who MunicipalityID
		state, by := Changed, (*Text)(nil)
		if l.event == nil {
			c := last(p.board.rows[l.row][l.col].upTo(l.revision))
			if c.meeting != id || c.undoes != 0 || undone[l.revision] {
				continue
			}
			who, by = p.board.catalogue.Municipalities[l.row].ID, c.reportedBy
		} else if e, ok := l.event.(*MunicipalityReported); ok && e.Meeting == id {
			who, state, by = e.Municipality, NoChange, e.ReportedBy
		}
		i, ok := at[who]
		if !ok {
			continue
		}
		if p.silent(*l) {
			if out[i].State == NotReported {
				out[i].State = Reported
			}
			continue
		}
		if state == NoChange && out[i].State == Changed {
			continue // what changed in this meeting stays the news, with its own time and who told it
		}
		out[i].State, out[i].Revision, out[i].Entry = state, l.revision, p.entry(l)
		if p.rights[RightSeePersons] {
			out[i].ReportedBy = by.String()
		}
	}
	return out
}

// undone returns the revisions whose changes were taken back: a slip of the
// hand is no report.
func (p Picture) undone(log []logEntry) map[Revision]bool {
	out := map[Revision]bool{}
	for _, l := range slices.Backward(log) { // an undo that was undone takes nothing back
		if l.event != nil || out[l.revision] {
			continue
		}
		if c := last(p.board.rows[l.row][l.col].upTo(l.revision)); c.undoes != 0 {
			out[c.undoes] = true
		}
	}
	return out
}

// Notes returns the significant events of a meeting, newest first.
func (p Picture) Notes(id MeetingID) []Note {
	if _, ok := p.Meeting(id); !ok || !p.rights[RightSeeTexts] {
		return nil
	}
	var out []Note
	log := p.lines(0)
	for i := range log {
		switch e := log[i].event.(type) {
		case *NoteWritten:
			if e.Meeting != id {
				continue
			}
			n := Note{ID: e.Note, Meeting: id, Text: e.Text.String(), Redacted: e.Text.Redacted(), Entry: p.entry(&log[i])}
			if lines := p.board.logAt(e.About); len(lines) > 0 {
				if slices.ContainsFunc(lines, func(l logEntry) bool { return p.hides(int(l.row), int(l.col), FieldText) }) {
					n.Text, n.Redacted, n.Withheld = "", false, true
				} else {
					n.About = p.entry(&lines[0]).Change
				}
			}
			out = append(out, n)
		case *NoteWithdrawn:
			if j := slices.IndexFunc(out, func(n Note) bool { return n.ID == e.Note }); j >= 0 {
				entry := p.entry(&log[i])
				out[j].Withdrawn = &entry
				if !out[j].Withheld {
					out[j].Reason = e.Reason.String()
				}
			}
		}
	}
	slices.Reverse(out)
	return out
}

// Actions returns the board's actions, oldest first; none for who may not see
// meetings, a municipality's own for a municipality.
func (p Picture) Actions() []Action {
	if !p.rights[RightSeeMeetings] {
		return nil
	}
	var out []Action
	log := p.lines(0)
	for i := range log {
		switch e := log[i].event.(type) {
		case *ActionAdded:
			if !p.concerns(e.Municipality) {
				continue
			}
			a := Action{ID: e.Action, Meeting: e.Meeting, Municipality: e.Municipality, Column: e.Column, Due: e.Due, Entry: p.entry(&log[i])}
			if p.rights[RightSeeTexts] && !p.withholds(e.Municipality, e.Column, FieldText) {
				a.Text = e.Text.String()
			}
			if p.rights[RightSeePersons] {
				a.Owner = e.Owner.String()
			}
			out = append(out, a)
		case *ActionEnded:
			if j := slices.IndexFunc(out, func(a Action) bool { return a.ID == e.Action }); j >= 0 {
				entry := p.entry(&log[i])
				out[j].Ended, out[j].Done = &entry, e.Done
				if p.rights[RightSeeTexts] && !p.withholds(out[j].Municipality, out[j].Column, FieldText) {
					out[j].Note = e.Note.String()
				}
			}
		}
	}
	return out
}

// Proposals returns the contacts' reports in a meeting, oldest first. A
// municipality sees its own.
func (p Picture) Proposals(id MeetingID) []Proposal {
	m := p.state.meetings[id]
	if m == nil || m.Board != p.board.id {
		return nil
	}
	var out []Proposal
	log := p.lines(m.Opened)
	for i := range log {
		switch e := log[i].event.(type) {
		case *LevelsProposed:
			own := p.audience.Kind == AudienceMunicipality && e.Cells[0].Municipality == p.audience.Municipality
			if e.Meeting != id || p.audience.Kind != AudienceStaff && !own {
				continue
			}
			out = append(out, Proposal{ID: log[i].revision, Meeting: id, ReportedBy: e.ReportedBy.String(), Cells: slices.Clone(e.Cells), Entry: p.entry(&log[i])})
		case *ProposalDecided:
			if j := slices.IndexFunc(out, func(q Proposal) bool { return q.ID == e.Proposal }); j >= 0 {
				entry := p.entry(&log[i])
				out[j].Decided, out[j].Taken = &entry, e.Taken
			}
		}
	}
	return out
}
