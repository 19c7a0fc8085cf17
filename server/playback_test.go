package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/server/servertest"
)

type playedJSON struct {
	Rev, Next domain.Revision
	From, To  int64
	Start     []struct {
		M, C, Level string
		At          int64
		ChangedRev  domain.Revision `json:"changed_rev"`
	}
	Changes []struct {
		Rev         domain.Revision
		At          int64
		M, C, Level string
	}
	More  bool
	Dense struct {
		Rows, Columns, Levels []string
		Start, Changes        []int64
	}
}

// unpacked reads a row of dense numbers, as the page's script does.
func (p playedJSON) unpacked(n []int64) (out []string) {
	var rev, at int64
	for ; len(n) >= 6; n = n[6:] {
		rev, at = rev+n[0], at+n[1]
		out = append(out, fmt.Sprint(rev, at, p.Dense.Rows[n[2]], p.Dense.Columns[n[3]], p.Dense.Levels[n[4]], n[5]))
	}
	return out
}

func (w *world) played(account, path string) (out playedJSON) {
	w.t.Helper()
	res := w.get(account, path)
	if res.status != 200 {
		w.t.Fatalf("%s: %d %s", path, res.status, res.body)
	}
	must(w.t, json.Unmarshal([]byte(res.body), &out))
	return out
}

// TestPlayback: what was at a time, and each change until another, lead to what
// was then; also where the board got other columns in between.
func TestPlayback(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := w.openMeeting()
	at := func(rev domain.Revision) time.Time {
		t.Helper()
		for _, l := range w.board("na").Log(rev-1, 1) {
			return l.At
		}
		t.Fatal("no such revision")
		return time.Time{}
	}
	tick := func() { // revisions of different milliseconds
		last := w.clerk.State().At()
		w.await("the clock", func() bool { return w.server.cfg.Now().Sub(last) > 2*time.Millisecond })
	}
	var revs []domain.Revision
	for i, level := range []domain.Level{domain.Red, domain.Yellow, domain.Green, domain.Red} {
		tick()
		revs = append(revs, w.set(meeting, []domain.MunicipalityID{"9901", "9902"}[i%2], level))
	}
	tick()
	path := fmt.Sprintf("/api/v1/boards/na/playback?from=%d&to=%d", at(revs[0]).UnixMilli(), at(revs[2]).UnixMilli())
	p := w.played("leser", path)
	if len(p.Start) != 1 || p.Start[0].Level != "red" || len(p.Changes) != 2 || p.Changes[0].M != "9902" || p.Changes[1].Level != "green" || p.More {
		t.Errorf("played %+v", p)
	}
	packed := w.played("leser", path+"&dense=1")
	var start, changes []string
	for _, c := range p.Start {
		start = append(start, fmt.Sprint(c.ChangedRev, c.At, c.M, c.C, c.Level, 0))
	}
	for _, c := range p.Changes {
		changes = append(changes, fmt.Sprint(c.Rev, c.At, c.M, c.C, c.Level, 0))
	}
	if got := packed.unpacked(packed.Dense.Start); !slices.Equal(got, start) {
		t.Errorf("dense start %v, want %v", got, start)
	}
	if got := packed.unpacked(packed.Dense.Changes); !slices.Equal(got, changes) || packed.Next != p.Next || len(packed.Changes) > 0 {
		t.Errorf("dense changes %v, want %v", got, changes)
	}
	whole := w.played("kommune", "/api/v1/boards/na/playback?from=2001-01-01T00:00&to=2101-01-01T00:00")
	if len(whole.Start) != 0 || len(whole.Changes) != 4 || whole.Next != w.board("na").Board().Revision {
		t.Errorf("whole %+v", whole)
	}
	if rest := w.played("leser", path+fmt.Sprintf("&after=%d", revs[1])); len(rest.Start) != 0 || len(rest.Changes) != 1 {
		t.Errorf("the rest %+v", rest)
	}
	if last := w.played("leser", "/api/v1/boards/na/playback"); len(last.Changes) != 4 || len(last.Start) != 0 {
		t.Errorf("the last meeting %+v", last)
	}

	// Another pack: one municipality and one column less.
	_, err := w.clerk.Submit(t.Context(), domain.System("x"), "", domain.CloseMeeting{Meeting: meeting, Unexplained: true})
	must(t, err)
	next := servertest.Catalogue()
	next.Municipalities = next.Municipalities[1:]
	next.Columns = next.Columns[:2]
	next.Ended = []domain.Ended{{ID: "9901"}, {ID: "skole"}}
	before := w.clerk.State().At()
	tick()
	_, err = w.clerk.Submit(t.Context(), domain.System("x"), "", domain.ApplyPack{Catalogue: next})
	must(t, err)
	tick()
	second := w.made("moteleder", "meeting", map[string]any{"type": "open_meeting", "board": "na", "kind": "region", "title": "To"})
	w.set(domain.MeetingID(second), "9902", domain.Green)
	tick()
	p = w.played("leser", fmt.Sprintf("/api/v1/boards/na/playback?from=%d", before.UnixMilli()))
	if len(p.Start) != 1 || p.Start[0].M != "9902" || p.Start[0].Level != "red" || len(p.Changes) != 1 || p.From <= before.UnixMilli() {
		t.Errorf("over another pack %+v", p)
	}
	for _, page := range []string{"/avspilling/na", "/avspilling/na?fra=2001-01-01T00:00", "/avspilling/na?fra=2001-01-01T00:00&side=2", "/diagram/avspilling?board=na&fra=2001-01-01T00:00", fmt.Sprintf("/avspilling/na?fra=%d", before.UnixMilli())} {
		if res := w.get("leser", page); res.status != 200 {
			t.Errorf("%s: %d", page, res.status)
		}
	}

	// The past has its own rows and columns.
	past := before.UTC().Format(time.RFC3339Nano)
	for _, path := range []string{
		"/tavle/na?at=" + past, "/tavle/na?region=sor&area=skole&at=" + past, "/tavle/na?valgt=9901.skole&at=" + past, "/api/v1/boards/na?at=" + past,
		"/api/v1/boards/na/cells/9901/beredskap?at=" + past, "/eksport?board=na&area=skole&at=" + past, "/skjerm?board=na&kart=skole&at=" + past, "/panel?board=na&m=9901&c=skole&at=" + past,
	} {
		if res := w.get("leser", path); res.status != 200 {
			t.Errorf("%s: %d", path, res.status)
		}
	}
	if res := w.get("leser", "/tavle/na?area=skole"); res.status != 422 {
		t.Errorf("a column that is gone: %d", res.status)
	}
}

