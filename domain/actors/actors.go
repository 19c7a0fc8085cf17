package actors

import (
	"fmt"
	"slices"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// known is the office's list. It keeps actors that were taken off it, for the meetings
// that they were in.
var known = domain.NewSlot[list]()

// Max bounds the list.
const Max = 100

// Events are the kinds of this subject.
func Events() []domain.Event { return []domain.Event{&Listed{}, &Unlisted{}} }

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	arranges := []domain.Right{domain.RightArrange}
	return []domain.CommandKind{
		{Name: "list_actor", Doc: "Puts a regional actor on the office's list, or renames the one that actor names.",
			Needs: arranges, Example: List{Name: "Nettselskapet"}},
		{Name: "unlist_actor", Doc: "Takes a regional actor off the office's list.",
			Needs: arranges, Example: Unlist{ID: "r1"}},
	}
}

// List puts a regional actor on the office's list, or renames one that is there. ID is
// chosen by whoever asks (random). It needs the right to arrange the live picture. It
// is refused under a name that another actor has, and when the list is full.
type List struct {
	ID   domain.RegionalActorID `json:"actor,omitempty"`
	Name typed.Text             `json:"name" limit:"maxLength=200"`
}

// SetID names an actor, unless it is there.
func (cmd *List) SetID(id string) {
	if cmd.ID == "" {
		cmd.ID = domain.RegionalActorID(id)
	}
}
func (cmd List) Made() (string, string) { return "actor", string(cmd.ID) }

func (cmd List) Decide(d domain.Decision) ([]domain.Event, error) {
	if _, err := d.Board(domain.Live, domain.RightArrange); err != nil {
		return nil, err
	}
	switch id := domain.Spoke(cmd.ID); {
	case !domain.IsID(string(cmd.ID)), id == domain.SpokeMunicipality, id == domain.SpokeGuest, id == domain.SpokeNobody:
		return nil, domain.Wrong("id", "id.wrong", string(cmd.ID))
	}
	if err := domain.CheckName("name", cmd.Name); err != nil {
		return nil, err
	}
	all, n := known.In(d), 0
	for _, a := range all {
		if a.gone {
			continue
		}
		n++
		if strings.EqualFold(a.name().String(), string(cmd.Name)) && (a.id != cmd.ID || a.name().String() == string(cmd.Name)) {
			return nil, domain.Clash("actor.exists", string(cmd.Name))
		}
	}
	if n >= Max && !all.Listed(cmd.ID) {
		return nil, domain.Wrong("name", "actors.full", fmt.Sprint(Max))
	}
	return []domain.Event{&Listed{Actor: cmd.ID, Name: domain.NewText(cmd.Name)}}, nil
}

// Unlist takes an actor off the list. It needs the same right, and is refused for one
// that is not on the list.
type Unlist struct {
	ID domain.RegionalActorID `json:"actor"`
}

func (cmd Unlist) Decide(d domain.Decision) ([]domain.Event, error) {
	if _, err := d.Board(domain.Live, domain.RightArrange); err != nil {
		return nil, err
	}
	if !known.In(d).Listed(cmd.ID) {
		return nil, domain.Unknown("actor", "actor.unknown")
	}
	return []domain.Event{&Unlisted{Actor: cmd.ID}}, nil
}

// Listed puts a regional actor on the office's list, or gives one that is there
// another name.
type Listed struct {
	Actor domain.RegionalActorID `json:"actor"`
	Name  *domain.Text           `json:"name"`
}

func (*Listed) Kind() string            { return "actor_listed" }
func (e *Listed) Texts() []*domain.Text { return domain.Present(e.Name) }

// Apply puts an actor on the list, back on it, or renames it.
func (e *Listed) Apply(a *domain.Applying) error {
	all := slices.Clone(known.Now(a))
	if i := all.index(e.Actor); i >= 0 {
		all[i].names = append(slices.Clip(all[i].names), e.Name)
		all[i].gone = false
	} else {
		all = append(all, actor{id: e.Actor, names: []*domain.Text{e.Name}})
	}
	known.Put(a, all)
	return nil
}

