package auth

import (
	"maps"
	"slices"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// TestUnseenScreenEnds: ninety days after it was last seen, and not a day before,
// with or without a restart. That it is seen is stored every five minutes at most.
func TestUnseenScreenEnds(t *testing.T) {
	d := newDesk(t)
	id, err := d.AddScreen(t.Context(), "kari", "Vegg i rom 2", "na", "/tavle/na?vis=skjerm")
	must(t, err)
	secret, h, err := d.OpenScreen(id)
	must(t, err)
	const day = 24 * time.Hour
	for range 5 { // a year and more, seen each time
		d.clocks.pass(89 * day)
		if d.Session(secret) == nil {
			t.Fatal("ended before its time")
		}
	}
	d.settle(t)
	seen := d.disk.sessions[h.Key()].Seen
	d.clocks.pass(4 * time.Minute)
	d.Session(secret)
	d.settle(t)
	if now := d.disk.sessions[h.Key()].Seen; !now.Equal(seen) {
		t.Errorf("stored again after four minutes: %v", now.Sub(seen))
	}
	reopened := func(after time.Duration) *desk {
		return open(t, &disk{accounts: maps.Clone(d.disk.accounts), sessions: maps.Clone(d.disk.sessions)}, &clocks{wall: seen.Add(after), mono: time.Second})
	}
	if reopened(90*day-time.Minute).Session(secret) == nil {
		t.Error("a restart after 89 days ended it")
	}
	if reopened(90*day).Session(secret) != nil {
		t.Error("a restart after 90 days let it in")
	}
	late := reopened(60 * day)
	late.clocks.pass(30 * day)
	if late.Session(secret) != nil {
		t.Error("60 dark days, a restart and 30 more let it in")
	}
	d.clocks.pass(90 * day)
	if _, ok := h.Actor(); ok || h.Left() > 0 || d.Session(secret) != nil {
		t.Error("a screen not seen for 90 days goes on")
	}
	if !slices.ContainsFunc(d.Screens(), func(a accounts.Account) bool { return a.ID == id }) {
		t.Error("it is not on the list of screens any more")
	}
}

// TestScreensStay: a screen's session lasts over restarts and dark weeks; it ends
// when the screen is taken away, and what it holds open too.
func TestScreensStay(t *testing.T) {
	d := newDesk(t)
	id, err := d.AddScreen(t.Context(), "kari", "Vegg i rom 2", "na", "/tavle/na?vis=skjerm")
	must(t, err)
	secret, h, err := d.OpenScreen(id)
	must(t, err)
	if _, _, err := d.Login(t.Context(), string(id), "", "10.0.0.1"); err == nil {
		t.Error("somebody signs in as a screen")
	}
	d.clocks.pass(3 * Absolute)
	if d.Session(secret) == nil || h.Left() <= 0 {
		t.Fatal("three dark weeks ended it")
	}
	if d.Bearer(secret) != nil {
		t.Error("a screen's secret is a program's token")
	}
	d.settle(t)
	again := open(t, d.disk, &clocks{wall: d.clocks.now().Add(60 * 24 * time.Hour), mono: time.Second})
	h = again.Session(secret)
	if h == nil {
		t.Fatal("a restart after two months ended it")
	}
	actor, ok := h.Actor()
	if !ok || len(actor.Grants) != 1 || actor.Grants[0].Role != domain.RoleScreen || actor.Grants[0].Scope != "na" {
		t.Errorf("acts as %+v", actor)
	}
	ended := make(chan struct{})
	h.OnEnd(func() { close(ended) })
	must(t, again.Disable(id, true))
	<-ended
	if again.Session(secret) != nil || slices.ContainsFunc(again.Screens(), func(a accounts.Account) bool { return a.ID == id }) {
		t.Error("taken away and still there")
	}
	must(t, again.Disable(id, false))
	if again.Session(secret) != nil {
		t.Error("the old secret is good again")
	}
}

// TestNoOtherSessionIsWithoutEnd: a stored session without an end is none for
// an account that is more than a screen.
func TestNoOtherSessionIsWithoutEnd(t *testing.T) {
	d := newDesk(t)
	id, err := d.AddScreen(t.Context(), "kari", "Vegg", "na", "/tavle/na")
	must(t, err)
	secret, _, err := d.OpenScreen(id)
	must(t, err)
	if _, _, err := d.OpenScreen("kari"); err == nil {
		t.Error("a reader got a session without end")
	}
	d.settle(t)
	account := d.disk.accounts[id]
	account.Grants = append(account.Grants, domain.Grant{Role: domain.RoleLead})
	d.disk.accounts[id] = account
	again := open(t, d.disk, &clocks{wall: d.clocks.now(), mono: time.Second})
	if again.Session(secret) != nil {
		t.Error("a lead has a session without end")
	}
}

// TestShowOn: a screen that is sent to another board keeps its session, and sees
// the former board no more; what it holds open there is closed. Another view of
// the same board closes nothing.
func TestShowOn(t *testing.T) {
	d := newDesk(t)
	id, err := d.AddScreen(t.Context(), "kari", "Vegg", "na", "/tavle/na")
	must(t, err)
	secret, h, err := d.OpenScreen(id)
	must(t, err)
	cut := make(chan struct{})
	defer h.OnEnd(func() { close(cut) })()
	must(t, d.ShowOn(id, "na", "/tavle/na?oppsett=b"))
	if len(h.s.hooks) == 0 {
		t.Error("another view closed what it holds open")
	}
	must(t, d.ShowOn(id, "flom", "/tavle/flom"))
	<-cut
	if actor, ok := h.Actor(); !ok || len(actor.Grants) != 1 || actor.Grants[0].Scope != "flom" || d.Session(secret) == nil {
		t.Errorf("sees %v", actor.Grants)
	}
	if account, _ := d.Account(id); account.View != "/tavle/flom" {
		t.Errorf("view %q", account.View)
	}
	if d.ShowOn("kari", "na", "/tavle/na") == nil {
		t.Error("a reader became a screen")
	}
}
