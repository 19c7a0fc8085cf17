package storagetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"kommunebilde"
)

// RandomSalt returns 16 random bytes.
func RandomSalt() kommunebilde.Salt {
	var s kommunebilde.Salt
	_, _ = rand.Read(s[:]) // never fails
	return s
}

// Start is the time of the first record that a Chain makes.
func Start() time.Time { return time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC) }

// Chain makes records that follow one another, without a clock.
type Chain struct{ Head kommunebilde.Head }

// ChainOf returns a chain that goes on where a journal ends.
func ChainOf(t testing.TB, j kommunebilde.Journal) *Chain {
	t.Helper()
	h, err := j.Head(context.Background())
	if err != nil {
		t.Fatalf("head: %v", err)
	}
	return &Chain{h}
}

// Next seals the next record with these events and moves on. Each record is one
// second later than the one before.
func (c *Chain) Next(t testing.TB, events ...kommunebilde.Event) kommunebilde.Record {
	t.Helper()
	n := c.Head.Revision + 1
	at := Start().Add(time.Duration(n) * time.Second)
	r, err := kommunebilde.Seal(c.Head, at, "kari", kommunebilde.RequestID(fmt.Sprint("r", n)), events, RandomSalt)
	if err != nil {
		t.Fatalf("seal record %d: %v", n, err)
	}
	c.Head.Revision, c.Head.Hash = r.Revision, r.Hash
	return r
}

// Levels is an event like most: a cell turns red; text, if any, says why.
func Levels(text string) kommunebilde.Event {
	return &kommunebilde.LevelsSet{Board: "live", Cells: []kommunebilde.CellSet{
		{Municipality: "3434", Column: "fastlege", Level: "red", Text: kommunebilde.NewText(text)},
	}}
}
