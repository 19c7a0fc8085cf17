package screens

import (
	"strings"
	"time"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
	"kommunebilde/server/wire"
)

// Whoever leads may have others look along ("følg meg"), and those who edit are seen by
// colleagues. Both are said by ephemeral frames, are stored nowhere and end by
// themselves: somebody must go on saying so.
const (
	followKind   = "staff:follow"  // with the presenter's name
	followOthers = "others:follow" // walls and municipalities are told no names
	followEnded  = `{"follow":null}`
)

// presenter is who is followed on a board now.
type presenter struct {
	by     domain.AccountID
	pace   pacer
	timer  *time.Timer
	unhook func()
}

// following is what the presenter looks at.
type following struct {
	Board   domain.BoardID   `json:"board"`
	Meeting domain.MeetingID `json:"meeting,omitempty"`
	On      bool             `json:"on"`
	Take    bool             `json:"take,omitempty" doc:"Takes over from another."`
	Path    string           `json:"path,omitempty" doc:"An address of the board's page, without the public path: \"/tavle/na?region=nord\"."`
	View    struct {
		Path string `json:"path,omitempty"`
	} `json:"view,omitzero"`
}

// apiFollow tells what the presenter looks at, or that it ends.
func (s *Screens) apiFollow(k *edge.Call) error {
	var j following
	if err := k.ReadJSON(&j); err != nil {
		return err
	}
	if err := k.Allowed(j.Board, domain.RightLead); err != nil {
		return err
	}
	if j.Path == "" {
		j.Path = j.View.Path
	}
	if !j.On {
		s.present.end(s, j.Board, func(p *presenter) bool { return p.by == k.Actor.ID }, s.saysFollow(j.Board, "", ""))
		return k.Done()
	}
	if path, _, _ := strings.Cut(j.Path, "?"); edge.OwnPath(j.Path, "") == "" || path != "/tavle/"+string(j.Board) {
		return edge.Wrong("path", "follow.path")
	}
	if err := s.lead(k, j.Board, j.Take, s.saysFollow(j.Board, k.Actor.ID, j.Path)); err != nil {
		return err
	}
	return k.Done()
}

// lead makes the caller the board's presenter, or lets it go on, and says so.
// There is one at a time; another takes over only by asking for it.
func (s *Screens) lead(k *edge.Call, board domain.BoardID, take bool, say func()) error {
	s.present.mu.Lock()
	defer s.present.mu.Unlock()
	p := s.present.leading[board]
	if p != nil && p.by == k.Actor.ID {
		p.timer.Reset(s.cfg.Timing.Follow)
		p.pace.do(say)
		return nil
	}
	if p != nil && !take {
		return &domain.Error{Code: domain.Conflict, Msg: "follow.other", Args: []string{s.cfg.Auth.Name(p.by)}}
	}
	if p != nil {
		p.leave()
	}
	p = &presenter{by: k.Actor.ID, pace: pacer{every: 100 * time.Millisecond}}
	over := func() {
		s.present.end(s, board, func(now *presenter) bool { return now == p }, s.saysFollow(board, "", ""))
	}
	p.timer = time.AfterFunc(s.cfg.Timing.Follow, over)
	p.unhook = k.Handle.OnEnd(over)
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
func (p *present) end(s *Screens, board domain.BoardID, is func(*presenter) bool, say func()) {
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
func (s *Screens) saysFollow(board domain.BoardID, by domain.AccountID, path string) func() {
	staff, others := []byte(followEnded), []byte(followEnded)
	if path != "" {
		others = append(wire.AppendString([]byte(`{"follow":{"path":`), path), '}', '}')
		staff = wire.AppendString([]byte(`{"follow":{"by":`), s.cfg.Auth.Name(by))
		staff = append(wire.AppendField(wire.AppendField(staff, "id", string(by)), "path", path), '}', '}')
	}
	return func() {
		s.cfg.Clerk.Ephemeral(board, followKind, staff)
		s.cfg.Clerk.Ephemeral(board, followOthers, others)
	}
}
