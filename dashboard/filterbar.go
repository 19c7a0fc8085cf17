package dashboard

import (
	"strconv"

	"kommunebilde"
)

// filters appends the form: regions, areas, reset; toggles that are legend and
// counter at once; since when.
func (o *overview) filters(w *builder) {
	t := o.w.t
	w.raw(`<form id="filters" class="filters" method="get"`).attr("action", o.pg.Link(o.path)).attr("aria-label", t("filter.name")).raw(`>`)
	w.raw(`<div class="f1">`)
	w.raw(`<label class="sel"><span class="vh">`).text(t("filter.region")).raw(`</span><select name="region"><option value="">`).text(t("filter.all_regions")).raw(`</option>`)
	for _, region := range o.c.Regions {
		o.option(w, string(region.ID), region.Name, "", o.f.Region == region.ID)
	}
	w.raw(`</select></label><label class="sel"><span class="vh">`).text(t("filter.area")).raw(`</span><select name="area"><option value="">`).text(t("filter.all_areas")).raw(`</option>`)
	for _, i := range o.cols {
		name, lang := o.c.Columns[i].Name.In(o.w.lang)
		o.option(w, string(o.c.Columns[i].ID), name, other(lang, o.w.lang), o.f.Area == o.c.Columns[i].ID)
	}
	w.raw(`</select></label><a class="btn`)
	if !o.f.Set() {
		w.raw(` quiet`)
	}
	w.raw(`"`).attr("href", o.reset()).raw(`>`).text(t("filter.reset")).raw(`</a></div>`)
	o.toggles(w)
	o.sinceRow(w)
	for _, l := range o.f.Levels {
		w.raw(`<input type="hidden" name="level"`).attr("value", string(l)).raw(`>`)
	}
	for _, keep := range []struct{ name, value string }{{"vis", string(o.f.View)}, {"romslig", roomy(o.f.Roomy)}, {"valgt", o.chosen()}, {"at", o.pg.Body.At}} {
		if keep.value != "" {
			w.raw(`<input type="hidden"`).attr("name", keep.name).attr("value", keep.value).raw(`>`)
		}
	}
	w.raw(`</form>`)
}

func roomy(on bool) string {
	if on {
		return "1"
	}
	return ""
}

func (o *overview) chosen() string {
	if o.f.M == "" {
		return ""
	}
	return string(o.f.M) + "." + string(o.f.C)
}

func (o *overview) option(w *builder, value, name, lang string, selected bool) {
	w.raw(`<option`).attr("value", value).flag("selected", selected)
	if lang != "" {
		w.attr("lang", lang)
	}
	w.raw(`>`).text(name).raw(`</option>`)
}

// reset returns the page without its filter, but with its form.
func (o *overview) reset() string {
	f := Filter{View: o.f.View, Roomy: o.f.Roomy, M: o.f.M, C: o.f.C, Map: o.f.Map, At: o.f.At}
	return o.here(f)
}

func (o *overview) here(f Filter) string {
	if q := f.Query(); q != "" {
		return "?" + q
	}
	return o.pg.Link(o.path)
}

func (o *overview) toggles(w *builder) {
	w.raw(`<ul class="toggles"`).attr("aria-label", o.w.t("filter.levels")).raw(`>`)
	for i, l := range togglesOn(o.kind) {
		on := o.f.ShowsLevel(l)
		w.raw(`<li><a class="tog"`).attr("data-level", string(l)).flag("data-off", !on).attr("href", o.toggled(l)).raw(`><i class="sw">`).marked(signOf(l))
		w.raw(`</i><span class="w">`).text(o.w.t("toggle."+string(l))).raw(`</span> <b`).attr("data-count-level", string(l)).raw(`>`).int(o.total[i]).raw(`</b><span class="vh">, `)
		if on {
			w.text(o.w.t("toggle.hide"))
		} else {
			w.text(o.w.t("toggle.show"))
		}
		w.raw(`</span></a></li>`)
	}
	w.raw(`</ul>`)
}

