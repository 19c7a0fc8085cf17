// Package prints keeps PDFs that were made, by the hash of what they were made from, in
// a folder of bounded size: what is asked for again is not printed again. They hold what
// people wrote, so none outlives a text that was taken out, nor the program.
package prints

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

const ext = ".pdf"

// quiet is how long nothing is kept after [Kept.Forget]: what is being printed was
// written before.
const quiet = 2 * time.Minute

// Kept is a folder of PDFs. One process has it; any goroutine may use it.
type Kept struct {
	dir  string
	most int64 // bytes
	now  func() time.Time

	mu    sync.Mutex // held while the folder is written in
	until time.Time  // nothing is kept before
}

// Open opens a folder, empty: what a program before this one kept may hold what was
// taken out since.
func Open(dir string, most int64, now func() time.Time) (*Kept, error) {
	k := &Kept{dir: dir, most: most, now: now}
	return k, k.empty()
}

// Forget removes all, and keeps nothing that was begun before.
func (k *Kept) Forget() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.until = k.now().Add(quiet)
	return k.empty()
}

func (k *Kept) empty() error {
	if err := errors.Join(os.RemoveAll(k.dir), os.MkdirAll(k.dir, 0o700)); err != nil {
		return fmt.Errorf("folder of PDFs: %w", err)
	}
	return nil
}

// name is the file of what was made from source.
func (k *Kept) name(source []byte) string {
	sum := sha256.Sum256(source)
	return filepath.Join(k.dir, hex.EncodeToString(sum[:])+ext)
}

// Get returns what was made from source. Each file begins with the hash of the rest:
// one that is damaged is not there.
func (k *Kept) Get(source []byte) ([]byte, bool) {
	b, err := os.ReadFile(k.name(source))
	if err != nil || len(b) < sha256.Size {
		return nil, false
	}
	body := b[sha256.Size:]
	if sum := sha256.Sum256(body); !bytes.Equal(sum[:], b[:sha256.Size]) {
		return nil, false
	}
	now := k.now()
	_ = os.Chtimes(k.name(source), now, now) // who is asked for last stays longest
	return body, true
}

// Put keeps what was made from source, and lets go of what was not asked for longest.
func (k *Kept) Put(source, made []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.now().Before(k.until) {
		return nil
	}
	name := k.name(source)
	sum := sha256.Sum256(made)
	if err := os.WriteFile(name+".new", append(sum[:], made...), 0o600); err != nil {
		return fmt.Errorf("keep a PDF: %w", err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		return fmt.Errorf("keep a PDF: %w", err)
	}
	return k.shrink()
}

func (k *Kept) shrink() error {
	entries, err := os.ReadDir(k.dir)
	if err != nil {
		return fmt.Errorf("folder of PDFs: %w", err)
	}
	var files []os.FileInfo
	var size int64
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			files, size = append(files, info), size+info.Size()
		}
	}
	slices.SortFunc(files, func(a, b os.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, f := range files {
		if size <= k.most {
			break
		}
		if err := os.Remove(filepath.Join(k.dir, f.Name())); err != nil {
			return fmt.Errorf("folder of PDFs: %w", err)
		}
		size -= f.Size()
	}
	return nil
}
