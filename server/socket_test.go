package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"

	"kommunebilde/domain"
	"kommunebilde/server/screens"
)

// TestUpgradeIsCheckedInOrder: version, key, HTTP/1.1, origin, session, board,
// limits. Each case has everything before it right and everything after it wrong.
func TestUpgradeIsCheckedInOrder(t *testing.T) {
	t.Parallel()
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
	w.await("it is counted", func() bool { return w.server.screens.Stats().Open == 1 })
	if res := w.do("GET", "/live?board=na", "", signed...); res.status != 429 || res.header.Get("Retry-After") == "" {
		t.Errorf("one too many: %d", res.status)
	}
}

func TestHelloAndHeartbeat(t *testing.T) {
	t.Parallel()
	const often = 20 * time.Millisecond
	w := newWorld(t, func(c *Config) { c.timing = screens.Timing{Beat: often, Ping: often} })
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
	pings := int64(0)
	answer := c.PingHandler()
	c.SetPingHandler(func(data string) error { pings++; return answer(data) })
	for n := range int64(5) {
		var beat struct{ Beat int64 }
		_, b, err := c.ReadMessage()
		must(t, err)
		must(t, json.Unmarshal(b, &beat))
		passed := beat.Beat - h.Now
		if passed < (n+1)*often.Milliseconds() || pings > passed/often.Milliseconds()+1 {
			t.Errorf("heartbeat %d and %d pings within %d ms", n+1, pings, passed)
		}
	}
	if pings == 0 {
		t.Error("no ping")
	}
}

// TestWrongPositionsResync: another epoch and a revision ahead of the board are
// closed with 4000, so that the screen takes the snapshot again.
func TestWrongPositionsResync(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := w.position()
	for _, query := range []string{
		fmt.Sprintf("board=na&epoch=annen&rev=%d", at.Revision),
		fmt.Sprintf("board=na&epoch=%s&rev=%d", at.Epoch, at.Revision+5),
		"board=na",
	} {
		c, _, err := w.dial("leser", query)
		must(t, err)
		if code := w.closeCode(c); code != screens.CloseResync {
			t.Errorf("%s: closed with %d", query, code)
		}
		c.Close()
	}
}

// TestEndedSessionsCloseTheirSockets: within a second, and only theirs.
func TestEndedSessionsCloseTheirSockets(t *testing.T) {
	t.Parallel()
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
		if code := w.closeCode(own); code != screens.CloseLogin {
			t.Errorf("%s: closed with %d", name, code)
		}
		if took := time.Since(start); took > 4*time.Second { // hashing a password takes a while under the race detector
			t.Errorf("%s: after %v", name, took)
		}
		w.set(w.openMeeting(), "9901", domain.Red)
		w.read(other)
	}
}

// TestGrantThatEndsClosesTheSocket: a right until a time is no right after it,
// for an open socket too.
func TestGrantThatEndsClosesTheSocket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.auth.SetGrants("leser", []domain.Grant{{Role: domain.RoleReader, Until: time.Now().Add(3 * time.Second)}}))
	c := w.connect("leser")
	if code := w.closeCode(c); code != screens.CloseLogin {
		t.Errorf("closed with %d", code)
	}
}

// TestMeetingThatClosesEndsTheMunicipalitysSocket: it no longer sees the board.
func TestMeetingThatClosesEndsTheMunicipalitysSocket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := w.openMeeting()
	at := w.position()
	c, _, err := w.dial("kommune", fmt.Sprintf("board=na&epoch=%s&rev=%d", at.Epoch, at.Revision))
	must(t, err)
	defer c.Close()
	w.read(c)
	_, err = w.clerk.Submit(t.Context(), domain.System("test"), "", domain.CloseMeeting{Meeting: meeting})
	must(t, err)
	if code := w.closeCode(c); code != screens.CloseResync {
		t.Errorf("closed with %d", code)
	}
}

// TestScreensSayTwoWords: pause and resume; anything else ends the socket, and
// the server lives on.
func TestScreensSayTwoWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		kind int
		data []byte
		code int
	}{
		"another word":  {websocket.TextMessage, []byte("drop"), 1008},
		"empty":         {websocket.TextMessage, nil, 1008},
		"binary":        {websocket.BinaryMessage, []byte("pause"), 1008},
		"not UTF-8":     {websocket.TextMessage, []byte("pause\xff"), 1007},
		"over the size": {websocket.TextMessage, make([]byte, 4<<10+1), 1009},
	} {
		screen := w.connect("leser")
		must(t, screen.WriteMessage(c.kind, c.data))
		if code := w.closeCode(screen); code != c.code {
			t.Errorf("%s: closed with %d, want %d", name, code, c.code)
		}
	}
	flood := w.connect("leser")
	for range 20 + 1 {
		if flood.WriteMessage(websocket.TextMessage, []byte("pause")) != nil {
			break
		}
	}
	if code := w.closeCode(flood); code != 1008 {
		t.Errorf("a flood: closed with %d", code)
	}
}

