package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"kommunebilde/domain"
)

const blobsName = "blobs"

// BlobLimits bound what is kept of files that people send.
type BlobLimits struct {
	Each int64 // bytes of one file
	All  int64 // bytes of all of them
}

func (l BlobLimits) orUsual() BlobLimits {
	if l.Each == 0 {
		l.Each = 25 << 20
	}
	if l.All == 0 {
		l.All = 5 << 30
	}
	return l
}

// nearlyFull is from where it is said that the room for files comes to its end.
const nearlyFull = 0.8

// Blobs keeps files that people send, each under the SHA-256 of its bytes, in the folder
// blobs of the data folder. A file is on disk, under its name, before anyone is told its
// sum: the record that names it comes after. Which files are named, the journal says; what
// is in them, whoever takes them in.
//
// Its methods may be called by several goroutines.
type Blobs struct {
	dir  string
	most BlobLimits

	mu   sync.Mutex // guards what follows
	used int64      // bytes that are kept, and of those that are coming in
	held int        // copies under way, for which nothing is removed
	free *sync.Cond // told when held is 0 again
}

// What an event says of files, by these methods: that its record names some, or that the
// bytes of one go (file_removed).
type (
	fileNamer   interface{ NamesFiles() []domain.Hash }
	fileRemover interface{ RemovesFile() domain.Hash }
)

// Blob is a file that is kept.
type Blob struct {
	Sum  domain.Hash
	Size int64
}

// OpenBlobs opens the files of a folder that the caller owns; those of a data folder are
// the [Store.Blobs]. There is no folder for them before the first.
func OpenBlobs(dir string, most BlobLimits) (*Blobs, error) {
	b := &Blobs{dir: filepath.Join(dir, blobsName), most: most.orUsual()}
	b.free = sync.NewCond(&b.mu)
	coming, err := filepath.Glob(filepath.Join(b.dir, "*"+newSuffix))
	if err != nil {
		return nil, err
	}
	for _, name := range coming { // it never came to its end, and nobody was told of it
		if err := clean(name); err != nil {
			return nil, err
		}
	}
	for one, err := range b.All() {
		if err != nil {
			return nil, err
		}
		b.used += one.Size
	}
	return b, nil
}

// Used returns how much room is taken, how much there is, and whether that comes to its
// end soon.
func (b *Blobs) Used() (used, all int64, soon bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used, b.most.All, float64(b.used) >= nearlyFull*float64(b.most.All)
}

// take takes room for more bytes, or gives some back.
func (b *Blobs) take(n int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n > 0 && b.used+n > b.most.All {
		return &domain.Error{Code: domain.Unavailable, Field: "file", Msg: "file.room", Err: fmt.Errorf("%d of %d bytes are used: %w", b.used, b.most.All, ErrFull)}
	}
	b.used += n
	return nil
}

// Incoming is a file that is being taken in: an io.Writer, and an io.ReaderAt for what
// came so far. It ends with Keep or Drop; a Drop after Keep does nothing. One goroutine
// has it.
type Incoming struct {
	blobs *Blobs
	file  *os.File
	sum   hash.Hash
	size  int64
	over  bool
}

// New begins to take a file in.
func (b *Blobs) New() (*Incoming, error) {
	if err := makeFolder(b.dir); err != nil {
		return nil, unstored(err)
	}
	f, err := os.CreateTemp(b.dir, "*"+newSuffix) // 0600
	if err != nil {
		return nil, unstored(err)
	}
	return &Incoming{blobs: b, file: f, sum: sha256.New()}, nil
}

// Write implements io.Writer. A file that grows over its limit is refused there.
func (in *Incoming) Write(p []byte) (int, error) {
	if in.size+int64(len(p)) > in.blobs.most.Each {
		return 0, &domain.Error{Code: domain.Invalid, Field: "file", Msg: "file.large", Args: []string{megabytes(in.blobs.most.Each)}}
	}
	if err := in.blobs.take(int64(len(p))); err != nil {
		return 0, err
	}
	in.size += int64(len(p))
	n, err := in.file.Write(p)
	if err != nil {
		return n, unstored(err)
	}
	in.sum.Write(p)
	return n, nil
}

func megabytes(n int64) string { return fmt.Sprint(n >> 20) }

// ReadAt implements io.ReaderAt.
func (in *Incoming) ReadAt(p []byte, at int64) (int, error) { return in.file.ReadAt(p, at) }

// Size is how much came so far.
func (in *Incoming) Size() int64 { return in.size }

// Keep gives the file its name. It is on disk when Keep returns nil. The same bytes twice
// are one file.
func (in *Incoming) Keep() (Blob, error) {
	if in.over {
		return Blob{}, os.ErrClosed
	}
	one := Blob{domain.Hash(in.sum.Sum(nil)), in.size}
	err := in.file.Sync()
	if err == nil {
		err = in.name(one)
	}
	in.Drop()
	if err != nil {
		return Blob{}, unstored(err)
	}
	return one, nil
}