// Unlisted takes an actor off the list.
type Unlisted struct {
	Actor domain.RegionalActorID `json:"actor"`
}

func (*Unlisted) Kind() string          { return "actor_unlisted" }
func (*Unlisted) Texts() []*domain.Text { return nil }

func (e *Unlisted) Apply(a *domain.Applying) error {
	all := slices.Clone(known.Now(a))
	i := all.index(e.Actor)
	if i < 0 {
		return fmt.Errorf("no actor %q: %w", e.Actor, domain.ErrCorrupt)
	}
	all[i].gone = true
	known.Put(a, all)
	return nil
}

// Actor is a regional actor on the list.
type Actor struct {
	ID   domain.RegionalActorID
	Name string // "" if it was redacted

	names []string // all it has been called
}

// Reported reports whether it is the actor that reported, by what it is or was
// called: "Politiet", or "Politiet v/operasjonsleder".
func (a Actor) Reported(by string) bool {
	body := domain.Body(by)
	return body != "" && slices.ContainsFunc(a.names, func(name string) bool { return strings.EqualFold(body, name) })
}

// Names returns all that the actor is and was called.
func (a Actor) Names() []string { return slices.Clone(a.names) }

// Of returns the office's list by name. Staff alone is told of it.
func Of(p domain.Picture) []Actor {
	if p.Audience().Kind != domain.AudienceStaff {
		return nil
	}
	var out []Actor
	for _, a := range known.Of(p) {
		if a.gone {
			continue
		}
		shown := Actor{ID: a.id, Name: a.name().String()}
		for _, name := range a.names {
			if name.String() != "" {
				shown.names = append(shown.names, name.String())
			}
		}
		out = append(out, shown)
	}
	slices.SortStableFunc(out, func(a, b Actor) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return out
}

// One returns an actor on the list, and whether there is one to see.
func One(p domain.Picture, id domain.RegionalActorID) (Actor, bool) {
	all := Of(p)
	i := slices.IndexFunc(all, func(a Actor) bool { return a.ID == id })
	if i < 0 {
		return Actor{}, false
	}
	return all[i], true
}

// On reports whether an actor is on the list, for a rule to judge by.
func On(d domain.Decision, id domain.RegionalActorID) bool { return known.In(d).Listed(id) }

// list has the actors in the order they were first listed. Its exported methods are
// what the kernel asks of it: see [domain.Slot].
type list []actor

// actor is an actor as the state keeps it.
type actor struct {
	id    domain.RegionalActorID
	names []*domain.Text // the last is its name
	gone  bool           // off the list
}

func (a actor) name() *domain.Text { return a.names[len(a.names)-1] }

func (l list) index(id domain.RegionalActorID) int {
	return slices.IndexFunc(l, func(a actor) bool { return a.id == id })
}

// Listed reports whether an actor is on the list now.
func (l list) Listed(id domain.RegionalActorID) bool {
	i := l.index(id)
	return i >= 0 && !l[i].gone
}

// ActorName returns what an actor is called, on the list or off it; nil if it never
// was on it.
func (l list) ActorName(id domain.RegionalActorID) *domain.Text {
	if i := l.index(id); i >= 0 {
		return l[i].name()
	}
	return nil
}

// Speaker returns the actor that somebody reports for, by what it is or was called: one
// on the list, or one of those named; "" for none.
func (l list) Speaker(by string, or []domain.RegionalActorID) domain.RegionalActorID {
	for _, a := range l {
		if (!a.gone || slices.Contains(or, a.id)) && slices.ContainsFunc(a.names, func(name *domain.Text) bool { return domain.SpeaksFor(by, name.String()) }) {
			return a.id
		}
	}
	return ""
}
