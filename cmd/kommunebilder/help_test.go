package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryHelpIsItsOwn: -h, wherever it stands, tells of this subcommand with
// its flags, and needs no data folder.
func TestEveryHelpIsItsOwn(t *testing.T) {
	data := filepath.Join(t.TempDir(), "none")
	for _, name := range append(slices.Sorted(maps.Keys(operations())), "restore", "healthcheck") {
		for _, args := range [][]string{{name, "-h"}, {name, "--help"}, {name, "--data", data, "word", "-h"}} {
			c := env(map[string]string{"KB_DATA": data})
			code := run(t.Context(), args, c)
			out := c.out.(*bytes.Buffer).String()
			if code != 0 || !strings.HasPrefix(out, "  kommunebilder "+name+" ") || strings.Contains(out, "Settings of") {
				t.Errorf("%v: %d\n%s%s", args, code, out, c.err)
			}
			for line := range strings.Lines(out) {
				if flag, ok := strings.CutPrefix(line, "  --"); ok && !strings.Contains(out, "  --"+flag+"      ") {
					t.Errorf("%v: --%s has no words", args, strings.TrimSpace(flag))
				}
			}
			for _, other := range []string{"serve", "import", "restore"} {
				if other != name && strings.Contains(out, "kommunebilder "+other) {
					t.Errorf("%v tells of %s", args, other)
				}
			}
		}
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("help made a data folder")
	}
	c := env(nil)
	run(t.Context(), []string{"import", "-h"}, c)
	for _, want := range []string{"--delete number", "--reason words", "--dry-run\n", "--data folder"} {
		if !strings.Contains(c.out.(*bytes.Buffer).String(), want) {
			t.Errorf("import -h does not tell of %s:\n%s", want, c.out)
		}
	}
}

// TestPackCheckNeedsNoData: the recipe for another county is check, then start.
func TestPackCheckNeedsNoData(t *testing.T) {
	data := filepath.Join(t.TempDir(), "none")
	for dir, want := range map[string]int{"../../storage/county/innlandet": 0, t.TempDir(): 1} {
		c := env(map[string]string{"KB_DATA": data})
		if code := run(t.Context(), []string{"pack", "check", dir}, c); code != want || strings.Contains(c.err.(*bytes.Buffer).String(), "data folder") {
			t.Errorf("%s: %d: %s%s", dir, code, c.out, c.err)
		}
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("a data folder was made")
	}
}
