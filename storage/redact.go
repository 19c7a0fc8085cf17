package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
)

// Redact implements [domain.Journal]. It writes the whole file again
// without the texts, with r at its end, and puts it in the place of the old
// one: the rename is the commit. So there is no moment, and no free page, in
// which the texts are redacted and still on the disk. Readers go on with the
// old file while that lasts; writers wait, about a second per 100 MB.
//
// Up to the rename an error leaves all as it was; if not ErrConflict it is
// ErrFull, [Damage], or about r and texts themselves.
func (s *Store) Redact(ctx context.Context, r domain.Record, texts []domain.TextID) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := errors.Join(ctx.Err(), s.writable()); err != nil {
		return err
	}
	recs := []domain.Record{r}
	head, err := domain.CheckGroup(s.head, recs)
	if err != nil {
		return err
	}
	if err := checkSaid(r, texts); err != nil {
		return err
	}
	if err := s.view(func(tx *bolt.Tx) error { return checkThere(tx, texts) }); err != nil {
		return err
	}
	path := filepath.Join(s.dir, journalName)
	done := s.metrics.commit()
	_, err = s.copyTo(ctx, path+newSuffix, leftOut{texts: texts}, func(tx *bolt.Tx) error {
		return putRecords(tx, recs, head)
	})
	if err != nil {
		return fmt.Errorf("redact %d texts: %w", len(texts), err)
	}
	if err := s.replace(path, head); err != nil {
		return fmt.Errorf("redact %d texts: %w", len(texts), err)
	}
	done()
	if s.redacted != nil {
		s.redacted()
	}
	return nil
}

// WhenRedacted has f called after each redaction, before it is told to be done: by who
// keeps copies of texts elsewhere. It is set before the Store is written to.
func (s *Store) WhenRedacted(f func()) { s.redacted = f }

// checkSaid reports whether a record says of all these texts that they are taken
// out; a text that is missing without it is damage.
func checkSaid(r domain.Record, texts []domain.TextID) error {
	said := r.Removes()
	for _, id := range texts {
		if !slices.Contains(said, id) {
			return fmt.Errorf("redact text %s: the record does not say so", id)
		}
	}
	return nil
}

func checkThere(tx *bolt.Tx, texts []domain.TextID) error {
	for _, id := range texts {
		if id.N < 0 || tx.Bucket([]byte(textsBucket)).Get(textKey(id)) == nil {
			return fmt.Errorf("redact text %s: there is no such text", id)
		}
	}
	return nil
}

// replace puts the file at path+newSuffix in the place of the open one. From
// the rename on an error is a failed write; the old file is then read further.
func (s *Store) replace(path string, head domain.Head) error {
	rest, err := os.OpenFile(path, os.O_WRONLY, 0) // to wipe what is left of the old file
	if err != nil {
		return err
	}
	if err := install(path); err != nil {
		_ = rest.Close()
		return s.fail(err)
	}
	db, file, err := openBolt(path)
	if err != nil {
		_ = rest.Close()
		return s.fail(err)
	}
	s.mu.Lock()
	old := s.db
	s.db, s.file, s.head = db, file, head
	s.wake()
	s.mu.Unlock()
	s.allocated = 0
	s.leaving.Go(func() {
		err := guarded(old.Close) // waits for its readers
		if err := errors.Join(err, wipe(rest)); err != nil {
			s.log.Warn("the file from before a redaction was removed but not overwritten", "error", err)
		}
	})
	return nil
}

// wipe overwrites and closes a file that has no name any more. That is as far
// as a program can go; what the disk keeps of it is beyond reach.
func wipe(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	zeros := make([]byte, 1<<20)
	for at := int64(0); err == nil && at < info.Size(); at += int64(len(zeros)) {
		_, err = f.WriteAt(zeros[:min(int64(len(zeros)), info.Size()-at)], at)
	}
	return errors.Join(err, f.Sync(), f.Close())
}
