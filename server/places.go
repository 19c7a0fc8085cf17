package server

import (
	"net/http"
	"strings"

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

// find leads to the municipality or region that ?q= names, or lists those it may be.
func (s *Server) find(k *edge.Call) error {
	q, err := k.QueryValues()
	if err != nil {
		return err
	}
	if err := kit.CheckNames(kit.WithoutForeign(q), append(pageNames, "q")...); err != nil {
		return err
	}
	page, to, err := overview.Find(s.cfg.Site, s.pages.Request(k), k.Shown, strings.TrimSpace(q.Get("q")))
	if err != nil || to == "" {
		return k.Page(page, err)
	}
	return k.See(http.StatusFound, to)
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
