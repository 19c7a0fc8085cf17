package server

import (
	"net/http"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/server/edge"
)

// submit has a form's command decided and goes on to a page, which says what was done.
func (s *Server) submit(k *edge.Call, cmd domain.Command, to, done string) error {
	req, err := k.FormRequest()
	if err != nil {
		return err
	}
	issued, err := k.Issued()
	if err != nil {
		return err
	}
	if cmd, err = s.completed(cmd); err != nil {
		return err
	}
	if _, err := s.cfg.Clerk.SubmitIssued(k.Context(), k.Actor, req, cmd, issued); err != nil {
		return err
	}
	s.after(k, cmd)
	if !strings.Contains(to, "#") {
		to = edge.WithQuery(to, "gjort", done)
	}
	return k.See(http.StatusSeeOther, to)
}

// after does what follows from a command outside of the journal: texts that were taken
// out are in the audit log, and where another board or meeting is open, screens are led
// there. The commands say so themselves.
func (s *Server) after(k *edge.Call, cmd domain.Command) {
	if out, ok := cmd.(interface{ Removes() []domain.TextID }); ok {
		k.Trace.What, k.Trace.Count = audit.Redacted, len(out.Removes())
	}
	turning, ok := cmd.(interface {
		Turns() (closed domain.BoardID)
	})
	if !ok {
		return
	}
	if board := turning.Turns(); board != "" {
		s.screens.LeaveClosed(k.Context(), board)
	}
	if err := s.screens.FollowOpen(k.Context(), ""); err != nil {
		s.cfg.Log.ErrorContext(k.Context(), "screens not sent to what is open", "error", err)
	}
}
