package storage

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"kommunebilde/domain"
)

// mentioned is what records say of files.
type mentioned struct {
	named   map[domain.Hash]domain.Revision // by the first that names it
	removed map[domain.Hash]bool
}

func (m mentioned) note(r domain.Record) {
	for _, e := range r.Events {
		if e, ok := e.(fileNamer); ok {
			for _, sum := range e.NamesFiles() {
				if m.named[sum] == 0 {
					m.named[sum] = r.Revision
				}
			}
		}
		if e, ok := e.(fileRemover); ok {
			m.removed[e.RemovesFile()] = true
		}
	}
}

// verify reads every file, and looks for those that records name.
func (b *Blobs) verify(ctx context.Context, r *Findings, files mentioned) error {
	defer b.hold()()
	r.FilesGone = len(files.removed)
	for one, err := range b.All() {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if err := b.check(one.Sum); err != nil {
			return damagedFile(one.Sum, err)
		}
		delete(files.named, one.Sum)
		r.Files++
		r.FileBytes += one.Size
	}
	for sum, revision := range files.named {
		if !files.removed[sum] {
			return damagedFile(sum, fmt.Errorf("it is missing, record %d names it, and no record says that it was removed: %w", revision, domain.ErrCorrupt))
		}
	}
	return nil
}

func damagedFile(sum domain.Hash, err error) error {
	return fmt.Errorf("file %s/%s: %w; take it from a backup", blobsName, sum, err)
}

func (b *Blobs) check(sum domain.Hash) error {
	f, err := b.Open(sum)
	if err != nil {
		return err
	}
	defer f.Close()
	return checkBlob(f, sum)
}

// pack adds the files that are kept to an archive.
func (b *Blobs) pack(ctx context.Context, w *tar.Writer, files []Blob) error {
	for _, one := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := b.packOne(w, one); err != nil {
			return damagedFile(one.Sum, err)
		}
	}
	return nil
}

func (b *Blobs) packOne(w *tar.Writer, one Blob) error {
	f, err := b.Open(one.Sum)
	if err != nil {
		return err
	}
	defer f.Close()
	return add(w, blobsName+"/"+one.Sum.String(), one.Size, f)
}

// list returns the files there are, and how long they are together.
func (b *Blobs) list() (list []Blob, size int64, err error) {
	for one, err := range b.All() {
		if err != nil {
			return nil, 0, err
		}
		list = append(list, one)
		size += one.Size
	}
	return list, size, nil
}

// unpackBlob reads a file of an archive, holds it against its name, and gives it to put;
// nil: nobody keeps it.
func unpackBlob(t *tar.Reader, h *tar.Header, put func(sum domain.Hash, r io.Reader) error) (size int64, err error) {
	name, ours := strings.CutPrefix(h.Name, blobsName+"/")
	sum, ok := sumOf(name)
	if !ours || !ok {
		return 0, fmt.Errorf("it holds %q, which this program does not know: %w", h.Name, domain.ErrNewer)
	}
	if put == nil {
		err = checkBlob(t, sum)
	} else {
		err = put(sum, t)
	}
	if err != nil {
		return 0, fmt.Errorf("unpack %s: %w", h.Name, err)
	}
	return h.Size, nil
}

// restoreBlob writes a file of an archive into a data folder.
func restoreBlob(dir string) func(sum domain.Hash, r io.Reader) error {
	return func(sum domain.Hash, r io.Reader) error {
		if err := makeFolder(filepath.Join(dir, blobsName)); err != nil {
			return err
		}
		path := filepath.Join(dir, blobsName, sum.String())
		f, err := os.OpenFile(path+newSuffix, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		if err := checkBlob(io.TeeReader(r, f), sum); err != nil {
			return errors.Join(err, f.Close())
		}
		return finish(f, path)
	}
}