// toggled returns the page with one level switched on or off.
func (o *overview) toggled(l kommunebilde.Level) string {
	f := o.f
	f.Levels = nil
	for _, other := range togglesOn(o.kind) {
		if o.f.ShowsLevel(other) != (other == l) {
			f.Levels = append(f.Levels, other)
		}
	}
	if len(f.Levels) == len(togglesOn(o.kind)) {
		f.Levels = nil
	}
	return o.here(f)
}

// since appends the choice of "changed since", row height and the button for
// who has no script.
func (o *overview) sinceRow(w *builder) {
	t := o.w.t
	w.raw(`<div class="f3"><label class="sel sm"><svg class="cm" aria-hidden="true"><use href="#corner"/></svg><span class="vh">`).text(t("filter.since")).raw(`</span><select name="since"><option value="">`).text(t("since.all")).raw(`</option>`)
	choices := []string{"10m", "1h", "24h", "7d"}
	if o.kind == kommunebilde.KindEdition {
		choices = []string{"24h", "7d", "30d", "365d"}
	} else if o.pg.SeesMeetings() {
		choices = append([]string{"mote"}, choices...)
	}
	known := o.f.Since == ""
	for _, choice := range choices {
		known = known || choice == o.f.Since
		o.option(w, choice, o.sinceWords(choice), "", o.f.Since == choice)
	}
	if !known {
		o.option(w, o.f.Since, o.sinceWords(o.f.Since), "", true)
	}
	w.raw(`</select></label>`)
	f := o.f
	f.Roomy = !f.Roomy
	w.raw(`<a class="btn sm"`).attr("href", o.here(f)).raw(`>`)
	if o.f.Roomy {
		w.text(t("grid.dense"))
	} else {
		w.text(t("grid.roomy"))
	}
	w.raw(`</a>`)
	f = o.f
	f.View, f.Roomy = ViewPhone, o.f.Roomy
	word := "map.page"
	if o.f.View == ViewPhone {
		f.View, word = ViewMap, "map.back"
	}
	w.raw(`<a class="btn sm narrow"`).attr("href", o.here(f)).raw(`>`).text(t(word)).raw(`</a>`)
	w.raw(`<button class="btn sm apply" type="submit">`).text(t("filter.apply")).raw(`</button></div>`)
}

// sinceWords says what a "since" asks for.
func (o *overview) sinceWords(since string) string {
	if since == "mote" {
		return o.w.t("since.mote")
	}
	if n, err := strconv.Atoi(since[:len(since)-1]); err == nil {
		return o.w.n("since."+since[len(since)-1:], n)
	}
	return o.w.t("since.time", o.clock.When(o.f.Cutoff(o.p)))
}

// empty says why nothing is shown, and the ways out.
func (o *overview) empty(w *builder) {
	w.raw(`<div class="empty"><p><b>`).text(o.w.t("empty.head")).raw(`</b></p><p>`)
	o.inWords(w)
	w.raw(`. `)
	if o.f.Since != "" {
		f := o.f
		f.Since = ""
		w.raw(`<a`).attr("href", o.here(f)).raw(`>`).text(o.w.t("empty.drop_since")).raw(`</a> `)
	}
	if len(o.f.Levels) > 0 {
		f := o.f
		f.Levels = nil
		w.raw(`<a`).attr("href", o.here(f)).raw(`>`).text(o.w.t("empty.drop_levels")).raw(`</a> `)
	}
	w.raw(`<a`).attr("href", o.reset()).raw(`>`).text(o.w.t("empty.reset")).raw(`</a></p></div>`)
}

// inWords says the filter as a sentence.
func (o *overview) inWords(w *builder) {
	first := true
	add := func(s string) {
		if !first {
			w.raw(`, `)
		}
		first = false
		w.text(s)
	}
	if o.f.Region != "" {
		add(o.c.Regions[o.c.RegionIndex(o.f.Region)].Name)
	}
	if o.f.Area != "" {
		name, _ := o.c.Columns[o.c.ColumnIndex(o.f.Area)].Name.In(o.w.lang)
		add(name)
	}
	for _, l := range o.f.Levels {
		add(o.w.t("toggle." + string(l)))
	}
	if o.f.Since != "" {
		add(o.sinceWords(o.f.Since))
	}
	if first {
		add(o.w.t("filter.none"))
	}
}
