//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// madeUp writes a pack of a county of n municipalities, which are squares beside each
// other, in regions of at most 24, with these of Innlandet's areas, nil all.
func madeUp(t *testing.T, n int, areas []string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "fylke")
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(dir, os.DirFS("../storage/county/innlandet")); err != nil {
		t.Fatal(err)
	}
	wide := int(math.Ceil(math.Sqrt(float64(n))))
	type shape struct {
		Type       string         `json:"type"`
		ID         string         `json:"id"`
		Properties map[string]any `json:"properties"`
		Arcs       [][]int        `json:"arcs"`
	}
	var shapes []shape
	var arcs [][][2]float64
	place := func(col, row int) [2]float64 {
		return [2]float64{9 + 4*float64(col)/float64(wide), 62.5 - 2*float64(row)/float64(wide)}
	}
	regions := "id,order,name,short\n"
	rows, tiles := "number,name,region,population,year_of_population,short,language,ended,successors\n", "number,name,col,row\n"
	for i := range n {
		id, name, col, row := fmt.Sprint(1000+i), fmt.Sprintf("Storfagervik %d", i+1), i%wide, i/wide
		if i%24 == 0 {
			regions += fmt.Sprintf("r%d,%d,Regionen %d,R%[3]d\n", i/24, i/24+1, i/24+1)
		}
		rows += fmt.Sprintf("%s,%s,r%d,1000,2024,,,,\n", id, name, i/24)
		tiles += fmt.Sprintf("%s,%s,%d,%d\n", id, name, col, row)
		arcs = append(arcs, [][2]float64{place(col, row), place(col+1, row), place(col+1, row+1), place(col, row+1), place(col, row)})
		shapes = append(shapes, shape{"Polygon", id, map[string]any{"name": name, "label": place(col, row)}, [][]int{{i}}})
		shapes[i].Properties["label"] = [2]float64{place(col, row)[0] + 2/float64(wide), place(col, row)[1] - 1/float64(wide)}
	}
	topology, err := json.Marshal(map[string]any{"type": "Topology", "arcs": arcs,
		"objects": map[string]any{"kommuner": map[string]any{"type": "GeometryCollection", "geometries": shapes}}})
	if err != nil {
		t.Fatal(err)
	}
	write("municipalities.csv", rows)
	write("tilegrid.csv", tiles)
	write("regions.csv", regions)
	write("map.topo.json", string(topology))
	if areas != nil { // and only these
		for name, column := range map[string]int{"areas.csv": 0, "indicators.csv": 1} {
			list, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.SplitAfter(string(list), "\n")
			kept := lines[0]
			for _, line := range lines[1:] {
				if fields := strings.Split(line, ","); len(fields) > column && slices.Contains(areas, fields[column]) {
					kept += line
				}
			}
			write(name, kept)
		}
	}
	return dir
}

// TestSmallAndLargeCounties: of 3 municipalities the heads of wide columns lie; of 357
// the tiles show signs and no pieces of names; on the wall nothing is cut.
func TestSmallAndLargeCounties(t *testing.T) {
	t.Parallel()
	c := sharedChromium(t)
	p := demo(t, "-county", madeUp(t, 3, []string{"samfunnssikkerhet", "barnevern"}))
	w := c.tab("3 municipalities", 1440, 900)
	w.open(p.url("/tavle/2022"))
	w.readable(w.name)
	if eval[bool](w, `[...document.querySelectorAll("#grid thead th a")].some(a => getComputedStyle(a).writingMode !== "horizontal-tb")`) {
		t.Error("of 3: heads stand in columns that are wide")
	}

	p = demo(t, "-county", madeUp(t, 357, nil))
	w = c.tab("357 municipalities", 1440, 900)
	w.open(p.url("/tavle/2022?vis=ruter"))
	if cut := eval[int](w, `[...document.querySelectorAll("#tiles li")].filter(li => li.scrollWidth > li.clientWidth || li.scrollHeight > li.clientHeight).length`); cut > 0 {
		t.Errorf("of 357: %d tiles are cut", cut)
	}
	if stacked := eval[int](w, `new Set([...document.querySelectorAll("#tiles li")].map(li => { const r = li.getBoundingClientRect(); return r.x + " " + r.y })).size`); stacked != 357 {
		t.Errorf("of 357: tiles stand at %d places", stacked)
	}
	p.wall(c, "wall of 357", 1920, 1080, nil).fits("357 municipalities")
}
