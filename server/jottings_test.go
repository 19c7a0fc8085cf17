package server

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

const oneTab = "0123456789abcdef"

// jot keeps what an account has typed in a tab.
func (w *world) jot(account, tab string, with fields) answer {
	w.t.Helper()
	body := fields{"board": draft, "m": "9901", "c": "beredskap", "seen": 0, "rev": 1, "text": "Planen er fra"}
	for name, value := range with {
		body[name] = value
	}
	b, err := json.Marshal(body)
	must(w.t, err)
	return w.do("PUT", "/api/v1/jottings/"+tab, string(b), "Cookie: "+w.as(account), "Origin: "+w.url, "Content-Type: application/json")
}

func (w *world) dropJotting(account, tab string) answer {
	w.t.Helper()
	return w.do("DELETE", "/api/v1/jottings/"+tab, "", "Cookie: "+w.as(account), "Origin: "+w.url)
}

func (w *world) jottingsOf(account string, board domain.BoardID) string {
	w.t.Helper()
	return w.get(account, "/api/v1/jottings?board="+string(board)).body
}

// TestJottingIsItsAuthorsAlone: nobody else is shown it, can change it or tell that it
// is there, and the record never has it.
func TestJottingIsItsAuthorsAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.clerk.State().Head().Revision
	if res := w.jot("fagansvarlig", oneTab, nil); res.status != 200 || !strings.Contains(res.body, `"rev":1`) || !strings.Contains(res.body, `"at":"20`) {
		t.Fatalf("keep: %d %s", res.status, res.body)
	}
	if res := w.jot("redaktor", oneTab, fields{"text": "En annens", "c": "skole"}); res.status != 200 {
		t.Fatalf("another's in a tab of the same name: %d %s", res.status, res.body)
	}
	own := w.jottingsOf("fagansvarlig", draft)
	if !strings.Contains(own, "Planen er fra") || strings.Contains(own, "annens") {
		t.Errorf("own: %s", own)
	}
	if other := w.jottingsOf("redaktor", draft); strings.Contains(other, "Planen") || !strings.Contains(other, "annens") {
		t.Errorf("another's: %s", other)
	}
	if other := w.jottingsOf("fagansvarlig", edition); other != `{"jottings":[]}` {
		t.Errorf("on another board: %s", other)
	}
	for _, who := range []string{"leser", "admin", "redaktor"} {
		if res := w.dropJotting(who, "fedcba9876543210"); res.status != 404 {
			t.Errorf("%s drops what is not there: %d", who, res.status)
		}
	}
	for _, who := range []string{"leser", "admin"} {
		if res := w.dropJotting(who, oneTab); res.status != 404 || !strings.Contains(res.body, "jotting.unknown") {
			t.Errorf("%s drops another's: %d %s", who, res.status, res.body)
		}
		for _, path := range []string{"/start", "/api/v1/jottings?board=" + string(draft)} {
			if body := w.get(who, path).body; strings.Contains(body, "Planen er fra") || strings.Contains(body, "/kladder/fjern") {
				t.Errorf("%s is shown it at %s", who, path)
			}
		}
	}
	if res := w.dropJotting("fagansvarlig", oneTab); res.status != 204 {
		t.Errorf("drop: %d %s", res.status, res.body)
	}
	if res := w.dropJotting("fagansvarlig", oneTab); res.status != 404 {
		t.Errorf("drop again: %d", res.status)
	}
	if after := w.clerk.State().Head().Revision; after != before {
		t.Errorf("the record went from %d to %d", before, after)
	}
	if log := w.log.String(); strings.Contains(log, "Planen") || strings.Contains(log, "annens") {
		t.Error("the log has what was typed")
	}
}

func TestJottingIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, one := range map[string]struct {
		who, tab string
		with     fields
		status   int
		reason   string
	}{
		"another area":         {"fagansvarlig", oneTab, fields{"c": "skole"}, 403, "forbidden.area"},
		"a published edition":  {"fagansvarlig", oneTab, fields{"board": edition}, 403, "forbidden.set_levels"},
		"a reader":             {"leser", oneTab, nil, 403, "forbidden.set_levels"},
		"a municipality":       {"kommune", oneTab, nil, 404, "board.unknown"},
		"nobody":               {"", oneTab, nil, 401, "http.401"},
		"no such board":        {"redaktor", oneTab, fields{"board": "finnesikke"}, 404, "board.unknown"},
		"no such municipality": {"redaktor", oneTab, fields{"m": "0000"}, 404, "municipality.unknown"},
		"no such area":         {"redaktor", oneTab, fields{"c": "finnesikke"}, 404, "column.unknown"},
		"a wrong name":         {"redaktor", "x", nil, 422, "jotting.id"},
		"no revision":          {"redaktor", oneTab, fields{"rev": 0}, 422, "rev.wrong"},
		"an unknown field":     {"redaktor", oneTab, fields{"author": "kari"}, 400, "json.unknown"},
		"a text too long":      {"redaktor", oneTab, fields{"text": strings.Repeat("å", 20_001)}, 422, "jotting.long"},
		"far too long":         {"redaktor", oneTab, fields{"text": strings.Repeat("a", jottingLimit)}, 413, "http.body"},
	} {
		if res := w.jot(one.who, one.tab, one.with); res.status != one.status || !strings.Contains(res.body, `"`+one.reason+`"`) {
			t.Errorf("%s: %d %.300s", name, res.status, res.body)
		}
	}
	if all := w.jottingsOf("redaktor", draft); all != `{"jottings":[]}` {
		t.Errorf("kept all the same: %s", all)
	}
	// The longest, written as long as JSON can: twelve signs for one.
	body := `{"board":"` + string(draft) + `","m":"9901","c":"skole","seen":0,"rev":1,"text":"` + strings.Repeat(`\ud83d\ude92`, 20_000) + `"}`
	if res := w.do("PUT", "/api/v1/jottings/"+oneTab, body, "Cookie: "+w.as("redaktor"), "Origin: "+w.url, "Content-Type: application/json"); res.status != 200 {
		t.Errorf("the longest: %d %s", res.status, res.body)
	}
}

