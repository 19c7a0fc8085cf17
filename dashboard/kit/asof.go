package kit

import (
	"strconv"

	"kommunebilde/domain"
)

// Old says that the edition on show is not the newest there is, or more than a year old.
// The zero Old is neither.
type Old struct {
	Words       string
	Newer, Lang string // what is newer, "" for none
	Href        string
}

// Old looks for what is newer than the edition on show.
func (b *Board) Old(pg Page) Old {
	brd := b.Picture.Board()
	newer := b.Picture.SupersededBy()
	switch n := len(brd.Publications); {
	case newer != "":
		o := Old{Words: b.Words.T("edition.newest"), Newer: string(newer)}
		for _, other := range pg.Request.Boards {
			if other.ID == newer {
				name, lang := other.Title.In(b.Words.Lang)
				o.Newer, o.Lang, o.Href = name, OtherLang(lang, b.Words.Lang), pg.Link(Entrance(other))
			}
		}
		return o
	case b.Picture.ShownVersion() > 0 && b.Picture.ShownVersion() < n:
		return Old{Words: b.Words.T("edition.corrected"), Newer: "v" + strconv.Itoa(n), Href: pg.Link(Entrance(brd))}
	case b.Picture.Outdated():
		return Old{Words: b.Words.T("edition.outdated")}
	}
	return Old{}
}

// Old appends a line about an edition, with the way to what is newer.
func (w *Builder) Old(o Old) *Builder {
	w.Text(o.Words)
	if o.Newer == "" {
		return w
	}
	w.Raw(` <a`).Attr("href", o.Href)
	if o.Lang != "" {
		w.Attr("lang", o.Lang)
	}
	return w.Raw(`>`).Text(o.Newer).Raw(`</a>`)
}

// AsOf says of which time the board on show is.
func (b *Board) AsOf(w *Builder, pg Page) {
	brd := b.Picture.Board()
	switch {
	case !b.Filter.At.IsZero():
		w.Text(b.Words.T("asof.past", pg.Past))
	case b.Picture.Resting():
		w.Text(pg.RestWords(b.Picture)).Raw(` `).Text(pg.T("rest.left"))
	case b.Kind == domain.KindLive:
		if b.Base != nil {
			name, _ := b.Base.Board().Title.In(b.Words.Lang)
			w.Text(b.Words.T("asof.live", name)).Raw(` <svg class="cm" aria-hidden="true"><use href="#corner"/></svg> `).Text(b.Words.T("asof.mark"))
		}
	case b.Version() > 0:
		pub := brd.Publications[b.Version()-1]
		w.Text(b.Words.T("asof.published", pg.Day(pub.At), strconv.Itoa(pub.Version)))
	default:
		w.Text(b.Words.T("phase." + string(brd.Phase)))
	}
	if judged := pg.JudgedOf(brd); judged != "" {
		w.Raw(` · `).Text(judged)
	}
}

// JudgedOf says of which day a planned edition's judgements are; "" for a board without
// such a day.
func (p *Page) JudgedOf(b domain.Board) string {
	if b.Judged == "" {
		return ""
	}
	return p.T("edition.judged", p.Date(b.Judged))
}

// Corner appends how many rows and columns are in scope, and of which time.
func (b *Board) Corner(w *Builder, pg Page) {
	rows, cols := 0, 0
	for _, r := range b.Rows {
		if b.RowIn(r) {
			rows++
		}
	}
	areas := 0
	for _, c := range b.Cols {
		if b.colIn(c) {
			cols++
			if b.Catalogue.Columns[c].Kind == domain.ColumnArea {
				areas++
			}
		}
	}
	w.Raw(`<b>`).Text(b.Words.N("n.municipalities", rows)).Raw(` × `)
	if b.Kind == domain.KindSituation {
		w.Text(b.Words.N("n.functions", cols))
	} else if areas == cols {
		w.Text(b.Words.N("n.areas", cols))
	} else {
		w.Text(b.Words.N("n.columns", cols))
	}
	w.Raw(`</b><span>`)
	b.AsOf(w, pg)
	w.Raw(`</span>`)
}

// Version is which version of an edition is on show: that of the working copy
// too, while it is no other than the newest. 0: none.
func (b *Board) Version() int { return VersionOf(b.Picture) }

// VersionOf is [Board.Version] of a picture.
func VersionOf(p domain.Picture) int {
	brd := p.Board()
	if v := p.ShownVersion(); v > 0 || brd.Phase != domain.PhasePublished {
		return v
	}
	return len(brd.Publications)
}
