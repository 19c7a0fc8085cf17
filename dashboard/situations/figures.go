package situations

import (
	"strconv"
	"strings"

	"kommunebilde/dashboard/kit"
	"kommunebilde/dashboard/meetings"
	"kommunebilde/domain"
	"kommunebilde/domain/assistance"
	"kommunebilde/domain/figures"
)

// FigureForm appends the form for a number beside a level.
func FigureForm(r *meetings.Sitting, w *kit.Builder, m domain.MunicipalityID, col int) {
	w.Raw(`<details id="new-figure"><summary>`).Text(r.T("figures.new")).Raw(`</summary><form class="form" method="post"`).Attr("action", r.Path("/tall")).Attr("data-said", r.T("notice.tall")).Attr("aria-label", r.T("figures.new")).Raw(`>`)
	r.Hidden(w)
	id := r.Catalogue.Columns[col].ID
	w.Raw(`<input type="hidden" name="cell"`).Attr("value", string(m)+"."+string(id)).Raw(`><p class="meta">`).Text(r.NameOf(m) + ", " + r.ColumnName(id)).Raw(`</p><div class="row3"><label class="fld"><span>`).Text(r.T("figures.kind")).Raw(`</span><select name="figure">`)
	for _, k := range figures.Kinds() {
		kit.Choose(w, string(k), r.T("figure."+string(k))+", "+r.T("unit."+string(k)), k == kit.UsualFigure(id))
	}
	w.Raw(`</select></label><label class="fld"><span>`).Text(r.T("figures.value")).Raw(`</span><input name="value" type="number" min="0" required inputmode="numeric"></label><label class="fld"><span>`).Text(r.T("figures.certainty")).Raw(`</span><select name="certainty">`)
	for _, k := range figures.Certainties() {
		kit.Choose(w, string(k), r.T("certainty."+string(k)), false)
	}
	w.Raw(`</select></label></div><label class="fld"><span>`).Text(r.T("figures.source")).Raw(`</span><input name="source" required autocomplete="off"`).Num("maxlength", domain.MaxName)
	w.Raw(`></label><label class="fld"><span>`).Text(r.T("figures.as_of")).Raw(`</span><input name="as_of" type="datetime-local"></label><p><button class="btn" type="submit">`).Text(r.T("figures.add")).Raw(`</button></p></form></details>`)
}

// AssistanceForm appends the form for a request for assistance.
func AssistanceForm(r *meetings.Sitting, w *kit.Builder, m domain.MunicipalityID) {
	w.Raw(`<details id="new-assistance"><summary>`).Text(r.T("assistance.new")).Raw(`</summary><form class="form" method="post"`).Attr("action", r.Path("/bistand")).Attr("data-said", r.T("notice.bistand")).Attr("aria-label", r.T("assistance.new")).Raw(`>`)
	r.Hidden(w)
	w.Raw(`<input type="hidden" name="m"`).Attr("value", string(m)).Raw(`><p class="meta">`).Text(r.T("assistance.by", r.NameOf(m))).Raw(`</p><label class="fld"><span>`).Text(r.T("assistance.of")).Raw(`</span><input name="of" list="actors-asked" required autocomplete="off"`).Num("maxlength", domain.MaxName).Raw(`><datalist id="actors-asked">`)
	kit.ActorOptions(w, r.Picture, r.M.Actors)
	w.Raw(`</datalist></label><label class="fld"><span>`).Text(r.T("assistance.what")).Raw(`</span><input name="what" required autocomplete="off"`).Num("maxlength", domain.MaxReason).Raw(`></label><p><button class="btn" type="submit">`).Text(r.T("assistance.add")).Raw(`</button></p></form></details>`)
}

// FigureWords says a figure with its unit.
func FigureWords(w *kit.Words, f figures.Figure) string {
	return kit.Number(f.Value) + " " + w.T("unit."+string(f.Kind))
}

// SumOf is what figures of one kind come to: "6 240–6 320" where sources differ,
// a dash for a kind that is not summed.
func SumOf(sum figures.Sum) string {
	switch {
	case !sum.Sums:
		return "–"
	case sum.Low < sum.High:
		return kit.Number(sum.Low) + "–" + kit.Number(sum.High)
	}
	return kit.Number(sum.High)
}

// SumHow says of a sum how many of some municipalities are in it, and how many
// of these with more than one number; of a kind that is not summed, why not.
func SumHow(w *kit.Words, sum figures.Sum, of int) string {
	if !sum.Sums {
		return w.T("figures.no_sum." + string(sum.Kind))
	}
	return w.T("figures.sum", w.T("unit."+string(sum.Kind)), strconv.Itoa(sum.Reported), strconv.Itoa(of)) + SumSources(w, sum)
}

// SumSources says of how many municipalities a sum has more than one number.
func SumSources(w *kit.Words, sum figures.Sum) string {
	switch n := strconv.Itoa(len(sum.Differ)); {
	case sum.Most > 2:
		return ", " + w.T("figures.several", n)
	case sum.Most == 2:
		return ", " + w.T("figures.two", n)
	}
	return ""
}

// SumDiffer names the municipalities of which sources differ, "" if there is
// none.
func SumDiffer(w *kit.Words, c *domain.Catalogue, sum figures.Sum) string {
	if len(sum.Differ) == 0 {
		return ""
	}
	var names []string
	for _, m := range sum.Differ {
		names = append(names, c.Municipalities[c.MunicipalityIndex(m)].Name)
	}
	return w.T("figures.differ", strings.Join(names, ", "))
}

