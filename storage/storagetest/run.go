package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"kommunebilde/domain"
)

// Open returns an empty journal, and a function that closes it and opens what
// it stored again. It sees to it that the last one is closed when t ends.
type Open func(t *testing.T) (j domain.Journal, reopen func() domain.Journal)

// Run tests a journal against the contract of [domain.Journal].
func Run(t *testing.T, open Open) {
	tests := []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"EmptyJournalHasAnEpochAndNoHead", testEmpty},
		{"FollowYieldsWhatWasAppendedByteForByte", testOrder},
		{"FollowBeginsAfterAnyRevision", testAfter},
		{"RecordThatIsNotNextIsAConflict", testConflict},
		{"GroupIsStoredAllOrNone", testAllOrNone},
		{"GroupIsBounded", testLimits},
		{"ReopenKeepsAll", testReopen},
		{"ClosedJournalSaysSo", testClosed},
		{"FollowEndsWithItsContext", testFollowEnds},
		{"FollowersMissAndDoubleNothing", testFollowLive},
		{"StoredRecordsAreNobodysToChange", testOwn},
		{"RedactedTextIsGone", testRedact},
		{"RedactNeedsItsEvent", testRedactRefused},
		{"RedactLosesNoFollower", testRedactLive},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) { c.test(t, open) })
	}
}

func testEmpty(t *testing.T, open Open) {
	j, reopen := open(t)
	h := headOf(t, j)
	if h.Revision != 0 || h.Hash != (domain.Hash{}) || h.Epoch == "" {
		t.Errorf("head of an empty journal: %+v", h)
	}
	if other, _ := open(t); headOf(t, other).Epoch == h.Epoch {
		t.Error("two journals share an epoch")
	}
	if again := headOf(t, reopen()); again != h {
		t.Errorf("head %+v after reopening, was %+v", again, h)
	}
}

func testOrder(t *testing.T, open Open) {
	j, reopen := open(t)
	want := fill(t, j, 1, 3, 1, 40)
	equal(t, want, take(t, j, 0, len(want)))
	equal(t, want, take(t, reopen(), 0, len(want)))
}

func testAfter(t *testing.T, open Open) {
	j, _ := open(t)
	want := fill(t, j, 5, 1, 7)
	for after := range want {
		equal(t, want[after:], take(t, j, domain.Revision(after), len(want)-after))
	}
	for _, err := range j.Follow(within(t), domain.Revision(len(want)+1)) {
		if err == nil {
			t.Error("a record after a position ahead of the head")
		}
		return
	}
	t.Error("follow after a position ahead of the head ended without an error")
}

func testConflict(t *testing.T, open Open) {
	j, _ := open(t)
	want := fill(t, j, 3)
	chain := ChainOf(t, j)
	late, early := *chain, Chain{domain.Head{}}
	late.Next(t, Levels(""))
	other := *chain
	other.Head.Hash[0] ^= 1
	for name, r := range map[string]domain.Record{
		"one left out":       late.Next(t, Levels("")),
		"the first again":    early.Next(t, Levels("")),
		"of another history": other.Next(t, Levels("")),
		"the last once more": want[2],
	} {
		if err := j.Append(within(t), []domain.Record{r}); !errors.Is(err, domain.ErrConflict) {
			t.Errorf("%s: %v, want ErrConflict", name, err)
		}
	}
	want = append(want, appendTo(t, j, chain.Next(t, Levels("then")))...)
	equal(t, want, take(t, j, 0, len(want)))
}

func testAllOrNone(t *testing.T, open Open) {
	for name, spoil := range map[string]func(recs []domain.Record){
		"gap":        func(recs []domain.Record) { recs[2] = recs[3] },
		"wrong hash": func(recs []domain.Record) { recs[3].Hash[5] ^= 1 },
		"wrong prev": func(recs []domain.Record) { recs[1].Prev[5] ^= 1 },
		"other bytes": func(recs []domain.Record) {
			recs[2].Body = bytes.Replace(recs[2].Body, []byte("red"), []byte("ref"), 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			j, reopen := open(t)
			want := fill(t, j, 2)
			chain := ChainOf(t, j)
			var recs []domain.Record
			for range 4 {
				recs = append(recs, chain.Next(t, Levels("x")))
			}
			spoil(recs)
			if err := j.Append(within(t), recs); err == nil {
				t.Fatal("appended")
			}
			j = reopen()
			want = append(want, fill(t, j, 1)...)
			equal(t, want, take(t, j, 0, len(want)))
		})
	}
}

