package server

import (
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"kommunebilde"
	"kommunebilde/server/auth"
)

// Each route says what it leaves in the audit log. A handler adds to the trace
// of its call what the route cannot know; everything else happens here.

// traceWithin bounds the wait for the disk.
const traceWithin = 5 * time.Second

// What a route leaves that is no kind of trace. The zero value is no answer, and
// a test refuses a route that gives none.
const (
	nothing   kommunebilde.TraceKind = "nothing"
	inJournal kommunebilde.TraceKind = "in the journal" // which has who and when
)

// leaves says what a route leaves in the audit log once it has answered.
func (r route) leaves(what kommunebilde.TraceKind) route {
	r.trace = what
	return r
}

// isTrace tells whether a route's word is a kind of trace.
func isTrace(what kommunebilde.TraceKind) bool {
	return what != "" && what != nothing && what != inJournal
}

// read tells whether a trace is of something that many do often: nobody waits
// for it, and the same again is only counted.
func read(what kommunebilde.TraceKind) bool {
	switch what {
	case kommunebilde.TraceInternalRead, kommunebilde.TraceMinutesRead, kommunebilde.TraceAuditRead,
		kommunebilde.TraceRefused, kommunebilde.TraceLoginRefused:
		return true
	}
	return false
}

// beginTrace makes the trace of a call, before anything is done: who signs out is
// nobody afterwards.
func (k *call) beginTrace() {
	k.trace = kommunebilde.Trace{What: k.route.trace}
	if k.addr.IsValid() {
		k.trace.From = k.addr.Unmap().WithZone("").String()
	}
	if k.handle != nil {
		k.by(k.handle)
	}
}

// by makes a trace somebody's: of who has just signed in.
func (k *call) by(h *auth.Handle) {
	k.trace.Who, k.trace.Session = h.Account(), h.Key().String()[:16]
}

// traced runs a route's handler and leaves its trace. What was asked for is
// answered only when the trace is on the disk, except where many read often.
// While the log cannot be written, nothing is changed or given away that would
// have to be in it; who signs in does, since in a crisis the picture goes first.
func (k *call) traced(handle func(*call) error) error {
	waits := isTrace(k.route.trace) && !read(k.route.trace) && k.route.trace != kommunebilde.TraceLogin && k.route.trace != kommunebilde.TraceLogout
	if waits && k.c.Method() == fiber.MethodPost {
		if err := k.s.trail().Failed(); err != nil {
			return &kommunebilde.Error{Code: kommunebilde.Unavailable, Msg: "audit.unwritten", Err: err}
		}
	}
	err := handle(k)
	if err != nil && told(err, statusOf(err)).Msg != "storage.undurable" { // that is done all the same
		return k.refused(err, true)
	}
	if left := k.leave(); left != nil && err == nil && waits {
		return left
	}
	return err
}

// leave writes the trace of what was done, or, where a handler calls it, of
// what it is about to do: once.
func (k *call) leave() error {
	defer func() { k.trace.What = nothing }()
	if k.trace.Board == "" {
		k.trace.Board = k.board
	}
	switch {
	case !isTrace(k.trace.What), k.trace.What == kommunebilde.TraceInternalRead && !k.internal():
		return nil
	case read(k.trace.What):
		k.s.trail().Note(k.trace)
		return nil
	}
	// A client that goes away does not stop it.
	ctx, cancel := context.WithTimeout(context.Background(), traceWithin)
	defer cancel()
	return k.s.trail().Leave(ctx, k.trace)
}

// internal tells whether what a call showed is a working edition, with its
// notes: not the live picture, and nothing that was published.
func (k *call) internal() bool {
	if k.board == "" {
		return false
	}
	b := k.shown.Board()
	return b.Kind == kommunebilde.KindEdition && k.shown.Audience().Kind == kommunebilde.AudienceStaff && k.shown.ShownVersion() == 0 &&
		(b.Phase == kommunebilde.PhaseDraft || b.Phase == kommunebilde.PhaseCorrection)
}

// refused notes that somebody who is signed in asked for what is there and may
// not have it: a board, or an address that is there for others. What is not
// there is not noted, it may be anything typed. The answer does not wait, so that
// it takes as long for the one as for the other.
func (k *call) refused(err error, admitted bool) error {
	status := statusOf(err)
	if k.handle == nil || status != fiber.StatusForbidden && status != fiber.StatusNotFound {
		return err
	}
	if status == fiber.StatusNotFound {
		msg := told(err, status).Msg
		if admitted || msg != "http.404" && (msg != "board.unknown" || !k.exists(k.aim)) {
			return err
		}
	}
	t := k.trace
	t.What, t.Detail, t.Whom, t.Board = kommunebilde.TraceRefused, k.route.path, "", k.aim
	k.s.trail().Note(t)
	return err
}

func (s *Server) trail() *auth.Trail { return s.cfg.Auth.Trail() }

// hasSignedIn notes who signed in.
func (k *call) hasSignedIn(h *auth.Handle, by string) {
	k.trace.What, k.trace.Detail = kommunebilde.TraceLogin, by
	k.by(h)
}

// loginRefused notes that somebody was not let in. typed is what was given as a
// name: only if it is an account's id is it kept, since people type passwords
// there.
func (k *call) loginRefused(typed string, err error) {
	k.trace.What, k.trace.Detail = kommunebilde.TraceLoginRefused, "unknown"
	k.trace.Who, k.trace.Session = "", ""
	if id, known := k.s.cfg.Auth.Known(typed); known {
		k.trace.Who, k.trace.Detail = id, "wrong"
	}
	var wait *auth.WaitError
	var second *auth.SecondError
	switch {
	case errors.As(err, &second):
		k.trace.What = nothing // the password was right; what comes of it is known after the second step
	case errors.As(err, &wait):
		k.trace.Detail = "too-early"
	case statusOf(err) >= 500:
		k.trace.Detail = "unavailable"
	}
}
