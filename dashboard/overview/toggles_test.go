package overview

import (
	"net/url"
	"strings"
	"testing"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// A toggle leads to the same page with one level switched, and back.
func TestTogglesSwitchOneLevel(t *testing.T) {
	c := &domain.Catalogue{Regions: []domain.Region{{ID: "nord"}}, Municipalities: []domain.Municipality{{ID: "0001", Region: "nord"}}}
	o := overview{Board: &kit.Board{Filter: kit.Filter{Region: "nord"}, Catalogue: c}, path: "/tavle/na"}
	for _, l := range kit.FilterLevels() {
		o.Filter = kit.Filter{Region: "nord"}
		q, _ := url.ParseQuery(strings.TrimPrefix(o.toggled(l), "?"))
		f, err := kit.ParseFilter(q, c)
		if err != nil || f.Region != "nord" || len(f.Levels) != 3 || f.ShowsLevel(l) {
			t.Errorf("%s off: %+v, %v", l, f, err)
		}
		o.Filter = f
		if back := o.toggled(l); back != "?region=nord" {
			t.Errorf("%s on again: %s", l, back)
		}
	}
}
