package kit

import (
	"math"
	"sort"
	"strconv"

	"kommunebilde/domain"
)

// geometry is a county's map as it is drawn: in a plane, north up, mapHeight
// units high, with whole numbers, so that the page stays small. It depends on
// the map and on which regions the municipalities belong to.
type geometry struct {
	Width   int
	Shapes  map[domain.MunicipalityID]shape
	regions string // the borders between regions, and the county's

	desk, wall map[domain.MunicipalityID]sign // where signs stand on a map of the whole
}

type shape struct {
	Path string // SVG path data
	X, Y int    // where a sign stands
	Room int    // radius of the largest circle inside about it
	box  box    // what it fills
}

// box is a rectangle that is as large as what was put into it; the zero box is empty.
type box struct{ left, top, right, bottom int }

func (b box) with(o box) box {
	if b == (box{}) {
		return o
	}
	return box{min(b.left, o.left), min(b.top, o.top), max(b.right, o.right), max(b.bottom, o.bottom)}
}

const (
	// MapHeight is how high a drawn map is; its width follows from the county.
	MapHeight = 1000
	mapMargin = 14 // so that no outline is cut at the edge
	meridian  = 10.3

	// A sign at a desk is 12 pixels, and can be read from half of that: on the smallest
	// map a pixel is 3.57 units. On a wall, near a unit to the pixel, it is 32.
	deskSign, deskLeast = 43, 20
	wallSign, wallLeast = 32, 22
)

// project is the transverse Mercator projection of the sphere about the
// county's own meridian: shapes look as they do on the maps people know.
func project(p [2]int32) (x, y float64) {
	lon := (float64(p[0])/1e5 - meridian) * math.Pi / 180
	lat := float64(p[1]) / 1e5 * math.Pi / 180
	return math.Atanh(math.Cos(lat) * math.Sin(lon)), -math.Atan2(math.Tan(lat), math.Cos(lon))
}

// newGeometry projects a map once; all pages draw from the result.
func newGeometry(m *domain.Map, c *domain.Catalogue) *geometry {
	g := &geometry{Shapes: map[domain.MunicipalityID]shape{}}
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	arcs := make([][][2]float64, len(m.Arcs))
	for i, arc := range m.Arcs {
		for _, p := range arc {
			x, y := project(p)
			minX, minY, maxX, maxY = min(minX, x), min(minY, y), max(maxX, x), max(maxY, y)
			arcs[i] = append(arcs[i], [2]float64{x, y})
		}
	}
	if len(m.Arcs) == 0 || maxY <= minY {
		return g
	}
	scale := (MapHeight - 2*mapMargin) / (maxY - minY)
	place := func(x, y float64) [2]int {
		return [2]int{int(math.Round((x-minX)*scale)) + mapMargin, int(math.Round((y-minY)*scale)) + mapMargin}
	}
	g.Width = int(math.Ceil((maxX-minX)*scale)) + 2*mapMargin
	points := make([][][2]int, len(arcs))
	for i, arc := range arcs {
		for _, p := range arc {
			points[i] = append(points[i], place(p[0], p[1]))
		}
	}
	owners := make([][]domain.RegionID, len(arcs))
	for _, row := range c.Municipalities {
		s, ok := m.Shapes[row.ID]
		if !ok {
			continue
		}
		var path []byte
		var fills box
		at, room := place(project(s.Label)), 0.0
		for _, polygon := range s.Polygons {
			var rings [][][2]int
			for _, ring := range polygon {
				rings = append(rings, ringOf(points, ring))
				path = appendRing(path, points, ring)
				for _, arc := range ring {
					for _, p := range points[positive(arc)] {
						fills = fills.with(box{p[0], p[1], p[0], p[1]})
					}
					owners[positive(arc)] = append(owners[positive(arc)], row.Region)
				}
			}
			if m, r := middle(rings); r > room {
				at, room = [2]int{int(math.Round(m[0])), int(math.Round(m[1]))}, r
			}
		}
		g.Shapes[row.ID] = shape{string(path), at[0], at[1], int(room), fills}
	}
	g.regions = borders(points, owners)
	g.desk, g.wall = g.signs(c, deskSign, deskLeast), g.signs(c, wallSign, wallLeast)
	return g
}

// borders draws the arcs that one region has alone: those between two regions,
// and the county's own border.
func borders(points [][][2]int, owners [][]domain.RegionID) string {
	var path []byte
	for i, o := range owners {
		if len(o) == 1 || len(o) > 1 && o[0] != o[1] {
			path = appendLine(path, points[i], 'M')
		}
	}
	return string(path)
}

func positive(arc int) int {
	if arc < 0 {
		return ^arc
	}
	return arc
}

// appendRing appends a closed ring of arcs.
func appendRing(path []byte, points [][][2]int, ring []int) []byte {
	return append(appendLine(path, ringOf(points, ring), 'M'), 'z')
}

// ringOf joins a ring's arcs.
func ringOf(points [][][2]int, ring []int) [][2]int {
	var all [][2]int
	for _, arc := range ring {
		line := points[positive(arc)]
		if arc < 0 {
			line = backwards(line)
		}
		if len(all) > 0 && len(line) > 0 {
			line = line[1:] // it begins where the last one ended
		}
		all = append(all, line...)
	}
	if len(all) > 1 && all[0] == all[len(all)-1] {
		all = all[:len(all)-1]
	}
	return all
}

func backwards(line [][2]int) [][2]int {
	out := make([][2]int, len(line))
	for i, p := range line {
		out[len(line)-1-i] = p
	}
	return out
}

// appendLine appends points as one absolute move and relative lines, in the
// fewest characters that SVG's grammar allows.
func appendLine(path []byte, line [][2]int, move byte) []byte {
	first := true
	var last [2]int
	for i, p := range line {
		if i == 0 {
			path = append(path, move)
			path = strconv.AppendInt(path, int64(p[0]), 10)
			path = appendNumber(path, p[1])
			last = p
			continue
		}
		dx, dy := p[0]-last[0], p[1]-last[1]
		if dx == 0 && dy == 0 {
			continue
		}
		if first {
			path = append(path, 'l')
			path = strconv.AppendInt(path, int64(dx), 10)
			first = false
		} else {
			path = appendNumber(path, dx)
		}
		path = appendNumber(path, dy)
		last = p
	}
	return path
}

// appendNumber appends a number that follows another: a minus sign parts them.
func appendNumber(path []byte, n int) []byte {
	if n >= 0 {
		path = append(path, ' ')
	}
	return strconv.AppendInt(path, int64(n), 10)
}

// byTile returns the rows in reading order of the tile grid.
func byTile(c *domain.Catalogue) []int {
	out := make([]int, len(c.Municipalities))
	for i := range out {
		out[i] = i
	}
	sort.SliceStable(out, func(a, b int) bool {
		x, y := c.Municipalities[out[a]].Tile, c.Municipalities[out[b]].Tile
		if x.Row != y.Row {
			return x.Row < y.Row
		}
		return x.Col < y.Col
	})
	return out
}