// TestPlaybackShowsNoDrafts: an edition is played to staff only.
func TestPlaybackShowsNoDrafts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for account, want := range map[string]int{"": 404, "kommune": 404, "skjerm": 404, "leser": 200} {
		for _, path := range []string{"/avspilling/2022?fra=2001-01-01T00:00", "/api/v1/boards/2022/playback?from=2001-01-01T00:00"} {
			if res := w.get(account, path); res.status != want {
				t.Errorf("%q at %s: %d, want %d", account, path, res.status, want)
			}
		}
	}
	for _, query := range []string{"at=2001-01-01T00:00", "tider=2001-01-01T00:00", "tider=x", "kart=x", "til=2000-01-01T00:00", "tider=1,2,3,4,5,6,7"} {
		if res := w.get("leser", "/avspilling/na?fra=2010-01-01T00:00&"+query); res.status != 422 && res.status != 404 {
			t.Errorf("%s: %d", query, res.status)
		}
	}
	for _, query := range []string{"from=x", "to=2001", "from=2030-01-01T00:00", "after=x", "from=2020-01-01T00:00&to=2019-01-01T00:00"} {
		if res := w.get("leser", "/api/v1/boards/na/playback?"+query); res.status != 422 {
			t.Errorf("%s: %d", query, res.status)
		}
	}
}
