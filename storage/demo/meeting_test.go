package demo

import (
	"math/rand/v2"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/storage/county"
)

// However the dice fall, no two of the cells that turn red are one
// municipality's, as long as there are enough municipalities.
func TestWorstFirstTakesEachMunicipalityOnce(t *testing.T) {
	pack, err := county.Load(county.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(50) {
		tell := &teller{pack: pack, rnd: rand.New(rand.NewPCG(seed, 0)), rows: pack.Catalogue.Municipalities[:6]}
		for _, i := range pack.Catalogue.Areas() {
			tell.areas = append(tell.areas, pack.Catalogue.Columns[i])
		}
		var cells []liveCell
		for i := range 30 {
			cells = append(cells, liveCell{row: i % 6, area: i % 5})
		}
		tell.worstFirst(cells, 6)
		seen := map[domain.MunicipalityID]bool{}
		for _, c := range cells[:6] {
			id := tell.rows[c.row].ID
			if seen[id] {
				t.Fatalf("seed %d: %s twice among %v", seed, id, cells[:6])
			}
			seen[id] = true
		}
	}
}
