package live

import (
	"sync"

	"kommunebilde"
)

// Frame is what is sent to a screen: a finished message. Screens share it; it
// must not be changed.
type Frame []byte

// sight is what audiences see of one step. Pictures and frames are made when
// the first screen asks, and once.
type sight struct {
	hub   *hub
	board kommunebilde.BoardID
	step  *step

	mu    sync.Mutex
	views map[kommunebilde.Audience]*view
	bytes int // of the frames
}

// view is one audience's picture of one step. frames has the frame from each
// position that was asked for.
type view struct {
	picture kommunebilde.Picture
	ok      bool
	rev     kommunebilde.Revision
	shape   shape
	frames  map[kommunebilde.Revision]func() Frame
}

// shape is what frames do not carry of a board. Where an audience sees another
// shape, no frame brings it up to date.
type shape struct {
	catalogue    *kommunebilde.Catalogue
	version      int
	publications int
	phase        kommunebilde.Phase // of an edition
	base         kommunebilde.BoardID
	hearing      *kommunebilde.Hearing
	begins       kommunebilde.Revision // of the log
}

func newSight(h *hub, b kommunebilde.BoardID, s *step) *sight {
	return &sight{hub: h, board: b, step: s, views: map[kommunebilde.Audience]*view{}}
}

// view returns what an audience sees.
func (s *sight) view(a kommunebilde.Audience) *view {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.views[a]
	if v == nil {
		v = newView(s.hub, s.board, s.step, a)
		s.views[a] = v
	}
	return v
}

func newView(h *hub, b kommunebilde.BoardID, s *step, a kommunebilde.Audience) *view {
	v := &view{frames: map[kommunebilde.Revision]func() Frame{}}
	if v.picture, v.ok = kommunebilde.PictureOf(s.state, a, b, h.now()); !v.ok {
		return v
	}
	board := v.picture.Board()
	v.rev = board.Revision
	v.shape = shape{
		catalogue: v.picture.Catalogue(), version: v.picture.ShownVersion(),
		publications: len(board.Publications), base: board.Base, hearing: board.Hearing,
	}
	_, v.shape.begins = v.picture.Begins()
	if board.Kind == kommunebilde.KindEdition {
		v.shape.phase = board.Phase
	}
	return v
}

// frame returns the frame that brings a screen of v's audience from a revision
// to the step. Screens that ask at the same time wait for the one encoding.
func (s *sight) frame(v *view, after kommunebilde.Revision) Frame {
	s.mu.Lock()
	f := v.frames[after]
	if f == nil {
		f = sync.OnceValue(func() Frame {
			frame := Frame(s.hub.encode(v.picture, after))
			s.keep(len(frame))
			return frame
		})
		v.frames[after] = f
	}
	s.mu.Unlock()
	return f()
}

// keep counts the bytes of the frames and lets go of them when they are too
// many: they are then encoded again for the next screen.
func (s *sight) keep(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bytes += n; s.bytes > s.hub.limit {
		for _, v := range s.views {
			clear(v.frames)
		}
		s.bytes = 0
	}
}
