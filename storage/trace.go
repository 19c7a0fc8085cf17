package storage

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

// The audit log lies in a bucket of its own, as the records do: seq to hash and
// body. Its two ends are in the bucket meta: the last trace, and the last of
// those taken away, which the first one left is linked to. Names lie beside it as
// texts lie beside records.

// TraceEnds returns the last trace that was taken away and the last there is.
func (s *Store) TraceEnds() (gone, last audit.End, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		gone, last, err = traceEnds(tx)
		return err
	})
	return gone, last, err
}

// TraceHashOf returns the hash of one trace, to be held against what somebody has
// written down, as HashOf does for a record.
func (s *Store) TraceHashOf(seq audit.Seq) (hash domain.Hash, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		gone, last, err := traceEnds(tx)
		switch {
		case err != nil:
			return err
		case seq < gone.Seq:
			return fmt.Errorf("trace %d is too old: the audit log goes back to %d", seq, gone.Seq)
		case seq > last.Seq:
			return fmt.Errorf("there is no trace %d: the audit log ends at %d", seq, last.Seq)
		}
		hash, err = traceHash(tx, gone, seq)
		return err
	})
	return hash, err
}

// AppendTraces stores sealed traces, all or none, on disk when it returns nil.
// One that says that older ones were pruned takes them away in the same
// transaction; one that says that an account was erased takes away the names
// beside the traces about it, and all that is left of them in the file. The
// errors are those of Append.
func (s *Store) AppendTraces(traces []audit.Trace) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	gone, last, err := s.TraceEnds()
	if err != nil {
		return err
	}
	end, err := audit.Check(last, traces)
	if err != nil {
		return err
	}
	size, upto := 0, gone
	var erased []domain.AccountID
	for _, t := range traces {
		size += len(t.Body) + 128
		for _, name := range t.Texts {
			size += len(name.Body) + 64
		}
		if t.Upto != nil {
			upto = *t.Upto
		}
		if t.What == audit.AccountErased {
			erased = append(erased, t.Whom)
		}
	}
	if upto != gone {
		if err := s.checkPruned(gone, last, upto); err != nil {
			return err
		}
	}
	size += int(upto.Seq-gone.Seq) * 128
	put := func(tx *bolt.Tx) error {
		for seq := gone.Seq + 1; seq <= upto.Seq; seq++ {
			if err := dropTrace(tx, seq); err != nil {
				return err
			}
		}
		for _, t := range traces {
			if err := putTrace(tx, t); err != nil {
				return err
			}
		}
		return putTraceEnds(tx, upto, end)
	}
	if len(erased) > 0 {
		err = s.rewrite(erased, put)
	} else {
		err = s.update(size, put)
	}
	if err != nil {
		return fmt.Errorf("append traces %d to %d: %w", traces[0].Seq, end.Seq, err)
	}
	return nil
}

// putTrace stores a trace and the names beside it.
func putTrace(tx *bolt.Tx, t audit.Trace) error {
	b := tx.Bucket([]byte(tracesBucket))
	b.FillPercent = 1
	err := b.Put(traceKey(t.Seq), append(bytes.Clone(t.Hash[:]), t.Body...))
	for i, name := range t.Texts {
		err = errors.Join(err, tx.Bucket([]byte(namesBucket)).Put(nameKey(t.Seq, i), encodeText(name)))
	}
	return err
}

// dropTrace takes a trace away, and the names beside it.
func dropTrace(tx *bolt.Tx, seq audit.Seq) error {
	err := tx.Bucket([]byte(tracesBucket)).Delete(traceKey(seq))
	names := tx.Bucket([]byte(namesBucket))
	for i := 0; names.Get(nameKey(seq, i)) != nil; i++ {
		err = errors.Join(err, names.Delete(nameKey(seq, i)))
	}
	return err
}

// checkPruned reports whether traces may be taken away up to one: it must be
// there, and be the one that was meant.
func (s *Store) checkPruned(gone, last, upto audit.End) error {
	if upto.Seq <= gone.Seq || upto.Seq > last.Seq {
		return fmt.Errorf("prune up to trace %d: there are %d to %d", upto.Seq, gone.Seq+1, last.Seq)
	}
	return s.view(func(tx *bolt.Tx) error {
		if v := tx.Bucket([]byte(tracesBucket)).Get(traceKey(upto.Seq)); !bytes.HasPrefix(v, upto.Hash[:]) {
			return damaged(fmt.Sprintf("trace %d", upto.Seq), offsetOf(tx, v), errors.New("another stands in its place"))
		}
		return nil
	})
}

