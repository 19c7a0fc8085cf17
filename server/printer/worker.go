package printer

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"sync"
	"time"

	"kommunebilde/dashboard/pdf"
)

const (
	startWithin = 15 * time.Second
	printWithin = 20 * time.Second
	mostPrinted = 200       // documents of one browser
	mostMemory  = 600 << 20 // of one browser, in bytes
	// Largest is how large a document may be, in HTML and in PDF.
	Largest = pdf.Largest
)

// Config says how a [Worker] prints.
type Config struct {
	Chromium  string // the program; "" one that is found
	Unguarded bool   // without Chromium's sandbox, which it has not as root
	Log       *slog.Logger

	within time.Duration // of a document; 0: printWithin
}

// State is what a [Worker] tells of itself.
type State struct {
	Sandbox bool   `json:"sandbox"` // of the browser that printed last
	Printed int    `json:"printed"` // documents since it began
	Failed  int    `json:"failed"`
	Memory  int64  `json:"memory"` // of the browser, in bytes
	Fault   string `json:"fault"`  // why the last document was not made, "" it was
}

// Worker prints documents, one at a time. The rest wait.
type Worker struct {
	cfg     Config
	turn    chan struct{}
	browser *browser // nil: none runs; by who has the turn

	mu    sync.Mutex
	state State
}

// NewWorker makes a Worker. It starts a browser for the first document.
func NewWorker(cfg Config) *Worker {
	if cfg.within == 0 {
		cfg.within = printWithin
	}
	return &Worker{cfg: cfg, turn: make(chan struct{}, 1)}
}

// Close ends the browser, when the document under way is done.
func (w *Worker) Close() {
	w.turn <- struct{}{}
	w.end()
	<-w.turn
}

// State tells how it goes.
func (w *Worker) State() State {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.state
}

// Print makes a PDF of a document that needs nothing but itself. Its title, language
// and day are the document's own. The error wraps [ErrNoBrowser] or [ErrTooLarge].
func (w *Worker) Print(ctx context.Context, html []byte) ([]byte, error) {
	if len(html) > Largest {
		return nil, ErrTooLarge
	}
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	printed, err := w.print(ctx, html)
	if errors.Is(err, errCrashed) { // of itself, and not for its length: once more
		w.cfg.Log.Warn("the browser ended while it printed: once more", "error", err)
		printed, err = w.print(ctx, html)
	}
	if err == nil && len(printed) > Largest {
		err = ErrTooLarge
	}
	w.told(err)
	if err != nil {
		return nil, err
	}
	finished, err := pdf.Finish(printed, dayOf(html))
	if err != nil {
		w.cfg.Log.Error("the PDF is given out as the browser printed it, not finished", "error", err)
		return printed, nil
	}
	return finished, nil
}

// print prints once. A document that takes too long takes its browser with it.
func (w *Worker) print(ctx context.Context, html []byte) ([]byte, error) {
	if b := w.browser; b != nil && (b.printed >= mostPrinted || memory(b.pid()) > mostMemory || b.ctx.Err() != nil) {
		w.end()
	}
	if w.browser == nil {
		b, err := start(w.cfg.Chromium, w.cfg.Unguarded)
		if err != nil {
			return nil, err
		}
		w.browser = b
	}
	b := w.browser
	late := make(chan struct{})
	timer := time.AfterFunc(w.cfg.within, func() { b.end(); close(late) })
	printed, err := b.print(ctx, html)
	if err == nil {
		w.look(b)
	}
	if !timer.Stop() {
		<-late
		w.end()
		return nil, ErrTooLarge
	}
	switch {
	case err == nil:
		return printed, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	w.end()
	return nil, errors.Join(errCrashed, err)
}

func (w *Worker) end() {
	if w.browser != nil {
		w.browser.end()
		w.browser = nil
	}
}

// look notes how the browser is.
func (w *Worker) look(b *browser) {
	pid := b.pid()
	sandbox, size := sandboxed(pid), memory(pid)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state.Sandbox, w.state.Memory = sandbox, size
}

func (w *Worker) told(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state.Fault = ""
	if err != nil {
		w.state.Failed++
		w.state.Fault = err.Error()
		return
	}
	w.state.Printed++
}

var day = regexp.MustCompile(`<meta name="date" content="(\d{4}-\d\d-\d\d)">`)

// dayOf is the day that a document says it is of; without one, the first of all.
func dayOf(html []byte) time.Time {
	if m := day.FindSubmatch(html[:min(len(html), 4096)]); m != nil {
		if t, err := time.Parse(time.DateOnly, string(m[1])); err == nil {
			return t
		}
	}
	return time.Unix(0, 0).UTC()
}
