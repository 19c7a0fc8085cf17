package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

// TraceStore keeps an audit log, as storage.Store does.
type TraceStore interface {
	TraceEnds() (gone, last audit.End, err error)
	AppendTraces([]audit.Trace) error
	Traces(before audit.Seq, n int) ([]audit.Trace, error)
}

// TraceLog is an audit log in memory. The zero value is empty.
type TraceLog struct {
	mu     sync.Mutex
	gone   audit.End
	traces []audit.Trace
	err    error
	groups int
}

var _ TraceStore = (*TraceLog)(nil)

// Fail has every append fail with err, until it is nil.
func (m *TraceLog) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

// Alter flips a bit of the trace at place i.
func (m *TraceLog) Alter(i int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := &m.traces[i]
	t.Body = append([]byte(nil), t.Body...)
	t.Body[len(t.Body)/2] ^= 1
}

// Groups returns how often something was appended.
func (m *TraceLog) Groups() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.groups
}

func (m *TraceLog) last() audit.End {
	if len(m.traces) == 0 {
		return m.gone
	}
	return m.traces[len(m.traces)-1].End()
}

// TraceEnds returns the last that was taken away and the last there is.
func (m *TraceLog) TraceEnds() (gone, last audit.End, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.gone, m.last(), nil
}

// AppendTraces stores sealed traces, all or none.
func (m *TraceLog) AppendTraces(traces []audit.Trace) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	if _, err := audit.Check(m.last(), traces); err != nil {
		return err
	}
	for _, t := range traces {
		if t.Upto == nil {
			continue
		}
		n := int(t.Upto.Seq) - int(m.gone.Seq)
		if n < 1 || n > len(m.traces) || m.traces[n-1].End() != *t.Upto {
			return fmt.Errorf("prune up to trace %d, which is not there", t.Upto.Seq)
		}
		m.traces, m.gone = append([]audit.Trace(nil), m.traces[n:]...), *t.Upto
	}
	m.traces = append(m.traces, traces...)
	for _, t := range traces {
		if t.What == audit.AccountErased {
			m.eraseNames(t.Whom)
		}
	}
	m.groups++
	return nil
}

// eraseNames takes away the names beside the traces about an account.
func (m *TraceLog) eraseNames(whom domain.AccountID) {
	for i := range m.traces {
		t := &m.traces[i]
		if one, err := audit.Open(t.Prev, t.Hash, t.Body); err != nil || one.Whom != whom {
			continue
		}
		gone := make([]domain.StoredText, len(t.Texts))
		for j := range gone {
			gone[j].Gone = true
		}
		t.Texts = gone
	}
}

// Traces returns up to n traces before seq, the newest first.
func (m *TraceLog) Traces(before audit.Seq, n int) (out []audit.Trace, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := len(m.traces) - 1; i >= 0 && len(out) < n; i-- {
		if t := m.traces[i]; t.Seq < before {
			out = append(out, audit.Trace{Seq: t.Seq, Prev: t.Prev, Hash: t.Hash, Body: t.Body, Texts: t.Texts})
		}
	}
	return out, nil
}

// TraceChain seals traces one after another.
type TraceChain struct {
	End audit.End
	At  time.Time
}

// Next seals the trace that follows.
func (c *TraceChain) Next(t testing.TB, trace audit.Trace) audit.Trace {
	t.Helper()
	out, err := audit.Seal(c.End, c.At, trace)
	if err != nil {
		t.Fatal(err)
	}
	c.End, c.At = out.End(), out.At
	return out
}

