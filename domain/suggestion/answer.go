package suggestion

import (
	"fmt"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Outcome is what became of a suggestion.
type Outcome string

const (
	Taken    Outcome = "taken"
	NotTaken Outcome = "not"
)

// Answer tells in a planned edition what became of a suggestion. The area's assessor does
// it, or an editor.
type Answer struct {
	Board      domain.BoardID  `json:"board"`
	Suggestion domain.Revision `json:"suggestion" doc:"The record that suggested it."`
	Outcome    Outcome         `json:"outcome"`
	Note       typed.Text      `json:"note,omitempty" limit:"maxLength=2000"`
}

func (cmd Answer) Decide(d domain.Decision) ([]domain.Event, error) {
	g, err := d.Board(cmd.Board, domain.RightSetLevels)
	if err != nil {
		return nil, err
	}
	if !g.Planned() {
		return nil, domain.Clash("plan.none")
	}
	s, known := waiting(d, g, cmd.Suggestion)
	switch {
	case !known:
		return nil, domain.Unknown("suggestion", "suggestion.unknown", fmt.Sprint(cmd.Suggestion))
	case !d.MayIn(g, domain.RightSetLevels, s.Column):
		return nil, &domain.Error{Code: domain.Forbidden, Field: "suggestion", Msg: "forbidden.area"}
	case cmd.Outcome != Taken && cmd.Outcome != NotTaken:
		return nil, domain.Wrong("outcome", "suggestion.outcome", string(cmd.Outcome))
	}
	if err := domain.CheckText("note", cmd.Note, domain.MaxReason); err != nil {
		return nil, err
	}
	return []domain.Event{&Answered{Suggestion: cmd.Suggestion, Board: g.ID(), Outcome: cmd.Outcome, Note: domain.NewText(cmd.Note)}}, nil
}

// Answered tells what became of a suggestion in an edition.
type Answered struct {
	Suggestion domain.Revision `json:"suggestion"`
	Board      domain.BoardID  `json:"board"`
	Outcome    Outcome         `json:"outcome"`
	Note       *domain.Text    `json:"note,omitempty"`
}

func (*Answered) Kind() string            { return "suggestion_answered" }
func (e *Answered) Texts() []*domain.Text { return domain.Present(e.Note) }

func (e *Answered) Apply(a *domain.Applying) error {
	return a.Note(e.Board, domain.Line{Event: e, Story: story, Staff: true})
}

// Waiting returns the suggestions that wait for an answer in an edition, oldest first: those
// about its rows and columns that no edition has answered. It is for staff.
func Waiting(d domain.Decision, g domain.Ground) []Suggestion {
	live, there := d.Lookup(domain.Live)
	if !there || !d.Staff() {
		return nil
	}
	answered := map[domain.Revision]bool{}
	for edition := range d.Editions() {
		for e := range edition.Story(story) {
			if a, ok := e.(*Answered); ok {
				answered[a.Suggestion] = true
			}
		}
	}
	var out []Suggestion
	for told := range live.Latest(story) {
		e, ok := told.Event.(*Suggested)
		if ok && !answered[told.Entry.Revision] && g.Has(e.Municipality) && g.Judges(e.Column) {
			out = append(out, Suggestion{Meeting: e.Meeting, Municipality: e.Municipality, Column: e.Column, Text: e.Text.String(), Entry: told.Entry})
		}
	}
	slices.Reverse(out)
	return out
}

func waiting(d domain.Decision, g domain.Ground, r domain.Revision) (Suggestion, bool) {
	all := Waiting(d, g)
	i := slices.IndexFunc(all, func(s Suggestion) bool { return s.Entry.Revision == r })
	if i < 0 {
		return Suggestion{}, false
	}
	return all[i], true
}
