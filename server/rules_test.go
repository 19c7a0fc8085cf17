package server

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"

	"kommunebilde/domain"
	"kommunebilde/domain/typed"
	"kommunebilde/server/edge"
	"kommunebilde/server/screens"
)

// The rules for Fiber v2 and contrib/websocket that were found by experiment.
// Each test fails when its rule is broken; all but the last two by a real
// client on a real line.

// Rule 1: what a handler keeps of a request does not change under later ones.
func TestValuesOfARequestDoNotChange(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	kept := map[string][]string{}
	w := startWorld(t, func(s *Server) {
		s.edge.Handle(edge.Route{Method: "GET", Path: "/prove/:p", Access: edge.Open(), Body: 100, Trace: edge.Nothing, Handle: func(k *edge.Call) error {
			mu.Lock()
			defer mu.Unlock()
			id := strings.Clone(k.Param("p"))
			kept[id] = []string{k.Param("p"), k.Query("q"), k.Header("X-Prove"), k.Cookie("prove"), k.Address(), string(k.Body())}
			return k.Done()
		}})
	})
	client := &http.Client{}
	defer client.CloseIdleConnections()
	for i := range 300 {
		id := fmt.Sprintf("verdi%04d", i)
		req, err := http.NewRequestWithContext(t.Context(), "GET", w.url+"/prove/"+id+"?q="+id, strings.NewReader(id))
		must(t, err)
		req.Header.Set("X-Prove", id)
		req.Header.Set("Cookie", "prove="+id)
		res, err := client.Do(req)
		must(t, err)
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	for id, values := range kept {
		for i, v := range values {
			if !strings.Contains(v, id) {
				t.Fatalf("value %d of request %s became %q", i, id, v)
			}
		}
	}
	if len(kept) != 300 {
		t.Fatalf("%d of 300 requests came", len(kept))
	}
}

// Rule 2: handlers work with a context that has an end and is cancelled when the
// server ends; what is below them never gets a *fiber.Ctx.
func TestHandlersGetAContext(t *testing.T) {
	t.Parallel()
	begun, ended := make(chan context.Context, 1), make(chan error, 1)
	w := startWorld(t, func(s *Server) {
		s.edge.Handle(edge.Route{Method: "GET", Path: "/vent", Access: edge.Open(), Trace: edge.Nothing, Handle: func(k *edge.Call) error {
			begun <- k.Context()
			<-k.Context().Done()
			ended <- context.Cause(k.Context())
			return k.Context().Err()
		}})
	})
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if res, err := http.Get(w.url + "/vent"); err == nil {
			res.Body.Close()
		}
	}()
	ctx := <-begun
	if at, ok := ctx.Deadline(); !ok || time.Until(at) > 11*time.Second {
		t.Errorf("deadline %v, %v", at, ok)
	}
	w.server.end(screens.ErrRestart)
	if err := <-ended; err != screens.ErrRestart {
		t.Errorf("ended by %v", err)
	}
	<-gone
}

func TestFiberStaysAtTheEdge(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{".", "page", "accounts", "wire", "live", "auth", "../dashboard", "../storage"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.ImportsOnly)
			must(t, err)
			for _, i := range parsed.Imports {
				if strings.Contains(i.Path.Value, "gofiber") || strings.Contains(i.Path.Value, "fasthttp") {
					t.Errorf("%s imports %s", f, i.Path.Value)
				}
			}
		}
	}
}

