package auth

import (
	"context"
	"sort"
	"strconv"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

const (
	trailBatch = 1000
	trailLook  = 100_000 // traces that one search looks through
	trailPrune = 2000    // traces that one transaction takes away
)

// TraceQuery asks the audit log. What is zero asks for all.
type TraceQuery struct {
	Who          domain.AccountID // who did it, or to whom it was done
	What         audit.Kind
	Board        domain.BoardID
	Municipality domain.MunicipalityID
	From, To     time.Time // To is not in it
	Before       audit.Seq // older than this one; 0: from the newest
	Limit        int       // 0: as many as there are
}

// Found is what a search came to. One whose hash does not match has Altered
// set, and is no more than its number.
type Found struct {
	audit.Trace
	Altered bool
}

// Search returns traces, the newest first. next is where to go on, 0 when there
// are no older ones. A search looks through a hundred thousand at a time.
func (t *Trail) Search(ctx context.Context, q TraceQuery) (found []Found, next audit.Seq, err error) {
	next, err = t.start(q)
	for looked := 0; err == nil && next > 1 && looked < trailLook; {
		var batch []audit.Trace
		if batch, err = t.store.Traces(next, trailBatch); err != nil || len(batch) == 0 {
			return found, 0, err
		}
		if err := ctx.Err(); err != nil {
			return found, next, unavailable("http.busy", err)
		}
		for _, s := range batch {
			looked++
			next = s.Seq
			one, err := audit.Open(s.Prev, s.Hash, s.Body, s.Texts...)
			if err == nil && one.Seq != s.Seq {
				err = domain.ErrCorrupt
			}
			if err != nil {
				t.log.Error("trace altered", "seq", strconv.FormatUint(uint64(s.Seq), 10), "error", err)
				found = append(found, Found{Trace: s, Altered: true})
			} else if !q.From.IsZero() && one.At.Before(q.From) {
				return found, 0, nil
			} else if q.asksFor(one) {
				found = append(found, Found{Trace: one})
			}
			if q.Limit > 0 && len(found) == q.Limit {
				return found, t.older(next), nil
			}
		}
	}
	return found, t.older(next), err
}

// older returns next if there is a trace before it, else 0.
func (t *Trail) older(next audit.Seq) audit.Seq {
	if gone, _, err := t.store.TraceEnds(); err == nil && next > gone.Seq+1 {
		return next
	}
	return 0
}

// start returns the number before which a search begins. Times never go back
// along the log, so that To is found by halving.
func (t *Trail) start(q TraceQuery) (audit.Seq, error) {
	gone, last, err := t.store.TraceEnds()
	if err != nil {
		return 0, err
	}
	start := last.Seq + 1
	if !q.To.IsZero() {
		if start, err = t.since(gone.Seq, last.Seq, q.To); err != nil {
			return 0, err
		}
	}
	if q.Before > 0 {
		start = min(start, q.Before)
	}
	return start, nil
}

// since returns the first trace after gone that is not before a time, last+1 if
// there is none.
func (t *Trail) since(gone, last audit.Seq, at time.Time) (audit.Seq, error) {
	var failed error
	n := sort.Search(int(last-gone), func(i int) bool {
		batch, err := t.store.Traces(gone+audit.Seq(i)+2, 1)
		if err != nil || len(batch) == 0 {
			failed = err
			return true
		}
		one, err := audit.Open(batch[0].Prev, batch[0].Hash, batch[0].Body)
		return err == nil && !one.At.Before(at)
	})
	return gone + audit.Seq(n) + 1, failed
}

func (q TraceQuery) asksFor(t audit.Trace) bool {
	return (q.Who == "" || t.Who == q.Who || t.Whom == q.Who) &&
		(q.What == "" || t.What == q.What) &&
		(q.Board == "" || t.Board == q.Board) &&
		(q.Municipality == "" || t.Municipality == q.Municipality)
}

// prune takes away what is older than it is kept, a part at a time: each leaves
// a trace that says up to which. A log whose newest trace is that old is left as
// it is: rather than two years of silence it is a clock that is wrong.
func (t *Trail) prune() {
	if t.keep <= 0 {
		return
	}
	cutoff := t.now().Add(-t.keep)
	for !t.lastAt.Before(cutoff) {
		gone, last, err := t.store.TraceEnds()
		var first audit.Seq
		if err == nil {
			first, err = t.since(gone.Seq, last.Seq, cutoff)
		}
		upto := min(first-1, gone.Seq+trailPrune)
		if err != nil || upto <= gone.Seq {
			return
		}
		batch, err := t.store.Traces(upto+1, 1)
		if err != nil || len(batch) == 0 {
			return
		}
		end := batch[0].End()
		s := &step{trace: audit.Trace{What: audit.Pruned, At: t.now(), Upto: &end, Count: int(upto - gone.Seq)}}
		if err := t.append([]*step{s}); err != nil {
			t.log.Error("old traces not taken away", "error", err)
			return
		}
		t.log.Info("old traces taken away", "traces", int(upto-gone.Seq))
	}
}
