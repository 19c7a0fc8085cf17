package storage

import (
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

// Findings are what Verify found to be whole.
type Findings struct {
	Head     domain.Head
	Records  int
	Texts    int // redacted ones included
	Redacted int
	Accounts int
	Sessions int
	Work     int // in the outbox
	Traces   int // of the audit log
	Trail    audit.End
	Bytes    int64 // of the file, as far as it is used

	Files     int   // that people have sent, each what its sum says
	FileBytes int64 // of them
	FilesGone int   // removed by a record
}

// Verify reads everything: the chain from the first record, each text against
// the hash in its record, that a missing text was redacted by a record, the
// checksums of accounts, sessions and the outbox, each file against its sum, that a file which a
// record names is there or was removed by one, the chain of the audit log with the names
// beside it, and the structure of the file. The error about the first fault is a
// [Damage]. Writers wait only while the structure is
// looked at.
func (s *Store) Verify(ctx context.Context) (Findings, error) {
	var r Findings
	files := mentioned{named: map[domain.Hash]domain.Revision{}, removed: map[domain.Hash]bool{}}
	if err := s.verifyJournal(ctx, &r, files); err != nil {
		return r, err
	}
	if s.blobs != nil { // those of a copy are checked where they are unpacked
		if err := s.blobs.verify(ctx, &r, files); err != nil {
			return r, err
		}
	}
	accounts, err := s.Accounts()
	if err != nil {
		return r, err
	}
	sessions, err := s.Sessions()
	if err != nil {
		return r, err
	}
	work, err := s.Outbox()
	if err != nil {
		return r, err
	}
	if _, err := s.Posts(); err != nil {
		return r, err
	}
	r.Accounts, r.Sessions, r.Work = len(accounts), len(sessions), len(work)
	err = s.view(func(tx *bolt.Tx) error {
		r.Traces, r.Trail, err = walkTraces(tx, nil)
		return err
	})
	if err != nil {
		return r, err
	}
	return r, s.verifyFile(&r)
}

// verifyFile looks at the structure of the file; nobody may write meanwhile.
func (s *Store) verifyFile(r *Findings) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	db, err := s.current()
	if err != nil {
		return err
	}
	err = s.view(func(tx *bolt.Tx) error {
		r.Bytes = tx.Size()
		_, err := readAbout(tx)
		return err
	})
	if err != nil {
		return err
	}
	return checkFile(db.Path())
}

func (s *Store) verifyJournal(ctx context.Context, r *Findings, files mentioned) error {
	missing := map[domain.TextID]int64{} // where their records lie
	for {
		b, err := s.read(r.Head.Revision)
		if err == nil && b.prev != r.Head.Hash && len(b.records) > 0 {
			err = damaged(fmt.Sprintf("record %d", r.Head.Revision), -1, errors.New("it changed while it was read"))
		}
		for _, stored := range b.records {
			if err := ctx.Err(); err != nil {
				return err
			}
			rec, err := stored.open(s.kinds, r.Head.Hash)
			if err != nil {
				return err
			}
			for n, t := range rec.Texts {
				if t.Gone {
					r.Redacted++
					missing[domain.TextID{Revision: rec.Revision, N: n}] = stored.offset
				}
			}
			for _, id := range rec.Removes() {
				delete(missing, id)
			}
			files.note(rec)
			r.Head.Revision, r.Head.Hash = rec.Revision, rec.Hash
			r.Records++
			r.Texts += len(rec.Texts)
		}
		if err != nil {
			return err
		}
		if len(b.records) == 0 {
			break
		}
	}
	for id, offset := range missing {
		return damaged("text "+id.String(), offset, errors.New("it is missing, and no record says that it was redacted"))
	}
	head, err := s.Head(ctx)
	r.Head.Epoch = head.Epoch
	return err
}

// HashOf returns the hash of one record, to be held against what somebody has
// written down. It reads that record alone: whether what comes before it is
// whole, Verify tells.
func (s *Store) HashOf(ctx context.Context, r domain.Revision) (domain.Hash, error) {
	head, err := s.Head(ctx)
	if err != nil {
		return domain.Hash{}, err
	}
	if r == 0 || r > head.Revision {
		return domain.Hash{}, fmt.Errorf("there is no record %d: the journal ends at %d", r, head.Revision)
	}
	for rec, err := range s.Follow(ctx, r-1) {
		return rec.Hash, err
	}
	return domain.Hash{}, ctx.Err()
}
