package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Ops answers on the second listener: is the process alive, may users be sent to
// it, and its numbers. It is never reached from the public address. It can
// answer before there is a Server, while the journal of years is read.
type Ops struct {
	http *http.Server
	of   atomic.Pointer[Server] // nil: it is starting
}

// NewOps makes an Ops that tells of no Server yet. g nil: /metrics is not there.
func NewOps(g prometheus.Gatherer) *Ops {
	o := &Ops{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		switch s := o.of.Load(); {
		case s == nil:
			say(w, http.StatusServiceUnavailable, "starting: the journal is being read")
		case s.shutdown.Load():
			say(w, http.StatusServiceUnavailable, "shutting down")
		case s.cfg.Clerk.Failed() != nil:
			say(w, http.StatusServiceUnavailable, "storage failed: restart after mending the disk")
		case s.cfg.Clerk.Full() != nil:
			say(w, http.StatusServiceUnavailable, FullInWords(s.cfg.Clerk.Full()))
		case s.cfg.Auth.Trail().Failed() != nil:
			say(w, http.StatusServiceUnavailable, "the audit log cannot be written: no exports and no changes of accounts until it can")
		default:
			say(w, http.StatusOK, "ok")
		}
	})
	if g != nil {
		mux.Handle("GET /metrics", promhttp.HandlerFor(g, promhttp.HandlerOpts{}))
	}
	o.http = &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
	}
	return o
}

// Serve answers on a listener, which it owns, until it fails or is shut down.
func (o *Ops) Serve(ln net.Listener) error {
	if err := o.http.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve operations: %w", err)
	}
	return nil
}

// Shutdown lets answers finish and closes the listener.
func (o *Ops) Shutdown(ctx context.Context) error {
	if err := o.http.Shutdown(ctx); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// FullInWords tells, of an error that says there was no room, whose limit keeps the
// journal from growing, and what to do.
func FullInWords(err error) string {
	if errors.Is(err, syscall.EFBIG) {
		return "storage full: the process may not write a file that large: raise its limit (ulimit -f, LimitFSIZE) and restart"
	}
	return "storage full: make room on the disk of the data folder; no restart is needed"
}

func say(w http.ResponseWriter, status int, words string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, words+"\n")
}
