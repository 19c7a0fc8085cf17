package suggestion

import (
	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

const story = "suggestions"

// Events are the kinds of this subject.
func Events() []domain.Event { return []domain.Event{&Suggested{}, &Answered{}} }

// Part is what pages draw of it.
func Part() domain.Part {
	return domain.Part{Story: story, Of: func(p domain.Picture) any { return Of(p) }}
}

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	return []domain.CommandKind{
		{Name: "suggest_for_edition", Doc: "Asks an area's assessor to look at something in the next edition. It changes no edition.",
			Needs: []domain.Right{domain.RightSetLevels}, Example: Suggest{Meeting: "m1", Municipality: "0002", Column: "helse", Text: "Vurder legevakten på nytt"}},
		{Name: "answer_suggestion", Doc: "Tells in a planned edition what became of what a meeting suggested.",
			Needs: []domain.Right{domain.RightSetLevels}, Example: Answer{Board: "2024", Suggestion: 9, Outcome: NotTaken, Note: "Gjelder en annen kommune"}},
	}
}

// Suggest makes a task for an area's assessor, nothing more.
type Suggest struct {
	Meeting      domain.MeetingID      `json:"meeting"`
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c"`
	Text         typed.Text            `json:"text" limit:"maxLength=2000"`
}

func (cmd Suggest) Decide(d domain.Decision) ([]domain.Event, error) {
	m, b, err := d.Meeting(cmd.Meeting, domain.RightSetLevels)
	if err != nil {
		return nil, err
	}
	switch {
	case b.Kind() != domain.KindLive || b.Exercise():
		return nil, domain.Wrong("meeting", "suggest.live")
	case !b.Has(cmd.Municipality):
		return nil, domain.Wrong("m", "municipality.unknown", string(cmd.Municipality))
	case !b.Judges(cmd.Column):
		return nil, domain.Wrong("c", "column.unknown", string(cmd.Column))
	case cmd.Text == "":
		return nil, domain.Wrong("text", "text.missing")
	}
	if err := domain.CheckText("text", cmd.Text, domain.MaxReason); err != nil {
		return nil, err
	}
	return []domain.Event{&Suggested{Meeting: m.ID, Municipality: cmd.Municipality, Column: cmd.Column, Text: domain.NewText(cmd.Text)}}, nil
}

// Suggested asks an area's assessor to look at something in the next
// edition (foreslått til utgave). It changes no edition.
type Suggested struct {
	Meeting      domain.MeetingID      `json:"meeting"`
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c"`
	Text         *domain.Text          `json:"text"`
}

func (*Suggested) Kind() string            { return "edition_suggested" }
func (e *Suggested) Texts() []*domain.Text { return domain.Present(e.Text) }

func (e *Suggested) Apply(a *domain.Applying) error {
	return a.NoteInMeeting(domain.Line{Event: e, Story: story, Meeting: e.Meeting, Led: true, Staff: true})
}

// Of returns what was suggested for the next edition, oldest first:
// for staff only.
func Of(p domain.Picture) []Suggestion {
	if p.Audience().Kind != domain.AudienceStaff {
		return nil
	}
	var out []Suggestion
	for told := range p.Story(story) {
		if e, ok := told.Event.(*Suggested); ok {
			out = append(out, Suggestion{Meeting: e.Meeting, Municipality: e.Municipality, Column: e.Column, Text: e.Text.String(), Entry: told.Entry})
		}
	}
	return out
}

// Suggestion is something for an area's assessor to look at.
type Suggestion struct {
	Meeting      domain.MeetingID
	Municipality domain.MunicipalityID
	Column       domain.ColumnID
	Text         string
	Entry        domain.LogEntry
}
