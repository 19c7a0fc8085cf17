package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
)

// Restore makes a data folder of a backup. dir must be empty or not there. The
// journal begins a new epoch; what waited in the outbox is uncertain, since it may have
// been sent after the backup; sessions of browsers are left out, since one that
// was ended after the backup would live again (for the same reason tokens
// should be looked through). When Restore fails the folder is empty again.
func Restore(archive, dir string, kinds domain.Kinds) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("restore %s into %s: %w", archive, dir, err)
		}
	}()
	if err := makeFolder(dir); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != "lost+found" { // a new file system is made with it
			return fmt.Errorf("the folder is not empty, it has %s: give one that is new or empty (--data DIR)", e.Name())
		}
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	partial := filepath.Join(dir, restoreName)
	if err := restoreTo(archive, partial, kinds); err != nil {
		return errors.Join(err, clean(partial), os.RemoveAll(filepath.Join(dir, blobsName)), clean(filepath.Join(dir, lockName)))
	}
	if err := writeMarker(dir); err != nil {
		return err
	}
	if err := os.Rename(partial, filepath.Join(dir, journalName)); err != nil {
		return err
	}
	return syncFolder(dir)
}

func clean(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// restoreTo unpacks the journal, verifies it, and makes it one of no folder:
// the first that opens it gives it a new epoch.
func restoreTo(archive, path string, kinds domain.Kinds) error {
	in, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	m, err := unpack(in, out, restoreBlob(filepath.Dir(path)))
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return err
	}
	if _, err := verifyCopy(context.Background(), path, kinds, m.Revision, m.Hash); err != nil {
		return err
	}
	s, err := openCopy(path, kinds)
	if err != nil {
		return err
	}
	return errors.Join(s.forget(), s.Close())
}

// forget takes out what belongs to the folder that a copy came from.
func (s *Store) forget() error {
	sessions, err := s.Sessions()
	if err != nil {
		return err
	}
	var ended []domain.Hash
	for _, v := range sessions {
		if !v.Token {
			ended = append(ended, v.Key)
		}
	}
	if err := s.DropSessions(ended); err != nil {
		return err
	}
	if err := s.doubtWork(); err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.update(0, func(tx *bolt.Tx) error {
		a, err := readAbout(tx)
		if err != nil {
			return err
		}
		a.folder, a.head.Epoch = "", newEpoch()
		return a.write(tx)
	})
}
