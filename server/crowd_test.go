package server

import (
	"strings"
	"testing"

	"github.com/fasthttp/websocket"
)

// TestCrowd: who leads or edits is told how many screens look at the board and
// how many of them follow; staff alone hears of it, and nobody while nobody
// leads.
func TestCrowd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := w.openMeeting()
	lead, reader, wall := w.connect("moteleder"), w.connect("leser"), w.connect("skjerm")
	want := func(c *websocket.Conn, want string) {
		t.Helper()
		for {
			m := w.readAny(c)
			if m == `{"crowd":`+want+`}` {
				return
			}
			if !strings.HasPrefix(m, `{"crowd":`) && !strings.HasPrefix(m, `{"follow":`) && !strings.HasPrefix(m, `{"presence":`) {
				t.Fatalf("told %s, waiting for %s", m, want)
			}
		}
	}
	word := func(c *websocket.Conn, word string) {
		t.Helper()
		must(t, c.WriteMessage(websocket.TextMessage, []byte(word)))
	}
	if res := w.follow("moteleder"); res.status != 204 {
		t.Fatalf("follow: %d", res.status)
	}
	want(lead, `{"screens":3,"following":0}`)
	word(wall, "follow")
	word(wall, "follow")
	want(lead, `{"screens":3,"following":1}`)
	word(reader, "follow")
	want(lead, `{"screens":3,"following":2}`)
	word(reader, "alone")
	want(lead, `{"screens":3,"following":1}`)
	other := w.connect("leser")
	want(lead, `{"screens":4,"following":1}`)
	must(t, other.Close())
	want(lead, `{"screens":3,"following":1}`)
	must(t, reader.Close())
	want(lead, `{"screens":2,"following":1}`)
	w.follow("moteleder", "on", false)
	w.set(meeting, "9901", "red")
	for {
		m := w.readAny(wall)
		if strings.HasPrefix(m, `{"crowd":`) {
			t.Errorf("a wall is told %s", m)
		}
		if strings.HasPrefix(m, `{"prev":`) {
			break
		}
	}
	late := w.connect("leser")
	w.set(meeting, "9902", "red")
	for {
		m := w.readAny(late)
		if strings.HasPrefix(m, `{"crowd":`) {
			t.Errorf("nobody leads, and a reader is told %s", m)
		}
		if strings.HasPrefix(m, `{"prev":`) {
			break
		}
	}
	// Who edits is told too.
	if res := w.say("moteleder", "/api/v1/presence", map[string]any{"board": "na", "meeting": string(meeting), "m": "9901", "c": "skole"}); res.status != 204 {
		t.Fatalf("presence: %d %s", res.status, res.body)
	}
	want(late, `{"screens":3,"following":1}`)
}
