package notes

import (
	"fmt"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

const story = "notes"

// ID names a note. Whoever writes it chooses it (random).
type ID string

// Events are the kinds of this subject.
func Events() []domain.Event { return []domain.Event{&Written{}, &Withdrawn{}} }

// Part is what pages draw of it.
func Part() domain.Part {
	return domain.Part{Story: story, Of: func(p domain.Picture) any { return domain.InMeetings(p, Of) }}
}

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	return []domain.CommandKind{
		{Name: "write_note", Doc: "Puts a significant event on every screen.",
			Needs: []domain.Right{domain.RightSetLevels}, Example: Write{Meeting: "m1", Text: "E6 er stengt"}},
		{Name: "withdraw_note", Doc: "Takes a significant event off the screens; it stays in the minutes, as withdrawn.",
			Needs: []domain.Right{domain.RightSetLevels}, Example: Withdraw{Meeting: "m1", ID: "n1", Reason: "Gjaldt en annen vei"}},
	}
}

// Write puts a significant event on every screen. ID is chosen by
// whoever asks (random).
type Write struct {
	Meeting domain.MeetingID `json:"meeting"`
	ID      ID               `json:"-"`
	Text    typed.Text       `json:"text" limit:"maxLength=2000"`
	About   domain.Revision  `json:"about,omitempty" doc:"The change it was promoted from."`
}

func (cmd *Write) SetID(id string)       { cmd.ID = ID(id) }
func (cmd Write) Made() (string, string) { return "note", string(cmd.ID) }

func (cmd Write) Decide(d domain.Decision) ([]domain.Event, error) {
	m, b, err := d.Meeting(cmd.Meeting, domain.RightSetLevels)
	if err != nil {
		return nil, err
	}
	if !domain.IsID(string(cmd.ID)) {
		return nil, domain.Wrong("id", "id.wrong", string(cmd.ID))
	}
	if cmd.Text == "" {
		return nil, domain.Wrong("text", "text.missing")
	}
	if err := domain.CheckText("text", cmd.Text, domain.MaxReason); err != nil {
		return nil, err
	}
	if cmd.About != 0 && !b.Changed(cmd.About) {
		return nil, domain.Wrong("about", "undo.unknown", fmt.Sprint(cmd.About))
	}
	if note, _ := known(b, cmd.ID); note {
		return nil, domain.Clash("note.exists")
	}
	return []domain.Event{&Written{Meeting: m.ID, Note: cmd.ID, Text: domain.NewText(cmd.Text), About: cmd.About}}, nil
}

// Withdraw takes it off again.
type Withdraw struct {
	Meeting domain.MeetingID `json:"meeting"`
	ID      ID               `json:"note"`
	Reason  typed.Text       `json:"reason,omitempty" limit:"maxLength=2000"`
}

func (cmd Withdraw) Decide(d domain.Decision) ([]domain.Event, error) {
	m, b, err := d.Meeting(cmd.Meeting, domain.RightSetLevels)
	if err != nil {
		return nil, err
	}
	if err := domain.CheckText("reason", cmd.Reason, domain.MaxReason); err != nil {
		return nil, err
	}
	switch note, withdrawn := known(b, cmd.ID); {
	case !note:
		return nil, domain.Unknown("note", "note.unknown")
	case withdrawn:
		return nil, domain.Clash("note.withdrawn")
	}
	return []domain.Event{&Withdrawn{Meeting: m.ID, Note: cmd.ID, Reason: domain.NewText(cmd.Reason)}}, nil
}

// Written is a significant event (viktig hendelse), shown on every
// screen. About is the change it was promoted from, 0 for one that was not.
type Written struct {
	Meeting domain.MeetingID `json:"meeting"`
	Note    ID               `json:"note"`
	Text    *domain.Text     `json:"text"`
	About   domain.Revision  `json:"about,omitempty"`
}

func (*Written) Kind() string            { return "note_written" }
func (e *Written) Texts() []*domain.Text { return domain.Present(e.Text) }

func (e *Written) Apply(a *domain.Applying) error {
	return a.NoteInMeeting(domain.Line{Event: e, Story: story, Meeting: e.Meeting, Led: true})
}

// Withdrawn takes a significant event off the screens; it stays in the
// minutes, as withdrawn.
type Withdrawn struct {
	Meeting domain.MeetingID `json:"meeting"`
	Note    ID               `json:"note"`
	Reason  *domain.Text     `json:"reason,omitempty"`
}

func (*Withdrawn) Kind() string            { return "note_withdrawn" }
func (e *Withdrawn) Texts() []*domain.Text { return domain.Present(e.Reason) }

func (e *Withdrawn) Apply(a *domain.Applying) error {
	return a.NoteInMeeting(domain.Line{Event: e, Story: story, Meeting: e.Meeting, Led: true})
}

// Note is a significant event.
type Note struct {
	ID        ID
	Meeting   domain.MeetingID
	Text      string
	Redacted  bool
	Withheld  bool            // it is about something marked: no text
	Entry     domain.LogEntry // when and by whom
	About     *domain.Change  // the change it was promoted from, nil if none
	Withdrawn *domain.LogEntry
	Reason    string // why it was withdrawn
}

// known reports whether a board has a note, and whether it was withdrawn.
func known(b domain.Ground, id ID) (note, withdrawn bool) {
	for e := range b.Story(story) {
		switch e := e.(type) {
		case *Written:
			note = note || e.Note == id
		case *Withdrawn:
			withdrawn = withdrawn || e.Note == id
		}
	}
	return note, withdrawn
}

// Of returns the significant events of a meeting, newest first; none for an
// audience that sees no meetings or no texts.
func Of(p domain.Picture, id domain.MeetingID) []Note {
	if _, ok := p.Meeting(id); !ok || !p.May(domain.RightSeeTexts) {
		return nil
	}
	var out []Note
	for told := range p.Story(story) {
		switch e := told.Event.(type) {
		case *Written:
			if e.Meeting != id {
				continue
			}
			n := Note{ID: e.Note, Meeting: id, Text: e.Text.String(), Redacted: e.Text.Redacted(), Entry: told.Entry}
			if n.About, n.Withheld = p.ChangeAt(e.About); n.Withheld {
				n.Text, n.Redacted = "", false
			}
			out = append(out, n)
		case *Withdrawn:
			if j := slices.IndexFunc(out, func(n Note) bool { return n.ID == e.Note }); j >= 0 {
				out[j].Withdrawn = &told.Entry
				if !out[j].Withheld {
					out[j].Reason = e.Reason.String()
				}
			}
		}
	}
	slices.Reverse(out)
	return out
}
