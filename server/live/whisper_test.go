package live

import (
	"bytes"
	"context"
	"testing"
	"testing/synctest"
	"time"

	"kommunebilde/domain"
)

// TestEphemeralAudiences: a frame for staff, for the others or for screens
// reaches no other audience: not when it is sent, not who comes later, and not
// among frames that they do get.
func TestEphemeralAudiences(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		actors := map[string]domain.Actor{"reader": reader, "leader": leader, "invited": invited, "screen": screen}
		heard := map[string]string{
			"reader": "all staff1 last", "leader": "all staff1 last", "invited": "all others1 last", "screen": "all others1 wall1 last",
		}
		present := map[string]*Watcher{}
		for name, by := range actors {
			present[name] = o.watch(by, domain.Live)
		}
		o.clerk.Ephemeral(domain.Live, "staff:presence", []byte("staff0"))
		o.clerk.Ephemeral(domain.Live, "storage", []byte("all"))
		o.clerk.Ephemeral(domain.Live, "staff:presence", []byte("staff1"))
		o.clerk.Ephemeral(domain.Live, "others:follow", []byte("others1"))
		o.clerk.Ephemeral(domain.Live, "screen:vegg", []byte("wall1"))
		o.clerk.Ephemeral(domain.Live, "follow", []byte("last"))
		next := func(w *Watcher) string {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			frames, _ := w.Next(ctx)
			return string(bytes.Join(toBytes(frames), []byte(" ")))
		}
		for name, want := range heard {
			if got := next(present[name]); got != want {
				t.Errorf("%s, there before: %q, want %q", name, got, want)
			}
			if got := next(o.watch(actors[name], domain.Live)); got != want {
				t.Errorf("%s, who comes later: %q, want %q", name, got, want)
			}
		}
		o.clerk.Ephemeral(domain.Live, "staff:presence", []byte("staff2"))
		if got := next(present["screen"]); got != "" {
			t.Errorf("a screen is told %q", got)
		}
		if got := next(present["reader"]); got != "staff2" {
			t.Errorf("a reader is told %q", got)
		}
	})
}
