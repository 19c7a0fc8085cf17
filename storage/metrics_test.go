package storage

import (
	"path/filepath"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"kommunebilde/domain"
	"kommunebilde/domain/subjects"
	"kommunebilde/storage/storagetest"
)

func TestMetricsCountAcknowledgedGroups(t *testing.T) {
	reg := prometheus.NewRegistry()
	dir := filepath.Join(t.TempDir(), "data")
	s, err := Open(dir, subjects.Kinds(), Options{Registerer: reg})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	fill(t, s, 3, 4)
	chain := storagetest.ChainOf(t, s)
	chain.Next(t, storagetest.Levels(""))
	if err := s.Append(within(t), []domain.Record{chain.Next(t, storagetest.Levels(""))}); err == nil {
		t.Fatal("a conflict was appended")
	}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		h := f.GetMetric()[0].GetHistogram()
		got[f.GetName()+" count"] = float64(h.GetSampleCount())
		got[f.GetName()+" sum"] = h.GetSampleSum()
	}
	if got["kb_append_seconds count"] != 2 || got["kb_append_seconds sum"] <= 0 {
		t.Errorf("%v", got)
	}
}
