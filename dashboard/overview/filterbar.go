package overview

import (
	"slices"
	"strconv"

	"kommunebilde/dashboard/kit"
	"kommunebilde/domain"
	"kommunebilde/domain/actors"
)

// filters appends the form: regions, areas, reset; toggles that are legend and
// counter at once.
func (o *overview) filters(w *kit.Builder) {
	t := o.Words.T
	w.Raw(`<form id="filters" method="get"`).Attr("action", o.pg.Link(o.path)).Attr("aria-label", t("filter.name")).Raw(`>`)
	w.Raw(`<div class="f1">`)
	w.Raw(`<label class="sel"><span class="vh">`).Text(t("filter.region")).Raw(`</span><select name="region"><option value="">`).Text(t("filter.all_regions")).Raw(`</option>`)
	for _, region := range o.Catalogue.Regions {
		o.option(w, string(region.ID), region.Name, "", o.Filter.Region == region.ID)
	}
	w.Raw(`</select></label><label class="sel"><span class="vh">`).Text(t("filter.area")).Raw(`</span><select name="area"><option value="">`).Text(t("filter.all_areas")).Raw(`</option>`)
	for _, i := range o.Cols {
		name, lang := o.Catalogue.Columns[i].Name.In(o.Words.Lang)
		o.option(w, string(o.Catalogue.Columns[i].ID), name, kit.OtherLang(lang, o.Words.Lang), o.Filter.Area == o.Catalogue.Columns[i].ID)
	}
	w.Raw(`</select></label><a class="btn`)
	if !o.Filter.Set() {
		w.Raw(` quiet`)
	}
	w.Raw(`"`).Attr("href", o.reset()).Raw(`>`).Text(t("filter.reset")).Raw(`</a></div>`)
	o.toggles(w)
	for _, l := range o.Filter.Levels {
		w.Raw(`<input type="hidden" name="level"`).Attr("value", string(l)).Raw(`>`)
	}
	for _, keep := range []struct{ name, value string }{{"vis", string(o.Filter.View)}, {"romslig", roomy(o.Filter.Roomy)}, {"valgt", o.chosen()}, {"at", o.pg.Body.At}} {
		if keep.value != "" {
			w.Raw(`<input type="hidden"`).Attr("name", keep.name).Attr("value", keep.value).Raw(`>`)
		}
	}
	w.Raw(`</form>`)
}

func roomy(on bool) string {
	if on {
		return "1"
	}
	return ""
}

func (o *overview) chosen() string {
	if o.Filter.M == "" {
		return ""
	}
	return string(o.Filter.M) + "." + string(o.Filter.C)
}

func (o *overview) option(w *kit.Builder, value, name, lang string, selected bool) {
	w.Raw(`<option`).Attr("value", value).Flag("selected", selected)
	if lang != "" {
		w.Attr("lang", lang)
	}
	w.Raw(`>`).Text(name).Raw(`</option>`)
}

// reset returns the page without its filter, but with its form.
func (o *overview) reset() string {
	f := kit.Filter{View: o.Filter.View, Roomy: o.Filter.Roomy, M: o.Filter.M, C: o.Filter.C, Map: o.Filter.Map, At: o.Filter.At}
	return o.Here(f)
}

func (o *overview) toggles(w *kit.Builder) {
	w.Raw(`<ul class="toggles"`).Attr("aria-label", o.Words.T("filter.levels")).Raw(`>`)
	for i, l := range kit.TogglesOn(o.Kind) {
		on := o.Filter.ShowsLevel(l)
		w.Raw(`<li><a class="tog"`).Attr("data-level", string(l)).Flag("data-off", !on).Attr("href", o.Here(o.Filter.Only(l))).Attr("title", o.Words.T("toggle.how")).Raw(`><i class="sw">`).Marked(kit.SignOf(l))
		w.Raw(`</i><span class="w">`).Text(o.Words.T("toggle." + string(l))).Raw(`</span>`)
		if o.Told(l) {
			w.Raw(` <b`).Attr("data-count-level", string(l)).Raw(`>`).Int(o.Total[i]).Raw(`</b>`)
		}
		o.Late(w, l, o.Due[i], "")
		w.Raw(`<span class="vh">, `)
		switch {
		case o.Filter.IsOnly(l):
			w.Text(o.Words.T("toggle.all"))
		case on:
			w.Text(o.Words.T("toggle.shown"))
		default:
			w.Text(o.Words.T("toggle.hidden"))
		}
		w.Raw(`</span></a></li>`)
	}
	w.Raw(`</ul>`)
}

