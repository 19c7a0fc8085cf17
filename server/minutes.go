package server

import (
	"strconv"

	"kommunebilde/dashboard/minutes"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

func (s *Server) minutes(k *edge.Call) error {
	k.Trace.Meeting = domain.MeetingID(k.Param("id"))
	edition, err := minutesEdition(k)
	if err != nil {
		return err
	}
	return k.Page(minutes.Minutes(s.cfg.Site, s.pages.Request(k), k.Shown, k.Trace.Meeting, edition))
}

// minutesEdition reads which of a meeting's minutes is asked for, 0 for the
// newest.
func minutesEdition(k *edge.Call) (int, error) {
	v := k.Query("utgave")
	if v == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		return 0, edge.Wrong("utgave", "minutes.edition")
	}
	return n, nil
}

func (s *Server) minutesText(k *edge.Call) error {
	k.Trace.Meeting, k.Trace.Detail = domain.MeetingID(k.Param("id")), "txt"
	edition, err := minutesEdition(k)
	if err != nil {
		return err
	}
	text, err := minutes.MinutesText(s.cfg.Site, s.pages.Request(k), k.Shown, k.Trace.Meeting, edition)
	if err != nil {
		return err
	}
	return k.Send(edge.Text, text)
}
