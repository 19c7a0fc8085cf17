package dashboard

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"kommunebilde/dashboard/console"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/overview"
	"kommunebilde/dashboard/wall"
	"kommunebilde/domain"
	"kommunebilde/domain/rollcall"
)

var (
	placeTag   = regexp.MustCompile(`<(td|li|path|use)\b[^>]*data-m="(\d+)"[^>]*>`)
	columnAttr = regexp.MustCompile(` data-c="([^"]+)"`)
	mapTag     = regexp.MustCompile(`<svg class="map"[^>]* data-c="([^"]+)"`)
	dueTag     = regexp.MustCompile(`<span class="due" data-due-level="([a-z]+)"(?: data-level="[a-z]+")?(?: data-due-region="([^"]*)")?( hidden)?>.*?<b>(\d+)</b>`)
	queueTag   = regexp.MustCompile(`<li data-m="(\d+)" data-roll.*?<span class="mini"([^>]*)>`)
	staleAttr  = regexp.MustCompile(` data-stale\b`)
)

// staleViews draws every view that shows levels of a board.
func staleViews(t *testing.T, s *kit.Site, w *world, board domain.BoardID, meeting domain.MeetingID) map[string]string {
	t.Helper()
	p := w.picture(leader, board)
	out := map[string]string{}
	put := func(name string, page []byte, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(name, err)
		}
		out[name] = string(page)
	}
	ask := func(path string) kit.Request { return w.request(leader, board, path) }
	page, err := overview.Overview(s, ask("/tavle/"+string(board)), p, kit.Filter{})
	put("overview", page, err)
	for _, layout := range []string{"a", "b", "c"} {
		page, err = wall.Wall(s, ask("/skjerm"), p, wall.Options{Layout: layout, Rotate: 20})
		put("wall "+layout, page, err)
	}
	page, err = overview.Region(s, ask("/region"), p, p.Catalogue().Regions[0].ID, kit.Filter{})
	put("region", page, err)
	if meeting != "" {
		page, err = console.Console(s, ask("/konsoll/"+string(meeting)), p, meeting, "")
		put("console", page, err)
	}
	if board == domain.Live {
		page, err = overview.Area(s, ask("/omrade"), p, kit.PreparednessArea, kit.Filter{})
		put("area", page, err)
	}
	return out
}

// marksAre compares what a page marks and counts with the picture.
func marksAre(t *testing.T, name, page string, p domain.Picture) (marks int) {
	t.Helper()
	onMap := domain.ColumnID("")
	if m := mapTag.FindStringSubmatch(page); m != nil {
		onMap = domain.ColumnID(m[1])
	}
	for _, m := range placeTag.FindAllStringSubmatch(page, -1) {
		column := onMap
		if c := columnAttr.FindStringSubmatch(m[0]); c != nil {
			column = domain.ColumnID(c[1])
		}
		row, col := p.Row(domain.MunicipalityID(m[2])), p.Col(column)
		if !regexp.MustCompile(` data-level=`).MatchString(m[0]) || row < 0 || col < 0 {
			continue
		}
		marked := staleAttr.MatchString(m[0])
		if marked != p.Stale(row, col) {
			t.Errorf("%s: %s marks %s.%s: %v, the picture says %v", name, m[1], m[2], column, marked, !marked)
		}
		if marked {
			marks++
		}
	}
	for _, m := range dueTag.FindAllStringSubmatch(page, -1) {
		want := 0
		for _, at := range p.Overdue() {
			cell := p.Cell(at[0], at[1])
			if name == "wall a" && cell.Column != onMap || name == "area" && cell.Column != kit.PreparednessArea ||
				name == "region" && p.Catalogue().Municipalities[at[0]].Region != p.Catalogue().Regions[0].ID {
				continue
			}
			if (m[1] == "any" || m[1] == string(cell.Level)) && (m[2] == "" || m[2] == string(p.Catalogue().Municipalities[at[0]].Region)) {
				want++
			}
		}
		if n, _ := strconv.Atoi(m[4]); n != want || (m[3] != "") != (want == 0) {
			t.Errorf("%s: %d of %s in %q must be confirmed, hidden %v; the picture has %d", name, n, m[1], m[2], m[3] != "", want)
		}
		marks++
	}
	return marks
}

// What must be confirmed is the picture's word in every view and every counter:
// of a situation, of the live picture in a meeting, and of one at rest.
func TestEveryViewMarksWhatMustBeConfirmed(t *testing.T) {
	s := newSite(t)
	county, w := duringMeeting(t), small(t)
	w.now = w.now.Add(3*time.Hour + 40*time.Minute)
	w.do(leader, rollcall.ReportNoChange{Meeting: "m1", Municipalities: []domain.MunicipalityID{"0001"}})
	w.now = w.now.Add(10 * time.Minute)
	for name, c := range map[string]struct {
		w       *world
		board   domain.BoardID
		meeting domain.MeetingID
	}{"situation": {county, "flom", "f1"}, "live": {w, domain.Live, "m1"}} {
		t.Run(name, func(t *testing.T) {
			p := c.w.picture(leader, c.board)
			if n := len(p.Overdue()); n == 0 {
				t.Fatal("nothing must be confirmed")
			}
			for view, page := range staleViews(t, s, c.w, c.board, c.meeting) {
				if marksAre(t, view, page, p.ForViews()) == 0 && view != "console" {
					t.Errorf("%s has no marks", view)
				}
				if view == "console" {
					queueMarks(t, page, p)
				}
			}
		})
	}
}

