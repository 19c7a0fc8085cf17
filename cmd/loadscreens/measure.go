package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// patience is how long a change may take to the last screen.
const patience = 15 * time.Second

// crowd is all screens of one measurement.
type crowd struct {
	cfg     config
	lead    *lead
	screens []*screen
	reading sync.WaitGroup
	server  process
	floor   *floor
}

func measure(ctx context.Context, cfg config, n int) (r result, err error) {
	c := &crowd{cfg: cfg, server: process(cfg.pid)}
	if c.lead, err = newLead(ctx, cfg); err != nil {
		return r, err
	}
	leave, err := c.lead.meet(ctx)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, leave()) }()
	r = result{Screens: n, Changes: cfg.changes, Burst: cfg.burst}
	empty, err := c.memory(ctx)
	if err != nil {
		return r, err
	}
	defer c.hangUp()
	if err := c.connect(ctx, n, &r); err != nil {
		return r, err
	}
	if cfg.floor {
		if c.floor, err = startFloor(ctx, n); err != nil {
			return r, fmt.Errorf("the floor: %w", err)
		}
		defer c.floor.stop()
	}
	if err := c.warm(ctx); err != nil {
		return r, err
	}
	full, err := c.memory(ctx)
	if err != nil {
		return r, err
	}
	r.Memory = (full - empty) / 1000 / float64(n)
	single, err := c.changes(ctx, &r)
	if err != nil {
		return r, err
	}
	if cfg.burst > 0 {
		if err := c.bursts(ctx, single, &r); err != nil {
			return r, err
		}
	}
	c.hangUp()
	for _, s := range c.screens {
		r.Missed += s.missed
		r.Doubled += s.doubled
	}
	return r, nil
}

// connect opens all screens, sixteen at a time.
func (c *crowd) connect(ctx context.Context, n int, r *result) error {
	at, err := c.lead.position(ctx)
	if err != nil {
		return err
	}
	begun := time.Now()
	c.screens = make([]*screen, n)
	errs := make([]error, n)
	places := make(chan struct{}, 16)
	var wg sync.WaitGroup
	for i := range n {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			if ctx.Err() == nil {
				c.screens[i], errs[i] = connect(ctx, c.cfg, i, at)
			}
		})
	}
	wg.Wait()
	c.screens = slices.DeleteFunc(c.screens, func(s *screen) bool { return s == nil })
	for _, s := range c.screens {
		c.reading.Go(s.read)
	}
	r.Connect = ms(time.Since(begun))
	if failed := errors.Join(slices.DeleteFunc(errs, func(e error) bool { return e == nil })...); failed != nil {
		return fmt.Errorf("%d of %d connected: %.500s", len(c.screens), n, failed.Error())
	}
	return ctx.Err()
}

// hangUp ends all screens and waits for their readers.
func (c *crowd) hangUp() {
	for _, s := range c.screens {
		_ = s.conn.Close()
	}
	c.reading.Wait()
}

// warm makes a few changes that are not counted, so that connections, code and
// memory are there.
func (c *crowd) warm(ctx context.Context) error {
	for range 3 {
		a, err := c.lead.command(ctx, c.lead.next())
		if err != nil {
			return err
		}
		if err := c.reach(ctx, a.Rev); err != nil {
			return err
		}
		if c.floor != nil {
			if _, _, err := c.floor.write(ctx, 300); err != nil {
				return err
			}
		}
	}
	return c.pause(ctx, 100*time.Millisecond)
}

// reach waits until every screen has a revision.
func (c *crowd) reach(ctx context.Context, rev uint64) error {
	behind := func() (n int) {
		for _, s := range c.screens {
			if s.rev.Load() < rev {
				n++
			}
		}
		return n
	}
	if err := until(ctx, func() bool { return behind() == 0 }); err != nil {
		return fmt.Errorf("%d of %d screens wait for revision %d: %w; %s", behind(), len(c.screens), rev, err, c.ended())
	}
	return nil
}

// ended tells why screens were closed.
func (c *crowd) ended() string {
	c.hangUp()
	for _, s := range c.screens {
		if s.closed != "" {
			return "one was closed: " + s.closed
		}
	}
	return "none was closed"
}

