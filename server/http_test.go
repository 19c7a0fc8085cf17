package server

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/server/edge"
)

// TestEveryAnswerHasTheHeaders: pages, files, JSON, redirects and every kind of
// refusal, those included that the libraries make on their own.
func TestEveryAnswerHasTheHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.PublicURL = "https://bilder.example.no/kb" })
	want := map[string]string{
		"Content-Security-Policy":      edge.Policy,
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security":    "max-age=31536000",
	}
	raw := map[string]int{
		"GET /om HTTP/1.1\r\nHost: x\r\n\r\n":                            200,
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n":                              302,
		"HEAD /om HTTP/1.1\r\nHost: x\r\n\r\n":                           200,
		"GET /finnesikke HTTP/1.1\r\nHost: x\r\n\r\n":                    404,
		"GET /api/v1/boards HTTP/1.1\r\nHost: x\r\n\r\n":                 200,
		"GET /api/v1/finnesikke HTTP/1.1\r\nHost: x\r\n\r\n":             404,
		"GET /static/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\n\r\n": 404,
		"GET /konto HTTP/1.1\r\nHost: x\r\n\r\n":                         303,
		"POST /om HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n":      405,
		"DELETE /api/v1/boards HTTP/1.1\r\nHost: x\r\n\r\n":              405,
		"BREW /om HTTP/1.1\r\nHost: x\r\n\r\n":                           405,
		"BREW /finnesikke HTTP/1.1\r\nHost: x\r\n\r\n":                   404,
		"BREW /api/v1/boards HTTP/1.1\r\nHost: x\r\n\r\n":                405,
		"GET /om\r\n\r\n": 400,
		"GET /om HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 20<<10) + "\r\n\r\n":           431,
		"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n":                       413,
		"POST /login HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\na": 415,
		"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n":                            403,
		"GET /live HTTP/1.1\r\nHost: x\r\n\r\n":                                                   426,
	}
	for request, status := range raw {
		res := w.raw(request)
		line, _, _ := strings.Cut(request, "\r")
		if res.StatusCode != status {
			t.Errorf("%.60s: %d, want %d", line, res.StatusCode, status)
		}
		for name, value := range want {
			if got := res.Header.Get(name); got != value {
				t.Errorf("%.60s: %s %q", line, name, got)
			}
		}
		if res.Header.Get("Server") != "" {
			t.Errorf("%.60s: tells what it is: %s", line, res.Header.Get("Server"))
		}
		if b, _ := io.ReadAll(res.Body); status >= 400 && status != 400 {
			isJSON := json.Valid(b) && len(b) > 0
			if api := strings.Contains(line, "/api") || strings.Contains(line, "/live"); api != isJSON {
				t.Errorf("%.60s: JSON %v", line, isJSON)
			}
			if !isJSON && (len(b) == 0 || !strings.Contains(string(b), "</html>")) {
				t.Errorf("%.60s: no page of ours: %.200s", line, b)
			}
		}
	}
}

// TestStrangersHaveLittleRoom: what a header claims is made room for, so that who
// is not signed in may claim little: they are answered before they send any of it.
func TestStrangersHaveLittleRoom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, head := range map[string]string{
		"nobody":         "",
		"a wrong cookie": "Cookie: kb=falsk\r\n",
		"a wrong token":  "Authorization: Bearer kbt_falsk\r\n",
	} {
		res := w.raw("POST /login HTTP/1.1\r\nHost: x\r\n" + head + "Content-Length: 200000\r\n\r\n")
		if res.StatusCode != 413 {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
		chunk := "8000\r\n" + strings.Repeat("a", 0x8000) + "\r\n"
		if res := w.raw("POST /login HTTP/1.1\r\nHost: x\r\n" + head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + "10\r\n"); res.StatusCode != 413 {
			t.Errorf("%s, in chunks: %d", name, res.StatusCode)
		}
	}
	long := url.Values{"reason": {strings.Repeat("a", 50_000)}}
	if res := w.form("moteleder", "/tavle/na/unnta", long); res.status == 413 {
		t.Errorf("signed in: %d", res.status)
	}
	if res := w.do("POST", "/tavle/na/unnta", long.Encode(), "Content-Type: application/x-www-form-urlencoded", "Authorization: Bearer "+w.token("moteleder")); res.status == 413 {
		t.Errorf("with a token: %d", res.status)
	}
}

