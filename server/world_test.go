package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/prometheus/client_golang/prometheus"

	"kommunebilde/dashboard"
	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/subjects"
	"kommunebilde/server/auth"
	"kommunebilde/server/edge"
	"kommunebilde/server/live"
	"kommunebilde/server/screens"
	"kommunebilde/server/servertest"
	"kommunebilde/server/wire"
	"kommunebilde/storage"
	"kommunebilde/storage/storagetest"
)

func TestMain(m *testing.M) { servertest.Main(m) }

// testSite is the site of every world. It never changes once made, and making it
// costs more than most tests do.
var testSite = sync.OnceValues(func() (*kit.Site, error) { return dashboard.New(kit.Options{Build: "test"}) })

// world is a whole server on a port of its own, over a journal in memory.
type world struct {
	t       *testing.T
	journal *storagetest.Memory
	clerk   *live.Clerk
	jotted  *storage.Jottings
	files   *storage.Blobs
	folder  string // of files
	auth    *auth.Auth
	store   *servertest.Store
	server  *Server
	url     string // http://127.0.0.1:port
	ops     string
	log     *servertest.Log
	metrics *prometheus.Registry
	cookies map[string]string // by account
	served  chan error
	stopped sync.Once
	gate    chan struct{}                     // frames with holdUp are made when it is closed
	hashing atomic.Pointer[func(addr string)] // told of each password before it is hashed
	later   atomic.Int64                      // by how much the accounts' clock that is never set is ahead
}

const (
	testPassword = servertest.Password
	testPHC      = servertest.PHC
	edition      = servertest.Edition
	draft        = servertest.Draft
)

func must(t *testing.T, err error) { t.Helper(); servertest.Must(t, err) }

// newWorld starts a server. The journal holds a published edition, a draft and
// the live picture; there is an account for each role.
func newWorld(t *testing.T, change ...func(*Config)) *world {
	t.Helper()
	return startWorld(t, nil, change...)
}

// startWorld lets the test add routes before the server listens.
func startWorld(t *testing.T, before func(*Server), change ...func(*Config)) *world {
	t.Helper()
	return worldOver(t, servertest.NewStore(), before, change...)
}

// worldOver is startWorld over a store of accounts.
func worldOver(t *testing.T, store *servertest.Store, before func(*Server), change ...func(*Config)) *world {
	t.Helper()
	w := &world{
		t: t, journal: storagetest.NewMemory(subjects.Kinds()), store: store, log: &servertest.Log{},
		metrics: prometheus.NewRegistry(), cookies: map[string]string{}, served: make(chan error, 2), gate: make(chan struct{}),
	}
	logger := slog.New(slog.NewJSONHandler(w.log, nil))
	var err error
	w.clerk, err = live.Open(t.Context(), live.Options{
		Journal: w.journal, Now: time.Now, Salt: servertest.Salt, Log: logger, Registerer: w.metrics,
		Encode: w.encode,
	})
	must(t, err)
	if held, err := store.Accounts(); err != nil || len(held) == 0 {
		must(t, store.PutAccounts(servertest.People()))
	}
	start := time.Now()
	w.auth, err = auth.New(w.store, auth.Options{Log: logger, Hashing: func(addr string) {
		if f := w.hashing.Load(); f != nil {
			(*f)(addr)
		}
	}, Monotonic: func() time.Duration { return time.Since(start) + time.Duration(w.later.Load()) }})
	must(t, err)
	servertest.Fill(t, w.clerk)
	site, err := testSite()
	must(t, err)
	w.jotted, err = storage.OpenJottings(t.TempDir(), logger, time.Now)
	must(t, err)
	w.folder = t.TempDir()
	w.files, err = storage.OpenBlobs(w.folder, storage.BlobLimits{})
	must(t, err)
	cfg := Config{
		// What would be printed: who may see what of it is the same.
		Print: func(_ context.Context, html []byte) ([]byte, error) {
			return append([]byte("%PDF-1.7\n"), html...), nil
		},
		Clerk: w.clerk, Auth: w.auth, Jottings: w.jotted, Files: w.files, Site: site, Log: logger, Build: "test", Registerer: w.metrics, Ops: NewOps(w.metrics),
		AccountRate: 1e6, // tests do in a second what people do in an hour
	}
	for _, f := range change {
		f(&cfg)
	}
	w.server, err = New(cfg)
	must(t, err)
	if before != nil {
		before(w.server)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	ops, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	w.url, w.ops = "http://"+ln.Addr().String(), "http://"+ops.Addr().String()
	go func() { w.served <- w.server.Serve(ln) }()
	go func() { w.served <- cfg.Ops.Serve(ops) }()
	w.await("the server answers", func() bool {
		res, err := http.Get(w.ops + "/healthz")
		if err == nil {
			res.Body.Close()
		}
		return err == nil
	})
	t.Cleanup(w.stop)
	return w
}

// encode makes frames, and panics for one level: a fault that only a socket's
// writer meets.
func (w *world) encode(p domain.Picture, after domain.Revision) []byte {
	frame := wire.Encoder(func(id domain.AccountID) string { return "navn:" + string(id) })(p, after)
	if bytes.Contains(frame, []byte(holdUp)) {
		<-w.gate
	}
	if bytes.Contains(frame, []byte(poison)) {
		panic("hemmelig: " + poison)
	}
	return frame
}

// Texts that do something to anyone who encodes them.
const (
	poison = "gift i rammen"
	holdUp = "vent her"
)

// restarted ends the server and starts another over the same accounts and sessions.
func (w *world) restarted() *world {
	w.t.Helper()
	w.stop()
	next := worldOver(w.t, w.store, nil)
	next.cookies = w.cookies
	return next
}

func (w *world) stop() { w.stopped.Do(w.shutDown) }

func (w *world) shutDown() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	http.DefaultClient.CloseIdleConnections()
	if err := w.server.Shutdown(ctx); err != nil {
		w.t.Errorf("shutdown: %v", err)
	}
	for range 2 {
		select {
		case err := <-w.served:
			if err != nil {
				w.t.Errorf("serve: %v", err)
			}
		case <-ctx.Done():
			w.t.Error("Serve has not returned")
		}
	}
	if err := w.clerk.Close(ctx); err != nil {
		w.t.Errorf("close clerk: %v", err)
	}
	if err := w.auth.Close(ctx); err != nil {
		w.t.Errorf("close accounts: %v", err)
	}
	if err := w.jotted.Close(); err != nil {
		w.t.Errorf("close jottings: %v", err)
	}
	_ = w.journal.Close()
}

