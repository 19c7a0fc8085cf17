package kit

import "kommunebilde/domain"

// near is the part of the map that is shown: the whole county, or a region and some of
// what is around it.
type near struct {
	x, y, width, height int
	class               string // of the <svg>, whose styles keep lines and signs as large as they are
}

// nearMargin is what is seen around a region, in parts of the map.
const nearMargin = 20

// nearest returns the nearest view in which a region is whole. Views are few, for the
// styles must know each.
func (g *geometry) nearest(c *domain.Catalogue, region domain.RegionID) near {
	var b box
	for _, m := range c.Municipalities {
		if s, ok := g.Shapes[m.ID]; ok && m.Region == region {
			b = b.with(s.box)
		}
	}
	whole := near{0, 0, g.Width, MapHeight, "map"}
	if b == (box{}) {
		return whole
	}
	for _, n := range []near{
		{width: g.Width / 4, height: MapHeight / 4, class: "map x4"},
		{width: g.Width / 3, height: MapHeight / 3, class: "map x3"},
		{width: g.Width / 2, height: MapHeight / 2, class: "map x2"},
		{width: g.Width * 2 / 3, height: MapHeight * 2 / 3, class: "map x1"},
	} {
		if b.right-b.left <= n.width-n.width/nearMargin && b.bottom-b.top <= n.height-n.height/nearMargin {
			n.x, n.y = (b.left+b.right-n.width)/2, (b.top+b.bottom-n.height)/2
			return n
		}
	}
	return whole
}

// near is the part of the map that a page with a filter shows.
func (b *Board) near(o MapOptions) near {
	region := o.Region
	if region == "" {
		region = b.Filter.Region
	}
	if !o.Links {
		region = ""
	}
	return b.Geometry.nearest(b.Catalogue, region)
}
