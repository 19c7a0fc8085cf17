package kit

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	"sync"
	"time"

	"kommunebilde/domain"
	"kommunebilde/domain/audit"
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
	Rights    domain.Rights
	Boards    []domain.Board                     // all that the user may see
	Rests     []domain.ColumnID                  // areas of the edition on show that are not judged this time
	Edition   domain.BoardID                     // that pages of a municipality or an area are of where their address names none
	Home      domain.BoardID                     // the same for a region's
	RightsOn  func(domain.BoardID) domain.Rights // for pages over several boards; nil: Rights
	Names     func(domain.AccountID) string      // nil: who did it is not shown
	Token     string                             // against CSRF, in every form
	RequestID string
	Trail     audit.End // the audit log's end, for anyone who is signed in; zero: not told
	Now       time.Time
	Cacheable bool   // the page is kept for others: it holds no name, token or request id
	Shared    bool   // it is kept for all who see the board alike and may the same: see holes.go
	Storage   string // "failed": nothing more is saved; "full": nothing at the moment; "" all is well
	Notice    string // key of a sentence (notice.…) about what was just done, "" none
}

// User is who is signed in.
type User struct {
	Name    string
	ID      domain.AccountID
	Staff   bool
	Admin   bool
	Edits   bool              // plans and edits editions
	Session domain.Hash       // the session the request came with
	By      string            // name of the login provider that governs the account, "" for none
	Areas   []domain.ColumnID // that they assess
}

// Site is what every page is made with. It is safe for concurrent use.
type Site struct {
	o         Options
	words     map[string]*Words
	Zone      *time.Location
	assets    *assets
	templates map[string]map[string]*template.Template

	mu    sync.Mutex // guards drawn
	drawn map[geometryKey]*geometry
}

type geometryKey struct {
	m *domain.Map
	c *domain.Catalogue
}

// maxDrawn bounds how many projected maps are kept; a county has one or two.
const maxDrawn = 16

// New makes a Site of a bundle.
func New(o Options, b *Bundle) (*Site, error) {
	s := &Site{o: o, words: b.words, templates: b.templates, assets: b.assets, drawn: map[geometryKey]*geometry{}}
	var err error
	if s.Zone, err = oslo(); err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	if o.Assets != nil {
		s.assets, err = loadAssets(o.Assets)
	}
	return s, err
}

// Bundle is words, templates and assets, read and packed. Sites may share one:
// nobody changes it.
type Bundle struct {
	words     map[string]*Words
	assets    *assets
	templates map[string]map[string]*template.Template // by language and page
}

// Load reads a bundle. files has a folder for each noun, and the kit's, with
// templates and words; static is what the build made of scripts and styles.
func Load(files, static fs.FS) (*Bundle, error) {
	var b Bundle
	var err error
	if b.words, err = loadWords(files); err != nil {
		return nil, err
	}
	if b.assets, err = loadAssets(static); err != nil {
		return nil, err
	}
	b.templates, err = loadTemplates(files, b.words)
	return &b, err
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

// Body returns what is in a bundled file of a plain name, nil if the build has none
// such.
func (s *Site) Body(name string) []byte { return s.assets.byName[s.assets.hashed[name]].Body }

// Say returns what a user is told of an error.
func (s *Site) Say(lang string, err error) string { return s.WordsIn(lang).Refusal(err) }

// Word returns a word of the product with {0}, {1} filled in; the key itself
// if there is none.
func (s *Site) Word(lang, key string, args ...string) string { return s.WordsIn(lang).T(key, args...) }

// WordsIn returns the words of a language, bokmål for one that there is not.
func (s *Site) WordsIn(lang string) *Words {
	if w, ok := s.words[lang]; ok {
		return w
	}
	return s.words["nb"]
}

// geometry returns the drawn map of a picture, nil if its catalogue has none.
func (s *Site) geometry(p domain.Picture) *geometry {
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

// Render executes one page's template.
func (s *Site) Render(lang, name string, view any) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(16 << 10)
	if err := s.templates[lang][name].ExecuteTemplate(&out, "layout", view); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// framed is a page whose middle is written by a builder.
type framed struct {
	Page
	Main template.HTML
}

// gap is where the frame leaves room for what the builder writes.
const gap = "<!--main-->"

// Frame renders a page around what main writes straight into it: a quarter of a
// megabyte is not copied from buffer to buffer.
func (s *Site) Frame(pg Page, main func(*Builder)) ([]byte, error) {
	frame, err := s.Render(pg.Lang, "frame", &framed{Page: pg, Main: gap})
	if err != nil {
		return nil, err
	}
	before, after, ok := bytes.Cut(frame, []byte(gap))
	if !ok {
		return nil, fmt.Errorf("page %s: no room for its main part", pg.Kind)
	}
	w := NewBuilder(len(frame) + PageSize)
	w.b = append(w.b, before...)
	main(w)
	w.b = append(w.b, after...)
	return w.b, nil
}

// PageSize is what map and grid of a large county need; more only costs a copy.
const PageSize = 320 << 10

// link returns an address below the base.
func (s *Site) link(path string) string { return s.o.Base + path }

// BoardPath returns where a picture's board is shown.
func BoardPath(b domain.Board, version int) string {
	if b.Kind != domain.KindEdition || version == 0 {
		return "/tavle/" + string(b.ID)
	}
	if version == len(b.Publications) {
		return "/utgave/" + string(b.ID)
	}
	return fmt.Sprintf("/utgave/%s/v%d", b.ID, version)
}

// Entrance returns where a board is entered from a list of boards.
func Entrance(b domain.Board) string {
	return BoardPath(b, len(b.Publications))
}

// PathOf returns the path of a request without its query.
func PathOf(r Request) string {
	path, _, _ := strings.Cut(r.Path, "?")
	return path
}
