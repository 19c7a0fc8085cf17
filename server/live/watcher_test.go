package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/editions"
)

func TestRightsThatChangeEndTheWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		by := reader
		var mu sync.Mutex
		w := o.clerk.Watch(domain.Live, func() domain.Audience {
			mu.Lock()
			defer mu.Unlock()
			return o.as(by, domain.Live)()
		}, Position{Epoch: o.clerk.State().Head().Epoch, Revision: o.clerk.State().Head().Revision})
		defer w.Close()
		ended := make(chan error)
		go func() {
			_, err := w.Next(t.Context())
			ended <- err
		}()
		synctest.Wait()
		mu.Lock()
		by = invited
		mu.Unlock()
		o.clerk.Recheck()
		if err := <-ended; !errors.Is(err, ErrResync) {
			t.Errorf("another audience: %v", err)
		}
		if _, err := w.Next(t.Context()); !errors.Is(err, ErrResync) {
			t.Errorf("and it stays so: %v", err)
		}

		guest := o.watch(invited, domain.Live)
		go func() {
			_, err := guest.Next(t.Context())
			ended <- err
		}()
		synctest.Wait()
		o.do(leader, domain.CloseMeeting{Meeting: "m1"})
		if err := <-ended; !errors.Is(err, ErrGone) {
			t.Errorf("who is no longer invited: %v", err)
		}
	})
}

// TestTheFirstOfTwoMeetingsEnds: who is invited to both may look back no further
// than to the second from then on, and what the screen has of before must go.
func TestTheFirstOfTwoMeetingsEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		o.do(leader, set("0001", "helse", domain.Red))
		o.meet("m2")
		guest, staff := o.watch(invited, domain.Live), o.watch(reader, domain.Live)
		o.do(leader, domain.CloseMeeting{Meeting: "m1", Unexplained: true})
		if frames, err := guest.Next(t.Context()); !errors.Is(err, ErrResync) {
			t.Errorf("a contact's screen: %q, %v", frames, err)
		}
		if frames, err := staff.Next(t.Context()); err != nil || len(frames) != 1 {
			t.Errorf("staff's: %q, %v", frames, err)
		}
	})
}

func TestCloseEndsEveryWatcher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		var wg sync.WaitGroup
		for range 50 {
			w := o.watch(reader, domain.Live)
			wg.Go(func() {
				if _, err := w.Next(t.Context()); !errors.Is(err, ErrClosed) {
					t.Errorf("got %v", err)
				}
			})
		}
		synctest.Wait()
		o.close(o.clerk)
		wg.Wait()
	})
}

func TestNextMayBeCalledAgainAfterATimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		w := o.watch(reader, domain.Live)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if _, err := w.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		beat := time.NewTicker(5 * time.Second)
		defer beat.Stop()
		begun := time.Now()
		if frames, err := w.NextOr(t.Context(), beat.C); err != nil || len(frames) != 0 || time.Since(begun) != 5*time.Second {
			t.Errorf("at the heartbeat %d frames, %v, after %v", len(frames), err, time.Since(begun))
		}
		o.do(leader, set("0001", "helse", domain.Red))
		if frames, err := w.NextOr(t.Context(), beat.C); err != nil || len(frames) != 1 {
			t.Errorf("then %d frames, %v", len(frames), err)
		}
	})
}

func TestEphemeralFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		w := o.watch(reader, domain.Live)
		want := func(w *Watcher, want string) {
			t.Helper()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			frames, _ := w.Next(ctx)
			if got := string(bytes.Join(toBytes(frames), []byte(" "))); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		o.clerk.Ephemeral(domain.Live, "presence", []byte("p1"))
		want(w, "p1")
		o.clerk.Ephemeral(domain.Live, "presence", []byte("p2"))
		o.clerk.Ephemeral(domain.Live, "follow", []byte("f1"))
		o.clerk.Ephemeral(domain.Live, "presence", []byte("p3"))
		want(w, "f1 p3")
		late := o.watch(reader, domain.Live)
		want(late, "f1 p3")
		o.clerk.Ephemeral(domain.Live, "presence", nil)
		want(o.watch(reader, domain.Live), "f1")
		want(w, "")
		for i := range 1000 {
			o.clerk.Ephemeral(domain.Live, fmt.Sprint(i), []byte("x"))
		}
		if n := len(o.clerk.hub.ring(domain.Live).whispers); n > maxWhispers {
			t.Errorf("%d kinds are kept", n)
		}
		o.clerk.Ephemeral("2031", "presence", []byte("nobody there"))
	})
}

func toBytes(frames []Frame) (out [][]byte) {
	for _, f := range frames {
		out = append(out, f)
	}
	return out
}

func TestTicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		edit := []domain.CellEdit{{Municipality: "0001", Column: "helse", Level: domain.Red}}
		for _, b := range []domain.BoardID{"2022", "2023"} {
			o.do(editor, editions.Open{Board: b, Title: domain.Words{NB: "x"}, Catalogue: catalogue(3)})
			o.do(editor, domain.SetLevels{Board: b, Cells: edit})
		}
		o.do(editor, editions.Publish{Board: "2022"})
		published := o.clerk.State().At()
		public := o.watch(nobody, "2022")
		live := o.watch(reader, domain.Live)
		tick := func(w *Watcher) (at time.Time) {
			t.Helper()
			frames, err := w.Next(t.Context())
			if err != nil || len(frames) != 1 || !bytes.HasPrefix(frames[0], []byte(`{"tick":`)) {
				t.Fatalf("got %q, %v", frames, err)
			}
			var ms int64
			fmt.Sscanf(string(frames[0]), `{"tick":%d}`, &ms)
			return time.UnixMilli(ms)
		}
		before := o.clerk.State()
		// A year after, the edition is old.
		if at := tick(public); !at.Equal(published.Add(365*24*time.Hour)) || !time.Now().Equal(at) {
			t.Errorf("tick of %v, published at %v", at, published)
		}
		if o.clerk.State() != before {
			t.Error("a tick changed the state")
		}
		pass(time.Second)
		// The next edition supersedes it, and the live picture may rest on it.
		o.do(editor, editions.Publish{Board: "2023"})
		for _, w := range []*Watcher{public, live} {
			if at := tick(w); !at.Equal(time.Now()) {
				t.Errorf("tick of %v at %v", at, time.Now())
			}
		}
	})
}

// TestRestIsTold: what happens on another board puts the live picture to rest, or
// wakes it, and its screens hear of that once.
func TestRestIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		o.do(leader, domain.CloseMeeting{Meeting: "m1"})
		w := o.watch(reader, domain.Live)
		pack := catalogue(3)
		pack.Columns = append(pack.Columns, domain.Column{ID: "kraft", Kind: domain.ColumnFunction, Version: 1, Name: domain.Words{NB: "Kraft"}, Short: domain.Words{NB: "Kraft"}})
		for _, cmd := range []domain.Command{
			domain.OpenSituation{Board: "storm", Title: "Storm", Catalogue: pack},
			domain.CloseBoard{Board: "storm"},
			domain.OpenSituation{Board: "flom", Title: "Flom", Catalogue: pack},
		} {
			pass(time.Second)
			o.do(leader, cmd)
			frames, err := w.Next(t.Context())
			if want := fmt.Sprintf(`{"tick":%d}`, time.Now().UnixMilli()); err != nil || len(frames) != 1 || string(frames[0]) != want {
				t.Errorf("%T: told %q, %v, want %s", cmd, frames, err, want)
			}
		}
	})
}

// TestNoTickTellsTheAgeOfWhatIsWithheld: when a level under a marking must be
// confirmed, those hear of it who see it, and nobody else.
func TestNoTickTellsTheAgeOfWhatIsWithheld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		limited := catalogue(3)
		for i := range limited.Columns {
			limited.Columns[i].StaleAfter = 1
		}
		o.do(editor, domain.OpenLive{Catalogue: limited})
		o.meet("m1")
		o.do(leader, set("0001", "helse", domain.Red))
		o.do(leader, domain.MarkCells{
			Board: domain.Live, Cells: []domain.CellRef{{Municipality: "0001", Column: "helse"}},
			Fields: []domain.Field{domain.FieldLevel, domain.FieldText}, Basis: "offl-13", Reason: "x",
		})
		pass(time.Minute)
		o.do(leader, set("0003", "helse", domain.Red))
		pass(time.Second)
		ticks := map[string][]time.Duration{}
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
		defer cancel()
		watchers := map[string]*Watcher{"staff": o.watch(reader, domain.Live), "wall": o.watch(screen, domain.Live)}
		var wait sync.WaitGroup
		var mu sync.Mutex
		for name, w := range watchers {
			wait.Go(func() {
				for {
					frames, err := w.Next(ctx)
					if err != nil {
						return
					}
					mu.Lock()
					for range frames {
						ticks[name] = append(ticks[name], time.Since(start).Round(time.Minute))
					}
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		if got := fmt.Sprint(ticks); got != "map[staff:[59m0s 1h0m0s] wall:[1h0m0s]]" {
			t.Error(got)
		}
	})
}

func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		w := o.watch(reader, domain.Live)
		o.do(leader, set("0001", "helse", domain.Red))
		synctest.Wait()
		if n := o.metric("kb_watchers", ""); n != 1 {
			t.Errorf("%v watchers", n)
		}
		w.Close()
		w.Close()
		if n := o.metric("kb_watchers", ""); n != 0 {
			t.Errorf("%v watchers after Close", n)
		}
		if n := o.metric("kb_revision", ""); n != float64(o.clerk.State().Head().Revision) {
			t.Errorf("revision %v", n)
		}
		if n := o.metric("kb_commit_records", ""); n != 3 {
			t.Errorf("%v commit groups", n)
		}
		if n := o.metric("kb_commit_seconds", ""); n != 3 {
			t.Errorf("%v commit times", n)
		}
	})
}

// metric reads a gauge, a counter (of one reason, if told) or a histogram's
// count, -1 if there is none.
func (o *office) metric(name, reason string) float64 {
	o.t.Helper()
	families, err := o.metrics.Gather()
	if err != nil {
		o.t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() != name || reason != "" && m.GetLabel()[0].GetValue() != reason {
				continue
			}
			if h := m.GetHistogram(); h != nil {
				return float64(h.GetSampleCount())
			}
			return m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	return -1
}
