package dashboard

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"kommunebilde/dashboard/chart"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/typed"
)

// hostile are texts that have run as script in somebody's charts.
var hostile = []string{
	`</script><script>alert(1)</script>`, `__f__alert(1)__f__`, `"quoted" 'and' \back\`, `{a|rich}{b}`, "Ås 🚒 é", `<img src=x onerror=alert(1)>`,
}

// chartBoards is a made-up county with an edition of random levels and a live
// picture with a meeting. names are given to municipalities and columns.
type chartBoards struct {
	state *domain.State
	now   time.Time
	n     int
}

func (b *chartBoards) do(t testing.TB, cmd domain.Command) {
	t.Helper()
	by := domain.System("prøve")
	events, err := domain.Decide(b.state, by, cmd, b.now)
	if err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
	b.n++
	salt := func() domain.Salt { return domain.Salt{byte(b.n)} }
	r, err := domain.Seal(b.state.Head(), b.now, by.ID, domain.RequestID(fmt.Sprint("r", b.n)), events, salt)
	if err != nil {
		t.Fatal(err)
	}
	if b.state, err = b.state.Apply(r); err != nil {
		t.Fatal(err)
	}
}

func (b *chartBoards) picture(t testing.TB, id domain.BoardID) domain.Picture {
	t.Helper()
	p, ok := domain.PictureOf(b.state, domain.Audience{Kind: domain.AudienceStaff}, id, b.now)
	if !ok {
		t.Fatalf("no picture of %s", id)
	}
	return p
}

func newChartBoards(t testing.TB, rnd *rand.Rand, names []string) *chartBoards {
	t.Helper()
	name := func(i int) string { return fmt.Sprint(i, " ", names[i%len(names)]) }
	c := domain.Catalogue{County: "Prøve", Office: domain.Words{NB: "Statsforvalteren i Prøve"}}
	for i := range 3 {
		c.Regions = append(c.Regions, domain.Region{ID: domain.RegionID(fmt.Sprint("r", i)), Name: name(i), Short: name(i)})
		for j := range 2 + i {
			c.Municipalities = append(c.Municipalities, domain.Municipality{
				ID: domain.MunicipalityID(fmt.Sprintf("%02d%02d", i, j)), Name: name(i + j), Region: c.Regions[i].ID,
			})
		}
	}
	for i := range 4 {
		area := domain.ColumnID(fmt.Sprint("a", i))
		c.Columns = append(c.Columns, domain.Column{ID: area, Kind: domain.ColumnArea, Version: 1, Name: domain.Words{NB: name(i)}, Short: domain.Words{NB: name(i)}})
		for j := range 3 {
			c.Columns = append(c.Columns, domain.Column{ID: domain.ColumnID(fmt.Sprint("i", i, j)), Kind: domain.ColumnIndicator, Area: area, Version: 1, Name: domain.Words{NB: name(i + j)}})
		}
	}
	b := &chartBoards{state: domain.NewState("epoke"), now: time.Date(2022, 9, 2, 8, 0, 30, 0, time.UTC)}
	b.do(t, domain.OpenLive{Catalogue: c})
	b.do(t, editions.Open{Board: "2022", Title: domain.Words{NB: "2022"}, Catalogue: c})
	var cells []domain.CellEdit
	scale := domain.KindEdition.Levels()
	for _, m := range c.Municipalities {
		for _, col := range c.Columns {
			if level := scale[rnd.IntN(len(scale))]; level != domain.NotAssessed {
				cells = append(cells, domain.CellEdit{Municipality: m.ID, Column: col.ID, Level: level, Text: typed.Of(hostile[rnd.IntN(len(hostile))])})
			}
		}
	}
	b.do(t, domain.SetLevels{Board: "2022", Cells: cells})
	return b
}

// meet holds a meeting in which changes are made after so many minutes each.
func (b *chartBoards) meet(t testing.TB, id domain.MeetingID, minutes []int, level func(int) domain.Level) {
	t.Helper()
	b.do(t, domain.OpenMeeting{ID: id, Board: domain.Live, Kind: domain.MeetingPreparedness, Title: typed.Of(hostile[0])})
	for i, wait := range minutes {
		b.now = b.now.Add(time.Duration(wait) * time.Minute)
		b.do(t, domain.SetLevels{
			Board: domain.Live, Meeting: id,
			Cells: []domain.CellEdit{{Municipality: "0000", Column: "a0", Level: level(i)}},
		})
	}
	b.do(t, domain.CloseMeeting{Meeting: id, Unexplained: true})
}

func chartSite(t testing.TB) *kit.Site {
	t.Helper()
	s, err := New(kit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// drawn is an option as ECharts gets it.
type drawn struct {
	Tooltip struct{ RenderMode, Trigger string }
	Aria    struct {
		Enabled bool
		Label   struct{ Description string }
		Decal   struct {
			Show   bool
			Decals []map[string]any
		}
	}
	Series []struct {
		Name, Type string
		Label      struct{ BackgroundColor string }
		Data       []struct{ Value json.RawMessage }
	}
	XAxis, YAxis []struct {
		Data []string
		Max  int
	}
	VisualMap struct {
		Type   string
		Pieces []struct {
			Value        int
			Label, Color string
		}
	}
}

func draw(t *testing.T, s *kit.Site, p domain.Picture, name string, q url.Values) (drawn, []byte) {
	t.Helper()
	body, err := chart.Chart(s, kit.Request{Lang: "nb"}, p, name, q)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var d drawn
	if err := json.Unmarshal(body, &d); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if d.Tooltip.RenderMode != "richText" {
		t.Errorf("%s: tooltip is drawn as %q: HTML breaks the content policy", name, d.Tooltip.RenderMode)
	}
	if !d.Aria.Enabled || d.Aria.Label.Description == "" {
		t.Errorf("%s: nobody is told what it shows", name)
	}
	return d, body
}

func TestDistributionCountsWhatThePictureCounts(t *testing.T) {
	s := chartSite(t)
	for seed := range uint64(20) {
		b := newChartBoards(t, rand.New(rand.NewPCG(seed, 1)), []string{"Navn"})
		p := b.picture(t, "2022")
		for _, region := range []domain.RegionID{"", "r0", "r2"} {
			rows := kit.UpTo(len(p.Catalogue().Municipalities))
			if region != "" {
				rows = p.Catalogue().Members(region)
			}
			d := chart.DistributionOf(p, region)
			option, _ := draw(t, s, p, "fordeling", url.Values{"region": {string(region)}})
			if option.XAxis[0].Max != d.Rows {
				t.Errorf("the axis ends at %d of %d municipalities", option.XAxis[0].Max, d.Rows)
			}
			patterns := map[string]bool{}
			for i, decal := range option.Aria.Decal.Decals {
				if option.Series[i].Label.BackgroundColor == "" {
					t.Errorf("%s has its numbers on its pattern", option.Series[i].Name)
				}
				patterns[fmt.Sprint(decal)] = true
			}
			if len(patterns) != len(d.Parts) {
				t.Errorf("%d patterns tell %d parts apart", len(patterns), len(d.Parts))
			}
			if len(option.Series) != len(d.Parts) || !option.Aria.Decal.Show {
				t.Fatalf("%d series for %d levels, decals %v", len(option.Series), len(d.Parts), option.Aria.Decal.Show)
			}
			for i, area := range p.Catalogue().Areas() {
				want, sum := p.Count(rows, []int{area}), 0
				for j, part := range d.Parts {
					level := part.Level
					if got := d.Areas[i].Counts[j]; got != want[level] {
						t.Errorf("region %q area %d %s: table says %d, picture %d", region, i, level, got, want[level])
					}
					if got := bar(t, option.Series[j].Data[i].Value); got != want[level] {
						t.Errorf("region %q area %d %s: chart says %d, picture %d", region, i, level, got, want[level])
					}
					sum += d.Areas[i].Counts[j]
				}
				if sum != len(rows) {
					t.Errorf("region %q area %d: %d of %d municipalities are counted", region, i, sum, len(rows))
				}
			}
		}
	}
}

// bar is a bar's number: nothing is drawn for zero.
func bar(t *testing.T, raw json.RawMessage) int {
	t.Helper()
	if string(raw) == `"-"` {
		return 0
	}
	var n int
	if err := json.Unmarshal(raw, &n); err != nil {
		t.Fatalf("bar %s: %v", raw, err)
	}
	return n
}

func TestMatrixShowsEachCellOnce(t *testing.T) {
	b := newChartBoards(t, rand.New(rand.NewPCG(7, 7)), []string{"Navn"})
	p := b.picture(t, "2022")
	c := p.Catalogue()
	m := chart.MatrixOf(p, "")
	option, _ := draw(t, chartSite(t), p, "matrise", nil)
	if len(m.Columns) != 12 || len(option.XAxis[0].Data) != 12 || len(option.YAxis[0].Data) != len(c.Municipalities) {
		t.Fatalf("%d indicators, axes %d × %d", len(m.Columns), len(option.YAxis[0].Data), len(option.XAxis[0].Data))
	}
	seen := map[[2]int]bool{}
	for _, series := range option.Series {
		for _, point := range series.Data {
			var v [3]int
			if err := json.Unmarshal(point.Value, &v); err != nil {
				t.Fatal(err)
			}
			x, y, level := v[0], v[1], kit.AllLevels()[v[2]]
			if seen[[2]int{x, y}] {
				t.Errorf("%d,%d is drawn twice", x, y)
			}
			seen[[2]int{x, y}] = true
			want := p.Level(y, c.ColumnIndex(m.Columns[x].ID))
			if level != want || m.Levels[y][x] != want {
				t.Errorf("%d,%d: chart %s, table %s, picture %s", x, y, level, m.Levels[y][x], want)
			}
		}
	}
	if len(seen) != 12*len(c.Municipalities) {
		t.Errorf("%d cells are drawn", len(seen))
	}
	if option.VisualMap.Type != "piecewise" || len(option.VisualMap.Pieces) != len(option.Series) {
		t.Errorf("legend %+v for %d series", option.VisualMap, len(option.Series))
	}
}

func TestMatrixOfARegionHasItsRowsOnly(t *testing.T) {
	b := newChartBoards(t, rand.New(rand.NewPCG(7, 7)), []string{"Navn"})
	m := chart.MatrixOf(b.picture(t, "2022"), "r1")
	if len(m.Municipalities) != 3 || m.Municipalities[0].Region != "r1" {
		t.Fatalf("rows %+v", m.Municipalities)
	}
}

func TestMeetingCountsEveryChangeInItsMinute(t *testing.T) {
	b := newChartBoards(t, rand.New(rand.NewPCG(1, 1)), []string{"Navn"})
	levels := []domain.Level{domain.Red, domain.Yellow, domain.Red, domain.NotAssessed}
	b.meet(t, "m1", []int{0, 1, 0, 3}, func(i int) domain.Level { return levels[i] })
	b.meet(t, "m2", []int{1}, func(int) domain.Level { return domain.Green })
	p := b.picture(t, domain.Live)
	c, ok := chart.MeetingChangesOf(p, "m1", time.Time{})
	if !ok || c.Total != 4 || c.Minutes != 1 {
		t.Fatalf("%+v", c)
	}
	var got []string
	for _, s := range c.Spans {
		got = append(got, fmt.Sprint(s.From.Format("15:04"), s.Counts))
	}
	// Levels: yellow, red, taken away.
	want := []string{"08:00[0 1 0]", "08:01[1 1 0]", "08:02[0 0 0]", "08:03[0 0 0]", "08:04[0 0 1]"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("spans %v, want %v", got, want)
	}
	option, _ := draw(t, chartSite(t), p, "mote", url.Values{"id": {"m1"}})
	if fmt.Sprint(option.XAxis[0].Data) != "[10:00 10:01 10:02 10:03 10:04]" {
		t.Errorf("times are not the office's: %v", option.XAxis[0].Data)
	}
	total := 0
	for _, s := range option.Series {
		for _, d := range s.Data {
			total += bar(t, d.Value)
		}
	}
	if total != 4 {
		t.Errorf("the chart has %d of 4 changes", total)
	}
}

func TestALongMeetingStaysReadable(t *testing.T) {
	b := newChartBoards(t, rand.New(rand.NewPCG(1, 1)), []string{"Navn"})
	b.meet(t, "m1", []int{1, 900, 2000}, func(i int) domain.Level {
		return []domain.Level{domain.Red, domain.Green, domain.Red}[i]
	})
	c, _ := chart.MeetingChangesOf(b.picture(t, domain.Live), "m1", time.Time{})
	if len(c.Spans) > chart.MostSpans+1 || c.Minutes != 30 {
		t.Errorf("%d spans of %d minutes", len(c.Spans), c.Minutes)
	}
	sum := 0
	for _, s := range c.Spans {
		sum += s.Sum()
	}
	if sum != 3 {
		t.Errorf("%d of 3 changes are left", sum)
	}
}

// Names reach the axes as they are, and nothing in the JSON can end a script
// element or be taken for a function.
func TestHostileTextsComeOutAsText(t *testing.T) {
	b := newChartBoards(t, rand.New(rand.NewPCG(3, 3)), hostile)
	b.meet(t, "m1", []int{0}, func(int) domain.Level { return domain.Red })
	s, p := chartSite(t), b.picture(t, "2022")
	c := p.Catalogue()
	distribution, raw1 := draw(t, s, p, "fordeling", url.Values{"region": {"r1"}})
	matrix, raw2 := draw(t, s, p, "matrise", nil)
	_, raw3 := draw(t, s, b.picture(t, domain.Live), "mote", url.Values{"id": {"m1"}})
	for i, area := range c.Areas() {
		if got, want := distribution.YAxis[0].Data[i], c.Columns[area].Name.NB; got != want {
			t.Errorf("area reads %q, is %q", got, want)
		}
	}
	if !strings.Contains(distribution.Aria.Label.Description, c.Regions[1].Name) {
		t.Errorf("description %q lacks %q", distribution.Aria.Label.Description, c.Regions[1].Name)
	}
	for i, m := range c.Municipalities {
		if got := matrix.YAxis[0].Data[i]; got != m.Name {
			t.Errorf("municipality reads %q, is %q", got, m.Name)
		}
	}
	for _, raw := range [][]byte{raw1, raw2, raw3} {
		if strings.ContainsAny(string(raw), "<>") || !json.Valid(raw) {
			t.Errorf("markup in %.200s", raw)
		}
		if strings.Contains(string(raw), `"formatter":"function`) {
			t.Errorf("a function in %.200s", raw)
		}
	}
	if !strings.Contains(string(raw2), "__f__alert(1)__f__") {
		t.Error("the function marker was not kept as text")
	}
}

