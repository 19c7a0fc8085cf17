package actions

import (
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

const story = "actions"

// ID names an action. Whoever adds it chooses it (random).
type ID string

// Events are the kinds of this subject.
func Events() []domain.Event { return []domain.Event{&Added{}, &Ended{}} }

// Part is what pages draw of it.
func Part() domain.Part {
	return domain.Part{Story: story, Of: func(p domain.Picture) any { return Of(p) }}
}

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	return []domain.CommandKind{
		{Name: "add_action", Doc: "Something to be done about a municipality, or one cell.",
			Needs: []domain.Right{domain.RightSetLevels}, Example: Add{Meeting: "m1", Municipality: "0002", Column: "helse", Text: "Ring vakten", Owner: "Statsforvalteren", Due: "2022-09-03"}},
		{Name: "end_action", Doc: "It was done, or will not be (then note says why).",
			Needs: []domain.Right{domain.RightLead}, Example: End{Board: domain.Live, ID: "a1", Note: "Trengs ikke lenger"}},
	}
}

// Add is something to be done about a municipality, or one cell.
type Add struct {
	Meeting      domain.MeetingID      `json:"meeting"`
	ID           ID                    `json:"-"`
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c,omitempty"` // "" the municipality as a whole
	Text         typed.Text            `json:"text" limit:"maxLength=2000"`
	Owner        typed.Text            `json:"owner,omitempty" limit:"maxLength=200"`
	Due          string                `json:"due,omitempty" limit:"format=date"` // 2006-01-02, "" none
}

func (cmd *Add) SetID(id string)       { cmd.ID = ID(id) }
func (cmd Add) Made() (string, string) { return "action", string(cmd.ID) }

func (cmd Add) Decide(d domain.Decision) ([]domain.Event, error) {
	m, b, err := d.Meeting(cmd.Meeting, domain.RightSetLevels)
	if err != nil {
		return nil, err
	}
	switch {
	case !domain.IsID(string(cmd.ID)):
		return nil, domain.Wrong("id", "id.wrong", string(cmd.ID))
	case !b.Has(cmd.Municipality):
		return nil, domain.Wrong("m", "municipality.unknown", string(cmd.Municipality))
	case cmd.Column != "" && !b.Judges(cmd.Column):
		return nil, domain.Wrong("c", "column.unknown", string(cmd.Column))
	case cmd.Text == "":
		return nil, domain.Wrong("text", "text.missing")
	case cmd.Due != "" && !domain.IsDay(cmd.Due):
		return nil, domain.Wrong("due", "date.wrong", cmd.Due)
	}
	if err := domain.CheckText("text", cmd.Text, domain.MaxReason); err != nil {
		return nil, err
	}
	if err := domain.CheckText("owner", cmd.Owner, domain.MaxName); err != nil {
		return nil, err
	}
	if added, _ := known(b, cmd.ID); added {
		return nil, domain.Clash("action.exists")
	}
	return []domain.Event{&Added{
		Meeting: m.ID, Action: cmd.ID, Municipality: cmd.Municipality, Column: cmd.Column,
		Text: domain.NewText(cmd.Text), Owner: domain.NewText(cmd.Owner), Due: cmd.Due,
	}}, nil
}

// End: done, or it will not be (Note says why).
type End struct {
	Board domain.BoardID `json:"board"`
	ID    ID             `json:"action"`
	Done  bool           `json:"done"`
	Note  typed.Text     `json:"note,omitempty" limit:"maxLength=2000"`
}

func (cmd End) Decide(d domain.Decision) ([]domain.Event, error) {
	b, err := d.Board(cmd.Board, domain.RightLead)
	if err != nil {
		return nil, err
	}
	if err := domain.CheckText("note", cmd.Note, domain.MaxReason); err != nil {
		return nil, err
	}
	switch added, ended := known(b, cmd.ID); {
	case !added:
		return nil, domain.Unknown("action", "action.unknown")
	case ended:
		return nil, domain.Clash("action.ended")
	case !cmd.Done && cmd.Note == "":
		return nil, domain.Wrong("note", "reason.missing")
	}
	return []domain.Event{&Ended{Board: b.ID(), Action: cmd.ID, Done: cmd.Done, Note: domain.NewText(cmd.Note)}}, nil
}

