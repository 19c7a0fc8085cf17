package live

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"kommunebilde/domain"
)

func TestChangeReachesEveryAudience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		watchers := map[string]*Watcher{
			"staff":        o.watch(reader, domain.Live),
			"municipality": o.watch(invited, domain.Live),
			"screen":       o.watch(screen, domain.Live),
		}
		shows := map[string]*shown{}
		for name, by := range map[string]domain.Actor{"staff": reader, "municipality": invited, "screen": screen} {
			p, _ := o.picture(by, domain.Live)
			s := snapshot(p)
			shows[name] = &s
		}
		res := o.do(leader, set("0001", "helse", domain.Red))
		for name, w := range watchers {
			frames, err := w.Next(t.Context())
			if err != nil || len(frames) != 1 {
				t.Fatalf("%s: %d frames, %v", name, len(frames), err)
			}
			if err := shows[name].apply(frames[0]); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if w.Position().Revision != res.BoardRevision {
				t.Errorf("%s stands at %d, want %d", name, w.Position().Revision, res.BoardRevision)
			}
		}
	})
}

func TestRefusedCommandLeavesTheGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		before := o.clerk.State().Head()
		_, err := o.clerk.Submit(t.Context(), reader, "r1", set("0001", "helse", domain.Red))
		if domain.CodeOf(err) != domain.Forbidden {
			t.Errorf("got %v", err)
		}
		if o.clerk.State().Head() != before {
			t.Error("something was kept")
		}
	})
}

func TestCloseRefusesWhatComesAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		w := o.watch(reader, domain.Live)
		o.do(leader, set("0001", "helse", domain.Red))
		o.close(o.clerk)
		if _, err := o.clerk.Submit(t.Context(), leader, "", set("0001", "helse", domain.Green)); domain.CodeOf(err) != domain.Unavailable {
			t.Errorf("after Close: %v", err)
		}
		if frames, err := w.Next(context.Background()); err != nil || len(frames) != 1 {
			t.Errorf("what was missing at Close: %d frames, %v", len(frames), err)
		}
		if _, err := w.Next(context.Background()); !errors.Is(err, ErrClosed) {
			t.Errorf("then: %v", err)
		}
	})
}
