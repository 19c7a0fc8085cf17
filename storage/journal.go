package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"unsafe"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
)

// What one read transaction takes at most.
const (
	readRecords = 1000
	readBytes   = 8 << 20
)

// Append implements [domain.Journal]. Like ErrConflict, ErrFull is an
// error after which the journal goes on; so is one about recs themselves.
func (s *Store) Append(ctx context.Context, recs []domain.Record) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := errors.Join(ctx.Err(), s.writable()); err != nil {
		return err
	}
	head, err := domain.CheckGroup(s.head, recs)
	if err != nil {
		return err
	}
	done := s.metrics.commit()
	if err := s.update(sizeOf(recs), func(tx *bolt.Tx) error { return putRecords(tx, recs, head) }); err != nil {
		return fmt.Errorf("append records %d to %d: %w", recs[0].Revision, head.Revision, err)
	}
	done()
	s.acknowledge(head)
	s.deleteFiles(recs)
	return nil
}

// deleteFiles deletes the bytes of files that records say are removed. Nobody waits: a
// copy that is being made still has them.
func (s *Store) deleteFiles(recs []domain.Record) {
	for _, r := range recs {
		for _, e := range r.Events {
			if gone, ok := e.(fileRemover); ok {
				s.leaving.Go(func() {
					if err := s.blobs.Remove(gone.RemovesFile()); err != nil {
						s.log.Error("a removed file is still there: delete it by hand", "error", err)
					}
				})
			}
		}
	}
}

// acknowledge lets readers see the records up to head.
func (s *Store) acknowledge(head domain.Head) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.head = head
	s.wake()
}

// Head implements [domain.Journal].
func (s *Store) Head(ctx context.Context) (domain.Head, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return domain.Head{}, domain.ErrClosed
	}
	return s.head, ctx.Err()
}

func sizeOf(recs []domain.Record) int {
	n := 0
	for _, r := range recs {
		n += len(r.Body) + 128
		for _, t := range r.Texts {
			n += len(t.Body) + 64
		}
	}
	return n
}

func putRecords(tx *bolt.Tx, recs []domain.Record, head domain.Head) error {
	records, texts := tx.Bucket([]byte(recordsBucket)), tx.Bucket([]byte(textsBucket))
	records.FillPercent, texts.FillPercent = 1, 1 // keys only grow
	for _, r := range recs {
		if err := records.Put(recordKey(r.Revision), encodeRecord(r)); err != nil {
			return err
		}
		for n, t := range r.Texts {
			if err := texts.Put(textKey(domain.TextID{Revision: r.Revision, N: n}), encodeText(t)); err != nil {
				return err
			}
		}
	}
	return putMeta(tx, headKey, encodeHead(head))
}

// Follow implements [domain.Journal]. An error about what is stored is a
// [Damage] and wraps ErrCorrupt. When ctx ends, so does Follow, without an
// error.
func (s *Store) Follow(ctx context.Context, after domain.Revision) iter.Seq2[domain.Record, error] {
	return func(yield func(domain.Record, error) bool) {
		for ctx.Err() == nil {
			batch, err := s.read(after)
			for _, stored := range batch.records {
				r, err := stored.open(s.kinds, batch.prev)
				if err != nil {
					yield(domain.Record{}, err)
					return
				}
				if ctx.Err() != nil || !yield(r, nil) {
					return
				}
				batch.prev, after = r.Hash, r.Revision
			}
			if err != nil {
				yield(domain.Record{}, err)
				return
			}
			if len(batch.records) > 0 {
				continue
			}
			select {
			case <-batch.grown:
			case <-ctx.Done():
			}
		}
	}
}

// batch is what one read transaction took out of the file.
type batch struct {
	prev    domain.Hash // of the record before the first
	records []storedRecord
	grown   <-chan struct{} // closed when there is more
}

type storedRecord struct {
	revision domain.Revision
	hash     domain.Hash
	body     []byte
	texts    []domain.StoredText
	offset   int64
}

// open checks a record and decodes it.
func (r storedRecord) open(kinds domain.Kinds, prev domain.Hash) (domain.Record, error) {
	out, err := domain.OpenRecord(kinds, prev, r.hash, r.body, r.texts)
	if err == nil && out.Revision != r.revision {
		err = fmt.Errorf("it says that it is record %d", out.Revision)
	}
	if err != nil {
		return domain.Record{}, damaged(r.name(), r.offset, err)
	}
	return out, nil
}