// until waits for something, looking every other millisecond.
func until(ctx context.Context, done func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	t := time.NewTicker(2 * time.Millisecond)
	defer t.Stop()
	for !done() {
		select {
		case <-t.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (c *crowd) pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// spent returns the server's CPU for what f does, 0 if it is not known.
func (c *crowd) spent(f func() error) (time.Duration, error) {
	if c.server == 0 {
		return 0, f()
	}
	before, err := c.server.cpu()
	if err != nil {
		return 0, err
	}
	if err := f(); err != nil {
		return 0, err
	}
	after, err := c.server.cpu()
	return after - before, err
}

// delivered returns how many messages the screens have got, and their bytes.
func (c *crowd) delivered() (messages, bytes int64) {
	for _, s := range c.screens {
		messages += s.messages.Load()
		bytes += s.bytes.Load()
	}
	return messages, bytes
}

// posted is one change: its revision, when it was sent and answered.
type posted struct {
	rev            uint64
	sent, answered time.Time
}

func (c *crowd) post(ctx context.Context, cmd map[string]any) (p posted, err error) {
	p.sent = time.Now()
	a, err := c.lead.command(ctx, cmd)
	p.rev, p.answered = a.Rev, time.Now()
	return p, err
}

// changes makes one change after the other, and in turn has the floor write as
// many bytes. It returns the server's CPU for one.
func (c *crowd) changes(ctx context.Context, r *result) (single time.Duration, err error) {
	messages, bytes := c.delivered()
	begun, size := time.Now(), 300
	var all []posted
	var cpu, floor time.Duration
	var floors, lasts, sents []time.Duration
	for i := range c.cfg.changes {
		if err := c.pause(ctx, time.Until(begun.Add(time.Duration(float64(i)/c.cfg.rate*float64(time.Second))))); err != nil {
			return 0, err
		}
		var p posted
		used, err := c.spent(func() (err error) {
			if p, err = c.post(ctx, c.lead.next()); err != nil {
				return err
			}
			return c.reach(ctx, p.rev)
		})
		if err != nil {
			return 0, err
		}
		cpu += used
		all = append(all, p)
		last := c.lastAt(p.rev)
		lasts, sents = append(lasts, max(last.Sub(p.answered), 0)), append(sents, last.Sub(p.sent))
		if c.floor != nil {
			if m, b := c.delivered(); m > messages {
				size = int((b - bytes) / (m - messages))
			}
			used, last, err := c.floor.write(ctx, size+4) // and a websocket's header
			if err != nil {
				return 0, err
			}
			floor += used
			floors = append(floors, last)
		}
	}
	m, b := c.delivered()
	r.Messages, r.Bytes = m-messages, float64(b-bytes)/float64(m-messages)
	r.Last, r.Sent, r.FloorMS = spreadOf(lasts), spreadOf(sents), spreadOf(floors)
	r.Each, r.Answer = c.each(all)
	per := func(d time.Duration, n int64) float64 { return float64(d.Nanoseconds()) / 1000 / float64(n) }
	r.CPU, r.Floor = per(cpu, r.Messages), per(floor, int64(len(c.screens)*c.cfg.changes))
	if r.Floor > 0 && r.CPU > 0 {
		r.Ratio = r.CPU / r.Floor
	}
	return cpu / time.Duration(c.cfg.changes), nil
}

// lastAt returns when the last screen had a revision.
func (c *crowd) lastAt(rev uint64) (last time.Time) {
	for _, s := range c.screens {
		if at := s.had(rev); at.After(last) {
			last = at
		}
	}
	return last
}

// had returns when a screen had a revision.
func (s *screen) had(rev uint64) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, _ := slices.BinarySearchFunc(s.arrivals, rev, func(a arrival, rev uint64) int {
		if a.rev < rev {
			return -1
		}
		return 1
	})
	if i == len(s.arrivals) {
		return time.Time{}
	}
	return s.arrivals[i].at
}

func (c *crowd) each(all []posted) (each, answer spread) {
	var delays, answers []time.Duration
	for _, p := range all {
		answers = append(answers, p.answered.Sub(p.sent))
		for _, s := range c.screens {
			delays = append(delays, max(s.had(p.rev).Sub(p.answered), 0))
		}
	}
	return spreadOf(delays), spreadOf(answers)
}

// How many changes and reads a second a server takes of one account in the long
// run.
const (
	accountChanges = 20
	accountReads   = 200
)

// bursts posts many changes at once, and compares the server's CPU with that of
// as many changes one at a time.
func (c *crowd) bursts(ctx context.Context, single time.Duration, r *result) error {
	const rounds = 5
	messages, _ := c.delivered()
	var cpu time.Duration
	var lasts []time.Duration
	for range rounds {
		if err := c.pause(ctx, max(200*time.Millisecond, time.Duration(c.cfg.burst)*time.Second/accountChanges)); err != nil {
			return err
		}
		all, errs := make([]posted, c.cfg.burst), make([]error, c.cfg.burst)
		used, err := c.spent(func() error {
			var wg sync.WaitGroup
			for i := range all {
				cmd := c.lead.next()
				wg.Go(func() { all[i], errs[i] = c.post(ctx, cmd) })
			}
			wg.Wait()
			if err := errors.Join(errs...); err != nil {
				return err
			}
			return c.reach(ctx, newest(all).rev)
		})
		if err != nil {
			return err
		}
		cpu += used
		p := newest(all)
		lasts = append(lasts, max(c.lastAt(p.rev).Sub(p.answered), 0))
	}
	m, _ := c.delivered()
	r.Joined = float64(m-messages) / float64(len(c.screens)) / rounds
	r.BurstMS = spreadOf(lasts)
	if single > 0 {
		r.BurstOne = float64(cpu/rounds) / float64(single*time.Duration(c.cfg.burst))
	}
	return nil
}

func newest(all []posted) posted {
	return slices.MaxFunc(all, func(a, b posted) int { return int(int64(a.rev) - int64(b.rev)) })
}
