package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// perAddress is how many screens share one loopback address: the server bounds
// connections per address, and a county's screens have more than one.
const perAddress = 800

// arrival is when a screen had everything up to a revision.
type arrival struct {
	rev uint64
	at  time.Time
}

// screen is one websocket client, as small as can be: thousands of them must not
// cost more than the server that is measured.
type screen struct {
	conn net.Conn
	in   *bufio.Reader

	rev      atomic.Uint64 // up to where it has everything
	messages atomic.Int64  // with a revision
	bytes    atomic.Int64  // of those

	mu       sync.Mutex
	arrivals []arrival

	// Read only after the screen has ended.
	missed, doubled int
	closed          string // why the server closed it, "" if it did not
	err             error
}

// dialer dials a server from a loopback address of its own for every
// perAddress connections.
func dialer(addr string, i int) net.Dialer {
	d := net.Dialer{Timeout: 10 * time.Second}
	if host, _, err := net.SplitHostPort(addr); err == nil && i >= perAddress && net.ParseIP(host).To4() != nil {
		d.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(i/perAddress))}
	}
	return d
}

// connect opens the i-th screen at a position.
func connect(ctx context.Context, cfg config, i int, at position) (*screen, error) {
	d := dialer(cfg.addr, i)
	conn, err := d.DialContext(ctx, "tcp", cfg.addr)
	if err != nil {
		return nil, err
	}
	s := &screen{conn: conn, in: bufio.NewReaderSize(conn, 1024)}
	s.rev.Store(at.Rev)
	if err := s.shake(ctx, cfg, i, at); err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

func (s *screen) shake(ctx context.Context, cfg config, i int, at position) error {
	var nonce [16]byte
	_, _ = rand.Read(nonce[:]) // never fails
	key := base64.StdEncoding.EncodeToString(nonce[:])
	q := url.Values{"board": {cfg.board}, "epoch": {at.Epoch}, "rev": {strconv.FormatUint(at.Rev, 10)}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, cfg.url+"/live?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	req.Header = http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-WebSocket-Version": {"13"},
		"Sec-WebSocket-Key": {key}, "Sec-WebSocket-Protocol": {"kb.v1"}, "Origin": {"http://" + cfg.host},
	}
	cfg.sign(req, i)
	if err := s.conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return err
	}
	if err := req.Write(s.conn); err != nil {
		return err
	}
	resp, err := http.ReadResponse(s.in, req)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("the server answered %s", resp.Status)
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	if resp.Header.Get("Sec-WebSocket-Accept") != base64.StdEncoding.EncodeToString(sum[:]) {
		return errors.New("the server did not accept the key")
	}
	return s.conn.SetDeadline(time.Time{})
}

// sign says who the i-th screen is; i < 0 is the one that changes.
func (c config) sign(req *http.Request, i int) {
	switch {
	case c.cookie != "":
		req.Header.Set("Cookie", c.cookie)
	case i < 0 || len(c.tokens) == 0:
		req.Header.Set("Authorization", "Bearer "+c.lead)
	default:
		req.Header.Set("Authorization", "Bearer "+c.tokens[i%len(c.tokens)])
	}
}

// Opcodes of RFC 6455.
const (
	opText  = 1
	opClose = 8
	opPing  = 9
)

// read takes messages until the connection ends.
func (s *screen) read() {
	defer s.conn.Close()
	var message []byte
	for {
		op, data, err := s.frame(message[:0])
		if err != nil {
			s.err = err
			return
		}
		switch op {
		case opText:
			s.take(data, time.Now())
		case opPing:
			if err := s.pong(data); err != nil {
				s.err = err
				return
			}
		case opClose:
			s.closed = "without a reason"
			if len(data) >= 2 {
				s.closed = fmt.Sprintf("%d %s", binary.BigEndian.Uint16(data), data[2:])
			}
			return
		}
		message = data
	}
}

// frame reads one frame into buf. The server sends whole messages, unmasked.
func (s *screen) frame(buf []byte) (op byte, data []byte, err error) {
	var head [10]byte
	if _, err := io.ReadFull(s.in, head[:2]); err != nil {
		return 0, nil, err
	}
	if head[0]&0xf0 != 0x80 || head[1]&0x80 != 0 {
		return 0, nil, fmt.Errorf("a frame begins with %x", head[:2])
	}
	n := uint64(head[1])
	switch n {
	case 126:
		_, err = io.ReadFull(s.in, head[2:4])
		n = uint64(binary.BigEndian.Uint16(head[2:]))
	case 127:
		_, err = io.ReadFull(s.in, head[2:10])
		n = binary.BigEndian.Uint64(head[2:])
	}
	if err != nil || n > 16<<20 {
		return 0, nil, fmt.Errorf("a frame of %d bytes: %w", n, err)
	}
	if uint64(cap(buf)) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	_, err = io.ReadFull(s.in, buf)
	return head[0] & 0xf, buf, err
}

// pong answers a ping. A client's frames are masked; zero is a mask too.
func (s *screen) pong(data []byte) error {
	_, err := s.conn.Write(append([]byte{0x8a, 0x80 | byte(len(data)), 0, 0, 0, 0}, data...))
	return err
}

// take notes what a message brings, and whether it follows the one before.
func (s *screen) take(data []byte, now time.Time) {
	prev, rev, ok := revisions(data)
	if !ok {
		return
	}
	at := s.rev.Load()
	switch {
	case rev <= at:
		s.doubled++
	case prev != at:
		s.missed++
	}
	s.mu.Lock()
	s.arrivals = append(s.arrivals, arrival{rev, now})
	s.mu.Unlock()
	s.messages.Add(1)
	s.bytes.Add(int64(len(data)))
	s.rev.Store(max(at, rev))
}

// revisions reads the beginning of a frame, {"prev":1,"rev":2,… ; other messages
// have none.
func revisions(data []byte) (prev, rev uint64, ok bool) {
	data, ok = bytes.CutPrefix(data, []byte(`{"prev":`))
	if !ok {
		return 0, 0, false
	}
	a, data, ok := bytes.Cut(data, []byte(`,"rev":`))
	if !ok {
		return 0, 0, false
	}
	end := bytes.IndexAny(data, ",}")
	if end < 0 {
		return 0, 0, false
	}
	prev, errPrev := strconv.ParseUint(string(a), 10, 64)
	rev, errRev := strconv.ParseUint(string(data[:end]), 10, 64)
	return prev, rev, errPrev == nil && errRev == nil
}
