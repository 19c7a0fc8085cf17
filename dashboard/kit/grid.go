package kit

import (
	"strings"
	"unicode/utf8"

	"kommunebilde/domain"
)

// GridOptions says how a grid is drawn.
type GridOptions struct {
	Class  string
	Corner func(*Builder)
	Marks  bool // signs with marks, in roomy rows
}

// Grid appends the heat grid: a real table, rows by region.
func (b *Board) Grid(w *Builder, o GridOptions) {
	b.prepare(o)
	w.Raw(`<div class="scroller" tabindex="0" role="region"`).Attr("aria-label", b.Words.T("grid.name")).Raw(`>`)
	w.Raw(`<table role="grid" id="grid"`).Attr("aria-label", b.Words.T("grid.name")).Attr("class", o.Class+" "+rowsClass(len(b.Rows))).Raw(`>`)
	w.Raw(`<thead role="rowgroup"><tr role="row"><td role="gridcell" class="corner">`)
	if o.Corner != nil {
		o.Corner(w)
	}
	w.Raw(`</td>`)
	for _, col := range b.Cols {
		b.columnHead(w, col)
	}
	w.Raw(`</tr></thead>`)
	for _, region := range b.Catalogue.Regions {
		b.region(w, region)
	}
	w.Raw(`</table></div>`)
}

// rowsClass lets the styles find the row height: few, some or many rows.
func rowsClass(n int) string {
	switch {
	case n <= 8:
		return "rows-8"
	case n <= 28:
		return "rows-28"
	case n <= 46:
		return "rows-46"
	}
	return "rows-56"
}

func (b *Board) columnHead(w *Builder, col int) {
	c := &b.Catalogue.Columns[col]
	name, lang := c.Name.In(b.Words.Lang)
	short, _ := c.Short.In(b.Words.Lang)
	w.Raw(`<th role="columnheader" scope="col"`).Attr("data-c", string(c.ID))
	w.Flag("data-map", col == b.MapAt).Flag("data-out", !b.colIn(col)).Flag("data-selected", b.Filter.C == c.ID && b.Filter.M != "").Flag("data-rests", b.Rests(col))
	w.Raw(`><a`).Attr("href", b.onMap(c.ID))
	if l := OtherLang(lang, b.Words.Lang); l != "" {
		w.Attr("lang", l)
	}
	w.Raw(`><span class="long">`).Text(Hyphenate(name))
	if c.Themes {
		w.Raw(` <small><span aria-hidden="true">`).Text(b.Words.T("themes.short")).Raw(`</span><span class="vh">(`).Text(b.Words.T("themes.mark")).Raw(`)</span></small>`)
	}
	if b.Rests(col) {
		w.Raw(` <small><span aria-hidden="true">`).Text(b.Words.T("years.short")).Raw(`</span><span class="vh">(`).Text(b.Words.T("years.mark")).Raw(`)</span></small>`)
	}
	w.Raw(`</span><span class="short" aria-hidden="true">`).Text(short).Raw(`</span></a></th>`)
}

// onMap returns the address of this page with another area on the map.
func (b *Board) onMap(id domain.ColumnID) string {
	f := b.Filter
	f.Map = id
	return b.Here(f)
}

// Hyphenate puts soft hyphens where Norwegian compounds of the field may break:
// browsers without a Norwegian dictionary do not know.
func Hyphenate(name string) string {
	words := strings.Fields(name)
	for i, word := range words {
		for _, head := range []string{"samfunns", "kommune", "fastlege", "areal", "oppvekst", "beredskaps", "befolknings", "bistands", "krise", "municipal"} {
			rest, ok := strings.CutPrefix(strings.ToLower(word), head)
			if ok && utf8.RuneCountInString(rest) >= 5 {
				words[i] = word[:len(head)] + "\u00ad" + word[len(head):]
			}
		}
	}
	return strings.Join(words, " ")
}

