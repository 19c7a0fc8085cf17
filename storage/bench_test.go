//go:build linux

package storage

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/sys/unix"

	"kommunebilde/domain"
	"kommunebilde/storage/storagetest"
)

// floor is what a durable commit costs at least: two times 4 KiB to a file that
// has its blocks, each synced.
type floor struct {
	f    *os.File
	page []byte
	n    int64
}

func newFloor(b *testing.B) *floor {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "floor"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() })
	if _, err := f.Write(make([]byte, 1<<20)); err != nil {
		b.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		b.Fatal(err)
	}
	return &floor{f: f, page: make([]byte, 4096)}
}

func (f *floor) sync(b *testing.B, times int) {
	for range times {
		f.page[0]++
		f.n = (f.n + 4096) % (1 << 20)
		if _, err := f.f.WriteAt(f.page, f.n); err != nil {
			b.Fatal(err)
		}
		if err := unix.Fdatasync(int(f.f.Fd())); err != nil {
			b.Fatal(err)
		}
	}
}

// direct is bbolt alone with the same values, nothing checked.
type direct struct {
	db *bolt.DB
	n  domain.Revision
}

func newDirect(b *testing.B) *direct {
	b.Helper()
	db, _, err := openBolt(filepath.Join(b.TempDir(), journalName))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	if err := db.Update(func(tx *bolt.Tx) error { return makeBuckets(tx, about{}) }); err != nil {
		b.Fatal(err)
	}
	return &direct{db: db}
}

func (d *direct) update(b *testing.B, value []byte) {
	d.n++
	err := d.db.Update(func(tx *bolt.Tx) error {
		bucket := tx.Bucket([]byte(recordsBucket))
		bucket.FillPercent = 1
		return bucket.Put(recordKey(d.n), value)
	})
	if err != nil {
		b.Fatal(err)
	}
}

func mustAppend(b *testing.B, s *Store, recs ...domain.Record) {
	if err := s.Append(b.Context(), recs); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkCommitLone appends one record at a time, and in turn does the floor
// and a direct Update: medians, and what the commit costs in floors.
func BenchmarkCommitLone(b *testing.B) {
	for _, text := range []string{"", "Lege er borte til mandag; vikar er bestilt fra nabokommunen."} {
		b.Run(fmt.Sprintf("text=%d", len(text)), func(b *testing.B) {
			s, f, d := open(b, filepath.Join(b.TempDir(), "data")), newFloor(b), newDirect(b)
			chain := storagetest.ChainOf(b, s)
			var commits, floors, directs []time.Duration
			for b.Loop() {
				r := chain.Next(b, storagetest.Levels(text))
				value := encodeRecord(r)
				floors = append(floors, timed(func() { f.sync(b, 2) }))
				commits = append(commits, timed(func() { mustAppend(b, s, r) }))
				directs = append(directs, timed(func() { d.update(b, value) }))
			}
			commit, floor, direct := median(commits), median(floors), median(directs)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(commit, "commit-µs")
			b.ReportMetric(floor, "2-fdatasync-µs")
			b.ReportMetric(direct, "update-µs")
			b.ReportMetric(commit/floor, "commit/floor")
			b.ReportMetric(commit/direct, "commit/update")
		})
	}
}

// BenchmarkUpdateDirect is bbolt's own Update with a record's bytes.
func BenchmarkUpdateDirect(b *testing.B) {
	d := newDirect(b)
	value := make([]byte, 250)
	for b.Loop() {
		d.update(b, value)
	}
}

// BenchmarkFdatasync is a single one of 4 KiB.
func BenchmarkFdatasync(b *testing.B) {
	f := newFloor(b)
	for b.Loop() {
		f.sync(b, 1)
	}
}

// BenchmarkCommitGroup appends groups, beside a single fdatasync in turn:
// how many records there are for one fdatasync.
func BenchmarkCommitGroup(b *testing.B) {
	for _, size := range []int{8, 64, 256} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s, f := open(b, filepath.Join(b.TempDir(), "data")), newFloor(b)
			chain := storagetest.ChainOf(b, s)
			var commits, floors []time.Duration
			for b.Loop() {
				recs := make([]domain.Record, size)
				for i := range recs {
					recs[i] = chain.Next(b, storagetest.Levels(""))
				}
				floors = append(floors, timed(func() { f.sync(b, 1) }))
				commits = append(commits, timed(func() { mustAppend(b, s, recs...) }))
			}
			commit, floor := median(commits), median(floors)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(commit, "commit-µs")
			b.ReportMetric(float64(size)/commit*1e6, "records/s")
			b.ReportMetric(float64(size)*floor/commit, "records/fdatasync")
		})
	}
}

