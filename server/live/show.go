package live

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"kommunebilde/domain"
)

// maxSleep is how long the Clerk trusts its timer: a machine that slept or a
// clock that was set is noticed after that.
const maxSleep = time.Minute

// show pushes a step to the ring of every board that the records touched.
func (c *Clerk) show(s *domain.State, records []domain.Record) {
	now := c.o.Now()
	redacted := veils(records)
	published := false
	touched := map[domain.BoardID]bool{}
	for _, id := range s.BoardIDs() {
		p, ok := domain.PictureOf(s, domain.Audience{Kind: domain.AudienceStaff}, id, now)
		if !ok {
			continue
		}
		board, before := p.Board(), c.boards[id]
		if board.Revision == before.Revision {
			continue
		}
		if len(board.Publications) != len(before.Publications) {
			published = true
		}
		touched[id] = true
		c.boards[id] = board
		c.due[id] = s.NextChange(id, c.clock)
		c.shown = append(c.shown, c.hub.push(id, step{
			prev: before.Revision, rev: board.Revision, state: s, size: sizeOfStep(p, before.Revision),
		}, redacted))
	}
	c.showRest(s, now, touched[domain.Live] || len(records) == 0)
	if !published || len(records) == 0 {
		return
	}
	// What another board says of itself may hang on a publication: that it is
	// superseded, or what its base now shows.
	for id, board := range c.boards {
		if !touched[id] {
			c.pushTick(id, board, s, now, true)
		}
	}
}

// showRest tells the screens of the live picture when it comes to rest, or is
// kept again, by what happens on another board. Those that are told already need
// no tick.
func (c *Clerk) showRest(s *domain.State, now time.Time, told bool) {
	p, ok := domain.PictureOf(s, domain.Audience{Kind: domain.AudienceStaff}, domain.Live, now)
	if !ok {
		return
	}
	before := c.rests
	if c.rests = p.AtRest(); c.rests == before || told {
		return
	}
	c.due[domain.Live] = s.NextChange(domain.Live, now)
	c.pushTick(domain.Live, c.boards[domain.Live], s, now, true)
}

// veils reports whether records change what is shown of what was there before: no
// frame takes that off a screen, so that all have to take a new snapshot.
func veils(records []domain.Record) bool {
	return slices.ContainsFunc(records, domain.Record.Veils)
}

// sizeOfStep estimates what a state holds that its neighbours do not share.
func sizeOfStep(p domain.Picture, before domain.Revision) int {
	const fixed = 4 << 10
	if before == 0 {
		return fixed
	}
	catalogue := p.Catalogue()
	rows := min(len(p.Touched(before)), len(catalogue.Municipalities))
	return fixed + rows*(64+8*len(catalogue.Columns))
}

// tick tells the screens of boards that look different by the clock alone.
func (c *Clerk) tick() {
	now := c.o.Now()
	s := c.State()
	for id, board := range c.boards {
		if due := c.due[id]; !due.IsZero() && !due.After(now) {
			c.pushTick(id, board, s, now, false)
			c.o.Log.LogAttrs(context.Background(), slog.LevelInfo, "tick", slog.String("board", string(id)))
		}
		c.due[id] = s.NextChange(id, now)
	}
	c.clock = now
	c.wake()
	c.sleep()
}

func (c *Clerk) pushTick(id domain.BoardID, board domain.Board, s *domain.State, now time.Time, loud bool) {
	c.shown = append(c.shown, c.hub.push(id, step{
		prev: board.Revision, rev: board.Revision, state: s, size: 1 << 10,
		at: now, tick: fmt.Appendf(nil, `{"tick":%d}`, now.UnixMilli()), loud: loud,
	}, false))
}

// wake wakes the screens of the rings that something was pushed to. If the next
// group waits already, they are woken for both.
func (c *Clerk) wake() {
	for _, r := range c.shown {
		r.wakeUp(len(c.queue) > 0)
	}
	c.shown = c.shown[:0]
}

// sleep sets the timer to the next change by the clock.
func (c *Clerk) sleep() {
	wait := maxSleep
	now := c.o.Now()
	for _, due := range c.due {
		if !due.IsZero() {
			wait = min(wait, max(due.Sub(now), 0))
		}
	}
	c.timer.Reset(wait)
}
