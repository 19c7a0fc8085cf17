package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"kommunebilde/domain"
)

// openTimeout bounds the wait for the lock of the file itself.
const openTimeout = 500 * time.Millisecond

// openBolt opens a bbolt file with bbolt's defaults. A damaged file makes bbolt
// panic or touch memory that is not there: both come back as errors.
func openBolt(path string) (db *bolt.DB, file *os.File, err error) {
	o := &bolt.Options{Timeout: openTimeout, OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
		f, err := os.OpenFile(name, flag, mode)
		file = f
		return f, err
	}}
	err = guarded(func() (err error) {
		db, err = bolt.Open(path, 0o600, o)
		return err
	})
	if err == nil {
		return db, file, nil
	}
	if file != nil {
		_ = file.Close() // bbolt does not, after a panic; else it is closed already
	}
	if errors.Is(err, berrors.ErrTimeout) {
		err = ErrLocked
	}
	return nil, nil, fmt.Errorf("open %s: %w", filepath.Base(path), err)
}

// guarded runs fn, which reads mapped pages. A page that is not what bbolt
// expects ends in a panic, a file that was cut under it in a fault: ErrCorrupt.
func guarded(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("structure of the file: %v: %w", p, domain.ErrCorrupt)
		}
	}()
	return fn()
}

// What is needed of bbolt's file format: a page header of 16 bytes, then the
// meta of 64 bytes, on each of the first two pages.
const (
	boltMagic      = 0xED0CDAED
	boltVersion    = 2
	pageHeaderSize = 16
	metaSize       = 64
)

// pages is the high-water mark: no page from there on is used.
type boltMeta struct{ pageSize, root, freelist, pages, txid uint64 }

var (
	errNoMeta    = errors.New("meta page damaged")
	errBoltNewer = fmt.Errorf("file format: %w", domain.ErrNewer)
)

// checkFile looks at a bbolt file before bbolt does, since bbolt takes an empty
// file for a new one and faults on one that was cut. Both meta pages must be
// whole: if the newer is not, bbolt would silently go back to the one before
// and lose an acknowledged change. Nobody may write meanwhile.
func checkFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open %s: %w", journalName, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("open %s: %w", journalName, err)
	}
	if info.Size() == 0 {
		return fmt.Errorf("%s: %w: the file is empty; restore a backup into an empty folder", path, ErrLost)
	}
	newest, err := readMetas(f)
	if errors.Is(err, domain.ErrNewer) {
		return fmt.Errorf("%s: %w; start the newer program", path, err)
	}
	if err != nil {
		return damaged("the beginning", 0, err)
	}
	if need := newest.pages * newest.pageSize; uint64(info.Size()) < need {
		return fmt.Errorf("%s: %w: the file has %d bytes of %d; restore a backup into an empty folder",
			path, ErrLost, info.Size(), need)
	}
	return checkPages(f, newest)
}

// readMetas returns the newer of the two meta pages.
func readMetas(f io.ReaderAt) (newest boltMeta, err error) {
	first, err := readMeta(f, 0)
	if err != nil {
		return first, err
	}
	second, err := readMeta(f, int64(first.pageSize))
	if err != nil {
		return second, err
	}
	if second.pageSize != first.pageSize {
		return second, errNoMeta
	}
	if second.txid > first.txid {
		return second, nil
	}
	return first, nil
}

func readMeta(f io.ReaderAt, offset int64) (m boltMeta, err error) {
	b := make([]byte, metaSize)
	if _, err := f.ReadAt(b, offset+pageHeaderSize); err != nil {
		return m, errNoMeta
	}
	order := binary.NativeEndian
	if order.Uint32(b) != boltMagic {
		return m, errNoMeta
	}
	sum := fnv.New64a()
	sum.Write(b[:metaSize-8])
	if sum.Sum64() != order.Uint64(b[metaSize-8:]) {
		return m, errNoMeta
	}
	if order.Uint32(b[4:]) != boltVersion {
		return m, errBoltNewer
	}
	m = boltMeta{
		pageSize: uint64(order.Uint32(b[8:])), root: order.Uint64(b[16:]),
		freelist: order.Uint64(b[32:]), pages: order.Uint64(b[40:]), txid: order.Uint64(b[48:]),
	}
	if m.pageSize < 512 || m.pageSize > 1<<16 || m.pages > 1<<40 {
		return m, errNoMeta
	}
	return m, nil
}