// Rule 3: a panic in a handler is answered, and its text stays inside.
func TestPanicInAHandlerIsAnswered(t *testing.T) {
	t.Parallel()
	w := startWorld(t, func(s *Server) {
		fails := func(path string, h func(*edge.Call) error) {
			s.edge.Handle(edge.Route{Method: "GET", Path: path, Access: edge.Open(), Trace: edge.Nothing, Handle: h})
		}
		fails("/prove/panikk", func(*edge.Call) error { panic("hemmelig tekst") })
		s.edge.Handle(edge.Route{Method: "GET", Path: "/api/panikk", Access: edge.Open(), Trace: edge.Nothing, Handle: func(k *edge.Call) error {
			return k.Send(edge.Text, []byte(strings.Split(k.ID, "-")[1]))
		}})
		fails("/prove/feil", func(*edge.Call) error { return fmt.Errorf("hemmelig tekst") })
	})
	for _, path := range []string{"/prove/panikk", "/prove/feil", "/api/panikk"} {
		res := w.do("GET", path, "")
		if res.status != 500 || strings.Contains(res.body, "hemmelig") || strings.Contains(res.body, "out of range") {
			t.Errorf("%s: %d %s", path, res.status, res.body)
		}
		if res.header.Get("Content-Security-Policy") == "" || res.header.Get("X-Request-Id") == "" {
			t.Errorf("%s: headers %v", path, res.header)
		}
	}
	if strings.Contains(w.log.String(), "panic of string: hemmelig") || !strings.Contains(w.log.String(), "handler panicked") {
		t.Errorf("log: %s", w.log)
	}
	if res := w.do("GET", "/om", ""); res.status != 200 {
		t.Errorf("afterwards: %d", res.status)
	}
}

// Rule 4: a panic in a socket ends that socket, and tells nothing.
func TestPanicInASocketEndsItAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := w.openMeeting()
	victim, other := w.connect("leser"), w.connect("redaktor")
	_, err := w.clerk.Submit(t.Context(), domain.System("test"), "", domain.SetLevels{
		Board: domain.Live, Meeting: meeting,
		Cells: []domain.CellEdit{{Municipality: "9901", Column: "skole", Level: domain.Red, Text: poison}},
	})
	must(t, err)
	for _, screen := range []interface {
		ReadMessage() (int, []byte, error)
	}{victim, other} {
		if _, b, err := screen.ReadMessage(); err == nil && bytes.Contains(b, []byte("hemmelig")) {
			t.Errorf("was told %s", b)
		}
	}
	w.await("sockets whose writer panicked are gone", func() bool { return w.server.screens.Stats().Open == 0 })
	if !strings.Contains(w.log.String(), "socket panicked") || strings.Contains(w.log.String(), "hemmelig") {
		t.Errorf("log: %s", w.log)
	}
	if res := w.do("GET", "/om", ""); res.status != 200 {
		t.Errorf("afterwards: %d", res.status)
	}
}

// Rule 5: connections are pooled. Screens of two boards come and go while both
// boards change, and nobody ever gets a message of the other board.
func TestNoMessageReachesAnotherScreen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := w.openMeeting()
	ctx, stop := context.WithCancel(t.Context())
	var changes sync.WaitGroup
	changes.Go(func() {
		levels := []domain.Level{domain.Red, domain.Green}
		for i := 0; ctx.Err() == nil; i++ {
			for board, m := range map[domain.BoardID]domain.MeetingID{domain.Live: meeting, draft: ""} {
				p, err := edge.LookAs(w.clerk.State(), domain.System("test"), time.Now()).Picture(board)
				if err != nil {
					t.Error(err)
					return
				}
				seen := p.Cell(p.Row("9902"), p.Col("skole")).Revision
				_, err = w.clerk.Submit(ctx, domain.System("test"), "", domain.SetLevels{Board: board, Meeting: m, Cells: []domain.CellEdit{
					{Municipality: "9902", Column: "skole", Level: levels[i%2], Text: typed.Of("tavle:" + string(board) + ";"), Seen: seen},
				}})
				if err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
			}
		}
	})
	accounts := []string{"leser", "redaktor"}
	boards := []domain.BoardID{domain.Live, draft}
	for _, a := range accounts {
		w.as(a)
	}
	var screens sync.WaitGroup
	var got [2]int
	for n := range 16 {
		screens.Go(func() {
			own, foreign := boards[n%2], boards[(n+1)%2]
			for range 25 {
				p, err := edge.LookAs(w.clerk.State(), domain.System("test"), time.Now()).Picture(own)
				if err != nil {
					t.Error(err)
					return
				}
				c, _, err := w.dial(accounts[n%2], fmt.Sprintf("board=%s&epoch=%s&rev=%d", own, p.Epoch(), p.Board().Revision))
				if err != nil {
					t.Errorf("dial: %v", err)
					return
				}
				for i := range 3 {
					_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
					_, b, err := c.ReadMessage()
					if err != nil {
						break
					}
					if bytes.Contains(b, []byte("tavle:"+string(foreign)+";")) {
						t.Errorf("a screen of %s got %s", own, b)
					}
					if i == 0 && !bytes.HasPrefix(b, []byte(`{"hello"`)) {
						t.Errorf("a screen began with %s", b)
					}
					if n < 2 && bytes.Contains(b, []byte("tavle:")) {
						got[n]++
					}
				}
				_ = c.NetConn().Close() // leaves without a word
			}
		})
	}
	screens.Wait()
	stop()
	changes.Wait()
	if got[0] == 0 || got[1] == 0 {
		t.Errorf("screens saw %v changes: nothing was proved", got)
	}
	w.await("all sockets are gone", func() bool { return w.server.screens.Stats().Open == 0 })
}

