package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// process tells what a process has used.
type process int

// cpu returns how long the process has been on processors, user and system, by
// the kernel's clock of it: to the nanosecond, threads that have ended included.
func (p process) cpu() (time.Duration, error) {
	const scheduled = 2 // CPUCLOCK_SCHED, in the clock's number as the kernel makes it
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^p<<3|scheduled), &t); err != nil {
		return 0, fmt.Errorf("CPU of process %d: %w", p, err)
	}
	return time.Duration(t.Nano()), nil
}

// rss returns the memory it has taken, in bytes.
func (p process) rss() (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p))
	if err != nil {
		return 0, fmt.Errorf("memory of process %d: %w", p, err)
	}
	fields := strings.Fields(string(b))
	if len(fields) < 2 {
		return 0, fmt.Errorf("memory of process %d: %q", p, b)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}
