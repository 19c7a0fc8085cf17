package dashboard

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"kommunebilde"
)

//go:embed templates
var templateFiles embed.FS

// loadTemplates parses one set per page and language: the layout, the shared
// parts and the page itself. Words that stand by themselves are put in here,
// once; a word that is missing is an error at start.
func loadTemplates(all map[string]*words) (map[string]map[string]*template.Template, error) {
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]*template.Template{}
	for lang, w := range all {
		out[lang] = map[string]*template.Template{}
		for _, name := range names {
			base := strings.TrimSuffix(path.Base(name), ".html")
			if base == "layout" || base == "parts" {
				continue
			}
			t := template.New(base)
			for _, file := range []string{"templates/layout.html", "templates/parts.html", name} {
				body, err := templateFiles.ReadFile(file)
				if err != nil {
					return nil, err
				}
				text, err := w.into(string(body))
				if err != nil {
					return nil, fmt.Errorf("template %s: %w", file, err)
				}
				if _, err := t.Parse(text); err != nil {
					return nil, fmt.Errorf("template %s: %w", file, err)
				}
			}
			out[lang][base] = t
		}
	}
	return out, nil
}

// into puts words into a template where it asks for one without more:
// {{.T "nav.name"}}.
func (w *words) into(text string) (string, error) {
	var missing []string
	text = plainWord.ReplaceAllStringFunc(text, func(action string) string {
		key := plainWord.FindStringSubmatch(action)[1]
		word, ok := w.m[key]
		if !ok {
			missing = append(missing, key)
		}
		return escape(strings.ReplaceAll(word, "{{", "{ {"))
	})
	if len(missing) > 0 {
		return "", fmt.Errorf("no word in %s for %s", w.lang, strings.Join(missing, ", "))
	}
	return text, nil
}

var plainWord = regexp.MustCompile(`\{\{\$?\.T "([a-z0-9_.]+)"\}\}`)

// page is what the layout needs; every view embeds one.
type page struct {
	site *Site
	w    *words
	req  Request

	clock
	Lang, Theme, Kind, Title string
	Nav                      string // which entry of the menu is current
	County                   string
	Demo                     bool
	SignedIn, Admin          bool
	UserName                 string
	Token, RequestID         string
	Layers                   []layer
	layerBoards              []kommunebilde.BoardID
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
	Room                     string        // what a wall's layout gives room to: the open meeting
}

// bodyData is the attributes of <body> that the script starts from.
type bodyData struct {
	Board, Layer, Epoch, Live, API, Panel, Base, Rights, Meeting, User, Build, At string
	Rev                                                                           kommunebilde.Revision
	Now                                                                           int64
	HasBoard                                                                      bool
	Previous                                                                      int64 // since when "since the previous meeting" is, ms; 0: not for the reader
	Version                                                                       int
}

// layer is a segment of the switch between layers.
type layer struct {
	Name, Lang, Href string
	Current          bool
}

// newPage fills in what every page has.
func (s *Site) newPage(r Request, kind, title string) page {
	w := s.in(r.Lang)
	p := page{
		site: s, w: w, req: r, Lang: w.lang, Theme: r.Theme, Kind: kind, Title: title,
		clock:    clock{zone: s.zone, w: w, now: r.Now, full: r.Cacheable},
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
			p.StorageNote = w.t("js.storage")
		case "full":
			p.StorageNote = w.t("js.storage.full")
		}
		if r.Notice != "" {
			p.Notice = w.t("notice." + strings.TrimPrefix(r.Notice, "notice."))
		}
	}
	p.Lead = r.Rights[kommunebilde.RightLead]
	p.Demo = slices.ContainsFunc(r.Boards, func(b kommunebilde.Board) bool { return b.Demo })
	p.Body.Build, p.Body.Base, p.Body.Now = s.o.Build, s.o.Base, r.Now.UnixMilli()
	return p
}

// T returns a word.
func (p *page) T(key string, args ...string) string { return p.w.t(key, args...) }

// N returns a word about n things.
func (p *page) N(key string, n int, args ...string) string { return p.w.n(key, n, args...) }

// Link returns an address below the base.
func (p *page) Link(path string) string { return p.site.link(path) }

// Asset returns the address of a bundled file, "" if there is none.
func (p *page) Asset(name string) string { return p.site.AssetPath(name) }

// Sprite returns the signs that the page's <use> elements refer to.
func (p *page) Sprite() template.HTML {
	if p.Body.Layer == string(kommunebilde.KindSituation) {
		return template.HTML(sprite + situationSprite)
	}
	return template.HTML(sprite)
}

// Languages returns the other languages the page can be read in.
func (p *page) Languages() []layer {
	var out []layer
	for _, l := range languages() {
		if l != p.Lang {
			path := pathOf(p.req)
			if path == "" {
				path = "/"
			}
			out = append(out, layer{Name: p.T("language." + l), Lang: l, Href: p.Link(path + "?lang=" + l)})
		}
	}
	return out
}

// SeesMeetings tells whether the menu has meetings. The menu is the reader's, not
// the page's: pages that are on no board have the same.
func (p *page) SeesMeetings() bool {
	return p.req.Rights[kommunebilde.RightSeeMeetings] ||
		!p.req.Cacheable && p.req.RightsOn != nil && p.req.RightsOn(kommunebilde.Live)[kommunebilde.RightSeeMeetings]
}

