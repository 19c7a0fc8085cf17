package views

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/actors"
	"kommunebilde/domain/typed"
)

// known is the views of each board, as saved. It keeps those that were removed, for the
// meetings that opened with them.
var known = domain.NewSlot[boards]()

// Max is how many views a board may have.
const (
	Max        = 50
	maxMinutes = 366 * 24 * 60
)

// Events are the kinds of this subject.
func Events() []domain.Event { return []domain.Event{&Saved{}, &Removed{}} }

// Commands are what one may ask for in it.
func Commands() []domain.CommandKind {
	arranges := []domain.Right{domain.RightArrange}
	return []domain.CommandKind{
		{Name: "save_view", Doc: "Keeps a filter of a board under a name.",
			Needs: arranges, Example: Save{Board: domain.Live, Name: "Regionmøte sør", Filter: domain.ViewFilter{Region: "sor", Levels: []domain.Level{domain.Red}}}},
		{Name: "remove_view", Doc: "Removes a saved view; meetings that opened with it keep it.",
			Needs: arranges, Example: Remove{Board: domain.Live, ID: "v1"}},
	}
}

// Save keeps a filter of a board under a name. ID is chosen by whoever asks (random). It
// needs the right to arrange the board. It is refused for a filter that leaves nothing
// out or names what the board has not, under a name that another view has, and when the
// board has too many.
type Save struct {
	Board  domain.BoardID    `json:"board"`
	ID     domain.ViewID     `json:"-"`
	Name   typed.Text        `json:"name" limit:"maxLength=200"`
	Filter domain.ViewFilter `json:"filter"`
}

func (cmd *Save) SetID(id string)       { cmd.ID = domain.ViewID(id) }
func (cmd Save) Made() (string, string) { return "view", string(cmd.ID) }

func (cmd Save) Decide(d domain.Decision) ([]domain.Event, error) {
	b, err := d.Board(cmd.Board, domain.RightArrange)
	if err != nil {
		return nil, err
	}
	if !domain.IsID(string(cmd.ID)) {
		return nil, domain.Wrong("id", "id.wrong", string(cmd.ID))
	}
	if err := domain.CheckName("name", cmd.Name); err != nil {
		return nil, err
	}
	if cmd.Filter.Empty() {
		return nil, domain.Wrong("filter", "view.empty")
	}
	if err := check(cmd.Filter, b.Catalogue(), b.Kind(), func(id domain.RegionalActorID) bool { return actors.On(d, id) }); err != nil {
		return nil, err
	}
	n := 0
	for _, v := range known.In(d)[b.ID()] {
		switch {
		case v.view.ID == cmd.ID, !v.gone && strings.EqualFold(v.name.String(), string(cmd.Name)):
			return nil, domain.Clash("view.exists", string(cmd.Name))
		case !v.gone:
			n++
		}
	}
	if n >= Max {
		return nil, domain.Wrong("name", "views.full", fmt.Sprint(Max))
	}
	f := cmd.Filter
	f.Levels = slices.Clone(f.Levels)
	return []domain.Event{&Saved{Board: b.ID(), View: cmd.ID, Name: domain.NewText(cmd.Name), Filter: f}}, nil
}

// Remove takes a view away. It needs the same right, and is refused for one that is not
// there.
type Remove struct {
	Board domain.BoardID `json:"board"`
	ID    domain.ViewID  `json:"view"`
}

func (cmd Remove) Decide(d domain.Decision) ([]domain.Event, error) {
	b, err := d.Board(cmd.Board, domain.RightArrange)
	if err != nil {
		return nil, err
	}
	if _, _, choosable := known.In(d).Filter(b.ID(), cmd.ID); !choosable {
		return nil, domain.Unknown("view", "view.unknown")
	}
	return []domain.Event{&Removed{Board: b.ID(), View: cmd.ID}}, nil
}

// Saved keeps a filter of a board under a name.
type Saved struct {
	Board  domain.BoardID    `json:"board"`
	View   domain.ViewID     `json:"view"`
	Name   *domain.Text      `json:"name"`
	Filter domain.ViewFilter `json:"filter"`
}

func (*Saved) Kind() string            { return "view_saved" }
func (e *Saved) Texts() []*domain.Text { return domain.Present(e.Name) }

