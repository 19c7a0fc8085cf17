package dashboard

import (
	"testing"

	"kommunebilde"
)

// BenchmarkOverview is the goal of 0.5 ms: map and grid of 46 × 14, from the
// state to the bytes of the page.
func BenchmarkOverview(b *testing.B) {
	w, s := innlandet(b), newSite(b)
	for name, c := range map[string]struct {
		by    kommunebilde.Actor
		board kommunebilde.BoardID
		path  string
	}{"live": {reader, kommunebilde.Live, "/tavle/na"}, "edition": {nobody, "2022", "/utgave/2022"}} {
		p := w.picture(c.by, c.board)
		r := w.request(c.by, c.board, c.path)
		r.Cacheable = true
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				body, err := s.Overview(r, p, Filter{})
				if err != nil {
					b.Fatal(err)
				}
				n = len(body)
			}
			b.ReportMetric(float64(n), "bytes/page")
		})
	}
}

// BenchmarkPanel is what a selection costs the server.
func BenchmarkPanel(b *testing.B) {
	w, s := innlandet(b), newSite(b)
	p, r := w.picture(leader, kommunebilde.Live), w.request(leader, kommunebilde.Live, "/tavle/na")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Panel(r, p, "3434", "fastlege", Filter{}); err != nil {
			b.Fatal(err)
		}
	}
}
