package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// identity tells one folder from its copy: inode and birth of its marker. The
// device is left out, since its number may change from one mount to the next.
func identity(dir string) (string, error) {
	var st unix.Statx_t
	path := filepath.Join(dir, markerName)
	if err := unix.Statx(unix.AT_FDCWD, path, unix.AT_SYMLINK_NOFOLLOW, unix.STATX_INO|unix.STATX_BTIME, &st); err != nil {
		return "", fmt.Errorf("look at the folder's marker: %w", err)
	}
	return fmt.Sprintf("%d/%d.%d", st.Ino, st.Btime.Sec, st.Btime.Nsec), nil
}

// allocate makes sure that the disk has room for the first size bytes of a
// file, without changing its length.
func allocate(f *os.File, size int64) error {
	err := unix.Fallocate(int(f.Fd()), unix.FALLOC_FL_KEEP_SIZE, 0, size)
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.ENOSYS) {
		return nil // this file system cannot tell beforehand
	}
	return err
}

// maxFileSize is the longest file this process may write.
func maxFileSize() uint64 {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &l); err != nil {
		return unix.RLIM_INFINITY
	}
	return l.Cur
}
