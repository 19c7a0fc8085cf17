package storage

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/jottings"
	"kommunebilde/domain/subjects"
	"kommunebilde/domain/typed"
)

const tab = jottings.ID("0123456789abcdef")

func jotting(author domain.AccountID, id jottings.ID, revision uint64, text string) jottings.Jotting {
	return jottings.Jotting{ID: id, Author: author, Board: "2026", Municipality: "3433", Column: "beredskap", Revision: revision, Text: typed.Text(text)}
}

// clock is a time that a test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func openJottings(t testing.TB, dir string, c *clock) *Jottings {
	t.Helper()
	j, err := OpenJottings(dir, nil, c.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

func keep(t testing.TB, j *Jottings, one jottings.Jotting) jottings.Jotting {
	t.Helper()
	kept, err := j.Keep(one)
	if err != nil {
		t.Fatalf("keep: %v", err)
	}
	return kept
}

func textsOf(t testing.TB, j *Jottings, author domain.AccountID) (texts []string) {
	t.Helper()
	list, err := j.Of(author)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range list {
		texts = append(texts, string(one.Text))
	}
	return texts
}

func wantTexts(t testing.TB, j *Jottings, author domain.AccountID, want ...string) {
	t.Helper()
	if got := textsOf(t, j, author); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s has %q, want %q", author, got, want)
	}
}

func TestJottingsAreTheirAuthorsAndSurviveARestart(t *testing.T) {
	dir, c := t.TempDir(), &clock{time.Now().UTC()}
	j := openJottings(t, dir, c)
	first := keep(t, j, jotting("kari", tab, 1, "Planen"))
	keep(t, j, jotting("kari", tab+"2", 1, "I en annen fane"))
	keep(t, j, jotting("kari2", tab, 5, "En annens, samme fane"))
	if !first.At.Equal(c.at) {
		t.Errorf("kept at %v", first.At)
	}
	c.at = c.at.Add(time.Minute)
	keep(t, j, jotting("kari", tab, 3, "Planen er fra 2019"))
	if kept, err := j.Keep(jotting("kari", tab, 2, "Planen er")); domain.CodeOf(err) != domain.Conflict || kept.Revision != 3 || kept.Text != "Planen er fra 2019" {
		t.Errorf("an older one: %+v, %v", kept, err)
	}
	c.at = c.at.Add(time.Minute)
	if kept := keep(t, j, jotting("kari", tab, 3, "Planen er fra 2019")); !kept.At.Equal(c.at.Add(-time.Minute)) {
		t.Errorf("the same again is changed at %v", kept.At)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, jottingsName)); err != nil || info.Mode() != 0o600 {
		t.Errorf("file: %v, %v", info, err)
	}
	j = openJottings(t, dir, c)
	wantTexts(t, j, "kari", "Planen er fra 2019", "I en annen fane")
	wantTexts(t, j, "kari2", "En annens, samme fane")
	if found, err := j.Drop("kari2", tab+"2"); found || err != nil {
		t.Errorf("another's is there to drop: %v", err)
	}
	if found, err := j.Drop("kari", tab); !found || err != nil {
		t.Errorf("drop: %t, %v", found, err)
	}
	wantTexts(t, j, "kari", "I en annen fane")
	wantTexts(t, j, "kari2", "En annens, samme fane")
}

func TestJottingsHaveTheirMost(t *testing.T) {
	j := openJottings(t, t.TempDir(), &clock{time.Now()})
	var all sync.WaitGroup
	for n := range jottings.Most {
		all.Go(func() { keep(t, j, jotting("kari", jottings.ID(fmt.Sprintf("%s%d", tab, n)), 1, "x")) })
	}
	all.Wait()
	if _, err := j.Keep(jotting("kari", tab, 1, "en til")); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("one more than the most: %v", err)
	}
	keep(t, j, jotting("kari", tab+"7", 2, "endret"))
	keep(t, j, jotting("ola", tab, 1, "en annens"))
}

func TestJottingsEnd(t *testing.T) {
	dir, c := t.TempDir(), &clock{time.Now()}
	j := openJottings(t, dir, c)
	keep(t, j, jotting("kari", tab, 1, "gammel"))
	c.at = c.at.Add(jottings.Lasts)
	wantTexts(t, j, "kari")
	keep(t, j, jotting("ola", tab, 1, "ny"))
	c.at = c.at.Add(-time.Hour) // it is no more, and not only not shown
	wantTexts(t, j, "kari")
	keep(t, j, jotting("kari", tab, 1, "forfra"))
	c.at = c.at.Add(jottings.Lasts)
	_ = j.Close()
	openJottings(t, dir, c)
	if b, err := os.ReadFile(filepath.Join(dir, jottingsName)); err != nil || bytes.Contains(b, []byte("forfra")) || bytes.Contains(b, []byte("gammel")) {
		t.Errorf("what has ended is in the file (%v)", err)
	}
}

