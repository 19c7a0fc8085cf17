package auth

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

const chosen = "noe helt annet enn før"

func TestInvitation(t *testing.T) {
	d := newDesk(t)
	must(t, d.AddAccount(t.Context(), accounts.Account{ID: "ny", Name: "Ny"}, ""))
	secret, ends, err := d.Invite("ny")
	must(t, err)
	if ends.Sub(d.clocks.now()) != inviteTime || !d.Steps("ny").Invited.Equal(ends) {
		t.Errorf("until %v", ends)
	}
	if kept := d.disk.account("ny").Invite; strings.Contains(secret, kept.Key.String()) || kept.Key.String() == secret {
		t.Error("the secret is kept")
	}
	if _, _, err := d.Accept(t.Context(), secret, "kort", "a"); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a short password: %v", err)
	}
	if d.Session(secret) != nil {
		t.Error("the invitation is a session")
	}
	session, h, err := d.Accept(t.Context(), secret, chosen, "a")
	must(t, err)
	if h.Account() != "ny" || d.Session(session) == nil || !h.Fresh() {
		t.Errorf("in as %s, fresh %v", h.Account(), h.Fresh())
	}
	if _, _, err := d.Login(t.Context(), "ny", chosen, "a"); err != nil {
		t.Errorf("the password: %v", err)
	}
	if log := d.log.String(); strings.Contains(log, secret) || strings.Contains(log, chosen) {
		t.Errorf("log: %s", log)
	}
}

// TestInvitationsThatAreNotTaken are refused alike, and change nothing.
func TestInvitationsThatAreNotTaken(t *testing.T) {
	for name, c := range map[string]func(*testing.T, *desk, string) string{
		"taken": func(t *testing.T, d *desk, s string) string {
			_, _, err := d.Accept(t.Context(), s, password, "a")
			must(t, err)
			return s
		},
		"too old":          func(_ *testing.T, d *desk, s string) string { d.clocks.pass(inviteTime); return s },
		"made up":          func(_ *testing.T, _ *desk, s string) string { return s[1:] + "A" },
		"none":             func(*testing.T, *desk, string) string { return "" },
		"a newer one":      func(t *testing.T, d *desk, s string) string { _, _, err := d.Invite("kari"); must(t, err); return s },
		"a closed account": func(t *testing.T, d *desk, s string) string { must(t, d.Disable("kari", true)); return s },
		"password set": func(t *testing.T, d *desk, s string) string {
			must(t, d.SetPassword(t.Context(), "kari", password))
			return s
		},
		"of another server": func(t *testing.T, _ *desk, _ string) string {
			s, _, err := newDesk(t).Invite("kari")
			must(t, err)
			return s
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			secret, _, err := d.Invite("kari")
			must(t, err)
			secret = c(t, d, secret)
			var e *domain.Error
			if s, _, err := d.Accept(t.Context(), secret, chosen, "b"); !errors.As(err, &e) || e.Msg != "invite.unknown" || s != "" {
				t.Errorf("%v", err)
			}
			if _, _, err := d.Login(t.Context(), "kari", chosen, "c"); !errors.Is(err, ErrLogin) {
				t.Errorf("the password is the new one: %v", err)
			}
		})
	}
}

// TestInvitationKeepsTheSecondStep: who forgot the password chooses another, and
// is still asked for the second step. What was signed in is not any more.
func TestInvitationKeepsTheSecondStep(t *testing.T) {
	d := newDesk(t)
	old, h := d.login(t)
	phone := d.enrol(t, h)
	secret, _, err := d.Invite("kari")
	must(t, err)
	if d.Session(old) == nil {
		t.Error("an invitation that is not taken ends sessions")
	}
	_, _, err = d.Accept(t.Context(), secret, chosen, "a")
	step := secondOf(err)
	if step == "" || d.Session(old) != nil {
		t.Fatalf("%v, the old session %v", err, d.Session(old) != nil)
	}
	if _, _, err := d.Finish(step, phone.code(0)); err != nil {
		t.Errorf("with the code: %v", err)
	}
}

func TestInvitationIsTakenOnce(t *testing.T) {
	d := newDesk(t)
	secret, _, err := d.Invite("kari")
	must(t, err)
	var in atomic.Int32
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if _, _, err := d.Accept(t.Context(), secret, chosen, "a"); err == nil {
				in.Add(1)
			}
		})
	}
	group.Wait()
	if in.Load() != 1 {
		t.Errorf("taken %d times", in.Load())
	}
	if _, _, err := d.Invite("finnesikke"); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("nobody is invited: %v", err)
	}
}
