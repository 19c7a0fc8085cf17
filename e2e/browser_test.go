//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// chromium is a browser as one test has it.
type chromium struct {
	t   testing.TB
	ctx context.Context
}

// shared is the one browser process that most tests have their windows in: to start
// one takes longer than what many tests look at. Each tab has cookies and storage of
// its own. TestMain ends it.
var shared struct {
	sync.Once
	ctx context.Context
	end func()
	err error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.end != nil {
		shared.end()
	}
	os.Exit(code)
}

// sharedChromium returns the shared browser.
func sharedChromium(t testing.TB) *chromium {
	t.Helper()
	shared.Do(func() { shared.ctx, shared.end, shared.err = startChromium() })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return &chromium{t, shared.ctx}
}

// newChromium starts a browser for one test: one that it kills, measures, or starts
// with flags of its own.
func newChromium(t testing.TB, flags ...chromedp.ExecAllocatorOption) *chromium {
	t.Helper()
	ctx, end, err := startChromium(flags...)
	t.Cleanup(end)
	if err != nil {
		t.Fatal(err)
	}
	return &chromium{t, ctx}
}

// startChromium starts a browser process; end ends it. The shell without a desktop
// draws and runs pages as Chromium does, and needs half as much of the machine.
func startChromium(flags ...chromedp.ExecAllocatorOption) (ctx context.Context, end func(), err error) {
	path, err := exec.LookPath("chromium-headless-shell")
	if err != nil {
		return nil, func() {}, errors.New("chromium-headless-shell is missing; make e2e installs it on Debian, elsewhere install it and try again")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "nb"), chromedp.Flag("accept-lang", "nb-NO,nb"))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), append(opts, flags...)...)
	ctx, cancel := chromedp.NewContext(alloc)
	return ctx, func() { cancel(); stop() }, chromedp.Do(ctx)
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
	return newTab(c.t, c.ctx, name, width, height, chromedp.WithNewBrowserContext())
}

// beside opens one more window of the same user.
func (w *tab) beside(name string, width, height int64) *tab {
	w.t.Helper()
	return newTab(w.t, w.ctx, name, width, height)
}

func newTab(t testing.TB, in context.Context, name string, width, height int64, opts ...chromedp.ContextOption) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(in, opts...)
	w := &tab{t: t, ctx: ctx, name: name}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height)); err != nil {
		t.Fatal(err)
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
	t.Cleanup(func() {
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
	w.write("input[name=user]", account)
	w.write("input[name=password]", p.passwords[account]+"\r")
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

// often is how often a page is asked. Each question costs the browser about a
// millisecond, and several tests ask at a time.
const often = 40 * time.Millisecond

// until waits for an expression to be true, and names what it was waiting for.
// (chromedp's own polling compiles the expression in the page, which our
// security policy forbids.)
func (w *tab) until(what, js string, within time.Duration) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, within)
	defer cancel()
	if !poll(often, within, func() bool {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+js+")"))
		return err == nil && ok
	}) {
		w.t.Fatalf("%s: not within %s: %s\n%s", w.name, within, what, w.where())
	}
}

// live waits until the page follows the server: the clock shows a heartbeat.
func (w *tab) live() {
	w.t.Helper()
	w.until("the page is live", `document.body.dataset.state === "live"`, 20*time.Second)
}

// painted waits until what the page has set is drawn.
func (w *tab) painted() {
	w.t.Helper()
	eval[bool](w, `(window.drawn = false, requestAnimationFrame(() => requestAnimationFrame(() => window.drawn = true)), true)`)
	w.until("a frame is drawn", `window.drawn`, 5*time.Second)
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

// middle waits for an element that is seen, and returns where its middle is. It asks
// the page once: between two questions a change can put a new element in its place.
func (w *tab) middle(selector string) (x, y float64) {
	w.t.Helper()
	js := fmt.Sprintf(`(() => {
		const e = document.querySelector(%q);
		if (!e?.checkVisibility()) return [];
		e.scrollIntoViewIfNeeded();
		const { x, y, width, height } = e.getBoundingClientRect();
		return [x + width / 2, y + height / 2];
	})()`, selector)
	var at []float64
	w.waitFor(selector, func() bool { at = eval[[]float64](w, js); return len(at) == 2 })
	return at[0], at[1]
}

// click presses the pointer in the middle of an element.
func (w *tab) click(selector string) {
	w.t.Helper()
	x, y := w.middle(selector)
	w.mouse(x, y, true)
}

// focus waits for an element and gives it the focus.
func (w *tab) focus(selector string) {
	w.t.Helper()
	js := fmt.Sprintf(`(e => !!e?.checkVisibility() && (e.focus(), document.activeElement === e))(document.querySelector(%q))`, selector)
	w.waitFor(selector, func() bool { return eval[bool](w, js) })
}

// blur takes the focus from what has it.
func (w *tab) blur() {
	w.t.Helper()
	eval[bool](w, `(document.activeElement?.blur(), true)`)
}

// write types into a field, after what it has.
func (w *tab) write(selector, text string) {
	w.t.Helper()
	w.focus(selector)
	eval[bool](w, `(e => (e.selectionEnd !== null && e.setSelectionRange?.(e.value.length, e.value.length), true))(document.activeElement)`)
	w.keys(text)
}

// waitFor waits for what is asked for by selector.
func (w *tab) waitFor(selector string, there func() bool) {
	w.t.Helper()
	if !poll(often, 10*time.Second, there) {
		w.t.Fatalf("%s: not there: %s\n%s", w.name, selector, w.where())
	}
}

// press presses a letter as a keyboard does: where it is one of ours it types nothing.
func (w *tab) press(letter string) {
	w.t.Helper()
	upper := strings.ToUpper(letter)
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		e := input.DispatchKeyEventParams{Type: kind, Key: letter, Code: "Key" + upper, WindowsVirtualKeyCode: int64(upper[0])}
		if kind == input.DispatchKeyEventTypeKeyDown {
			e.Text = letter
		}
		if _, err := chromedp.Call(w.ctx, input.DispatchKeyEvent, e); err != nil {
			w.t.Fatal(err)
		}
	}
}

// keys presses keys, one after the other, wherever the focus is.
func (w *tab) keys(keys ...string) {
	w.t.Helper()
	for _, key := range keys {
		w.do(chromedp.KeyEvent(key))
	}
}
