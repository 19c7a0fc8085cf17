package storage

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kommunebilde/domain"
)

// aged makes a file look as if it was sent so long ago.
func aged(t testing.TB, b *Blobs, sum domain.Hash, days int) {
	t.Helper()
	then := time.Now().AddDate(0, 0, -days)
	if err := os.Chtimes(b.path(sum), then, then); err != nil {
		t.Fatal(err)
	}
}

func sent(t testing.TB, s *Store, content string, days int) domain.Hash {
	t.Helper()
	one, err := keepBlob(s.Blobs(), []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	aged(t, s.Blobs(), one.Sum, days)
	return one.Sum
}

func there(s *Store, sum domain.Hash) bool {
	_, err := s.Blobs().Stat(sum)
	return err == nil
}

// TestSweepFiles: a file that no record names goes after 90 days; one that a record names,
// that was sent again or that is about to be named stays, and none goes while a copy is
// made.
func TestSweepFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := openWith(t, dir, kindsWithFiles(), BlobLimits{})
	lost, named, young := sent(t, s, "lost", 91), sent(t, s, "named", 4000), sent(t, s, "young", 89)
	again, renewed, later := sent(t, s, "again", 91), sent(t, s, "renewed", 91), sent(t, s, "later", 91)
	appendEvent(t, s, &namesFile{named})
	if _, err := keepBlob(s.Blobs(), []byte("again")); err != nil {
		t.Fatal(err)
	}
	if err := s.Blobs().Renew(renewed); err != nil {
		t.Fatal(err)
	}
	release := s.Blobs().hold()
	if n, err := s.SweepFiles(within(t), time.Now()); n != 0 || err != nil {
		t.Errorf("while a copy is made: %d, %v", n, err)
	}
	release()
	appendEvent(t, s, &namesFile{later}) // after a sweep has read the journal
	if n, err := s.SweepFiles(within(t), time.Now()); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	for name, c := range map[string]struct {
		sum  domain.Hash
		want bool
	}{"lost": {lost, false}, "named": {named, true}, "young": {young, true}, "again": {again, true}, "renewed": {renewed, true}, "later": {later, true}} {
		if there(s, c.sum) != c.want {
			t.Errorf("%s: there %v", name, !c.want)
		}
	}
	if _, size, _ := s.Blobs().list(); size != int64(len("named"+"young"+"again"+"renewed"+"later")) {
		t.Errorf("%d bytes are left", size)
	} else if used, _, _ := s.Blobs().Used(); used != size {
		t.Errorf("it counts %d bytes, there are %d", used, size)
	}
	if r, err := s.Verify(within(t)); err != nil || r.Files != 5 {
		t.Errorf("verified: %+v, %v", r, err)
	}
	if err := s.Blobs().Renew(lost); err == nil {
		t.Error("a file that is gone is renewed")
	}
}

// TestSweepBesideRecords: whoever names a file as the server does, renewing it first, has
// it, however many sweeps go on meanwhile.
func TestSweepBesideRecords(t *testing.T) {
	s := openWith(t, filepath.Join(t.TempDir(), "data"), kindsWithFiles(), BlobLimits{})
	var sums []domain.Hash
	for n := range 200 {
		sums = append(sums, sent(t, s, fmt.Sprint("file ", n), 91))
	}
	var done atomic.Bool
	var sweeps sync.WaitGroup
	sweeps.Go(func() {
		for !done.Load() {
			if _, err := s.SweepFiles(t.Context(), time.Now()); err != nil {
				t.Error(err)
				return
			}
		}
	})
	named := 0
	for _, sum := range sums {
		if s.Blobs().Renew(sum) == nil {
			appendEvent(t, s, &namesFile{sum})
			aged(t, s.Blobs(), sum, 91)
			named++
		}
	}
	done.Store(true)
	sweeps.Wait()
	if r, err := s.Verify(within(t)); err != nil || r.Files < named {
		t.Errorf("%d were named: %+v, %v", named, r, err)
	}
}

// TestKillWhileSweeping: killed at any moment of a sweep, the folder is whole, every file
// that a record names is there, and the next sweep takes the rest.
func TestKillWhileSweeping(t *testing.T) {
	const each = 150
	if dir := os.Getenv(childEnv); dir != "" {
		s := openWith(t, dir, kindsWithFiles(), BlobLimits{})
		fmt.Println("sweeping")
		n, err := s.SweepFiles(context.Background(), time.Now())
		fmt.Println("swept", n, err)
		return
	}
	dir := filepath.Join(t.TempDir(), "data")
	s := openWith(t, dir, kindsWithFiles(), BlobLimits{})
	for n := range each {
		appendEvent(t, s, &namesFile{sent(t, s, fmt.Sprint("named ", n), 100)})
		sent(t, s, fmt.Sprint("lost ", n), 100)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	stopped, left := 0, []int{}
	for range 12 {
		cmd := child(t, t.Name(), dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		in := bufio.NewReader(out)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for line, err := "", error(nil); line != "sweeping\n" && err == nil; {
			line, err = in.ReadString('\n')
		}
		time.AfterFunc(time.Duration(rand.IntN(6000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		if cmd.Wait() != nil {
			stopped++
		}
		s := openWith(t, dir, kindsWithFiles(), BlobLimits{})
		r, err := s.Verify(within(t))
		if left = append(left, r.Files); err != nil || r.Files < each {
			t.Fatalf("after a kill: %+v, %v", r, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s = openWith(t, dir, kindsWithFiles(), BlobLimits{})
	if _, err := s.SweepFiles(within(t), time.Now()); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Verify(within(t)); err != nil || r.Files != each {
		t.Errorf("at last: %+v, %v", r, err)
	}
	t.Logf("killed %d times, with %v files left", stopped, left)
}
