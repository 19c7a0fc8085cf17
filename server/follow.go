package server

import (
	"mime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
)

// Who leads may have others look along ("følg meg"), and who edits is seen by
// colleagues. Both are said by ephemeral frames, are stored nowhere and end by
// themselves: somebody must go on saying so.
const (
	followKind   = "staff:follow"  // with the presenter's name
	followOthers = "others:follow" // walls and municipalities are told no names
	followEnded  = `{"follow":null}`
)

// pacer does at most one thing in each interval: the last that is asked for.
type pacer struct {
	every time.Duration

	mu   sync.Mutex
	last time.Time
	next func()
	wait *time.Timer
}

func (p *pacer) do(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = f
	if p.wait != nil {
		return
	}
	if left := p.every - time.Since(p.last); left > 0 {
		p.wait = time.AfterFunc(left, p.now)
		return
	}
	p.fire()
}

func (p *pacer) now() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wait = nil
	p.fire()
}

// fire does what is asked for. p.mu is held, so that nothing overtakes it.
func (p *pacer) fire() {
	if p.next != nil {
		p.last = time.Now()
		p.next()
		p.next = nil
	}
}

// stop forgets what still waits.
func (p *pacer) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = nil
}

// presenter is who is followed on a board now.
type presenter struct {
	by     kommunebilde.AccountID
	pace   pacer
	timer  *time.Timer
	unhook func()
}

// present is who is followed on each board, who edits, and how many look.
type present struct {
	mu      sync.Mutex
	crowds  map[kommunebilde.BoardID]*crowd
	leading map[kommunebilde.BoardID]*presenter
	editing map[kommunebilde.BoardID]*editors
}

// editors are those who edit on a board now, as they began.
type editors struct {
	pace pacer
	list []*editor
}

type editor struct {
	by    kommunebilde.AccountID
	m     kommunebilde.MunicipalityID
	c     kommunebilde.ColumnID
	timer *time.Timer
}

func newPresent() *present {
	return &present{crowds: map[kommunebilde.BoardID]*crowd{}, leading: map[kommunebilde.BoardID]*presenter{}, editing: map[kommunebilde.BoardID]*editors{}}
}

