package edge

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"kommunebilde/domain/audit"
)

// Route is one address: who may come there, how much they may send, and what then
// happens. The order in which this is checked is [Call]'s.
type Route struct {
	Method  string
	Path    string // with parameters, "/tavle/:board"
	Access  Access
	Body    int           // longest request body; 0: none
	Time    time.Duration // 0: ten seconds
	Socket  bool          // changes over to a websocket
	Signed  bool          // the body proves who sent it: it comes from no page of ours, and counts without a cookie
	Handle  func(*Call) error
	Trace   audit.Kind // what it leaves in the audit log: see trace.go
	Enrols  bool       // also for anyone who must set up a second step first
	Reads   any        // what its JSON is read into, for the API's description; nil: commands
	Streams bool       // its body is read as it comes, by [Call.ReadParts] alone; the path has no parameters
	Free    bool       // costs nothing of what an account may ask for
	Framed  bool       // other sites may frame it: see [Route.InFrames]
}

// FormLimit is the longest form of a page.
const FormLimit = 64 << 10

// Get is a page.
func Get(path string, a Access, h func(*Call) error) Route {
	return Route{Method: fiber.MethodGet, Path: path, Access: a, Handle: h}
}

// Post is a form of our own pages, by anyone who is signed in.
func Post(path string, a Access, h func(*Call) error) Route {
	return Route{Method: fiber.MethodPost, Path: path, Access: Both(SignedIn(), a), Body: FormLimit, Handle: InOurForm(h)}
}

// Leaves says what a route leaves in the audit log once it has answered.
func (r Route) Leaves(what audit.Kind) Route {
	r.Trace = what
	return r
}

// Early lets those in who must set up a second step first, see MustEnrol of
// server/auth: to what they need for it, and nowhere else.
func (r Route) Early() Route {
	r.Enrols = true
	return r
}

// Always lets an account ask as often as it likes: nobody is kept signed in.
func (r Route) Always() Route {
	r.Free = true
	return r
}

// InFrames lets other sites show a page within theirs. Whoever asks is nobody: no cookie and
// no token is read, none is set, and the page sends nothing. Its language is in the path.
func (r Route) InFrames() Route {
	r.Framed = true
	return r
}

func (r Route) limit() time.Duration {
	if r.Time > 0 {
		return r.Time
	}
	return 10 * time.Second
}
