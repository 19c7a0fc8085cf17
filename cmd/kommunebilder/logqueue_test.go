package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
)

func TestLogQueueKeepsOrderAndEnd(t *testing.T) {
	var out bytes.Buffer
	q := newLogQueue(&out)
	var want strings.Builder
	for i := range 500 {
		line := fmt.Sprintf("line %d\n", i)
		want.WriteString(line)
		q.Write([]byte(line))
	}
	q.Close()
	q.Write([]byte("late\n"))
	if out.String() != want.String() {
		t.Errorf("%d bytes came, %d were written", out.Len(), want.Len())
	}
}

// TestLogThatNobodyReads: a reader that stands still stops nobody, and is told
// how much it missed once it reads again.
func TestLogThatNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		q := newLogQueue(w)
		for i := range logLines + 100 {
			if n, err := fmt.Fprintf(q, "line %d\n", i); n == 0 || err != nil {
				t.Fatal(n, err)
			}
		}
		synctest.Wait()
		go func() {
			q.Close()
			w.Close()
		}()
		all, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(all, []byte("line 0\n")) || !bytes.Contains(all, []byte(`"msg":"log lines dropped"`)) {
			t.Errorf("%d bytes: %.200s", len(all), all)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		_, w := io.Pipe()
		q := newLogQueue(w)
		q.Write([]byte("x\n"))
		q.Close() // ends although nobody ever reads
		w.Close()
	})
}
