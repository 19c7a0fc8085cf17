package storagetest

import (
	"errors"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/subjects"
)

func TestMemory(t *testing.T) {
	Run(t, func(*testing.T) (domain.Journal, func() domain.Journal) {
		m := NewMemory(subjects.Kinds())
		return m, func() domain.Journal { m = m.Reopen(); return m }
	})
}

func TestMemoryFailsOnDemandAndTakesNothingMore(t *testing.T) {
	broken := errors.New("disk broken")
	for name, late := range map[string]bool{"nothing stored": false, "stored nevertheless": true} {
		t.Run(name, func(t *testing.T) {
			m := NewMemory(subjects.Kinds())
			want := fill(t, m, 3)
			chain := ChainOf(t, m)
			r := chain.Next(t, Levels("x"))
			if late {
				m.FailNextLate(broken)
				want = append(want, r)
			} else {
				m.FailNext(broken)
			}
			for range 2 {
				if err := m.Append(within(t), []domain.Record{r}); !errors.Is(err, broken) {
					t.Fatalf("append: %v", err)
				}
			}
			if h := headOf(t, m); h.Revision != 3 {
				t.Errorf("head %d shows what was not acknowledged", h.Revision)
			}
			equal(t, want[:3], take(t, m, 0, 3))
			m = m.Reopen()
			if h := headOf(t, m); int(h.Revision) != len(want) {
				t.Errorf("head %d after reopening, want %d", h.Revision, len(want))
			}
			want = append(want, fill(t, m, 1)...)
			equal(t, want, take(t, m, 0, len(want)))
		})
	}
}

func TestMemoryHoldsAppendsUntilReleased(t *testing.T) {
	m := NewMemory(subjects.Kinds())
	chain := ChainOf(t, m)
	waiting, release := m.Hold()
	done := make(chan error, 1)
	r := chain.Next(t, Levels(""))
	go func() { done <- m.Append(within(t), []domain.Record{r}) }()
	await(t, waiting, "the append to come")
	if h := headOf(t, m); h.Revision != 0 {
		t.Errorf("head %d while held", h.Revision)
	}
	release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if h := headOf(t, m); h.Revision != 1 {
		t.Errorf("head %d after release", h.Revision)
	}
}
