package clamd

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kommunebilde/domain"
)

// daemon answers one file as clamd 1.4 was seen to: it takes no more than most, and finds
// what has EICAR in it.
func daemon(t *testing.T, most int) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "clamd.ctl")
	ln, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go answer(c, most)
		}
	}()
	return socket
}

func answer(c net.Conn, most int) {
	defer c.Close()
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(c, command); err != nil || string(command) != "zINSTREAM\x00" {
		_, _ = io.WriteString(c, "UNKNOWN COMMAND\x00")
		return
	}
	var all bytes.Buffer
	for {
		var n uint32
		if binary.Read(c, binary.BigEndian, &n) != nil {
			return
		}
		if n == 0 {
			break
		}
		if all.Len()+int(n) > most {
			_, _ = io.WriteString(c, "INSTREAM size limit exceeded. ERROR\x00")
			return
		}
		if _, err := io.CopyN(&all, c, int64(n)); err != nil {
			return
		}
	}
	if bytes.Contains(all.Bytes(), []byte("EICAR")) {
		_, _ = io.WriteString(c, "stream: Test.Eicar.UNOFFICIAL FOUND\x00")
		return
	}
	_, _ = io.WriteString(c, "stream: OK\x00")
}

func TestScan(t *testing.T) {
	socket := daemon(t, 1<<20)
	for name, one := range map[string]struct {
		file      string
		found     bool
		unchecked bool
	}{
		"nothing wrong":      {strings.Repeat("a", 200_000), false, false},
		"exactly one piece":  {strings.Repeat("a", pieceSize), false, false},
		"empty":              {"", false, false},
		"a virus":            {"xx EICAR xx", true, false},
		"one in the end":     {strings.Repeat("a", 3*pieceSize) + "EICAR", true, false},
		"longer than it may": {strings.Repeat("a", 4<<20), false, true},
	} {
		err := Scan(socket, strings.NewReader(one.file))
		var e *domain.Error
		found, unchecked := errors.As(err, &e) && e.Msg == "file.virus", errors.Is(err, ErrUnchecked)
		if found != one.found || unchecked != one.unchecked || err == nil && (one.found || one.unchecked) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := Scan(filepath.Join(t.TempDir(), "none"), strings.NewReader("a")); !errors.Is(err, ErrUnchecked) {
		t.Errorf("without a daemon: %v", err)
	}
}

// TestRealDaemon asks the clamd of this machine, where KB_TEST_CLAMD names its socket. It
// knows the test virus, at the least by a line of its own (md5:68:Test.Eicar).
func TestRealDaemon(t *testing.T) {
	socket := os.Getenv("KB_TEST_CLAMD")
	if socket == "" {
		t.Skip("KB_TEST_CLAMD names no socket")
	}
	if err := Scan(socket, strings.NewReader("Planen er fra 2019.")); err != nil {
		t.Errorf("a text: %v", err)
	}
	eicar := `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`
	var e *domain.Error
	if err := Scan(socket, strings.NewReader(eicar)); !errors.As(err, &e) || e.Msg != "file.virus" {
		t.Errorf("the test virus: %v", err)
	}
}
