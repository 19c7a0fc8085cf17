package server

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/storage"
)

const aPDF = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"

// fileForm makes a form with fields, then files by their names; "name=value" is a field.
func fileForm(t testing.TB, parts ...string) (body, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		if field, ok := strings.CutPrefix(parts[i], "="); ok {
			must2(t, w.WriteField(field, parts[i+1]))
			continue
		}
		h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + parts[i] + `"`}, "Content-Type": {"application/octet-stream"}}
		part, err := w.CreatePart(h)
		must2(t, err)
		_, err = part.Write([]byte(parts[i+1]))
		must2(t, err)
	}
	must2(t, w.Close())
	return b.String(), w.FormDataContentType()
}

func must2(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) formToken(account string) string {
	_, secret, _ := strings.Cut(w.as(account), "=")
	return w.auth.Session(secret).FormToken()
}

// upload sends files as the script does: each by its name and content.
func (w *world) upload(account string, files ...string) answer {
	w.t.Helper()
	token := ""
	if account != "" {
		token = w.formToken(account)
	}
	body, kind := fileForm(w.t, append([]string{"=token", token}, files...)...)
	return w.do("POST", "/filer", body, "Cookie: "+w.as(account), "Origin: "+w.url, "Content-Type: "+kind, "Accept: application/json")
}

func sumHex(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func TestFileIsTakenInAndGivenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	res := w.upload("fagansvarlig", `C:\\Users\\kari\\Avtale Skjåk–Lom.pdf`, aPDF, "tall.csv", "a;b\n1;2\n")
	var got struct{ Files []sentFile }
	must(t, json.Unmarshal([]byte(res.body), &got))
	if res.status != 200 || len(got.Files) != 2 || got.Files[0].Sum.String() != sumHex(aPDF) || got.Files[0].Name != "Avtale Skjåk–Lom.pdf" ||
		got.Files[0].Type != "application/pdf" || got.Files[0].Size != int64(len(aPDF)) || got.Files[1].Type != "text/csv" {
		t.Fatalf("%d %s", res.status, res.body)
	}
	if size, kind, ok := w.server.cfg.Stored(got.Files[0].Sum); !ok || size != int64(len(aPDF)) || kind != "application/pdf" {
		t.Errorf("commands are told of %d bytes of %q, %t", size, kind, ok)
	}
	for _, who := range []string{"leser", "moteleder", "admin"} {
		res := w.get(who, "/filer/"+sumHex(aPDF)+"/Sk%C3%A5k%20%C2%ABx%C2%BB.pdf")
		if res.status != 200 || res.body != aPDF {
			t.Fatalf("%s: %d %.100s", who, res.status, res.body)
		}
		for name, want := range map[string]string{
			"Content-Type": "application/pdf", "Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
			"Content-Disposition": `attachment; filename="Sk_k _x_.pdf"; filename*=utf-8''Sk%C3%A5k%20%C2%ABx%C2%BB.pdf`, "Content-Length": fmt.Sprint(len(aPDF)),
		} {
			if got := res.header.Get(name); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
	}
	if res := w.get("leser", "/filer/"+got.Files[1].Sum.String()+"/tall.csv"); res.status != 200 || res.header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("a table is given as %s", res.header.Get("Content-Type"))
	}
	for who, status := range map[string]int{"kommune": 404, "skjerm": 403, "": 303} {
		if res := w.get(who, "/filer/"+sumHex(aPDF)+"/x.pdf"); res.status != status || strings.Contains(res.body, "PDF-1.7") {
			t.Errorf("%q: %d", who, res.status)
		}
	}
	for _, path := range []string{"/filer/" + sumHex("annet") + "/x.pdf", "/filer/../../x/x.pdf", "/filer/x/x.pdf", "/filer/" + sumHex(aPDF) + "/a%0d%0ab.pdf"} {
		if res := w.get("leser", path); res.status != 404 {
			t.Errorf("%s: %d", path, res.status)
		}
	}
}

func TestFileComesByAFormWithoutScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	send := func(parts ...string) answer {
		body, kind := fileForm(t, parts...)
		return w.do("POST", "/filer", body, "Cookie: "+w.as("redaktor"), "Origin: "+w.url, "Content-Type: "+kind)
	}
	token := w.formToken("redaktor")
	res := send("=token", token, "=back", "/kunnskap?m=9901", "a.pdf", aPDF)
	if to := res.header.Get("Location"); res.status != 303 || to != "/kunnskap?fil="+sumHex(aPDF)+"&m=9901" {
		t.Errorf("%d %s", res.status, to)
	}
	if to := send("=token", token, "=back", "https://evil.example/", "a.pdf", aPDF).header.Get("Location"); !strings.HasPrefix(to, "/start?") {
		t.Errorf("leads to %s", to)
	}
	if res := send("=token", token, "a.exe", "MZ"); res.status != 422 || !strings.Contains(res.body, "Denne typen fil tas ikke imot") {
		t.Errorf("%d %.200s", res.status, res.body)
	}
	if res := send("=token", token); res.status != 422 || !strings.Contains(res.body, "Velg en fil først") {
		t.Errorf("no file: %d", res.status)
	}
	for name, parts := range map[string][]string{
		"no token":       {"a.pdf", aPDF},
		"token too late": {"a.pdf", aPDF, "=token", token},
		"another's":      {"=token", w.formToken("leser"), "a.pdf", aPDF},
	} {
		if res := send(parts...); res.status != 403 {
			t.Errorf("%s: %d", name, res.status)
		}
	}
}

func TestFileIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.FileSize = 1 << 20 })
	small, err := storage.OpenBlobs(t.TempDir(), storage.BlobLimits{Each: 1 << 20, All: 2 << 20})
	must(t, err)
	w.server.cfg.Files = small
	w.server.cfg.Scan = func(r io.Reader) (bool, error) {
		b, err := io.ReadAll(r)
		if err == nil && bytes.Contains(b, []byte("VIRUS")) {
			err = domain.Wrong("file", "file.virus")
		}
		return !bytes.Contains(b, []byte("11111")), err
	}
	var docm bytes.Buffer
	z := zip.NewWriter(&docm)
	for _, name := range []string{"[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"} {
		_, err := z.Create(name)
		must(t, err)
	}
	must(t, z.Close())
	for name, one := range map[string]struct {
		file, content string
		status        int
		reason        string
	}{
		"docm as docx":     {"a.docx", docm.String(), 422, "file.macros"},
		"a wrong type":     {"a.pdf", "MZ", 422, "file.ending"},
		"a hidden name":    {"a\u202efdp.exe", aPDF, 422, "file.name"},
		"nothing":          {"a.pdf", "", 422, "file.empty"},
		"one byte too big": {"a.txt", strings.Repeat("a", 1<<20+1), 422, "file.large"},
		"far too big":      {"a.txt", strings.Repeat("a", 3<<20), 413, "http.body"},
	} {
		if res := w.upload("redaktor", one.file, one.content); res.status != one.status || !strings.Contains(res.body, `"`+one.reason+`"`) {
			t.Errorf("%s: %d %.300s", name, res.status, res.body)
		}
	}
	if res := w.upload("redaktor", "a.txt", "her er et VIRUS"); res.status != 422 || !strings.Contains(res.body, "file.virus") {
		t.Errorf("a virus: %d %s", res.status, res.body)
	}
	for who, status := range map[string]int{"leser": 403, "moteleder": 403, "kommune": 404, "skjerm": 403, "": 401} {
		if res := w.upload(who, "a.pdf", aPDF); res.status != status {
			t.Errorf("%q: %d %s", who, res.status, res.body)
		}
	}
	if used, _, _ := small.Used(); used != 0 {
		t.Errorf("%d bytes of what was refused are kept", used)
	}
	for i := range 2 {
		if res := w.upload("redaktor", "a.txt", strings.Repeat(fmt.Sprint(i), 1<<20-100)); res.status != 200 || strings.Contains(res.body, `"unchecked":true`) != (i == 1) {
			t.Errorf("file %d: %d %s", i, res.status, res.body)
		}
	}
	if !strings.Contains(w.log.String(), "comes to its end") {
		t.Error("nobody was told before it is full")
	}
	if res := w.upload("redaktor", "a.txt", strings.Repeat("x", 1<<20-100)); res.status != 503 || !strings.Contains(res.body, "file.room") {
		t.Errorf("one too many: %d %s", res.status, res.body)
	}
}