// TestFramesAreByTheBook: bytes as they are on the line, and the code that each
// breach of the protocol ends with.
func TestFramesAreByTheBook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	frame := func(head byte, data string) string { // masked with zeros
		return string([]byte{head, 0x80 | byte(len(data)), 0, 0, 0, 0}) + data
	}
	for name, c := range map[string]struct {
		bytes string
		code  int
	}{
		"close, half a code":       {frame(0x88, "\x03"), 1002},
		"close, no code":           {frame(0x88, ""), 1005},
		"close, a code":            {frame(0x88, "\x03\xe9bye"), 1001},
		"close, a code of ours":    {frame(0x88, "\x0f\xa0"), 4000},
		"close, no such code":      {frame(0x88, "\x03\xed"), 1002},
		"close, not UTF-8":         {frame(0x88, "\x03\xe8\xff"), 1007},
		"close in pieces":          {frame(0x08, ""), 1002},
		"a long close":             {string([]byte{0x88, 0xfe, 0, 126, 0, 0, 0, 0}) + strings.Repeat("a", 126), 1002},
		"not masked":               {"\x81\x05pause", 1002},
		"a bit that means nothing": {frame(0xc1, "pause"), 1002},
		"a kind that is not there": {frame(0x83, "pause"), 1002},
		"a control that is not":    {frame(0x8b, ""), 1002},
		"goes on with nothing":     {frame(0x80, "pause"), 1002},
		"begins in a message":      {frame(0x01, "pau") + frame(0x81, "se"), 1002},
		"in pieces":                {frame(0x01, "pau") + frame(0x89, "") + frame(0x80, "se") + frame(0x81, "drop"), 1008},
		"pieces over the size":     {frame(0x01, "a") + string([]byte{0x80, 0xfe, 0x10, 0x00, 0, 0, 0, 0}), 1009},
		"64 bits over the size":    {"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", 1009},
	} {
		screen := w.connect("leser")
		_, err := io.WriteString(screen.NetConn(), c.bytes)
		must(t, err)
		if code := w.closeCode(screen); code != c.code {
			t.Errorf("%s: closed with %d, want %d", name, code, c.code)
		}
	}
}

// TestAMessageMustEnd: empty pieces of one that go on for ever, with pongs in
// between, are no sign of life.
func TestAMessageMustEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.timing.Silence = 300 * time.Millisecond })
	c := w.connect("leser")
	line := c.NetConn()
	masked := func(head byte) []byte { return []byte{head, 0x80, 1, 2, 3, 4} } // without a payload
	_, err := line.Write(masked(0x01))
	must(t, err)
	ended := make(chan error, 1)
	go func() {
		for {
			if _, err := line.Write(append(masked(0x00), masked(0x8a)...)); err != nil {
				ended <- err
				return
			}
		}
	}()
	w.await("the socket has ended", func() bool { return w.server.screens.Stats().Open == 0 })
	must(t, c.Close())
	<-ended
}

// TestPause: while a screen is on pause it gets no changes, and when it goes on
// it gets them as one.
func TestPause(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.timing = screens.Timing{Beat: 20 * time.Millisecond} })
	meeting := w.openMeeting()
	c := w.connect("leser")
	must(t, c.WriteMessage(websocket.TextMessage, []byte("pause")))
	w.await("it is on pause", func() bool { return w.server.screens.Stats().Paused == 1 })
	w.beats(c, 3) // the writer has looked since
	w.set(meeting, "9901", domain.Red)
	last := w.set(meeting, "9902", domain.Yellow)
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
	t.Parallel()
	w := newWorld(t)
	meeting := w.openMeeting()
	var screens sync.WaitGroup
	final := make(chan domain.Revision, 1)
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
	levels := []domain.Level{domain.Red, domain.Yellow, domain.Green}
	for i := range 50 {
		w.set(meeting, "9902", levels[i%3])
	}
	close(stop)
	final <- w.set(meeting, "9903", domain.Red)
	screens.Wait()
}
