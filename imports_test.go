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
	ours   []string // of this module
	others []string // import path prefixes outside the standard library
	never  []string // of the standard library
	why    string
}

// nouns are the subjects of the domain, a package each.
var nouns = []string{"domain/actions", "domain/actors", "domain/assessment", "domain/assistance", "domain/calendar", "domain/editions", "domain/evidence", "domain/figures", "domain/notes", "domain/outline", "domain/plan", "domain/rollcall", "domain/series", "domain/signoff", "domain/suggestion", "domain/texts", "domain/views"}

// with returns rooms and the nouns.
func with(ours ...string) []string { return append(ours, nouns...) }

// pages are what a noun of the dashboard may know: what a Picture is made of, the
// kit, and the nouns that it builds on.
func pages(ours ...string) []string {
	of := []string{"domain", "domain/accounts", "domain/audit", "domain/differences", "domain/policy", "dashboard/kit"}
	return with(append(of, ours...)...)
}

const aPage = "a noun's pages know the kit, and of other nouns those that they build on"

const aNoun = "a noun knows the kernel, no other noun, and nothing outside the domain"

var rooms = map[string]room{
	"domain": {
		ours:  []string{"domain/typed"},
		never: []string{"net", "net/http", "os", "log", "log/slog", "database/sql", "html/template", "math/rand", "crypto/rand"},
		why:   "the domain is pure: standard library and what people type, no I/O, no clock, no chance",
	},
	"domain/typed":       {others: []string{"golang.org/x/text"}, never: []string{"net", "os", "time"}, why: "what people type knows letters only"},
	"domain/actions":     {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/actors":      {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/rollcall":    {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/series":      {ours: []string{"domain"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/texts":       {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/views":       {ours: []string{"domain", "domain/actors", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: "a view may show what one regional actor reported; else a noun knows no other"},
	"domain/calendar":    {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/assistance":  {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/editions":    {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/evidence":    {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/figures":     {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/notes":       {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/outline":     {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/plan":        {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/assessment":  {ours: []string{"domain", "domain/evidence", "domain/plan", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: "a judgement is made by a plan and rests on evidence; else a noun knows no other"},
	"domain/signoff":     {ours: []string{"domain", "domain/assessment", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: "what is submitted and approved is an assessment; else a noun knows no other"},
	"domain/suggestion":  {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: aNoun},
	"domain/accounts":    {ours: []string{"domain"}, never: []string{"net", "os", "math/rand"}, why: "accounts lie beside the journal, and know its names"},
	"domain/jottings":    {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: "what is typed and not saved lies beside the journal, and knows its names"},
	"domain/audit":       {ours: []string{"domain", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: "the audit log is a chain beside the journal, and knows its names"},
	"domain/outbox":      {ours: []string{"domain"}, never: []string{"net", "os", "math/rand"}, why: "what is to be sent lies beside the journal, and knows its names"},
	"domain/days":        {never: []string{"net", "os", "math/rand"}, why: "days are counted whatever they are of; the zone comes in, and no clock is read"},
	"domain/differences": {ours: []string{"domain"}, never: []string{"net", "os", "math/rand"}, why: "two pictures are compared by what they show"},
	"domain/batch":       {ours: []string{"domain", "domain/assessment", "domain/evidence", "domain/typed"}, never: []string{"net", "os", "math/rand"}, why: "what a file would change is told by judgements, and written as they are"},
	"domain/policy":      {ours: []string{"domain"}, never: []string{"net", "os", "math/rand"}, why: "the policy is read out as the kernel has it"},
	"domain/subjects":    {ours: with("domain"), why: "the list of nouns names them and does nothing else"},
	"storage": {
		ours: []string{"domain", "domain/accounts", "domain/audit", "domain/jottings", "domain/outbox"}, others: []string{"go.etcd.io/bbolt", "github.com/prometheus/client_golang", "golang.org/x/sys/unix"},
		never: []string{"net/http", "html/template"}, why: "the journal on bbolt knows neither HTTP nor pages",
	},
	"storage/storagetest": {ours: []string{"domain", "domain/audit", "domain/typed"}, why: "one suite for every journal knows no journal"},
	"storage/county":      {ours: []string{"domain"}, others: []string{"golang.org/x/text"}, never: []string{"net/http"}, why: "a county pack is files in, a catalogue out"},
	"storage/sheet":       {ours: []string{"domain", "domain/batch", "domain/editions", "domain/evidence", "domain/typed"}, others: []string{"github.com/xuri/excelize/v2", "golang.org/x/text"}, never: []string{"net/http"}, why: "spreadsheets know not who asks"},
	"storage/filetype":    {ours: []string{"domain"}, others: []string{"github.com/gabriel-vasile/mimetype", "golang.org/x/text"}, never: []string{"net/http", "os"}, why: "what a file is, its bytes say: neither who sent it nor where it lies"},
	"storage/prints":      {never: []string{"net", "net/http"}, why: "files by the hash of what they were made from: neither what they say nor who makes them"},
	"storage/clamd":       {ours: []string{"domain"}, never: []string{"net/http", "os"}, why: "a socket of this machine is asked about bytes"},
	"storage/demo":        {ours: with("domain", "domain/accounts", "domain/jottings", "domain/typed", "storage/county"), never: []string{"net/http"}, why: "made-up data is made of commands"},
	"dashboard/kit": {
		ours: with("domain", "domain/audit"), others: []string{"golang.org/x/text"},
		never: []string{"net/http"}, why: "the kit makes pages of any noun, and so knows none of them",
	},
	"dashboard/about":      {ours: pages(), never: []string{"net/http"}, why: aPage},
	"dashboard/access":     {ours: pages(), never: []string{"net/http"}, why: aPage},
	"dashboard/accounts":   {ours: pages(), others: []string{"github.com/boombuler/barcode/qr"}, never: []string{"net/http"}, why: aPage},
	"dashboard/assessment": {ours: pages("dashboard/prose", "dashboard/worddiff", "domain/batch", "domain/typed"), never: []string{"net/http"}, why: aPage},
	"dashboard/chart":      {ours: pages(), others: []string{"github.com/go-echarts/go-echarts/v2"}, never: []string{"net/http"}, why: aPage},
	"dashboard/console":    {ours: pages("dashboard/access", "dashboard/meetings", "dashboard/situations"), never: []string{"net/http"}, why: aPage},
	"dashboard/document":   {ours: pages("dashboard/access", "dashboard/prose"), never: []string{"net/http"}, why: aPage},
	"dashboard/editions":   {ours: pages(), never: []string{"net/http"}, why: aPage},
	"dashboard/evidence":   {ours: pages("domain/batch"), never: []string{"net/http"}, why: aPage},
	"dashboard/meetings":   {ours: pages("dashboard/chart"), never: []string{"net/http"}, why: aPage},
	"dashboard/minutes":    {ours: pages("dashboard/access", "dashboard/meetings", "dashboard/situations"), never: []string{"net/http"}, why: aPage},
	"dashboard/overview":   {ours: pages("dashboard/access", "dashboard/chart", "dashboard/meetings", "dashboard/prose", "dashboard/situations"), never: []string{"net/http"}, why: aPage},
	"dashboard/pdf":        {never: []string{"net", "net/http", "os"}, why: "a document is bytes in, bytes out: neither what it says nor who printed it"},
	"dashboard/plan":       {ours: pages(), never: []string{"net/http"}, why: aPage},
	"dashboard/playback":   {ours: pages("dashboard/chart", "dashboard/worddiff"), never: []string{"net/http"}, why: aPage},
	"dashboard/prose":      {ours: []string{"dashboard/kit"}, never: []string{"net", "net/http"}, why: "a text is read and shown, whoever wrote it and wherever it stands"},
	"dashboard/screens":    {ours: pages("dashboard/wall"), never: []string{"net/http"}, why: aPage},
	"dashboard/start":      {ours: pages("domain/jottings", "dashboard/meetings"), never: []string{"net/http"}, why: aPage},
	"dashboard/signoff":    {ours: pages("dashboard/prose", "dashboard/worddiff"), never: []string{"net/http"}, why: aPage},
	"dashboard/situations": {ours: pages("dashboard/meetings"), never: []string{"net/http"}, why: aPage},
	"dashboard/wall":       {ours: pages("dashboard/meetings", "dashboard/situations"), never: []string{"net/http"}, why: aPage},
	"dashboard/worddiff":   {ours: []string{"dashboard/kit"}, others: []string{"github.com/sergi/go-diff"}, never: []string{"net", "net/http"}, why: "two texts are compared whatever they are of; the library that searches is known here alone"},
	"dashboard": {
		ours:  []string{"dashboard/kit"},
		never: []string{"net/http"}, why: "the list of nouns holds their templates and words: who shows a page calls the noun itself",
	},
	"server/live": {
		ours: []string{"domain", "domain/typed"}, others: []string{"github.com/prometheus/client_golang"},
		never: []string{"net/http", "html/template"}, why: "the Clerk and the ring know neither Fiber nor bbolt nor HTML",
	},
	"server/auth": {ours: []string{"domain", "domain/accounts", "domain/audit"}, others: []string{"golang.org/x/crypto", "golang.org/x/text", "github.com/go-webauthn/webauthn", "github.com/coreos/go-oidc/v3", "github.com/go-jose/go-jose/v4", "golang.org/x/oauth2"},
		never: []string{"html/template"}, why: "who somebody is needs no page and no store of its own; OpenID Connect is spoken here and nowhere else"},
	"server/auth/authtest": {others: []string{"github.com/zitadel/oidc/v3", "github.com/go-jose/go-jose/v4"}, why: "a login provider for tests is a stranger to us"},
	"server/edge": {
		ours: []string{"domain", "domain/accounts", "domain/audit", "domain/typed", "server/live", "server/auth", "server/wire"},
		others: []string{
			"github.com/gofiber/fiber/v2", "github.com/gofiber/contrib/websocket", "github.com/valyala/fasthttp",
			"github.com/molecule-man/go-brrr", "github.com/prometheus/client_golang", "golang.org/x/time",
		},
		never: []string{"html/template"},
		why:   "the edge alone knows Fiber, and no page and no noun",
	},
	"server/wire": {ours: []string{"domain", "domain/subjects"}, never: []string{"net", "net/http", "encoding/json"}, why: "what goes over the wire is written by appending, of a picture alone; a frame names what pages draw of the subjects"},
	"server/page": {ours: []string{"domain", "domain/plan", "dashboard", "dashboard/about", "dashboard/kit", "server/live", "server/auth", "server/edge"}, why: "between the edge, which knows no page, and the dashboard, which knows no request"},
	"server/screens": {
		ours:   []string{"domain", "domain/accounts", "domain/audit", "dashboard/kit", "dashboard/screens", "server/live", "server/auth", "server/edge", "server/page", "server/wire"},
		others: []string{"github.com/gofiber/contrib/websocket", "github.com/fasthttp/websocket", "github.com/prometheus/client_golang"},
		why:    "screens know the websocket, their own pages, and of Fiber only what it is called by",
	},
	"server/accounts": {
		ours: []string{"domain", "domain/accounts", "domain/audit", "domain/typed", "dashboard/accounts", "dashboard/kit", "storage/sheet", "server/auth", "server/edge", "server/page"},
		why:  "the addresses of accounts know their own pages and how somebody signs in, and neither Fiber nor a board",
	},
	"server/admin":      {ours: []string{"domain"}, why: "the admin socket carries bytes, and knows neither the server nor what is asked for"},
	"server/printer":    {ours: []string{"dashboard/pdf"}, others: []string{"github.com/chromedp", "github.com/prometheus/client_golang"}, why: "a browser prints bytes: it knows neither the server nor what a document says"},
	"server/servertest": {ours: []string{"domain", "domain/accounts", "domain/editions", "server/live", "storage/storagetest"}, others: []string{"go.uber.org/goleak"}, why: "an office for tests knows none of the rooms that are tested with it"},
	"server": {
		ours: with("domain", "domain/accounts", "domain/audit", "domain/batch", "domain/differences", "domain/jottings", "domain/typed", "domain/subjects", "storage/filetype", "storage/sheet",
			"dashboard/about", "dashboard/access", "dashboard/assessment", "dashboard/chart", "dashboard/console", "dashboard/document", "dashboard/editions", "dashboard/evidence", "dashboard/kit", "dashboard/meetings", "dashboard/minutes", "dashboard/overview", "dashboard/plan", "dashboard/playback", "dashboard/signoff", "dashboard/situations", "dashboard/start", "dashboard/wall",
			"server/live", "server/auth", "server/edge", "server/page", "server/wire", "server/screens", "server/accounts"),
		others: []string{"github.com/arran4/golang-ical", "github.com/prometheus/client_golang"},
		why:    "the server wires rooms together, asks the edge, and calls the noun whose page an address shows: it knows neither Fiber nor bbolt nor NATS",
	},
	"cmd/kommunebilder": {
		ours:   []string{"domain", "domain/accounts", "domain/assessment", "domain/audit", "domain/batch", "domain/editions", "domain/evidence", "domain/jottings", "domain/texts", "domain/typed", "domain/subjects", "storage", "storage/clamd", "storage/county", "storage/prints", "storage/sheet", "storage/demo", "dashboard", "dashboard/accounts", "dashboard/kit", "server", "server/admin", "server/live", "server/auth", "server/printer", "server/wire"},
		others: []string{"github.com/prometheus/client_golang", "golang.org/x/term", "golang.org/x/text"},
		why:    "main ties the rooms together and does nothing else",
	},
	"cmd/loadscreens": {others: []string{"github.com/fasthttp/websocket", "golang.org/x/sys/unix"}, why: "the load is a stranger to the server: it knows its addresses only"},
	"e2e":             {ours: []string{"domain"}, others: []string{"github.com/chromedp", "golang.org/x/sys/unix"}, why: "the browser tests drive the binary from outside, and the benchmarks read its clock"},
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
	if !seen["domain"] || !seen["storage"] || !seen["server"] {
		t.Errorf("looked at %v only: the test runs in the wrong folder", seen)
	}
}

func (r room) allows(p string) bool {
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
		"domain":          "go.etcd.io/bbolt",
		"storage":         "kommunebilde/server",
		"dashboard":       "github.com/gofiber/fiber/v2",
		"server/live":     "go.etcd.io/bbolt",
		"server/auth":     "kommunebilde/dashboard",
		"cmd/loadscreens": "github.com/coreos/go-oidc/v3/oidc",
		"server":          "github.com/gofiber/fiber/v2",
		"server/accounts": "github.com/gofiber/fiber/v2",
		"server/screens":  "github.com/gofiber/fiber/v2",
		"server/page":     "github.com/valyala/fasthttp",
		"server/edge":     "kommunebilde/dashboard",
	} {
		if rooms[pkg].allows(p) {
			t.Errorf("%s may import %s", pkg, p)
		}
	}
	if rooms["domain"].allows("net/http") || !rooms["domain"].allows("time") || !rooms["server"].allows("kommunebilde/server/live") {
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

// TestTopLevelFolders keeps the shape that the customer asked for: cmd, server,
// dashboard, storage. Beside them stand domain, which all four import and which
// imports none of them; docs, for those who operate the program; and e2e, which
// drives the finished program. What is new goes into one of these rooms, or the
// list grows on purpose.
func TestTopLevelFolders(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"cmd", "server", "dashboard", "storage", "domain", "docs", "e2e", "bin", "data", "shots", "bench"}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, path.Base(e.Name())) {
			t.Errorf("%s: a new top-level folder needs a place in the design first", e.Name())
		}
	}
}
