package auth

import (
	"crypto/sha256"
	"encoding/base32"
	"io"
	"slices"
	"strings"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// recoveryCodes is how many there are at a time. Each has 128 bits, so that a
// plain SHA-256 keeps it.
const recoveryCodes = 10

// squeeze takes what people put into codes to read them.
func squeeze(code string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\u00a0', '\t', '\n':
			return -1
		}
		return r
	}, code))
}

func spendRecovery(account *accounts.Account, code string) error {
	sum := domain.Hash(sha256.Sum256([]byte(code)))
	i := slices.Index(account.Second.Codes, sum)
	if i < 0 || !account.Second.Set() {
		return errCode
	}
	account.Second.Codes = slices.Delete(slices.Clone(account.Second.Codes), i, i+1)
	return nil
}

// NewCodes makes ten recovery codes and returns the only copy of them. Earlier
// ones are void.
func (a *Auth) NewCodes(h *Handle) ([]string, error) {
	if err := a.mayChange(h); err != nil {
		return nil, err
	}
	if !a.Steps(h.Account()).Set() {
		return nil, &domain.Error{Code: domain.Conflict, Msg: "codes.first"}
	}
	var codes []string
	var sums []domain.Hash
	for range recoveryCodes {
		raw := make([]byte, 16)
		if _, err := io.ReadFull(a.o.Random, raw); err != nil {
			return nil, unavailable("unavailable", err)
		}
		s := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
		codes = append(codes, s[:5]+"-"+s[5:10]+"-"+s[10:15]+"-"+s[15:20]+"-"+s[20:])
		sums = append(sums, sha256.Sum256([]byte(s)))
	}
	if err := a.change(h.Account(), "recovery codes made", func(account *accounts.Account) { account.Second.Codes = sums }); err != nil {
		return nil, err
	}
	return codes, nil
}

// ResetSecond takes an account's passkeys, app and recovery codes away and ends
// its sessions, for someone who has lost them all. Its password and tokens stay.
func (a *Auth) ResetSecond(id domain.AccountID) error {
	err := a.change(id, "second step reset", func(account *accounts.Account) { account.Second = accounts.SecondStep{} })
	if err != nil {
		return err
	}
	return a.EndAll(id, false)
}