// BenchmarkLarge does with 200,000 records, every fourth with a text, what is
// done with the whole of a journal.
func BenchmarkLarge(b *testing.B) {
	const total = 200_000
	dir := filepath.Join(b.TempDir(), "data")
	s := open(b, dir)
	chain := storagetest.ChainOf(b, s)
	for n := 0; n < total; {
		recs := make([]domain.Record, 0, domain.MaxGroupCount)
		for ; len(recs) < cap(recs) && n < total; n++ {
			text := ""
			if n%4 == 0 {
				text = "Lege er borte til mandag; vikar er bestilt fra nabokommunen."
			}
			recs = append(recs, chain.Next(b, storagetest.Levels(text)))
		}
		mustAppend(b, s, recs...)
	}
	b.Run("Follow", func(b *testing.B) {
		for b.Loop() {
			for r, err := range s.Follow(b.Context(), 0) {
				if err != nil {
					b.Fatal(err)
				}
				if r.Revision >= total {
					break
				}
			}
		}
		b.ReportMetric(total*float64(b.N)/b.Elapsed().Seconds(), "records/s")
	})
	b.Run("Verify", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Verify(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Structure", func(b *testing.B) { // writers wait for it
		for b.Loop() {
			if err := s.verifyFile(&Findings{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Backup", func(b *testing.B) {
		archive := filepath.Join(b.TempDir(), "b.tar")
		for b.Loop() {
			if err := s.Backup(b.Context(), archive); err != nil {
				b.Fatal(err)
			}
		}
		if info, err := os.Stat(archive); err == nil {
			b.ReportMetric(float64(info.Size())/total, "bytes/record")
		}
	})
	b.Run("Redact", func(b *testing.B) { // writers wait for it
		for n := 0; b.Loop(); n++ {
			ids := []domain.TextID{{Revision: domain.Revision(4*n + 1)}}
			r := storagetest.ChainOf(b, s).Next(b, &domain.TextRedacted{Removed: ids})
			if err := s.Redact(b.Context(), r, ids); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Open", func(b *testing.B) {
		for b.Loop() {
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
			s = open(b, dir)
		}
	})
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

func median(d []time.Duration) (µs float64) {
	slices.Sort(d)
	return float64(d[len(d)/2].Nanoseconds()) / 1e3
}

// BenchmarkAppendBesideTraces is a meeting's commit while people sign in: none,
// 350 a minute, and as fast as groups of the audit log come at most.
func BenchmarkAppendBesideTraces(b *testing.B) {
	for name, pause := range map[string]time.Duration{"alone": 0, "350-a-minute": time.Minute / 350, "every-20ms": 20 * time.Millisecond} {
		b.Run(name, func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "data"))
			stop, ended := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(ended)
				chain := &storagetest.TraceChain{}
				for pause > 0 {
					select {
					case <-stop:
						return
					case <-time.After(pause):
						leave(b, s, chain, 1)
					}
				}
			}()
			breath := time.NewTicker(10 * time.Millisecond) // a lead takes one between two levels
			defer breath.Stop()
			chain := storagetest.ChainOf(b, s)
			var took []time.Duration
			for b.Loop() {
				r := chain.Next(b, storagetest.Levels("fordi det er slik"))
				start := time.Now()
				if err := s.Append(b.Context(), []domain.Record{r}); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
				<-breath.C
			}
			close(stop)
			<-ended
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}
