package domain_test

import (
	"slices"
	"testing"

	. "kommunebilde/domain"
)

// bells is what the made-up subject keeps for itself.
var bells = NewSlot[History[MeetingID]]()

// struck is an event of it that is noted nowhere else.
type struck struct {
	Meeting MeetingID `json:"meeting"`
}

func (*struck) Kind() string   { return "bell_struck" }
func (*struck) Texts() []*Text { return nil }
func (e *struck) Apply(a *Applying) error {
	bells.Put(a, bells.Now(a).Add(a, e.Meeting))
	return nil
}

type strike struct{ Meeting MeetingID }

func (cmd strike) Decide(d Decision) ([]Event, error) {
	if last, ok := bells.In(d).Last(); ok && last.Value == cmd.Meeting {
		return nil, Clash("bell.struck")
	}
	return []Event{&struck{cmd.Meeting}}, nil
}

// TestSlot: a subject's part of the state is judged by and looked back at; no other
// slot of the same type sees it; and states before, and states that part ways, keep
// what they had.
func TestSlot(t *testing.T) {
	l := started(t)
	before := l.s
	first := l.do(leader, strike{"m1"})
	l.do(leader, strike{"m0"})
	l.do(leader, strike{"m1"}) // of four places three are taken: both lines could write to the fourth
	at := l.s
	l.do(leader, strike{"m2"})
	if err := l.try(leader, strike{"m2"}); CodeOf(err) != Conflict {
		t.Errorf("struck twice: %v", err)
	}
	rung := func(s *State, cut Revision) []MeetingID {
		p, _ := PictureOf(s, AudienceOf(s, reader, Live, l.now), Live, l.now)
		var out []MeetingID
		for _, d := range bells.Of(p).In(p.AtRevision(cut)) {
			out = append(out, d.Value)
		}
		return out
	}
	head := l.s.Head().Revision
	if got := rung(l.s, head); !slices.Equal(got, []MeetingID{"m1", "m0", "m1", "m2"}) {
		t.Errorf("%v", got)
	}
	if got := rung(l.s, first); !slices.Equal(got, []MeetingID{"m1"}) {
		t.Errorf("as of the first: %v", got)
	}
	if got := rung(before, head); got != nil {
		t.Errorf("before: %v", got)
	}
	other := NewSlot[History[MeetingID]]()
	if p := l.picture(reader, Live); len(other.Of(p)) > 0 {
		t.Error("another slot sees it")
	}
	fork := *l
	fork.s, fork.recs = at, slices.Clone(l.recs[:len(l.recs)-1])
	fork.do(leader, strike{"m9"})
	if got := rung(l.s, head); !slices.Equal(got, []MeetingID{"m1", "m0", "m1", "m2"}) {
		t.Errorf("after another line of the same beginning: %v", got)
	}
	if got := rung(fork.s, head); !slices.Equal(got, []MeetingID{"m1", "m0", "m1", "m9"}) {
		t.Errorf("the other line: %v", got)
	}
}
