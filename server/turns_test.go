package server

import (
	"context"
	"testing"
)

// TestStrangersWaitForEachOther: what is made for who is not signed in does not
// hold up who is, nor what is kept for everybody.
func TestStrangersWaitForEachOther(t *testing.T) {
	w := newWorld(t)
	const own = "/tavle/2022?level=red"
	if res := w.get("", "/tavle/2022"); res.status != 200 {
		t.Fatalf("%d", res.status)
	}
	w.idle()
	w.get("", "/tavle/2022")
	for range cap(w.server.turns.strangers) {
		w.server.turns.strangers <- struct{}{}
	}
	answered := make(chan int)
	go func() { answered <- w.get("", own).status }()
	if res := w.get("leser", own); res.status != 200 {
		t.Errorf("signed in: %d", res.status)
	}
	if res := w.get("", "/tavle/2022"); res.status != 200 {
		t.Errorf("from the shelf: %d", res.status)
	}
	if res := w.get("", "/login"); res.status != 200 {
		t.Errorf("to sign in: %d", res.status)
	}
	select {
	case status := <-answered:
		t.Errorf("a stranger did not wait: %d", status)
	default:
	}
	<-w.server.turns.strangers
	if status := <-answered; status != 200 {
		t.Errorf("a stranger: %d", status)
	}
	for range cap(w.server.turns.strangers) - 1 {
		<-w.server.turns.strangers
	}
}

// TestCommandsGoAheadOfReads: however many read, a level is set at once.
func TestCommandsGoAheadOfReads(t *testing.T) {
	w := newWorld(t)
	m := w.openMeeting()
	for range cap(w.server.turns.readers) {
		w.server.turns.readers <- struct{}{}
	}
	if res := w.command("moteleder", map[string]any{"type": "set_level", "board": "na", "meeting": m, "m": "9901", "c": "beredskap", "level": "red"}); res.status != 200 {
		t.Errorf("the lead: %d %s", res.status, res.body)
	}
	w.connect("leser")
	answered := make(chan int)
	go func() { answered <- w.get("leser", "/tavle/na").status }()
	w.await("a reader waits", func() bool {
		w.server.turns.mu.Lock()
		defer w.server.turns.mu.Unlock()
		return len(w.server.turns.by) == 1
	})
	select {
	case status := <-answered:
		t.Errorf("a reader did not wait: %d", status)
	default:
	}
	for range cap(w.server.turns.readers) {
		<-w.server.turns.readers
	}
	if status := <-answered; status != 200 {
		t.Errorf("a reader: %d", status)
	}
}

// TestAnAccountLeavesTurns: one that reads all the time holds up itself only, and
// nothing is left of those that have read.
func TestAnAccountLeavesTurns(t *testing.T) {
	turns := newTurns()
	var give []func()
	for range cap(turns.readers) / 2 {
		g, err := turns.take(t.Context(), "kari")
		must(t, err)
		give = append(give, g)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := turns.take(ended, "kari"); statusOf(err) != 503 {
		t.Errorf("she has all the turns there are: %v", err)
	}
	g, err := turns.take(t.Context(), "ola")
	must(t, err)
	for _, g := range append(give, g) {
		g()
	}
	if len(turns.by) != 0 || len(turns.readers) != 0 {
		t.Errorf("%d accounts and %d turns are left", len(turns.by), len(turns.readers))
	}
}
