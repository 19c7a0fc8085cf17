package rollcall

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// story is what municipalities reported in meetings, and what became of it.
const story = "reports"

// Events are the kinds of this subject.
func Events() []domain.Event { return []domain.Event{&Unchanged{}, &Proposed{}, &Settled{}} }

// Part is what pages draw of it.
func Part() domain.Part {
	return domain.Part{Story: story, Of: func(p domain.Picture) any {
		return domain.InMeetings(p, func(p domain.Picture, id domain.MeetingID) any { return []any{Of(p, id), Proposals(p, id)} })
	}}
}

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	return []domain.CommandKind{
		{Name: "report_no_change", Doc: "Municipalities are there and nothing has changed. The lead says it for any, a contact for its own, in every open meeting on the board that takes its reports.",
			Needs: []domain.Right{domain.RightSetLevels, domain.RightReport}, Example: ReportNoChange{Meeting: "m1", Municipalities: []domain.MunicipalityID{"0002"}, ReportedBy: "Bø v/ordfører"}},
		{Name: "propose_levels", Doc: "A contact's report for its own municipality, which the lead takes or not.",
			Needs: []domain.Right{domain.RightReport}, Example: proposeLevels{Meeting: "m1", Cells: []proposedLevel{{Municipality: "0002", Column: "helse", Level: domain.Yellow, Text: "Én lege syk"}}, ReportedBy: "Bø v/ordfører"}},
		{Name: "decide_proposal", Doc: "Takes a contact's report into the picture, or not.",
			Needs: []domain.Right{domain.RightSetLevels}, Example: Settle{Meeting: "m1", Proposal: 8, Take: true}},
	}
}

// ReportNoChange says that municipalities are there, and nothing has changed. The lead
// says it for any in their own meeting. A contact says it for its own in a meeting that
// invites it and takes reports, and in all others on the board that do: nothing has
// changed, whoever asks. One that has reported often in the last minutes is refused.
type ReportNoChange struct {
	Meeting        domain.MeetingID        `json:"meeting"`
	Municipalities []domain.MunicipalityID `json:"municipalities" form:"m" limit:"minItems=1"`
	ReportedBy     typed.Text              `json:"reported_by,omitempty" limit:"maxLength=200"`
}

