//go:build unix && !linux

package storage

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"syscall"
)

// identity tells one folder from its copy: the inode of its marker.
func identity(dir string) (string, error) {
	info, err := os.Lstat(filepath.Join(dir, markerName))
	if err != nil {
		return "", fmt.Errorf("look at the folder's marker: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", fmt.Errorf("look at the folder's marker: no inode")
	}
	return fmt.Sprintf("%d", st.Ino), nil
}

// allocate does nothing: a full disk is found out by the write itself.
func allocate(*os.File, int64) error { return nil }

// maxFileSize has no bound here.
func maxFileSize() uint64 { return math.MaxUint64 }