// jsonBody reads a request's body strictly.
func (k *call) jsonBody(to any) error {
	kind, _, err := mime.ParseMediaType(k.c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEApplicationJSON {
		return httpError(fiber.StatusUnsupportedMediaType, "http.415", err)
	}
	return decodeStrict(k.body(), to)
}

// allowed asks for a right on a board: 404 for who does not see it, 403 for who
// may not.
func (k *call) allowed(board kommunebilde.BoardID, right kommunebilde.Right) error {
	if _, err := k.picture(board); err != nil {
		return err
	}
	if !k.rights(board)[right] {
		return &kommunebilde.Error{Code: kommunebilde.Forbidden, Msg: "forbidden." + string(right)}
	}
	return nil
}

// apiFollow tells what the presenter looks at, or that it ends.
func (s *Server) apiFollow(k *call) error {
	var j struct {
		Board   kommunebilde.BoardID   `json:"board"`
		Meeting kommunebilde.MeetingID `json:"meeting"`
		On      bool                   `json:"on"`
		Take    bool                   `json:"take"`
		Path    string                 `json:"path"`
		View    struct {
			Path string `json:"path"`
		} `json:"view"`
	}
	if err := k.jsonBody(&j); err != nil {
		return err
	}
	if err := k.allowed(j.Board, kommunebilde.RightLead); err != nil {
		return err
	}
	if j.Path == "" {
		j.Path = j.View.Path
	}
	if !j.On {
		s.present.end(s, j.Board, func(p *presenter) bool { return p.by == k.actor.ID }, s.saysFollow(j.Board, "", ""))
		return k.done()
	}
	if path, _, _ := strings.Cut(j.Path, "?"); ownPath(j.Path, "") == "" || path != "/tavle/"+string(j.Board) {
		return wrongField("path", "follow.path")
	}
	if err := s.lead(k, j.Board, j.Take, s.saysFollow(j.Board, k.actor.ID, j.Path)); err != nil {
		return err
	}
	return k.done()
}

func (k *call) done() error {
	k.c.Status(fiber.StatusNoContent)
	return nil
}

// lead makes the caller the board's presenter, or lets it go on, and says so.
// There is one at a time; another takes over only by asking for it.
func (s *Server) lead(k *call, board kommunebilde.BoardID, take bool, say func()) error {
	s.present.mu.Lock()
	defer s.present.mu.Unlock()
	p := s.present.leading[board]
	if p != nil && p.by == k.actor.ID {
		p.timer.Reset(s.cfg.timing.follow)
		p.pace.do(say)
		return nil
	}
	if p != nil && !take {
		return &kommunebilde.Error{Code: kommunebilde.Conflict, Msg: "follow.other", Args: []string{s.cfg.Auth.Name(p.by)}}
	}
	if p != nil {
		p.leave()
	}
	p = &presenter{by: k.actor.ID, pace: pacer{every: 100 * time.Millisecond}}
	over := func() {
		s.present.end(s, board, func(now *presenter) bool { return now == p }, s.saysFollow(board, "", ""))
	}
	p.timer = time.AfterFunc(s.cfg.timing.follow, over)
	p.unhook = k.handle.OnEnd(over)
	s.present.leading[board] = p
	p.pace.do(say)
	s.present.tellCrowd(s, board)
	return nil
}

func (p *presenter) leave() {
	p.timer.Stop()
	p.pace.stop()
	p.unhook()
}

// end ends the presenter of a board if it is the one, and then says so.
func (p *present) end(s *Server, board kommunebilde.BoardID, is func(*presenter) bool, say func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.leading[board]; now != nil && is(now) {
		delete(p.leading, board)
		now.leave()
		say()
		p.tellCrowd(s, board)
	}
}

// saysFollow makes the frames that say where the presenter is; no path: nowhere.
func (s *Server) saysFollow(board kommunebilde.BoardID, by kommunebilde.AccountID, path string) func() {
	staff, others := []byte(followEnded), []byte(followEnded)
	if path != "" {
		others = append(appendString([]byte(`{"follow":{"path":`), path), '}', '}')
		staff = appendString([]byte(`{"follow":{"by":`), s.cfg.Auth.Name(by))
		staff = append(appendField(appendField(staff, "id", string(by)), "path", path), '}', '}')
	}
	return func() {
		s.cfg.Clerk.Ephemeral(board, followKind, staff)
		s.cfg.Clerk.Ephemeral(board, followOthers, others)
	}
}

// apiPresence tells colleagues which cell somebody edits; no cell: none.
func (s *Server) apiPresence(k *call) error {
	var j struct {
		Board   kommunebilde.BoardID        `json:"board"`
		Meeting kommunebilde.MeetingID      `json:"meeting"`
		M       kommunebilde.MunicipalityID `json:"m"`
		C       kommunebilde.ColumnID       `json:"c"`
	}
	if err := k.jsonBody(&j); err != nil {
		return err
	}
	if err := k.allowed(j.Board, kommunebilde.RightSetLevels); err != nil {
		return err
	}
	p, err := k.picture(j.Board)
	if err != nil {
		return err
	}
	if j.M != "" && p.Row(j.M) < 0 {
		return wrongField("m", "municipality.unknown")
	}
	if j.C != "" && p.Col(j.C) < 0 {
		return wrongField("c", "column.unknown")
	}
	s.edits(j.Board, editor{by: k.actor.ID, m: j.M, c: j.C})
	return k.done()
}

// edits notes where somebody edits, and that they do no more where no
// municipality is told or nothing is heard of them for a while.
func (s *Server) edits(board kommunebilde.BoardID, now editor) {
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
		e.timer = time.AfterFunc(s.cfg.timing.follow, func() {
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
		all.list[i].timer.Reset(s.cfg.timing.follow)
	}
	all.pace.do(s.saysPresence(board, all.list))
}

// saysPresence makes the frame that says who edits where, for staff.
func (s *Server) saysPresence(board kommunebilde.BoardID, list []*editor) func() {
	b := []byte(`{"presence":[`)
	for i, e := range list {
		b = appendString(append(comma(b, i), `{"m":`...), string(e.m))
		b = appendField(b, "c", string(e.c))
		b = appendField(b, "by", s.cfg.Auth.Name(e.by))
		b = append(appendField(b, "id", string(e.by)), '}')
	}
	b = append(b, ']', '}')
	return func() { s.cfg.Clerk.Ephemeral(board, "staff:presence", b) }
}
