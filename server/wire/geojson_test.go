package wire

import (
	"encoding/json"
	"testing"

	"kommunebilde/domain"
)

// TestGeometryIsRFC7946: rings are closed, the outer counterclockwise and a hole clockwise
// however the arcs go; arcs that share a point give it once.
func TestGeometryIsRFC7946(t *testing.T) {
	t.Parallel()
	m := &domain.Map{
		Arcs: [][][2]int32{
			{{0, 0}, {0, 400000}, {400000, 400000}}, // clockwise
			{{0, 0}, {400000, 0}, {400000, 400000}}, // backwards
			{{100000, 100000}, {200000, 100000}, {200000, 200000}, {100000, 100000}},
		},
		Shapes: map[domain.MunicipalityID]domain.Shape{"9901": {Polygons: [][][]int{{{0, ^1}, {2}}}}},
	}
	got := string(AppendGeometry(nil, m, "9901"))
	const want = `{"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[2,2],[2,1],[1,1]]]]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !json.Valid([]byte(got)) {
		t.Error("not JSON")
	}
	if got := string(AppendGeometry(nil, m, "9902")); got != "null" {
		t.Errorf("a municipality that the map lacks: %s", got)
	}
}
