package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// Seq counts the traces of an audit log: the first is 1, 0 is before it.
type Seq uint64

// Kind is what a trace says was done.
type Kind string

// Everything that leaves a trace. A kind once written is read for ever.
const (
	Login        Kind = "login"
	LoginRefused Kind = "login_refused"
	Logout       Kind = "logout"
	SessionEnded Kind = "session_ended"

	PasswordChanged   Kind = "password_changed"
	SecondStepChanged Kind = "second_step_changed"
	IdentityChanged   Kind = "identity_changed" // whom an identity provider's user is
	AccountAdded      Kind = "account_added"
	AccountChanged    Kind = "account_changed"
	AccountDisabled   Kind = "account_disabled"
	AccountEnabled    Kind = "account_enabled"
	AccountErased     Kind = "account_erased"
	GrantsChanged     Kind = "grants_changed"
	Invited           Kind = "invited"
	TokenAdded        Kind = "token_added"
	TokenRevoked      Kind = "token_revoked"
	ScreenPaired      Kind = "screen_paired"
	ScreenChanged     Kind = "screen_changed"
	ScreenRevoked     Kind = "screen_revoked"

	Export       Kind = "export"
	Snapshot     Kind = "snapshot"
	MinutesRead  Kind = "minutes_read"
	InternalRead Kind = "internal_read" // a page of a working edition
	AuditRead    Kind = "audit_read"
	Refused      Kind = "refused"       // asked for what is there, and may not
	LiveRead     Kind = "live_read"     // the live picture, a situation or an exercise
	MarkingsRead Kind = "markings_read" // why fields of a board are exempt
	AccountsRead Kind = "accounts_read" // the list of accounts, or one of them

	Imported    Kind = "import"
	Redacted    Kind = "redact"
	PackApplied Kind = "pack_applied"
	Backup      Kind = "backup"
	Restored    Kind = "restore" // what follows goes on from a backup
	Verified    Kind = "verify"
	Setting     Kind = "setting"

	Pruned Kind = "pruned" // older traces were taken away
	Gap    Kind = "gap"    // for a while nothing could be written

	AccountRenamed Kind = "account_renamed" // from what to what lies beside it
)

// Kinds returns all kinds. New ones come at the end, as in the golden log.
func Kinds() []Kind {
	return []Kind{
		Login, LoginRefused, Logout, SessionEnded,
		PasswordChanged, SecondStepChanged, IdentityChanged,
		AccountAdded, AccountChanged, AccountDisabled, AccountEnabled, AccountErased,
		GrantsChanged, Invited, TokenAdded, TokenRevoked,
		ScreenPaired, ScreenChanged, ScreenRevoked,
		Export, Snapshot, MinutesRead, InternalRead, AuditRead, Refused,
		Imported, Redacted, PackApplied, Backup, Restored, Verified, Setting,
		Pruned, Gap,
		AccountRenamed,
		LiveRead, MarkingsRead, AccountsRead,
	}
}

// End is one end of an audit log: its last trace, or the last of those
// that were taken away. It is zero where there is none.
type End struct {
	Seq  Seq         `json:"seq"`
	Hash domain.Hash `json:"hash"`
}

// String returns the end as minutes and exports print it, and as "verify --head"
// reads it: S, for the audit log, its number, and its hash.
func (e End) String() string { return fmt.Sprintf("S%d:%s", e.Seq, e.Hash) }

// Trace is one line of the audit log: who saw or did what, from where. It has
// ids and words of ours only: no names, no texts, and nothing anybody typed. What
// changed a board is in the journal, and not here. What an account was called
// before and after a change of name lies beside its trace, as texts lie beside a
// record, and goes when the account is erased.
// Body is the trace as it is stored, byte for byte; Hash = SHA-256(Prev ‖ Body).
type Trace struct {
	Seq          Seq                   `json:"seq"`
	At           time.Time             `json:"at"` // UTC, whole milliseconds, never before the previous one's
	What         Kind                  `json:"what"`
	Who          domain.AccountID      `json:"who,omitempty"`     // "" where nobody had signed in
	Session      string                `json:"session,omitempty"` // the first 16 digits of its secret's SHA-256
	From         string                `json:"from,omitempty"`    // the client's address, "" for the machine itself
	Whom         domain.AccountID      `json:"whom,omitempty"`    // the account it was done to
	Board        domain.BoardID        `json:"board,omitempty"`
	Municipality domain.MunicipalityID `json:"municipality,omitempty"`
	Meeting      domain.MeetingID      `json:"meeting,omitempty"`
	Detail       string                `json:"detail,omitempty"` // a word of ours: "csv", or a route's pattern
	Count        int                   `json:"count,omitempty"`  // how many times more, where not once; of a gap: how many are lost
	Upto         *End                  `json:"upto,omitempty"`   // pruned: the last that was taken away
	Names        []*domain.Text        `json:"names,omitempty"`  // account_renamed: before and after, see TraceName

	Prev  domain.Hash         `json:"-"`
	Hash  domain.Hash         `json:"-"`
	Body  []byte              `json:"-"`
	Texts []domain.StoredText `json:"-"` // Names, as they are kept beside it
}

