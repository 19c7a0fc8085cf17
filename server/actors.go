package server

import (
	"kommunebilde/server/edge"
)

func (s *Server) actors(k *edge.Call) error {
	return k.Page(s.cfg.Site.Actors(s.pages.Request(k), k.Shown))
}
