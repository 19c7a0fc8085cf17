package wire

import (
	"slices"
	"strconv"

	"kommunebilde/domain"
)

// GeoJSON is the media type of RFC 7946.
const GeoJSON = "application/geo+json"

// AppendGeometry writes where a municipality lies as a MultiPolygon of RFC 7946, in degrees
// of WGS 84, null where there is no map, or none of it. Outer rings go counterclockwise, holes
// clockwise, and each ends where it begins.
func AppendGeometry(b []byte, m *domain.Map, id domain.MunicipalityID) []byte {
	if m == nil {
		return append(b, "null"...)
	}
	shape, ok := m.Shapes[id]
	if !ok {
		return append(b, "null"...)
	}
	b = append(b, `{"type":"MultiPolygon","coordinates":[`...)
	for i, polygon := range shape.Polygons {
		b = append(Comma(b, i), '[')
		for j, arcs := range polygon {
			ring := ringOf(m, arcs)
			if counterclockwise(ring) != (j == 0) {
				slices.Reverse(ring)
			}
			b = append(Comma(b, j), '[')
			for k, p := range ring {
				b = append(Comma(b, k), '[')
				b = append(appendDegrees(b, p[0]), ',')
				b = append(appendDegrees(b, p[1]), ']')
			}
			b = append(b, ']')
		}
		b = append(b, ']')
	}
	return append(b, "]}"...)
}

// ringOf joins arcs, ^n is arc n backwards, to a closed ring.
func ringOf(m *domain.Map, arcs []int) (ring [][2]int32) {
	for _, n := range arcs {
		var line [][2]int32
		if n < 0 {
			line = slices.Clone(m.Arcs[^n])
			slices.Reverse(line)
		} else {
			line = m.Arcs[n]
		}
		if len(ring) > 0 && len(line) > 0 && ring[len(ring)-1] == line[0] {
			line = line[1:]
		}
		ring = append(ring, line...)
	}
	if len(ring) > 0 && ring[0] != ring[len(ring)-1] {
		ring = append(ring, ring[0])
	}
	return ring
}

func counterclockwise(ring [][2]int32) bool {
	var sum int64
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		sum += int64(a[0])*int64(b[1]) - int64(b[0])*int64(a[1])
	}
	return sum > 0
}

// appendDegrees writes hundred-thousandths of a degree.
func appendDegrees(b []byte, v int32) []byte {
	return strconv.AppendFloat(b, float64(v)/1e5, 'f', -1, 64)
}