// queueMarks compares the small cells of the console's queue, which are of the
// column in its address.
func queueMarks(t *testing.T, page string, p domain.Picture) {
	t.Helper()
	column := columnAttr.FindStringSubmatch(regexp.MustCompile(`<section id="cell"[^>]*>`).FindString(page))[1]
	rows := queueTag.FindAllStringSubmatch(page, -1)
	if len(rows) == 0 {
		t.Error("no queue")
	}
	for _, m := range rows {
		marked := staleAttr.MatchString(m[2])
		if marked != p.Stale(p.Row(domain.MunicipalityID(m[1])), p.Col(domain.ColumnID(column))) {
			t.Errorf("the queue marks %s.%s: %v", m[1], column, marked)
		}
	}
}

// The panel and the console tell what was said in the meeting from what was known
// before it.
func TestWhatWasSaidInTheMeetingStandsApart(t *testing.T) {
	w, s := small(t), newSite(t)
	says := func(when string, want map[string]string) {
		t.Helper()
		w.now = w.now.Add(time.Minute)
		p := w.picture(leader, domain.Live)
		panel, err := overview.Panel(s, w.request(leader, domain.Live, "/panel"), p, "0001", "samfunnssikkerhet", kit.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		pages := map[string][]byte{"panel": panel}
		if m := p.Meetings()[0]; m.Open() {
			if pages["console"], err = console.Console(s, w.request(leader, domain.Live, "/konsoll/"+string(m.ID)), p, m.ID, "0001"); err != nil {
				t.Fatal(err)
			}
		}
		for name, page := range pages {
			got := ""
			if m := regexp.MustCompile(`<span data-standing="\w+">([^<]*)</span>`).FindSubmatch(page); m != nil {
				got = string(m[1])
			}
			if got != want[name] {
				t.Errorf("%s, %s: %q, want %q", when, name, got, want[name])
			}
		}
	}
	w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m1", Cells: []domain.CellEdit{{Municipality: "0001", Column: "samfunnssikkerhet", Level: domain.Yellow}}})
	says("set", map[string]string{"panel": "satt i møte", "console": "satt i møtet"})
	w.do(leader, domain.CloseMeeting{Meeting: "m1", Unexplained: true})
	says("no meeting", nil)
	w.do(leader, domain.OpenMeeting{ID: "m9", Board: domain.Live, Kind: domain.MeetingPreparedness, Title: "Flom, igjen"})
	says("the next meeting", map[string]string{"panel": "fra før", "console": "fra før møtet"})
	w.do(leader, rollcall.ReportNoChange{Meeting: "m9", Municipalities: []domain.MunicipalityID{"0001"}})
	says("confirmed", map[string]string{"panel": "bekreftet i møte", "console": "bekreftet i møtet"})
	w.do(leader, domain.SetLevels{Board: domain.Live, Meeting: "m9", Cells: []domain.CellEdit{{Municipality: "0001", Column: "samfunnssikkerhet", Level: domain.Red}}})
	w.do(leader, domain.OpenMeeting{ID: "m10", Board: domain.Live, Kind: domain.MeetingPreparedness, Title: "Nattmøte"})
	says("in another meeting", map[string]string{"panel": "satt i møte", "console": "fra før møtet"})
}

// A small cell says its level, by the words of its board, and that it must be
// confirmed.
func TestSmallCellsHaveTheirWord(t *testing.T) {
	w := newSite(t).WordsIn("nb")
	for want, c := range map[string]struct {
		kind domain.BoardKind
		cell domain.Cell
	}{
		"Rød":               {domain.KindLive, domain.Cell{Level: domain.Red}},
		"Rød, må bekreftes": {domain.KindLive, domain.Cell{Level: domain.Red, Stale: true}},
		"Kritisk":           {domain.KindSituation, domain.Cell{Level: domain.Critical}},
	} {
		if got := string(w.MiniOf(c.kind, c.cell)); !strings.Contains(got, `aria-label="`+want+`" title="`+want+`"`) {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestLegendSaysWhatStaleLooksLike: the sign of a level that must be confirmed is explained
// where it can be seen, and not on an edition, which is as old as it is.
func TestLegendSaysWhatStaleLooksLike(t *testing.T) {
	w, s := small(t), newSite(t)
	for board, want := range map[domain.BoardID]bool{domain.Live: true, "2022": false} {
		if page := overviewOf(t, s, w, reader, board, ""); strings.Contains(page, "Skravert med klokke: må bekreftes") != want {
			t.Errorf("the legend of %s explains it: %v, want %v", board, !want, want)
		}
	}
}