// Traces returns up to n traces before seq, the newest first, as they are
// stored: only Seq, Prev, Hash, Body and Texts are set. Whoever shows one opens it
// with [audit.Open], which reports whether it is what was written.
func (s *Store) Traces(before audit.Seq, n int) (out []audit.Trace, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		gone, last, err := traceEnds(tx)
		if err != nil {
			return err
		}
		c := tx.Bucket([]byte(tracesBucket)).Cursor()
		seq := min(before, last.Seq+1)
		for k, v := c.Seek(traceKey(seq - 1)); seq > gone.Seq+1 && len(out) < n; k, v = c.Prev() {
			seq--
			t, err := storedTrace(tx, seq, k, v)
			if err != nil {
				return err
			}
			t.Body = bytes.Clone(t.Body)
			if t.Texts, err = namesBeside(tx, seq); err != nil {
				return err
			}
			if len(out) > 0 {
				out[len(out)-1].Prev = t.Hash
			}
			out = append(out, t)
		}
		if len(out) == 0 {
			return nil
		}
		oldest := &out[len(out)-1]
		oldest.Prev, err = traceHash(tx, gone, oldest.Seq-1)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	return out, nil
}

// storedTrace takes what lies under a key apart. The body is part of the file.
func storedTrace(tx *bolt.Tx, seq audit.Seq, k, v []byte) (t audit.Trace, err error) {
	if !bytes.Equal(k, traceKey(seq)) {
		return t, damaged(fmt.Sprintf("trace %d", seq), offsetOf(tx, v), errors.New("it is missing"))
	}
	t.Seq = seq
	if t.Hash, t.Body, err = splitRecord(v); err != nil {
		return t, damaged(fmt.Sprintf("trace %d", seq), offsetOf(tx, v), err)
	}
	return t, nil
}

// traceHash returns the hash of a trace that is there, or of the last that is
// gone.
func traceHash(tx *bolt.Tx, gone audit.End, seq audit.Seq) (domain.Hash, error) {
	if seq == gone.Seq {
		return gone.Hash, nil
	}
	v := tx.Bucket([]byte(tracesBucket)).Get(traceKey(seq))
	t, err := storedTrace(tx, seq, traceKey(seq), v)
	return t.Hash, err
}

// walkTraces reads all traces from the first and checks the chain: each is what
// was written and follows the one before, the newest word of what was taken away
// is what is missing, and so are the names of erased accounts alone. fn may be
// nil; bodies are part of the file.
func walkTraces(tx *bolt.Tx, fn func(k, v []byte) error) (n int, last audit.End, err error) {
	if tx.Bucket([]byte(tracesBucket)) == nil {
		return 0, last, nil // of a format before the audit log
	}
	gone, last, err := traceEnds(tx)
	if err != nil {
		return 0, last, err
	}
	end, said := gone, audit.End{}
	nameless := map[domain.AccountID]audit.Seq{} // of whom a name is missing
	c := tx.Bucket([]byte(tracesBucket)).Cursor()
	for k, v := c.First(); k != nil || end.Seq < last.Seq; k, v = c.Next() {
		t, err := storedTrace(tx, end.Seq+1, k, v)
		if err != nil {
			return n, end, err
		}
		names, err := namesBeside(tx, t.Seq)
		if err != nil {
			return n, end, err
		}
		opened, err := audit.Open(end.Hash, t.Hash, t.Body, names...)
		if err == nil && opened.Seq != t.Seq {
			err = fmt.Errorf("it says that it is trace %d", opened.Seq)
		}
		if err != nil {
			return n, end, damaged(fmt.Sprintf("trace %d", t.Seq), offsetOf(tx, v), err)
		}
		if opened.Upto != nil {
			said = *opened.Upto
		}
		if slices.ContainsFunc(opened.Names, (*domain.Text).Redacted) {
			nameless[opened.Whom] = t.Seq
		}
		if opened.What == audit.AccountErased {
			delete(nameless, opened.Whom)
		}
		end = opened.End()
		if n++; fn != nil {
			if err := fn(k, v); err != nil {
				return n, end, err
			}
		}
	}
	if end != last {
		return n, end, damaged(fmt.Sprintf("trace %d", last.Seq), -1, errors.New("it is not the last, as it should be"))
	}
	if said != gone {
		return n, end, damaged(fmt.Sprintf("trace %d", gone.Seq+1), -1, fmt.Errorf("%d traces before it are missing, and none says that they were taken away", gone.Seq))
	}
	for _, seq := range nameless {
		return n, end, damaged(fmt.Sprintf("trace %d", seq), -1, errors.New("a name beside it is missing, and none says that the account was erased"))
	}
	return n, end, nil
}

