package county

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"kommunebilde/domain"
)

const mapFile = "map.topo.json"

// unit is how many of the map's units make a degree.
const unit = 100_000

// topology is a TopoJSON file as far as it is read: geometries and arcs know
// their lines.
type topology struct {
	scale, translate [2]float64
	delta            bool // arcs are told by differences, in the transform's steps
	geometries       []geometry
	arcs             []arc
}

type geometry struct {
	line  int
	ID    string          `json:"id"`
	Type  string          `json:"type"`
	Arcs  json.RawMessage `json:"arcs"`
	About struct {
		Name  string    `json:"name"`
		Label []float64 `json:"label"`
	} `json:"properties"`
}

type arc struct {
	line   int
	points [][]float64
}

// syntaxError is a fault of the file's form, with its line.
type syntaxError struct {
	line   int
	field  string
	reason string
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("line %d: %s: %s", e.line, e.field, e.reason)
}

// geography reads the map: a shape for each municipality, and no other.
func (l *loader) geography(cat *domain.Catalogue) domain.Map {
	out := domain.Map{Shapes: map[domain.MunicipalityID]domain.Shape{}}
	data := l.read(mapFile)
	if data == nil {
		return out
	}
	topo, err := parseTopology(data)
	if err != nil {
		var syntax *syntaxError
		if errors.As(err, &syntax) {
			l.fault(mapFile, syntax.line, syntax.field, "", "%s", syntax.reason)
		} else {
			l.fault(mapFile, 0, "", "", "%v", err)
		}
		return out
	}
	before := len(l.faults)
	out.Arcs = l.arcs(topo)
	if len(l.faults) > before {
		return out
	}
	for _, g := range topo.geometries {
		id := domain.MunicipalityID(g.ID)
		i := cat.MunicipalityIndex(id)
		if i < 0 || id == "" {
			l.fault(mapFile, g.line, "id", g.ID, "is not a municipality in %s", municipalitiesFile)
			continue
		}
		if _, twice := out.Shapes[id]; twice {
			l.fault(mapFile, g.line, "id", g.ID, "has a shape already")
			continue
		}
		if g.About.Name != "" && clean(g.About.Name) != cat.Municipalities[i].Name {
			l.fault(mapFile, g.line, "name", g.About.Name, "municipality %s is called %s", id, cat.Municipalities[i].Name)
		}
		out.Shapes[id] = l.shape(out.Arcs, g)
	}
	for _, m := range cat.Municipalities {
		if _, ok := out.Shapes[m.ID]; !ok {
			l.fault(mapFile, 0, "id", string(m.ID), "municipality %s has no polygon", m.Name)
		}
	}
	return out
}

// arcs decodes all arcs into the map's units.
func (l *loader) arcs(topo *topology) [][][2]int32 {
	out := make([][][2]int32, len(topo.arcs))
	for i, a := range topo.arcs {
		field := fmt.Sprintf("arcs[%d]", i)
		if len(a.points) < 2 {
			l.fault(mapFile, a.line, field, "", "has %d points, an arc has two or more", len(a.points))
			continue
		}
		var x, y float64
		for j, p := range a.points {
			if len(p) < 2 {
				l.fault(mapFile, a.line, field, "", "point %d has no two coordinates", j)
				break
			}
			lon, lat := p[0], p[1]
			if topo.delta {
				x, y = x+p[0], y+p[1]
				lon, lat = x*topo.scale[0]+topo.translate[0], y*topo.scale[1]+topo.translate[1]
			}
			point, ok := toUnits(lon, lat)
			if !ok {
				l.fault(mapFile, a.line, field, "", "point %d lies outside the world: %g, %g", j, lon, lat)
				break
			}
			out[i] = append(out[i], point)
		}
	}
	return out
}

func toUnits(lon, lat float64) ([2]int32, bool) {
	if !(math.Abs(lon) <= 180 && math.Abs(lat) <= 90) {
		return [2]int32{}, false
	}
	return [2]int32{int32(math.Round(lon * unit)), int32(math.Round(lat * unit))}, true
}

// shape reads a municipality's polygons and checks that each ring closes.
func (l *loader) shape(arcs [][][2]int32, g geometry) domain.Shape {
	var s domain.Shape
	var err error
	switch g.Type {
	case "Polygon":
		var rings [][]int
		err = json.Unmarshal(g.Arcs, &rings)
		s.Polygons = [][][]int{rings}
	case "MultiPolygon":
		err = json.Unmarshal(g.Arcs, &s.Polygons)
	default:
		l.fault(mapFile, g.line, "type", g.Type, "municipality %s is not a Polygon or MultiPolygon", g.ID)
		return s
	}
	if err != nil {
		l.fault(mapFile, g.line, "arcs", "", "municipality %s: arcs are not lists of whole numbers", g.ID)
		return s
	}
	if len(s.Polygons) == 0 {
		l.fault(mapFile, g.line, "arcs", "", "municipality %s has no polygon", g.ID)
	}
	for i, rings := range s.Polygons {
		if len(rings) == 0 {
			l.fault(mapFile, g.line, "arcs", "", "municipality %s: polygon %d has no ring", g.ID, i)
		}
		for j, ring := range rings {
			if reason := brokenRing(arcs, ring); reason != "" {
				l.fault(mapFile, g.line, "arcs", fmt.Sprint(ring), "municipality %s: ring %d of polygon %d: %s", g.ID, j, i, reason)
			}
		}
	}
	label, ok := [2]int32{}, len(g.About.Label) == 2
	if ok {
		label, ok = toUnits(g.About.Label[0], g.About.Label[1])
	}
	if !ok {
		l.fault(mapFile, g.line, "label", fmt.Sprint(g.About.Label), "municipality %s has no label of longitude and latitude", g.ID)
	}
	s.Label = label
	return s
}

