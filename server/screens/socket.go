package screens

import (
	"net/http"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/gofiber/contrib/websocket"

	"kommunebilde/domain"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
	"kommunebilde/server/live"
)

// Close codes that the script knows; 1012 and 1008 are the standard's.
const (
	CloseResync = 4000 // take the snapshot again
	CloseLogin  = 4001 // log in again
)

// Subprotocol is the name of what is spoken on the socket.
const Subprotocol = "kb.v1"

// Limits of a socket.
const (
	readLimit     = 4 << 10
	wordsPerSpell = 20 // messages a screen may send between two pongs
)

// visit is what the socket's handler needs of the request that asked for it.
type visit struct {
	id     string
	board  domain.BoardID
	from   live.Position
	handle *auth.Handle
	addr   string // where it came from, as traces have it
	rev    domain.Revision
	epoch  domain.Epoch
}

// live is GET /live: it checks where the screen stands and hands it over.
func (s *Screens) live() func(*edge.Call) error {
	upgrade := s.upgrade(s.screen)
	return func(k *edge.Call) error {
		rev, err := strconv.ParseUint(k.Query("rev", "0"), 10, 64)
		if err != nil {
			return &domain.Error{Code: domain.Invalid, Field: "rev", Msg: "rev.wrong"}
		}
		if !s.sockets.room(k.Handle.Account()) {
			return edge.Error(http.StatusTooManyRequests, "http.sockets", nil)
		}
		return k.Upgrade(upgrade, visitKey, visit{
			id: k.ID, board: k.Board, handle: k.Handle, addr: k.Trace.From,
			from: live.Position{Epoch: domain.Epoch(k.Query("epoch")), Revision: domain.Revision(rev)},
			rev:  k.Shown.Board().Revision, epoch: k.Shown.Epoch(),
		})
	}
}

// visitKey is where contrib/websocket finds the visit after the upgrade.
const visitKey = "kb.visit"

// upgrade makes the handler that changes over to a websocket. Origins stays
// empty: [call.checkUpgrade] has looked, and says so in the log.
func (s *Screens) upgrade(handle func(*websocket.Conn)) edge.Upgrader {
	return websocket.New(handle, websocket.Config{
		Subprotocols:    []string{Subprotocol},
		ReadBufferSize:  1, // not read with: see frames
		WriteBufferSize: 1024,
		WriteBufferPool: &sync.Pool{},
		RecoverHandler:  s.socketPanicked,
	})
}

// socketPanicked ends a socket whose handler panicked. Without it the library
// sends the panic's text to the screen.
func (s *Screens) socketPanicked(*websocket.Conn) {
	if v := recover(); v != nil {
		s.metrics.panics.Inc()
		s.cfg.Log.Error("socket panicked", "error", edge.Panicked(v), "stack", string(debug.Stack()))
	}
}
