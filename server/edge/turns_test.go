package edge

import (
	"context"
	"testing"

	"kommunebilde/server/servertest"
)

// TestAnAccountLeavesTurns: one that reads all the time holds up itself only, and
// nothing is left of those that have read.
func TestAnAccountLeavesTurns(t *testing.T) {
	t.Parallel()
	turns := newTurns()
	var give []func()
	for range cap(turns.readers) / 2 {
		g, err := turns.take(t.Context(), "kari")
		servertest.Must(t, err)
		give = append(give, g)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := turns.take(ended, "kari"); StatusOf(err) != 503 {
		t.Errorf("she has all the turns there are: %v", err)
	}
	g, err := turns.take(t.Context(), "ola")
	servertest.Must(t, err)
	for _, g := range append(give, g) {
		g()
	}
	if len(turns.by) != 0 || len(turns.readers) != 0 {
		t.Errorf("%d accounts and %d turns are left", len(turns.by), len(turns.readers))
	}
}
