//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// binary is what `make build` made of this tree.
func binary(t testing.TB) string {
	t.Helper()
	path, err := filepath.Abs("../bin/kommunebilder")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: run make build first", err)
	}
	return path
}

// program is a running server on a data folder of its own.
type program struct {
	t         testing.TB
	dir       string
	addr      string // host:port, kept across restarts
	ops       string
	public    string       // the address people use; "" the one it listens on
	web       *http.Client // nil: the default one
	flags     []string
	cmd       *exec.Cmd
	exited    chan error
	passwords map[string]string
	log       logFile
}

// logFile is what a server writes, in a file: reading it along would cost the
// test's process what the server is measured by.
type logFile struct{ *os.File }

func newLog(t testing.TB) logFile {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return logFile{f}
}

func (l logFile) String() string {
	b, err := os.ReadFile(l.Name())
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// demo starts the program with made-up data.
func demo(t testing.TB, flags ...string) *program {
	t.Helper()
	return demoAt(t, freePort(t), "", flags...)
}

// inHaste has a server take from one account what a whole day of meetings sends.
var inHaste = []string{"-account-rate", "10000"}

// demoAt is demo on an address, with another that people use ("" the same).
func demoAt(t testing.TB, addr, public string, flags ...string) *program {
	t.Helper()
	flags = append([]string{"-demo"}, flags...)
	if public != "" {
		flags = append(flags, "-public-url", public)
	}
	p := &program{t: t, dir: filepath.Join(t.TempDir(), "data"), addr: addr, public: public, ops: freePort(t), flags: flags, log: newLog(t)}
	p.start()
	t.Cleanup(p.kill)
	file, err := os.ReadFile(filepath.Join(p.dir, "demo-accounts.txt"))
	if err != nil {
		t.Fatal(err)
	}
	p.passwords = map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\s*(\S+)\s+(\S+)`).FindAllStringSubmatch(string(file), -1) {
		p.passwords[m[1]] = m[2]
	}
	return p
}

// lastPort is the port given last. It begins anywhere, for another run beside this one.
var lastPort atomic.Int64

func init() { lastPort.Store(rand.Int64N(20_000)) }

// freePort returns an address that nobody listens on, each once. Its port is below
// those that the kernel gives to connections: none takes it before the server does.
func freePort(t testing.TB) string {
	t.Helper()
	for range 100 {
		addr := fmt.Sprintf("127.0.0.1:%d", 12_000+lastPort.Add(1)%20_000)
		ln, err := net.Listen("tcp", addr)
		if err == nil {
			ln.Close()
			return addr
		}
	}
	t.Fatal("no port is free")
	return ""
}

// start starts the server and waits until it is ready.
func (p *program) start() {
	p.t.Helper()
	args := append([]string{"serve", "-data", p.dir, "-addr", p.addr, "-ops-addr", p.ops}, p.flags...)
	p.cmd = exec.Command(binary(p.t), args...)
	p.cmd.Stderr = p.log.File
	p.cmd.Stdout = io.Discard
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.exited = make(chan error, 1)
	go func(cmd *exec.Cmd, exited chan error) { exited <- cmd.Wait() }(p.cmd, p.exited)
	p.wait("the server is ready", 60*time.Second, func() bool {
		select {
		case err := <-p.exited:
			p.exited <- err
			p.t.Fatalf("the server ended: %v\n%s", err, p.log)
		default:
		}
		resp, err := http.Get("http://" + p.ops + "/readyz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// stop ends the server with a signal and waits for it.
func (p *program) stop(sig os.Signal) error {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatal(err)
	}
	select {
	case err := <-p.exited:
		p.exited <- err
		return err
	case <-time.After(15 * time.Second):
		p.t.Fatalf("the server did not end within 15 s of %v\n%s", sig, p.log)
		return nil
	}
}

func (p *program) kill() {
	p.cmd.Process.Signal(syscall.SIGCONT)
	p.cmd.Process.Kill()
	<-p.exited
	p.exited <- nil
}

// wait polls until a condition holds and fails, naming it, when it does not.
func (p *program) wait(what string, within time.Duration, holds func() bool) {
	p.t.Helper()
	if !poll(20*time.Millisecond, within, holds) {
		p.t.Fatalf("not within %s: %s", within, what)
	}
}

// poll asks until something holds, and reports whether it did in time.
func poll(every, within time.Duration, holds func() bool) bool {
	tick := time.NewTicker(every)
	defer tick.Stop()
	end := time.After(within)
	for !holds() {
		select {
		case <-tick.C:
		case <-end:
			return false
		}
	}
	return true
}

func (p *program) url(path string) string {
	if p.public != "" {
		return p.public + path
	}
	return "http://" + p.addr + path
}

func (p *program) do(req *http.Request) (*http.Response, error) {
	if p.web != nil {
		return p.web.Do(req)
	}
	return http.DefaultClient.Do(req)
}

// run runs a subcommand on the program's data folder.
func (p *program) run(args ...string) (string, error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary(p.t), append(args, "--data", p.dir)...)
	cmd.Stdin = strings.NewReader("")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (p *program) must(args ...string) string {
	p.t.Helper()
	out, err := p.run(args...)
	if err != nil {
		p.t.Fatalf("kommunebilder %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// token makes a token for a program that acts as an account.
func (p *program) token(account string) string {
	p.t.Helper()
	secret, _, _ := strings.Cut(p.must("token", "add", account, "--label", "e2e"), "\n")
	return secret
}

// client is a program that speaks the API.
type client struct {
	p     *program
	token string
	n     int
}

func (p *program) client(account string) *client { return &client{p: p, token: p.token(account)} }

// post sends a command and returns the status and the answer.
func (c *client) post(command string, fields map[string]any) (int, map[string]any) {
	c.p.t.Helper()
	c.n++
	body := map[string]any{"request": fmt.Sprintf("e2e-%d-%d", os.Getpid(), c.n), "type": command}
	for k, v := range fields {
		body[k] = v
	}
	b, err := json.Marshal(body)
	if err != nil {
		c.p.t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, c.p.url("/api/v1/commands"), bytes.NewReader(b))
	if err != nil {
		c.p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.p.do(req)
	if err != nil {
		return 0, map[string]any{"error": err.Error()}
	}
	defer resp.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		c.p.t.Fatalf("%s: %v", resp.Status, err)
	}
	return resp.StatusCode, out
}

// snapshot is a board as the API gives it.
type snapshot struct {
	Epoch string `json:"epoch"`
	Rev   uint64 `json:"rev"`
	Cells []struct {
		M, C, Level string
		Due         time.Time `json:"confirm_by"`
	} `json:"cells"`
	Meetings []struct {
		ID   string `json:"id"`
		Open bool   `json:"open"`
	} `json:"meetings"`
}

func (c *client) get(path string, into any) int {
	c.p.t.Helper()
	req, err := http.NewRequest(http.MethodGet, c.p.url(path), nil)
	if err != nil {
		c.p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.p.do(req)
	if err != nil {
		c.p.t.Fatal(err)
	}
	defer resp.Body.Close()
	if into != nil && resp.StatusCode == http.StatusOK {
		if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
			c.p.t.Fatal(err)
		}
	}
	return resp.StatusCode
}

// session signs in with a cookie, as a browser without script would.
func (p *program) session(account string) *http.Client {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	resp, err := c.Get(p.url("/login"))
	if err != nil {
		p.t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		p.t.Fatal(err)
	}
	form := url.Values{"user": {account}, "password": {p.passwords[account]}}
	if m := regexp.MustCompile(`name="token" value="([^"]*)"`).FindSubmatch(page); m != nil {
		form.Set("token", string(m[1]))
	}
	req, err := http.NewRequest(http.MethodPost, p.url("/login"), strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", p.url(""))
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if resp, err = c.Do(req); err != nil {
		p.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		p.t.Fatalf("login as %s: %s", account, resp.Status)
	}
	return c
}
