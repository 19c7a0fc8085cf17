package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

const story = "calendar"

const (
	// Max bounds what is to come on a board.
	Max = 50
	// ahead is how far from now a meeting may be.
	ahead = 2 * 365 * 24 * time.Hour
	// early is how long before its time a meeting that is opened is the one that was to
	// come, and late how long after its time it is still waited for.
	early, late = 12 * time.Hour, time.Hour
)

// ID names a meeting that is to come. Whoever schedules it chooses it (random).
type ID string

// Events are the kinds of this subject.
func Events() []domain.Event { return []domain.Event{&Scheduled{}, &Unscheduled{}} }

// Part is what pages draw of it.
func Part() domain.Part {
	return domain.Part{Story: story, Of: func(p domain.Picture) any { return Of(p) }}
}

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	leads := []domain.Right{domain.RightLead}
	return []domain.CommandKind{
		{Name: "schedule_meeting", Doc: "Sets the time of a meeting that is to come, the next of a series or one of its own.",
			Needs: leads, Example: Schedule{Board: domain.Live, Title: "Beredskapsmøte", At: domain.Moment{Time: time.Date(2022, 9, 20, 8, 0, 0, 0, time.UTC)}}},
		{Name: "unschedule_meeting", Doc: "Takes back that a meeting is to come.",
			Needs: leads, Example: Unschedule{Board: domain.Live, ID: "k1"}},
	}
}

// Schedule sets the time of a meeting that is to come: within two years.
type Schedule struct {
	Board    domain.BoardID   `json:"board"`
	ID       ID               `json:"-"`
	Title    typed.Text       `json:"title" limit:"maxLength=200"`
	At       domain.Moment    `json:"at"`
	InSeries domain.MeetingID `json:"in_series,omitempty" doc:"The first meeting of the series that it continues."`
}

func (cmd *Schedule) SetID(id string)       { cmd.ID = ID(id) }
func (cmd Schedule) Made() (string, string) { return "scheduled", string(cmd.ID) }

func (cmd Schedule) Decide(d domain.Decision) ([]domain.Event, error) {
	b, err := d.Board(cmd.Board, domain.RightLead)
	if err != nil {
		return nil, err
	}
	if err := domain.CheckName("title", cmd.Title); err != nil {
		return nil, err
	}
	all := scheduled(b, d.Now())
	switch {
	case !domain.IsID(string(cmd.ID)):
		return nil, domain.Wrong("id", "id.wrong", string(cmd.ID))
	case slices.ContainsFunc(all, func(e *Scheduled) bool { return e.ID == cmd.ID }):
		return nil, domain.Clash("scheduled.exists")
	case cmd.At.IsZero():
		return nil, domain.Wrong("at", "time.wrong")
	case !cmd.At.After(d.Now()):
		return nil, domain.Wrong("at", "scheduled.past")
	case cmd.At.After(d.Now().Add(ahead)):
		return nil, domain.Wrong("at", "scheduled.far")
	case cmd.InSeries != "" && !b.HasSeries(cmd.InSeries):
		return nil, domain.Wrong("in_series", "series.unknown")
	case len(all) >= Max:
		return nil, domain.Wrong("at", "scheduled.full", fmt.Sprint(Max))
	}
	return []domain.Event{&Scheduled{
		Board: b.ID(), ID: cmd.ID, Title: domain.NewText(cmd.Title), At: cmd.At.UTC().Truncate(time.Minute), InSeries: cmd.InSeries,
	}}, nil
}

// Unschedule takes back that a meeting is to come.
type Unschedule struct {
	Board domain.BoardID `json:"board"`
	ID    ID             `json:"scheduled"`
}

func (cmd Unschedule) Decide(d domain.Decision) ([]domain.Event, error) {
	b, err := d.Board(cmd.Board, domain.RightLead)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(scheduled(b, d.Now()), func(e *Scheduled) bool { return e.ID == cmd.ID }) {
		return nil, domain.Unknown("scheduled", "scheduled.unknown")
	}
	return []domain.Event{&Unscheduled{Board: b.ID(), ID: cmd.ID}}, nil
}

