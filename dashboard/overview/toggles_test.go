package overview

import (
	"encoding/json"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// A toggle leads to the same page with its level alone, and from there to all: as the
// script has it (vectors.test.ts), which alone adds one to others.
func TestTogglesShowOneLevel(t *testing.T) {
	text, err := os.ReadFile("../kit/testdata/toggles.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		What        string
		On, Becomes []domain.Level
		Press       domain.Level
		Adding      bool
	}
	if err := json.Unmarshal(text, &vectors); err != nil || len(vectors) == 0 {
		t.Fatal(len(vectors), err)
	}
	c := &domain.Catalogue{Regions: []domain.Region{{ID: "nord"}}, Municipalities: []domain.Municipality{{ID: "0001", Region: "nord"}}}
	for _, v := range vectors {
		if v.Adding {
			continue
		}
		b := kit.Board{Catalogue: c}
		q, _ := url.ParseQuery(strings.TrimPrefix(b.Here(kit.Filter{Region: "nord", Levels: v.On}.Only(v.Press)), "?"))
		f, err := kit.ParseFilter(q, c)
		if err != nil || f.Region != "nord" || !slices.Equal(f.Levels, v.Becomes) {
			t.Errorf("%s: %v, %v", v.What, f.Levels, err)
		}
	}
}
