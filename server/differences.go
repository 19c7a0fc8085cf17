package server

// differences is the list of what a board tells otherwise at one time (?til=,
// else now) than at an earlier (?fra=, else when the last meeting began). Who
// does not see working editions compares the versions that were out then.
func (s *Server) differences(k *call) error {
	from, err := timeIn("fra", k.c.Query("fra"))
	if err != nil {
		return err
	}
	to, err := timeIn("til", k.c.Query("til"))
	if err != nil {
		return err
	}
	if to.IsZero() || to.After(k.now) {
		to = k.now
	}
	if from.IsZero() {
		from = k.lastMeeting(to)
	}
	if begins, _ := k.shown.Begins(); from.Before(begins) {
		from = begins
	}
	if !to.After(from) {
		return wrongField("til", "time.wrong")
	}
	before, err := k.at(k.shown, from)
	if err != nil {
		return err
	}
	after, err := k.at(k.shown, to)
	if err != nil {
		return err
	}
	return k.page(s.cfg.Site.Differences(k.request(), before, after, from, to, int(within(k.c.Query("side"), 1, 1e6))))
}