// moreFilters appends what stands beside the form and belongs to it: changed
// since the previous meeting, at one press; and folded, since when else, who
// reported, and what the office has saved.
func (o *overview) moreFilters(w *kit.Builder) {
	t := o.Words.T
	w.Raw(`<div class="f3" id="more-filters">`)
	if o.pg.Body.Previous > 0 {
		o.pg.SinceToggle(w, o.Filter.Since == kit.SinceMeeting, o.Here(o.Filter.SinceFlipped()), "")
	}
	f := o.Filter
	f.View, f.Roomy = kit.ViewPhone, o.Filter.Roomy
	word := "map.page"
	if o.Filter.View == kit.ViewPhone {
		f.View, word = kit.ViewMap, "map.back"
	}
	w.Raw(`<a class="btn sm narrow"`).Attr("href", o.Here(f)).Raw(`>`).Text(t(word)).Raw(`</a>`)
	o.views(w)
	folded := o.Filter.Since != "" && o.Filter.Since != kit.SinceMeeting || o.Filter.Age != "" || o.Filter.Actor != ""
	w.Raw(`<details class="folded" name="more"`).Flag("data-on", folded).Raw(`><summary class="btn sm"`).Attr("title", t("filter.more_title")).Raw(`>`).Text(t("filter.more")).Raw(`</summary><div class="fold">`)
	o.sinceChoice(w)
	o.ageChoice(w)
	o.actorChoice(w)
	f = o.Filter
	f.Roomy = !f.Roomy
	w.Raw(`<a class="btn sm"`).Attr("href", o.Here(f)).Raw(`>`)
	if o.Filter.Roomy {
		w.Text(t("grid.dense"))
	} else {
		w.Text(t("grid.roomy"))
	}
	w.Raw(`</a></div></details><button class="btn sm apply" type="submit" form="filters">`).Text(t("filter.apply")).Raw(`</button>`)
	if folded { // what is chosen there is not to be seen: it is said
		w.Raw(`<p class="said">`)
		o.inWords(w)
		w.Raw(`</p>`)
	}
	w.Raw(`</div>`)
}

// sinceChoice appends since when what is shown has changed.
func (o *overview) sinceChoice(w *kit.Builder) {
	w.Raw(`<label class="fld"><span>`).Text(o.Words.T("filter.since")).Raw(`</span><select name="since" form="filters"><option value="">`).Text(o.Words.T("since.all")).Raw(`</option>`)
	choices := []string{"10m", "1h", "24h", "7d"}
	if o.Kind == domain.KindEdition {
		choices = []string{"24h", "7d", "30d", "365d"}
	} else if o.pg.Body.Previous > 0 {
		choices = append([]string{kit.SinceMeeting}, choices...)
	}
	known := o.Filter.Since == ""
	for _, choice := range choices {
		known = known || choice == o.Filter.Since
		o.option(w, choice, o.sinceWords(choice), "", o.Filter.Since == choice)
	}
	if !known {
		o.option(w, o.Filter.Since, o.sinceWords(o.Filter.Since), "", true)
	}
	w.Raw(`</select></label>`)
}

// ageChoice appends how old what is shown is at least.
func (o *overview) ageChoice(w *kit.Builder) {
	w.Raw(`<label class="fld"><span>`).Text(o.Words.T("filter.age")).Raw(`</span><select name="age" form="filters"><option value="">`).Text(o.Words.T("age.all")).Raw(`</option>`)
	choices := []string{"1d", "7d", "30d", "365d"}
	if age := o.Filter.Age; age != "" && !slices.Contains(choices, age) {
		choices = append(choices, age)
	}
	for _, choice := range choices {
		o.option(w, choice, o.spanWords("age.", choice), "", o.Filter.Age == choice)
	}
	w.Raw(`</select></label>`)
}

