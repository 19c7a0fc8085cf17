package printer

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics asks a worker how it is whenever it is asked itself.
type metrics struct {
	of                                     *Client
	up, sandbox, documents, failed, memory *prometheus.Desc
}

// Metrics tells of a worker.
func Metrics(c *Client) prometheus.Collector {
	desc := func(name, help string) *prometheus.Desc { return prometheus.NewDesc("kb_pdf_"+name, help, nil, nil) }
	return &metrics{c,
		desc("up", "1 while a PDF worker answers."), desc("sandbox", "1 if the browser that printed last was in a sandbox."),
		desc("documents", "Documents made since the worker began."), desc("failed", "Documents that were not made."),
		desc("memory_bytes", "Memory of the browser after the last document."),
	}
}

// Describe implements prometheus.Collector.
func (m *metrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.up, m.sandbox, m.documents, m.failed, m.memory} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (m *metrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v)
	}
	s, err := m.of.State(ctx)
	gauge(m.up, one(err == nil))
	if err != nil {
		return
	}
	gauge(m.sandbox, one(s.Sandbox))
	gauge(m.documents, float64(s.Printed))
	gauge(m.failed, float64(s.Failed))
	gauge(m.memory, float64(s.Memory))
}

func one(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}
