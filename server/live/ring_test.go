package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kommunebilde/domain"
)

func TestSlowScreenResyncsAndHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOfficeOf(t, 64<<10)
		o.begin()
		slow, quick := o.watch(reader, domain.Live), o.watch(reader, domain.Live)
		p, _ := o.picture(reader, domain.Live)
		shows := snapshot(p)
		begun := time.Now()
		for i := range 200 {
			o.do(leader, set("0001", "helse", []domain.Level{domain.Red, domain.Green}[i%2]))
			frames, err := quick.Next(t.Context())
			if err != nil || len(frames) != 1 {
				t.Fatalf("change %d: %d frames, %v", i, len(frames), err)
			}
			if err := shows.apply(frames[0]); err != nil {
				t.Fatalf("change %d: %v", i, err)
			}
		}
		if took := time.Since(begun); took > 200*pace {
			t.Errorf("200 changes took %v beside a screen that does not read", took)
		}
		if _, err := slow.Next(t.Context()); !errors.Is(err, ErrResync) || !strings.HasPrefix(err.Error(), "below") {
			t.Errorf("the slow screen: %v", err)
		}
		// A position that is below the ring, but nothing: any newer one is in it.
		late := o.clerk.Watch(domain.Live, o.as(reader, domain.Live), shows.pos)
		defer late.Close()
		o.do(leader, set("0001", "helse", domain.Red))
		if frames, err := late.Next(t.Context()); err != nil || len(frames) != 1 {
			t.Errorf("a new screen: %d frames, %v", len(frames), err)
		}
	})
}

func TestRingIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 1 << 20
		o := newOfficeOf(t, limit)
		o.begin()
		ring := o.clerk.hub.ring(domain.Live)
		change := func(n int) {
			for i := range n {
				o.do(leader, set("0001", "helse", []domain.Level{domain.Red, domain.Green}[i%2]))
			}
		}
		change(2000)
		if ring.bytes > limit || len(ring.steps) < 10 || len(ring.steps) > 1000 {
			t.Errorf("%d steps of %d bytes", len(ring.steps), ring.bytes)
		}
		sum := 0
		for _, s := range ring.steps {
			sum += s.size
		}
		if sum != ring.bytes {
			t.Errorf("counted %d bytes, there are %d", ring.bytes, sum)
		}
		synctest.Wait()
		// Frames from a hundred positions, each of 100 KB.
		o.encode = func(p domain.Picture, after domain.Revision) []byte {
			return append(encode(p, after), bytes.Repeat([]byte(" "), 100<<10)...)
		}
		p, _ := o.picture(reader, domain.Live)
		change(1)
		for i := range domain.Revision(100) {
			w := o.clerk.Watch(domain.Live, o.as(reader, domain.Live), Position{Epoch: p.Epoch(), Revision: p.Board().Revision - i})
			if _, err := w.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.Close()
		}
		kept := 0
		for _, v := range ring.sight.scenes {
			for _, f := range v.frames {
				kept += len(f())
			}
		}
		if kept > limit {
			t.Errorf("%d bytes of frames are kept", kept)
		}
	})
}

// What the ring counts for a step must not be far from what a step costs, else
// the bound is none.
func TestStepsCostWhatIsCounted(t *testing.T) {
	o := newOfficeOf(t, 1<<30)
	o.do(editor, domain.OpenLive{Catalogue: innlandet()})
	o.meet("m1")
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	ring := o.clerk.hub.ring(domain.Live)
	before, counted := heap(), ring.bytes
	for i := range 2000 {
		o.do(leader, set(domain.MunicipalityID(fmt.Sprintf("%04d", i%46+1)), "helse", domain.Red))
	}
	cost, counted := heap()-before, ring.bytes-counted
	t.Logf("a step costs %d bytes, counted are %d", cost/2000, counted/2000)
	if cost > uint64(counted)*3/2 {
		t.Errorf("2000 steps cost %d bytes, counted are %d", cost, counted)
	}
}

func TestFrameIsEncodedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		var encoded atomic.Int32
		o.encode = func(p domain.Picture, after domain.Revision) []byte {
			encoded.Add(1)
			for range 1000 {
				runtime.Gosched() // others come while it is at it
			}
			return encode(p, after)
		}
		var wg sync.WaitGroup
		got := make([]Frame, 100)
		for i := range got {
			by := []domain.Actor{reader, screen}[i%2]
			w := o.watch(by, domain.Live)
			wg.Go(func() {
				frames, err := w.Next(t.Context())
				if err != nil || len(frames) != 1 {
					t.Errorf("%d frames, %v", len(frames), err)
					return
				}
				got[i] = frames[0]
			})
		}
		synctest.Wait()
		if encoded.Load() != 0 {
			t.Error("encoded before there was anything")
		}
		o.do(leader, set("0001", "helse", domain.Red))
		wg.Wait()
		if n := encoded.Load(); n != 2 {
			t.Errorf("encoded %d times for two audiences", n)
		}
		for i := range got {
			if len(got[i]) == 0 || &got[i][0] != &got[i%2][0] {
				t.Fatalf("screen %d has bytes of its own", i)
			}
		}
		if bytes.Equal(got[0], got[1]) {
			t.Error("two audiences got the same")
		}
	})
}

