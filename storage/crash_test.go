package storage

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/storage/storagetest"
)

const crashes = 50

// TestKillLosesNothingAcknowledged kills a process that appends, redacts and
// keeps sessions with all its might, at 50 random moments, on one folder.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	if dir := os.Getenv(childEnv); dir != "" {
		storm(t, dir)
		return
	}
	dir := filepath.Join(t.TempDir(), "data")
	acked := &ledger{
		records: map[domain.Revision]string{}, gone: map[string]bool{}, sessions: map[string]bool{},
	}
	for round := range crashes {
		before := acked.lines
		runAndKill(t, child(t, t.Name(), dir), acked)
		if acked.lines == before {
			t.Fatalf("round %d: nothing was acknowledged", round)
		}
		acked.check(t, dir)
	}
	t.Logf("%d records, %d redactions, %d sessions acknowledged over %d kills",
		len(acked.records), len(acked.gone), len(acked.sessions), crashes)
}

// runAndKill kills the child a random while after its first acknowledgement,
// and notes all that it acknowledged.
func runAndKill(t *testing.T, cmd *exec.Cmd, acked *ledger) {
	t.Helper()
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var killer *time.Timer
	in := bufio.NewReader(out)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			break // a line that was cut is no acknowledgement
		}
		if acked.note(line) && killer == nil {
			killer = time.AfterFunc(rand.N(120*time.Millisecond), func() { _ = cmd.Process.Kill() })
		}
	}
	if killer == nil {
		_ = cmd.Process.Kill()
	}
	_ = cmd.Wait()
	if complaints.Len() > 0 {
		t.Fatalf("child: %s", complaints.String())
	}
}

// ledger is what a store acknowledged.
type ledger struct {
	lines    int
	records  map[domain.Revision]string // hash
	gone     map[string]bool            // texts that must not be found
	sessions map[string]bool
}

// note takes a line of the child's; false for one that is not about the store.
func (l *ledger) note(line string) bool {
	var rev domain.Revision
	var word string
	if n, _ := fmt.Sscanf(line, "record %d %s", &rev, &word); n == 2 {
		l.records[rev] = word
	} else if n, _ := fmt.Sscanf(line, "gone %s", &word); n == 1 {
		l.gone[word] = true
	} else if n, _ := fmt.Sscanf(line, "session %s", &word); n == 1 {
		l.sessions[word] = true
	} else {
		return false
	}
	l.lines++
	return true
}

// check opens the folder as a restart would, and looks for all of it.
func (l *ledger) check(t *testing.T, dir string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, journalName))
	if err != nil {
		t.Fatal(err)
	}
	for text := range l.gone {
		if bytes.Contains(raw, []byte(text)) {
			t.Fatalf("%s is still in the file", text)
		}
	}
	s := open(t, dir)
	got := read(t, s)
	for rev, hash := range l.records {
		if int(rev) > len(got) || got[rev-1].Hash.String() != hash {
			t.Fatalf("record %d is lost, of %d", rev, len(got))
		}
	}
	for i := 0; i < len(got); { // a group names its first record and its size
		var first, size int
		if n, _ := fmt.Sscanf(string(got[i].Request), "%d+%d", &first, &size); n != 2 || first != i+1 || i+size > len(got) {
			t.Fatalf("record %d of %d is of a torn group %s", i+1, len(got), got[i].Request)
		}
		i += size
	}
	sessions, err := s.Sessions()
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, v := range sessions {
		there[v.Key.String()] = true
	}
	for key := range l.sessions {
		if !there[key] {
			t.Fatalf("session %s is lost", key)
		}
	}
	if _, err := s.Verify(within(t)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// storm loads a store until it is killed. Each acknowledgement is a line, which
// is in the pipe before the next step.
func storm(t *testing.T, dir string) {
	s := open(t, dir)
	var all sync.WaitGroup
	var commit sync.Mutex // one appends at a time, as in the server
	for w := range 4 {
		all.Go(func() {
			for i := 0; ; i++ {
				commit.Lock()
				err := step(t.Context(), s, w == 0 && i%4 == 3)
				commit.Unlock()
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Go(func() {
		for {
			key := domain.ChainHash(domain.Hash{}, fmt.Append(nil, rand.Uint64()))
			if err := s.PutSessions([]accounts.Session{{Key: key, Account: "kari"}}); err != nil {
				t.Error(err)
				return
			}
			fmt.Printf("session %s\n", key)
		}
	})
	all.Wait()
}

// step appends a group, or takes out the text of the last record.
func step(ctx context.Context, s *Store, redact bool) error {
	h, err := s.Head(ctx)
	if err != nil {
		return err
	}
	first, size := h.Revision+1, 1+rand.IntN(5)
	var texts []domain.TextID
	if redact {
		size, texts = 1, []domain.TextID{{Revision: h.Revision}}
	}
	var recs []domain.Record
	for i := range size {
		var event domain.Event = &domain.TextRedacted{Removed: texts}
		if !redact {
			event = storagetest.Levels(fmt.Sprintf("secret-%d-", int(first)+i))
		}
		id := domain.RequestID(fmt.Sprintf("%d+%d", first, size))
		r, err := domain.Seal(h, storagetest.Start(), "kari", id, []domain.Event{event}, storagetest.RandomSalt)
		if err != nil {
			return err
		}
		h.Revision, h.Hash = r.Revision, r.Hash
		recs = append(recs, r)
	}
	if redact {
		err = s.Redact(ctx, recs[0], texts)
	} else {
		err = s.Append(ctx, recs)
	}
	if err != nil {
		return err
	}
	for _, r := range recs {
		fmt.Printf("record %d %s\n", r.Revision, r.Hash)
	}
	if redact {
		fmt.Printf("gone secret-%d-\n", first-1)
	}
	return nil
}
