package domain_test

import (
	"encoding/json"
	"testing"

	. "kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// A subject that is made up: somebody rings a bell in a meeting.
type (
	ring struct {
		Meeting MeetingID
		Why     typed.Text
	}
	rung struct {
		Meeting MeetingID `json:"meeting"`
		Why     *Text     `json:"why"`
	}
)

func (cmd ring) Decide(d Decision) ([]Event, error) {
	m, _, err := d.Meeting(cmd.Meeting, RightLead)
	if err != nil {
		return nil, err
	}
	if err := CheckText("why", cmd.Why, MaxName); err != nil {
		return nil, err
	}
	return []Event{&rung{Meeting: m.ID, Why: NewText(cmd.Why)}}, nil
}

func (*rung) Kind() string     { return "bell_rung" }
func (e *rung) Texts() []*Text { return Present(e.Why) }
func (e *rung) Apply(a *Applying) error {
	return a.NoteInMeeting(Line{Event: e, Story: "bell", Meeting: e.Meeting, Led: true, Staff: true})
}

// TestSubject: a subject is a package's own affair. What it adds is judged,
// recorded, read again and told without a word of it anywhere else.
func TestSubject(t *testing.T) {
	l := started(t)
	if err := l.try(reader, ring{Meeting: "m1"}); CodeOf(err) != Forbidden {
		t.Errorf("a reader rings: %v", err)
	}
	if err := l.try(leader, ring{Meeting: "m9"}); CodeOf(err) != NotFound {
		t.Errorf("in a meeting that is not there: %v", err)
	}
	rev := l.do(leader, ring{Meeting: "m1", Why: "Kaffe"})
	for who, want := range map[string]struct {
		by    Actor
		times int
	}{"the office": {reader, 1}, "a screen": {screen, 0}, "a municipality": {boContact, 0}} {
		n := 0
		for told := range l.picture(want.by, Live).Story("bell") {
			if e := told.Event.(*rung); e.Why.String() == "Kaffe" && told.Entry.Revision == rev && told.Entry.Kind == "bell_rung" {
				n++
			}
		}
		if n != want.times {
			t.Errorf("%s hears %d, want %d", who, n, want.times)
		}
	}
	if leads := l.picture(reader, Live).Leads(Meeting{ID: "m1", OpenedBy: coLeader.ID}); len(leads) != 2 {
		t.Errorf("who rang has not led: %v", leads)
	}

	kinds := KindsOf([]Event{&rung{}})
	stored := l.recs[len(l.recs)-1]
	read, err := OpenRecord(kinds, stored.Prev, stored.Hash, stored.Body, stored.Texts)
	if err != nil || read.Events[0].(*rung).Why.String() != "Kaffe" {
		t.Errorf("read again: %+v, %v", read, err)
	}
	refused(t, "a kind twice", func() { KindsOf([]Event{&rung{}}, []Event{&rung{}}) })

	sent := []CommandKind{{Name: "ring", Example: ring{Meeting: "m1", Why: "Kaffe"}}}
	list := CommandsOf(sent)
	into := list[len(list)-1].New()
	if err := json.Unmarshal([]byte(`{"why": " Te "}`), into); err != nil || list[len(list)-1].Command(into) != (ring{Why: "Te"}) {
		t.Errorf("sent, it reads as %+v, %v", into, err)
	}
	refused(t, "a command twice", func() { CommandsOf(sent, sent) })
	refused(t, "a name of the kernel's", func() { CommandsOf([]CommandKind{{Name: "undo", Example: ring{}}}) })
	refused(t, "an example that is no command", func() { CommandsOf([]CommandKind{{Name: "ring", Example: 7}}) })
}

// refused reports whether a program that is made so does not start.
func refused(t *testing.T, what string, start func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: it starts", what)
		}
	}()
	start()
}
