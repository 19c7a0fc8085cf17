package server

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// TestDownloadsEndWithTheSession: a file that is on its way when the session
// ends, or the program is given other rights, is not given away to its end,
// neither to anyone who reads slowly nor to anyone who has stopped.
func TestDownloadsEndWithTheSession(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	big := bytes.Repeat([]byte("hemmelig\n"), size/9+1)[:size]
	w := startWorld(t, func(s *Server) {
		s.edge.Handle(edge.Route{Method: "GET", Path: "/stor", Access: edge.SignedIn(), Trace: edge.Nothing, Handle: func(k *edge.Call) error { return k.Give(big) }})
	})
	for name, c := range map[string]struct {
		header string
		end    func()
	}{
		"logged out everywhere": {"Cookie: " + w.as("leser"), func() { must(t, w.auth.EndAll("leser", false)) }},
		"a program's rights": {"Authorization: Bearer " + w.token("fagansvarlig"), func() {
			must(t, w.auth.SetGrants("fagansvarlig", []domain.Grant{{Role: domain.RoleEditor}}))
		}},
		"the account is closed": {"Authorization: Bearer " + w.token("admin"), func() { must(t, w.auth.Disable("admin", true)) }},
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		must(t, err)
		defer conn.Close()
		_, err = io.WriteString(conn, "GET /stor HTTP/1.1\r\nHost: "+strings.TrimPrefix(w.url, "http://")+"\r\n"+c.header+"\r\n\r\n")
		must(t, err)
		res, err := http.ReadResponse(bufio.NewReaderSize(conn, 4096), nil)
		must(t, err)
		first := make([]byte, 64<<10)
		if _, err := io.ReadFull(res.Body, first); err != nil || res.StatusCode != 200 || res.ContentLength != size {
			t.Fatalf("%s: %d, %d bytes, %v", name, res.StatusCode, res.ContentLength, err)
		}
		c.end()
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		rest, err := io.Copy(io.Discard, res.Body)
		if err == nil || isTimeout(err) || rest+int64(len(first)) >= size {
			t.Errorf("%s: %d of %d bytes came, %v", name, rest+int64(len(first)), size, err)
		}
	}
}

func isTimeout(err error) bool {
	n, ok := err.(net.Error)
	return ok && n.Timeout()
}

// TestDownloadsAreWhole for anyone who may have them, one after the other on one line.
func TestDownloadsAreWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 3 {
		res := w.get("leser", "/eksport?board=2022&format=json")
		if res.status != 200 || !strings.HasSuffix(res.body, "]}") || res.header.Get("Content-Length") == "" {
			t.Errorf("%d, %d bytes of %s", res.status, len(res.body), res.header.Get("Content-Length"))
		}
	}
}

// TestDownloadsArePacked: a copy of a board is packed on its way for who takes that, and
// is the same file.
func TestDownloadsArePacked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const path = "/oyeblikksbilde/na.html"
	plain, packed := w.get("leser", path, "Accept-Encoding: identity"), w.get("leser", path, "Accept-Encoding: gzip")
	// The typeface in it is packed already.
	if plain.header.Get("Content-Encoding") != "" || packed.header.Get("Content-Encoding") != "gzip" || 3*len(packed.body) > 2*len(plain.body) {
		t.Errorf("%d bytes, packed %d as %q", len(plain.body), len(packed.body), packed.header.Get("Content-Encoding"))
	}
	unpacked, err := gzip.NewReader(strings.NewReader(packed.body))
	must(t, err)
	file, err := io.ReadAll(unpacked)
	must(t, err)
	if len(file) != len(plain.body) { // each says when it was made
		t.Errorf("%d bytes, unpacked %d", len(plain.body), len(file))
	}
}
