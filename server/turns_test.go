package server

import (
	"runtime"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// heldReads starts a server with an address of a board whose handler waits until it is
// let go.
func heldReads(t *testing.T) (w *world, letGo chan struct{}) {
	letGo = make(chan struct{})
	w = startWorld(t, func(s *Server) {
		s.edge.Handle(edge.Route{Method: "GET", Path: "/vent/:board", Access: edge.OnBoard(domain.RightSee, edge.InPath("board")), Trace: edge.Nothing, Handle: func(k *edge.Call) error {
			<-letGo
			return k.Done()
		}})
	})
	return w, letGo
}

// hold has somebody ask n times for what does not come, and returns what is answered.
func (w *world) hold(who, path string, n int) (statuses chan int) {
	w.as(who) // signs in
	statuses = make(chan int, n)
	for range n {
		go func() { statuses <- w.get(who, path).status }()
	}
	return statuses
}

// TestStrangersWaitForEachOther: what is made for anyone who is not signed in does not
// hold up who is, nor what is kept for everybody.
func TestStrangersWaitForEachOther(t *testing.T) {
	t.Parallel()
	w, letGo := heldReads(t)
	const own = "/tavle/2022?level=red"
	if res := w.get("", "/tavle/2022"); res.status != 200 {
		t.Fatalf("%d", res.status)
	}
	w.idle()
	w.get("", "/tavle/2022")
	turns := w.server.edge.Stats().FreeStrangers
	held := w.hold("", "/vent/2022", turns)
	w.await("strangers have all their turns", func() bool { return w.server.edge.Stats().FreeStrangers == 0 })
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
	letGo <- struct{}{}
	if status := <-answered; status != 200 {
		t.Errorf("a stranger: %d", status)
	}
	close(letGo)
	for range turns {
		if status := <-held; status != 204 {
			t.Errorf("who was held: %d", status)
		}
	}
}

// TestCommandsGoAheadOfReads: however many read, a level is set at once.
func TestCommandsGoAheadOfReads(t *testing.T) {
	t.Parallel()
	w, letGo := heldReads(t)
	m := w.openMeeting()
	share := runtime.GOMAXPROCS(0) // of the readers' turns, for one account: there are twice as many
	held := []chan int{w.hold("redaktor", "/vent/na", share), w.hold("admin", "/vent/na", share)}
	w.await("readers have all their turns", func() bool { return w.server.edge.Stats().FreeReaders == 0 })
	if res := w.command("moteleder", map[string]any{"type": "set_level", "board": "na", "meeting": m, "m": "9901", "c": "beredskap", "level": "red"}); res.status != 200 {
		t.Errorf("the lead: %d %s", res.status, res.body)
	}
	w.connect("leser")
	answered := make(chan int)
	go func() { answered <- w.get("leser", "/tavle/na").status }()
	w.await("a reader waits", func() bool { return w.server.edge.Stats().Waiting == len(held)+1 })
	select {
	case status := <-answered:
		t.Errorf("a reader did not wait: %d", status)
	default:
	}
	close(letGo)
	if status := <-answered; status != 200 {
		t.Errorf("a reader: %d", status)
	}
	for _, who := range held {
		for range share {
			if status := <-who; status != 204 {
				t.Errorf("who was held: %d", status)
			}
		}
	}
}
