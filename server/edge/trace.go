package edge

import (
	"context"
	"net/netip"
	"time"

	"github.com/gofiber/fiber/v2"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/server/auth"
)

// Each route says what it leaves in the audit log. A handler adds to the trace
// of its call what the route cannot know; everything else happens here.

// traceWithin bounds the wait for the disk.
const traceWithin = 5 * time.Second

// What a route leaves that is no kind of trace. The zero value is no answer, and
// a test refuses a route that gives none.
const (
	Nothing   audit.Kind = "nothing"
	InJournal audit.Kind = "in the journal" // which has who and when

	// What is left by those who are shown a board depends on the board: see unpublished.
	Reading     audit.Kind = "a board is read"
	ReadingPast audit.Kind = "a board is read as it was"
)

// isTrace reports whether a route's word is a kind of trace, or comes to one.
func isTrace(what audit.Kind) bool {
	return what != "" && what != Nothing && what != InJournal
}

// Often reports whether a trace is of something that many do often: nobody waits
// for it, and the same again leaves no line of its own.
func Often(what audit.Kind) bool {
	switch what {
	case Reading, ReadingPast,
		audit.InternalRead, audit.LiveRead, audit.MarkingsRead, audit.AccountsRead,
		audit.MinutesRead, audit.AuditRead, audit.Refused, audit.LoginRefused:
		return true
	}
	return false
}

// LeavesOne reports whether each answer of a route leaves a line of its own in the audit
// log.
func (r Route) LeavesOne() bool { return isTrace(r.Trace) && !Often(r.Trace) }

// beginTrace makes the trace of a call, before anything is done: who signs out is
// nobody afterwards.
func (k *Call) beginTrace() {
	k.Trace = audit.Trace{What: k.route.Trace, From: asFrom(k.addr)}
	if k.Handle != nil {
		k.by(k.Handle)
	}
}

// asFrom is an address as a trace has it.
func asFrom(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.Unmap().WithZone("").String()
}

// by makes a trace somebody's: that of whoever has just signed in.
func (k *Call) by(h *auth.Handle) { Sign(&k.Trace, h) }

// Sign makes a trace that of whoever has a session or a token.
func Sign(t *audit.Trace, h *auth.Handle) {
	t.Who, t.Session = h.Account(), h.Key().String()[:16]
}

// traced runs a route's handler and leaves its trace. What was asked for is
// answered only when the trace is on the disk, except where many read often.
// While the log cannot be written, nothing is changed or given away that would
// have to be in it; who signs in does, since in a crisis the picture goes first.
func (k *Call) traced(handle func(*Call) error) error {
	waits := k.route.LeavesOne() && k.route.Trace != audit.Login && k.route.Trace != audit.Logout
	if waits && changes(k.c.Method()) {
		if err := k.e.trail().Failed(); err != nil {
			return &domain.Error{Code: domain.Unavailable, Msg: "audit.unwritten", Err: err}
		}
	}
	err := handle(k)
	if err != nil && Told(err, StatusOf(err)).Msg != "storage.undurable" { // that is done even so
		return k.refused(err, true)
	}
	if left := k.LeaveTrace(); left != nil && err == nil && waits {
		return left
	}
	return err
}

// LeaveTrace writes the trace of what was done, or, where a handler calls it, of
// what it is about to do: once.
func (k *Call) LeaveTrace() error {
	defer func() { k.Trace.What = Nothing }()
	if k.Trace.Board == "" {
		k.Trace.Board = k.Board
	}
	switch what := k.Trace.What; {
	case !isTrace(what):
		return nil
	case what == Reading, what == ReadingPast:
		k.noteRead(what == ReadingPast || k.c.Query("at") != "")
		return nil
	case Often(what):
		k.e.trail().Note(k.Trace)
		return nil
	}
	// A client that goes away does not stop it.
	ctx, cancel := context.WithTimeout(context.Background(), traceWithin)
	defer cancel()
	return k.e.trail().Leave(ctx, k.Trace)
}

// noteRead notes the boards that a call showed.
func (k *Call) noteRead(past bool) {
	if k.Board != "" { // else it is a list of them, or a screen on its way to one
		k.e.NoteRead(k.Trace, k.Shown, past)
	}
	for _, p := range k.beside {
		k.e.NoteRead(k.Trace, p, false)
	}
}

// NoteRead notes who was shown a board, if what they saw is not published. Of the
// live picture and of situations it tells that it was read, not which part: one
// line stands for all that somebody sees of it for a while.
func (e *Edge) NoteRead(t audit.Trace, p domain.Picture, past bool) {
	t.What, t.Board = unpublished(p, past), p.Board().ID
	switch t.What {
	case Nothing:
		return
	case audit.LiveRead:
		t.Municipality, t.Meeting, t.Detail = "", "", ""
	}
	e.trail().Note(t)
}

// unpublished is the trace of anyone who is shown a board: of what is not an edition
// always, of an edition where staff sees its draft or, going back in time, what
// was one.
func unpublished(p domain.Picture, past bool) audit.Kind {
	b := p.Board()
	switch {
	case b.Kind != domain.KindEdition:
		return audit.LiveRead
	case p.Audience().Kind != domain.AudienceStaff || p.ShownVersion() > 0:
		return Nothing
	case past, b.Phase.Working(), b.Phase == domain.PhaseCorrection:
		return audit.InternalRead
	}
	return Nothing
}

// refused notes that somebody who is signed in asked for what is there and may
// not have it: a board, or an address that is there for others. What is not
// there is not noted, it may be anything typed. The answer does not wait, so that
// it takes as long for the one as for the other.
func (k *Call) refused(err error, admitted bool) error {
	status := StatusOf(err)
	if k.Handle == nil || status != fiber.StatusForbidden && status != fiber.StatusNotFound {
		return err
	}
	if status == fiber.StatusNotFound {
		msg := Told(err, status).Msg
		if admitted || msg != "http.404" && (msg != "board.unknown" || !k.exists(k.aim)) {
			return err
		}
	}
	t := k.Trace
	t.What, t.Detail, t.Whom, t.Board = audit.Refused, k.route.Path, "", k.aim
	k.e.trail().Note(t)
	return err
}

func (e *Edge) trail() *auth.Trail { return e.cfg.Auth.Trail() }

// SignedIn notes who signed in.
func (k *Call) SignedIn(h *auth.Handle, by string) {
	k.Trace.What, k.Trace.Detail = audit.Login, by
	k.by(h)
}
