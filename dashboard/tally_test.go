package dashboard

import (
	"maps"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"kommunebilde/dashboard/chart"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/overview"
	"kommunebilde/domain"
)

var (
	tallyLevel = regexp.MustCompile(`<i class="sw" data-level="(\w+)">`)
	tallyDue   = regexp.MustCompile(`<span class="due"([^>]*)>.*?(?:<b>)?(\d+)(?:</b>)?<span class="vh">`)
	countOf    = regexp.MustCompile(`<b[^>]*>(\d+)</b>$`)
)

// The pages of one municipality, area and region count how many must be
// confirmed, mark them, and at rest count nothing that nobody knows.
func TestTalliesSayWhatMustBeConfirmed(t *testing.T) {
	w, s := small(t), newSite(t)
	pages := func() map[string]string {
		t.Helper()
		p, out := w.picture(leader, domain.Live), map[string]string{}
		for name, draw := range map[string]func() ([]byte, error){
			"municipality": func() ([]byte, error) {
				return overview.Municipality(s, w.request(leader, domain.Live, "/kommune/0001"), p, nil, "0001", time.Time{}, nil)
			},
			"area": func() ([]byte, error) {
				return overview.Area(s, w.request(leader, domain.Live, "/omrade/helse"), p, "helse", kit.Filter{})
			},
			"region": func() ([]byte, error) {
				return overview.Region(s, w.request(leader, domain.Live, "/region/sor"), p, p.Catalogue().Regions[0].ID, kit.Filter{})
			},
		} {
			page, err := draw()
			if err != nil {
				t.Fatal(name, err)
			}
			out[name] = string(page)
		}
		return out
	}
	check := func(when string) {
		t.Helper()
		p := w.picture(leader, domain.Live).ForViews()
		c := p.Catalogue()
		rows := map[string][]int{"municipality": {p.Row("0001")}, "area": kit.UpTo(len(c.Municipalities)), "region": c.Members(c.Regions[0].ID)}
		cols := map[string][]int{"municipality": c.Areas(), "area": {p.Col("helse")}, "region": c.Areas()}
		drawn, want := map[chart.Standing]int{}, map[chart.Standing]int{}
		for _, row := range rows["region"] {
			for _, col := range cols["region"] {
				if l := p.Cell(row, col).Level; !p.Resting() || l == domain.Yellow || l == domain.Red {
					want[chart.Standing{Level: l, Due: p.Stale(row, col)}]++
				}
			}
		}
		d := chart.DistributionOf(p, c.Regions[0].ID)
		for _, area := range d.Areas {
			for i, n := range area.Counts {
				if n > 0 {
					drawn[d.Parts[i]] += n
				}
			}
		}
		if !maps.Equal(drawn, want) {
			t.Errorf("%s the chart counts %v, want %v", when, drawn, want)
		}
		for name, page := range pages() {
			n, due := p.Count(rows[name], cols[name]), map[domain.Level]int{}
			for _, r := range rows[name] {
				for _, col := range cols[name] {
					if p.Stale(r, col) {
						due[p.Cell(r, col).Level]++
					}
				}
			}
			_, list, _ := strings.Cut(page, `<ul class="tally">`)
			list, _, _ = strings.Cut(list, `</ul>`)
			told := 0
			for li := range strings.SplitSeq(strings.TrimSuffix(list, "</li>"), "</li>") {
				level, of, late := domain.Level(tallyLevel.FindStringSubmatch(li)[1]), countOf.FindStringSubmatch(li), 0
				if d := tallyDue.FindStringSubmatch(li); d != nil && !strings.Contains(d[1], "hidden") {
					late, _ = strconv.Atoi(d[2])
				}
				told++
				if p.Resting() && level != domain.Yellow && level != domain.Red {
					t.Errorf("%s, %s counts %s, which nobody knows", when, name, level)
				}
				if of == nil || of[1] != strconv.Itoa(n[level]) || late != due[level] {
					t.Errorf("%s, %s, %s: %v of which %d must be confirmed, want %d and %d", when, name, level, of, late, n[level], due[level])
				}
			}
			if told < 2 {
				t.Errorf("%s, %s: %d levels are counted", when, name, told)
			}
			if name != "municipality" {
				continue
			}
			marked := 0
			for _, col := range c.Areas() {
				if p.Stale(p.Row("0001"), col) {
					marked++
				}
			}
			if got := len(regexp.MustCompile(`<summary>.*<span class="chip"[^>]* data-stale>.*<b>må bekreftes</b>`).FindAllString(page, -1)); got != marked {
				t.Errorf("%s: %d areas are marked, want %d", when, got, marked)
			}
			if p.Resting() && !strings.Contains(page, "Sist: Grønn") {
				t.Errorf("%s: the page does not say what was", when)
			}
		}
	}
	check("in a meeting")
	w.now = w.now.Add(25 * time.Hour)
	if len(w.picture(leader, domain.Live).Overdue()) == 0 {
		t.Fatal("nothing must be confirmed")
	}
	check("a day later")
	w.do(leader, domain.CloseMeeting{Meeting: "m1", Unexplained: true})
	check("at rest")
}