// Apply leaves the board's revision and log alone, as that of [Removed] does: a view is
// the office's, and no news to anyone who follows the board.
func (e *Saved) Apply(a *domain.Applying) error {
	if err := a.HasBoard(e.Board); err != nil {
		return err
	}
	of := known.Now(a)
	known.Put(a, of.with(e.Board, append(slices.Clip(of[e.Board]), saved{
		view: View{ID: e.View, Filter: e.Filter, SavedAt: a.Record().At, SavedBy: a.Record().By}, name: e.Name,
	})))
	return nil
}

// Removed takes a view away; meetings that opened with it keep it.
type Removed struct {
	Board domain.BoardID `json:"board"`
	View  domain.ViewID  `json:"view"`
}

func (*Removed) Kind() string          { return "view_removed" }
func (*Removed) Texts() []*domain.Text { return nil }

func (e *Removed) Apply(a *domain.Applying) error {
	if err := a.HasBoard(e.Board); err != nil {
		return err
	}
	of := known.Now(a)
	all := slices.Clone(of[e.Board])
	i := slices.IndexFunc(all, func(v saved) bool { return v.view.ID == e.View })
	if i < 0 {
		return fmt.Errorf("no view %q: %w", e.View, domain.ErrCorrupt)
	}
	all[i].gone = true
	known.Put(a, of.with(e.Board, all))
	return nil
}

// View is a filter that the office keeps under a name ("Regionmøte Valdres").
type View struct {
	ID      domain.ViewID
	Name    string // "" if it was redacted
	Filter  domain.ViewFilter
	SavedAt time.Time
	SavedBy domain.AccountID
	Fits    bool // the board still has its region, area and actor
}

// Of returns the board's saved views by name. Staff alone is told of them.
func Of(p domain.Picture) []View {
	if p.Audience().Kind != domain.AudienceStaff {
		return nil
	}
	var out []View
	board := p.Board()
	for _, v := range known.Of(p)[board.ID] {
		if v.gone {
			continue
		}
		view := v.view
		view.Name = v.name.String()
		view.Fits = nil == check(view.Filter, p.Catalogue(), board.Kind, func(id domain.RegionalActorID) bool {
			_, ok := actors.One(p, id)
			return ok
		})
		out = append(out, view)
	}
	slices.SortStableFunc(out, func(a, b View) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return out
}

// check refuses what a board has not.
func check(f domain.ViewFilter, c *domain.Catalogue, kind domain.BoardKind, listed func(domain.RegionalActorID) bool) error {
	switch {
	case f.Region != "" && c.RegionIndex(f.Region) < 0:
		return domain.Wrong("region", "region.unknown", string(f.Region))
	case f.Area != "" && c.ColumnIndex(f.Area) < 0:
		return domain.Wrong("area", "column.unknown", string(f.Area))
	case f.Map != "" && c.ColumnIndex(f.Map) < 0:
		return domain.Wrong("map", "column.unknown", string(f.Map))
	case f.Older < 0 || f.Older > maxMinutes:
		return domain.Wrong("age", "view.age")
	case f.Minutes < 0 || f.Minutes > maxMinutes || f.Minutes > 0 && f.SinceMeeting:
		return domain.Wrong("minutes", "view.since")
	case f.Actor != "" && !listed(f.Actor):
		return domain.Wrong("actor", "actor.unknown")
	}
	for i, l := range f.Levels {
		if !slices.Contains(kind.Levels(), l) || slices.Contains(f.Levels[:i], l) {
			return domain.Wrong(fmt.Sprintf("levels[%d]", i), "level.unknown", string(l))
		}
	}
	return nil
}

// boards has the views of each board. Its exported method is what the kernel asks of
// it: see [domain.Slot].
type boards map[domain.BoardID][]saved

// saved is a view as the state keeps it.
type saved struct {
	view View
	name *domain.Text
	gone bool // it was removed
}

// Filter returns what a view shows of its board, whether there is or was such a view,
// and whether it may still be chosen.
func (b boards) Filter(board domain.BoardID, id domain.ViewID) (f domain.ViewFilter, known, choosable bool) {
	i := slices.IndexFunc(b[board], func(v saved) bool { return v.view.ID == id })
	if i < 0 {
		return domain.ViewFilter{}, false, false
	}
	return b[board][i].view.Filter, true, !b[board][i].gone
}

// with returns the views with those of one board replaced.
func (b boards) with(board domain.BoardID, all []saved) boards {
	out := maps.Clone(b)
	if out == nil {
		out = boards{}
	}
	out[board] = all
	return out
}
