package printer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kommunebilde/dashboard/pdf"
)

// document has a bit of everything that our documents have.
const document = `<!doctype html><html lang="nb"><head><meta charset="utf-8"><meta name="date" content="2022-11-11"><title>Prøve – Lom</title><style>
@page{size:A4;margin:17mm;@bottom-right{content:"side " counter(page) " av " counter(pages)}} h2{break-before:page} li::marker{content:"▲ "}</style></head><body><main>
<h1>Lom</h1><p>Tekst <strong>sterk</strong> <a href="https://example.no/">lenke</a> <a href="#to">Se</a></p><ul><li>en<li>to</ul>
<table><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead><tbody><tr><th scope="row">x</th><td>1</td></tr></tbody></table>
<svg role="img" aria-label="Kart" viewBox="0 0 10 10" width="40"><path d="M0 0h10v10z"/></svg><span aria-hidden="true">●</span><h2 id="to">To</h2><p lang="nn">Ikkje</p>%s</main></body></html>`

func html(more string) []byte { return []byte(fmt.Sprintf(document, more)) }

// worker is one with a real browser, which the machine must have.
func worker(t *testing.T, within time.Duration) *Worker {
	t.Helper()
	if _, err := find(""); err != nil {
		t.Fatal("chromium-headless-shell is missing; install it and try again")
	}
	w := NewWorker(Config{Unguarded: os.Getuid() == 0, Log: slog.New(slog.DiscardHandler), within: within})
	t.Cleanup(w.Close)
	return w
}

func printed(t *testing.T, w *Worker, html []byte) []byte {
	t.Helper()
	out, err := w.Print(t.Context(), html)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A document passes the core checks, is the same bytes twice whatever was printed
// between, and asks for nothing.
func TestPrint(t *testing.T) {
	var asked atomic.Int32
	canary, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }), ConnState: func(net.Conn, http.ConnState) { asked.Add(1) }}
	go srv.Serve(canary)
	t.Cleanup(func() { srv.Close() })
	w := worker(t, 0)
	first := printed(t, w, html(""))
	if faults, err := pdf.Check(first); err != nil || len(faults) > 0 {
		t.Errorf("%v\n%v", err, faults)
	}
	printed(t, w, html(probes(canary.Addr().String())))
	if n := asked.Load(); n > 0 {
		t.Errorf("a document reached the network %d times", n)
	}
	if !bytes.Equal(first, printed(t, w, html(""))) {
		t.Error("the same document is other bytes")
	}
	if s := w.State(); s.Printed != 3 || s.Memory == 0 || s.Sandbox == (os.Getuid() == 0) {
		t.Errorf("%+v", s)
	}
}

// probes are fifteen ways to the network.
func probes(host string) string {
	_, port, _ := net.SplitHostPort(host)
	u := "http://" + host
	return strings.Join([]string{
		`<link rel="stylesheet" href="` + u + `/css">`, `<style>@import "` + u + `/import";</style>`,
		`<style>@font-face{font-family:x;src:url(` + u + `/font)} .x{font-family:x;background:url(` + u + `/bg)}</style><p class="x">x</p>`,
		`<img src="` + u + `/ip">`, `<img src="http://localhost:` + port + `/name">`, `<img src="http://[::1]:` + port + `/v6">`, `<img src="http://example.no:` + port + `/">`,
		`<iframe src="` + u + `/frame"></iframe>`, `<iframe src="file:///etc/passwd"></iframe>`, `<object data="` + u + `/object"></object>`,
		`<svg><image href="` + u + `/svg"/></svg>`, `<video src="` + u + `/video" poster="` + u + `/poster"></video>`, `<script src="` + u + `/script"></script>`,
		`<script>fetch("` + u + `/fetch");new WebSocket("ws://` + host + `/ws");navigator.sendBeacon("` + u + `/beacon")</script>`,
		`<meta http-equiv="refresh" content="0;url=` + u + `/refresh">`,
	}, "\n")
}

func TestNoBrowser(t *testing.T) {
	w := NewWorker(Config{Chromium: filepath.Join(t.TempDir(), "none"), Log: slog.New(slog.DiscardHandler)})
	defer w.Close()
	if _, err := w.Print(t.Context(), html("")); !errors.Is(err, ErrNoBrowser) || !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if w.State().Fault == "" {
		t.Error("the state does not say so")
	}
}

// A browser that hangs ends with its document; the next one has a new browser, and so
// has one whose browser was killed.
func TestBrowserHangsOrDies(t *testing.T) {
	w := worker(t, 4*time.Second)
	first := printed(t, w, html(""))
	hung := family(w.browser.pid())
	signal(t, hung, syscall.SIGSTOP)
	if _, err := w.Print(t.Context(), html("")); !errors.Is(err, ErrTooLarge) {
		t.Errorf("hanging: %v", err)
	}
	for _, p := range hung {
		if _, there := field(p, "status", "VmRSS"); there {
			t.Errorf("process %d of the browser that hung is still there", p)
		}
	}
	if !bytes.Equal(first, printed(t, w, html(""))) {
		t.Error("other bytes from a new browser")
	}
	signal(t, family(w.browser.pid()), syscall.SIGKILL)
	printed(t, w, html(""))
	if s := w.State(); s.Printed != 3 || s.Failed != 1 {
		t.Errorf("%+v", s)
	}
}

func signal(t *testing.T, processes []int, s syscall.Signal) {
	t.Helper()
	for _, p := range processes {
		if err := syscall.Kill(p, s); err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Fatal(err)
		}
	}
}

// Over the socket a client gets what the worker makes, and no worker is no browser.
func TestSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pdf.sock")
	c := NewClient(path)
	defer c.Close()
	if _, err := c.Print(t.Context(), html("")); !errors.Is(err, ErrNoBrowser) {
		t.Errorf("nobody there: %v", err)
	}
	ln, err := Listen(path, false)
	if err != nil {
		t.Fatal(err)
	}
	w := worker(t, 0)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- w.Serve(ctx, ln) }()
	out, err := c.Print(t.Context(), html(""))
	if err != nil || !bytes.HasPrefix(out, []byte("%PDF-1.7")) {
		t.Errorf("%.20q, %v", out, err)
	}
	if s, err := c.State(t.Context()); err != nil || s.Printed != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
