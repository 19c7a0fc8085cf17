package server

import (
	"kommunebilde/dashboard/chart"
	"kommunebilde/server/edge"
)

// diagram is a chart's option, as data.
func (s *Server) diagram(k *edge.Call) error {
	q, err := k.QueryValues()
	if err != nil {
		return err
	}
	if err := versioned(k); err != nil {
		return err
	}
	b, err := chart.Chart(s.cfg.Site, s.pages.Request(k), k.Shown, k.Param("name"), q)
	if err != nil {
		return err
	}
	return k.JSON(b)
}

// playbackChart is the option of the chart over a playback's slider.
func (s *Server) playbackChart(k *edge.Call) error {
	p, err := spanIn(k, "fra", "til")
	if err != nil {
		return err
	}
	b, err := chart.PlaybackChart(s.cfg.Site, s.pages.Request(k), k.Shown, p.from, p.to, k.Query("palett"))
	if err != nil {
		return err
	}
	return k.JSON(b)
}
