package server

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"

	"kommunebilde"
)

// TestUpgradeIsCheckedInOrder: version, key, HTTP/1.1, origin, session, board,
// limits. Each case has everything before it right and everything after it wrong.
func TestUpgradeIsCheckedInOrder(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.MaxPerAccount = 1 })
	cookie, origin := "Cookie: "+w.as("leser"), "Origin: "+w.url
	up := []string{"Connection: Upgrade", "Upgrade: websocket"}
	and := func(list []string, more ...string) []string { return slices.Concat(list, more) }
	version := and(up, "Sec-WebSocket-Version: 13")
	key := and(version, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
	own := and(key, origin)
	signed := and(own, cookie)
	for _, c := range []struct {
		name, method, query string
		headers             []string
		status              int
	}{
		{"method", "POST", "board=nei", nil, 405},
		{"no upgrade", "GET", "board=nei", []string{"Connection: keep-alive"}, 426},
		{"no version", "GET", "board=nei", up, 426},
		{"version 8", "GET", "board=nei", and(up, "Sec-WebSocket-Version: 8"), 426},
		{"no key", "GET", "board=nei", version, 400},
		{"short key", "GET", "board=nei", and(version, "Sec-WebSocket-Key: c2hvcnQ="), 400},
		{"key not base64", "GET", "board=nei", and(version, "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!!!"), 400},
		{"no origin", "GET", "board=nei", key, 403},
		{"foreign origin", "GET", "board=nei", and(key, "Origin: https://evil.example"), 403},
		{"no session", "GET", "board=nei", own, 401},
		{"dead session", "GET", "board=nei", and(own, "Cookie: kb=AAAA"), 401},
		{"no board", "GET", "board=nei", signed, 404},
		{"wrong position", "GET", "board=na&rev=x", signed, 422},
	} {
		res := w.do(c.method, "/live?"+c.query, "", c.headers...)
		if res.status != c.status {
			t.Errorf("%s: %d, want %d: %s", c.name, res.status, c.status, res.body)
		}
		if c.status == 426 && res.header.Get("Sec-WebSocket-Version") != "13" {
			t.Errorf("%s: does not say which version", c.name)
		}
	}
	if res := w.raw("GET /live?board=na HTTP/1.0\r\nHost: " + strings.TrimPrefix(w.url, "http://") + "\r\n" + strings.Join(and(upgradeHeaders(), origin, cookie), "\r\n") + "\r\n\r\n"); res.StatusCode != 400 {
		t.Errorf("HTTP/1.0: %d", res.StatusCode)
	}
	w.connect("leser")
	w.await("it is counted", func() bool { return w.server.sockets.open() == 1 })
	if res := w.do("GET", "/live?board=na", "", signed...); res.status != 429 || res.header.Get("Retry-After") == "" {
		t.Errorf("one too many: %d", res.status)
	}
}

func TestHelloAndHeartbeat(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.timing = timing{beat: 20 * time.Millisecond} })
	at := w.position()
	c, res, err := w.dial("leser", fmt.Sprintf("board=na&epoch=%s&rev=%d", at.Epoch, at.Revision))
	must(t, err)
	defer c.Close()
	if got := res.Header.Get("Sec-WebSocket-Protocol"); got != "kb.v1" {
		t.Errorf("speaks %q", got)
	}
	if got := res.Header.Get("Sec-WebSocket-Extensions"); got != "" {
		t.Errorf("packs: %q", got)
	}
	var hello struct {
		Hello struct {
			Epoch, Build   string
			Rev, Now, Beat int64
		}
	}
	_, b, err := c.ReadMessage()
	must(t, err)
	must(t, json.Unmarshal(b, &hello))
	h := hello.Hello
	if h.Epoch != string(at.Epoch) || h.Rev != int64(at.Revision) || h.Build != "test" || h.Beat != 20 || time.Since(time.UnixMilli(h.Now)).Abs() > time.Minute {
		t.Errorf("hello %s", b)
	}
	for range 3 {
		var beat struct{ Beat int64 }
		_, b, err := c.ReadMessage()
		must(t, err)
		if must(t, json.Unmarshal(b, &beat)); beat.Beat < h.Now {
			t.Errorf("beat %s", b)
		}
	}
}

// TestWrongPositionsResync: another epoch and a revision ahead of the board are
// closed with 4000, so that the screen takes the snapshot anew.
func TestWrongPositionsResync(t *testing.T) {
	w := newWorld(t)
	at := w.position()
	for _, query := range []string{
		fmt.Sprintf("board=na&epoch=annen&rev=%d", at.Revision),
		fmt.Sprintf("board=na&epoch=%s&rev=%d", at.Epoch, at.Revision+5),
		"board=na",
	} {
		c, _, err := w.dial("leser", query)
		must(t, err)
		if code := w.closeCode(c); code != closeResync {
			t.Errorf("%s: closed with %d", query, code)
		}
		c.Close()
	}
}

// TestEndedSessionsCloseTheirSockets: within a second, and only theirs.
func TestEndedSessionsCloseTheirSockets(t *testing.T) {
	for name, end := range map[string]func(w *world){
		"logout": func(w *world) {
			if res := w.form("leser", "/logout", url.Values{}); res.status != 303 {
				w.t.Errorf("logout: %d", res.status)
			}
		},
		"disabled":     func(w *world) { must(w.t, w.auth.Disable("leser", true)) },
		"other rights": func(w *world) { must(w.t, w.auth.SetGrants("leser", nil)) },
		"password":     func(w *world) { must(w.t, w.auth.SetPassword(w.t.Context(), "leser", "et annet langt passord")) },
		"all ended":    func(w *world) { must(w.t, w.auth.EndAll("leser", true)) },
	} {
		w := newWorld(t)
		own, other := w.connect("leser"), w.connect("redaktor")
		go end(w)
		start := time.Now()
		if code := w.closeCode(own); code != closeLogin {
			t.Errorf("%s: closed with %d", name, code)
		}
		if took := time.Since(start); took > 4*time.Second { // hashing a password takes a while under the race detector
			t.Errorf("%s: after %v", name, took)
		}
		w.set(w.openMeeting(), "9901", kommunebilde.Red)
		w.read(other)
	}
}