// raw sends bytes on a connection of its own.
func (w *world) raw(request string) *http.Response {
	w.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	must(w.t, err)
	w.t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(15 * time.Second))
	_, err = io.WriteString(c, request)
	must(w.t, err)
	method, _, _ := strings.Cut(request, " ")
	res, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		w.t.Fatalf("%.60q: %v", request, err)
	}
	return res
}

// TestForeignPagesCannotWrite: every unsafe route refuses a request of a browser
// that does not come from our own page; a program with a token is not asked.
func TestForeignPagesCannotWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cookie := "Cookie: " + w.as("moteleder")
	for _, r := range w.server.routes {
		if r.Method == "GET" {
			continue
		}
		if r.Signed { // what it is sent proves itself: see TestEndedByProvider
			if r.Path != "/login/:provider/utlogging" {
				t.Errorf("%s asks nobody where a request comes from", r.Path)
			}
			continue
		}
		for _, headers := range [][]string{
			{cookie},
			{cookie, "Origin: null"},
			{cookie, "Origin: https://evil.example"},
			{cookie, "Origin: " + w.url + "0"},
			{cookie, "Origin: " + w.url, "Sec-Fetch-Site: cross-site"},
			{cookie, "Origin: " + w.url, "Sec-Fetch-Site: same-site"},
			{cookie, "Origin: " + w.url, "Sec-Fetch-Site: none"},
			{"Origin: https://evil.example"},
			{cookie, "Origin: https://evil.example", "X-Forwarded-Host: evil.example", "Host: evil.example"},
		} {
			res := w.do(r.Method, examplePath(r.Path), "{}"[:min(2, r.Body)], append(headers, "Content-Type: application/json")...)
			if res.status != 403 {
				t.Errorf("%s with %v: %d", r.Path, headers[1:], res.status)
			}
		}
	}
	body := `{"request":"12345678","type":"undo","board":"na"}`
	if res := w.do("POST", "/api/v1/commands", body, "Authorization: Bearer "+w.token("moteleder"), "Content-Type: application/json"); res.status == 403 && strings.Contains(res.body, "origin") {
		t.Errorf("token: %d %s", res.status, res.body)
	}
	if res := w.do("POST", "/api/v1/commands", body, "Authorization: Bearer nei", cookie, "Origin: "+w.url, "Content-Type: application/json"); res.status != 401 {
		t.Errorf("wrong token beside a good cookie: %d", res.status)
	}
	if res := w.do("GET", "/api/v1/boards", "", "Authorization: Bearer "+strings.TrimPrefix(w.as("leser"), "kb=")); res.status != 401 {
		t.Errorf("a browser's secret as token: %d", res.status)
	}
	if res := w.do("GET", "/konto", "", "Cookie: kb="+w.token("leser")); res.status == 200 {
		t.Error("a token works as a cookie")
	}
}

func TestFormsNeedTheirToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.as("leser")
	_, secret, _ := strings.Cut(other, "=")
	foreign := w.auth.Session(secret).FormToken()
	for _, token := range []string{"", "x", foreign, strings.Repeat("A", 86)} {
		body := url.Values{"token": {token}, "board": {"na"}, "kind": {"preparedness"}, "title": {"Flom"}, "request": {"12345678"}}.Encode()
		res := w.do("POST", "/moter", body, "Cookie: "+w.as("moteleder"), "Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded")
		if res.status != 403 {
			t.Errorf("token %q: %d", token, res.status)
		}
	}
	form := url.Values{"board": {"na"}, "kind": {"preparedness"}, "title": {"Flom"}, "request": {"12345678"}}
	for range 2 { // sent twice, it happens once
		if res := w.form("moteleder", "/moter", form); res.status != 303 {
			t.Fatalf("own token: %d %s", res.status, res.body)
		}
	}
	p, err := edge.LookAs(w.clerk.State(), domain.System("x"), time.Now()).Picture(domain.Live)
	must(t, err)
	if n := len(p.Meetings()); n != 1 {
		t.Errorf("%d meetings", n)
	}
}