func (r storedRecord) name() string { return fmt.Sprintf("record %d", r.revision) }

// read takes the next acknowledged records after a revision. With an error it
// returns the whole ones before the fault.
func (s *Store) read(after domain.Revision) (b batch, err error) {
	s.mu.Lock()
	head, closed := s.head.Revision, s.closed
	b.grown = s.grown
	s.mu.Unlock()
	switch {
	case closed:
		return b, domain.ErrClosed
	case after > head:
		return b, fmt.Errorf("follow after %d: the journal ends at %d", after, head)
	case after == head:
		return b, nil
	}
	err = s.view(func(tx *bolt.Tx) error {
		w, err := startWalk(tx, after)
		if err != nil {
			return err
		}
		b.prev = w.prev
		for size := 0; w.revision < head && len(b.records) < readRecords && size < readBytes; {
			r, err := w.next()
			if err != nil {
				return err
			}
			size += len(r.body)
			for _, t := range r.texts {
				size += len(t.Body)
			}
			r.body = bytes.Clone(r.body)
			b.records = append(b.records, r)
		}
		return nil
	})
	return b, err
}

// walk steps through records and their texts, side by side, within one
// transaction.
type walk struct {
	tx             *bolt.Tx
	records, texts *bolt.Cursor
	key, value     []byte // of the next record
	textKey, text  []byte // of the next text
	revision       domain.Revision
	prev           domain.Hash // of the record at revision
}

// startWalk stands after a record.
func startWalk(tx *bolt.Tx, after domain.Revision) (*walk, error) {
	w := &walk{
		tx: tx, revision: after,
		records: tx.Bucket([]byte(recordsBucket)).Cursor(),
		texts:   tx.Bucket([]byte(textsBucket)).Cursor(),
	}
	w.textKey, w.text = w.texts.Seek(recordKey(after + 1))
	if after == 0 {
		w.key, w.value = w.records.First()
		return w, nil
	}
	key, value := w.records.Seek(recordKey(after))
	hash, _, err := splitRecord(value)
	if err != nil || !bytes.Equal(key, recordKey(after)) {
		return nil, damaged(fmt.Sprintf("record %d", after), offsetOf(tx, value), errors.New("it is missing"))
	}
	w.prev = hash
	w.key, w.value = w.records.Next()
	return w, nil
}

// next returns the next record. Its body is part of the file's memory and must
// not outlive the transaction.
func (w *walk) next() (r storedRecord, err error) {
	r.revision = w.revision + 1
	r.offset = offsetOf(w.tx, w.value)
	if !bytes.Equal(w.key, recordKey(r.revision)) {
		return r, damaged(r.name(), r.offset, errors.New("it is missing"))
	}
	if r.hash, r.body, err = splitRecord(w.value); err != nil {
		return r, damaged(r.name(), r.offset, err)
	}
	for n := 0; w.textKey != nil; n++ {
		id, err := decodeTextKey(w.textKey)
		if err == nil && id.Revision > r.revision {
			break
		}
		if err != nil || id != (domain.TextID{Revision: r.revision, N: n}) {
			return r, damaged(fmt.Sprintf("text %d of %s", n, r.name()), offsetOf(w.tx, w.text), errors.New("another stands in its place"))
		}
		t, err := decodeText(w.text)
		if err != nil {
			return r, damaged(fmt.Sprintf("text %d of %s", n, r.name()), offsetOf(w.tx, w.text), err)
		}
		r.texts = append(r.texts, t)
		w.textKey, w.text = w.texts.Next()
	}
	w.key, w.value = w.records.Next()
	w.revision, w.prev = r.revision, r.hash
	return r, nil
}

// offsetOf tells where in the file a value lies, -1 if it does not.
func offsetOf(tx *bolt.Tx, v []byte) int64 {
	if len(v) == 0 {
		return -1
	}
	// bbolt hands out values as parts of the mapped file.
	return int64(uintptr(unsafe.Pointer(&v[0])) - tx.DB().Info().Data)
}
