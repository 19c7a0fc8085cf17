package accounts

import (
	"encoding/json"
	"time"

	"kommunebilde/domain"
)

// Account is somebody, or a program, that may sign in. Accounts lie outside the
// journal: the journal has their ids, which stay when a name is erased.
type Account struct {
	ID       domain.AccountID `json:"id"`   // what they sign in with: lower case, ^[a-z0-9][a-z0-9._-]{0,63}$
	Name     string           `json:"name"` // shown to staff
	Password string           `json:"password,omitempty"`
	Grants   []domain.Grant   `json:"grants"`
	Disabled bool             `json:"disabled,omitempty"`
	View     string           `json:"view,omitempty"` // of a screen: the own path it shows
	By       domain.AccountID `json:"by,omitempty"`   // of a screen: who paired it
	Created  time.Time        `json:"created"`
	Seen     time.Time        `json:"seen,omitzero"`   // when it was last used, to the hour; see [Session.Seen]
	Before   time.Time        `json:"before,omitzero"` // when the visit before this one ended, to the hour

	Second SecondStep `json:"second,omitzero"`
	Invite Invitation `json:"invite,omitzero"`

	// Identities are who may sign in as the account by a login provider.
	Identities []Identity `json:"identities,omitempty"`
	// Provider is the login provider that gives the account its grants again at
	// each login, "" where they are given here.
	Provider string `json:"provider,omitempty"`
}

// SecondStep is what proves, on top of a password, that it is the right person.
// An account with a passkey or a TOTP secret is never let in by its password
// alone.
type SecondStep struct {
	Handle   []byte        `json:"handle,omitempty"` // names the account to passkeys; random, says nothing
	Passkeys []Passkey     `json:"passkeys,omitempty"`
	TOTP     []byte        `json:"totp,omitempty"`      // the secret itself: codes cannot be checked against a hash
	TOTPUsed int64         `json:"totp_used,omitempty"` // time step of the last code that was taken
	Codes    []domain.Hash `json:"codes,omitempty"`     // SHA-256 of the recovery codes that are left
}

// Set reports whether a second step is asked for. Recovery codes stand in for
// one, and are none by themselves.
func (s SecondStep) Set() bool { return len(s.Passkeys) > 0 || len(s.TOTP) > 0 }

// Passkey is a public key whose private part never leaves somebody's device or
// their keychain.
type Passkey struct {
	Key     domain.Hash     `json:"key"` // SHA-256 of the credential's id, which names it
	Name    string          `json:"name"`
	Created time.Time       `json:"created"`
	Used    time.Time       `json:"used,omitzero"`
	Record  json.RawMessage `json:"record"` // the public key and its counter, as the library keeps it
}

// Invitation lets whoever holds its secret choose an account's password, once.
type Invitation struct {
	Key  domain.Hash `json:"key,omitzero"` // SHA-256 of the secret
	Ends time.Time   `json:"ends,omitzero"`
}

// Identity is somebody as a login provider knows them: never by e-mail or name,
// which others may come to have.
type Identity struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"` // within the issuer; Entra ID: tenant and object, "tid:oid"
}

// Erased reports whether nothing is left of an account but its id: what the journal
// and the audit log say of it must not become somebody else's. Any other account
// has a name.
func (a Account) Erased() bool {
	return a.Disabled && a.Name == "" && a.Password == "" && len(a.Grants) == 0
}

// Actor returns who the account is when it acts. A disabled account is nobody.
func (a Account) Actor() domain.Actor {
	if a.Disabled {
		return domain.Actor{}
	}
	return domain.Actor{ID: a.ID, Grants: a.Grants}
}

// Session lets the holder of a secret act as an account until it ends. Only
// the secret's SHA-256 is kept. A token of a program is a session that a
// browser cannot use, and the other way round.
type Session struct {
	Key     domain.Hash      `json:"key"` // SHA-256 of the secret
	Account domain.AccountID `json:"account"`
	Token   bool             `json:"token,omitempty"` // of a program (Authorization: Bearer)
	Label   string           `json:"label,omitempty"` // what the token is for
	Created time.Time        `json:"created"`
	Seen    time.Time        `json:"seen"` // when it was last used, to within five minutes; zero: a token that never was
	Ends    time.Time        `json:"ends"` // zero: when it is revoked
	Proof   Proof            `json:"proof,omitempty"`
	From    domain.Hash      `json:"from,omitzero"` // SHA-256 of account and address it was made from

	// Of a login by a provider, which may end it: the provider, and the person and
	// the session as its tokens name them.
	Provider string `json:"provider,omitempty"`
	Subject  string `json:"subject,omitempty"`
	SID      string `json:"sid,omitempty"`
}

// Proof is what somebody showed to get a session.
type Proof string

// What sessions are made for. A token, a screen's session and one from before
// this was kept have none.
const (
	ProofPassword Proof = "password"
	ProofTOTP     Proof = "totp"     // and the password
	ProofRecovery Proof = "recovery" // and the password
	ProofPasskey  Proof = "passkey"  // alone: it checks who holds it
	ProofProvider Proof = "provider" // whatever a login provider asked for
)
