package domain

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// Catalogue is what a board is made of: municipalities down, columns across, in
// the order they are shown. A board carries its own, copied into the journal
// when the board is opened, and is drawn from that for ever. A Catalogue must
// not change once it is in a record.
type Catalogue struct {
	County         string         `json:"county"` // "Innlandet"
	Office         Words          `json:"office"` // "Statsforvalteren i Innlandet"
	Regions        []Region       `json:"regions"`
	Municipalities []Municipality `json:"municipalities"` // by region, then by name
	Columns        []Column       `json:"columns"`        // each area, then its indicators; functions last
	Ended          []Ended        `json:"ended,omitempty"`
	Map            Hash           `json:"map"` // of the [Map], see mapAdded
}

// Region is a group of municipalities that meet and are spoken of together.
type Region struct {
	ID    RegionID `json:"id"`
	Name  string   `json:"name"`
	Short string   `json:"short"`
}

// Municipality is a row.
type Municipality struct {
	ID             MunicipalityID `json:"id"`
	Name           string         `json:"name"`
	Short          string         `json:"short"` // for a tile, at most 10 runes
	Region         RegionID       `json:"region"`
	Population     int            `json:"population,omitempty"`
	PopulationYear int            `json:"population_year,omitempty"`
	Language       string         `json:"language,omitempty"` // nb, nn or "" (neutral)
	Tile           Tile           `json:"tile"`
}

// Tile is a place in the tile grid, from 0, row 0 in the north.
type Tile struct {
	Col int `json:"col"`
	Row int `json:"row"`
}

// ColumnKind tells what a column judges.
type ColumnKind string

const (
	ColumnArea      ColumnKind = "area"      // fagområde
	ColumnIndicator ColumnKind = "indicator" // under an area
	ColumnFunction  ColumnKind = "function"  // of a situation
	ColumnSummary   ColumnKind = "summary"   // of a planned edition: a text of the municipality, without a level
)

// Column is what a cell judges.
type Column struct {
	ID         ColumnID   `json:"id"`
	Kind       ColumnKind `json:"kind"`
	Area       ColumnID   `json:"area,omitempty"` // an indicator's area
	Version    int        `json:"version"`        // of its definition, from 1
	Name       Words      `json:"name"`
	Short      Words      `json:"short"`
	Themes     bool       `json:"themes,omitempty"`   // covers chosen themes only ("utvalgte temaer")
	Means      Means      `json:"means,omitzero"`     // what the colours mean here
	Basis      Words      `json:"basis,omitzero"`     // legal basis
	Supervises string     `json:"supervises"`         // fører tilsyn: "yes", "no" or "" (not told)
	Evidence   string     `json:"evidence,omitempty"` // an indicator's kind of evidence
	SSBTable   string     `json:"ssb_table,omitempty"`
	SSBCode    string     `json:"ssb_code,omitempty"`
	Proposed   bool       `json:"proposed,omitempty"`    // "forslag": not the office's own yet
	StaleAfter int        `json:"stale_after,omitempty"` // hours, 0 never
	Unit       Words      `json:"unit,omitzero"`         // who answers for it, as a unit, never a person
	Every      int        `json:"every,omitempty"`       // years between judgements: 2, or 0 and 1 for every year

	Follows       *Follows `json:"follows,omitempty"`       // what an earlier edition called the same
	NotComparable Words    `json:"not_comparable,omitzero"` // why it is compared with nothing earlier
}

// Follows names a column of an earlier edition that judges the same, whatever it was
// called there.
type Follows struct {
	Board   BoardID  `json:"board"`
	Column  ColumnID `json:"c"`
	Version int      `json:"version"`
}

// Means is what each colour means in one area, as the office words it.
type Means struct {
	Green  Words `json:"green,omitzero"`
	Yellow Words `json:"yellow,omitzero"`
	Red    Words `json:"red,omitzero"`
}

// Ended is a municipality or column that is no more, and what took its place.
type Ended struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Successors []string `json:"successors,omitempty"`
}

