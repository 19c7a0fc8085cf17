//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// chromium is one browser process.
type chromium struct {
	t   testing.TB
	ctx context.Context
}

func newChromium(t testing.TB, more ...chromedp.ExecAllocatorOption) *chromium {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("chromium is missing; make e2e installs it on Debian, elsewhere install it and try again")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "nb"), chromedp.Flag("accept-lang", "nb-NO,nb"))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), append(opts, more...)...)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return &chromium{t, ctx}
}

// tab is one user's window, with cookies of its own.
type tab struct {
	t    testing.TB
	ctx  context.Context
	name string

	mu     sync.Mutex
	faults []string
	allow  []string
}

// tab opens a window of a size. Whatever its console reports as an error or a
// breach of the security policy fails the test, unless the test allows it.
func (c *chromium) tab(name string, width, height int64) *tab {
	c.t.Helper()
	ctx, cancel := chromedp.NewContext(c.ctx, chromedp.WithNewBrowserContext())
	w := &tab{t: c.t, ctx: ctx, name: name}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height)); err != nil {
		c.t.Fatal(err)
	}
	ended := make(chan struct{})
	messages := chromedp.Console(ctx)
	go func() {
		defer close(ended)
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleWarning || m.Source == "security" {
				w.fault(fmt.Sprintf("%s %s: %s %s", m.Type, m.Source, m.Text, m.URL))
			}
		}
	}()
	c.t.Cleanup(func() {
		cancel()
		<-ended
		w.checkFaults()
	})
	return w
}

func (w *tab) fault(s string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, s)
}

// allows names console errors that belong to what the test does, such as a
// connection that is refused while the server is down.
func (w *tab) allows(s ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.allow = append(w.allow, s...)
}

func (w *tab) checkFaults() {
	w.mu.Lock()
	defer w.mu.Unlock()
faults:
	for _, f := range w.faults {
		for _, a := range w.allow {
			if strings.Contains(f, a) {
				continue faults
			}
		}
		w.t.Errorf("%s: %s", w.name, f)
	}
}

// do runs actions within half a minute.
func (w *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		w.t.Fatalf("%s: %v\n%s", w.name, err, w.where())
	}
}

// where tells what the tab shows, for a failed test.
func (w *tab) where() string {
	ctx, cancel := context.WithTimeout(w.ctx, 5*time.Second)
	defer cancel()
	s, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + [...document.body.attributes].map(a => a.name + "=" + a.value).join(" ") + "\n" + document.body.innerText.slice(0, 800)`))
	if err != nil {
		return err.Error()
	}
	return s
}

func (w *tab) open(url string) {
	w.t.Helper()
	w.do(chromedp.Navigate(url), chromedp.WaitReady(chromedp.CSS("body")))
}

// login signs in through the page, as a person does.
func (w *tab) login(p *program, account string) {
	w.t.Helper()
	w.open(p.url("/login"))
	w.do(
		chromedp.SendKeys(chromedp.CSS("input[name=user]"), account),
		chromedp.SendKeys(chromedp.CSS("input[name=password]"), p.passwords[account]+"\r"),
	)
	w.until("signed in as "+account, `document.body?.dataset.user`, 20*time.Second)
}

// eval returns what an expression gives in the page.
func eval[T any](w *tab, js string) T {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 30*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js))
	if err != nil {
		w.t.Fatalf("%s: %s: %v\n%s", w.name, js, err, w.where())
	}
	return v
}

// until waits for an expression to be true, and names what it was waiting for.
// (chromedp's own polling compiles the expression in the page, which our
// security policy forbids.)
func (w *tab) until(what, js string, within time.Duration) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, within)
	defer cancel()
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+js+")")); err == nil && ok {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.t.Fatalf("%s: not within %s: %s\n%s", w.name, within, what, w.where())
		}
	}
}

// live waits until the page follows the server: the clock shows a heartbeat.
func (w *tab) live() {
	w.t.Helper()
	w.until("the page is live", `document.body.dataset.state === "live"`, 20*time.Second)
}

// dark makes the browser prefer the dark theme, or the light one.
func (w *tab) dark(on bool) {
	w.t.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	if _, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	}); err != nil {
		w.t.Fatal(err)
	}
}

// withoutScript turns the page's script off from the next page on.
func (w *tab) withoutScript() {
	w.t.Helper()
	if _, err := chromedp.Call(w.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		w.t.Fatal(err)
	}
}

// mouse moves the pointer to a place, and presses there.
func (w *tab) mouse(x, y float64, press bool) {
	w.t.Helper()
	events := []input.DispatchMouseEventParams{{Type: input.DispatchMouseEventTypeMouseMoved, X: x, Y: y}}
	if press {
		events = append(events,
			input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMousePressed, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1},
			input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseReleased, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1})
	}
	for _, e := range events {
		if _, err := chromedp.Call(w.ctx, input.DispatchMouseEvent, e); err != nil {
			w.t.Fatal(err)
		}
	}
}

// middle returns where the middle of an element is.
func (w *tab) middle(selector string) (x, y float64) {
	w.t.Helper()
	at := eval[[]float64](w, fmt.Sprintf(`(() => { const r = document.querySelector(%q).getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`, selector))
	return at[0], at[1]
}

// keys presses keys, one after the other, wherever the focus is.
func (w *tab) keys(keys ...string) {
	w.t.Helper()
	for _, key := range keys {
		w.do(chromedp.KeyEvent(key))
	}
}
