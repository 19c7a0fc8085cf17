package auth

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// Passkeys (WebAuthn). A passkey is always one that the device can find by itself
// and that checks who holds it, by finger, face or PIN: it is two steps in one,
// and signs in alone.
//
// A challenge is kept by the browser, in a cookie that only this process can
// have made, for five minutes and for one purpose in one session; so who asks for
// a thousand of them costs nothing. What was answered is remembered until it
// would have ended, and not taken twice.
const (
	challengeTime = 5 * time.Minute
	maxPasskeys   = 20
)

// What a challenge is for.
const (
	forLogin   = "login"
	forAdding  = "add"
	forConfirm = "confirm"
)

// errPasskey is the one answer to a passkey that is not taken, whatever was
// wrong with it.
var errPasskey = &domain.Error{Code: domain.Forbidden, Msg: "passkey.wrong"}

// relying returns the library set up for the address that users have: its
// origin, and its host as what passkeys are bound to.
func relying(origin string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(origin)
	if err != nil {
		return nil, fmt.Errorf("origin: %w", err)
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Kommunebilder", RPOrigins: []string{origin},
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
		// Some keychains tell what nobody asked; nothing of it is used.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		// An address without a name, as 127.0.0.1, has no passkeys.
		return nil, &domain.Error{Code: domain.Invalid, Msg: "passkey.host", Err: err}
	}
	return w, nil
}

// holder is an account as the library asks for it.
type holder struct {
	account accounts.Account
	handle  []byte
	keys    []webauthn.Credential
}

func holderOf(account accounts.Account) (*holder, error) {
	h := &holder{account: account, handle: account.Second.Handle}
	for _, p := range account.Second.Passkeys {
		var c webauthn.Credential
		if err := json.Unmarshal(p.Record, &c); err != nil {
			return nil, fmt.Errorf("passkey of %s: %w", account.ID, err)
		}
		h.keys = append(h.keys, c)
	}
	return h, nil
}

func (h *holder) WebAuthnID() []byte                         { return h.handle }
func (h *holder) WebAuthnName() string                       { return string(h.account.ID) }
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }
func (h *holder) WebAuthnDisplayName() string {
	if h.account.Name == "" {
		return string(h.account.ID)
	}
	return h.account.Name
}

// StartPasskeyLogin returns what the browser's passkeys are asked, as JSON, and
// the state that the browser brings back with the answer.
func (a *Auth) StartPasskeyLogin(origin string) (options []byte, state string, err error) {
	return a.ask(origin, forLogin, nil)
}

// StartConfirm is StartPasskeyLogin for someone who is signed in and shows it again.
func (a *Auth) StartConfirm(h *Handle, origin string) (options []byte, state string, err error) {
	return a.ask(origin, forConfirm, h)
}

func (a *Auth) ask(origin, what string, h *Handle) ([]byte, string, error) {
	w, err := relying(origin)
	if err != nil {
		return nil, "", err
	}
	challenge, state := a.challenge(what, h)
	asked, _, err := w.BeginDiscoverableLogin(webauthn.WithChallenge(challenge))
	if err != nil {
		return nil, "", fmt.Errorf("ask for a passkey: %w", err)
	}
	options, err := json.Marshal(asked.Response)
	return options, state, err
}

// LoginPasskey checks a passkey's answer and makes a session.
func (a *Auth) LoginPasskey(origin, state string, answer []byte, addr string) (string, *Handle, error) {
	id, err := a.proved(origin, forLogin, state, nil, answer, addr)
	if err != nil {
		return "", nil, err
	}
	a.delays.welcome(pairOf(id, addr))
	return a.admit(id, accounts.ProofPasskey, addr)
}

// ConfirmPasskey checks a passkey of whoever is signed in, and puts a fresh session
// in the place of theirs.
func (a *Auth) ConfirmPasskey(h *Handle, origin, state string, answer []byte, addr string) (string, *Handle, error) {
	id, err := a.proved(origin, forConfirm, state, h, answer, addr)
	if err != nil {
		return "", nil, err
	}
	if id != h.Account() {
		return "", nil, errPasskey
	}
	return a.renew(h, accounts.ProofPasskey, addr)
}

// proved returns the account whose passkey gave the answer to our challenge.
func (a *Auth) proved(origin, what, state string, h *Handle, answer []byte, addr string) (domain.AccountID, error) {
	w, err := relying(origin)
	if err != nil {
		return "", err
	}
	id, err := a.answered(w, what, state, h, answer)
	if err != nil {
		var e *protocol.Error
		if errors.As(err, &e) {
			err = errors.New(e.Type + ": " + e.DevInfo)
		}
		a.o.Log.Warn("passkey refused", "account", string(id), "addr", addr, "for", what, "error", err)
		return "", errPasskey
	}
	return id, nil
}

