package server

import (
	"errors"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what the server counts.
type metrics struct {
	seconds *prometheus.HistogramVec
	sent    prometheus.Counter
	slow    prometheus.Counter
	panics  prometheus.Counter
	refused prometheus.Counter
}

// newMetrics makes and registers them; r may be nil.
func newMetrics(r prometheus.Registerer, sockets *socketSet) (*metrics, error) {
	m := &metrics{
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
	var all error
	for _, c := range []prometheus.Collector{m.seconds, m.sent, m.slow, m.panics, m.refused, open} {
		all = errors.Join(all, r.Register(c))
	}
	return m, all
}

func (m *metrics) request(route, method string, code int, took time.Duration) {
	m.seconds.WithLabelValues(route, method, strconv.Itoa(code)).Observe(took.Seconds())
}
