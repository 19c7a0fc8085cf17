package server

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fasthttp/websocket"

	"kommunebilde/domain"
	"kommunebilde/server/screens"
)

// TestMessagesOfEveryLength arrive whole: the fan-out writes their headers
// itself.
func TestMessagesOfEveryLength(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	connected := []*websocket.Conn{w.connect("leser"), w.connect("leser"), w.connect("redaktor")}
	for _, n := range []int{2, 125, 126, 127, 1<<16 - 1, 1 << 16, 1<<16 + 1} {
		message := append(append([]byte{'"'}, bytes.Repeat([]byte("x"), n-2)...), '"')
		w.clerk.Ephemeral(domain.Live, "prove", message)
		for _, c := range connected {
			if got := w.read(c); got != string(message) {
				t.Errorf("of %d bytes %d arrived", n, len(got))
			}
		}
	}
}

// TestSlowScreenGetsEverything: what a full line does not take at once comes
// later, in order and whole, heartbeats and changes between; others do not wait.
func TestSlowScreenGetsEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.timing = screens.Timing{Beat: 20 * time.Millisecond, Ping: 30 * time.Millisecond} })
	slow, other := w.connect("leser"), w.connect("redaktor")
	meeting := w.openMeeting()
	var sent []string
	for i := range 6 {
		message := fmt.Sprintf(`{"fyll":"%d %s"}`, i, strings.Repeat("x", 3<<20))
		sent = append(sent, message)
		w.clerk.Ephemeral(domain.Live, fmt.Sprint("fyll", i), []byte(message))
		for w.read(other) != message {
		}
	}
	last := w.set(meeting, "9901", domain.Red)
	for !strings.Contains(w.read(other), fmt.Sprintf(`"rev":%d`, last)) {
	}
	changed := false
	for len(sent) > 0 || !changed {
		switch got := w.read(slow); {
		case len(sent) > 0 && got == sent[0]:
			sent = sent[1:]
		case strings.HasPrefix(got, `{"prev":`):
			changed = changed || strings.Contains(got, fmt.Sprintf(`"rev":%d`, last))
		default:
			t.Fatalf("%d bytes, %.40s; wanted %.40q", len(got), got, sent)
		}
	}
}

// TestNewsComeLongAfterTheLastWrite: the deadline of what a screen's writer wrote,
// be it hello or a heartbeat, does not stop the fan-out.
func TestNewsComeLongAfterTheLastWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) {
		c.timing = screens.Timing{Write: 250 * time.Millisecond, Beat: 500 * time.Millisecond}
	})
	c := w.connect("leser")
	for beats := 0; beats < 2; {
		w.clerk.Ephemeral(domain.Live, "prove", []byte(`"prove"`))
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		_, b, err := c.ReadMessage()
		must(t, err)
		if strings.HasPrefix(string(b), `{"beat":`) {
			beats++
		}
	}
}

// TestScreensAreAnswered: a ping with its pong, a close with the same code. All
// that is written, the writer writes.
func TestScreensAreAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.timing = screens.Timing{Beat: 20 * time.Millisecond} })
	c := w.connect("leser")
	pong := ""
	c.SetPongHandler(func(data string) error { pong = data; return nil })
	must(t, c.WriteControl(websocket.PingMessage, []byte("er du der"), time.Now().Add(5*time.Second)))
	for end := time.Now().Add(10 * time.Second); pong == "" && time.Now().Before(end); {
		w.beats(c, 1) // the library handles a pong on the way to the next message
	}
	if pong != "er du der" {
		t.Errorf("answered %q", pong)
	}
	must(t, c.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(4321, ""), time.Now().Add(5*time.Second)))
	if code := w.closeCode(c); code != 4321 {
		t.Errorf("closed with %d", code)
	}
}

// TestFansEndWithTheirScreens: no board keeps a goroutine that serves nobody.
func TestFansEndWithTheirScreens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fans := func() int { return w.server.screens.Stats().Fans }
	var connected []*websocket.Conn
	for range 9 {
		connected = append(connected, w.connect("leser"))
	}
	w.set(w.openMeeting(), "9901", domain.Red)
	for _, c := range connected {
		w.read(c)
	}
	if fans() == 0 {
		t.Error("nobody sends")
	}
	for _, c := range connected {
		c.Close()
	}
	w.await("the fans are gone", func() bool { return fans() == 0 })
	c := w.connect("leser")
	w.set(w.openMeeting(), "9902", domain.Red)
	w.read(c)
}
