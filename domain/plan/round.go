package plan

import (
	"fmt"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// OpenRound opens rows for judgement. An editor does it.
type OpenRound struct {
	Board          domain.BoardID          `json:"board"`
	Municipalities []domain.MunicipalityID `json:"m,omitempty"`
}

func (cmd OpenRound) Decide(d domain.Decision) ([]domain.Event, error) {
	g, err := d.Board(cmd.Board, domain.RightEdit)
	switch {
	case err != nil:
		return nil, err
	case !g.Planned():
		return nil, domain.Clash("plan.none")
	case !g.Phase().Working():
		return nil, domain.Clash("plan.published")
	}
	rows := slices.Clone(cmd.Municipalities)
	for i, m := range rows {
		if !g.Has(m) || slices.Contains(rows[:i], m) {
			return nil, domain.Wrong(fmt.Sprintf("m[%d]", i), "municipality.unknown", string(m))
		}
		if g.Round(m) > 0 {
			return nil, &domain.Error{Code: domain.Conflict, Field: fmt.Sprintf("m[%d]", i), Msg: "round.open", Args: []string{string(m)}}
		}
	}
	if len(rows) == 0 {
		all := g.Catalogue().Municipalities
		for _, m := range all {
			if g.Round(m.ID) == 0 {
				rows = append(rows, m.ID)
			}
		}
		switch len(rows) {
		case 0:
			return nil, domain.Clash("round.open")
		case len(all):
			rows = nil // all of them
		}
	}
	return []domain.Event{&RoundOpened{Board: g.ID(), Municipalities: rows}}, nil
}

// RoundOpened opens rows for judgement, the first time or the next; none named: all. A
// correction has a reason.
type RoundOpened struct {
	Board          domain.BoardID          `json:"board"`
	Municipalities []domain.MunicipalityID `json:"m,omitempty"`
	Correction     bool                    `json:"correction,omitempty"`
	Reason         *domain.Text            `json:"reason,omitempty"`
}

func (*RoundOpened) Kind() string            { return "round_opened" }
func (e *RoundOpened) Texts() []*domain.Text { return domain.Present(e.Reason) }

func (e *RoundOpened) Apply(a *domain.Applying) error {
	return a.OpenRound(e.Board, e.Municipalities, e)
}

// Area is who answers for an area, for lists and reminders.
type Area struct {
	Column    domain.ColumnID    `json:"c"`
	Assessors []domain.AccountID `json:"assessors,omitempty"`
	Approvers []domain.AccountID `json:"approvers,omitempty"`
	Due       string             `json:"due,omitempty"` // day, 2006-01-02
}

// Assign tells who answers for areas. An editor does it.
type Assign struct {
	Board domain.BoardID `json:"board"`
	Areas []Area         `json:"areas" limit:"minItems=1"`

	Known map[domain.AccountID]string `json:"-"` // what accounts are called
}

// Complete takes the accounts that there are.
func (cmd Assign) Complete(f domain.Facts) (domain.Command, error) {
	cmd.Known = f.Names()
	return cmd, nil
}

func (cmd Assign) Decide(d domain.Decision) ([]domain.Event, error) {
	g, err := d.Board(cmd.Board, domain.RightEdit)
	if err != nil {
		return nil, err
	}
	if !g.Planned() {
		return nil, domain.Clash("plan.none")
	}
	if len(cmd.Areas) == 0 {
		return nil, domain.Wrong("areas", "assign.none")
	}
	for i, area := range cmd.Areas {
		field := fmt.Sprintf("areas[%d]", i)
		col := g.Catalogue().ColumnIndex(area.Column)
		if col < 0 || g.Catalogue().Columns[col].Kind != domain.ColumnArea {
			return nil, domain.Wrong(field+".c", "column.unknown", string(area.Column))
		}
		if area.Due != "" && !domain.IsDay(area.Due) {
			return nil, domain.Wrong(field+".due", "date.wrong", area.Due)
		}
		for name, list := range map[string][]domain.AccountID{"assessors": area.Assessors, "approvers": area.Approvers} {
			for j, id := range list {
				if _, ok := cmd.Known[id]; !ok || slices.Contains(list[:j], id) {
					return nil, domain.Wrong(fmt.Sprintf("%s.%s[%d]", field, name, j), "account.unknown", string(id))
				}
			}
		}
		if len(area.Assessors) == 1 && slices.Equal(area.Assessors, area.Approvers) {
			return nil, domain.Wrong(field+".approvers", "assign.same")
		}
	}
	return []domain.Event{&Assigned{Board: g.ID(), Areas: slices.Clone(cmd.Areas)}}, nil
}

// Assigned tells who answers for areas; of each area the last that was told holds.
type Assigned struct {
	Board domain.BoardID `json:"board"`
	Areas []Area         `json:"areas"`
}

func (*Assigned) Kind() string          { return "area_assigned" }
func (*Assigned) Texts() []*domain.Text { return nil }

func (e *Assigned) Apply(a *domain.Applying) error {
	return a.Note(e.Board, domain.Line{Event: e, Story: story, Staff: true})
}

// Plan is what an edition is to be, for staff.
type Plan struct {
	Mode    Mode
	Hearing Hearing
	Follows *Version
	Case    typed.Text
	Judged  string
	Days    Days
	Areas   map[domain.ColumnID]Area
}

// Of returns the plan of an edition, and whether it has one.
func Of(g domain.Ground) (Plan, bool) {
	out := Plan{Areas: map[domain.ColumnID]Area{}}
	for e := range g.Story(story) {
		switch e := e.(type) {
		case *Planned:
			out.Mode, out.Hearing, out.Follows, out.Case, out.Judged, out.Days = e.Mode, e.Hearing, e.Follows, typed.Of(e.Case.String()), e.Judged, Days{}
			if e.Days != nil {
				out.Days = *e.Days
			}
		case *Assigned:
			for _, area := range e.Areas {
				out.Areas[area.Column] = area
			}
		}
	}
	return out, g.Planned()
}