// TestLastJottingOfATabWins: an older one is refused with the one that is kept.
func TestLastJottingOfATabWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.jot("fagansvarlig", oneTab, fields{"rev": 4, "text": "Den nyeste", "evidence": []string{"e1@2"}})
	res := w.jot("fagansvarlig", oneTab, fields{"rev": 3, "text": "En eldre"})
	var both struct {
		Reason        string
		Yours, Theirs struct {
			Text     string
			Evidence []string
			Rev      int
		}
	}
	must(t, json.Unmarshal([]byte(res.body), &both))
	if res.status != 409 || both.Reason != "jotting.stale" || both.Yours.Text != "En eldre" || both.Theirs.Text != "Den nyeste" || both.Theirs.Rev != 4 || len(both.Theirs.Evidence) != 1 {
		t.Errorf("%d %s", res.status, res.body)
	}
	if res := w.jot("fagansvarlig", oneTab, fields{"rev": 4, "text": "Den nyeste", "evidence": []string{"e1@2"}}); res.status != 200 {
		t.Errorf("the same again: %d %s", res.status, res.body)
	}
	if res := w.jot("fagansvarlig", oneTab, fields{"rev": 5, "m": "9902"}); res.status != 422 {
		t.Errorf("of another cell: %d %s", res.status, res.body)
	}
}

// TestStartHasOwnJottings: where each is about, its first words, and a way to throw it
// away without a script.
func TestStartHasOwnJottings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if strings.Contains(w.get("fagansvarlig", "/start").body, `id="start-jottings"`) {
		t.Error("the page has a section of nothing")
	}
	w.jot("fagansvarlig", oneTab, fields{"text": "Planen er fra <2019>. " + strings.Repeat("Den må fornyes. ", 20)})
	page := w.get("fagansvarlig", "/start").body
	_, section, _ := strings.Cut(page, `id="start-jottings"`)
	section, _, _ = strings.Cut(section, "</section>")
	for _, want := range []string{"Dine kladder", "bare hos deg til du lagrer", "Planen er fra &lt;2019&gt;.", "\u00a0…", `href="/utgave/` + string(draft) + `/vurdering/beredskap?m=9901"`, `action="/kladder/fjern"`, `value="` + oneTab + `"`} {
		if !strings.Contains(section, want) {
			t.Errorf("lacks %s:\n%s", want, section)
		}
	}
	if res := w.form("leser", "/kladder/fjern", url.Values{"jotting": {oneTab}}); res.status != 404 {
		t.Errorf("another throws it away: %d", res.status)
	}
	res := w.form("fagansvarlig", "/kladder/fjern", url.Values{"jotting": {oneTab}})
	if to := res.header.Get("Location"); res.status != 303 || to != "/start?gjort=kladd" {
		t.Errorf("throw away: %d %s", res.status, to)
	}
	page = w.get("fagansvarlig", "/start?gjort=kladd").body
	if strings.Contains(page, "start-jottings") || !strings.Contains(page, "Kladden er forkastet.") {
		t.Error("it is still there, or nobody says that it went")
	}
}

// TestJottingOutlivesItsSession: a new log-in finds it.
func TestJottingOutlivesItsSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.jot("fagansvarlig", oneTab, nil)
	w.form("fagansvarlig", "/logout", url.Values{})
	delete(w.cookies, "fagansvarlig")
	if res := w.jot("", oneTab, fields{"rev": 2}); res.status != 401 {
		t.Errorf("without a session: %d", res.status)
	}
	if own := w.jottingsOf("fagansvarlig", draft); !strings.Contains(own, "Planen er fra") {
		t.Errorf("after a log-in: %s", own)
	}
}

// TestJottingsLeaveNoTrace: the audit log tells of none.
func TestJottingsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	for _, r := range newWorld(t).server.routes {
		if regexp.MustCompile(`jotting|kladd`).MatchString(r.Path) && r.Trace != edge.Nothing {
			t.Errorf("%s %s leaves %s", r.Method, r.Path, r.Trace)
		}
	}
}