// openMeeting opens a meeting on the live picture and returns its id.
func (w *world) openMeeting() domain.MeetingID {
	w.t.Helper()
	id := domain.MeetingID(edge.NewID(4))
	_, err := w.clerk.Submit(w.t.Context(), domain.System("test"), "", domain.OpenMeeting{
		ID: id, Board: domain.Live, Kind: domain.MeetingPreparedness, Title: "Flom", Invited: []domain.MunicipalityID{"9901"},
	})
	must(w.t, err)
	return id
}

// set changes a live cell.
func (w *world) set(m domain.MeetingID, municipality domain.MunicipalityID, level domain.Level) domain.Revision {
	w.t.Helper()
	result, err := w.clerk.Submit(w.t.Context(), domain.System("test"), "", domain.SetLevels{
		Board: domain.Live, Meeting: m, Cells: []domain.CellEdit{{Municipality: municipality, Column: "beredskap", Level: level}},
	})
	must(w.t, err)
	return result.BoardRevision
}

// as returns the cookie header of an account that has signed in; "" for nobody.
// Accounts without a password get a session as a login would make it.
func (w *world) as(account string) string {
	w.t.Helper()
	if account == "" || account == string(domain.RolePublic) {
		return ""
	}
	if c := w.cookies[account]; c != "" {
		return c
	}
	if a, _ := w.store.Account(domain.AccountID(account)); a.Password != testPHC {
		must(w.t, w.auth.SetPassword(w.t.Context(), domain.AccountID(account), testPassword))
	}
	secret, _, err := w.auth.Login(w.t.Context(), account, testPassword, "test")
	must(w.t, err)
	w.cookies[account] = w.server.edge.CookieName(edge.SessionCookie) + "=" + secret
	return w.cookies[account]
}

// token returns a program's token.
func (w *world) token(account string) string {
	w.t.Helper()
	secret, err := w.auth.AddToken(domain.AccountID(account), "prøve")
	must(w.t, err)
	return secret
}

type answer struct {
	status int
	header http.Header
	body   string
}

// do sends one request; headers are "Name: value".
func (w *world) do(method, path, body string, headers ...string) answer {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, strings.NewReader(body))
	must(w.t, err)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
		}
		if value != "" {
			req.Header.Add(name, value)
		}
	}
	client := http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		Timeout:       20 * time.Second,
	}
	res, err := client.Do(req)
	must(w.t, err)
	defer res.Body.Close()
	if res.StatusCode == http.StatusSwitchingProtocols {
		return answer{status: res.StatusCode, header: res.Header}
	}
	b, err := io.ReadAll(res.Body)
	must(w.t, err)
	return answer{res.StatusCode, res.Header, string(b)}
}

