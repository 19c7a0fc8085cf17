package storage

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/subjects"
	"kommunebilde/storage/storagetest"
)

func TestBackupWhileWritingComesBackWhole(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "data"))
	fill(t, s, 150, 150)
	if err := s.PutAccounts([]accounts.Account{{ID: "kari", Name: "Kari Nordmann", Password: "hash"}}); err != nil {
		t.Fatal(err)
	}
	sessions := []accounts.Session{
		{Key: domain.Hash{1}, Account: "kari", Token: true, Label: "regneark"},
		{Key: domain.Hash{2}, Account: "kari"},
	}
	if err := s.PutSessions(sessions); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		for n := 1; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			fill(t, s, 3)
			if n%20 == 0 {
				id := domain.TextID{Revision: domain.Revision(n)}
				r := storagetest.ChainOf(t, s).Next(t, &domain.TextRedacted{Removed: []domain.TextID{id}})
				if err := s.Redact(within(t), r, []domain.TextID{id}); err != nil {
					t.Errorf("redact: %v", err)
				}
			}
		}
	})
	for range 3 {
		before, err := s.Head(within(t))
		if err != nil {
			t.Fatal(err)
		}
		archive := filepath.Join(t.TempDir(), "backup.tar")
		if err := s.Backup(within(t), archive); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(archive); err != nil || info.Mode() != 0o600 {
			t.Fatalf("archive: %v, %v", info.Mode(), err)
		}
		if left, err := os.ReadDir(filepath.Dir(archive)); err != nil || len(left) != 1 {
			t.Errorf("left beside the archive: %v, %v", left, err)
		}
		dir := filepath.Join(t.TempDir(), "new")
		if err := Restore(archive, dir, subjects.Kinds()); err != nil {
			t.Fatal(err)
		}
		again := open(t, dir)
		got := read(t, again)
		if len(got) < int(before.Revision) {
			t.Fatalf("%d records, there were %d when it began", len(got), before.Revision)
		}
		same(t, read(t, s)[:len(got)], got)
		if h, err := again.Head(within(t)); err != nil || h.Epoch == before.Epoch {
			t.Errorf("epoch %s is that of the first folder (%v)", h.Epoch, err)
		}
		if all, err := again.Accounts(); err != nil || len(all) != 1 || all[0].Password != "hash" {
			t.Errorf("accounts %+v, %v", all, err)
		}
		if left, err := again.Sessions(); err != nil || !reflect.DeepEqual(left, sessions[:1]) {
			t.Errorf("sessions %+v, want the token only (%v)", left, err)
		}
		fill(t, again, 2)
		if _, err := again.Verify(within(t)); err != nil {
			t.Errorf("verify: %v", err)
		}
	}
	close(stop)
	writer.Wait()
}

// TestBackupThatFailsLeavesNothing: the old archive stays as it was, whether the
// new one is refused for its name or for what is in the journal.
func TestBackupThatFailsLeavesNothing(t *testing.T) {
	dir, _ := closedFolder(t, 20)
	archive := filepath.Join(t.TempDir(), "backup.tar")
	s := open(t, dir)
	if err := s.Backup(within(t), archive); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	rewrite(t, filepath.Join(dir, journalName), func(raw []byte) []byte {
		return bytes.Replace(raw, []byte("fordi"), []byte("forda"), 1) // a text: the chain does not cover it
	})
	s = open(t, dir)
	if err := s.Backup(within(t), archive); err == nil {
		t.Error("a backup took the place of another")
	}
	if err := s.Backup(within(t), archive+"2"); !errors.Is(err, domain.ErrCorrupt) {
		t.Fatalf("backup: %v, want ErrCorrupt", err)
	}
	ctx, cancel := context.WithCancel(within(t))
	cancel()
	if err := s.Backup(ctx, archive+"3"); !errors.Is(err, context.Canceled) {
		t.Errorf("backup: %v, want canceled", err)
	}
	if now, err := os.ReadFile(archive); err != nil || !bytes.Equal(now, old) {
		t.Errorf("the old archive was touched: %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(archive)); err != nil || len(left) != 1 {
		t.Errorf("left beside the archive: %v, %v", left, err)
	}
}

func TestRestoreRefusesAndLeavesNothing(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "data"))
	fill(t, s, 40)
	archive := filepath.Join(t.TempDir(), "backup.tar")
	if err := s.Backup(within(t), archive); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	cut := func(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:n] } }
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { b[at] ^= 1; return b }
	}
	swap := func(old, new string) func([]byte) []byte {
		return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(new), 1) }
	}
	for name, c := range map[string]struct {
		edit func([]byte) []byte
		want error
		says string
	}{
		"empty":          {cut(0), nil, "not a backup"},
		"a header":       {cut(512), nil, ""},
		"half":           {cut(len(whole) / 2), nil, ""},
		"text":           {func([]byte) []byte { return []byte(strings.Repeat("tekst ", 500)) }, nil, "not a backup"},
		"manifest":       {flip(520), nil, ""},
		"database":       {flip(3000), nil, ""},
		"newer":          {swap(`"format":4`, `"format":9`), domain.ErrNewer, "newer"},
		"other revision": {swap(`"revision":40`, `"revision":39`), nil, "ends at record 40"},
		"other archive":  {func([]byte) []byte { return tarOf(t, "../journal.db", "x") }, nil, "not a backup"},
		"more than that": {func(b []byte) []byte { return more(t, b) }, domain.ErrNewer, "does not know"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := filepath.Join(t.TempDir(), "bad.tar")
			if err := os.WriteFile(bad, c.edit(bytes.Clone(whole)), 0o600); err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			err := Restore(bad, dir, subjects.Kinds())
			if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("restore: %v, want %v %q", err, c.want, c.says)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
				t.Errorf("left in the folder: %v, %v", left, err)
			}
			if err := Restore(archive, dir, subjects.Kinds()); err != nil {
				t.Errorf("the whole archive after that: %v", err)
			}
		})
	}
	t.Run("folder not empty", func(t *testing.T) {
		dir, _ := closedFolder(t, 3)
		before := files(t, dir)
		if err := Restore(archive, dir, subjects.Kinds()); err == nil || !strings.Contains(err.Error(), "not empty") {
			t.Errorf("restore: %v", err)
		}
		if !reflect.DeepEqual(files(t, dir), before) {
			t.Error("the folder was changed")
		}
	})
}

func tarOf(t *testing.T, name, content string) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := errors.Join(add(w, name, int64(len(content)), strings.NewReader(content)), w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// more puts a file that this program does not know at the end of an archive.
func more(t *testing.T, b []byte) []byte {
	m := manifest{}
	r := tar.NewReader(bytes.NewReader(b))
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for range 2 {
		h, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if err := add(w, h.Name, h.Size, r); err != nil {
			t.Fatal(err)
		}
	}
	about, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(add(w, "blobs/1", int64(len(about)), bytes.NewReader(about)), w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
