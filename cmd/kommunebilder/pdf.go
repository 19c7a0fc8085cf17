package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kommunebilde/server"
	"kommunebilde/server/printer"
	"kommunebilde/storage/prints"
)

const (
	pdfSocket = "pdf.sock"
	pdfAgain  = 5 * time.Second // until a worker that ended is started again
)

// pdfWorker makes PDFs for whoever opens its socket, until ctx ends.
func pdfWorker(ctx context.Context, args []string, c terminal) error {
	fs := flag.NewFlagSet("pdf-worker", flag.ContinueOnError)
	socket := fs.String("socket", "", "`path` of the socket to answer on")
	chromium := fs.String("chromium", "", "`program` that is Chromium; empty: chromium-headless-shell, chromium or google-chrome")
	root := fs.Bool("as-root", false, "work as root, too, and so without Chromium's sandbox")
	child := fs.Bool("child", false, "end when standard input does, as a child of serve")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	if *socket == "" {
		return misuse("pdf-worker wants --socket path")
	}
	if os.Getuid() == 0 && !*root {
		return errors.New("pdf-worker does not work as root: Chromium has no sandbox there; run it as a user of its own, or give --as-root")
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if *child {
		go func() {
			_, _ = io.Copy(io.Discard, c.in) // it ends with serve, however that ends
			stop()
		}()
	}
	ln, err := printer.Listen(*socket, !*child)
	if err != nil {
		return err
	}
	w := printer.NewWorker(printer.Config{Chromium: *chromium, Unguarded: os.Getuid() == 0, Log: slog.New(slog.NewJSONHandler(c.err, nil))})
	defer w.Close()
	return w.Serve(ctx, ln)
}

// startPrinter returns who makes PDFs, nil for nobody, and what ends it: a worker of
// our own where the server is not root, or one that runs as a service.
func (c config) startPrinter(log *slog.Logger) (*printer.Client, func()) {
	switch {
	case c.PDF == "off":
		return nil, func() {}
	case c.PDF != "":
		client := printer.NewClient(strings.TrimPrefix(c.PDF, "unix:"))
		return client, client.Close
	case os.Getuid() == 0:
		log.Warn("no PDFs are made: the server is root; run kommunebilder pdf-worker as a user of its own and give -pdf unix:/path of its socket")
		return nil, func() {}
	}
	dir, err := os.MkdirTemp("", "kommunebilder-")
	if err != nil { // an image of nothing but the program has no room for it, nor a browser
		log.Warn("no PDFs are made: there is no folder for the worker's socket; run kommunebilder pdf-worker elsewhere and give -pdf unix:/path of its socket", "error", err)
		return nil, func() {}
	}
	socket := filepath.Join(dir, pdfSocket)
	ctx, cancel := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() { keepWorker(ctx, socket, log) })
	client := printer.NewClient(socket)
	return client, func() {
		cancel()
		ended.Wait()
		client.Close()
		_ = os.RemoveAll(dir)
	}
}

// keepWorker runs a worker until ctx ends, and another when it does.
func keepWorker(ctx context.Context, socket string, log *slog.Logger) {
	for ctx.Err() == nil {
		if err := runWorker(ctx, socket); err != nil && ctx.Err() == nil {
			log.Error("the PDF worker ended", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pdfAgain):
		}
	}
}

// runWorker runs a worker that is told nothing of the server's settings.
func runWorker(ctx context.Context, socket string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	work := exec.Command(self, "pdf-worker", "--child", "--socket", socket)
	work.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir()}
	work.Stderr = os.Stderr
	alive, err := work.StdinPipe() // closed when the server ends, and so read to its end
	if err != nil {
		return err
	}
	if err := work.Start(); err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { alive.Close() })()
	return work.Wait()
}

const mostPDFs = 1 << 30 // bytes of those that are kept

// printing returns how the server has PDFs made, nil for not at all: what was made
// once is kept in the data folder while the server runs and no text is taken out, and not
// printed again.
func (o *folder) printing(c *printer.Client, reg *prometheus.Registry, log *slog.Logger) (func(context.Context, []byte) ([]byte, error), error) {
	if c == nil {
		return nil, nil
	}
	reg.MustRegister(printer.Metrics(c))
	kept, err := prints.Open(filepath.Join(o.dir, "pdf"), mostPDFs, o.now)
	if err != nil {
		return nil, err
	}
	o.store.WhenRedacted(func() {
		if err := kept.Forget(); err != nil {
			log.Error("PDFs that may hold what was taken out are still there", "folder", filepath.Join(o.dir, "pdf"), "error", err)
		}
	})
	turn := make(chan struct{}, 1)
	return func(ctx context.Context, html []byte) ([]byte, error) {
		if file, ok := kept.Get(html); ok {
			return file, nil
		}
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if file, ok := kept.Get(html); ok { // who was before asked for the same
			return file, nil
		}
		file, err := c.Print(ctx, html)
		switch {
		case errors.Is(err, printer.ErrTooLarge):
			return nil, server.ErrTooLargeToPDF
		case errors.Is(err, printer.ErrNoBrowser):
			return nil, errors.Join(server.ErrNoPrinter, err)
		case err != nil:
			return nil, err
		}
		if err := kept.Put(html, file); err != nil {
			log.Error("a PDF is not kept", "error", err)
		}
		return file, nil
	}, nil
}
