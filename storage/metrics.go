package storage

import (
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics of commits to the journal.
type metrics struct {
	seconds prometheus.Histogram
	records prometheus.Histogram
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "kb_commit_seconds",
			Help:    "Time until a group of records was on the disk.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
		}),
		records: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "kb_commit_records",
			Help:    "Records in a group.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 9),
		}),
	}
	if reg == nil {
		return m, nil
	}
	if err := errors.Join(reg.Register(m.seconds), reg.Register(m.records)); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	return m, nil
}

// commit starts the clock for a group; the function it returns counts it, and
// is called only for one that was acknowledged.
func (m *metrics) commit(records int) func() {
	start := time.Now()
	return func() {
		m.seconds.Observe(time.Since(start).Seconds())
		m.records.Observe(float64(records))
	}
}
