package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"kommunebilde"
	"kommunebilde/dashboard"
	"kommunebilde/server/auth"
	"kommunebilde/server/live"
	"kommunebilde/storage/storagetest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// fasthttp's own: one clock and one pool of packers for the process, and a
		// sweeper that sleeps up to ten seconds after its server has ended.
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp/stackless.funcWorker"))
}

// world is a whole server on a port of its own, over a journal in memory.
type world struct {
	t       *testing.T
	journal *storagetest.Memory
	clerk   *live.Clerk
	auth    *auth.Auth
	store   *memoryStore
	server  *Server
	url     string // http://127.0.0.1:port
	ops     string
	log     *lockedBuffer
	metrics *prometheus.Registry
	cookies map[string]string // by account
	served  chan error
	gate    chan struct{} // frames with holdUp are made when it is closed
}

const (
	testPassword = "et langt nok passord"
	testPHC      = "$argon2id$v=19$m=8,t=1,p=1$dGVzdHNhbHR0ZXN0c2FsdA$ANrh9Vqreu9Q8PHbJ5bqvcC2+HZbyUG3naBFZfdqD2o" // of testPassword, at no cost
	edition      = kommunebilde.BoardID("2022")
	draft        = kommunebilde.BoardID("2023")
)

// newWorld starts a server. The journal holds a published edition, a draft and
// the live picture; there is an account for each role.
func newWorld(t *testing.T, change ...func(*Config)) *world {
	t.Helper()
	return startWorld(t, nil, change...)
}

