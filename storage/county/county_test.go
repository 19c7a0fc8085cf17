package county_test

import (
	"errors"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"kommunebilde/domain"
	"kommunebilde/storage/county"
)

// trefylket returns the made-up county of three as files that a test may
// change.
func trefylket(t testing.TB) fstest.MapFS {
	t.Helper()
	dir := os.DirFS("testdata/trefylket")
	names, err := fs.Glob(dir, "*")
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{}
	for _, name := range names {
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: data}
	}
	return out
}

func TestAnotherCountyLoads(t *testing.T) {
	p, err := county.Load(os.DirFS("testdata/trefylket"))
	if err != nil {
		t.Fatal(err)
	}
	cat := p.Catalogue
	var names, columns []string
	for _, m := range cat.Municipalities {
		names = append(names, m.Name+"/"+m.Short+"/"+string(m.Region))
	}
	for _, c := range cat.Columns {
		columns = append(columns, string(c.ID))
	}
	if got, want := strings.Join(names, " "), "Elvebu/Elvb./kyst Aavik/Aavik/kyst Øverdal/Øverdal/innland"; got != want {
		t.Errorf("municipalities are %s, want %s", got, want)
	}
	if got, want := strings.Join(columns, " "), "skole regning lesing vann vannkilde strom"; got != want {
		t.Errorf("columns are %s, want %s", got, want)
	}
	if want := []domain.Ended{{ID: "9904", Name: "Gamlebygd", Successors: []string{"9902", "9903"}}}; !reflect.DeepEqual(cat.Ended, want) {
		t.Errorf("ended is %v, want %v", cat.Ended, want)
	}
	if lesing := cat.Columns[cat.ColumnIndex("lesing")]; lesing.Proposed || lesing.Area != "skole" || lesing.SSBTable != "12255" || lesing.Version != 1 {
		t.Errorf("lesing is %+v", lesing)
	}
	if vann := cat.Columns[cat.ColumnIndex("vann")]; vann.Supervises != "yes" || vann.Means.Red.NB != "Sårbart vann" || vann.Themes {
		t.Errorf("vann is %+v", vann)
	}
	elvebu := p.Map.Shapes["9903"]
	if len(elvebu.Polygons) != 2 || elvebu.Label != [2]int32{1250000, 6050000} {
		t.Errorf("the shape of Elvebu is %+v", elvebu)
	}
	if got := p.Map.Arcs[6][2]; got != [2]int32{1500000, 6100001} {
		t.Errorf("a point is %v", got)
	}
}

func TestSpreadsheetHabitsAreRead(t *testing.T) {
	plain, err := county.Load(trefylket(t))
	if err != nil {
		t.Fatal(err)
	}
	pack := trefylket(t)
	for name, f := range pack {
		s := string(f.Data)
		if strings.HasSuffix(name, ".csv") {
			s = strings.ReplaceAll(s, ",", ";") + ";;;\n"
		}
		pack[name].Data = []byte("\ufeff" + strings.ReplaceAll(s, "\n", "\r\n"))
	}
	// A name typed with a loose ring above (NFD) is the same name.
	pack["municipalities.csv"].Data = []byte(strings.Replace(string(pack["municipalities.csv"].Data), "Øverdal", " Øverda\u030al ", 1))
	pack["tilegrid.csv"].Data = []byte(strings.Replace(string(pack["tilegrid.csv"].Data), "Øverdal", "Øverdål", 1))
	pack["map.topo.json"].Data = []byte(strings.Replace(string(pack["map.topo.json"].Data), "Øverdal", "Øverdål", 1))
	got, err := county.Load(pack)
	if err != nil {
		t.Fatal(err)
	}
	i := plain.Catalogue.MunicipalityIndex("9901")
	plain.Catalogue.Municipalities[i].Name, plain.Catalogue.Municipalities[i].Short = "Øverdål", "Øverdål"
	if !reflect.DeepEqual(got, plain) {
		t.Errorf("got %+v\nwant %+v", got, plain)
	}
}

// edit changes one file of a pack: each pair is an old text, which must be
// there, and a new one.
func edit(t *testing.T, pack fstest.MapFS, file string, pairs ...string) {
	t.Helper()
	s := string(pack[file].Data)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(s, pairs[i]) {
			t.Fatalf("%s holds no %q", file, pairs[i])
		}
		s = strings.Replace(s, pairs[i], pairs[i+1], 1)
	}
	pack[file].Data = []byte(s)
}

func TestWrongPacksAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		file  string
		pairs []string
		want  []string // as String gives them
	}{
		"number twice": {"municipalities.csv", []string{"9902,Aavik", "9901,Aavik"}, []string{
			`municipalities.csv:3: number "9901": used before, in municipalities.csv line 2`,
			`municipalities.csv:5: successors "9902": is not a municipality that exists`,
			`tilegrid.csv:3: number "9902": is not a municipality in municipalities.csv`,
			`map.topo.json:3: id "9902": is not a municipality in municipalities.csv`,
		}},
		"number that is none": {"municipalities.csv", []string{"9904,", "99O4,"}, []string{
			`municipalities.csv:5: number "99O4": is not a municipality number of four digits`}},
		"name twice": {"municipalities.csv", []string{"9904,Gamlebygd,,,,,,2020,9902 9903", "9904,aavik,kyst,,,,,,"}, []string{
			`municipalities.csv:5: name "aavik": used before, in municipalities.csv line 3`,
			`tilegrid.csv: number "9904": municipality aavik has no tile`,
			`map.topo.json: id "9904": municipality aavik has no polygon`}},
		"unknown region": {"municipalities.csv", []string{"innland,1200", "utland,1200"}, []string{
			`municipalities.csv:2: region "utland": is not a region's id or name in regions.csv`}},
		"population in words": {"municipalities.csv", []string{"30000", "mange"}, []string{
			`municipalities.csv:4: population "mange": is not a whole number from 0 to 10000000`}},
		"language unknown": {"municipalities.csv", []string{",nn,", ",se,"}, []string{
			`municipalities.csv:2: language "se": is not one of ["" "nb" "nn"]`}},
		"successor unknown": {"municipalities.csv", []string{"9902 9903", "9902 9999"}, []string{
			`municipalities.csv:5: successors "9999": is not a municipality that exists`}},
		"successor that ended too": {"municipalities.csv", []string{"9904,Gamlebygd,,,,,,2020,9902 9903\n", "9904,Gamlebygd,,,,,,2020,9905\n9905,Eldrebygd,,,,,,1990,9902\n"}, []string{
			`municipalities.csv:5: successors "9905": is not a municipality that exists`}},
		"successor of the living": {"municipalities.csv", []string{",nb,,", ",nb,,9902"}, []string{
			`municipalities.csv:4: successors "9902": is given, but ended is empty`}},
		"short name too long": {"municipalities.csv", []string{"Elvb.", "Elvebu kommune"}, []string{
			`municipalities.csv:4: short "Elvebu kommune": is over 10 characters`}},
		"unknown column": {"municipalities.csv", []string{"population,", "innbyggere,"}, []string{
			`municipalities.csv:1: innbyggere: unknown column; known are number, name, region, population, year_of_population, short, language, ended, successors`,
			`municipalities.csv:1: population: column is missing`,
			`tilegrid.csv:2: number "9901": is not a municipality in municipalities.csv`,
			`tilegrid.csv:3: number "9902": is not a municipality in municipalities.csv`,
			`tilegrid.csv:4: number "9903": is not a municipality in municipalities.csv`,
			`map.topo.json:2: id "9901": is not a municipality in municipalities.csv`,
			`map.topo.json:3: id "9902": is not a municipality in municipalities.csv`,
			`map.topo.json:4: id "9903": is not a municipality in municipalities.csv`}},
		"column twice": {"tilegrid.csv", []string{"name,col", "col,col"}, []string{`tilegrid.csv:1: col: column is there twice`}},
		"a field too few": {"regions.csv", []string{"kyst,1,Kystregionen,Kyst", "kyst,1,Kystregionen,Kyst,"}, []string{
			`regions.csv:3: has 5 fields, the header has 4`,
			`municipalities.csv:3: region "Kystregionen": is not a region's id or name in regions.csv`,
			`municipalities.csv:4: region "kyst": is not a region's id or name in regions.csv`}},
		"bare quote": {"situation-functions.csv", []string{"Strøm", "St\"røm"}, []string{
			`situation-functions.csv:2: bare " in non-quoted-field`}},
		"empty file":    {"tilegrid.csv", []string{string(mustRead("testdata/trefylket/tilegrid.csv")), " \r\n"}, []string{`tilegrid.csv: file is empty`}},
		"only a header": {"indicators.csv", []string{"vannkilde,vann,1,Vannkilde,tilsyn,,,forslag\nlesing,skole,2,Lesing,kostra,12255,,\nregning,skole,1,Regning,kostra,12255,,forslag\n", ""}, []string{`indicators.csv: has no lines below the header`}},
		"not UTF-8":     {"situation-functions.csv", []string{"Strøm", "Str\xf8m"}, []string{`situation-functions.csv:2: is not UTF-8`}},
		"control character": {"areas.csv", []string{"Water", "Wa\u202eter"}, []string{
			"areas.csv:2: name_en \"Wa\\u202eter\": holds the character U+202E"}},
		"long name": {"areas.csv", []string{"Schools", strings.Repeat("s", 201)}, []string{
			`areas.csv:3: name_en "` + strings.Repeat("s", 60) + `…": is over 200 characters`}},
		"name not translated": {"areas.csv", []string{"Vatn,Water", ",Water"}, []string{`areas.csv:2: name_nn: is missing`}},
		"scope unknown": {"areas.csv", []string{"whole", "alt"}, []string{
			`areas.csv:2: scope "alt": is not one of ["themes" "whole"]`}},
		"id with capitals": {"areas.csv", []string{"vann,2", "Vann,2"}, []string{
			`areas.csv:2: id "Vann": is not an id: small letters a-z, digits and single hyphens`,
			`indicators.csv:2: area_id "vann": is not an area in areas.csv`}},
		"order twice": {"areas.csv", []string{"skole,1", "skole,2"}, []string{
			`areas.csv:3: order "2": used before, in areas.csv line 2`}},
		"indicator named as a function": {"indicators.csv", []string{"lesing,", "strom,"}, []string{
			`situation-functions.csv:2: id "strom": used before, in indicators.csv line 3`}},
		"indicator without area": {"indicators.csv", []string{"vannkilde,vann", "vannkilde,luft"}, []string{
			`indicators.csv:2: area_id "luft": is not an area in areas.csv`}},
		"status unknown": {"indicators.csv", []string{",forslag", ",vedtatt"}, []string{
			`indicators.csv:2: status "vedtatt": is not one of ["" "forslag"]`}},
		"hours missing": {"situation-functions.csv", []string{"Power,4", "Power,"}, []string{
			`situation-functions.csv:2: stale_after_hours: is missing`}},
		"two on one tile": {"tilegrid.csv", []string{"Aavik,1,0", "Aavik,0,0"}, []string{
			`tilegrid.csv:3: col "0,0": the tile is municipality 9901's already`}},
		"no tile": {"tilegrid.csv", []string{"9903,Elvebu,2,0\n", ""}, []string{
			`tilegrid.csv: number "9903": municipality Elvebu has no tile`}},
		"other name on tile": {"tilegrid.csv", []string{"Elvebu", "Elvebø"}, []string{
			`tilegrid.csv:4: name "Elvebø": municipality 9903 is called Elvebu`}},
		"missing polygon": {"map.topo.json", []string{`{"type":"Polygon","id":"9901","properties":{"name":"Øverdal","label":[10.5,60.5]},"arcs":[[0,1]]},`, ""}, []string{
			`map.topo.json: id "9901": municipality Øverdal has no polygon`}},
		"polygon twice": {"map.topo.json", []string{`"9902","properties":{"name":"Aavik"`, `"9901","properties":{"name":"Øverdal"`}, []string{
			`map.topo.json: id "9902": municipality Aavik has no polygon`,
			`map.topo.json:3: id "9901": has a shape already`}},
		"broken ring": {"map.topo.json", []string{"[4,2,3,-1]", "[4,3,2,-1]"}, []string{
			`map.topo.json:3: arcs "[4 3 2 -1]": municipality 9902: ring 0 of polygon 0: is broken before arc 3: it does not begin where the one before it ends`}},
		"open ring": {"map.topo.json", []string{"[4,2,3,-1]", "[4,2,3]"}, []string{
			`map.topo.json:3: arcs "[4 2 3]": municipality 9902: ring 0 of polygon 0: does not close: it ends elsewhere than it begins`}},
		"flat ring": {"map.topo.json", []string{"[[0,1]]", "[[0,-1]]"}, []string{
			`map.topo.json:2: arcs "[0 -1]": municipality 9901: ring 0 of polygon 0: has 2 corners, a ring has three or more`}},
		"arc out of range": {"map.topo.json", []string{"[[0,1]]", "[[0,7]]", "[[6]]", "[[-8]]"}, []string{
			`map.topo.json:2: arcs "[0 7]": municipality 9901: ring 0 of polygon 0: arc 7 does not exist, there are 7`,
			`map.topo.json:4: arcs "[-8]": municipality 9903: ring 0 of polygon 1: arc -8 does not exist, there are 7`}},
		"half an arc index": {"map.topo.json", []string{"[[0,1]]", "[[0,1.5]]"}, []string{
			`map.topo.json:2: arcs: municipality 9901: arcs are not lists of whole numbers`}},
		"no label": {"map.topo.json", []string{`,"label":[10.5,60.5]`, ""}, []string{
			`map.topo.json:2: label "[]": municipality 9901 has no label of longitude and latitude`}},
		"a line is no polygon": {"map.topo.json", []string{`"Polygon","id":"9902"`, `"LineString","id":"9902"`}, []string{
			`map.topo.json:3: type "LineString": municipality 9902 is not a Polygon or MultiPolygon`}},
		"off the world": {"map.topo.json", []string{"[15,61.00001]", "[15,99]"}, []string{
			`map.topo.json:12: arcs[6]: point 2 lies outside the world: 15, 99`}},
		"arc of one point": {"map.topo.json", []string{"[[12,61],[11,61]]", "[[12,61]]"}, []string{
			`map.topo.json:9: arcs[3]: has 1 points, an arc has two or more`}},
		"cut short": {"map.topo.json", []string{"[[12,61],[11,61]],\n[[11,60],[12,60]],\n[[12,61],[13,61],[13,60],[12,60]],\n[[14,60],[14,61],[15,61.00001],[14,60]]\n]}\n", "[[12"}, []string{
			`map.topo.json:9: arcs: the file ends too early`}},
		"not a topology": {"map.topo.json", []string{`"Topology"`, `"FeatureCollection"`}, []string{
			`map.topo.json:1: type: is not Topology`}},
		"no attribution": {"pack.json", []string{"Oppdiktet kart", ""}, []string{
			`pack.json:8: map.attribution: is missing`}},
		"attribution leads astray": {"pack.json", []string{"https:", "javascript:"}, []string{
			`pack.json:10: map.attribution_url "javascript://kart.example/": is not an https address`}},
		"office not translated": {"pack.json", []string{`"Statsforvaltaren i Trefylket"`, `""`}, []string{
			`pack.json:3: office.nn: is missing`}},
		"unknown key": {"pack.json", []string{`"county"`, `"fylke": "x", "county"`}, []string{
			`pack.json:2: unknown field "fylke"`}},
	} {
		t.Run(name, func(t *testing.T) {
			pack := trefylket(t)
			edit(t, pack, c.file, c.pairs...)
			_, err := county.Load(pack)
			var faults county.Faults
			if !errors.As(err, &faults) {
				t.Fatalf("error is %v, not Faults", err)
			}
			var got []string
			for _, f := range faults {
				got = append(got, f.String())
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("faults are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestMissingFilesAreAllTold(t *testing.T) {
	_, err := county.Load(fstest.MapFS{})
	var faults county.Faults
	if !errors.As(err, &faults) || len(faults) != 8 {
		t.Fatalf("error is %v, want a fault for each of 8 files", err)
	}
	for _, f := range faults {
		if f.Reason != "file is missing" {
			t.Error(f)
		}
	}
}

func TestHugeFileIsRefused(t *testing.T) {
	pack := trefylket(t)
	pack["regions.csv"].Data = make([]byte, 5<<20)
	_, err := county.Load(pack)
	if err == nil || !strings.Contains(err.Error(), "regions.csv: file is over 4194304 bytes") {
		t.Errorf("error is %v", err)
	}
}

func mustRead(name string) []byte {
	b, err := os.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return b
}

// FuzzTopology feeds any bytes as the map: Load answers with a whole map or
// with faults that have a place, and never breaks.
func FuzzTopology(f *testing.F) {
	f.Add(mustRead("testdata/trefylket/map.topo.json"))
	f.Add(mustRead("innlandet/map.topo.json")[:4000])
	f.Add([]byte(`{"type":"Topology","transform":{"scale":[0.1,0.1],"translate":[10,60]},"objects":{"kommuner":{"geometries":[{"type":"Polygon","id":"9901","properties":{"label":[1,2]},"arcs":[[0]]}]}},"arcs":[[[0,0],[1,0],[0,1],[-1,-1]]]}`))
	f.Add([]byte(`{"type":"Topology","objects":{"kommuner":null},"arcs":[]}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		pack := trefylket(t)
		pack["map.topo.json"].Data = data
		p, err := county.Load(pack)
		if err != nil {
			var faults county.Faults
			if !errors.As(err, &faults) || len(faults) == 0 {
				t.Fatalf("error %v is not Faults", err)
			}
			for _, fault := range faults {
				if fault.File != "map.topo.json" || fault.Reason == "" || fault.Line < 0 {
					t.Errorf("fault %+v has no place", fault)
				}
			}
			return
		}
		for _, m := range p.Catalogue.Municipalities {
			s, ok := p.Map.Shapes[m.ID]
			if !ok {
				t.Fatalf("%s has no shape", m.ID)
			}
			for _, polygon := range s.Polygons {
				for _, ring := range polygon {
					if line := pointsOf(p.Map, ring); line[0] != line[len(line)-1] {
						t.Errorf("%s: ring is open", m.ID)
					}
				}
			}
		}
	})
}
