package wall

import (
	"html/template"
	"strconv"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/situations"
	"kommunebilde/domain"
	"kommunebilde/domain/figures"
)

// Layout A of a situation: its functions under the map, what its figures come to
// beside it.

// functions is how many municipalities each function is critical and strained in,
// and how many of them must be confirmed; the sign is hatched where all must.
func (w wallPage) functions() template.HTML {
	var out kit.Builder
	for _, col := range kit.Judged(w.Catalogue, w.Kind) {
		var n, late [4]int
		for _, r := range w.Rows {
			if !w.RowIn(r) {
				continue
			}
			i := kit.ToggleIndex(w.Picture.Level(r, col))
			n[i]++
			if w.Picture.Stale(r, col) {
				late[i]++
			}
		}
		out.Raw(`<li`).Attr("data-of", string(w.Catalogue.Columns[col].ID)).Flag("data-map", col == w.MapAt).Raw(`><span>`).Text(w.Short(col)).Raw(`</span>`)
		for _, l := range kit.WorstFirst(w.Kind)[:2] {
			i := kit.ToggleIndex(l)
			out.Raw(`<i class="sw" data-level="`).Text(string(l)).Raw(`"`).Flag("data-zero", n[i] == 0).Flag("data-stale", n[i] > 0 && late[i] == n[i]).Raw(`>`).Marked(l).Raw(`</i><b>`).Int(n[i]).Raw(`</b><span class="vh"> `).Text(w.pg.T("count." + string(l)))
			if late[i] > 0 {
				out.Raw(`, </span><em class="due">`).LateSign().Int(late[i]).Raw(`</em><span class="vh"> `).Text(w.pg.T("stale.word"))
			}
			out.Raw(`</span>`)
		}
		out.Raw(`</li>`)
	}
	if n := len(kit.Judged(w.Catalogue, w.Kind)) - 1; n > 0 {
		out.Raw(`<li class="more">`).Text(w.pg.N("wall.more_functions", n)).Raw(`</li>`)
	}
	return out.HTML()
}

// sums is what figures come to, of the kinds that are summed: "" none are.
func (w wallPage) sums() template.HTML {
	var of []domain.MunicipalityID
	for _, r := range w.Rows {
		if w.RowIn(r) {
			of = append(of, w.Catalogue.Municipalities[r].ID)
		}
	}
	var out kit.Builder
	for _, sum := range figures.Sums(w.Picture, of) {
		if !sum.Sums {
			continue
		}
		out.Raw(`<p class="figure"`).Attr("data-figure", string(sum.Kind)).Raw(`><span>`).Text(w.pg.T("figure." + string(sum.Kind))).Raw(`</span> <b>`).Text(situations.SumOf(sum)).Raw(`</b> <small>· `).Text(w.pg.T("wall.sum", strconv.Itoa(sum.Reported), strconv.Itoa(len(of))) + situations.SumSources(w.Words, sum)).Raw(`</small></p>`)
	}
	if out.Size() == 0 {
		return ""
	}
	return template.HTML(`<h2>` + template.HTMLEscapeString(w.pg.T("figures.head")) + ` <span class="more" hidden></span></h2>` + string(out.HTML()))
}
