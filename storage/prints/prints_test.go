package prints

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pdf")
	now := time.Now()
	clock := func() time.Time { return now }
	k, err := Open(dir, 120, clock)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := k.Get([]byte("a")); ok {
		t.Error("nothing was kept yet")
	}
	made := bytes.Repeat([]byte("x"), 20)
	for _, source := range []string{"a", "b"} {
		if err := k.Put([]byte(source), made); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(k.name([]byte("b")), long, long); err != nil {
		t.Fatal(err)
	}
	if got, ok := k.Get([]byte("a")); !ok || !bytes.Equal(got, made) {
		t.Errorf("%q, %v", got, ok)
	}
	if err := k.Put([]byte("c"), made[:10]); err != nil {
		t.Fatal(err)
	}
	if _, ok := k.Get([]byte("b")); ok {
		t.Error("what was not asked for longest is still there")
	}
	if err := os.WriteFile(k.name([]byte("c")), bytes.Repeat([]byte("y"), 50), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := k.Get([]byte("c")); ok {
		t.Error("a damaged file is given out")
	}
}

// TestNothingOutlivesWhatWasTakenOut: a text that was taken out is in no file that is
// kept, nor in one that was being printed meanwhile, nor in those of the program before.
func TestNothingOutlivesWhatWasTakenOut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pdf")
	now := time.Now()
	clock := func() time.Time { return now }
	k, err := Open(dir, 1e6, clock)
	if err != nil {
		t.Fatal(err)
	}
	put := func(source string) {
		t.Helper()
		if err := k.Put([]byte(source), []byte("hemmelig")); err != nil {
			t.Fatal(err)
		}
	}
	files := func() int {
		t.Helper()
		all, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	put("a")
	if err := k.Forget(); err != nil || files() != 0 {
		t.Errorf("%d files are left, %v", files(), err)
	}
	now = now.Add(quiet - time.Second)
	if put("b"); files() != 0 {
		t.Error("what was begun before is kept")
	}
	now = now.Add(2 * time.Second)
	if put("c"); files() != 1 {
		t.Error("nothing is kept any more")
	}
	if k, err = Open(dir, 1e6, clock); err != nil || files() != 0 {
		t.Errorf("another program found %d files, %v", files(), err)
	}
}