// Added is something to be done (tiltak) about a cell.
type Added struct {
	Meeting      domain.MeetingID      `json:"meeting"`
	Action       ID                    `json:"action"`
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c,omitempty"`
	Text         *domain.Text          `json:"text"`
	Owner        *domain.Text          `json:"owner,omitempty"`
	Due          string                `json:"due,omitempty"` // 2006-01-02
}

func (*Added) Kind() string            { return "action_added" }
func (e *Added) Texts() []*domain.Text { return domain.Present(e.Text, e.Owner) }

func (e *Added) Apply(a *domain.Applying) error {
	return a.NoteInMeeting(domain.Line{Event: e, Story: story, Meeting: e.Meeting, Led: true, About: []domain.CellRef{{Municipality: e.Municipality, Column: e.Column}}, Field: domain.FieldLevel})
}

// Ended: it was done, or will not be.
type Ended struct {
	Board  domain.BoardID `json:"board"`
	Action ID             `json:"action"`
	Done   bool           `json:"done"`
	Note   *domain.Text   `json:"note,omitempty"`
}

func (*Ended) Kind() string            { return "action_ended" }
func (e *Ended) Texts() []*domain.Text { return domain.Present(e.Note) }

func (e *Ended) Apply(a *domain.Applying) error {
	line := domain.Line{Event: e, Story: story}
	line.About, line.Field = a.About(e.Board, story, func(_ domain.Revision, earlier domain.Event) bool {
		added, ok := earlier.(*Added)
		return ok && added.Action == e.Action
	})
	return a.Note(e.Board, line)
}

// Action is something to be done.
type Action struct {
	ID           ID
	Meeting      domain.MeetingID
	Municipality domain.MunicipalityID
	Column       domain.ColumnID // "" the municipality as a whole
	Text         string
	Owner        string
	Due          string
	Entry        domain.LogEntry
	Ended        *domain.LogEntry
	Done         bool
	Note         string
}

// known reports whether a board has an action, and whether it ended.
func known(b domain.Ground, id ID) (added, ended bool) {
	for e := range b.Story(story) {
		switch e := e.(type) {
		case *Added:
			added = added || e.Action == id
		case *Ended:
			ended = ended || e.Action == id
		}
	}
	return added, ended
}

// Of returns the board's actions, oldest first; none for an audience that
// sees no meetings, a municipality's own for a municipality, and for a screen none that
// ended in a meeting that it does not see.
func Of(p domain.Picture) []Action {
	if !p.May(domain.RightSeeMeetings) {
		return nil
	}
	var out []Action
	for told := range p.Story(story) {
		switch e := told.Event.(type) {
		case *Added:
			if !p.Concerns(e.Municipality) {
				continue
			}
			a := Action{ID: e.Action, Meeting: e.Meeting, Municipality: e.Municipality, Column: e.Column, Due: e.Due, Entry: told.Entry}
			if p.May(domain.RightSeeTexts) && !p.Withholds(e.Municipality, e.Column, domain.FieldText) {
				a.Text = e.Text.String()
			}
			if p.May(domain.RightSeePersons) {
				a.Owner = e.Owner.String()
			}
			out = append(out, a)
		case *Ended:
			if j := slices.IndexFunc(out, func(a Action) bool { return a.ID == e.Action }); j >= 0 {
				out[j].Ended, out[j].Done = &told.Entry, e.Done
				if p.May(domain.RightSeeTexts) && !p.Withholds(out[j].Municipality, out[j].Column, domain.FieldText) {
					out[j].Note = e.Note.String()
				}
			}
		}
	}
	return slices.DeleteFunc(out, func(a Action) bool { return p.Past(a.Ended) })
}
