package dashboard

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"kommunebilde"
)

// wallPattern is layout C: areas down, all municipalities across, by region. Its
// pattern is the message; names of municipalities could not be read from afar.
func (s *Site) wallPattern(pg page, p kommunebilde.Picture, f Filter, o WallOptions) ([]byte, error) {
	c := p.Catalogue()
	f.Region = ""
	b := s.newBoard(pg, p, f, all(len(c.Municipalities)), judged(c, p.Board().Kind))
	name, _ := p.Board().Title.In(pg.Lang)
	of := pg.T("wall.pattern_of."+string(b.kind), pg.N("n.municipalities", len(c.Municipalities)), strconv.Itoa(len(b.cols)), name)
	pg.Title = pg.T("wall.pattern") + ", " + of
	pg.Data = pg.w.script + b.pageData()
	w := wallPage{b, pg, o}
	return s.around(pg.Lang, "overview", &overviewView{pg, here}, func(out *builder) {
		w.header(out, pg.T("wall.pattern"), of+w.unsifted())
		out.raw(`<main id="main" class="wcmain">`)
		w.pattern(out)
		out.raw(`</main>`)
		w.legendFoot(out)
	})
}

func (w wallPage) pattern(out *builder) {
	out.raw(`<table class="wc"`).attr("aria-label", w.pg.T("wall.pattern")).raw(`><thead><tr><td>`)
	if w.pg.Demo {
		out.raw(`<p class="demo-w">`).text(w.pg.T("demo")).raw(`</p>`)
	}
	out.raw(`</td>`)
	for i, region := range w.c.Regions {
		n := len(w.c.Members(region.ID))
		out.raw(`<th scope="colgroup"`).num("colspan", int64(n)).attr("class", "n"+strconv.Itoa(min(n, 16))).flag("data-low", i%2 == 1).raw(`><span aria-hidden="true">`).text(regionShort(region)).raw(`</span><span class="vh">`).text(region.Name).raw(`</span></th>`)
	}
	out.raw(`</tr></thead><tbody>`)
	for _, col := range w.cols {
		name, lang := w.c.Columns[col].Name.In(w.pg.Lang)
		out.raw(`<tr><th scope="row"`).flag("data-map", col == w.mapAt)
		if l := other(lang, w.pg.Lang); l != "" {
			out.attr("lang", l)
		}
		out.raw(`><span aria-hidden="true">`).text(w.short(col)).raw(`</span><span class="vh">`).text(name).raw(`</span></th>`)
		for _, region := range w.c.Regions {
			for i, r := range w.c.Members(region.ID) {
				w.patternCell(out, r, col, i == 0)
			}
		}
		out.raw(`</tr>`)
	}
	out.raw(`</tbody></table>`)
}

func (w wallPage) patternCell(out *builder, r, col int, first bool) {
	at := len(out.b)
	cell := w.wallCell(out, r, col)
	if first { // of its region
		out.b = append(out.b[:at], append([]byte(`<td class="first"`), out.b[at+len(`<td`):]...)...)
	}
	out.raw(`<a class="wcell" role="img" aria-label="`).text(w.c.Municipalities[r].Name + ": " + w.word(cell.Level)).raw(`">`).small(cell.Level).raw(`</a></td>`)
}

// legendFoot appends the signs and how many cells have each.
func (w wallPage) legendFoot(out *builder) {
	out.raw(`<footer class="wfoot wcfoot"><ul>`)
	for _, l := range append(worstFirst(w.kind), None) {
		word := w.pg.T("toggle." + string(l))
		if l == None {
			word = w.word(kommunebilde.NotAssessed)
		}
		out.raw(`<li><i class="sw" data-level="`).text(string(signOf(l))).raw(`">`).marked(signOf(l)).raw(`</i> <span>`).text(word).raw(`</span> <b`).attr("data-count-level", string(l)).raw(`>`).int(w.total[toggleIndex(l)]).raw(`</b></li>`)
	}
	out.raw(`</ul><p class="caution">`).text(w.pg.T("wall.caution")).raw(`</p>`)
	if w.pg.Demo {
		out.raw(`<p class="demo-word">`).text(w.pg.T("demo.word")).raw(`</p>`)
	}
	out.raw(`</footer>`)
}

// regionShort is what a region is called where there is little room: without
// "regionen", and long names by their short form.
func regionShort(r kommunebilde.Region) string {
	name := strings.TrimSuffix(r.Name, "regionen")
	if name == r.Name && utf8.RuneCountInString(name) > 13 && r.Short != "" {
		return r.Short
	}
	return name
}
