package live

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kommunebilde/domain"
)

// metrics is what the Clerk tells of itself.
type metrics struct {
	revision prometheus.Gauge
	seconds  prometheus.Histogram
	records  prometheus.Histogram
	watchers prometheus.Gauge
	failed   prometheus.Gauge
	full     prometheus.Gauge
	resyncs  *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		revision: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kb_revision", Help: "Revision of the journal that is published.",
		}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kb_commit_seconds", Help: "Time from a group's first command to its publication.",
			Buckets: prometheus.ExponentialBuckets(0.000125, 2, 16),
		}),
		records: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "kb_commit_records", Help: "Records in a commit group.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 9),
		}),
		watchers: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kb_watchers", Help: "Screens that watch a board.",
		}),
		failed: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kb_storage_failed", Help: "1 once a write has failed and nothing more is written.",
		}),
		full: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kb_storage_full", Help: "1 from a write that found no room until one that did.",
		}),
		resyncs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kb_resync_total", Help: "Screens that had to take the snapshot anew.",
		}, []string{"reason"}),
	}
	if reg == nil {
		return m, nil
	}
	var errs []error
	for _, c := range []prometheus.Collector{m.revision, m.seconds, m.records, m.watchers, m.failed, m.full, m.resyncs} {
		errs = append(errs, reg.Register(c))
	}
	return m, errors.Join(errs...)
}

func (m *metrics) committed(r domain.Revision, records int, took time.Duration) {
	m.revision.Set(float64(r))
	m.records.Observe(float64(records))
	m.seconds.Observe(took.Seconds())
}
