package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
)

// copyBytes is about what one transaction of a copy writes.
const copyBytes = 16 << 20

// leftOut is what does not get into a copy: texts, and the names beside the audit
// log of accounts that are erased.
type leftOut struct {
	texts  []domain.TextID
	erased []domain.AccountID
}

// copyTo writes everything but what is left out into a new bbolt file, in key order
// and without free pages, calls change on it in a last transaction, and closes
// it. It returns where the journal stood. With an error there is no file. The
// copy is synced, but its folder is not.
func (s *Store) copyTo(ctx context.Context, path string, left leftOut, change func(*bolt.Tx) error) (head domain.Head, err error) {
	if err := clean(path); err != nil {
		return head, err
	}
	dst, file, err := openBolt(path)
	if err != nil {
		return head, room(err)
	}
	err = s.view(func(tx *bolt.Tx) error {
		if n := boltLength(tx.Size()); uint64(n) > maxFileSize() {
			return full(syscall.EFBIG)
		}
		if err := allocate(file, tx.Size()); err != nil {
			return full(err)
		}
		if head, err = s.headOf(tx); err != nil {
			return err
		}
		c := copier{ctx: ctx, ending: s.ending, dst: dst, erased: left.erased, gone: map[string]bool{}}
		for _, id := range left.texts {
			c.gone[string(textKey(id))] = true
		}
		return errors.Join(c.copy(tx, head), c.flush())
	})
	if err == nil && change != nil {
		err = dst.Update(change)
	}
	if err := errors.Join(err, dst.Close()); err != nil {
		_ = os.Remove(path)
		return head, room(err)
	}
	return head, nil
}

// headOf returns the last record of a transaction; if writing failed, the last
// that was acknowledged, since what came after it is not known.
func (s *Store) headOf(tx *bolt.Tx) (domain.Head, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil {
		return s.head, nil
	}
	a, err := readAbout(tx)
	return a.head, err
}

// room makes an error of a write into a copy what it is for the store: nothing
// was stored, and if it was for lack of room, the same may be tried again.
func room(err error) error {
	if errors.Is(err, ErrFull) {
		return err
	}
	for _, e := range []error{syscall.ENOSPC, syscall.EFBIG, syscall.EDQUOT} {
		if errors.Is(err, e) {
			return full(err)
		}
	}
	return err
}

// copier collects values and writes them in groups.
type copier struct {
	ctx    context.Context
	ending <-chan struct{}
	dst    *bolt.DB
	gone   map[string]bool // keys of texts that never get into the copy
	erased []domain.AccountID
	bucket string
	keys   [][]byte // of the group that is not written yet, and their values;
	values [][]byte // parts of the source file
	size   int
}

func (c *copier) copy(tx *bolt.Tx, head domain.Head) error {
	a, err := readAbout(tx)
	if err != nil {
		return err
	}
	a.head = head
	err = c.dst.Update(func(tx *bolt.Tx) error { return makeBuckets(tx, a) })
	if err != nil {
		return err
	}
	if err := c.copyJournal(tx, head); err != nil {
		return err
	}
	for _, name := range []string{accountsBucket, sessionsBucket, outboxBucket, postBucket} {
		if err := c.begin(name); err != nil {
			return err
		}
		if tx.Bucket([]byte(name)) == nil {
			continue // of a format before it
		}
		err := tx.Bucket([]byte(name)).ForEach(func(k, v []byte) error {
			if _, err := openValue(name, k, v); err != nil {
				return damaged(fmt.Sprintf("%s %q", name, k), offsetOf(tx, v), err)
			}
			return c.put(k, v)
		})
		if err != nil {
			return err
		}
	}
	return c.copyTraces(tx)
}

// copyJournal copies records, then texts, and checks the chain on the way.
func (c *copier) copyJournal(tx *bolt.Tx, head domain.Head) error {
	if err := c.begin(recordsBucket); err != nil {
		return err
	}
	w, err := startWalk(tx, 0)
	if err != nil {
		return err
	}
	for prev := w.prev; w.revision < head.Revision; prev = w.prev {
		key, value := w.key, w.value
		r, err := w.next()
		if err != nil {
			return err
		}
		if domain.ChainHash(prev, r.body) != r.hash {
			return damaged(r.name(), r.offset, errors.New("hash does not match"))
		}
		if err := c.put(key, value); err != nil {
			return err
		}
	}
	if err := c.begin(textsBucket); err != nil {
		return err
	}
	texts := tx.Bucket([]byte(textsBucket)).Cursor()
	end := recordKey(head.Revision + 1)
	for k, v := texts.First(); k != nil && string(k) < string(end); k, v = texts.Next() {
		if c.gone[string(k)] {
			v = encodeText(domain.StoredText{Gone: true})
		}
		if err := c.put(k, v); err != nil {
			return err
		}
	}
	return nil
}

// begin ends one bucket and begins the next.
func (c *copier) begin(bucket string) error {
	err := c.flush()
	c.bucket = bucket
	return err
}

func (c *copier) put(k, v []byte) error {
	c.keys, c.values = append(c.keys, k), append(c.values, v)
	if c.size += len(k) + len(v); c.size < copyBytes {
		return nil
	}
	return c.flush()
}

func (c *copier) flush() error {
	select {
	case <-c.ending:
		return domain.ErrClosed
	case <-c.ctx.Done():
		return c.ctx.Err()
	default:
	}
	if len(c.keys) == 0 {
		return nil
	}
	err := c.dst.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(c.bucket))
		b.FillPercent = 1
		for i, k := range c.keys {
			if err := b.Put(k, c.values[i]); err != nil {
				return err
			}
		}
		return nil
	})
	c.keys, c.values, c.size = c.keys[:0], c.values[:0], 0
	return err
}
