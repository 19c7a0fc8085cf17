package domain

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"kommunebilde/domain/typed"
)

// TextID names a free text: the N-th (from 0) of its record.
type TextID struct {
	Revision Revision `json:"rev"`
	N        int      `json:"n"`
}

// Compare orders texts as they were written.
func (id TextID) Compare(other TextID) int {
	switch {
	case id.Revision < other.Revision:
		return -1
	case id.Revision > other.Revision:
		return 1
	}
	return id.N - other.N
}

func (id TextID) String() string { return fmt.Sprintf("%d.%d", id.Revision, id.N) }

// Text is what a person wrote. A record holds only its length and a salted
// hash; salt and body lie beside the record, so that they can be taken out
// (redacted) without breaking the chain. A nil *Text is no text.
//
// The body is shared by every state that shows it: redaction empties it for all
// of them at once. Everything else about a Text is fixed once it is sealed.
type Text struct {
	id   TextID
	size int
	sum  Hash
	salt Salt
	body atomic.Pointer[string]
}

// Salt keeps a short text from being guessed from its hash.
type Salt [16]byte

// NewText returns a text that no record holds yet, nil for "". What was not
// cleaned on its way in is cleaned here: no record holds it otherwise.
func NewText(as typed.Text) *Text {
	body := string(typed.Of(string(as)))
	if body == "" {
		return nil
	}
	t := &Text{size: len(body)}
	t.body.Store(&body)
	return t
}

// ID returns where the text lies. It is zero until the record is sealed.
func (t *Text) ID() TextID {
	if t == nil {
		return TextID{}
	}
	return t.id
}

// String returns the body: "" for no text and for one that was redacted.
func (t *Text) String() string {
	if t == nil {
		return ""
	}
	if s := t.body.Load(); s != nil {
		return *s
	}
	return ""
}

// Ref names a text that is said again, nil for no text.
func (t *Text) Ref() *TextID {
	if t == nil {
		return nil
	}
	id := t.id
	return &id
}

// Sum returns the salted hash of the text, which holds after the text was taken out;
// zero for no text.
func (t *Text) Sum() Hash {
	if t == nil {
		return Hash{}
	}
	return t.sum
}

// Redacted reports whether there was a text that was taken out.
func (t *Text) Redacted() bool { return t != nil && t.body.Load() == nil }

func (t *Text) redact() { t.body.Store(nil) }

// StoredText is a text as a journal keeps it beside its record. Gone is true
// for one that was redacted; Salt and Body are then empty.
type StoredText struct {
	Salt Salt
	Body string
	Gone bool
}

// Seal gives a text the salt with which it is kept.
func (t *Text) Seal(salt Salt) {
	t.salt, t.sum = salt, textSum(salt, t.String())
}

// Stored returns a sealed text as a journal keeps it.
func (t *Text) Stored() StoredText {
	return StoredText{Salt: t.salt, Body: t.String(), Gone: t.Redacted()}
}

// Take gives a text that was read its body, and reports whether it is the one that
// was written.
func (t *Text) Take(s StoredText) bool {
	if len(s.Body) != t.size || textSum(s.Salt, s.Body) != t.sum {
		return false
	}
	body := s.Body // not &s.Body, which would keep the salt a second time
	t.salt = s.Salt
	t.body.Store(&body)
	return true
}

func textSum(salt Salt, body string) Hash {
	h := sha256.New()
	h.Write(salt[:])
	h.Write([]byte(body))
	return Hash(h.Sum(nil))
}

type textJSON struct {
	Len int  `json:"len"`
	Sum Hash `json:"sha256"`
}

// MarshalJSON writes length and hash, never the body.
func (t *Text) MarshalJSON() ([]byte, error) { return json.Marshal(textJSON{t.size, t.sum}) }

// UnmarshalJSON reads length and hash; the body is attached by [OpenRecord].
func (t *Text) UnmarshalJSON(b []byte) error {
	var j textJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	if j.Len <= 0 {
		return fmt.Errorf("text of length %d", j.Len)
	}
	t.size, t.sum = j.Len, j.Sum
	return nil
}

// Longest texts, in runes (SAFETY: reasons and names).
const (
	MaxReason = 2000
	maxJudged = 5000 // of a cell of an edition
	MaxName   = 200
)

// CheckText refuses what may not be kept: too long, not UTF-8, control
// characters other than tab and line feed, and marks that turn the direction of
// writing (they let a text show other than it reads). That a text was not cleaned
// is a fault of the edge it came in by.
func CheckText(field string, t typed.Text, max int) error {
	s := string(t)
	if !t.Clean() {
		return &Error{Code: Internal, Field: field, Msg: "internal", Err: errors.New("a text was not cleaned")}
	}
	if !utf8.ValidString(s) {
		return Wrong(field, "text.utf8")
	}
	if utf8.RuneCountInString(s) > max {
		return Wrong(field, "text.long", fmt.Sprint(max))
	}
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
		case r < 0x20, r >= 0x7f && r < 0xa0,
			r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x061c,
			r == 0x2028, r == 0x2029, r == 0xfeff:
			return Wrong(field, "text.control", fmt.Sprintf("U+%04X", r))
		}
	}
	return nil
}

// CheckName refuses a name that nobody could see, and what CheckText
// refuses.
func CheckName(field string, t typed.Text) error {
	if !strings.ContainsFunc(string(t), func(r rune) bool {
		return unicode.IsLetter(r) && r != 0x3164 && r != 0xffa0 && r != 0x115f && r != 0x1160 || unicode.IsNumber(r)
	}) {
		return Wrong(field, "name.missing")
	}
	return CheckText(field, t, MaxName)
}
