package kit

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/storage/county"
)

// points reads path data back: "M1 2l3-4 5 6z".
func points(t *testing.T, path string) [][2]float64 {
	t.Helper()
	var numbers []float64
	for from := 0; from < len(path); {
		to := from
		for to < len(path) && (path[to] == '-' && to == from || path[to] >= '0' && path[to] <= '9') {
			to++
		}
		if to > from {
			n, err := strconv.ParseFloat(path[from:to], 64)
			if err != nil {
				t.Fatalf("path %q: %v", path, err)
			}
			numbers = append(numbers, n)
			from = to
			continue
		}
		from++
	}
	var out [][2]float64
	var x, y float64
	for i := 0; i+1 < len(numbers); i += 2 {
		if i == 0 {
			x, y = numbers[0], numbers[1]
		} else {
			x, y = x+numbers[i], y+numbers[i+1]
		}
		out = append(out, [2]float64{x, y})
	}
	return out
}

func inside(ring [][2]float64, x, y float64) bool {
	in := false
	for i, j := 0, len(ring)-1; i < len(ring); j, i = i, i+1 {
		a, b := ring[i], ring[j]
		if (a[1] > y) != (b[1] > y) && x < (b[0]-a[0])*(y-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
	}
	return in
}

// Every municipality is drawn, its sign stands in it, and the shape is the
// county's: 0.92 as wide as high, as its proportions on the ground.
func TestMapIsTheCounty(t *testing.T) {
	pack, err := county.Load(county.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	g := newGeometry(&pack.Map, &pack.Catalogue)
	if g.Width < 880 || g.Width > 960 {
		t.Errorf("width %d of %d", g.Width, MapHeight)
	}
	for _, m := range pack.Catalogue.Municipalities {
		s, ok := g.Shapes[m.ID]
		if !ok {
			t.Errorf("%s is not drawn", m.Name)
			continue
		}
		ring := points(t, s.Path)
		if !strings.HasSuffix(s.Path, "z") || !inside(ring, float64(s.X), float64(s.Y)) {
			t.Errorf("%s: the sign stands outside", m.Name)
		}
		for _, at := range ring {
			if at[0] < 0 || at[0] > float64(g.Width) || at[1] < 0 || at[1] > MapHeight {
				t.Fatalf("%s reaches outside the map: %v", m.Name, at)
			}
		}
	}
	north, south := g.Shapes["3430"], g.Shapes["3416"] // Os, Eidskog
	west, east := g.Shapes["3433"], g.Shapes["3421"]   // Skjåk, Trysil
	if north.Y >= south.Y || west.X >= east.X {
		t.Error("north is not up")
	}
}

// The projection is that of the sphere: on its meridian true to scale, and
// equal in all directions.
func TestProjectionIsConformal(t *testing.T) {
	x0, y0 := project([2]int32{1030000, 6100000})
	if math.Abs(x0) > 1e-9 {
		t.Errorf("the meridian lies at %v", x0)
	}
	_, y1 := project([2]int32{1030000, 6110000})
	if got, want := y0-y1, 0.1*math.Pi/180; math.Abs(got/want-1) > 1e-6 {
		t.Errorf("a tenth of a degree north is %v, want %v", got, want)
	}
	x2, _ := project([2]int32{1040000, 6100000})
	if got, want := x2, 0.1*math.Pi/180*math.Cos(61*math.Pi/180); math.Abs(got/want-1) > 1e-4 {
		t.Errorf("a tenth of a degree east is %v, want %v", got, want)
	}
}

// A catalogue without a map, a map without some shapes and one point only still
// draw.
func TestPoorMapsDraw(t *testing.T) {
	c := domain.Catalogue{Municipalities: []domain.Municipality{{ID: "1"}, {ID: "2"}}}
	for _, m := range []domain.Map{{}, {Arcs: [][][2]int32{{{1, 1}}}}, {
		Arcs:   [][][2]int32{{{1000000, 6000000}, {1010000, 6000000}, {1010000, 6010000}, {1000000, 6000000}}},
		Shapes: map[domain.MunicipalityID]domain.Shape{"1": {Polygons: [][][]int{{{0}}}, Label: [2]int32{1007000, 6003000}}},
	}} {
		newGeometry(&m, &c)
	}
}

// A chosen region is whole on the map, and as near as the styles know.
func TestAChosenRegionIsWhole(t *testing.T) {
	pack, err := county.Load(county.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	g := newGeometry(&pack.Map, &pack.Catalogue)
	nearer := 0
	for _, region := range pack.Catalogue.Regions {
		n := g.nearest(&pack.Catalogue, region.ID)
		if n.width < g.Width {
			nearer++
		}
		for _, m := range pack.Catalogue.Municipalities {
			if b := g.Shapes[m.ID].box; m.Region == region.ID && (b.left < n.x || b.top < n.y || b.right > n.x+n.width || b.bottom > n.y+n.height) {
				t.Errorf("%s: %v is not whole in %v", m.Name, b, n)
			}
		}
	}
	if whole := g.nearest(&pack.Catalogue, ""); whole != (near{0, 0, g.Width, MapHeight, "map"}) || nearer < len(pack.Catalogue.Regions)-2 {
		t.Errorf("the county is %v, %d regions are nearer", whole, nearer)
	}
}
