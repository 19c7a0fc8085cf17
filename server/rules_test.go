package server

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"

	"kommunebilde"
)

// The rules for Fiber v2 and contrib/websocket that were found by experiment.
// Each test fails when its rule is broken; all but the last two by a real
// client on a real line.

// Rule 1: what a handler keeps of a request does not change under later ones.
func TestValuesOfARequestDoNotChange(t *testing.T) {
	var mu sync.Mutex
	kept := map[string][]string{}
	w := startWorld(t, func(s *Server) {
		s.app.Get("/prove/:p", func(c *fiber.Ctx) error {
			mu.Lock()
			defer mu.Unlock()
			id := strings.Clone(c.Params("p"))
			kept[id] = []string{c.Params("p"), c.Query("q"), c.Get("X-Prove"), c.Cookies("prove"), c.OriginalURL(), string(c.BodyRaw())}
			return nil
		})
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
	begun, ended := make(chan context.Context, 1), make(chan error, 1)
	w := startWorld(t, func(s *Server) {
		s.app.Get("/vent", s.serve(route{path: "/vent", access: open(), handle: func(k *call) error {
			begun <- k.ctx
			<-k.ctx.Done()
			ended <- context.Cause(k.ctx)
			return k.ctx.Err()
		}}))
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
	w.server.end(errRestart)
	if err := <-ended; err != errRestart {
		t.Errorf("ended by %v", err)
	}
	<-gone
}

func TestFiberStaysAtTheEdge(t *testing.T) {
	for _, dir := range []string{"live", "auth", "../dashboard", "../storage"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, f := range files {
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
	w := startWorld(t, func(s *Server) {
		s.app.Get("/prove/panikk", func(*fiber.Ctx) error { panic("hemmelig tekst") })
		s.app.Get("/api/panikk", s.serve(route{path: "/api/panikk", access: open(), handle: func(k *call) error {
			return k.c.SendString(strings.Split(k.id, "-")[1])
		}}))
		s.app.Get("/prove/feil", func(*fiber.Ctx) error { return fmt.Errorf("hemmelig tekst") })
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
	w := startWorld(t, func(s *Server) {
		s.app.Get("/prove/sokkel", s.upgrade(func(*websocket.Conn) { panic("hemmelig tekst") }))
	})
	d := dialer()
	c, _, err := d.DialContext(t.Context(), "ws"+strings.TrimPrefix(w.url, "http")+"/prove/sokkel", nil)
	must(t, err)
	defer c.Close()
	if _, b, err := c.ReadMessage(); err == nil {
		t.Errorf("was told %s", b)
	}

	meeting := w.openMeeting()
	victim, other := w.connect("leser"), w.connect("redaktor")
	_, err = w.clerk.Submit(t.Context(), kommunebilde.System("test"), "", kommunebilde.SetLevels{
		Board: kommunebilde.Live, Meeting: meeting,
		Cells: []kommunebilde.CellEdit{{Municipality: "9901", Column: "skole", Level: kommunebilde.Red, Text: poison}},
	})
	must(t, err)
	for _, screen := range []interface {
		ReadMessage() (int, []byte, error)
	}{victim, other} {
		if _, b, err := screen.ReadMessage(); err == nil && bytes.Contains(b, []byte("hemmelig")) {
			t.Errorf("was told %s", b)
		}
	}
	w.await("sockets whose writer panicked are gone", func() bool { return w.server.sockets.open() == 0 })
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
	w := newWorld(t)
	meeting := w.openMeeting()
	ctx, stop := context.WithCancel(t.Context())
	var changes sync.WaitGroup
	changes.Go(func() {
		levels := []kommunebilde.Level{kommunebilde.Red, kommunebilde.Green}
		for i := 0; ctx.Err() == nil; i++ {
			for board, m := range map[kommunebilde.BoardID]kommunebilde.MeetingID{kommunebilde.Live: meeting, draft: ""} {
				p, err := look{w.clerk.State(), kommunebilde.System("test"), time.Now()}.picture(board)
				if err != nil {
					t.Error(err)
					return
				}
				seen := p.Cell(p.Row("9902"), p.Col("skole")).Revision
				_, err = w.clerk.Submit(ctx, kommunebilde.System("test"), "", kommunebilde.SetLevels{Board: board, Meeting: m, Cells: []kommunebilde.CellEdit{
					{Municipality: "9902", Column: "skole", Level: levels[i%2], Text: "tavle:" + string(board) + ";", Seen: seen},
				}})
				if err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
			}
		}
	})
	accounts := []string{"leser", "redaktor"}
	boards := []kommunebilde.BoardID{kommunebilde.Live, draft}
	for _, a := range accounts {
		w.as(a)
	}
	var screens sync.WaitGroup
	var got [2]int
	for n := range 16 {
		screens.Go(func() {
			own, foreign := boards[n%2], boards[(n+1)%2]
			for range 25 {
				p, err := look{w.clerk.State(), kommunebilde.System("test"), time.Now()}.picture(own)
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
	w.await("all sockets are gone", func() bool { return w.server.sockets.open() == 0 })
}

// Rule 5, by force: writers are held up while their screens leave and others
// come, who may get the same pooled connection. When the writers go on, they must
// not touch it: the others live, and get their own board's messages only.
func TestHeldUpWriterTouchesNobody(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.timing = timing{farewell: time.Millisecond} })
	meeting := w.openMeeting()
	change := func(board kommunebilde.BoardID, m kommunebilde.MeetingID, words string) {
		t.Helper()
		_, err := w.clerk.Submit(t.Context(), kommunebilde.System("test"), "", kommunebilde.SetLevels{Board: board, Meeting: m, Cells: []kommunebilde.CellEdit{
			{Municipality: "9902", Column: "skole", Level: kommunebilde.Red, Text: words},
		}})
		must(t, err)
	}
	const n = 30
	var first, second []*websocket.Conn
	for range n {
		first = append(first, &websocket.Conn{Conn: w.connect("leser")})
	}
	change(kommunebilde.Live, meeting, holdUp)
	for _, c := range first {
		_ = c.NetConn().Close()
	}
	p, err := look{w.clerk.State(), kommunebilde.System("test"), time.Now()}.picture(draft)
	must(t, err)
	for range n {
		c, _, err := w.dial("redaktor", fmt.Sprintf("board=%s&epoch=%s&rev=%d", draft, p.Epoch(), p.Board().Revision))
		must(t, err)
		defer c.Close()
		w.read(c)
		second = append(second, &websocket.Conn{Conn: c})
	}
	close(w.gate)
	w.await("the first have left", func() bool { return w.server.sockets.open() <= n })
	change(draft, "", "utkastet")
	for _, c := range second {
		if m := w.read(c.Conn); !strings.Contains(m, "utkastet") || strings.Contains(m, holdUp) {
			t.Fatalf("got %s", m)
		}
	}
}

// Rule 6, first: a screen that is gone without a word (no pong) is let go, and
// one that answers is not.
func TestSilentScreenIsLetGo(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.timing = timing{ping: 100 * time.Millisecond, silence: 2 * time.Second} })
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
	w.await("the silent one is gone", func() bool { return w.server.sockets.open() == 1 })
	w.set(w.openMeeting(), "9901", kommunebilde.Red)
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
	w := newWorld(t, func(c *Config) { c.timing = timing{write: 300 * time.Millisecond} })
	stuck := w.stuck("leser")
	defer stuck.Close()
	other := w.connect("redaktor")
	w.await("both are there", func() bool { return w.server.sockets.open() == 2 })
	big := append(append([]byte(`{"fyll":"`), bytes.Repeat([]byte("x"), 2<<20)...), `"}`...)
	for i := range 4 {
		w.clerk.Ephemeral(kommunebilde.Live, fmt.Sprintf("fyll%d", i), big)
		if m := w.read(other); len(m) != len(big) {
			t.Fatalf("the other got %d bytes", len(m))
		}
	}
	w.await("the stuck one is gone", func() bool { return w.server.sockets.open() == 1 })
	w.set(w.openMeeting(), "9901", kommunebilde.Red)
	for !strings.Contains(w.read(other), `"level":"red"`) {
	}
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
	w := newWorld(t)
	var screens []*websocket.Conn
	for range 10 {
		screens = append(screens, &websocket.Conn{Conn: w.connect("leser")})
	}
	stuck := w.stuck("redaktor")
	defer stuck.Close()
	w.await("all are there", func() bool { return w.server.sockets.open() == 11 })
	big := append(append([]byte(`{"fyll":"`), bytes.Repeat([]byte("x"), 4<<20)...), `"}`...)
	w.clerk.Ephemeral(kommunebilde.Live, "fyll", big)
	for _, s := range screens {
		w.read(s.Conn)
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
	if n := w.server.sockets.open(); n != 0 {
		t.Errorf("%d sockets are open", n)
	}
	if _, err := net.DialTimeout("tcp", strings.TrimPrefix(w.url, "http://"), time.Second); err == nil {
		t.Error("still listens")
	}
}

// Rule 7: a foreign page, and one without an origin, is refused before the
// upgrade, with one line that says what came and what was expected.
func TestForeignOriginIsRefusedBeforeTheUpgrade(t *testing.T) {
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
		if n := w.server.sockets.open(); n > 1 {
			t.Errorf("%d sockets", n)
		}
	}
}

func upgradeHeaders() []string {
	return []string{"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="}
}

// Rules 8 and 9: as configured.
func TestConfiguredAsMeasured(t *testing.T) {
	w := newWorld(t)
	c, s := w.server.app.Config(), w.server.app.Server()
	for what, ok := range map[string]bool{
		"no prefork":            !c.Prefork,
		"read timeout":          s.ReadTimeout > 0 && s.ReadTimeout <= 10*time.Second,
		"write timeout":         s.WriteTimeout > 0 && s.WriteTimeout <= 30*time.Second,
		"idle timeout":          s.IdleTimeout > 0 && s.IdleTimeout <= 60*time.Second,
		"header buffer":         s.ReadBufferSize == 16<<10,
		"write buffer":          s.WriteBufferSize == 32<<10,
		"immutable":             c.Immutable,
		"no views":              c.Views == nil,
		"no body stream":        !c.StreamRequestBody,
		"body limit":            s.MaxRequestBodySize > 0 && s.MaxRequestBodySize <= 256<<10,
		"own error handler":     s.ErrorHandler != nil && c.ErrorHandler != nil,
		"proxies not believed":  c.EnableTrustedProxyCheck && len(c.TrustedProxies) == 0 && c.ProxyHeader == "",
		"bounded connections":   w.server.cfg.MaxConnections > 0 && w.server.cfg.MaxPerAddress > 0,
		"no multipart parsing":  c.DisablePreParseMultipartForm,
		"no banner, no version": c.ServerHeader == "" && c.DisableStartupMessage,
	} {
		if !ok {
			t.Errorf("not so: %s", what)
		}
	}
	files, err := filepath.Glob("*.go")
	must(t, err)
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		must(t, err)
		for word, why := range map[string]string{
			"fiber/v2/middleware": "no ready-made middleware: compress halves nothing and costs everything, csrf and session do too little",
			".Listen(":            "listen through app.Listener only",
			"c.Body()":            "unpacks without a limit: BodyRaw",
			"BodyParser":          "indexed names cost memory",
			".Render(":            "no views",
			"c.Hostname()":        "the host is never believed",
			"c.BaseURL()":         "the host is never believed",
			"c.Protocol()":        "the scheme is never believed",
			"c.IP()":              "the address comes from the connection",
			"UserContext()":       "does not end when the client leaves",
		} {
			if bytes.Contains(b, []byte(word)) && !(word == ".Listen(" && f == "admin.go") {
				t.Errorf("%s has %s: %s", f, word, why)
			}
		}
	}
}

// Connections by address are bounded, and a place is given back.
func TestConnectionsOfAnAddressAreBounded(t *testing.T) {
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
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	if b, err := io.ReadAll(c); err != nil || !bytes.HasPrefix(b, []byte("HTTP/1.1 503")) {
		t.Errorf("the sixth got %q, %v", b, err)
	}
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

// Rule 10: a body that says it is packed is refused by every route, unread; and
// one that is too long too, by the route's own limit.
func TestBodiesAreBounded(t *testing.T) {
	w := newWorld(t)
	var bomb bytes.Buffer
	z, err := gzip.NewWriterLevel(&bomb, gzip.BestSpeed)
	must(t, err)
	zeros := make([]byte, 1<<20)
	for range 32 { // 32 MB in 140 KB
		_, _ = z.Write(zeros)
	}
	must(t, z.Close())
	if bomb.Len() > bodyLimit {
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
		if r.socket {
			continue
		}
		path := examplePath(r.path)
		for _, encoding := range []string{"br", "identity"} {
			res := w.do(r.method, path, "{}", "Content-Encoding: "+encoding, "Content-Type: application/json", "Cookie: "+w.as("moteleder"), "Origin: "+w.url)
			if res.status != 415 {
				t.Errorf("%s %s with %s: %d", r.method, path, encoding, res.status)
			}
		}
		res := w.do(r.method, path, strings.Repeat("a", r.body+1), "Content-Type: application/json", "Cookie: "+w.as("moteleder"), "Origin: "+w.url)
		if res.status != 413 {
			t.Errorf("%s %s with one byte too many: %d", r.method, path, res.status)
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
