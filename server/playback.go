package server

import (
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/playback"
	"kommunebilde/server/edge"
)

// playbackMost is how many changes one answer has.
const playbackMost = 20_000

// playback is the page that replays a board: ?fra=&til=, else the last meeting;
// ?at= is what it begins with, ?tider= the times of its small maps, ?side= the
// page of its changes.
func (s *Server) playback(k *edge.Call) error {
	p, err := spanIn(k, "fra", "til")
	if err != nil {
		return err
	}
	o := playback.Played{From: p.from, To: p.to, Page: int(edge.Within(k.Query("side"), 1, 1e6))}
	q, err := k.QueryValues()
	if err != nil {
		return err
	}
	at, err := timeIn("at", q.Get("at"))
	if err != nil {
		return err
	}
	q.Del("at")
	if err := kit.CheckNames(kit.WithoutForeign(q), append([]string{"fra", "til", "tider", "side"}, pageNames...)...); err != nil {
		return err
	}
	if o.Filter, err = kit.ParseFilter(q, p.start.Catalogue()); err != nil {
		return err
	}
	o.Filter.At = at
	if o.Times, err = momentsIn(q.Get("tider"), p); err != nil {
		return err
	}
	return k.Page(playback.Playback(s.cfg.Site, s.pages.Request(k), k.Shown, o))
}
