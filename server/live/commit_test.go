package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kommunebilde/domain"
	"kommunebilde/domain/editions"
	"kommunebilde/domain/texts"
)

// answers collects what commands submitted at the same time got.
type answers struct {
	wg      sync.WaitGroup
	mu      sync.Mutex
	results []Result
	errs    []error
}

func (a *answers) submit(ctx context.Context, c *Clerk, by domain.Actor, req domain.RequestID, cmd domain.Command) {
	a.wg.Go(func() {
		r, err := c.Submit(ctx, by, req, cmd)
		a.mu.Lock()
		defer a.mu.Unlock()
		if err != nil {
			a.errs = append(a.errs, err)
		} else {
			a.results = append(a.results, r)
		}
	})
}

// busy submits a first command and returns once its Append waits, so that what
// comes next gathers behind it.
func (o *office) busy(a *answers) (release func()) {
	waiting, release := o.journal.Hold()
	a.submit(context.Background(), o.clerk, leader, "", set("0001", "helse", domain.Yellow))
	<-waiting
	return release
}

func TestGroupIsOneAppend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		before, head := len(o.journal.calls()), o.clerk.State().Head().Revision
		var a answers
		release := o.busy(&a)
		for i := range 64 {
			by := []domain.Actor{leader, second}[i%2]
			a.submit(t.Context(), o.clerk, by, domain.RequestID(fmt.Sprint(i)), set("0001", "helse", domain.Red))
		}
		synctest.Wait() // all wait in the queue
		if now := o.clerk.State().Head().Revision; now != head {
			t.Errorf("published %d before anything was durable", now)
		}
		release()
		a.wg.Wait()
		if len(a.errs) > 0 || len(a.results) != 65 {
			t.Fatalf("%d answers, errors %v", len(a.results), a.errs)
		}
		if got := o.journal.calls()[before:]; !slices.Equal(got, []int{1, 64}) {
			t.Errorf("groups of %v, want 1 and 64", got)
		}
		revs := map[domain.Revision]bool{}
		for _, r := range a.results {
			revs[r.Revision] = true
			if r.BoardRevision != r.Revision {
				t.Errorf("answer %+v", r)
			}
		}
		if len(revs) != 65 || !revs[head+1] || !revs[head+65] {
			t.Errorf("%d revisions after %d", len(revs), head)
		}
	})
}

func TestGroupHasLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		before := len(o.journal.calls())
		var a answers
		release := o.busy(&a)
		for range 300 {
			a.submit(t.Context(), o.clerk, leader, "", set("0001", "helse", domain.Red))
		}
		synctest.Wait()
		release()
		a.wg.Wait()
		if got := o.journal.calls()[before:]; !slices.Equal(got, []int{1, 256, 44}) {
			t.Errorf("groups of %v", got)
		}
		// Forty maps of some 120 KB each do not fit into one group.
		before = len(o.journal.calls())
		release = o.busy(&a)
		for i := range 40 {
			c := catalogue(3)
			m := &domain.Map{Attribution: fmt.Sprint(i), Arcs: [][][2]int32{make([][2]int32, 20000)}}
			c.Map = m.Hash()
			a.submit(t.Context(), o.clerk, editor, "", editions.Open{
				Board: domain.BoardID(fmt.Sprint(2000 + i)), Title: domain.Words{NB: "x"}, Catalogue: c, Map: m,
			})
		}
		synctest.Wait()
		release()
		a.wg.Wait()
		if len(a.errs) > 0 {
			t.Fatal(a.errs)
		}
		if got := o.journal.calls()[before:]; len(got) < 3 || got[1] < 10 {
			t.Errorf("groups of %v", got)
		}
	})
}

// TestNoPageIsAheadOfTheRing: whenever a page takes the state, its screen can
// follow from there. The page is asked for whenever the Clerk looks at the clock.
func TestNoPageIsAheadOfTheRing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		synctest.Wait()
		atOnce := make(chan time.Time)
		close(atOnce)
		asked, asking := map[domain.Revision]int{}, false
		o.now = func() time.Time {
			if !asking {
				asking = true
				p, _ := o.picture(reader, domain.Live)
				at := p.Board().Revision
				w := o.clerk.Watch(domain.Live, o.as(reader, domain.Live), Position{Epoch: p.Epoch(), Revision: at})
				if _, err := w.NextOr(t.Context(), atOnce); err != nil {
					t.Errorf("a page of revision %d: %v", at, err)
				}
				w.Close()
				asked[at]++
				asking = false
			}
			return time.Now()
		}
		first := o.do(leader, set("0001", "helse", domain.Red))
		last := o.do(leader, set("0002", "helse", domain.Red))
		synctest.Wait()
		if asked[first.BoardRevision-1] == 0 || asked[first.BoardRevision] == 0 || asked[last.BoardRevision] == 0 {
			t.Errorf("pages of %v", asked)
		}
	})
}

func TestRefusedCommandsLeaveTheirGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		head := o.clerk.State().Head().Revision
		var good, bad answers
		release := o.busy(&good)
		good.submit(t.Context(), o.clerk, leader, "", domain.CloseMeeting{Meeting: "m1", Unexplained: true})
		synctest.Wait()
		// Judged after the meeting was closed in the same group.
		bad.submit(t.Context(), o.clerk, leader, "", set("0002", "helse", domain.Red))
		synctest.Wait()
		bad.submit(t.Context(), o.clerk, reader, "", set("0002", "helse", domain.Red))
		synctest.Wait()
		good.submit(t.Context(), o.clerk, leader, "", domain.OpenMeeting{ID: "m2", Board: domain.Live, Kind: domain.MeetingRegion, Title: "x"})
		synctest.Wait()
		if len(bad.errs) > 0 {
			t.Error("a refusal that rests on what is not durable was told")
		}
		release()
		good.wg.Wait()
		bad.wg.Wait()
		if len(good.errs) > 0 || len(bad.errs) != 2 {
			t.Errorf("errors %v and %v", good.errs, bad.errs)
		}
		if got := o.clerk.State().Head().Revision; got != head+3 {
			t.Errorf("at %d, want %d", got, head+3)
		}
	})
}

func TestFailedAppendEndsAllWriting(t *testing.T) {
	for name, fail := range map[string]func(*counted, error){
		"not stored":          func(j *counted, err error) { j.FailNext(err) },
		"stored all the same": func(j *counted, err error) { j.FailNextLate(err) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(t)
				o.begin()
				w := o.watch(reader, domain.Live)
				before := o.clerk.State()
				broken := errors.New("input/output error")
				var a answers
				release := o.busy(&a)
				fail(o.journal, broken)
				a.submit(t.Context(), o.clerk, leader, "", set("0002", "helse", domain.Red))
				synctest.Wait()
				release()
				a.wg.Wait()
				calls := len(o.journal.calls())
				a.submit(t.Context(), o.clerk, leader, "", set("0003", "helse", domain.Red))
				a.submit(t.Context(), o.clerk, admin, "", texts.Redact{Texts: []domain.TextID{{Revision: 2}}, Reason: "x"})
				a.wg.Wait()
				if len(a.errs) != 4 {
					t.Fatalf("answers %v, errors %v", a.results, a.errs)
				}
				for _, err := range a.errs {
					var e *domain.Error
					if !errors.As(err, &e) || e.Code != domain.Unavailable || e.Msg != "storage.failed" {
						t.Errorf("got %v", err)
					}
				}
				if !errors.Is(o.clerk.Failed(), broken) {
					t.Errorf("Failed() is %v", o.clerk.Failed())
				}
				if len(o.journal.calls()) != calls {
					t.Error("it was tried again")
				}
				if o.clerk.State() != before {
					t.Error("the picture changed")
				}
				frames, err := w.Next(t.Context())
				if err != nil || len(frames) != 1 || string(frames[0]) != `{"storage":"failed"}` {
					t.Errorf("screens are told %q, %v", frames, err)
				}
				if frames, err := o.watch(reader, domain.Live).Next(t.Context()); err != nil || len(frames) != 1 {
					t.Errorf("a screen that comes later is told %q, %v", frames, err)
				}
			})
		})
	}
}

func TestFullDiskRefusesAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		before := o.clerk.State()
		o.journal.full = 1
		_, err := o.clerk.Submit(t.Context(), leader, "r1", set("0001", "helse", domain.Red))
		if !errors.Is(err, errFull) {
			t.Errorf("got %v", err)
		}
		if o.clerk.Failed() != nil || o.clerk.State() != before {
			t.Error("a refusal is taken for a failure")
		}
		// The same request may be tried again, even with other content.
		r, err := o.clerk.Submit(t.Context(), leader, "r1", set("0001", "helse", domain.Green))
		if err != nil || r.Revision != before.Head().Revision+1 {
			t.Errorf("then: %+v, %v", r, err)
		}
		p, _ := o.picture(reader, domain.Live)
		if h := p.History(p.Row("0001"), p.Col("helse")); len(h) != 1 || h[0].Level != domain.Green {
			t.Errorf("history %+v", h)
		}
	})
}

