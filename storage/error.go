package storage

import (
	"errors"
	"fmt"
	"syscall"

	"kommunebilde/domain"
)

var (
	// ErrLocked: another process owns the folder.
	ErrLocked = errors.New("another process uses the data folder")
	// ErrFailed: a write or sync failed earlier. The store only reads until it
	// is opened again.
	ErrFailed = errors.New("writing failed: nothing more is stored until a restart")
	// ErrFull: there was no room for a write. Nothing was stored and the same
	// may be tried again. Its [domain.CodeOf] is Unavailable, that of
	// every other error of this package is Internal.
	ErrFull = errors.New("no room left for the journal")
	// ErrLost: the folder was initialised once, but its journal is gone or cut
	// short.
	ErrLost = errors.New("journal lost")
)

// Damage is a stored value that is not what was written.
type Damage struct {
	What   string // "record 17", "account ola"
	Offset int64  // where in journal.db, -1 if unknown
	Err    error  // wraps domain.ErrCorrupt
}

// Error implements error: what is wrong, where, and what to do.
func (d *Damage) Error() string {
	at := ""
	if d.Offset >= 0 {
		at = fmt.Sprintf(" at byte %d", d.Offset)
	}
	return fmt.Sprintf("%s%s of %s: %v; keep this folder as it is and restore the newest backup into an empty one",
		d.What, at, journalName, d.Err)
}

// Unwrap returns the cause.
func (d *Damage) Unwrap() error { return d.Err }

// damaged wraps an error about a stored value. One that says that a newer
// program wrote it is no damage.
func damaged(what string, offset int64, err error) error {
	if errors.Is(err, domain.ErrNewer) {
		return fmt.Errorf("%s: %w; start the newer program", what, err)
	}
	if !errors.Is(err, domain.ErrCorrupt) {
		err = fmt.Errorf("%w: %w", err, domain.ErrCorrupt)
	}
	return &Damage{what, offset, err}
}

// noSpace is an ErrFull at another place than the journal's: where a copy is made.
type noSpace struct{ error }

// Error implements error: whose limit it is, and what to do.
func (e noSpace) Error() string {
	if errors.Is(e.error, syscall.EFBIG) {
		return "the process may not write a file that large: raise its limit (ulimit -f, LimitFSIZE) and start it again"
	}
	return "there is no room for it on that disk: make some, or give a place on another one. The journal has lost nothing"
}

// Unwrap returns the cause.
func (e noSpace) Unwrap() error { return e.error }

func full(err error) error {
	return &domain.Error{
		Code: domain.Unavailable, Msg: "storage.full",
		Err: fmt.Errorf("%w: %w", ErrFull, err),
	}
}
