package plan

import (
	"cmp"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

const story = "plan"

// Mode tells whether the rows of an edition go together.
type Mode string

const (
	Yearly  Mode = "yearly"
	Rolling Mode = "rolling"
)

// Hearing tells whether the municipalities are heard.
type Hearing string

const (
	Heard   Hearing = "yes"
	Unheard Hearing = "none"
)

// Version is a version of an edition that was published.
type Version struct {
	Board   domain.BoardID `json:"board"`
	Version int            `json:"version"`
}

// Days are those by which the work is to be done, 2006-01-02; "" for not told. No clock
// acts on them.
type Days struct {
	Drafted   string `json:"drafted,omitempty"`
	Approved  string `json:"approved,omitempty"`
	Published string `json:"published,omitempty"`
}

// Events are the kinds of this subject.
func Events() []domain.Event {
	return []domain.Event{&Planned{}, &ColumnsSet{}, &Assigned{}, &RoundOpened{}}
}

// Part is what pages draw of it: whatever is noted of a plan may change any of it.
func Part() domain.Part {
	return domain.Part{Story: story, Of: func(p domain.Picture) any {
		var last domain.Revision
		for told := range p.Story(story) {
			last = told.Entry.Revision
		}
		return last
	}}
}

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	edits := []domain.Right{domain.RightEdit}
	return []domain.CommandKind{
		{Name: "plan_edition", Doc: "Gives a new edition, or one that was never published, its plan. A new one has the catalogue of the county's pack.",
			Needs: edits, Example: Make{Board: "2024", Title: "Kommunebilde 2024", Mode: Yearly, Hearing: Heard, Judged: "2024-09-01"}},
		{Name: "set_columns", Doc: "Changes areas, indicators and summaries of a planned edition that was never published. One whose meaning is another gets a new version, which ends its approvals.",
			Needs: edits, Example: SetColumns{Board: "2024", Set: []domain.Column{{ID: "klima", Kind: domain.ColumnArea, Name: domain.Words{NB: "Klima"}, Short: domain.Words{NB: "Klima"}}}}},
		{Name: "assign_areas", Doc: "Tells who assesses and approves areas, and until when. Rights stay in the accounts' grants.",
			Needs: edits, Example: Assign{Board: "2024", Areas: []Area{{Column: "helse", Due: "2024-08-15"}}}},
		{Name: "open_round", Doc: "Opens rows of a planned edition for judgement; without \"m\" all that are not opened.",
			Needs: edits, Example: OpenRound{Board: "2024"}},
	}
}

// Make plans an edition: a new one, or a draft that was never published. An editor does
// it. What a plan says is the last that was said.
type Make struct {
	Board   domain.BoardID `json:"board"`
	Title   typed.Text     `json:"title,omitempty" limit:"maxLength=200" doc:"Of a new edition."`
	Mode    Mode           `json:"mode"`
	Hearing Hearing        `json:"hearing"`
	Follows domain.BoardID `json:"follows,omitempty" doc:"An edition that was published: texts and comparisons come from its newest version."`
	Case    typed.Text     `json:"case,omitempty" limit:"maxLength=200"`
	Judged  string         `json:"judged" doc:"The day that all judgements are of, 2006-01-02."`
	Days    Days           `json:"days,omitzero"`

	Catalogue *domain.Catalogue `json:"-"` // of a new edition
	Map       *domain.Map       `json:"-"`
}

// Complete takes the county's pack as the catalogue of a new edition.
func (cmd Make) Complete(f domain.Facts) (domain.Command, error) {
	if pack, geography, ok := f.Pack(); ok {
		cmd.Catalogue, cmd.Map = &pack, geography
	}
	return cmd, nil
}

func (cmd Make) Decide(d domain.Decision) ([]domain.Event, error) {
	events, err := cmd.opened(d)
	if err == nil {
		err = cmd.check()
	}
	if err != nil {
		return nil, err
	}
	planned := &Planned{Board: cmd.Board, Mode: cmd.Mode, Hearing: cmd.Hearing, Case: domain.NewText(cmd.Case), Judged: cmd.Judged}
	if cmd.Days != (Days{}) {
		planned.Days = &cmd.Days
	}
	if cmd.Follows != "" {
		followed, there := d.Lookup(cmd.Follows)
		if !there || followed.Kind() != domain.KindEdition || followed.Versions() == 0 || cmd.Follows == cmd.Board {
			return nil, domain.Wrong("follows", "follows.unpublished", string(cmd.Follows))
		}
		planned.Follows = &Version{cmd.Follows, followed.Versions()}
	}
	return append(events, planned), nil
}

// opened returns the events that open a new edition; one that is there gets the texts
// that sum a municipality up, where it has none.
func (cmd Make) opened(d domain.Decision) ([]domain.Event, error) {
	if g, there := d.Lookup(cmd.Board); there {
		if _, err := d.Board(cmd.Board, domain.RightEdit); err != nil {
			return nil, err
		}
		if !g.Phase().Working() {
			return nil, domain.Clash("plan.published")
		}
		if next := summed(*g.Catalogue()); len(next.Columns) > len(g.Catalogue().Columns) {
			return []domain.Event{&ColumnsSet{Board: cmd.Board, Set: next.Columns[len(g.Catalogue().Columns):]}}, nil
		}
		return nil, nil
	}
	if cmd.Catalogue == nil {
		return nil, domain.Clash("plan.pack")
	}
	if err := domain.CheckName("title", cmd.Title); err != nil {
		return nil, err
	}
	catalogue := summed(*cmd.Catalogue)
	_, events, err := d.OpenBoard(cmd.Board, domain.KindEdition, domain.Words{NB: string(cmd.Title)}, &catalogue, cmd.Map)
	return events, err
}

func (cmd Make) check() error {
	switch {
	case cmd.Mode != Yearly && cmd.Mode != Rolling:
		return domain.Wrong("mode", "plan.mode", string(cmd.Mode))
	case cmd.Hearing != Heard && cmd.Hearing != Unheard:
		return domain.Wrong("hearing", "plan.hearing", string(cmd.Hearing))
	case !domain.IsDay(cmd.Judged):
		return domain.Wrong("judged", "date.wrong", cmd.Judged)
	}
	last := ""
	for _, day := range []struct{ field, day string }{{"days.drafted", cmd.Days.Drafted}, {"days.approved", cmd.Days.Approved}, {"days.published", cmd.Days.Published}} {
		if day.day == "" {
			continue
		}
		if !domain.IsDay(day.day) {
			return domain.Wrong(day.field, "date.wrong", day.day)
		}
		if cmp.Compare(day.day, last) < 0 {
			return domain.Wrong(day.field, "plan.days", day.day, last)
		}
		last = day.day
	}
	if err := domain.CheckText("title", cmd.Title, domain.MaxName); err != nil {
		return err
	}
	return domain.CheckText("case", cmd.Case, domain.MaxName)
}

// Planned is the plan of an edition; the last one holds.
type Planned struct {
	Board   domain.BoardID `json:"board"`
	Mode    Mode           `json:"mode"`
	Hearing Hearing        `json:"hearing"`
	Follows *Version       `json:"follows,omitempty"`
	Case    *domain.Text   `json:"case,omitempty"`
	Judged  string         `json:"judged"`
	Days    *Days          `json:"days,omitempty"`
}

func (*Planned) Kind() string            { return "edition_planned" }
func (e *Planned) Texts() []*domain.Text { return domain.Present(e.Case) }

func (e *Planned) Apply(a *domain.Applying) error { return a.Plan(e.Board, e.Judged, e) }
