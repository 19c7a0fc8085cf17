package live

import (
	"sync"

	"kommunebilde/domain"
)

// Frame is what is sent to a screen: a finished message. Screens share it; it
// must not be changed.
type Frame []byte

// sight is what audiences see of one step. Pictures and frames are made when
// the first screen asks, and once.
//
// Any number of watchers use it at once. mu guards the maps, and is never held while a
// frame is encoded: the map has a function that encodes once, so that watchers who ask
// for the same frame wait for that encoding alone. What a function returned is never
// changed.
type sight struct {
	hub   *hub
	board domain.BoardID
	step  *step

	mu     sync.Mutex
	scenes map[domain.Audience]*scene
	bytes  int // of the frames
}

// scene is one audience's picture of one step. frames has the frame from each
// position that was asked for.
type scene struct {
	picture  domain.Picture
	ok       bool
	rev      domain.Revision
	unframed unframed
	frames   map[domain.Revision]func() Frame
}

// unframed is what frames do not carry of a board. Where an audience sees another
// shape, no frame brings it up to date.
type unframed struct {
	catalogue    *domain.Catalogue
	version      int
	publications int
	phase        domain.Phase // of an edition
	base         domain.BoardID
	hearing      *domain.Hearing
	begins       domain.Revision // of the log
}

func newSight(h *hub, b domain.BoardID, s *step) *sight {
	return &sight{hub: h, board: b, step: s, scenes: map[domain.Audience]*scene{}}
}

// scene returns what an audience sees.
func (s *sight) scene(a domain.Audience) *scene {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.scenes[a]
	if v == nil {
		v = newScene(s.hub, s.board, s.step, a)
		s.scenes[a] = v
	}
	return v
}

func newScene(h *hub, b domain.BoardID, s *step, a domain.Audience) *scene {
	v := &scene{frames: map[domain.Revision]func() Frame{}}
	if v.picture, v.ok = domain.PictureOf(s.state, a, b, h.now()); !v.ok {
		return v
	}
	board := v.picture.Board()
	v.rev = board.Revision
	v.unframed = unframed{
		catalogue: v.picture.Catalogue(), version: v.picture.ShownVersion(),
		publications: len(board.Publications), base: board.Base, hearing: board.Hearing,
	}
	_, v.unframed.begins = v.picture.Begins()
	if board.Kind == domain.KindEdition {
		v.unframed.phase = board.Phase
	}
	return v
}

// frame returns the frame that brings a screen of v's audience from a revision
// to the step. Screens that ask at the same time wait for the one encoding.
func (s *sight) frame(v *scene, after domain.Revision) Frame {
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
		for _, v := range s.scenes {
			clear(v.frames)
		}
		s.bytes = 0
	}
}