// Rule 5, by force: writers are held up while their screens leave and others
// come, who may get the same pooled connection. When the writers go on, they must
// not touch it: the others live, and get their own board's messages only.
func TestHeldUpWriterTouchesNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.timing = screens.Timing{Farewell: time.Millisecond} })
	meeting := w.openMeeting()
	change := func(board domain.BoardID, m domain.MeetingID, words string) {
		t.Helper()
		_, err := w.clerk.Submit(t.Context(), domain.System("test"), "", domain.SetLevels{Board: board, Meeting: m, Cells: []domain.CellEdit{
			{Municipality: "9902", Column: "skole", Level: domain.Red, Text: typed.Of(words)},
		}})
		must(t, err)
	}
	const n = 30
	var first, second []*websocket.Conn
	for range n {
		first = append(first, w.connect("leser"))
	}
	change(domain.Live, meeting, holdUp)
	for _, c := range first {
		_ = c.NetConn().Close()
	}
	p, err := edge.LookAs(w.clerk.State(), domain.System("test"), time.Now()).Picture(draft)
	must(t, err)
	for range n {
		c, _, err := w.dial("redaktor", fmt.Sprintf("board=%s&epoch=%s&rev=%d", draft, p.Epoch(), p.Board().Revision))
		must(t, err)
		defer c.Close()
		w.read(c)
		second = append(second, c)
	}
	close(w.gate)
	w.await("the first have left", func() bool { return w.server.screens.Stats().Open <= n })
	change(draft, "", "utkastet")
	for _, c := range second {
		if m := w.read(c); !strings.Contains(m, "utkastet") || strings.Contains(m, holdUp) {
			t.Fatalf("got %s", m)
		}
	}
}

// Rule 6, first: a screen that is gone without a word (no pong) is let go, and
// one that answers is not.
func TestSilentScreenIsLetGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.timing = screens.Timing{Ping: 100 * time.Millisecond, Silence: 2 * time.Second} })
	w.as("leser")
	w.as("redaktor")
	alive := w.connect("redaktor")
	frames := make(chan string, 10)
	go func() {
		defer close(frames)
		for {
			_, b, err := alive.ReadMessage()
			if err != nil {
				return
			}
			frames <- string(b)
		}
	}()
	start := time.Now()
	mute := w.connect("leser")
	mute.SetPingHandler(func(string) error { return nil }) // reads, but never answers
	if code := w.closeCode(mute); code != websocket.CloseAbnormalClosure && code != 0 {
		t.Errorf("closed with %d", code)
	}
	if took := time.Since(start); took < 1500*time.Millisecond {
		t.Errorf("let go after %v", took)
	}
	w.await("the silent one is gone", func() bool { return w.server.screens.Stats().Open == 1 })
	w.set(w.openMeeting(), "9901", domain.Red)
	for f := range frames {
		if strings.Contains(f, `"level":"red"`) {
			return
		}
	}
	t.Error("the one that answers was let go too")
}