// Map is the county's geography: our own derived figures. Points are
// longitude and latitude (WGS84) in units of 0.00001 degree; a ring is arcs end
// to end, an arc ~i (negative) is arc i backwards, as in TopoJSON.
type Map struct {
	Attribution    string                   `json:"attribution"`     // shown under the map
	AttributionURL string                   `json:"attribution_url"` // where it links
	Arcs           [][][2]int32             `json:"arcs"`
	Shapes         map[MunicipalityID]Shape `json:"shapes"`
}

// Shape is where one municipality lies.
type Shape struct {
	Polygons [][][]int `json:"polygons"` // polygon, ring (outer first), arc
	Label    [2]int32  `json:"label"`    // the best place for a sign
}

// Hash tells one catalogue from another, whatever the two differ in.
func (c *Catalogue) Hash() Hash {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // words and numbers only: cannot happen
	}
	return sha256.Sum256(b)
}

// MunicipalityIndex returns the row of a municipality, -1 if it has none.
func (c *Catalogue) MunicipalityIndex(id MunicipalityID) int {
	return slices.IndexFunc(c.Municipalities, func(m Municipality) bool { return m.ID == id })
}

// ColumnIndex returns the place of a column, -1 if it has none.
func (c *Catalogue) ColumnIndex(id ColumnID) int {
	return slices.IndexFunc(c.Columns, func(col Column) bool { return col.ID == id })
}

// RegionIndex returns the place of a region, -1 if it has none.
func (c *Catalogue) RegionIndex(id RegionID) int {
	return slices.IndexFunc(c.Regions, func(r Region) bool { return r.ID == id })
}

// Areas returns the places of the areas, in order.
func (c *Catalogue) Areas() []int {
	var out []int
	for i, col := range c.Columns {
		if col.Kind == ColumnArea {
			out = append(out, i)
		}
	}
	return out
}

// Indicators returns the places of an area's indicators, in order.
func (c *Catalogue) Indicators(area ColumnID) []int {
	var out []int
	for i, col := range c.Columns {
		if col.Kind == ColumnIndicator && col.Area == area {
			out = append(out, i)
		}
	}
	return out
}

// Members returns the rows of a region, in order.
func (c *Catalogue) Members(id RegionID) []int {
	var out []int
	for i, m := range c.Municipalities {
		if m.Region == id {
			out = append(out, i)
		}
	}
	return out
}

// With returns the catalogue with columns set, ended and put in another order: a column
// that is there is replaced, another comes last. Columns that the order does not name
// keep their order, after those it names.
func (c *Catalogue) With(set []Column, order []ColumnID, ended []Ended) Catalogue {
	out := *c
	out.Columns = slices.DeleteFunc(slices.Clone(c.Columns), func(col Column) bool {
		return slices.ContainsFunc(ended, func(e Ended) bool { return e.ID == string(col.ID) })
	})
	for _, col := range set {
		if i := out.ColumnIndex(col.ID); i >= 0 {
			out.Columns[i] = col
		} else {
			out.Columns = append(out.Columns, col)
		}
	}
	if len(order) > 0 {
		place := func(col Column) int {
			if i := slices.Index(order, col.ID); i >= 0 {
				return i
			}
			return len(order)
		}
		slices.SortStableFunc(out.Columns, func(a, b Column) int { return place(a) - place(b) })
	}
	out.Ended = append(slices.Clone(c.Ended), ended...)
	return out
}

// Summaries returns the places of the texts that sum a municipality up, in order.
func (c *Catalogue) Summaries() []int {
	var out []int
	for i, col := range c.Columns {
		if col.Kind == ColumnSummary {
			out = append(out, i)
		}
	}
	return out
}

