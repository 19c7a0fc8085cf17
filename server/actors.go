package server

import (
	"kommunebilde/dashboard/meetings"
	"kommunebilde/server/edge"
)

func (s *Server) actors(k *edge.Call) error {
	return k.Page(meetings.Actors(s.cfg.Site, s.pages.Request(k), k.Shown))
}
