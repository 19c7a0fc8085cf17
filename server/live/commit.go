package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"kommunebilde/domain"
)

// group is what is committed together.
type group struct {
	state   *domain.State // as it will be once the records are durable
	records []domain.Record
	bytes   int
	waiting []reply
	begun   time.Time
	took    time.Duration // until it was published
}

// reply is an answer that waits until what it rests on is durable.
type reply struct {
	job  *job
	seen *request // what was remembered of it, nil if nothing
	outcome
}

// remover is a command that takes texts out of the store.
type remover interface{ Removes() []domain.TextID }

// commit takes first and all that waits behind it, up to a group's limits, and
// keeps it.
func (c *Clerk) commit(first *job) {
	g := c.newGroup()
	for j := first; j != nil; j = c.following(g) {
		if !j.claim(jobTaken) {
			continue
		}
		if err := c.Failed(); err != nil {
			j.answer <- outcome{err: unavailable("storage.failed", err)}
			continue
		}
		if _, ok := j.cmd.(remover); ok {
			c.flush(g)
			g = c.redact(j)
			continue
		}
		g = c.add(g, j)
	}
	c.flush(g)
}

func (c *Clerk) newGroup() *group { return &group{state: c.State(), begun: time.Now()} }

// following returns the next command of a group, nil if the group is full or
// nobody waits.
func (c *Clerk) following(g *group) *job {
	if len(g.waiting) >= domain.MaxGroupCount || g.bytes >= domain.MaxGroup {
		return nil
	}
	select {
	case j := <-c.queue: // nil once it is closed and empty
		return j
	default:
		return nil
	}
}

// add judges a command. It returns the group that the command is in: another
// one if the record did not fit.
func (c *Clerk) add(g *group, j *job) *group {
	now := c.o.Now()
	if seen := c.requests.find(j, now); seen != nil {
		a := outcome{result: seen.result}
		if !seen.is(j.cmd) {
			a = outcome{err: &domain.Error{Code: domain.Conflict, Field: "request", Msg: "request.reused"}}
		}
		g.waiting = append(g.waiting, reply{job: j, outcome: a})
		return g
	}
	record, next, err := c.judge(g.state, j, now)
	if err != nil {
		g.waiting = append(g.waiting, reply{job: j, outcome: outcome{err: err}})
		return g
	}
	size := sizeOf(record)
	if g.bytes+size > domain.MaxGroup && len(g.records) > 0 {
		before := g.state
		c.flush(g)
		if g = c.newGroup(); g.state != before {
			// The storage did not take what this record rests on.
			g.waiting = append(g.waiting, reply{job: j, outcome: outcome{err: c.refusal()}})
			return g
		}
	}
	result := resultOf(record)
	g.records, g.bytes, g.state = append(g.records, record), g.bytes+size, next
	g.waiting = append(g.waiting, reply{job: j, seen: c.requests.add(j, result, now), outcome: outcome{result: result}})
	return g
}

// judge makes the record of a command and the state after it. A fault in a rule
// ends that command, not the process.
func (c *Clerk) judge(s *domain.State, j *job, now time.Time) (r domain.Record, next *domain.State, err error) {
	defer c.recovered(&err)
	if r, err = c.decide(s, j, now); err != nil {
		return r, nil, err
	}
	if next, err = s.Apply(r); err != nil {
		return r, nil, c.internal(fmt.Errorf("apply: %w", err))
	}
	return r, next, nil
}

func (c *Clerk) decide(s *domain.State, j *job, now time.Time) (domain.Record, error) {
	if err := inTime(j.issued, now); err != nil {
		return domain.Record{}, err
	}
	events, err := domain.Decide(s, j.by, j.cmd, now)
	if err != nil {
		return domain.Record{}, err
	}
	if len(events) == 0 {
		return domain.Record{}, c.internal(fmt.Errorf("%T led to nothing", j.cmd))
	}
	at := now
	if at.Before(s.At()) {
		at = s.At() // the clock went back: time in the journal does not
	}
	r, err := domain.Seal(s.Head(), at, j.by.ID, j.req, events, c.o.Salt)
	switch {
	case errors.Is(err, domain.ErrTooBig):
		return r, &domain.Error{Code: domain.Invalid, Msg: "record.big", Err: err}
	case err != nil:
		return r, c.internal(err)
	}
	return r, nil
}

// recovered turns a panic into an error. Only faults of the runtime are told by
// their words: another value may hold what a user wrote.
func (c *Clerk) recovered(err *error) {
	v := recover()
	if v == nil {
		return
	}
	cause := fmt.Errorf("panic of %T", v)
	if fault, ok := v.(runtime.Error); ok {
		cause = fmt.Errorf("panic: %w", fault)
	}
	c.o.Log.LogAttrs(context.Background(), slog.LevelError, "a rule panicked", slog.String("stack", string(debug.Stack())))
	*err = c.internal(cause)
}

