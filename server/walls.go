package server

import (
	"kommunebilde/dashboard/kit"
	wallpages "kommunebilde/dashboard/wall"
	"kommunebilde/server/edge"
)

func (s *Server) wall(k *edge.Call) error {
	f, err := filter(k)
	if err != nil {
		return err
	}
	return k.Page(wallpages.Wall(s.cfg.Site, s.pages.Request(k), k.Shown, wallOptions(k, f)))
}

// wallOptions reads how big a wall screen is: inches and metres in the address,
// within what exists.
func wallOptions(k *edge.Call, f kit.Filter) wallpages.Options {
	o := wallpages.Options{
		Area: f.Area, Inches: edge.Within(k.Query("tommer"), 20, 300), Metres: edge.Within(k.Query("meter"), 0.5, 50), Filter: f,
		Region: f.Region, Rotate: int(edge.Within(k.Query("roter"), 5, 3600)),
	}
	if layout := k.Query("oppsett"); layout == "b" || layout == "c" {
		o.Layout = layout
	}
	return o
}
