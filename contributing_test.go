package kommunebilde_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestLinksLead: what the documents link to is there.
func TestLinksLead(t *testing.T) {
	links := 0
	for _, name := range []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/operation.md", "docs/libraries.md"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\]\(([^):#]+)\)`).FindAllStringSubmatch(string(b), -1) {
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if links < 10 {
		t.Errorf("looked at %d links: the pattern finds too little", links)
	}
}

// TestContributingNamesWhatIsThere: the files, folders and make targets that
// CONTRIBUTING.md sends people to are there, and there are fifteen words at most.
func TestContributingNamesWhatIsThere(t *testing.T) {
	read := func(name string) string {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	text, makefile := read("CONTRIBUTING.md"), read("Makefile")
	paths, targets := 0, 0
	for _, m := range regexp.MustCompile("`((?:domain|dashboard|server|storage|cmd|e2e)(?:/[A-Za-z0-9_.{},/-]*)?)`").FindAllStringSubmatch(text, -1) {
		path := m[1]
		if strings.Contains(path, "NOUN") {
			continue
		}
		paths++
		if dir, langs, ok := strings.Cut(path, "{"); ok {
			langs, ext, _ := strings.Cut(langs, "}")
			for lang := range strings.SplitSeq(langs, ",") {
				if _, err := os.Stat(dir + lang + ext); err != nil {
					t.Error(err)
				}
			}
		} else if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	for _, m := range regexp.MustCompile("`make ([a-z0-9-]+)`").FindAllStringSubmatch(text, -1) {
		targets++
		if !strings.Contains(makefile, "\n"+m[1]+":") {
			t.Errorf("no target %s in the Makefile", m[1])
		}
	}
	if paths < 20 || targets < 5 {
		t.Errorf("looked at %d paths and %d targets: the pattern finds too little", paths, targets)
	}
	_, words, _ := strings.Cut(read("domain/doc.go"), "// # Words")
	words, _, _ = strings.Cut(words, "// The package is pure")
	if n := strings.Count(words, "//   - "); n < 5 || n > 15 {
		t.Errorf("%d words in domain/doc.go", n)
	}
}
