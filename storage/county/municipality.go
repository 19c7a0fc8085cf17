package county

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"kommunebilde/domain"
)

const (
	regionsFile        = "regions.csv"
	municipalitiesFile = "municipalities.csv"
	tilesFile          = "tilegrid.csv"
)

func (l *loader) regions(cat *domain.Catalogue) []domain.Region {
	l.regionN = map[string]domain.RegionID{}
	var out []domain.Region
	orders := map[domain.RegionID]int{}
	for _, r := range l.table(regionsFile, []string{"id", "order", "name", "short"}, []string{"ended", "successors"}) {
		id := l.slug(r, "id")
		name := l.name(r, "name", true)
		if !l.once(r, "id", "region", id) || l.takeEnded(cat, r, "region", id, name) {
			continue
		}
		order := l.number(r, "order", 1, 9999, true)
		l.once(r, "order", "region order", r.get("order"))
		l.once(r, "name", "region name", name)
		region := domain.Region{ID: domain.RegionID(id), Name: name, Short: l.name(r, "short", true)}
		orders[region.ID] = order
		l.regionN[id], l.regionN[name] = region.ID, region.ID
		out = append(out, region)
	}
	slices.SortStableFunc(out, func(a, b domain.Region) int { return orders[a.ID] - orders[b.ID] })
	l.checkSuccessors(regionsFile, "region")
	return out
}

var numberPattern = regexp.MustCompile(`^[0-9]{4}$`)

func (l *loader) municipalities(cat *domain.Catalogue) []domain.Municipality {
	var out []domain.Municipality
	required := []string{"number", "name", "region", "population", "year_of_population"}
	for _, r := range l.table(municipalitiesFile, required, []string{"short", "language", "ended", "successors"}) {
		id := r.get("number")
		if !numberPattern.MatchString(id) {
			l.fault(r.file, r.line, "number", id, "is not a municipality number of four digits")
			id = ""
		}
		name := l.name(r, "name", true)
		if !l.once(r, "number", "municipality", id) || l.takeEnded(cat, r, "municipality", id, name) {
			continue
		}
		l.once(r, "name", "municipality name", strings.ToLower(name))
		m := domain.Municipality{
			ID: domain.MunicipalityID(id), Name: name, Short: l.short(r, name),
			Population:     l.number(r, "population", 0, 10_000_000, false),
			PopulationYear: l.number(r, "year_of_population", 1800, 2200, false),
			Language:       l.oneOf(r, "language", "", "nb", "nn"),
		}
		region, ok := l.regionN[r.get("region")]
		if !ok {
			l.fault(r.file, r.line, "region", r.get("region"), "is not a region's id or name in %s", regionsFile)
		}
		m.Region = region
		out = append(out, m)
	}
	l.checkSuccessors(municipalitiesFile, "municipality")
	norwegian := norwegian()
	slices.SortStableFunc(out, func(a, b domain.Municipality) int {
		if i, j := cat.RegionIndex(a.Region), cat.RegionIndex(b.Region); i != j {
			return i - j
		}
		return norwegian.CompareString(a.Name, b.Name)
	})
	return out
}

// norwegian orders names with æ, ø, å last and aa as å. The tables that
// collate has under nb are not found by any Norwegian tag of language.Tag (nb
// turns into no, which has none); those of nn hold the same order.
func norwegian() *collate.Collator { return collate.New(language.Make("nn")) }

func (l *loader) short(r row, name string) string {
	s := l.name(r, "short", false)
	if s == "" {
		return Short(name)
	}
	if len([]rune(s)) > maxShort {
		l.fault(r.file, r.line, "short", s, "is over %d characters", maxShort)
	}
	return s
}

// tiles puts each municipality in its place of the tile grid.
func (l *loader) tiles(cat *domain.Catalogue) {
	taken := map[domain.Tile]domain.MunicipalityID{}
	placed := map[domain.MunicipalityID]bool{}
	rows := l.table(tilesFile, []string{"number", "col", "row"}, []string{"name"})
	for _, r := range rows {
		id := domain.MunicipalityID(r.get("number"))
		i := cat.MunicipalityIndex(id)
		if i < 0 || id == "" {
			l.fault(r.file, r.line, "number", string(id), "is not a municipality in %s", municipalitiesFile)
			continue
		}
		if name := r.get("name"); name != "" && name != cat.Municipalities[i].Name {
			l.fault(r.file, r.line, "name", name, "municipality %s is called %s", id, cat.Municipalities[i].Name)
		}
		if !l.once(r, "number", "tile of", string(id)) {
			continue
		}
		placed[id] = true
		before := len(l.faults)
		tile := domain.Tile{Col: l.number(r, "col", 0, 99, true), Row: l.number(r, "row", 0, 99, true)}
		if len(l.faults) > before {
			continue
		}
		if other, ok := taken[tile]; ok {
			l.fault(r.file, r.line, "col", r.get("col")+","+r.get("row"), "the tile is municipality %s's already", other)
			continue
		}
		taken[tile] = id
		cat.Municipalities[i].Tile = tile
	}
	for _, m := range cat.Municipalities {
		if len(rows) > 0 && !placed[m.ID] {
			l.fault(tilesFile, 0, "number", string(m.ID), "municipality %s has no tile", m.Name)
		}
	}
}
