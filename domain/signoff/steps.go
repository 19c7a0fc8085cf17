package signoff

import (
	"fmt"
	"slices"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Seen is a unit, by the column that names it, as somebody saw it.
type Seen struct {
	Municipality domain.MunicipalityID `json:"m"`
	Column       domain.ColumnID       `json:"c"`
	Revision     domain.Revision       `json:"rev" doc:"The unit's revision that was seen."`
}

func (s Seen) ref() domain.CellRef {
	return domain.CellRef{Municipality: s.Municipality, Column: s.Column}
}

// Submit hands units over to be approved. An assessor does it in the own areas, an editor
// everywhere. All that is missing is told at once.
type Submit struct {
	Board domain.BoardID `json:"board"`
	Units []Seen         `json:"units" limit:"minItems=1"`
}

func (cmd Submit) Decide(d domain.Decision) ([]domain.Event, error) {
	e := &unitsSubmitted{Board: cmd.Board}
	var lacks []string
	err := eachUnit(d, cmd.Board, domain.RightSetLevels, cmd.Units, func(field string, w Work, s Seen, u Unit) error {
		if u.State == Submitted || u.State == Approved {
			return &domain.Error{Code: domain.Conflict, Field: field, Msg: "submit.done"}
		}
		for _, miss := range u.Missing {
			lacks = append(lacks, string(s.Municipality)+"."+string(miss.Column)+":"+miss.What)
		}
		e.Cells = append(e.Cells, unitAt{s.ref(), u.Revision})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(lacks) > 0 {
		return nil, &domain.Error{Code: domain.Conflict, Field: "units", Msg: "submit.missing", Args: lacks}
	}
	return []domain.Event{e}, nil
}

// Return sends units back to those who wrote them, for a reason. An approver does it in
// the own areas, an editor everywhere.
type Return struct {
	Board  domain.BoardID `json:"board"`
	Units  []Seen         `json:"units" limit:"minItems=1"`
	Reason typed.Text     `json:"reason" limit:"maxLength=2000"`
}

func (cmd Return) Decide(d domain.Decision) ([]domain.Event, error) {
	e := &unitsReturned{Board: cmd.Board}
	err := eachUnit(d, cmd.Board, domain.RightApprove, cmd.Units, func(field string, _ Work, s Seen, u Unit) error {
		if u.State != Submitted && u.State != Approved && u.State != Changed {
			return &domain.Error{Code: domain.Conflict, Field: field, Msg: "return.state"}
		}
		e.Cells = append(e.Cells, unitAt{s.ref(), u.Revision})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if cmd.Reason == "" {
		return nil, domain.Wrong("reason", "reason.missing")
	}
	if err := domain.CheckText("reason", cmd.Reason, domain.MaxReason); err != nil {
		return nil, err
	}
	e.Reason = domain.NewText(cmd.Reason)
	return []domain.Event{e}, nil
}

// Approve approves units that others wrote. An approver does it in the own areas, an
// editor everywhere.
type Approve struct {
	Board domain.BoardID `json:"board"`
	Units []SeenSum      `json:"units" limit:"minItems=1"`
}

// SeenSum is a unit as it is approved: with the sum of what was read.
type SeenSum struct {
	Seen
	Sum domain.Hash `json:"sum"`
}

func (cmd Approve) Decide(d domain.Decision) ([]domain.Event, error) {
	e := &unitsApproved{Board: cmd.Board}
	var seen []Seen
	for _, u := range cmd.Units {
		seen = append(seen, u.Seen)
	}
	n := 0
	err := eachUnit(d, cmd.Board, domain.RightApprove, seen, func(field string, w Work, s Seen, u Unit) error {
		sum := cmd.Units[n].Sum
		n++
		refuse := func(msg string) error { return &domain.Error{Code: domain.Conflict, Field: field, Msg: msg} }
		switch {
		case sum != u.Sum:
			return refuse("approve.changed")
		case w.Own(u, d.By()):
			return &domain.Error{Code: domain.Forbidden, Field: field, Msg: "approve.own"}
		case !u.Ready():
			return refuse("approve.state")
		}
		e.Cells = append(e.Cells, unitSum{unitAt{s.ref(), u.Revision}, u.Sum})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return []domain.Event{e}, nil
}

// eachUnit judges the units that a command names, one after the other: that they are
// there, once, the actor's to judge, and as they were seen.
func eachUnit(d domain.Decision, board domain.BoardID, need domain.Right, units []Seen, judge func(field string, w Work, s Seen, u Unit) error) error {
	if _, err := d.Board(board, need); err != nil {
		return err
	}
	w, err := Of(d, board)
	if err != nil {
		return err
	}
	if len(units) == 0 || len(units) > domain.MaxCells {
		return domain.Wrong("units", "cells.count", fmt.Sprint(domain.MaxCells))
	}
	for i, s := range units {
		field := fmt.Sprintf("units[%d]", i)
		lead, known := w.Lead(s.Column)
		switch {
		case !w.Ground.Has(s.Municipality):
			return domain.Wrong(field+".m", "municipality.unknown", string(s.Municipality))
		case !known || lead != s.Column:
			return domain.Wrong(field+".c", "column.unit", string(s.Column))
		case slices.ContainsFunc(units[:i], func(o Seen) bool { return o.ref() == s.ref() }):
			return domain.Wrong(field, "cells.twice")
		case w.Rests(s.Column):
			return &domain.Error{Code: domain.Conflict, Field: field + ".c", Msg: "column.rests"}
		case !d.MayIn(w.Ground, need, s.Column):
			return &domain.Error{Code: domain.Forbidden, Field: field + ".c", Msg: "forbidden.area"}
		case w.Ground.Round(s.Municipality) == 0:
			return &domain.Error{Code: domain.Conflict, Field: field + ".m", Msg: "edition.round"}
		}
		u := w.Unit(s.Municipality, s.Column)
		if u.Revision != s.Revision {
			return &domain.Error{Code: domain.Conflict, Field: field, Msg: "cell.stale"}
		}
		if err := judge(field, w, s, u); err != nil {
			return err
		}
	}
	return nil
}

// unitAt is a unit at a revision of its content.
type unitAt struct {
	domain.CellRef
	Revision domain.Revision `json:"rev"`
}

// unitSum is a unit with the sum of what was approved.
type unitSum struct {
	unitAt
	Sum domain.Hash `json:"sum"`
}

// unitsSubmitted hands units over to be approved.
type unitsSubmitted struct {
	Board domain.BoardID `json:"board"`
	Cells []unitAt       `json:"cells"`
}

func (*unitsSubmitted) Kind() string          { return "cells_submitted" }
func (*unitsSubmitted) Texts() []*domain.Text { return nil }

func (e *unitsSubmitted) Apply(a *domain.Applying) error {
	for _, c := range e.Cells {
		note(a, e.Board, c.CellRef, step{kind: Submitted, rev: c.Revision})
	}
	return a.Note(e.Board, domain.Line{Event: e, Story: story, Staff: true})
}

// unitsReturned sends units back, for a reason.
type unitsReturned struct {
	Board  domain.BoardID `json:"board"`
	Cells  []unitAt       `json:"cells"`
	Reason *domain.Text   `json:"reason"`
}

func (*unitsReturned) Kind() string            { return "cells_returned" }
func (e *unitsReturned) Texts() []*domain.Text { return domain.Present(e.Reason) }

func (e *unitsReturned) Apply(a *domain.Applying) error {
	for _, c := range e.Cells {
		note(a, e.Board, c.CellRef, step{kind: Draft, rev: c.Revision, reason: e.Reason})
	}
	return a.Note(e.Board, domain.Line{Event: e, Story: story, Staff: true})
}

// unitsApproved approves units, by the sum of their content.
type unitsApproved struct {
	Board domain.BoardID `json:"board"`
	Cells []unitSum      `json:"cells"`
}

func (*unitsApproved) Kind() string          { return "cells_approved" }
func (*unitsApproved) Texts() []*domain.Text { return nil }

func (e *unitsApproved) Apply(a *domain.Applying) error {
	for _, c := range e.Cells {
		note(a, e.Board, c.CellRef, step{kind: Approved, rev: c.Revision, sum: c.Sum})
	}
	return a.Note(e.Board, domain.Line{Event: e, Story: story, Staff: true})
}

func note(a *domain.Applying, board domain.BoardID, at domain.CellRef, s step) {
	kept := write(a, board)
	kept.steps = kept.steps.Put(a, at, kept.steps.At(at).Add(a, s))
}