func (cmd ReportNoChange) Decide(d domain.Decision) ([]domain.Event, error) {
	m, b, err := d.Meeting(cmd.Meeting, domain.RightSee)
	if err != nil {
		return nil, err
	}
	if err := domain.CheckText("reported_by", cmd.ReportedBy, domain.MaxName); err != nil {
		return nil, err
	}
	if len(cmd.Municipalities) == 0 {
		return nil, domain.Wrong("municipalities", "municipality.missing")
	}
	lead := d.May(b.ID(), domain.RightSetLevels)
	var events []domain.Event
	for i, id := range cmd.Municipalities {
		field := fmt.Sprintf("municipalities[%d]", i)
		if !b.Has(id) || slices.Contains(cmd.Municipalities[:i], id) {
			return nil, domain.Wrong(field, "municipality.unknown", string(id))
		}
		if !lead && !mayReportFor(d, m, id) {
			return nil, &domain.Error{Code: domain.Forbidden, Field: field, Msg: "forbidden.report"}
		}
		events = append(events, &Unchanged{Meeting: m.ID, Municipality: id, ReportedBy: domain.NewText(cmd.ReportedBy)})
		for other := range b.Open() {
			if !lead && other.ID != m.ID && mayReportFor(d, other, id) {
				events = append(events, &Unchanged{Meeting: other.ID, Municipality: id, ReportedBy: domain.NewText(cmd.ReportedBy)})
			}
		}
	}
	if !lead {
		if err := mayReportMore(d, b); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// Unchanged: a municipality says in a meeting that nothing has
// changed. (What has changed, LevelsSet tells.)
type Unchanged struct {
	Meeting      domain.MeetingID      `json:"meeting"`
	Municipality domain.MunicipalityID `json:"m"`
	ReportedBy   *domain.Text          `json:"reported_by,omitempty"`
}

func (*Unchanged) Kind() string            { return "municipality_reported" }
func (e *Unchanged) Texts() []*domain.Text { return domain.Present(e.ReportedBy) }

// Apply notes that a municipality said that nothing has changed: its levels
// are as fresh as that.
func (e *Unchanged) Apply(a *domain.Applying) error {
	return a.NoteInMeeting(domain.Line{Event: e, Story: story, Meeting: e.Meeting, Confirms: e.Municipality})
}

// State is where a municipality stands in a meeting's roll-call.
type State string

const (
	NotReported State = "not_reported"
	NoChange    State = "no_change"
	Changed     State = "changed"
	Reported    State = "reported" // its contact's report waits for the lead, or what it said is withheld from whoever looks
)

// Entry is a municipality in a roll-call.
type Entry struct {
	Municipality domain.MunicipalityID
	State        State
	Revision     domain.Revision // of the last report, for Changed of the last change; 0 for none
	Entry        domain.LogEntry // that report; its Change is set for Changed
	ReportedBy   string          // "" where not to be seen
	Confirmed    *Confirmation
	Mentioned    []Mention // by whom else it was reported about, in order
}

// Mention is that others reported about a municipality.
type Mention struct {
	By    string // the body that reported; "" where nobody said or it is not to be seen
	Times int    // in how many records
}

// Confirmation is "no change" said after the last change in a roll-call.
type Confirmation struct {
	Entry      domain.LogEntry // when and by whom
	ReportedBy string          // "" where not to be seen
}

// mayReportFor reports whether an actor that sets no levels speaks for a
// municipality in a meeting.
func mayReportFor(d domain.Decision, m domain.Meeting, id domain.MunicipalityID) bool {
	return m.Reports && slices.Contains(m.Invited, id) && d.Contact(id)
}

// A contact reports when there is something to report. More than this fills a
// journal that is kept for ever, and every screen's log.
const (
	maxReports    = 30
	reportsWithin = 10 * time.Minute
)

// mayReportMore refuses the reports of a contact when there are many of theirs already.
func mayReportMore(d domain.Decision, b domain.Ground) error {
	n, counted := 0, domain.Revision(0) // of several meetings a report is one
	for told := range b.Latest(story) {
		if told.Entry.At.UnixMilli() < d.Now().Add(-reportsWithin).UnixMilli() {
			break
		}
		if _, led := told.Event.(*Settled); !led && told.Entry.By == d.By() && told.Entry.Revision != counted {
			n, counted = n+1, told.Entry.Revision
		}
	}
	if n >= maxReports {
		return domain.Clash("report.many")
	}
	return nil
}

// Of returns where each municipality that a meeting asks stands in its roll-call, in the
// catalogue's order; nothing to an audience that sees no meetings. A municipality is told
// where it stands itself, no more: who has not answered is between them and the
// lead. Under a marking a report shows as Reported, without its time.
//
// A municipality has answered when its own contact reported, taken or not, when
// the lead said "no change" for it, or set levels of it alone on its own word. What
// others say of it is a [Mention], and what is set as it was is "no change". In a
// meeting before this rule each change of its levels was its answer.
func Of(p domain.Picture, id domain.MeetingID) []Entry {
	m, ok := p.Meeting(id)
	if !ok {
		return nil
	}
	municipalities := p.Catalogue().Municipalities
	roll := make([]tally, len(municipalities))
	own := m.OwnWord()
	for s := range p.Said(m) {
		if row, state := stateOf(&p, own, s); row >= 0 {
			roll[row].add(s, state)
		}
	}
	var out []Entry
	for row, mun := range municipalities {
		if m.Asks(&mun) && p.Concerns(mun.ID) {
			out = append(out, entryOf(p, mun.ID, &roll[row]))
		}
	}
	return out
}

// tally is what counts of all that was said in a roll-call of one municipality.
type tally struct {
	said      counted            // State "": nothing, or nothing that whoever looks may see
	hidden    bool               // something was said that whoever looks may not see
	confirmed counted            // after said, which is Changed
	mentions  []domain.Statement // one a record
}

func (a *tally) add(said *domain.Statement, state State) {
	switch {
	case said.Others:
		if n := len(a.mentions); !said.Hidden && (n == 0 || a.mentions[n-1].Revision != said.Revision) {
			a.mentions = append(a.mentions, *said)
		}
	case said.Hidden:
		a.hidden = true
	case state != Changed && a.said.state == Changed:
		// What changed in this meeting stays the news, with its own time and who told it.
		if state == NoChange && a.said.Revision != said.Revision {
			a.confirmed = counted{*said, state}
		}
	default:
		a.said, a.confirmed = counted{*said, state}, counted{}
	}
}

func entryOf(p domain.Picture, id domain.MunicipalityID, a *tally) Entry {
	e := Entry{Municipality: id, State: NotReported}
	if said := &a.said; said.state != "" {
		e.State, e.Revision, e.Entry, e.ReportedBy = said.state, said.Revision, said.Entry(), person(p, said.By)
	} else if a.hidden {
		e.State = Reported
	}
	if said := &a.confirmed; said.state != "" {
		e.Confirmed = &Confirmation{Entry: said.Entry(), ReportedBy: person(p, said.By)}
	}
	for _, m := range a.mentions {
		e.mention(domain.Body(person(p, m.By)))
	}
	return e
}

// counted is what a statement says in a roll-call.
type counted struct {
	domain.Statement
	state State // "" for none
}

// stateOf returns what a statement says of a row in a meeting's roll-call, row -1 for
// nothing. own reports whether the meeting counts a municipality's own word alone.
func stateOf(p *domain.Picture, own bool, s *domain.Statement) (row int, state State) {
	switch e := s.Event.(type) {
	case nil:
		if own && s.Same {
			return s.Row, NoChange
		}
		return s.Row, Changed
	case *Unchanged:
		s.By = e.ReportedBy
		return p.Row(e.Municipality), NoChange
	case *Proposed:
		if own {
			s.By = e.ReportedBy
			return p.Row(e.Cells[0].Municipality), Reported
		}
	}
	return -1, ""
}

func (e *Entry) mention(by string) {
	for i := range e.Mentioned {
		if strings.EqualFold(e.Mentioned[i].By, by) {
			e.Mentioned[i].Times++
			return
		}
	}
	e.Mentioned = append(e.Mentioned, Mention{by, 1})
}

// person returns the name of somebody, "" where it is not to be seen.
func person(p domain.Picture, name *domain.Text) string {
	if !p.May(domain.RightSeePersons) {
		return ""
	}
	return name.String()
}
