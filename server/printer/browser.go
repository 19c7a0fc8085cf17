package printer

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

const (
	address = "http://dokument.invalid/" // what the one document is called
	// guard lets a document have its own styles and pictures, and nothing from elsewhere.
	guard = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
)

// names are what the browser may be called, the smallest first.
var names = []string{"chromium-headless-shell", "chromium", "google-chrome"}

// browser is a running Chromium.
type browser struct {
	ctx     context.Context
	end     func() // ends it and all its processes, also one that hangs
	profile string
	printed int
}

// start starts a browser that resolves no name. unguarded: without its sandbox, which
// Chromium has not as root.
func start(path string, unguarded bool) (*browser, error) {
	path, err := find(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	profile, err := os.MkdirTemp("", "kommunebilder-pdf-")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU,
		chromedp.NoInheritEnv, chromedp.Env("PATH="+os.Getenv("PATH"), "HOME="+profile, "XDG_CONFIG_HOME="+profile, "XDG_CACHE_HOME="+profile),
		chromedp.Flag("no-sandbox", unguarded), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	b := &browser{ctx: ctx, profile: profile}
	b.end = func() {
		// Debian's Chromium is begun by a script, which would leave it behind.
		if pid := b.pid(); pid != 0 {
			for _, p := range family(pid) {
				_ = syscall.Kill(p, syscall.SIGKILL) // it may be gone
			}
		}
		cancel()
		stop()
		_ = os.RemoveAll(profile)
	}
	late := time.AfterFunc(startWithin, cancel)
	defer late.Stop()
	if err := chromedp.Do(ctx); err != nil {
		b.end()
		return nil, fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	return b, nil
}

func find(path string) (string, error) {
	if path != "" {
		return exec.LookPath(path)
	}
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", fmt.Errorf("%w: no Chromium", os.ErrNotExist)
}

// print prints a document in a fresh tab, which is closed when ctx ends.
func (b *browser) print(ctx context.Context, html []byte) ([]byte, error) {
	b.printed++
	tab, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	paused := chromedp.Events(tab, fetch.RequestPaused)
	go func() { // until the tab is closed
		for e, err := range paused {
			if err == nil && e.Request.URL == address {
				err = serve(tab, e.RequestID, html)
			} else if err == nil {
				_, err = chromedp.Call(tab, fetch.FailRequest, fetch.FailRequestParams{RequestID: e.RequestID, ErrorReason: network.ErrorReasonBlockedByClient})
			}
			if err != nil {
				return
			}
		}
	}()
	if _, err := chromedp.Call(tab, fetch.Enable, fetch.EnableParams{}); err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		return nil, err
	}
	if err := chromedp.Do(tab, chromedp.Navigate(address)); err != nil {
		return nil, err
	}
	return chromedp.Run(tab, chromedp.PrintToPDF(chromedp.PDFOutlineAndTagged(), chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground(), chromedp.PDFStream()))
}

func serve(tab context.Context, id fetch.RequestID, html []byte) error {
	_, err := chromedp.Call(tab, fetch.FulfillRequest, fetch.FulfillRequestParams{RequestID: id, ResponseCode: 200, Body: bytes.Clone(html), ResponseHeaders: []*fetch.HeaderEntry{
		{Name: "Content-Type", Value: "text/html; charset=utf-8"}, {Name: "Content-Security-Policy", Value: guard},
	}})
	return err
}

// pid is the browser's first process.
func (b *browser) pid() int {
	if c := chromedp.FromContext(b.ctx); c != nil && c.Browser != nil && c.Browser.Process() != nil {
		return c.Browser.Process().Pid
	}
	return 0
}
