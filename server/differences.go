package server

import (
	"time"

	"kommunebilde/dashboard/playback"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// differences is the list of what a board tells otherwise at one time (?til=,
// else now) than at an earlier (?fra=, else when the last meeting began). Who
// does not see working editions compares the versions that were out then.
func (s *Server) differences(k *edge.Call) error {
	c, err := compare(k)
	if err != nil {
		return err
	}
	return k.Page(playback.Differences(s.cfg.Site, s.pages.Request(k), c.before, c.after, c.from, c.to, int(edge.Within(k.Query("side"), 1, 1e6))))
}

// compared is a board at two times.
type compared struct {
	before, after domain.Picture
	from, to      time.Time
}

func compare(k *edge.Call) (c compared, err error) {
	if c.from, err = timeIn("fra", k.Query("fra")); err != nil {
		return c, err
	}
	if c.to, err = timeIn("til", k.Query("til")); err != nil {
		return c, err
	}
	if c.to.IsZero() || c.to.After(k.Now) {
		c.to = k.Now
	}
	if c.from.IsZero() {
		c.from = lastMeeting(k, c.to)
	}
	if begins, _ := k.Shown.Begins(); c.from.Before(begins) {
		c.from = begins
	}
	if !c.to.After(c.from) {
		return c, edge.Wrong("til", "time.wrong")
	}
	if c.before, err = k.At(k.Shown, c.from); err != nil {
		return c, err
	}
	c.after, err = k.At(k.Shown, c.to)
	return c, err
}