func (w *world) host() string { return strings.TrimPrefix(w.url, "http://") }

// rawUpload writes a request by hand and returns the answer, and how much of the body was
// written before it came.
func (w *world) rawUpload(header string, body io.Reader) (*http.Response, int64) {
	w.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	must(w.t, err)
	w.t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	_, err = io.WriteString(c, header)
	must(w.t, err)
	sent := make(chan int64, 1)
	go func() { n, _ := io.Copy(c, body); sent <- n }()
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		w.t.Fatalf("%.60q: %v", header, err)
	}
	b, _ := io.ReadAll(res.Body)
	res.Body = io.NopCloser(bytes.NewReader(b))
	c.Close()
	return res, <-sent
}

// endless is a body without end, in chunks or not.
type endless struct{ chunked bool }

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	if !e.chunked {
		return len(p), nil
	}
	head := fmt.Sprintf("%x\r\n", 1000)
	n := copy(p, head)
	if len(p) < len(head)+1002 {
		return 0, io.ErrShortBuffer
	}
	copy(p[n+1000:], "\r\n")
	return n + 1002, nil
}

// TestHugeUploadIsRefusedAtOnce: by what its header says, or where it says nothing after
// what the route allows; and memory stays.
func TestHugeUploadIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	head := "POST /filer HTTP/1.1\r\nHost: " + strings.TrimPrefix(w.url, "http://") + "\r\nOrigin: " + w.url + "\r\nCookie: " + w.as("redaktor") +
		"\r\nAccept: application/json\r\nContent-Type: multipart/form-data; boundary=x\r\n"
	begin := "--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n" + w.formToken("redaktor") + "\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n"
	for name, one := range map[string]struct {
		header string
		body   io.Reader
		reason string
		most   int64
	}{
		"2 GB, asks first":    {head + "Expect: 100-continue\r\nContent-Length: 2147483648\r\n\r\n", strings.NewReader(""), "413", 0},
		"2 GB":                {head + "Content-Length: 2147483648\r\n\r\n", endless{}, "http.body", 16 << 20},
		"no end, asks first":  {head + "Expect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n", strings.NewReader(""), "413", 0},
		"chunks without end":  {head + "Transfer-Encoding: chunked\r\n\r\n", io.MultiReader(strings.NewReader(fmt.Sprintf("%x\r\n%s\r\n", len(begin), begin)), struct{ io.Reader }{endless{true}}), "file.large", 64 << 20},
		"a header that lies":  {head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", strings.NewReader("0\r\n\r\n"), "", 5},
		"a form without end":  {head + "Content-Length: 20000000\r\n\r\n", io.MultiReader(strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n"), struct{ io.Reader }{endless{}}), "http.form", 32 << 20},
		"nobody of ours sent": {strings.Replace(head, "Origin: "+w.url, "Origin: https://evil.example", 1) + "Content-Length: 20000000\r\n\r\n", endless{}, "http.origin", 16 << 20},
	} {
		res, sent := w.rawUpload(one.header, one.body)
		b, _ := io.ReadAll(res.Body)
		if res.StatusCode < 400 || !strings.Contains(string(b), one.reason) || !res.Close && one.reason != "" {
			t.Errorf("%s: %d %.300s", name, res.StatusCode, b)
		}
		if sent > one.most {
			t.Errorf("%s: %d MB were taken", name, sent>>20)
		}
	}
	if left, _ := filepath.Glob(w.folder + "/blobs/*"); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// TestUploadThatIsAskedFor: a client that waits is told to go on, once.
func TestUploadThatIsAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body, kind := fileForm(t, "=token", w.formToken("redaktor"), "a.pdf", aPDF)
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	must(t, err)
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintf(c, "POST /filer HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nCookie: %s\r\nAccept: application/json\r\nExpect: 100-continue\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", w.host(), w.url, w.as("redaktor"), kind, len(body))
	r := bufio.NewReader(c)
	line, err := r.ReadString('\n')
	if err != nil || line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("%q %v", line, err)
	}
	_, _ = r.ReadString('\n')
	_, _ = io.WriteString(c, body)
	res, err := http.ReadResponse(r, nil)
	must(t, err)
	if res.StatusCode != 200 {
		t.Errorf("%d", res.StatusCode)
	}
}

// TestCutUploadLeavesNothing: the line breaks in the middle of a file, or the form ends
// before its end.
func TestCutUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body, kind := fileForm(t, "=token", w.formToken("redaktor"), "a.txt", strings.Repeat("a", 1<<20))
	head := "POST /filer HTTP/1.1\r\nHost: " + w.host() + "\r\nOrigin: " + w.url + "\r\nCookie: " + w.as("redaktor") + "\r\nAccept: application/json\r\nContent-Type: " + kind + "\r\n"
	res, _ := w.rawUpload(head+fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)-100), strings.NewReader(body[:len(body)-100]))
	if b, _ := io.ReadAll(res.Body); res.StatusCode != 400 || !strings.Contains(string(b), "file.cut") {
		t.Errorf("a form without its end: %d %s", res.StatusCode, b)
	}
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	must(t, err)
	_, _ = io.WriteString(c, head+fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body))+body[:len(body)/2])
	w.await("half of it is there", func() bool { used, _, _ := w.files.Used(); return used > 100_000 })
	c.Close()
	w.await("it is gone", func() bool { used, _, _ := w.files.Used(); return used == 0 })
	if left, _ := filepath.Glob(w.folder + "/blobs/*"); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// TestShutdownEndsAnUpload: nobody waits for a client that stalls.
