package live

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/subjects"
	"kommunebilde/storage"
)

// Benchmarks on the real store. Each stands beside its floor, in turn in one
// run, and reports medians and ratios: the machine is noisy.

// floor writes 4 KiB to a file that has its blocks, and syncs.
type floor struct {
	f *os.File
	n int64
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
	return &floor{f: f}
}

func (f *floor) sync(b *testing.B) {
	page := make([]byte, 4096)
	page[0] = byte(f.n)
	f.n = (f.n + 4096) % (1 << 20)
	if _, err := f.f.WriteAt(page, f.n); err != nil {
		b.Fatal(err)
	}
	if err := syscall.Fdatasync(int(f.f.Fd())); err != nil {
		b.Fatal(err)
	}
}

func timed(f func()) time.Duration {
	begun := time.Now()
	f()
	return time.Since(begun)
}

// median returns microseconds.
func median(d []time.Duration) float64 {
	slices.Sort(d)
	return float64(d[len(d)/2].Nanoseconds()) / 1e3
}

func openStore(b *testing.B, dir string) *storage.Store {
	b.Helper()
	s, err := storage.Open(dir, subjects.Kinds(), storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func openOn(b *testing.B, j domain.Journal) *Clerk {
	b.Helper()
	c, err := Open(b.Context(), Options{
		Journal: j, Now: time.Now, Salt: func() (s domain.Salt) { return s },
		Log: slog.New(slog.NewJSONHandler(io.Discard, nil)), Encode: encode,
	})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// busyOffice is a Clerk on the real store with a meeting under way.
func busyOffice(b *testing.B) *Clerk {
	b.Helper()
	s := openStore(b, filepath.Join(b.TempDir(), "data"))
	c := openOn(b, s)
	b.Cleanup(func() {
		if err := c.Close(context.Background()); err != nil {
			b.Error(err)
		}
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	for _, step := range opening() {
		submit(b, c, step.by, "", step.cmd)
	}
	return c
}

// opened is one of the commands that begin.
type opened struct {
	by  domain.Actor
	cmd domain.Command
}

func opening() []opened {
	return []opened{
		{editor, domain.OpenLive{Catalogue: innlandet()}},
		{leader, domain.OpenMeeting{ID: "m1", Board: domain.Live, Kind: domain.MeetingRegion, Title: "Møte"}},
	}
}

func submit(b *testing.B, c *Clerk, by domain.Actor, req domain.RequestID, cmd domain.Command) {
	if _, err := c.Submit(context.Background(), by, req, cmd); err != nil {
		b.Error(err)
	}
}

func click(n int) domain.SetLevels {
	levels := []domain.Level{domain.Green, domain.Yellow, domain.Red}
	return set(domain.MunicipalityID(fmt.Sprintf("%04d", n%46+1)), "helse", levels[n%3])
}

// chain makes records as the Clerk does, for a journal beside it.
type chain struct {
	s   *domain.State
	n   int
	ago time.Duration // how long ago they are
}

func newChain(b *testing.B, j domain.Journal) *chain {
	b.Helper()
	head, err := j.Head(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	c := &chain{s: domain.NewState(head.Epoch)}
	for _, step := range opening() {
		if err := j.Append(b.Context(), []domain.Record{c.next(b, step.by, step.cmd)}); err != nil {
			b.Fatal(err)
		}
	}
	return c
}

func (c *chain) next(b *testing.B, by domain.Actor, cmd domain.Command) domain.Record {
	now := time.Now().Add(-c.ago)
	events, err := domain.Decide(c.s, by, cmd, now)
	if err != nil {
		b.Fatal(err)
	}
	r, err := domain.Seal(c.s.Head(), now, by.ID, domain.RequestID(fmt.Sprint(c.n)), events, func() (s domain.Salt) { return s })
	if err != nil {
		b.Fatal(err)
	}
	if c.s, err = c.s.Apply(r); err != nil {
		b.Fatal(err)
	}
	c.n++
	return r
}

// BenchmarkSubmitLone is one change at a time through the Clerk, beside a
// direct Append to a store of its own.
func BenchmarkSubmitLone(b *testing.B) {
	c := busyOffice(b)
	s := openStore(b, filepath.Join(b.TempDir(), "beside"))
	b.Cleanup(func() { _ = s.Close() })
	beside, f := newChain(b, s), newFloor(b)
	var submits, appends, floors []time.Duration
	n := 0
	for b.Loop() {
		r := beside.next(b, leader, click(n))
		floors = append(floors, timed(func() { f.sync(b); f.sync(b) }))
		appends = append(appends, timed(func() {
			if err := s.Append(b.Context(), []domain.Record{r}); err != nil {
				b.Fatal(err)
			}
		}))
		submits = append(submits, timed(func() { submit(b, c, leader, domain.RequestID(fmt.Sprint(n)), click(n)) }))
		n++
	}
	submitted, appended, synced := median(submits), median(appends), median(floors)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(submitted, "submit-µs")
	b.ReportMetric(appended, "append-µs")
	b.ReportMetric(synced, "2-fdatasync-µs")
	b.ReportMetric(submitted/appended, "submit/append")
	b.ReportMetric(submitted/synced, "submit/2-fdatasync")
}

// BenchmarkSubmit64 is 64 writers that each wait for their answer, beside
// single fdatasyncs: changes per fdatasync.
func BenchmarkSubmit64(b *testing.B) {
	const writers, each = 64, 20
	c, f := busyOffice(b), newFloor(b)
	var rounds, floors []time.Duration
	n := 0
	for b.Loop() {
		for range 20 {
			floors = append(floors, timed(func() { f.sync(b) }))
		}
		n += writers * each
		rounds = append(rounds, timed(func() {
			var wg sync.WaitGroup
			for w := range writers {
				wg.Go(func() {
					for i := range each {
						id := n + w*each + i
						submit(b, c, leader, domain.RequestID(fmt.Sprint(id)), click(id))
					}
				})
			}
			wg.Wait()
		}))
	}
	round, synced := median(rounds), median(floors)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(writers*each/round*1e6, "changes/s")
	b.ReportMetric(synced, "fdatasync-µs")
	b.ReportMetric(writers*each*synced/round, "changes/fdatasync")
}

// BenchmarkFanout is the time from a change to the last of 1,000 screens having
// its frame in hand, and of 20 changes submitted at once.
func BenchmarkFanout(b *testing.B) {
	const screens = 1000
	for _, burst := range []int{1, 20} {
		b.Run(fmt.Sprintf("changes=%d", burst), func(b *testing.B) {
			o := newOffice(b)
			for _, step := range opening() {
				o.do(step.by, step.cmd)
			}
			ctx, cancel := context.WithCancel(b.Context())
			var mu sync.Mutex
			at := sync.NewCond(&mu)
			behind, goal, frames := screens, domain.Revision(0), 0
			var wg sync.WaitGroup
			for range screens {
				w := o.watch(reader, domain.Live)
				wg.Go(func() {
					stood := w.Position().Revision
					for {
						got, err := w.Next(ctx)
						if err != nil {
							return
						}
						mu.Lock()
						frames += len(got)
						if now := w.Position().Revision; stood < goal && now >= goal {
							if behind--; behind == 0 {
								at.Broadcast()
							}
						}
						stood = w.Position().Revision
						mu.Unlock()
					}
				})
			}
			var took []time.Duration
			n := 0
			for b.Loop() {
				mu.Lock()
				behind, goal = screens, o.clerk.State().Head().Revision+domain.Revision(burst)
				mu.Unlock()
				took = append(took, timed(func() {
					var a answers
					for range burst {
						n++
						a.submit(ctx, o.clerk, leader, "", click(n))
					}
					a.wg.Wait()
					mu.Lock()
					for behind > 0 {
						at.Wait()
					}
					mu.Unlock()
				}))
				pass(2 * pace) // so that the next change is a lone one
			}
			cancel()
			wg.Wait()
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(took), "last-screen-µs")
			b.ReportMetric(median(took)/screens, "µs/screen")
			b.ReportMetric(float64(frames)/float64(screens)/float64(b.N), "frames/screen")
		})
	}
}

// BenchmarkReplay opens a Clerk on 200,000 stored records.
func BenchmarkReplay(b *testing.B) {
	const total = 200_000
	dir := filepath.Join(b.TempDir(), "data")
	s := openStore(b, dir)
	c := newChain(b, s)
	for n := 2; n < total; {
		var recs []domain.Record
		for ; len(recs) < domain.MaxGroupCount && n < total; n++ {
			recs = append(recs, c.next(b, leader, click(n)))
		}
		if err := s.Append(b.Context(), recs); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s := openStore(b, dir)
		c := openOn(b, s)
		if got := c.State().Head().Revision; got != total {
			b.Fatalf("at %d", got)
		}
		b.StopTimer()
		if err := c.Close(b.Context()); err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/replay")
}
