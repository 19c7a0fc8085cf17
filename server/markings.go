package server

import (
	"net/url"

	"kommunebilde/dashboard/access"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// Markings: what of a cell is exempt from disclosure. The rules are the
// domain's; here is how they are asked for and told.

// markings lists what is marked on a board.
func (s *Server) markings(k *edge.Call) error {
	return k.Page(access.Markings(s.cfg.Site, s.pages.Request(k), k.Shown))
}

// marking is formOf, for a form that may offer to reach what lies under a cell too:
// where it was not ticked, it is about the cell alone.
func marking[C domain.Command](k *edge.Call, f url.Values) (domain.Command, error) {
	if f.Get("asks") == "under" && f.Get("under") == "" {
		f = with(f, "alone", "yes")
	}
	return formOf[C](k, f)
}
