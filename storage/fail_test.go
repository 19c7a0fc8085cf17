package storage

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/outbox"
	"kommunebilde/domain/subjects"
	"kommunebilde/storage/storagetest"
)

// read follows a store up to its head.
func read(t testing.TB, s *Store) (got []domain.Record) {
	t.Helper()
	h, err := s.Head(within(t))
	if err != nil {
		t.Fatal(err)
	}
	if h.Revision == 0 {
		return nil
	}
	for r, err := range s.Follow(within(t), 0) {
		if err != nil {
			t.Fatalf("follow, at %d: %v", len(got), err)
		}
		if got = append(got, r); r.Revision == h.Revision {
			break
		}
	}
	return got
}

func same(t testing.TB, want, got []domain.Record) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
	for i := range want {
		if want[i].Hash != got[i].Hash {
			t.Fatalf("record %d is another", i+1)
		}
	}
}

func TestAfterAFailedWriteTheStoreOnlyReads(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	want := fill(t, s, 3, 2)
	chain := storagetest.ChainOf(t, s)
	next := chain.Next(t, storagetest.Levels("x"))
	_ = s.file.Close() // from here on each write of bbolt's fails
	for range 2 {
		if err := s.Append(within(t), []domain.Record{next}); !errors.Is(err, ErrFailed) {
			t.Fatalf("append: %v, want ErrFailed", err)
		} else if domain.CodeOf(err) != domain.Internal {
			t.Errorf("code %s invites to try again", domain.CodeOf(err))
		}
	}
	redacted := chain.Next(t, &domain.TextRedacted{Removed: []domain.TextID{{Revision: 1}}})
	for name, err := range map[string]error{
		"account":  s.PutAccounts([]accounts.Account{{ID: "x"}}),
		"sessions": s.PutSessions([]accounts.Session{{}}),
		"drop":     s.DropSessions([]domain.Hash{{}}),
		"work":     s.PutWork([]outbox.Item{{Key: "x"}}),
		"redact":   s.Redact(within(t), redacted, []domain.TextID{{Revision: 1}}),
	} {
		if !errors.Is(err, ErrFailed) {
			t.Errorf("%s: %v, want ErrFailed", name, err)
		}
	}
	same(t, want, read(t, s))
	if _, err := s.Verify(within(t)); err != nil {
		t.Errorf("verify: %v", err)
	}
	archive := filepath.Join(t.TempDir(), "b.tar")
	if err := s.Backup(within(t), archive); err != nil {
		t.Errorf("backup: %v", err)
	}
	_ = s.Close()
	s = open(t, dir)
	got := read(t, s)
	if len(got) == len(want)+1 {
		want = append(want, next) // the outcome was unknown
	}
	same(t, want, got)
	fill(t, s, 1)
}

// A sync can fail after the pages were written: bbolt then shows what nobody
// was promised.
func TestWhatWasNotAcknowledgedIsNotShown(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	want := fill(t, s, 3)
	chain := storagetest.ChainOf(t, s)
	recs := []domain.Record{chain.Next(t, storagetest.Levels("x"))}
	if err := s.db.Update(func(tx *bolt.Tx) error { return putRecords(tx, recs, chain.Head) }); err != nil {
		t.Fatal(err)
	}
	_ = s.fail(errors.New("sync"))
	same(t, want, read(t, s))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for r, err := range s.Follow(ctx, 3) {
		t.Errorf("record %d, %v", r.Revision, err)
	}
	if rep, err := s.Verify(within(t)); err != nil || rep.Records != 3 {
		t.Errorf("verify: %+v, %v", rep, err)
	}
	archive, other := filepath.Join(t.TempDir(), "b.tar"), filepath.Join(t.TempDir(), "other")
	if err := errors.Join(s.Backup(within(t), archive), Restore(archive, other, subjects.Kinds()), s.Close()); err != nil {
		t.Fatal(err)
	}
	same(t, want, read(t, open(t, other)))
	same(t, append(want, recs...), read(t, open(t, dir))) // a restart finds out that it was kept
}

func TestFileCutUnderAnOpenStoreIsAnErrorNotACrash(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	fill(t, s, 200)
	if err := os.Truncate(filepath.Join(dir, journalName), 2*int64(os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	for _, err := range s.Follow(within(t), 0) {
		if !errors.Is(err, domain.ErrCorrupt) {
			t.Errorf("follow: %v, want ErrCorrupt", err)
		}
		break
	}
	if _, err := s.Verify(within(t)); err == nil {
		t.Error("verify found nothing")
	}
}
