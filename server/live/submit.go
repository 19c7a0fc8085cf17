package live

import (
	"context"
	"sync/atomic"
	"time"

	"kommunebilde/domain"
)

// Result is what became of a command that was accepted. It is durable.
type Result struct {
	Revision      domain.Revision // the journal's
	BoardRevision domain.Revision // 0 if no board was touched
	Over          []Over
}

// Over is another's young change that a click won over.
type Over struct {
	Municipality domain.MunicipalityID
	Column       domain.ColumnID
	By           domain.AccountID
	Level        domain.Level
}

// job is a command on its way.
type job struct {
	by     domain.Actor
	req    domain.RequestID
	cmd    domain.Command
	issued time.Time    // zero where nobody said
	taken  atomic.Int32 // waiting, taken by the Clerk or given up by the caller
	answer chan outcome // holds one
}

const (
	jobWaiting = iota
	jobTaken
	jobGivenUp
)

func (j *job) claim(as int32) bool { return j.taken.CompareAndSwap(jobWaiting, as) }

type outcome struct {
	result Result
	err    error
}

// Submit has a command judged and kept. nil means that it is durable and
// published; the error is that of [domain.Decide], or
//
//   - Unavailable "busy": the queue is full, or ctx ended before the command's
//     turn came. It did not happen and will not.
//   - Unavailable "answer.unknown": ctx ended while it was being kept. It may
//     have happened; the same request id tells.
//   - Unavailable "storage.failed": nothing is written any more. A command that
//     was under way may have happened.
//   - Unavailable "closing": the Clerk is being closed. It did not happen.
//   - Conflict "request.reused": the account sent another command with this
//     request id less than ten minutes ago.
//
// A command sent again with its request id gets the first answer again and
// happens once, also while the first is under way. A refused command is not
// remembered: it may be sent again and is judged again. req may be empty.
func (c *Clerk) Submit(ctx context.Context, by domain.Actor, req domain.RequestID, cmd domain.Command) (Result, error) {
	return c.SubmitIssued(ctx, by, req, cmd, time.Time{})
}

// SubmitIssued is [Clerk.Submit] for a command that somebody issued at a time, by
// the server's clock. One that was not kept before must be in time; a
// repeat of one that was is answered at any age.
func (c *Clerk) SubmitIssued(ctx context.Context, by domain.Actor, req domain.RequestID, cmd domain.Command, issued time.Time) (Result, error) {
	if err := c.Failed(); err != nil {
		return Result{}, unavailable("storage.failed", err)
	}
	j := &job{by: by, req: req, cmd: cmd, issued: issued, answer: make(chan outcome, 1)}
	if err := c.enqueue(j); err != nil {
		return Result{}, err
	}
	select {
	case a := <-j.answer:
		return a.result, a.err
	case <-ctx.Done():
	}
	if j.claim(jobGivenUp) {
		return Result{}, unavailable("busy", ctx.Err())
	}
	select {
	case a := <-j.answer: // it came at the same time
		return a.result, a.err
	default:
		return Result{}, unavailable("answer.unknown", ctx.Err())
	}
}

func (c *Clerk) enqueue(j *job) error {
	c.gate.RLock()
	defer c.gate.RUnlock()
	if c.closed {
		return unavailable("closing", ErrClosed)
	}
	select {
	case c.queue <- j:
		return nil
	default:
		return unavailable("busy", nil)
	}
}