func TestCommandsAreReadStrictly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := "Authorization: Bearer " + w.token("moteleder")
	meeting := string(w.openMeeting())
	good := fmt.Sprintf(`{"request":"a-request-1","type":"set_level","board":"na","meeting":%q,"m":"9901","c":"skole","level":"red"}`, meeting)
	post := func(body, kind string) answer {
		return w.do("POST", "/api/v1/commands", body, token, "Content-Type: "+kind)
	}
	cases := []struct {
		name, body string
		status     int
		field      string
	}{
		{"good", good, 200, ""},
		{"again", good, 200, ""},
		{"same id, other content", strings.Replace(good, "red", "green", 1), 409, "request"},
		{"trailing", good + "{}", 400, ""},
		{"nothing", "", 400, ""},
		{"not JSON", "{", 400, ""},
		{"a list", "[]", 400, ""},
		{"unknown field", strings.Replace(good, `"m":`, `"x":1,"m":`, 1), 400, "x"},
		{"field twice", strings.Replace(good, `"m":`, `"m":"9902","m":`, 1), 400, "m"},
		{"field twice in another case", strings.Replace(good, `"m":`, `"M":"9902","m":`, 1), 400, "m"},
		{"wrong type", strings.Replace(good, `"9901"`, `9901`, 1), 400, "m"},
		{"not UTF-8", strings.Replace(good, "skole", "sk\xffle", 1), 400, ""},
		{"deep", `{"request":"a-request-2","type":"set_level","m":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "}", 400, ""},
		{"no request", strings.Replace(good, "a-request-1", "", 1), 422, "request"},
		{"request with a name", strings.Replace(good, "a-request-1", "Kari Nordmann", 1), 422, "request"},
		{"unknown type", strings.Replace(strings.Replace(good, "set_level", "drop_table", 1), "-1", "-3", 1), 422, "type"},
		{"unknown board", strings.Replace(strings.Replace(good, `"na"`, `"nei"`, 1), "-1", "-4", 1), 404, "board"},
		{"unknown municipality", strings.Replace(strings.Replace(good, "9901", "1234", 1), "-1", "-5", 1), 422, "cells[0].m"},
		{"unknown column", strings.Replace(strings.Replace(good, "skole", "kunst", 1), "-1", "-6", 1), 422, "cells[0].c"},
		{"unknown level", strings.Replace(strings.Replace(good, "red", "purple", 1), "-1", "-7", 1), 422, "cells[0].level"},
		{"too old", strings.Replace(strings.Replace(good, `"m":`, fmt.Sprintf(`"issued":%d,"m":`, time.Now().Add(-time.Minute).UnixMilli()), 1), "-1", "-8", 1), 409, "issued"},
		{"too old, another command", fmt.Sprintf(`{"request":"a-request-9","type":"undo","board":"na","issued":%d}`, time.Now().Add(-time.Minute).UnixMilli()), 409, "issued"},
	}
	for _, c := range cases {
		res := post(c.body, "application/json")
		var e struct{ Code, Message, Field, Reason string }
		if err := json.Unmarshal([]byte(res.body), &e); err != nil {
			t.Errorf("%s: not JSON: %s", c.name, res.body)
		}
		if res.status != c.status || e.Field != c.field {
			t.Errorf("%s: %d, field %q, want %d, %q: %s", c.name, res.status, e.Field, c.status, c.field, res.body)
		}
		if res.status != 200 && (e.Code == "" || e.Message == "" || e.Reason == "") {
			t.Errorf("%s: says nothing: %s", c.name, res.body)
		}
	}
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
		if res := post(good, kind); res.status != 415 {
			t.Errorf("content type %q: %d", kind, res.status)
		}
	}
	decomposed := strings.Replace(strings.Replace(good, `"m":`, `"text":"a\u030a pa\u030a","m":`, 1), "-1", "-9", 1)
	if res := post(decomposed, "application/json; charset=utf-8"); res.status != 200 {
		t.Fatalf("text: %d %s", res.status, res.body)
	}
	if res := w.get("leser", "/api/v1/boards/na/cells/9901/skole"); !strings.Contains(res.body, `"text":"å på"`) {
		t.Errorf("not composed: %s", res.body)
	}
}

// TestStaleEditShowsBoth: in an edition, who edits what another has changed gets
// 409 and both texts.
func TestStaleEditShowsBoth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	set := func(seen uint64, words string) answer {
		return w.command("fagansvarlig", map[string]any{"type": "set_level", "board": string(draft), "m": "9901", "c": "beredskap", "level": "red", "text": words, "seen": seen})
	}
	if res := set(0, "min"); res.status != 200 {
		t.Fatalf("%d %s", res.status, res.body)
	}
	res := set(0, "din")
	var both struct {
		Yours, Theirs struct{ Text, By string }
		Reason        string
	}
	must(t, json.Unmarshal([]byte(res.body), &both))
	if res.status != 409 || both.Yours.Text != "din" || both.Theirs.Text != "min" || both.Theirs.By != "fagansvarlig" || both.Reason != "cell.stale" {
		t.Errorf("%d %s", res.status, res.body)
	}
}

// TestStorageFailure: nothing is acknowledged that may be lost, readers keep the
// picture, the operator's probe turns red.
func TestStorageFailure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := w.openMeeting()
	screen := w.connect("leser")
	w.journal.FailNext(errors.New("disk"))
	cmd := map[string]any{"type": "set_level", "board": "na", "meeting": string(meeting), "m": "9901", "c": "skole", "level": "red"}
	for range 2 {
		res := w.command("moteleder", cmd)
		if res.status != 503 || res.header.Get("Retry-After") == "" || strings.Contains(res.body, "disk") {
			t.Errorf("%d %s", res.status, res.body)
		}
		delete(cmd, "request")
	}
	if m := w.read(screen); m != `{"storage":"failed"}` {
		t.Errorf("the screen was told %s", m)
	}
	for _, path := range []string{"/tavle/na", "/konto"} { // without a socket, too
		res := w.get("leser", path, "Accept-Language: nb")
		if res.status != 200 || !strings.Contains(res.body, "Lagring feilet – endringer blir ikke lagret") || !strings.Contains(res.body, `data-storage="failed"`) {
			t.Errorf("%s: %d, and it does not say that storage failed", path, res.status)
		}
	}
	if res := w.get("leser", "/tavle/na"); strings.Contains(newWorld(t).get("leser", "/konto").body, "data-storage") || res.status != 200 {
		t.Error("a page says so while all is well")
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 503, "/metrics": 200} {
		res, err := http.Get(w.ops + path)
		must(t, err)
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
	}
}

// TestFullDisk: the operator's probe says what to do, and screens show it.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meeting := w.openMeeting()
	screen := w.connect("leser")
	w.journal.FailNext(&domain.Error{Code: domain.Unavailable, Msg: "storage.full"})
	res := w.command("moteleder", map[string]any{"type": "set_level", "board": "na", "meeting": string(meeting), "m": "9901", "c": "skole", "level": "red"})
	if res.status != 503 || !strings.Contains(res.body, "storage.full") {
		t.Errorf("%d %s", res.status, res.body)
	}
	if m := w.read(screen); m != `{"storage":"full"}` {
		t.Errorf("the screen was told %s", m)
	}
	if page := w.get("leser", "/konto", "Accept-Language: nb").body; !strings.Contains(page, "Disken er full") || strings.Contains(page, "data-storage") {
		t.Error("a page does not say that the disk is full, or takes the keys away")
	}
	ready, err := http.Get(w.ops + "/readyz")
	must(t, err)
	defer ready.Body.Close()
	if words, err := io.ReadAll(ready.Body); err != nil || ready.StatusCode != 503 || !strings.Contains(string(words), "storage full") {
		t.Errorf("/readyz: %d %s %v", ready.StatusCode, words, err)
	}
}

// TestOperatorsAreAnsweredWhileItStarts: alive, but users must wait.
func TestOperatorsAreAnsweredWhileItStarts(t *testing.T) {
	t.Parallel()
	ops, ln, served := NewOps(nil), listen(t), make(chan error, 1)
	go func() { served <- ops.Serve(ln) }()
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 503} {
		res, err := http.Get("http://" + ln.Addr().String() + path)
		must(t, err)
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	must(t, ops.Shutdown(t.Context()))
	must(t, <-served)
}

func TestOperatorsHaveTheirOwnListener(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	screen := w.connect("leser")
	defer screen.Close()
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/debug/pprof/"} {
		if res := w.do("GET", path, ""); res.status != 404 {
			t.Errorf("users get %d at %s", res.status, path)
		}
	}
	w.get("", "/tavle/2022?region=nord")
	b := w.numbers()
	for _, want := range []string{`kb_http_seconds_count{code="200",method="GET",route="/tavle/:board"}`, "kb_sockets 1", "kb_revision"} {
		if !strings.Contains(b, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	if strings.Contains(b, "region=nord") {
		t.Error("metrics name an address")
	}
}

// numbers returns what /metrics says.
func (w *world) numbers() string {
	w.t.Helper()
	res, err := http.Get(w.ops + "/metrics")
	must(w.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(w.t, err)
	return string(b)
}

// count returns one of them that has no labels, 0 where it is not there.
func (w *world) count(name string) (n float64) {
	w.t.Helper()
	if _, rest, ok := strings.Cut(w.numbers(), "\n"+name+" "); ok {
		_, err := fmt.Sscan(rest, &n)
		must(w.t, err)
	}
	return n
}

// TestServeEndsWhenAListenerDoes: a server that has lost its door does not stand
// there as if it had one.
func TestServeEndsWhenAListenerDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, err := New(Config{Clerk: w.clerk, Auth: w.auth, Jottings: w.jotted, Files: w.files, Site: w.server.cfg.Site, Log: w.server.cfg.Log})
	must(t, err)
	if err := s.Serve(&brokenListener{}); err == nil || !strings.Contains(err.Error(), "ingen dør") {
		t.Errorf("%v", err)
	}
}

// TestShutdownBeforeTheDoorIsOpen: a server that is told to stop while it starts
// stops, whichever of the two is quicker.
func TestShutdownBeforeTheDoorIsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 200 {
		s, err := New(Config{Clerk: w.clerk, Auth: w.auth, Jottings: w.jotted, Files: w.files, Site: w.server.cfg.Site, Log: w.server.cfg.Log})
		must(t, err)
		served := make(chan error, 1)
		ln := listen(t)
		go func() { served <- s.Serve(ln) }()
		must(t, s.Shutdown(t.Context()))
		select {
		case err := <-served:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("it serves on")
		}
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	return ln
}

// brokenListener is a listener whose socket has failed.
type brokenListener struct{}

func (*brokenListener) Accept() (net.Conn, error) { return nil, errors.New("ingen dør") }
func (*brokenListener) Close() error              { return nil }
func (*brokenListener) Addr() net.Addr            { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// TestPublicPagesAreKept: signed out and without a filter, a page has an ETag,
// is packed, and answers 304; what is somebody's own is never kept.
func TestPublicPagesAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/tavle/2022", "/utgave/2022", "/utgave/2022/v1", "/kommune/9901", "/omrade/beredskap", "/region/nord"} {
		plain := w.do("GET", path, "")
		tag := plain.header.Get("ETag")
		if plain.status != 200 || tag == "" || !strings.Contains(plain.header.Get("Cache-Control"), "must-revalidate") {
			t.Errorf("%s: %d, tag %q, %q", path, plain.status, tag, plain.header.Get("Cache-Control"))
		}
		for _, coding := range []string{"br", "gzip"} {
			packed := w.do("GET", path, "", "Accept-Encoding: "+coding)
			if packed.header.Get("Content-Encoding") != coding || len(packed.body) >= len(plain.body) || packed.header.Get("ETag") == tag {
				t.Errorf("%s: %s of %d bytes, plain %d", path, packed.header.Get("Content-Encoding"), len(packed.body), len(plain.body))
			}
			if res := w.do("GET", path, "", "Accept-Encoding: "+coding, "If-None-Match: "+packed.header.Get("ETag")); res.status != 304 || res.body != "" {
				t.Errorf("%s: %d instead of 304", path, res.status)
			}
		}
		if res := w.do("GET", path, "", "Accept-Language: en", "If-None-Match: "+tag); res.status != 200 || !strings.Contains(res.body, `lang="en"`) {
			t.Errorf("%s: another language: %d", path, res.status)
		}
		for _, vary := range []string{"Accept-Encoding", "Accept-Language", "Cookie"} {
			if !strings.Contains(plain.header.Get("Vary"), vary) {
				t.Errorf("%s: Vary %q", path, plain.header.Get("Vary"))
			}
		}
		own := w.get("leser", path)
		if own.status != 200 || own.header.Get("Cache-Control") != "no-store" || own.header.Get("ETag") != "" {
			t.Errorf("%s signed in: %d, %q, tag %q", path, own.status, own.header.Get("Cache-Control"), own.header.Get("ETag"))
		}
		if again := w.do("GET", path, ""); again.body != plain.body {
			t.Errorf("%s: changed by a signed-in reader", path)
		}
		if strings.Contains(plain.body, "Navn leser") || strings.Contains(plain.body, plain.header.Get("X-Request-Id")) {
			t.Errorf("%s holds a name or a request id", path)
		}
	}
	before := w.do("GET", "/utgave/2022", "").header.Get("ETag")
	live := w.do("GET", "/kommune/9901", "").header.Get("ETag")
	w.set(w.openMeeting(), "9901", domain.Red)
	if w.do("GET", "/utgave/2022", "").header.Get("ETag") != before || w.do("GET", "/kommune/9901", "").header.Get("ETag") != live {
		t.Error("a click in a meeting voids public pages")
	}
	if res := w.form("redaktor", "/utgave/2022/rettelse", url.Values{"reason": {"feil"}}); res.status != 303 {
		t.Fatalf("correction: %d %s", res.status, res.body)
	}
	if res := w.form("redaktor", "/tavle/2022/sett", url.Values{"cell": {"9903.skole"}, "level": {"red"}, "seen": {"0"}, "text": {"Rettelsesord"}}); res.status != 303 {
		t.Fatalf("set: %d %s", res.status, res.body)
	}
	if res := w.do("GET", "/tavle/2022", ""); strings.Contains(res.body, "Rettelsesord") || res.status != 200 {
		t.Errorf("a correction under way is public: %d", res.status)
	}
	if res := w.form("redaktor", "/utgave/2022/publiser", url.Values{"note": {"rettet"}}); res.status != 303 {
		t.Fatalf("publish: %d %s", res.status, res.body)
	}
	if w.do("GET", "/utgave/2022", "").header.Get("ETag") == before {
		t.Error("the new version is not shown")
	}
}

func TestLanguageAndTheme(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ path, header, want string }{
		{"/om", "", `lang="nb"`},
		{"/om", "Accept-Language: en-GB,nb;q=0.5", `lang="en"`},
		{"/om", "Accept-Language: nn-NO", `lang="nn"`},
		{"/om", "Accept-Language: no, en;q=0.9", `lang="nb"`},
		{"/om", "Accept-Language: fr, *;q=0.1", `lang="nb"`},
		{"/om", "Accept-Language: en;q=0", `lang="nb"`},
		{"/om?lang=nn", "Accept-Language: en", `lang="nn"`},
		{"/om?lang=xx", "Accept-Language: en", `lang="en"`},
		{"/om", "Cookie: kb_lang=en", `lang="en"`},
		{"/om", "Cookie: kb_lang=xx", `lang="nb"`},
		{"/om?theme=dark", "", `data-theme="dark"`},
		{"/om", "Cookie: kb_theme=light", `data-theme="light"`},
	} {
		res := w.do("GET", c.path, "", c.header)
		if head, _, _ := strings.Cut(res.body, "<head>"); !strings.Contains(head, c.want) {
			t.Errorf("%s with %q: %s", c.path, c.header, head)
		}
		if set := res.header.Get("Set-Cookie"); strings.Contains(c.path, "=nn") != strings.Contains(set, "kb_lang=nn") {
			t.Errorf("%s sets %q", c.path, set)
		}
	}
}

// TestBelowAPath: with a path in the public address, addresses work with and
// without it, and every redirect, link and cookie has it.
func TestBelowAPath(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.PublicURL = "https://bilder.example.no/kb" })
	for _, path := range []string{"/kb/om", "/om", "/kb/utgave/2022", "/kb/static/../om"} {
		if res := w.do("GET", path, ""); res.status != 200 && path != "/kb/static/../om" {
			t.Errorf("%s: %d", path, res.status)
		}
	}
	for _, path := range []string{"/kb", "/kb/", "/"} {
		if res := w.do("GET", path, ""); res.status != 302 || res.header.Get("Location") != "/kb/tavle/2022" {
			t.Errorf("%s: %d to %q", path, res.status, res.header.Get("Location"))
		}
	}
	if res := w.do("GET", "/kbx/om", ""); res.status != 404 {
		t.Errorf("/kbx: %d", res.status)
	}
	res := w.do("POST", "/kb/login", url.Values{"user": {"moteleder"}, "password": {testPassword}, "next": {"/tavle/na"}}.Encode(),
		"Origin: https://bilder.example.no", "Content-Type: application/x-www-form-urlencoded")
	cookie := res.header.Get("Set-Cookie")
	if res.status != 303 || res.header.Get("Location") != "/kb/tavle/na" {
		t.Errorf("login: %d to %q", res.status, res.header.Get("Location"))
	}
	for _, want := range []string{"__Host-kb=", "path=/;", "secure", "HttpOnly", "SameSite=Lax"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %s", cookie, want)
		}
	}
	if strings.Contains(strings.ToLower(cookie), "domain") {
		t.Errorf("cookie %q has a domain", cookie)
	}
}

func TestRedirectsStayHere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, next := range []string{"https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "/a\r\nSet-Cookie: x=1", "evil.example", "/%", "/ok\\x"} {
		res := w.do("POST", "/login", url.Values{"user": {"moteleder"}, "password": {testPassword}, "next": {next}}.Encode(),
			"Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded")
		if res.status != 303 || res.header.Get("Location") != "/" || len(res.header.Values("Set-Cookie")) != 1 {
			t.Errorf("next %q: %d to %q", next, res.status, res.header.Get("Location"))
		}
	}
	for path, want := range map[string]string{
		"/tavle/na?region=nord&level=red": "/tavle/na?region=nord&level=red",
		"/":                               "/",
		"/kommune/9901?board=2022#ros":    "/kommune/9901?board=2022#ros",
		"":                                "fallback",
	} {
		if got := edge.OwnPath(path, "fallback"); got != want {
			t.Errorf("ownPath(%q) = %q", path, got)
		}
	}
}

func TestLoginSaysLittle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var bodies []string
	for _, user := range []string{"moteleder", "finnesikke", "skjerm"} {
		res := w.do("POST", "/login", url.Values{"user": {user}, "password": {"feil passord her"}}.Encode(),
			"Origin: "+w.url, "Content-Type: application/x-www-form-urlencoded")
		if res.status != 401 || res.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d, cookie %q", user, res.status, res.header.Get("Set-Cookie"))
		}
		body := strings.ReplaceAll(res.body, user, "X")
		body = strings.ReplaceAll(body, res.header.Get("X-Request-Id"), "ID")
		if i := strings.Index(body, `data-now="`); i >= 0 {
			end := i + 10 + strings.Index(body[i+10:], `"`)
			body = body[:i] + body[end:]
		}
		bodies = append(bodies, body)
	}
	if bodies[0] != bodies[1] || bodies[1] != bodies[2] {
		t.Error("the answer tells which accounts there are")
	}
	if log := w.log.String(); strings.Contains(log, "finnesikke") || strings.Contains(log, "feil passord") {
		t.Error("the log holds what was typed")
	}
}

