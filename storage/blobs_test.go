package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"kommunebilde/domain"
	"kommunebilde/domain/subjects"
	"kommunebilde/storage/storagetest"
)

func openWith(t testing.TB, dir string, kinds domain.Kinds, most BlobLimits) *Store {
	t.Helper()
	s, err := Open(dir, kinds, Options{Blobs: most})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// keepBlob takes a file in, as one that is sent.
func keepBlob(b *Blobs, content []byte) (Blob, error) {
	in, err := b.New()
	if err != nil {
		return Blob{}, err
	}
	defer in.Drop()
	if _, err := io.Copy(struct{ io.Writer }{in}, bytes.NewReader(content)); err != nil {
		return Blob{}, err
	}
	return in.Keep()
}

func mustKeep(t testing.TB, b *Blobs, content string) Blob {
	t.Helper()
	one, err := keepBlob(b, []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return one
}

func bytesOf(t testing.TB, b *Blobs, sum domain.Hash) string {
	t.Helper()
	f, err := b.Open(sum)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func TestBlobIsKeptUnderItsSum(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	b := s.Blobs()
	one := mustKeep(t, b, "innhold")
	if one.Sum != domain.Hash(sha256.Sum256([]byte("innhold"))) || one.Size != 7 {
		t.Errorf("kept %+v", one)
	}
	if got := bytesOf(t, b, one.Sum); got != "innhold" {
		t.Errorf("reads %q", got)
	}
	path := filepath.Join(dir, blobsName, one.Sum.String())
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info, err)
	}
	again := mustKeep(t, b, "innhold")
	if used, _, _ := b.Used(); again != one || used != 7 {
		t.Errorf("the same twice: %+v, %d bytes", again, used)
	}
	if _, err := b.Open(domain.Hash{1}); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("what is not there: %v", err)
	}
	in, err := b.New()
	if err != nil {
		t.Fatal(err)
	}
	_, _ = in.Write([]byte("halvt"))
	if used, _, _ := b.Used(); used != 12 {
		t.Errorf("what comes in is not counted: %d", used)
	}
	_ = s.Close() // as if it died: what came half is gone at the next start
	s = open(t, dir)
	if left, _ := filepath.Glob(filepath.Join(dir, blobsName, "*"+newSuffix)); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	if used, _, _ := s.Blobs().Used(); used != 7 {
		t.Errorf("%d bytes after a restart", used)
	}
	if err := s.Blobs().Remove(one.Sum); err != nil {
		t.Fatal(err)
	}
	if used, _, _ := s.Blobs().Used(); used != 0 || s.Blobs().Remove(one.Sum) != nil {
		t.Errorf("%d bytes after it was removed", used)
	}
}