func testLimits(t *testing.T, open Open) {
	j, _ := open(t)
	if err := j.Append(within(t), nil); err == nil {
		t.Error("an empty group was taken")
	}
	chain := ChainOf(t, j)
	var recs []domain.Record
	for range domain.MaxGroupCount + 1 {
		recs = append(recs, chain.Next(t, Levels("")))
	}
	if err := j.Append(within(t), recs); err == nil {
		t.Error("a group of 257 was taken")
	}
	want := appendTo(t, j, recs[:domain.MaxGroupCount]...)

	chain = ChainOf(t, j)
	big := func(n int) domain.Event {
		return &domain.LevelsSet{Board: "live", Source: string(bytes.Repeat([]byte("s"), n))}
	}
	recs = []domain.Record{chain.Next(t, big(3<<20)), chain.Next(t, big(3<<20))}
	if err := j.Append(within(t), recs); !errors.Is(err, domain.ErrTooBig) {
		t.Errorf("a group of 6 MiB: %v, want ErrTooBig", err)
	}
	want = append(want, appendTo(t, j, recs[0])...)
	want = append(want, appendTo(t, j, recs[1])...)
	equal(t, want, take(t, j, 0, len(want)))
}

func testReopen(t *testing.T, open Open) {
	j, reopen := open(t)
	var want []domain.Record
	for range 3 {
		want = append(want, fill(t, j, 4, 2)...)
		before := headOf(t, j)
		j = reopen()
		if after := headOf(t, j); after != before {
			t.Fatalf("head %+v after reopening, was %+v", after, before)
		}
		equal(t, want, take(t, j, 0, len(want)))
		equal(t, want[len(want)-2:], take(t, j, domain.Revision(len(want)-2), 2))
	}
}

func testClosed(t *testing.T, open Open) {
	j, reopen := open(t)
	fill(t, j, 2)
	ended := make(chan error, 1)
	reached := make(chan struct{})
	go func() {
		defer close(ended)
		for r, err := range j.Follow(context.Background(), 0) {
			if err != nil {
				ended <- err
				return
			}
			if r.Revision == 2 {
				close(reached)
			}
		}
	}()
	await(t, reached, "the follower to be at the end")
	chain := ChainOf(t, j)
	reopen()
	select {
	case err := <-ended:
		if !errors.Is(err, domain.ErrClosed) {
			t.Errorf("follow ended with %v, want ErrClosed", err)
		}
	case <-time.After(patience):
		t.Fatal("follow goes on after its journal was closed")
	}
	if err := j.Append(within(t), []domain.Record{chain.Next(t, Levels(""))}); !errors.Is(err, domain.ErrClosed) {
		t.Errorf("append: %v, want ErrClosed", err)
	}
	if _, err := j.Head(within(t)); !errors.Is(err, domain.ErrClosed) {
		t.Errorf("head: %v, want ErrClosed", err)
	}
}

func testFollowEnds(t *testing.T, open Open) {
	j, _ := open(t)
	fill(t, j, 2)
	ctx, cancel := context.WithCancel(context.Background())
	reached, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for r, err := range j.Follow(ctx, 1) {
			if err != nil {
				t.Errorf("follow ended with %v", err)
			} else if r.Revision == 2 {
				close(reached)
			}
		}
	}()
	await(t, reached, "the follower to be at the end")
	cancel()
	await(t, ended, "follow to end with its context")
	for range j.Follow(ctx, 0) {
		t.Error("a record although the context had ended")
	}
}

