package screens

import (
	"slices"
	"sync"
	"time"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
	"kommunebilde/server/wire"
)

// present is who is followed on each board, who edits, and how many look. Requests, sockets
// and timers all change it, under mu. What is to be said of it is made under mu too and given
// to a pacer, which says the last that it was given: so frames come in the order of what
// they tell. A board's entries stay: there are as many as boards that were looked at.
type present struct {
	mu      sync.Mutex // guards all that follows
	crowds  map[domain.BoardID]*crowd
	leading map[domain.BoardID]*presenter
	editing map[domain.BoardID]*editors
}

func newPresent() *present {
	return &present{crowds: map[domain.BoardID]*crowd{}, leading: map[domain.BoardID]*presenter{}, editing: map[domain.BoardID]*editors{}}
}

// edit returns how many say where they edit.
func (p *present) edit() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, all := range p.editing {
		n += len(all.list)
	}
	return n
}

// editors are those who edit on a board now, as they began.
type editors struct {
	pace pacer
	list []*editor
}

type editor struct {
	by    domain.AccountID
	m     domain.MunicipalityID
	c     domain.ColumnID
	timer *time.Timer
}

// editing is a cell that somebody edits.
type editing struct {
	Board   domain.BoardID        `json:"board"`
	Meeting domain.MeetingID      `json:"meeting,omitempty"`
	M       domain.MunicipalityID `json:"m,omitempty"`
	C       domain.ColumnID       `json:"c,omitempty"`
}

// apiPresence tells colleagues which cell somebody edits; no cell: none.
func (s *Screens) apiPresence(k *edge.Call) error {
	var j editing
	if err := k.ReadJSON(&j); err != nil {
		return err
	}
	p, err := k.Picture(j.Board)
	if err != nil {
		return err
	}
	if err := k.Allowed(j.Board, domain.RightSetLevels); err != nil && j.M != "" {
		// A meeting may end while its lead's page says where they are: they are
		// nowhere then, and have done nothing that is forbidden.
		if !k.Actor.Leads(k.Now) {
			return err
		}
		j.M, j.C = "", ""
	}
	if j.M != "" && p.Row(j.M) < 0 {
		return edge.Wrong("m", "municipality.unknown")
	}
	if j.C != "" && p.Col(j.C) < 0 {
		return edge.Wrong("c", "column.unknown")
	}
	s.edits(j.Board, editor{by: k.Actor.ID, m: j.M, c: j.C})
	return k.Done()
}

// edits notes where somebody edits, and that they do no more where no
// municipality is told or nothing is heard of them for a while.
func (s *Screens) edits(board domain.BoardID, now editor) {
	p := s.present
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.editing[board]
	if all == nil {
		all = &editors{pace: pacer{every: time.Second}}
		p.editing[board] = all
	}
	i := slices.IndexFunc(all.list, func(e *editor) bool { return e.by == now.by })
	switch {
	case i < 0 && now.m == "":
		return
	case i < 0:
		e := &now
		e.timer = time.AfterFunc(s.cfg.Timing.Follow, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			all.list = slices.DeleteFunc(all.list, func(o *editor) bool { return o == e })
			all.pace.do(s.saysPresence(board, all.list))
			p.tellCrowd(s, board)
		})
		all.list = append(all.list, e)
		p.tellCrowd(s, board)
	case now.m == "":
		all.list[i].timer.Stop()
		all.list = slices.Delete(all.list, i, i+1)
		p.tellCrowd(s, board)
	default:
		all.list[i].m, all.list[i].c = now.m, now.c
		all.list[i].timer.Reset(s.cfg.Timing.Follow)
	}
	all.pace.do(s.saysPresence(board, all.list))
}

// saysPresence makes the frame that says who edits where, for staff.
func (s *Screens) saysPresence(board domain.BoardID, list []*editor) func() {
	b := []byte(`{"presence":[`)
	for i, e := range list {
		b = wire.AppendString(append(wire.Comma(b, i), `{"m":`...), string(e.m))
		b = wire.AppendField(b, "c", string(e.c))
		b = wire.AppendField(b, "by", s.cfg.Auth.Name(e.by))
		b = append(wire.AppendField(b, "id", string(e.by)), '}')
	}
	b = append(b, ']', '}')
	return func() { s.cfg.Clerk.Ephemeral(board, "staff:presence", b) }
}