func TestShutdownEndsAnUpload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body, kind := fileForm(t, "=token", w.formToken("redaktor"), "a.txt", strings.Repeat("a", 1<<20))
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	must(t, err)
	defer c.Close()
	_, _ = fmt.Fprintf(c, "POST /filer HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nCookie: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", w.host(), w.url, w.as("redaktor"), kind, len(body), body[:len(body)/2])
	w.await("half of it is there", func() bool { used, _, _ := w.files.Used(); return used > 100_000 })
	began := time.Now()
	w.stop()
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("it took %v", took)
	}
	if used, _, _ := w.files.Used(); used != 0 {
		t.Errorf("%d bytes are left", used)
	}
}

// TestUploadsLoosenNoOtherRoute: 64 MB to each address, with its length and without, are
// refused in words, and take no memory.
func TestUploadsLoosenNoOtherRoute(t *testing.T) {
	w := newWorld(t)
	const huge = 64 << 20
	defer debug.SetGCPercent(debug.SetGCPercent(20)) // what is held counts, not what could be freed
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	most := before.Sys
	watch := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			most = max(most, now.Sys)
			select {
			case <-watch:
				return
			case <-tick.C:
			}
		}
	})
	for _, r := range w.server.routes {
		if r.Socket {
			continue
		}
		for _, framing := range []string{fmt.Sprintf("Content-Length: %d", huge), "Transfer-Encoding: chunked"} {
			body := io.Reader(io.LimitReader(endless{}, huge))
			if framing == "Transfer-Encoding: chunked" {
				body = struct{ io.Reader }{io.LimitReader(endless{true}, huge)}
			}
			res, sent := w.rawUpload(fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nCookie: %s\r\nContent-Type: multipart/form-data; boundary=x\r\n%s\r\n\r\n",
				r.Method, examplePath(r.Path), strings.TrimPrefix(w.url, "http://"), w.url, w.as("redaktor"), framing), body)
			b, _ := io.ReadAll(res.Body)
			words := strings.Contains(string(b), "for stort") || strings.Contains(string(b), "http.body") || r.Streams && strings.Contains(string(b), "riktig form")
			if res.StatusCode != 413 && !(r.Streams && res.StatusCode == 400) || !words {
				t.Errorf("%s %s, %s: %d %.200s", r.Method, r.Path, framing, res.StatusCode, b)
			}
			if sent > huge-(8<<20) {
				t.Errorf("%s %s, %s: took %d MB", r.Method, r.Path, framing, sent>>20)
			}
		}
	}
	close(watch)
	watching.Wait()
	if grown := int64(most) - int64(before.Sys); grown > 16<<20 {
		t.Errorf("memory grew by %d MB", grown>>20)
	}
}
