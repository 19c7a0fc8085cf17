package kit

import (
	"container/heap"
	"math"
)

// middle is the point of a shape that is farthest from its edge, and how far: the
// middle of the largest circle inside. It is found by halving squares, those that
// may hold a better point first (polylabel, as maps use it).
func middle(rings [][][2]int) (at [2]float64, radius float64) {
	var b box
	for _, ring := range rings {
		for _, p := range ring {
			b = b.with(box{p[0], p[1], p[0], p[1]})
		}
	}
	size := float64(min(b.right-b.left, b.bottom-b.top))
	if size <= 0 {
		return [2]float64{float64(b.left), float64(b.top)}, 0
	}
	var open squares
	add := func(x, y, half float64) {
		d := depth(rings, x, y)
		if d > radius {
			at, radius = [2]float64{x, y}, d
		}
		if most := d + half*math.Sqrt2; most > radius+1 {
			heap.Push(&open, square{x, y, half, most})
		}
	}
	half := size / 2
	for x := float64(b.left) + half; x < float64(b.right)+half; x += size {
		for y := float64(b.top) + half; y < float64(b.bottom)+half; y += size {
			add(x, y, half)
		}
	}
	for len(open) > 0 {
		s := heap.Pop(&open).(square)
		if s.most <= radius+1 {
			break // none holds a point that is a unit better
		}
		h := s.half / 2
		for _, way := range [][2]float64{{-h, -h}, {h, -h}, {-h, h}, {h, h}} {
			add(s.x+way[0], s.y+way[1], h)
		}
	}
	return at, radius
}

// depth is how far inside the edge a point lies, negative outside.
func depth(rings [][][2]int, x, y float64) float64 {
	inside, nearest := false, math.Inf(1)
	for _, ring := range rings {
		for i, j := 0, len(ring)-1; i < len(ring); j, i = i, i+1 {
			away, crosses := toLine(x, y, ring[i], ring[j])
			nearest, inside = min(nearest, away), inside != crosses
		}
	}
	if !inside {
		return -nearest
	}
	return nearest
}

// toLine is how far a point is from a line, and whether a ray to its right crosses it.
func toLine(x, y float64, a, b [2]int) (away float64, crosses bool) {
	ax, ay, bx, by := float64(a[0]), float64(a[1]), float64(b[0]), float64(b[1])
	along := 0.0
	if long := (bx-ax)*(bx-ax) + (by-ay)*(by-ay); long > 0 {
		along = max(0, min(1, ((x-ax)*(bx-ax)+(y-ay)*(by-ay))/long))
	}
	return math.Hypot(x-ax-along*(bx-ax), y-ay-along*(by-ay)),
		(ay > y) != (by > y) && x < (bx-ax)*(y-ay)/(by-ay)+ax
}

// square is a part of the plane, and how deep its deepest point can be.
type square struct{ x, y, half, most float64 }

// squares is a heap, the most promising first.
type squares []square

func (s squares) Len() int           { return len(s) }
func (s squares) Less(i, j int) bool { return s[i].most > s[j].most }
func (s squares) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *squares) Push(x any)        { *s = append(*s, x.(square)) }
func (s *squares) Pop() any {
	last := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return last
}
