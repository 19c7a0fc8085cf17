package texts

import (
	"fmt"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	return []domain.CommandKind{
		{Name: "redact", Doc: "Takes texts out of store, state and screens.",
			Needs: []domain.Right{domain.RightRedact}, Example: Redact{Texts: []domain.TextID{{Revision: 7}}, Reason: "Navn på en pasient"}},
	}
}

// Redact takes texts out of store, state and screens. An administrator does it, for a
// reason. It is refused for a text that is not there or gone already.
type Redact struct {
	Texts  []domain.TextID `json:"texts"`
	Reason typed.Text      `json:"reason"`
}

// Removes returns the texts that shall be taken out: they leave the store and the state
// together, by themselves.
func (cmd Redact) Removes() []domain.TextID { return cmd.Texts }

func (cmd Redact) Decide(d domain.Decision) ([]domain.Event, error) {
	if !d.Holds(domain.RoleAdmin) {
		return nil, domain.Denied("forbidden.redact")
	}
	if cmd.Reason == "" {
		return nil, domain.Wrong("reason", "reason.missing")
	}
	if err := domain.CheckText("reason", cmd.Reason, domain.MaxReason); err != nil {
		return nil, err
	}
	if len(cmd.Texts) == 0 || len(cmd.Texts) > domain.MaxCells {
		return nil, domain.Wrong("texts", "texts.count")
	}
	for i, id := range cmd.Texts {
		t := d.Text(id)
		if t == nil {
			return nil, domain.Wrong(fmt.Sprintf("texts[%d]", i), "text.unknown", id.String())
		}
		if slices.Contains(cmd.Texts[:i], id) {
			return nil, domain.Wrong(fmt.Sprintf("texts[%d]", i), "text.twice", id.String())
		}
		if t.Redacted() {
			return nil, domain.Clash("text.gone", id.String())
		}
	}
	return []domain.Event{&domain.TextRedacted{Removed: slices.Clone(cmd.Texts), Reason: domain.NewText(cmd.Reason)}}, nil
}
