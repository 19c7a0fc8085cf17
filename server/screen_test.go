package server

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasthttp/websocket"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/notes"
	"kommunebilde/domain/typed"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
	"kommunebilde/server/screens"
)

// wall is a browser that becomes a screen: it has only its cookies.
type wall struct {
	w       *world
	cookies map[string]*http.Cookie
}

func (w *world) newWall() *wall { return &wall{w, map[string]*http.Cookie{}} }

func (v *wall) header() string {
	var out []string
	for name, c := range v.cookies {
		out = append(out, name+"="+c.Value)
	}
	return "Cookie: " + strings.Join(out, "; ")
}

func (v *wall) get(path string) answer {
	v.w.t.Helper()
	res := v.w.do("GET", path, "", v.header())
	for _, c := range (&http.Response{Header: res.header}).Cookies() {
		if v.cookies[c.Name] = c; c.Value == "" || c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
	return res
}

var digitPattern = regexp.MustCompile(`<b>([0-9])</b>`)

// code reads the code that a new screen shows.
func (v *wall) code() string {
	v.w.t.Helper()
	res := v.get("/skjerm")
	if res.status != 200 {
		v.w.t.Fatalf("/skjerm: %d %s", res.status, res.body)
	}
	code := ""
	for _, m := range digitPattern.FindAllStringSubmatch(res.body, -1) {
		code += m[1]
	}
	if len(code) != 6 {
		v.w.t.Fatalf("code %q on\n%s", code, res.body)
	}
	return code
}

func (w *world) pair(code string, more ...string) answer {
	w.t.Helper()
	f := url.Values{"code": {code}, "name": {"Vegg i rom 2"}, "board": {"na"}, "layout": {"b"}, "inches": {"65"}, "metres": {"5"}, "roter": {"20"}}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return w.form("moteleder", "/skjermer/par", f)
}

// paired returns a screen on the live picture.
func (w *world) paired() *wall {
	w.t.Helper()
	v := w.newWall()
	if res := w.pair(v.code()); res.status != 303 {
		w.t.Fatalf("pair: %d %s", res.status, res.body)
	}
	if res := v.get("/skjerm"); res.status != 303 || !strings.HasPrefix(res.header.Get("Location"), "/tavle/na?") {
		w.t.Fatalf("paired, and sent to %q: %d", res.header.Get("Location"), res.status)
	}
	return v
}

// TestPairing: a browser shows a code, a lead types it in, the browser is a
// screen: it sees its board and nothing else, changes nothing, and needs nobody
// after a restart.
func TestPairing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.newWall()
	code := v.code()
	if again := v.code(); again != code {
		t.Errorf("another code at the next look: %s, %s", code, again)
	}
	if other := w.newWall().code(); other == code {
		t.Error("two browsers, one code")
	}
	if res := w.pair(code[:3] + " " + code[3:]); res.status != 303 {
		t.Fatalf("pair: %d %s", res.status, res.body)
	}
	if res := w.pair(code); res.status != 303 || len(w.auth.Screens()) != 1 {
		t.Errorf("sent twice: %d, %d screens", res.status, len(w.auth.Screens()))
	}
	if res := w.newWall().get("/skjerm"); res.status != 200 {
		t.Errorf("another browser became the screen: %d", res.status)
	}
	thief := w.newWall()
	thief.cookies["kb_pair"] = &http.Cookie{Name: "kb_pair", Value: code}
	if res := thief.get("/skjerm"); res.status != 200 {
		t.Errorf("the code alone opens: %d", res.status)
	}
	res := v.get("/skjerm")
	if res.status != 303 || res.header.Get("Location") != "/tavle/na?meter=5&oppsett=b&roter=20&tommer=65&vis=skjerm" {
		t.Fatalf("to %q: %d", res.header.Get("Location"), res.status)
	}
	if c := v.cookies[w.server.edge.CookieName(edge.SessionCookie)]; c == nil || c.MaxAge != 365*24*3600 || !c.HttpOnly {
		t.Errorf("cookie %+v", c)
	}
	if v.cookies["kb_pair"] != nil {
		t.Error("the pairing's cookie stays")
	}
	for path, want := range map[string]int{
		"/tavle/na?vis=skjerm": 200, "/api/v1/boards/na": 200, "/tavle/2022": 200, "/api/v1/boards/2023": 404, "/skjermer": 404, "/": 302, "/skjerm": 303,
	} {
		if res := v.get(path); res.status != want {
			t.Errorf("%s: %d, want %d", path, res.status, want)
		}
	}
	body := `{"request":"12345678","type":"open_meeting","board":"na","kind":"region","title":"x"}`
	if res := w.do("POST", "/api/v1/commands", body, v.header(), "Origin: "+w.url, "Content-Type: application/json"); res.status != 403 {
		t.Errorf("a screen opens a meeting: %d", res.status)
	}
	if res := w.pair(code); res.status != 422 {
		t.Errorf("the code is good twice: %d", res.status)
	}
	list := w.get("moteleder", "/skjermer")
	if list.status != 200 || !strings.Contains(list.body, "Vegg i rom 2") {
		t.Errorf("list: %d", list.status)
	}
}

