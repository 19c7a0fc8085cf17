//go:build e2e && browsers

package e2e

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/draw"
	"image/png"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// window is one window of a browser, whatever its make.
type window interface {
	resize(width, height int64) error
	open(url string) error
	eval(js string) (string, error) // what an expression gives, which is a text
	keys(text string) error         // typed wherever the focus is
	picture() (*image.RGBA, error)
	faults() []string // what its console reports as errors
}

// enter is the key, in W3C's WebDriver.
const enter = "\ue007"

// companion starts a program that a test needs for as long as it lasts, and ends it
// with all that it started.
func companion(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v; make browsers installs it on Debian, elsewhere install it and try again", err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
}

// keyPresses are the actions of a keyboard that types a text. WebDriver and BiDi have
// the same.
func keyPresses(text string) []any {
	var presses []any
	for _, r := range text {
		presses = append(presses, map[string]any{"type": "keyDown", "value": string(r)}, map[string]any{"type": "keyUp", "value": string(r)})
	}
	return []any{map[string]any{"type": "key", "id": "keyboard", "actions": presses}}
}

// decoded is a picture in base64, as WebDriver and BiDi send it.
func decoded(png string) (*image.RGBA, error) {
	return pixels(base64.NewDecoder(base64.StdEncoding, strings.NewReader(png)))
}

// pixels reads a picture.
func pixels(r io.Reader) (*image.RGBA, error) {
	from, err := png.Decode(r)
	if err != nil {
		return nil, err
	}
	out := image.NewRGBA(from.Bounds())
	draw.Draw(out, out.Rect, from, out.Rect.Min, draw.Src)
	return out, nil
}

// blink is Chromium by its own protocol, as the other tests have it.
type blink struct{ *tab }

func (b blink) resize(width, height int64) error {
	return chromedp.Do(b.ctx, chromedp.EmulateViewport(width, height))
}

func (b blink) open(url string) error { return chromedp.Do(b.ctx, chromedp.Navigate(url)) }

func (b blink) eval(js string) (string, error) {
	return chromedp.Run(b.ctx, chromedp.Evaluate[string](js))
}

func (b blink) keys(text string) error {
	return chromedp.Do(b.ctx, chromedp.KeyEvent(strings.ReplaceAll(text, enter, "\r")))
}

func (b blink) picture() (*image.RGBA, error) {
	shot, err := chromedp.Call(b.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err != nil {
		return nil, err
	}
	return pixels(bytes.NewReader(shot.Data))
}

func (b blink) faults() []string { return nil } // the tab tells them itself