// RunTraces holds a store to what an audit log promises.
func RunTraces(t *testing.T, open func(testing.TB) TraceStore) {
	login := func(i int) audit.Trace {
		return audit.Trace{What: audit.Login, At: Start().Add(time.Duration(i) * time.Minute), Who: "kari", From: "::1"}
	}
	t.Run("order", func(t *testing.T) {
		s, c := open(t), TraceChain{}
		if got, err := s.Traces(1<<60, 10); len(got) != 0 || err != nil {
			t.Fatalf("an empty log: %v, %v", got, err)
		}
		for i := range 7 {
			if err := s.AppendTraces([]audit.Trace{c.Next(t, login(2*i)), c.Next(t, login(2*i+1))}); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Traces(10, 4)
		if err != nil || len(got) != 4 || got[0].Seq != 9 || got[3].Seq != 6 {
			t.Fatalf("%d traces, %v", len(got), err)
		}
		for _, one := range got {
			opened, err := audit.Open(one.Prev, one.Hash, one.Body)
			if err != nil || opened.Seq != one.Seq || opened.Who != "kari" {
				t.Errorf("trace %d: %+v, %v", one.Seq, opened, err)
			}
		}
		if _, last, err := s.TraceEnds(); last != c.End || err != nil {
			t.Errorf("ends at %v, not %v: %v", last, c.End, err)
		}
	})
	t.Run("conflict", func(t *testing.T) {
		s, c := open(t), TraceChain{}
		first := c.Next(t, login(0))
		second := c.Next(t, login(1))
		if err := s.AppendTraces([]audit.Trace{second}); !errors.Is(err, domain.ErrConflict) {
			t.Errorf("a gap: %v", err)
		}
		altered := first
		altered.Body = append([]byte(nil), first.Body...)
		altered.Body[len(altered.Body)-3] ^= 1
		if err := s.AppendTraces([]audit.Trace{altered}); !errors.Is(err, domain.ErrCorrupt) {
			t.Errorf("an altered one: %v", err)
		}
		if err := s.AppendTraces([]audit.Trace{first, second}); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("prune", func(t *testing.T) {
		s, c := open(t), TraceChain{}
		var all []audit.Trace
		for i := range 20 {
			all = append(all, c.Next(t, login(i)))
		}
		if err := s.AppendTraces(all); err != nil {
			t.Fatal(err)
		}
		wrong, end := c, all[4].End()
		end.Hash[0] ^= 1
		if s.AppendTraces([]audit.Trace{wrong.Next(t, audit.Trace{What: audit.Pruned, Upto: &end})}) == nil {
			t.Error("pruned up to another trace than is there")
		}
		for _, upto := range []int{5, 12} {
			end := all[upto-1].End()
			p := c.Next(t, audit.Trace{What: audit.Pruned, Upto: &end})
			if err := s.AppendTraces([]audit.Trace{p}); err != nil {
				t.Fatal(err)
			}
			gone, last, err := s.TraceEnds()
			if gone != end || last != p.End() || err != nil {
				t.Errorf("from %v to %v: %v", gone, last, err)
			}
		}
		left, err := s.Traces(1<<60, 100)
		if err != nil || len(left) != 10 || left[9].Seq != 13 || left[9].Prev != all[11].Hash {
			t.Errorf("%d left, %v", len(left), err)
		}
	})
	t.Run("names", func(t *testing.T) {
		s, c := open(t), TraceChain{}
		for i, whom := range []domain.AccountID{"kari", "ola"} {
			names := []*domain.Text{audit.Name(domain.Salt{byte(i)}, "før"), audit.Name(domain.Salt{9}, "etter")}
			if err := s.AppendTraces([]audit.Trace{c.Next(t, audit.Trace{What: audit.AccountRenamed, Whom: whom, Names: names})}); err != nil {
				t.Fatal(err)
			}
		}
		read := func(seq audit.Seq) (out []string) {
			t.Helper()
			got, err := s.Traces(seq+1, 1)
			if err != nil || len(got) != 1 {
				t.Fatal(got, err)
			}
			one, err := audit.Open(got[0].Prev, got[0].Hash, got[0].Body, got[0].Texts...)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range one.Names {
				out = append(out, name.String())
			}
			return out
		}
		if one, two := read(1), read(2); !slices.Equal(one, []string{"før", "etter"}) || !slices.Equal(two, one) {
			t.Errorf("written: %q, %q", one, two)
		}
		if err := s.AppendTraces([]audit.Trace{c.Next(t, audit.Trace{What: audit.AccountErased, Whom: "kari"})}); err != nil {
			t.Fatal(err)
		}
		if one, two := read(1), read(2); !slices.Equal(one, []string{"", ""}) || !slices.Equal(two, []string{"før", "etter"}) {
			t.Errorf("erased: %q, %q", one, two)
		}
	})
}