func (a *Auth) answered(w *webauthn.WebAuthn, what, state string, h *Handle, answer []byte) (domain.AccountID, error) {
	challenge, err := a.challengeOf(what, state, h)
	if err != nil {
		return "", err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", err
	}
	var who accounts.Account
	_, key, err := w.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		var ok bool
		if who, ok = a.byHandle(handle); !ok {
			return nil, errors.New("no such account")
		}
		return holderOf(who)
	}, webauthn.SessionData{
		Challenge: base64.RawURLEncoding.EncodeToString(challenge), RelyingPartyID: w.Config.RPID,
		UserVerification: protocol.VerificationRequired,
	}, parsed)
	if err != nil {
		return who.ID, err
	}
	if key.Authenticator.CloneWarning {
		return who.ID, errors.New("its counter went back: there may be two of it")
	}
	if !a.steps.answer(challenge) {
		return who.ID, errors.New("the challenge was answered before")
	}
	return who.ID, a.spend(who.ID, func(account *accounts.Account) error { return used(account, key, a.now()) })
}

// used keeps a passkey's new counter, if it still is the account's.
func used(account *accounts.Account, key *webauthn.Credential, now time.Time) error {
	record, err := json.Marshal(key)
	if err != nil {
		return err
	}
	i := indexPasskey(*account, sha256.Sum256(key.ID))
	if i < 0 || account.Disabled {
		return errors.New("not its passkey any more")
	}
	keys := slices.Clone(account.Second.Passkeys)
	keys[i].Record, keys[i].Used = record, now
	account.Second.Passkeys = keys
	return nil
}

func indexPasskey(account accounts.Account, key domain.Hash) int {
	return slices.IndexFunc(account.Second.Passkeys, func(p accounts.Passkey) bool { return p.Key == key })
}

func (a *Auth) byHandle(handle []byte) (accounts.Account, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, account := range a.accounts {
		if len(account.Second.Handle) > 0 && bytes.Equal(account.Second.Handle, handle) && !account.Disabled {
			return account, true
		}
	}
	return accounts.Account{}, false
}

// StartPasskey returns what a new passkey is made from, as JSON, and the state
// that the browser brings back with it.
func (a *Auth) StartPasskey(h *Handle, origin string) (options []byte, state string, err error) {
	if err := a.mayChange(h); err != nil {
		return nil, "", err
	}
	w, err := relying(origin)
	if err != nil {
		return nil, "", err
	}
	who, err := a.adding(h)
	if err != nil {
		return nil, "", err
	}
	challenge, state := a.challenge(forAdding, h)
	asked, _, err := w.BeginRegistration(who,
		webauthn.WithExclusions(webauthn.Credentials(who.keys).CredentialDescriptors()),
		func(o *protocol.PublicKeyCredentialCreationOptions) error { o.Challenge = challenge; return nil })
	if err != nil {
		return nil, "", fmt.Errorf("ask for a new passkey: %w", err)
	}
	options, err = json.Marshal(asked.Response)
	return options, state, err
}

// adding returns who gets another passkey. The handle of the first is the same
// in a session until it is kept.
func (a *Auth) adding(h *Handle) (*holder, error) {
	a.mu.RLock()
	account := a.accounts[h.Account()]
	a.mu.RUnlock()
	if len(account.Second.Passkeys) >= maxPasskeys {
		return nil, &domain.Error{Code: domain.Conflict, Msg: "passkey.many"}
	}
	who, err := holderOf(account)
	if err == nil && len(who.handle) == 0 {
		key := h.Key()
		who.handle = a.derived("handle", key[:], []byte(account.ID))
	}
	return who, err
}

// AddPasskey keeps a new passkey under a name.
func (a *Auth) AddPasskey(h *Handle, origin, state, name string, answer []byte) error {
	if err := a.mayChange(h); err != nil {
		return err
	}
	name, err := nameOf(name)
	if err != nil {
		return err
	}
	w, err := relying(origin)
	if err != nil {
		return err
	}
	who, err := a.adding(h)
	if err != nil {
		return err
	}
	key, err := a.made(w, who, state, h, answer)
	if err != nil {
		a.o.Log.Warn("new passkey refused", "account", string(h.Account()), "error", err)
		return errPasskey
	}
	record, err := json.Marshal(key)
	if err != nil {
		return fmt.Errorf("keep a passkey: %w", err)
	}
	p := accounts.Passkey{Key: sha256.Sum256(key.ID), Name: name, Created: a.now(), Record: record}
	err = a.change(h.Account(), "passkey added", func(account *accounts.Account) {
		if len(account.Second.Handle) == 0 {
			account.Second.Handle = who.handle
		}
		if indexPasskey(*account, p.Key) < 0 && len(account.Second.Passkeys) < maxPasskeys {
			account.Second.Passkeys = append(slices.Clone(account.Second.Passkeys), p)
		}
	})
	if err == nil {
		h.showed(accounts.ProofPasskey)
	}
	return err
}