func TestChartRefusesWhatIsNot(t *testing.T) {
	b := newChartBoards(t, rand.New(rand.NewPCG(3, 3)), []string{"Navn"})
	s, p := chartSite(t), b.picture(t, "2022")
	for name, q := range map[string]url.Values{
		"ukjent": nil, "fordeling": {"region": {"atlantis"}}, "matrise": {"region": {"atlantis"}}, "mote": {"id": {"intet"}},
	} {
		if _, err := chart.Chart(s, kit.Request{}, p, name, q); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("%s %v: %v", name, q, err)
		}
	}
}

func TestEachThemeHasItsColours(t *testing.T) {
	b := newChartBoards(t, rand.New(rand.NewPCG(3, 3)), []string{"Navn"})
	s, p := chartSite(t), b.picture(t, "2022")
	for theme, want := range map[string]string{"light": "#8C1523", "": "#8C1523", "dark": "#D0202B"} {
		body, err := chart.Chart(s, kit.Request{Theme: theme}, p, "fordeling", nil)
		if err != nil || !strings.Contains(string(body), want) {
			t.Errorf("theme %q lacks the red %s (%v)", theme, want, err)
		}
		body, err = chart.Chart(s, kit.Request{Theme: "dark"}, p, "fordeling", url.Values{"palett": {theme}})
		if theme != "" && (err != nil || !strings.Contains(string(body), want)) {
			t.Errorf("palette %q lacks the red %s (%v)", theme, want, err)
		}
	}
}
