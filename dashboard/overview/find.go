package overview

import (
	"slices"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// findView is the municipalities and regions that a word names, all of them without one.
type findView struct {
	kit.Page
	Asked  string
	Places []place
}

// place is a municipality or a region, and the address of its page.
type place struct {
	Name, In, Href string
	M              domain.MunicipalityID
	R              domain.RegionID
	match          int
}

// Find lists what a word names, the best first. There is nothing to choose where only one
// is named, or one by its whole name: then it returns where that is, and no page.
func Find(s *kit.Site, r kit.Request, p domain.Picture, typed string) (page []byte, to string, err error) {
	pg := s.NewPage(r, "find", "")
	pg.OnBoard(p)
	pg.Body.Live, pg.Edits, pg.Title = "", false, pg.T("find.title")
	v := findView{Page: pg, Asked: typed, Places: places(&pg, p, typed)}
	whole := 0
	for _, place := range v.Places {
		if typed != "" && place.match == 0 {
			whole++
		}
	}
	if whole == 1 || typed != "" && len(v.Places) == 1 {
		return nil, v.Places[0].Href, nil
	}
	page, err = s.Render(v.Lang, "find", &v)
	return page, "", err
}

func places(pg *kit.Page, p domain.Picture, typed string) []place {
	c, board := p.Catalogue(), p.Board().ID
	var out []place
	add := func(n place) {
		n.match = kit.Match(n.Name, typed)
		if n.match >= 0 || typed == "" {
			out = append(out, n)
		}
	}
	for _, m := range c.Municipalities {
		in := ""
		if i := c.RegionIndex(m.Region); i >= 0 {
			in = c.Regions[i].Name
		}
		add(place{Name: m.Name, In: in, M: m.ID, Href: pg.Place("/kommune/"+string(m.ID), board)})
	}
	for _, region := range c.Regions {
		add(place{Name: region.Name, In: pg.T("find.region"), R: region.ID, Href: pg.Place("/region/"+string(region.ID), board)})
	}
	slices.SortStableFunc(out, func(a, b place) int { return a.match - b.match })
	return out
}
