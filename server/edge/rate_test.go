package edge

import (
	"fmt"
	"testing"
	"time"

	"kommunebilde/domain"
)

// TestRatesComeBack: at their pace and no more than they were, and one who has
// everything takes no memory.
func TestRatesComeBack(t *testing.T) {
	t.Parallel()
	r, now, one := newRates(RatesOf(1)), time.Now(), spender{who: "kari"}
	spend := func(want ...bool) {
		t.Helper()
		for i, want := range want {
			if ok, _ := r.take(one, true, now); ok != want {
				t.Errorf("command %d: %v", i, ok)
			}
		}
	}
	spend(true, true, true, true, true, false)
	now = now.Add(2 * time.Second)
	spend(true, true, false)
	now = now.Add(time.Hour)
	spend(true, true, true, true, true, false)
	for i := range 1000 {
		r.take(spender{who: domain.AccountID(fmt.Sprint(i))}, false, now)
	}
	now = now.Add(11 * time.Second)
	r.take(spender{who: "ola"}, false, now)
	if len(r.by) != 1 {
		t.Errorf("%d are remembered", len(r.by))
	}
	for _, command := range []bool{true, false} {
		slow := newRates(Rates{Bound{1, 0.01}, Bound{1, 0.01}})
		slow.take(one, command, now)
		if now = now.Add(11 * time.Second); len(slow.by) != 1 {
			t.Error("who spends is not remembered")
		}
		slow.take(spender{who: "ola"}, command, now)
		if ok, _ := slow.take(one, command, now); ok {
			t.Errorf("what was spent is forgotten, of commands: %t", command)
		}
	}
	if _, first := r.take(one, true, now); first {
		t.Error("refused while it has everything")
	}
}
