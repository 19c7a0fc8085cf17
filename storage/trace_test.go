package storage

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"kommunebilde"
	"kommunebilde/storage/storagetest"
)

func TestTraces(t *testing.T) {
	storagetest.RunTraces(t, func(t testing.TB) storagetest.TraceStore {
		return open(t, filepath.Join(t.TempDir(), "data"))
	})
}

// leave appends n traces to a store, a minute apart.
func leave(t testing.TB, s *Store, c *storagetest.TraceChain, n int) {
	t.Helper()
	for i := range n {
		one := c.Next(t, kommunebilde.Trace{
			What: kommunebilde.TraceLogin, At: storagetest.Start().Add(time.Duration(i) * time.Minute), Who: "kari", From: "10.0.0.1",
		})
		if err := s.AppendTraces([]kommunebilde.Trace{one}); err != nil {
			t.Fatal(err)
		}
	}
}

func prune(t testing.TB, s *Store, c *storagetest.TraceChain, upto kommunebilde.TraceSeq) {
	t.Helper()
	last, err := s.Traces(upto+1, 1)
	if err != nil || len(last) != 1 {
		t.Fatal(last, err)
	}
	end := last[0].End()
	if err := s.AppendTraces([]kommunebilde.Trace{c.Next(t, kommunebilde.Trace{What: kommunebilde.TracePruned, Upto: &end})}); err != nil {
		t.Fatal(err)
	}
}

func traceReport(t testing.TB, s *Store) Report {
	t.Helper()
	r, err := s.Verify(within(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestTracesStay: over a restart, what is pruned, a redaction's copy, a backup
// and a restore, the chain verifies and ends where it did.
func TestTracesStay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	fill(t, s, 3)
	c := &storagetest.TraceChain{}
	leave(t, s, c, 30)
	prune(t, s, c, 10)
	leave(t, s, c, 5)
	if r := traceReport(t, s); r.Traces != 26 || r.Trail != c.End {
		t.Fatalf("%d traces up to %v", r.Traces, r.Trail)
	}
	id := kommunebilde.TextID{Revision: 1}
	if err := s.Redact(within(t), storagetest.ChainOf(t, s).Next(t, &kommunebilde.TextRedacted{Texts: []kommunebilde.TextID{id}}), []kommunebilde.TextID{id}); err != nil {
		t.Fatal(err)
	}
	leave(t, s, c, 1)
	archive := filepath.Join(t.TempDir(), "b.tar")
	if err := s.Backup(within(t), archive); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	restored := filepath.Join(t.TempDir(), "restored")
	if err := Restore(archive, restored); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{dir, restored} {
		s := open(t, dir)
		if r := traceReport(t, s); r.Traces != 27 || r.Trail != c.End {
			t.Errorf("%s: %d traces up to %v", dir, r.Traces, r.Trail)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAlteredTraceIsFound: each is named by its number.
func TestAlteredTraceIsFound(t *testing.T) {
	delete := func(seq kommunebilde.TraceSeq) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error { return tx.Bucket([]byte(tracesBucket)).Delete(traceKey(seq)) }
	}
	for name, c := range map[string]struct {
		change func(*bolt.Tx) error
		says   string
		opens  bool
	}{
		"another address": {func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte(tracesBucket))
			v := bytes.Replace(b.Get(traceKey(17)), []byte("10.0.0.1"), []byte("10.0.0.2"), 1)
			return b.Put(traceKey(17), v)
		}, "trace 17", true},
		"hash and all": {func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte(tracesBucket))
			t, err := storedTrace(tx, 17, traceKey(17), b.Get(traceKey(17)))
			prev, err2 := traceHash(tx, kommunebilde.TraceEnd{}, 16)
			body := bytes.Replace(t.Body, []byte("10.0.0.1"), []byte("10.0.0.2"), 1)
			h := kommunebilde.ChainHash(prev, body)
			return errors.Join(err, err2, b.Put(traceKey(17), append(h[:], body...)))
		}, "trace 18", true},
		"one gone":   {delete(20), "trace 20", true},
		"first gone": {delete(11), "trace 11", true},
		"last gone":  {delete(31), "trace 31", false},
		"pruned and not said": {func(tx *bolt.Tx) error {
			_, last, err := traceEnds(tx)
			h, err2 := traceHash(tx, kommunebilde.TraceEnd{}, 11)
			return errors.Join(err, err2, delete(11)(tx), putTraceEnds(tx, kommunebilde.TraceEnd{Seq: 11, Hash: h}, last))
		}, "none says that they were taken away", true},
		"all of it": {func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte(tracesBucket)) }, "a bucket is missing", false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			s := open(t, dir)
			chain := &storagetest.TraceChain{}
			leave(t, s, chain, 30)
			prune(t, s, chain, 10)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			change(t, dir, c.change)
			s, err := Open(dir, Options{})
			if err == nil {
				_, err = s.Verify(within(t))
				if !c.opens {
					t.Error("it was opened")
				}
				if e := s.Backup(within(t), filepath.Join(t.TempDir(), "b.tar")); e == nil {
					t.Error("it was backed up as whole")
				}
				_ = s.Close()
			}
			if !errors.Is(err, kommunebilde.ErrCorrupt) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}

// TestFolderFromBeforeTheAuditLog gets one, and is not opened by an older
// program any more.
func TestFolderFromBeforeTheAuditLog(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	fill(t, s, 2)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	change(t, dir, func(tx *bolt.Tx) error {
		meta := tx.Bucket([]byte(metaBucket))
		return errors.Join(tx.DeleteBucket([]byte(tracesBucket)), meta.Delete([]byte(tracesGoneKey)), meta.Delete([]byte(tracesLastKey)), putMeta(tx, formatKey, []byte("1")))
	})
	s = open(t, dir)
	defer s.Close()
	leave(t, s, &storagetest.TraceChain{}, 1)
	if r := traceReport(t, s); r.Traces != 1 || r.Records != 2 {
		t.Errorf("%+v", r)
	}
	err := s.view(func(tx *bolt.Tx) error {
		if v, err := getMeta(tx, formatKey); err != nil || string(v) != "2" {
			t.Errorf("format %q, %v", v, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
