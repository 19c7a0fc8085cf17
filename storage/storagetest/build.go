package storagetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
)

// RandomSalt returns 16 random bytes.
func RandomSalt() domain.Salt {
	var s domain.Salt
	_, _ = rand.Read(s[:]) // never fails
	return s
}

// Start is the time of the first record that a Chain makes.
func Start() time.Time { return time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC) }

// Chain makes records that follow one another, without a clock.
type Chain struct{ Head domain.Head }

// ChainOf returns a chain that goes on where a journal ends.
func ChainOf(t testing.TB, j domain.Journal) *Chain {
	t.Helper()
	h, err := j.Head(context.Background())
	if err != nil {
		t.Fatalf("head: %v", err)
	}
	return &Chain{h}
}

// Next seals the next record with these events and moves on. Each record is one
// second later than the one before.
func (c *Chain) Next(t testing.TB, events ...domain.Event) domain.Record {
	t.Helper()
	n := c.Head.Revision + 1
	at := Start().Add(time.Duration(n) * time.Second)
	r, err := domain.Seal(c.Head, at, "kari", domain.RequestID(fmt.Sprint("r", n)), events, RandomSalt)
	if err != nil {
		t.Fatalf("seal record %d: %v", n, err)
	}
	c.Head.Revision, c.Head.Hash = r.Revision, r.Hash
	return r
}

// Levels is an event like most: a cell turns red; text, if any, says why.
func Levels(text string) domain.Event {
	return &domain.LevelsSet{Board: "live", Cells: []domain.CellSet{
		{Municipality: "3434", Column: "fastlege", Level: "red", Text: domain.NewText(typed.Of(text))},
	}}
}