// TestTheLogSaysNoNamesTextsOrTokens reads all that was logged while texts,
// names, tokens and queries went through.
func TestTheLogSaysNoNamesTextsOrTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.token("moteleder")
	meeting := w.openMeeting()
	w.command("moteleder", map[string]any{"type": "set_level", "board": "na", "meeting": string(meeting), "m": "9901", "c": "skole", "level": "red", "text": "pasient Hemmelig", "reported_by": "Ola Hemmelig"})
	w.command("moteleder", map[string]any{"type": "set_level", "board": "na", "meeting": string(meeting), "m": "Hemmelig", "c": "skole", "level": "red"})
	w.do("POST", "/api/v1/commands", `{"Hemmelig`, "Authorization: Bearer "+token, "Content-Type: application/json")
	w.get("leser", "/tavle/na?region=Hemmelig")
	w.get("leser", "/tavle/Hemmelig")
	w.form("moteleder", "/moter", url.Values{"board": {"na"}, "kind": {"preparedness"}, "title": {"Møte Hemmelig"}})
	w.get("leser", "/eksport?board=na&format=csv")
	log := w.log.String()
	_, secret, _ := strings.Cut(w.as("leser"), "=")
	for _, no := range []string{"Hemmelig", "Navn leser", token, secret, testPassword, "region="} {
		if strings.Contains(log, no) {
			i := strings.Index(log, no)
			t.Errorf("log holds %q: …%s…", no, log[max(0, i-200):min(len(log), i+50)])
		}
	}
	if !strings.Contains(log, `"msg":"export"`) || !strings.Contains(log, `"route":"/tavle/:board"`) {
		t.Error("the log lacks what it should have")
	}
}

