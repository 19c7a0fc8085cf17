package kommunebilde_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// room is what one package may import. A package that is not listed may exist
// nowhere: name its place here first, with the reason.
type room struct {
	ours   []string // of this module; the root is "."
	others []string // import path prefixes outside the standard library
	never  []string // of the standard library
	why    string
}

var rooms = map[string]room{
	".": {
		never: []string{"net", "net/http", "os", "log", "log/slog", "database/sql", "html/template", "math/rand", "crypto/rand"},
		why:   "the domain is pure: standard library only, no I/O, no clock, no chance",
	},
	"storage": {
		ours: []string{"."}, others: []string{"go.etcd.io/bbolt", "github.com/prometheus/client_golang", "golang.org/x/sys/unix"},
		never: []string{"net/http", "html/template"}, why: "the journal on bbolt knows neither HTTP nor pages",
	},
	"storage/storagetest": {ours: []string{"."}, why: "one suite for every journal knows no journal"},
	"storage/county":      {ours: []string{"."}, others: []string{"golang.org/x/text"}, never: []string{"net/http"}, why: "a county pack is files in, a catalogue out"},
	"storage/sheet":       {ours: []string{"."}, others: []string{"github.com/xuri/excelize/v2", "golang.org/x/text"}, never: []string{"net/http"}, why: "spreadsheets know not who asks"},
	"storage/demo":        {ours: []string{".", "storage/county"}, never: []string{"net/http"}, why: "made-up data is made of commands"},
	"dashboard": {
		ours: []string{"."}, others: []string{"github.com/go-echarts/go-echarts/v2", "golang.org/x/text", "github.com/molecule-man/go-brrr", "github.com/boombuler/barcode/qr"},
		never: []string{"net/http"}, why: "what people see knows neither the server nor the store",
	},
	"server/live": {
		ours: []string{"."}, others: []string{"github.com/prometheus/client_golang"},
		never: []string{"net/http", "html/template"}, why: "the Clerk and the ring know neither Fiber nor bbolt nor HTML",
	},
	"server/auth": {ours: []string{"."}, others: []string{"golang.org/x/crypto", "golang.org/x/text", "github.com/go-webauthn/webauthn", "github.com/coreos/go-oidc/v3", "github.com/go-jose/go-jose/v4", "golang.org/x/oauth2"},
		never: []string{"html/template"}, why: "who somebody is needs no page and no store of its own; OpenID Connect is spoken here and nowhere else"},
	"server/auth/authtest": {others: []string{"github.com/zitadel/oidc/v3", "github.com/go-jose/go-jose/v4"}, why: "a login provider for tests is a stranger to us"},
	"server": {
		ours: []string{".", "server/live", "server/auth", "dashboard", "storage/sheet"},
		others: []string{
			"github.com/gofiber/fiber/v2", "github.com/gofiber/contrib/websocket", "github.com/fasthttp/websocket",
			"github.com/valyala/fasthttp", "github.com/molecule-man/go-brrr", "github.com/prometheus/client_golang", "golang.org/x/text",
		},
		why: "the server knows neither bbolt nor NATS",
	},
	"cmd/kommunebilder": {
		ours:   []string{".", "storage", "storage/county", "storage/sheet", "storage/demo", "dashboard", "server", "server/live", "server/auth"},
		others: []string{"github.com/prometheus/client_golang", "golang.org/x/term", "golang.org/x/text"},
		why:    "main ties the rooms together and does nothing else",
	},
	"cmd/loadscreens": {others: []string{"github.com/fasthttp/websocket", "golang.org/x/sys/unix"}, why: "the load is a stranger to the server: it knows its addresses only"},
	"e2e":             {ours: []string{"."}, others: []string{"github.com/chromedp"}, why: "the browser tests drive the binary from outside"},
}

const module = "kommunebilde"

func TestImports(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || name != "." && strings.HasPrefix(d.Name(), ".")) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		pkg := filepath.ToSlash(filepath.Dir(name))
		r, ok := rooms[pkg]
		if !ok {
			t.Errorf("%s: package %s has no room in imports_test.go", name, pkg)
			return nil
		}
		seen[pkg] = true
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if !r.allows(p) {
				t.Errorf("%s imports %s, but %s", name, p, r.why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !seen["."] || !seen["storage"] || !seen["server"] {
		t.Errorf("looked at %v only: the test runs in the wrong folder", seen)
	}
}

func (r room) allows(p string) bool {
	if p == module {
		return slices.Contains(r.ours, ".")
	}
	if rest, ok := strings.CutPrefix(p, module+"/"); ok {
		return slices.Contains(r.ours, rest)
	}
	if first, _, _ := strings.Cut(p, "/"); !strings.Contains(first, ".") {
		return !slices.Contains(r.never, p)
	}
	return slices.ContainsFunc(r.others, func(o string) bool { return p == o || strings.HasPrefix(p, o+"/") })
}

func TestRoomsRefuse(t *testing.T) {
	for pkg, p := range map[string]string{
		".":               "go.etcd.io/bbolt",
		"storage":         "kommunebilde/server",
		"dashboard":       "github.com/gofiber/fiber/v2",
		"server/live":     "go.etcd.io/bbolt",
		"server/auth":     "kommunebilde/dashboard",
		"cmd/loadscreens": "github.com/coreos/go-oidc/v3/oidc",
		"server":          "go.etcd.io/bbolt",
	} {
		if rooms[pkg].allows(p) {
			t.Errorf("%s may import %s", pkg, p)
		}
	}
	if rooms["."].allows("net/http") || !rooms["."].allows("time") || !rooms["server"].allows("kommunebilde/server/live") {
		t.Error("the table is read wrongly")
	}
}

// Below these versions the modules have faults that reach our users.
var lowest = map[string]string{
	"github.com/gofiber/fiber/v2":   "v2.52.15",
	"github.com/valyala/fasthttp":   "v1.77.0",
	"github.com/fasthttp/websocket": "v1.5.12",
	"go.etcd.io/bbolt":              "v1.5.0",
	"github.com/xuri/excelize/v2":   "v2.11.0",
	"github.com/golang-jwt/jwt/v5":  "v5.2.2", // through go-webauthn
	"github.com/go-jose/go-jose/v4": "v4.1.4",
}

func TestLowestVersions(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for name, low := range lowest {
		m := regexp.MustCompile(`(?m)^\s*` + regexp.QuoteMeta(name) + ` v(\d+)\.(\d+)\.(\d+)`).FindStringSubmatch(string(mod))
		if m == nil {
			t.Errorf("go.mod does not name %s", name)
			continue
		}
		have := []int{number(m[1]), number(m[2]), number(m[3])}
		parts := strings.Split(strings.TrimPrefix(low, "v"), ".")
		if slices.Compare(have, []int{number(parts[0]), number(parts[1]), number(parts[2])}) < 0 {
			t.Errorf("%s v%s is below %s", name, strings.Join(m[1:], "."), low)
		}
	}
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// TestTopLevelFolders keeps the shape that the customer asked for: what is new
// goes into one of these rooms, or the list grows on purpose.
func TestTopLevelFolders(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"cmd", "server", "dashboard", "storage", "e2e", "testdata", "bin", "data", "shots", "bench"}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, path.Base(e.Name())) {
			t.Errorf("%s: a new top-level folder needs a place in the design first", e.Name())
		}
	}
}
