package server

import (
	"errors"
	"strconv"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"kommunebilde/server/auth"
)

// metrics are what the server counts.
type metrics struct {
	seconds *prometheus.HistogramVec
	sent    prometheus.Counter
	slow    prometheus.Counter
	panics  prometheus.Counter
	refused prometheus.Counter

	mu sync.RWMutex
	by map[answered]prometheus.Observer // of seconds
}

// newMetrics makes and registers them; r may be nil.
func newMetrics(r prometheus.Registerer, sockets *socketSet, trail *auth.Trail) (*metrics, error) {
	m := &metrics{
		by: map[answered]prometheus.Observer{},
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "kb_http_seconds",
			Help:    "Time to answer a request, by route pattern.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route", "method", "code"}),
		sent:   prometheus.NewCounter(prometheus.CounterOpts{Name: "kb_socket_messages_total", Help: "Messages written to sockets."}),
		slow:   prometheus.NewCounter(prometheus.CounterOpts{Name: "kb_socket_slow_total", Help: "Sockets ended because a write took too long."}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{Name: "kb_socket_panics_total", Help: "Sockets ended by a panic."}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "kb_connections_refused_total", Help: "Connections over the limit in all or of an address.",
		}),
	}
	if r == nil {
		return m, nil
	}
	open := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kb_sockets", Help: "Open sockets."},
		func() float64 { return float64(sockets.open()) })
	unwritten := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kb_audit_failed", Help: "1 while the audit log cannot be written."}, func() float64 {
		if trail.Failed() != nil {
			return 1
		}
		return 0
	})
	lost := prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "kb_audit_lost_total", Help: "Traces that found no room to wait in."},
		func() float64 { return float64(trail.Lost()) })
	var all error
	for _, c := range []prometheus.Collector{m.seconds, m.sent, m.slow, m.panics, m.refused, open, unwritten, lost} {
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
