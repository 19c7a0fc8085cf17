package storage

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"kommunebilde/domain"
)

const (
	journalName = "journal.db"
	markerName  = "marker.json"
	lockName    = "journal.lock"
	restoreName = "restore.partial"
	newSuffix   = ".new" // of a file that is not whole yet
)

// lockPatience is how long Open waits for a process that is just ending.
const lockPatience = 800 * time.Millisecond

// marker is what marker.json holds. Its existence tells that a journal was
// here; the file itself (see identity) reports whether the folder is the same.
type marker struct {
	What   string `json:"what"`
	Format int    `json:"format"`
}

// makeFolder creates the data folder, if it is not there, for its owner only.
// One that is there and open to others is closed to them.
func makeFolder(dir string) error {
	if info, err := os.Stat(dir); err == nil {
		if !info.IsDir() || info.Mode().Perm()&0o077 == 0 {
			return nil
		}
		if err := os.Chmod(dir, 0o700); err != nil {
			return fmt.Errorf("data folder %s is open to others on this machine (%v) and cannot be closed to them: %w; %s",
				dir, info.Mode().Perm(), err, toWrite(err, "give it to the account that runs the server, with mode 0700"))
		}
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("create data folder: %w", err)
	}
	return syncFolder(filepath.Dir(filepath.Clean(dir)))
}

// toWrite says what to do where a folder could not be written to: that of the file
// system, or else of the folder.
func toWrite(err error, folder string) string {
	if errors.Is(err, syscall.EROFS) {
		return "its file system is read-only: mount it for writing, or give another folder (--data DIR)"
	}
	return folder
}

// lockFolder makes this process the owner of the folder. The file's own lock is
// not enough: compaction puts another file in its place.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w; %s", err, toWrite(err, "the folder must be one that the account which runs this owns and may write to"))
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(lockPatience); ; {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			_ = f.Close()
			return nil, fmt.Errorf("lock data folder: %w", err)
		}
		select {
		case <-tick.C:
		case <-end:
			_ = f.Close()
			return nil, fmt.Errorf("%s: %w", dir, ErrLocked)
		}
	}
}

// Begun reports whether a folder has a journal, or ever had one: whether to open it is
// to go on. It changes nothing.
func Begun(dir string) bool {
	return exists(dir, journalName) || exists(dir, markerName) || exists(dir, restoreName)
}

// checkFolder reports whether there is a journal to open; found is false in a
// folder that was never initialised. It changes nothing.
func checkFolder(dir string) (found bool, err error) {
	if exists(dir, restoreName) {
		return false, fmt.Errorf("%s: a restore into this folder was not finished: empty the folder and restore again", dir)
	}
	marked, err := checkMarker(dir)
	if err != nil {
		return false, err
	}
	switch {
	case exists(dir, journalName):
		return true, checkFile(filepath.Join(dir, journalName))
	case marked:
		return false, fmt.Errorf("%s: %w: the folder was initialised once, but %s is missing; restore a backup into an empty folder",
			dir, ErrLost, journalName)
	}
	return false, nil
}

func checkMarker(dir string) (found bool, err error) {
	path := filepath.Join(dir, markerName)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the folder's marker: %w", err)
	}
	var m marker
	if err := json.Unmarshal(b, &m); err != nil || m.Format < 1 {
		return true, nil // what counts is that it is there; the journal has the format too
	}
	if m.Format > formatVersion {
		return true, fmt.Errorf("%s: format %d: %w; start the newer program", dir, m.Format, domain.ErrNewer)
	}
	return true, nil
}

func writeMarker(dir string) error {
	b, err := json.Marshal(marker{"data folder of kommunebilder; do not remove", formatVersion})
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, markerName), append(b, '\n'))
}

// writeFile puts a file in place whole and synced, or not at all.
func writeFile(path string, b []byte) error {
	f, err := os.OpenFile(path+newSuffix, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, finish(f, path))
}

// finish syncs and closes f, which lies at path+newSuffix, and gives it its name.
func finish(f *os.File, path string) error {
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		_ = os.Remove(path + newSuffix)
		return err
	}
	if err := os.Rename(path+newSuffix, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func exists(dir, name string) bool {
	_, err := os.Lstat(filepath.Join(dir, name))
	return !errors.Is(err, fs.ErrNotExist)
}

// newEpoch names a life of the journal: 128 random bits.
func newEpoch() domain.Epoch {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return domain.Epoch(hex.EncodeToString(b[:]))
}
