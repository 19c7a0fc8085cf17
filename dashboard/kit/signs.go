package kit

import (
	"math"

	"kommunebilde/domain"
)

// sign is where a municipality's sign stands on a map, and how large it may be.
type sign struct {
	X, Y int
	Most int // its side at most, in map units
	// Beside: it stands outside its shape, and a line leads from it to PX, PY inside.
	Beside bool
	PX, PY int
}

// A sign's square is .775 of its side: one of 1.8 times the radius is in the circle. The
// lines between municipalities take rim of it.
const fits, rim = 1.8, 4

// inside is a sign in its shape, however small.
func (s shape) inside() sign {
	return sign{X: s.X, Y: s.Y, Most: max(signSteps, int(fits*float64(s.Room-rim))), PX: s.X, PY: s.Y}
}

// signs places the signs of a map: inside their shapes, or, where they would be smaller
// than least, beside with a line, in the nearest place that covers no other sign and
// no other's line. One that finds no such place stays inside. size is what a sign is
// where nothing limits it.
func (g *geometry) signs(c *domain.Catalogue, size, least int) map[domain.MunicipalityID]sign {
	out := map[domain.MunicipalityID]sign{}
	var placed []sign
	var small []domain.MunicipalityID
	for _, m := range c.Municipalities {
		s, ok := g.Shapes[m.ID]
		if !ok {
			continue
		}
		at := s.inside()
		at.Most = min(at.Most, size)
		out[m.ID] = at
		if at.Most < least {
			small = append(small, m.ID)
		} else {
			placed = append(placed, at)
		}
	}
	for _, id := range small {
		if at, ok := g.beside(out[id], size, placed); ok {
			out[id] = at
		}
		placed = append(placed, out[id])
	}
	return out
}

// beside looks around a sign, near first, and rather outside the county than on a
// neighbour.
func (g *geometry) beside(s sign, size int, placed []sign) (best sign, ok bool) {
	const ways = 24
	least := math.Inf(1)
	for far := size; far <= 5*size; far += size / 4 {
		for way := range ways {
			sin, cos := math.Sincos(2 * math.Pi * float64(way) / ways)
			to := sign{X: s.X + int(float64(far)*cos), Y: s.Y + int(float64(far)*sin), Most: size, Beside: true, PX: s.X, PY: s.Y}
			if to.X < size || to.Y < size || to.X > g.Width-size || to.Y > MapHeight-size || !to.free(placed) {
				continue
			}
			costs := float64(far)
			if g.covered(to.X, to.Y) {
				costs += float64(size)
			}
			if costs < least {
				best, least, ok = to, costs, true
			}
		}
	}
	return best, ok
}

// free reports whether a sign and its line touch none of the others and theirs.
func (s sign) free(placed []sign) bool {
	for _, o := range placed {
		room := .65 * float64(s.Most+o.Most)
		if math.Hypot(float64(s.X-o.X), float64(s.Y-o.Y)) < room ||
			away(o.X, o.Y, s) < .6*float64(o.Most) || o.Beside && away(s.X, s.Y, o) < .6*float64(s.Most) {
			return false
		}
	}
	return true
}

// away is how far a point is from a sign's line.
func away(x, y int, s sign) float64 {
	d, _ := toLine(float64(x), float64(y), [2]int{s.X, s.Y}, [2]int{s.PX, s.PY})
	return d
}

// covered reports whether a point lies in the box of some shape.
func (g *geometry) covered(x, y int) bool {
	for _, s := range g.Shapes {
		if b := s.box; x >= b.left && x <= b.right && y >= b.top && y <= b.bottom {
			return true
		}
	}
	return false
}