// brokenRing says why arcs end to end are not a ring, "" if they are.
func brokenRing(arcs [][][2]int32, ring []int) string {
	var begin, end [2]int32
	points := 0
	for n, i := range ring {
		at, back := i, i < 0
		if back {
			at = ^i
		}
		if at >= len(arcs) {
			return fmt.Sprintf("arc %d does not exist, there are %d", i, len(arcs))
		}
		line := arcs[at]
		first, last := line[0], line[len(line)-1]
		if back {
			first, last = last, first
		}
		if n == 0 {
			begin = first
		} else if end != first {
			return fmt.Sprintf("is broken before arc %d: it does not begin where the one before it ends", i)
		}
		end = last
		points += len(line) - 1
	}
	switch {
	case len(ring) == 0:
		return "has no arcs"
	case begin != end:
		return "does not close: it ends elsewhere than it begins"
	case points < 3:
		return fmt.Sprintf("has %d corners, a ring has three or more", points)
	}
	return ""
}

// parseTopology reads a TopoJSON file. It keeps the geometries of the object
// "kommuner" and all arcs; an error is a syntaxError.
func parseTopology(data []byte) (*topology, error) {
	p := &topoReader{data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	var kind string
	seen := map[string]bool{}
	err := p.object("", func(key string) error {
		if seen[key] {
			return p.fail(key, "is there twice")
		}
		seen[key] = true
		switch key {
		case "type":
			return p.decode(key, &kind)
		case "transform":
			return p.transform()
		case "objects":
			return p.objects()
		case "arcs":
			return p.array(key, func() error {
				a := arc{line: p.line()}
				err := p.decode("arcs", &a.points)
				p.topo.arcs = append(p.topo.arcs, a)
				return err
			})
		}
		return p.skip(key)
	})
	if err != nil {
		return nil, err
	}
	if _, err := p.dec.Token(); err != io.EOF {
		return nil, p.fail("", "something follows the topology")
	}
	if kind != "Topology" {
		return nil, &syntaxError{1, "type", "is not Topology"}
	}
	for _, key := range []string{"objects", "arcs"} {
		if !seen[key] {
			return nil, &syntaxError{1, key, "is missing"}
		}
	}
	return &p.topo, nil
}

// topoReader walks a JSON file so that each part knows its line.
type topoReader struct {
	data []byte
	dec  *json.Decoder
	topo topology

	counted, lines int // line feeds before the byte counted
}

func (p *topoReader) transform() error {
	var t struct {
		Scale     [2]float64 `json:"scale"`
		Translate [2]float64 `json:"translate"`
	}
	if err := p.decode("transform", &t); err != nil {
		return err
	}
	if t.Scale[0] == 0 || t.Scale[1] == 0 {
		return p.fail("transform", "scale is missing or zero")
	}
	p.topo.scale, p.topo.translate, p.topo.delta = t.Scale, t.Translate, true
	return nil
}

func (p *topoReader) objects() error {
	found := false
	err := p.object("objects", func(key string) error {
		if key != "kommuner" {
			return p.skip(key)
		}
		found = true
		return p.object(key, func(key string) error {
			if key != "geometries" {
				return p.skip(key)
			}
			return p.array(key, func() error {
				g := geometry{line: p.line()}
				err := p.decode("geometries", &g)
				p.topo.geometries = append(p.topo.geometries, g)
				return err
			})
		})
	})
	if err == nil && !found {
		return p.fail("objects", `has no object "kommuner"`)
	}
	return err
}

// line returns the line of the value that comes next.
func (p *topoReader) line() int {
	at := int(p.dec.InputOffset())
	for at < len(p.data) && bytes.IndexByte([]byte(", \t\r\n:"), p.data[at]) >= 0 {
		at++
	}
	p.lines += bytes.Count(p.data[p.counted:at], []byte("\n"))
	p.counted = at
	return 1 + p.lines
}

func (p *topoReader) fail(field, reason string) error {
	return &syntaxError{lineAt(p.data, int(p.dec.InputOffset())), field, reason}
}

func (p *topoReader) wrap(field string, err error) error {
	if err == nil {
		return nil
	}
	at := int(p.dec.InputOffset())
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = int(syntax.Offset)
	}
	reason := strings.TrimPrefix(err.Error(), "json: ")
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		at, reason = len(p.data), "the file ends too early"
	}
	return &syntaxError{lineAt(p.data, at), field, reason}
}

func (p *topoReader) decode(field string, v any) error { return p.wrap(field, p.dec.Decode(v)) }

func (p *topoReader) skip(field string) error {
	var ignored json.RawMessage
	return p.decode(field, &ignored)
}

func (p *topoReader) expect(field string, want json.Delim) error {
	t, err := p.dec.Token()
	if err != nil {
		return p.wrap(field, err)
	}
	if t != want {
		return p.fail(field, fmt.Sprintf("expected %v", want))
	}
	return nil
}

func (p *topoReader) object(field string, each func(key string) error) error {
	if err := p.expect(field, '{'); err != nil {
		return err
	}
	for p.dec.More() {
		t, err := p.dec.Token()
		if err != nil {
			return p.wrap(field, err)
		}
		key, _ := t.(string)
		if err := each(key); err != nil {
			return err
		}
	}
	return p.expect(field, '}')
}

func (p *topoReader) array(field string, each func() error) error {
	if err := p.expect(field, '['); err != nil {
		return err
	}
	for p.dec.More() {
		if err := each(); err != nil {
			return err
		}
	}
	return p.expect(field, ']')
}
