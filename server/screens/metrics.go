package screens

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what the sockets count.
type metrics struct{ sent, slow, panics prometheus.Counter }

// newMetrics makes and registers them; r may be nil.
func newMetrics(r prometheus.Registerer, sockets *socketSet) (*metrics, error) {
	m := &metrics{
		sent:   prometheus.NewCounter(prometheus.CounterOpts{Name: "kb_socket_messages_total", Help: "Messages written to sockets."}),
		slow:   prometheus.NewCounter(prometheus.CounterOpts{Name: "kb_socket_slow_total", Help: "Sockets ended because a write took too long."}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{Name: "kb_socket_panics_total", Help: "Sockets ended by a panic."}),
	}
	if r == nil {
		return m, nil
	}
	open := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kb_sockets", Help: "Open sockets."},
		func() float64 { return float64(sockets.open()) })
	var all error
	for _, c := range []prometheus.Collector{m.sent, m.slow, m.panics, open} {
		all = errors.Join(all, r.Register(c))
	}
	return m, all
}
