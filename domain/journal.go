package domain

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"
)

// Revision counts the records of a journal: the first is 1, 0 is before it.
type Revision uint64

// Epoch names one life of a journal. It is random and new when a journal is
// created, copied or restored: a position of another epoch means nothing.
type Epoch string

// Hash is a SHA-256 sum, written as hexadecimal digits.
type Hash [32]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hash) UnmarshalText(b []byte) error {
	if len(b) != 64 {
		return fmt.Errorf("hash of %d digits", len(b))
	}
	_, err := hex.Decode(h[:], b)
	return err
}

// AccountID names who did something: an account, or "system:<os user>" for one
// who works on the machine itself. Names of people live in accounts, never in
// records.
type AccountID string

// RequestID is a client's own name for a command, so that one sent twice
// happens once. It counts per account.
type RequestID string

// Limits of one record and of one group of records that is committed together.
const (
	maxRecord     = 4 << 20
	MaxGroup      = 4 << 20
	MaxGroupCount = 256
)

// Record is one decision: what happened, when, by whom. Body is the record as
// it is stored, byte for byte; Hash = SHA-256(Prev ‖ Body). A record that holds
// a Body is sealed, and nothing in it may change.
type Record struct {
	Revision Revision
	At       time.Time // UTC, whole milliseconds, never before the previous record's
	By       AccountID
	Request  RequestID
	Events   []Event

	Prev, Hash Hash
	Body       []byte
	Texts      []StoredText // the free texts, in the order the events name them
}

// Journal is an append-only, durable list of records. It is safe for
// concurrent use; Append is called by one goroutine.
type Journal interface {
	// Append stores sealed records, all or none. nil means durable. ErrConflict
	// means that recs[0] is not the next record; an [Error] with the code
	// Unavailable that nothing was stored, for want of room, and that it may be
	// tried again. After any other error the outcome is unknown: the caller
	// must not append again before it has opened the journal again.
	Append(ctx context.Context, recs []Record) error

	// Follow yields the records after a revision: stored ones first, then new
	// ones as they become durable, in order, without a gap, until ctx ends or an
	// error is yielded. It holds no transaction while it waits.
	Follow(ctx context.Context, after Revision) iter.Seq2[Record, error]

	// Head returns the revision and hash of the last record (0 and zero for an
	// empty journal) and the epoch.
	Head(ctx context.Context) (Head, error)

	// Redact appends r, which holds a [TextRedacted], and takes the bodies and
	// salts of texts out, in one transaction. Errors are those of Append;
	// a text that is gone already is no error.
	Redact(ctx context.Context, r Record, texts []TextID) error
}

// Head is where a journal stands.
type Head struct {
	Revision Revision
	Hash     Hash
	Epoch    Epoch
}

var (
	// ErrConflict: the record is not the journal's next.
	ErrConflict = errors.New("not the journal's next record")
	// ErrClosed: the journal was closed.
	ErrClosed = errors.New("journal closed")
	// ErrCorrupt: a record is not what was written.
	ErrCorrupt = errors.New("record altered")
	// ErrNewer: a record was written by a newer version of the program.
	ErrNewer = errors.New("written by a newer version")
	// ErrTooBig: a record is over maxRecord.
	ErrTooBig = errors.New("record over 4 MiB")
)

// ChainHash is the one function that links a record to the one before it.
func ChainHash(prev Hash, body []byte) Hash {
	h := sha256.New()
	h.Write(prev[:])
	h.Write(body)
	return Hash(h.Sum(nil))
}

// CheckGroup reports whether sealed records may follow head in one Append, and
// what the head is then. The error wraps ErrConflict if the first is not the
// next record.
func CheckGroup(head Head, recs []Record) (Head, error) {
	if len(recs) == 0 || len(recs) > MaxGroupCount {
		return head, fmt.Errorf("a group of %d records", len(recs))
	}
	size := 0
	for i, r := range recs {
		if r.Revision != head.Revision+1 || r.Prev != head.Hash {
			if i == 0 {
				return head, fmt.Errorf("record %d after %d: %w", r.Revision, head.Revision, ErrConflict)
			}
			return head, fmt.Errorf("record %d does not follow %d of its group", r.Revision, head.Revision)
		}
		if ChainHash(r.Prev, r.Body) != r.Hash {
			return head, fmt.Errorf("append record %d: hash does not match: %w", r.Revision, ErrCorrupt)
		}
		if size += len(r.Body); len(r.Body) > maxRecord || i > 0 && size > MaxGroup {
			return head, fmt.Errorf("append record %d: %w", r.Revision, ErrTooBig)
		}
		head.Revision, head.Hash = r.Revision, r.Hash
	}
	return head, nil
}

// bodyVersion is the version of the record format that this program writes.
const bodyVersion = 1

type bodyJSON struct {
	Version  int               `json:"v"`
	Revision Revision          `json:"rev"`
	At       time.Time         `json:"at"`
	By       AccountID         `json:"by"`
	Request  RequestID         `json:"req,omitempty"`
	Events   []json.RawMessage `json:"events"`
}

