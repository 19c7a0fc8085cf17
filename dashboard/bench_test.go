package dashboard

import (
	"syscall"
	"testing"
	"time"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/overview"
	"kommunebilde/domain"
)

// BenchmarkOverview is the goal of 0.5 ms: map and grid of 46 × 14, from the
// state to the bytes of the page, in time on processors, what collects included:
// who else uses the machine hardly matters.
func BenchmarkOverview(b *testing.B) {
	w, s := innlandet(b), newSite(b)
	for name, c := range map[string]struct {
		by    domain.Actor
		board domain.BoardID
		path  string
	}{"live": {reader, domain.Live, "/tavle/na"}, "edition": {nobody, "2022", "/utgave/2022"}} {
		r := w.request(c.by, c.board, c.path)
		r.Cacheable = true
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			n, before := 0, used(b)
			for b.Loop() {
				body, err := overview.Overview(s, r, w.picture(c.by, c.board), kit.Filter{})
				if err != nil {
					b.Fatal(err)
				}
				n = len(body)
			}
			b.ReportMetric((used(b)-before).Seconds()*1000/float64(b.N), "cpu-ms")
			b.ReportMetric(float64(n), "bytes/page")
		})
	}
}

// used is how long this process has been on processors.
func used(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkPanel is what a selection costs the server.
func BenchmarkPanel(b *testing.B) {
	w, s := innlandet(b), newSite(b)
	p, r := w.picture(leader, domain.Live), w.request(leader, domain.Live, "/tavle/na")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := overview.Panel(s, r, p, "3434", "fastlege", kit.Filter{}); err != nil {
			b.Fatal(err)
		}
	}
}
