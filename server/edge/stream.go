package edge

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/gofiber/fiber/v2"
)

// mostParts bounds the parts of a form with files.
const mostParts = 50

// Part is one field of a form that is read as it comes: with a file's name, or without.
type Part struct {
	Name, File string // File as it was sent, "" for a field that is no file
	io.Reader
}

// ReadParts reads a form with files as it comes, and gives each of its parts to each, in
// the order they were sent in. No more than the route's limit is read.
func (k *Call) ReadParts(each func(Part) error) error {
	kind, params, err := mime.ParseMediaType(k.Header(fiber.HeaderContentType))
	if err != nil || kind != "multipart/form-data" {
		return Error(http.StatusUnsupportedMediaType, "http.415", err)
	}
	body := k.stream()
	defer body.watch()()
	parts := multipart.NewReader(body, params["boundary"])
	for range mostParts {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			_, err = io.Copy(io.Discard, body) // what stands behind the last
			return body.refused(err)
		}
		if err != nil {
			return body.refused(err)
		}
		_, sent, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		if err := each(Part{part.FormName(), sent["filename"], part}); err != nil {
			if body.cut != nil || errors.Is(err, io.ErrUnexpectedEOF) {
				return body.refused(err)
			}
			return err
		}
	}
	return BadRequest("form", "http.form", nil)
}

// stream begins to read the body.
func (k *Call) stream() *incoming {
	ctx := k.c.Context()
	in := &incoming{ctx: k.ctx, left: int64(k.route.Body)}
	in.conn, _ = ctx.Conn().(*handed)
	if in.Reader = ctx.RequestBodyStream(); in.Reader == nil {
		in.Reader = bytes.NewReader(k.c.BodyRaw())
	}
	return in
}

// incoming is a body that comes: it counts, and gives up what stalls.
type incoming struct {
	io.Reader
	ctx  context.Context
	conn *handed
	left int64
	cut  error // why no more is read, but for the end
}

// watch ends a read that waits when the call's time is over.
func (in *incoming) watch() (stop func()) {
	if in.conn == nil {
		return func() {}
	}
	end := context.AfterFunc(in.ctx, func() { _ = in.conn.SetReadDeadline(time.Unix(1, 0)) })
	return func() { end() }
}

// errOver ends a body that is longer than the route allows.
var errOver = errors.New("the body is over its limit")

// Read implements io.Reader.
func (in *incoming) Read(b []byte) (n int, err error) {
	if in.cut != nil {
		return 0, in.cut
	}
	if in.conn != nil {
		_ = in.conn.SetReadDeadline(time.Now().Add(uploadStalls))
	}
	if err = in.ctx.Err(); err == nil { // asked after the deadline: see watch
		n, err = in.Reader.Read(b)
	}
	if in.left -= int64(n); in.left < 0 {
		n, err = 0, errOver
	}
	if errors.Is(err, io.EOF) && in.conn != nil {
		in.conn.whole = true
	}
	if err != nil && !errors.Is(err, io.EOF) {
		in.cut = err
	}
	return n, err
}

// refused says what went wrong with a body: what the reader met, whatever came of it.
func (in *incoming) refused(err error) error {
	var late net.Error
	switch {
	case errors.Is(in.cut, errOver):
		return Error(http.StatusRequestEntityTooLarge, "http.body", nil)
	case in.cut != nil && in.ctx.Err() != nil:
		return Error(http.StatusServiceUnavailable, "http.503", in.cut)
	case errors.Is(in.cut, os.ErrDeadlineExceeded) || errors.As(in.cut, &late) && late.Timeout():
		return Error(http.StatusRequestTimeout, "http.408", in.cut)
	case in.cut != nil:
		return BadRequest("form", "file.cut", in.cut)
	case err == nil:
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return BadRequest("form", "file.cut", err)
	}
	return BadRequest("form", "http.form", err)
}
