package dashboard

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"kommunebilde/dashboard/chart"
	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/overview"
	"kommunebilde/domain"
)

// Where nobody keeps the live picture every view shows what was left yellow or
// red, as what must be confirmed, nothing else, and says who closed it and when.
func TestEveryViewIsAtRest(t *testing.T) {
	w, s := small(t), newSite(t)
	w.do(leader, domain.CloseMeeting{Meeting: "m1", Unexplained: true})
	w.clock("2022-11-16T08:00:00")
	p := w.picture(leader, domain.Live).ForViews()
	if !p.Resting() {
		t.Fatal("somebody keeps the picture")
	}
	green := regexp.MustCompile(`<(td|li|path|use)\b[^>]*data-m="[^>]*data-level="green"`)
	views := staleViews(t, s, w, domain.Live, "")
	for name, page := range views {
		marksAre(t, name, page, p)
		if tag := green.FindString(page); tag != "" {
			t.Errorf("%s shows what nobody knows: %s", name, tag)
		}
		if !strings.Contains(page, "Ingen fører status nå") || !strings.Contains(page, "14. nov. 10:42") || !strings.Contains(page, `data-room="rest"`) {
			t.Errorf("%s does not say that it is at rest, and since when", name)
		}
	}
	if page := views["overview"]; !strings.Contains(page, "K. Moen lukket møtet") || !strings.Contains(page, "Gul og rød står igjen") {
		t.Error("the overview does not say who closed the meeting")
	}
	if strings.Contains(strings.Join([]string{views["overview"], views["wall a"], views["wall c"]}, ""), `data-count-level="green"`) {
		t.Error("a counter of what nobody knows")
	}
	panel, err := overview.Panel(s, w.request(leader, domain.Live, "/panel"), w.picture(leader, domain.Live), "0001", "helse", kit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(panel), "Sist: Grønn") || !strings.Contains(string(panel), "14. nov. 10:05") || strings.Contains(string(panel), `class="chip" data-level="green"`) {
		t.Error("the panel of a level that rests")
	}
	chart, err := chart.Chart(s, w.request(leader, domain.Live, "/diagram/fordeling"), w.picture(leader, domain.Live), "fordeling", nil)
	if err != nil {
		t.Fatal(err)
	}
	var drawn struct {
		Series []struct {
			Name string
			Data []struct{ Value any }
		}
	}
	if err := json.Unmarshal(chart, &drawn); err != nil {
		t.Fatal(err)
	}
	sums := map[string]float64{}
	for _, level := range drawn.Series {
		for _, d := range level.Data {
			n, _ := d.Value.(float64)
			name, _, _ := strings.Cut(level.Name, ",") // what must be confirmed is a part of its own
			sums[name] += n
		}
	}
	counts := p.Count(kit.UpTo(3), p.Catalogue().Areas())
	if sums["Grønn"] != 0 || sums["Rød"] != float64(counts[domain.Red]) || sums["Gul"] != float64(counts[domain.Yellow]) || sums["Rød"]+sums["Gul"] == 0 {
		t.Errorf("the chart of a picture at rest: %v", sums)
	}
	now := w.picture(leader, domain.Live)
	box, err := overview.Municipality(s, w.request(leader, "2022", "/kommune/0001"), w.picture(leader, "2022"), &now, "0001", time.Time{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, said, _ := strings.Cut(string(box), `id="now"`); !strings.Contains(said, "må bekreftes") || !strings.Contains(said, "Ingen fører status nå") {
		t.Error("the box of now does not rest")
	}
}

// A live picture without limits tells who may mend it, and nobody else.
func TestLimitlessPictureSaysSo(t *testing.T) {
	w, s := small(t), newSite(t)
	w.do(leader, domain.CloseMeeting{Meeting: "m1", Unexplained: true})
	says := func(by domain.Actor) bool {
		return strings.Contains(overviewOf(t, s, w, by, domain.Live, ""), `name="limits" value="pack"`)
	}
	if says(editor) {
		t.Error("a picture with limits")
	}
	c := *w.picture(leader, domain.Live).Catalogue()
	w.do(editor, domain.ApplyPack{Catalogue: c.Limited(map[domain.ColumnID]int{"helse": 0, "plan": 0, "samfunnssikkerhet": 0})})
	if !says(editor) || says(reader) {
		t.Errorf("an editor is told: %v, a reader: %v", says(editor), says(reader))
	}
	w.do(leader, domain.OpenMeeting{ID: "m2", Board: domain.Live, Kind: domain.MeetingRegion, Title: "To"})
	for by, want := range map[*domain.Actor]bool{&admin: true, &editor: false, &leader: false, &reader: false} {
		page := overviewOf(t, s, w, *by, domain.Live, "")
		if got := strings.Contains(page, `class="band limits"`); got != want || says(*by) {
			t.Errorf("in a meeting %s is told: %v, with the button: %v", by.ID, got, says(*by))
		}
	}
}
