package server

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/fasthttp/websocket"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// say posts JSON to an address of the API as the script would.
func (w *world) say(account, path string, body map[string]any) answer {
	w.t.Helper()
	b, err := json.Marshal(body)
	must(w.t, err)
	return w.do("POST", path, string(b), "Cookie: "+w.as(account), "Origin: "+w.url, "Content-Type: application/json")
}

func (w *world) follow(account string, more ...any) answer {
	w.t.Helper()
	body := map[string]any{"board": "na", "on": true, "path": "/tavle/na?region=nord"}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	return w.say(account, "/api/v1/follow", body)
}

// TestFollow: colleagues are told who leads and where, walls and municipalities
// where alone; one presenter at a time; another takes over by asking for it.
func TestFollow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.openMeeting()
	must(t, w.auth.AddAccount(t.Context(), accounts.Account{ID: "ola", Name: "Ola", Grants: []domain.Grant{{Role: domain.RoleLead}}}, ""))
	sockets := map[string]*websocket.Conn{}
	for _, account := range []string{"leser", "skjerm", "kommune"} {
		sockets[account] = w.connect(account)
	}
	want := func(staff, others string) {
		t.Helper()
		for account, c := range sockets {
			frame := others
			if account == "leser" {
				frame = staff
			}
			if got := w.read(c); got != frame {
				t.Errorf("%s is told %s, want %s", account, got, frame)
			}
		}
	}
	if res := w.follow("moteleder"); res.status != 204 {
		t.Fatalf("begin: %d %s", res.status, res.body)
	}
	want(`{"follow":{"by":"Navn moteleder","id":"moteleder","path":"/tavle/na?region=nord"}}`, `{"follow":{"path":"/tavle/na?region=nord"}}`)
	if res := w.follow("moteleder", "path", "", "view", map[string]any{"path": "/tavle/na"}); res.status != 204 {
		t.Fatalf("go on: %d %s", res.status, res.body)
	}
	want(`{"follow":{"by":"Navn moteleder","id":"moteleder","path":"/tavle/na"}}`, `{"follow":{"path":"/tavle/na"}}`)
	late := w.connect("leser")
	if got := w.read(late); !strings.Contains(got, `"id":"moteleder"`) {
		t.Errorf("who comes later is told %s", got)
	}
	if res := w.follow("ola"); res.status != 409 || !strings.Contains(res.body, `"reason":"follow.other"`) {
		t.Errorf("a second presenter: %d %s", res.status, res.body)
	}
	if res := w.follow("ola", "on", false); res.status != 204 {
		t.Errorf("ending another's: %d", res.status)
	}
	if res := w.follow("ola", "take", true); res.status != 204 {
		t.Fatalf("take over: %d %s", res.status, res.body)
	}
	want(`{"follow":{"by":"Ola","id":"ola","path":"/tavle/na?region=nord"}}`, `{"follow":{"path":"/tavle/na?region=nord"}}`)
	if res := w.follow("moteleder"); res.status != 409 {
		t.Errorf("the former presenter goes on: %d", res.status)
	}
	if res := w.follow("ola", "on", false); res.status != 204 {
		t.Errorf("end: %d", res.status)
	}
	want(`{"follow":null}`, `{"follow":null}`)

	// A presenter whose session ends is followed no more.
	w.follow("ola")
	want(`{"follow":{"by":"Ola","id":"ola","path":"/tavle/na?region=nord"}}`, `{"follow":{"path":"/tavle/na?region=nord"}}`)
	must(t, w.auth.Disable("ola", true))
	want(`{"follow":null}`, `{"follow":null}`)
}

func TestFollowEndsBySilence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.timing.Follow = 50 * time.Millisecond })
	c := w.connect("leser")
	w.follow("moteleder")
	for w.read(c) != `{"follow":null}` { // the beginning may be told, or be over before it was
	}
	if res := w.follow("moteleder"); res.status != 204 {
		t.Errorf("begin anew: %d", res.status)
	}
}

func TestWhoMayBeFollowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, role := range domain.Roles() {
		want, edits := 403, 403
		switch role {
		case domain.RoleLead:
			want, edits = 204, 204 // is nowhere
		case domain.RolePublic:
			want, edits = 401, 401
		case domain.RoleMunicipality:
			want, edits = 404, 404
		}
		if res := w.follow(string(role)); res.status != want {
			t.Errorf("%s: %d, want %d", role, res.status, want)
		}
		if res := w.say(string(role), "/api/v1/presence", map[string]any{"board": "na", "m": "9901", "c": "skole"}); res.status != edits { // no meeting is open
			t.Errorf("%s edits: %d, want %d", role, res.status, edits)
		}
	}
	if n := w.server.screens.Stats().Edit; n > 0 {
		t.Errorf("%d edit where no meeting is open", n)
	}
	for _, path := range []string{"", "/moter", "//evil.example/tavle/na", "/tavle/2022", "https://evil.example/tavle/na", "/tavle/na/sett", "/tavle/na\n"} {
		if res := w.follow("moteleder", "path", path); res.status != 422 {
			t.Errorf("%q: %d", path, res.status)
		}
	}
	if res := w.follow("moteleder", "strange", 1); res.status != 400 {
		t.Errorf("unknown field: %d", res.status)
	}
}

// TestPresence: colleagues see who edits where; walls and municipalities do not;
// at most once a second; and it is forgotten when nothing more is heard.
func TestPresence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.timing.Follow = 2500 * time.Millisecond })
	meeting := w.openMeeting()
	must(t, w.auth.AddAccount(t.Context(), accounts.Account{ID: "ola", Name: "Ola", Grants: []domain.Grant{{Role: domain.RoleLead}}}, ""))
	w.as("ola")
	colleague, wall := w.connect("leser"), w.connect("skjerm")
	edit := func(account, m, c string) {
		t.Helper()
		if res := w.say(account, "/api/v1/presence", map[string]any{"board": "na", "meeting": string(meeting), "m": m, "c": c}); res.status != 204 {
			t.Fatalf("presence: %d %s", res.status, res.body)
		}
	}
	const kari, ola = `{"m":"9902","c":"skole","by":"Navn moteleder","id":"moteleder"}`, `{"m":"9903","by":"Ola","id":"ola"}`
	want := func(who *websocket.Conn, want string) {
		t.Helper()
		if got := w.read(who); got != `{"presence":[`+want+`]}` {
			t.Errorf("told %s, want %s", got, want)
		}
	}
	start := time.Now()
	edit("moteleder", "9901", "skole")
	want(colleague, strings.Replace(kari, "9902", "9901", 1))
	for _, m := range []string{"9902", "9903", "9902"} {
		edit("moteleder", m, "skole")
	}
	edit("ola", "9903", "")
	want(colleague, kari+","+ola)
	if took := time.Since(start); took < 900*time.Millisecond {
		t.Errorf("twice in %v", took)
	}
	want(w.connect("leser"), kari+","+ola)
	edit("ola", "", "")
	want(colleague, kari)
	want(colleague, "") // nothing more is heard
	w.set(meeting, "9901", domain.Red)
	if got := w.read(wall); !strings.HasPrefix(got, `{"prev":`) {
		t.Errorf("a wall is told %s", got)
	}
	if res := w.say("moteleder", "/api/v1/presence", map[string]any{"board": "na", "m": "1", "c": "skole"}); res.status != 422 {
		t.Errorf("unknown municipality: %d", res.status)
	}
	w.made("moteleder", "meeting", map[string]any{"type": "close_meeting", "meeting": string(meeting), "unexplained": true})
	edit("moteleder", "9902", "skole") // the page has not heard of it yet
	edit("moteleder", "", "")
}
