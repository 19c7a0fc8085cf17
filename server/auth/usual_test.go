package auth

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// TestUsualPasswordsAreRefused, wherever a password is chosen: those of breaches,
// and those that are the account's name or words of the place with little added.
func TestUsualPasswordsAreRefused(t *testing.T) {
	d := newDesk(t)
	must(t, d.AddAccount(t.Context(), accounts.Account{ID: "solveig.aas", Name: "Solveig Aas-Nordvik"}, password))
	for refused, list := range map[bool][]string{
		true: {
			"123qweasdzxc", "1qaz2wsx3edc", "qwerty123456", "QWERTY123456", "leavemealone", "1q2w3e 4r5t6y", "sonyericsson",
			"aaaaaaaaaaaa", "123123123123", "abababababab", "kommunebilder2026", "Statsforvalteren1", "Innlandet12345", "Passord 2026!", "passordpassord",
			"solveig.aas1", "Solveig1Nordvik!", "Sommeren2026!", "innlandetberedskap",
		},
		false: {password, "et langt nok passord", "hest batteri stift", "solveig liker rabarbra", "beredskap og kaffe i fjellet", "9183 7462 0517"},
	} {
		for _, p := range list {
			err := d.SetPassword(t.Context(), "solveig.aas", p)
			var e *domain.Error
			if got := errors.As(err, &e) && e.Msg == "password.usual"; got != refused || err != nil && !got {
				t.Errorf("%q: %v", p, err)
			}
		}
	}
	if err := d.AddAccount(t.Context(), accounts.Account{ID: "ny", Name: "Ny"}, "1qaz2wsx3edc"); err == nil {
		t.Error("a new account has one")
	}
	secret, _, err := d.Invite("solveig.aas")
	must(t, err)
	if _, _, err := d.Accept(t.Context(), secret, "Solveig Aas 2026", "addr"); err == nil || err.Error() != invalid("password", "password.usual").Error() {
		t.Errorf("by invitation: %v", err)
	}
	if _, _, err := d.Accept(t.Context(), secret, "rabarbra og ingefær", "addr"); err != nil {
		t.Errorf("the invitation was used up by a refusal: %v", err)
	}
	n := len(d.usualSums) / usualSum
	if n < 3000 || len(d.usualSums)%usualSum != 0 {
		t.Errorf("%d passwords", n)
	}
	for i := usualSum; i < len(d.usualSums); i += usualSum {
		if d.usualSums[i-usualSum:i] >= d.usualSums[i:i+usualSum] {
			t.Fatalf("not in order at %d", i)
		}
	}
}

// TestChangePasswordWantsTheOld: who holds the session alone cannot change it.
func TestChangePasswordWantsTheOld(t *testing.T) {
	d := newDesk(t)
	_, h := d.login(t)
	for _, old := range []string{"", "feil passord her", strings.ToUpper(password)} {
		if _, _, err := d.ChangePassword(t.Context(), h, old, "rabarbra og ingefær", "addr"); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%q: %v", old, err)
		}
	}
	secret, _, err := d.ChangePassword(t.Context(), h, password, "rabarbra og ingefær", "addr")
	must(t, err)
	if _, ok := h.Actor(); ok || d.Session(secret) == nil {
		t.Error("the session from before goes on, or there is no new one")
	}
}

// TestSecretsAreLong: 256 bits for what opens, 128 for what is written on paper,
// and none twice.
func TestSecretsAreLong(t *testing.T) {
	d := newDesk(t)
	_, h := d.login(t)
	d.enrol(t, h)
	codes, err := d.NewCodes(h)
	must(t, err)
	seen := map[string]bool{}
	for _, code := range codes {
		if n := len(squeeze(code)) * 5; n < 128 || seen[code] {
			t.Errorf("%s: %d bits", code, n)
		}
		seen[code] = true
	}
	for range 50 {
		token, err := d.AddToken("kari", "prøve")
		must(t, err)
		invitation, _, err := d.Invite("kari")
		must(t, err)
		session, _, err := d.openAs("kari", accounts.ProofPassword, "addr", func(*session) {})
		must(t, err)
		for _, secret := range []string{strings.TrimPrefix(token, "kbt_"), invitation, session} {
			if raw, err := base64.RawURLEncoding.DecodeString(secret); err != nil || len(raw) != 32 || seen[secret] {
				t.Errorf("%q: %d bytes, %v", secret, len(raw), err)
			}
			seen[secret] = true
		}
	}
}
