package server

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// errCut ends a download whose owner may not have it any more. The client sees a
// file that is shorter than it was told.
var errCut = errors.New("the session ended during the download")

// download gives a file away piece by piece, as long as the session it was asked
// for in holds: what is sent when it ends is cut off there.
type download struct {
	file *bytes.Reader
	over atomic.Bool
	stop func()
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

// give answers with a file. The kernel takes little of it ahead, and a reader
// that stalls is let go when the session ends.
func (k *call) give(file []byte) error {
	if k.handle == nil {
		return k.c.Send(file)
	}
	conn := k.c.Context().Conn()
	narrow(conn)
	d := &download{file: bytes.NewReader(file)}
	d.stop = k.handle.OnEnd(func() {
		d.over.Store(true)
		_ = conn.SetWriteDeadline(time.Unix(1, 0)) // the next answer has its own
	})
	k.c.Context().SetBodyStream(d, len(file))
	return nil
}

// narrow bounds what the kernel holds of a connection that is yet to be sent.
func narrow(c net.Conn) {
	for {
		switch v := c.(type) {
		case *net.TCPConn:
			_ = v.SetWriteBuffer(tcpWriteBuffer)
			return
		case *tls.Conn:
			c = v.NetConn()
		case *limitConn:
			c = v.Conn
		default:
			return
		}
	}
}