func (a *Auth) made(w *webauthn.WebAuthn, who *holder, state string, h *Handle, answer []byte) (*webauthn.Credential, error) {
	challenge, err := a.challengeOf(forAdding, state, h)
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, err
	}
	key, err := w.CreateCredential(who, webauthn.SessionData{
		Challenge: base64.RawURLEncoding.EncodeToString(challenge), RelyingPartyID: w.Config.RPID, UserID: who.handle,
		UserVerification: protocol.VerificationRequired, CredParams: webauthn.CredentialParametersDefault(),
	}, parsed)
	if err != nil {
		return nil, err
	}
	if !a.steps.answer(challenge) {
		return nil, errors.New("the challenge was answered before")
	}
	key.Attestation = webauthn.CredentialAttestation{} // who made the device is not asked for, and not kept
	return key, nil
}

// RenamePasskey gives a passkey another name.
func (a *Auth) RenamePasskey(h *Handle, key, name string) error {
	name, err := nameOf(name)
	if err != nil {
		return err
	}
	return a.changePasskey(h, key, "passkey renamed", func(keys []accounts.Passkey, i int) []accounts.Passkey {
		keys[i].Name = name
		return keys
	})
}

// DropPasskey takes a passkey away.
func (a *Auth) DropPasskey(h *Handle, key string) error {
	return a.changePasskey(h, key, "passkey removed", func(keys []accounts.Passkey, i int) []accounts.Passkey {
		return slices.Delete(keys, i, i+1)
	})
}

func (a *Auth) changePasskey(h *Handle, key, words string, edit func([]accounts.Passkey, int) []accounts.Passkey) error {
	if err := a.mayChange(h); err != nil {
		return err
	}
	var sum domain.Hash
	if err := sum.UnmarshalText([]byte(key)); err != nil {
		return unknownPasskey()
	}
	found := false
	err := a.change(h.Account(), words, func(account *accounts.Account) {
		if i := indexPasskey(*account, sum); i >= 0 {
			found = true
			account.Second.Passkeys = edit(slices.Clone(account.Second.Passkeys), i)
			tidy(&account.Second)
		}
	})
	if err == nil && !found {
		return unknownPasskey()
	}
	return err
}

func unknownPasskey() error {
	return &domain.Error{Code: domain.NotFound, Field: "passkey", Msg: "passkey.unknown"}
}

// challenge makes a challenge and the state that brings it back: the challenge,
// when it ends, and that we made it, for this purpose and session.
func (a *Auth) challenge(what string, h *Handle) ([]byte, string) {
	raw := make([]byte, 32, 72)
	_, _ = rand.Read(raw) // never fails
	challenge := raw
	raw = binary.BigEndian.AppendUint64(raw, uint64(a.o.Monotonic()+challengeTime))
	raw = append(raw, a.derived(what, raw, sessionKey(h))...)
	return challenge, base64.RawURLEncoding.EncodeToString(raw)
}

func (a *Auth) challengeOf(what, state string, h *Handle) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(state)
	if err != nil || len(raw) != 72 || !hmac.Equal(raw[40:], a.derived(what, raw[:40], sessionKey(h))) {
		return nil, errors.New("not a challenge of ours")
	}
	if time.Duration(binary.BigEndian.Uint64(raw[32:40])) <= a.o.Monotonic() {
		return nil, errors.New("the challenge has ended")
	}
	return raw[:32], nil
}

func sessionKey(h *Handle) []byte {
	if h == nil {
		return nil
	}
	key := h.Key()
	return key[:]
}

// answer notes that a challenge was answered, false if it was before.
func (s *steps) answer(challenge []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, key := s.clock(), domain.Hash(sha256.Sum256(challenge))
	for k, ends := range s.spent {
		if ends <= now {
			delete(s.spent, k)
		}
	}
	if _, again := s.spent[key]; again {
		return false
	}
	s.spent[key] = now + challengeTime
	return true
}
