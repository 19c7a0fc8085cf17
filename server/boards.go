package server

import (
	"net/http"
	"net/url"
	"slices"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/overview"
	wallpages "kommunebilde/dashboard/wall"
	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

func (s *Server) home(k *edge.Call) error {
	if _, ok := k.OwnScreen(); ok {
		return k.See(http.StatusFound, "/skjerm")
	}
	if k.Handle != nil && !goesOn(k) {
		return k.See(http.StatusFound, "/start")
	}
	return s.toOverview(k)
}

// goesOn reports whether a meeting or a situation is open that the caller sees.
func goesOn(k *edge.Call) bool {
	return slices.ContainsFunc(k.Boards(), func(b domain.Board) bool {
		return b.Phase == domain.PhaseMeeting || b.Phase == domain.PhaseIdle && b.Kind == domain.KindSituation && !b.Exercise
	})
}

// toOverview leads to the board that the caller meets first.
func (s *Server) toOverview(k *edge.Call) error {
	id, err := k.Look.Home()
	if err != nil {
		if k.Handle == nil {
			return k.See(http.StatusFound, "/login")
		}
		return err
	}
	return k.See(http.StatusFound, "/tavle/"+url.PathEscape(string(id))+ownRegion(k, id))
}

// ownRegion is the query with which a municipality's contact begins: their own
// region, the others one choice away. Everybody else begins with the county.
func ownRegion(k *edge.Call, b domain.BoardID) string {
	m := k.Look.Audience(b).Municipality
	if m == "" {
		return ""
	}
	p, err := k.Look.Picture(b)
	if err != nil || p.Row(m) < 0 {
		return ""
	}
	return "?" + url.Values{"region": {string(p.Catalogue().Municipalities[p.Row(m)].Region)}}.Encode()
}

func (s *Server) overview(k *edge.Call) error {
	f, err := filter(k)
	if err != nil {
		return err
	}
	if f.View == kit.ViewWall {
		return k.Page(wallpages.Wall(s.cfg.Site, s.pages.Request(k), k.Shown, wallOptions(k, f)))
	}
	return s.pages.Shared(k, func(r kit.Request) ([]byte, error) { return overview.Overview(s.cfg.Site, r, k.Shown, f) })
}

func boardPath(k *edge.Call) string { return "/tavle/" + url.PathEscape(string(k.Board)) }

// baseForm gives the live picture another edition's columns, or, as it is, the
// county pack's limits.
func (s *Server) baseForm(k *edge.Call) error {
	f, err := k.Form()
	if err != nil {
		return err
	}
	if k.Board != domain.Live {
		return edge.UnknownBoard()
	}
	if f.Get("limits") == "pack" && s.cfg.Pack != nil {
		pack, _ := s.cfg.Pack()
		return s.submit(k, domain.ApplyPack{Catalogue: k.Shown.Catalogue().Limited(pack.Limits())}, toBoard(k, nil), "grenser")
	}
	return s.onForm("grunnlag", toBoard, formOf[domain.ChangeBase])(k)
}
