package dashboard

import (
	"slices"
	"strconv"
	"strings"

	"kommunebilde"
)

// figureForm appends the form for a number beside a level.
func (r *room) figureForm(w *builder, m kommunebilde.MunicipalityID, col int) {
	w.raw(`<details id="new-figure"><summary>`).text(r.T("figures.new")).raw(`</summary><form class="form" method="post"`).attr("action", r.path("/tall")).attr("data-said", r.T("notice.tall")).attr("aria-label", r.T("figures.new")).raw(`>`)
	r.hidden(w)
	id := r.c.Columns[col].ID
	w.raw(`<input type="hidden" name="cell"`).attr("value", string(m)+"."+string(id)).raw(`><p class="meta">`).text(r.name(m) + ", " + r.column(id)).raw(`</p><div class="row3"><label class="fld"><span>`).text(r.T("figures.kind")).raw(`</span><select name="figure">`)
	for _, k := range kommunebilde.FigureKinds() {
		choose(w, string(k), r.T("figure."+string(k))+", "+r.T("unit."+string(k)), k == usualFigure(id))
	}
	w.raw(`</select></label><label class="fld"><span>`).text(r.T("figures.value")).raw(`</span><input name="value" type="number" min="0" required inputmode="numeric"></label><label class="fld"><span>`).text(r.T("figures.certainty")).raw(`</span><select name="certainty">`)
	for _, k := range kommunebilde.Certainties() {
		choose(w, string(k), r.T("certainty."+string(k)), false)
	}
	w.raw(`</select></label></div><label class="fld"><span>`).text(r.T("figures.source")).raw(`</span><input name="source" required autocomplete="off"`).num("maxlength", kommunebilde.MaxName)
	w.raw(`></label><label class="fld"><span>`).text(r.T("figures.as_of")).raw(`</span><input name="as_of" type="datetime-local"></label><p><button class="btn" type="submit">`).text(r.T("figures.add")).raw(`</button></p></form></details>`)
}

// usualFigure is what a function of a situation mostly counts.
func usualFigure(c kommunebilde.ColumnID) kommunebilde.FigureKind {
	switch c {
	case "strom":
		return kommunebilde.WithoutPower
	case "ekom":
		return kommunebilde.WithoutTelecom
	case "vann-avlop":
		return kommunebilde.WithoutWater
	case "vei-bane":
		return kommunebilde.RoadsClosed
	case "helse":
		return kommunebilde.Injured
	case "personell":
		return kommunebilde.StaffShort
	case "forsyning":
		return kommunebilde.FuelHours
	}
	return kommunebilde.Evacuated
}

// assistanceForm appends the form for a request for assistance.
func (r *room) assistanceForm(w *builder, m kommunebilde.MunicipalityID) {
	w.raw(`<details id="new-assistance"><summary>`).text(r.T("assistance.new")).raw(`</summary><form class="form" method="post"`).attr("action", r.path("/bistand")).attr("data-said", r.T("notice.bistand")).attr("aria-label", r.T("assistance.new")).raw(`>`)
	r.hidden(w)
	w.raw(`<input type="hidden" name="m"`).attr("value", string(m)).raw(`><p class="meta">`).text(r.T("assistance.by", r.name(m))).raw(`</p><label class="fld"><span>`).text(r.T("assistance.of")).raw(`</span><input name="of" list="actors-asked" required autocomplete="off"`).num("maxlength", kommunebilde.MaxName).raw(`><datalist id="actors-asked">`)
	actorOptions(w, r.p, r.m.Actors)
	w.raw(`</datalist></label><label class="fld"><span>`).text(r.T("assistance.what")).raw(`</span><input name="what" required autocomplete="off"`).num("maxlength", kommunebilde.MaxReason).raw(`></label><p><button class="btn" type="submit">`).text(r.T("assistance.add")).raw(`</button></p></form></details>`)
}

// figureTable is the figures of a situation by cell.
type figureTable map[[2]int][]kommunebilde.Figure

func figuresOf(p kommunebilde.Picture) figureTable {
	out := figureTable{}
	for _, f := range p.Figures() {
		at := [2]int{p.Row(f.Municipality), p.Col(f.Column)}
		out[at] = append(out[at], f)
	}
	return out
}

// inCell is the number that a cell shows: of the kind that its column mostly
// counts, else the first; both where two sources differ.
func (t figureTable) inCell(row, col int, id kommunebilde.ColumnID) string {
	list := t[[2]int{row, col}]
	if len(list) == 0 {
		return ""
	}
	kind := list[0].Kind
	if usual := usualFigure(id); slices.ContainsFunc(list, func(f kommunebilde.Figure) bool { return f.Kind == usual }) {
		kind = usual
	}
	var values []int64
	for _, f := range list {
		if f.Kind == kind && !slices.Contains(values, f.Value) {
			values = append(values, f.Value)
		}
	}
	slices.Sort(values)
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = number(v)
	}
	return strings.Join(words, "/")
}

// figureWords says a figure with its unit.
func (w *words) figureWords(f kommunebilde.Figure) string {
	return number(f.Value) + " " + w.t("unit."+string(f.Kind))
}

