//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// kinds returns what the audit log says was done, and by whom, the oldest
// first, without the exports of this test's own.
func (p *program) kinds(args ...string) (out []string) {
	p.t.Helper()
	all := p.must(append([]string{"audit", "--format", "jsonl"}, args...)...)
	for line := range strings.Lines(all) {
		var l struct {
			Trace struct{ What, Who, Whom, Detail string }
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			p.t.Fatalf("%v: %s", err, line)
		}
		if l.Trace.Detail != "audit-jsonl" {
			out = append([]string{strings.TrimSpace(l.Trace.What + " " + l.Trace.Whom)}, out...)
		}
	}
	return out
}

// TestLoginIsInTheLogWhenTheServerDies: who was told that they are in, is in it.
func TestLoginIsInTheLogWhenTheServerDies(t *testing.T) {
	t.Parallel()
	p := demo(t)
	for i := range 4 {
		p.session("moteleder")
		if err := p.stop(syscall.SIGKILL); err == nil {
			t.Fatal("it was not killed")
		}
		if got := p.kinds("--what", "login", "--who", "moteleder"); len(got) != i+1 {
			t.Fatalf("%d log-ins are in the log, %d were answered", len(got), i+1)
		}
		p.start()
	}
	if out := p.must("verify"); !strings.Contains(out, "traces in the audit log: each is what was written") {
		t.Error(out)
	}
}

// TestOperationsLeaveOneTraceEach, with a server and without.
func TestOperationsLeaveOneTraceEach(t *testing.T) {
	t.Parallel()
	p := demo(t)
	dir := t.TempDir()
	sheet := filepath.Join(dir, "status.csv")
	if err := os.WriteFile(sheet, []byte("Kommunenummer;Barnevern\n3401;rød\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tries := []struct{ args, leaves string }{
		{"account add vakt --name Vaktmannen --role leser", "account_added vakt"},
		{"account list", ""},
		{"account disable vakt", "account_disabled vakt"},
		{"account enable vakt", "account_enabled vakt"},
		{"account password vakt", "password_changed vakt"},
		{"token add vakt --label regnearket", "token_added vakt"},
		{"token list vakt", ""},
		{"account erase vakt", "account_erased vakt"},
		{"import statuses " + sheet + " --edition 2031 --dry-run", ""},
		{"import statuses " + sheet + " --edition 2031", "import"},
		{"backup " + filepath.Join(dir, "kopi-{mode}"), "backup"},
		{"verify", "verify"},
		{"texts --find ingenstedsnevnt", "export"},
	}
	for i, mode := range []string{"with a server", "without"} {
		before := len(p.kinds())
		for _, one := range tries {
			p.must(strings.Fields(strings.ReplaceAll(one.args, "{mode}", fmt.Sprint(i)))...)
			got := p.kinds()
			want := []string{}
			if one.leaves != "" {
				want = []string{one.leaves}
			}
			if left := got[before:]; fmt.Sprint(left) != fmt.Sprint(want) {
				t.Errorf("%s: %s left %v, want %v", mode, one.args, left, want)
			}
			before = len(got)
		}
		if mode == "without" {
			break
		}
		if err := p.stop(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		for i := range tries { // the id is never given again
			tries[i].args, tries[i].leaves = strings.ReplaceAll(tries[i].args, "vakt", "post"), strings.ReplaceAll(tries[i].leaves, "vakt", "post")
			tries[i].args = strings.ReplaceAll(tries[i].args, "2031", "2032")
		}
	}
	whole := p.must("audit") + p.must("audit", "--format", "jsonl")
	for _, name := range []string{"Vaktmannen", "Postmannen", "regnearket", "kbt_"} {
		if strings.Contains(whole, name) {
			t.Errorf("%q is in the audit log", name)
		}
	}
	if out, err := p.run("account", "--name", "list", "add", "smug", "--role", "leser"); err == nil {
		t.Errorf("a word that is not first was taken: %s", out)
	}

	archive := filepath.Join(dir, "kopi-1")
	p.dir = filepath.Join(t.TempDir(), "tilbake")
	p.must("restore", archive)
	if got := p.kinds(); got[len(got)-1] != "restore" {
		t.Errorf("the restored log ends with %s", got[len(got)-1])
	}
}
