package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// dataFolder is a data folder that is worked on with command lines, as an
// administrator does.
type dataFolder struct {
	t    *testing.T
	data string
	env  map[string]string
}

// newFolder returns one that the server was started on once.
func newFolder(t *testing.T, serve ...string) *dataFolder {
	t.Helper()
	f := &dataFolder{t: t, data: filepath.Join(t.TempDir(), "data"), env: map[string]string{}}
	f.serve(serve...).stop()
	return f
}

// run carries out one command line and returns all that it says, and its exit
// code.
func (f *dataFolder) run(words ...string) (said string, code int) {
	f.t.Helper()
	var out bytes.Buffer
	c := terminal{in: strings.NewReader(""), out: &out, err: &out, env: func(k string) string { return f.env[k] }}
	if words[0] != "serve" {
		words = append(words[:len(words):len(words)], "--data", f.data)
	}
	code = run(f.t.Context(), words, c)
	return out.String(), code
}

// must carries out a command line that is not refused.
func (f *dataFolder) must(words ...string) string {
	f.t.Helper()
	said, code := f.run(words...)
	if code != 0 {
		f.t.Fatalf("%q: %d: %s", words, code, said)
	}
	return said
}

// refused carries out a command line that is refused, and says why in these words.
func (f *dataFolder) refused(want string, words ...string) {
	f.t.Helper()
	if said, code := f.run(words...); code == 0 || !strings.Contains(said, want) {
		f.t.Errorf("%q: %d: %s, want %q", words, code, said, want)
	}
}

// file writes a file of these lines and returns its path.
func (f *dataFolder) file(lines ...string) string {
	f.t.Helper()
	path := filepath.Join(f.t.TempDir(), "ark.csv")
	must(f.t, os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return path
}

// served is a server that runs on a folder.
type served struct {
	t    *testing.T
	url  string
	said *spoken
	stop func()
}

// spoken is what a program that runs has said so far. Somebody may wait for it.
type spoken struct {
	mu    sync.Mutex
	said  bytes.Buffer
	heard chan struct{} // told after each word
}

func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.said.Write(p)
	select {
	case s.heard <- struct{}{}:
	default:
	}
	return n, err
}

func (s *spoken) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.String()
}

var servedAt = regexp.MustCompile(`(?m)^  (http://localhost:\d+)/$`)

// serve starts the server and waits until it says where it is.
func (f *dataFolder) serve(words ...string) *served {
	f.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	said := &spoken{heard: make(chan struct{}, 1)}
	c := terminal{in: strings.NewReader(""), out: said, err: said, env: func(k string) string { return f.env[k] }}
	ended := make(chan int, 1)
	words = append([]string{"serve", "-data", f.data, "-addr", "127.0.0.1:0", "-ops-addr", "127.0.0.1:0"}, words...)
	go func() { ended <- run(ctx, words, c) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if code := <-ended; code != 0 {
			f.t.Errorf("serve: %d: %s", code, said)
		}
	})
	f.t.Cleanup(stop)
	for {
		if at := servedAt.FindStringSubmatch(said.String()); at != nil {
			return &served{f.t, at[1], said, stop}
		}
		select {
		case <-said.heard:
		case code := <-ended:
			ended <- code
			f.t.Fatalf("serve: %d: %s", code, said)
		}
	}
}

// page returns a page as anybody may read it, its HTML as words.
func (s *served) page(path string) string {
	s.t.Helper()
	res, err := http.Get(s.url + path)
	must(s.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(s.t, err)
	if res.StatusCode != http.StatusOK {
		s.t.Errorf("%s: %d", path, res.StatusCode)
	}
	return strings.Join(strings.Fields(tags.ReplaceAllString(string(body), " ")), " ")
}

var tags = regexp.MustCompile(`<[^>]*>`)