func TestForgottenJottingsAreGoneFromTheFolder(t *testing.T) {
	dir := t.TempDir()
	j := openJottings(t, dir, &clock{time.Now()})
	for n := range uint64(20) {
		keep(t, j, jotting("kari", tab, n+1, strings.Repeat("hemmelig ", 500)))
	}
	keep(t, j, jotting("ola", tab, 1, "annet"))
	if err := os.WriteFile(filepath.Join(dir, jottingsName+setAsideSuffix), []byte("hemmelig"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := j.Forget("kari"); err != nil {
		t.Fatal(err)
	}
	wantTexts(t, j, "kari")
	wantTexts(t, j, "ola", "annet")
	keep(t, j, jotting("ola", tab, 2, "annet igjen"))
	for name, content := range files(t, dir) {
		if strings.Contains(content, "hemmelig") {
			t.Errorf("%s still has it", name)
		}
	}
}

func TestDamagedJottingsAreSetAside(t *testing.T) {
	for name, spoil := range map[string]func([]byte) []byte{
		"empty":     func([]byte) []byte { return nil },
		"cut":       func(b []byte) []byte { return b[:len(b)/3] },
		"not bbolt": func([]byte) []byte { return bytes.Repeat([]byte("x"), 40_000) },
		"newest meta": func(b []byte) []byte {
			flipNewerMeta(t, b)
			return b
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, c := t.TempDir(), &clock{time.Now()}
			j := openJottings(t, dir, c)
			keep(t, j, jotting("kari", tab, 1, "Planen"))
			_ = j.Close()
			rewrite(t, filepath.Join(dir, jottingsName), spoil)
			var log bytes.Buffer
			j, err := OpenJottings(dir, slog.New(slog.NewTextHandler(&log, nil)), c.now)
			if err != nil {
				t.Fatal(err)
			}
			defer j.Close()
			wantTexts(t, j, "kari")
			keep(t, j, jotting("kari", tab, 1, "Forfra"))
			if _, err := os.Stat(filepath.Join(dir, jottingsName+setAsideSuffix)); err != nil {
				t.Error(err)
			}
			if !strings.Contains(log.String(), "set aside") || strings.Contains(log.String(), "Planen") {
				t.Errorf("log: %s", log.String())
			}
		})
	}
}

// TestOneDamagedJottingLeavesTheOthers: bbolt's pages have no checksums, values do.
func TestOneDamagedJottingLeavesTheOthers(t *testing.T) {
	dir, c := t.TempDir(), &clock{time.Now()}
	j := openJottings(t, dir, c)
	keep(t, j, jotting("kari", tab, 1, "Planen er fra 2019"))
	keep(t, j, jotting("kari", tab+"2", 1, "Den andre"))
	_ = j.Close()
	rewrite(t, filepath.Join(dir, jottingsName), func(b []byte) []byte {
		return bytes.ReplaceAll(b, []byte("fra 2019"), []byte("fra 2018"))
	})
	j = openJottings(t, dir, c)
	wantTexts(t, j, "kari", "Den andre")
}

func TestBackupLeavesJottingsOut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	fill(t, s, 3)
	keep(t, openJottings(t, dir, &clock{time.Now()}), jotting("kari", tab, 1, "hemmelig kladd"))
	archive := filepath.Join(t.TempDir(), "b.tar")
	if err := s.Backup(within(t), archive); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(archive)
	if err != nil || bytes.Contains(b, []byte("hemmelig kladd")) {
		t.Errorf("the backup has what was not saved (%v)", err)
	}
	for r := tar.NewReader(bytes.NewReader(b)); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(h.Name, jottingsName) {
			t.Errorf("the backup has %s", h.Name)
		}
	}
	if _, err := s.Verify(within(t)); err != nil {
		t.Errorf("verify beside jottings: %v", err)
	}
	again := filepath.Join(t.TempDir(), "new")
	if err := Restore(archive, again, subjects.Kinds()); err != nil {
		t.Fatal(err)
	}
	wantTexts(t, openJottings(t, again, &clock{time.Now()}), "kari")
}

func TestFullDiskKeepsTheJottingsThereAre(t *testing.T) {
	if dir := os.Getenv(childEnv); dir != "" {
		jotUntilFull(t, dir)
		return
	}
	dir := t.TempDir()
	if out, err := child(t, t.Name(), dir).CombinedOutput(); err != nil {
		t.Fatalf("child: %v\n%s", err, out)
	}
	wantTexts(t, openJottings(t, dir, &clock{time.Now()}), "kari", "igjen")
}

func jotUntilFull(t *testing.T, dir string) {
	j := openJottings(t, dir, &clock{time.Now()})
	keep(t, j, jotting("kari", tab, 1, "Planen"))
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	limit := old
	limit.Cur = 256 << 10
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	var refused error
	for n := uint64(0); refused == nil && n < 100; n++ {
		_, refused = j.Keep(jotting("ola", jottings.ID(fmt.Sprintf("%s%d", tab, n)), 1, strings.Repeat("fullt ", 3000)))
	}
	if domain.CodeOf(refused) != domain.Unavailable || !strings.Contains(refused.Error(), "too large") {
		t.Fatalf("keep: %v", refused)
	}
	wantTexts(t, j, "kari", "Planen")
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	keep(t, j, jotting("kari", tab, 2, "igjen"))
}
