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

func newMetrics(reg prometheus.Registerer, b *Blobs) (*metrics, error) {
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
	room := func(name, help string, of func(used, all int64) int64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
			used, all, _ := b.Used()
			return float64(of(used, all))
		})
	}
	for _, c := range []prometheus.Collector{
		m.seconds,
		room("kb_files_bytes", "Bytes of files that people have sent.", func(used, _ int64) int64 { return used }),
		room("kb_files_bytes_most", "Bytes of files that there is room for.", func(_, all int64) int64 { return all }),
	} {
		if err := reg.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
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
