package screens

import (
	"strconv"
	"time"

	"kommunebilde/domain"
)

// crowd is how many look at a board: who leads wants to know. It is told only
// while somebody leads or edits there, at most once a second, and to staff.
type crowd struct {
	screens   int // connected
	following int // of these, those that look along with the lead
	told      bool
	pace      pacer
}

const crowdKind = "staff:crowd"

// count notes that a board has so many more screens, and so many more that
// follow.
func (p *present) count(s *Screens, board domain.BoardID, screens, following int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.crowds[board]
	if c == nil {
		c = &crowd{pace: pacer{every: time.Second}}
		p.crowds[board] = c
	}
	c.screens += screens
	c.following += following
	p.tellCrowd(s, board)
}

// tellCrowd says how many there are, or that nobody is told any more. p.mu is
// held.
func (p *present) tellCrowd(s *Screens, board domain.BoardID) {
	c := p.crowds[board]
	if c == nil {
		return
	}
	if p.leading[board] == nil && (p.editing[board] == nil || len(p.editing[board].list) == 0) {
		c.pace.stop()
		if c.told {
			c.told = false
			s.cfg.Clerk.Ephemeral(board, crowdKind, nil)
		}
		return
	}
	c.told = true
	b := strconv.AppendInt([]byte(`{"crowd":{"screens":`), int64(c.screens), 10)
	b = append(strconv.AppendInt(append(b, `,"following":`...), int64(c.following), 10), '}', '}')
	c.pace.do(func() { s.cfg.Clerk.Ephemeral(board, crowdKind, b) })
}

// follows notes whether a screen looks along; it says so itself.
func (sc *screen) follows(on bool) {
	if sc.following.Swap(on) != on {
		sc.s.present.count(sc.s, sc.visit.board, 0, map[bool]int{true: 1, false: -1}[on])
	}
}

// present counts a screen in until it leaves.
func (sc *screen) present() (leave func()) {
	sc.s.present.count(sc.s, sc.visit.board, 1, 0)
	return func() {
		sc.follows(false)
		sc.s.present.count(sc.s, sc.visit.board, -1, 0)
	}
}
