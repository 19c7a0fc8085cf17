package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

func TestOnlyThisMachine(t *testing.T) {
	for raw, want := range map[string]string{
		"http://127.0.0.1:8080":     "127.0.0.1:8080",
		"http://127.4.5.6:1":        "127.4.5.6:1",
		"http://[::1]:8080":         "[::1]:8080",
		"http://127.0.0.1":          "127.0.0.1:80",
		"http://10.0.0.1:8080":      "",
		"http://192.168.1.20":       "",
		"http://0.0.0.0:8080":       "",
		"http://[2001:db8::1]:80":   "",
		"https://127.0.0.1:8080":    "",
		"127.0.0.1:8080":            "",
		"http://127.0.0.1@10.0.0.1": "",
		"":                          "",
	} {
		addr, _, err := loopback(raw)
		if addr != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", raw, addr, err)
		}
	}
}

func TestBounds(t *testing.T) {
	for _, args := range [][]string{
		{"-n", "0"}, {"-n", "10001"}, {"-n", "350,x"}, {"-changes", "0"}, {"-changes", "1001"},
		{"-rate", "0"}, {"-rate", "51"}, {"-burst", "-1"}, {"-burst", "201"}, {"-timeout", "1h"},
		{"-url", "http://10.0.0.1"}, {"-ops", "http://10.0.0.1"}, {"more"},
	} {
		if _, err := readConfig(append([]string{"-token", "x"}, args...), io.Discard); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
	if _, err := readConfig(nil, io.Discard); err == nil {
		t.Error("nobody to change anything was taken")
	}
	c, err := readConfig([]string{"-token", "a, b", "-n", "350, 1000"}, io.Discard)
	if err != nil || len(c.tokens) != 2 || len(c.counts) != 2 || c.lead != "a" {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestChainOfFrames(t *testing.T) {
	for name, c := range map[string]struct {
		frames          string
		missed, doubled int
		at              uint64
	}{
		"whole":   {`{"prev":5,"rev":6,"cells":[]} {"prev":6,"rev":9}`, 0, 0, 9},
		"missed":  {`{"prev":5,"rev":6} {"prev":7,"rev":8}`, 1, 0, 8},
		"doubled": {`{"prev":5,"rev":6} {"prev":5,"rev":6}`, 0, 1, 6},
		"older":   {`{"prev":5,"rev":8} {"prev":6,"rev":7}`, 0, 1, 8},
		"others":  {`{"hello":{}} {"beat":1} {"tick":2}`, 0, 0, 5},
	} {
		var s screen
		s.rev.Store(5)
		for f := range strings.SplitSeq(c.frames, " ") {
			s.take([]byte(f), time.Now())
		}
		if s.missed != c.missed || s.doubled != c.doubled || s.rev.Load() != c.at {
			t.Errorf("%s: missed %d, doubled %d, at %d", name, s.missed, s.doubled, s.rev.Load())
		}
	}
}

func TestWebsocketFrames(t *testing.T) {
	frame := func(head string, n int) *screen {
		return &screen{in: bufio.NewReader(io.MultiReader(strings.NewReader(head), bytes.NewReader(make([]byte, n))))}
	}
	for name, c := range map[string]struct {
		s    *screen
		want int // -1: refused
	}{
		"empty":      {frame("\x81\x00", 0), 0},
		"short":      {frame("\x81\x7d", 125), 125},
		"16 bits":    {frame("\x81\x7e\x01\x00", 256), 256},
		"64 bits":    {frame("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 65536), 65536},
		"cut":        {frame("\x81\x7d", 124), -1},
		"cut length": {frame("\x81\x7e\x01", 0), -1},
		"huge":       {frame("\x81\x7f\x7f\x00\x00\x00\x00\x00\x00\x00", 0), -1},
		"masked":     {frame("\x81\x80\x00\x00\x00\x00", 0), -1},
		"part":       {frame("\x01\x00", 0), -1},
		"packed":     {frame("\xc1\x00", 0), -1},
	} {
		_, data, err := c.s.frame(nil)
		if (err != nil) != (c.want < 0) || err == nil && len(data) != c.want {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
}

func FuzzRevisions(f *testing.F) {
	f.Add([]byte(`{"prev":810,"rev":812,"cells":[]}`))
	f.Add([]byte(`{"prev":,"rev":`))
	f.Add([]byte(`{"prev":1,"rev":2`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var want struct{ Prev, Rev uint64 }
		prev, rev, ok := revisions(data)
		if !ok || bytes.Count(data, []byte(`"`)) != 4 || json.Unmarshal(data, &want) != nil {
			return
		}
		if prev != want.Prev || rev != want.Rev {
			t.Errorf("%q: %d, %d", data, prev, rev)
		}
	})
}

func TestProcess(t *testing.T) {
	self := process(os.Getpid())
	before, err := self.cpu()
	if err != nil {
		t.Fatal(err)
	}
	for x, end := 0.0, time.Now().Add(100*time.Millisecond); time.Now().Before(end); {
		x = math.Sqrt(x + 1)
	}
	after, err := self.cpu()
	if used := after - before; err != nil || used < 10*time.Millisecond || used > 10*time.Second {
		t.Errorf("100 ms of work cost %v, %v", used, err)
	}
	if rss, err := self.rss(); err != nil || rss < 1<<20 {
		t.Errorf("memory %d, %v", rss, err)
	}
	if _, err := process(1 << 22).cpu(); err == nil {
		t.Error("a process that is not there")
	}
}

func TestFigures(t *testing.T) {
	const name, text = "go_gc_duration_seconds_count", "# TYPE go_gc_duration_seconds summary\ngo_gc_duration_seconds_count_total 9\ngo_gc_duration_seconds_count 7\n"
	if n, err := readFigure(strings.NewReader(text), name); err != nil || n != 7 {
		t.Errorf("%v, %v", n, err)
	}
	for _, bad := range []string{"", name + " x\n"} {
		if _, err := readFigure(strings.NewReader(bad), name); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
