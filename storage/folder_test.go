package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/outbox"
	"kommunebilde/domain/subjects"
	"kommunebilde/storage/storagetest"
)

// fill appends groups of records with texts and returns all of them.
func fill(t testing.TB, s *Store, groups ...int) (all []domain.Record) {
	t.Helper()
	chain := storagetest.ChainOf(t, s)
	for _, n := range groups {
		var recs []domain.Record
		for range n {
			recs = append(recs, chain.Next(t, storagetest.Levels("fordi det er slik")))
		}
		if err := s.Append(within(t), recs); err != nil {
			t.Fatalf("append: %v", err)
		}
		all = append(all, recs...)
	}
	return all
}

// closedFolder returns a folder with an account, a session and n records, and its records.
func closedFolder(t testing.TB, groups ...int) (string, []domain.Record) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	recs := fill(t, s, groups...)
	err := errors.Join(
		s.PutAccounts([]accounts.Account{{ID: "kari", Name: "Kari Nordmann"}}),
		s.PutSessions([]accounts.Session{{Key: domain.Hash{1}, Account: "kari"}}),
		s.PutWork([]outbox.Item{{Key: "published/2022/1/kari"}}),
		s.PutPost(outbox.Post{Municipality: "3401", Addresses: []string{"post@example.no"}}),
		s.Close(),
	)
	if err != nil {
		t.Fatal(err)
	}
	return dir, recs
}

// files returns the content of a folder, but for the lock.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == lockName {
			return err
		}
		b, err := os.ReadFile(path)
		out[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestUnusableFolderIsRefusedInOneSentenceAndLeftAsItIs(t *testing.T) {
	type spoil func(t *testing.T, dir string)
	edit := func(f func(b []byte) []byte) spoil {
		return func(t *testing.T, dir string) { rewrite(t, filepath.Join(dir, journalName), f) }
	}
	meta := func(key, value string) spoil {
		return func(t *testing.T, dir string) {
			change(t, dir, func(tx *bolt.Tx) error { return putMeta(tx, key, []byte(value)) })
		}
	}
	for name, c := range map[string]struct {
		spoil spoil
		want  error
		says  string
	}{
		"database missing": {func(t *testing.T, dir string) { remove(t, dir, journalName) }, ErrLost, "journal.db is missing"},
		"database empty":   {edit(func([]byte) []byte { return nil }), ErrLost, "the file is empty"},
		"empty, no marker": {func(t *testing.T, dir string) {
			remove(t, dir, markerName)
			rewrite(t, filepath.Join(dir, journalName), func([]byte) []byte { return nil })
		}, ErrLost, "the file is empty"},
		"half of it":      {edit(func(b []byte) []byte { return b[:usedBytes(t, b)/2] }), ErrLost, "bytes of"},
		"one page short":  {edit(func(b []byte) []byte { return b[:usedBytes(t, b)-os.Getpagesize()] }), ErrLost, "bytes of"},
		"one byte short":  {edit(func(b []byte) []byte { return b[:usedBytes(t, b)-1] }), ErrLost, "bytes of"},
		"ten bytes":       {edit(func(b []byte) []byte { return b[:10] }), domain.ErrCorrupt, "meta page damaged"},
		"one page":        {edit(func(b []byte) []byte { return b[:os.Getpagesize()] }), domain.ErrCorrupt, "meta page damaged"},
		"something else":  {edit(func([]byte) []byte { return bytes.Repeat([]byte("tekst "), 9999) }), domain.ErrCorrupt, "meta page damaged"},
		"zeros":           {edit(func(b []byte) []byte { clear(b); return b }), domain.ErrCorrupt, "meta page damaged"},
		"newer meta lost": {edit(func(b []byte) []byte { flipNewerMeta(t, b); return b }), domain.ErrCorrupt, "meta page damaged"},
		"newer bbolt":     {edit(newerBolt), domain.ErrNewer, "start the newer program"},
		"newer format":    {meta(formatKey, "5"), domain.ErrNewer, "start the newer program"},
		"newer marker": {func(t *testing.T, dir string) {
			rewrite(t, filepath.Join(dir, markerName), func([]byte) []byte { return []byte(`{"format":5}`) })
		}, domain.ErrNewer, "start the newer program"},
		"tail cut": {func(t *testing.T, dir string) {
			change(t, dir, func(tx *bolt.Tx) error { return tx.Bucket([]byte(recordsBucket)).Delete(recordKey(9)) })
		}, domain.ErrCorrupt, "record 9"},
		"bucket gone": {func(t *testing.T, dir string) {
			change(t, dir, func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte(textsBucket)) })
		}, domain.ErrCorrupt, "a bucket is missing"},
		"restore not finished": {func(t *testing.T, dir string) {
			if err := os.Rename(filepath.Join(dir, journalName), filepath.Join(dir, restoreName)); err != nil {
				t.Fatal(err)
			}
		}, nil, "restore again"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := closedFolder(t, 4, 5)
			c.spoil(t, dir)
			before := files(t, dir)
			s, err := Open(dir, subjects.Kinds(), Options{})
			if err == nil {
				_ = s.Close()
				t.Fatal("opened")
			}
			if c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %q, want %v and %q", err, c.want, c.says)
			}
			if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "goroutine") {
				t.Errorf("more than a sentence: %s", err)
			}
			after := files(t, dir)
			if len(after) != len(before) {
				t.Errorf("%d files, were %d", len(after), len(before))
			}
			for path, b := range before {
				if after[path] != b {
					t.Errorf("%s was changed", path)
				}
			}
		})
	}
}

func TestNewFolderIsForItsOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "data")
	s := open(t, dir)
	fill(t, s, 1)
	for path, want := range map[string]fs.FileMode{dir: 0o700 | fs.ModeDir, filepath.Join(dir, journalName): 0o600, filepath.Join(dir, markerName): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s has mode %v, want %v (%v)", path, info.Mode(), want, err)
		}
	}
}

func TestSecondOwnerIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	for range 2 {
		if _, err := Open(dir, subjects.Kinds(), Options{}); !errors.Is(err, ErrLocked) {
			t.Fatalf("second open: %v, want ErrLocked", err)
		}
		fill(t, s, 1)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

func TestFolderHasOneOwnerWhateverBecomesOfItsFile(t *testing.T) {
	dir := t.TempDir()
	first, err := lockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lockFolder(dir); !errors.Is(err, ErrLocked) {
		t.Errorf("second owner: %v, want ErrLocked", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := lockFolder(dir)
	if err != nil {
		t.Fatalf("after the first ended: %v", err)
	}
	_ = again.Close()
}

func TestMetaPagesAreReadAsBboltReadsThem(t *testing.T) {
	dir, _ := closedFolder(t, 1)
	path := filepath.Join(dir, journalName)
	for range 3 { // the newer is on either page in turn
		change(t, dir, func(tx *bolt.Tx) error { return putMeta(tx, folderKey, nil) })
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m, err := readMetas(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		db, _, err := openBolt(path)
		if err != nil {
			t.Fatal(err)
		}
		err = db.View(func(tx *bolt.Tx) error {
			if uint64(tx.ID()) != m.txid || uint64(tx.Size()) != m.pages*m.pageSize {
				t.Errorf("%+v, bbolt is at transaction %d with %d bytes", m, tx.ID(), tx.Size())
			}
			return nil
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEpochIsNewInAnotherFolderOnly(t *testing.T) {
	dir, recs := closedFolder(t, 3)
	epoch := epochOf(t, dir)
	if again := epochOf(t, dir); again != epoch {
		t.Errorf("epoch %s after a restart, was %s", again, epoch)
	}
	moved := dir + "-moved"
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	if again := epochOf(t, moved); again != epoch {
		t.Errorf("epoch %s after the folder was renamed, was %s", again, epoch)
	}
	copied := dir + "-copied"
	if err := os.CopyFS(copied, os.DirFS(moved)); err != nil {
		t.Fatal(err)
	}
	other := epochOf(t, copied)
	if other == epoch {
		t.Error("a copied folder has the epoch of the first")
	}
	if again := epochOf(t, copied); again != other {
		t.Error("a copied folder has a new epoch at each start")
	}
	if again := epochOf(t, moved); again != epoch {
		t.Error("the first folder lost its epoch")
	}
	remove(t, copied, markerName)
	if again := epochOf(t, copied); again == other {
		t.Error("a database without its folder keeps its epoch")
	}
	s := open(t, copied)
	if h, err := s.Head(within(t)); err != nil || h.Revision != domain.Revision(len(recs)) {
		t.Errorf("head %+v, %v", h, err)
	}
}

func TestUnfinishedCopiesAreCleared(t *testing.T) {
	dir, _ := closedFolder(t, 2)
	left := filepath.Join(dir, journalName+newSuffix)
	if err := os.WriteFile(left, []byte("half of a copy"), 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the unfinished copy is still there: %v", err)
	}
	empty := t.TempDir()
	if err := os.WriteFile(filepath.Join(empty, journalName+newSuffix), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fill(t, open(t, empty), 1) // a first start that was killed
}

func epochOf(t *testing.T, dir string) domain.Epoch {
	t.Helper()
	s := open(t, dir)
	h, err := s.Head(within(t))
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return h.Epoch
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

func rewrite(t *testing.T, path string, f func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, f(b), 0o600); err != nil {
		t.Fatal(err)
	}
}

// change edits a closed folder's file behind the store's back.
func change(t *testing.T, dir string, f func(tx *bolt.Tx) error) {
	t.Helper()
	db, _, err := openBolt(filepath.Join(dir, journalName))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(f), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// usedBytes returns how far a bbolt file must reach.
func usedBytes(t testing.TB, b []byte) int {
	t.Helper()
	m, err := readMetas(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return int(m.pages * m.pageSize)
}

func flipNewerMeta(t *testing.T, b []byte) {
	t.Helper()
	newest, err := readMetas(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	b[(newest.txid%2)*newest.pageSize+pageHeaderSize+20] ^= 4
}

// newerBolt makes both meta pages say that a newer bbolt wrote them.
func newerBolt(b []byte) []byte {
	for _, page := range []int{0, os.Getpagesize()} {
		m := b[page+pageHeaderSize : page+pageHeaderSize+metaSize]
		binary.NativeEndian.PutUint32(m[4:], boltVersion+1)
		sum := fnv.New64a()
		sum.Write(m[:metaSize-8])
		binary.NativeEndian.PutUint64(m[metaSize-8:], sum.Sum64())
	}
	return b
}

// TestFolderIsClosedToOthers: whoever made it, and however.
func TestFolderIsClosedToOthers(t *testing.T) {
	for _, mode := range []fs.FileMode{0o755, 0o770, 0o701, 0o700} {
		dir := t.TempDir()
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		s, err := Open(dir, subjects.Kinds(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%v is now %v, %v", mode, info.Mode(), err)
		}
	}
	if err := makeFolder("/proc/self/fdinfo/.."); err == nil || !strings.Contains(err.Error(), "open to others") {
		t.Errorf("a folder that cannot be closed: %v", err)
	}
}

// TestToWriteNamesTheRemedy: what helps where a folder cannot be written to is not
// the same on a file system that is mounted read-only.
func TestToWriteNamesTheRemedy(t *testing.T) {
	for err, want := range map[error]string{syscall.EROFS: "mount it for writing", syscall.EACCES: "own it", syscall.EPERM: "own it"} {
		if got := toWrite(&fs.PathError{Op: "open", Path: lockName, Err: err}, "own it"); !strings.Contains(got, want) {
			t.Errorf("%v: %s", err, got)
		}
	}
}
