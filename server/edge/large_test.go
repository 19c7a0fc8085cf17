package edge

import (
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

// TestLarge: a longer body is for its own route, announced, and for few at a time; a
// place that nobody gave back is free after a while.
func TestLarge(t *testing.T) {
	l := large{}
	l.add(Route{Method: "POST", Path: "/utgave/:board/fil", Body: 1 << 20})
	l.add(Route{Method: "POST", Path: "/filer", Body: 1 << 20, Streams: true})
	l.add(Route{Method: "POST", Path: "/liten", Body: BodyLimit})
	header := func(method string, n int) *fasthttp.RequestHeader {
		h := &fasthttp.RequestHeader{}
		h.SetMethod(method)
		h.SetContentLength(n)
		return h
	}
	for _, none := range []struct {
		h    *fasthttp.RequestHeader
		path string
	}{
		{header("POST", 1<<20), "/utgave/fil"}, {header("POST", 1<<20), "/utgave/2026/fil/lagre"}, {header("POST", 1<<20), "/filer"}, {header("POST", 1<<20), "/liten"},
		{header("PUT", 1<<20), "/utgave/2026/fil"}, {header("POST", 64<<20), "/utgave/2026/fil"}, {header("POST", -1), "/utgave/2026/fil"}, {header("POST", BodyLimit), "/utgave/2026/fil"},
	} {
		if got := l.room(none.h, none.path); got != 0 || len(l.held) != 0 {
			t.Errorf("%s %s of %d has room for %d", none.h.Method(), none.path, none.h.ContentLength(), got)
		}
	}
	var taken []*fasthttp.RequestHeader
	for range largeMost {
		h := header("POST", 1<<20)
		if taken = append(taken, h); l.room(h, "/utgave/2026/fil") != 2<<20 {
			t.Fatal("there is no room for it")
		}
	}
	late := header("POST", 1<<20)
	if l.room(late, "/utgave/2026/fil") != 0 {
		t.Error("there is room for one more than there is")
	}
	l.over(taken[0])
	if l.room(late, "/utgave/2026/fil") == 0 {
		t.Error("the place that was given back is not free")
	}
	l.held[taken[1]] = time.Now().Add(-time.Second)
	if l.room(taken[0], "/utgave/2026/fil") == 0 {
		t.Error("a place is held for ever")
	}
}
