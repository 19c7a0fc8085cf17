package live

import (
	"context"
	"fmt"
	"iter"
	"log/slog"

	"kommunebilde/domain"
)

// tailRecords is how many of the newest records are applied one by one at the
// start, so that screens which were connected before it resume where they were.
const tailRecords = 256

// replay makes the state of the journal's head and fills the rings with the
// newest steps.
func (c *Clerk) replay(ctx context.Context) error {
	c.clock = c.o.Now()
	head, err := c.o.Journal.Head(ctx)
	if err != nil {
		return fmt.Errorf("head: %w", err)
	}
	floor := head.Revision - min(head.Revision, tailRecords)
	s, err := domain.NewState(head.Epoch).Replay(c.stored(ctx, 0, floor))
	if err != nil {
		return err
	}
	c.show(s, nil)
	for r, err := range c.stored(ctx, floor, head.Revision) {
		if err != nil {
			return err
		}
		if s, err = s.Apply(r); err != nil {
			return err
		}
		c.show(s, []domain.Record{r})
	}
	if s.Head() != head {
		return fmt.Errorf("replay ends at %d, the journal at %d: %w", s.Head().Revision, head.Revision, domain.ErrCorrupt)
	}
	c.state.Store(s)
	c.wake()
	c.metrics.revision.Set(float64(head.Revision))
	c.o.Log.LogAttrs(ctx, slog.LevelInfo, "journal replayed", slog.Uint64("revision", uint64(head.Revision)))
	return nil
}

// stored yields the records in (after, last]; it never waits for new ones.
func (c *Clerk) stored(ctx context.Context, after, last domain.Revision) iter.Seq2[domain.Record, error] {
	return func(yield func(domain.Record, error) bool) {
		if after >= last {
			return
		}
		now := c.o.Now()
		at := after
		for r, err := range c.o.Journal.Follow(ctx, after) {
			if err == nil {
				at = r.Revision
				c.requests.replayed(r, now)
			}
			if !yield(r, err) || err != nil || r.Revision >= last {
				return
			}
		}
		yield(domain.Record{}, fmt.Errorf("the journal ended at %d of %d: %w", at, last, ctx.Err()))
	}
}
