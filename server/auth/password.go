package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"kommunebilde/domain/accounts"
)

// How passwords are hashed: argon2id with 19 MiB, two passes, one lane (the
// least that OWASP asks for, so that two at once do not starve a small server).
const (
	memoryKiB = 19 * 1024
	passes    = 2
	lanes     = 1
	keyLen    = 32
	saltLen   = 16
)

// Lengths of a password in runes.
const (
	MinPassword = 12
	MaxPassword = 128
)

// clean returns a password as it is hashed: in Unicode's NFC, so that it does
// not matter which keyboard typed the å.
func clean(password string) string { return norm.NFC.String(password) }

// mayChoose refuses a password that an account may not have.
func (a *Auth) mayChoose(password string, of accounts.Account) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return invalid("password", "text.utf8")
	case n < MinPassword:
		return invalid("password", "password.short", fmt.Sprint(MinPassword))
	case n > MaxPassword:
		return invalid("password", "password.long", fmt.Sprint(MaxPassword))
	case a.usual(password, of):
		return invalid("password", "password.usual")
	}
	return nil
}

// hash returns a password's PHC string, "$argon2id$v=19$m=…,t=…,p=…$salt$key".
func (a *Auth) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLen)
	if _, err := io.ReadFull(a.o.Random, salt); err != nil {
		return "", unavailable("unavailable", err)
	}
	key, err := a.derive(ctx, password, salt, params{memoryKiB, passes, lanes}, "", true)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memoryKiB, passes, lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

// matches reports whether a password is the one of a PHC string. It does the same
// work for "", and answers no. One who is known goes before others.
func (a *Auth) matches(ctx context.Context, phc, password, addr string, known bool) (bool, error) {
	p, salt, want, ok := parsePHC(phc)
	if !ok {
		p, salt, want = params{memoryKiB, passes, lanes}, make([]byte, saltLen), make([]byte, keyLen)
	}
	key, err := a.derive(ctx, password, salt, p, addr, known)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, want) == 1 && ok, nil
}

// derive hashes, two at once; the rest wait until it is their turn or ctx ends.
func (a *Auth) derive(ctx context.Context, password string, salt []byte, p params, addr string, known bool) ([]byte, error) {
	if err := a.hashes.take(ctx, addr, known); err != nil {
		return nil, unavailable("login.busy", err)
	}
	defer a.hashes.give()
	a.o.Hashing(addr)
	return argon2.IDKey([]byte(clean(password)), salt, p.passes, p.memory, p.lanes, keyLen), nil
}

type params struct {
	memory, passes uint32
	lanes          uint8
}

// parsePHC reads a PHC string. It refuses parameters that would let a damaged
// or foreign value cost gigabytes.
func parsePHC(s string) (p params, salt, key []byte, ok bool) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil {
		return p, nil, nil, false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	ok = err1 == nil && err2 == nil && len(salt) >= 8 && len(key) == keyLen &&
		p.memory >= 8 && p.memory <= 256*1024 && p.passes >= 1 && p.passes <= 16 && p.lanes >= 1
	return p, salt, key, ok
}
