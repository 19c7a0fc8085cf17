package dashboard

import (
	"strconv"
	"time"

	"kommunebilde"
)

// filters appends the form: regions, areas, reset; toggles that are legend and
// counter at once.
func (o *overview) filters(w *builder) {
	t := o.w.t
	w.raw(`<form id="filters" method="get"`).attr("action", o.pg.Link(o.path)).attr("aria-label", t("filter.name")).raw(`>`)
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

// moreFilters appends what stands beside the form and belongs to it: changed
// since the previous meeting, at one press; and folded, since when else, who
// reported, and what the office has saved.
func (o *overview) moreFilters(w *builder) {
	t := o.w.t
	w.raw(`<div class="f3" id="more-filters">`)
	if o.pg.Body.Previous > 0 {
		o.pg.sinceToggle(w, o.f.Since == sinceMeeting, o.here(o.f.sinceFlipped()), "")
	}
	f := o.f
	f.View, f.Roomy = ViewPhone, o.f.Roomy
	word := "map.page"
	if o.f.View == ViewPhone {
		f.View, word = ViewMap, "map.back"
	}
	w.raw(`<a class="btn sm narrow"`).attr("href", o.here(f)).raw(`>`).text(t(word)).raw(`</a>`)
	w.raw(`<details class="folded"`).flag("data-on", o.f.Since != "" && o.f.Since != sinceMeeting || o.f.Actor != "").raw(`><summary class="btn sm">`).text(t("filter.more")).raw(`</summary><div class="fold">`)
	o.views(w)
	o.sinceChoice(w)
	o.actorChoice(w)
	f = o.f
	f.Roomy = !f.Roomy
	w.raw(`<a class="btn sm"`).attr("href", o.here(f)).raw(`>`)
	if o.f.Roomy {
		w.text(t("grid.dense"))
	} else {
		w.text(t("grid.roomy"))
	}
	w.raw(`</a>`)
	o.saveView(w)
	w.raw(`</div></details><button class="btn sm apply" type="submit" form="filters">`).text(t("filter.apply")).raw(`</button></div>`)
}

// sinceFlipped returns the filter with "since the previous meeting" on or off.
func (f Filter) sinceFlipped() Filter {
	on := f.Since == sinceMeeting
	f.Since, f.sinceOf, f.since = sinceMeeting, 0, time.Time{}
	if on {
		f.Since = ""
	}
	return f
}

// sinceToggle appends the one toggle of what changed since the previous meeting.
// key names the key for it, as HTML.
func (p *page) sinceToggle(w *builder, on bool, href, key string) {
	w.raw(`<a class="tog since"`).flag("data-on", on).attr("href", href).raw(`><svg class="cm" aria-hidden="true"><use href="#corner"/></svg><span>`).text(p.T("since.mote")).raw(`</span>`)
	if on {
		w.raw(` <b aria-hidden="true">✓</b>`)
	}
	w.raw(`<span class="vh">, `)
	if on {
		w.text(p.T("toggle.off"))
	} else {
		w.text(p.T("toggle.on"))
	}
	w.raw(`</span>`, key, `</a>`)
}

// sinceChoice appends since when what is shown has changed.
func (o *overview) sinceChoice(w *builder) {
	w.raw(`<label class="fld"><span>`).text(o.w.t("filter.since")).raw(`</span><select name="since" form="filters"><option value="">`).text(o.w.t("since.all")).raw(`</option>`)
	choices := []string{"10m", "1h", "24h", "7d"}
	if o.kind == kommunebilde.KindEdition {
		choices = []string{"24h", "7d", "30d", "365d"}
	} else if o.pg.Body.Previous > 0 {
		choices = append([]string{sinceMeeting}, choices...)
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
}

// actorChoice appends whose reports are shown, where there is anybody to choose.
func (o *overview) actorChoice(w *builder) {
	actors := o.p.RegionalActors()
	if len(actors) == 0 || o.kind == kommunebilde.KindEdition {
		return
	}
	w.raw(`<label class="fld"><span>`).text(o.w.t("filter.actor")).raw(`</span><select name="aktor" form="filters"><option value="">`).text(o.w.t("filter.all_actors")).raw(`</option>`)
	for _, a := range actors {
		o.option(w, string(a.ID), a.Name, "", a.ID == o.f.Actor)
	}
	w.raw(`</select></label>`)
}

// sinceWords says what a "since" asks for.
func (o *overview) sinceWords(since string) string {
	if since == sinceMeeting {
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
	if o.f.Actor != "" {
		f := o.f
		f.Actor = ""
		w.raw(`<a`).attr("href", o.here(f)).raw(`>`).text(o.w.t("empty.drop_actor")).raw(`</a> `)
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
	if actor, ok := o.p.RegionalActor(o.f.Actor); ok {
		add(o.w.t("filter.actor_is", actor.Name))
	}
	if first {
		add(o.w.t("filter.none"))
	}
}