// Check returns the first fault that would make a board unusable: an id twice,
// a municipality in no region or not grouped by region, an indicator without
// its area.
func (c *Catalogue) Check() error {
	if c.County == "" || len(c.Municipalities) == 0 || len(c.Columns) == 0 {
		return Wrong("catalogue", "catalogue.empty")
	}
	seen := map[string]bool{}
	once := func(kind, id string) error {
		if id == "" || seen[kind+id] {
			return Wrong("catalogue", "catalogue.twice", id)
		}
		seen[kind+id] = true
		return nil
	}
	regions := map[RegionID]int{}
	for i, r := range c.Regions {
		if err := once("r", string(r.ID)); err != nil {
			return err
		}
		regions[r.ID] = i
	}
	last := 0
	for _, m := range c.Municipalities {
		if err := once("m", string(m.ID)); err != nil {
			return err
		}
		i, ok := regions[m.Region]
		if !ok {
			return Wrong("catalogue", "catalogue.region", string(m.ID), string(m.Region))
		}
		if i < last {
			return Wrong("catalogue", "catalogue.order", string(m.ID))
		}
		last = i
	}
	for _, col := range c.Columns {
		if err := once("c", string(col.ID)); err != nil {
			return err
		}
		if err := col.Name.check("catalogue"); err != nil {
			return err
		}
		if col.Kind == ColumnIndicator {
			i := c.ColumnIndex(col.Area)
			if i < 0 || c.Columns[i].Kind != ColumnArea {
				return Wrong("catalogue", "catalogue.area", string(col.ID), string(col.Area))
			}
		}
	}
	return nil
}

// CatalogueChange is one difference between two catalogues.
type CatalogueChange struct {
	Kind       string   `json:"change"` // renamed, moved, limited (hours until it must be confirmed), added, ended
	What       string   `json:"what"`   // municipality, region, column
	ID         string   `json:"id"`
	From       string   `json:"from,omitempty"`
	To         string   `json:"to,omitempty"`
	Successors []string `json:"successors,omitempty"`
}

// Diff tells what becomes of c when next takes its place. Something that c has
// and next neither has nor lists as ended is lost: it is named in the error
// (Invalid), since an id must never vanish without a word.
func (c *Catalogue) Diff(next *Catalogue) ([]CatalogueChange, error) {
	type thing struct{ what, id, name, place, limit string }
	list := func(c *Catalogue) []thing {
		var out []thing
		for _, r := range c.Regions {
			out = append(out, thing{"region", string(r.ID), r.Name, "", ""})
		}
		for _, m := range c.Municipalities {
			out = append(out, thing{"municipality", string(m.ID), m.Name, string(m.Region), ""})
		}
		for _, col := range c.Columns {
			t := thing{"column", string(col.ID), col.Name.NB, string(col.Area), ""}
			if col.Kind == ColumnArea {
				t.limit = strconv.Itoa(col.StaleAfter)
			}
			out = append(out, t)
		}
		return out
	}
	find := func(l []thing, t thing) int {
		return slices.IndexFunc(l, func(o thing) bool { return o.what == t.what && o.id == t.id })
	}
	was, is := list(c), list(next)
	var out []CatalogueChange
	var lost []string
	for _, old := range was {
		i := find(is, old)
		if i < 0 {
			e := slices.IndexFunc(next.Ended, func(e Ended) bool { return e.ID == old.id })
			if e < 0 {
				lost = append(lost, fmt.Sprintf("%s %s (%s)", old.what, old.id, old.name))
				continue
			}
			out = append(out, CatalogueChange{Kind: "ended", What: old.what, ID: old.id, From: old.name, Successors: next.Ended[e].Successors})
			continue
		}
		if is[i].name != old.name {
			out = append(out, CatalogueChange{Kind: "renamed", What: old.what, ID: old.id, From: old.name, To: is[i].name})
		}
		if is[i].place != old.place {
			out = append(out, CatalogueChange{Kind: "moved", What: old.what, ID: old.id, From: old.place, To: is[i].place})
		}
	}
	for _, old := range was {
		if i := find(is, old); i >= 0 && is[i].limit != old.limit {
			out = append(out, CatalogueChange{Kind: "limited", What: old.what, ID: old.id, From: old.limit, To: is[i].limit})
		}
	}
	for _, t := range is {
		if find(was, t) >= 0 {
			continue
		}
		if slices.ContainsFunc(c.Ended, func(e Ended) bool { return e.ID == t.id }) {
			lost = append(lost, fmt.Sprintf("%s %s (%s)", t.what, t.id, t.name))
			continue
		}
		out = append(out, CatalogueChange{Kind: "added", What: t.what, ID: t.id, To: t.name})
	}
	if len(lost) > 0 {
		return out, Wrong("catalogue", "catalogue.lost", lost...)
	}
	return out, nil
}

// Hash names the map in catalogues: the SHA-256 of its JSON.
func (m *Map) Hash() Hash {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // numbers and strings only: cannot happen
	}
	return sha256.Sum256(b)
}
