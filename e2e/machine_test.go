//go:build e2e

package e2e

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const statuses = "Kommune;Fagområde;Nivå;Tekst\n3434 Lom;Klima;Rød;Planen er fra 2011\nVang;Barnevern;grønn;Fristene holdes\n"

// TestSubcommands: what an operator does, with the server running and without.
func TestSubcommands(t *testing.T) {
	t.Parallel()
	p := demo(t)
	file := filepath.Join(t.TempDir(), "statuser.csv")
	write := func(s string) {
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(statuses)
	if out := p.must("import", "statuses", file, "--edition", "2023", "--dry-run"); !strings.Contains(out, "1 ikke vurdert → rød, 1 ikke vurdert → grønn, 2 tekster kommer til, 0 slettes.") || !strings.Contains(out, "Ingenting er endret") {
		t.Errorf("dry run: %s", out)
	}
	if out := p.must("import", "statuses", file, "--edition", "2023"); !strings.Contains(out, "Utkastet 2023 åpnes") {
		t.Errorf("import: %s", out)
	}
	write(strings.Replace(statuses, "Rød", "Lilla", 1) + "9999;Klima;Rød;\n")
	out, err := p.run("import", "statuses", file, "--edition", "2023")
	if err == nil || !strings.Contains(out, "Lilla") || !strings.Contains(out, "9999") || !strings.Contains(out, "ingenting er lest inn") {
		t.Errorf("a wrong file: %v %s", err, out)
	}
	if resp, err := http.Get(p.url("/tavle/2023")); err != nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("the public and the draft: %v %v", resp.Status, err)
	}
	p.must("publish", "--edition", "2023")
	resp, err := http.Get(p.url("/tavle/2023"))
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK || !bytes.Contains(page, []byte("Kommunebilde 2023")) {
		t.Errorf("the published edition: %s", resp.Status)
	}
	if out, err := p.run("publish", "--edition", "2023"); err == nil || strings.Contains(out, "publish.done") {
		t.Errorf("publishing twice: %v %s", err, out)
	}

	if out := p.must("account", "add", "vakt", "--name", "Vakt", "--role", "leser"); !regexp.MustCompile(`password \S{16,}`).MatchString(out) {
		t.Errorf("account add: %s", out)
	}
	if out := p.must("account", "list"); !strings.Contains(out, "vakt") || !strings.Contains(out, "moteleder") {
		t.Errorf("account list: %s", out)
	}
	reader := p.client("vakt")
	if code := reader.get("/api/v1/boards/na", nil); code != http.StatusOK {
		t.Errorf("the new account's token: %d", code)
	}
	p.must("account", "disable", "vakt")
	if code := reader.get("/api/v1/boards/na", nil); code != http.StatusUnauthorized {
		t.Errorf("a disabled account's token: %d", code)
	}

	start := time.Now()
	second := exec.Command(binary(t), "serve", "-data", p.dir, "-addr", "127.0.0.1:0", "-ops-addr", "127.0.0.1:0")
	if out, err := second.CombinedOutput(); err == nil || !strings.Contains(string(out), "another process") || time.Since(start) > 4*time.Second {
		t.Errorf("a second server: %v after %s: %s", err, time.Since(start), out)
	}

	archive := filepath.Join(t.TempDir(), "sikring")
	backed := p.must("backup", archive)
	if info, err := os.Stat(archive); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup: %v %v", info, err)
	}
	out = p.must("verify")
	if !strings.Contains(out, "each is what was written") {
		t.Errorf("verify: %s", out)
	}
	_, at, _ := strings.Cut(backed, "revision ")
	at, _, _ = strings.Cut(at, " ")
	_, head, _ := strings.Cut(out, "Head ")
	head, _, _ = strings.Cut(head, "\n")
	head = at + ":" + strings.TrimSuffix(strings.TrimSpace(head), ".")
	_, both, _ := strings.Cut(strings.TrimSpace(backed), ":\n")
	for _, line := range []string{head, both} {
		if out := p.must("verify", "--head", line); strings.Count(out, "nothing up to there was altered") != len(strings.Fields(line)) || line == "" {
			t.Errorf("verify --head %s: %s", line, out)
		}
	}
	for _, wrong := range []string{"1:" + strings.Repeat("0", 64), "S1:" + strings.Repeat("0", 64), "99999999" + head[strings.Index(head, ":"):], "tull", ""} {
		if out, err := p.run("verify", "--head="+wrong); err == nil {
			t.Errorf("verify --head %s: %s", wrong, out)
		}
	}
	if err := p.stop(syscall.SIGTERM); err != nil {
		t.Errorf("stop: %v", err)
	}
	if out := p.must("account", "list"); !strings.Contains(out, "vakt") {
		t.Errorf("without a server: %s", out)
	}
	if out, err := p.run("restore", archive); err == nil {
		t.Errorf("restore over data: %s", out)
	}
	was := p.dir
	p.dir = filepath.Join(t.TempDir(), "tilbake")
	p.must("restore", archive)
	if out := p.must("verify"); !strings.Contains(out, "each is what was written") {
		t.Errorf("verify after restore: %s", out)
	}
	p.flags = nil
	p.start()
	if resp, err := http.Get(p.url("/tavle/2023")); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("the restored edition: %v %v", resp, err)
	}
	if err := p.stop(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	p.dir = was
	p.start()
}