// Sums appends what the figures of some municipalities come to: value, how many
// have reported of how many, the oldest as-of time; and where sources differ,
// whose.
func Sums(p *kit.Page, w *kit.Builder, pic domain.Picture, of []domain.MunicipalityID) {
	sums := figures.Sums(pic, of)
	w.Raw(`<section id="sums" class="sums" data-part="figures" aria-labelledby="sums-h"><h2 id="sums-h">`).Text(p.T("figures.head")).Raw(`</h2>`)
	if n := figures.Withheld(pic, of); n > 0 {
		w.Raw(`<p class="meta">`).Text(p.N("marking.figures", n)).Raw(`</p>`)
	}
	if len(sums) == 0 {
		w.Raw(`<p class="meta">`).Text(p.T("figures.none")).Raw(`</p></section>`)
		return
	}
	c := pic.Catalogue()
	w.Raw(`<dl>`)
	for _, sum := range sums {
		w.Raw(`<div`).Attr("data-figure", string(sum.Kind)).Raw(`><dt>`).Text(p.T("figure." + string(sum.Kind))).Raw(`</dt><dd class="v">`)
		w.Text(SumOf(sum)).Raw(`</dd><dd class="how">`).Text(SumHow(p.Words, sum, len(of)))
		if differ := SumDiffer(p.Words, c, sum); differ != "" {
			w.Raw(`<br><b>`).Text(differ).Raw(`</b>`)
		}
		w.Raw(`</dd><dd class="asof-f">`)
		if !sum.Oldest.IsZero() {
			w.Text(p.T("figures.oldest")).Raw(` `).Time(sum.Oldest, p.Zone, p.When(sum.Oldest))
		}
		w.Raw(`</dd></div>`)
	}
	w.Raw(`</dl></section>`)
}

// CellFigures appends what one cell counts, source by source.
func CellFigures(b *kit.Board, w *kit.Builder, row, col int) {
	list := b.Figures[[2]int{row, col}]
	if len(list) == 0 {
		return
	}
	w.Raw(`<div class="wide"><table class="t figs"><thead><tr><th scope="col">`).Text(b.Words.T("figures.kind")).Raw(`</th><th scope="col" class="n">`).Text(b.Words.T("figures.value")).Raw(`</th><th scope="col">`).Text(b.Words.T("figures.source")).Raw(`</th><th scope="col">`).Text(b.Words.T("figures.as_of_short")).Raw(`</th><th scope="col">`).Text(b.Words.T("figures.certainty")).Raw(`</th></tr></thead><tbody>`)
	for _, f := range list {
		w.Raw(`<tr><th scope="row">`).Text(b.Words.T("figure."+string(f.Kind))).Raw(`</th><td class="n">`).Text(FigureWords(b.Words, f)).Raw(`</td><td>`).Text(f.Source).Raw(`</td><td>`).Time(f.AsOf, b.Clock.Zone, b.Clock.When(f.AsOf)).Raw(`</td><td>`).Text(b.Words.T("certainty." + string(f.Certainty))).Raw(`</td></tr>`)
	}
	w.Raw(`</tbody></table></div>`)
}

// AssistanceList appends the requests for assistance, newest first.
func AssistanceList(p *kit.Page, w *kit.Builder, pic domain.Picture) {
	list := assistance.Of(pic)
	w.Raw(`<section id="assistance" class="assistance" data-part="assistance" aria-labelledby="assistance-h"><h2 id="assistance-h">`).Text(p.T("assistance.head")).Raw(` <span class="count">`).Int(len(list)).Raw(`</span></h2>`)
	if len(list) == 0 {
		w.Raw(`<p class="meta">`).Text(p.T("assistance.none")).Raw(`</p></section>`)
		return
	}
	c := pic.Catalogue()
	mayMove := p.Request.Rights[domain.RightLead] && !p.Request.Cacheable && p.Writable()
	w.Raw(`<ul class="actions">`)
	for i := len(list) - 1; i >= 0; i-- {
		a := list[i]
		place := string(a.Municipality)
		if j := c.MunicipalityIndex(a.Municipality); j >= 0 {
			place = c.Municipalities[j].Name
		}
		w.Raw(`<li`).Attr("data-assistance", string(a.ID)).Raw(`><p><b>`).Text(p.T("assistance.line", place, a.Of)).Raw(`</b><br>`).Text(a.What).Raw(`</p><p class="meta">`).Text(p.T("assistance.state."+string(a.State))).Raw(` · `).Text(p.T("assistance.asked")).Raw(` `).Time(a.Entry.At, p.Zone, p.When(a.Entry.At))
		if a.Note != "" {
			w.Raw(` · `).Text(a.Note)
		}
		w.Raw(`</p>`)
		if mayMove && a.State != assistance.Done && a.State != assistance.Declined {
			w.Raw(`<form class="rowacts" method="post"`).Attr("action", p.Link("/tavle/"+string(pic.Board().ID)+"/bistand")).Raw(`>`)
			p.Hidden(w)
			w.Raw(`<input type="hidden" name="assistance"`).Attr("value", string(a.ID)).Raw(`><label class="fld"><span class="vh">`).Text(p.T("assistance.state") + ": " + a.What).Raw(`</span><select name="state">`)
			for _, state := range assistance.States() {
				if state != a.State {
					kit.Choose(w, string(state), p.T("assistance.state."+string(state)), false)
				}
			}
			w.Raw(`</select></label><button class="btn sm" type="submit"`).Attr("aria-label", p.T("assistance.move")+": "+a.What).Raw(`>`).Text(p.T("assistance.move")).Raw(`</button></form>`)
		}
		w.Raw(`</li>`)
	}
	w.Raw(`</ul></section>`)
}
