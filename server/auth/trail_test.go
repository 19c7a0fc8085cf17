package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/audit"
	"kommunebilde/storage/storagetest"
)

// logged returns the whole log, the oldest first.
func logged(t *testing.T, trail *Trail) (out []audit.Trace) {
	t.Helper()
	for q := (TraceQuery{}); ; {
		found, next, err := trail.Search(t.Context(), q)
		must(t, err)
		for _, f := range found {
			if f.Altered {
				t.Fatalf("trace %d is altered", f.Seq)
			}
			out = append([]audit.Trace{f.Trace}, out...)
		}
		if q.Before = next; next == 0 {
			return out
		}
	}
}

func login(who string) audit.Trace {
	return audit.Trace{What: audit.Login, Who: domain.AccountID(who), From: "10.0.0.1"}
}

// TestTrailGroups: many at once are few writes, and each is there when Leave
// returns.
func TestTrailGroups(t *testing.T) {
	d := newDesk(t)
	var all sync.WaitGroup
	for i := range 350 {
		all.Go(func() {
			who := fmt.Sprint("u", i)
			if err := d.Trail().Leave(t.Context(), login(who)); err != nil {
				t.Error(err)
			}
			if found, _, err := d.Trail().Search(t.Context(), TraceQuery{Who: domain.AccountID(who), Limit: 1}); err != nil || len(found) != 1 {
				t.Errorf("%s: %d found, %v", who, len(found), err)
			}
		})
	}
	all.Wait()
	if n := d.disk.Groups(); n > 60 {
		t.Errorf("%d writes for 350 log-ins at once", n)
	}
	if got := logged(t, d.Trail()); len(got) != 350 {
		t.Errorf("%d traces", len(got))
	}
}

