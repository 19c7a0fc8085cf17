package domain

import (
	"slices"
	"sort"
	"time"
)

// How old a level may be before it must be confirmed, and what the live picture
// shows when nobody keeps it. All that shows or counts levels asks here.

// StaleAfterUntold is after how many hours a level of the live picture must be
// confirmed where the county pack does not say.
const StaleAfterUntold = 24

// Limits returns after how many hours the levels of each area must be confirmed.
func (c *Catalogue) Limits() map[ColumnID]int {
	out := map[ColumnID]int{}
	for _, i := range c.Areas() {
		out[c.Columns[i].ID] = c.Columns[i].StaleAfter
	}
	return out
}

// Limited returns the catalogue with limits for its areas.
func (c *Catalogue) Limited(hours map[ColumnID]int) Catalogue {
	out := *c
	out.Columns = slices.Clone(c.Columns)
	for _, i := range c.Areas() {
		n, ok := hours[c.Columns[i].ID]
		if !ok {
			n = StaleAfterUntold
		}
		out.Columns[i].StaleAfter = n
	}
	return out
}

// Limitless reports whether no level of the live picture ever has to be confirmed.
func (p Picture) Limitless() bool {
	return p.board.id == Live && !slices.ContainsFunc(p.board.catalogue.Columns, func(c Column) bool { return c.Kind == ColumnArea && c.StaleAfter > 0 })
}

// confirmation is when a row was said to be unchanged.
type confirmation struct {
	revision Revision
	at       int64
	meeting  MeetingID
}

// limit returns how old a column's levels may be, zero for any age. An edition is
// as old as it is.
func (b *board) limit(col int) time.Duration {
	if b.kind == KindEdition {
		return 0
	}
	return time.Duration(b.catalogue.Columns[col].StaleAfter) * time.Hour
}

// held returns when a level was last said to hold, as far as a revision knows:
// when it was set, or when its municipality had nothing new. An undo says nothing
// of it.
func (b *board) held(row, col int, c *change, cut Revision) time.Time {
	at, said := b.rows[row][col].stood(c).heldAt(), b.confirmed[row]
	if n := sort.Search(len(said), func(i int) bool { return said[i].revision > cut }); n > 0 {
		at = max(at, said[n-1].at)
	}
	return fromMillis(at)
}

// due returns when a level must be confirmed, zero if never.
func (b *board) due(row, col int, c *change, cut Revision) time.Time {
	limit := b.limit(col)
	if limit == 0 || c.is() == NotAssessed {
		return time.Time{}
	}
	return b.held(row, col, c, cut).Add(limit)
}

// Standing is what a meeting that goes on knows of a level.
type Standing string

const (
	SetInMeeting       Standing = "set"
	ConfirmedInMeeting Standing = "confirmed" // its municipality had nothing new
	SetOutside         Standing = "outside"   // since the meeting began, and not in it
	FromBefore         Standing = "before"
)

// Standing tells where a level stands in a meeting, for "" in any of those that
// go on; "" where none does, or there is no level to see.
func (p Picture) Standing(row, col int, in MeetingID) Standing {
	c := last(p.board.rows[row][col].upTo(p.cut))
	if p.board.kind == KindEdition || c.is() == NotAssessed || p.hides(row, col, FieldLevel) {
		return ""
	}
	var began Revision
	open := map[MeetingID]bool{}
	for m := range p.meetingsThen() {
		if in == "" || in == m.ID {
			began, open[m.ID] = m.Opened, true // newest first
		}
	}
	confirmed := slices.ContainsFunc(p.board.confirmed[row], func(c confirmation) bool { return open[c.meeting] && c.revision <= p.cut })
	stood := p.board.rows[row][col].stood(c)
	switch {
	case began == 0:
		return ""
	case open[stood.meeting]:
		return SetInMeeting
	case confirmed:
		return ConfirmedInMeeting
	case stood.revision > began:
		return SetOutside
	}
	return FromBefore
}

// nextStale returns when the next of the levels that the audience sees must be
// confirmed, zero if none will.
func (p Picture) nextStale(now time.Time) time.Time {
	var next time.Time
	b := p.board
	for i, row := range b.rows {
		for j, cell := range row {
			if p.hides(i, j, FieldLevel) {
				continue
			}
			if t := b.due(i, j, cell.current(), b.revision); t.After(now) && (next.IsZero() || t.Before(next)) {
				next = t
			}
		}
	}
	return next
}

