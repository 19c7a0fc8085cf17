package kommunebilde_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestWidth: the kernel exports at most 150 names, a noun at most 20. A name is an
// exported type, function, constant or variable of the package. Methods do not count,
// nor do constants of one of its own types: these count as the type.
func TestWidth(t *testing.T) {
	packages := map[string]int{"domain": 150}
	for _, noun := range append(nouns, "domain/accounts", "domain/audit", "domain/batch", "domain/days", "domain/differences", "domain/jottings", "domain/outbox", "domain/policy", "domain/typed") {
		packages[noun] = 20
	}
	for pkg, most := range packages {
		if names := exported(t, pkg); len(names) > most {
			t.Errorf("%s exports %d names, at most %d: %v", pkg, len(names), most, names)
		}
	}
}

// exported returns the exported names of a package.
func exported(t *testing.T, pkg string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(pkg + "/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %v", pkg, files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.IsExported() {
					names = append(names, d.Name.Name)
				}
			case *ast.GenDecl:
				names = append(names, exportedBy(d)...)
			}
		}
	}
	return names
}

// exportedBy returns the exported names of a declaration. A constant of an own type is
// none; one without a type is of the type before it in its block.
func exportedBy(d *ast.GenDecl) (names []string) {
	ofType := false
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() {
				names = append(names, s.Name.Name)
			}
		case *ast.ValueSpec:
			if s.Type != nil || len(s.Values) > 0 {
				own, ok := s.Type.(*ast.Ident)
				ofType = d.Tok == token.CONST && ok && own.IsExported()
			}
			for _, n := range s.Names {
				if n.IsExported() && !ofType {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names
}

// TestWidthSeesNames: the count must be able to be wrong.
func TestWidthSeesNames(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "x.go", `package x
type A string
const ( A1 A = "1"; A2 A = "2" )
const ( B = 1; c = 2 )
var D, E = 1, 2
`, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range f.Decls {
		names = append(names, exportedBy(d.(*ast.GenDecl))...)
	}
	if got := strings.Join(names, " "); got != "A B D E" {
		t.Errorf("counts %s", got)
	}
}
