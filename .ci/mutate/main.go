// Command mutate breaks the rules of functions, one expression at a time, and says
// which breaks no test notices. By hand, not in CI:
//
//	go run ./.ci/mutate ./domain,./server 'decideUndo|Ground.Judges'
//
// The first argument is the packages whose tests are run, the first of them the one
// that is broken; the second a pattern for the names of functions, Type.Method for
// methods; a third, where given, one for the names of tests. Files are not written:
// the compiler gets the broken copy in place of the file.
//
// It breaks each condition (never, always), each side of && and || (left out), and
// the end of each range (< and <=). It exits with 1 when a break survives.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: go run ./.ci/mutate PACKAGE[,PACKAGE...] FUNCTIONS [TESTS]")
		os.Exit(2)
	}
	survived, err := run(strings.Split(os.Args[1], ","), os.Args[2], append(os.Args[3:], ".")[0])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if survived > 0 {
		os.Exit(1)
	}
}

func run(packages []string, functions, tests string) (survived int, err error) {
	named, err := regexp.Compile("^(" + functions + ")$")
	if err != nil {
		return 0, err
	}
	files, err := filepath.Glob(filepath.Join(packages[0], "*.go"))
	if err != nil {
		return 0, err
	}
	breaks := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			return survived, err
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, src, 0)
		if err != nil {
			return survived, err
		}
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil || !named.MatchString(nameOf(f)) {
				continue
			}
			for _, b := range breaksOf(f, func(p token.Pos) int { return set.Position(p).Offset }, src) {
				breaks++
				said, err := try(packages, tests, file, b.in(src))
				if err != nil {
					return survived, err
				}
				if said == "SURVIVED" {
					survived++
				}
				fmt.Printf("%-9s %s:%d %s: %s\n", said, file, set.Position(b.at).Line, nameOf(f), b.says)
			}
		}
	}
	if breaks == 0 {
		return 0, errors.New("nothing to break: no function of that name, or no condition in it")
	}
	fmt.Printf("%d of %d survived\n", survived, breaks)
	return survived, nil
}

// nameOf returns Type.Method, or the name of a function.
func nameOf(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	of := f.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	if generic, ok := of.(*ast.IndexExpr); ok {
		of = generic.X
	}
	if id, ok := of.(*ast.Ident); ok {
		return id.Name + "." + f.Name.Name
	}
	return f.Name.Name
}

// change puts text in place of the bytes from start to end.
type change struct {
	at         token.Pos
	start, end int
	text, says string
}

func (c change) in(src []byte) []byte {
	return []byte(string(src[:c.start]) + c.text + string(src[c.end:]))
}

func breaksOf(f *ast.FuncDecl, offset func(token.Pos) int, src []byte) []change {
	var out []change
	text := func(n ast.Node) string { return string(src[offset(n.Pos()):offset(n.End())]) }
	put := func(n ast.Node, text, says string) {
		out = append(out, change{n.Pos(), offset(n.Pos()), offset(n.End()), text, strings.Join(strings.Fields(says), " ")})
	}
	// What is left of a condition stays in the code: its variables are used.
	condition := func(e ast.Expr) {
		put(e, "(("+text(e)+") && false)", "never: "+text(e))
		put(e, "(("+text(e)+") || true)", "always: "+text(e))
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			condition(n.Cond)
		case *ast.CaseClause:
			for _, e := range n.List {
				if is, ok := e.(*ast.BinaryExpr); ok && is.Op.Precedence() <= token.EQL.Precedence() {
					put(e, "(("+text(e)+") && false)", "never: "+text(e))
				}
			}
		case *ast.BinaryExpr:
			switch n.Op {
			case token.LAND, token.LOR:
				whole := map[token.Token]string{token.LAND: " || true)", token.LOR: " && false)"}[n.Op]
				for _, side := range []ast.Expr{n.X, n.Y} {
					put(side, "(("+text(side)+")"+whole, "without: "+text(side))
				}
			case token.LSS, token.LEQ, token.GTR, token.GEQ:
				other := map[token.Token]string{token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">"}[n.Op]
				put(n, text(n.X)+" "+other+" "+text(n.Y), text(n)+" with "+other)
			}
		}
		return true
	})
	return out
}

// try runs the tests on a broken file.
func try(packages []string, tests, file string, broken []byte) (string, error) {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	whole, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	copied, overlay := filepath.Join(dir, filepath.Base(file)), filepath.Join(dir, "overlay.json")
	replaced, err := json.Marshal(map[string]any{"Replace": map[string]string{whole: copied}})
	if err != nil {
		return "", err
	}
	if err := errors.Join(os.WriteFile(copied, broken, 0o600), os.WriteFile(overlay, replaced, 0o600)); err != nil {
		return "", err
	}
	args := append([]string{"test", "-vet=off", "-failfast", "-timeout", "5m", "-overlay", overlay, "-run", tests}, packages...)
	said, err := exec.Command("go", args...).CombinedOutput()
	switch {
	case err == nil:
		return "SURVIVED", nil
	case strings.Contains(string(said), "[build failed]"):
		return "unbuilt", nil
	}
	return "noticed", nil
}