// Two audiences side by side, screens that come and go, changes all the time:
// whoever gets what is not its own, shows names it must not.
func TestNoAudienceGetsAnothersBytes(t *testing.T) {
	o := newOffice(t)
	o.begin()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var frames [2]atomic.Int64
	for i := range 16 {
		kind := i % 2
		by := []domain.Actor{reader, invited}[kind]
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				p, _ := o.picture(by, domain.Live)
				w := o.clerk.Watch(domain.Live, o.as(by, domain.Live), Position{Epoch: p.Epoch(), Revision: p.Board().Revision})
				for range n % 4 {
					got, err := w.Next(ctx)
					if err != nil {
						break
					}
					for _, f := range got {
						frames[kind].Add(1)
						if names := bytes.Contains(f, []byte("kari")); names != (kind == 0) {
							t.Errorf("a frame for %s names persons: %t", by.ID, names)
						}
					}
				}
				w.Close()
			}
		})
	}
	for i := 0; frames[0].Load() < 300 || frames[1].Load() < 300; i++ {
		o.do(leader, set("0001", "helse", []domain.Level{domain.Red, domain.Green}[i%2]))
	}
	cancel()
	wg.Wait()
}

func TestBurstIsJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		w := o.watch(reader, domain.Live)
		p, _ := o.picture(reader, domain.Live)
		shows := snapshot(p)
		target := o.clerk.State().Head().Revision + 21
		got := make(chan int)
		go func() {
			n := 0
			for shows.pos.Revision < target {
				frames, err := w.Next(t.Context())
				if err != nil {
					t.Error(err)
					break
				}
				for _, f := range frames {
					if err := shows.apply(f); err != nil {
						t.Error(err)
					}
					n++
				}
			}
			got <- n
		}()
		var a answers
		release := o.busy(&a)
		for range 20 {
			a.submit(t.Context(), o.clerk, leader, "", set("0001", "helse", domain.Red))
		}
		synctest.Wait()
		begun := time.Now()
		release()
		if n := <-got; n != 1 {
			t.Errorf("21 changes came in %d frames", n)
		}
		if took := time.Since(begun); took > pace {
			t.Errorf("the last came after %v", took)
		}
		// One after the other, each answered before the next.
		target += 20
		go func() {
			n := 0
			for shows.pos.Revision < target {
				frames, err := w.Next(t.Context())
				if err != nil {
					t.Error(err)
					break
				}
				for _, f := range frames {
					_ = shows.apply(f)
					n++
				}
			}
			got <- n
		}()
		for range 20 {
			o.do(leader, set("0001", "helse", domain.Red))
		}
		if n := <-got; n > 2 {
			t.Errorf("20 changes in a row came in %d frames", n)
		}
	})
}

func TestLoneChangeGoesOutAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		pass(time.Second)
		w := o.watch(reader, domain.Live)
		begun := time.Now()
		o.do(leader, set("0001", "helse", domain.Red))
		if _, err := w.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took != 0 {
			t.Errorf("it waited %v", took)
		}
	})
}

func TestPositions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		for range 300 { // more than a restart keeps
			o.do(leader, set("0001", "helse", domain.Red))
		}
		p, _ := o.picture(reader, domain.Live)
		epoch, head := p.Epoch(), p.Board().Revision
		next := func(board domain.BoardID, by domain.Actor, from Position) string {
			w := o.clerk.Watch(board, o.as(by, board), from)
			defer w.Close()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			frames, err := w.Next(ctx)
			if err != nil {
				return err.Error()
			}
			var s shown
			s.pos = from
			s.pos.Audience = w.Position().Audience
			s.cells = map[string]string{}
			if err := s.apply(frames[0]); err != nil || len(frames) != 1 {
				return fmt.Sprint(err, len(frames))
			}
			return fmt.Sprintf("%d lines to %d", len(s.log), s.pos.Revision-head)
		}
		staff := domain.Audience{Kind: domain.AudienceStaff}
		for name, c := range map[string]struct {
			board domain.BoardID
			by    domain.Actor
			from  Position
			want  string
		}{
			"at the head":      {domain.Live, reader, Position{Epoch: epoch, Revision: head}, "context deadline exceeded"},
			"ten behind":       {domain.Live, reader, Position{Epoch: epoch, Revision: head - 10}, "10 lines to 0"},
			"and known":        {domain.Live, reader, Position{Epoch: epoch, Revision: head - 10, Audience: staff}, "10 lines to 0"},
			"another's":        {domain.Live, screen, Position{Epoch: epoch, Revision: head - 10, Audience: staff}, "audience: resync"},
			"ahead":            {domain.Live, reader, Position{Epoch: epoch, Revision: head + 1}, "ahead: resync"},
			"another epoch":    {domain.Live, reader, Position{Epoch: "x", Revision: head}, "epoch: resync"},
			"no position":      {domain.Live, reader, Position{}, "epoch: resync"},
			"before the board": {domain.Live, reader, Position{Epoch: epoch}, "below: resync"},
			"not to be seen":   {domain.Live, nobody, Position{Epoch: epoch, Revision: head}, "board gone"},
			"no board":         {"2031", reader, Position{Epoch: epoch, Revision: head}, "board gone"},
		} {
			if got := next(c.board, c.by, c.from); got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		}
		o.restart()
		if got := next(domain.Live, reader, Position{Epoch: epoch, Revision: head - 200}); got != "200 lines to 0" {
			t.Errorf("200 behind, after a restart: %s", got)
		}
		if got := next(domain.Live, reader, Position{Epoch: epoch, Revision: head - 290}); got != "below: resync" {
			t.Errorf("290 behind, after a restart: %s", got)
		}
		if n := o.metric("kb_resync_total", "below"); n != 1 {
			t.Errorf("counted %v resyncs", n)
		}
		if n := o.metric("kb_watchers", ""); n != 0 {
			t.Errorf("%v watchers are left", n)
		}
	})
}