// Due returns when the level at a place must be confirmed, zero if never. That
// nothing has changed counts as confirmed. What is left of a picture at rest must
// be confirmed whatever its age.
func (p Picture) Due(row, col int) time.Time {
	c := last(p.board.rows[row][col].upTo(p.cut))
	switch {
	case c == nil || p.hides(row, col, FieldLevel):
		return time.Time{}
	case !p.resting:
		return p.board.due(row, col, c, p.cut)
	case c.level.left():
		return fromMillis(p.board.rows[row][col].stood(c).at)
	}
	return time.Time{}
}

// Stale reports whether the level at a place must be confirmed, at the time that
// the picture is of. The level stays: old is not bad.
func (p Picture) Stale(row, col int) bool { return p.passed(p.Due(row, col)) }

func (p Picture) passed(due time.Time) bool { return !due.IsZero() && !p.at.Before(due) }

// Held returns when the level at a place was last said to hold: when it was set,
// or when its municipality had nothing new. Zero: it was never set.
func (p Picture) Held(row, col int) time.Time {
	c := last(p.board.rows[row][col].upTo(p.cut))
	if c == nil || p.hides(row, col, FieldLevel) {
		return time.Time{}
	}
	return p.board.held(row, col, c, p.cut)
}

// Overdue returns the places of the levels that must be confirmed.
func (p Picture) Overdue() [][2]int {
	var out [][2]int
	for i, row := range p.board.rows {
		for j := range row {
			if p.Stale(i, j) {
				out = append(out, [2]int{i, j})
			}
		}
	}
	return out
}

// Confirmed returns the places of the levels that were said to hold after a
// revision: they were not set, but must be confirmed at another time.
func (p Picture) Confirmed(after Revision) [][2]int {
	var out [][2]int
	seen := map[int]bool{}
	for _, l := range p.lines(after) {
		row := -1
		if l.line != nil && l.line.Confirms != "" {
			row = place(p.board.rowOf, l.line.Confirms)
		}
		if row < 0 || seen[row] {
			continue
		}
		seen[row] = true
		for col, cell := range p.board.rows[row] {
			if c := last(cell.upTo(p.cut)); c != nil && c.revision <= after && !p.board.due(row, col, c, p.cut).IsZero() && !p.hides(row, col, FieldLevel) {
				out = append(out, [2]int{row, col})
			}
		}
	}
	return out
}

// left reports whether a level is shown when the live picture is at rest.
func (l Level) left() bool { return l == Yellow || l == Red }

// AtRest reports whether nobody keeps the live picture: no meeting on it is open,
// and no situation.
func (p Picture) AtRest() bool {
	if p.board.id != Live {
		return false
	}
	for m := range p.meetings() {
		if m.Open() || m.Closed > p.cut {
			return false
		}
	}
	for _, b := range p.state.boards {
		open := b.closedAt.IsZero() || b.closedAt.After(p.at)
		if b.kind == KindSituation && !b.exercise && open && !b.openedAt.After(p.at) {
			return false
		}
	}
	return true
}

// ForViews returns the picture as people are shown it: at rest, where nobody
// keeps it. A level that was left yellow or red is shown and must be confirmed;
// of the others nobody knows. Record, API and exports keep them all.
func (p Picture) ForViews() Picture {
	p.resting = p.AtRest()
	return p
}

// Resting reports whether this is a picture at rest.
func (p Picture) Resting() bool { return p.resting }

// LastMeeting returns the meeting on the board that was closed last, and whether
// there is one. A screen is told of any when it was closed and by whom, for a
// picture at rest says so as long as it rests.
func (p Picture) LastMeeting() (Meeting, bool) {
	if !p.rights[RightSeeMeetings] {
		return Meeting{}, false
	}
	screen := p.audience.Kind == AudienceScreen
	var last *Meeting
	for m := range p.meetings() {
		if !m.Open() && m.Closed <= p.cut && (last == nil || m.Closed > last.Closed) && (screen || m.shownTo(p.audience, p.now)) {
			last = m
		}
	}
	if last == nil {
		return Meeting{}, false
	}
	shown := p.meeting(last.ID)
	if !screen {
		return *shown, true
	}
	out := Meeting{ID: last.ID, Closing: Closing{Closed: last.Closed, ClosedAt: last.ClosedAt, ClosedBy: last.ClosedBy}}
	if shown != nil {
		out.Title = shown.Title
	}
	return out, true
}
