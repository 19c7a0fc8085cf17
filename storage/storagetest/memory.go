package storagetest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"sync"

	"kommunebilde/domain"
)

// Memory is a journal in memory. Its methods may be called by several
// goroutines.
type Memory struct {
	disk *memoryDisk

	mu      sync.Mutex
	closed  bool
	failed  error // why nothing more is taken
	shown   int   // how many records followers may see, once failed
	full    bool  // see Fill
	next    error // what the next Append fails with
	late    bool  // and whether it stores the records nevertheless
	gate    chan struct{}
	waiting chan struct{} // closed when an Append waits at the gate
	grown   chan struct{} // closed and replaced whenever a follower should look again
}

// memoryDisk is what stays when a Memory is closed and opened again.
type memoryDisk struct {
	kinds   domain.Kinds
	epoch   domain.Epoch
	entries []memoryEntry
}

type memoryEntry struct {
	hash  domain.Hash
	body  []byte
	texts []domain.StoredText
}

var _ domain.Journal = (*Memory)(nil)

// NewMemory returns an empty journal of such events, with an epoch of its own.
func NewMemory(kinds domain.Kinds) *Memory {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return openMemory(&memoryDisk{kinds: kinds, epoch: domain.Epoch(hex.EncodeToString(b[:]))})
}

func openMemory(d *memoryDisk) *Memory {
	return &Memory{disk: d, grown: make(chan struct{})}
}

// Reopen closes m, if it is open, and returns a journal with what m stored, as
// a restart of the process would. Failures do not outlive it.
func (m *Memory) Reopen() *Memory {
	_ = m.Close()
	return openMemory(m.disk)
}

// Close ends every Follow with ErrClosed.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed {
		m.closed = true
		m.wake()
	}
	return nil
}

// FailNext makes the next Append or Redact fail with err. Nothing of it is
// stored, and nothing more is taken until the journal is opened again.
func (m *Memory) FailNext(err error) { m.failNext(err, false) }

// FailNextLate makes the next Append or Redact fail with err although its
// records are stored: the other half of an unknown outcome. Followers see the
// records only after the journal is opened again.
func (m *Memory) FailNextLate(err error) { m.failNext(err, true) }

func (m *Memory) failNext(err error, late bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next, m.late = err, late
}

// Fill makes every Append and Redact fail as on a full disk, with nothing kept,
// until room is made.
func (m *Memory) Fill() (room func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.full = true
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.full = false
	}
}

// Hold makes every Append and Redact from now on wait, as on a slow disk,
// until release is called. waiting is closed when the first one has come.
func (m *Memory) Hold() (waiting <-chan struct{}, release func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	gate, came := make(chan struct{}), make(chan struct{})
	m.gate, m.waiting = gate, came
	return came, sync.OnceFunc(func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.gate == gate {
			m.gate, m.waiting = nil, nil
		}
		close(gate)
	})
}

// Append implements [domain.Journal].
func (m *Memory) Append(ctx context.Context, recs []domain.Record) error {
	return m.commit(ctx, recs, nil)
}

// Redact implements [domain.Journal].
func (m *Memory) Redact(ctx context.Context, r domain.Record, texts []domain.TextID) error {
	return m.commit(ctx, []domain.Record{r}, texts)
}

func (m *Memory) commit(ctx context.Context, recs []domain.Record, gone []domain.TextID) error {
	if err := m.pass(ctx); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed:
		return domain.ErrClosed
	case m.failed != nil:
		return fmt.Errorf("after an earlier failure: %w", m.failed)
	}
	if _, err := domain.CheckGroup(head(m.disk.epoch, m.disk.entries), recs); err != nil {
		return err
	}
	if err := m.disk.checkRedaction(recs, gone); err != nil {
		return err
	}
	if m.full {
		return &domain.Error{Code: domain.Unavailable, Msg: "storage.full"}
	}
	if m.next != nil {
		m.failed, m.next, m.shown = m.next, nil, len(m.disk.entries)
		if m.late {
			m.disk.store(recs, gone)
		}
		return m.failed
	}
	m.disk.store(recs, gone)
	m.wake()
	return nil
}

