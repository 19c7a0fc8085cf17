package storage

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/storage/storagetest"
)

// childEnv names the folder for a test that runs again in a process of its own.
const childEnv = "KB_TEST_DIR"

// child runs a test of this binary in a process of its own.
func child(t *testing.T, test, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+test+"$", "-test.v", "-test.count=1")
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	return cmd
}

func TestFullDiskIsRefusedAndReadersGoOn(t *testing.T) {
	if dir := os.Getenv(childEnv); dir != "" {
		fillUp(t, dir)
		return
	}
	dir := filepath.Join(t.TempDir(), "data")
	out, err := child(t, t.Name(), dir).CombinedOutput()
	if err != nil {
		t.Fatalf("child: %v\n%s", err, out)
	}
	acknowledged := -1
	for line := range strings.Lines(string(out)) {
		_, _ = fmt.Sscanf(line, "acknowledged %d", &acknowledged)
	}
	s := open(t, dir)
	if got := read(t, s); len(got) != acknowledged || acknowledged < 10 {
		t.Errorf("%d records, %d were acknowledged", len(got), acknowledged)
	}
	if _, err := s.Verify(within(t)); err != nil {
		t.Errorf("verify: %v", err)
	}
}

// fillUp appends until the process may write no longer file, then with more
// room again.
func fillUp(t *testing.T, dir string) {
	s := open(t, dir)
	want := fill(t, s, 3)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	limit := old
	limit.Cur = 2 << 20
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	chain := storagetest.ChainOf(t, s)
	var refused error
	var last domain.Record
	for refused == nil && len(want) < 10_000 {
		last = chain.Next(t, storagetest.Levels(strings.Repeat("fullt ", 2000)))
		if refused = s.Append(within(t), []domain.Record{last}); refused == nil {
			want = append(want, last)
		}
	}
	if !errors.Is(refused, ErrFull) || errors.Is(refused, ErrFailed) || domain.CodeOf(refused) != domain.Unavailable {
		t.Fatalf("append: %v, want ErrFull", refused)
	}
	redaction := &domain.TextRedacted{Removed: []domain.TextID{{Revision: 1}}, Reason: domain.NewText("x")}
	here := storagetest.ChainOf(t, s)
	limit.Cur = 64 << 10
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"account": s.PutAccounts([]accounts.Account{{ID: "x"}}),
		"redact":  s.Redact(within(t), here.Next(t, redaction), redaction.Removed),
		"backup":  s.Backup(within(t), filepath.Join(t.TempDir(), "b.tar")),
	} {
		if !errors.Is(err, ErrFull) || errors.Is(err, ErrFailed) {
			t.Errorf("%s: %v, want ErrFull", name, err)
		}
	}
	same(t, want, read(t, s))
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(within(t), []domain.Record{last}); err != nil {
		t.Fatalf("append with room again: %v", err)
	}
	same(t, append(want, last), read(t, s))
	fmt.Printf("acknowledged %d\n", len(want)+1)
}