func (b *Board) region(w *Builder, region domain.Region) {
	counts := b.byRegion[region.ID]
	if counts == nil {
		return
	}
	id := string(region.ID)
	members := 0
	for _, r := range b.Rows {
		if b.Catalogue.Municipalities[r].Region == region.ID {
			members++
		}
	}
	w.Raw(`<tbody role="rowgroup"`).Attr("data-region", id)
	w.Flag("data-out", b.Filter.Region != "" && b.Filter.Region != region.ID).Flag("data-solo", members == 1).Raw(`>`)
	w.Raw(`<tr role="row" class="rg"><th role="rowheader" scope="rowgroup"><a`).Attr("href", b.regionLink(region.ID)).Raw(`>`).Text(region.Name).Raw(`</a></th>`)
	w.Raw(`<td role="gridcell" class="cnts"`).Num("colspan", int64(len(b.Cols)))
	w.Raw(`>`)
	for i, l := range TogglesOn(b.Kind) {
		if b.Told(l) {
			b.count(w, l, counts[i], id)
		}
	}
	n := 0 // of the levels that are shown
	for i, l := range TogglesOn(b.Kind)[:3] {
		if b.Filter.ShowsLevel(l) {
			n += b.dueIn[region.ID][i]
		}
	}
	b.Late(w, "any", n, id)
	w.Raw(`</td></tr>`)
	for _, r := range b.Rows {
		if b.Catalogue.Municipalities[r].Region == region.ID {
			b.row(w, r)
		}
	}
	w.Raw(`</tbody>`)
}

func (b *Board) regionLink(id domain.RegionID) string {
	f := b.Filter
	if f.Region == id {
		f.Region = ""
	} else {
		f.Region = id
	}
	return b.Here(f)
}

// count appends one number of a roll-up with its shape and, for those who
// listen, its word.
func (b *Board) count(w *Builder, l domain.Level, n int, region string) {
	w.Raw(`<span class="cnt"`).Attr("data-level", string(l)).Flag("data-off", !b.Filter.ShowsLevel(l)).Raw(`><i class="sw">`)
	w.Small(SignOf(l)).Raw(`</i><b`).Attr("data-count-region", region).Attr("data-count-level", string(l)).Raw(`>`).Int(n)
	w.Raw(`</b><span class="vh"> `).Text(b.Words.T("count." + string(l))).Raw(`</span></span>`)
}

// SignOf returns the level whose sign stands for a toggle.
func SignOf(l domain.Level) domain.Level {
	if l == None {
		return domain.NotAssessed
	}
	return l
}

func (b *Board) row(w *Builder, r int) {
	row := &b.Catalogue.Municipalities[r]
	id := string(row.ID)
	w.Raw(`<tr role="row"`).Attr("data-m", id).Flag("data-out", !b.RowIn(r)).Raw(`><th role="rowheader" scope="row"`).Attr("data-m", id)
	w.Flag("data-selected", b.Filter.M == row.ID).Raw(`><a`).Attr("href", b.MunicipalityLink(row.ID)).Raw(`>`).Text(row.Name).Raw(`</a></th>`)
	m, place := Escape(string(row.ID)), Escape(row.Name)
	for _, col := range b.Cols {
		b.cell(w, r, col, m, place)
	}
	w.Raw(`</tr>`)
}

// MunicipalityLink returns the address of a municipality's page about this board.
func (b *Board) MunicipalityLink(id domain.MunicipalityID) string {
	path := "/kommune/" + string(id)
	if b.Kind == domain.KindSituation {
		return b.link(path) // its page is of an edition
	}
	return b.placeOn(path, b.Picture.Board().ID)
}

// Here returns the address of this page with another filter.
func (b *Board) Here(f Filter) string {
	if q := strings.TrimSuffix(b.Keep+f.Query(), "&"); q != "" {
		return "?" + q
	}
	return b.plain
}