// Seal makes the record that follows prev. at is cut to milliseconds; salt is
// called once for each text and must give random bytes.
func Seal(prev Head, at time.Time, by AccountID, req RequestID, events []Event, salt func() Salt) (Record, error) {
	r := Record{
		Revision: prev.Revision + 1,
		At:       at.UTC().Truncate(time.Millisecond),
		By:       by,
		Request:  req,
		Events:   events,
		Prev:     prev.Hash,
	}
	for _, e := range events {
		for _, t := range e.Texts() {
			t.id = TextID{r.Revision, len(r.Texts)}
			t.Seal(salt())
			r.Texts = append(r.Texts, t.Stored())
		}
	}
	b := bodyJSON{Version: bodyVersion, Revision: r.Revision, At: r.At, By: by, Request: req}
	for _, e := range events {
		raw, err := encodeEvent(e)
		if err != nil {
			return Record{}, err
		}
		b.Events = append(b.Events, raw)
	}
	var err error
	if r.Body, err = json.Marshal(b); err != nil {
		return Record{}, fmt.Errorf("encode record %d: %w", r.Revision, err)
	}
	if len(r.Body) > maxRecord {
		return Record{}, fmt.Errorf("record %d: %w", r.Revision, ErrTooBig)
	}
	r.Hash = ChainHash(r.Prev, r.Body)
	return r, nil
}

// OpenRecord reads a stored record: it checks the hash, decodes the body and
// attaches the texts. A kind that is not among kinds is of a newer program. The error wraps ErrCorrupt or ErrNewer. A text that is
// gone is accepted here: whether a later record says that it was redacted, only
// a walk over the whole journal can tell.
func OpenRecord(kinds Kinds, prev, hash Hash, body []byte, texts []StoredText) (Record, error) {
	if ChainHash(prev, body) != hash {
		return Record{}, fmt.Errorf("hash does not match: %w", ErrCorrupt)
	}
	var b bodyJSON
	if err := json.Unmarshal(body, &b); err != nil {
		return Record{}, fmt.Errorf("decode record: %w: %w", err, ErrCorrupt)
	}
	if b.Version > bodyVersion {
		return Record{}, fmt.Errorf("record %d has version %d: %w", b.Revision, b.Version, ErrNewer)
	}
	r := Record{
		Revision: b.Revision, At: b.At, By: b.By, Request: b.Request,
		Prev: prev, Hash: hash, Body: body, Texts: texts,
	}
	n := 0
	for _, raw := range b.Events {
		e, err := decodeEvent(kinds, raw)
		if err != nil {
			return Record{}, fmt.Errorf("record %d: %w", b.Revision, err)
		}
		for _, t := range e.Texts() {
			if n >= len(texts) {
				return Record{}, fmt.Errorf("record %d lacks text %d: %w", b.Revision, n, ErrCorrupt)
			}
			t.id = TextID{r.Revision, n}
			if s := texts[n]; !s.Gone && !t.Take(s) {
				return Record{}, fmt.Errorf("record %d: text %d altered: %w", b.Revision, n, ErrCorrupt)
			}
			n++
		}
		r.Events = append(r.Events, e)
	}
	if n != len(texts) {
		return Record{}, fmt.Errorf("record %d has %d texts, names %d: %w", b.Revision, len(texts), n, ErrCorrupt)
	}
	return r, nil
}

func encodeEvent(e Event) (json.RawMessage, error) {
	raw, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode event %s: %w", e.Kind(), err)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, `{"kind":%q`, e.Kind())
	if len(raw) > 2 {
		out.WriteByte(',')
	}
	out.Write(raw[1:])
	return out.Bytes(), nil
}

func decodeEvent(kinds Kinds, raw json.RawMessage) (Event, error) {
	kind, err := kindOf(raw)
	if err != nil {
		return nil, fmt.Errorf("decode event: %w: %w", err, ErrCorrupt)
	}
	e := kinds.New(kind)
	if e == nil {
		return nil, fmt.Errorf("event kind %q: %w", kind, ErrNewer)
	}
	if err := json.Unmarshal(raw, e); err != nil {
		return nil, fmt.Errorf("decode event %s: %w: %w", kind, err, ErrCorrupt)
	}
	return e, nil
}

// kindOf reads the kind of an event: first in it, as encodeEvent writes it, or anywhere.
func kindOf(raw json.RawMessage) (string, error) {
	if rest, first := bytes.CutPrefix(raw, []byte(`{"kind":"`)); first {
		if end := bytes.IndexByte(rest, '"'); end >= 0 && !bytes.ContainsRune(rest[:end], '\\') {
			return string(rest[:end]), nil
		}
	}
	var k struct {
		Kind string `json:"kind"`
	}
	err := json.Unmarshal(raw, &k)
	return k.Kind, err
}