func (c *Clerk) internal(cause error) error {
	c.o.Log.LogAttrs(context.Background(), slog.LevelError, "a command failed", slog.Any("error", cause))
	return &domain.Error{Code: domain.Internal, Msg: "internal", Err: cause}
}

// flush makes a group durable, publishes it and answers.
func (c *Clerk) flush(g *group) {
	if len(g.records) > 0 {
		err := c.o.Journal.Append(context.Background(), g.records)
		if err != nil {
			c.unkept(g, err)
			return
		}
		c.publish(g)
	}
	for _, r := range g.waiting {
		r.job.answer <- r.outcome
	}
	if len(g.records) > 0 {
		c.settle(g)
	}
}

// unkept answers a group that the journal did not take. A journal that answers
// with Unavailable says that nothing was written (a full disk, seen in time);
// after anything else the outcome is unknown.
func (c *Clerk) unkept(g *group, err error) {
	answered := err
	if domain.CodeOf(err) != domain.Unavailable {
		c.fail(err)
		answered = unavailable("storage.failed", err)
	} else {
		c.lacksRoom(err)
		c.o.Log.LogAttrs(context.Background(), slog.LevelWarn, "storage refused a group", slog.Int("records", len(g.records)), slog.Any("error", err))
	}
	for _, r := range g.waiting {
		if r.seen != nil {
			c.requests.forget(r.job)
		}
		r.job.answer <- outcome{err: answered}
	}
}

// refusal is what is told of a command whose group the journal did not take.
func (c *Clerk) refusal() error {
	if err := c.Full(); err != nil {
		return err
	}
	return unavailable("storage.failed", c.Failed())
}

// redact takes texts out. It is a group of its own: the journal does both in
// one transaction, and the texts leave memory only once they have left the disk.
// It returns the group that the next command is in.
func (c *Clerk) redact(j *job) *group {
	now, g := c.o.Now(), c.newGroup()
	if err := c.Failed(); err != nil {
		j.answer <- outcome{err: unavailable("storage.failed", err)}
		return g
	}
	if c.requests.find(j, now) != nil {
		return c.add(g, j)
	}
	r, err := c.judgeRedaction(g.state, j, now)
	if err != nil {
		j.answer <- outcome{err: err}
		return g
	}
	a := outcome{result: resultOf(r)}
	g.records = []domain.Record{r}
	g.waiting = []reply{{job: j, seen: c.requests.add(j, a.result, now), outcome: a}}
	if err := c.o.Journal.Redact(context.Background(), r, r.Removes()); err != nil {
		c.unkept(g, err)
		return c.newGroup()
	}
	if g.state, err = g.state.Apply(r); err != nil {
		c.fail(fmt.Errorf("apply a redaction that is stored: %w", err))
		j.answer <- outcome{err: unavailable("storage.failed", err)}
		return c.newGroup()
	}
	c.publish(g)
	j.answer <- a
	c.settle(g)
	return c.newGroup()
}

func (c *Clerk) judgeRedaction(s *domain.State, j *job, now time.Time) (r domain.Record, err error) {
	defer c.recovered(&err)
	return c.decide(s, j, now)
}

// publish shows a durable group: to the rings, then to readers of the state.
// A position that a page takes from the state is therefore never ahead of the
// ring.
func (c *Clerk) publish(g *group) {
	c.show(g.state, g.records)
	c.state.Store(g.state)
	c.hasSpace()
	g.took = time.Since(g.begun)
}

// settle is what a published group is not answered later for: the screens are
// woken, the clock set, the group counted.
func (c *Clerk) settle(g *group) {
	c.wake()
	c.sleep()
	head := g.state.Head()
	c.metrics.committed(head.Revision, len(g.records), g.took)
	c.o.Log.LogAttrs(context.Background(), slog.LevelInfo, "committed",
		slog.Uint64("revision", uint64(head.Revision)), slog.Int("records", len(g.records)), slog.Duration("took", g.took))
}

func sizeOf(r domain.Record) int {
	n := len(r.Body)
	for _, t := range r.Texts {
		n += len(t.Body) + len(t.Salt)
	}
	return n
}

// resultOf returns what the answer to a record's command says.
func resultOf(r domain.Record) Result {
	out := Result{Revision: r.Revision}
	for at, was := range r.Over() {
		out.Over = append(out.Over, Over{at.Municipality, at.Column, was.By, was.Level})
	}
	if r.TouchesBoard() {
		out.BoardRevision = r.Revision
	}
	return out
}
