package kit

import (
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"kommunebilde/domain"
)

// loadTemplates parses one set per page and language: the layout, the parts that all
// pages share, those of the page's noun, and the page itself. Words that stand by
// themselves are put in here, once; a word that is missing is an error at start, and
// so is a page that two nouns have.
func loadTemplates(files fs.FS, all map[string]*Words) (map[string]map[string]*template.Template, error) {
	names, err := fs.Glob(files, "*/*.html")
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]*template.Template{}
	for lang, w := range all {
		out[lang] = map[string]*template.Template{}
		for _, name := range names {
			page := strings.TrimSuffix(path.Base(name), ".html")
			if page == "layout" || page == "parts" {
				continue
			}
			if _, ok := out[lang][page]; ok {
				return nil, fmt.Errorf("template %s: another noun has a page of this name", name)
			}
			set := []string{"kit/layout.html", "kit/parts.html"}
			if own := path.Join(path.Dir(name), "parts.html"); own != set[1] && slices.Contains(names, own) {
				set = append(set, own)
			}
			if out[lang][page], err = w.parse(files, append(set, name)); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// parse reads templates into one set, with the words of a language.
func (w *Words) parse(files fs.FS, names []string) (*template.Template, error) {
	set := template.New("")
	for _, name := range names {
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		text, err := w.into(string(body))
		if err == nil {
			_, err = set.Parse(text)
		}
		if err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
	}
	return set, nil
}

// into puts words into a template where it asks for one without more:
// {{.T "nav.name"}}.
func (w *Words) into(text string) (string, error) {
	var missing []string
	text = plainWord.ReplaceAllStringFunc(text, func(action string) string {
		key := plainWord.FindStringSubmatch(action)[1]
		word, ok := w.m[key]
		if !ok {
			missing = append(missing, key)
		}
		return Escape(strings.ReplaceAll(word, "{{", "{ {"))
	})
	if len(missing) > 0 {
		return "", fmt.Errorf("no word in %s for %s", w.Lang, strings.Join(missing, ", "))
	}
	return text, nil
}

var plainWord = regexp.MustCompile(`\{\{\$?\.T "([a-z0-9_.]+)"\}\}`)

// Page is what the layout needs; every view embeds one.
type Page struct {
	Site    *Site
	Words   *Words
	Request Request

	Clock
	Lang, Theme, Kind, Title string
	Nav                      string // which entry of the menu is current
	County                   string
	Home                     string // the overview of the page's board
	Office, OfficeLang       string // whose the page is, and the language that is written in if it is another
	Demo                     bool
	SignedIn, Admin          bool
	UserName                 string
	Token, RequestID         string
	Layers                   []Layer
	LayerBoards              []domain.BoardID
	Notice                   string
	Storage, StorageNote     string        // see Request.Storage
	Data                     template.HTML // the two JSON blocks
	Body                     bodyData
	Wall, Charts, Edits      bool          // is a wall screen; has charts; levels can be set here
	Passkeys                 bool          // asks a device for a passkey: passkey.js
	Class                    string        // of <html>
	Exercise                 bool          // nothing on the page is real
	Preload                  string        // what the script asks for first, "" nothing
	Console                  bool          // has the lead's console or a playback: console.js
	Lead                     bool          // may open meetings and situations
	Refresh                  int           // seconds until the page is asked for again, 0 never
	Head                     template.HTML // in the menu's place
	Rotate                   int           // seconds a wall shows one region, 0 as long as it likes
	Past                     string        // of which past time the page is, "" of now
	ToNow                    string        // the same page of now
	Taken                    url.Values    // what the page is of, as its download says it; nil: the board
	Own                      string        // a script and a sheet of the page's own, by their name
	judged                   bool          // a planned edition's working copy, for the office
	Room                     string        // what the layout gives room to: the open meeting, or that it rests
}

// bodyData is the attributes of <body> that the script starts from.
type bodyData struct {
	Board, Layer, Epoch, Live, API, Panel, Base, Rights, Meeting, User, Build, At string
	Rev                                                                           domain.Revision
	Now                                                                           int64
	HasBoard                                                                      bool
	Follows                                                                       string // the board whose changes the page follows, "" its own
	Municipality                                                                  string // the only one on the page, "" all
	Previous                                                                      int64  // since when "since the previous meeting" is, ms; 0: not for the reader
	Version                                                                       int
}

// NewPage fills in what every page has.
func (s *Site) NewPage(r Request, kind, title string) Page {
	w := s.WordsIn(r.Lang)
	if r.Shared {
		r = r.share()
	}
	p := Page{
		Site: s, Words: w, Request: r, Lang: w.Lang, Theme: r.Theme, Kind: kind, Title: title,
		Clock:    Clock{Zone: s.Zone, Words: w, Now: r.Now, Full: r.Cacheable},
		SignedIn: r.User != nil, Admin: r.User != nil && r.User.Admin,
	}
	if r.Theme != "light" && r.Theme != "dark" {
		p.Theme = ""
	}
	if !r.Cacheable {
		p.Token, p.RequestID = r.Token, r.RequestID
		if r.User != nil {
			p.UserName = r.User.Name
		}
		switch p.Storage = r.Storage; r.Storage {
		case "failed":
			p.StorageNote = w.T("js.storage")
		case "full":
			p.StorageNote = w.T("js.storage.full")
		}
		if r.Notice != "" {
			p.Notice = w.T("notice." + strings.TrimPrefix(r.Notice, "notice."))
		}
	}
	p.Lead = r.Rights[domain.RightLead]
	p.Demo = slices.ContainsFunc(r.Boards, func(b domain.Board) bool { return b.Demo })
	p.Body.Build, p.Body.Base, p.Body.Now = s.o.Build, s.o.Base, r.Now.UnixMilli()
	return p
}

// T returns a word.
func (p *Page) T(key string, args ...string) string { return p.Words.T(key, args...) }

// N returns a word about n things.
func (p *Page) N(key string, n int, args ...string) string { return p.Words.N(key, n, args...) }

// Link returns an address below the base.
func (p *Page) Link(path string) string { return p.Site.link(path) }

// OverviewPath leads to the overview: somebody who is signed in may begin elsewhere.
func (p *Page) OverviewPath() string {
	if p.SignedIn && !p.Request.Cacheable {
		return "/tavle"
	}
	return "/"
}

// TextLang is the language of what the office writes, where the page is in another: no for
// Norwegian, bokmål or nynorsk.
func (p *Page) TextLang() string {
	if p.Lang == "en" {
		return "no"
	}
	return ""
}

// Staff reports whether the reader is of the office.
func (p *Page) Staff() bool { return p.Request.User != nil && p.Request.User.Staff }

// Asset returns the address of a bundled file, "" if there is none.
func (p *Page) Asset(name string) string { return p.Site.AssetPath(name) }

// Sprite returns the signs that the page's <use> elements refer to.
func (p *Page) Sprite() template.HTML {
	if p.Body.Layer == string(domain.KindSituation) {
		return template.HTML(sprite + situationSprite)
	}
	return template.HTML(sprite)
}

// Languages returns the other languages the page can be read in.
func (p *Page) Languages() []Layer {
	var out []Layer
	for _, l := range Languages() {
		if l != p.Lang {
			out = append(out, Layer{Name: p.T("language." + l), Lang: l, Href: p.Link(p.inLanguage(l))})
		}
	}
	return out
}

// inLanguage is the page's own address in another language.
func (p *Page) inLanguage(lang string) string {
	path, q := p.here()
	q.Set("lang", lang)
	return path + "?" + q.Encode()
}

// LoginLink leads to where one signs in, and from there back to the page.
func (p *Page) LoginLink() string {
	path, q := p.here()
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return p.Link("/login?next=" + url.QueryEscape(path))
}

// here is the page's own address: the same board, filter and time.
func (p *Page) here() (string, url.Values) {
	path, query, _ := strings.Cut(p.Request.Path, "?")
	q, err := url.ParseQuery(query)
	if err != nil || path == "" {
		return cmp.Or(PathOf(p.Request), "/"), url.Values{}
	}
	for name := range q { // what else an address says is of one visit
		if !slices.Contains(FilterNames(), name) && !slices.Contains(shownBy, name) {
			q.Del(name)
		}
	}
	return path, q
}

// shownBy are what else an address says of what a page shows.
var shownBy = []string{"board", "v", "version", "c", "fra", "til", "side", "serie", "dato", "oppsett"}

// SeesMeetings reports whether the menu has meetings. The menu is the reader's, not
// the page's: pages that are on no board have the same.
func (p *Page) SeesMeetings() bool {
	lists := func(r domain.Rights) bool {
		return r[domain.RightSeeMeetings] && r[domain.RightRecord]
	}
	return lists(p.Request.Rights) || !p.Request.Cacheable && p.Request.RightsOn != nil && lists(p.Request.RightsOn(domain.Live))
}

// KeepsAccounts reports whether the foot leads to accounts and the audit log.
func (p *Page) KeepsAccounts() bool {
	return !p.Request.Cacheable && p.Request.User != nil && p.Request.User.Admin
}

// Leads reports whether the reader may lead meetings on the page's board: then a
// meeting that goes on is one click away, also one that another lead has begun.
func (p *Page) Leads() bool { return p.Lead && p.Body.HasBoard && !p.Request.Cacheable }

// ConsoleLink is the way to the console of the meeting that goes on, "" where
// none does.
func (p *Page) ConsoleLink() string {
	if p.Body.Meeting == "" {
		return ""
	}
	return p.Link("/konsoll/" + p.Body.Meeting)
}

// Fields returns what every form of the page carries.
func (p *Page) Fields() template.HTML {
	var w Builder
	p.Hidden(&w)
	return w.HTML()
}

// Who returns who an account is, as the reader may know it.
func (p *Page) Who(id domain.AccountID) string {
	if id == "" || p.Request.Names == nil || p.Request.Cacheable {
		return ""
	}
	if n := p.Request.Names(id); n != "" {
		return n
	}
	return string(id)
}

// OnBoard fills in what a page about a board has.
func (p *Page) OnBoard(pic domain.Picture) {
	b := pic.Board()
	p.Demo, p.Exercise = p.Demo || b.Demo, b.Exercise
	p.County = pic.Catalogue().County
	p.Home = p.Link(BoardPath(b, pic.ShownVersion()))
	p.Office, p.OfficeLang = pic.Catalogue().Office.In(p.Lang)
	p.OfficeLang = OtherLang(p.OfficeLang, p.Lang)
	p.Body.HasBoard, p.Body.Board, p.Body.Rev, p.Body.Epoch = true, string(b.ID), b.Revision, string(pic.Epoch())
	p.Body.Layer, p.Body.Version = string(b.Kind), pic.ShownVersion()
	p.judged = b.Judged != "" && pic.ShownVersion() == 0 && p.Request.User != nil && p.Request.User.Staff && p.Request.Rights[domain.RightRecord]
	if b.Judged != "" && p.Request.Rights[domain.RightSetLevels] { // it is written at the workplace alone
		p.Request.Rights = maps.Clone(p.Request.Rights)
		delete(p.Request.Rights, domain.RightSetLevels)
	}
	p.Body.API, p.Body.Panel = p.Link("/api/v1"), p.Link("/panel")
	if p.SignedIn && pic.ShownVersion() == 0 {
		p.Body.Live = p.Link("/live")
	}
	var rights []string
	for right, ok := range p.Request.Rights {
		if ok {
			rights = append(rights, string(right))
		}
	}
	slices.Sort(rights)
	p.Body.Rights = strings.Join(rights, " ")
	if p.Request.User != nil && !p.Request.Cacheable {
		p.Body.User = string(p.Request.User.ID)
	}
	if m, ok := OpenMeeting(pic); ok {
		p.Body.Meeting = string(m.ID)
	}
	if b.Kind != domain.KindEdition && p.Request.Rights[domain.RightSeeMeetings] {
		p.Body.Previous = max(1, SincePrevious(pic.PreviousMeeting()).UnixMilli())
	}
	if pic.Resting() {
		p.Room = AtRest
	}
	p.Edits = p.Request.Rights[domain.RightSetLevels] && p.Writable()
}

// Follows has the page follow a board that it shows something of beside its own.
func (p *Page) Follows(pic domain.Picture) {
	b := pic.Board()
	p.Body.Follows, p.Body.Rev, p.Body.Live = string(b.ID), b.Revision, p.Link("/live")
}

// Fetched is when the page was made, to the second.
func (p *Page) Fetched() string {
	if p.Request.Shared {
		return hole(holeClock, clockHole)
	}
	return p.Second(p.Clock.Now)
}