// sums appends what the figures of some municipalities come to: value, how many
// have reported of how many, the oldest as-of time; and where two sources
// differ, whose.
func (p *page) sums(w *builder, pic kommunebilde.Picture, of []kommunebilde.MunicipalityID) {
	sums := pic.FigureSums(of)
	w.raw(`<section id="sums" class="sums" data-part="live" aria-labelledby="sums-h"><h2 id="sums-h">`).text(p.T("figures.head")).raw(`</h2>`)
	if n := pic.FiguresWithheld(of); n > 0 {
		w.raw(`<p class="meta">`).text(p.N("marking.figures", n)).raw(`</p>`)
	}
	if len(sums) == 0 {
		w.raw(`<p class="meta">`).text(p.T("figures.none")).raw(`</p></section>`)
		return
	}
	c := pic.Catalogue()
	w.raw(`<dl>`)
	for _, sum := range sums {
		w.raw(`<div`).attr("data-figure", string(sum.Kind)).raw(`><dt>`).text(p.T("figure." + string(sum.Kind))).raw(`</dt><dd class="v">`)
		if sum.Sums && sum.Reported > 0 {
			w.text(number(sum.Total))
		} else {
			w.raw(`–`)
		}
		w.raw(`</dd><dd class="how">`)
		if sum.Sums {
			w.text(p.T("figures.sum", p.T("unit."+string(sum.Kind)), strconv.Itoa(sum.Reported+len(sum.Differ)), strconv.Itoa(len(of))))
		} else {
			w.text(p.T("figures.no_sum." + string(sum.Kind)))
		}
		if len(sum.Differ) > 0 {
			var names []string
			for _, m := range sum.Differ {
				names = append(names, c.Municipalities[c.MunicipalityIndex(m)].Name)
			}
			w.raw(`<br><b>`).text(p.T("figures.differ", strings.Join(names, ", "))).raw(`</b>`)
		}
		w.raw(`</dd><dd class="asof-f">`)
		if !sum.Oldest.IsZero() {
			w.text(p.T("figures.oldest")).raw(` `).time(sum.Oldest, p.zone, p.When(sum.Oldest))
		}
		w.raw(`</dd></div>`)
	}
	w.raw(`</dl></section>`)
}

// cellFigures appends what one cell counts, source by source.
func (b *board) cellFigures(w *builder, row, col int) {
	list := b.figures[[2]int{row, col}]
	if len(list) == 0 {
		return
	}
	w.raw(`<div class="wide"><table class="t figs"><thead><tr><th scope="col">`).text(b.w.t("figures.kind")).raw(`</th><th scope="col" class="n">`).text(b.w.t("figures.value")).raw(`</th><th scope="col">`).text(b.w.t("figures.source")).raw(`</th><th scope="col">`).text(b.w.t("figures.as_of_short")).raw(`</th><th scope="col">`).text(b.w.t("figures.certainty")).raw(`</th></tr></thead><tbody>`)
	for _, f := range list {
		w.raw(`<tr><th scope="row">`).text(b.w.t("figure."+string(f.Kind))).raw(`</th><td class="n">`).text(b.w.figureWords(f)).raw(`</td><td>`).text(f.Source).raw(`</td><td>`).time(f.AsOf, b.clock.zone, b.clock.When(f.AsOf)).raw(`</td><td>`).text(b.w.t("certainty." + string(f.Certainty))).raw(`</td></tr>`)
	}
	w.raw(`</tbody></table></div>`)
}

// assistance appends the requests for assistance, newest first.
func (p *page) assistance(w *builder, pic kommunebilde.Picture) {
	list := pic.Assistance()
	w.raw(`<section id="assistance" class="assistance" data-part="live" aria-labelledby="assistance-h"><h2 id="assistance-h">`).text(p.T("assistance.head")).raw(` <span class="count">`).int(len(list)).raw(`</span></h2>`)
	if len(list) == 0 {
		w.raw(`<p class="meta">`).text(p.T("assistance.none")).raw(`</p></section>`)
		return
	}
	c := pic.Catalogue()
	mayMove := p.req.Rights[kommunebilde.RightLead] && !p.req.Cacheable && p.writable()
	w.raw(`<ul class="actions">`)
	for i := len(list) - 1; i >= 0; i-- {
		a := list[i]
		place := string(a.Municipality)
		if j := c.MunicipalityIndex(a.Municipality); j >= 0 {
			place = c.Municipalities[j].Name
		}
		w.raw(`<li`).attr("data-assistance", string(a.ID)).raw(`><p><b>`).text(p.T("assistance.line", place, a.Of)).raw(`</b><br>`).text(a.What).raw(`</p><p class="meta">`).text(p.T("assistance.state."+string(a.State))).raw(` · `).text(p.T("assistance.asked")).raw(` `).time(a.Entry.At, p.zone, p.When(a.Entry.At))
		if a.Note != "" {
			w.raw(` · `).text(a.Note)
		}
		w.raw(`</p>`)
		if mayMove && a.State != kommunebilde.AssistanceDone && a.State != kommunebilde.AssistanceDeclined {
			w.raw(`<form class="rowacts" method="post"`).attr("action", p.Link("/tavle/"+string(pic.Board().ID)+"/bistand")).raw(`>`)
			p.hidden(w)
			w.raw(`<input type="hidden" name="assistance"`).attr("value", string(a.ID)).raw(`><label class="fld"><span class="vh">`).text(p.T("assistance.state") + ": " + a.What).raw(`</span><select name="state">`)
			for _, state := range kommunebilde.AssistanceStates() {
				if state != a.State {
					choose(w, string(state), p.T("assistance.state."+string(state)), false)
				}
			}
			w.raw(`</select></label><button class="btn sm" type="submit"`).attr("aria-label", p.T("assistance.move")+": "+a.What).raw(`>`).text(p.T("assistance.move")).raw(`</button></form>`)
		}
		w.raw(`</li>`)
	}
	w.raw(`</ul></section>`)
}