// startWorld lets the test add routes before the server listens.
func startWorld(t *testing.T, before func(*Server), change ...func(*Config)) *world {
	t.Helper()
	w := &world{
		t: t, journal: storagetest.NewMemory(), store: newMemoryStore(), log: &lockedBuffer{},
		metrics: prometheus.NewRegistry(), cookies: map[string]string{}, served: make(chan error, 2), gate: make(chan struct{}),
	}
	logger := slog.New(slog.NewJSONHandler(w.log, nil))
	var err error
	w.clerk, err = live.Open(t.Context(), live.Options{
		Journal: w.journal, Now: time.Now, Salt: salt, Log: logger, Registerer: w.metrics,
		Encode: w.encode,
	})
	must(t, err)
	must(t, w.store.PutAccounts(people()))
	w.auth, err = auth.New(w.store, auth.Options{Log: logger})
	must(t, err)
	w.fill()
	site, err := dashboard.New(dashboard.Options{Build: "test"})
	must(t, err)
	cfg := Config{
		Clerk: w.clerk, Auth: w.auth, Site: site, Log: logger, Build: "test", Registerer: w.metrics, Ops: NewOps(w.metrics),
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
func (w *world) encode(p kommunebilde.Picture, after kommunebilde.Revision) []byte {
	frame := Encoder(func(id kommunebilde.AccountID) string { return "navn:" + string(id) })(p, after)
	if bytes.Contains(frame, []byte(holdUp)) {
		<-w.gate
	}
	if bytes.Contains(frame, []byte(poison)) {
		panic("hemmelig: " + poison)
	}
	return frame
}

// Texts that do something to who encodes them.
const (
	poison = "gift i rammen"
	holdUp = "vent her"
)

func (w *world) stop() {
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
	_ = w.journal.Close()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func salt() (s kommunebilde.Salt) {
	_, _ = rand.Read(s[:])
	return s
}

func catalogue() kommunebilde.Catalogue {
	return kommunebilde.Catalogue{
		County: "Prøvefylket", Office: kommunebilde.Words{NB: "Statsforvalteren i Prøvefylket"},
		Regions: []kommunebilde.Region{{ID: "nord", Name: "Nord", Short: "Nord"}, {ID: "sor", Name: "Sør", Short: "Sør"}},
		Municipalities: []kommunebilde.Municipality{
			{ID: "9901", Name: "Aby", Short: "Aby", Region: "nord", Tile: kommunebilde.Tile{Col: 0, Row: 0}},
			{ID: "9902", Name: "Bevik", Short: "Bevik", Region: "nord", Tile: kommunebilde.Tile{Col: 1, Row: 0}},
			{ID: "9903", Name: "Åmot <b>", Short: "Åmot", Region: "sor", Tile: kommunebilde.Tile{Col: 0, Row: 1}},
		},
		Columns: []kommunebilde.Column{
			{ID: "beredskap", Kind: kommunebilde.ColumnArea, Version: 1, Name: kommunebilde.Words{NB: "Beredskap"}, Short: kommunebilde.Words{NB: "Bered"}},
			{ID: "ros", Kind: kommunebilde.ColumnIndicator, Area: "beredskap", Version: 1, Name: kommunebilde.Words{NB: "ROS-analyse"}, Short: kommunebilde.Words{NB: "ROS"}},
			{ID: "skole", Kind: kommunebilde.ColumnArea, Version: 1, Name: kommunebilde.Words{NB: "Skole"}, Short: kommunebilde.Words{NB: "Skole"}},
		},
	}
}

func (w *world) fill() {
	w.t.Helper()
	by := kommunebilde.System("test")
	do := func(cmd kommunebilde.Command) {
		w.t.Helper()
		if _, err := w.clerk.Submit(w.t.Context(), by, "", cmd); err != nil {
			w.t.Fatalf("%T: %v", cmd, err)
		}
	}
	do(kommunebilde.OpenLive{Catalogue: catalogue()})
	do(kommunebilde.OpenEdition{Board: edition, Title: kommunebilde.Words{NB: "Utgave 2022"}, Catalogue: catalogue()})
	do(kommunebilde.SetLevels{Board: edition, Cells: []kommunebilde.CellEdit{
		{Municipality: "9901", Column: "beredskap", Level: kommunebilde.Red, Text: "mangler plan </script><b>"},
		{Municipality: "9902", Column: "skole", Level: kommunebilde.Green, Text: "=1+1"},
	}})
	do(kommunebilde.Publish{Board: edition})
	do(kommunebilde.ChangeBase{Edition: edition})
	do(kommunebilde.OpenEdition{Board: draft, Title: kommunebilde.Words{NB: "Utgave 2023"}, Catalogue: catalogue()})
	do(kommunebilde.SetLevels{Board: draft, Cells: []kommunebilde.CellEdit{{Municipality: "9901", Column: "skole", Level: kommunebilde.Yellow}}})
}

// people returns an account for each role, with testPassword.
func people() (out []kommunebilde.Account) {
	for _, role := range kommunebilde.Roles() {
		if role == kommunebilde.RolePublic {
			continue
		}
		g := kommunebilde.Grant{Role: role}
		switch role {
		case kommunebilde.RoleMunicipality:
			g.Municipality = "9901"
		case kommunebilde.RoleAssessor, kommunebilde.RoleApprover:
			g.Areas = []kommunebilde.ColumnID{"beredskap"}
		}
		out = append(out, kommunebilde.Account{ID: kommunebilde.AccountID(role), Name: "Navn " + string(role), Password: testPHC, Grants: []kommunebilde.Grant{g}})
	}
	return out
}

// openMeeting opens a meeting on the live picture and returns its id.
func (w *world) openMeeting() kommunebilde.MeetingID {
	w.t.Helper()
	id := kommunebilde.MeetingID(newID(4))
	_, err := w.clerk.Submit(w.t.Context(), kommunebilde.System("test"), "", kommunebilde.OpenMeeting{
		ID: id, Board: kommunebilde.Live, Kind: kommunebilde.MeetingPreparedness, Title: "Flom", Invited: []kommunebilde.MunicipalityID{"9901"},
	})
	must(w.t, err)
	return id
}

// set changes a live cell.
func (w *world) set(m kommunebilde.MeetingID, municipality kommunebilde.MunicipalityID, level kommunebilde.Level) kommunebilde.Revision {
	w.t.Helper()
	result, err := w.clerk.Submit(w.t.Context(), kommunebilde.System("test"), "", kommunebilde.SetLevels{
		Board: kommunebilde.Live, Meeting: m, Cells: []kommunebilde.CellEdit{{Municipality: municipality, Column: "beredskap", Level: level}},
	})
	must(w.t, err)
	return result.BoardRevision
}

// as returns the cookie header of an account that has signed in; "" for nobody.
// Accounts without a password get a session as a login would make it.
func (w *world) as(account string) string {
	w.t.Helper()
	if account == "" || account == string(kommunebilde.RolePublic) {
		return ""
	}
	if c := w.cookies[account]; c != "" {
		return c
	}
	if a, _ := w.store.account(kommunebilde.AccountID(account)); a.Password != testPHC {
		must(w.t, w.auth.SetPassword(w.t.Context(), kommunebilde.AccountID(account), testPassword))
	}
	secret, _, err := w.auth.Login(w.t.Context(), account, testPassword, "test")
	must(w.t, err)
	w.cookies[account] = w.server.cookieName() + "=" + secret
	return w.cookies[account]
}

// token returns a program's token.
func (w *world) token(account string) string {
	w.t.Helper()
	secret, err := w.auth.AddToken(kommunebilde.AccountID(account), "prøve")
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
		fields.Set("request", newID(8))
	}
	return w.do("POST", path, fields.Encode(), "Cookie: "+cookie, "Origin: "+w.url, "Sec-Fetch-Site: same-origin",
		"Content-Type: application/x-www-form-urlencoded")
}

// command posts a command as the script would.
func (w *world) command(account string, cmd map[string]any) answer {
	w.t.Helper()
	if _, ok := cmd["request"]; !ok {
		cmd["request"] = newID(8)
	}
	body, err := json.Marshal(cmd)
	must(w.t, err)
	return w.do("POST", "/api/v1/commands", string(body), "Cookie: "+w.as(account), "Origin: "+w.url, "Content-Type: application/json")
}

// dial opens a socket.
func (w *world) dial(account, query string) (*websocket.Conn, *http.Response, error) {
	w.t.Helper()
	d := websocket.Dialer{HandshakeTimeout: 10 * time.Second, Subprotocols: []string{subprotocol}}
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
	p, ok := kommunebilde.PictureOf(s, kommunebilde.Audience{Kind: kommunebilde.AudienceStaff}, kommunebilde.Live, time.Now())
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
	for {
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
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
// not say one.
func (w *world) closeCode(c *websocket.Conn) int {
	w.t.Helper()
	for {
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
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

// lockedBuffer is a log that several goroutines write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// memoryStore keeps accounts and sessions in memory, as a disk would: what is
// put stays until it is dropped.
type memoryStore struct {
	storagetest.TraceLog
	mu       sync.Mutex
	accounts map[kommunebilde.AccountID]kommunebilde.Account
	sessions map[kommunebilde.Hash]kommunebilde.Session
}

func newMemoryStore() *memoryStore {
	return &memoryStore{accounts: map[kommunebilde.AccountID]kommunebilde.Account{}, sessions: map[kommunebilde.Hash]kommunebilde.Session{}}
}

func (m *memoryStore) Accounts() ([]kommunebilde.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []kommunebilde.Account
	for _, a := range m.accounts {
		out = append(out, a)
	}
	return out, nil
}

func (m *memoryStore) PutAccounts(accounts []kommunebilde.Account) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range accounts {
		m.accounts[a.ID] = a
	}
	return nil
}

func (m *memoryStore) account(id kommunebilde.AccountID) (kommunebilde.Account, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.accounts[id]
	return a, ok
}

func (m *memoryStore) Sessions() ([]kommunebilde.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []kommunebilde.Session
	for _, s := range m.sessions {
		out = append(out, s)
	}
	return out, nil
}

func (m *memoryStore) PutSessions(list []kommunebilde.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range list {
		m.sessions[s.Key] = s
	}
	return nil
}

func (m *memoryStore) DropSessions(keys []kommunebilde.Hash) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range keys {
		delete(m.sessions, k)
	}
	return nil
}
