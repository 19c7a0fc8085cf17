package server

import (
	"kommunebilde/dashboard/playback"
	"kommunebilde/server/edge"
)

// differences is the list of what a board tells otherwise at one time (?til=,
// else now) than at an earlier (?fra=, else when the last meeting began). Who
// does not see working editions compares the versions that were out then.
func (s *Server) differences(k *edge.Call) error {
	from, err := timeIn("fra", k.Query("fra"))
	if err != nil {
		return err
	}
	to, err := timeIn("til", k.Query("til"))
	if err != nil {
		return err
	}
	if to.IsZero() || to.After(k.Now) {
		to = k.Now
	}
	if from.IsZero() {
		from = lastMeeting(k, to)
	}
	if begins, _ := k.Shown.Begins(); from.Before(begins) {
		from = begins
	}
	if !to.After(from) {
		return edge.Wrong("til", "time.wrong")
	}
	before, err := k.At(k.Shown, from)
	if err != nil {
		return err
	}
	after, err := k.At(k.Shown, to)
	if err != nil {
		return err
	}
	return k.Page(playback.Differences(s.cfg.Site, s.pages.Request(k), before, after, from, to, int(edge.Within(k.Query("side"), 1, 1e6))))
}