// Rule 6, second: a screen that stops reading does not hold its writer for ever,
// and nobody else notices.
func TestScreenThatStopsReadingIsLetGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.timing = screens.Timing{Write: 300 * time.Millisecond, Beat: 20 * time.Millisecond} })
	stuck := w.stuck("leser")
	defer stuck.Close()
	w.await("it has had heartbeats, so that no deadline is left of what came before", func() bool { return w.count("kb_socket_messages_total") >= 3 })
	other := w.connect("redaktor")
	w.await("both are there", func() bool { return w.server.screens.Stats().Open == 2 })
	big := append(append([]byte(`{"fyll":"`), bytes.Repeat([]byte("x"), 2<<20)...), `"}`...)
	for i := range 4 {
		w.clerk.Ephemeral(domain.Live, fmt.Sprintf("fyll%d", i), big)
		if m := w.read(other); len(m) != len(big) {
			t.Fatalf("the other got %d bytes", len(m))
		}
	}
	w.await("the stuck one is gone", func() bool { return w.server.screens.Stats().Open == 1 })
	w.set(w.openMeeting(), "9901", domain.Red)
	for !strings.Contains(w.read(other), `"level":"red"`) {
	}
}

// And whatever it is that fills its line.
func TestHeartbeatsAndPingsDoNotWaitForEver(t *testing.T) {
	t.Parallel()
	for name, often := range map[string]screens.Timing{"heartbeats": {Beat: time.Microsecond, Ping: time.Hour}, "pings": {Beat: time.Hour, Ping: time.Microsecond}} {
		t.Run(name, func(t *testing.T) {
			often.Write, often.Silence = 300*time.Millisecond, time.Hour
			w := newWorld(t, func(c *Config) { c.timing = often })
			stuck := w.stuck("leser")
			defer stuck.Close()
			w.await("it is let go", func() bool { return w.count("kb_socket_slow_total") == 1 && w.server.screens.Stats().Open == 0 })
		})
	}
}

// Who is told to leave and does not answer is hung up on.
func TestScreenThatDoesNotAnswerIsHungUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mute := w.stuck("leser")
	defer mute.Close()
	w.await("it is there", func() bool { return w.server.screens.Stats().Open == 1 })
	must(t, w.auth.EndAll("leser", true))
	w.await("it is gone", func() bool { return w.server.screens.Stats().Open == 0 })
}

// stuck is a screen that never reads and has little room for what it is sent.
func (w *world) stuck(account string) net.Conn {
	w.t.Helper()
	d := net.Dialer{}
	c, err := d.DialContext(w.t.Context(), "tcp", strings.TrimPrefix(w.url, "http://"))
	must(w.t, err)
	must(w.t, c.(*net.TCPConn).SetReadBuffer(4<<10))
	at := w.position()
	_, err = fmt.Fprintf(c, "GET /live?board=na&epoch=%s&rev=%d HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nCookie: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", at.Epoch, at.Revision, strings.TrimPrefix(w.url, "http://"), w.url, w.as(account))
	must(w.t, err)
	return c
}

// Rule 6, third: shutdown ends open sockets, those included whose screens have
// stopped reading, and is done within five seconds.
func TestShutdownEndsOpenSockets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var screens []*websocket.Conn
	for range 10 {
		screens = append(screens, w.connect("leser"))
	}
	stuck := w.stuck("redaktor")
	defer stuck.Close()
	w.await("all are there", func() bool { return w.server.screens.Stats().Open == 11 })
	big := append(append([]byte(`{"fyll":"`), bytes.Repeat([]byte("x"), 4<<20)...), `"}`...)
	w.clerk.Ephemeral(domain.Live, "fyll", big)
	for _, s := range screens {
		w.read(s)
	}
	var got sync.WaitGroup
	codes := make(chan int, len(screens))
	for _, s := range screens {
		got.Go(func() {
			for {
				if _, _, err := s.ReadMessage(); err != nil {
					codes <- codeOfClose(err)
					return
				}
			}
		})
	}
	start := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	must(t, w.server.Shutdown(ctx))
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	got.Wait()
	for range screens {
		if code := <-codes; code != websocket.CloseServiceRestart {
			t.Errorf("a screen was told %d", code)
		}
	}
	if n := w.server.screens.Stats().Open; n != 0 {
		t.Errorf("%d sockets are open", n)
	}
	if _, err := net.DialTimeout("tcp", strings.TrimPrefix(w.url, "http://"), time.Second); err == nil {
		t.Error("still listens")
	}
}

