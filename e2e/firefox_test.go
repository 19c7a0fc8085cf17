//go:build e2e && browsers

package e2e

import (
	"encoding/json"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
)

// gecko is Firefox by WebDriver BiDi.
type gecko struct {
	ws      *websocket.Conn
	context string

	mu      sync.Mutex
	n       int
	waiting map[int]chan bidi
	errors  []string
}

// bidi is a message of WebDriver BiDi that was received.
type bidi struct {
	ID      int
	Type    string
	Method  string
	Error   string
	Message string
	Result  json.RawMessage
	Params  struct{ Level, Text string }
}

func newGecko(t *testing.T) window {
	t.Helper()
	addr, profile := freePort(t), t.TempDir()
	// Scroll bars that take no room, as the others have.
	prefs := `user_pref("intl.accept_languages", "nb-NO,nb");` + "\n" + `user_pref("ui.useOverlayScrollbars", 1);` + "\n"
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(prefs), 0o600); err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(addr, ":")
	cmd := exec.Command("firefox-esr", "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port="+port)
	cmd.Env = append(os.Environ(), "HOME="+profile)
	companion(t, cmd)
	g := &gecko{waiting: map[int]chan bidi{}}
	if !poll(often, 60*time.Second, func() (ok bool) {
		ws, _, err := websocket.DefaultDialer.Dial("ws://"+addr+"/session", nil)
		g.ws = ws
		return err == nil
	}) {
		t.Fatal("Firefox does not answer")
	}
	t.Cleanup(func() { g.ws.Close() })
	go g.read()
	var made struct{ Context string }
	for _, call := range []struct {
		method string
		params map[string]any
	}{
		{"session.new", map[string]any{"capabilities": map[string]any{}}},
		{"session.subscribe", map[string]any{"events": []string{"log.entryAdded"}}},
		{"browsingContext.create", map[string]any{"type": "tab"}},
	} {
		if err := g.call(call.method, call.params, &made); err != nil {
			t.Fatal(err)
		}
	}
	g.context = made.Context
	return g
}

func (g *gecko) read() {
	for {
		var m bidi
		if err := g.ws.ReadJSON(&m); err != nil {
			return
		}
		g.mu.Lock()
		if m.Method == "log.entryAdded" && m.Params.Level == "error" {
			g.errors = append(g.errors, m.Params.Text)
		}
		answered := g.waiting[m.ID]
		delete(g.waiting, m.ID)
		g.mu.Unlock()
		if answered != nil {
			answered <- m
		}
	}
}

// call sends a command, with the window it is meant for, and waits for its answer.
func (g *gecko) call(method string, params map[string]any, into any) error {
	if g.context != "" && params["target"] == nil {
		params["context"] = g.context
	}
	answered := make(chan bidi, 1)
	g.mu.Lock()
	g.n++
	g.waiting[g.n] = answered
	err := g.ws.WriteJSON(map[string]any{"id": g.n, "method": method, "params": params})
	g.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case m := <-answered:
		if m.Type == "error" {
			return fmt.Errorf("%s: %s: %s", method, m.Error, m.Message)
		}
		if into == nil {
			return nil
		}
		return json.Unmarshal(m.Result, into)
	case <-time.After(30 * time.Second):
		return fmt.Errorf("%s is not answered", method)
	}
}

func (g *gecko) resize(width, height int64) error {
	return g.call("browsingContext.setViewport", map[string]any{"viewport": map[string]any{"width": width, "height": height}}, nil)
}

func (g *gecko) open(url string) error {
	return g.call("browsingContext.navigate", map[string]any{"url": url, "wait": "complete"}, nil)
}

func (g *gecko) eval(js string) (string, error) {
	var out struct {
		Result           struct{ Value string }
		ExceptionDetails struct{ Text string }
	}
	err := g.call("script.evaluate", map[string]any{"expression": js, "awaitPromise": false, "target": map[string]any{"context": g.context}}, &out)
	if err == nil && out.ExceptionDetails.Text != "" {
		err = fmt.Errorf("%s: %s", js, out.ExceptionDetails.Text)
	}
	return out.Result.Value, err
}

func (g *gecko) keys(text string) error {
	return g.call("input.performActions", map[string]any{"actions": keyPresses(text)}, nil)
}

func (g *gecko) picture() (*image.RGBA, error) {
	var out struct{ Data string }
	if err := g.call("browsingContext.captureScreenshot", map[string]any{}, &out); err != nil {
		return nil, err
	}
	return decoded(out.Data)
}

func (g *gecko) faults() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.errors
}
