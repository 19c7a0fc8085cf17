package kit

import (
	"strconv"

	"kommunebilde/domain"
)

// Age says what makes an edition old: another that came after it, or a year.
func (b *Board) Age() string {
	switch {
	case b.Picture.SupersededBy() != "":
		return b.Words.T("edition.superseded", string(b.Picture.SupersededBy()))
	case b.Picture.ShownVersion() > 0 && b.Picture.ShownVersion() < len(b.Picture.Board().Publications):
		return b.Words.T("edition.corrected", strconv.Itoa(len(b.Picture.Board().Publications)))
	case b.Picture.Outdated():
		return b.Words.T("edition.outdated")
	}
	return ""
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
func (b *Board) Version() int {
	brd := b.Picture.Board()
	if v := b.Picture.ShownVersion(); v > 0 || brd.Phase != domain.PhasePublished {
		return v
	}
	return len(brd.Publications)
}
