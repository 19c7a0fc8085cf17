package server

import (
	"net/http"

	"kommunebilde/dashboard/overview"
	"kommunebilde/server/edge"
)

// snapshot is a board in one file, to be mailed and kept.
func (s *Server) snapshot(k *edge.Call) error {
	f, err := filter(k)
	if err != nil {
		return err
	}
	if k.Shown, err = k.At(k.Shown, f.At); err != nil {
		return err
	}
	select {
	case s.exports <- struct{}{}:
		defer func() { <-s.exports }()
	case <-k.Context().Done():
		return edge.Error(http.StatusServiceUnavailable, "http.busy", k.Context().Err())
	}
	file, err := overview.Snapshot(s.cfg.Site, s.pages.Request(k), k.Shown)
	if err != nil {
		return err
	}
	s.cfg.Log.Info("export", "board", string(k.Board), "format", "html", "request_id", k.ID)
	k.Attach(exportName(k)+".html", edge.HTML)
	return k.Give(file)
}
