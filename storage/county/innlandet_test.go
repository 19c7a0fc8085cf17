package county_test

import (
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/storage/county"
)

func loadInnlandet(t *testing.T) county.Pack {
	t.Helper()
	p, err := county.Load(county.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestInnlandetIsWhole(t *testing.T) {
	p := loadInnlandet(t)
	cat := &p.Catalogue
	kinds := map[domain.ColumnKind]int{}
	for _, c := range cat.Columns {
		kinds[c.Kind]++
	}
	for _, want := range []struct {
		what    string
		got, is int
	}{
		{"municipalities", len(cat.Municipalities), 46},
		{"regions", len(cat.Regions), 10},
		{"areas", kinds[domain.ColumnArea], 14},
		{"indicators", kinds[domain.ColumnIndicator], 50},
		{"functions", kinds[domain.ColumnFunction], 11},
		{"shapes", len(p.Map.Shapes), 46},
		{"arcs", len(p.Map.Arcs), 135},
	} {
		if want.got != want.is {
			t.Errorf("%s: %d, want %d", want.what, want.got, want.is)
		}
	}
	population := 0
	for _, m := range cat.Municipalities {
		population += m.Population
	}
	if population != 371385 { // 1 January 2020, as published for the county
		t.Errorf("population is %d, want 371385", population)
	}
	if err := cat.Check(); err != nil {
		t.Error(err)
	}
	if cat.Map != p.Map.Hash() {
		t.Error("the catalogue names another map")
	}
	if p.Map.Attribution != "© Kartverket (CC BY 4.0), generalisert" {
		t.Errorf("attribution is %q", p.Map.Attribution)
	}
}

func TestInnlandetColumnsAreInOrder(t *testing.T) {
	cat := loadInnlandet(t).Catalogue
	var ids []string
	for _, c := range cat.Columns {
		switch c.Kind {
		case domain.ColumnIndicator:
			if !c.Proposed {
				t.Errorf("indicator %s is not marked as proposed", c.ID)
			}
			ids = append(ids, "  "+string(c.ID))
		case domain.ColumnFunction:
			if c.StaleAfter == 0 {
				t.Errorf("function %s never grows stale", c.ID)
			}
			fallthrough
		default:
			ids = append(ids, string(c.ID))
		}
	}
	got := strings.Join(ids, "\n")
	for _, want := range []string{
		"barnehage-opplaering\n  pedagognorm\n  grunnbemanning\n  grunnskolepoeng\n  spesialundervisning\n  skolemiljo\nbarnevern\n",
		"sosiale-tjenester\n  stonadslengde\n  kvp\n  sosialtilsyn\nsamlet\nstrom\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("columns lack, in this order:\n%s\nthey are:\n%s", want, got)
		}
	}
	themes := 0
	for _, i := range cat.Areas() {
		if cat.Columns[i].Themes {
			themes++
		}
		if cat.Columns[i].Means.Red.NB == "" {
			t.Errorf("area %s does not say what red means", cat.Columns[i].ID)
		}
	}
	if themes != 9 {
		t.Errorf("%d areas cover chosen themes only, want 9", themes)
	}
}

func TestInnlandetSpeaksThreeLanguages(t *testing.T) {
	cat := loadInnlandet(t).Catalogue
	for _, c := range cat.Columns {
		for _, w := range []domain.Words{c.Name, c.Short} {
			if w.NB == "" || w.NN == "" || w.EN == "" {
				t.Errorf("%s: %+v", c.ID, w)
			}
		}
	}
	if o := cat.Office; o.NB == "" || o.NN == "" || o.EN == "" {
		t.Errorf("office: %+v", o)
	}
}

func TestInnlandetMunicipalitiesAreInNorwegianOrder(t *testing.T) {
	cat := loadInnlandet(t).Catalogue
	for region, want := range map[domain.RegionID]string{
		"hamarregionen":       "Hamar Løten Ringsaker Stange",
		"gjovikregionen":      "Gjøvik|Nordre Land|Søndre Land|Vestre Toten|Østre Toten",
		"kongsvingerregionen": "Eidskog Grue Kongsvinger Nord-Odal Sør-Odal Åsnes",
		"sor-osterdal":        "Elverum Engerdal Stor-Elvdal Trysil Våler Åmot",
		"nord-gudbrandsdal":   "Dovre Lesja Lom Sel Skjåk Vågå",
	} {
		var names []string
		for _, i := range cat.Members(region) {
			names = append(names, cat.Municipalities[i].Name)
		}
		sep := " "
		if strings.Contains(want, "|") {
			sep = "|"
		}
		if got := strings.Join(names, sep); got != want {
			t.Errorf("%s: %s, want %s", region, got, want)
		}
	}
}

func TestInnlandetPolygonsClose(t *testing.T) {
	p := loadInnlandet(t)
	used := map[int]int{}
	for id, s := range p.Map.Shapes {
		if len(s.Polygons) != 1 || len(s.Polygons[0]) != 1 {
			t.Errorf("%s: %d polygons", id, len(s.Polygons))
		}
		ring := pointsOf(p.Map, s.Polygons[0][0])
		if ring[0] != ring[len(ring)-1] {
			t.Errorf("%s: ring begins at %v and ends at %v", id, ring[0], ring[len(ring)-1])
		}
		if area := shoelace(ring); area >= 0 {
			t.Errorf("%s: ring does not run clockwise (area %d)", id, area)
		}
		if !inside(ring, s.Label) {
			t.Errorf("%s: label %v is outside", id, s.Label)
		}
		for _, a := range s.Polygons[0][0] {
			if a < 0 {
				a = ^a
			}
			used[a]++
		}
	}
	for a := range p.Map.Arcs {
		if used[a] < 1 || used[a] > 2 {
			t.Errorf("arc %d is used %d times", a, used[a])
		}
	}
	oslo := [2]int32{1075000, 5991000}
	for id, s := range p.Map.Shapes {
		if inside(pointsOf(p.Map, s.Polygons[0][0]), oslo) {
			t.Errorf("%s holds Oslo", id)
		}
	}
	hamar := p.Map.Shapes["3403"]
	if !inside(pointsOf(p.Map, hamar.Polygons[0][0]), [2]int32{1106900, 6079500}) {
		t.Error("Hamar town is outside Hamar")
	}
}

func pointsOf(m domain.Map, ring []int) [][2]int32 {
	var out [][2]int32
	for _, i := range ring {
		if i >= 0 {
			out = append(out, m.Arcs[i]...)
			continue
		}
		line := m.Arcs[^i]
		for k := len(line) - 1; k >= 0; k-- {
			out = append(out, line[k])
		}
	}
	return out
}

func shoelace(ring [][2]int32) int64 {
	var sum int64
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		sum += int64(a[0])*int64(b[1]) - int64(b[0])*int64(a[1])
	}
	return sum
}

