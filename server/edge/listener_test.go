package edge

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"kommunebilde/server/servertest"
)

// Who does not take the answer does not hold others up: those beyond the few
// that are being answered are closed at once.
func TestRefusalsAreBounded(t *testing.T) {
	t.Parallel()
	l := &limitListener{answer: []byte("nei"), refused: func() {}, partings: make(chan struct{}, 1)}
	var err error
	l.Listener, err = net.Listen("tcp", "127.0.0.1:0")
	servertest.Must(t, err)
	ended := make(chan error, 1)
	go func() {
		_, err := l.Accept()
		ended <- err
	}()
	deaf, err := net.Dial("tcp", l.Addr().String())
	servertest.Must(t, err)
	defer deaf.Close()
	began := time.Now()
	_, err = io.ReadFull(deaf, make([]byte, 3))
	servertest.Must(t, err)
	next, err := net.Dial("tcp", l.Addr().String()) // the first has not hung up
	servertest.Must(t, err)
	defer next.Close()
	_ = next.SetReadDeadline(time.Now().Add(10 * time.Second))
	if b, err := io.ReadAll(next); err == nil && len(b) > 0 && time.Since(began) < partingTime {
		t.Errorf("the next got %q while the first was being answered", b)
	}
	_ = deaf.SetReadDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.ReadAll(deaf)
	select {
	case l.partings <- struct{}{}: // its place is free again: it did not wait for the client
	case <-time.After(10 * time.Second):
		t.Error("who does not hang up is waited for")
	}
	servertest.Must(t, l.Close())
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}
