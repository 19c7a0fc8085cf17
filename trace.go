package kommunebilde

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// TraceSeq counts the traces of an audit log: the first is 1, 0 is before it.
type TraceSeq uint64

// TraceKind is what a trace says was done.
type TraceKind string

// Everything that leaves a trace. A kind once written is read for ever.
const (
	TraceLogin        TraceKind = "login"
	TraceLoginRefused TraceKind = "login_refused"
	TraceLogout       TraceKind = "logout"
	TraceSessionEnded TraceKind = "session_ended"

	TracePasswordChanged   TraceKind = "password_changed"
	TraceSecondStepChanged TraceKind = "second_step_changed"
	TraceIdentityChanged   TraceKind = "identity_changed" // whom an identity provider's user is
	TraceAccountAdded      TraceKind = "account_added"
	TraceAccountChanged    TraceKind = "account_changed"
	TraceAccountDisabled   TraceKind = "account_disabled"
	TraceAccountEnabled    TraceKind = "account_enabled"
	TraceAccountErased     TraceKind = "account_erased"
	TraceGrantsChanged     TraceKind = "grants_changed"
	TraceInvited           TraceKind = "invited"
	TraceTokenAdded        TraceKind = "token_added"
	TraceTokenRevoked      TraceKind = "token_revoked"
	TraceScreenPaired      TraceKind = "screen_paired"
	TraceScreenChanged     TraceKind = "screen_changed"
	TraceScreenRevoked     TraceKind = "screen_revoked"

	TraceExport       TraceKind = "export"
	TraceSnapshot     TraceKind = "snapshot"
	TraceMinutesRead  TraceKind = "minutes_read"
	TraceInternalRead TraceKind = "internal_read" // a page of a working edition
	TraceAuditRead    TraceKind = "audit_read"
	TraceRefused      TraceKind = "refused" // asked for what is there, and may not

	TraceImported    TraceKind = "import"
	TraceRedacted    TraceKind = "redact"
	TracePackApplied TraceKind = "pack_applied"
	TraceBackup      TraceKind = "backup"
	TraceRestored    TraceKind = "restore" // what follows goes on from a backup
	TraceVerified    TraceKind = "verify"
	TraceSetting     TraceKind = "setting"

	TracePruned TraceKind = "pruned" // older traces were taken away
	TraceGap    TraceKind = "gap"    // for a while nothing could be written
)

// TraceKinds returns all kinds. New ones come at the end, as in the golden log.
func TraceKinds() []TraceKind {
	return []TraceKind{
		TraceLogin, TraceLoginRefused, TraceLogout, TraceSessionEnded,
		TracePasswordChanged, TraceSecondStepChanged, TraceIdentityChanged,
		TraceAccountAdded, TraceAccountChanged, TraceAccountDisabled, TraceAccountEnabled, TraceAccountErased,
		TraceGrantsChanged, TraceInvited, TraceTokenAdded, TraceTokenRevoked,
		TraceScreenPaired, TraceScreenChanged, TraceScreenRevoked,
		TraceExport, TraceSnapshot, TraceMinutesRead, TraceInternalRead, TraceAuditRead, TraceRefused,
		TraceImported, TraceRedacted, TracePackApplied, TraceBackup, TraceRestored, TraceVerified, TraceSetting,
		TracePruned, TraceGap,
	}
}

// TraceEnd is one end of an audit log: its last trace, or the last of those
// that were taken away. It is zero where there is none.
type TraceEnd struct {
	Seq  TraceSeq `json:"seq"`
	Hash Hash     `json:"hash"`
}

// Trace is one line of the audit log: who saw or did what, from where. It has
// ids and words of ours only: no names, which can then be erased, no texts, and
// nothing anybody typed. What changed a board is in the journal, and not here.
// Body is the trace as it is stored, byte for byte; Hash = SHA-256(Prev ‖ Body).
type Trace struct {
	Seq          TraceSeq       `json:"seq"`
	At           time.Time      `json:"at"` // UTC, whole milliseconds, never before the previous one's
	What         TraceKind      `json:"what"`
	Who          AccountID      `json:"who,omitempty"`     // "" where nobody had signed in
	Session      string         `json:"session,omitempty"` // the first 16 digits of its secret's SHA-256
	From         string         `json:"from,omitempty"`    // the client's address, "" for the machine itself
	Whom         AccountID      `json:"whom,omitempty"`    // the account it was done to
	Board        BoardID        `json:"board,omitempty"`
	Municipality MunicipalityID `json:"municipality,omitempty"`
	Meeting      MeetingID      `json:"meeting,omitempty"`
	Detail       string         `json:"detail,omitempty"` // a word of ours: "csv", or a route's pattern
	Count        int            `json:"count,omitempty"`  // how many times more, where not once; of a gap: how many are lost
	Upto         *TraceEnd      `json:"upto,omitempty"`   // pruned: the last that was taken away

	Prev Hash   `json:"-"`
	Hash Hash   `json:"-"`
	Body []byte `json:"-"`
}