// TestScreensAreForLeads: who may not look after screens does not learn that
// there are any.
func TestScreensAreForLeads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, role := range domain.Roles() {
		want, form := 404, 404
		switch role {
		case domain.RoleLead, domain.RoleAdmin:
			want, form = 200, 422
		case domain.RolePublic:
			want, form = 303, 401
		}
		if res := w.get(string(role), "/skjermer"); res.status != want {
			t.Errorf("%s: %d, want %d", role, res.status, want)
		}
		for _, path := range []string{"/skjermer/par", "/skjermer/vis", "/skjermer/navn", "/skjermer/trekk"} {
			got, wanted := w.form(string(role), path, url.Values{"board": {"na"}, "code": {"x"}, "screen": {"x"}}).status, form
			if wanted == 422 && path != "/skjermer/par" {
				wanted = 404 // no such screen
			}
			if got != wanted {
				t.Errorf("%s as %s: %d, want %d", path, role, got, wanted)
			}
		}
	}
}

// socket opens a screen's socket on a board where it now is, and reads hello.
func (v *wall) socket(board domain.BoardID) *websocket.Conn {
	v.w.t.Helper()
	p := v.w.board(board)
	d := websocket.Dialer{HandshakeTimeout: 10 * time.Second, Subprotocols: []string{screens.Subprotocol}}
	_, cookie, _ := strings.Cut(v.header(), ": ")
	c, _, err := d.DialContext(v.w.t.Context(), fmt.Sprintf("ws%s/live?board=%s&epoch=%s&rev=%d", strings.TrimPrefix(v.w.url, "http"), board, p.Epoch(), p.Board().Revision),
		http.Header{"Origin": {v.w.url}, "Cookie": {cookie}})
	must(v.w.t, err)
	v.w.t.Cleanup(func() { c.Close() })
	if m := v.w.read(c); !strings.HasPrefix(m, `{"hello":`) {
		v.w.t.Fatalf("first message %s", m)
	}
	return c
}

func (w *world) onlyScreen() accounts.Account {
	w.t.Helper()
	list := w.auth.Screens()
	if len(list) != 1 {
		w.t.Fatalf("screens %+v", list)
	}
	return list[0]
}

// TestScreenIsSent: another view reaches a screen that is on, and one that
// starts later; on another board too.
func TestScreenIsSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	v := w.paired()
	id := w.onlyScreen().ID
	c := v.socket("na")
	res := w.form("moteleder", "/skjermer/vis", url.Values{"screen": {string(id)}, "board": {"na"}, "layout": {"c"}, "inches": {"75"}, "metres": {"6,5"}, "region": {"nord"}})
	if res.status != 303 {
		t.Fatalf("view: %d %s", res.status, res.body)
	}
	view := "/tavle/na?meter=6.5&oppsett=c&region=nord&tommer=75&vis=skjerm"
	frame := func(view string) string {
		return `{"screen":{"id":"` + string(id) + `","path":"` + strings.ReplaceAll(view, "&", `\u0026`) + `"}}`
	}
	if got := w.read(c); got != frame(view) {
		t.Errorf("told %s", got)
	}
	if res := v.get("/skjerm"); res.header.Get("Location") != view {
		t.Errorf("at its next start %q", res.header.Get("Location"))
	}

	board := w.made("moteleder", "board", map[string]any{"type": "open_situation", "title": "Flom", "board": "flom"})
	if got := w.read(c); !strings.HasPrefix(got, `{"tick":`) { // the live picture is at rest no more
		t.Errorf("told %s", got)
	}
	view = "/tavle/" + board + "?oppsett=b&vis=skjerm"
	if res := w.form("moteleder", "/skjermer/vis", url.Values{"screen": {string(id)}, "path": {"/tavle/flom?oppsett=b"}}); res.status != 303 {
		t.Fatalf("another board: %d %s", res.status, res.body)
	}
	if res := v.get("/api/v1/boards/na"); res.status != 404 {
		t.Errorf("the former board: %d", res.status)
	}
	if code := w.closeCode(c); code != screens.CloseLogin {
		t.Errorf("closed with %d", code)
	}
	if res := v.get("/tavle/na?vis=skjerm"); res.header.Get("Location") != "/skjerm" {
		t.Errorf("led on to %q", res.header.Get("Location"))
	}
	if res := v.get("/skjerm"); res.header.Get("Location") != view {
		t.Errorf("sent to %q", res.header.Get("Location"))
	}
	c = v.socket("flom")
	if got := w.read(c); got != frame(view) {
		t.Errorf("told there %s", got)
	}
	if other := w.connect("leser"); other != nil { // others are not told of screens
		w.set(w.openMeeting(), "9901", domain.Red)
		if got := w.read(other); strings.Contains(got, "screen") {
			t.Errorf("a reader is told %s", got)
		}
	}

	// The board is closed: the screen is back on the live picture.
	w.made("moteleder", "rev", map[string]any{"type": "close_board", "board": board})
	if code := w.closeCode(c); code != screens.CloseResync && code != screens.CloseLogin { // the board ends, or its right to it
		t.Errorf("closed with %d", code)
	}
	if res := v.get("/tavle/flom?vis=skjerm"); res.status != 303 || res.header.Get("Location") != "/skjerm" {
		t.Errorf("a board that is gone: %d to %q", res.status, res.header.Get("Location"))
	}
	if res := v.get("/skjerm"); res.header.Get("Location") != "/tavle/na?oppsett=b&vis=skjerm" {
		t.Errorf("sent to %q", res.header.Get("Location"))
	}
	for name, f := range map[string]url.Values{
		"foreign": {"path": {"https://evil.example/"}}, "other page": {"path": {"/moter"}}, "double": {"path": {"//evil.example/tavle/na"}},
		"draftless": {"board": {"ukjent"}}, "layout": {"board": {"na"}, "layout": {"z"}}, "region": {"board": {"na"}, "region": {"vest"}}, "inches": {"board": {"na"}, "inches": {"1"}},
	} {
		f.Set("screen", string(id))
		if res := w.form("moteleder", "/skjermer/vis", f); res.status != 422 && res.status != 404 {
			t.Errorf("%s: %d", name, res.status)
		}
	}
}

