package server

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// TestFromLoginToTheOtherScreen is the product's main way: somebody signs in,
// opens a meeting, sets a level, and a screen that watches sees it.
func TestFromLoginToTheOtherScreen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	res := w.do("POST", "/login", url.Values{"user": {"Moteleder "}, "password": {testPassword}, "next": {"/tavle/na"}}.Encode(),
		"Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded")
	if res.status != 303 || res.header.Get("Location") != "/tavle/na" {
		t.Fatalf("login: %d to %q: %s", res.status, res.header.Get("Location"), res.body)
	}
	cookie := res.header.Get("Set-Cookie")
	for _, want := range []string{"kb=", "HttpOnly", "SameSite=Lax", "path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %s", cookie, want)
		}
	}
	w.cookies["moteleder"], _, _ = strings.Cut(cookie, ";")

	res = w.form("moteleder", "/moter", url.Values{"board": {"na"}, "kind": {"preparedness"}, "title": {"Flom"}, "invited": {"9901", "9902"}})
	if res.status != 303 {
		t.Fatalf("open meeting: %d %s", res.status, res.body)
	}
	p, err := edge.LookAs(w.clerk.State(), domain.System("x"), w.server.cfg.Now()).Picture(domain.Live)
	must(t, err)
	meeting := p.Meetings()[0].ID

	screen := w.connect("leser")
	res = w.command("moteleder", map[string]any{
		"type": "set_level", "board": "na", "meeting": string(meeting), "m": "9901", "c": "beredskap", "level": "red",
		"text": "bru stengt", "issued": w.server.cfg.Now().UnixMilli(),
	})
	var done struct{ Rev uint64 }
	if res.status != 200 || json.Unmarshal([]byte(res.body), &done) != nil || done.Rev == 0 {
		t.Fatalf("set level: %d %s", res.status, res.body)
	}
	var frame struct {
		Prev, Rev uint64
		Cells     []struct{ M, C, Level, From, Text, By string }
	}
	must(t, json.Unmarshal([]byte(w.read(screen)), &frame))
	if frame.Rev != done.Rev || len(frame.Cells) != 1 || frame.Cells[0].Level != "red" || frame.Cells[0].From != "not_assessed" ||
		frame.Cells[0].Text != "bru stengt" || frame.Cells[0].By != "moteleder" {
		t.Errorf("frame %+v after rev %d", frame, done.Rev)
	}

	res = w.form("moteleder", "/tavle/na/angre", url.Values{})
	if res.status != 303 {
		t.Fatalf("undo: %d %s", res.status, res.body)
	}
	must(t, json.Unmarshal([]byte(w.read(screen)), &frame))
	if len(frame.Cells) != 1 || frame.Cells[0].Level != "not_assessed" {
		t.Errorf("after undo %+v", frame)
	}
}