func TestBlobsHaveTheirLimits(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	b := openWith(t, dir, subjects.Kinds(), BlobLimits{Each: 1000, All: 2000}).Blobs()
	fill := func(c byte, n int) error {
		_, err := keepBlob(b, bytes.Repeat([]byte{c}, n))
		return err
	}
	var e *domain.Error
	if err := fill('a', 1001); !errors.As(err, &e) || e.Msg != "file.large" {
		t.Errorf("one too large: %v", err)
	}
	if used, all, soon := b.Used(); used != 0 || all != 2000 || soon {
		t.Errorf("%d of %d, %t", used, all, soon)
	}
	if err := fill('a', 1000); err != nil {
		t.Fatal(err)
	}
	if err := fill('b', 600); err != nil {
		t.Fatal(err)
	}
	if _, _, soon := b.Used(); !soon {
		t.Error("nobody is told that the room comes to its end")
	}
	if err := fill('c', 401); !errors.As(err, &e) || e.Msg != "file.room" || e.Code != domain.Unavailable {
		t.Errorf("one too many: %v", err)
	}
	if err := fill('c', 400); err != nil {
		t.Errorf("exactly what there is room for: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, blobsName, "*"+newSuffix)); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestBlobsManyAtOnce(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "data")).Blobs()
	var all sync.WaitGroup
	for n := range 40 {
		all.Go(func() {
			one, err := keepBlob(b, bytes.Repeat([]byte{byte(n % 10)}, 5000))
			if err != nil {
				t.Errorf("keep: %v", err)
			} else if n%2 == 0 {
				_ = b.Remove(one.Sum)
			}
		})
	}
	all.Wait()
	_, size, err := b.list()
	if used, _, _ := b.Used(); err != nil || used != size {
		t.Errorf("counts %d bytes, there are %d (%v)", used, size, err)
	}
}

// Events that say something of files, as those of evidence do.
type (
	namesFile   struct{ Sum domain.Hash }
	removesFile struct{ Sum domain.Hash }
)

func (*namesFile) Kind() string                   { return "test_names_file" }
func (*namesFile) Boardless()                     {}
func (*namesFile) Apply(*domain.Applying) error   { return nil }
func (*namesFile) Texts() []*domain.Text          { return nil }
func (e *namesFile) NamesFiles() []domain.Hash    { return []domain.Hash{e.Sum} }
func (*removesFile) Kind() string                 { return "test_removes_file" }
func (*removesFile) Boardless()                   {}
func (*removesFile) Apply(*domain.Applying) error { return nil }
func (*removesFile) Texts() []*domain.Text        { return nil }
func (e *removesFile) RemovesFile() domain.Hash   { return e.Sum }

func kindsWithFiles() domain.Kinds {
	kinds := maps.Clone(subjects.Kinds())
	maps.Copy(kinds, domain.KindsOf([]domain.Event{&namesFile{}, &removesFile{}}))
	return kinds
}

func appendEvent(t testing.TB, s *Store, e domain.Event) {
	t.Helper()
	if err := s.Append(within(t), []domain.Record{storagetest.ChainOf(t, s).Next(t, e)}); err != nil {
		t.Fatal(err)
	}
}

func TestVerifyAndBackupHaveFiles(t *testing.T) {
	dir, kinds := filepath.Join(t.TempDir(), "data"), kindsWithFiles()
	s := openWith(t, dir, kinds, BlobLimits{})
	kept, gone := mustKeep(t, s.Blobs(), "blir"), mustKeep(t, s.Blobs(), "skal bort")
	for _, one := range []Blob{kept, gone} {
		appendEvent(t, s, &namesFile{one.Sum})
	}
	findings := func(s *Store) Findings {
		t.Helper()
		r, err := s.Verify(within(t))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := findings(s); r.Files != 2 || r.FileBytes != 13 {
		t.Errorf("found %+v", r)
	}
	archive := filepath.Join(t.TempDir(), "b.tar")
	if err := s.Backup(within(t), archive); err != nil {
		t.Fatal(err)
	}
	appendEvent(t, s, &removesFile{gone.Sum})
	if err := s.Close(); err != nil { // waits until it is deleted
		t.Fatal(err)
	}
	s = openWith(t, dir, kinds, BlobLimits{})
	if _, err := s.Blobs().Stat(gone.Sum); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("a removed file is there: %v", err)
	}
	if r := findings(s); r.Files != 1 || r.FilesGone != 1 {
		t.Errorf("found %+v", r)
	}
	path := filepath.Join(dir, blobsName, kept.Sum.String())
	rewrite(t, path, func(b []byte) []byte { b[0] ^= 1; return b })
	if _, err := s.Verify(within(t)); !errors.Is(err, domain.ErrCorrupt) || !strings.Contains(err.Error(), kept.Sum.String()) {
		t.Errorf("a flipped bit: %v", err)
	}
	if err := s.Backup(within(t), filepath.Join(t.TempDir(), "b2.tar")); !errors.Is(err, domain.ErrCorrupt) {
		t.Errorf("a backup of a damaged file: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(within(t)); !errors.Is(err, domain.ErrCorrupt) || !strings.Contains(err.Error(), "missing") {
		t.Errorf("a lost file: %v", err)
	}

	again := filepath.Join(t.TempDir(), "new")
	if err := Restore(archive, again, kinds); err != nil {
		t.Fatal(err)
	}
	s = openWith(t, again, kinds, BlobLimits{})
	if r := findings(s); r.Files != 2 || bytesOf(t, s.Blobs(), gone.Sum) != "skal bort" {
		t.Errorf("restored %+v", r)
	}
	b, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string][]byte{
		"a flipped bit": bytes.Replace(b, []byte("skal bort"), []byte("skal bli!"), 1),
		"a file less":   withoutLast(t, b),
		"another name":  bytes.Replace(b, []byte(blobsName+"/"), []byte("blabs/"), 1),
	} {
		bad, into := filepath.Join(t.TempDir(), "bad.tar"), filepath.Join(t.TempDir(), "new")
		if err := os.WriteFile(bad, spoil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Restore(bad, into, kinds); err == nil {
			t.Errorf("%s is restored", name)
		}
		if left := files(t, into); len(left) > 0 {
			t.Errorf("%s leaves %d files", name, len(left))
		}
	}
}

// withoutLast cuts the last file out of an archive: header, content, and their end.
func withoutLast(t testing.TB, b []byte) []byte {
	t.Helper()
	at := bytes.LastIndex(b, []byte(blobsName+"/"))
	if at < 0 {
		t.Fatal("there is no file in it")
	}
	return append(bytes.Clone(b[:at]), make([]byte, 1024)...)
}

// TestBackupWithoutFilesIsAsBefore: an older program reads it.
func TestBackupWithoutFilesIsAsBefore(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "data"))
	fill(t, s, 2)
	archive := filepath.Join(t.TempDir(), "b.tar")
	if err := s.Backup(within(t), archive); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := unpack(f, io.Discard, nil)
	if b, _ := json.Marshal(m); err != nil || bytes.Contains(b, []byte("file")) {
		t.Errorf("%s, %v", b, err)
	}
}

func TestFullDiskRefusesAFileAndKeepsTheOthers(t *testing.T) {
	if dir := os.Getenv(childEnv); dir != "" {
		fillWithFiles(t, dir)
		return
	}
	dir := filepath.Join(t.TempDir(), "data")
	if out, err := child(t, t.Name(), dir).CombinedOutput(); err != nil {
		t.Fatalf("child: %v\n%s", err, out)
	}
	s := open(t, dir)
	if r, err := s.Verify(within(t)); err != nil || r.Files != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

func fillWithFiles(t *testing.T, dir string) {
	b := open(t, dir).Blobs()
	mustKeep(t, b, "før")
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	limit := old
	limit.Cur = 1 << 20
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	if _, err := keepBlob(b, make([]byte, 2<<20)); !errors.Is(err, ErrFull) || domain.CodeOf(err) != domain.Unavailable {
		t.Fatalf("keep: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, blobsName, "*"+newSuffix)); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	if used, _, _ := b.Used(); used != int64(len("før")) {
		t.Errorf("%d bytes are counted", used)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	mustKeep(t, b, fmt.Sprint("etter ", len(dir)))
}
