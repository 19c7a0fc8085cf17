package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"kommunebilde/domain"
)

// The buckets of the file.
const (
	recordsBucket  = "records"
	textsBucket    = "texts"
	metaBucket     = "meta"
	accountsBucket = "accounts"
	sessionsBucket = "sessions"
	tracesBucket   = "traces"
	namesBucket    = "trace_names" // what lies beside traces
	outboxBucket   = "outbox"
	postBucket     = "post"
)

// formatVersion is the version of the folder's format that this program writes:
// 2 has an audit log, 3 has names beside it, 4 has an outbox. An older program would
// leave them out of a copy.
const formatVersion = 4

const hashSize = len(domain.Hash{})

// The first byte of a stored text.
const (
	textGone  = 0
	textThere = 1
)

var errLength = errors.New("wrong length")

func recordKey(r domain.Revision) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(r))
}

func decodeRecordKey(k []byte) (domain.Revision, error) {
	if len(k) != 8 {
		return 0, errLength
	}
	return domain.Revision(binary.BigEndian.Uint64(k)), nil
}

func textKey(id domain.TextID) []byte {
	return binary.BigEndian.AppendUint32(recordKey(id.Revision), uint32(id.N))
}

func decodeTextKey(k []byte) (id domain.TextID, err error) {
	if len(k) != 12 {
		return id, errLength
	}
	id.Revision = domain.Revision(binary.BigEndian.Uint64(k))
	id.N = int(binary.BigEndian.Uint32(k[8:]))
	return id, nil
}

func encodeRecord(r domain.Record) []byte {
	v := make([]byte, 0, hashSize+len(r.Body))
	return append(append(v, r.Hash[:]...), r.Body...)
}

// splitRecord returns the two parts of a stored record; body is part of v.
func splitRecord(v []byte) (hash domain.Hash, body []byte, err error) {
	if len(v) < hashSize {
		return hash, nil, errLength
	}
	return domain.Hash(v[:hashSize]), v[hashSize:], nil
}

func encodeText(t domain.StoredText) []byte {
	if t.Gone {
		return []byte{textGone}
	}
	v := append([]byte{textThere}, t.Salt[:]...)
	return append(v, t.Body...)
}

func decodeText(v []byte) (t domain.StoredText, err error) {
	switch {
	case len(v) == 1 && v[0] == textGone:
		return domain.StoredText{Gone: true}, nil
	case len(v) > 1+len(t.Salt) && v[0] == textThere:
		t.Salt = domain.Salt(v[1:])
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
		return nil, fmt.Errorf("%w: %w", errLength, domain.ErrCorrupt)
	}
	sum := valueSum(bucket, key, stored[hashSize:])
	if !bytes.Equal(sum[:], stored[:hashSize]) {
		return nil, fmt.Errorf("checksum does not match: %w", domain.ErrCorrupt)
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

func encodeHead(h domain.Head) []byte {
	return append(recordKey(h.Revision), h.Hash[:]...)
}

func decodeHead(v []byte) (h domain.Head, err error) {
	if len(v) != 8+hashSize {
		return h, errLength
	}
	h.Revision = domain.Revision(binary.BigEndian.Uint64(v))
	h.Hash = domain.Hash(v[8:])
	return h, nil
}
