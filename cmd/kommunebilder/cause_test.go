package main

import (
	"bufio"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// childEnv names the folder for a test that runs again in a process of its own.
const childEnv = "KB_TEST_FOLDER"

// TestNoRoomIsWhoseItIs: what fails for room says which limit it was, and not that
// the journal's disk is full.
func TestNoRoomIsWhoseItIs(t *testing.T) {
	if data := os.Getenv(childEnv); data != "" {
		outOfRoom(t, &dataFolder{t: t, data: data})
		return
	}
	f := newFolder(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.count=1")
	cmd.Env = append(os.Environ(), childEnv+"="+f.data)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestNoRoomOffline: a subcommand that works alone says it as the server does, in
// plain words.
func TestNoRoomOffline(t *testing.T) {
	if data := os.Getenv(childEnv); data != "" {
		f := &dataFolder{t: t, data: data}
		file := f.file("Kommune,Klima", "Lom,rød")
		limit := syscall.Rlimit{Cur: 64 << 10, Max: 64 << 10}
		must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
		for _, words := range [][]string{
			{"import", "statuses", file, "--edition", "2026"}, {"account", "add", "kari", "--name", "Kari", "--role", "leser"}, {"texts", "--find", "x"},
		} {
			if said, code := f.run(words...); code == 0 || !strings.Contains(said, "raise its limit (ulimit -f") || strings.Contains(said, "storage.full") {
				t.Errorf("%q: %d %s", words, code, said)
			}
		}
		return
	}
	f := newFolder(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.count=1")
	cmd.Env = append(os.Environ(), childEnv+"="+f.data)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// outOfRoom serves where the process may write no longer file than the journal is.
func outOfRoom(t *testing.T, f *dataFolder) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	ops := ln.Addr().String()
	must(t, ln.Close())
	s := f.serve("-ops-addr", ops)
	var old syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old))
	limit := old
	limit.Cur = 64 << 10
	must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	f.refused("the process may not write a file that large: raise its limit (ulimit -f", "backup", filepath.Join(t.TempDir(), "kopi"))
	if said, _ := f.run("backup", filepath.Join(t.TempDir(), "kopi")); strings.Contains(said, "journal") {
		t.Errorf("backup: %s", said)
	}
	f.run("import", "statuses", f.file("Kommune,Klima", "Lom,rød"), "--edition", "2026")
	res, err := http.Get("http://" + ops + "/readyz")
	must(t, err)
	defer res.Body.Close()
	line, _ := bufio.NewReader(res.Body).ReadString('\n')
	if res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(line, "raise its limit (ulimit -f") {
		t.Errorf("readyz: %d %s", res.StatusCode, line)
	}
	must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old))
	s.stop()
	if said := s.said.String(); !strings.Contains(said, `"operation":"backup"`) || !strings.Contains(said, `"cause":"file too large"`) {
		t.Errorf("the log: %s", said)
	}
}

// TestCausesAreNamed: what is refused says which setting, whose folder, and what may
// have happened.
func TestCausesAreNamed(t *testing.T) {
	f := &dataFolder{t: t, data: filepath.Join(t.TempDir(), "data")}
	serve := []string{"serve", "-data", f.data, "-addr", "127.0.0.1:0", "-ops-addr", "127.0.0.1:0", "-public-url", "https://example.no"}
	f.refused(`-proxies: trusted proxy "tull"`, append(serve, "-proxies", "tull")...)
	f.refused("-tls-cert, -tls-key: ", append(serve, "-tls-cert", "none", "-tls-key", "none")...)
	if _, err := os.Stat(f.data); err == nil {
		t.Error("a data folder was made")
	}

	// A server that ends in the middle of an answer.
	must(t, os.Mkdir(f.data, 0o700))
	ln, err := net.Listen("unix", filepath.Join(f.data, adminSocket))
	must(t, err)
	defer ln.Close()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			bufio.NewReader(c).ReadString('\n')
			c.Close()
		}
	}()
	f.refused("is done or it is not; look before you try again", "publish", "--edition", "2026")
}