// Rule 7: a foreign page, and one without an origin, is refused before the
// upgrade, with one line that says what came and what was expected.
func TestForeignOriginIsRefusedBeforeTheUpgrade(t *testing.T) {
	t.Parallel()
	for _, public := range []string{"", "https://bilder.example.no/kb"} {
		w := newWorld(t, func(c *Config) { c.PublicURL = public })
		want := w.url
		if public != "" {
			want = "https://bilder.example.no"
		}
		at := w.position()
		query := fmt.Sprintf("/live?board=na&epoch=%s&rev=%d", at.Epoch, at.Revision)
		for _, origin := range []string{"", "null", "https://evil.example", want + ".evil.example", "http://evil.example/" + want, want + "@evil.example"} {
			before := strings.Count(w.log.String(), "origin refused")
			res := w.do("GET", query, "", append(upgradeHeaders(), "Origin: "+origin, "Cookie: "+w.as("leser"))...)
			if res.status != 403 {
				t.Errorf("public %q, origin %q: %d", public, origin, res.status)
			}
			log := w.log.String()
			if n := strings.Count(log, "origin refused") - before; n != 1 {
				t.Errorf("origin %q: %d lines", origin, n)
			}
			if !strings.Contains(log, `"received":"`+origin+`","expected":"`+want+`"`) {
				t.Errorf("origin %q is not in the log", origin)
			}
		}
		if res := w.do("GET", query, "", append(upgradeHeaders(), "Origin: "+want, "Cookie: "+w.as("leser"))...); res.status != 101 {
			t.Errorf("own origin: %d %s", res.status, res.body)
		}
		if n := w.server.screens.Stats().Open; n > 1 {
			t.Errorf("%d sockets", n)
		}
	}
}

func upgradeHeaders() []string {
	return []string{"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="}
}

// Rule 8: unless somebody asks for others, there are bounds.
func TestBoundedUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	if c := newWorld(t, func(c *Config) { c.AccountRate = 0 }).server.cfg; c.MaxConnections != 20_000 || c.MaxPerAddress != 1_000 || c.MaxPerAccount != 500 || c.rates != edge.RatesOf(20) {
		t.Errorf("%+v", c)
	}
}

// Connections by address are bounded, and a place is given back.
func TestConnectionsOfAnAddressAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.MaxPerAddress = 5 })
	var open []net.Conn
	for range 5 {
		c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		must(t, err)
		defer c.Close()
		_, err = io.WriteString(c, "GET /om HTTP/1.1\r\nHost: x\r\n\r\n")
		must(t, err)
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		if b := make([]byte, 12); len(b) > 0 {
			if _, err := io.ReadFull(c, b); err != nil || string(b) != "HTTP/1.1 200" {
				t.Fatalf("%q %v", b, err)
			}
		}
		open = append(open, c)
	}
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	must(t, err)
	defer c.Close()
	_, err = io.WriteString(c, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n"+strings.Repeat("a", 9000))
	must(t, err)
	refusedInWords(t, c)
	if numbers := w.numbers(); !strings.Contains(numbers, "kb_connections_refused_total 1\n") {
		t.Error("the refusal is not counted")
	}
	open[0].Close()
	w.await("a place is free again", func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		if err != nil {
			return false
		}
		defer c.Close()
		_, _ = io.WriteString(c, "GET /om HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		b, _ := io.ReadAll(c)
		return bytes.HasPrefix(b, []byte("HTTP/1.1 200"))
	})
}

