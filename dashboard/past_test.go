package dashboard

import (
	"strings"
	"testing"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/overview"
	"kommunebilde/dashboard/wall"
	"kommunebilde/domain"
)

// A page of a past time says so across the page and in its title, with the day;
// one of now does not.
func TestPastPagesSayWhichPast(t *testing.T) {
	w, s := small(t), newSite(t)
	p, at := w.picture(leader, domain.Live), w.now.Add(-10*time.Minute)
	for name, draw := range map[string]func(kit.Filter) ([]byte, error){
		"overview": func(f kit.Filter) ([]byte, error) {
			return overview.Overview(s, w.request(leader, domain.Live, "/tavle/na"), p, f)
		},
		"area": func(f kit.Filter) ([]byte, error) {
			return overview.Area(s, w.request(leader, domain.Live, "/omrade/plan"), p, "plan", f)
		},
		"region": func(f kit.Filter) ([]byte, error) {
			return overview.Region(s, w.request(leader, domain.Live, "/region/nord"), p, "nord", f)
		},
		"municipality": func(f kit.Filter) ([]byte, error) {
			return overview.Municipality(s, w.request(leader, domain.Live, "/kommune/0001"), p, nil, "0001", f.At, nil)
		},
		"an edition's municipality": func(f kit.Filter) ([]byte, error) {
			return overview.Municipality(s, w.request(leader, "2022", "/kommune/0001"), w.picture(leader, "2022"), &p, "0001", f.At, nil)
		},
		"wall": func(f kit.Filter) ([]byte, error) {
			return wall.Wall(s, w.request(leader, domain.Live, "/skjerm"), p, wall.Options{Filter: f})
		},
	} {
		for _, past := range []bool{false, true} {
			f := kit.Filter{}
			if past {
				f.At = at
			}
			body, err := draw(f)
			if err != nil {
				t.Fatal(name, err)
			}
			page := string(body)
			for _, says := range []string{"Slik det var 14. nov. 2022 10:32. Ikke slik det er nå.", "<title>Slik det var 14. nov. 2022 10:32: "} {
				if strings.Contains(page, says) != past {
					t.Errorf("%s, past %v, says %q: %v", name, past, says, !past)
				}
			}
		}
	}
}

// On a situation nothing is red: the list has its own scale's word.
func TestSituationHasItsOwnWords(t *testing.T) {
	w, s := duringMeeting(t), newSite(t)
	p := w.picture(leader, "flom")
	wall, err := wall.Wall(s, w.request(leader, "flom", "/skjerm"), p, wall.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, page := range map[string]string{"wall": string(wall), "overview": overviewOf(t, s, w, leader, "flom", "")} {
		if strings.Contains(page, "Røde nå") || strings.Contains(page, "Røde kl.") || !strings.Contains(page, "Kritiske nå") {
			t.Errorf("%s speaks of red", name)
		}
	}
	region, err := overview.Region(s, w.request(leader, domain.Live, "/region"), w.picture(leader, domain.Live), "valdres", kit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if _, main, _ := strings.Cut(string(region), "<main"); strings.Contains(strings.Split(main, `<script`)[0], "Ikke vurdert</th>") {
		t.Error("a chart of the live picture says that nobody assessed it")
	}
}
