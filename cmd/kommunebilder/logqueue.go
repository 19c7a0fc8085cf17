package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Bounds of a logQueue.
const (
	logLines = 4096        // that wait
	logWait  = time.Second // for what is left when it is closed
)

// logQueue lets nobody wait for whoever reads the log: a pipe that is not
// drained must not stop a meeting. Lines wait in a bounded queue, in order; what
// does not fit is dropped, counted, and told in a line of its own.
type logQueue struct {
	out  io.Writer
	done chan struct{}

	mu      sync.Mutex
	lines   chan []byte
	dropped int
	closed  bool
}

func newLogQueue(out io.Writer) *logQueue {
	q := &logQueue{out: out, done: make(chan struct{}), lines: make(chan []byte, logLines)}
	go q.run()
	return q
}

func (q *logQueue) run() {
	defer close(q.done)
	for line := range q.lines {
		if _, err := q.out.Write(line); err != nil {
			continue // there is nowhere to tell it
		}
		q.mu.Lock()
		n := q.dropped
		q.dropped = 0
		q.mu.Unlock()
		if n > 0 {
			fmt.Fprintf(q.out, `{"time":%q,"level":"WARN","msg":"log lines dropped","lines":%d}`+"\n", time.Now().UTC().Format(time.RFC3339Nano), n)
		}
	}
}

// Write takes one line. It never waits and never fails.
func (q *logQueue) Write(line []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return len(line), nil
	}
	select {
	case q.lines <- append([]byte(nil), line...):
	default:
		q.dropped++
	}
	return len(line), nil
}

// Close writes what waits, for a second at most.
func (q *logQueue) Close() {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.lines)
	}
	q.mu.Unlock()
	select {
	case <-q.done:
	case <-time.After(logWait):
	}
}
