package storage

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kommunebilde/domain"
	"kommunebilde/domain/subjects"
	"kommunebilde/storage/storagetest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// open opens a folder and closes it when the test ends.
func open(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(dir, subjects.Kinds(), Options{})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestJournal(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) (domain.Journal, func() domain.Journal) {
		dir := filepath.Join(t.TempDir(), "data")
		s := open(t, dir)
		return s, func() domain.Journal {
			if err := s.Close(); err != nil {
				t.Fatalf("close: %v", err)
			}
			s = open(t, dir)
			return s
		}
	})
}

// within bounds what a test waits for.
func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// What minutes print can be found again: each record has the hash it was
// written with, and none that is not there has one.
func TestHashOf(t *testing.T) {
	dir, recs := closedFolder(t, 3, 2)
	s := open(t, dir)
	for _, r := range recs {
		if h, err := s.HashOf(within(t), r.Revision); err != nil || h != r.Hash {
			t.Errorf("record %d: %s, %v, want %s", r.Revision, h, err, r.Hash)
		}
	}
	for _, r := range []domain.Revision{0, recs[len(recs)-1].Revision + 1} {
		if h, err := s.HashOf(within(t), r); err == nil {
			t.Errorf("record %d, which is not there: %s", r, h)
		}
	}
}
