package storage

import (
	"bytes"
	"errors"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// FuzzValues reads arbitrary bytes as each stored value: no panic, and what is
// accepted is written as the same bytes.
func FuzzValues(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{textGone})
	f.Add(encodeText(domain.StoredText{Body: "x"}))
	f.Add(textKey(domain.TextID{Revision: 7, N: 3}))
	f.Add(encodeHead(domain.Head{Revision: 1 << 60}))
	f.Add(sealValue(accountsBucket, []byte("kari"), []byte(`{"id":"kari"}`)))
	f.Add(sealValue(accountsBucket, []byte("kari"), []byte(`{"id":"ola"}`)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, err := decodeText(b); err == nil && !bytes.Equal(encodeText(v), b) {
			t.Errorf("text %+v", v)
		}
		if v, err := decodeTextKey(b); err == nil && !bytes.Equal(textKey(v), b) {
			t.Errorf("text key %+v", v)
		}
		if v, err := decodeRecordKey(b); err == nil && !bytes.Equal(recordKey(v), b) {
			t.Errorf("record key %d", v)
		}
		if v, err := decodeHead(b); err == nil && !bytes.Equal(encodeHead(v), b) {
			t.Errorf("head %+v", v)
		}
		if hash, body, err := splitRecord(b); err == nil && !bytes.Equal(encodeRecord(domain.Record{Hash: hash, Body: body}), b) {
			t.Errorf("record %v %q", hash, body)
		}
		a, err := decodeValue(accountsBucket, []byte("kari"), b, func(a accounts.Account) []byte { return []byte(a.ID) })
		if err == nil && a.ID != "kari" {
			t.Errorf("account %+v", a)
		} else if err != nil && !errors.Is(err, domain.ErrCorrupt) {
			t.Errorf("error %v", err)
		}
		if m, err := readMetas(bytes.NewReader(b)); err == nil && m.pageSize == 0 {
			t.Errorf("meta %+v", m)
		}
	})
}
