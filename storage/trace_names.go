package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

// What an account was called lies beside the trace of a change of name, in a
// bucket of its own, as texts lie beside records. It goes when the account is
// erased.

// rewrite changes the file by writing it again without the names of accounts, so
// that nothing of them stays in a free page. s.writing is held.
func (s *Store) rewrite(erased []domain.AccountID, change func(*bolt.Tx) error) error {
	if err := s.writable(); err != nil {
		return err
	}
	path := filepath.Join(s.dir, journalName)
	head, err := s.copyTo(context.Background(), path+newSuffix, leftOut{erased: erased}, change)
	if err != nil {
		return err
	}
	return s.replace(path, head)
}

// copyNames copies what lies beside traces, but for that of erased accounts.
func (c *copier) copyNames(tx *bolt.Tx) error {
	names := tx.Bucket([]byte(namesBucket))
	if names == nil {
		return nil // of a format before them
	}
	if err := c.begin(namesBucket); err != nil {
		return err
	}
	return names.ForEach(func(k, v []byte) error {
		stored := tx.Bucket([]byte(tracesBucket)).Get(k[:min(8, len(k))])
		_, body, err := splitRecord(stored)
		var of struct{ Whom domain.AccountID }
		if err == nil {
			err = json.Unmarshal(body, &of)
		}
		if err != nil {
			return damaged("a name beside the audit log", offsetOf(tx, v), err)
		}
		if slices.Contains(c.erased, of.Whom) {
			v = encodeText(domain.StoredText{Gone: true})
		}
		return c.put(k, v)
	})
}

// namesBeside returns what lies beside a trace. One that is not there is gone.
func namesBeside(tx *bolt.Tx, seq audit.Seq) (out []domain.StoredText, err error) {
	b := tx.Bucket([]byte(namesBucket))
	if b == nil {
		return nil, nil // of a format before them
	}
	for i := 0; ; i++ {
		v := b.Get(nameKey(seq, i))
		if v == nil {
			return out, nil
		}
		name, err := decodeText(v)
		if err != nil {
			return nil, damaged(fmt.Sprintf("a name beside trace %d", seq), offsetOf(tx, v), err)
		}
		out = append(out, name)
	}
}

func nameKey(seq audit.Seq, i int) []byte {
	return textKey(domain.TextID{Revision: domain.Revision(seq), N: i})
}