// name puts the file, which is synced, under its sum, unless those bytes are there.
func (in *Incoming) name(one Blob) error {
	b := in.blobs
	b.mu.Lock() // so that it is counted once, and not removed meanwhile
	defer b.mu.Unlock()
	switch _, err := os.Lstat(b.path(one.Sum)); {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.Rename(in.file.Name(), b.path(one.Sum)); err != nil {
			return err
		}
		in.size = 0 // it stays counted
	case err != nil:
		return err
	default:
		if err := b.renew(one.Sum); err != nil {
			return err
		}
	}
	return syncFolder(b.dir)
}

// Drop leaves nothing of a file that is not kept.
func (in *Incoming) Drop() {
	if in.over {
		return
	}
	in.over = true
	_ = in.file.Close()
	_ = os.Remove(in.file.Name()) // not there once it is kept
	if in.size > 0 {
		_ = in.blobs.take(-in.size)
	}
}

// unstored makes an error of the disk one that people are told.
func unstored(err error) error {
	if full := room(err); errors.Is(full, ErrFull) {
		return full
	}
	return &domain.Error{Code: domain.Unavailable, Field: "file", Msg: "file.unstored", Err: err}
}

// Take takes a file in from r, has it judged once it is whole, and keeps it if judge has
// nothing against it.
func (b *Blobs) Take(r io.Reader, judge func(file io.ReaderAt, size int64) error) (sum domain.Hash, size int64, err error) {
	in, err := b.New()
	if err != nil {
		return sum, 0, err
	}
	defer in.Drop()
	if _, err := io.Copy(in, r); err != nil {
		return sum, 0, err
	}
	if err := judge(in, in.Size()); err != nil {
		return sum, 0, err
	}
	one, err := in.Keep()
	return one.Sum, one.Size, err
}

// Stat returns a file that is kept.
func (b *Blobs) Stat(sum domain.Hash) (Blob, error) {
	info, err := os.Lstat(b.path(sum))
	if errors.Is(err, fs.ErrNotExist) {
		return Blob{}, &domain.Error{Code: domain.NotFound, Field: "file", Msg: "file.gone", Err: err}
	}
	if err != nil {
		return Blob{}, err
	}
	return Blob{sum, info.Size()}, nil
}

// Open opens a file for reading.
func (b *Blobs) Open(sum domain.Hash) (*os.File, error) {
	f, err := os.Open(b.path(sum))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &domain.Error{Code: domain.NotFound, Field: "file", Msg: "file.gone", Err: err}
	}
	return f, err
}

// All yields the files, by sum. What is no file of ours is left out.
func (b *Blobs) All() iter.Seq2[Blob, error] {
	return func(yield func(Blob, error) bool) {
		entries, err := os.ReadDir(b.dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			yield(Blob{}, err)
			return
		}
		for _, e := range entries {
			sum, ok := sumOf(e.Name())
			if !ok {
				continue
			}
			one, err := b.Stat(sum)
			if domain.CodeOf(err) == domain.NotFound {
				continue // it was removed meanwhile
			}
			if !yield(one, err) || err != nil {
				return
			}
		}
	}
}

// Remove deletes a file. One that is not there is no error: it is gone. It waits for
// copies that are being made.
func (b *Blobs) Remove(sum domain.Hash) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.held > 0 {
		b.free.Wait()
	}
	one, err := b.Stat(sum)
	if domain.CodeOf(err) == domain.NotFound {
		return nil
	}
	if err == nil {
		err = os.Remove(b.path(sum))
	}
	if err != nil {
		return fmt.Errorf("remove the file %s: %w", sum, err)
	}
	b.used -= one.Size
	return syncFolder(b.dir)
}

// hold keeps every file there is until release is called: for a copy of all.
func (b *Blobs) hold() (release func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held++
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.held--; b.held == 0 {
			b.free.Broadcast()
		}
	}
}

func (b *Blobs) path(sum domain.Hash) string { return filepath.Join(b.dir, sum.String()) }

// sumOf reads a file's name: sixty-four digits and small letters.
func sumOf(name string) (sum domain.Hash, ok bool) {
	raw, err := hex.DecodeString(name)
	if err != nil || len(raw) != hashSize || strings.ToLower(name) != name {
		return sum, false
	}
	return domain.Hash(raw), true
}

// checkBlob reads a file and holds it against its name.
func checkBlob(r io.Reader, want domain.Hash) error {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return err
	}
	if got := domain.Hash(h.Sum(nil)); got != want {
		return fmt.Errorf("its bytes have the hash %s: %w", got, domain.ErrCorrupt)
	}
	return nil
}