func TestProxiesAreBelievedWhereListed(t *testing.T) {
	t.Parallel()
	proxies := []string{"10.0.0.0/8", "127.0.0.1", "fd00::/8"}
	if err := CheckProxies([]string{"proxy.example.no"}); err == nil {
		t.Error("a name is no address")
	}
	for _, c := range []struct {
		proxies   bool
		forwarded string
		want      string
	}{
		{true, "", "127.0.0.1"},
		{true, "203.0.113.7", "203.0.113.7"},
		{true, "198.51.100.1, 203.0.113.7, 10.1.1.1", "203.0.113.7"},
		{true, "203.0.113.7, søppel", "127.0.0.1"},
		{false, "203.0.113.7", "127.0.0.1"},
		{true, "198.51.100.1\nX-Forwarded-For: 203.0.113.7, 10.1.1.1", "203.0.113.7"}, // two lines
		{true, "203.0.113.7\nX-Forwarded-For: 10.1.1.1", "203.0.113.7"},
	} {
		seen := make(chan string, 1)
		w := startWorld(t, func(s *Server) {
			s.edge.Handle(edge.Route{Method: "GET", Path: "/hvem", Access: edge.Open(), Trace: edge.Nothing, Handle: func(k *edge.Call) error {
				seen <- k.From().String()
				return nil
			}})
		}, func(cfg *Config) {
			if c.proxies {
				cfg.TrustedProxies = proxies
			}
		})
		for range 2 {
			w.do("GET", "/hvem", "", append(strings.Split("X-Forwarded-For: "+c.forwarded, "\n"), "X-Real-Ip: 192.0.2.9")...)
			if got := <-seen; got != c.want {
				t.Errorf("%+v: %s", c, got)
			}
		}
		warned := 0
		if !c.proxies {
			warned = 1 // of two requests
		}
		if n := strings.Count(w.log.String(), "no trusted proxy"); n != warned {
			t.Errorf("%+v: %d warnings, want %d", c, n, warned)
		}
	}
}
