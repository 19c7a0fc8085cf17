package kit

import (
	"math"
	"math/rand/v2"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/storage/county"
)

// The middle is as deep as the deepest of many points: of a square, of one with a
// hole, of a corner, of a sliver.
func TestMiddleIsTheDeepest(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	square := [][2]int{{0, 0}, {100, 0}, {100, 100}, {0, 100}}
	for name, c := range map[string]struct {
		rings [][][2]int
		want  float64
	}{
		"square": {[][][2]int{square}, 50},
		"hole":   {[][][2]int{square, {{20, 20}, {60, 20}, {60, 60}, {20, 60}}}, 0},
		"corner": {[][][2]int{{{0, 0}, {200, 0}, {200, 40}, {60, 40}, {60, 300}, {0, 300}}}, 0},
		"sliver": {[][][2]int{{{0, 0}, {400, 0}, {400, 6}, {0, 6}}}, 3},
		"point":  {[][][2]int{{{5, 5}}}, 0},
		"none":   {nil, 0},
	} {
		at, r := middle(c.rings)
		if c.want > 0 && math.Abs(r-c.want) > 1 {
			t.Errorf("%s: %v deep, want %v", name, r, c.want)
		}
		if r > 0 && math.Abs(depth(c.rings, at[0], at[1])-r) > 1e-9 {
			t.Errorf("%s: it is not %v deep at %v", name, r, at)
		}
		for range 3000 {
			if x, y := rnd.Float64()*400, rnd.Float64()*300; len(c.rings) > 0 && depth(c.rings, x, y) > r+1.01 {
				t.Fatalf("%s: %v,%v is deeper than %v", name, x, y, r)
			}
		}
	}
}

// Each sign of the county is inside its municipality, lines between them aside; one
// that could not be read stands beside and covers no other. Hamar is one.
func TestSignsFitTheirMunicipality(t *testing.T) {
	pack, err := county.Load(county.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	g := newGeometry(&pack.Map, &pack.Catalogue)
	signsHold(t, "desk", &pack.Catalogue, g, g.desk, deskLeast)
	signsHold(t, "wall", &pack.Catalogue, g, g.wall, wallLeast)
	if !g.desk["3403"].Beside {
		t.Error("Hamar's sign is as large as Hamar")
	}
}

// signsHold checks what holds of the signs of any map.
func signsHold(t *testing.T, name string, c *domain.Catalogue, g *geometry, signs map[domain.MunicipalityID]sign, least int) (beside int) {
	t.Helper()
	for _, m := range c.Municipalities {
		s := signs[m.ID]
		ring := points(t, g.Shapes[m.ID].Path)
		if !inside(ring, float64(s.PX), float64(s.PY)) {
			t.Errorf("%s: the sign of %s, or its line, is not inside", name, m.Name)
		}
		if !s.Beside {
			half := int(math.Ceil(.3875 * float64(s.Most)))
			for _, d := range [][2]int{{-half, -half}, {half, -half}, {half, half}, {-half, half}} {
				if s.Most > signSteps && !inside(ring, float64(s.X+d[0]), float64(s.Y+d[1])) {
					t.Errorf("%s: a corner of %s' sign is outside", name, m.Name)
				}
			}
			continue
		}
		beside++
		for _, o := range c.Municipalities {
			if p := signs[o.ID]; o.ID != m.ID && (!p.Beside && p.Most >= least || p.Beside) && math.Hypot(float64(p.X-s.X), float64(p.Y-s.Y)) < .6*float64(p.Most+s.Most) {
				t.Errorf("%s: the sign of %s lies over that of %s", name, m.Name, o.Name)
			}
		}
	}
	return beside
}
