package kommunebilde

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ViewID names a saved view.
type ViewID string

// ViewFilter is what a view shows of its board; the zero ViewFilter is all of
// it.
type ViewFilter struct {
	Region       RegionID        `json:"region,omitempty"`
	Area         ColumnID        `json:"area,omitempty"`
	Levels       []Level         `json:"levels,omitempty"`        // empty: all; NotAssessed stands for all that say nothing about good or bad
	Minutes      int             `json:"minutes,omitempty"`       // changed within so many, 0: whenever
	SinceMeeting bool            `json:"since_meeting,omitempty"` // changed since the previous meeting
	Actor        RegionalActorID `json:"actor,omitempty"`         // reported by it
	Map          ColumnID        `json:"map,omitempty"`           // the area on the map
}

// View is a filter that the office keeps under a name ("Regionmøte Valdres").
type View struct {
	ID      ViewID
	Name    string // "" if it was redacted
	Filter  ViewFilter
	SavedAt time.Time
	SavedBy AccountID
	Fits    bool // the board still has its region, area and actor
}

// savedView is a view as the state keeps it: one that was removed stays, for
// the meetings that opened with it.
type savedView struct {
	view View
	name *Text
	gone bool
}

const (
	maxViews       = 50
	maxViewMinutes = 366 * 24 * 60
)

// Views returns the board's saved views by name; nil for whom they are not for.
func (p Picture) Views() []View {
	if p.audience.Kind != AudienceStaff {
		return nil
	}
	var out []View
	for _, v := range p.state.boards[p.board.id].views {
		if !v.gone {
			out = append(out, p.view(v))
		}
	}
	slices.SortStableFunc(out, func(a, b View) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return out
}

func (p Picture) view(v savedView) View {
	out := v.view
	out.Name = v.name.String()
	out.Fits = out.Filter.check(p.state, p.board) == nil
	return out
}

// savedView returns a view, also one that was removed.
func (b *board) savedView(id ViewID) (savedView, bool) {
	i := slices.IndexFunc(b.views, func(v savedView) bool { return v.view.ID == id })
	if i < 0 {
		return savedView{}, false
	}
	return b.views[i], true
}

// check refuses what the board has not.
func (f ViewFilter) check(s *State, b *board) error {
	switch {
	case f.Region != "" && b.catalogue.RegionIndex(f.Region) < 0:
		return invalid("region", "region.unknown", string(f.Region))
	case f.Area != "" && b.catalogue.ColumnIndex(f.Area) < 0:
		return invalid("area", "column.unknown", string(f.Area))
	case f.Map != "" && b.catalogue.ColumnIndex(f.Map) < 0:
		return invalid("map", "column.unknown", string(f.Map))
	case f.Minutes < 0 || f.Minutes > maxViewMinutes || f.Minutes > 0 && f.SinceMeeting:
		return invalid("minutes", "view.since")
	case f.Actor != "" && !s.listed(f.Actor):
		return invalid("actor", "actor.unknown")
	}
	for i, l := range f.Levels {
		if !slices.Contains(b.kind.Levels(), l) || slices.Contains(f.Levels[:i], l) {
			return invalid(fmt.Sprintf("levels[%d]", i), "level.unknown", string(l))
		}
	}
	return nil
}

// empty tells whether nothing is left out.
func (f ViewFilter) empty() bool {
	return f.Region == "" && f.Area == "" && len(f.Levels) == 0 && f.Minutes == 0 && !f.SinceMeeting && f.Actor == "" && f.Map == ""
}

func (d decision) saveView(cmd SaveView) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightArrange)
	if err != nil {
		return nil, err
	}
	if !meetingIDs.MatchString(string(cmd.ID)) {
		return nil, invalid("id", "id.wrong", string(cmd.ID))
	}
	if err := checkName("name", cmd.Name); err != nil {
		return nil, err
	}
	if cmd.Filter.empty() {
		return nil, invalid("filter", "view.empty")
	}
	if err := cmd.Filter.check(d.s, b); err != nil {
		return nil, err
	}
	n := 0
	for _, v := range b.views {
		switch {
		case v.view.ID == cmd.ID, !v.gone && strings.EqualFold(v.name.String(), cmd.Name):
			return nil, conflict("view.exists", cmd.Name)
		case !v.gone:
			n++
		}
	}
	if n >= maxViews {
		return nil, invalid("name", "views.full", fmt.Sprint(maxViews))
	}
	f := cmd.Filter
	f.Levels = slices.Clone(f.Levels)
	return []Event{&ViewSaved{Board: b.id, View: cmd.ID, Name: NewText(cmd.Name), Filter: f}}, nil
}

func (d decision) removeView(cmd RemoveView) ([]Event, error) {
	b, _, err := d.board(cmd.Board, RightArrange)
	if err != nil {
		return nil, err
	}
	if v, ok := b.savedView(cmd.ID); !ok || v.gone {
		return nil, notFound("id", "view.unknown")
	}
	return []Event{&ViewRemoved{Board: b.id, View: cmd.ID}}, nil
}

// saveView and removeView leave the board's revision and log alone: a view is
// the office's, and no news to those who follow the board.
func (b *builder) saveView(e *ViewSaved) error {
	board, err := b.board(e.Board)
	if err != nil {
		return err
	}
	board.views = append(slices.Clip(board.views), savedView{
		view: View{ID: e.View, Filter: e.Filter, SavedAt: b.r.At, SavedBy: b.r.By}, name: e.Name,
	})
	return nil
}

func (b *builder) removeView(e *ViewRemoved) error {
	board, err := b.board(e.Board)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(board.views, func(v savedView) bool { return v.view.ID == e.View })
	if i < 0 {
		return fmt.Errorf("no view %q: %w", e.View, ErrCorrupt)
	}
	board.views = slices.Clone(board.views)
	board.views[i].gone = true
	return nil
}
