package storage

import (
	"bytes"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"kommunebilde"
)

// The audit log lies in a bucket of its own, as the records do: seq to hash and
// body. Its two ends are in the bucket meta: the last trace, and the last of
// those taken away, which the first one left is linked to.

// TraceEnds returns the last trace that was taken away and the last there is.
func (s *Store) TraceEnds() (gone, last kommunebilde.TraceEnd, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		gone, last, err = traceEnds(tx)
		return err
	})
	return gone, last, err
}

// AppendTraces stores sealed traces, all or none, on disk when it returns nil.
// One that says that older ones were pruned takes them away in the same
// transaction. The errors are those of Append.
func (s *Store) AppendTraces(traces []kommunebilde.Trace) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	gone, last, err := s.TraceEnds()
	if err != nil {
		return err
	}
	end, err := kommunebilde.CheckTraces(last, traces)
	if err != nil {
		return err
	}
	size, upto := 0, gone
	for _, t := range traces {
		size += len(t.Body) + 128
		if t.Upto != nil {
			upto = *t.Upto
		}
	}
	if upto != gone {
		if err := s.checkPruned(gone, last, upto); err != nil {
			return err
		}
	}
	size += int(upto.Seq-gone.Seq) * 128
	err = s.update(size, func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(tracesBucket))
		for seq := gone.Seq + 1; seq <= upto.Seq; seq++ {
			if err := b.Delete(traceKey(seq)); err != nil {
				return err
			}
		}
		b.FillPercent = 1
		for _, t := range traces {
			if err := b.Put(traceKey(t.Seq), append(bytes.Clone(t.Hash[:]), t.Body...)); err != nil {
				return err
			}
		}
		return putTraceEnds(tx, upto, end)
	})
	if err != nil {
		return fmt.Errorf("append traces %d to %d: %w", traces[0].Seq, end.Seq, err)
	}
	return nil
}

// checkPruned tells whether traces may be taken away up to one: it must be
// there, and be the one that was meant.
func (s *Store) checkPruned(gone, last, upto kommunebilde.TraceEnd) error {
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
// stored: only Seq, Prev, Hash and Body are set. Whoever shows one opens it
// with [kommunebilde.OpenTrace], which tells whether it is what was written.
func (s *Store) Traces(before kommunebilde.TraceSeq, n int) (out []kommunebilde.Trace, err error) {
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
func storedTrace(tx *bolt.Tx, seq kommunebilde.TraceSeq, k, v []byte) (t kommunebilde.Trace, err error) {
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
func traceHash(tx *bolt.Tx, gone kommunebilde.TraceEnd, seq kommunebilde.TraceSeq) (kommunebilde.Hash, error) {
	if seq == gone.Seq {
		return gone.Hash, nil
	}
	v := tx.Bucket([]byte(tracesBucket)).Get(traceKey(seq))
	t, err := storedTrace(tx, seq, traceKey(seq), v)
	return t.Hash, err
}

// walkTraces reads all traces from the first and checks the chain: each is what
// was written and follows the one before, and the newest word of what was taken
// away is what is missing. fn may be nil; bodies are part of the file.
func walkTraces(tx *bolt.Tx, fn func(k, v []byte) error) (n int, last kommunebilde.TraceEnd, err error) {
	if tx.Bucket([]byte(tracesBucket)) == nil {
		return 0, last, nil // of a format before the audit log
	}
	gone, last, err := traceEnds(tx)
	if err != nil {
		return 0, last, err
	}
	end, said := gone, kommunebilde.TraceEnd{}
	c := tx.Bucket([]byte(tracesBucket)).Cursor()
	for k, v := c.First(); k != nil || end.Seq < last.Seq; k, v = c.Next() {
		t, err := storedTrace(tx, end.Seq+1, k, v)
		if err != nil {
			return n, end, err
		}
		opened, err := kommunebilde.OpenTrace(end.Hash, t.Hash, t.Body)
		if err == nil && opened.Seq != t.Seq {
			err = fmt.Errorf("it says that it is trace %d", opened.Seq)
		}
		if err != nil {
			return n, end, damaged(fmt.Sprintf("trace %d", t.Seq), offsetOf(tx, v), err)
		}
		if opened.Upto != nil {
			said = *opened.Upto
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
	return n, end, nil
}

func traceKey(seq kommunebilde.TraceSeq) []byte { return recordKey(kommunebilde.Revision(seq)) }

func traceEnds(tx *bolt.Tx) (gone, last kommunebilde.TraceEnd, err error) {
	for i, key := range []string{tracesGoneKey, tracesLastKey} {
		v, err := getMeta(tx, key)
		if err != nil {
			return gone, last, err
		}
		h, err := decodeHead(v)
		if err != nil {
			return gone, last, damaged(metaBucket+" "+key, -1, err)
		}
		end := kommunebilde.TraceEnd{Seq: kommunebilde.TraceSeq(h.Revision), Hash: h.Hash}
		if i == 0 {
			gone = end
		} else {
			last = end
		}
	}
	return gone, last, nil
}

func putTraceEnds(tx *bolt.Tx, gone, last kommunebilde.TraceEnd) error {
	for key, end := range map[string]kommunebilde.TraceEnd{tracesGoneKey: gone, tracesLastKey: last} {
		v := encodeHead(kommunebilde.Head{Revision: kommunebilde.Revision(end.Seq), Hash: end.Hash})
		if err := putMeta(tx, key, v); err != nil {
			return err
		}
	}
	return nil
}

// lacksTraces tells whether the file is from before the audit log.
func (s *Store) lacksTraces() (lacks bool, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		lacks = tx.Bucket([]byte(tracesBucket)) == nil
		return nil
	})
	return lacks, err
}

// beginTraces gives a file from before the audit log an empty one.
func beginTraces(tx *bolt.Tx) error {
	if tx.Bucket([]byte(tracesBucket)) != nil {
		return nil
	}
	if _, err := tx.CreateBucket([]byte(tracesBucket)); err != nil {
		return err
	}
	return putTraceEnds(tx, kommunebilde.TraceEnd{}, kommunebilde.TraceEnd{})
}

// copyTraces copies the audit log, which is checked on the way.
func (c *copier) copyTraces(tx *bolt.Tx) error {
	if err := c.begin(tracesBucket); err != nil {
		return err
	}
	if _, _, err := walkTraces(tx, c.put); err != nil {
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

// checkTracesTail tells whether the last trace is the one that meta names.
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
