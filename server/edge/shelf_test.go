package edge

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"kommunebilde/domain"
)

// TestShelfGoesByTheClock: an answer that looks different from a time on is not
// given after it; and a full shelf is emptied, not grown.
func TestShelfGoesByTheClock(t *testing.T) {
	t.Parallel()
	var s shelf
	var r fasthttp.Request
	r.SetRequestURI("/tavle/2022")
	state, now := &domain.State{}, time.Now()
	s.put(&r, state, &finished{until: now.Add(time.Minute)})
	for at, want := range map[time.Duration]bool{0: true, time.Minute - 1: true, time.Minute: false, time.Hour: false} {
		if got := s.find(&r, state, now.Add(at)) != nil; got != want {
			t.Errorf("after %v: %v", at, got)
		}
	}
	if s.find(&r, &domain.State{}, now) != nil {
		t.Error("given for another state")
	}
	for i := range 3 * shelfRoom {
		r.SetRequestURI(fmt.Sprint("/kommune/", i))
		s.put(&r, state, &finished{})
		if len(s.answers) > shelfRoom || s.find(&r, state, now) == nil {
			t.Fatalf("%d answers on the shelf", len(s.answers))
		}
	}
	r.SetRequestURI("/kommune/" + url.PathEscape(strings.Repeat("x", shelfTitle)))
	if s.put(&r, state, &finished{}); s.find(&r, state, now) != nil {
		t.Error("a long address is kept")
	}
}
