package wall

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
)

// wallPattern is layout C: areas down, all municipalities across, by region. Its
// pattern is the message; names of municipalities could not be read from afar.
func wallPattern(s *kit.Site, pg kit.Page, p domain.Picture, f kit.Filter, o Options) ([]byte, error) {
	c := p.Catalogue()
	f.Region = ""
	b := s.NewBoard(pg, p, f, kit.UpTo(len(c.Municipalities)), kit.Judged(c, p.Board().Kind))
	w := wallPage{b, pg, o}
	of := w.ofPattern()
	pg.Title = strings.Join(slices.Concat([]string{pg.T("wall.pattern")}, w.must(), of), ", ")
	pg.Data = pg.Words.Script + b.PageData()
	w.pg = pg
	return s.Frame(pg, func(out *kit.Builder) {
		w.header(out, []string{pg.T("wall.pattern")}, of)
		out.Raw(`<main id="main" class="wcmain">`)
		w.pattern(out)
		out.Raw(`</main>`)
		w.strip(out)
		w.legendFoot(out)
	})
}

// ofPattern says what the pattern is of.
func (w wallPage) ofPattern() []string {
	n := w.pg.N("n.municipalities", len(w.Catalogue.Municipalities))
	switch w.Kind {
	case domain.KindSituation:
		return []string{n + " × " + w.pg.N("n.functions", len(w.Cols))}
	case domain.KindLive:
		if w.Picture.Resting() {
			return []string{n + " × " + w.pg.N("n.areas", len(w.Cols))}
		}
		return []string{n + " × " + w.pg.N("n.areas", len(w.Cols)), w.pg.T("wall.now")}
	}
	name, _ := w.Picture.Board().Title.In(w.pg.Lang)
	return []string{name, n + " × " + w.pg.N("n.areas", len(w.Cols))}
}

func (w wallPage) pattern(out *kit.Builder) {
	out.Raw(`<table class="wc"`).Attr("aria-label", w.pg.T("wall.pattern")).Raw(`><thead><tr><td>`)
	if w.pg.Demo {
		out.Raw(`<p class="demo-w">`).Text(w.pg.T("demo")).Raw(`</p>`)
	}
	out.Raw(`</td>`)
	shown := w.rowsThatFit(kit.UpTo(len(w.Catalogue.Municipalities)))
	for i, region := range w.Catalogue.Regions {
		n := len(w.Catalogue.Members(region.ID))
		out.Raw(`<th scope="colgroup"`).Num("colspan", int64(n)).Attr("class", "n"+strconv.Itoa(min(n, 16))).Flag("data-last", i%2 == 1).Attr("data-name", regionShort(region)).Attr("data-short", shortest(region)).Raw(`><span aria-hidden="true">`).Text(regionShort(region)).Raw(`</span><span class="vh">`).Text(region.Name).Raw(`</span></th>`)
	}
	out.Raw(`</tr></thead><tbody>`)
	for _, col := range w.Cols {
		name, lang := w.Catalogue.Columns[col].Name.In(w.pg.Lang)
		out.Raw(`<tr`).Flag("hidden", !slices.Contains(shown, col)).Raw(`><th scope="row"`).Flag("data-map", col == w.MapAt)
		if l := kit.OtherLang(lang, w.pg.Lang); l != "" {
			out.Attr("lang", l)
		}
		out.Raw(`><span aria-hidden="true">`).Text(w.Short(col)).Raw(`</span><span class="vh">`).Text(name).Raw(`</span></th>`)
		for _, region := range w.Catalogue.Regions {
			for i, r := range w.Catalogue.Members(region.ID) {
				w.patternCell(out, r, col, i == 0)
			}
		}
		out.Raw(`</tr>`)
	}
	out.Raw(`</tbody></table>`)
	w.moreRows(out, len(w.Cols)-len(shown))
}

func (w wallPage) patternCell(out *kit.Builder, r, col int, first bool) {
	class := ""
	if first { // of its region
		class = "first"
	}
	cell := w.wallCell(out, class, r, col)
	out.Raw(`<a class="wcell" role="img" aria-label="`).Text(w.Catalogue.Municipalities[r].Name + ": " + w.Word(cell.Level))
	w.StaleWord(out, cell.Stale)
	out.Raw(`">`).Small(cell.Level).Raw(`</a></td>`)
}

// legendFoot appends the signs and how many cells have each.
func (w wallPage) legendFoot(out *kit.Builder) {
	out.Raw(`<footer class="wfoot wcfoot"><ul>`)
	for _, l := range append(kit.WorstFirst(w.Kind), kit.None) {
		if !w.Told(l) {
			continue
		}
		word := w.pg.T("toggle." + string(l))
		if l == kit.None {
			word = w.Word(domain.NotAssessed)
		}
		out.Raw(`<li><i class="sw" data-level="`).Text(string(kit.SignOf(l))).Raw(`">`).Marked(kit.SignOf(l)).Raw(`</i> <span>`).Text(word).Raw(`</span> <b`).Attr("data-count-level", string(l)).Raw(`>`).Int(w.Total[kit.ToggleIndex(l)]).Raw(`</b>`)
		w.Late(out, l, w.Due[kit.ToggleIndex(l)], "")
		out.Raw(`</li>`)
	}
	out.Raw(`</ul>`)
	w.lateKey(out)
	out.Raw(`<p class="caution">`).Text(w.pg.T("wall.caution")).Raw(`</p>`)
	if w.pg.Demo {
		out.Raw(`<p class="demo-word">`).Text(w.pg.T("demo.word")).Raw(`</p>`)
	}
	out.Raw(`</footer>`)
}

// regionShort is what a region is called where there is little room: without
// "regionen", and long names by their short form.
func regionShort(r domain.Region) string {
	name := strings.TrimSuffix(r.Name, "regionen")
	if name == r.Name && utf8.RuneCountInString(name) > 13 && r.Short != "" {
		return r.Short
	}
	return name
}

// shortest is what a region is called where there is no room for regionShort.
func shortest(r domain.Region) string {
	name := regionShort(r)
	if r.Short != "" && utf8.RuneCountInString(r.Short) < utf8.RuneCountInString(name) {
		return r.Short
	}
	return name
}
