package server

import (
	"errors"
	"net/http"
	"net/url"

	"kommunebilde/dashboard/console"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// closing is where a meeting is closed; of one that is over there are the
// minutes.
func (s *Server) closing(k *edge.Call) error {
	id := domain.MeetingID(k.Param("id"))
	if m, ok := k.Shown.Meeting(id); ok && !m.Open() {
		return k.See(http.StatusSeeOther, "/referat/"+url.PathEscape(string(id)))
	}
	return k.Page(console.Closing(s.cfg.Site, s.pages.Request(k), k.Shown, id, nil))
}

// closingAgain answers a form of the closing whose reasons are for what has changed
// meanwhile with the form as it would be now, and what was typed in it.
func (s *Server) closingAgain(h func(*edge.Call) error) func(*edge.Call) error {
	return func(k *edge.Call) error {
		err := h(k)
		if e := new(domain.Error); !errors.As(err, &e) || e.Msg != "cell.stale" || k.WantsJSON() {
			return err
		}
		f, ferr := k.Form()
		if ferr != nil {
			return ferr
		}
		typed, ferr := reasonsIn(f)
		if ferr != nil {
			return ferr
		}
		k.Refresh() // newer than what the request began with
		if k.Shown, ferr = k.Picture(k.Board); ferr != nil {
			return ferr
		}
		k.Cause = err
		k.Status(http.StatusConflict)
		return k.Page(console.Closing(s.cfg.Site, s.pages.Request(k), k.Shown, domain.MeetingID(k.Param("id")), typed))
	}
}

// closeMeetingForm closes a meeting, with the reasons that were typed. While others
// are missing it leads to where they are asked for.
func (s *Server) closeMeetingForm(k *edge.Call) error {
	id := url.PathEscape(k.Param("id"))
	minutes := func(*edge.Call, domain.Command) string { return "/referat/" + id }
	err := s.onForm("lukket", minutes, func(k *edge.Call, f url.Values) (domain.Command, error) {
		var cmd domain.CloseMeeting
		err := k.Read(f, &cmd)
		if err == nil {
			cmd.Reasons, err = reasonsIn(f)
		}
		return cmd, err
	})(k)
	if e := new(domain.Error); errors.As(err, &e) && e.Msg == "close.unexplained" {
		return k.See(http.StatusSeeOther, "/mote/"+id+"/avslutt")
	}
	return err
}

// reasonsForm writes the reasons of several cells.
func reasonsForm(k *edge.Call, f url.Values) (domain.Command, error) {
	var cmd domain.GiveReasons
	err := k.Read(f, &cmd)
	if err == nil {
		cmd.Reasons, err = reasonsIn(f)
	}
	if err == nil && len(cmd.Reasons) == 0 {
		err = edge.Wrong("text", "reason.missing")
	}
	return cmd, err
}

// reasonsIn reads the reasons of several cells (cell="m.c", repeated; seen-m.c,
// text-m.c); those left empty are left out.
func reasonsIn(f url.Values) ([]domain.ReasonGiven, error) {
	var out []domain.ReasonGiven
	for _, cell := range f["cell"] {
		ref, err := edge.CellRef(cell)
		if err != nil {
			return nil, err
		}
		seen, err := edge.RevisionIn(f, "seen-"+cell)
		if err != nil {
			return nil, err
		}
		if text := edge.TextIn(f, "text-"+cell); text != "" {
			out = append(out, domain.ReasonGiven{Municipality: ref.Municipality, Column: ref.Column, Seen: seen, Text: text})
		}
	}
	return out, nil
}