func (w *world) get(account, path string, headers ...string) answer {
	w.t.Helper()
	return w.do("GET", path, "", append(headers, "Cookie: "+w.as(account))...)
}

// form posts a form as one of our own pages would.
func (w *world) form(account, path string, fields url.Values) answer {
	w.t.Helper()
	cookie := w.as(account)
	if cookie != "" {
		_, secret, _ := strings.Cut(cookie, "=")
		fields.Set("token", w.auth.Session(secret).FormToken())
	}
	if !fields.Has("request") {
		fields.Set("request", edge.NewID(8))
	}
	return w.do("POST", path, fields.Encode(), "Cookie: "+cookie, "Origin: "+w.url, "Sec-Fetch-Site: same-origin",
		"Content-Type: application/x-www-form-urlencoded")
}

// command posts a command as the script would.
func (w *world) command(account string, cmd map[string]any) answer {
	w.t.Helper()
	if _, ok := cmd["request"]; !ok {
		cmd["request"] = edge.NewID(8)
	}
	body, err := json.Marshal(cmd)
	must(w.t, err)
	return w.do("POST", "/api/v1/commands", string(body), "Cookie: "+w.as(account), "Origin: "+w.url, "Content-Type: application/json")
}

// dial opens a socket.
func (w *world) dial(account, query string) (*websocket.Conn, *http.Response, error) {
	w.t.Helper()
	d := websocket.Dialer{HandshakeTimeout: 10 * time.Second, Subprotocols: []string{screens.Subprotocol}}
	h := http.Header{"Origin": {w.url}}
	if c := w.as(account); c != "" {
		h.Set("Cookie", c)
	}
	return d.DialContext(w.t.Context(), "ws"+strings.TrimPrefix(w.url, "http")+"/live?"+query, h)
}

// connect opens a socket on the live picture where it now is, and reads hello.
func (w *world) connect(account string) *websocket.Conn {
	w.t.Helper()
	at := w.position()
	c, res, err := w.dial(account, fmt.Sprintf("board=na&epoch=%s&rev=%d", at.Epoch, at.Revision))
	if err != nil {
		body := ""
		if res != nil {
			b, _ := io.ReadAll(res.Body)
			body = string(b)
		}
		w.t.Fatalf("dial: %v %s", err, body)
	}
	w.t.Cleanup(func() { c.Close() })
	if m := w.read(c); !strings.HasPrefix(m, `{"hello":`) {
		w.t.Fatalf("first message %s", m)
	}
	return c
}

// position is where the live picture is, as staff sees it.
func (w *world) position() live.Position {
	s := w.clerk.State()
	p, ok := domain.PictureOf(s, domain.Audience{Kind: domain.AudienceStaff}, domain.Live, time.Now())
	if !ok {
		w.t.Fatal("no live picture")
	}
	return live.Position{Epoch: p.Epoch(), Revision: p.Board().Revision}
}

// read returns the next message that is no heartbeat and does not tell how many
// look.
func (w *world) read(c *websocket.Conn) string {
	w.t.Helper()
	for {
		if m := w.readAny(c); !strings.HasPrefix(m, `{"crowd":`) {
			return m
		}
	}
}

// readAny returns the next message that is no heartbeat.
func (w *world) readAny(c *websocket.Conn) string {
	w.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second)) // heartbeats alone do not put it off
	for {
		_, b, err := c.ReadMessage()
		if err != nil {
			w.t.Fatalf("read: %v", err)
		}
		if !strings.HasPrefix(string(b), `{"beat":`) {
			return string(b)
		}
	}
}

// closeCode reads until the server closes and returns its code; 0 where it did
// not say one within ten seconds, whatever else it says.
func (w *world) closeCode(c *websocket.Conn) int {
	w.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	for {
		if _, _, err := c.ReadMessage(); err != nil {
			var closed *websocket.CloseError
			if ok := asClose(err, &closed); ok {
				return closed.Code
			}
			return 0
		}
	}
}

func asClose(err error, to **websocket.CloseError) bool {
	c, ok := err.(*websocket.CloseError)
	*to = c
	return ok
}

// await waits until a condition holds, and fails by its name.
func (w *world) await(what string, holds func() bool) {
	w.t.Helper()
	end := time.Now().Add(20 * time.Second)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		if time.Now().After(end) {
			w.t.Fatalf("waited 20 s: %s", what)
		}
		<-tick.C
	}
}
