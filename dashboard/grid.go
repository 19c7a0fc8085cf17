package dashboard

import (
	"strings"
	"unicode/utf8"

	"kommunebilde"
)

// gridOptions says how a grid is drawn.
type gridOptions struct {
	class  string
	corner func(*builder)
	marks  bool // signs with marks, in roomy rows
}

// grid appends the heat grid: a real table, rows by region.
func (b *board) grid(w *builder, o gridOptions) {
	b.prepare(o)
	w.raw(`<div class="scroller" tabindex="0" role="region"`).attr("aria-label", b.w.t("grid.name")).raw(`>`)
	w.raw(`<table role="grid" id="grid"`).attr("aria-label", b.w.t("grid.name")).attr("class", o.class+" "+rowsClass(len(b.rows))).raw(`>`)
	w.raw(`<thead role="rowgroup"><tr role="row"><td role="gridcell" class="corner">`)
	if o.corner != nil {
		o.corner(w)
	}
	w.raw(`</td>`)
	for _, col := range b.cols {
		b.columnHead(w, col)
	}
	w.raw(`</tr></thead>`)
	for _, region := range b.c.Regions {
		b.region(w, region)
	}
	w.raw(`</table></div>`)
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

func (b *board) columnHead(w *builder, col int) {
	c := &b.c.Columns[col]
	name, lang := c.Name.In(b.w.lang)
	short, _ := c.Short.In(b.w.lang)
	w.raw(`<th role="columnheader" scope="col"`).attr("data-c", string(c.ID))
	w.flag("data-map", col == b.mapAt).flag("data-out", !b.colIn(col)).flag("data-selected", b.f.C == c.ID && b.f.M != "")
	w.raw(`><a`).attr("href", b.onMap(c.ID))
	if l := other(lang, b.w.lang); l != "" {
		w.attr("lang", l)
	}
	w.raw(`><span class="long">`).text(hyphenate(name))
	if c.Themes {
		w.raw(` <small><span aria-hidden="true">`).text(b.w.t("themes.short")).raw(`</span><span class="vh">(`).text(b.w.t("themes.mark")).raw(`)</span></small>`)
	}
	w.raw(`</span><span class="short" aria-hidden="true">`).text(short).raw(`</span></a></th>`)
}

// onMap returns the address of this page with another area on the map.
func (b *board) onMap(id kommunebilde.ColumnID) string {
	f := b.f
	f.Map = id
	return "?" + b.keep + f.Query()
}

// hyphenate puts soft hyphens where Norwegian compounds of the field may break:
// browsers without a Norwegian dictionary do not know.
func hyphenate(name string) string {
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

func (b *board) region(w *builder, region kommunebilde.Region) {
	counts := b.byRegion[region.ID]
	if counts == nil {
		return
	}
	id := string(region.ID)
	members := 0
	for _, r := range b.rows {
		if b.c.Municipalities[r].Region == region.ID {
			members++
		}
	}
	w.raw(`<tbody role="rowgroup"`).attr("data-region", id)
	w.flag("data-out", b.f.Region != "" && b.f.Region != region.ID).flag("data-solo", members == 1).raw(`>`)
	w.raw(`<tr role="row" class="rg"><th role="rowheader" scope="rowgroup"><a`).attr("href", b.regionLink(region.ID)).raw(`>`).text(region.Name).raw(`</a></th>`)
	w.raw(`<td role="gridcell" class="cnts"`).num("colspan", int64(len(b.cols)))
	w.raw(`>`)
	for i, l := range togglesOn(b.kind) {
		b.count(w, l, counts[i], id)
	}
	w.raw(`</td></tr>`)
	for _, r := range b.rows {
		if b.c.Municipalities[r].Region == region.ID {
			b.row(w, r)
		}
	}
	w.raw(`</tbody>`)
}

func (b *board) regionLink(id kommunebilde.RegionID) string {
	f := b.f
	if f.Region == id {
		f.Region = ""
	} else {
		f.Region = id
	}
	return "?" + b.keep + f.Query()
}

// count appends one number of a roll-up with its shape and, for those who
// listen, its word.
func (b *board) count(w *builder, l kommunebilde.Level, n int, region string) {
	w.raw(`<span class="cnt"`).attr("data-level", string(l)).flag("data-off", !b.f.ShowsLevel(l)).raw(`><i class="sw">`)
	w.small(signOf(l)).raw(`</i><b`).attr("data-count-region", region).attr("data-count-level", string(l)).raw(`>`).int(n)
	w.raw(`</b><span class="vh"> `).text(b.w.t("count." + string(l))).raw(`</span></span>`)
}

// signOf returns the level whose sign stands for a toggle.
func signOf(l kommunebilde.Level) kommunebilde.Level {
	if l == None {
		return kommunebilde.NotAssessed
	}
	return l
}

func (b *board) row(w *builder, r int) {
	row := &b.c.Municipalities[r]
	id := string(row.ID)
	w.raw(`<tr role="row"`).attr("data-m", id).flag("data-out", !b.rowIn(r)).raw(`><th role="rowheader" scope="row"`).attr("data-m", id)
	w.flag("data-selected", b.f.M == row.ID).raw(`><a`).attr("href", b.municipalityLink(row.ID)).raw(`>`).text(row.Name).raw(`</a></th>`)
	m, place := escape(string(row.ID)), escape(row.Name)
	for _, col := range b.cols {
		b.cell(w, r, col, m, place)
	}
	w.raw(`</tr>`)
}

func (b *board) municipalityLink(id kommunebilde.MunicipalityID) string {
	if b.kind == kommunebilde.KindSituation {
		return b.link("/kommune/" + string(id)) // its page is of an edition
	}
	return b.link("/kommune/"+string(id)) + b.boardQuery()
}

// boardQuery keeps a page about a municipality or an area on the same board.
func (b *board) boardQuery() string { return boardQuery(b.p) }

func boardQuery(p kommunebilde.Picture) string { return "?board=" + string(p.Board().ID) }
