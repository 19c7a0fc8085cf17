package dashboard

import (
	"strconv"
	"testing"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/overview"
)

// TestAreaCountsItsOwnLevels: a region's numbers on an area's page are of the area; its
// indicators stand beside it and are another question.
func TestAreaCountsItsOwnLevels(t *testing.T) {
	w, s := small(t), newSite(t)
	p := w.picture(reader, "2022")
	c := p.Catalogue()
	area := c.Columns[c.Areas()[0]].ID
	for _, i := range c.Areas() {
		if len(c.Indicators(c.Columns[i].ID)) > 0 {
			area = c.Columns[i].ID
		}
	}
	if len(c.Indicators(area)) == 0 {
		t.Fatal("no area has indicators")
	}
	page, err := overview.Area(s, w.request(reader, "2022", "/omrade/"+string(area)), p, area, kit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	counted := map[string]int{}
	for _, m := range countTag.FindAllStringSubmatch(string(page), -1) {
		n, _ := strconv.Atoi(m[4])
		counted[m[2]] += n
	}
	for _, region := range c.Regions {
		if got, want := counted[string(region.ID)], len(c.Members(region.ID)); got != want {
			t.Errorf("%s counts %d, and has %d municipalities", region.Name, got, want)
		}
	}
}
