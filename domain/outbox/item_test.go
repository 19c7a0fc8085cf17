package outbox

import (
	"testing"
	"time"
)

var start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// TestTriesWaitLongerAndEnd: a receiver that is not there is tried at once, then after a
// minute, two, four and so on up to six hours, and given up after three days.
func TestTriesWaitLongerAndEnd(t *testing.T) {
	now := start
	i := Item{Key: "a"}.Queue(now, now)
	var waits []time.Duration
	for i.State == Waiting {
		if !i.Ready(now) || i.Ready(now.Add(-time.Nanosecond)) {
			t.Fatalf("after %d tries: ready %t", i.Tries, i.Ready(now))
		}
		i = i.Begin().End(Outcome{Result: Later, Fault: FaultUnreachable}, now)
		if i.State == Waiting {
			waits = append(waits, i.Due.Sub(now))
			now = i.Due
		}
	}
	if waits[0] != time.Minute || waits[1] != 2*time.Minute || waits[len(waits)-1] != 6*time.Hour {
		t.Errorf("waits %v", waits)
	}
	if lasted := now.Sub(start); i.State != Failed || lasted < GiveUp || lasted >= GiveUp+LastWait || i.Fault != FaultUnreachable {
		t.Errorf("%s after %s, fault %q", i.State, lasted, i.Fault)
	}
	again, ok := i.Again(now)
	if !ok || !again.Ready(now) || again.Tries != 0 {
		t.Errorf("asked for again: %t, %+v", ok, again)
	}
	if again = again.Begin().End(Outcome{Result: Later}, now); again.State != Waiting {
		t.Errorf("asked for again, it is %s after one try", again.State)
	}
}

// TestDoubtIsTriedOnceMore: what may have been sent is sent once more after an hour, and
// never again by itself, whatever comes of that.
func TestDoubtIsTriedOnceMore(t *testing.T) {
	doubt := Item{Key: "a"}.Queue(start, start).Begin().End(Outcome{Result: Unknown, Fault: FaultSilent}, start)
	if doubt.State != Uncertain || !doubt.Due.Equal(start.Add(time.Hour)) {
		t.Fatalf("%s, due %s", doubt.State, doubt.Due)
	}
	later := start.Add(time.Hour)
	for _, r := range []Result{Later, Never, Unknown, Moot} {
		if i := doubt.Begin().End(Outcome{Result: r}, later); i.State != Uncertain || i.Ready(later.Add(GiveUp)) {
			t.Errorf("after %s: %s, ready %t", r, i.State, i.Ready(later.Add(GiveUp)))
		}
	}
	if i := doubt.Begin().End(Outcome{Result: Done}, later); i.State != Sent {
		t.Errorf("sent the second time, it is %s", i.State)
	}
}

// TestEndsAreEnds: what was refused for good, thrown away or sent is not tried, and what
// was sent is not sent again.
func TestEndsAreEnds(t *testing.T) {
	begun := Item{Key: "a"}.Queue(start, start).Begin()
	for r, want := range map[Result]State{Done: Sent, Never: Failed, Moot: Dropped} {
		i := begun.End(Outcome{Result: r}, start)
		if i.State != want || i.Ready(start.Add(GiveUp)) || !i.Ended.Equal(start) {
			t.Errorf("%s: %s, ready %t", r, i.State, i.Ready(start.Add(GiveUp)))
		}
		if _, ok := i.Again(start); ok != (want != Sent) {
			t.Errorf("%s: may be sent again: %t", want, ok)
		}
		if _, ok := i.Drop(start); ok != (want == Failed) {
			t.Errorf("%s: may be thrown away: %t", want, ok)
		}
	}
	if _, ok := begun.Drop(start); ok {
		t.Error("what is being sent was thrown away")
	}
}
