package auth

import (
	"slices"
	"testing"
	"time"

	"kommunebilde"
)

// TestScreensStay: a screen's session has no end by time, over restarts and
// dark weeks; it ends when the screen is taken away, and what it holds open too.
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
	if !ok || len(actor.Grants) != 1 || actor.Grants[0].Role != kommunebilde.RoleScreen || actor.Grants[0].Scope != "na" {
		t.Errorf("acts as %+v", actor)
	}
	ended := make(chan struct{})
	h.OnEnd(func() { close(ended) })
	must(t, again.Disable(id, true))
	<-ended
	if again.Session(secret) != nil || slices.ContainsFunc(again.Screens(), func(a kommunebilde.Account) bool { return a.ID == id }) {
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
	account.Grants = append(account.Grants, kommunebilde.Grant{Role: kommunebilde.RoleLead})
	d.disk.accounts[id] = account
	again := open(t, d.disk, &clocks{wall: d.clocks.now(), mono: time.Second})
	if again.Session(secret) != nil {
		t.Error("a lead has a session without end")
	}
}

// TestShowOn: a screen that is sent to another board keeps its session, sees
// the former board a minute more, and no longer.
func TestShowOn(t *testing.T) {
	d := newDesk(t)
	id, err := d.AddScreen(t.Context(), "kari", "Vegg", "na", "/tavle/na")
	must(t, err)
	secret, h, err := d.OpenScreen(id)
	must(t, err)
	sees := func() (out []kommunebilde.BoardID) {
		t.Helper()
		actor, ok := h.Actor()
		if !ok {
			t.Fatal("its session ended")
		}
		for _, g := range actor.Grants {
			if g.Until.IsZero() || d.clocks.now().Before(g.Until) {
				out = append(out, g.Scope)
			}
		}
		return out
	}
	must(t, d.ShowOn(id, "flom", "/tavle/flom"))
	if got := sees(); !slices.Equal(got, []kommunebilde.BoardID{"flom", "na"}) {
		t.Errorf("sees %v", got)
	}
	if h.Left() > time.Minute {
		t.Errorf("what it holds open is looked at after %v", h.Left())
	}
	d.clocks.pass(30 * time.Second)
	must(t, d.ShowOn(id, "skred", "/tavle/skred"))
	if got := sees(); !slices.Equal(got, []kommunebilde.BoardID{"skred", "flom", "na"}) {
		t.Errorf("sees %v", got)
	}
	d.clocks.pass(31 * time.Second)
	if got := sees(); !slices.Equal(got, []kommunebilde.BoardID{"skred", "flom"}) {
		t.Errorf("sees %v", got)
	}
	d.clocks.pass(time.Minute)
	if got := sees(); !slices.Equal(got, []kommunebilde.BoardID{"skred"}) || d.Session(secret) == nil {
		t.Errorf("sees %v", got)
	}
	if account, _ := d.Account(id); account.View != "/tavle/skred" {
		t.Errorf("view %q", account.View)
	}
	if d.ShowOn("kari", "na", "/tavle/na") == nil {
		t.Error("a reader became a screen")
	}
}