func traceKey(seq audit.Seq) []byte { return recordKey(domain.Revision(seq)) }

func traceEnds(tx *bolt.Tx) (gone, last audit.End, err error) {
	for i, key := range []string{tracesGoneKey, tracesLastKey} {
		v, err := getMeta(tx, key)
		if err != nil {
			return gone, last, err
		}
		h, err := decodeHead(v)
		if err != nil {
			return gone, last, damaged(metaBucket+" "+key, -1, err)
		}
		end := audit.End{Seq: audit.Seq(h.Revision), Hash: h.Hash}
		if i == 0 {
			gone = end
		} else {
			last = end
		}
	}
	return gone, last, nil
}

func putTraceEnds(tx *bolt.Tx, gone, last audit.End) error {
	for key, end := range map[string]audit.End{tracesGoneKey: gone, tracesLastKey: last} {
		v := encodeHead(domain.Head{Revision: domain.Revision(end.Seq), Hash: end.Hash})
		if err := putMeta(tx, key, v); err != nil {
			return err
		}
	}
	return nil
}

// lacks reports whether the file is from before there was one of these buckets.
func (s *Store) lacks(buckets ...string) (lacks bool, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		lacks = slices.ContainsFunc(buckets, func(name string) bool { return tx.Bucket([]byte(name)) == nil })
		return nil
	})
	return lacks, err
}

// beginTraces gives a file from before the audit log, or before the names beside
// it, an empty one.
func beginTraces(tx *bolt.Tx) error {
	if _, err := tx.CreateBucketIfNotExists([]byte(namesBucket)); err != nil {
		return err
	}
	if tx.Bucket([]byte(tracesBucket)) != nil {
		return nil
	}
	if _, err := tx.CreateBucket([]byte(tracesBucket)); err != nil {
		return err
	}
	return putTraceEnds(tx, audit.End{}, audit.End{})
}

// copyTraces copies the audit log, which is checked on the way.
func (c *copier) copyTraces(tx *bolt.Tx) error {
	if err := c.begin(tracesBucket); err != nil {
		return err
	}
	if _, _, err := walkTraces(tx, c.put); err != nil {
		return err
	}
	if err := c.copyNames(tx); err != nil {
		return err
	}
	if err := c.flush(); err != nil {
		return err
	}
	gone, last, err := traceEnds(tx)
	if err != nil {
		return err
	}
	return c.dst.Update(func(tx *bolt.Tx) error { return putTraceEnds(tx, gone, last) })
}

// checkTracesTail reports whether the last trace is the one that meta names.
func checkTracesTail(tx *bolt.Tx) error {
	if tx.Bucket([]byte(tracesBucket)) == nil {
		if tx.Bucket([]byte(metaBucket)).Get([]byte(tracesLastKey)) != nil {
			return damaged("the list of buckets", -1, errNoBucket)
		}
		return nil // of a format before the audit log
	}
	gone, last, err := traceEnds(tx)
	if err != nil {
		return err
	}
	k, v := tx.Bucket([]byte(tracesBucket)).Cursor().Last()
	if k == nil && last == gone {
		return nil
	}
	if !bytes.Equal(k, traceKey(last.Seq)) || !bytes.HasPrefix(v, last.Hash[:]) {
		return damaged(fmt.Sprintf("trace %d", last.Seq), offsetOf(tx, v), errors.New("it is not the last, as it should be"))
	}
	return nil
}
