package storage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
	"kommunebilde/domain/jottings"
)

const (
	jottingsName    = "drafts.db"
	jottingsBucket  = "jottings"
	setAsideSuffix  = ".damaged" // of a file that could not be read
	sweepJottings   = 24 * time.Hour
	jottingsAtOnce  = 10 * time.Millisecond // that long a change waits for others to share a sync
	jottingKeyBreak = 0                     // between an account's id, which has none, and a jotting's
)

// Jottings keeps what is typed and not saved, in a file of its own: its syncs delay no
// meeting's commit, and no backup takes it. Whoever opens it owns the folder (see [Open])
// for as long. Its methods may be called by several goroutines.
//
// Nothing else rests on it: a file that is damaged is set aside, and an empty one takes
// its place.
type Jottings struct {
	path string
	now  func() time.Time
	log  *slog.Logger

	mu    sync.RWMutex // held for writing while the file is replaced
	db    *bolt.DB
	swept time.Time // guarded by the one write transaction there is
}

// OpenJottings opens the jottings of a data folder, without those whose time is over.
func OpenJottings(dir string, log *slog.Logger, now func() time.Time) (*Jottings, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	j := &Jottings{path: filepath.Join(dir, jottingsName), now: now, log: log}
	err := j.rewrite(func(o *jottings.Jotting) bool { return !o.Gone(now()) })
	if errors.Is(err, domain.ErrCorrupt) || errors.Is(err, ErrLost) || errors.Is(err, domain.ErrNewer) {
		log.Error("jottings cannot be read: the file is set aside and an empty one begun", "file", jottingsName+setAsideSuffix, "error", err)
		if err := os.Rename(j.path, j.path+setAsideSuffix); err != nil {
			return nil, fmt.Errorf("set %s aside: %w", jottingsName, err)
		}
		err = j.rewrite(nil)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", jottingsName, err)
	}
	return j, nil
}

// Close gives the file free.
func (j *Jottings) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return guarded(j.db.Close)
}

// Keep keeps a jotting in the place of the one that its author has under its id, and
// returns what is kept then: on a conflict the other one, with the error. It is on disk
// when Keep returns nil.
func (j *Jottings) Keep(next jottings.Jotting) (kept jottings.Jotting, err error) {
	next.At = j.now()
	if err := next.Check(); err != nil {
		return kept, err
	}
	var refused error
	err = j.update(func(b *bolt.Bucket) error {
		kept, refused = next, nil
		others, old := 0, (*jottings.Jotting)(nil)
		for k, one := range of(b, next.Author) {
			if others++; bytes.Equal(k, keyOf(&next)) {
				old = one
			}
		}
		if old != nil && !old.Gone(next.At) {
			changed, err := next.After(old)
			if !changed {
				kept, refused = *old, err
				return nil
			}
		} else if others >= jottings.Most {
			refused = &domain.Error{Code: domain.Invalid, Field: "id", Msg: "jotting.many"}
			return nil
		}
		return j.put(b, &next)
	})
	if err == nil {
		err = refused
	}
	return kept, err
}

func (j *Jottings) put(b *bolt.Bucket, one *jottings.Jotting) error {
	if one.At.Sub(j.swept) >= sweepJottings {
		if err := sweep(b, one.At); err != nil {
			return err
		}
		j.swept = one.At
	}
	value, err := json.Marshal(one)
	if err != nil {
		return err
	}
	return b.Put(keyOf(one), sealValue(jottingsBucket, keyOf(one), value))
}

