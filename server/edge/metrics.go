package edge

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kommunebilde/server/auth"
)

// metrics are what the edge counts.
type metrics struct {
	seconds *prometheus.HistogramVec
	refused prometheus.Counter

	mu sync.RWMutex
	by map[answered]prometheus.Observer // of seconds
}

// newMetrics makes and registers them; r may be nil.
func newMetrics(r prometheus.Registerer, trail *auth.Trail) (*metrics, error) {
	m := &metrics{
		by: map[answered]prometheus.Observer{},
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "kb_http_seconds",
			Help:    "Time to answer a request, by route pattern.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route", "method", "code"}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kb_connections_refused_total", Help: "Connections over the limit in all or of an address.",
		}),
	}
	if r == nil {
		return m, nil
	}
	unwritten := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kb_audit_failed", Help: "1 while the audit log cannot be written."}, func() float64 {
		if trail.Failed() != nil {
			return 1
		}
		return 0
	})
	lost := prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "kb_audit_lost_total", Help: "Traces that found no room to wait in."},
		func() float64 { return float64(trail.Lost()) })
	var all error
	for _, c := range []prometheus.Collector{m.seconds, m.refused, unwritten, lost} {
		all = errors.Join(all, r.Register(c))
	}
	return m, all
}

// answered is what requests are counted by.
type answered struct {
	route, method string
	code          int
}

// observer returns the histogram of a kind of answer. It is looked up by its
// labels once.
func (m *metrics) observer(route, method string, code int) prometheus.Observer {
	key := answered{route, method, code}
	m.mu.RLock()
	o := m.by[key]
	m.mu.RUnlock()
	if o != nil {
		return o
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	o = m.seconds.WithLabelValues(route, method, strconv.Itoa(code))
	m.by[key] = o
	return o
}

// observe counts and logs a request.
func (e *Edge) observe(k *Call, took time.Duration) {
	code := k.c.Response().StatusCode()
	e.metrics.observer(k.pattern(), k.c.Method(), code).Observe(took.Seconds())
	var more []slog.Attr
	if k.Handle != nil {
		more = append(more, slog.String("account", string(k.Handle.Account())))
	}
	if k.Cause != nil {
		more = append(more, slog.String("error", forLog(k.Cause, code)))
	}
	e.logRequest(k.pattern(), k.c.Method(), code, took, k.ID, more...)
}

// logRequest writes a request's line: no address, no query, no names.
func (e *Edge) logRequest(route, method string, code int, took time.Duration, id string, more ...slog.Attr) {
	level := slog.LevelInfo
	if code >= 500 {
		level = slog.LevelError
	}
	attrs := [7]slog.Attr{
		slog.String("route", route), slog.String("method", method), slog.Int("status", code),
		slog.Duration("took", took), slog.String("request_id", id),
	}
	e.cfg.Log.LogAttrs(context.Background(), level, "request", append(attrs[:5], more...)...)
}

// forLog is what a log may have of an error: of a refusal only which one it is,
// since the rest may be what somebody typed.
func forLog(err error, status int) string {
	if e := Told(err, status); status < 500 {
		return string(e.Code) + ": " + e.Msg
	} else if e.Err != nil {
		return string(e.Code) + ": " + e.Msg + ": " + e.Err.Error()
	}
	return err.Error()
}
