package dashboard

import (
	"slices"
	"strconv"
	"time"

	"kommunebilde"
)

// Saved views: a filter of the office's under a name. What an address carries
// and what is kept are the same filter in two forms.

// filterOf returns a kept filter as an address carries it.
func filterOf(v kommunebilde.ViewFilter) Filter {
	f := Filter{Region: v.Region, Area: v.Area, Map: v.Map, Actor: v.Actor, sinceOf: time.Duration(v.Minutes) * time.Minute}
	for _, l := range v.Levels {
		f.Levels = append(f.Levels, toggleOf(l))
	}
	switch {
	case v.SinceMeeting:
		f.Since = sinceMeeting
	case v.Minutes > 24*60 && v.Minutes%(24*60) == 0:
		f.Since = strconv.Itoa(v.Minutes/(24*60)) + "d"
	case v.Minutes > 0 && v.Minutes%60 == 0:
		f.Since = strconv.Itoa(v.Minutes/60) + "h"
	case v.Minutes > 0:
		f.Since = strconv.Itoa(v.Minutes) + "m"
	}
	return f
}

// Kept returns the filter as it is kept in a saved view. One of a certain time
// cannot be: tomorrow it would say something else.
func (f Filter) Kept() (kommunebilde.ViewFilter, error) {
	v := kommunebilde.ViewFilter{Region: f.Region, Area: f.Area, Map: f.Map, Actor: f.Actor, SinceMeeting: f.Since == sinceMeeting}
	if !f.since.IsZero() || !f.At.IsZero() {
		return v, &kommunebilde.Error{Code: kommunebilde.Invalid, Field: "since", Msg: "view.since"}
	}
	v.Minutes = int(f.sinceOf / time.Minute)
	for _, l := range f.Levels {
		if l == None {
			l = kommunebilde.NotAssessed
		}
		v.Levels = append(v.Levels, l)
	}
	return v, nil
}

// boardWith returns where a board is shown with a kept filter.
func (p *page) boardWith(b kommunebilde.Board, v kommunebilde.ViewFilter) string {
	path := p.Link(entrance(b))
	if q := filterOf(v).Query(); q != "" {
		path += "?" + q
	}
	return path
}

// views appends the board's saved views, each with a button that removes it for
// who may.
func (o *overview) views(w *builder) {
	list := o.p.Views()
	if len(list) == 0 {
		return
	}
	now, err := o.f.Kept()
	w.raw(`<p class="fold-h" id="views-h">`).text(o.w.t("views.head")).raw(`</p><ul class="views" aria-labelledby="views-h">`)
	for _, v := range list {
		name := v.Name
		if name == "" {
			name = o.w.t("views.nameless")
		}
		w.raw(`<li>`)
		if v.Fits {
			w.raw(`<a`).attr("href", o.here(filterOf(v.Filter))).flag(`aria-current="true"`, err == nil && sameFilter(now, v.Filter)).raw(`>`).text(name).raw(`</a>`)
		} else {
			w.raw(`<span class="meta">`).text(o.w.t("views.misfit", name)).raw(`</span>`)
		}
		if o.mayArrange() {
			w.raw(`<form method="post"`).attr("action", o.pg.Link("/tavle/"+string(o.brd.ID)+"/utvalg/fjern")).raw(`>`)
			o.pg.hidden(w)
			w.raw(`<input type="hidden" name="view"`).attr("value", string(v.ID)).raw(`><button class="btn sm quiet" type="submit"`).attr("aria-label", o.w.t("views.remove")+": "+name).raw(`>`).text(o.w.t("views.remove")).raw(`</button></form>`)
		}
		w.raw(`</li>`)
	}
	w.raw(`</ul>`)
}

func sameFilter(a, b kommunebilde.ViewFilter) bool {
	b.Levels, a.Levels = slices.Sorted(slices.Values(b.Levels)), slices.Sorted(slices.Values(a.Levels))
	same := slices.Equal(a.Levels, b.Levels)
	a.Levels, b.Levels = nil, nil
	return same && a.Region == b.Region && a.Area == b.Area && a.Minutes == b.Minutes && a.SinceMeeting == b.SinceMeeting && a.Actor == b.Actor && (b.Map == "" || a.Map == b.Map)
}

func (o *overview) mayArrange() bool {
	return o.pg.req.Rights[kommunebilde.RightArrange] && o.pg.writable()
}

// saveView appends the form that keeps the filter on show, for who may; it says
// why there is nothing to keep.
func (o *overview) saveView(w *builder) {
	if !o.mayArrange() {
		return
	}
	if _, err := o.f.Kept(); err != nil || !o.f.Set() {
		w.raw(`<p class="meta">`).text(o.w.t("views.nothing")).raw(`</p>`)
		return
	}
	w.raw(`<form class="save-view" method="post"`).attr("action", o.pg.Link("/tavle/"+string(o.brd.ID)+"/utvalg")).raw(`>`)
	o.pg.hidden(w)
	w.raw(`<input type="hidden" name="filter"`).attr("value", o.f.Query()).raw(`><label class="fld"><span>`).text(o.w.t("views.name")).raw(`</span><input name="name" required autocomplete="off"`).num("maxlength", kommunebilde.MaxName)
	w.raw(`></label><button class="btn sm" type="submit">`).text(o.w.t("views.save")).raw(`</button></form>`)
}
