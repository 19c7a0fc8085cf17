package rollcall

import (
	"fmt"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Propose is a contact's report for its own municipality.
type Propose struct {
	Meeting    domain.MeetingID  `json:"meeting"`
	Cells      []domain.CellEdit `json:"cells"`
	ReportedBy typed.Text        `json:"reported_by,omitempty"`
}

// proposeLevels is ProposeLevels as it is sent: a contact does not say an earlier
// reason again.
type proposeLevels struct {
	Meeting    domain.MeetingID `json:"meeting"`
	Cells      []proposedLevel  `json:"cells" limit:"minItems=1"`
	ReportedBy typed.Text       `json:"reported_by,omitempty" limit:"maxLength=200"`
}

type proposedLevel struct {
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c"`
	Level        domain.Level          `json:"level"`
	Text         typed.Text            `json:"text,omitempty" limit:"maxLength=2000"`
	Seen         domain.Revision       `json:"seen,omitempty" doc:"Edition: the cell's changed_rev that the author saw."`
}

func (p proposeLevels) Command() domain.Command {
	cmd := Propose{Meeting: p.Meeting, ReportedBy: p.ReportedBy}
	for _, c := range p.Cells {
		cmd.Cells = append(cmd.Cells, domain.CellEdit{Municipality: c.Municipality, Column: c.Column, Level: c.Level, Text: c.Text, Seen: c.Seen})
	}
	return cmd
}

func (cmd Propose) Decide(d domain.Decision) ([]domain.Event, error) {
	m, b, err := d.Meeting(cmd.Meeting, domain.RightReport)
	if err != nil {
		return nil, err
	}
	if err := domain.CheckText("reported_by", cmd.ReportedBy, domain.MaxName); err != nil {
		return nil, err
	}
	e := &domain.LevelsSet{ReportedBy: domain.NewText(cmd.ReportedBy)}
	for i, edit := range cmd.Cells {
		field := fmt.Sprintf("cells[%d]", i)
		if !mayReportFor(d, m, edit.Municipality) || edit.Municipality != cmd.Cells[0].Municipality {
			return nil, &domain.Error{Code: domain.Forbidden, Field: field, Msg: "forbidden.report"}
		}
		set, err := d.Cell(b, field, edit)
		if err != nil {
			return nil, err
		}
		set.Over = nil
		e.Cells = append(e.Cells, set)
	}
	if _, err := e.Events(); err != nil {
		return nil, err
	}
	if err := mayReportMore(d, b); err != nil {
		return nil, err
	}
	return []domain.Event{&Proposed{Meeting: m.ID, ReportedBy: e.ReportedBy, Cells: e.Cells}}, nil
}

// Settle takes a contact's report into the picture, or not. What another
// lead set since it came is only replaced by someone who has seen it: Seen is how far.
type Settle struct {
	Meeting  domain.MeetingID `json:"meeting"`
	Proposal domain.Revision  `json:"proposal" doc:"Its revision."`
	Take     bool             `json:"take"`
	Seen     domain.Revision  `json:"seen,omitempty" doc:"How far its cells were seen: a level that another has set later than that, and than the report, is refused (409, cell.stale)."`
}

// ChangedOn is where the command's changes are: nowhere, if nothing is taken.
func (cmd Settle) ChangedOn() (domain.BoardID, domain.MeetingID) {
	if !cmd.Take {
		return "", ""
	}
	return "", cmd.Meeting
}

func (cmd Settle) Decide(d domain.Decision) ([]domain.Event, error) {
	m, b, err := d.Meeting(cmd.Meeting, domain.RightSetLevels)
	if err != nil {
		return nil, err
	}
	var proposed *Proposed
	for told := range b.Latest(story) {
		if told.Entry.Revision < cmd.Proposal {
			break
		}
		switch e := told.Event.(type) {
		case *Proposed:
			if told.Entry.Revision == cmd.Proposal && e.Meeting == m.ID {
				proposed = e
			}
		case *Settled:
			if e.Proposal == cmd.Proposal && !b.TakenBack(told.Entry.Revision) {
				return nil, domain.Clash("proposal.decided")
			}
		}
	}
	if proposed == nil {
		return nil, domain.Unknown("proposal", "proposal.unknown")
	}
	events := []domain.Event{&Settled{Meeting: m.ID, Proposal: cmd.Proposal, Taken: cmd.Take}}
	if !cmd.Take {
		return events, nil
	}
	set := &domain.LevelsSet{Board: b.ID(), Meeting: m.ID, Spoke: domain.SpokeMunicipality, ReportedBy: domain.NewText(typed.Of(proposed.ReportedBy.String()))}
	for i, c := range proposed.Cells {
		field := fmt.Sprintf("cells[%d]", i)
		if by, set := b.LastSet(c.Municipality, c.Column); set > max(cmd.Seen, cmd.Proposal) && by != d.By() {
			return nil, &domain.Error{Code: domain.Conflict, Field: field, Msg: "cell.stale"}
		}
		cell, err := d.Cell(b, field, domain.CellEdit{Municipality: c.Municipality, Column: c.Column, Level: c.Level})
		if err != nil {
			return nil, err
		}
		cell.Same = c.Text.Ref()
		set.Cells = append(set.Cells, cell)
	}
	return append(events, set), nil
}

// Proposed: a municipality's own contact reports levels, which the
// meeting lead takes or not. The proposal is named by its record.
type Proposed struct {
	Meeting    domain.MeetingID `json:"meeting"`
	ReportedBy *domain.Text     `json:"reported_by,omitempty"`
	Cells      []domain.CellSet `json:"cells"`
}

func (*Proposed) Kind() string { return "levels_proposed" }
func (e *Proposed) Texts() []*domain.Text {
	return (&domain.LevelsSet{ReportedBy: e.ReportedBy, Cells: e.Cells}).Texts()
}

func (e *Proposed) Apply(a *domain.Applying) error {
	line := domain.Line{Event: e, Story: story, Meeting: e.Meeting, Field: domain.FieldLevel}
	for _, c := range e.Cells {
		line.About = append(line.About, domain.CellRef{Municipality: c.Municipality, Column: c.Column})
	}
	return a.NoteInMeeting(line)
}

// Settled: taken (a LevelsSet in the same record) or not.
type Settled struct {
	Meeting  domain.MeetingID `json:"meeting"`
	Proposal domain.Revision  `json:"proposal"`
	Taken    bool             `json:"taken"`
}

func (*Settled) Kind() string          { return "proposal_decided" }
func (*Settled) Texts() []*domain.Text { return nil }

func (e *Settled) Apply(a *domain.Applying) error {
	line, proposal := domain.Line{Event: e, Story: story, Meeting: e.Meeting, Led: true}, e.Proposal
	if board := a.BoardOf(e.Meeting); board != "" {
		line.About, line.Field = a.About(board, story, func(r domain.Revision, e domain.Event) bool {
			_, ok := e.(*Proposed)
			return ok && r == proposal
		})
	}
	return a.NoteInMeeting(line)
}

// Proposal is a contact's report.
type Proposal struct {
	ID         domain.Revision
	Meeting    domain.MeetingID
	ReportedBy string
	Cells      []domain.CellSet
	Entry      domain.LogEntry
	Decided    *domain.LogEntry // nil while it waits
	Taken      bool
}

// Proposals returns the contacts' reports in a meeting, oldest first. One that was
// taken waits again when that is undone. A municipality sees its own.
func Proposals(p domain.Picture, id domain.MeetingID) []Proposal {
	audience := p.Audience()
	var out []Proposal
	for told := range p.StoryOf(story, id) {
		switch e := told.Event.(type) {
		case *Proposed:
			own := audience.Kind == domain.AudienceMunicipality && e.Cells[0].Municipality == audience.Municipality
			if audience.Kind != domain.AudienceStaff && !own {
				continue
			}
			out = append(out, Proposal{ID: told.Entry.Revision, Meeting: id, ReportedBy: e.ReportedBy.String(), Cells: slices.Clone(e.Cells), Entry: told.Entry})
		case *Settled:
			if e.Taken && p.Undone(told.Entry.Revision) {
				continue // it waits again
			}
			if j := slices.IndexFunc(out, func(q Proposal) bool { return q.ID == e.Proposal }); j >= 0 {
				out[j].Decided, out[j].Taken = &told.Entry, e.Taken
			}
		}
	}
	return out
}
