package screens

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"unicode/utf8"

	"github.com/gofiber/contrib/websocket"
)

// frames reads what a screen sends, by RFC 6455. The library's reader answers a
// breach itself, in the middle of what the fan-out writes, and takes a close
// message with half a code for one without.
type frames struct {
	in      *bufio.Reader
	message []byte
	kind    byte // of the message that has begun
	open    bool // it has not ended
}

// breach is why a socket must end: the code of its close message.
type breach int

// Error implements error.
func (b breach) Error() string { return fmt.Sprintf("websocket: closed with %d", int(b)) }

const (
	frameFinal, frameMasked = 0x80, 0x80
	frameReserved           = 0x70
	frameControl            = 0x08
	frameMost               = 125 // bytes in a control frame
)

func newFrames(c net.Conn) *frames { return &frames{in: bufio.NewReaderSize(c, 64)} }

// next reads a frame. It returns a control frame, or a whole message; kind is 0
// for a piece of one that goes on.
func (f *frames) next() (kind byte, data []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(f.in, head[:]); err != nil {
		return 0, nil, err
	}
	final, op := head[0]&frameFinal != 0, head[0]&0x0f
	n := uint64(head[1] &^ frameMasked)
	control := op&frameControl != 0
	switch {
	case head[0]&frameReserved != 0, head[1]&frameMasked == 0,
		control && (op > websocket.PongMessage || !final || n > frameMost),
		!control && (op > websocket.BinaryMessage || (op == 0) != f.open):
		return 0, nil, breach(websocket.CloseProtocolError)
	}
	if n, err = f.length(n); err != nil {
		return 0, nil, err
	}
	held := len(f.message)
	if control {
		held = 0
	}
	if n > readLimit || held+int(n) > readLimit {
		return 0, nil, breach(websocket.CloseMessageTooBig)
	}
	if data, err = f.payload(int(n)); err != nil || control {
		return op, data, err
	}
	if op != 0 {
		f.kind = op
	}
	f.message, f.open = append(f.message, data...), !final
	if f.open {
		return 0, nil, nil
	}
	data, f.message = f.message, nil
	return f.kind, data, nil
}

// length reads the rest of a frame's length.
func (f *frames) length(n uint64) (uint64, error) {
	var b [8]byte
	size := map[uint64]int{126: 2, 127: 8}[n]
	if size == 0 {
		return n, nil
	}
	if _, err := io.ReadFull(f.in, b[8-size:]); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(b[:]), nil
}

func (f *frames) payload(n int) ([]byte, error) {
	var mask [4]byte
	if _, err := io.ReadFull(f.in, mask[:]); err != nil {
		return nil, err
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(f.in, data); err != nil {
		return nil, err
	}
	for i := range data {
		data[i] ^= mask[i%4]
	}
	return data, nil
}

// closeCode is what a screen's close message is answered with.
func closeCode(data []byte) int {
	if len(data) == 0 {
		return websocket.CloseNoStatusReceived
	}
	if len(data) == 1 {
		return websocket.CloseProtocolError
	}
	code := int(binary.BigEndian.Uint16(data))
	switch {
	case code < 1000, code > 1014 && code < 3000, code > 4999,
		code == 1004, code == websocket.CloseNoStatusReceived, code == websocket.CloseAbnormalClosure:
		return websocket.CloseProtocolError
	case !utf8.Valid(data[2:]):
		return websocket.CloseInvalidFramePayloadData
	}
	return code
}
