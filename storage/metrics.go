package storage

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics of commits to the journal.
type metrics struct {
	seconds prometheus.Histogram
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "kb_append_seconds",
			Help:    "Time until a group of records was on the disk.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
		}),
	}
	if reg == nil {
		return m, nil
	}
	if err := reg.Register(m.seconds); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	return m, nil
}

// commit starts the clock for a group; the function it returns counts it, and
// is called only for one that was acknowledged.
func (m *metrics) commit() func() {
	start := time.Now()
	return func() {
		m.seconds.Observe(time.Since(start).Seconds())
	}
}
