package storage

import (
	"encoding/json"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
)

// Accounts returns all accounts, by id. A damaged one is an error, never a
// missing or another account.
func (s *Store) Accounts() ([]accounts.Account, error) {
	return readValues(s, accountsBucket, func(a accounts.Account) []byte { return []byte(a.ID) })
}

// PutAccounts adds accounts, or replaces those of their ids, all or none, in one
// transaction. They are on disk when PutAccounts returns nil; the errors are
// those of Append.
func (s *Store) PutAccounts(all []accounts.Account) error {
	for _, a := range all {
		if a.ID == "" {
			return errors.New("put accounts: one has no id")
		}
	}
	return writeValues(s, accountsBucket, all, func(a accounts.Account) []byte { return []byte(a.ID) })
}

// Sessions returns all sessions, by key, ended ones included.
func (s *Store) Sessions() ([]accounts.Session, error) {
	return readValues(s, sessionsBucket, func(v accounts.Session) []byte { return v.Key[:] })
}

// PutSessions adds or replaces sessions, all or none, in one transaction.
func (s *Store) PutSessions(sessions []accounts.Session) error {
	return writeValues(s, sessionsBucket, sessions, func(v accounts.Session) []byte { return v.Key[:] })
}

// DropSessions removes sessions, all or none. One that is gone already is no
// error.
func (s *Store) DropSessions(keys []domain.Hash) error {
	return dropValues(s, sessionsBucket, keys, func(k domain.Hash) []byte { return k[:] })
}

func dropValues[K any](s *Store, bucket string, keys []K, bytes func(K) []byte) error {
	if len(keys) == 0 {
		return nil
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	err := s.update(len(keys)*hashSize, func(tx *bolt.Tx) error {
		for _, k := range keys {
			if err := tx.Bucket([]byte(bucket)).Delete(bytes(k)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("drop %d %s: %w", len(keys), bucket, err)
	}
	return nil
}

func writeValues[T any](s *Store, bucket string, values []T, key func(T) []byte) error {
	if len(values) == 0 {
		return nil
	}
	size := 0
	stored := make([][]byte, len(values))
	for i, v := range values {
		b, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("put %s: %w", bucket, err)
		}
		stored[i] = sealValue(bucket, key(v), b)
		size += len(stored[i]) + 64
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	err := s.update(size, func(tx *bolt.Tx) error {
		for i, v := range values {
			if err := tx.Bucket([]byte(bucket)).Put(key(v), stored[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("put %s: %w", bucket, err)
	}
	return nil
}

func readValues[T any](s *Store, bucket string, key func(T) []byte) (out []T, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		if tx.Bucket([]byte(bucket)) == nil {
			return nil // of a format before it
		}
		return tx.Bucket([]byte(bucket)).ForEach(func(k, stored []byte) error {
			v, err := decodeValue(bucket, k, stored, key)
			if err != nil {
				return damaged(fmt.Sprintf("%s %q", bucket, k), offsetOf(tx, stored), err)
			}
			out = append(out, v)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", bucket, err)
	}
	return out, nil
}

func decodeValue[T any](bucket string, k, stored []byte, key func(T) []byte) (v T, err error) {
	b, err := openValue(bucket, k, stored)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return v, fmt.Errorf("decode: %w: %w", err, domain.ErrCorrupt)
	}
	if string(key(v)) != string(k) {
		return v, fmt.Errorf("it lies under another key: %w", domain.ErrCorrupt)
	}
	return v, nil
}
