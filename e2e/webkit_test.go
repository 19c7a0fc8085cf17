//go:build e2e && browsers

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// webkit is WebKitGTK's own small browser by W3C's WebDriver.
type webkit struct {
	session string   // its address
	told    []string // faults on pages that were left
}

// newWebkit starts it on a screen that nobody sees. It fills that screen, for a window
// with a bar is not as narrow as a phone.
func newWebkit(t *testing.T) window {
	t.Helper()
	addr := freePort(t)
	_, port, _ := strings.Cut(addr, ":")
	cmd := exec.Command("WebKitWebDriver", "--port="+port)
	log := newLog(t)
	cmd.Env = append(os.Environ(), "DISPLAY="+display(t), "HOME="+t.TempDir(), "LANGUAGE=nb")
	cmd.Stdout, cmd.Stderr = log.File, log.File
	companion(t, cmd)
	w := &webkit{session: "http://" + addr}
	if !poll(often, 30*time.Second, func() bool { return w.call(http.MethodGet, "/status", nil, nil) == nil }) {
		t.Fatalf("WebKit does not answer\n%s", log)
	}
	browsers, err := filepath.Glob("/usr/lib/*/webkit2gtk-4.1/MiniBrowser")
	if err != nil || len(browsers) == 0 {
		t.Fatalf("WebKitGTK's MiniBrowser is not there: %v", err)
	}
	options := map[string]any{"binary": browsers[0], "args": []string{"--automation", "--full-screen"}}
	var made struct{ SessionID string }
	if err := w.call(http.MethodPost, "/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{"webkitgtk:browserOptions": options}}}, &made); err != nil {
		t.Fatal(err)
	}
	w.session += "/session/" + made.SessionID
	t.Cleanup(func() { w.call(http.MethodDelete, "", nil, nil) })
	return w
}

// display starts a screen that nobody sees, and returns its name.
func display(t *testing.T) string {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1920x1200x24", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{write}
	companion(t, cmd)
	write.Close()
	var n int
	if _, err := fmt.Fscan(read, &n); err != nil {
		t.Fatalf("Xvfb: %v", err)
	}
	return fmt.Sprintf(":%d", n)
}

func (w *webkit) call(method, path string, params, into any) error {
	var body io.Reader
	if method == http.MethodPost {
		b, err := json.Marshal(params)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, w.session+path, body)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var out struct{ Value json.RawMessage }
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, out.Value)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(out.Value, into)
}

func (w *webkit) resize(width, height int64) error {
	return w.call(http.MethodPost, "/window/rect", map[string]any{"width": width, "height": height}, nil)
}

// open has the page tell of faults from when it is whole: WebDriver tells nothing of the
// console. A page that cannot begin does not become live.
func (w *webkit) open(url string) error {
	w.told = w.faults()
	if err := w.call(http.MethodPost, "/url", map[string]any{"url": url}, nil); err != nil {
		return err
	}
	_, err := w.eval(`(window.faults = [], ["error", "unhandledrejection", "securitypolicyviolation"].forEach((kind) =>
		addEventListener(kind, (e) => faults.push([kind, e.message ?? e.reason ?? e.violatedDirective].join(": ")))), "")`)
	return err
}

func (w *webkit) eval(js string) (out string, err error) {
	err = w.call(http.MethodPost, "/execute/sync", map[string]any{"script": "return (" + js + ")", "args": []any{}}, &out)
	return out, err
}

func (w *webkit) keys(text string) error {
	return w.call(http.MethodPost, "/actions", map[string]any{"actions": keyPresses(text)}, nil)
}

func (w *webkit) picture() (*image.RGBA, error) {
	var data string
	if err := w.call(http.MethodGet, "/screenshot", nil, &data); err != nil {
		return nil, err
	}
	return decoded(data)
}

func (w *webkit) faults() []string {
	text, err := w.eval(`JSON.stringify(window.faults ?? [])`)
	var here []string
	if err == nil {
		err = json.Unmarshal([]byte(text), &here)
	}
	if err != nil {
		here = []string{err.Error()}
	}
	return append(w.told, here...)
}
