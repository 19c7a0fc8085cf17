package edge

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// An upload is read as it comes, and not into memory. fasthttp does so for a whole server
// or not at all, and a server that does drops the limit of every other route's body, and
// keeps the 16 KB that a request was read with for as long as the connection lives: 80 MB
// for 5,000 screens. So there are two. The one that everybody speaks to never streams. A
// request to an upload's address it hands over, with its connection and before a byte of
// the body was read, to another, which streams, answers this one request by the same
// chain, and ends the connection.

// uploads is the server that streams.
type uploads struct {
	server  *fasthttp.Server
	most    map[string]int // longest bodies, by path; not changed once served
	running sync.WaitGroup
}

// How an upload's connection is read and left.
const (
	uploadsMost   = 64               // at a time
	uploadStalls  = 30 * time.Second // without a byte: then it is given up
	lingerTime    = 2 * time.Second  // for a client that still sends what nobody reads
	lingerMost    = 8 << 20
	continueReply = "HTTP/1.1 100 Continue\r\n\r\n"
)

func newUploads(handler fasthttp.RequestHandler) *uploads {
	return &uploads{most: map[string]int{}, server: &fasthttp.Server{
		Handler:                      handler,
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		DisableKeepalive:             true, // one request, and the body that nobody read goes with it
		NoDefaultServerHeader:        true,
		ReadTimeout:                  10 * time.Second, // of the header, which is there
		WriteTimeout:                 30 * time.Second,
		ReadBufferSize:               headerLimit,
		WriteBufferSize:              writeBuffer,
		Concurrency:                  uploadsMost,
		HeaderReceived:               withoutExpect,
		Logger:                       silent{},
	}}
}

// withoutExpect keeps fasthttp from asking a client for the body that waits for it: the
// connection does, see [handed.Read].
func withoutExpect(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	h.Del(fiber.HeaderExpect)
	return fasthttp.RequestConfig{}
}

// silent drops what fasthttp would log: addresses, and that clients went away.
type silent struct{}

// Printf implements fasthttp.Logger.
func (silent) Printf(string, ...any) {}

// isUpload reports whether a request is to be handed over. One whose client waits to be
// asked for a body that is too long is not: it is told so before it has sent anything.
func (e *Edge) isUpload(h *fasthttp.RequestHeader) bool {
	if !h.IsPost() {
		return false
	}
	path, _, _ := bytes.Cut(h.RequestURI(), []byte("?"))
	most, yes := e.uploads.most[string(bytes.TrimPrefix(path, []byte(e.base)))]
	return yes && (h.ContentLength() <= most || !waits(h))
}

// waits reports whether a client waits to be asked for the body.
func waits(h *fasthttp.RequestHeader) bool {
	return h.IsHTTP11() && bytes.EqualFold(h.Peek(fiber.HeaderExpect), []byte("100-continue"))
}

// headerReceived is told of each request when its header is there: of an upload nothing
// more is read, of any other no more than it may have.
func (e *Edge) headerReceived(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	if e.isUpload(h) {
		h.SetContentLength(0) // what it was is among the raw headers
		h.Del(fiber.HeaderExpect)
		return fasthttp.RequestConfig{}
	}
	if h.ContentLength() > BodyLimit {
		h.Del(fiber.HeaderExpect) // else it is asked to go on, only to hear that it is too long
	}
	return e.bodyRoom(h)
}

// handOver gives uploads to the server that streams, and the rest to next.
func (e *Edge) handOver(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		h := &ctx.Request.Header
		if !e.isUpload(h) {
			next(ctx)
			return
		}
		head := bytes.Join([][]byte{h.Method(), []byte(" "), h.RequestURI(), []byte(" "), h.Protocol(), []byte("\r\n"), h.RawHeaders()}, nil)
		expects := h.IsHTTP11() && bytes.Contains(bytes.ToLower(head), []byte("\r\nexpect: 100-continue"))
		e.uploads.running.Add(1)
		ctx.HijackSetNoResponse(true)
		ctx.Hijack(func(c net.Conn) {
			defer e.uploads.running.Done()
			_ = e.uploads.server.ServeConn(&handed{Conn: c, head: head, expects: expects})
		})
	}
}

// wait waits for the uploads that go on, or for ctx.
func (u *uploads) wait(ctx context.Context) error {
	done := make(chan struct{})
	go func() { u.running.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// handed is a connection that was handed over: it begins again with the header. One
// goroutine reads and writes it.
type handed struct {
	net.Conn
	head    []byte // that is still to be read again
	expects bool   // the client waits to be asked for the body
	whole   bool   // all of the body was read
}

// UnsafeConn returns the connection below, as those of fasthttp do.
func (h *handed) UnsafeConn() net.Conn { return h.Conn }

// Read implements net.Conn. A client that waits is asked for the body when somebody wants
// it.
func (h *handed) Read(b []byte) (int, error) {
	if len(h.head) > 0 {
		n := copy(b, h.head)
		h.head = h.head[n:]
		return n, nil
	}
	if h.expects {
		h.expects = false
		if _, err := h.Write([]byte(continueReply)); err != nil {
			return 0, err
		}
	}
	return h.Conn.Read(b)
}

// Close implements net.Conn. A client that still sends has its answer only if somebody
// reads for a while: else the kernel says that the connection was reset, and no more.
func (h *handed) Close() error {
	if !h.whole && !h.expects {
		_ = h.SetReadDeadline(time.Now().Add(lingerTime))
		_, _ = io.CopyN(io.Discard, h.Conn, lingerMost)
	}
	return h.Conn.Close()
}
