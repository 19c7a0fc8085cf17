package storage

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"kommunebilde/domain"
)

// unnamedFor is how long a file is kept that no record names.
const unnamedFor = 90 * 24 * time.Hour

// sweeping is what the last sweep knew, so that the next reads only what came since.
type sweeping struct {
	mu    sync.Mutex
	files mentioned
	head  domain.Head
}

// SweepFiles removes files that somebody sent and that no record names, once they have
// lain for 90 days since they were sent or were last about to be named (see
// [Blobs.Renew]). A file that any record names stays, whatever its record says now. It
// tells how many it removed; where it fails it has removed some of them, and the next
// sweep goes on.
func (s *Store) SweepFiles(ctx context.Context, now time.Time) (removed int, err error) {
	old, err := s.blobs.before(now.Add(-unnamedFor))
	if err != nil || len(old) == 0 {
		return 0, err
	}
	s.swept.mu.Lock()
	defer s.swept.mu.Unlock()
	if err := s.readMentions(ctx); err != nil {
		return 0, err
	}
	for _, sum := range old {
		gone, err := s.sweep(ctx, sum, now.Add(-unnamedFor))
		if err != nil {
			return removed, err
		}
		if gone {
			removed++
		}
	}
	return removed, nil
}

// sweep removes one file, unless a record names it: none comes meanwhile, and whoever has
// one to write waits for one file only. s.swept.mu is held.
func (s *Store) sweep(ctx context.Context, sum domain.Hash, then time.Time) (gone bool, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.readMentions(ctx); err != nil || s.swept.files.named[sum] != 0 {
		return false, err
	}
	return s.blobs.removeBefore(sum, then)
}

// readMentions reads the records since the last sweep for the files that they name.
// s.swept.mu is held.
func (s *Store) readMentions(ctx context.Context) error {
	if s.swept.files.named == nil {
		s.swept.files = mentioned{named: map[domain.Hash]domain.Revision{}, removed: map[domain.Hash]bool{}}
	}
	for ctx.Err() == nil {
		b, err := s.read(s.swept.head.Revision)
		if err != nil {
			return err
		}
		if len(b.records) == 0 {
			return nil
		}
		for _, stored := range b.records {
			rec, err := stored.open(s.kinds, s.swept.head.Hash)
			if err != nil {
				return err
			}
			s.swept.files.note(rec)
			s.swept.head.Revision, s.swept.head.Hash = rec.Revision, rec.Hash
		}
	}
	return ctx.Err()
}

// before lists the files that were sent, or renewed, before a time.
func (b *Blobs) before(then time.Time) (list []domain.Hash, err error) {
	for one, err := range b.All() {
		if err != nil {
			return nil, err
		}
		info, err := os.Lstat(b.path(one.Sum))
		if err == nil && info.ModTime().Before(then) {
			list = append(list, one.Sum)
		}
	}
	return list, nil
}

// removeBefore removes a file that still is as old. It waits for nobody: while a copy is
// made the file stays.
func (b *Blobs) removeBefore(sum domain.Hash, then time.Time) (gone bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	info, err := os.Lstat(b.path(sum))
	if b.held > 0 || err != nil || !info.ModTime().Before(then) {
		return false, nil // one that is no longer there is gone by somebody else
	}
	if err := os.Remove(b.path(sum)); err != nil {
		return false, fmt.Errorf("remove the file %s: %w", sum, err)
	}
	b.used -= info.Size()
	return true, syncFolder(b.dir)
}

// Renew makes a file as new as one that is sent now: a command is about to name it, and
// no sweep may take it away meanwhile.
func (b *Blobs) Renew(sum domain.Hash) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.renew(sum)
}

func (b *Blobs) renew(sum domain.Hash) error {
	now := time.Now()
	return os.Chtimes(b.path(sum), now, now)
}