// pass waits at the gate, if there is one.
func (m *Memory) pass(ctx context.Context) error {
	m.mu.Lock()
	gate := m.gate
	if m.waiting != nil {
		close(m.waiting)
		m.waiting = nil
	}
	m.mu.Unlock()
	if gate == nil {
		return ctx.Err()
	}
	select {
	case <-gate:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// wake lets followers look again. m.mu is held.
func (m *Memory) wake() {
	close(m.grown)
	m.grown = make(chan struct{})
}

// Head implements [domain.Journal].
func (m *Memory) Head(ctx context.Context) (domain.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return domain.Head{}, domain.ErrClosed
	}
	return head(m.disk.epoch, m.visible()), ctx.Err()
}

// Follow implements [domain.Journal].
func (m *Memory) Follow(ctx context.Context, after domain.Revision) iter.Seq2[domain.Record, error] {
	return func(yield func(domain.Record, error) bool) {
		for ctx.Err() == nil {
			prev, entries, grown, err := m.read(after)
			if err != nil {
				yield(domain.Record{}, err)
				return
			}
			for _, e := range entries {
				if ctx.Err() != nil {
					return
				}
				r, err := domain.OpenRecord(m.disk.kinds, prev, e.hash, e.body, e.texts)
				if err != nil {
					yield(domain.Record{}, err)
					return
				}
				if !yield(r, nil) {
					return
				}
				prev, after = e.hash, after+1
			}
			if len(entries) > 0 {
				continue
			}
			select {
			case <-grown:
			case <-ctx.Done():
			}
		}
	}
}

// read copies up to 1,000 entries after a revision, and the channel that tells
// when there are more.
func (m *Memory) read(after domain.Revision) (prev domain.Hash, out []memoryEntry, grown <-chan struct{}, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	entries := m.visible()
	switch {
	case m.closed:
		return prev, nil, nil, domain.ErrClosed
	case after > domain.Revision(len(entries)):
		return prev, nil, nil, fmt.Errorf("follow after %d: the journal ends at %d", after, len(entries))
	}
	if after > 0 {
		prev = entries[after-1].hash
	}
	for _, e := range entries[after:min(len(entries), int(after)+1000)] {
		e.body, e.texts = slices.Clone(e.body), slices.Clone(e.texts)
		out = append(out, e)
	}
	return prev, out, m.grown, nil
}

// visible returns what was acknowledged. m.mu is held.
func (m *Memory) visible() []memoryEntry {
	if m.failed != nil {
		return m.disk.entries[:m.shown]
	}
	return m.disk.entries
}

func head(epoch domain.Epoch, entries []memoryEntry) domain.Head {
	h := domain.Head{Revision: domain.Revision(len(entries)), Epoch: epoch}
	if n := len(entries); n > 0 {
		h.Hash = entries[n-1].hash
	}
	return h
}

func (d *memoryDisk) store(recs []domain.Record, gone []domain.TextID) {
	for _, r := range recs {
		d.entries = append(d.entries, memoryEntry{r.Hash, slices.Clone(r.Body), slices.Clone(r.Texts)})
	}
	for _, id := range gone {
		d.entries[id.Revision-1].texts[id.N] = domain.StoredText{Gone: true}
	}
}

// checkRedaction reports whether there are such texts, and whether the record
// says that they are taken out.
func (d *memoryDisk) checkRedaction(recs []domain.Record, gone []domain.TextID) error {
	said := recs[len(recs)-1].Removes()
	for _, id := range gone {
		if !slices.Contains(said, id) {
			return fmt.Errorf("redact text %s: the record does not say so", id)
		}
		at := int(id.Revision) - 1
		if at < 0 || at >= len(d.entries) || id.N < 0 || id.N >= len(d.entries[at].texts) {
			return fmt.Errorf("redact text %s: there is no such text", id)
		}
	}
	return nil
}
