package server

import (
	"encoding/csv"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// asvs is OWASP ASVS 5.0.0 (May 2025): the level of each requirement of a
// section, in order. Its words are not ours to copy: see the standard.
const asvs = `
V1.1 22	V1.2 1111122223	V1.3 112222222223	V1.4 222	V1.5 123
V2.1 122	V2.2 112	V2.3 12223	V2.4 23
V3.1 3	V3.2 113	V3.3 12223	V3.4 11222233	V3.5 11122333	V3.6 3	V3.7 22333
V4.1 12233	V4.2 23333	V4.3 22	V4.4 1222
V5.1 2	V5.2 112333	V5.3 113	V5.4 222
V6.1 122	V6.2 111111112222	V6.3 11223333	V6.4 112233	V6.5 22222333	V6.6 2223	V6.7 33	V6.8 2222
V7.1 222	V7.2 1111	V7.3 22	V7.4 11222	V7.5 223	V7.6 22
V8.1 1233	V8.2 1123	V8.3 133	V8.4 23
V9.1 111	V9.2 1222
V10.1 22	V10.2 223	V10.3 22223	V10.4 1111122222233333	V10.5 22222	V10.6 22	V10.7 222
V11.1 2233	V11.2 22233	V11.3 11233	V11.4 1222	V11.5 23	V11.6 23	V11.7 33
V12.1 12233	V12.2 11	V12.3 22223
V13.1 2333	V13.2 222223	V13.3 2233	V13.4 1222233
V14.1 22	V14.2 12223333	V14.3 122
V15.1 12233	V15.2 12233	V15.3 1222222	V15.4 3333
V16.1 2	V16.2 22222	V16.3 2222	V16.4 222	V16.5 2223
V17.1 23	V17.2 22223333	V17.3 22`

// TestASVS holds testdata/asvs.csv against the standard and against the tree:
// each requirement of level 1 and 2 is there once, in order, and is met by tests
// that exist, set by what a heading of ours says, not met for a reason that
// SECURITY.md names, or does not apply for a reason.
func TestASVS(t *testing.T) {
	t.Parallel()
	wanted := asvsNumbers(t)
	f, err := os.Open("testdata/asvs.csv")
	must(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	must(t, err)
	if got := strings.Join(rows[0], ","); got != "number,about,status,by,note" {
		t.Fatalf("columns %s", got)
	}
	rows = rows[1:]
	if len(rows) != len(wanted) {
		t.Errorf("%d rows for %d requirements", len(rows), len(wanted))
	}
	tests, headings := testNames(t), headingNames(t)
	security, err := os.ReadFile("../SECURITY.md")
	must(t, err)
	_, undone, _ := strings.Cut(string(security), "## Not done")
	undone, _, _ = strings.Cut(undone, "\n## ")
	for i, r := range rows {
		number, about, status, by, note := r[0], r[1], r[2], r[3], r[4]
		if i < len(wanted) && number != wanted[i] {
			t.Fatalf("row %d is %s, not %s", i+1, number, wanted[i])
		}
		if about == "" {
			t.Errorf("%s says not what it is about", number)
		}
		if !asvsHolds(status, by, note, tests, headings, strings.Contains(undone, number+")") || strings.Contains(undone, number+",")) {
			t.Errorf("%s: %s by %q, note %q: a test or heading is not there, or a reason lacks", number, status, by, note)
		}
	}
}

func asvsHolds(status, by, note string, tests, headings map[string]bool, named bool) bool {
	all := func(in map[string]bool) bool {
		for one := range strings.SplitSeq(by, ";") {
			if !in[one] {
				return false
			}
		}
		return true
	}
	switch status {
	case "met":
		return all(tests)
	case "set":
		return all(headings)
	case "not met":
		return note != "" && named && (by == "" || all(tests))
	case "no":
		return note != "" && by == ""
	}
	return false
}

// TestASVSRefuses: the table's own test must be able to fail.
func TestASVSRefuses(t *testing.T) {
	t.Parallel()
	tests, headings := map[string]bool{"server.TestX": true}, map[string]bool{"README.md#Login": true}
	for _, c := range []struct {
		status, by, note string
		named, want      bool
	}{
		{"met", "server.TestX", "", false, true},
		{"met", "server.TestX;server.TestY", "", false, false},
		{"met", "", "surely", false, false},
		{"set", "README.md#Login", "", false, true},
		{"set", "README.md#Logout", "", false, false},
		{"no", "", "none", false, true},
		{"no", "", "", false, false},
		{"not met", "", "a reason", true, true},
		{"not met", "", "a reason", false, false},
		{"not met", "", "", true, false},
		{"maybe", "server.TestX", "", true, false},
	} {
		if got := asvsHolds(c.status, c.by, c.note, tests, headings, c.named); got != c.want {
			t.Errorf("%+v: %t", c, got)
		}
	}
}

// asvsNumbers returns the requirements of level 1 and 2.
func asvsNumbers(t *testing.T) (out []string) {
	var levels [4]int
	fields := strings.Fields(asvs)
	for i := 0; i < len(fields); i += 2 {
		for n, level := range fields[i+1] {
			levels[level-'0']++
			if level != '3' {
				out = append(out, fmt.Sprintf("%s.%d", fields[i], n+1))
			}
		}
	}
	if levels != [4]int{0, 70, 183, 92} {
		t.Fatalf("the standard has 70, 183 and 92 requirements of its levels, not %v", levels)
	}
	return out
}

// testNames returns every test there is, as "folder.TestName".
func testNames(t *testing.T) map[string]bool {
	out := map[string]bool{}
	must(t, filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && name != "..") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(name)), "../")
		if folder == ".." {
			folder = "kommunebilde"
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz")) {
				out[folder+"."+f.Name.Name] = true
			}
		}
		return nil
	}))
	return out
}

// headingNames returns the headings of our documents, as "FILE#Heading".
func headingNames(t *testing.T) map[string]bool {
	out := map[string]bool{}
	for _, name := range []string{"README.md", "SECURITY.md", "docs/operation.md"} {
		text, err := os.ReadFile("../" + name)
		must(t, err)
		for line := range strings.Lines(string(text)) {
			if marks, heading, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.Trim(marks, "#") == "" {
				out[name+"#"+heading] = true
			}
		}
	}
	return out
}

// TestSecurityNamesTests: what SECURITY.md says that a test holds, one does.
func TestSecurityNamesTests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../SECURITY.md")
	must(t, err)
	tests, n := testNames(t), 0
	for i, part := range strings.Split(string(text), "`") {
		if folder, name, ok := strings.Cut(part, "."); i%2 == 1 && ok && (strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz")) {
			n++
			if !tests[folder+"."+name] {
				t.Errorf("there is no %s", part)
			}
		}
	}
	if n < 10 {
		t.Errorf("it names %d tests only", n)
	}
}