// KeepsAccounts tells whether the foot leads to accounts and the audit log.
func (p *page) KeepsAccounts() bool { return !p.req.Cacheable && p.req.User != nil && p.req.User.Admin }

// Leads tells whether the reader may lead meetings on the page's board: then a
// meeting that goes on is one click away, also one that another lead has begun.
func (p *page) Leads() bool { return p.Lead && p.Body.HasBoard && !p.req.Cacheable }

// ConsoleLink is the way to the console of the meeting that goes on, "" where
// none does.
func (p *page) ConsoleLink() string {
	if p.Body.Meeting == "" {
		return ""
	}
	return p.Link("/konsoll/" + p.Body.Meeting)
}

// Fields returns what every form of the page carries.
func (p *page) Fields() template.HTML {
	var w builder
	p.hidden(&w)
	return template.HTML(w.b)
}

// Export returns the address of the page's data in a format.
func (p *page) Export(format string) string {
	q := "board=" + p.Body.Board + "&format=" + format
	if _, own, ok := strings.Cut(p.req.Path, "?"); ok && own != "" {
		q += "&" + own
	}
	return p.Link("/eksport?" + q)
}

// name returns who an account is, as the reader may know it.
func (p *page) name(id kommunebilde.AccountID) string {
	if id == "" || p.req.Names == nil || p.req.Cacheable {
		return ""
	}
	if n := p.req.Names(id); n != "" {
		return n
	}
	return string(id)
}

// onBoard fills in what a page about a board has.
func (p *page) onBoard(pic kommunebilde.Picture) {
	b := pic.Board()
	p.Demo, p.Exercise = p.Demo || b.Demo, b.Exercise
	p.County = pic.Catalogue().County
	p.Body.HasBoard, p.Body.Board, p.Body.Rev, p.Body.Epoch = true, string(b.ID), b.Revision, string(pic.Epoch())
	p.Body.Layer, p.Body.Version = string(b.Kind), pic.ShownVersion()
	p.Body.API, p.Body.Panel = p.Link("/api/v1"), p.Link("/panel")
	if p.SignedIn && pic.ShownVersion() == 0 {
		p.Body.Live = p.Link("/live")
	}
	var rights []string
	for right, ok := range p.req.Rights {
		if ok {
			rights = append(rights, string(right))
		}
	}
	slices.Sort(rights)
	p.Body.Rights = strings.Join(rights, " ")
	if p.req.User != nil && !p.req.Cacheable {
		p.Body.User = string(p.req.User.ID)
	}
	if m, ok := openMeeting(pic); ok {
		p.Body.Meeting = string(m.ID)
	}
	if b.Kind != kommunebilde.KindEdition && p.req.Rights[kommunebilde.RightSeeMeetings] {
		p.Body.Previous = max(1, sincePrevious(pic.PreviousMeeting()).UnixMilli())
	}
	p.Edits = p.req.Rights[kommunebilde.RightSetLevels] && p.writable()
}

// elsewhere tells whether the page's path does not say which board it shows.
func (p *page) elsewhere() bool {
	return !strings.HasPrefix(p.req.Path, "/tavle/") && !strings.HasPrefix(p.req.Path, "/utgave/")
}

// openMeeting returns the meeting that is going on, the newest if several are.
func openMeeting(pic kommunebilde.Picture) (kommunebilde.Meeting, bool) {
	if pic.Board().Phase != kommunebilde.PhaseMeeting {
		return kommunebilde.Meeting{}, false
	}
	for _, m := range pic.Meetings() {
		if m.Open() {
			return m, true
		}
	}
	return kommunebilde.Meeting{}, false
}

// layersOf returns the switch: the newest published edition, the one on show
// if it is another, and the live picture.
func (p *page) layersOf(pic kommunebilde.Picture, query string) {
	here := pic.Board()
	var live, newest *kommunebilde.Board
	for i := range p.req.Boards {
		b := &p.req.Boards[i]
		switch {
		case b.ID == kommunebilde.Live:
			live = b
		case b.Kind == kommunebilde.KindEdition && len(b.Publications) > 0 && (newest == nil ||
			b.Publications[0].Revision > newest.Publications[0].Revision):
			newest = b
		}
	}
	add := func(b kommunebilde.Board, href string) {
		name, lang := b.Title.In(p.Lang)
		if b.ID == kommunebilde.Live {
			name, lang = p.T("layer.now"), p.Lang
		}
		if query != "" {
			href += "?" + query
		}
		p.layerBoards = append(p.layerBoards, b.ID)
		p.Layers = append(p.Layers, layer{Name: name, Lang: other(lang, p.Lang), Href: p.Link(href), Current: b.ID == here.ID})
	}
	if here.Kind == kommunebilde.KindEdition {
		add(here, boardPath(here, pic.ShownVersion()))
	} else if newest != nil {
		add(*newest, entrance(*newest))
	}
	if live != nil {
		add(*live, entrance(*live))
	}
}

// other returns a language if it is not the page's: the value of lang=.
func other(lang, page string) string {
	if lang == page {
		return ""
	}
	return lang
}

// Fetched is when the page was made, to the second.
func (p *page) Fetched() string { return p.Second(p.clock.now) }