// traceVersion is the version of the trace format that this program writes.
const traceVersion = 1

type traceJSON struct {
	Version int `json:"v"`
	Trace
}

// MaxTrace is how long a stored trace may be.
const MaxTrace = 2 << 10

var errTrace = errors.New("not a trace")

// SealTrace makes t the trace that follows prev, whose time was last.
func SealTrace(prev TraceEnd, last time.Time, t Trace) (Trace, error) {
	t.Seq, t.Prev = prev.Seq+1, prev.Hash
	t.At = t.At.UTC().Truncate(time.Millisecond)
	if t.At.Before(last) {
		t.At = last
	}
	if err := t.check(); err != nil {
		return Trace{}, err
	}
	var err error
	if t.Body, err = json.Marshal(traceJSON{traceVersion, t}); err != nil {
		return Trace{}, fmt.Errorf("encode trace %d: %w", t.Seq, err)
	}
	t.Hash = ChainHash(t.Prev, t.Body)
	return t, nil
}

// check refuses what has no place in a trace.
func (t *Trace) check() error {
	if !slices.Contains(TraceKinds(), t.What) || t.Count < 0 || (t.What == TracePruned) != (t.Upto != nil) {
		return fmt.Errorf("trace %q: %w", t.What, errTrace)
	}
	for _, id := range []string{string(t.Who), t.Session, t.From, string(t.Whom), string(t.Board), string(t.Municipality), string(t.Meeting), t.Detail} {
		if len(id) > 128 || strings.ContainsFunc(id, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }) {
			return fmt.Errorf("trace %q: an id that is none: %w", t.What, errTrace)
		}
	}
	if strings.ContainsFunc(t.Detail, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("._:+-/", r)
	}) {
		return fmt.Errorf("trace %q: a detail that is no word of ours: %w", t.What, errTrace)
	}
	return nil
}

// OpenTrace reads a stored trace: it checks the hash and decodes the body. The
// error wraps ErrCorrupt or ErrNewer.
func OpenTrace(prev, hash Hash, body []byte) (Trace, error) {
	if ChainHash(prev, body) != hash {
		return Trace{}, fmt.Errorf("hash does not match: %w", ErrCorrupt)
	}
	var j traceJSON
	if err := json.Unmarshal(body, &j); err != nil {
		return Trace{}, fmt.Errorf("decode trace: %w: %w", err, ErrCorrupt)
	}
	if j.Version > traceVersion || !slices.Contains(TraceKinds(), j.What) {
		return Trace{}, fmt.Errorf("trace %d, version %d, %q: %w", j.Seq, j.Version, j.What, ErrNewer)
	}
	if err := j.Trace.check(); err != nil {
		return Trace{}, fmt.Errorf("trace %d: %w: %w", j.Seq, err, ErrCorrupt)
	}
	t := j.Trace
	t.Prev, t.Hash, t.Body = prev, hash, body
	return t, nil
}

// CheckTraces tells whether sealed traces may follow end, and what the end is
// then. The error wraps ErrConflict if the first is not the next.
func CheckTraces(end TraceEnd, traces []Trace) (TraceEnd, error) {
	if len(traces) == 0 || len(traces) > MaxGroupCount {
		return end, fmt.Errorf("a group of %d traces", len(traces))
	}
	for _, t := range traces {
		if t.Seq != end.Seq+1 || t.Prev != end.Hash {
			return end, fmt.Errorf("trace %d after %d: %w", t.Seq, end.Seq, ErrConflict)
		}
		if len(t.Body) > MaxTrace {
			return end, fmt.Errorf("trace %d: %w", t.Seq, ErrTooBig)
		}
		if ChainHash(t.Prev, t.Body) != t.Hash {
			return end, fmt.Errorf("append trace %d: hash does not match: %w", t.Seq, ErrCorrupt)
		}
		end = t.End()
	}
	return end, nil
}

// End returns the end of a log whose last trace is t.
func (t Trace) End() TraceEnd { return TraceEnd{t.Seq, t.Hash} }
