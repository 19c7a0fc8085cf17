package auth

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"

	"kommunebilde/domain/accounts"
)

// Codes of an app: RFC 6238 as all apps have it, with HMAC-SHA-1, six digits and
// thirty seconds. The secret lies in the account as it is, since a code cannot be
// checked against a hash: it is in the data folder and in backups, and nowhere
// else. It is never logged, exported or shown again.
const (
	totpStep   = 30 // seconds
	totpSkew   = 1  // steps that a telephone's clock may be off
	totpSecret = 20 // bytes
)

func isTOTP(code string) bool {
	for _, r := range code {
		if r < '0' || r > '9' {
			return false
		}
	}
	return len(code) == 6
}

// totp returns the code of a step.
func totp(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:])&0x7fffffff%1_000_000)
}

// matchTOTP returns the step that a code is of, if it is of one near now and
// after the last that was taken: a code is good once.
func matchTOTP(secret []byte, code string, step, used int64) (int64, bool) {
	for s := step - totpSkew; s <= step+totpSkew; s++ {
		if s > used && hmac.Equal([]byte(totp(secret, s)), []byte(code)) {
			return s, true
		}
	}
	return 0, false
}

func spendTOTP(account *accounts.Account, code string, step int64) error {
	if len(account.Second.TOTP) == 0 {
		return errCode
	}
	used, ok := matchTOTP(account.Second.TOTP, code, step, account.Second.TOTPUsed)
	if !ok {
		return errCode
	}
	account.Second.TOTPUsed = used
	return nil
}

// OfferTOTP returns the secret that somebody's app may take over, and its
// address for a QR code. It is the same until it is taken or the session or the
// process ends: nothing is kept for it.
func (a *Auth) OfferTOTP(h *Handle, issuer string) (secret, uri string, err error) {
	if err := a.mayChange(h); err != nil {
		return "", "", err
	}
	raw := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(a.offeredTOTP(h))
	q := url.Values{"secret": {raw}, "issuer": {issuer}}
	uri = "otpauth://totp/" + url.PathEscape(issuer) + ":" + url.PathEscape(string(h.Account())) + "?" + q.Encode()
	return raw, uri, nil
}

func (a *Auth) offeredTOTP(h *Handle) []byte {
	a.mu.RLock()
	had := a.accounts[h.Account()].Second.TOTP
	a.mu.RUnlock()
	key := h.Key()
	return a.derived("totp", key[:], had)[:totpSecret]
}

// SetTOTP has the account ask for codes of the app that was offered its secret
// and shows a code of it.
func (a *Auth) SetTOTP(h *Handle, code string) error {
	if err := a.mayChange(h); err != nil {
		return err
	}
	secret := a.offeredTOTP(h)
	used, ok := matchTOTP(secret, squeeze(code), a.now().Unix()/totpStep, 0)
	if !ok {
		return errCode
	}
	err := a.change(h.Account(), "totp set", func(account *accounts.Account) {
		account.Second.TOTP, account.Second.TOTPUsed = secret, used
	})
	if err == nil {
		h.showed(accounts.ProofTOTP)
	}
	return err
}

// DropTOTP has the account ask for no codes any more.
func (a *Auth) DropTOTP(h *Handle) error {
	if err := a.mayChange(h); err != nil {
		return err
	}
	return a.change(h.Account(), "totp removed", func(account *accounts.Account) {
		account.Second.TOTP, account.Second.TOTPUsed = nil, 0
		tidy(&account.Second)
	})
}

// tidy takes the recovery codes away with the last step they stood in for.
func tidy(s *accounts.SecondStep) {
	if !s.Set() {
		s.Codes = nil
	}
}