// Scheduled says when a meeting is to come.
type Scheduled struct {
	Board    domain.BoardID   `json:"board"`
	ID       ID               `json:"scheduled"`
	Title    *domain.Text     `json:"title"`
	At       time.Time        `json:"at"`
	InSeries domain.MeetingID `json:"in_series,omitempty"` // the first meeting of the series that it continues
}

func (*Scheduled) Kind() string            { return "meeting_scheduled" }
func (e *Scheduled) Texts() []*domain.Text { return domain.Present(e.Title) }

func (e *Scheduled) Apply(a *domain.Applying) error {
	return a.Note(e.Board, domain.Line{Event: e, Story: story, Staff: true})
}

// Unscheduled takes back that a meeting is to come.
type Unscheduled struct {
	Board domain.BoardID `json:"board"`
	ID    ID             `json:"scheduled"`
}

func (*Unscheduled) Kind() string            { return "meeting_unscheduled" }
func (e *Unscheduled) Texts() []*domain.Text { return nil }

func (e *Unscheduled) Apply(a *domain.Applying) error {
	return a.Note(e.Board, domain.Line{Event: e, Story: story, Staff: true})
}

// scheduled returns what a board still waits for, in the order it was set.
func scheduled(b domain.Ground, now time.Time) (out []*Scheduled) {
	for e := range b.Story(story) {
		out = next(out, e)
	}
	return slices.DeleteFunc(out, func(e *Scheduled) bool { return now.After(e.At.Add(late)) })
}

// next is the list after an event of the story.
func next(list []*Scheduled, e domain.Event) []*Scheduled {
	switch e := e.(type) {
	case *Scheduled:
		return append(list, e)
	case *Unscheduled:
		return slices.DeleteFunc(list, func(s *Scheduled) bool { return s.ID == e.ID })
	}
	return list
}

// Meeting is one that is to come.
type Meeting struct {
	ID       ID
	Title    string // "" if it was taken out
	At       time.Time
	InSeries domain.MeetingID // "" for one of no series
}

// Of returns the meetings that are to come on a board, the next first: for staff alone.
// One is no longer to come when its time has gone by an hour, or when it was opened: each
// meeting that is opened takes the first of its series, or of its name where it is of
// none, that was to come in the next twelve hours.
func Of(p domain.Picture) []Meeting {
	if p.Audience().Kind != domain.AudienceStaff {
		return nil
	}
	var list []*Scheduled
	since := map[ID]domain.Revision{}
	for told := range p.Story(story) {
		list = next(list, told.Event)
		if e, ok := told.Event.(*Scheduled); ok {
			since[e.ID] = told.Entry.Revision
		}
	}
	if len(list) == 0 {
		return nil // and no meeting is asked for
	}
	slices.SortStableFunc(list, func(a, b *Scheduled) int { return a.At.Compare(b.At) })
	earliest := since[slices.MinFunc(list, func(a, b *Scheduled) int { return cmp.Compare(since[a.ID], since[b.ID]) }).ID]
	for _, m := range slices.Backward(p.MeetingsSince(earliest)) { // the one that was opened first
		if i := slices.IndexFunc(list, func(e *Scheduled) bool { return m.Opened > since[e.ID] && e.is(m) }); i >= 0 {
			list = slices.Delete(list, i, i+1)
		}
	}
	var out []Meeting
	for _, e := range list {
		if !p.Now().After(e.At.Add(late)) {
			out = append(out, Meeting{e.ID, e.Title.String(), e.At, e.InSeries})
		}
	}
	return out
}

// is reports whether a meeting that was opened can be the one that was to come.
func (e *Scheduled) is(m domain.Meeting) bool {
	return m.SeriesID == e.InSeries && (e.InSeries != "" || m.Title == e.Title.String()) &&
		!m.OpenedAt.Before(e.At.Add(-early)) && !m.OpenedAt.After(e.At.Add(late))
}
