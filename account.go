package kommunebilde

import "time"

// Account is somebody, or a program, that may sign in. Accounts lie outside the
// journal: the journal has their ids, which stay when a name is erased.
type Account struct {
	ID       AccountID `json:"id"`   // what they sign in with: lower case, ^[a-z0-9][a-z0-9._-]{0,63}$
	Name     string    `json:"name"` // shown to staff
	Password string    `json:"password,omitempty"`
	Grants   []Grant   `json:"grants"`
	Disabled bool      `json:"disabled,omitempty"`
	View     string    `json:"view,omitempty"` // of a screen: the own path it shows
	By       AccountID `json:"by,omitempty"`   // of a screen: who paired it
	Created  time.Time `json:"created"`
}

// Actor returns who the account is when it acts. A disabled account is nobody.
func (a Account) Actor() Actor {
	if a.Disabled {
		return Actor{}
	}
	return Actor{ID: a.ID, Grants: a.Grants}
}

// Session lets the holder of a secret act as an account until it ends. Only
// the secret's SHA-256 is kept. A token of a program is a session that a
// browser cannot use, and the other way round.
type Session struct {
	Key     Hash      `json:"key"` // SHA-256 of the secret
	Account AccountID `json:"account"`
	Token   bool      `json:"token,omitempty"` // of a program (Authorization: Bearer)
	Label   string    `json:"label,omitempty"` // what the token is for
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"` // to within five minutes
	Ends    time.Time `json:"ends"` // zero: when it is revoked
}