func testFollowLive(t *testing.T, open Open) {
	j, _ := open(t)
	const total = 1500 // more than one read transaction takes
	want := make([]domain.Record, 0, total)
	chain := ChainOf(t, j)
	for i := range total {
		text := ""
		if i%3 == 0 {
			text = fmt.Sprint("text ", i)
		}
		want = append(want, chain.Next(t, Levels(text)))
	}
	var all sync.WaitGroup
	got := make([][]domain.Record, 8)
	starts := make([]domain.Revision, len(got))
	follow := func(i int, after domain.Revision) {
		starts[i] = after
		ctx := within(t)
		all.Go(func() {
			for r, err := range j.Follow(ctx, after) {
				if err != nil {
					t.Errorf("follower %d after %d: %v", i, after, err)
					return
				}
				got[i] = append(got[i], r)
				if r.Revision == total {
					return
				}
			}
		})
	}
	for done, next := 0, 0; done < total; {
		if done >= next*total/len(got) && next < len(got) {
			follow(next, domain.Revision(done*(next%3)/2)) // from 0, half-way, the head
			next++
		}
		n := min(1+done%17, total-done)
		appendTo(t, j, want[done:done+n]...)
		done += n
	}
	all.Wait()
	for i := range got {
		equal(t, want[starts[i]:], got[i])
	}
}

func testOwn(t *testing.T, open Open) {
	j, _ := open(t)
	chain := ChainOf(t, j)
	r := chain.Next(t, Levels("mine"))
	want := []domain.Record{r}
	want[0].Body = bytes.Clone(r.Body)
	want[0].Texts = []domain.StoredText{r.Texts[0]}
	appendTo(t, j, r)
	clear(r.Body)
	r.Texts[0].Body = "other"
	got := take(t, j, 0, 1)
	equal(t, want, got)
	clear(got[0].Body)
	got[0].Texts[0] = domain.StoredText{Gone: true}
	equal(t, want, take(t, j, 0, 1))
}

const patience = 30 * time.Second

// within returns a context that ends with the test, or when it takes too long.
func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func await(t *testing.T, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
	}
}

func headOf(t *testing.T, j domain.Journal) domain.Head {
	t.Helper()
	return ChainOf(t, j).Head
}

// fill appends groups of these sizes; every second record has a text.
func fill(t *testing.T, j domain.Journal, sizes ...int) (all []domain.Record) {
	t.Helper()
	chain := ChainOf(t, j)
	for _, size := range sizes {
		var group []domain.Record
		for range size {
			text := ""
			if chain.Head.Revision%2 == 0 {
				text = fmt.Sprintf("because of %d, æøå", chain.Head.Revision)
			}
			group = append(group, chain.Next(t, Levels(text), Levels("")))
		}
		all = append(all, appendTo(t, j, group...)...)
	}
	return all
}

func appendTo(t *testing.T, j domain.Journal, recs ...domain.Record) []domain.Record {
	t.Helper()
	if err := j.Append(within(t), recs); err != nil {
		t.Fatalf("append %d records from %d: %v", len(recs), recs[0].Revision, err)
	}
	return recs
}

// take follows until it has n records.
func take(t *testing.T, j domain.Journal, after domain.Revision, n int) (got []domain.Record) {
	t.Helper()
	if n == 0 {
		return nil
	}
	for r, err := range j.Follow(within(t), after) {
		if err != nil {
			t.Fatalf("follow after %d, at %d: %v", after, len(got), err)
		}
		if got = append(got, r); len(got) == n {
			return got
		}
	}
	t.Fatalf("follow after %d gave %d records of %d", after, len(got), n)
	return nil
}

func equal(t *testing.T, want, got []domain.Record) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d records, want %d", len(got), len(want))
	}
	for i := range want {
		if err := differ(want[i], got[i]); err != nil {
			t.Fatalf("record %d: %v", want[i].Revision, err)
		}
	}
}

func differ(want, got domain.Record) error {
	switch {
	case got.Revision != want.Revision || got.Prev != want.Prev || got.Hash != want.Hash:
		return fmt.Errorf("it is %d %v after %v, want %d %v after %v", got.Revision, got.Hash, got.Prev, want.Revision, want.Hash, want.Prev)
	case !bytes.Equal(got.Body, want.Body):
		return fmt.Errorf("body %s, want %s", got.Body, want.Body)
	case !got.At.Equal(want.At) || got.By != want.By || got.Request != want.Request:
		return fmt.Errorf("at %v by %s for %s, want %v %s %s", got.At, got.By, got.Request, want.At, want.By, want.Request)
	case len(got.Texts) != len(want.Texts) || len(want.Texts) > 0 && !reflect.DeepEqual(got.Texts, want.Texts):
		return fmt.Errorf("texts %+v, want %+v", got.Texts, want.Texts)
	case len(got.Events) != len(want.Events):
		return fmt.Errorf("%d events, want %d", len(got.Events), len(want.Events))
	}
	return nil
}
