//go:build e2e && linux

package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// asked is what a browser sends with its first request for a page; %s are host,
// what it unpacks, and more lines.
const asked = "GET /tavle/2022 HTTP/1.1\r\nHost: %s\r\nConnection: keep-alive\r\n" +
	`sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"` + "\r\nsec-ch-ua-mobile: ?0\r\nsec-ch-ua-platform: \"Linux\"\r\nUpgrade-Insecure-Requests: 1\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n" +
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8\r\n" +
	"Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-User: ?1\r\nSec-Fetch-Dest: document\r\n" +
	"Accept-Encoding: %s\r\nAccept-Language: nb-NO,nb;q=0.9,no;q=0.8,en;q=0.6\r\n%s\r\n"

// BenchmarkServed: what a request for the public overview costs this server's
// processors, beside what the same bytes cost nginx, in turn: packed with brotli,
// with gzip, and not modified. It is the processes' own time, so that who else
// uses the machine hardly matters.
func BenchmarkServed(b *testing.B) {
	p := demo(b, inHaste...)
	dir, peer := b.TempDir(), freePort(b)
	codings := map[string]string{"br": "gzip, deflate, br, zstd", "gzip": "gzip, deflate"}
	ours, size := map[string]string{}, map[string]int{} // tags and bytes
	if err := os.MkdirAll(filepath.Join(dir, "tavle"), 0o755); err != nil {
		b.Fatal(err)
	}
	for coding, accept := range codings {
		req, err := http.NewRequest(http.MethodGet, p.url("/tavle/2022"), nil)
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", accept)
		page, tag := packed(b, req)
		ours[coding], size[coding] = tag, len(page)
		if err := os.WriteFile(filepath.Join(dir, coding), page, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	nginx := startPeer(b, dir, peer)
	theirs := tagOf(b, "http://"+peer+"/tavle/2022")
	const n = 20_000
	turns := map[string]func(addr, tag string) []byte{
		"br":   func(addr, _ string) []byte { return fmt.Appendf(nil, asked, addr, codings["br"], "") },
		"gzip": func(addr, _ string) []byte { return fmt.Appendf(nil, asked, addr, codings["gzip"], "") },
		"304": func(addr, tag string) []byte {
			return fmt.Appendf(nil, asked, addr, codings["br"], "If-None-Match: "+tag+"\r\n")
		},
	}
	each := func(kind, addr, tag string, pid int) float64 {
		before := spent(b, pid)
		ask(b, addr, turns[kind](addr, tag), n, size[kind])
		return float64((spent(b, pid) - before).Nanoseconds()) / 1000 / n
	}
	us, them, ratio := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
	for round := 0; b.Loop(); round++ {
		for kind := range turns {
			if round == 0 {
				each(kind, p.addr, ours["br"], p.cmd.Process.Pid) // what is made once is made
				each(kind, peer, theirs, nginx)
			}
			own, other := each(kind, p.addr, ours["br"], p.cmd.Process.Pid), each(kind, peer, theirs, nginx)
			us[kind], them[kind], ratio[kind] = append(us[kind], own), append(them[kind], other), append(ratio[kind], own/other)
		}
	}
	b.ReportMetric(0, "ns/op")
	for kind := range turns {
		for unit, of := range map[string][]float64{"-µs": us[kind], "-nginx-µs": them[kind], "-of-nginx": ratio[kind]} {
			slices.Sort(of)
			b.ReportMetric(of[len(of)/2], kind+unit)
		}
	}
}

// startPeer serves the files of a folder by nginx, packed as the browser asks,
// in one process, and returns its number.
func startPeer(b *testing.B, dir, addr string) (pid int) {
	b.Helper()
	if _, err := exec.LookPath("nginx"); err != nil {
		b.Fatal("nginx is missing; make bench installs it on Debian")
	}
	user := "user root;"
	if os.Getuid() != 0 {
		user = ""
	}
	conf := fmt.Sprintf(`daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/err; %[3]s
events { worker_connections 512; }
http { access_log off; keepalive_requests 100000000; client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
sendfile on; tcp_nopush on; open_file_cache max=10;
map $http_accept_encoding $coding { ~br br; default gzip; }
server { listen %[2]s; root %[1]s; location = /tavle/2022 { default_type "text/html; charset=utf-8"; add_header Content-Encoding $coding; add_header Vary Accept-Encoding; try_files /$coding =404; } } }
`, dir, addr, user)
	if err := os.WriteFile(filepath.Join(dir, "conf"), []byte(conf), 0o644); err != nil {
		b.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	nginx := exec.Command("nginx", "-c", filepath.Join(dir, "conf"))
	var said bytes.Buffer
	nginx.Stderr = &said
	if err := nginx.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { nginx.Process.Signal(os.Interrupt); nginx.Wait() })
	for end := time.Now().Add(10 * time.Second); ; {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
			return nginx.Process.Pid
		}
		if time.Now().After(end) {
			b.Fatalf("nginx does not answer: %v", err)
		}
	}
}

// tagOf returns the tag of a page.
func tagOf(b *testing.B, url string) string {
	b.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "br")
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Encoding") != "br" || resp.Header.Get("ETag") == "" {
		b.Fatalf("%s: %s %v", url, resp.Status, resp.Header)
	}
	return resp.Header.Get("ETag")
}

// ask sends a request n times, over 16 connections, and checks that each answer
// has so many bytes; 0: that it is 304.
func ask(b *testing.B, addr string, request []byte, n, size int) {
	b.Helper()
	const lines = 16
	var all sync.WaitGroup
	errs := make(chan error, lines)
	for range lines {
		all.Go(func() {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				errs <- err
				return
			}
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(time.Minute))
			in := bufio.NewReaderSize(c, 64<<10)
			for range n / lines {
				if _, err = c.Write(request); err == nil {
					err = answer(in, size)
				}
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	all.Wait()
	select {
	case err := <-errs:
		b.Fatalf("%s: %v", addr, err)
	default:
	}
}

// answer reads one answer.
func answer(in *bufio.Reader, size int) error {
	status, err := in.ReadString('\n')
	if err != nil {
		return err
	}
	want, length := "HTTP/1.1 200 ", 0
	if size == 0 {
		want = "HTTP/1.1 304 "
	}
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if name, value, _ := bytes.Cut(line, []byte(":")); bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
	if !strings.HasPrefix(status, want) || size > 0 && length != size {
		return fmt.Errorf("%q with %d bytes, want %q with %d", status, length, want, size)
	}
	if size == 0 {
		return nil
	}
	_, err = in.Discard(size)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// spent returns how long a process has been on processors, by the kernel's clock
// of it: to the nanosecond, threads that have ended included.
func spent(t testing.TB, pid int) time.Duration {
	t.Helper()
	const scheduled = 2 // CPUCLOCK_SCHED
	var at unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|scheduled), &at); err != nil {
		t.Fatal(err)
	}
	return time.Duration(at.Nano())
}