// TestDemoNeverTouchesRealData: -demo on a folder with anything else is refused.
func TestDemoNeverTouchesRealData(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	p := &program{t: t, dir: dir, addr: freePort(t), ops: freePort(t), log: newLog(t)}
	p.start()
	if err := p.stop(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary(t), "serve", "-demo", "-data", dir, "-addr", p.addr, "-ops-addr", p.ops)
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "real data") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestAnotherCounty: a folder makes the same binary another county's; a wrong
// folder is refused at the start, with all its faults.
func TestAnotherCounty(t *testing.T) {
	t.Parallel()
	pack := filepath.Join(t.TempDir(), "fylke")
	if err := os.CopyFS(pack, os.DirFS("../storage/county/testdata/trefylket")); err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, dir: filepath.Join(t.TempDir(), "data"), addr: freePort(t), ops: freePort(t), log: newLog(t), flags: []string{"-county", pack}}
	p.start()
	t.Cleanup(p.kill)
	p.must("account", "add", "vakt", "--name", "Vakt", "--role", "leser", "--county", pack)
	var s struct {
		Municipalities []struct{ ID string }
	}
	if code := p.client("vakt").get("/api/v1/boards/na", &s); code != http.StatusOK || len(s.Municipalities) != 3 {
		t.Errorf("%d, %d municipalities", code, len(s.Municipalities))
	}
	if err := p.stop(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	// The live picture of three municipalities does not fit Innlandet's pack.
	innlandet := exec.Command(binary(t), "serve", "-data", p.dir, "-addr", p.addr, "-ops-addr", p.ops)
	if out, err := innlandet.CombinedOutput(); err == nil || !strings.Contains(string(out), "does not fit") {
		t.Errorf("another county's pack on this data: %v %s", err, out)
	}
	file := filepath.Join(pack, "municipalities.csv")
	rows, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimRight(string(rows), "\n"), "\n")
	broken := strings.Join(lines, "") + "\n" + lines[len(lines)-1] + "\n9999,Spøkelse,ukjentregionen,1,2020,,,,\n"
	if err := os.WriteFile(file, []byte(broken), 0o644); err != nil {
		t.Fatal(err)
	}
	wrong := exec.Command(binary(t), "serve", "-data", p.dir, "-county", pack, "-addr", p.addr, "-ops-addr", p.ops)
	if out, err := wrong.CombinedOutput(); err == nil || strings.Count(string(out), "municipalities.csv") < 2 || !strings.Contains(string(out), "9999") {
		t.Errorf("a wrong pack: %v %s", err, out)
	}
}

// TestImage runs the Dockerfile's own build commands on a copy of the tracked
// files, then the binary as the image would: alone in an empty file system, with
// no environment, as another user, in a working directory that cannot be written.
func TestImage(t *testing.T) {
	t.Parallel()
	root, src := t.TempDir(), t.TempDir()
	list, err := exec.Command("git", "-C", "..", "ls-files", "-z").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Split(strings.TrimRight(string(list), "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(src, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	dir, ran := src, 0
	for _, line := range strings.Split(string(file), "\n") {
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "WORKDIR":
			dir = filepath.Join(src, strings.TrimPrefix(rest, "/src"))
		case "RUN":
			rest = strings.NewReplacer("-o /kommunebilder", "-o "+root+"/kommunebilder", " /empty", " "+root+"/data").Replace(rest)
			if os.Getuid() != 0 { // only root gives files away; here the user's own id stands for 10001
				rest = strings.Replace(rest, "-o 10001 -g 10001 ", "", 1)
			}
			cmd := exec.Command("bash", "-euc", rest)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "VERSION=bilde", "npm_config_prefer_offline=true")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("RUN %s: %v\n%s", rest, err, out)
			}
			ran++
		}
	}
	if ran < 4 {
		t.Fatalf("the Dockerfile has %d RUN lines", ran)
	}
	if !regexp.MustCompile(`(?m)^USER 10001`).Match(file) || !regexp.MustCompile(`(?m)^FROM scratch`).Match(file) {
		t.Error("the image does not run as its own user on nothing")
	}
	if err := os.Chmod(root, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(root, 0o755) })
	attr := &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 10001, Gid: 10001}}
	if os.Getuid() != 0 {
		attr.Cloneflags = syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 10001, HostID: os.Getuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 10001, HostID: os.Getgid(), Size: 1}}
	}
	addr, ops := freePort(t), freePort(t)
	run := func(args ...string) *exec.Cmd {
		cmd := exec.Command("/kommunebilder", args...)
		cmd.Path, cmd.Err = "/kommunebilder", nil // inside the image, not on this machine
		cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", []string{}, attr
		return cmd
	}
	var log bytes.Buffer
	server := run("serve", "-demo", "-data", "/data", "-addr", addr, "-ops-addr", ops)
	server.Stderr, server.Stdout = &log, io.Discard
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	p := &program{t: t}
	stopped := false
	defer func() {
		if !stopped {
			server.Process.Kill()
			server.Wait()
		}
	}()
	p.wait("the image's health check passes", 60*time.Second, func() bool { return run("healthcheck", "-ops-addr", ops).Run() == nil })
	resp, err := http.Get("http://" + addr + "/tavle/2022")
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK || !bytes.Contains(page, []byte("11. nov. 2022")) {
		t.Errorf("the page from the image: %s %v (days are in Europe/Oslo without zoneinfo)", resp.Status, err)
	}
	server.Process.Signal(syscall.SIGTERM)
	stopped = true
	if err := server.Wait(); err != nil {
		t.Errorf("the image's server: %v\n%s", err, &log)
	}
}