// Of returns an account's jottings.
func (j *Jottings) Of(author domain.AccountID) (list []jottings.Jotting, err error) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	err = guarded(func() error {
		return j.db.View(func(tx *bolt.Tx) error {
			now := j.now()
			for _, one := range of(tx.Bucket([]byte(jottingsBucket)), author) {
				if one != nil && !one.Gone(now) {
					list = append(list, *one)
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", jottingsName, err)
	}
	return list, nil
}

// Drop takes a jotting of an account away, which was saved or thrown away: false where
// the account has none of that id.
func (j *Jottings) Drop(author domain.AccountID, id jottings.ID) (found bool, err error) {
	key := keyOf(&jottings.Jotting{Author: author, ID: id})
	err = j.update(func(b *bolt.Bucket) error {
		if found = b.Get(key) != nil; !found {
			return nil
		}
		return b.Delete(key)
	})
	return found, err
}

// Forget leaves nothing of an account's jottings in the folder, not even in free pages,
// nor in a damaged file that was set aside.
func (j *Jottings) Forget(author domain.AccountID) error {
	if err := clean(j.path + setAsideSuffix); err != nil {
		return err
	}
	return j.rewrite(func(o *jottings.Jotting) bool { return o.Author != author })
}

// update runs fn in a transaction that is on disk when update returns nil; fn may be run
// again. Several that come together share it.
func (j *Jottings) update(fn func(b *bolt.Bucket) error) error {
	j.mu.RLock()
	defer j.mu.RUnlock()
	err := guarded(func() error {
		return j.db.Batch(func(tx *bolt.Tx) error { return fn(tx.Bucket([]byte(jottingsBucket))) })
	})
	if err != nil { // most often for lack of room; the browser still has what was typed
		return &domain.Error{Code: domain.Unavailable, Msg: "jotting.unkept", Err: fmt.Errorf("write %s: %w", jottingsName, err)}
	}
	return nil
}

// rewrite puts a new file in the place of the old one, with what is to be kept of it, and
// opens it. What was taken away before is not even in its free pages.
func (j *Jottings) rewrite(keep func(*jottings.Jotting) bool) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	old, err := j.opened()
	if err != nil {
		return err
	}
	if err := clean(j.path + newSuffix); err != nil {
		return err
	}
	fresh, _, err := openBolt(j.path + newSuffix)
	if err != nil {
		return err
	}
	fresh.MaxBatchDelay = jottingsAtOnce
	err = fresh.Update(func(tx *bolt.Tx) error {
		b, err := tx.CreateBucket([]byte(jottingsBucket))
		if err != nil || old == nil {
			return err
		}
		return guarded(func() error { return copyJottings(old, b, keep) })
	})
	if err == nil {
		err = os.Rename(j.path+newSuffix, j.path)
	}
	if err != nil {
		_ = fresh.Close()
		_ = os.Remove(j.path + newSuffix)
		if old != nil && j.db == nil {
			_ = guarded(old.Close)
		}
		return err
	}
	j.db = fresh
	if old != nil {
		_ = guarded(old.Close) // its file has no name any more
	}
	return syncFolder(filepath.Dir(j.path))
}

// opened returns the file that is open, or opens the one that is there; nil for none.
func (j *Jottings) opened() (*bolt.DB, error) {
	if j.db != nil {
		return j.db, nil
	}
	if _, err := os.Lstat(j.path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err := checkFile(j.path); err != nil {
		return nil, err
	}
	db, _, err := openBolt(j.path)
	return db, err
}

func copyJottings(from *bolt.DB, to *bolt.Bucket, keep func(*jottings.Jotting) bool) error {
	return from.View(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(jottingsBucket))
		if b == nil {
			return fmt.Errorf("no bucket %s: %w", jottingsBucket, domain.ErrCorrupt)
		}
		return b.ForEach(func(k, stored []byte) error {
			if one := decodeJotting(k, stored); one != nil && keep(one) {
				return to.Put(k, stored)
			}
			return nil
		})
	})
}

func sweep(b *bolt.Bucket, now time.Time) error {
	var gone [][]byte
	err := b.ForEach(func(k, stored []byte) error {
		if one := decodeJotting(k, stored); one == nil || one.Gone(now) {
			gone = append(gone, bytes.Clone(k))
		}
		return nil
	})
	for _, k := range gone {
		err = errors.Join(err, b.Delete(k))
	}
	return err
}

// of yields an account's jottings, nil for one that is not what was written. Keys are
// the transaction's.
func of(b *bolt.Bucket, author domain.AccountID) func(func([]byte, *jottings.Jotting) bool) {
	return func(yield func([]byte, *jottings.Jotting) bool) {
		prefix := append([]byte(author), jottingKeyBreak)
		c := b.Cursor()
		for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
			if !yield(k, decodeJotting(k, v)) {
				return
			}
		}
	}
}

func keyOf(j *jottings.Jotting) []byte {
	return append(append([]byte(j.Author), jottingKeyBreak), j.ID...)
}

// decodeJotting returns nil for what is not what was written: the others still are.
func decodeJotting(k, stored []byte) *jottings.Jotting {
	b, err := openValue(jottingsBucket, k, stored)
	if err != nil {
		return nil
	}
	var j jottings.Jotting
	if json.Unmarshal(b, &j) != nil || !bytes.Equal(keyOf(&j), k) {
		return nil
	}
	return &j
}
