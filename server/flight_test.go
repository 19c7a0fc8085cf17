package server

import (
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// wordy fills the live picture's log with n changes that have long reasons.
func (w *world) wordy(n int) {
	w.t.Helper()
	meeting := w.openMeeting()
	for i := range n {
		m := []domain.MunicipalityID{"9901", "9902", "9903"}[i%3]
		_, err := w.clerk.Submit(w.t.Context(), domain.System("test"), "", domain.SetLevels{
			Board: domain.Live, Meeting: meeting, Cells: []domain.CellEdit{{
				Municipality: m, Column: "skole", Level: []domain.Level{domain.Red, domain.Yellow}[i/3%2],
				Text: typed.Text(strings.Repeat("ø", 1990) + fmt.Sprint(i)), Seen: w.cellRevision(domain.Live, m, "skole"),
			}},
		})
		must(w.t, err)
	}
}

// TestListsArePagedByBytes: what a list is cut to leaves nothing out.
func TestListsArePagedByBytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wordy(400)
	type page struct {
		Next    domain.Revision
		More    bool
		Before  domain.Revision
		Changes []struct{ Rev domain.Revision }
		History []struct {
			Rev domain.Revision `json:"changed_rev"`
		}
	}
	ask := func(path string) (p page) {
		t.Helper()
		res := w.get("leser", path)
		if res.status != 200 || len(res.body) > 256<<10 {
			t.Fatalf("%s: %d, %d bytes", path, res.status, len(res.body))
		}
		must(t, json.Unmarshal([]byte(res.body), &p))
		return p
	}
	var want, got []domain.Revision
	for _, l := range w.board("na").Log(0, 0) {
		want = append(want, l.Revision)
	}
	pages := 0
	for p := (page{More: true}); p.More; pages++ {
		p = ask(fmt.Sprintf("/api/v1/boards/na/changes?limit=1000&after=%d", p.Next))
		for _, c := range p.Changes {
			got = append(got, c.Rev)
		}
	}
	if !slices.Equal(got, want) || pages < 4 {
		t.Errorf("%d of %d changes in %d pages", len(got), len(want), pages)
	}
	b := w.board("na")
	want, got = nil, nil
	for _, c := range b.History(b.Row("9901"), b.Col("skole")) {
		want = append(want, c.Revision)
	}
	for p := (page{More: true}); p.More; {
		p = ask(fmt.Sprintf("/api/v1/boards/na/cells/9901/skole?before=%d", p.Before))
		var older []domain.Revision
		for _, c := range p.History {
			older = append(older, c.Rev)
		}
		got = append(older, got...)
	}
	if !slices.Equal(got, want) {
		t.Errorf("a cell has been %v, want %v", got, want)
	}
}

// TestARecordIsNeverCut: also one that is longer than an answer, which comes
// alone; and a list goes on after a long beginning.
func TestARecordIsNeverCut(t *testing.T) {
	t.Parallel()
	log := func(revisions ...domain.Revision) (out []domain.LogEntry) {
		for _, r := range revisions {
			out = append(out, domain.LogEntry{Revision: r})
		}
		return out
	}
	line := strings.Repeat("x", 100<<10)
	for name, c := range map[string]struct {
		begins int
		log    []domain.LogEntry
		n      int
		more   bool
	}{
		"all":              {10, log(1, 2), 2, false},
		"cut between":      {10, log(1, 2, 3), 2, true},
		"cut before":       {10, log(1, 2, 2, 3), 1, true},
		"longer":           {10, log(1, 1, 1, 1, 2), 4, true},
		"longer, the last": {10, log(1, 1, 1, 1), 4, false},
		"nothing":          {10, nil, 0, false},
		"after much":       {1 << 20, log(1, 2), 1, true},
	} {
		b, got, more := appendPage(make([]byte, c.begins), c.log, false, func(b []byte, _ domain.LogEntry) []byte { return append(b, line...) })
		if len(got) != c.n || more != c.more || len(b) != c.begins+c.n*len(line) {
			t.Errorf("%s: %d lines, more %t, %d bytes", name, len(got), more, len(b))
		}
	}
}

// TestWhoDoesNotReadHoldsLittle: three hundred connections of one account that
// ask for the log and read nothing hold no more than the account's share. It is
// told so in words; others do not notice; and what is over is given back.
func TestWhoDoesNotReadHoldsLittle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wordy(400)
	token := w.token("redaktor")
	const stalled = 300
	var lines []net.Conn
	for range stalled {
		c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		must(t, err)
		t.Cleanup(func() { c.Close() })
		must(t, c.(*net.TCPConn).SetReadBuffer(4<<10))
		_, err = fmt.Fprintf(c, "GET /api/v1/boards/na/changes?limit=1000 HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", strings.TrimPrefix(w.url, "http://"), token)
		must(t, err)
		lines = append(lines, c)
	}
	w.await("all are answered", func() bool {
		return strings.Count(w.log.String(), `"route":"/api/v1/boards/:board/changes"`) == stalled
	})
	const share = 4 << 20
	if n := w.server.edge.Stats().Unread; n > share || n < share/2 {
		t.Errorf("%d connections hold %d bytes", stalled, n)
	}
	res := w.do("GET", "/api/v1/boards/na", "", "Authorization: Bearer "+token)
	if res.status != 429 || res.header.Get("Retry-After") == "" || !strings.Contains(res.body, `"reason":"http.unread","message":"Svar på vei til deg`) {
		t.Errorf("one more: %d %v %s", res.status, res.header, res.body)
	}
	if res := w.get("redaktor", "/tavle/na"); res.status != 429 || !strings.Contains(res.body, "Svar på vei til deg") {
		t.Errorf("a page: %d", res.status)
	}
	if res := w.get("redaktor", "/eksport?board=na"); res.status != 429 || res.header.Get("Content-Disposition") != "" {
		t.Errorf("an export: %d", res.status)
	}
	if res := w.command("redaktor", map[string]any{"type": "change_base", "edition": "2022"}); res.status == 429 {
		t.Errorf("a change is kept waiting: %s", res.body)
	}
	for who, path := range map[string]string{"leser": "/tavle/na", "": "/tavle/2022?level=red"} {
		if res := w.get(who, path); res.status != 200 {
			t.Errorf("%q is refused with them: %d", who, res.status)
		}
	}
	for _, c := range lines {
		must(t, c.Close())
	}
	w.await("nothing is held", func() bool { return w.server.edge.Stats().Unread == 0 })
	for _, path := range []string{"/tavle/na", "/eksport?board=na", "/api/v1/boards/na/changes?limit=1000"} {
		if res := w.get("redaktor", path); res.status != 200 {
			t.Errorf("afterwards %s: %d", path, res.status)
		}
		if res := w.do("HEAD", path, "", "Cookie: "+w.as("redaktor")); res.status != 200 {
			t.Errorf("HEAD %s: %d", path, res.status)
		}
	}
	w.await("what was read is given back", func() bool { return w.server.edge.Stats().Unread == 0 })
}
