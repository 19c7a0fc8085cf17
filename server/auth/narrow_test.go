package auth

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

func (d *disk) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

func (d *disk) account(id domain.AccountID) accounts.Account {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.accounts[id]
}

// TestRightsEndWithoutStorage: what takes rights away does so where nothing can
// be stored, says that it may not last, and is stored when something can be.
func TestRightsEndWithoutStorage(t *testing.T) {
	reader, admin := domain.Grant{Role: domain.RoleReader}, domain.Grant{Role: domain.RoleAdmin}
	for name, c := range map[string]struct {
		do         func(*desk, *Handle) error
		token      bool // the token goes too
		rights     []domain.Grant
		disabled   bool
		accountToo bool // the account is to be stored
	}{
		"disable":      {func(d *desk, _ *Handle) error { return d.Disable("kari", true) }, true, []domain.Grant{reader, admin}, true, true},
		"fewer rights": {func(d *desk, _ *Handle) error { return d.SetGrants("kari", []domain.Grant{reader}) }, false, []domain.Grant{reader}, false, true},
		"other rights": {func(d *desk, _ *Handle) error {
			return d.SetGrants("kari", []domain.Grant{reader, {Role: domain.RoleEditor}})
		}, false, []domain.Grant{reader}, false, true},
		"end all": {func(d *desk, _ *Handle) error { return d.EndAll("kari", true) }, true, []domain.Grant{reader, admin}, false, false},
		"log out": {func(d *desk, h *Handle) error { return d.Logout(h) }, false, []domain.Grant{reader, admin}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			must(t, d.SetGrants("kari", []domain.Grant{reader, admin}))
			secret, h := d.login(t)
			token, err := d.AddToken("kari", "program")
			must(t, err)
			must(t, d.keep(h.s)) // as the writer does, soon
			told := make(chan struct{})
			h.OnEnd(func() { close(told) })

			d.disk.fail(errors.New("input/output error"))
			var e *domain.Error
			if err := c.do(d, h); !errors.As(err, &e) || e.Code != domain.Unavailable || e.Msg != "storage.undurable" {
				t.Errorf("the answer is %v", err)
			}
			select {
			case <-told:
			case <-time.After(20 * time.Second):
				t.Error("what the session holds open is not closed")
			}
			if d.Session(secret) != nil {
				t.Error("the session goes on")
			}
			if gone := d.Bearer(token) == nil; gone != c.token {
				t.Errorf("the token is gone: %v, want %v", gone, c.token)
			}
			check := func(a accounts.Account) {
				t.Helper()
				same := len(a.Grants) == len(c.rights)
				for i := range a.Grants {
					same = same && a.Grants[i].Same(c.rights[i])
				}
				if !same || a.Disabled != c.disabled {
					t.Errorf("%+v, disabled %v; want %+v, %v", a.Grants, a.Disabled, c.rights, c.disabled)
				}
			}
			now, _ := d.Account("kari")
			check(now)

			d.disk.fail(nil)
			must(t, d.AddAccount(t.Context(), accounts.Account{ID: "ny", Name: "Ny"}, password))
			if _, _, err := d.Login(t.Context(), "ny", password, "b"); err != nil {
				t.Fatal(err)
			}
			must(t, d.Close(context.Background())) // the writer has had its turn
			if d.disk.has(h.Key()) {
				t.Error("the session would come back")
			}
			if c.accountToo {
				check(d.disk.account("kari"))
			}
		})
	}
}

// TestMoreRightsNeedStorage: they are not given before they are kept.
func TestMoreRightsNeedStorage(t *testing.T) {
	d := newDesk(t)
	secret, _ := d.login(t)
	d.disk.fail(errors.New("input/output error"))
	err := d.SetGrants("kari", []domain.Grant{{Role: domain.RoleReader}, {Role: domain.RoleAdmin}})
	var e *domain.Error
	if !errors.As(err, &e) || e.Msg != "storage.failed" {
		t.Errorf("the answer is %v", err)
	}
	if a, _ := d.Account("kari"); len(a.Grants) != 1 || d.Session(secret) == nil {
		t.Errorf("nothing was to change: %+v", a.Grants)
	}
}

// TestNothingGivesBackWhatWasTaken: an account that is being changed when it is
// disabled stays disabled.
func TestNothingGivesBackWhatWasTaken(t *testing.T) {
	d := newDesk(t)
	first := true
	must(t, d.change("kari", "renamed", func(a *accounts.Account) {
		if a.Name = "Kari N"; first {
			first = false
			_, err := d.narrow("kari", true, func(a *accounts.Account) bool { a.Disabled = true; return true })
			must(t, err)
		}
	}))
	if a, _ := d.Account("kari"); !a.Disabled || a.Name != "Kari N" {
		t.Errorf("%+v", a)
	}
}

// TestTwoWhoEditGrants: of two who change rights at the same time, none gives
// back what the other took away.
func TestTwoWhoEditGrants(t *testing.T) {
	d := newDesk(t)
	reader, admin, lead := domain.Grant{Role: domain.RoleReader}, domain.Grant{Role: domain.RoleAdmin}, domain.Grant{Role: domain.RoleLead}
	must(t, d.SetGrants("kari", []domain.Grant{reader, admin}))
	looked, done := make(chan struct{}), make(chan error)
	go func() {
		done <- d.EditGrants("kari", func(held []domain.Grant) ([]domain.Grant, error) {
			close(looked)
			return append(held, lead), nil
		})
	}()
	<-looked
	must(t, d.EditGrants("kari", func(held []domain.Grant) ([]domain.Grant, error) {
		return slices.DeleteFunc(held, admin.Same), nil
	}))
	must(t, <-done)
	if a, _ := d.Account("kari"); len(a.Grants) != 2 || !a.Grants[0].Same(reader) || !a.Grants[1].Same(lead) {
		t.Errorf("she is %+v", a.Grants)
	}
}

// TestErasedStaysErased: nobody else gets the id of an account that was erased.
func TestErasedStaysErased(t *testing.T) {
	d := newDesk(t)
	must(t, d.Erase("kari"))
	for name, do := range map[string]func() error{
		"enabled": func() error { return d.Disable("kari", false) },
		"named":   func() error { _, err := d.Rename("kari", "Per Moen"); return err },
		"given rights": func() error {
			return d.SetGrants("kari", []domain.Grant{{Role: domain.RoleAdmin}})
		},
		"invited": func() error { _, _, err := d.Invite("kari"); return err },
		"bound": func() error {
			return d.Bind("kari", accounts.Identity{Issuer: "https://id.example", Subject: "per"}, true)
		},
		"given a password": func() error { return d.SetPassword(t.Context(), "kari", password) },
		"made": func() error {
			return d.AddAccount(t.Context(), accounts.Account{ID: "kari", Name: "Per"}, password)
		},
	} {
		if do() == nil {
			t.Errorf("it is %s", name)
		}
	}
	if a, ok := d.Account("kari"); !ok || !a.Erased() || len(a.Identities) > 0 {
		t.Errorf("it is %+v", a)
	}
}

// TestNoTokenForWhoIsNotThere: nor for an account that was closed, nor without a word
// on what it is for.
func TestNoTokenForWhoIsNotThere(t *testing.T) {
	d := newDesk(t)
	if _, err := d.AddToken("ukjent", "program"); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("an account that is not there: %v", err)
	}
	if _, err := d.AddToken("kari", " "); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a token without a name: %v", err)
	}
	must(t, d.Disable("kari", true))
	if _, err := d.AddToken("kari", "program"); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("an account that was closed: %v", err)
	}
}
