package printer

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// family returns a process and all that it started.
func family(pid int) []int {
	children := map[int][]int{}
	dirs, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range dirs {
		stat, _ := os.ReadFile(name) // gone meanwhile: no child
		_, rest, _ := strings.Cut(string(stat), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 {
			parent, _ := strconv.Atoi(fields[1])
			child, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			children[parent] = append(children[parent], child)
		}
	}
	all := []int{pid}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}

// field reads a number from a file of /proc that has a name and a number a line.
func field(pid int, file, name string) (int64, bool) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/" + file)
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == name+":" {
			n, err := strconv.ParseInt(f[1], 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}

// memory is what a browser has in bytes, each page that several share counted once. A
// process in a sandbox tells nobody of its shares: of that its own pages count.
func memory(pid int) (n int64) {
	for _, p := range family(pid) {
		kb, ok := field(p, "smaps_rollup", "Pss")
		if !ok {
			kb, _ = field(p, "status", "RssAnon")
		}
		n += kb << 10
	}
	return n
}

// sandboxed reports whether the process that reads documents may do little: its
// system calls are filtered.
func sandboxed(pid int) bool {
	for _, p := range family(pid) {
		line, _ := os.ReadFile("/proc/" + strconv.Itoa(p) + "/cmdline")
		if strings.Contains(string(line), "--type=renderer") {
			mode, _ := field(p, "status", "Seccomp")
			return mode == 2
		}
	}
	return false
}
