package server

import (
	"io"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// newOps makes the second listener's server: is the process alive, may users be
// sent to it, and its numbers. It is never reached from the public address.
func (s *Server) newOps() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		switch {
		case s.shutdown.Load():
			say(w, http.StatusServiceUnavailable, "shutting down")
		case s.cfg.Clerk.Failed() != nil:
			say(w, http.StatusServiceUnavailable, "storage failed: restart after mending the disk")
		case s.cfg.Clerk.Full() != nil:
			say(w, http.StatusServiceUnavailable, "storage full: make room on the disk of the data folder; no restart is needed")
		default:
			say(w, http.StatusOK, "ok")
		}
	})
	if s.cfg.Gatherer != nil {
		mux.Handle("GET /metrics", promhttp.HandlerFor(s.cfg.Gatherer, promhttp.HandlerOpts{}))
	}
	return &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    headerLimit,
	}
}

func say(w http.ResponseWriter, status int, words string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, words+"\n")
}