// actorChoice appends whose reports are shown, where there is anybody to choose.
func (o *overview) actorChoice(w *kit.Builder) {
	actors := actors.Of(o.Picture)
	if len(actors) == 0 || o.Kind == domain.KindEdition {
		return
	}
	w.Raw(`<label class="fld"><span>`).Text(o.Words.T("filter.actor")).Raw(`</span><select name="aktor" form="filters"><option value="">`).Text(o.Words.T("filter.all_actors")).Raw(`</option>`)
	for _, a := range actors {
		o.option(w, string(a.ID), a.Name, "", a.ID == o.Filter.Actor)
	}
	w.Raw(`</select></label>`)
}

// sinceWords says what a "since" asks for.
func (o *overview) sinceWords(since string) string {
	if since == kit.SinceMeeting {
		return o.Words.T("since.mote")
	}
	if words := o.spanWords("since.", since); words != "" {
		return words
	}
	return o.Words.T("since.time", o.Clock.When(o.Filter.Cutoff(o.Picture)))
}

// spanWords says a length of time in an address, "" where it is none. of is what it is of,
// "since." or "age.".
func (o *overview) spanWords(of, span string) string {
	if word, ok := o.Words.Has(of + span); ok {
		return word
	}
	n, err := strconv.Atoi(span[:len(span)-1])
	if err != nil {
		return ""
	}
	return o.Words.N(of+span[len(span)-1:], n)
}

// empty says why nothing is shown, and the ways out.
func (o *overview) empty(w *kit.Builder) {
	w.Raw(`<div class="empty"><p><b>`).Text(o.Words.T("empty.head")).Raw(`</b></p><p>`)
	o.inWords(w)
	w.Raw(`. `)
	if o.Filter.Since != "" {
		f := o.Filter
		f.Since = ""
		w.Raw(`<a`).Attr("href", o.Here(f)).Raw(`>`).Text(o.Words.T("empty.drop_since")).Raw(`</a> `)
	}
	if o.Filter.Age != "" {
		f := o.Filter
		f.Age = ""
		w.Raw(`<a`).Attr("href", o.Here(f)).Raw(`>`).Text(o.Words.T("empty.drop_age")).Raw(`</a> `)
	}
	if o.Filter.Actor != "" {
		f := o.Filter
		f.Actor = ""
		w.Raw(`<a`).Attr("href", o.Here(f)).Raw(`>`).Text(o.Words.T("empty.drop_actor")).Raw(`</a> `)
	}
	if len(o.Filter.Levels) > 0 {
		f := o.Filter
		f.Levels = nil
		w.Raw(`<a`).Attr("href", o.Here(f)).Raw(`>`).Text(o.Words.T("empty.drop_levels")).Raw(`</a> `)
	}
	w.Raw(`<a`).Attr("href", o.reset()).Raw(`>`).Text(o.Words.T("empty.reset")).Raw(`</a></p></div>`)
}

// inWords says the filter as a sentence.
func (o *overview) inWords(w *kit.Builder) {
	first := true
	add := func(s string) {
		if !first {
			w.Raw(`, `)
		}
		first = false
		w.Text(s)
	}
	if o.Filter.Region != "" {
		add(o.Catalogue.Regions[o.Catalogue.RegionIndex(o.Filter.Region)].Name)
	}
	if o.Filter.Area != "" {
		name, _ := o.Catalogue.Columns[o.Catalogue.ColumnIndex(o.Filter.Area)].Name.In(o.Words.Lang)
		add(name)
	}
	for _, l := range o.Filter.Levels {
		add(o.Words.T("toggle." + string(l)))
	}
	if o.Filter.Since != "" {
		add(o.sinceWords(o.Filter.Since))
	}
	if o.Filter.Age != "" {
		add(o.spanWords("age.", o.Filter.Age))
	}
	if actor, ok := actors.One(o.Picture, o.Filter.Actor); ok {
		add(o.Words.T("filter.actor_is", actor.Name))
	}
	if first {
		add(o.Words.T("filter.none"))
	}
}