// TestFullDiskIsTold: to screens that look, to one that comes while it is full
// and to one that comes back after; then it is taken back everywhere.
func TestFullDiskIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		told := func(w *Watcher) (out []string) {
			t.Helper()
			frames, err := w.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range frames {
				if strings.HasPrefix(string(f), `{"storage"`) {
					out = append(out, string(f))
				}
			}
			return out
		}
		early := o.watch(reader, domain.Live)
		o.journal.full = 2
		for range 2 {
			if _, err := o.clerk.Submit(t.Context(), leader, "r1", set("0001", "helse", domain.Red)); !errors.Is(err, errFull) {
				t.Fatalf("got %v", err)
			}
		}
		if !errors.Is(o.clerk.Full(), errFull) || o.clerk.Failed() != nil {
			t.Errorf("full: %v, failed: %v", o.clerk.Full(), o.clerk.Failed())
		}
		if n := valueOf(t, o.clerk.metrics.full); n != 1 {
			t.Errorf("the gauge says %v", n)
		}
		late := o.watch(reader, domain.Live)
		for name, w := range map[string]*Watcher{"early": early, "late": late} {
			if got := told(w); !slices.Equal(got, []string{`{"storage":"full"}`}) {
				t.Errorf("%s is told %q", name, got)
			}
		}
		o.do(leader, set("0001", "helse", domain.Red))
		if o.clerk.Full() != nil || valueOf(t, o.clerk.metrics.full) != 0 {
			t.Errorf("still full: %v", o.clerk.Full())
		}
		synctest.Wait()
		for name, w := range map[string]*Watcher{"early": early, "late": late, "back again": o.watch(reader, domain.Live)} {
			if got := told(w); !slices.Equal(got, []string{`{"storage":"ok"}`}) {
				t.Errorf("%s is then told %q", name, got)
			}
		}
	})
}

func valueOf(t *testing.T, g prometheus.Gauge) float64 {
	t.Helper()
	r := prometheus.NewPedanticRegistry()
	r.MustRegister(g)
	families, err := r.Gather()
	if err != nil || len(families) != 1 {
		t.Fatalf("%v, %v", families, err)
	}
	return families[0].GetMetric()[0].GetGauge().GetValue()
}

func TestGivenUpBeforeItsTurnNeverHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		head := o.clerk.State().Head().Revision
		var a, late answers
		release := o.busy(&a)
		ctx, cancel := context.WithCancel(t.Context())
		late.submit(ctx, o.clerk, leader, "", set("0002", "helse", domain.Red))
		synctest.Wait()
		cancel()
		late.wg.Wait()
		var e *domain.Error
		if len(late.errs) != 1 || !errors.As(late.errs[0], &e) || e.Msg != "busy" || !errors.Is(e, context.Canceled) {
			t.Errorf("got %v", late.errs)
		}
		release()
		a.wg.Wait()
		o.close(o.clerk)
		if got := o.clerk.State().Head().Revision; got != head+1 {
			t.Errorf("at %d, want %d", got, head+1)
		}
	})
}

func TestGivenUpWhileItIsKeptStillHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		head := o.clerk.State().Head().Revision
		waiting, release := o.journal.Hold()
		ctx, cancel := context.WithCancel(t.Context())
		var a answers
		a.submit(ctx, o.clerk, leader, "r1", set("0002", "helse", domain.Red))
		<-waiting
		cancel()
		a.wg.Wait()
		var e *domain.Error
		if len(a.errs) != 1 || !errors.As(a.errs[0], &e) || e.Msg != "answer.unknown" {
			t.Errorf("got %v", a.errs)
		}
		release()
		r, err := o.clerk.Submit(t.Context(), leader, "r1", set("0002", "helse", domain.Red))
		if err != nil || r.Revision != head+1 || o.clerk.State().Head().Revision != head+1 {
			t.Errorf("the same request later: %+v, %v", r, err)
		}
	})
}

func TestFullQueueRefusesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		var a answers
		release := o.busy(&a)
		for range queueLength {
			a.submit(t.Context(), o.clerk, leader, "", set("0001", "helse", domain.Red))
		}
		synctest.Wait()
		_, err := o.clerk.Submit(t.Context(), leader, "", set("0001", "helse", domain.Red))
		var e *domain.Error
		if !errors.As(err, &e) || e.Msg != "busy" {
			t.Errorf("got %v", err)
		}
		release()
		a.wg.Wait()
		if len(a.results) != queueLength+1 {
			t.Errorf("%d answers, errors %v", len(a.results), a.errs)
		}
	})
}

func TestCloseFinishesWhatItHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		var a answers
		release := o.busy(&a)
		for range 10 {
			a.submit(t.Context(), o.clerk, leader, "", set("0001", "helse", domain.Red))
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := o.clerk.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close with a disk that hangs: %v", err)
		}
		release()
		o.close(o.clerk)
		a.wg.Wait()
		if len(a.results) != 11 {
			t.Errorf("%d answers, errors %v", len(a.results), a.errs)
		}
		_, err := o.clerk.Submit(t.Context(), leader, "", set("0001", "helse", domain.Red))
		var e *domain.Error
		if !errors.As(err, &e) || e.Msg != "closing" {
			t.Errorf("after Close: %v", err)
		}
	})
}

func TestClockThatGoesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		o.do(leader, set("0001", "helse", domain.Red))
		at := o.clerk.State().At()
		start := time.Now()
		synctest.Wait()
		o.now = func() time.Time { return time.Now().Add(-time.Hour) }
		// It is clicked now, by the clock as it is.
		if _, err := o.clerk.SubmitIssued(t.Context(), leader, "", set("0002", "helse", domain.Red), start.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := o.clerk.State().At(); !got.Equal(at) {
			t.Errorf("the record is of %v, the one before it of %v", got, at)
		}
		o.restart()
		if !o.clerk.State().At().Equal(at) {
			t.Error("replayed otherwise")
		}
	})
}

func TestFaultInARuleEndsTheCommandOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		o.salt = func() { panic("Ola Nordmann") }
		cmd := set("0001", "helse", domain.Red)
		cmd.Cells[0].Text = "Ola Nordmann"
		_, err := o.clerk.Submit(t.Context(), leader, "", cmd)
		if domain.CodeOf(err) != domain.Internal {
			t.Errorf("got %v", err)
		}
		o.salt = nil
		o.do(leader, cmd)
	})
}

func TestOverwrittenIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		o.do(leader, set("0001", "helse", domain.Yellow))
		r := o.do(second, set("0001", "helse", domain.Red))
		want := Over{Municipality: "0001", Column: "helse", By: "kari", Level: domain.Yellow}
		if len(r.Over) != 1 || r.Over[0] != want {
			t.Errorf("got %+v", r.Over)
		}
	})
}

func TestRedactionIsItsOwnGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.begin()
		cmd := set("0001", "helse", domain.Red)
		cmd.Cells[0].Text = "Pasient Ola Nordmann"
		o.do(leader, cmd)
		p, _ := o.picture(reader, domain.Live)
		id := p.Cell(p.Row("0001"), p.Col("helse")).TextID
		w := o.watch(reader, domain.Live)
		before := len(o.journal.calls())

		var a answers
		release := o.busy(&a)
		for _, cmd := range []domain.Command{
			set("0002", "helse", domain.Red),
			texts.Redact{Texts: []domain.TextID{id}, Reason: "Personopplysning"},
			set("0003", "helse", domain.Red),
		} {
			by := leader
			if _, ok := cmd.(texts.Redact); ok {
				by = admin
			}
			a.submit(t.Context(), o.clerk, by, "r", cmd)
			synctest.Wait()
		}
		if p.Cell(p.Row("0001"), p.Col("helse")).Text == "" {
			t.Error("the text left memory before it left the disk")
		}
		release()
		a.wg.Wait()
		// The third has the second's request id, but another account's.
		if len(a.errs) != 1 || domain.CodeOf(a.errs[0]) != domain.Conflict {
			t.Fatalf("errors %v", a.errs)
		}
		if got := o.journal.calls()[before:]; !slices.Equal(got, []int{1, 1}) {
			t.Errorf("appended groups of %v besides the redaction", got)
		}
		if c := p.Cell(p.Row("0001"), p.Col("helse")); c.Text != "" || !c.Redacted {
			t.Errorf("after it: %+v", c)
		}
		if _, err := w.Next(t.Context()); !errors.Is(err, ErrResync) {
			t.Errorf("a screen that showed the text: %v", err)
		}
		o.restart()
		p, _ = o.picture(reader, domain.Live)
		if c := p.History(p.Row("0001"), p.Col("helse"))[0]; c.Text != "" || !c.Redacted {
			t.Errorf("after a restart: %+v", c)
		}
		_, err := o.clerk.Submit(t.Context(), admin, "r", texts.Redact{Texts: []domain.TextID{id}, Reason: "Personopplysning"})
		if err != nil {
			t.Errorf("the same request again: %v", err)
		}
	})
}
