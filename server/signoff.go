package server

import (
	"strings"

	signoffpages "kommunebilde/dashboard/signoff"
	"kommunebilde/domain"
	"kommunebilde/domain/plan"
	"kommunebilde/server/edge"
)

// progress is how far the work on a planned edition has come.
func (s *Server) progress(k *edge.Call) error {
	o, err := s.signoffOptions(k)
	if err != nil {
		return err
	}
	if chosen := k.Query("valgt"); chosen != "" {
		if o.Chosen, err = edge.CellRef(chosen); err != nil {
			return err
		}
		if lead, known := o.Work.Lead(o.Chosen.Column); !known || lead != o.Chosen.Column {
			return domain.Wrong("valgt", "column.unit", string(o.Chosen.Column))
		}
		if !o.Work.Ground.Has(o.Chosen.Municipality) {
			return domain.Wrong("valgt", "municipality.unknown", string(o.Chosen.Municipality))
		}
	}
	return k.Page(signoffpages.Progress(s.cfg.Site, s.pages.Request(k), o))
}

// moderation is one area's judgements beside each other, two of them side by side where
// their letters are asked for.
func (s *Server) moderation(k *edge.Call) error {
	o, err := s.signoffOptions(k)
	if err != nil {
		return err
	}
	if o.Area = domain.ColumnID(k.Param("area")); !o.Work.Area(o.Area) {
		return &domain.Error{Code: domain.NotFound, Field: "c", Msg: "column.unknown"}
	}
	q, err := k.QueryValues()
	if err != nil {
		return err
	}
	o.Names = q.Get("navn") == "vis"
	if letters := q["to"]; len(letters) > 0 {
		two, known := signoffpages.Lettered(o.Picture, o.Area, letters)
		if !known {
			return domain.Wrong("to", "municipality.unknown", strings.Join(letters, " "))
		}
		o.Two = two
	}
	return k.Page(signoffpages.Moderation(s.cfg.Site, s.pages.Request(k), o))
}

func (s *Server) signoffOptions(k *edge.Call) (signoffpages.Options, error) {
	w, err := s.work(k)
	if err != nil {
		return signoffpages.Options{}, err
	}
	d := k.Decision()
	out := signoffpages.Options{Picture: k.Shown, Work: w}
	out.Plan, _ = plan.Of(w.Ground)
	out.May = func(c domain.ColumnID, r domain.Right) bool { return d.MayIn(w.Ground, r, c) }
	return out, nil
}
