package storage

import (
	"fmt"
	"math/bits"
	"syscall"

	bolt "go.etcd.io/bbolt"
)

const (
	allocationStep = 4 << 20 // room is taken from the disk in steps
	boltStep       = 16 << 20
	boltLeast      = 32 << 10
	sparePages     = 128 // branches, free list, roots, copies of the last leaves
)

// reserve makes sure that a transaction which puts size bytes finds room, so
// that a full disk is a refusal and not a write that failed half-way.
func (s *Store) reserve(size int) error {
	need, err := s.highWater()
	if err != nil {
		return err
	}
	stats := s.db.Stats()
	need += 2*int64(size) + 2*int64(stats.FreelistInuse) + sparePages*int64(s.db.Info().PageSize)
	if limit := maxFileSize(); uint64(boltLength(need)) > limit {
		return fmt.Errorf("%s would exceed %d bytes: %w", journalName, limit, syscall.EFBIG)
	}
	if need <= s.allocated {
		return nil
	}
	need = (need + allocationStep - 1) / allocationStep * allocationStep
	if err := allocate(s.file, need); err != nil {
		return fmt.Errorf("room for %d bytes: %w", need, err)
	}
	s.allocated = need
	return nil
}

// highWater returns how much of the file bbolt has used so far.
func (s *Store) highWater() (n int64, err error) {
	err = guarded(func() error {
		return s.db.View(func(tx *bolt.Tx) error { n = tx.Size(); return nil })
	})
	return n, err
}

// boltLength is how long bbolt makes a file that must hold n bytes: the next
// power of two, later in steps.
func boltLength(n int64) int64 {
	if n <= boltLeast {
		return boltLeast
	}
	if p := int64(1) << bits.Len64(uint64(n-1)); p <= boltStep {
		return p
	}
	return n + boltStep
}
