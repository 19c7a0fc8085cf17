package kommunebilde

import (
	"fmt"
	"slices"
	"strings"
)

// RegionalActorID names a regional actor, whatever it is called.
type RegionalActorID string

// RegionalActor is one of the bodies that meetings hear besides the
// municipalities: police, power company, hospital. The list is the office's own.
type RegionalActor struct {
	ID   RegionalActorID
	Name string

	names []string // all it has been called
}

// Reported tells whether it is the actor that reported, by what it is or was
// called: "Politiet", or "Politiet v/operasjonsleder".
func (a RegionalActor) Reported(by string) bool {
	return slices.ContainsFunc(a.names, func(name string) bool {
		head, _, _ := strings.Cut(by, " v/")
		return strings.EqualFold(strings.TrimSpace(head), name)
	})
}

// Names returns all that the actor is and was called.
func (a RegionalActor) Names() []string { return slices.Clone(a.names) }

// listedActor is an actor as the state keeps it: one that was taken off the list
// stays, for the meetings it was in.
type listedActor struct {
	id    RegionalActorID
	names []*Text // the last is its name
	gone  bool
}

func (a listedActor) name() *Text { return a.names[len(a.names)-1] }

// RegionalActors returns the office's list by name; nil for whom it is not for.
// An actor whose name was redacted is there without one.
func (p Picture) RegionalActors() []RegionalActor {
	if p.audience.Kind != AudienceStaff {
		return nil
	}
	var out []RegionalActor
	for _, a := range p.state.actors {
		if a.gone {
			continue
		}
		actor := RegionalActor{ID: a.id, Name: a.name().String()}
		for _, name := range a.names {
			if name.String() != "" {
				actor.names = append(actor.names, name.String())
			}
		}
		out = append(out, actor)
	}
	slices.SortStableFunc(out, func(a, b RegionalActor) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return out
}

// RegionalActor returns one of the list, and whether there is one to see.
func (p Picture) RegionalActor(id RegionalActorID) (RegionalActor, bool) {
	list := p.RegionalActors()
	i := slices.IndexFunc(list, func(a RegionalActor) bool { return a.ID == id })
	if i < 0 {
		return RegionalActor{}, false
	}
	return list[i], true
}

func (s *State) actor(id RegionalActorID) int {
	return slices.IndexFunc(s.actors, func(a listedActor) bool { return a.id == id })
}

// listed tells whether an actor is on the list now.
func (s *State) listed(id RegionalActorID) bool {
	i := s.actor(id)
	return i >= 0 && !s.actors[i].gone
}

func (d decision) listActor(cmd ListActor) ([]Event, error) {
	if _, _, err := d.board(Live, RightArrange); err != nil {
		return nil, err
	}
	if !meetingIDs.MatchString(string(cmd.ID)) {
		return nil, invalid("id", "id.wrong", string(cmd.ID))
	}
	if err := checkName("name", cmd.Name); err != nil {
		return nil, err
	}
	n := 0
	for _, a := range d.s.actors {
		if a.gone {
			continue
		}
		n++
		if strings.EqualFold(a.name().String(), cmd.Name) && (a.id != cmd.ID || a.name().String() == cmd.Name) {
			return nil, conflict("actor.exists", cmd.Name)
		}
	}
	if n >= maxActors && !d.s.listed(cmd.ID) {
		return nil, invalid("name", "actors.full", fmt.Sprint(maxActors))
	}
	return []Event{&ActorListed{Actor: cmd.ID, Name: NewText(cmd.Name)}}, nil
}

func (d decision) unlistActor(cmd UnlistActor) ([]Event, error) {
	if _, _, err := d.board(Live, RightArrange); err != nil {
		return nil, err
	}
	if !d.s.listed(cmd.ID) {
		return nil, notFound("id", "actor.unknown")
	}
	return []Event{&ActorUnlisted{Actor: cmd.ID}}, nil
}

// listActor puts an actor on the list, back on it, or renames it.
func (b *builder) listActor(e *ActorListed) {
	actors := slices.Clone(b.s.actors)
	if i := b.s.actor(e.Actor); i >= 0 {
		actors[i].names = append(slices.Clip(actors[i].names), e.Name)
		actors[i].gone = false
	} else {
		actors = append(actors, listedActor{id: e.Actor, names: []*Text{e.Name}})
	}
	b.s.actors = actors
}

func (b *builder) unlistActor(e *ActorUnlisted) error {
	i := b.s.actor(e.Actor)
	if i < 0 {
		return fmt.Errorf("no actor %q: %w", e.Actor, ErrCorrupt)
	}
	b.s.actors = slices.Clone(b.s.actors)
	b.s.actors[i].gone = true
	return nil
}
