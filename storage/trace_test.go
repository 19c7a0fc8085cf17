package storage

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
	"kommunebilde/domain/subjects"
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
		one := c.Next(t, audit.Trace{
			What: audit.Login, At: storagetest.Start().Add(time.Duration(i) * time.Minute), Who: "kari", From: "10.0.0.1",
		})
		if err := s.AppendTraces([]audit.Trace{one}); err != nil {
			t.Fatal(err)
		}
	}
}

func prune(t testing.TB, s *Store, c *storagetest.TraceChain, upto audit.Seq) {
	t.Helper()
	last, err := s.Traces(upto+1, 1)
	if err != nil || len(last) != 1 {
		t.Fatal(last, err)
	}
	end := last[0].End()
	if err := s.AppendTraces([]audit.Trace{c.Next(t, audit.Trace{What: audit.Pruned, Upto: &end})}); err != nil {
		t.Fatal(err)
	}
}

func traceReport(t testing.TB, s *Store) Findings {
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
	id := domain.TextID{Revision: 1}
	if err := s.Redact(within(t), storagetest.ChainOf(t, s).Next(t, &domain.TextRedacted{Removed: []domain.TextID{id}}), []domain.TextID{id}); err != nil {
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
	if err := Restore(archive, restored, subjects.Kinds()); err != nil {
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

// TestALogWrittenAnewIsFoundOut: who has the file can write another chain that
// is whole; only who has an end of the old one elsewhere can tell.
func TestALogWrittenAnewIsFoundOut(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "data"))
	c := &storagetest.TraceChain{}
	leave(t, s, c, 3)
	written := c.End
	leave(t, s, c, 2)
	if is, err := s.TraceHashOf(written.Seq); err != nil || is != written.Hash {
		t.Fatalf("%v, %v", is, err)
	}
	anew := &storagetest.TraceChain{}
	if err := s.db.Update(func(tx *bolt.Tx) error {
		for range 5 {
			one := anew.Next(t, audit.Trace{What: audit.Login, At: storagetest.Start(), Who: "ola", From: "10.0.0.1"})
			if err := tx.Bucket([]byte(tracesBucket)).Put(traceKey(one.Seq), append(bytes.Clone(one.Hash[:]), one.Body...)); err != nil {
				return err
			}
		}
		return putTraceEnds(tx, audit.End{}, anew.End)
	}); err != nil {
		t.Fatal(err)
	}
	if r := traceReport(t, s); r.Trail != anew.End {
		t.Fatalf("the new chain is not whole: %v", r.Trail)
	}
	if is, err := s.TraceHashOf(written.Seq); err != nil || is == written.Hash {
		t.Errorf("nobody can tell: %v, %v", is, err)
	}
	if _, err := s.TraceHashOf(6); err == nil {
		t.Error("a trace that is not there has a hash")
	}
}

// TestAlteredTraceIsFound: each is named by its number.
func TestAlteredTraceIsFound(t *testing.T) {
	delete := func(seq audit.Seq) func(*bolt.Tx) error {
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
			prev, err2 := traceHash(tx, audit.End{}, 16)
			body := bytes.Replace(t.Body, []byte("10.0.0.1"), []byte("10.0.0.2"), 1)
			h := domain.ChainHash(prev, body)
			return errors.Join(err, err2, b.Put(traceKey(17), append(h[:], body...)))
		}, "trace 18", true},
		"one gone":   {delete(20), "trace 20", true},
		"first gone": {delete(11), "trace 11", true},
		"last gone":  {delete(31), "trace 31", false},
		"pruned and not said": {func(tx *bolt.Tx) error {
			_, last, err := traceEnds(tx)
			h, err2 := traceHash(tx, audit.End{}, 11)
			return errors.Join(err, err2, delete(11)(tx), putTraceEnds(tx, audit.End{Seq: 11, Hash: h}, last))
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
			s, err := Open(dir, subjects.Kinds(), Options{})
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
			if !errors.Is(err, domain.ErrCorrupt) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}

// TestFolderFromBeforeTheAuditLog gets one, and so does one from before the names
// beside it, or before the outbox; none is opened by an older program any more.
func TestFolderFromBeforeTheAuditLog(t *testing.T) {
	for format, older := range map[string]func(*bolt.Tx) error{
		"1": func(tx *bolt.Tx) error {
			meta := tx.Bucket([]byte(metaBucket))
			return errors.Join(tx.DeleteBucket([]byte(tracesBucket)), meta.Delete([]byte(tracesGoneKey)), meta.Delete([]byte(tracesLastKey)))
		},
		"2": func(*bolt.Tx) error { return nil },
		"3": func(*bolt.Tx) error { return nil },
	} {
		dir := filepath.Join(t.TempDir(), "data")
		s := open(t, dir)
		fill(t, s, 2)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		change(t, dir, func(tx *bolt.Tx) error {
			err := errors.Join(older(tx), tx.DeleteBucket([]byte(outboxBucket)), tx.DeleteBucket([]byte(postBucket)), putMeta(tx, formatKey, []byte(format)))
			if format < "3" {
				err = errors.Join(err, tx.DeleteBucket([]byte(namesBucket)))
			}
			return err
		})
		s = open(t, dir)
		rename(t, s, &storagetest.TraceChain{}, "kari", "Kari", "Kari Berg")
		if r := traceReport(t, s); r.Traces != 1 || r.Records != 2 {
			t.Errorf("from %s: %+v", format, r)
		}
		err := s.view(func(tx *bolt.Tx) error {
			if v, err := getMeta(tx, formatKey); err != nil || string(v) != "4" {
				t.Errorf("from %s: format %q, %v", format, v, err)
			}
			return nil
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// rename leaves a trace of a change of name.
func rename(t testing.TB, s *Store, c *storagetest.TraceChain, whom domain.AccountID, from, to string) audit.Seq {
	t.Helper()
	one := c.Next(t, audit.Trace{
		What: audit.AccountRenamed, Who: "admin", Whom: whom, At: storagetest.Start(),
		Names: []*domain.Text{audit.Name(domain.Salt{1}, from), audit.Name(domain.Salt{2}, to)},
	})
	if err := s.AppendTraces([]audit.Trace{one}); err != nil {
		t.Fatal(err)
	}
	return one.Seq
}

// TestErasingTakesNamesOut: beside the traces about that account, from the whole
// file, and from what is copied; nobody else's. Verify accepts that.
func TestErasingTakesNamesOut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	fill(t, s, 2)
	c := &storagetest.TraceChain{}
	leave(t, s, c, 3)
	rename(t, s, c, "kari", "Kari Fredriksen", "Kari Hjelmeland")
	rename(t, s, c, "ola", "Ola Nordbotten", "Ola Sørbotten")
	holds := func(file string) map[string]bool {
		t.Helper()
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]bool{}
		for _, name := range []string{"Fredriksen", "Hjelmeland", "Nordbotten"} {
			out[name] = bytes.Contains(b, []byte(name))
		}
		return out
	}
	file := filepath.Join(dir, journalName)
	if got := holds(file); !got["Fredriksen"] || !got["Hjelmeland"] || !got["Nordbotten"] {
		t.Fatalf("before: %v", got)
	}
	traceReport(t, s)
	if err := s.AppendTraces([]audit.Trace{c.Next(t, audit.Trace{What: audit.AccountErased, Whom: "kari"})}); err != nil {
		t.Fatal(err)
	}
	if got := holds(file); got["Fredriksen"] || got["Hjelmeland"] || !got["Nordbotten"] {
		t.Errorf("after: %v", got)
	}
	if r := traceReport(t, s); r.Traces != 6 || r.Records != 2 {
		t.Errorf("%+v", r)
	}
	leave(t, s, c, 1)
	archive := filepath.Join(t.TempDir(), "b.tar")
	if err := s.Backup(within(t), archive); err != nil {
		t.Fatal(err)
	}
	restored := filepath.Join(t.TempDir(), "restored")
	if err := Restore(archive, restored, subjects.Kinds()); err != nil {
		t.Fatal(err)
	}
	if r := traceReport(t, open(t, restored)); r.Traces != 7 {
		t.Errorf("restored: %+v", r)
	}
}

// TestMissingNamesAreFound: only the names of an erased account may be gone.
func TestMissingNamesAreFound(t *testing.T) {
	for name, spoil := range map[string]func(*bolt.Bucket, audit.Seq) error{
		"gone":    func(b *bolt.Bucket, seq audit.Seq) error { return b.Put(nameKey(seq, 1), []byte{textGone}) },
		"missing": func(b *bolt.Bucket, seq audit.Seq) error { return b.Delete(nameKey(seq, 1)) },
		"all": func(b *bolt.Bucket, seq audit.Seq) error {
			return errors.Join(b.Delete(nameKey(seq, 0)), b.Delete(nameKey(seq, 1)))
		},
		"altered": func(b *bolt.Bucket, seq audit.Seq) error {
			return b.Put(nameKey(seq, 0), encodeText(domain.StoredText{Salt: domain.Salt{1}, Body: "Per"}))
		},
	} {
		dir := filepath.Join(t.TempDir(), "data")
		s := open(t, dir)
		c := &storagetest.TraceChain{}
		if err := s.AppendTraces([]audit.Trace{c.Next(t, audit.Trace{What: audit.AccountErased, Whom: "ola"})}); err != nil {
			t.Fatal(err)
		}
		seq := rename(t, s, c, "ola", "Ola", "Olav")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		// To be found: that the account was erased before says nothing.
		change(t, dir, func(tx *bolt.Tx) error { return spoil(tx.Bucket([]byte(namesBucket)), seq) })
		s = open(t, dir)
		if _, err := s.Verify(within(t)); !errors.Is(err, domain.ErrCorrupt) || !strings.Contains(err.Error(), "trace 2") {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