// TestGrantThatEndsClosesTheSocket: a right until a time is no right after it,
// for an open socket too.
func TestGrantThatEndsClosesTheSocket(t *testing.T) {
	w := newWorld(t)
	must(t, w.auth.SetGrants("leser", []kommunebilde.Grant{{Role: kommunebilde.RoleReader, Until: time.Now().Add(3 * time.Second)}}))
	c := w.connect("leser")
	if code := w.closeCode(c); code != closeLogin {
		t.Errorf("closed with %d", code)
	}
}

// TestMeetingThatClosesEndsTheMunicipalitysSocket: it no longer sees the board.
func TestMeetingThatClosesEndsTheMunicipalitysSocket(t *testing.T) {
	w := newWorld(t)
	meeting := w.openMeeting()
	at := w.position()
	c, _, err := w.dial("kommune", fmt.Sprintf("board=na&epoch=%s&rev=%d", at.Epoch, at.Revision))
	must(t, err)
	defer c.Close()
	w.read(c)
	_, err = w.clerk.Submit(t.Context(), kommunebilde.System("test"), "", kommunebilde.CloseMeeting{Meeting: meeting})
	must(t, err)
	if code := w.closeCode(c); code != closeResync {
		t.Errorf("closed with %d", code)
	}
}

// TestScreensSayTwoWords: pause and resume; anything else ends the socket, and
// the server lives on.
func TestScreensSayTwoWords(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		kind int
		data []byte
		code int
	}{
		"another word":  {websocket.TextMessage, []byte("drop"), 1008},
		"empty":         {websocket.TextMessage, nil, 1008},
		"binary":        {websocket.BinaryMessage, []byte("pause"), 1007},
		"not UTF-8":     {websocket.TextMessage, []byte("pause\xff"), 1007},
		"over the size": {websocket.TextMessage, make([]byte, readLimit+1), 1009},
	} {
		screen := w.connect("leser")
		must(t, screen.WriteMessage(c.kind, c.data))
		if code := w.closeCode(screen); code != c.code {
			t.Errorf("%s: closed with %d, want %d", name, code, c.code)
		}
	}
	flood := w.connect("leser")
	for range wordsPerSpell + 1 {
		if flood.WriteMessage(websocket.TextMessage, []byte("pause")) != nil {
			break
		}
	}
	if code := w.closeCode(flood); code != 1008 {
		t.Errorf("a flood: closed with %d", code)
	}
}

// TestPause: while a screen is on pause it gets no changes, and when it goes on
// it gets them as one.
func TestPause(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.timing = timing{beat: 20 * time.Millisecond} })
	meeting := w.openMeeting()
	c := w.connect("leser")
	must(t, c.WriteMessage(websocket.TextMessage, []byte("pause")))
	w.await("it is on pause", func() bool { return w.server.sockets.paused.Load() == 1 })
	w.beats(c, 3) // the writer has looked since
	w.set(meeting, "9901", kommunebilde.Red)
	last := w.set(meeting, "9902", kommunebilde.Yellow)
	w.beats(c, 5)
	must(t, c.WriteMessage(websocket.TextMessage, []byte("resume")))
	var frame struct {
		Rev   uint64
		Cells []struct{ M string }
	}
	must(t, json.Unmarshal([]byte(w.read(c)), &frame))
	if frame.Rev != uint64(last) || len(frame.Cells) != 2 {
		t.Errorf("after the pause %+v", frame)
	}
}

// beats reads n heartbeats and fails for anything else.
func (w *world) beats(c *websocket.Conn, n int) {
	w.t.Helper()
	for range n {
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		_, b, err := c.ReadMessage()
		must(w.t, err)
		if !strings.HasPrefix(string(b), `{"beat":`) {
			w.t.Fatalf("got %s", b)
		}
	}
}

// TestManyScreensFollow: every screen ends where the board ends, in order
// and without a gap, whatever it missed.
func TestManyScreensFollow(t *testing.T) {
	w := newWorld(t)
	meeting := w.openMeeting()
	var screens sync.WaitGroup
	final := make(chan kommunebilde.Revision, 1)
	stop := make(chan struct{})
	for _, account := range []string{"leser", "redaktor", "skjerm", "admin"} {
		for range 5 {
			c := w.connect(account)
			at := uint64(w.position().Revision)
			screens.Go(func() {
				for {
					_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
					_, b, err := c.ReadMessage()
					if err != nil {
						t.Errorf("%s: %v", account, err)
						return
					}
					var f struct{ Prev, Rev uint64 }
					if must(t, json.Unmarshal(b, &f)); f.Rev == 0 {
						continue
					}
					if f.Prev != at || f.Rev <= at {
						t.Errorf("%s: frame %d to %d at %d", account, f.Prev, f.Rev, at)
						return
					}
					at = f.Rev
					select {
					case <-stop:
						if last := <-final; true {
							final <- last
							if at == uint64(last) {
								return
							}
						}
					default:
					}
				}
			})
		}
	}
	levels := []kommunebilde.Level{kommunebilde.Red, kommunebilde.Yellow, kommunebilde.Green}
	for i := range 50 {
		w.set(meeting, "9902", levels[i%3])
	}
	close(stop)
	final <- w.set(meeting, "9903", kommunebilde.Red)
	screens.Wait()
}
