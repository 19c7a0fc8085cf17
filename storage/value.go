package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"kommunebilde"
)

// The buckets of the file.
const (
	recordsBucket  = "records"
	textsBucket    = "texts"
	metaBucket     = "meta"
	accountsBucket = "accounts"
	sessionsBucket = "sessions"
	tracesBucket   = "traces"
)

// formatVersion is the version of the folder's format that this program writes:
// 2 has an audit log, which an older program would leave out of a copy.
const formatVersion = 2

const hashSize = len(kommunebilde.Hash{})

// The first byte of a stored text.
const (
	textGone  = 0
	textThere = 1
)

var errLength = errors.New("wrong length")

func recordKey(r kommunebilde.Revision) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(r))
}

func decodeRecordKey(k []byte) (kommunebilde.Revision, error) {
	if len(k) != 8 {
		return 0, errLength
	}
	return kommunebilde.Revision(binary.BigEndian.Uint64(k)), nil
}

func textKey(id kommunebilde.TextID) []byte {
	return binary.BigEndian.AppendUint32(recordKey(id.Revision), uint32(id.N))
}

func decodeTextKey(k []byte) (id kommunebilde.TextID, err error) {
	if len(k) != 12 {
		return id, errLength
	}
	id.Revision = kommunebilde.Revision(binary.BigEndian.Uint64(k))
	id.N = int(binary.BigEndian.Uint32(k[8:]))
	return id, nil
}

func encodeRecord(r kommunebilde.Record) []byte {
	v := make([]byte, 0, hashSize+len(r.Body))
	return append(append(v, r.Hash[:]...), r.Body...)
}

// splitRecord returns the two parts of a stored record; body is part of v.
func splitRecord(v []byte) (hash kommunebilde.Hash, body []byte, err error) {
	if len(v) < hashSize {
		return hash, nil, errLength
	}
	return kommunebilde.Hash(v[:hashSize]), v[hashSize:], nil
}

func encodeText(t kommunebilde.StoredText) []byte {
	if t.Gone {
		return []byte{textGone}
	}
	v := append([]byte{textThere}, t.Salt[:]...)
	return append(v, t.Body...)
}

func decodeText(v []byte) (t kommunebilde.StoredText, err error) {
	switch {
	case len(v) == 1 && v[0] == textGone:
		return kommunebilde.StoredText{Gone: true}, nil
	case len(v) > 1+len(t.Salt) && v[0] == textThere:
		t.Salt = kommunebilde.Salt(v[1:])
		t.Body = string(v[1+len(t.Salt):])
		return t, nil
	}
	return t, errLength
}

// sealValue puts a checksum before a value that no hash chain covers. Bucket
// and key are part of it, so that a value that moved is found out too.
func sealValue(bucket string, key, value []byte) []byte {
	sum := valueSum(bucket, key, value)
	return append(sum[:], value...)
}

func openValue(bucket string, key, stored []byte) ([]byte, error) {
	if len(stored) < hashSize {
		return nil, fmt.Errorf("%w: %w", errLength, kommunebilde.ErrCorrupt)
	}
	sum := valueSum(bucket, key, stored[hashSize:])
	if !bytes.Equal(sum[:], stored[:hashSize]) {
		return nil, fmt.Errorf("checksum does not match: %w", kommunebilde.ErrCorrupt)
	}
	return stored[hashSize:], nil
}

func valueSum(bucket string, key, value []byte) [32]byte {
	b := binary.AppendUvarint(nil, uint64(len(bucket)))
	b = append(b, bucket...)
	b = binary.AppendUvarint(b, uint64(len(key)))
	b = append(b, key...)
	return sha256.Sum256(append(b, value...))
}

func encodeHead(h kommunebilde.Head) []byte {
	return append(recordKey(h.Revision), h.Hash[:]...)
}

func decodeHead(v []byte) (h kommunebilde.Head, err error) {
	if len(v) != 8+hashSize {
		return h, errLength
	}
	h.Revision = kommunebilde.Revision(binary.BigEndian.Uint64(v))
	h.Hash = kommunebilde.Hash(v[8:])
	return h, nil
}
