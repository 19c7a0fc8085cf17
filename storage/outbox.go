package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
	"kommunebilde/domain/outbox"
)

func itemKey(i outbox.Item) []byte { return []byte(i.Key) }

func postKey(p outbox.Post) []byte { return []byte(p.Municipality) }

// beginOutbox gives a file from before the outbox an empty one.
func beginOutbox(tx *bolt.Tx) error {
	_, err1 := tx.CreateBucketIfNotExists([]byte(outboxBucket))
	_, err2 := tx.CreateBucketIfNotExists([]byte(postBucket))
	return errors.Join(err1, err2)
}

// Outbox returns all that is to be sent, and that was, by key.
func (s *Store) Outbox() ([]outbox.Item, error) { return readValues(s, outboxBucket, itemKey) }

// Queued returns the last record whose work is in the outbox, and whether any was ever
// looked at.
func (s *Store) Queued() (r domain.Revision, known bool, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		a, err := readAbout(tx)
		if err != nil || a.queued == nil {
			return err
		}
		known = true
		r, err = decodeRecordKey(a.queued)
		return err
	})
	return r, known, err
}

// Queue puts what follows from the records up to one into the outbox and notes how far it
// came, all or nothing: after a crash it goes on from there, and a key that is there
// already stays as it is. It returns what is new, on disk; the errors are those of
// [Store.Append].
func (s *Store) Queue(upto domain.Revision, items []outbox.Item) (added []outbox.Item, err error) {
	size := 0
	stored := make([][]byte, len(items))
	for n, i := range items {
		b, err := json.Marshal(i)
		if i.Key == "" || err != nil {
			return nil, fmt.Errorf("queue: item %d: no key, or %w", n, err)
		}
		stored[n] = sealValue(outboxBucket, itemKey(i), b)
		size += len(stored[n]) + 64
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	err = s.update(size+hashSize, func(tx *bolt.Tx) error {
		added = added[:0]
		b := tx.Bucket([]byte(outboxBucket))
		for n, i := range items {
			if b.Get(itemKey(i)) != nil {
				continue
			}
			if err := b.Put(itemKey(i), stored[n]); err != nil {
				return err
			}
			added = append(added, i)
		}
		return putMeta(tx, queuedKey, recordKey(upto))
	})
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	return added, nil
}

// PutWork replaces items of the outbox, all or none.
func (s *Store) PutWork(items []outbox.Item) error {
	return writeValues(s, outboxBucket, items, itemKey)
}

// DropWork removes items of the outbox, all or none.
func (s *Store) DropWork(keys []string) error {
	return dropValues(s, outboxBucket, keys, func(k string) []byte { return []byte(k) })
}

// Posts returns where municipalities take notices.
func (s *Store) Posts() ([]outbox.Post, error) { return readValues(s, postBucket, postKey) }

// PutPost sets where a municipality takes notices; without addresses, nowhere.
func (s *Store) PutPost(p outbox.Post) error {
	return writeValues(s, postBucket, []outbox.Post{p}, postKey)
}

// doubtWork makes what waits in the outbox of a backup uncertain: it may have been sent
// since.
func (s *Store) doubtWork() error {
	items, err := s.Outbox()
	if err != nil {
		return err
	}
	var doubted []outbox.Item
	for _, i := range items {
		if i.State == outbox.Waiting || i.State == outbox.Doing || i.State == outbox.Uncertain {
			i.State, i.Due, i.Doubt, i.Fault = outbox.Uncertain, time.Time{}, true, outbox.FaultRestored
			doubted = append(doubted, i)
		}
	}
	return s.PutWork(doubted)
}
