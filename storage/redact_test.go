package storage

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
	"kommunebilde/storage/prints"
	"kommunebilde/storage/storagetest"
)

func TestRedactedTextIsInNoFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	fill(t, s, 40, 3)
	chain := storagetest.ChainOf(t, s)
	secret := chain.Next(t, storagetest.Levels("pasienten heter Ola Hemmelig"))
	kept := chain.Next(t, storagetest.Levels("vikar er bestilt"))
	if err := s.Append(within(t), []domain.Record{secret, kept}); err != nil {
		t.Fatal(err)
	}
	fill(t, s, 1, 1, 1) // copies of its page stay behind on free pages
	salt := secret.Texts[0].Salt
	inFiles := func(what []byte) (n int) {
		for _, b := range files(t, dir) {
			n += bytes.Count([]byte(b), what)
		}
		return n
	}
	if inFiles([]byte("Ola Hemmelig")) < 2 || inFiles(salt[:]) < 1 {
		t.Fatal("the text is not in the file, so that its absence would prove nothing")
	}
	printed, err := prints.Open(filepath.Join(dir, "pdf"), 1e6, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if err := printed.Put([]byte("page"), []byte("pasienten heter Ola Hemmelig")); err != nil {
		t.Fatal(err)
	}
	s.WhenRedacted(func() { err = printed.Forget() })
	ids := []domain.TextID{{Revision: secret.Revision}}
	r := storagetest.ChainOf(t, s).Next(t, &domain.TextRedacted{Removed: ids})
	if err := errors.Join(s.Redact(within(t), r, ids), err); err != nil {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		if n := inFiles([]byte("Ola Hemmelig")) + inFiles(salt[:]); n != 0 {
			t.Errorf("text or salt is still there, %d times", n)
		}
		if inFiles([]byte("vikar er bestilt")) == 0 {
			t.Error("another text is gone")
		}
		if got := read(t, s)[secret.Revision-1]; !got.Texts[0].Gone || got.Hash != secret.Hash {
			t.Errorf("record %+v", got)
		}
		rep, err := s.Verify(within(t))
		if err != nil || rep.Redacted != 1 {
			t.Errorf("verify: %+v, %v", rep, err)
		}
	}
	check()
	fill(t, s, 2)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	check()
}

func TestVerifyWantsARecordForAMissingText(t *testing.T) {
	for name, spoil := range map[string]func(tx *bolt.Tx) error{
		"marked as gone": func(tx *bolt.Tx) error {
			return tx.Bucket([]byte(textsBucket)).Put(textKey(domain.TextID{Revision: 3}), []byte{textGone})
		},
		"deleted": func(tx *bolt.Tx) error {
			return tx.Bucket([]byte(textsBucket)).Delete(textKey(domain.TextID{Revision: 3}))
		},
		"one too many": func(tx *bolt.Tx) error {
			return tx.Bucket([]byte(textsBucket)).Put(textKey(domain.TextID{Revision: 3, N: 1}), []byte{textGone})
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := closedFolder(t, 5)
			change(t, dir, spoil)
			_, err := open(t, dir).Verify(within(t))
			if !errors.Is(err, domain.ErrCorrupt) || !bytes.Contains([]byte(err.Error()), []byte("3")) {
				t.Errorf("verify: %v, want ErrCorrupt", err)
			}
		})
	}
}

func TestReadersOfTheOldFileGoOnDuringARedaction(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	want := fill(t, s, 30)
	ids := []domain.TextID{{Revision: 1}}
	err := s.view(func(tx *bolt.Tx) error { // a reader in the middle of the old file
		r := storagetest.ChainOf(t, s).Next(t, &domain.TextRedacted{Removed: ids})
		if err := s.Redact(within(t), r, ids); err != nil {
			return err
		}
		want = append(want, r)
		want = append(want, fill(t, s, 3)...)
		w, err := startWalk(tx, 0)
		for n := 0; err == nil && n < 30; n++ {
			var r storedRecord
			if r, err = w.next(); err == nil && r.hash != want[n].Hash {
				err = errors.New("another record")
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	same(t, want, read(t, s))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	same(t, want, read(t, open(t, dir)))
	if _, err := os.Stat(filepath.Join(dir, journalName+newSuffix)); err == nil {
		t.Error("the copy was left")
	}
}

func TestTheFileFromBeforeARedactionIsOverwritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	fill(t, s, 3)
	old := filepath.Join(t.TempDir(), "old") // another name for the same file
	if err := os.Link(filepath.Join(dir, journalName), old); err != nil {
		t.Fatal(err)
	}
	ids := []domain.TextID{{Revision: 2}}
	r := storagetest.ChainOf(t, s).Next(t, &domain.TextRedacted{Removed: ids})
	if err := errors.Join(s.Redact(within(t), r, ids), s.Close()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(old)
	if err != nil || len(b) == 0 || len(bytes.Trim(b, "\x00")) != 0 {
		t.Errorf("%d bytes are not all zero (%v)", len(b), err)
	}
}

func TestRedactLeavesADamagedJournalAsItIs(t *testing.T) {
	dir, _ := closedFolder(t, 5)
	path := filepath.Join(dir, journalName)
	rewrite(t, path, func(raw []byte) []byte {
		return bytes.Replace(raw, []byte(`"rev":2,`), []byte(`"rev":3,`), 1)
	})
	s := open(t, dir)
	before := files(t, dir)
	ids := []domain.TextID{{Revision: 1}}
	r := storagetest.ChainOf(t, s).Next(t, &domain.TextRedacted{Removed: ids})
	if err := s.Redact(within(t), r, ids); !errors.Is(err, domain.ErrCorrupt) || !strings.Contains(err.Error(), "record 2") {
		t.Errorf("redact: %v, want ErrCorrupt", err)
	}
	if !reflect.DeepEqual(files(t, dir), before) {
		t.Error("the folder was changed")
	}
}
