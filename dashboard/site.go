package dashboard

import (
	"io/fs"
	"time"

	"kommunebilde"
)

// Options says how a [Site] is made.
type Options struct {
	Build  string // shown at /om and given to the script: another build reloads
	Base   string // path prefix of the public address: "" or "/kb"
	Assets fs.FS  // bundled styles and scripts; nil: the embedded ones
}

// Request is who asks for a page, and how.
type Request struct {
	Lang      string // "nb", "nn", "en"; anything else is nb
	Path      string // own path with query, below Base
	Theme     string // "light", "dark" or "" (the system's)
	User      *User  // nil: signed out
	Rights    kommunebilde.Rights
	Boards    []kommunebilde.Board                           // all that the user may see
	RightsOn  func(kommunebilde.BoardID) kommunebilde.Rights // for pages over several boards; nil: Rights
	Names     func(kommunebilde.AccountID) string            // nil: ids are not shown
	Token     string                                         // against CSRF, in every form
	RequestID string
	Now       time.Time
	Cacheable bool   // the page is kept for others: it holds no name, token or request id
	Notice    string // key of a sentence about what was just done, "" none
}

// User is who is signed in.
type User struct {
	Name    string
	ID      kommunebilde.AccountID
	Staff   bool
	Admin   bool
	Session kommunebilde.Hash // the session the request came with
}

// LoginForm is what the login page says.
type LoginForm struct {
	User string        // as typed
	Next string        // own path to go to, "" the overview
	Err  error         // why the last try failed, nil at first
	Wait time.Duration // until the next try is taken, 0 at once
}

// WallOptions says what a wall screen shows and how big it is.
type WallOptions struct {
	Area   kommunebilde.ColumnID // "" the county's preparedness area
	Inches float64               // 0: 65
	Metres float64               // 0: 5
	Filter Filter
}