func inside(ring [][2]int32, p [2]int32) bool {
	in := false
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if (a[1] > p[1]) == (b[1] > p[1]) {
			continue
		}
		x := float64(a[0]) + float64(p[1]-a[1])/float64(b[1]-a[1])*float64(b[0]-a[0])
		if float64(p[0]) < x {
			in = !in
		}
	}
	return in
}

func TestShortNamesFitATile(t *testing.T) {
	want := map[string]string{
		"Nord-Aurdal": "N.-Aurdal", "Sør-Aurdal": "S.-Aurdal", "Stor-Elvdal": "St.-Elvdal",
		"Vestre Slidre": "V. Slidre", "Øystre Slidre": "Ø. Slidre", "Østre Toten": "Ø. Toten",
		"Vestre Toten": "V. Toten", "Nordre Land": "N. Land", "Søndre Land": "S. Land",
		"Lillehammer": "Lilleh.", "Kongsvinger": "Kongsv.", "Ringsaker": "Ringsak.",
		"Nord-Odal": "Nord-Odal", "Sør-Odal": "Sør-Odal", "Nord-Fron": "Nord-Fron", "Sør-Fron": "Sør-Fron",
	}
	shorts := map[string]string{}
	for _, m := range loadInnlandet(t).Catalogue.Municipalities {
		if w, ok := want[m.Name]; ok && m.Short != w || !ok && m.Short != m.Name {
			t.Errorf("%s is %q on its tile", m.Name, m.Short)
		}
		if n := len([]rune(m.Short)); n > 10 {
			t.Errorf("%s: %q has %d characters", m.Name, m.Short, n)
		}
		if other := shorts[m.Short]; other != "" {
			t.Errorf("%s and %s are both %q", other, m.Name, m.Short)
		}
		shorts[m.Short] = m.Name
	}
	for _, name := range []string{"", "Å", "Porsáŋgu Porsanki", "Guovdageaidnu", "Nordre-Søndre-Østre", "Aurskog-Høland", "Bbbbbbbbbbbbbbbbb"} {
		if s := county.Short(name); len([]rune(s)) > 10 {
			t.Errorf("%q becomes %q", name, s)
		}
	}
}