// TestTrailGoesOn: over a restart the chain has no seam, and a failed write
// leaves a gap that says so; what happened meanwhile follows, an export that was
// refused does not.
func TestTrailGoesOn(t *testing.T) {
	disk, c := newDisk(), newClocks()
	d := open(t, disk, c)
	must(t, d.Trail().Leave(t.Context(), login("kari")))
	disk.TraceLog.Fail(errors.New("no room"))
	export := audit.Trace{What: audit.Export, Who: "kari"}
	for _, one := range []audit.Trace{login("ola"), export} {
		if err := d.Trail().Leave(t.Context(), one); domain.CodeOf(err) != domain.Unavailable {
			t.Errorf("%s: %v", one.What, err)
		}
	}
	if d.Trail().Failed() == nil {
		t.Error("it does not say that it cannot be written")
	}
	disk.TraceLog.Fail(nil)
	must(t, d.Trail().Leave(t.Context(), login("per")))
	if err := d.Trail().Failed(); err != nil {
		t.Error(err)
	}
	must(t, d.Close(t.Context()))
	d = open(t, disk, c)
	must(t, d.Trail().Leave(t.Context(), login("anne")))
	var got []string
	for _, one := range logged(t, d.Trail()) {
		got = append(got, string(one.What)+" "+string(one.Who))
	}
	if want := "[login kari gap  login ola login per login anne]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}

// TestTrailIsBounded: a log that cannot be written fills no memory and holds
// nobody up.
func TestTrailIsBounded(t *testing.T) {
	d := newDesk(t)
	d.disk.TraceLog.Fail(errors.New("no room"))
	for i := range 3 * readsMost {
		one := login(fmt.Sprint("u", i))
		one.What = audit.InternalRead
		d.Trail().Note(one)
	}
	trail := d.Trail()
	trail.mu.Lock()
	n := len(trail.queue)
	trail.mu.Unlock()
	if n > trailQueue+1 || len(trail.reads.seen) > readsMost || trail.Lost() == 0 {
		t.Errorf("%d wait, %d are counted, %d lost", n, len(trail.reads.seen), trail.Lost())
	}
}

// TestRefusalsFillNothing: who is nobody leaves a bounded number of traces,
// however many addresses they have, so that those of others find room; none of
// what they did is left out of the count.
func TestRefusalsFillNothing(t *testing.T) {
	c := newClocks()
	r := &reads{clock: c.monotonic, seen: map[readKey]*counted{}}
	refused := func(who domain.AccountID, from string) audit.Trace {
		return audit.Trace{What: audit.LoginRefused, Who: who, From: from, Detail: "unknown"}
	}
	if !r.count(refused("", "2001:db8::1")) || r.count(refused("", "2001:db8::2")) || !r.count(refused("", "2001:db8:0:1::1")) {
		t.Error("the addresses of one network are not counted as one")
	}
	const tries = 5000
	for round := range 2 {
		told := 0
		for i := range tries {
			if r.count(refused([]domain.AccountID{"", "kari"}[i%2], fmt.Sprintf("10.%d.%d.1", i/250, i%250))) {
				told++
			}
		}
		if told > refusalsOwn || told < refusalsOwn-2 {
			t.Errorf("round %d: %d leave a trace", round, told)
		}
		c.pass(readsFor)
		more := 0
		for _, one := range r.over(false) {
			if one.Detail == "many" && one.From == "" {
				more += 1 + one.Count
			}
		}
		if told+more != tries {
			t.Errorf("round %d: %d are told, %d are counted, of %d", round, told, more, tries)
		}
		if len(r.seen) != 0 || r.refusals != 0 {
			t.Errorf("round %d: %d and %d are left", round, len(r.seen), r.refusals)
		}
	}
}

// TestReadsAreWrittenWithTheirCount, once five minutes are over.
func TestReadsAreWrittenWithTheirCount(t *testing.T) {
	c := newClocks()
	r := &reads{clock: c.monotonic, seen: map[readKey]*counted{}}
	one := audit.Trace{What: audit.InternalRead, Who: "kari", Board: "2026", From: "10.0.0.1"}
	other := one
	other.Municipality = "3401"
	for i := range 5 {
		if r.count(one) != (i == 0) || i == 0 && !r.count(other) {
			t.Errorf("read %d", i)
		}
	}
	if got := r.over(false); len(got) != 0 {
		t.Errorf("too early: %+v", got)
	}
	c.pass(readsFor)
	if got := r.over(false); len(got) != 1 || got[0].Count != 4 || got[0].Municipality != "" {
		t.Errorf("%+v", got)
	}
	if !r.count(one) {
		t.Error("after five minutes it is a new one")
	}
}

// TestLooksAreToldOnce: for ten minutes, from each network; what is remembered is
// bounded, and one that found no room in the queue is told by the next.
func TestLooksAreToldOnce(t *testing.T) {
	c := newClocks()
	l := newLooks(c.monotonic)
	one := audit.Trace{What: audit.LiveRead, Who: "kari", Board: "na", From: "10.0.0.1"}
	other := one
	other.From = "2001:db8::1"
	for i := range 3 {
		if l.first(one) != (i == 0) || l.first(other) != (i == 0) {
			t.Errorf("look %d", i)
		}
		other.From += "1"
		c.pass(time.Minute)
	}
	l.forget(one)
	if !l.first(one) {
		t.Error("what was not written is not told again")
	}
	c.pass(looksFor)
	if !l.first(one) || l.first(one) {
		t.Error("after ten minutes it is a new one, once")
	}
	for i := range 2 * looksMost {
		one.Who = domain.AccountID(fmt.Sprint("u", i))
		l.first(one)
	}
	if len(l.seen) != looksMost {
		t.Errorf("%d are remembered", len(l.seen))
	}
	c.pass(looksFor)
	if l.tidy(); len(l.seen) != 0 {
		t.Errorf("%d are remembered for ever", len(l.seen))
	}
}

// TestOldTracesGo: what is older than it is kept goes in whole, what is left
// verifies, and a clock that is wrong takes nothing away.
func TestOldTracesGo(t *testing.T) {
	disk, c := newDisk(), newClocks()
	chain := storagetest.TraceChain{}
	start := c.now()
	var group []audit.Trace
	const n = trailPrune + 700
	for i := range n {
		one := login("kari")
		one.At = start.Add(time.Duration(i) * time.Hour)
		if group = append(group, chain.Next(t, one)); len(group) == 100 {
			must(t, disk.AppendTraces(group))
			group = nil
		}
	}
	must(t, disk.AppendTraces(append(group, chain.Next(t, login("siste")))))

	run := func(at time.Time) []audit.Trace {
		c.jump(at.Sub(c.now()))
		a, err := New(disk, Options{Now: c.now, Monotonic: c.monotonic, Keep: 100 * time.Hour})
		must(t, err)
		must(t, a.Close(context.Background()))
		return logged(t, a.Trail())
	}
	if got := run(start.Add(10 * 365 * 24 * time.Hour)); len(got) != n+1 {
		t.Errorf("ten years later %d of %d are left", len(got), n+1)
	}
	got := run(start.Add(n * time.Hour))
	if len(got) != 100+1+2 || got[0].Seq != n-100+1 {
		t.Fatalf("%d left, the first is %d", len(got), got[0].Seq)
	}
	gone, _, err := disk.TraceEnds()
	must(t, err)
	last := got[len(got)-1]
	if last.What != audit.Pruned || *last.Upto != gone || got[0].Prev != gone.Hash {
		t.Errorf("%s, and %+v is gone", last.Body, gone)
	}
	for i := 1; i < len(got); i++ {
		if got[i].Prev != got[i-1].Hash {
			t.Fatalf("trace %d does not follow", got[i].Seq)
		}
	}
	if again := run(start.Add(n * time.Hour)); len(again) != len(got) {
		t.Errorf("%d after another start, %d before", len(again), len(got))
	}
}

// TestSearchByTime finds the days it is asked for, by halving.
func TestSearchByTime(t *testing.T) {
	disk, c := newDisk(), newClocks()
	chain := storagetest.TraceChain{}
	start := c.now()
	for i := range 90 {
		one := login(fmt.Sprint("u", i%3))
		one.At = start.Add(time.Duration(i) * time.Hour)
		must(t, disk.AppendTraces([]audit.Trace{chain.Next(t, one)}))
	}
	d := open(t, disk, c)
	at := func(h int) time.Time { return start.Add(time.Duration(h) * time.Hour) }
	for name, one := range map[string]struct {
		q        TraceQuery
		n        int
		from, to int // seq of the newest and the oldest
	}{
		"all":       {TraceQuery{}, 90, 90, 1},
		"a day":     {TraceQuery{From: at(24), To: at(48)}, 24, 48, 25},
		"between":   {TraceQuery{From: at(24).Add(time.Minute), To: at(26).Add(time.Minute)}, 2, 27, 26},
		"before":    {TraceQuery{To: at(0)}, 0, 0, 0},
		"after":     {TraceQuery{From: at(90)}, 0, 0, 0},
		"one's own": {TraceQuery{Who: "u1", From: at(30)}, 20, 89, 32},
		"paged":     {TraceQuery{Who: "u1", Before: 60, Limit: 2}, 2, 59, 56},
	} {
		found, _, err := d.Trail().Search(t.Context(), one.q)
		must(t, err)
		if len(found) != one.n || one.n > 0 && (int(found[0].Seq) != one.from || int(found[one.n-1].Seq) != one.to) {
			t.Errorf("%s: %d found", name, len(found))
		}
	}
}

// TestErasedAccount has nothing left but its id.
func TestErasedAccount(t *testing.T) {
	d := newDesk(t)
	_, err := d.AddToken("kari", "regneark")
	must(t, err)
	_, h, err := d.Login(t.Context(), "kari", password, "a")
	must(t, err)
	must(t, d.Erase("kari"))
	if _, ok := h.Actor(); ok || len(d.Sessions("kari")) != 0 {
		t.Error("still signed in")
	}
	a := d.disk.accounts["kari"]
	if a.Name != "" || a.Password != "" || len(a.Grants) != 0 || !a.Disabled || a.Created.IsZero() || d.Name("kari") != "kari" {
		t.Errorf("%+v", a)
	}
	if err := d.AddAccount(t.Context(), accounts.Account{ID: "kari", Name: "En annen"}, ""); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("the id was given to another: %v", err)
	}
}

// TestEachBoardLeavesALine: a look at one stands for none at another.
func TestEachBoardLeavesALine(t *testing.T) {
	l := newLooks(newClocks().monotonic)
	look := func(board domain.BoardID) bool {
		return l.first(audit.Trace{What: audit.LiveRead, Who: "kari", From: "10.0.0.1", Board: board})
	}
	for i, want := range []bool{true, false, true, false} {
		if got := look([]domain.BoardID{"na", "flom"}[i/2]); got != want {
			t.Errorf("look %d leaves a line: %v", i, got)
		}
	}
}
