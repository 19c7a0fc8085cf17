package storage

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/sys/unix"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
)

// A backup is a tar archive: the manifest, the journal, then blobs/SUM for each file that
// people have sent.
const (
	manifestName = "backup.json"
	maxManifest  = 64 << 10
)

// manifest tells what a backup holds.
type manifest struct {
	Format   int             `json:"format"`
	Epoch    domain.Epoch    `json:"epoch"`
	Revision domain.Revision `json:"revision"`
	Hash     domain.Hash     `json:"hash"`
	Trail    audit.End       `json:"trail,omitzero"` // the audit log's end
	Size     int64           `json:"size"`           // of journal.db
	Sum      domain.Hash     `json:"sha256"`

	Files     int   `json:"files,omitempty"` // that people have sent, after journal.db
	FileBytes int64 `json:"file_bytes,omitempty"`
}

// Backup writes an archive of everything to path while the store runs, where
// nothing may be yet. The copy is opened and verified, the archive read
// back, synced, and only then gets its name, so that a file of that name is a
// whole backup. It holds texts, password hashes and sessions: mode 0600.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	defer func() {
		if err = room(err); errors.Is(err, ErrFull) {
			err = noSpace{err}
		}
		if err != nil {
			err = fmt.Errorf("backup to %s: %w", path, err)
		}
	}()
	if _, err := os.Lstat(path); err == nil {
		return errTaken
	}
	db, err := tempName(path)
	if err != nil {
		return err
	}
	defer os.Remove(db)
	defer s.blobs.hold()() // each file that a record of the copy names is there
	head, err := s.copyTo(ctx, db, leftOut{}, nil)
	if err != nil {
		return err
	}
	r, err := verifyCopy(ctx, db, s.kinds, head.Revision, head.Hash)
	if err != nil {
		return err
	}
	m := manifest{Format: formatVersion, Epoch: head.Epoch, Revision: head.Revision, Hash: head.Hash, Trail: r.Trail}
	if m.Size, m.Sum, err = sumFile(db); err != nil {
		return err
	}
	files, size, err := s.blobs.list() // after the journal: a file is there before the record that names it
	if err != nil {
		return err
	}
	m.Files, m.FileBytes = len(files), size
	archive, err := tempName(path)
	if err != nil {
		return err
	}
	defer os.Remove(archive)
	if err := pack(archive, m, db, func(w *tar.Writer) error { return s.blobs.pack(ctx, w, files) }); err != nil {
		return err
	}
	if err := readBack(archive); err != nil {
		return err
	}
	if err := giveName(archive, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

var errTaken = errors.New("there is a file of that name already, and it stays; give another name")

// giveName gives a file its name unless another has it.
func giveName(file, path string) error {
	err := unix.Renameat2(unix.AT_FDCWD, file, unix.AT_FDCWD, path, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) { // a file system that cannot rename so, as NFS
		err = os.Link(file, path)
	}
	if errors.Is(err, fs.ErrExist) {
		return errTaken
	}
	return err
}

// tempName makes an empty file beside path and returns its name.
func tempName(path string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*"+newSuffix)
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// openCopy opens a bbolt file that is no data folder's yet.
func openCopy(path string, kinds domain.Kinds) (*Store, error) {
	if err := checkFile(path); err != nil {
		return nil, err
	}
	s := newStore(filepath.Dir(path), kinds, nil)
	var err error
	if s.db, s.file, err = openBolt(path); err != nil {
		return nil, err
	}
	err = s.view(func(tx *bolt.Tx) error {
		a, err := readAbout(tx)
		s.head = a.head
		return err
	})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func verifyCopy(ctx context.Context, path string, kinds domain.Kinds, revision domain.Revision, hash domain.Hash) (Findings, error) {
	s, err := openCopy(path, kinds)
	if err != nil {
		return Findings{}, err
	}
	r, err := s.Verify(ctx)
	if err := errors.Join(err, s.Close()); err != nil {
		return r, fmt.Errorf("verify the copy: %w", err)
	}
	if r.Head.Revision != revision || r.Head.Hash != hash {
		return r, fmt.Errorf("the copy ends at record %d %s, not at %d %s", r.Head.Revision, r.Head.Hash, revision, hash)
	}
	return r, nil
}

func sumFile(path string) (n int64, sum domain.Hash, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, sum, err
	}
	defer f.Close()
	h := sha256.New()
	n, err = io.Copy(h, f)
	return n, domain.Hash(h.Sum(nil)), err
}

// pack writes the archive and syncs it.
func pack(path string, m manifest, db string, files func(*tar.Writer) error) error {
	about, err := json.Marshal(m)
	if err != nil {
		return err
	}
	in, err := os.Open(db)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	w := tar.NewWriter(out)
	err = errors.Join(
		add(w, manifestName, int64(len(about)), bytes.NewReader(about)),
		add(w, journalName, m.Size, in),
		files(w),
		w.Close(),
		out.Sync(),
	)
	return errors.Join(err, out.Close())
}

func add(w *tar.Writer, name string, size int64, r io.Reader) error {
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600}); err != nil {
		return err
	}
	_, err := io.Copy(w, r)
	return err
}

// readBack reports whether an archive holds what its manifest says.
func readBack(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = unpack(f, io.Discard, nil)
	return err
}

// unpack reads an archive, writes its journal to w and gives its files to put, and checks
// them against the manifest and their names.
func unpack(r io.Reader, w io.Writer, put func(domain.Hash, io.Reader) error) (m manifest, err error) {
	t := tar.NewReader(r)
	h, err := t.Next()
	if err != nil || h.Name != manifestName || h.Size > maxManifest {
		return m, errors.Join(errors.New("this is not a backup of kommunebilder"), err)
	}
	b, err := io.ReadAll(t)
	if err != nil {
		return m, fmt.Errorf("read %s: %w", manifestName, err)
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("read %s: %w: %w", manifestName, err, domain.ErrCorrupt)
	}
	if m.Format > formatVersion {
		return m, fmt.Errorf("format %d: %w; use the newer program", m.Format, domain.ErrNewer)
	}
	if h, err = t.Next(); err != nil || h.Name != journalName || h.Size != m.Size {
		return m, errors.Join(fmt.Errorf("%s is not in it: %w", journalName, domain.ErrCorrupt), err)
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w, sum), t); err != nil {
		return m, fmt.Errorf("unpack %s: %w", journalName, err)
	}
	if domain.Hash(sum.Sum(nil)) != m.Sum {
		return m, fmt.Errorf("%s is not what was backed up: %w", journalName, domain.ErrCorrupt)
	}
	return m, unpackBlobs(t, m, put)
}

func unpackBlobs(t *tar.Reader, m manifest, put func(domain.Hash, io.Reader) error) error {
	for files, bytes := 0, int64(0); ; files++ {
		h, err := t.Next()
		if err == io.EOF && files == m.Files && bytes == m.FileBytes {
			return nil
		}
		if err == io.EOF {
			return fmt.Errorf("it has %d files of %d: %w", files, m.Files, domain.ErrCorrupt)
		}
		if err != nil {
			return fmt.Errorf("the end is missing: %w: %w", err, domain.ErrCorrupt)
		}
		size, err := unpackBlob(t, h, put)
		if err != nil {
			return err
		}
		bytes += size
	}
}
