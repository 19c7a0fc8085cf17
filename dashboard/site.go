package dashboard

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	"sync"
	"time"

	"kommunebilde"
)

// Options says how a [Site] is made.
type Options struct {
	Build  string // shown at /om and given to the script: another build reloads
	Base   string // path prefix of the public address: "" or "/kb"
	Assets fs.FS  // bundled styles and scripts; nil: the embedded ones
}

// Request is who asks for a page, and how. A page depends on all of it: who
// keeps a page for others keys it by Lang, Theme, Path, Rights, Boards and
// whether there is a User, and sets Cacheable.
type Request struct {
	Lang      string // "nb", "nn", "en"; anything else is nb
	Path      string // own path with query, below Base
	Theme     string // "light", "dark" or "" (the system's)
	User      *User  // nil: signed out
	Rights    kommunebilde.Rights
	Boards    []kommunebilde.Board                           // all that the user may see
	RightsOn  func(kommunebilde.BoardID) kommunebilde.Rights // for pages over several boards; nil: Rights
	Names     func(kommunebilde.AccountID) string            // nil: who did it is not shown
	Token     string                                         // against CSRF, in every form
	RequestID string
	Now       time.Time
	Cacheable bool   // the page is kept for others: it holds no name, token or request id
	Storage   string // "failed": nothing more is saved; "full": nothing at the moment; "" all is well
	Notice    string // key of a sentence (notice.…) about what was just done, "" none
}

// User is who is signed in.
type User struct {
	Name    string
	ID      kommunebilde.AccountID
	Staff   bool
	Admin   bool
	Session kommunebilde.Hash // the session the request came with
	By      string            // name of the login provider that governs the account, "" for none
}

// Site makes the pages. It is safe for concurrent use.
type Site struct {
	o         Options
	words     map[string]*words
	zone      *time.Location
	assets    *assets
	templates map[string]map[string]*template.Template

	mu    sync.Mutex // guards drawn
	drawn map[geometryKey]*geometry
}

type geometryKey struct {
	m *kommunebilde.Map
	c *kommunebilde.Catalogue
}

// maxDrawn bounds how many projected maps are kept; a county has one or two.
const maxDrawn = 16

// New parses templates and words, and hashes the assets.
func New(o Options) (*Site, error) {
	s := &Site{o: o, drawn: map[geometryKey]*geometry{}}
	var err error
	if s.zone, err = oslo(); err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	if s.words, err = loadWords(); err != nil {
		return nil, err
	}
	if s.o.Assets == nil {
		if s.o.Assets, err = fs.Sub(embedded, "static"); err != nil {
			return nil, err
		}
	}
	if s.assets, err = loadAssets(s.o.Assets); err != nil {
		return nil, err
	}
	s.templates, err = loadTemplates(s.words)
	return s, err
}

// Asset returns a bundled file by its hashed name ("app.1a2b3c4d5e.css").
func (s *Site) Asset(name string) (Asset, bool) {
	a, ok := s.assets.byName[name]
	return a, ok
}

// AssetPath returns the address of a bundled file by its plain name, "" if the
// build has none such.
func (s *Site) AssetPath(name string) string {
	if public, ok := s.assets.hashed[name]; ok {
		return s.o.Base + "/static/" + public
	}
	return ""
}

// Say returns what a user is told of an error.
func (s *Site) Say(lang string, err error) string { return s.in(lang).refusal(err) }

// Word returns a word of the product with {0}, {1} filled in; the key itself
// if there is none.
func (s *Site) Word(lang, key string, args ...string) string { return s.in(lang).t(key, args...) }

func (s *Site) in(lang string) *words {
	if w, ok := s.words[lang]; ok {
		return w
	}
	return s.words["nb"]
}

// geometry returns the drawn map of a picture, nil if its catalogue has none.
func (s *Site) geometry(p kommunebilde.Picture) *geometry {
	m := p.Map()
	if m == nil {
		return nil
	}
	key := geometryKey{m, p.Catalogue()}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, ok := s.drawn[key]
	if !ok {
		if len(s.drawn) >= maxDrawn {
			clear(s.drawn)
		}
		g = newGeometry(m, p.Catalogue())
		s.drawn[key] = g
	}
	return g
}

// render executes one page's template.
func (s *Site) render(lang, name string, view any) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(16 << 10)
	if err := s.templates[lang][name].ExecuteTemplate(&out, "layout", view); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// here is where a template leaves room for a part that a builder writes.
const here = "<!--main-->"

// around renders a page and lets main write its middle straight into the page:
// a quarter of a megabyte is not copied from buffer to buffer.
func (s *Site) around(lang, name string, view any, main func(*builder)) ([]byte, error) {
	frame, err := s.render(lang, name, view)
	if err != nil {
		return nil, err
	}
	before, after, ok := bytes.Cut(frame, []byte(here))
	if !ok {
		return nil, fmt.Errorf("page %s: no room for its main part", name)
	}
	w := &builder{b: make([]byte, 0, len(frame)+pageSize)}
	w.b = append(w.b, before...)
	main(w)
	w.b = append(w.b, after...)
	return w.b, nil
}

// pageSize is what map and grid of a large county need; more only costs a copy.
const pageSize = 320 << 10

// link returns an address below the base.
func (s *Site) link(path string) string { return s.o.Base + path }

// boardPath returns where a picture's board is shown.
func boardPath(b kommunebilde.Board, version int) string {
	if b.Kind != kommunebilde.KindEdition || version == 0 {
		return "/tavle/" + string(b.ID)
	}
	if version == len(b.Publications) {
		return "/utgave/" + string(b.ID)
	}
	return fmt.Sprintf("/utgave/%s/v%d", b.ID, version)
}

// entrance returns where a board is entered from a list of boards.
func entrance(b kommunebilde.Board) string {
	return boardPath(b, len(b.Publications))
}

func pathOf(r Request) string {
	path, _, _ := strings.Cut(r.Path, "?")
	return path
}