// Name makes a name that lies beside a trace.
func Name(salt domain.Salt, name string) *domain.Text {
	t := domain.NewText(typed.Of(name))
	if t != nil {
		t.Seal(salt)
	}
	return t
}

// traceVersion is the version of the trace format that this program writes.
const traceVersion = 1

type traceJSON struct {
	Version int `json:"v"`
	Trace
}

// MaxSize is how long a stored trace may be.
const MaxSize = 2 << 10

var errTrace = errors.New("not a trace")

// Seal makes t the trace that follows prev, whose time was last.
func Seal(prev End, last time.Time, t Trace) (Trace, error) {
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
	t.Hash = domain.ChainHash(t.Prev, t.Body)
	t.Texts = nil
	for _, name := range t.Names {
		t.Texts = append(t.Texts, name.Stored())
	}
	return t, nil
}

// check refuses what has no place in a trace.
func (t *Trace) check() error {
	if !slices.Contains(Kinds(), t.What) || t.Count < 0 || (t.What == Pruned) != (t.Upto != nil) {
		return fmt.Errorf("trace %q: %w", t.What, errTrace)
	}
	if (t.What == AccountRenamed) != (len(t.Names) == 2) || slices.Contains(t.Names, nil) {
		return fmt.Errorf("trace %q with %d names: %w", t.What, len(t.Names), errTrace)
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

// Open reads a stored trace: it checks the hash, decodes the body and takes
// up the names beside it. The error wraps ErrCorrupt or ErrNewer. Names that are
// gone are accepted here: whether a later trace says that the account was erased,
// only a walk over the whole log can tell.
func Open(prev, hash domain.Hash, body []byte, names ...domain.StoredText) (Trace, error) {
	if domain.ChainHash(prev, body) != hash {
		return Trace{}, fmt.Errorf("hash does not match: %w", domain.ErrCorrupt)
	}
	var j traceJSON
	if err := json.Unmarshal(body, &j); err != nil {
		return Trace{}, fmt.Errorf("decode trace: %w: %w", err, domain.ErrCorrupt)
	}
	if j.Version > traceVersion || !slices.Contains(Kinds(), j.What) {
		return Trace{}, fmt.Errorf("trace %d, version %d, %q: %w", j.Seq, j.Version, j.What, domain.ErrNewer)
	}
	if err := j.Trace.check(); err != nil {
		return Trace{}, fmt.Errorf("trace %d: %w: %w", j.Seq, err, domain.ErrCorrupt)
	}
	t := j.Trace
	t.Prev, t.Hash, t.Body, t.Texts = prev, hash, body, names
	for i, kept := range names {
		if i >= len(t.Names) || !kept.Gone && !t.Names[i].Take(kept) {
			return Trace{}, fmt.Errorf("trace %d: name %d altered: %w", t.Seq, i, domain.ErrCorrupt)
		}
	}
	return t, nil
}

// Check reports whether sealed traces may follow end, and what the end is
// then. The error wraps ErrConflict if the first is not the next.
func Check(end End, traces []Trace) (End, error) {
	if len(traces) == 0 || len(traces) > domain.MaxGroupCount {
		return end, fmt.Errorf("a group of %d traces", len(traces))
	}
	for _, t := range traces {
		if t.Seq != end.Seq+1 || t.Prev != end.Hash {
			return end, fmt.Errorf("trace %d after %d: %w", t.Seq, end.Seq, domain.ErrConflict)
		}
		if len(t.Body) > MaxSize {
			return end, fmt.Errorf("trace %d: %w", t.Seq, domain.ErrTooBig)
		}
		if domain.ChainHash(t.Prev, t.Body) != t.Hash {
			return end, fmt.Errorf("append trace %d: hash does not match: %w", t.Seq, domain.ErrCorrupt)
		}
		end = t.End()
	}
	return end, nil
}

// End returns the end of a log whose last trace is t.
func (t Trace) End() End { return End{t.Seq, t.Hash} }
