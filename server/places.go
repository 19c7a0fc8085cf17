package server

import (
	"net/http"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/overview"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

func (s *Server) municipality(k *edge.Call) error {
	f, err := filter(k)
	if err != nil {
		return err
	}
	if k.Shown, err = k.At(k.Shown, f.At); err != nil {
		return err
	}
	id := domain.MunicipalityID(k.Param("id"))
	if k.Shown.Row(id) < 0 {
		return edge.Error(http.StatusNotFound, "http.404", nil)
	}
	k.Trace.Municipality = id
	now := k.Beside(domain.Live)
	return s.pages.Cached(k, func(r kit.Request) ([]byte, error) {
		return overview.Municipality(s.cfg.Site, r, k.Shown, now, id, f.At)
	})
}

func (s *Server) area(k *edge.Call) error {
	f, err := filter(k)
	if err != nil {
		return err
	}
	id := domain.ColumnID(k.Param("id"))
	col := k.Shown.Col(id)
	if col < 0 || k.Shown.Catalogue().Columns[col].Kind != domain.ColumnArea {
		return edge.Error(http.StatusNotFound, "http.404", nil)
	}
	return s.pages.Cached(k, func(r kit.Request) ([]byte, error) { return overview.Area(s.cfg.Site, r, k.Shown, id, f) })
}

func (s *Server) region(k *edge.Call) error {
	f, err := filter(k)
	if err != nil {
		return err
	}
	id := domain.RegionID(k.Param("id"))
	if k.Shown.Catalogue().RegionIndex(id) < 0 {
		return edge.Error(http.StatusNotFound, "http.404", nil)
	}
	return s.pages.Cached(k, func(r kit.Request) ([]byte, error) { return overview.Region(s.cfg.Site, r, k.Shown, id, f) })
}
