package server

import (
	"net/http"
	"strings"

	"kommunebilde/dashboard/about"
	"kommunebilde/dashboard/access"
	"kommunebilde/server/edge"
)

func (s *Server) about(k *edge.Call) error {
	return k.Page(about.About(s.cfg.Site, s.pages.Request(k)))
}

// rules is who sees what and may do what, for those who give out roles.
func (s *Server) rules(k *edge.Call) error {
	return k.Page(access.Rules(s.cfg.Site, s.pages.Request(k)))
}

// static serves bundled files by their hashed names, from a fixed table.
func (s *Server) static(k *edge.Call) error {
	a, ok := s.cfg.Site.Asset(k.Param("name"))
	if !ok {
		return edge.Error(http.StatusNotFound, "http.404", nil)
	}
	return k.Forever(edge.File{Type: a.Type, Plain: a.Body, Brotli: a.Brotli, Gzip: a.Gzip, ETag: strings.Trim(a.ETag, `"`)})
}
