package auth

import (
	"testing"
	"time"
)

// TestVisitBefore: an account's visit before this one ended when it was last used before
// nobody used it for four hours; a pause of an hour begins no other visit.
func TestVisitBefore(t *testing.T) {
	d := newDesk(t)
	before := func() time.Time {
		account, _ := d.Account("kari")
		return account.Before
	}
	_, h := d.login(t)
	h.Touch()
	if !before().IsZero() {
		t.Errorf("at first there was a visit before, until %v", before())
	}
	for range 3 {
		d.clocks.pass(50 * time.Minute)
		h.Touch()
	}
	last := d.clocks.now()
	d.clocks.pass(visitGap + time.Minute)
	_, again := d.login(t)
	if got := before(); got.After(last) || last.Sub(got) > seenEvery {
		t.Errorf("the visit before ended %v, want within an hour before %v", got, last)
	}
	was := before()
	d.clocks.pass(time.Hour)
	again.Touch()
	h.Touch()
	if before() != was {
		t.Errorf("within the visit it is said to have begun at %v, then %v", was, before())
	}
	d.settle(t)
	if stored := d.disk.account("kari").Before; stored != before() {
		t.Errorf("%v is stored, %v known", stored, before())
	}
}
