package live

import (
	"context"
	"sync"

	"kommunebilde/domain"
	"kommunebilde/storage/storagetest"
)

// counted is a journal that tells how it was called, and that can be full.
type counted struct {
	*storagetest.Memory
	mu     sync.Mutex
	groups []int // records in each Append that was tried
	full   int   // how many of the next Appends are refused
}

var errFull = &domain.Error{Code: domain.Unavailable, Msg: "storage.full"}

func (j *counted) Append(ctx context.Context, recs []domain.Record) error {
	j.mu.Lock()
	j.groups = append(j.groups, len(recs))
	refuse := j.full > 0
	if refuse {
		j.full--
	}
	j.mu.Unlock()
	if refuse {
		return errFull
	}
	return j.Memory.Append(ctx, recs)
}

func (j *counted) calls() []int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]int(nil), j.groups...)
}