// TestScreenFollowsWhatIsOpen: a screen that is told to is sent to the situation
// with the newest open meeting and back again; never to an exercise; and it sees
// no board but the one it is on.
func TestScreenFollowsWhatIsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withPack)
	v := w.paired()
	id := w.onlyScreen().ID
	f := url.Values{"screen": {string(id)}, "board": {"apent"}, "layout": {"b"}, "roter": {"20"}, "region": {"nord"}, "fest": {"1"}}
	if res := w.form("moteleder", "/skjermer/vis", f); res.status != 303 || !strings.HasSuffix(res.header.Get("Location"), "?gjort=skjerm-vis") {
		t.Fatalf("view: %d %s", res.status, res.body)
	}
	query := "?apent=1&fest=1&oppsett=b&region=nord&roter=20&vis=skjerm"
	at := func(board, when string) {
		t.Helper()
		if res := v.get("/skjerm"); res.header.Get("Location") != "/tavle/"+board+query {
			t.Errorf("%s: at %q", when, res.header.Get("Location"))
		}
	}
	at("na", "nothing goes on")
	for _, b := range []string{"flom", "skred"} {
		w.made("moteleder", "board", map[string]any{"type": "open_situation", "title": b, "board": b})
	}
	w.made("moteleder", "board", map[string]any{"type": "open_situation", "title": "Øvelse", "board": "ovelse", "exercise": true})
	at("na", "no meeting yet")
	if res := v.get("/tavle/flom?vis=skjerm"); res.status != 303 {
		t.Errorf("it sees a board it is not on: %d", res.status)
	}
	c := v.socket("na")
	w.made("moteleder", "meeting", map[string]any{"type": "open_meeting", "board": "ovelse", "kind": "preparedness", "title": "Øvelse"})
	at("na", "an exercise has a meeting")
	flood := w.made("moteleder", "meeting", map[string]any{"type": "open_meeting", "board": "flom", "kind": "preparedness", "title": "Flom"})
	if code := w.closeCode(c); code != screens.CloseLogin {
		t.Errorf("its socket was closed with %d", code)
	}
	at("flom", "a meeting began")
	slide := w.made("moteleder", "meeting", map[string]any{"type": "open_meeting", "board": "skred", "kind": "preparedness", "title": "Skred"})
	at("skred", "a newer one")
	w.made("moteleder", "rev", map[string]any{"type": "close_meeting", "meeting": slide})
	at("flom", "the newer one is over")
	w.made("moteleder", "rev", map[string]any{"type": "close_meeting", "meeting": flood})
	at("na", "all are over")
	v.socket("na")
	if got := w.onlyScreen(); got.By != "moteleder" {
		t.Errorf("paired by %q", got.By)
	}
	page := w.get("moteleder", "/skjermer").body
	for _, want := range []string{"går selv til det som er åpent", "låst: følger ikke møteleder", `action="/skjermer/navn"`, "<b>tilkoblet</b>", `data-live="/live"`, `<option value="apent" selected>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of screens lacks %q", want)
		}
	}
}

// TestScreenIsRevoked: its socket ends within a second, and it must be paired
// again.
func TestScreenIsRevoked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.paired()
	c := v.socket("na")
	id := w.onlyScreen().ID
	if res := w.form("moteleder", "/skjermer/navn", url.Values{"screen": {string(id)}, "name": {"Rom 3"}}); res.status != 303 || w.onlyScreen().Name != "Rom 3" {
		t.Errorf("rename: %d, %q", res.status, w.onlyScreen().Name)
	}
	start := time.Now()
	if res := w.form("moteleder", "/skjermer/trekk", url.Values{"screen": {string(id)}}); res.status != 303 {
		t.Fatalf("revoke: %d", res.status)
	}
	if code := w.closeCode(c); code != screens.CloseLogin || time.Since(start) > time.Second {
		t.Errorf("closed with %d after %v", code, time.Since(start))
	}
	if res := v.get("/tavle/na?vis=skjerm"); res.status != 404 {
		t.Errorf("still sees: %d", res.status)
	}
	if v.code() == "" || len(w.auth.Screens()) != 0 {
		t.Error("it is still a screen")
	}
}

// TestScreenSurvivesARestart of the server: the same cookie is the same screen.
func TestScreenSurvivesARestart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.paired()
	secret := v.cookies[w.server.edge.CookieName(edge.SessionCookie)].Value
	again, err := auth.New(w.store, auth.Options{Now: func() time.Time { return time.Now().Add(80 * 24 * time.Hour) }})
	must(t, err)
	defer func() { must(t, again.Close(context.Background())) }()
	if h := again.Session(secret); h == nil || h.Account() != w.onlyScreen().ID {
		t.Error("the screen must be paired anew")
	}
}

// TestScreenReadsNothingOfThePast asks every address as a paired screen, half a
// day after a meeting was closed: none tells what the meeting's cells were before
// what they are, none takes the board away, and the meeting is not there.
func TestScreenReadsNothingOfThePast(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	w := newWorld(t, func(c *Config) { c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } })
	for _, text := range []string{"gammeltekst", "nytekst"} {
		if text == "gammeltekst" {
			w.meet(domain.Live, "m-for")
		}
		w.submit(domain.SetLevels{Board: domain.Live, Meeting: "m-for", Cells: []domain.CellEdit{{Municipality: "9901", Column: "beredskap", Level: domain.Red, Text: typed.Text(text)}}})
	}
	w.submit(notes.Write{Meeting: "m-for", ID: "n-for", Text: "gammeltnotat"})
	then := w.clerk.State().At()
	w.await("another millisecond", func() bool { return time.Since(then) > 2*time.Millisecond })
	w.submit(domain.CloseMeeting{Meeting: "m-for"})
	v := w.paired()
	if res := v.get("/mote/m-for"); res.status != 200 || !strings.Contains(res.body, "gammeltnotat") {
		t.Errorf("the meeting that was just closed: %d", res.status)
	}
	if res := v.get("/api/v1/boards/na/changes"); res.status != 200 || !strings.Contains(res.body, "gammeltekst") {
		t.Errorf("what was set in it: %d", res.status)
	}
	ahead.Store(int64(12 * time.Hour))
	for _, path := range append(w.addresses([]domain.MeetingID{"m-for"}, string(edition), string(draft), "na", "storm", "ovelse"), "/api/v1/boards/na/changes", "/api/v1/boards/na/cells/9901/beredskap", "/panel?board=na&m=9901&c=beredskap") {
		res := v.get(path)
		if res.status == 200 && (strings.Contains(res.body, "gammeltekst") || strings.Contains(res.body, "gammeltnotat")) {
			t.Errorf("%s tells of the past", path)
		}
	}
	at := "at=" + then.UTC().Format("2006-01-02T15:04:05.000Z")
	for path, want := range map[string]int{
		"/tavle/na?vis=skjerm": 200, "/api/v1/boards/na": 200, "/mote/m-for": 404, "/moter": 403, "/eksport?board=na&format=csv": 403, "/avspilling/na": 403, "/forskjeller/na": 403,
		"/oyeblikksbilde/na.html": 403, "/api/v1/boards/na/playback": 403, "/diagram/avspilling?board=na": 403, "/tavle/na?vis=skjerm&" + at: 403, "/api/v1/boards/na?" + at: 403,
		"/panel?board=na&m=9901&c=beredskap&" + at: 403, "/eksport?board=2022&format=csv": 200,
	} {
		if res := v.get(path); res.status != want {
			t.Errorf("%s: %d, want %d", path, res.status, want)
		}
	}
	if res := v.get("/tavle/na?vis=skjerm"); !strings.Contains(res.body, "nytekst") && !strings.Contains(v.get("/panel?board=na&m=9901&c=beredskap").body, "nytekst") {
		t.Error("the screen does not show the board as it is")
	}
}
