package edge

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
)

// errCut ends a download whose owner may not have it any more. The client sees a
// file that is shorter than it was told.
var errCut = errors.New("the session ended during the download")

// download gives a file away piece by piece, as long as the session it was asked
// for in holds: what is sent when it ends is cut off there.
type download struct {
	file  io.Reader
	over  atomic.Bool
	stop  func()
	piece func() // told before each piece
}

// Read implements io.Reader.
func (d *download) Read(b []byte) (int, error) {
	if d.over.Load() {
		return 0, errCut
	}
	return d.file.Read(b)
}

// WriteTo implements io.WriterTo: the copy asks for each piece.
func (d *download) WriteTo(w io.Writer) (n int64, err error) {
	piece := make([]byte, 16<<10)
	for {
		if d.piece != nil {
			d.piece()
		}
		got, err := d.Read(piece)
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		wrote, err := w.Write(piece[:got])
		if n += int64(wrote); err != nil {
			return n, err
		}
	}
}

// Close implements io.Closer.
func (d *download) Close() error {
	d.stop()
	return nil
}

// Give answers with a file, packed on its way where the client takes that. The kernel
// takes little of it ahead, and a reader that stalls is let go when the session ends.
func (k *Call) Give(file []byte) error {
	file, coding := k.squeeze(file)
	if coding != "" {
		k.SetHeader(fiber.HeaderContentEncoding, coding)
	}
	k.c.Vary(fiber.HeaderAcceptEncoding)
	if k.Handle == nil {
		return k.c.Send(file)
	}
	land, err := k.takeOff(len(file))
	if err != nil {
		return err
	}
	conn := k.c.Context().Conn()
	d := &download{file: bytes.NewReader(file)}
	stop := k.Handle.OnEnd(func() {
		d.over.Store(true)
		_ = conn.SetWriteDeadline(time.Unix(1, 0)) // the next answer has its own
	})
	d.stop = func() { stop(); land() }
	k.c.Context().SetBodyStream(d, len(file))
	return nil
}

// GiveFile answers with a file that lies on the disk to somebody who is signed in, as long as
// the session holds. It closes the file. A reader has half a minute for each piece, and not for all of it.
func (k *Call) GiveFile(file *os.File, size int64) error {
	conn := k.c.Context().Conn()
	narrow(conn)
	d := &download{file: file}
	d.piece = func() {
		_ = conn.SetWriteDeadline(time.Now().Add(pieceTime))
		if d.over.Load() {
			_ = conn.SetWriteDeadline(time.Unix(1, 0))
		}
	}
	stop := k.Handle.OnEnd(func() {
		d.over.Store(true)
		_ = conn.SetWriteDeadline(time.Unix(1, 0)) // the next answer has its own
	})
	d.stop = func() { stop(); _ = file.Close() }
	k.c.Context().SetBodyStream(d, int(size))
	return nil
}

const pieceTime = 30 * time.Second

// LineBuffer is how much the kernel may hold of a connection that is yet to be sent.
const LineBuffer = 64 << 10

// narrow bounds what the kernel holds.
func narrow(c net.Conn) {
	if line, _ := LineOf(c); line != nil {
		_ = line.SetWriteBuffer(LineBuffer)
	}
}

// LineOf finds the TCP connection below the layers of one that the edge accepted, nil
// where there is none, and reports whether TLS lies between.
func LineOf(c net.Conn) (line *net.TCPConn, sealed bool) {
	for {
		switch v := c.(type) {
		case *net.TCPConn:
			return v, sealed
		case *tls.Conn:
			c, sealed = v.NetConn(), true
		case *limitConn:
			c = v.Conn
		case interface{ UnsafeConn() net.Conn }:
			c = v.UnsafeConn()
		default:
			return nil, sealed
		}
	}
}
