package kit

import (
	"strings"
	"time"

	"kommunebilde/domain"
)

// PictureAt applies the filter's time, where the reader may look back: an edition is
// shown by version, never by time, to anyone who does not see working copies.
func (p *Page) PictureAt(pic domain.Picture, f Filter) domain.Picture {
	if f.At.IsZero() || pic.Board().Kind == domain.KindEdition && pic.Audience().Kind != domain.AudienceStaff {
		return pic.ForViews()
	}
	at := f.At
	p.Past = p.Day(f.At) + " " + p.Minute(f.At)
	f.At, f.M, f.C = time.Time{}, "", ""
	p.ToNow = p.Link(PathOf(p.Request))
	if q := f.Query(); q != "" {
		p.ToNow += "?" + q
	}
	return pic.At(at).ForViews()
}

// LayersOf returns the switch: the newest published edition, the one on show
// if it is another, and the live picture.
func (p *Page) LayersOf(pic domain.Picture, query string) {
	here := pic.Board()
	var live, newest *domain.Board
	for i := range p.Request.Boards {
		b := &p.Request.Boards[i]
		switch {
		case b.ID == domain.Live:
			live = b
		case b.Kind == domain.KindEdition && len(b.Publications) > 0 && (newest == nil ||
			b.Publications[0].Revision > newest.Publications[0].Revision):
			newest = b
		}
	}
	add := func(b domain.Board, href string) {
		name, lang := b.Title.In(p.Lang)
		if b.ID == domain.Live {
			name, lang = p.T("layer.now"), p.Lang
		}
		if query != "" {
			href += "?" + query
		}
		p.LayerBoards = append(p.LayerBoards, b.ID)
		p.Layers = append(p.Layers, Layer{Name: name, Lang: OtherLang(lang, p.Lang), Href: p.Link(href), Current: b.ID == here.ID})
	}
	if here.Kind == domain.KindEdition {
		add(here, BoardPath(here, pic.ShownVersion()))
	} else if newest != nil {
		add(*newest, Entrance(*newest))
	}
	if live != nil {
		add(*live, Entrance(*live))
	}
}

// Layer is a segment of the switch between layers.
type Layer struct {
	Name, Lang, Href string
	Current          bool
}

// OtherLang returns a language if it is not the page's: the value of lang=.
func OtherLang(lang, page string) string {
	if lang == page {
		return ""
	}
	return lang
}

// FindOn is the board whose municipalities the header finds: the page's own, or the
// edition that places are shown of; "" where the reader sees none. A situation has no
// pages of places.
func (p *Page) FindOn() string {
	if p.Body.HasBoard && p.Body.Layer != string(domain.KindSituation) {
		return p.Body.Board
	}
	return string(p.Request.Edition)
}

// Place returns the address of a page about a municipality, an area or a region, on a
// board. It names the board only where the reader would come to another one without:
// the plain address is the one whose page is kept for everybody.
func (p *Page) Place(path string, b domain.BoardID) string {
	if p.unnamed(path) != b {
		path += "?board=" + string(b)
	}
	return p.Link(path)
}

// unnamed is the board that a place's page is of where its address names none: the
// server's routes have the same (server/links_test.go).
func (p *Page) unnamed(path string) domain.BoardID {
	if strings.HasPrefix(path, "/region/") {
		return p.Request.Home
	}
	return p.Request.Edition
}

// named reports whether the page's links to itself must name their board.
func (p *Page) named(b domain.BoardID) bool {
	path := PathOf(p.Request)
	for _, says := range []string{"/tavle/", "/utgave/"} {
		if strings.HasPrefix(path, says) {
			return false
		}
	}
	for _, place := range []string{"/kommune/", "/omrade/", "/region/"} {
		if strings.HasPrefix(path, place) {
			return p.unnamed(path) != b
		}
	}
	return true
}

// TitleOf returns a board's name as it stands in lists.
func (p *Page) TitleOf(b domain.Board) string {
	name, _ := b.Title.In(p.Lang)
	if b.ID == domain.Live {
		name = p.T("layer.now")
	}
	if b.Exercise {
		name = p.T("exercise.word") + ": " + name
	}
	return name
}

// BoardName returns what a board of the reader's is called.
func (p *Page) BoardName(id domain.BoardID) string {
	for _, b := range p.Request.Boards {
		if b.ID == id {
			return p.TitleOf(b)
		}
	}
	return string(id)
}

// RightsOn returns the reader's rights on a board.
func (p *Page) RightsOn(b domain.BoardID) domain.Rights {
	if p.Request.RightsOn == nil {
		return p.Request.Rights
	}
	return p.Request.RightsOn(b)
}
