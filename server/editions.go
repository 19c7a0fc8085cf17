package server

import (
	"strconv"
	"strings"

	editionpages "kommunebilde/dashboard/editions"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

func (s *Server) edition(k *edge.Call) error {
	if k.Shown.Board().Kind != domain.KindEdition {
		return edge.UnknownBoard()
	}
	k.Shown = k.Shown.Published()
	return s.overview(k)
}

// version is one published version, for ever: "/utgave/2022/v1".
func (s *Server) version(k *edge.Call) error {
	digits, ok := strings.CutPrefix(k.Param("version"), "v")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || digits != strconv.Itoa(n) || k.Shown.Board().Kind != domain.KindEdition {
		return edge.UnknownBoard()
	}
	p, ok := k.Shown.Version(n)
	if !ok {
		return edge.UnknownBoard()
	}
	k.Shown = p
	return s.overview(k)
}

func (s *Server) editions(k *edge.Call) error {
	return k.Page(editionpages.Editions(s.cfg.Site, s.pages.Request(k)))
}
