// Package clamd asks ClamAV's daemon, over its socket on this machine, whether a file has a
// virus. It speaks INSTREAM and nothing else.
package clamd

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"kommunebilde/domain"
)

const (
	within    = 30 * time.Second
	pieceSize = 64 << 10
	answerMax = 1 << 10
)

// ErrUnchecked: the daemon is down, slow, or did not take the file.
var ErrUnchecked = errors.New("the virus scanner gave no answer")

// Scan sends a file to the daemon at a socket. The error is a [domain.Error] where it has
// found something, and wraps ErrUnchecked where nobody knows.
func Scan(socket string, file io.Reader) error {
	c, err := net.DialTimeout("unix", socket, within)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnchecked, err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(within))
	sent := send(c, file) // over its limit the daemon hangs up, and its answer is there all the same
	said, err := io.ReadAll(io.LimitReader(c, answerMax))
	switch answer := strings.Trim(string(said), "\x00\n "); {
	case strings.HasSuffix(answer, " FOUND"):
		return &domain.Error{Code: domain.Invalid, Field: "file", Msg: "file.virus", Err: errors.New(answer)}
	case answer == "stream: OK" && sent == nil:
		return nil
	default:
		return fmt.Errorf("%w: %q: %w", ErrUnchecked, answer, errors.Join(sent, err))
	}
}

// send writes the command, and the file in pieces with their length before them.
func send(c io.Writer, file io.Reader) error {
	if _, err := io.WriteString(c, "zINSTREAM\x00"); err != nil {
		return err
	}
	piece := make([]byte, 4+pieceSize)
	for {
		n, err := io.ReadFull(file, piece[4:])
		binary.BigEndian.PutUint32(piece, uint32(n))
		if _, err := c.Write(piece[:4+n]); err != nil || n == 0 {
			return err
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
			return err
		}
	}
}
