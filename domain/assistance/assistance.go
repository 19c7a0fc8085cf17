package assistance

import (
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

const story = "assistance"

// ID names a request. Whoever asks chooses it (random).
type ID string

// State is how far a request for assistance has come.
type State string

const (
	New      State = "asked"
	Granted  State = "granted"
	UnderWay State = "under_way"
	Done     State = "done"
	Declined State = "declined"
)

// States returns all, in the order they come.
func States() []State {
	return []State{New, Granted, UnderWay, Done, Declined}
}

// OneOf implements [domain.OneOf].
func (State) OneOf() []string { return domain.Names(States()...) }

// Events are the kinds of this subject.
func Events() []domain.Event { return []domain.Event{&Asked{}, &Moved{}} }

// Part is what pages draw of it.
func Part() domain.Part {
	return domain.Part{Story: story, Of: func(p domain.Picture) any { return Of(p) }}
}

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	return []domain.CommandKind{
		{Name: "ask_assistance", Doc: "A request for assistance.",
			Needs: []domain.Right{domain.RightSetLevels}, Example: Ask{Meeting: "m1", Municipality: "0002", Of: "Sivilforsvaret", What: "To aggregat"}},
		{Name: "move_assistance", Doc: "How far a request for assistance has come.",
			Needs: []domain.Right{domain.RightLead}, Example: Move{Board: domain.Live, ID: "b1", State: UnderWay, Note: "Ventet i ettermiddag"}},
	}
}

// Ask keeps a request for assistance.
type Ask struct {
	Meeting      domain.MeetingID      `json:"meeting"`
	ID           ID                    `json:"-"`
	Municipality domain.MunicipalityID `json:"m" doc:"Who asks."`
	Of           typed.Text            `json:"of" limit:"maxLength=200" doc:"Of whom."`
	What         typed.Text            `json:"what" limit:"maxLength=2000" doc:"What for."`
}

func (cmd *Ask) SetID(id string)       { cmd.ID = ID(id) }
func (cmd Ask) Made() (string, string) { return "assistance", string(cmd.ID) }

func (cmd Ask) Decide(d domain.Decision) ([]domain.Event, error) {
	m, b, err := d.Meeting(cmd.Meeting, domain.RightSetLevels)
	if err != nil {
		return nil, err
	}
	switch {
	case !domain.IsID(string(cmd.ID)):
		return nil, domain.Wrong("id", "id.wrong", string(cmd.ID))
	case !b.Has(cmd.Municipality):
		return nil, domain.Wrong("m", "municipality.unknown", string(cmd.Municipality))
	case cmd.What == "":
		return nil, domain.Wrong("what", "text.missing")
	case cmd.Of == "":
		return nil, domain.Wrong("of", "name.missing")
	}
	if err := domain.CheckText("what", cmd.What, domain.MaxReason); err != nil {
		return nil, err
	}
	if err := domain.CheckText("of", cmd.Of, domain.MaxName); err != nil {
		return nil, err
	}
	if stateOf(b, cmd.ID) != "" {
		return nil, domain.Clash("assistance.exists")
	}
	return []domain.Event{&Asked{Meeting: m.ID, Request: cmd.ID, Municipality: cmd.Municipality, Of: domain.NewText(cmd.Of), What: domain.NewText(cmd.What)}}, nil
}

// Move tells how far a request has come.
type Move struct {
	Board domain.BoardID `json:"board"`
	ID    ID             `json:"assistance"`
	State State          `json:"state"`
	Note  typed.Text     `json:"note,omitempty" limit:"maxLength=2000"`
}

func (cmd Move) Decide(d domain.Decision) ([]domain.Event, error) {
	b, err := d.Board(cmd.Board, domain.RightLead)
	if err != nil {
		return nil, err
	}
	if err := domain.CheckText("note", cmd.Note, domain.MaxReason); err != nil {
		return nil, err
	}
	switch state := stateOf(b, cmd.ID); {
	case state == "":
		return nil, domain.Unknown("assistance", "assistance.unknown")
	case !slices.Contains(States(), cmd.State):
		return nil, domain.Wrong("state", "assistance.state", string(cmd.State))
	case state == cmd.State:
		return nil, domain.Clash("assistance.same")
	}
	return []domain.Event{&Moved{Board: b.ID(), Request: cmd.ID, State: cmd.State, Note: domain.NewText(cmd.Note)}}, nil
}

// Asked is a request for assistance (bistandsanmodning).
type Asked struct {
	Meeting      domain.MeetingID      `json:"meeting"`
	Request      ID                    `json:"request"`
	Municipality domain.MunicipalityID `json:"m"`    // who asks
	Of           *domain.Text          `json:"of"`   // of whom
	What         *domain.Text          `json:"what"` // what for
}

func (*Asked) Kind() string            { return "assistance_asked" }
func (e *Asked) Texts() []*domain.Text { return domain.Present(e.Of, e.What) }

func (e *Asked) Apply(a *domain.Applying) error {
	return a.NoteInMeeting(domain.Line{Event: e, Story: story, Meeting: e.Meeting, Led: true})
}

// Moved tells how far a request has come.
type Moved struct {
	Board   domain.BoardID `json:"board"`
	Request ID             `json:"request"`
	State   State          `json:"state"`
	Note    *domain.Text   `json:"note,omitempty"`
}

func (*Moved) Kind() string            { return "assistance_moved" }
func (e *Moved) Texts() []*domain.Text { return domain.Present(e.Note) }

func (e *Moved) Apply(a *domain.Applying) error {
	return a.Note(e.Board, domain.Line{Event: e, Story: story})
}

// Request is a request for assistance.
type Request struct {
	ID           ID
	Meeting      domain.MeetingID
	Municipality domain.MunicipalityID
	Of, What     string
	State        State
	Note         string
	Entry        domain.LogEntry // when it was asked
	Moved        *domain.LogEntry
}

// stateOf returns how far a request has come, "" if there is none.
func stateOf(b domain.Ground, id ID) State {
	var state State
	for e := range b.Story(story) {
		switch e := e.(type) {
		case *Asked:
			if e.Request == id {
				state = New
			}
		case *Moved:
			if e.Request == id {
				state = e.State
			}
		}
	}
	return state
}

// Of returns the board's requests for assistance, oldest first; a municipality's own
// for a municipality, and for a screen none that ended in a meeting that it does not
// see.
func Of(p domain.Picture) []Request {
	if !p.May(domain.RightSeeMeetings) {
		return nil
	}
	var out []Request
	for told := range p.Story(story) {
		switch e := told.Event.(type) {
		case *Asked:
			if !p.Concerns(e.Municipality) {
				continue
			}
			r := Request{ID: e.Request, Meeting: e.Meeting, Municipality: e.Municipality, State: New, Entry: told.Entry}
			if p.May(domain.RightSeeTexts) {
				r.Of, r.What = e.Of.String(), e.What.String()
			}
			out = append(out, r)
		case *Moved:
			if j := slices.IndexFunc(out, func(r Request) bool { return r.ID == e.Request }); j >= 0 {
				out[j].State, out[j].Moved = e.State, &told.Entry
				if p.May(domain.RightSeeTexts) {
					out[j].Note = e.Note.String()
				}
			}
		}
	}
	return slices.DeleteFunc(out, func(r Request) bool {
		return (r.State == Done || r.State == Declined) && p.Past(r.Moved)
	})
}
