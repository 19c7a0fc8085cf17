package server

import (
	"net/http"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/overview"
	"kommunebilde/domain"
	"kommunebilde/domain/plan"
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
	rests := resting(k, f.At.IsZero())
	return s.pages.Cached(k, func(r kit.Request) ([]byte, error) {
		return overview.Municipality(s.cfg.Site, r, k.Shown, now, id, f.At, rests)
	})
}

// resting tells which areas of a planned edition's working copy are not judged this time,
// and what they were judged to be last; for the office, and for what is now.
func resting(k *edge.Call, now bool) overview.Resting {
	g, err := k.Decision().Board(k.Shown.Board().ID, domain.RightSeePersons)
	if err != nil || !now || !g.Planned() || k.Shown.ShownVersion() > 0 {
		return nil
	}
	before := plan.Followed(k.Decision(), g)
	if !before.Known {
		return nil
	}
	return func(m domain.MunicipalityID, c domain.ColumnID) (overview.Last, bool) {
		was, equal := before.Column(c)
		if !equal || !before.Rests(c) || !before.Ground.Has(m) {
			return overview.Last{}, false
		}
		level, text, _, _ := before.Ground.Stands(m, was)
		return overview.Last{Edition: before.Ground.Title(), Level: level, Text: text.String(), Redacted: text.Redacted()}, true
	}
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

// indicator is one indicator of an edition, for all municipalities.
func (s *Server) indicator(k *edge.Call) error {
	f, err := filter(k)
	if err != nil {
		return err
	}
	id := domain.ColumnID(k.Param("id"))
	col := k.Shown.Col(id)
	if col < 0 || k.Shown.Catalogue().Columns[col].Kind != domain.ColumnIndicator || k.Shown.Board().Kind != domain.KindEdition {
		return edge.Error(http.StatusNotFound, "http.404", nil)
	}
	return s.pages.Cached(k, func(r kit.Request) ([]byte, error) { return overview.Indicator(s.cfg.Site, r, k.Shown, id, f) })
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

// newestEdition is the edition that was published last.
func newestEdition(k *edge.Call) (domain.BoardID, error) {
	id, err := k.Look.Edition()
	if p := k.Beside(id); err == nil && (p == nil || p.Board().Kind != domain.KindEdition) {
		return "", edge.UnknownBoard()
	}
	return id, err
}

// embeddedMunicipality and embeddedArea are what other sites show of it.
func (s *Server) embeddedMunicipality(k *edge.Call) error {
	id := domain.MunicipalityID(k.Param("id"))
	if k.Shown.Row(id) < 0 {
		return edge.Error(http.StatusNotFound, "http.404", nil)
	}
	return s.pages.Cached(k, func(r kit.Request) ([]byte, error) {
		return overview.EmbeddedMunicipality(s.cfg.Site, r, k.Shown, id)
	})
}

func (s *Server) embeddedArea(k *edge.Call) error {
	id := domain.ColumnID(k.Param("id"))
	if col := k.Shown.Col(id); col < 0 || k.Shown.Catalogue().Columns[col].Kind != domain.ColumnArea {
		return edge.Error(http.StatusNotFound, "http.404", nil)
	}
	return s.pages.Cached(k, func(r kit.Request) ([]byte, error) {
		return overview.EmbeddedArea(s.cfg.Site, r, k.Shown, id)
	})
}
