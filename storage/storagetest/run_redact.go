package storagetest

import (
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"

	"kommunebilde/domain"
)

func redaction(texts ...domain.TextID) *domain.TextRedacted {
	return &domain.TextRedacted{Removed: texts, Reason: domain.NewText("a patient's name")}
}

func testRedact(t *testing.T, open Open) {
	j, reopen := open(t)
	want := fill(t, j, 1, 4)
	ids := []domain.TextID{{Revision: 1}, {Revision: 3}}
	chain := ChainOf(t, j)
	for round := range 2 { // the second time they are gone already
		r := chain.Next(t, redaction(ids...))
		if err := j.Redact(within(t), r, ids); err != nil {
			t.Fatalf("redact, round %d: %v", round+1, err)
		}
		want = append(want, r)
	}
	for _, id := range ids {
		want[id.Revision-1].Texts = slices.Clone(want[id.Revision-1].Texts)
		want[id.Revision-1].Texts[id.N] = domain.StoredText{Gone: true}
	}
	check := func(j domain.Journal) {
		t.Helper()
		got := take(t, j, 0, len(want))
		equal(t, want, got)
		for _, id := range ids {
			text := got[id.Revision-1].Events[0].(*domain.LevelsSet).Cells[0].Text
			if !text.Redacted() || text.String() != "" {
				t.Errorf("text %s is still %q", id, text)
			}
		}
		last, ok := got[len(got)-1].Events[0].(*domain.TextRedacted)
		if !ok || !reflect.DeepEqual(last.Removed, ids) || last.Reason.String() != "a patient's name" {
			t.Errorf("last event %+v", last)
		}
	}
	check(j)
	j = reopen()
	check(j)
	want = append(want, fill(t, j, 2)...)
	check2 := take(t, j, 0, len(want))
	equal(t, want, check2)
}

func testRedactRefused(t *testing.T, open Open) {
	j, reopen := open(t)
	want := fill(t, j, 2)
	first := domain.TextID{Revision: 1}
	next := *ChainOf(t, j)
	behind := Chain{}
	for name, c := range map[string]struct {
		chain    Chain
		event    domain.Event
		texts    []domain.TextID
		conflict bool
	}{
		"a record that is not next":      {behind, redaction(first), []domain.TextID{first}, true},
		"no event":                       {next, Levels(""), []domain.TextID{first}, false},
		"an event about another":         {next, redaction(domain.TextID{Revision: 2}), []domain.TextID{first}, false},
		"a text that its record has not": {next, redaction(domain.TextID{Revision: 1, N: 1}), []domain.TextID{{Revision: 1, N: 1}}, false},
		"a text that is to come":         {next, redaction(domain.TextID{Revision: 9}), []domain.TextID{{Revision: 9}}, false},
		"a number below zero":            {next, redaction(domain.TextID{Revision: 1, N: -1}), []domain.TextID{{Revision: 1, N: -1}}, false},
	} {
		err := j.Redact(within(t), c.chain.Next(t, c.event), c.texts)
		if err == nil || errors.Is(err, domain.ErrConflict) != c.conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	equal(t, want, take(t, j, 0, len(want)))
	equal(t, want, take(t, reopen(), 0, len(want)))
}

func testRedactLive(t *testing.T, open Open) {
	j, _ := open(t)
	fill(t, j, 200)
	const more = 30
	var all sync.WaitGroup
	for i := range 4 {
		ctx := within(t)
		all.Go(func() {
			seen := domain.Revision(0)
			for r, err := range j.Follow(ctx, 0) {
				if err != nil || r.Revision != seen+1 {
					t.Errorf("follower %d: record %d after %d: %v", i, r.Revision, seen, err)
					return
				}
				if seen = r.Revision; seen == 200+2*more {
					return
				}
			}
			t.Errorf("follower %d came to %d only", i, seen)
		})
	}
	for n := range more {
		id := domain.TextID{Revision: domain.Revision(2*n + 1)}
		if err := j.Redact(within(t), ChainOf(t, j).Next(t, redaction(id)), []domain.TextID{id}); err != nil {
			t.Fatalf("redact %s: %v", id, err)
		}
		fill(t, j, 1)
	}
	all.Wait()
}