// Who asks over TLS is told over TLS.
func TestConnectionsOverTLSAreRefusedInWords(t *testing.T) {
	t.Parallel()
	own := httptest.NewUnstartedServer(nil)
	own.StartTLS()
	own.Close()
	w := newWorld(t, func(c *Config) { c.TLS, c.MaxPerAddress = own.TLS, 1 })
	addr := strings.TrimPrefix(w.url, "http://")
	first, err := net.Dial("tcp", addr)
	must(t, err)
	defer first.Close()
	roots := x509.NewCertPool()
	roots.AddCert(own.Certificate())
	c, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: roots, ServerName: "example.com"})
	must(t, err)
	defer c.Close()
	refusedInWords(t, c)
}

// refusedInWords reads the answer to a connection over a limit to its end.
func refusedInWords(t *testing.T, c net.Conn) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	must(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(t, err)
	if res.StatusCode != 503 || res.Header.Get("Retry-After") != "5" || res.Header.Get("Content-Type") != "text/plain; charset=utf-8" || !res.Close {
		t.Errorf("over the limit: %d %v", res.StatusCode, res.Header)
	}
	for _, words := range []string{"Lukk faner og skjermer", "Lukk faner og skjermar", "Close tabs and screens"} {
		if !strings.Contains(string(body), words) {
			t.Errorf("over the limit: %q, want %q in it", body, words)
		}
	}
	if n, err := c.Read(make([]byte, 1)); n > 0 || err != io.EOF {
		t.Errorf("after the answer: %d bytes, %v", n, err)
	}
}

// Rule 10: a body that says it is packed is refused by every route, unread; and
// one that is too long too, by the route's own limit.
func TestBodiesAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var bomb bytes.Buffer
	z, err := gzip.NewWriterLevel(&bomb, gzip.BestSpeed)
	must(t, err)
	zeros := make([]byte, 1<<20)
	for range 32 { // 32 MB in 140 KB
		_, _ = z.Write(zeros)
	}
	must(t, z.Close())
	if bomb.Len() > edge.BodyLimit {
		t.Fatalf("bomb of %d bytes does not get past the outer limit", bomb.Len())
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, path := range []string{"/api/v1/commands", "/login", "/moter"} {
		res := w.do("POST", path, bomb.String(), "Content-Encoding: gzip", "Content-Type: application/json", "Cookie: "+w.as("moteleder"), "Origin: "+w.url)
		if res.status != 415 {
			t.Errorf("bomb to %s: %d", path, res.status)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.Sys) - int64(before.Sys); grown > 24<<20 {
		t.Errorf("memory grew by %d MB", grown>>20)
	}
	for _, r := range w.server.routes {
		if r.Socket {
			continue
		}
		path := examplePath(r.Path)
		for _, encoding := range []string{"br", "identity"} {
			res := w.do(r.Method, path, "{}", "Content-Encoding: "+encoding, "Content-Type: application/json", "Cookie: "+w.as("moteleder"), "Origin: "+w.url)
			if res.status != 415 {
				t.Errorf("%s %s with %s: %d", r.Method, path, encoding, res.status)
			}
		}
		res := w.do(r.Method, path, strings.Repeat("a", r.Body+1), "Content-Type: application/json", "Cookie: "+w.as("moteleder"), "Origin: "+w.url)
		if res.status != 413 {
			t.Errorf("%s %s with one byte too many: %d", r.Method, path, res.status)
		}
	}
}

// examplePath fills a route's parameters with what exists.
func examplePath(pattern string) string {
	if strings.HasPrefix(pattern, "/omrade") {
		return "/omrade/beredskap"
	}
	if strings.HasPrefix(pattern, "/region") {
		return "/region/nord"
	}
	return strings.NewReplacer(":board", "2022", ":version", "v1", ":name", "x", ":id", "9901", ":m", "9901", ":c", "skole").Replace(pattern)
}

// codeOfClose returns the code that a server closed with, 0 for none.
func codeOfClose(err error) int {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return closed.Code
	}
	return 0
}
